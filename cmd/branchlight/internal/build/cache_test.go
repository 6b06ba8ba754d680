package build

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"branchlight/cmd/branchlight/internal/diag"
)

// cacheFile gives the path of a file of the cache, "state" or "store-*".
func cacheFile(t testing.TB, root, pattern string) string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(root, ".branchlight", pattern))
	if err != nil || len(list) != 1 {
		t.Fatalf("%s: %q, %v", pattern, list, err)
	}
	return list[0]
}

// A second build parses, renders and writes nothing, an edit parses one file,
// and the cache, once it is gone, costs the work of the first build and no byte.
func TestWhatTheCacheSaves(t *testing.T) {
	root := t.TempDir()
	county(t, root, 60)
	o := Options{Root: root}
	first := mustBuild(t, o)
	work := func(what string, parsed, rendered, written int) {
		t.Helper()
		r := mustBuild(t, o)
		if r.Parsed != parsed || r.Rendered != rendered || r.Written != written || len(r.Notes) > 0 {
			t.Errorf("%s: parsed %d, rendered %d, written %d, %v", what, r.Parsed, r.Rendered, r.Written, r.Notes)
		}
		outputIsClean(t, o)
	}
	work("the same again", 0, 0, 0)
	page := "content/a000/b1/p00015.md"
	rewrite(t, root, page, "每月例会", "每周例会")
	work("an edit below the summary", 1, 1, 1+3) // three search files
	age(t, root)
	work("other times", 0, 0, 0)
	work("the same again", 0, 0, 0)
	os.RemoveAll(filepath.Join(root, ".branchlight"))
	work("no cache", first.Parsed, first.Rendered, 0)
	os.RemoveAll(filepath.Join(root, "public"))
	work("no output", 0, first.Rendered, first.Written)
	write(t, root, "content/a000/b1/bad.md", "no front matter\n")
	for range 2 {
		if r, err := Build(Options{Root: root, Day: buildDay}); err != nil || r.Done || r.Parsed > 1 {
			t.Errorf("with an error: %+v, %v", r, err)
		}
	}
	os.Remove(filepath.Join(root, "content/a000/b1/bad.md"))
	work("mended", 0, 0, 0)
}

// spoil changes every 50th byte in a stretch of the store.
func spoil(t testing.TB, root string, from, to float64) {
	t.Helper()
	store := cacheFile(t, root, "store-*")
	raw, err := os.ReadFile(store)
	if err != nil {
		t.Fatal(err)
	}
	n := float64(len(raw))
	for at := int(from * n); at < int(to*n); at += 50 {
		raw[at] ^= 0x20
	}
	f, err := os.OpenFile(store, os.O_WRONLY, 0) // the same file, which others may have open
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(raw, 0); err != nil {
		t.Fatal(err)
	}
}

// Wherever the store is damaged, a build that comes upon it begins anew, says so,
// and makes what a clean one makes.
func TestDamagedStore(t *testing.T) {
	root := t.TempDir()
	county(t, root, 10)
	o := Options{Root: root}
	mustBuild(t, o)
	for i := range 16 {
		spoil(t, root, float64(i)/16, float64(i+1)/16)
		os.RemoveAll(filepath.Join(root, "public")) // so that all texts are read
		r := mustBuild(t, o)
		if len(r.Notes) != 1 || r.Notes[0].Zh == "" || r.Notes[0].En == "" {
			t.Errorf("damage %d: notes %v", i, r.Notes)
		}
		outputIsClean(t, o)
		if r := mustBuild(t, o); !r.Same || len(r.Notes) > 0 {
			t.Errorf("after damage %d: %+v", i, r)
		}
	}
}

// A session that comes upon damage says so, makes no page of it, and heals when
// it looks again.
func TestSessionWithDamagedStore(t *testing.T) {
	root := t.TempDir()
	county(t, root, 10)
	o := Options{Root: root}
	mustBuild(t, o)
	s := start(t, o)
	refresh(t, s)
	spoil(t, root, 0, 1)
	lost := 0
	for _, path := range s.Outputs() {
		m, _, err := s.Make(path)
		if err != nil {
			lost++
			if !errors.Is(err, errLost) || m.Data != nil {
				t.Errorf("%s: %v, %d bytes", path, err, len(m.Data))
			}
		}
	}
	if lost == 0 {
		t.Error("the damage was not met")
	}
	refresh(t, s, "content/a000/b0")
	want := files(t, filepath.Join(root, "public"))
	for _, path := range s.Outputs() {
		if m := made(t, s, path); m.Open == nil && string(m.Data) != want[path] {
			t.Errorf("%s differs", path)
		}
	}
}

