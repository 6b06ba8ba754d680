package image

import (
	"bytes"
	"encoding/binary"
	"fmt"
	stdimage "image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/image/bmp"
)

// quarters is a picture whose corners are red, green, blue and white, from top
// left on and row by row.
func quarters(w, h int) *stdimage.RGBA {
	m := stdimage.NewRGBA(stdimage.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			i := 0
			if x >= w/2 {
				i = 1
			}
			if y >= h/2 {
				i += 2
			}
			m.Set(x, y, cornerColors[i])
		}
	}
	return m
}

var cornerColors = []color.Color{color.RGBA{255, 0, 0, 255}, color.RGBA{0, 255, 0, 255}, color.RGBA{0, 0, 255, 255}, color.RGBA{255, 255, 255, 255}}

// corners names the colours of the corners, as quarters has them: RGBW.
func corners(m stdimage.Image) string {
	b := m.Bounds()
	var name strings.Builder
	for _, p := range []stdimage.Point{{b.Dx() / 4, b.Dy() / 4}, {b.Dx() * 3 / 4, b.Dy() / 4}, {b.Dx() / 4, b.Dy() * 3 / 4}, {b.Dx() * 3 / 4, b.Dy() * 3 / 4}} {
		r, g, b, _ := m.At(b.Min.X+p.X, b.Min.Y+p.Y).RGBA()
		i := slices.IndexFunc(cornerColors, func(c color.Color) bool {
			cr, cg, cb, _ := c.RGBA()
			return near(r, cr) && near(g, cg) && near(b, cb)
		})
		if i < 0 {
			return fmt.Sprintf("colour %d %d %d", r>>8, g>>8, b>>8)
		}
		name.WriteByte("RGBW"[i])
	}
	return name.String()
}

func near(a, b uint32) bool { return max(a, b)-min(a, b) < 16<<8 }

func encoded(m stdimage.Image, format string) []byte {
	var b bytes.Buffer
	switch format {
	case "jpeg":
		must(jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}))
	case "png":
		must(png.Encode(&b, m))
	case "bmp":
		must(bmp.Encode(&b, m))
	case "gif":
		must(gif.Encode(&b, m, nil))
	}
	return b.Bytes()
}

// resized inspects and resizes a picture that is good.
func resized(t testing.TB, file string, data []byte) (Info, [][]byte) {
	t.Helper()
	info, fs := Inspect(file, data)
	if len(fs) > 0 {
		t.Fatalf("%s: %v", file, fs)
	}
	before := bytes.Clone(data)
	files, err := Resize(data, info)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if !bytes.Equal(data, before) {
		t.Errorf("%s: the input was changed", file)
	}
	again, err := Resize(data, info)
	if err != nil || !slices.EqualFunc(files, again, bytes.Equal) {
		t.Errorf("%s: other bytes the second time, %v", file, err)
	}
	return info, files
}

func opened(t testing.TB, data []byte) (stdimage.Image, string) {
	t.Helper()
	m, format, err := stdimage.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return m, format
}

