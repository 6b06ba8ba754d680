package render

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	pictures "branchlight/cmd/branchlight/internal/image"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/site"
	"branchlight/cmd/branchlight/internal/tmpl"
	"branchlight/themes"
)

const settings = `title = "筠溪机关党建"
base_url = "http://dj.yunxi.example/"
topic = [{ name = "理论武装" }]
`

// files are the sources of a small site, by path.
type files map[string]string

func page(extra, body string) string {
	return "+++\ntitle = \"做法\"\ndate = 2026-03-01\nkind = \"practice\"\n" + extra + "+++\n\n" + body + "\n"
}

// sample is a site with an attachment and a photograph.
func sample() files {
	return files{
		"content/局/_index.md":    "+++\ntitle = \"县财政局\"\n+++\n",
		"content/局/支部/_index.md": "+++\ntitle = \"预算股党支部\"\n+++\n",
		"content/局/支部/p1.md":     page("", "见[名单](名单.csv)。\n\n![会场](会场.jpg)"),
		"content/局/支部/p2.md":     page("themes = [\"理论武装\"]\n", "见[第一页](p1.md)、[图](图.svg)和[照片](会场.jpg)。"),
		"content/局/支部/名单.csv":    "甲,乙\n",
		"content/局/支部/会场.jpg":    string(photograph()),
		"content/局/支部/图.svg":     `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>`,
	}
}

// assemble makes a site of the files as a build does.
func (f files) assemble(t testing.TB) *site.Site {
	t.Helper()
	c, found := config.Parse(diag.NewSource("site.toml", []byte(settings)))
	in := site.Input{Config: c, Namer: route.NewNamer(nil), Day: 20260601}
	parser := mark.New()
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if !strings.HasSuffix(name, ".md") {
			file := site.File{Path: name, Size: int64(len(f[name]))}
			if site.IsImage(name) {
				file.Image, file.Findings = pictures.Inspect(name, []byte(f[name]))
				file.Sum = codec.SumOf([]byte(f[name]))
			}
			in.Files = append(in.Files, file)
			continue
		}
		src := diag.NewSource(name, []byte(f[name]))
		matter, wrong := front.Parse(src)
		found = append(found, wrong...)
		in.Sources = append(in.Sources, &site.Source{Path: name, Matter: matter, Doc: parser.Parse(src, matter.Body)})
	}
	s, wrong := site.Assemble(in)
	if found = append(found, wrong...); len(found) > 0 {
		t.Fatal(found)
	}
	return s
}

func (f files) open(name string) (io.ReadCloser, error) {
	text, ok := f[name]
	if !ok {
		return nil, fmt.Errorf("reading %s: %w", name, fs.ErrNotExist)
	}
	return io.NopCloser(strings.NewReader(text)), nil
}

// county loads the theme that the program brings along, with layouts over it.
func county(t testing.TB, layouts fs.FS) (*tmpl.Set, Inputs, []diag.Finding) {
	t.Helper()
	theme, _ := themes.Open("county")
	text, err := fs.ReadFile(theme, "strings/zh-CN.toml")
	if err != nil {
		t.Fatal(err)
	}
	words, _ := config.Strings(diag.NewSource("zh-CN.toml", text))
	set, found := tmpl.Load(theme, layouts, "county", words)
	assets, err := Assets(theme)
	if err != nil || len(assets) == 0 {
		t.Fatal(assets, err)
	}
	return set, Inputs{Theme: theme, Assets: assets}, found
}

// memory is a Sink that keeps what it gets, and fails from the n-th file on
// where n is not 0.
type memory struct {
	mu    sync.Mutex
	made  map[string]string
	keys  map[string]codec.Sum
	stand map[string]codec.Sum // what Keep is asked about
	fail  int64
	calls atomic.Int64
}

var errFull = errors.New("no room")

func (m *memory) Keep(path string, key codec.Sum) bool {
	stands, known := m.stand[path]
	return known && key == stands && key != (codec.Sum{})
}

