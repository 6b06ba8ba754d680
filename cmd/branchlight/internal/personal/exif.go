package personal

import (
	"bytes"
	"encoding/binary"
)

// Located reports that a JPEG says where it was taken: in an Exif block (CIPA
// DC-008, the GPS IFD with a latitude), or in XMP. The first bytes of the file,
// with all segments before the pixels, will do.
func Located(jpeg []byte) bool {
	if !bytes.HasPrefix(jpeg, []byte("\xFF\xD8")) {
		return false
	}
	for i := 2; i+4 <= len(jpeg) && jpeg[i] == 0xFF; {
		marker := jpeg[i+1]
		if marker == 0xFF {
			i++
			continue
		}
		if marker == 0xDA || marker == 0xD9 {
			return false
		}
		n := int(binary.BigEndian.Uint16(jpeg[i+2:]))
		if n < 2 {
			return false
		}
		segment := jpeg[i+4 : min(len(jpeg), i+2+max(n, 2))]
		if marker == 0xE1 {
			if tiff, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok && latitude(tiff) {
				return true
			}
			if bytes.HasPrefix(segment, []byte("http://ns.adobe.com/xap/")) && bytes.Contains(segment, []byte("GPSLatitude")) {
				return true
			}
		}
		i += 2 + n
	}
	return false
}

// latitude reports that the GPS IFD of a TIFF header has a latitude.
func latitude(tiff []byte) bool {
	if len(tiff) < 8 {
		return false
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	const gps, gpsLatitude = 0x8825, 2
	at, ok := entry(tiff, order, order.Uint32(tiff[4:]), gps)
	if !ok {
		return false
	}
	_, ok = entry(tiff, order, at, gpsLatitude)
	return ok
}

// entry gives the value of a tag in the IFD at an offset.
func entry(tiff []byte, order binary.ByteOrder, ifd uint32, tag uint16) (uint32, bool) {
	at := uint64(ifd)
	if at+2 > uint64(len(tiff)) {
		return 0, false
	}
	n := uint64(order.Uint16(tiff[at:]))
	for i := range n {
		e := at + 2 + 12*i
		if e+12 > uint64(len(tiff)) {
			return 0, false
		}
		if order.Uint16(tiff[e:]) == tag {
			return order.Uint32(tiff[e+8:]), true
		}
	}
	return 0, false
}
