package image

import (
	"bytes"
	"fmt"
	stdimage "image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"sync"

	"golang.org/x/image/bmp"
	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// The widths, in pixels, that pictures are made in: one for lists, one for the
// text. Twice the width of a card, and more than that of the text on any screen
// that an office has.
const (
	Narrow = 480
	Wide   = 1200
)

// quality is that of the JPEG files that are made, 1 to 100.
const quality = 82

// Size is that of a picture, in pixels.
type Size struct{ Width, Height int }

// Sizes gives the sizes that a picture is made in, narrowest first. Nothing is
// made larger: a picture that is not wider than Wide is made in its own size, and
// in that alone where it is hardly wider than Narrow. There are none for a
// picture that is published as it is.
func (i Info) Sizes() []Size {
	if i.As == "" {
		return nil
	}
	own := Size{i.Width, i.Height}
	switch {
	case i.Width <= Narrow*5/4:
		return []Size{own}
	case i.Width <= Wide:
		return []Size{own.to(Narrow), own}
	}
	return []Size{own.to(Narrow), own.to(Wide)}
}

// to gives the size of a picture that is made narrower.
func (s Size) to(width int) Size {
	return Size{width, max(1, int(math.Round(float64(s.Height)*float64(width)/float64(s.Width))))}
}

// turned swaps the sides, where an orientation does.
func (s Size) turned(orientation int) Size {
	if orientation >= 5 {
		return Size{s.Height, s.Width}
	}
	return s
}

// Resize makes a picture in all its Sizes: turned as it is to be seen, and
// without anything but its pixels and the profile of their colours. info is what
// Inspect has found, without an error. The files are in the format info.As; the
// same bytes give the same files on every machine of one architecture.
//
// A call waits while others decode pictures and the memory for all of them
// together would be too much. An error means that the picture is damaged where
// its header does not show it.
func Resize(data []byte, info Info) (files [][]byte, err error) {
	sizes := info.Sizes()
	if len(sizes) == 0 {
		return nil, fmt.Errorf("a picture (%s) that is published as it is has no other sizes", info.Format)
	}
	defer decoding.enter(needs(data, info))()
	defer func() {
		if p := recover(); p != nil { // of a decoder that met bytes it was not made for
			files, err = nil, fmt.Errorf("decoding the picture: %v", p)
		}
	}()
	src, err := decode(data, info.Format)
	if err != nil {
		return nil, err
	}
	o := 1
	if info.Format == "jpeg" {
		o = jpegOrientation(data)
	}
	if b := src.Bounds(); (Size{b.Dx(), b.Dy()}).turned(o) != (Size{info.Width, info.Height}) {
		return nil, errCut
	}
	files = make([][]byte, len(sizes))
	for i, m := range scaled(src, sizes, o) {
		if files[i], err = encode(m, info.As); err != nil {
			return nil, err
		}
		files[i] = withColors(files[i], data, info)
	}
	return files, nil
}

func decode(data []byte, format string) (stdimage.Image, error) {
	r := bytes.NewReader(data)
	switch format {
	case "jpeg":
		return jpeg.Decode(r)
	case "png":
		return png.Decode(r)
	case "gif":
		return decodeGIF(data)
	case "webp":
		return webp.Decode(r)
	case "bmp":
		return bmp.Decode(r)
	}
	return nil, fmt.Errorf("decoding a picture: no known format %q", format)
}

// decodeGIF gives the first frame in its place on the whole picture.
func decodeGIF(data []byte) (stdimage.Image, error) {
	c, err := gif.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	frame, err := gif.Decode(bytes.NewReader(data))
	whole := stdimage.Rect(0, 0, c.Width, c.Height)
	if err != nil || frame.Bounds() == whole {
		return frame, err
	}
	m := stdimage.NewRGBA(whole)
	draw.Draw(m, whole, frame, stdimage.Point{}, draw.Src)
	return m, nil
}

func encode(m stdimage.Image, format string) ([]byte, error) {
	var b bytes.Buffer
	var err error
	if format == "jpeg" {
		err = jpeg.Encode(&b, m, &jpeg.Options{Quality: quality})
	} else {
		err = png.Encode(&b, m)
	}
	return b.Bytes(), err
}

// scaled makes a picture in each of the sizes, narrowest first; those are as the
// picture is seen, turned by the orientation. The widest is made of the picture,
// and each other one of the next wider: it looks the same, and takes a tenth of
// the time.
func scaled(src stdimage.Image, sizes []Size, orientation int) []stdimage.Image {
	list := make([]stdimage.Image, len(sizes))
	last := len(sizes) - 1
	b := src.Bounds()
	if p, ok := src.(*stdimage.Paletted); ok && orientation == 1 && (Size{b.Dx(), b.Dy()}) == sizes[last] {
		list[last] = p // a drawing in few colours keeps them
	}
	gray := isGray(src)
	// What is more than half as large again as it will be is averaged first, so
	// that the filter, which is slow, has less to do.
	from := shrink(src, shrinking(b.Dx(), sizes[last].turned(orientation).Width))
	for i := last; i >= 0; i-- {
		to := sizes[i].turned(orientation)
		if fb := from.Bounds(); (Size{fb.Dx(), fb.Dy()}) != to {
			m := stdimage.NewRGBA(stdimage.Rect(0, 0, to.Width, to.Height))
			scaler(to, Size{fb.Dx(), fb.Dy()}).Scale(m, m.Bounds(), from, fb, draw.Src, nil)
			from = m
		}
		switch {
		case list[i] != nil:
		case gray:
			list[i] = grayOf(oriented(from, orientation))
		default:
			list[i] = oriented(from, orientation)
		}
	}
	return list
}

// shrinking says how many pixels to average where a width becomes another.
func shrinking(from, to int) int { return max(1, from*2/(3*to)) }

// scalers are those that were used last. Each knows its weights and has memory for
// its work, some fifty bytes for every pixel that it makes, and the photographs of
// a site mostly are of a few sizes.
var scalers struct {
	sync.Mutex
	known map[[2]Size]draw.Scaler
}

const maxScalers = 8

func scaler(to, from Size) draw.Scaler {
	key := [2]Size{to, from}
	scalers.Lock()
	defer scalers.Unlock()
	s := scalers.known[key]
	if s == nil {
		if len(scalers.known) >= maxScalers || scalers.known == nil {
			scalers.known = map[[2]Size]draw.Scaler{}
		}
		s = draw.CatmullRom.NewScaler(to.Width, to.Height, from.Width, from.Height)
		scalers.known[key] = s
	}
	return s
}

// shrink gives the picture with the average of every n by n pixels for one.
func shrink(src stdimage.Image, n int) *stdimage.RGBA {
	b := src.Bounds()
	if m, ok := src.(*stdimage.RGBA); ok && n == 1 {
		return m
	}
	to := stdimage.NewRGBA(stdimage.Rect(0, 0, (b.Dx()+n-1)/n, (b.Dy()+n-1)/n))
	if n == 1 {
		draw.Draw(to, to.Bounds(), src, b.Min, draw.Src)
		return to
	}
	strip := stdimage.NewRGBA(stdimage.Rect(0, 0, b.Dx(), n))
	sums := make([]uint32, 4*to.Rect.Dx())
	for y := range to.Rect.Dy() {
		rows := min(n, b.Dy()-y*n)
		draw.Draw(strip, stdimage.Rect(0, 0, b.Dx(), rows), src, stdimage.Pt(b.Min.X, b.Min.Y+y*n), draw.Src)
		clear(sums)
		for row := range rows {
			addUp(sums, strip.Pix[row*strip.Stride:][:4*b.Dx()], 4*n)
		}
		line := to.Pix[y*to.Stride:]
		for i, sum := range sums {
			cells := uint32(rows * min(n, b.Dx()-i/4*n))
			line[i] = uint8((sum + cells/2) / cells)
		}
	}
	return to
}

// addUp adds the pixels of a row to the sums of their cells, which are size bytes
// wide.
func addUp(sums []uint32, row []uint8, size int) {
	for len(row) > 0 {
		cell := row[:min(size, len(row))]
		row = row[len(cell):]
		var r, g, b, a uint32
		for ; len(cell) >= 4; cell = cell[4:] {
			r += uint32(cell[0])
			g += uint32(cell[1])
			b += uint32(cell[2])
			a += uint32(cell[3])
		}
		sums[0] += r
		sums[1] += g
		sums[2] += b
		sums[3] += a
		sums = sums[4:]
	}
}

func isGray(m stdimage.Image) bool {
	switch m.(type) {
	case *stdimage.Gray, *stdimage.Gray16:
		return true
	}
	return false
}

func grayOf(m *stdimage.RGBA) *stdimage.Gray {
	g := stdimage.NewGray(m.Rect)
	for i := range g.Pix {
		g.Pix[i] = m.Pix[4*i] // of three that are equal
	}
	return g
}

// oriented turns a picture as its orientation says (Exif 2.32, tag 0x0112): 1 is
// upright, and the names of the others say where its first row and column are
// seen.
func oriented(m *stdimage.RGBA, orientation int) *stdimage.RGBA {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	var from func(x, y int) (int, int)
	switch orientation {
	case 2: // top, right
		from = func(x, y int) (int, int) { return w - 1 - x, y }
	case 3: // bottom, right
		from = func(x, y int) (int, int) { return w - 1 - x, h - 1 - y }
	case 4: // bottom, left
		from = func(x, y int) (int, int) { return x, h - 1 - y }
	case 5: // left, top
		from = func(x, y int) (int, int) { return y, x }
	case 6: // right, top
		from = func(x, y int) (int, int) { return y, h - 1 - x }
	case 7: // right, bottom
		from = func(x, y int) (int, int) { return w - 1 - y, h - 1 - x }
	case 8: // left, bottom
		from = func(x, y int) (int, int) { return w - 1 - y, x }
	default:
		return m
	}
	size := Size{w, h}.turned(orientation)
	to := stdimage.NewRGBA(stdimage.Rect(0, 0, size.Width, size.Height))
	for y := range size.Height {
		for x := range size.Width {
			fx, fy := from(x, y)
			copy(to.Pix[to.PixOffset(x, y):][:4], m.Pix[m.PixOffset(fx, fy):][:4])
		}
	}
	return to
}
