package build

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// rewrite puts one text in the place of another in a file.
func rewrite(t testing.TB, root, name, from, to string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), from) {
		t.Fatalf("%s has no %q", name, from)
	}
	write(t, root, name, strings.ReplaceAll(string(text), from, to))
}

// outputIsClean fails where an output is not what a clean build makes.
func outputIsClean(t testing.TB, o Options) {
	t.Helper()
	o.Day = buildDay
	dir := o.Output
	if dir == "" {
		dir = filepath.Join(o.Root, "public")
	}
	o.Output = filepath.Join(t.TempDir(), "clean")
	if r, err := build(o, nothing); err != nil || !r.Done {
		t.Fatalf("%+v, %v", r, err)
	}
	if got, want := files(t, dir), files(t, o.Output); !maps.Equal(got, want) {
		for name := range want {
			if got[name] != want[name] {
				t.Errorf("%s is not as a clean build makes it", name)
			}
		}
		t.Errorf("%d files; a clean build makes %d", len(got), len(want))
	}
}

// aPage is one of the pages of a county.
const aPage = "content/a000/b0/p00001.md"

// What the memory knows of one output folder says nothing of another that stands
// as a build before left it, even where the sizes are the same.
func TestTwoOutputsInTurn(t *testing.T) {
	root := t.TempDir()
	county(t, root, 10)
	one, two := Options{Root: root}, Options{Root: root, Output: filepath.Join(root, "two")}
	mustBuild(t, one)
	mustBuild(t, two)
	rewrite(t, root, aPage, "建立台账", "设立账册")
	mustBuild(t, one)
	outputIsClean(t, one)
	mustBuild(t, two)
	outputIsClean(t, two)
}

// Nor does it where a build has changed the output and could not say so: it was
// killed, or another process held the cache.
func TestMemoryOfAnotherBuild(t *testing.T) {
	root := t.TempDir()
	county(t, root, 10)
	o := Options{Root: root, Day: buildDay}
	mustBuild(t, o)
	rewrite(t, root, aPage, "建立台账", "设立账册")
	if _, err := build(o, nothing); err != nil {
		t.Fatal(err)
	}
	rewrite(t, root, aPage, "设立账册", "建立台账")
	mustBuild(t, o)
	outputIsClean(t, o)
}
