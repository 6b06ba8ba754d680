package openat

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGlance: what is told at once, on a file system of this machine, is what is
// told otherwise.
func TestGlance(t *testing.T) {
	dir, top := below(t, map[string]string{"a/x.txt": "12345", "a/c/y": ""})
	if err := os.Symlink("x.txt", filepath.Join(dir, "a", "link")); err != nil {
		t.Fatal(err)
	}
	if !top.local {
		t.Skip("the folder for tests is on a file system that is not known to be of this machine")
	}
	f := enter(t, top, "a")
	for _, name := range []string{"x.txt", "c", "link", ".", "none", "", "x.txt/y", "x.txt\x00", strings.Repeat("长", 85) + "x", strings.Repeat("长", 86)} {
		f.local = true
		at, err := f.Look(name)
		f.local = false
		want, wantErr := f.Look(name)
		if at != want || (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
			t.Errorf("%q: %+v, %v; want %+v, %v", name, at, err, want, wantErr)
		}
		if told, ok := f.glance(name); ok != (err == nil) || ok && told != at {
			t.Errorf("%q: at once %+v, %v", name, told, ok)
		}
	}
	if local(-1) {
		t.Error("what cannot be asked is taken for local")
	}
	if proc, err := os.Open("/proc"); err == nil {
		defer proc.Close()
		if local(int(proc.Fd())) {
			t.Error("/proc is taken for a file system with files")
		}
	}
}
