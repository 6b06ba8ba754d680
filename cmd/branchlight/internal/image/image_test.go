package image

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	stdimage "image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/webp"

	"branchlight/cmd/branchlight/internal/diag"
)

// picture is 40 by 24 pixels of a gradient.
func picture() *stdimage.Paletted {
	m := stdimage.NewPaletted(stdimage.Rect(0, 0, 40, 24), nil)
	for i := range 16 {
		m.Palette = append(m.Palette, color.RGBA{uint8(i * 16), uint8(255 - i*16), 40, 255})
	}
	for i := range m.Pix {
		m.Pix[i] = uint8(i % 16)
	}
	return m
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func jpegBytes() []byte {
	var b bytes.Buffer
	must(jpeg.Encode(&b, picture(), nil))
	return b.Bytes()
}

func pngBytes() []byte {
	var b bytes.Buffer
	must(png.Encode(&b, picture()))
	return b.Bytes()
}

func gifBytes() []byte {
	var b bytes.Buffer
	must(gif.EncodeAll(&b, &gif.GIF{Image: []*stdimage.Paletted{picture(), picture()}, Delay: []int{10, 20}, LoopCount: 3}))
	return b.Bytes()
}

func bmpBytes() []byte {
	var b bytes.Buffer
	must(bmp.Encode(&b, picture()))
	return b.Bytes()
}

// webpBytes is a lossless WebP of one pixel, in the extended form.
func webpBytes() []byte {
	pixel := []byte{0x2f, 0, 0, 0, 0x10, 0x07, 0x10, 0x11, 0x11, 0x88, 0x88, 0xfe, 0x07, 0}
	x := make([]byte, 10)
	x[0] = 0x08 | 0x04 // says that Exif and XMP follow
	return riff("VP8X", x, "VP8L", pixel)
}

// riff makes a WebP of chunks: name, data, name, data ...
func riff(parts ...any) []byte {
	b := []byte("RIFF0000WEBP")
	for i := 0; i < len(parts); i += 2 {
		data := parts[i+1].([]byte)
		b = append(b, parts[i].(string)...)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
		b = append(append(b, data...), make([]byte, len(data)%2)...)
	}
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
	return b
}

// exif makes an Exif block with an orientation and a place, as cameras do.
func exif(o int, order binary.AppendByteOrder) []byte {
	b := []byte("Exif\x00\x00II*\x00")
	if order.String() == "BigEndian" {
		b = []byte("Exif\x00\x00MM\x00*")
	}
	u16, u32 := order.AppendUint16, order.AppendUint32
	entry := func(tag, kind uint16, count, value uint32) {
		b = u32(u16(u16(b, tag), kind), count)
		if kind == 3 {
			b = u16(u16(b, uint16(value)), 0)
		} else {
			b = u32(b, value)
		}
	}
	b = u32(b, 8)
	b = u16(b, 3)
	entry(0x010F, 2, 12, 50)       // maker, at 50
	entry(0x0112, 3, 1, uint32(o)) // orientation
	entry(0x8825, 4, 1, 62)        // place, directory at 62
	b = u32(b, 0)
	b = append(b, "SecretCamera"...)
	b = u16(b, 1)
	entry(0x0002, 5, 3, 80) // latitude at 80
	b = u32(b, 0)
	for _, v := range []uint32{31, 1, 51, 1, 3600, 100} {
		b = u32(b, v)
	}
	return append(b, "SecretPlace"...)
}

func jpegSegment(marker byte, body []byte) []byte {
	b := []byte{0xFF, marker}
	b = binary.BigEndian.AppendUint16(b, uint16(len(body)+2))
	return append(b, body...)
}

// withSegments puts segments behind the start of a JPEG.
func withSegments(data []byte, segments ...[]byte) []byte {
	return slices.Concat(data[:2], bytes.Join(segments, nil), data[2:])
}

func pngChunk(name, data string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, name...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func rules(fs []diag.Finding) string {
	var list []string
	for _, f := range fs {
		list = append(list, f.Rule)
	}
	return strings.Join(list, " ")
}

// complete fails where a finding lacks a text, or a text has a slip of the
// format.
func complete(t *testing.T, fs []diag.Finding) {
	t.Helper()
	for _, f := range fs {
		for _, s := range []string{f.Message.Zh, f.Message.En, f.Hint.Zh, f.Hint.En} {
			if s == "" || strings.Contains(s, "%!") {
				t.Errorf("%s: text %q", f.Rule, s)
			}
		}
	}
}

func TestInspect(t *testing.T) {
	j, p, g := jpegBytes(), pngBytes(), gifBytes()
	huge := bytes.Clone(p)
	binary.BigEndian.PutUint32(huge[16:], 50_000)
	binary.BigEndian.PutUint32(huge[20:], 50_000)
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	badCRC := bytes.Clone(p)
	badCRC[len(badCRC)-20] ^= 1 // in the pixels
	garbled := bytes.Clone(j)
	garbled[bytes.Index(garbled, []byte{0xFF, 0xC0})+1] = 0xC9
	for _, test := range []struct {
		file string
		data []byte
		want Info
		find string
	}{
		{"a.jpg", j, Info{40, 24, "jpeg", "jpeg"}, ""},
		{"a.JPEG", j, Info{40, 24, "jpeg", "jpeg"}, ""},
		{"a.png", p, Info{40, 24, "png", "png"}, ""},
		{"a.gif", g, Info{40, 24, "gif", ""}, ""},
		{"a.webp", webpBytes(), Info{1, 1, "webp", "png"}, ""},
		{"a.bmp", bmpBytes(), Info{40, 24, "bmp", "png"}, ""},
		{"a.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="40" height="24"/>`), Info{40, 24, "svg", ""}, ""},
		{"rotated.jpg", withSegments(j, jpegSegment(0xE1, exif(6, binary.LittleEndian))), Info{24, 40, "jpeg", "jpeg"}, ""},
		{"mirrored.jpg", withSegments(j, jpegSegment(0xE1, exif(4, binary.BigEndian))), Info{40, 24, "jpeg", "jpeg"}, ""},
		{"turned.jpg", withSegments(j, jpegSegment(0xE1, exif(5, binary.BigEndian))), Info{24, 40, "jpeg", "jpeg"}, ""},
		{"odd.jpg", withSegments(j, jpegSegment(0xE1, exif(9, binary.BigEndian))), Info{40, 24, "jpeg", "jpeg"}, ""},
		{"trailing.jpg", append(bytes.Clone(j), "more"...), Info{40, 24, "jpeg", "jpeg"}, ""},

		{"empty.jpg", nil, Info{}, "image-empty"},
		{"text.jpg", []byte("no picture"), Info{}, "image-unknown"},
		{"word.png", []byte("PK\x03\x04 word"), Info{}, "image-unknown"},
		{"scan.tif", []byte("II*\x00\x08\x00\x00\x00"), Info{}, "image-unknown"},
		{"phone.heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), Info{}, "image-heic"},
		{"phone.jpg", []byte("\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00"), Info{}, "image-heic"},
		{"video.jpg", []byte("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00"), Info{}, "image-unknown"},
		{"a.jpg", p, Info{40, 24, "png", "png"}, "image-type"},
		{"a", j, Info{40, 24, "jpeg", "jpeg"}, "image-type"},
		{"a.png", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), Info{0, 0, "svg", ""}, "image-type"},
		{"cut.jpg", j[:len(j)-30], Info{40, 24, "jpeg", ""}, "image-cut"},
		{"cut.png", p[:len(p)-5], Info{40, 24, "png", ""}, "image-cut"},
		{"cut.gif", g[:len(g)-1], Info{40, 24, "gif", ""}, "image-cut"},
		{"cut.webp", webpBytes()[:40], Info{1, 1, "webp", ""}, "image-cut"},
		{"cut.bmp", bmpBytes()[:1500], Info{40, 24, "bmp", ""}, "image-cut"},
		{"checksum.png", badCRC, Info{40, 24, "png", ""}, "image-cut"},
		{"start.jpg", j[:20], Info{Format: "jpeg"}, "image-broken"},
		{"start.png", p[:12], Info{Format: "png"}, "image-broken"},
		{"garbled.jpg", garbled, Info{Format: "jpeg"}, "image-broken"},
		{"huge.png", huge, Info{50_000, 50_000, "png", ""}, "image-pixels"},
	} {
		info, fs := Inspect("content/"+test.file, test.data)
		if info != test.want || rules(fs) != test.find {
			t.Errorf("%s: %+v %q, want %+v %q", test.file, info, rules(fs), test.want, test.find)
		}
		complete(t, fs)
	}
	if _, fs := Inspect("a.heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00")); !strings.Contains(fs[0].Hint.Zh, "兼容性最佳") {
		t.Error(fs[0].Hint.Zh)
	}
}

// secrets fails where a cleaned picture still holds what must go.
func secrets(t *testing.T, name string, data []byte) {
	t.Helper()
	if bytes.Contains(data, []byte("Secret")) {
		t.Errorf("%s: a secret is left: %q", name, data)
	}
}

func TestCleanJPEG(t *testing.T) {
	plain := jpegBytes()
	icc := jpegSegment(0xE2, []byte("ICC_PROFILE\x00\x01\x01colours"))
	adobe := jpegSegment(0xEE, []byte("Adobe\x00\x64\x00\x00\x00\x00\x00"))
	jfif := jpegSegment(0xE0, []byte("JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x01\x02SecretThumb"))
	dirty := withSegments(plain, jfif, jpegSegment(0xE0, []byte("JFXX\x00\x13SecretThumb")),
		jpegSegment(0xE1, exif(6, binary.LittleEndian)), jpegSegment(0xE1, []byte("http://ns.adobe.com/xap/1.0/\x00SecretXMP")),
		icc, jpegSegment(0xE2, []byte("MPF\x00Secret")), jpegSegment(0xED, []byte("Photoshop 3.0\x008BIM Secret IPTC")), adobe,
		jpegSegment(0xFE, []byte("Secret comment")), jpegSegment(0xEB, []byte("Secret")), []byte{0xFF})
	dirty = append(dirty, "\x00\x00ftypmp4 Secret film"...)
	got, err := Clean(dirty, "jpeg")
	if err != nil {
		t.Fatal(err)
	}
	secrets(t, "jpeg", got)
	want := withSegments(plain, jpegSegment(0xE0, []byte("JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x00\x00")), jpegSegment(0xE1, exifBlock(6)), icc, adobe)
	if !bytes.Equal(got, want) {
		t.Errorf("cleaned to\n%q, want\n%q", got, want)
	}
	if jpegOrientation(got) != 6 {
		t.Error("the orientation is lost")
	}
	for name, o := range map[string]int{"upright": 1, "nonsense": 77} {
		got, err := Clean(withSegments(plain, jpegSegment(0xE1, exif(o, binary.BigEndian))), "jpeg")
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestCleanPNG(t *testing.T) {
	plain := pngBytes()
	head := len(pngMagic) + 25
	dirty := slices.Concat(plain[:head], pngChunk("tEXt", "Author\x00Secret"), pngChunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00Secret"),
		pngChunk("eXIf", "MM\x00*Secret"), pngChunk("tIME", "Secret."), pngChunk("caBX", "Secret"), pngChunk("gAMA", "\x00\x00\xb1\x8f"),
		plain[head:], []byte("Secret"))
	got, err := Clean(dirty, "png")
	if err != nil {
		t.Fatal(err)
	}
	secrets(t, "png", got)
	if want := slices.Concat(plain[:head], pngChunk("gAMA", "\x00\x00\xb1\x8f"), plain[head:]); !bytes.Equal(got, want) {
		t.Errorf("cleaned to %q", got)
	}
}

func TestCleanGIF(t *testing.T) {
	plain := gifBytes()
	head := 13 + colorTable(plain[10])
	dirty := slices.Concat(plain[:head], []byte("!\xFE\x06Secret\x05again\x00"), []byte("!\xFF\x0bXMP DataXMP\x0aSecret XMP\x00"),
		plain[head:], []byte("Secret"))
	got, err := Clean(dirty, "gif")
	if err != nil || !bytes.Equal(got, plain) {
		t.Errorf("cleaned to %q, %v, want %q", got, err, plain)
	}
	all, err := gif.DecodeAll(bytes.NewReader(got))
	if err != nil || len(all.Image) != 2 || all.LoopCount != 3 {
		t.Errorf("%v, %v", all, err)
	}
}

func TestCleanWebP(t *testing.T) {
	plain := webpBytes()
	dirty := slices.Concat(plain, riff("EXIF", []byte("Secret!"), "XMP ", []byte("Secret"), "junk", []byte("Secret"))[12:])
	binary.LittleEndian.PutUint32(dirty[4:], uint32(len(dirty)-8))
	dirty = append(dirty, "Secret"...)
	got, err := Clean(dirty, "webp")
	if err != nil {
		t.Fatal(err)
	}
	secrets(t, "webp", got)
	want := bytes.Clone(plain)
	want[20] = 0
	if !bytes.Equal(got, want) {
		t.Errorf("cleaned to %q, want %q", got, want)
	}
	if _, err := webp.Decode(bytes.NewReader(got)); err != nil {
		t.Error(err)
	}
}

// What Clean gives shows the same pixels, is the same twice, and is clean.
func TestCleanKeepsPixels(t *testing.T) {
	decoders := map[string]func([]byte) (stdimage.Image, error){
		"jpeg": func(b []byte) (stdimage.Image, error) { return jpeg.Decode(bytes.NewReader(b)) },
		"png":  func(b []byte) (stdimage.Image, error) { return png.Decode(bytes.NewReader(b)) },
		"gif":  func(b []byte) (stdimage.Image, error) { return gif.Decode(bytes.NewReader(b)) },
		"webp": func(b []byte) (stdimage.Image, error) { return webp.Decode(bytes.NewReader(b)) },
		"bmp":  func(b []byte) (stdimage.Image, error) { return bmp.Decode(bytes.NewReader(b)) },
	}
	for format, data := range map[string][]byte{
		"jpeg": withSegments(jpegBytes(), jpegSegment(0xE1, exif(8, binary.BigEndian))),
		"png":  pngBytes(), "gif": gifBytes(), "webp": webpBytes(), "bmp": bmpBytes(),
	} {
		before := bytes.Clone(data)
		got, err := Clean(data, format)
		if err != nil {
			t.Fatal(format, err)
		}
		if !bytes.Equal(data, before) {
			t.Errorf("%s: the input was changed", format)
		}
		a, err1 := decoders[format](data)
		b, err2 := decoders[format](got)
		if err1 != nil || err2 != nil || a.Bounds() != b.Bounds() {
			t.Fatalf("%s: %v, %v", format, err1, err2)
		}
		for y := range a.Bounds().Dy() {
			for x := range a.Bounds().Dx() {
				if a.At(x, y) != b.At(x, y) {
					t.Fatalf("%s: pixel %d, %d differs", format, x, y)
				}
			}
		}
		if again, err := Clean(got, format); err != nil || !bytes.Equal(again, got) {
			t.Errorf("%s: cleaning twice: %v", format, err)
		}
	}
	if _, err := Clean([]byte("x"), "tiff"); err == nil {
		t.Error("an unknown format is cleaned")
	}
}

func TestRules(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules {
		if seen[r.ID] || r.ID == "" || r.Doc.Zh == "" || r.Doc.En == "" || r.Example == "" {
			t.Errorf("rule %+v", r)
		}
		seen[r.ID] = true
	}
}

func seeds() [][]byte {
	return [][]byte{
		jpegBytes(), pngBytes(), gifBytes(), webpBytes(), bmpBytes(), nil,
		withSegments(jpegBytes(), jpegSegment(0xE1, exif(6, binary.LittleEndian))),
		[]byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 2"><style>a{fill:url(#b)}</style><a href="#x"/></svg>`),
	}
}

func FuzzInspect(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		info, fs := Inspect("a.jpg", data)
		complete(t, fs)
		if !bytes.Equal(data, before) {
			t.Fatal("the input was changed")
		}
		if info.Width < 0 || info.Height < 0 {
			t.Fatalf("%+v", info)
		}
		if diag.Errors(fs) == 0 {
			if _, err := Clean(data, info.Format); err != nil {
				t.Fatalf("good, but not to be cleaned: %v", err)
			}
		}
	})
}

func FuzzClean(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, format := range []string{"jpeg", "png", "gif", "webp"} {
			got, err := Clean(data, format)
			if err != nil {
				continue
			}
			again, err := Clean(got, format)
			if err != nil || !bytes.Equal(got, again) {
				t.Fatalf("%s: cleaning twice differs: %v", format, err)
			}
			if format == "jpeg" && jpegOrientation(got) != jpegOrientation(data) {
				t.Fatal("the orientation changed")
			}
		}
	})
}

func BenchmarkInspect(b *testing.B) {
	photo := largePhoto()
	b.SetBytes(int64(len(photo)))
	b.ReportAllocs()
	for b.Loop() {
		Inspect("a.jpg", photo)
	}
}

func BenchmarkClean(b *testing.B) {
	photo := largePhoto()
	b.SetBytes(int64(len(photo)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Clean(photo, "jpeg"); err != nil {
			b.Fatal(err)
		}
	}
}

// largePhoto is a JPEG of about three megapixels with the metadata of a camera.
func largePhoto() []byte {
	m := stdimage.NewGray(stdimage.Rect(0, 0, 2048, 1536))
	for i := range m.Pix {
		m.Pix[i] = byte(i * i >> 7)
	}
	var b bytes.Buffer
	must(jpeg.Encode(&b, m, nil))
	return withSegments(b.Bytes(), jpegSegment(0xE1, exif(6, binary.LittleEndian)))
}
