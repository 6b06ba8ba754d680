package tree

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"branchlight/cmd/branchlight/internal/diag"
)

// site makes files below a new folder; a path that ends in "/" is a folder.
func site(t testing.TB, paths ...string) (dir string, root *os.Root) {
	t.Helper()
	dir = t.TempDir()
	for _, p := range paths {
		full := filepath.Join(dir, filepath.FromSlash(p))
		if strings.HasSuffix(p, "/") {
			full = filepath.Join(full, "x")
		}
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(p, "/") {
			continue
		}
		if err := os.WriteFile(full, []byte(p), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return dir, root
}

func scan(t testing.TB, root *os.Root, folders ...string) (s *Snapshot, paths []string) {
	t.Helper()
	s, err := Scan(root, folders...)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range s.Files {
		paths = append(paths, f.Path)
	}
	return s, paths
}

func TestScan(t *testing.T) {
	_, root := site(t, "content/_index.md", "content/财政局/预算股党支部/一月一课.md", "content/财政局/a b#?%.md",
		"content/empty/", "themes/county/base.html", "themes/other/x.html", "public/index.html")
	s, paths := scan(t, root, "content", "layouts", "themes/county")
	want := []string{"content/_index.md", "content/财政局/a b#?%.md", "content/财政局/预算股党支部/一月一课.md", "themes/county/base.html"}
	if !slices.Equal(paths, want) {
		t.Errorf("files are %q", paths)
	}
	wantDirs := []string{"content", "content/empty", "content/财政局", "content/财政局/预算股党支部", "themes/county"}
	if !slices.Equal(s.Dirs, wantDirs) {
		t.Errorf("folders are %q", s.Dirs)
	}
	if len(s.Findings) > 0 {
		t.Errorf("findings: %v", s.Findings)
	}
	f := s.Files[0]
	fi, err := root.Stat(f.Path)
	if err != nil || f.Size != int64(len(f.Path)) || !f.ModTime.Equal(fi.ModTime()) {
		t.Errorf("%+v", f)
	}
}

func TestIgnored(t *testing.T) {
	leftovers := []string{"~$报告.docx", ".~lock.a.odt#", "a.md.swp", "a.md~", "4913", "x.tmp", "#a.md#", ".git/config", ".hidden.md",
		"Thumbs.db", "desktop.ini", ".DS_Store", "a.TMP"}
	var all []string
	for _, p := range leftovers {
		all = append(all, "content/"+p)
	}
	_, root := site(t, append(all, "content/#1.md", "content/~a.md", "content/swp.md", "content/4913.md", "content/#")...)
	s, paths := scan(t, root, "content")
	want := []string{"content/#", "content/#1.md", "content/4913.md", "content/swp.md", "content/~a.md"}
	if !slices.Equal(paths, want) || len(s.Findings) > 0 {
		t.Errorf("files are %q, findings %v", paths, s.Findings)
	}
}

// names gives rule and path of findings.
func names(fs []diag.Finding) (list []string) {
	for _, f := range fs {
		list = append(list, f.Rule+" "+f.Pos.String())
	}
	return list
}

func TestFindings(t *testing.T) {
	long := strings.Repeat("长", 80)
	deep := "content" + strings.Repeat("/d", MaxDepth)
	for _, test := range []struct {
		name     string
		paths    []string
		findings []string
		listed   int
	}{
		{"keys", []string{"content/id_rsa", "content/a/server.PEM", "content/b.key", "content/key.md"},
			[]string{"source-secret content/a/server.PEM", "source-secret content/b.key", "source-secret content/id_rsa"}, 1},
		{"zero width", []string{"content/报\u200b告.md", "content/ok.md"}, []string{"source-name content/报\u200b告.md"}, 1},
		{"bidi", []string{"content/a\u202egpj.md"}, []string{"source-name content/a\u202egpj.md"}, 0},
		{"control", []string{"content/a\nb.md", "content/c\x7fd/e.md"}, []string{"source-name content/a\nb.md", "source-name content/c\x7fd"}, 0},
		{"backslash", []string{`content/a\b.md`}, []string{`source-name content/a\b.md`}, 0},
		{"not UTF-8", []string{"content/\xb5\xb3.md"}, []string{"source-name content/\uFFFD.md"}, 0},
		{"case twins", []string{"content/A.md", "content/a.md", "content/b/A.md"}, []string{"source-twin content/a.md"}, 3},
		{"normal form twins", []string{"content/caf\u00e9.md", "content/cafe\u0301.md"}, []string{"source-twin content/caf\u00e9.md"}, 2},
		{"folder and file", []string{"content/X/a.md", "content/x"}, []string{"source-twin content/x"}, 2},
		{"long", []string{"content/" + long + "/" + long + "/" + long + ".md"}, []string{"source-long content/" + long + "/" + long + "/" + long + ".md"}, 1},
		{"deep", []string{deep + "/a.md", "content/a.md"}, []string{"source-depth " + deep}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, root := site(t, test.paths...)
			s, paths := scan(t, root, "content")
			if got := names(s.Findings); !slices.Equal(got, test.findings) {
				t.Errorf("findings are\n%q, want\n%q", got, test.findings)
			}
			if len(paths) != test.listed {
				t.Errorf("listed are %q", paths)
			}
			for _, f := range s.Findings {
				complete(t, f)
			}
		})
	}
}

// complete fails where a finding lacks a text, or a text has a slip of the
// format.
func complete(t *testing.T, f diag.Finding) {
	t.Helper()
	for _, s := range []string{f.Message.Zh, f.Message.En, f.Hint.Zh, f.Hint.En} {
		if s == "" || strings.Contains(s, "%!") {
			t.Errorf("%s: text %q", f.Rule, s)
		}
	}
}

func TestTwinsAreBothNamed(t *testing.T) {
	_, root := site(t, "content/A.md", "content/a.md")
	s, _ := scan(t, root, "content")
	if m := s.Findings[0].Message.Zh; !strings.Contains(m, "A.md") || !strings.Contains(m, "a.md") {
		t.Error(m)
	}
}

func TestLongName(t *testing.T) { // Linux cannot make one; Windows can
	name := strings.Repeat("党", 90) + ".md"
	f, ok := longPath("content/"+name, name)
	if !ok || f.Rule != "source-long" {
		t.Errorf("%v %v", f, ok)
	}
	complete(t, f)
	if f, ok := longPath("content/"+strings.Repeat("党", 70), strings.Repeat("党", 70)); ok {
		t.Error(f)
	}
	if _, ok := longPath(strings.Repeat("𠮷", 121), "a"); !ok { // two units each
		t.Error("121 characters beyond the first plane are short")
	}
}

func TestFolderIsFile(t *testing.T) {
	_, root := site(t, "content")
	s, _ := scan(t, root, "content")
	if got := names(s.Findings); !slices.Equal(got, []string{"source-link content"}) {
		t.Error(got)
	}
}

func TestScanTwice(t *testing.T) {
	_, root := site(t, county(300)...)
	a, _ := scan(t, root, "content", "themes")
	for range 5 {
		b, _ := scan(t, root, "content", "themes")
		if !slices.Equal(a.Files, b.Files) || !slices.Equal(a.Dirs, b.Dirs) {
			t.Fatal("two scans differ")
		}
	}
}

func TestRead(t *testing.T) {
	dir, root := site(t, "content/a.md", "content/empty.md")
	os.WriteFile(filepath.Join(dir, "content", "empty.md"), nil, 0o644)
	for limit, want := range map[int64]error{100: nil, 12: nil, 11: ErrTooLarge, 0: ErrTooLarge} {
		b, err := Read(root, "content/a.md", limit)
		if !errors.Is(err, want) || err == nil && string(b) != "content/a.md" {
			t.Errorf("limit %d: %q, %v", limit, b, err)
		}
	}
	if b, err := Read(root, "content/empty.md", 10); err != nil || len(b) != 0 {
		t.Errorf("%q, %v", b, err)
	}
	if _, err := Read(root, "content", 10); !errors.Is(err, ErrNotRegular) {
		t.Errorf("folder: %v", err)
	}
	if _, err := Read(root, "content/none", 10); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	if _, err := Read(root, "../x", 10); err == nil {
		t.Error("outside")
	}
	for _, err := range []error{ErrTooLarge, ErrNotRegular, os.ErrNotExist} {
		f, ok := Refusal("content/a.md", fmt.Errorf("reading: %w", err), 4<<20)
		if !ok {
			t.Errorf("%v is no finding", err)
		}
		complete(t, f)
	}
	if f, ok := Refusal("a", os.ErrPermission, 1); ok {
		t.Error(f)
	}
}

// A file that grows or shrinks while it is read is what was there at the end.
func TestReadWhileGrowing(t *testing.T) {
	text := strings.Repeat("x", 1000)
	for _, size := range []int{0, 10, 999, 1000, 5000} {
		b, err := readAll(strings.NewReader(text), "a", size, 2000)
		if err != nil || string(b) != text {
			t.Errorf("size %d: %d bytes, %v", size, len(b), err)
		}
		if _, err := readAll(strings.NewReader(text), "a", size, 999); !errors.Is(err, ErrTooLarge) {
			t.Errorf("size %d: %v", size, err)
		}
	}
}

// county gives the paths of n pages in n/33 folders.
func county(n int) (paths []string) {
	for i := range n {
		paths = append(paths, fmt.Sprintf("content/单位%02d/党支部%d/page-%d.md", i/166, i/33, i))
	}
	return paths
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

func BenchmarkScan(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000} {
		b.Run(fmt.Sprintf("files=%d", n), func(b *testing.B) {
			_, root := site(b, county(n)...)
			b.ReportAllocs()
			for b.Loop() {
				if s, err := Scan(root, "content"); err != nil || len(s.Files) != n {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	dir, root := site(b, county(1000)...)
	for _, p := range county(1000) {
		os.WriteFile(filepath.Join(dir, p), []byte(strings.Repeat("党支部\n", 300)), 0o644)
	}
	paths := county(1000)
	b.ReportAllocs()
	for b.Loop() { // a thousand files
		for _, p := range paths {
			if _, err := Read(root, p, 1<<20); err != nil {
				b.Fatal(err)
			}
		}
	}
}
