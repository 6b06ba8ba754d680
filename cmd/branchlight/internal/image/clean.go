package image

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// Clean takes out of a picture what is not needed to show it; the package comment
// lists what stays. format is that of Info. BMP and SVG are returned as they
// are. The result does not share memory with data where anything was changed. An
// error means that the picture is cut off or damaged; it must not be published
// then.
func Clean(data []byte, format string) ([]byte, error) {
	if format == "bmp" || format == "svg" {
		return data, nil
	}
	w := walks[format]
	if w == nil {
		return nil, fmt.Errorf("cleaning a picture: no known format %q", format)
	}
	out := make([]byte, 0, len(data)+len(exifBlock(1)))
	if err := w(data, func(part []byte) { out = append(out, part...) }); err != nil {
		return nil, fmt.Errorf("cleaning a picture: %w", err)
	}
	if format == "webp" {
		binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	}
	return out, nil
}

// A walk goes through the parts of a picture up to its end and emits those that
// are kept. Its error means that the end is missing or a part is damaged.
type walk func(data []byte, emit func(part []byte)) error

var walks = map[string]walk{"jpeg": walkJPEG, "png": walkPNG, "gif": walkGIF, "webp": walkWebP}

// whole tells whether a picture has its end.
func whole(data []byte, format string) bool {
	if format == "bmp" {
		return wholeBMP(data)
	}
	return walks[format](data, func([]byte) {}) == nil
}

// wholeBMP compares the size that the header of a BMP states with its length.
// Some programs state 0.
func wholeBMP(data []byte) bool {
	return len(data) >= 14 && int64(binary.LittleEndian.Uint32(data[2:])) <= int64(len(data))
}

const pngMagic = "\x89PNG\r\n\x1a\n"

// pngKept lists the chunks that change what is seen (PNG, third edition, section
// 11). Those whose name begins with a capital are needed for decoding.
var pngKept = map[string]bool{
	"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true,
	"tRNS": true, "cHRM": true, "gAMA": true, "iCCP": true, "sBIT": true, "sRGB": true, "cICP": true, "mDCV": true, "cLLI": true,
	"bKGD": true, "hIST": true, "pHYs": true,
	"acTL": true, "fcTL": true, "fdAT": true,
}

func walkPNG(data []byte, emit func([]byte)) error {
	rest, ok := bytes.CutPrefix(data, []byte(pngMagic))
	if !ok {
		return errCut
	}
	emit([]byte(pngMagic))
	for {
		if len(rest) < 12 {
			return errCut
		}
		n := int64(binary.BigEndian.Uint32(rest)) + 12 // length, name, data, checksum
		if n > int64(len(rest)) {
			return errCut
		}
		chunk := rest[:n]
		rest = rest[n:]
		if crc32.ChecksumIEEE(chunk[4:n-4]) != binary.BigEndian.Uint32(chunk[n-4:]) {
			return errCut
		}
		name := string(chunk[4:8])
		if pngKept[name] {
			emit(chunk)
		}
		if name == "IEND" {
			return nil
		}
	}
}

// walkGIF walks a GIF (GIF89a, sections 17 to 27) without comments and without
// extensions of programs, save the loop count and colour profile.
func walkGIF(data []byte, emit func([]byte)) error {
	if len(data) < 13 {
		return errCut
	}
	head := 13 + colorTable(data[10])
	if len(data) < head {
		return errCut
	}
	emit(data[:head])
	for rest := data[head:]; len(rest) > 0; {
		n, keep := 0, true
		switch rest[0] {
		case ';':
			emit(rest[:1])
			return nil
		case ',':
			if len(rest) < 11 {
				return errCut
			}
			n = 10 + colorTable(rest[9]) + 1 // code size
		case '!':
			n = 2
			keep = len(rest) > 2 && keepExtension(rest[1:])
		default:
			return errCut
		}
		end := subBlocks(rest, n)
		if end < 0 {
			return errCut
		}
		if keep {
			emit(rest[:end])
		}
		rest = rest[end:]
	}
	return errCut
}

// colorTable gives the size in bytes of the colour table that packed fields
// announce.
func colorTable(packed byte) int {
	if packed&0x80 == 0 {
		return 0
	}
	return 3 << (packed&7 + 1)
}

// keepExtension looks at an extension behind its introducer.
func keepExtension(b []byte) bool {
	const comment, application = 0xFE, 0xFF
	switch b[0] {
	case comment:
		return false
	case application:
		for _, name := range []string{"\x0bNETSCAPE2.0", "\x0bANIMEXTS1.0", "\x0bICCRGBG1012"} {
			if bytes.HasPrefix(b[1:], []byte(name)) {
				return true
			}
		}
		return false
	}
	return true
}

// subBlocks gives the offset behind the chain of blocks that begins at i; -1 where
// it has no end.
func subBlocks(b []byte, i int) int {
	for i < len(b) {
		n := int(b[i])
		if i += n + 1; n == 0 {
			return i
		}
	}
	return -1
}

// walkWebP walks a WebP (RFC 9649, section 2) without Exif, XMP and unknown
// chunks.
func walkWebP(data []byte, emit func([]byte)) error {
	if len(data) < 12 {
		return errCut
	}
	end := int64(binary.LittleEndian.Uint32(data[4:])) + 8
	if end > int64(len(data)) || end < 12 {
		return errCut
	}
	emit(data[:12]) // Clean puts the new length in
	for rest := data[12:end]; len(rest) > 0; {
		if len(rest) < 8 {
			return errCut
		}
		n := int64(binary.LittleEndian.Uint32(rest[4:])) + 8
		if n > int64(len(rest)) {
			return errCut
		}
		chunk := rest[:n]
		switch string(rest[:4]) {
		case "VP8X":
			if n < 9 {
				return errCut
			}
			const exif, xmp = 0x08, 0x04
			chunk = bytes.Clone(chunk)
			chunk[8] &^= exif | xmp
			emit(chunk)
			emit(make([]byte, n&1))
		case "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP":
			emit(chunk)
			emit(make([]byte, n&1)) // chunks begin at even offsets
		}
		rest = rest[min(n+n&1, int64(len(rest))):]
	}
	return nil
}