func (m *memory) Write(path string, key codec.Sum, data []byte) error {
	if n := m.calls.Add(1); m.fail > 0 && n >= m.fail {
		return errFull
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, twice := m.made[path]; twice {
		return fmt.Errorf("%s is written twice", path)
	}
	if m.made == nil {
		m.made, m.keys = map[string]string{}, map[string]codec.Sum{}
	}
	m.made[path], m.keys[path] = string(data), key
	return nil
}

func (m *memory) Copy(path string, key codec.Sum, r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return m.Write(path, key, data)
}

// outputs says how many files a site makes, all in all. Its pictures are small, and
// made in one size.
func outputs(s *site.Site, in Inputs) int {
	return s.Count() + len(s.Files) + len(s.Pictures) + len(in.Assets)
}

func TestAll(t *testing.T) {
	f := sample()
	s := f.assemble(t)
	set, in, _ := county(t, nil)
	in.Open = f.open
	var first map[string]string
	for range 3 {
		var sink memory
		_, found, err := All(s, set, in, &sink)
		if err != nil || len(found) > 0 {
			t.Fatal(found, err)
		}
		if want := outputs(s, in); len(sink.made) != want {
			t.Errorf("%d files, want %d", len(sink.made), want)
		}
		if first != nil && !maps.Equal(first, sink.made) {
			t.Error("other bytes than the time before")
		}
		first = sink.made
	}
	if got := first["ju/zhi-bu/ming-dan.csv"]; got != f["content/局/支部/名单.csv"] {
		t.Errorf("the attachment is %q", got)
	}
	if got := first["ju/zhi-bu/tu.svg"]; got != f["content/局/支部/图.svg"] {
		t.Errorf("the drawing is %q", got)
	}
	if !strings.Contains(first["ju/zhi-bu/p2.html"], `href="p1.html"`) {
		t.Error("the page lacks its link")
	}
}

// What stands as made of the same is not made again: of a site in which one page
// has changed, that page and those that show something of it.
func TestKeep(t *testing.T) {
	f := sample()
	set, in, _ := county(t, nil)
	in.Open = f.open
	var first memory
	made, _, err := All(f.assemble(t), set, in, &first)
	if err != nil || made != f.assemble(t).Count() {
		t.Fatal(made, err)
	}
	again := memory{stand: first.keys}
	if made, _, err = All(f.assemble(t), set, in, &again); err != nil || made != 0 {
		t.Errorf("%d outputs are made again, %v", made, err)
	}
	for path := range again.made {
		if first.keys[path] != (codec.Sum{}) {
			t.Errorf("%s is written again", path)
		}
	}
	f["content/局/支部/p2.md"] = strings.Replace(f["content/局/支部/p2.md"], "title = \"", "title = \"新", 1)
	changed := memory{stand: first.keys}
	if _, _, err = All(f.assemble(t), set, in, &changed); err != nil {
		t.Fatal(err)
	}
	var whole memory
	if _, _, err = All(f.assemble(t), set, in, &whole); err != nil {
		t.Fatal(err)
	}
	for path, want := range whole.made {
		switch got, again := changed.made[path]; {
		case again && got != want:
			t.Errorf("%s has other bytes", path)
		case !again && first.made[path] != want:
			t.Errorf("%s should have been made again", path)
		case again && got == first.made[path] && whole.keys[path] != (codec.Sum{}):
			t.Errorf("%s is made again for nothing", path)
		}
	}
	if _, again := changed.made["404.html"]; again || len(changed.made) < 2 {
		t.Errorf("%d outputs are made", len(changed.made))
	}
}

// Whatever file it is at which the sink fails, the error comes back and the work
// ends.
func TestSinkFails(t *testing.T) {
	f := sample()
	s := f.assemble(t)
	set, in, _ := county(t, nil)
	in.Open = f.open
	jobs := int64(outputs(s, in))
	for n := int64(1); n <= jobs; n++ {
		sink := memory{fail: n}
		if _, _, err := All(s, set, in, &sink); !errors.Is(err, errFull) {
			t.Errorf("at file %d: error %v", n, err)
		}
		if more := sink.calls.Load() - n; more > 64 {
			t.Errorf("at file %d: %d more files were tried", n, more)
		}
	}
	sink := memory{fail: jobs + 1}
	if _, _, err := All(s, set, in, &sink); err != nil {
		t.Errorf("no failure: %v", err)
	}
}

// A disk that fails while attachments are read is an error that says which.
func TestSourcesFail(t *testing.T) {
	for name, open := range map[string]func(string) (io.ReadCloser, error){
		"no file": files{}.open,
		"broken":  func(string) (io.ReadCloser, error) { return io.NopCloser(broken{}), nil },
	} {
		s := sample().assemble(t)
		set, in, _ := county(t, nil)
		in.Open = open
		if _, _, err := All(s, set, in, new(memory)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	f := sample()
	s := f.assemble(t)
	set, in, _ := county(t, nil)
	f["content/局/支部/会场.jpg"] = "changed since it was looked at"
	in.Open = f.open
	if _, _, err := All(s, set, in, new(memory)); err == nil || !strings.Contains(err.Error(), "会场.jpg") {
		t.Errorf("a picture that cannot be cleaned: error %v", err)
	}
	s = f.shownOnly().assemble(t)
	f["content/局/支部/会场.jpg"] = string(pngPicture())
	var changed *ChangedError
	if _, _, err := All(s, set, in, new(memory)); !errors.As(err, &changed) || changed.File != "content/局/支部/会场.jpg" {
		t.Errorf("a picture that has changed: error %v", err)
	}
	in.Open, in.Assets = sample().open, []string{"assets/nothing.css"}
	if _, _, err := All(s, set, in, new(memory)); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "assets/nothing.css") {
		t.Errorf("a theme without its file: error %v", err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errFull }

// A template that goes wrong on some pages is a finding for each, in the order
// of the outputs; the other pages are made.
func TestPageErrors(t *testing.T) {
	f := sample()
	s := f.assemble(t)
	layouts := fstest.MapFS{"article.html": {Data: []byte(`<!DOCTYPE html><html><body>{{if .Topics}}{{index .Related 99}}{{end}}{{.Title}}</body></html>`)}}
	set, in, found := county(t, layouts)
	if len(found) > 0 {
		t.Fatal(found)
	}
	in.Open = f.open
	var sink memory
	_, found, err := All(s, set, in, &sink)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 || found[0].Rule != "template-run" || !strings.Contains(found[0].Message.Zh, "content/局/支部/p2.md") || found[0].Pos.File != "layouts/article.html" {
		t.Errorf("found %v", found)
	}
	if _, made := sink.made["ju/zhi-bu/p2.html"]; made {
		t.Error("a broken page was written")
	}
	if !strings.Contains(sink.made["ju/zhi-bu/p1.html"], "做法") {
		t.Error("the other page is missing")
	}
	// A page of the site itself is named by its output.
	set, _, _ = county(t, fstest.MapFS{"stars.html": {Data: []byte(`<!DOCTYPE html><html><body>{{index .Groups 99}}</body></html>`)}})
	if _, found, err = All(s, set, in, new(memory)); err != nil || len(found) != 1 || !strings.Contains(found[0].Message.Zh, "stars/index.html") {
		t.Errorf("found %v, %v", found, err)
	}
}

// What a broken page leaves in the buffer does not get into another.
func TestPageLeavesNothingBehind(t *testing.T) {
	s := sample().assemble(t)
	set, _, _ := county(t, fstest.MapFS{"article.html": {Data: []byte(`<!DOCTYPE html><html><body>SECRET{{index .Related 99}}</body></html>`)}})
	outputs := s.Outputs()
	for i := range outputs {
		w := bytes.NewBufferString("before")
		if f := Page(w, set, &outputs[i]); f != nil && w.String() != "before" {
			t.Errorf("%s: %d bytes are left", outputs[i].Path, w.Len())
		}
	}
}

// photograph is a JPEG as a camera makes it: with the place, the time and the
// owner in an Exif block, and a comment.
func photograph() []byte {
	var b bytes.Buffer
	jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 16, 8)), nil)
	plain := b.Bytes()
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08" + // big endian, the first directory at 8
		"\x00\x02" + // two entries
		"\x01\x0f\x00\x02\x00\x00\x00\x0c\x00\x00\x00\x26" + // the maker, 12 bytes at 38
		"\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x32" + // the place, a directory at 50
		"\x00\x00\x00\x00" +
		"SecretMaker\x00" +
		"\x00\x01\x00\x01\x00\x02\x00\x00\x00\x02N\x00\x00\x00\x00\x00\x00\x00" + // north
		"GPS 31.5N 104.7E"
	segment := func(marker byte, body string) []byte {
		n := len(body) + 2
		return append([]byte{0xFF, marker, byte(n >> 8), byte(n)}, body...)
	}
	return slices.Concat(plain[:2], segment(0xE1, exif), segment(0xFE, "SecretComment"), plain[2:])
}

func TestPhotographsLoseTheirPlace(t *testing.T) {
	f := sample()
	s := f.assemble(t)
	set, in, _ := county(t, nil)
	in.Open = f.open
	var sink memory
	if _, _, err := All(s, set, in, &sink); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"hui-chang.jpg", "hui-chang-16.jpg"} { // the one for the link, the other to be shown
		got := sink.made["ju/zhi-bu/"+name]
		for _, secret := range []string{"Exif", "GPS", "Secret", "31.5N"} {
			if !strings.Contains(string(photograph()), secret) {
				t.Fatalf("the test's photograph lacks %s", secret)
			}
			if strings.Contains(got, secret) {
				t.Errorf("%s has %s", name, secret)
			}
		}
		if _, err := jpeg.Decode(strings.NewReader(got)); err != nil {
			t.Errorf("%s is broken: %v", name, err)
		}
	}
	if !strings.Contains(sink.made["ju/zhi-bu/p1.html"], `width="16" height="8"`) {
		t.Error("the page does not say how large the photograph is")
	}
}

