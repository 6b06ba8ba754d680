package image

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// maxProfile bounds a profile of colours that is kept, in bytes: those of cameras
// and screens have a few hundred, those of printing machines some hundred
// thousand.
const maxProfile = 8 << 10

// withColors gives a file that was made of a picture the profile of the picture's
// colours: its numbers are the same as before, and mean nothing without it. A
// phone's photographs would be paler.
func withColors(file, picture []byte, info Info) []byte {
	switch {
	case info.Format == "jpeg" && info.As == "jpeg":
		if profile := jpegProfile(picture); profile != nil {
			head := []byte{0xFF, jpegAPP2, byte((len(profile) + 2) >> 8), byte(len(profile) + 2)}
			return slices.Concat(file[:2], head, profile, file[2:])
		}
	case info.Format == "png" && info.As == "png" && isGrayPNG(file) == isGrayPNG(picture):
		var chunks []byte
		_ = walkPNG(picture, func(part []byte) {
			if len(part) >= 12 && pngColors[string(part[4:8])] && len(part) <= maxProfile {
				chunks = append(chunks, part...)
			}
		})
		const head = len(pngMagic) + 25 // IHDR comes first
		return slices.Concat(file[:head], chunks, file[head:])
	}
	return file
}

// pngColors are the chunks that say what the numbers of a PNG mean.
var pngColors = map[string]bool{"cHRM": true, "gAMA": true, "iCCP": true, "sRGB": true}

// isGrayPNG reports whether a PNG has no colours: type 0, or 4 with transparency.
func isGrayPNG(data []byte) bool {
	const kind = len(pngMagic) + 8 + 9
	return len(data) > kind && data[kind]&3 == 0
}

// jpegProfile gives the profile of a JPEG (ICC.1:2022, annex B.4), if it fits into
// one segment and is one of colours as screens have them.
func jpegProfile(data []byte) (body []byte) {
	eachSegment(data, func(s segment) {
		const head = 14 // name, number, count
		if s.marker != jpegAPP2 || !bytes.HasPrefix(s.body, iccHead) || len(s.body) < head+128 || len(s.body) > maxProfile || body != nil {
			return
		}
		profile := s.body[head:]
		if s.body[12] == 1 && s.body[13] == 1 && string(profile[16:20]) == "RGB " && int64(binary.BigEndian.Uint32(profile)) == int64(len(profile)) {
			body = s.body
		}
	})
	return body
}
