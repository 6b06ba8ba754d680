package cache

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/diag"
)

var program = codec.SumOf([]byte("this program"))

// site makes a site's folder.
func site(t testing.TB) *os.Root {
	t.Helper()
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root
}

func open(t testing.TB, root *os.Root) *Cache {
	t.Helper()
	c := Open(root, program, true)
	t.Cleanup(c.Close)
	return c
}

// sample is a state with a part in the store for each of its files.
func sample(c *Cache, files int) *State {
	s := &State{
		Outputs: []Output{{"a/index.html", codec.SumOf([]byte("k")), 12, 34}, {"b.html", codec.Sum{}, 0, 0}},
		Build:   Build{"/out", codec.SumOf([]byte("b")), codec.SumOf([]byte("m")), []byte("said"), Part{}},
	}
	for i := range files {
		f := File{Path: fmt.Sprintf("content/%03d.md", i), Size: int64(i), MTime: int64(i) << 40, Sum: codec.SumOf([]byte{byte(i)})}
		f.Part = c.Store.Put(fmt.Appendf(nil, "what %d gives", i))
		f.Text = c.Store.Put(fmt.Appendf(nil, "the text of %d, which is longer", i))
		s.Files = append(s.Files, f)
	}
	return s
}

// keep leaves a cache of the sample in a site, and gives the state.
func keep(t testing.TB, root *os.Root, files int) *State {
	t.Helper()
	c := open(t, root)
	s := sample(c, files)
	c.Save(s)
	if c.Note != (diag.Text{}) {
		t.Fatal(c.Note.En)
	}
	c.Close()
	return s
}

// holds fails where a cache does not hold a state with all its parts.
func holds(t testing.TB, c *Cache, s *State) {
	t.Helper()
	if c.Note != (diag.Text{}) || !reflect.DeepEqual(c.State, *s) {
		t.Errorf("%q: %+v\nand not %+v", c.Note.En, c.State, *s)
	}
	for i, f := range c.State.Files {
		if got, want := string(c.Store.Get(f.Part, nil)), fmt.Sprintf("what %d gives", i); got != want {
			t.Errorf("%s: %q", f.Path, got)
		}
	}
	if err := c.Store.Err(); err != nil {
		t.Error(err)
	}
}

// empty fails where a cache is not an empty one that says why in one line.
func empty(t testing.TB, what string, c *Cache, why string) {
	t.Helper()
	if len(c.State.Files) > 0 || len(c.State.Outputs) > 0 || c.State.Build.Output != "" {
		t.Errorf("%s: it is not empty", what)
	}
	n := c.Note
	if n.Zh == "" || !strings.Contains(n.En, why) || strings.Contains(n.Zh+n.En, "\n") || strings.Contains(n.Zh+n.En, "%!") {
		t.Errorf("%s: %q, %q", what, n.Zh, n.En)
	}
}

func path(root *os.Root, name string) string { return filepath.Join(root.Name(), Dir, name) }

