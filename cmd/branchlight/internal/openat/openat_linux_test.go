package openat

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLocal: on a file system of this machine all is as on others.
func TestLocal(t *testing.T) {
	dir, top := below(t, map[string]string{"a/x.txt": "12345", "a/c/y": ""})
	if err := os.Symlink("x.txt", filepath.Join(dir, "a", "link")); err != nil {
		t.Fatal(err)
	}
	if !top.local {
		t.Skip("the folder for tests is on a file system that is not known to be of this machine")
	}
	here := enter(t, top, "a")
	away := &Folder{handle{here.fd, false}, nil}
	same := func(what string, err, want error) {
		t.Helper()
		if (err == nil) != (want == nil) || err != nil && err.Error() != want.Error() {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
	}
	for _, name := range []string{"x.txt", "c", "link", ".", "none", "", "x.txt/y", "x.txt\x00", strings.Repeat("长", 85), strings.Repeat("长", 85) + "x"} {
		at, err := here.Look(name)
		want, wantErr := away.Look(name)
		if same(name, err, wantErr); at != want {
			t.Errorf("%q: %+v, want %+v", name, at, want)
		}
		data, err := here.Read(name, 5, nil)
		wantData, wantErr := away.Read(name, 5, nil)
		if same(name, err, wantErr); string(data) != string(wantData) {
			t.Errorf("%q: %q, want %q", name, data, wantData)
		}
	}
	for i, d := range []*Folder{here, away} {
		name := string(rune('1' + i))
		f, err := d.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := f.Write([]byte("text")); n != 4 || err != nil || f.MTime() == 0 {
			t.Errorf("%s: %d, %v, at %d", name, n, err, f.MTime())
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			t.Error(err)
		}
		if _, err := d.Create(name); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s once more: %v", name, err)
		}
		if data, err := os.ReadFile(filepath.Join(dir, "a", name)); err != nil || string(data) != "text" {
			t.Errorf("%s: %q, %v", name, data, err)
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
