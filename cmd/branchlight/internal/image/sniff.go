package image

import (
	"bytes"
	stdimage "image"
	"image/gif"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/bmp"
	"golang.org/x/image/webp"
)

// sniff tells the format of a picture by its first bytes: those of Info.Format,
// and heic, avif and tiff; "" if it is none of them.
func sniff(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\xFF\xD8\xFF")):
		return "jpeg"
	case bytes.HasPrefix(data, []byte(pngMagic)):
		return "png"
	case bytes.HasPrefix(data, []byte("GIF87a")), bytes.HasPrefix(data, []byte("GIF89a")):
		return "gif"
	case len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return "webp"
	case len(data) >= 18 && string(data[:2]) == "BM" && bytes.Equal(data[6:10], make([]byte, 4)):
		return "bmp"
	case bytes.HasPrefix(data, []byte("II*\x00")), bytes.HasPrefix(data, []byte("MM\x00*")):
		return "tiff"
	case len(data) >= 12 && string(data[4:8]) == "ftyp":
		switch string(data[8:12]) {
		case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1":
			return "heic"
		case "avif", "avis":
			return "avif"
		}
	case isSVG(data):
		return "svg"
	}
	return ""
}

// isSVG tells whether the first element of an XML text is svg.
func isSVG(data []byte) bool {
	data = data[:min(len(data), 4<<10)]
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	for {
		data = bytes.TrimLeft(data, " \t\r\n")
		end := ""
		switch {
		case bytes.HasPrefix(data, []byte("<?")):
			end = "?>"
		case bytes.HasPrefix(data, []byte("<!--")):
			end = "-->"
		case bytes.HasPrefix(data, []byte("<!")):
			// A subset in brackets may hold ">"; it is refused later.
			return bytes.Contains(data, []byte("svg")) || bytes.Contains(data, []byte("SVG"))
		default:
			name, _, _ := bytes.Cut(bytes.TrimPrefix(data, []byte("<")), []byte(">"))
			if i := bytes.IndexAny(name, " \t\r\n/"); i >= 0 {
				name = name[:i]
			}
			return bytes.HasPrefix(data, []byte("<")) && (string(name) == "svg" || bytes.HasSuffix(name, []byte(":svg")))
		}
		_, rest, ok := bytes.Cut(data, []byte(end))
		if !ok {
			return false
		}
		data = rest
	}
}

// size reads the size of a picture as it is shown.
func size(data []byte, format string) (w, h int, err error) {
	var c stdimage.Config
	r := bytes.NewReader(data)
	switch format {
	case "jpeg":
		c, err = jpeg.DecodeConfig(r)
		if o := jpegOrientation(data); o >= 5 {
			c.Width, c.Height = c.Height, c.Width
		}
	case "png":
		c, err = png.DecodeConfig(r)
	case "gif":
		c, err = gif.DecodeConfig(r)
	case "webp":
		c, err = webp.DecodeConfig(r)
	case "bmp":
		c, err = bmp.DecodeConfig(r)
	}
	return c.Width, c.Height, err
}