// All eight orientations end upright, in both widths, without a word of Exif.
func TestOrientations(t *testing.T) {
	const w, h = 1300, 700
	upright := quarters(w, h)
	// How a camera stores what is upright (Exif 2.32, tag 0x0112): where the pixel
	// at x, y of the upright picture stands.
	stored := map[int]func(x, y int) (int, int){
		1: func(x, y int) (int, int) { return x, y },
		2: func(x, y int) (int, int) { return w - 1 - x, y },
		3: func(x, y int) (int, int) { return w - 1 - x, h - 1 - y },
		4: func(x, y int) (int, int) { return x, h - 1 - y },
		5: func(x, y int) (int, int) { return y, x },
		6: func(x, y int) (int, int) { return y, w - 1 - x },
		7: func(x, y int) (int, int) { return h - 1 - y, w - 1 - x },
		8: func(x, y int) (int, int) { return h - 1 - y, x },
	}
	for o := 1; o <= 8; o++ {
		size := Size{w, h}.turned(o)
		m := stdimage.NewRGBA(stdimage.Rect(0, 0, size.Width, size.Height))
		for y := range h {
			for x := range w {
				sx, sy := stored[o](x, y)
				m.Set(sx, sy, upright.At(x, y))
			}
		}
		data := withSegments(encoded(m, "jpeg"), jpegSegment(0xE1, exif(o, binary.LittleEndian)),
			jpegSegment(0xE1, []byte("http://ns.adobe.com/xap/1.0/\x00SecretXMP")))
		info, files := resized(t, "a.jpg", data)
		if info.Width != w || info.Height != h || len(files) != 2 {
			t.Errorf("orientation %d: %+v, %d files", o, info, len(files))
		}
		for i, want := range []Size{{480, 258}, {1200, 646}} {
			got, format := opened(t, files[i])
			if b := got.Bounds(); format != "jpeg" || (Size{b.Dx(), b.Dy()}) != want || info.Sizes()[i] != want || corners(got) != "RGBW" {
				t.Errorf("orientation %d: %s of %v (%v), corners %s", o, format, b, info.Sizes()[i], corners(got))
			}
			secrets(t, "resized", files[i])
			for _, word := range []string{"Exif", "GPS", "ns.adobe.com"} {
				if !bytes.Contains(data, []byte(word)) && word != "GPS" || bytes.Contains(files[i], []byte(word)) {
					t.Errorf("orientation %d: %s", o, word)
				}
			}
		}
	}
}

// Nothing is made larger, and next to nothing smaller.
func TestSizes(t *testing.T) {
	for width, want := range map[int]string{
		1: "1x2", 480: "480x960", 600: "600x1200", 601: "480x960 601x1202", 1200: "480x960 1200x2400", 1201: "480x960 1200x2400", 9000: "480x960 1200x2400",
	} {
		var got []string
		for _, s := range (Info{width, 2 * width, "jpeg", "jpeg"}).Sizes() {
			got = append(got, fmt.Sprintf("%dx%d", s.Width, s.Height))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%d: %s, want %s", width, s, want)
		}
	}
	if s := (Info{9000, 1, "jpeg", "jpeg"}).Sizes(); s[0] != (Size{480, 1}) {
		t.Errorf("a line is %v", s)
	}
	if s := (Info{900, 900, "svg", ""}).Sizes(); s != nil {
		t.Errorf("a drawing is %v", s)
	}
}

// kinds are pictures of every kind that decoders tell apart, with what becomes of
// them.
func kinds() map[string]struct {
	data []byte
	as   string
} {
	type kind = struct {
		data []byte
		as   string
	}
	m := quarters(700, 500)
	gray, gray16, deep, few := stdimage.NewGray(m.Rect), stdimage.NewGray16(m.Rect), stdimage.NewNRGBA64(m.Rect), stdimage.NewPaletted(m.Rect, cornerColors)
	for y := range 500 {
		for x := range 700 {
			c := m.At(x, y)
			gray.Set(x, y, c)
			gray16.Set(x, y, c)
			deep.Set(x, y, c)
			few.Set(x, y, c)
		}
	}
	return map[string]kind{
		"photo.jpg":  {encoded(m, "jpeg"), "jpeg"},
		"gray.jpg":   {encoded(gray, "jpeg"), "jpeg"},
		"plain.png":  {encoded(m, "png"), "png"},
		"gray.png":   {encoded(gray, "png"), "png"},
		"gray16.png": {encoded(gray16, "png"), "png"},
		"deep.png":   {encoded(deep, "png"), "png"},
		"few.png":    {encoded(few, "png"), "png"},
		"still.gif":  {encoded(few, "gif"), "png"},
		"paint.bmp":  {encoded(m, "bmp"), "png"},
	}
}

