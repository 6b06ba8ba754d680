package openat

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// below makes files in a folder and gives the folders below it.
func below(t *testing.T, files map[string]string) (string, *Top) {
	t.Helper()
	dir := t.TempDir()
	for p, text := range files {
		p = filepath.Join(dir, filepath.FromSlash(p))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	top, err := Below(root)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(top.Close)
	return dir, top
}

func enter(t *testing.T, top *Top, path string) *Folder {
	t.Helper()
	f, err := top.Folder(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

func TestFolder(t *testing.T) {
	_, top := below(t, map[string]string{"a/b/x.txt": "12345", "a/b/c/y.txt": "", "a/z.txt": ""})
	names, err := enter(t, top, "a/b").Names()
	if slices.Sort(names); err != nil || !slices.Equal(names, []string{"c", "x.txt"}) {
		t.Errorf("names %q, %v", names, err)
	}
	if names, err = enter(t, top, ".").Names(); err != nil || !slices.Equal(names, []string{"a"}) {
		t.Errorf("names of the top %q, %v", names, err)
	}
	f := enter(t, top, "a/b")
	if at, err := f.Look("x.txt"); err != nil || at.Mode != 0 || at.Size != 5 || at.MTime == 0 {
		t.Errorf("x.txt: %+v, %v", at, err)
	}
	if at, err := f.Look("c"); err != nil || at.Mode != fs.ModeDir {
		t.Errorf("c: %+v, %v", at, err)
	}
	if _, err := f.Look("none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what is missing: %v", err)
	}
	if _, err := top.Folder("a/none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is missing: %v", err)
	}
	for _, p := range []string{"a/z.txt", "a/z.txt/x"} {
		if f, err := top.Folder(p); err == nil {
			f.Close()
			t.Errorf("%s was opened as a folder", p)
		}
	}
}

func TestRead(t *testing.T) {
	_, top := below(t, map[string]string{"a/x.txt": "12345", "a/empty": "", "a/c/y": ""})
	f := enter(t, top, "a")
	buf := make([]byte, 8)
	data, err := f.Read("x.txt", 5, buf)
	if err != nil || string(data) != "12345" || &data[0] != &buf[0] {
		t.Errorf("%q, %v", data, err)
	}
	if data, err = f.Read("x.txt", 5, nil); err != nil || string(data) != "12345" {
		t.Errorf("without memory: %q, %v", data, err)
	}
	if data, err = f.Read("empty", 5, buf); err != nil || len(data) != 0 {
		t.Errorf("of the empty file: %q, %v", data, err)
	}
	for _, name := range []string{"c", "none"} {
		if data, err = f.Read(name, 5, buf); err == nil {
			t.Errorf("%s: %q", name, data)
		}
	}
	if data, err = f.Read("x.txt", 4, buf); err == nil {
		t.Errorf("beyond the limit: %q", data)
	}
}

func TestCreate(t *testing.T) {
	dir, top := below(t, map[string]string{"a/old": "old"})
	f := enter(t, top, "a")
	if _, err := f.Create("old"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("what stands: %v", err)
	}
	w, err := f.Create("new")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("text")); err != nil {
		t.Fatal(err)
	}
	if w.MTime() == 0 {
		t.Error("the file has no time")
	}
	if err := errors.Join(w.Sync(), w.Close()); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(filepath.Join(dir, "a", "new")); err != nil || string(data) != "text" {
		t.Errorf("%q, %v", data, err)
	}
}

// TestLinks puts a link in the place of a folder, and of one above it.
func TestLinks(t *testing.T) {
	dir, top := below(t, map[string]string{"a/b/x": "", "c/x": ""})
	if err := os.Symlink("a", filepath.Join(dir, "link")); err != nil {
		t.Skip("no symbolic links:", err)
	}
	if err := os.Symlink(filepath.Join(dir, "a", "b", "x"), filepath.Join(dir, "c", "y")); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{"link", "link/b"} {
		if f, err := top.Folder(p); !errors.Is(err, ErrNoFolder) {
			if err == nil {
				f.Close()
			}
			t.Errorf("%s: %v", p, err)
		}
	}
	f := enter(t, top, "c")
	if at, err := f.Look("y"); err != nil || at.Mode != fs.ModeSymlink {
		t.Errorf("a link: %+v, %v", at, err)
	}
	if data, err := f.Read("y", 5, nil); err == nil {
		t.Errorf("a link was read: %q", data)
	}
}
