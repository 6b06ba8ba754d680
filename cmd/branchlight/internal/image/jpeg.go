package image

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// errCut is the error for a picture that ends too early or whose parts do not
// fit together.
var errCut = errors.New("the picture is cut off or damaged")

// Markers of JPEG (ITU-T T.81, table B.1).
const (
	jpegSOI  = 0xD8
	jpegEOI  = 0xD9
	jpegSOS  = 0xDA
	jpegAPP0 = 0xE0
	jpegAPP1 = 0xE1
	jpegAPP2 = 0xE2
	jpegAPPE = 0xEE
	jpegAPPF = 0xEF
	jpegCOM  = 0xFE
)

// segment is one marker of a JPEG with what belongs to it.
type segment struct {
	marker byte
	body   []byte // behind the length; nil for markers without one
	scan   []byte // for SOS, the coded data that follow
}

// nextSegment splits the first segment from data, which begins with 0xFF.
func nextSegment(data []byte) (s segment, rest []byte, err error) {
	if len(data) < 2 || data[0] != 0xFF {
		return s, nil, errCut
	}
	for len(data) > 2 && data[1] == 0xFF { // fill bytes
		data = data[1:]
	}
	s.marker = data[1]
	data = data[2:]
	if s.marker == jpegSOI || s.marker == jpegEOI || s.marker == 0x01 || s.marker >= 0xD0 && s.marker <= 0xD7 {
		return s, data, nil
	}
	if s.marker == 0 || s.marker == 0xFF || len(data) < 2 {
		return s, nil, errCut
	}
	n := int(binary.BigEndian.Uint16(data))
	if n < 2 || n > len(data) {
		return s, nil, errCut
	}
	s.body, data = data[2:n], data[n:]
	if s.marker == jpegSOS {
		end := scanEnd(data)
		s.scan, data = data[:end], data[end:]
	}
	return s, data, nil
}

// scanEnd gives the length of the coded data at the start of b. In them 0xFF is
// followed by 0 or by a restart marker.
func scanEnd(b []byte) int {
	for i := 0; ; {
		j := bytes.IndexByte(b[i:], 0xFF)
		if j < 0 || i+j+1 >= len(b) {
			return len(b)
		}
		i += j
		if c := b[i+1]; c == 0xFF {
			i++
		} else if c == 0 || c >= 0xD0 && c <= 0xD7 {
			i += 2
		} else {
			return i
		}
	}
}

// eachSegment calls f for each segment from the second to the end marker.
func eachSegment(data []byte, f func(segment)) error {
	s, data, err := nextSegment(data)
	if err != nil || s.marker != jpegSOI {
		return errCut
	}
	for {
		if s, data, err = nextSegment(data); err != nil {
			return err
		}
		f(s)
		if s.marker == jpegEOI {
			return nil
		}
	}
}

var (
	exifHead = []byte("Exif\x00\x00")
	iccHead  = []byte("ICC_PROFILE\x00")
	jfifHead = []byte("JFIF\x00")
)

// jpegOrientation reads the orientation of a JPEG, 1 to 8; 1 where it says
// nothing.
func jpegOrientation(data []byte) int {
	o := 1
	eachSegment(data, func(s segment) {
		if tiff, ok := bytes.CutPrefix(s.body, exifHead); ok && s.marker == jpegAPP1 && o == 1 {
			o = orientation(tiff)
		}
	})
	return o
}

// orientation reads tag 0x0112 of the first directory of an Exif block (TIFF 6.0,
// section 2).
func orientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			break
		}
		const short, tag = 3, 0x0112
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short {
			if o := int(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}

// exifBlock is an Exif block that says the orientation and nothing else.
func exifBlock(o int) []byte {
	return append(bytes.Clone(exifHead), 'M', 'M', 0, '*', 0, 0, 0, 8, // first directory at 8
		0, 1, // one entry
		0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, byte(o), 0, 0,
		0, 0, 0, 0) // no further directory
}

// walkJPEG walks a JPEG (ITU-T T.81, annex B).
func walkJPEG(data []byte, emit func([]byte)) error {
	segmentOf := func(marker byte, body []byte) {
		emit([]byte{0xFF, marker, byte((len(body) + 2) >> 8), byte(len(body) + 2)})
		emit(body)
	}
	emit([]byte{0xFF, jpegSOI})
	placed := false // the orientation stands behind JFIF, before all else
	place := func() {
		if placed {
			return
		}
		placed = true
		if o := jpegOrientation(data); o != 1 {
			segmentOf(jpegAPP1, exifBlock(o))
		}
	}
	return eachSegment(data, func(s segment) {
		switch {
		case s.marker == jpegAPP0 && bytes.HasPrefix(s.body, jfifHead) && len(s.body) >= 14 && !placed:
			// Version and density, then a preview of 0 by 0 pixels.
			segmentOf(jpegAPP0, append(bytes.Clone(s.body[:12]), 0, 0))
			place()
		case s.marker == jpegAPP2 && bytes.HasPrefix(s.body, iccHead),
			s.marker == jpegAPPE && bytes.HasPrefix(s.body, []byte("Adobe")):
			place()
			segmentOf(s.marker, s.body)
		case s.marker >= jpegAPP0 && s.marker <= jpegAPPF, s.marker == jpegCOM, s.marker >= 0xF0 && s.marker <= 0xFD:
			// Metadata.
		case s.body == nil:
			place()
			emit([]byte{0xFF, s.marker})
		default:
			place()
			segmentOf(s.marker, s.body)
			emit(s.scan)
		}
	})
}