func TestKinds(t *testing.T) {
	for name, k := range kinds() {
		info, files := resized(t, name, k.data)
		if info.As != k.as || len(files) != 2 {
			t.Errorf("%s: %+v, %d files", name, info, len(files))
		}
		for i, file := range files {
			m, format := opened(t, file)
			if b := m.Bounds(); format != k.as || b.Dx() != info.Sizes()[i].Width || b.Dy() != info.Sizes()[i].Height {
				t.Errorf("%s: %s of %v", name, format, b)
			}
			if isGray := strings.HasPrefix(name, "gray"); isGray != (m.ColorModel() == color.GrayModel) {
				t.Errorf("%s: colours %T", name, m)
			} else if !isGray && corners(m) != "RGBW" {
				t.Errorf("%s: corners %s", name, corners(m))
			}
		}
		if m, _ := opened(t, files[1]); name == "few.png" {
			if _, few := m.(*stdimage.Paletted); !few {
				t.Errorf("a drawing in four colours became %T", m)
			}
		}
	}
}

// CMYK, as printing shops send it, inverted as Adobe does.
func TestCMYK(t *testing.T) {
	// Four gray JPEG planes cannot be put together without an encoder, so the test
	// has a JPEG of 8 by 8 pixels, all black ink, by hand: four components, one
	// table, every block its mean alone.
	tables := slices.Concat(
		jpegSegment(0xDB, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)),
		jpegSegment(0xEE, []byte("Adobe\x00\x64\x00\x00\x00\x00\x00")),
		jpegSegment(0xC0, []byte{8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0}),
		// one code of one bit for a difference of 0 bits, one of two bits for 10 bits
		jpegSegment(0xC4, []byte{0x00, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10}),
		jpegSegment(0xC4, []byte{0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}),
		jpegSegment(0xDA, []byte{4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0}),
	)
	// C: +1016 (10 + 1111111000), end of block (0); M, Y, K: 0 0 each.
	scan := []byte{0b10_111111, 0b1000_0_0_0_0, 0b0_0_0_0_1111}
	data := slices.Concat([]byte{0xFF, 0xD8}, tables, scan, []byte{0xFF, 0xD9})
	info, files := resized(t, "print.jpg", data)
	m, format := opened(t, files[0])
	r, g, b, _ := m.At(4, 4).RGBA()
	if info.As != "jpeg" || format != "jpeg" {
		t.Errorf("%+v, %s", info, format)
	}
	if r>>8 < 100 || g>>8 > 90 || b>>8 > 90 { // no cyan, half of magenta and yellow, and half black
		t.Errorf("the colour is %d %d %d", r>>8, g>>8, b>>8)
	}
}

// What is seen through stays so, and its edges keep their colour.
func TestTransparency(t *testing.T) {
	m := stdimage.NewNRGBA(stdimage.Rect(0, 0, 1500, 1500))
	for y := range 1500 {
		for x := range 1500 {
			if (x-750)*(x-750)+(y-750)*(y-750) < 500*500 {
				m.SetNRGBA(x, y, color.NRGBA{200, 30, 30, 128})
			}
		}
	}
	_, files := resized(t, "seal.png", encoded(m, "png"))
	for _, file := range files {
		got, _ := opened(t, file)
		w := got.Bounds().Dx()
		if _, _, _, a := got.At(2, 2).RGBA(); a != 0 {
			t.Errorf("the corner has alpha %d", a>>8)
		}
		for x := range w {
			if c := color.NRGBAModel.Convert(got.At(x, w/2)).(color.NRGBA); c.A > 32 && (c.R < 190 || c.G > 45) {
				t.Errorf("at %d of %d: %v", x, w, c)
				break
			}
		}
		if c := color.NRGBAModel.Convert(got.At(w/2, w/2)).(color.NRGBA); c.A < 126 || c.A > 130 {
			t.Errorf("the middle is %v", c)
		}
	}
}

