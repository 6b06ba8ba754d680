package out

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// compared compares an output with that of the given files.
func compared(t *testing.T, dir string, want files) []Difference {
	t.Helper()
	s, err := Begin(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Abort()
	folder, remove, err := s.Beside()
	if err != nil {
		t.Fatal(err)
	}
	defer remove()
	if filepath.Dir(folder) != filepath.Dir(dir) {
		t.Errorf("%s is not beside %s", folder, dir)
	}
	mustBuild(t, filepath.Join(folder, "clean"), want)
	list, n, err := s.Compare(filepath.Join(folder, "clean"))
	if err != nil || n != len(want)+1 {
		t.Errorf("%d files, %v", n, err)
	}
	return list
}

func TestCompare(t *testing.T) {
	want := files{"index.html": "home", "a/x.html": "x", "a/y.html": "y", "b/z.html": "z"}
	manifest := Difference{manifestName, Different}
	for name, test := range map[string]struct {
		from   files
		change func(dir string)
		list   []Difference
	}{
		"equal":    {want, nil, nil},
		"longer":   {want, func(dir string) { put(t, dir, files{"a/x.html": "xx"}) }, []Difference{{"a/x.html", Different}}},
		"shorter":  {want, func(dir string) { put(t, dir, files{"a/x.html": ""}) }, []Difference{{"a/x.html", Different}}},
		"other":    {want, func(dir string) { put(t, dir, files{"a/x.html": "y"}) }, []Difference{{"a/x.html", Different}}},
		"gone":     {want, func(dir string) { os.RemoveAll(filepath.Join(dir, "a")) }, []Difference{{"a/x.html", Missing}, {"a/y.html", Missing}}},
		"theirs":   {want, func(dir string) { put(t, dir, files{"note.txt": "mine"}) }, nil},
		"extra":    {files{"index.html": "home", "a/x.html": "x", "a/y.html": "y", "b/z.html": "z", "old.html": "o"}, nil, []Difference{manifest, {"old.html", Extra}}},
		"manifest": {want, func(dir string) { put(t, dir, files{manifestName: manifestHeader}) }, []Difference{manifest, {"a/x.html", Missing}, {"a/y.html", Missing}, {"b/z.html", Missing}, {"index.html", Missing}}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(scratch(t), "public")
			mustBuild(t, dir, test.from)
			if test.change != nil {
				test.change(dir)
			}
			if got := compared(t, dir, want); !slices.Equal(got, test.list) {
				t.Errorf("%v", got)
			}
			alone(t, dir)
		})
	}
}

// A link is not the file that should stand there.
func TestCompareLink(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no symbolic links without rights")
	}
	dir := filepath.Join(scratch(t), "public")
	mustBuild(t, dir, files{"index.html": "home", "x.html": "home"})
	os.Remove(filepath.Join(dir, "x.html"))
	if err := os.Symlink("index.html", filepath.Join(dir, "x.html")); err != nil {
		t.Fatal(err)
	}
	if got := compared(t, dir, files{"index.html": "home", "x.html": "home"}); !slices.Equal(got, []Difference{{"x.html", Missing}}) {
		t.Errorf("%v", got)
	}
}
