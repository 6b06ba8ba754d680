//go:build unix

package cache

import (
	"os"
	"path/filepath"
	"testing"
)

// A folder that cannot be written is read.
func TestReadOnly(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("the superuser may write anywhere")
	}
	root := site(t)
	s := keep(t, root, 2)
	dir := filepath.Join(root.Name(), Dir)
	os.Chmod(filepath.Join(dir, lockName), 0o444)
	os.Chmod(dir, 0o555)
	defer os.Chmod(dir, 0o777)
	c := open(t, root)
	c.Save(s)
	empty(t, "read-only", &Cache{Note: c.Note}, "cannot be written")
	holds(t, &Cache{State: c.State, Store: c.Store}, s)
}

// Where the disk is full, the old state stays.
func TestFull(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no device that is always full")
	}
	root := site(t)
	s := keep(t, root, 2)
	c := open(t, root)
	c.Store.file.Close()
	c.Store.file = full
	c.Store.Put([]byte("does not fit"))
	c.Save(&State{})
	empty(t, "full", &Cache{Note: c.Note}, "no space left")
	c.Close()
	holds(t, open(t, root), s)
}