// What moves, and what is drawn, is published as it is.
func TestPublishedAsItIs(t *testing.T) {
	moving := pngBytes()
	head := len(pngMagic) + 25
	moving = slices.Concat(moving[:head], pngChunk("acTL", "\x00\x00\x00\x01\x00\x00\x00\x00"), moving[head:])
	for name, data := range map[string][]byte{
		"moving.png":  moving,
		"moving.gif":  gifBytes(),
		"moving.webp": riff("VP8X", make([]byte, 10), "ANIM", make([]byte, 6), "ANMF", make([]byte, 16)),
		"drawing.svg": []byte(inSVG("<g/>")),
	} {
		if as := published(data, sniff(data)); as != "" {
			t.Errorf("%s becomes %s", name, as)
		}
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"photograph":  {riff("VP8 ", []byte("x")), "jpeg"},
		"lossless":    {riff("VP8L", []byte("x")), "png"},
		"transparent": {riff("VP8X", make([]byte, 10), "ALPH", []byte("x"), "VP8 ", []byte("x")), "png"},
	} {
		if as := published(c.data, "webp"); as != c.want {
			t.Errorf("%s: %q", name, as)
		}
	}
	_, files := resized(t, "a.webp", webpBytes())
	if m, format := opened(t, files[0]); format != "png" || m.Bounds().Dx() != 1 {
		t.Errorf("%s of %v", format, m.Bounds())
	}
}

// The profile of the colours stays with the numbers that it explains; one for ink,
// one in pieces and one that is too large do not.
func TestProfiles(t *testing.T) {
	profile := func(space string, size int) []byte {
		b := make([]byte, size)
		binary.BigEndian.PutUint32(b, uint32(size))
		copy(b[16:], space)
		return b
	}
	segment := func(b []byte, part, of byte) []byte {
		return jpegSegment(0xE2, slices.Concat([]byte("ICC_PROFILE\x00"), []byte{part, of}, b))
	}
	screen := profile("RGB ", 300)
	j := encoded(quarters(64, 64), "jpeg")
	for name, c := range map[string]struct {
		segment []byte
		kept    bool
	}{
		"screen":       {segment(screen, 1, 1), true},
		"ink":          {segment(profile("CMYK", 300), 1, 1), false},
		"in pieces":    {segment(screen, 1, 2), false},
		"large":        {segment(profile("RGB ", maxProfile+1), 1, 1), false},
		"wrong length": {segment(screen[:200], 1, 1), false},
	} {
		_, files := resized(t, "a.jpg", withSegments(j, c.segment))
		if bytes.Contains(files[0], []byte("ICC_PROFILE")) != c.kept {
			t.Errorf("%s: kept %v", name, !c.kept)
		}
		if m, _ := opened(t, files[0]); corners(m) != "RGBW" {
			t.Errorf("%s: %s", name, corners(m))
		}
	}
	p := encoded(quarters(64, 64), "png")
	head := len(pngMagic) + 25
	p = slices.Concat(p[:head], pngChunk("gAMA", "\x00\x00\xb1\x8f"), pngChunk("tEXt", "Author\x00Secret"), p[head:])
	_, files := resized(t, "a.png", p)
	if !bytes.Contains(files[0], []byte("gAMA")) {
		t.Error("the gamma is gone")
	}
	secrets(t, "png", files[0])
	if m, _ := opened(t, files[0]); corners(m) != "RGBW" {
		t.Error("the picture is broken")
	}
}

// Whatever is cut off or garbled, a decoder gives an error, or pixels, and never
// more.
func TestDamagedPixels(t *testing.T) {
	for name, k := range kinds() {
		info, _ := Inspect(name, k.data)
		for at := len(k.data) / 2; at < len(k.data); at += max(1, len(k.data)/40) {
			if files, err := Resize(k.data[:at], info); err == nil && info.Format == "png" {
				t.Errorf("%s cut at %d: %d files", name, at, len(files))
			}
			bad := bytes.Clone(k.data)
			bad[at] ^= 0x55
			if files, err := Resize(bad, info); (err == nil) != (len(files) == 2) {
				t.Errorf("%s garbled at %d: %d files, %v", name, at, len(files), err)
			}
		}
	}
	cut := encoded(quarters(700, 500), "jpeg")
	if _, fs := Inspect("a.jpg", cut[:len(cut)/2]); rules(fs) != "image-cut" {
		t.Error(fs)
	}
	// Of another size than its header had when it was looked at.
	info, _ := Inspect("a.png", pngBytes())
	if _, err := Resize(encoded(quarters(10, 10), "png"), info); err == nil {
		t.Error("another picture is taken for it")
	}
	if _, err := Resize([]byte(inSVG("<g/>")), Info{10, 20, "svg", ""}); err == nil {
		t.Error("a drawing is resized")
	}
}

