package amend

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func root(t *testing.T) (*os.Root, string) {
	t.Helper()
	dir := t.TempDir()
	r, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r, dir
}

// only fails where a folder holds anything but one file.
func only(t *testing.T, dir, name string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil || len(list) != 1 || list[0].Name() != name {
		t.Errorf("the folder holds %v (%v)", list, err)
	}
}

func TestReplace(t *testing.T) {
	r, dir := root(t)
	if err := os.MkdirAll(filepath.Join(dir, "局"), 0o777); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "局", "甲.md")
	if err := os.WriteFile(file, []byte("旧"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := Replace(r, "局/甲.md", []byte("旧"), []byte("新")); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != "新" {
		t.Errorf("%q %v", got, err)
	}
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o640 {
		t.Error("the permissions are not kept", info.Mode(), err)
	}
	only(t, filepath.Join(dir, "局"), "甲.md")

	// A file that another has changed stays as it is.
	err = Replace(r, "局/甲.md", []byte("旧"), []byte("更新"))
	if changed, ok := errors.AsType[*ChangedError](err); !ok || changed.Text().Zh == "" {
		t.Error(err)
	}
	if got, _ := os.ReadFile(file); string(got) != "新" {
		t.Errorf("it was written: %q", got)
	}
	only(t, filepath.Join(dir, "局"), "甲.md")
}

// A file that cannot be written is left whole, and without litter.
func TestReplaceFails(t *testing.T) {
	if os.Getuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("who may write everywhere, or a system without such permissions")
	}
	r, dir := root(t)
	if err := os.WriteFile(filepath.Join(dir, "甲.md"), []byte("旧"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o777)
	if err := Replace(r, "甲.md", []byte("旧"), []byte("新")); err == nil {
		t.Error("a folder that is read only was written to")
	}
	only(t, dir, "甲.md")
}

// Links are refused: neither the link nor what it leads to is changed.
func TestReplaceLink(t *testing.T) {
	r, dir := root(t)
	outside := filepath.Join(t.TempDir(), "外.md")
	if err := os.WriteFile(outside, []byte("旧"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "链.md")); err != nil {
		t.Skip("no symbolic links without rights: ", err)
	}
	if err := Replace(r, "链.md", []byte("旧"), []byte("新")); err == nil {
		t.Error("a link was written through")
	}
	if got, _ := os.ReadFile(outside); string(got) != "旧" {
		t.Errorf("outside: %q", got)
	}
	only(t, dir, "链.md")
}