// Where the cache cannot be kept, the site is built, and a note says so.
func TestCacheIsNotKept(t *testing.T) {
	root := t.TempDir()
	county(t, root, 10)
	if err := os.MkdirAll(filepath.Join(root, ".branchlight", "state"), 0o777); err != nil { // no state can take its place
		t.Fatal(err)
	}
	o := Options{Root: root}
	for range 2 {
		if r := mustBuild(t, o); len(r.Notes) == 0 || r.Notes[0].Zh == "" || r.Notes[0].En == "" {
			t.Errorf("notes %v", r.Notes)
		}
		outputIsClean(t, o)
	}
}

// A build while another process holds the cache reads it, and keeps nothing.
func TestCacheOfAnother(t *testing.T) {
	root := t.TempDir()
	county(t, root, 10)
	o := Options{Root: root}
	mustBuild(t, o)
	s := start(t, o) // which lets go after its first Refresh
	rewrite(t, root, aPage, "建立台账", "设立账册")
	for range 2 {
		if r := mustBuild(t, o); r.Parsed != 1 || len(r.Notes) > 0 {
			t.Errorf("parsed %d, %v", r.Parsed, r.Notes)
		}
		outputIsClean(t, o)
	}
	refresh(t, s)
	mustBuild(t, o)
	if r := mustBuild(t, o); r.Parsed != 0 {
		t.Errorf("parsed %d", r.Parsed)
	}
	outputIsClean(t, o)
}

// Inspect says the same with a cache, without, and with a damaged one.
func TestInspectWithCache(t *testing.T) {
	root := t.TempDir()
	county(t, root, 10)
	write(t, root, "content/a000/b0/bad.md", goodHead+"+++\n[x](nothing.md)\n")
	o := Options{Root: root, Day: buildDay}
	look := func() []diag.Finding {
		r, err := Inspect(o)
		if err != nil {
			t.Fatal(err)
		}
		return r.Findings
	}
	without := look()
	if _, err := Build(o); err != nil {
		t.Fatal(err)
	}
	if with := look(); !slices.Equal(with, without) {
		t.Errorf("with the cache: %v", with)
	}
	store := cacheFile(t, root, "store-*")
	raw, err := os.ReadFile(store)
	if err != nil {
		t.Fatal(err)
	}
	for at := range raw {
		raw[at] ^= 1
	}
	if err := os.WriteFile(store, raw, 0o666); err != nil {
		t.Fatal(err)
	}
	if with := look(); !slices.Equal(with, without) {
		t.Errorf("with a damaged cache: %v", with)
	}
}

// Builds that find no sources leave no litter, however many there are.
func TestNoSourcesNoLitter(t *testing.T) {
	root := t.TempDir()
	write(t, root, "site.toml", settings)
	for range 3 {
		_, err := Build(Options{Root: root, Day: buildDay})
		if none := new(NoPagesError); !errors.As(err, &none) {
			t.Fatal(err)
		}
	}
	if list, _ := filepath.Glob(filepath.Join(root, ".branchlight", "store-*")); len(list) > 0 {
		t.Errorf("%q", list)
	}
}

// A clock that jumps, and files from the future, are no reason to trust a time.
func TestTimesOfTheFuture(t *testing.T) {
	root := t.TempDir()
	county(t, root, 10)
	o := Options{Root: root}
	path := filepath.Join(root, filepath.FromSlash(aPage))
	future := time.Now().Add(1000 * time.Hour)
	os.Chtimes(path, future, future)
	mustBuild(t, o)
	rewrite(t, root, aPage, "建立台账", "设立账册")
	os.Chtimes(path, future, future)
	if r := mustBuild(t, o); r.Parsed != 1 {
		t.Errorf("parsed %d", r.Parsed)
	}
	outputIsClean(t, o)
}
