package image

import (
	"bytes"
	"encoding/binary"
	"image/color"
	"image/png"
	"runtime"
	"sync"
)

// Limits of what is decoded. A header tells how much memory the pixels will take,
// so that a picture which would take too much is refused before it is decoded.
const (
	maxDecoded = 512 << 20 // bytes that one picture may take
	together   = 384 << 20 // bytes that all may take that are decoded at the same time; larger ones go alone
	maxScans   = 64        // of a JPEG; each goes through all pixels again, and programs write a dozen
)

// decoding is what pictures pass through to be decoded.
var decoding = newGate()

// gate lets as many pass at the same time as fit into a room together.
type gate struct {
	turn sync.Mutex // who waits for room keeps all others waiting, so that the large ones get their turn
	mu   sync.Mutex
	room *sync.Cond
	used int64
	left int64 // what the last ones have left to the collector, about
}

func newGate() *gate {
	g := new(gate)
	g.room = sync.NewCond(&g.mu)
	return g
}

// enter waits until there is room for size bytes, and gives what ends the stay.
func (g *gate) enter(size int64) (leave func()) {
	left := size
	size = min(size, together)
	g.turn.Lock()
	g.mu.Lock()
	for g.used+size > together {
		g.room.Wait()
	}
	g.used += size
	g.mu.Unlock()
	g.turn.Unlock()
	return func() {
		g.mu.Lock()
		g.used -= size
		g.left += left
		collect := g.left >= together
		if collect {
			g.left = 0
		}
		g.mu.Unlock()
		g.room.Broadcast()
		if collect { // a build lets its garbage lie otherwise, and pixels are most of it
			runtime.GC()
		}
	}
}

// needs gives the bytes that Resize takes, at most, besides the picture itself.
func needs(data []byte, info Info) int64 {
	sizes := info.Sizes()
	to := sizes[len(sizes)-1]
	n := int64(shrinking(info.Width, to.Width))
	w, h := int64(info.Width)/n+1, int64(info.Height)/n+1
	const work = 32 // bytes for a pixel that is scaled in one direction
	return memory(data, info.Format) + 4*w*h + work*int64(max(to.Width, to.Height))*max(w, h) + 8*int64(to.Width)*int64(to.Height)
}

// memory gives the bytes that decoding a picture takes, at most, besides the
// picture itself.
func memory(data []byte, format string) int64 {
	w, h, err := size(data, format)
	if err != nil {
		return 0
	}
	pixels := int64(w) * int64(h)
	switch format {
	case "jpeg":
		return pixels * jpegDepth(data) / 8
	case "png":
		return pixels * pngDepth(data)
	case "gif":
		return 5 * pixels
	}
	return 6 * pixels // WebP with transparency takes most
}

// jpegDepth gives the bytes that decoding takes for eight pixels of a JPEG: one a
// sample, and five where it comes in passes (ITU-T T.81, annex B.2.2).
func jpegDepth(data []byte) (n int64) {
	eachSegment(data, func(s segment) {
		if s.marker < 0xC0 || s.marker > 0xC2 || len(s.body) < 6 || n > 0 {
			return
		}
		parts := s.body[6:]
		var most, sum int64
		for ; len(parts) >= 3; parts = parts[3:] {
			cells := int64(parts[1]>>4) * int64(parts[1]&15)
			most, sum = max(most, cells), sum+cells
		}
		if most == 0 {
			return
		}
		n = 8 * sum / most
		if s.body[5] == 4 { // CMYK is put together once more
			n += 8 * 4
		}
		if s.marker == 0xC2 {
			n += 4 * 8 * sum / most
		}
	})
	return n
}

// scans counts the passes of a JPEG.
func scans(data []byte) (n int) {
	eachSegment(data, func(s segment) {
		if s.marker == jpegSOS {
			n++
		}
	})
	return n
}

// pngDepth gives the bytes that decoding takes for a pixel of a PNG.
func pngDepth(data []byte) int64 {
	n := int64(4)
	c, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return n
	}
	switch c.ColorModel {
	case color.RGBA64Model, color.NRGBA64Model:
		n = 8
	case color.GrayModel:
		n = 1
	case color.Gray16Model:
		n = 2
	default:
		if _, ok := c.ColorModel.(color.Palette); ok {
			n = 1
		}
	}
	const interlaced = 28 // place of the flag: behind magic, length, name and 12 bytes of IHDR
	if data[interlaced] == 1 {
		n *= 2
	}
	return n
}

// published says in which format a picture is made anew; "" where it is published
// as it is: a drawing, or a film.
func published(data []byte, format string) string {
	switch format {
	case "jpeg":
		return "jpeg"
	case "bmp":
		return "png"
	case "png":
		if !hasChunk(data, "acTL") {
			return "png"
		}
	case "gif":
		frames := 0
		_ = walkGIF(data, func(part []byte) {
			if part[0] == ',' {
				frames++
			}
		})
		if frames == 1 {
			return "png"
		}
	case "webp":
		return publishedWebP(data)
	}
	return ""
}

// hasChunk reports whether a PNG has a chunk before its pixels.
func hasChunk(data []byte, name string) (has bool) {
	pixels := false
	_ = walkPNG(data, func(part []byte) {
		if len(part) >= 12 {
			pixels = pixels || string(part[4:8]) == "IDAT"
			has = has || !pixels && string(part[4:8]) == name
		}
	})
	return has
}

// publishedWebP is published for a WebP: a photograph is coded with losses and
// has no transparency.
func publishedWebP(data []byte) string {
	photograph := true
	for rest := data[min(12, len(data)):]; len(rest) >= 8; {
		n := int64(binary.LittleEndian.Uint32(rest[4:])) + 8
		switch string(rest[:4]) {
		case "VP8L", "ALPH":
			photograph = false
		case "ANIM", "ANMF":
			return ""
		}
		rest = rest[min(n+n&1, int64(len(rest))):]
	}
	if photograph {
		return "jpeg"
	}
	return "png"
}
