package out

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"branchlight/cmd/branchlight/internal/codec"
)

// files maps paths to contents.
type files map[string]string

// build makes an output of files as a build would.
func build(dir string, o Options, fs files) (Result, error) {
	return buildOn(&disk{quick: true}, dir, o, fs)
}

func buildOn(d *disk, dir string, o Options, fs files) (Result, error) {
	s, err := begin(d, dir, o)
	if err != nil {
		return Result{}, err
	}
	defer s.Abort()
	for i, p := range slices.Sorted(maps.Keys(fs)) {
		if i%2 == 0 {
			err = s.Write(p, []byte(fs[p]))
		} else {
			err = s.Copy(p, strings.NewReader(fs[p]))
		}
		if err != nil {
			return Result{}, err
		}
	}
	return s.Commit()
}

func mustBuild(t *testing.T, dir string, fs files) Result {
	t.Helper()
	r, err := build(dir, Options{}, fs)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// read gives the files of a folder, folders as "x/", the manifest included.
func read(t *testing.T, dir string) files {
	t.Helper()
	got := files{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || p == dir {
			return err
		}
		name, _ := filepath.Rel(dir, p)
		name = filepath.ToSlash(name)
		if d.IsDir() {
			got[name+"/"] = ""
			return nil
		}
		b, err := os.ReadFile(p)
		got[name] = string(b)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return got
}

// same fails where two trees differ.
func same(t *testing.T, what string, got, want files) {
	t.Helper()
	for p := range want {
		if g, ok := got[p]; !ok {
			t.Errorf("%s: %s is missing", what, p)
		} else if g != want[p] {
			t.Errorf("%s: %s is %.60q, want %.60q", what, p, g, want[p])
		}
	}
	for p := range got {
		if _, ok := want[p]; !ok {
			t.Errorf("%s: %s should not be there", what, p)
		}
	}
}

// scratch gives an empty folder, on a memory disk where there is one: these
// tests make a hundred thousand files.
func scratch(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "branchlight-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// clean gives what a first build of files makes.
func clean(t *testing.T, fs files) files {
	t.Helper()
	dir := filepath.Join(scratch(t), "public")
	mustBuild(t, dir, fs)
	return read(t, dir)
}

// put writes files of others.
func put(t *testing.T, dir string, fs files) {
	t.Helper()
	for p, text := range fs {
		p = filepath.Join(dir, p)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// alone fails where anything but the output is left beside it.
func alone(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(dir))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != filepath.Base(dir) {
			t.Errorf("%s is left beside the output", e.Name())
		}
	}
}

var (
	siteA = files{
		"index.html": "home", "a/index.html": "a", "a/p1.html": "one", "a/b/p2.html": strings.Repeat("two", 25000),
		"css/site.css": "css", "old/x/y.html": "y", "turn": "file", "nrut/in.html": "in a folder",
	}
	siteB = files{
		"index.html": "home 2", "a/index.html": "a", "a/p1.html": "one", "a/b/p2.html": strings.Repeat("two", 25000) + "!",
		"css/site.css": "sss", "new/z.html": "z", "turn/in.html": "in a folder", "nrut": "file",
	}
)

func TestBuilds(t *testing.T) {
	dir := filepath.Join(scratch(t), "deep", "public")
	r := mustBuild(t, dir, siteA)
	if r.Written != len(siteA) || r.Unchanged+r.Removed != 0 {
		t.Errorf("first build: %+v", r)
	}
	got := read(t, dir)
	for p, text := range siteA {
		if got[p] != text {
			t.Errorf("%s is %.40q", p, got[p])
		}
	}
	before, err := os.Stat(filepath.Join(dir, manifestName))
	if err != nil {
		t.Fatal(err)
	}
	r = mustBuild(t, dir, siteA)
	if r.Written+r.Removed != 0 || r.Unchanged != len(siteA) {
		t.Errorf("same again: %+v", r)
	}
	same(t, "same again", read(t, dir), got)
	after, err := os.Stat(filepath.Join(dir, manifestName))
	if err != nil || !after.ModTime().Equal(before.ModTime()) || !os.SameFile(before, after) {
		t.Error("an unchanged output has a new manifest")
	}
	r = mustBuild(t, dir, siteB)
	if r.Written != 6 || r.Unchanged != 2 || r.Removed != 3 {
		t.Errorf("changed: %+v", r)
	}
	same(t, "changed", read(t, dir), clean(t, siteB))
	mustBuild(t, dir, siteA)
	same(t, "and back", read(t, dir), clean(t, siteA))
	alone(t, dir)
}

func TestRepairs(t *testing.T) {
	dir := filepath.Join(scratch(t), "public")
	mustBuild(t, dir, siteA)
	want := read(t, dir)
	put(t, dir, files{"index.html": "hame", "a/p1.html": "longer than it was"})
	if err := os.RemoveAll(filepath.Join(dir, "css")); err != nil {
		t.Fatal(err)
	}
	if r := mustBuild(t, dir, siteA); r.Written != 3 {
		t.Errorf("written: %d, want 3", r.Written)
	}
	same(t, "repaired", read(t, dir), want)
}

func TestEmptyFolder(t *testing.T) {
	dir := filepath.Join(scratch(t), "public")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	mustBuild(t, dir, siteA)
	same(t, "built into an empty folder", read(t, dir), clean(t, siteA))
	alone(t, dir)
}

func TestManifest(t *testing.T) {
	got := clean(t, files{"b.html": "b", "a/x.css": ""})[manifestName]
	want := fmt.Sprintf("branchlight manifest 2\nef46db3751d8e999  0  a/x.css\n%x  1  b.html\n", codec.SumOf([]byte("b")))
	if got != want {
		t.Errorf("manifest is\n%s\nwant\n%s", got, want)
	}
	m, ok := decodeManifest([]byte(got))
	if !ok || string(m.encode()) != got {
		t.Error("a manifest does not survive reading")
	}
	for _, bad := range []string{
		"", "branchlight manifest 3\n", strings.TrimSuffix(got, "\n"), strings.Replace(got, "a/x", "../x", 1),
		strings.Replace(got, "  0  ", "  x  ", 1), manifestHeader + "zz  1  a\n", manifestHeader + "\n",
	} {
		if m, ok := decodeManifest([]byte(bad)); ok {
			t.Errorf("%q is read as %v", bad, m)
		} else if m.has("../x.css") {
			t.Errorf("%q leads outside", bad)
		}
	}
}

func TestAbort(t *testing.T) {
	for _, first := range []bool{true, false} {
		dir := filepath.Join(scratch(t), "public")
		if !first {
			mustBuild(t, dir, siteA)
		}
		want := read(t, dir)
		s, err := Begin(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for p, text := range siteB {
			if err := s.Write(p, []byte(text)); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Abort(); err != nil {
			t.Error(err)
		}
		if err := s.Abort(); err != nil {
			t.Error(err)
		}
		if _, err := s.Commit(); err == nil {
			t.Error("Commit after Abort")
		}
		if err := s.Write("x", nil); err == nil {
			t.Error("Write after Abort")
		}
		same(t, "aborted", read(t, dir), want)
		if !first {
			alone(t, dir)
		}
	}
}

func TestForeignFolder(t *testing.T) {
	dir := filepath.Join(scratch(t), "public")
	put(t, dir, files{"mine.txt": "mine", "index.html": "mine", "up/load.bin": "mine"})
	before := read(t, dir)
	_, err := build(dir, Options{}, siteA)
	var foreign *ForeignError
	if !errors.As(err, &foreign) || foreign.Files != nil || !strings.Contains(foreign.Message().Zh, "--adopt") {
		t.Fatalf("error is %v", err)
	}
	same(t, "refused", read(t, dir), before)
	alone(t, dir)

	r, err := build(dir, Options{Adopt: true}, siteA)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"mine.txt", "up/"}; !slices.Equal(r.Kept, want) {
		t.Errorf("kept %q, want %q", r.Kept, want)
	}
	want := clean(t, siteA)
	maps.Copy(want, files{"mine.txt": "mine", "up/": "", "up/load.bin": "mine"})
	same(t, "adopted", read(t, dir), want)

	// From now on the folder has a manifest.
	put(t, dir, files{"a/note.txt": "mine"})
	r = mustBuild(t, dir, files{"index.html": "home"})
	if want := []string{"a/note.txt", "mine.txt", "up/"}; !slices.Equal(r.Kept, want) {
		t.Errorf("kept %q, want %q", r.Kept, want)
	}
	want = clean(t, files{"index.html": "home"})
	maps.Copy(want, files{"mine.txt": "mine", "up/": "", "up/load.bin": "mine", "a/": "", "a/note.txt": "mine"})
	same(t, "pruned", read(t, dir), want)
}

func TestForeignFileInTheWay(t *testing.T) {
	for _, test := range []struct {
		name  string
		mine  files
		want  []string
		adopt bool // helps
	}{
		{"file", files{"new/z.html": "mine"}, []string{"new/z.html"}, true},
		{"equal file", files{"new/z.html": "z"}, []string{"new/z.html"}, true},
		{"file for a folder", files{"new": "mine"}, []string{"new"}, false},
		{"folder for a file", files{"new/z.html/x": "mine"}, []string{"new/z.html/"}, false},
		{"file in a folder that must go", files{"nrut/mine": "mine", "nrut/sub/mine": "mine"}, []string{"nrut/mine", "nrut/sub/"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(scratch(t), "public")
			mustBuild(t, dir, siteA)
			put(t, dir, test.mine)
			before := read(t, dir)
			_, err := build(dir, Options{}, siteB)
			var foreign *ForeignError
			if !errors.As(err, &foreign) || !slices.Equal(foreign.Files, test.want) {
				t.Fatalf("error is %v", err)
			}
			if !strings.Contains(foreign.Message().Zh, test.want[0]) {
				t.Errorf("message is %s", foreign.Message().Zh)
			}
			same(t, "refused", read(t, dir), before)
			_, err = build(dir, Options{Adopt: true}, siteB)
			if (err == nil) != test.adopt {
				t.Fatalf("adopting: %v", err)
			}
			if test.adopt {
				same(t, "adopted", read(t, dir), clean(t, siteB))
			} else {
				same(t, "refused", read(t, dir), before)
			}
		})
	}
}

func TestDamagedManifest(t *testing.T) {
	dir := filepath.Join(scratch(t), "public")
	mustBuild(t, dir, siteA)
	put(t, dir, files{manifestName: "branchlight man"})
	var foreign *ForeignError
	if _, err := build(dir, Options{}, siteA); !errors.As(err, &foreign) {
		t.Fatalf("error is %v", err)
	}
	if _, err := build(dir, Options{Adopt: true}, siteA); err != nil {
		t.Fatal(err)
	}
	same(t, "adopted", read(t, dir), clean(t, siteA))
}

// A manifest that nobody could have written is not read into memory.
func TestHugeManifest(t *testing.T) {
	dir := filepath.Join(scratch(t), "public")
	mustBuild(t, dir, siteA)
	if err := os.Truncate(filepath.Join(dir, manifestName), 1<<40); err != nil {
		t.Skip("no files with holes here:", err)
	}
	var foreign *ForeignError
	if _, err := build(dir, Options{}, siteA); !errors.As(err, &foreign) {
		t.Fatalf("error is %v", err)
	}
}

func TestPaths(t *testing.T) {
	for _, p := range []string{
		"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", ".git/config", "a/.x", `a\b`, "a:b", "a b", "a%2eb",
		"a\x00b", "支部.html", "．．/a", "a.", "con", "NUL.html", "a/com1.txt", "a::$DATA", "a?b", "a#b", strings.Repeat("a", 256),
	} {
		dir := filepath.Join(scratch(t), "public")
		if _, err := build(dir, Options{}, files{p: "x"}); err == nil {
			t.Errorf("%q can be written", p)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%q: the output was made", p)
		}
	}
	for _, p := range []string{"a", "A-b_c.~d@2x+.html", "console/lpt/com.css", strings.Repeat("a", 255)} {
		if !Safe(p) {
			t.Errorf("%q cannot be written", p)
		}
	}
}

func TestTwice(t *testing.T) {
	for _, second := range []string{"a/b", "a/b/c", "a"} {
		for _, first := range []bool{true, false} {
			dir := filepath.Join(scratch(t), "public")
			if !first {
				mustBuild(t, dir, siteA)
			}
			want := read(t, dir)
			s, err := Begin(dir, Options{})
			if err != nil {
				t.Fatal(err)
			}
			s.Write("a/b", []byte("1"))
			s.Write(second, []byte("2"))
			if _, err := s.Commit(); err == nil {
				t.Errorf("a/b and %s stand beside each other", second)
			}
			same(t, second, read(t, dir), want)
		}
	}
}

func TestCopySourceFails(t *testing.T) {
	dir := filepath.Join(scratch(t), "public")
	mustBuild(t, dir, siteA)
	want := read(t, dir)
	s, err := Begin(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	cut := errors.New("cut")
	err = s.Copy("a/b/p2.html", readerFunc(func(p []byte) (int, error) { return copy(p, "xx"), cut }))
	if !errors.Is(err, cut) || !strings.Contains(err.Error(), "a/b/p2.html") {
		t.Errorf("Copy: %v", err)
	}
	if _, err := s.Commit(); !errors.Is(err, cut) {
		t.Errorf("Commit: %v", err)
	}
	same(t, "failed", read(t, dir), want)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