// bombPNG is small, whole, and says that it has the size and depth.
func bombPNG(w, h uint32, depth byte) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	head = append(head, depth, 6, 0, 0, 0)
	return slices.Concat([]byte(pngMagic), pngChunk("IHDR", string(head)), pngChunk("IDAT", "\x78\x9c\x03\x00\x00\x00\x00\x01"), pngChunk("IEND", ""))
}

// Bombs are found by their headers, and take no memory.
func TestBombs(t *testing.T) {
	j := encoded(quarters(64, 64), "jpeg")
	at := bytes.Index(j, []byte{0xFF, 0xDA})
	passes := slices.Concat(j[:at], bytes.Repeat(j[at:len(j)-2], maxScans+1), j[len(j)-2:])
	progressive := bytes.Clone(j)
	sof := bytes.Index(progressive, []byte{0xFF, 0xC0})
	progressive[sof+1] = 0xC2
	binary.BigEndian.PutUint16(progressive[sof+5:], 9000)
	binary.BigEndian.PutUint16(progressive[sof+7:], 9000)
	for name, c := range map[string]struct {
		data []byte
		find string
	}{
		"wide.png":        {bombPNG(20_000, 20_000, 8), "image-pixels"},
		"deep.png":        {bombPNG(9_900, 9_900, 16), "image-pixels"},
		"passes.jpg":      {passes, "image-broken"},
		"progressive.jpg": {progressive, "image-pixels"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, fs := Inspect(name, c.data)
		runtime.ReadMemStats(&after)
		if rules(fs) != c.find {
			t.Errorf("%s: %v", name, fs)
		}
		complete(t, fs)
		if n := after.TotalAlloc - before.TotalAlloc; n > 4<<20 {
			t.Errorf("%s: %d MB to look at", name, n>>20)
		}
	}
	// What a camera makes passes, and a size that a decoder can stand fails there.
	if n := memory(bombPNG(4000, 3000, 8), "png"); n != 4*12_000_000 {
		t.Errorf("12 megapixels take %d", n)
	}
	data := bombPNG(4000, 3000, 8)
	info, fs := Inspect("lies.png", data)
	if _, err := Resize(data, info); len(fs) > 0 || err == nil {
		t.Errorf("%v, %v", fs, err)
	}
}

// The gate lets through what fits together, and what is too large for that by
// itself.
func TestGate(t *testing.T) {
	g := newGate()
	var mu sync.Mutex
	inside, most := 0, 0
	pass := func(size int64) {
		defer g.enter(size)()
		mu.Lock()
		inside++
		most = max(most, inside)
		if size > together && inside != 1 {
			t.Errorf("%d beside a large one", inside-1)
		}
		mu.Unlock()
		time.Sleep(time.Millisecond)
		mu.Lock()
		inside--
		mu.Unlock()
	}
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			if i%10 == 0 {
				pass(2 * together)
			} else {
				pass(together / 3)
			}
		})
	}
	all.Wait()
	if most > 3 || g.used != 0 {
		t.Errorf("%d at the same time; %d still used", most, g.used)
	}
}

func FuzzResize(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		info, fs := Inspect("a.jpg", data)
		if info.As == "" || len(fs) > 1 || info.Width*info.Height > 1_000_000 {
			return
		}
		files, err := Resize(data, info)
		if err != nil {
			return
		}
		for i, file := range files {
			c, format, err := stdimage.DecodeConfig(bytes.NewReader(file))
			if err != nil || format != info.As || (Size{c.Width, c.Height}) != info.Sizes()[i] {
				t.Fatalf("%+v: %s of %dx%d, %v", info, format, c.Width, c.Height, err)
			}
		}
	})
}

func BenchmarkResize(b *testing.B) {
	m := stdimage.NewRGBA(stdimage.Rect(0, 0, 4000, 3000))
	for i := range m.Pix {
		m.Pix[i] = byte(i*i>>9) | byte(i>>12)
	}
	photo := encoded(m, "jpeg")
	info, _ := Inspect("a.jpg", photo)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Resize(photo, info); err != nil {
			b.Fatal(err)
		}
	}
}
