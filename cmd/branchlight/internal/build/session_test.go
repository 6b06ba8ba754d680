package build

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"branchlight/cmd/branchlight/internal/diag"
)

func start(t testing.TB, o Options) *Session {
	t.Helper()
	o.Day = buildDay
	s, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func refresh(t testing.TB, s *Session, folders ...string) *Result {
	t.Helper()
	r, err := s.Refresh(folders...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func made(t testing.TB, s *Session, path string) Made {
	t.Helper()
	m, ok, err := s.Make(path)
	if err != nil || !ok {
		t.Fatalf("%s: %v, %v", path, ok, err)
	}
	return m
}

// A session makes every file of a build, with the same bytes, and writes none.
func TestSessionMakesWhatBuildMakes(t *testing.T) {
	root := t.TempDir()
	county(t, root, 60)
	write(t, root, "content/a000/b0/图.png", string(picture(2, 2)))
	write(t, root, "content/a000/b0/名单.csv", "a,b\n")
	write(t, root, "content/a000/b0/x.md", goodHead+"+++\n![图](图.png) [名单](名单.csv)\n")
	s := start(t, Options{Root: root})
	if r := refresh(t, s); !r.Done {
		t.Fatal(r.Findings)
	}
	if _, err := os.Stat(filepath.Join(root, "public")); err == nil {
		t.Error("the session has made an output")
	}
	mustBuild(t, Options{Root: root})
	want := files(t, filepath.Join(root, "public"))
	delete(want, ".branchlight-manifest")
	for _, path := range s.Outputs() {
		m := made(t, s, path)
		if m.Open != nil {
			f, err := m.Open()
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			b.ReadFrom(f)
			f.Close()
			m.Data = b.Bytes()
		}
		if string(m.Data) != want[path] {
			t.Errorf("%s differs", path)
		}
		delete(want, path)
	}
	for path := range want {
		t.Errorf("%s is missing", path)
	}
}

// Only what lies in the named folders is read again, and only what changed is
// parsed.
func TestSessionWorkIsCounted(t *testing.T) {
	root := t.TempDir()
	county(t, root, 60)
	s := start(t, Options{Root: root})
	if r := refresh(t, s); r.Parsed != 60+2+6+1 {
		t.Errorf("%d files are parsed at first", r.Parsed)
	}
	page := "content/a000/b0/p00001.md"
	out := "a000/b0/p00001.html"
	before := made(t, s, out)
	write(t, root, page, goodHead+"+++\n改过的话。\n")
	if r := refresh(t, s, "content/a000/b1"); r.Parsed != 0 {
		t.Errorf("%d files are parsed, of which none lies in the folder", r.Parsed)
	}
	if again := made(t, s, out); !bytes.Equal(again.Data, before.Data) {
		t.Error("the page has changed unasked")
	}
	if r := refresh(t, s, "content/a000/b0"); r.Parsed != 1 || !r.Done {
		t.Errorf("%d files are parsed", r.Parsed)
	}
	if now := made(t, s, out); !strings.Contains(string(now.Data), "改过的话") || now.Source != page {
		t.Errorf("the page does not show the change")
	}
	if r := refresh(t, s); r.Parsed != 0 {
		t.Errorf("%d files are parsed for nothing", r.Parsed)
	}
	// What a session learned serves a build.
	if r := mustBuild(t, Options{Root: root}); r.Parsed > 1 {
		t.Errorf("the build parses %d files", r.Parsed)
	}
}

// The last good site stays while there are errors, and until they are mended.
func TestSessionKeepsTheGoodSite(t *testing.T) {
	root := t.TempDir()
	county(t, root, 10)
	s := start(t, Options{Root: root})
	refresh(t, s)
	for _, f := range faults {
		path := filepath.Join(root, filepath.FromSlash(f.file))
		old, _ := os.ReadFile(path)
		write(t, root, f.file, f.text)
		if r, err := s.Refresh(); err != nil || r.Done || diag.Errors(r.Findings) == 0 {
			t.Errorf("%s: %v", f.name, err)
		}
		if m := made(t, s, "a000/b0/p00001.html"); len(m.Data) == 0 {
			t.Errorf("%s: the page is gone", f.name)
		}
		os.Remove(path)
		os.Remove(filepath.Dir(path))
		os.Remove(filepath.Dir(filepath.Dir(path)))
		if old != nil {
			write(t, root, f.file, string(old))
		}
		if r := refresh(t, s, f.file[:strings.LastIndex("/"+f.file, "/")], "."); !r.Done {
			refresh(t, s)
		}
	}
	if r := refresh(t, s); !r.Done {
		t.Error(r.Findings)
	}
}

// After an error, too, only the named folders are looked at.
func TestSessionLooksNoFurtherAfterAnError(t *testing.T) {
	root := t.TempDir()
	county(t, root, 20)
	s := start(t, Options{Root: root})
	refresh(t, s)
	write(t, root, "content/a000/b0/x.md", "text\n")
	if r := refresh(t, s, "content/a000/b0"); r.Done {
		t.Fatal("the page has no error")
	}
	write(t, root, "content/a000/b0/x.md", goodHead+"+++\n好了。\n")
	write(t, root, "content/a000/b1/y.md", goodHead+"+++\n没有人说。\n")
	if r := refresh(t, s, "content/a000/b0"); !r.Done || r.Parsed != 1 {
		t.Errorf("%d files are parsed: %v", r.Parsed, r.Findings)
	}
	if _, there, _ := s.Make("a000/b1/y.html"); there {
		t.Error("a folder that was not named was looked at")
	}
	if r := refresh(t, s, "content/a000/b1"); !r.Done || r.Parsed != 1 {
		t.Errorf("%d files are parsed: %v", r.Parsed, r.Findings)
	}
}

// A preview shows drafts and future pages, and says so; a published site has no
// byte of them.
func TestSessionPreview(t *testing.T) {
	root := t.TempDir()
	county(t, root, 10)
	write(t, root, "content/a000/b0/x.md", goodHead+"draft = true\n+++\n草稿的话。\n")
	s := start(t, Options{Root: root, Preview: true})
	refresh(t, s)
	if m := made(t, s, "a000/b0/x.html"); m.Held != "draft" || !strings.Contains(string(m.Data), "草稿的话") {
		t.Errorf("held %q", m.Held)
	}
	mustBuild(t, Options{Root: root})
	for name, data := range files(t, filepath.Join(root, "public")) {
		if strings.Contains(data, "草稿的话") {
			t.Errorf("%s has the draft", name)
		}
	}
}

func BenchmarkRefresh(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			root := b.TempDir()
			county(b, root, n)
			s := start(b, Options{Root: root})
			refresh(b, s)
			page := "content/a000/b0/p00001.md"
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				write(b, root, page, goodHead+"+++\n第"+strconv.Itoa(i)+"次。\n")
				refresh(b, s, "content/a000/b0")
				made(b, s, "a000/b0/p00001.html")
			}
		})
	}
}