// shownOnly is the sample where no page links to the photograph.
func (f files) shownOnly() files {
	f["content/局/支部/p2.md"] = page("", "见[第一页](p1.md)。")
	f["content/局/支部/会场.jpg"] = string(photograph())
	return f
}

func pngPicture() []byte {
	var b bytes.Buffer
	png.Encode(&b, image.NewGray(image.Rect(0, 0, 16, 8)))
	return b.Bytes()
}

// What no page links to is published as it is shown, and not as it is.
func TestOriginalsStayAtHome(t *testing.T) {
	f := sample().shownOnly()
	set, in, _ := county(t, nil)
	in.Open = f.open
	var sink memory
	if _, _, err := All(f.assemble(t), set, in, &sink); err != nil {
		t.Fatal(err)
	}
	if _, there := sink.made["ju/zhi-bu/hui-chang.jpg"]; there || sink.made["ju/zhi-bu/hui-chang-16.jpg"] == "" {
		t.Errorf("%q", slices.Sorted(maps.Keys(sink.made)))
	}
}

// A picture whose pixels are damaged is found by its file, and the others are made.
func TestDamagedPicture(t *testing.T) {
	f := sample().shownOnly()
	f["content/局/支部/会场.jpg"] = string(damaged())
	f["content/局/支部/图.png"] = string(pngPicture())
	f["content/局/支部/p2.md"] = page("", "![图](图.png)")
	set, in, _ := county(t, nil)
	in.Open = f.open
	var sink memory
	_, found, err := All(f.assemble(t), set, in, &sink)
	if err != nil || len(found) != 1 || found[0].Rule != "image-broken" || found[0].Pos.File != "content/局/支部/会场.jpg" {
		t.Errorf("%v, %v", found, err)
	}
	if sink.made["ju/zhi-bu/tu-16.png"] == "" || sink.made["ju/zhi-bu/hui-chang-16.jpg"] != "" {
		t.Errorf("%q", slices.Sorted(maps.Keys(sink.made)))
	}
}

// damaged is a JPEG with all its segments, whose first scan uses a table that is
// not there.
func damaged() []byte {
	data := photograph()
	data[bytes.Index(data, []byte{0xFF, 0xDA})+6] = 0x33
	return data
}

func TestAssets(t *testing.T) {
	theme := fstest.MapFS{
		"assets/site.css": {}, "assets/icons/a.svg": {}, "assets/.DS_Store": {}, "assets/icons/.keep": {}, "article.html": {},
		"assets/link.css": {Mode: fs.ModeSymlink},
	}
	got, err := Assets(theme)
	if want := []string{"assets/icons/a.svg", "assets/site.css"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := Assets(fstest.MapFS{"article.html": {}}); len(got) > 0 || err == nil {
		t.Errorf("a theme without assets: %q, %v", got, err)
	}
}