// stores lists the store files.
func stores(t testing.TB, root *os.Root) []string {
	t.Helper()
	list, err := filepath.Glob(path(root, storePrefix+"*"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestKeepsState(t *testing.T) {
	root := site(t)
	c := open(t, root)
	if c.Note != (diag.Text{}) || !reflect.DeepEqual(c.State, State{}) {
		t.Errorf("a new cache: %q, %+v", c.Note.En, c.State)
	}
	c.Close()
	s := keep(t, root, 20)
	holds(t, Open(root, program, false), s)
	again := open(t, root)
	holds(t, again, s)
	// What is added stands beside what was there.
	s.Files[3].Part = again.Store.Put([]byte("what 3 gives"))
	s.Files[3].Size = 99
	again.Save(s)
	again.Close()
	holds(t, open(t, root), s)
	if list := stores(t, root); len(list) != 1 {
		t.Errorf("stores: %q", list)
	}
}

// A file that was never saved is written over.
func TestUnsavedPartsAreForgotten(t *testing.T) {
	root := site(t)
	s := keep(t, root, 3)
	c := open(t, root)
	for range 3 {
		c.Store.Put(make([]byte, chunkSize)) // so that some of it is written
	}
	c.Close()
	c = open(t, root)
	holds(t, c, s)
	s.Files[0].Part = c.Store.Put([]byte("what 0 gives"))
	c.Save(s)
	c.Close()
	holds(t, open(t, root), s)
}

// TestStoreIsShared puts parts from several goroutines, of which some write to the
// file while others go on.
func TestStoreIsShared(t *testing.T) {
	root := site(t)
	c := open(t, root)
	const makers, each, size = 4, 300, 10 << 10
	text := func(maker, n int) []byte { return bytes.Repeat([]byte{byte(maker), byte(n), byte(n >> 8)}, size/3) }
	var parts [makers][each]Part
	var wg sync.WaitGroup
	for maker := range makers {
		wg.Go(func() {
			for n := range each {
				parts[maker][n] = c.Store.Put(text(maker, n))
				if before := n / 2; !bytes.Equal(c.Store.Get(parts[maker][before], nil), text(maker, before)) {
					t.Errorf("part %d of %d is another after %d", before, maker, n)
				}
			}
		})
	}
	wg.Wait()
	if n := len(c.Store.chunks); n != 1 {
		t.Errorf("%d chunks are in memory, want the last one", n)
	}
	if length, err := c.Store.flush(); length != makers*each*(size/3*3) || err != nil {
		t.Errorf("%d bytes, %v", length, err)
	}
	for maker := range makers {
		for n, p := range parts[maker] {
			if !bytes.Equal(c.Store.Get(p, nil), text(maker, n)) {
				t.Errorf("part %d of %d is another in the file", n, maker)
			}
		}
	}
}

// Whatever is cut off the state, and whichever byte of it is another, it is an
// empty one.
func TestDamagedState(t *testing.T) {
	root := site(t)
	keep(t, root, 4)
	raw, err := os.ReadFile(path(root, stateName))
	if err != nil {
		t.Fatal(err)
	}
	try := func(what string, b []byte) {
		if err := os.WriteFile(path(root, stateName), b, 0o666); err != nil {
			t.Fatal(err)
		}
		c := Open(root, program, false)
		empty(t, what, c, "all pages are read again")
		c.Close()
	}
	for n := range raw {
		try(fmt.Sprint("the first ", n, " bytes"), raw[:n])
		for _, bit := range []byte{1, 0x80} {
			b := bytes.Clone(raw)
			b[n] ^= bit
			try(fmt.Sprint("byte ", n), b)
		}
	}
	try("longer", append(bytes.Clone(raw), 0))
	c := open(t, root)
	s := sample(c, 2)
	c.Save(s)
	c.Close()
	holds(t, open(t, root), s)
	if list := stores(t, root); len(list) != 1 {
		t.Errorf("the store of the damaged state stays: %q", list)
	}
}

func TestOtherPrograms(t *testing.T) {
	root := site(t)
	keep(t, root, 2)
	c := Open(root, codec.SumOf([]byte("another program")), false)
	empty(t, "another program", c, "another version")
	raw, err := os.ReadFile(path(root, stateName))
	if err != nil {
		t.Fatal(err)
	}
	newer := strings.Replace(string(raw), format, "branchlight cache 2\n", 1)
	if err := os.WriteFile(path(root, stateName), []byte(newer), 0o666); err != nil {
		t.Fatal(err)
	}
	empty(t, "a newer format", Open(root, program, false), "another version")
}

func TestDamagedStore(t *testing.T) {
	for _, test := range []struct {
		name  string
		spoil func(store string) error
		notes bool
	}{
		{"missing", os.Remove, true},
		{"cut short", func(store string) error { return os.Truncate(store, 10) }, true},
		{"empty", func(store string) error { return os.Truncate(store, 0) }, true},
		{"a folder", func(store string) error {
			os.Remove(store)
			return os.Mkdir(store, 0o777)
		}, true},
		{"longer", func(store string) error {
			f, err := os.OpenFile(store, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			defer f.Close()
			_, err = f.WriteString("never finished")
			return err
		}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := site(t)
			s := keep(t, root, 5)
			if err := test.spoil(stores(t, root)[0]); err != nil {
				t.Fatal(err)
			}
			c := open(t, root)
			if !test.notes {
				holds(t, c, s)
				return
			}
			empty(t, test.name, c, "damaged")
			s = sample(c, 3)
			c.Save(s)
			c.Close()
			holds(t, open(t, root), s)
		})
	}
}

// A part that is not what was put there is never given.
func TestDamagedPart(t *testing.T) {
	root := site(t)
	keep(t, root, 3)
	store := stores(t, root)[0]
	raw, err := os.ReadFile(store)
	if err != nil {
		t.Fatal(err)
	}
	for at := range raw {
		b := bytes.Clone(raw)
		b[at] ^= 4
		if err := os.WriteFile(store, b, 0o666); err != nil {
			t.Fatal(err)
		}
		c := Open(root, program, false)
		bad := 0
		for _, f := range c.State.Files {
			for _, p := range []Part{f.Part, f.Text} {
				if c.Store.Get(p, nil) == nil {
					bad++
				}
			}
		}
		if bad != 1 || c.Store.Err() == nil {
			t.Errorf("byte %d: %d parts are bad, %v", at, bad, c.Store.Err())
		}
		c.Close()
	}
	c := open(t, root)
	c.Forget()
	empty(t, "forgotten", c, "damaged")
	s := sample(c, 1)
	c.Save(s)
	c.Close()
	holds(t, open(t, root), s)
}

// A store of which little is of use is begun anew.
func TestWaste(t *testing.T) {
	root := site(t)
	c := open(t, root)
	s := sample(c, 2)
	c.Store.Put(make([]byte, waste+1000))
	c.Save(s)
	c.Close()
	old := stores(t, root)
	c = open(t, root)
	if len(c.State.Files) > 0 || c.Note != (diag.Text{}) {
		t.Errorf("%d files, %q", len(c.State.Files), c.Note.En)
	}
	s = sample(c, 2)
	c.Save(s)
	c.Close()
	if now := stores(t, root); len(now) != 1 || now[0] == old[0] {
		t.Errorf("stores: %q, then %q", old, now)
	}
	holds(t, open(t, root), s)
}

// Of two processes the second only reads, and keeps what is new to itself.
func TestTwoAtOnce(t *testing.T) {
	root := site(t)
	s := keep(t, root, 2)
	first, second := open(t, root), open(t, root)
	holds(t, second, s)
	part := second.Store.Put([]byte("new"))
	second.Save(&State{})
	if got := second.Store.Get(part, nil); string(got) != "new" {
		t.Errorf("%q", got)
	}
	holds(t, Open(root, program, false), s)
	s.Files[1].Part = first.Store.Put([]byte("what 1 gives"))
	first.Save(s)
	first.Release()
	third := open(t, root)
	holds(t, third, s)
	if third.dir == nil {
		t.Error("a cache that was released cannot be written")
	}
	// Who has let go may go on, but keeps nothing.
	part = first.Store.Put([]byte("new"))
	if got := first.Store.Get(part, nil); string(got) != "new" {
		t.Errorf("%q", got)
	}
	first.Save(&State{})
	holds(t, Open(root, program, false), s)
}

// A store that no state has come to name does not stay.
func TestNothingSavedLeavesNothing(t *testing.T) {
	root := site(t)
	for range 3 {
		c := open(t, root)
		c.Store.Put([]byte("never saved"))
		c.Close()
	}
	if list := stores(t, root); len(list) > 0 {
		t.Errorf("%q", list)
	}
	s := keep(t, root, 1)
	c := open(t, root)
	c.Forget()
	c.Close()
	holds(t, open(t, root), s)
	if list := stores(t, root); len(list) != 1 {
		t.Errorf("%q", list)
	}
}

// What killed processes left goes with the next that may write, whether or not it
// has something to save.
func TestLitter(t *testing.T) {
	root := site(t)
	s := keep(t, root, 2)
	for _, name := range []string{stateName + nextSuffix, storePrefix + "0123456789abcdef"} {
		if err := os.WriteFile(path(root, name), []byte("half of it"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	c := open(t, root)
	holds(t, c, s)
	c.Close()
	list, err := os.ReadDir(filepath.Join(root.Name(), Dir))
	if err != nil || len(list) != 3 { // lock, state, store
		t.Errorf("%v, %v", list, err)
	}
}

// What stands in the place of the folder, or of a file in it, is left alone.
func TestTakenPlaces(t *testing.T) {
	t.Run("a file", func(t *testing.T) {
		root := site(t)
		if err := root.WriteFile(Dir, []byte("mine"), 0o666); err != nil {
			t.Fatal(err)
		}
		c := open(t, root)
		empty(t, "a file", c, "the cache (.branchlight)")
		c.Save(sample(c, 1))
		if text, err := root.ReadFile(Dir); string(text) != "mine" {
			t.Errorf("%q, %v", text, err)
		}
	})
	t.Run("state is a folder", func(t *testing.T) {
		root := site(t)
		if err := os.MkdirAll(path(root, stateName), 0o777); err != nil {
			t.Fatal(err)
		}
		c := open(t, root)
		empty(t, "a folder", c, "damaged")
		c.Save(sample(c, 1))
		empty(t, "a folder", c, "cannot be written")
	})
	t.Run("a link", func(t *testing.T) {
		if runtime.GOOS == "windows" {
			t.Skip("no symbolic links without rights")
		}
		root, outside := site(t), site(t)
		keep(t, outside, 1)
		if err := os.Symlink(filepath.Join(outside.Name(), Dir), filepath.Join(root.Name(), Dir)); err != nil {
			t.Fatal(err)
		}
		before, err := os.ReadDir(filepath.Join(outside.Name(), Dir))
		if err != nil {
			t.Fatal(err)
		}
		c := open(t, root)
		empty(t, "a link", c, "the cache (.branchlight)")
		c.Save(sample(c, 1))
		after, err := os.ReadDir(filepath.Join(outside.Name(), Dir))
		if len(before) != len(after) || err != nil {
			t.Errorf("through the link: %v, %v", after, err)
		}
	})
}
