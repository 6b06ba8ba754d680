//go:build !linux

package openat

import (
	"io"
	"os"
)

// Top is a folder that others are opened below. It is safe for concurrent use.
type Top struct{ root *os.Root }

// Below gives the folders below root, which stays open.
func Below(root *os.Root) (*Top, error) { return &Top{root}, nil }

// Close closes the top, and not what was opened below it.
func (t *Top) Close() {}

// Folder opens a folder by its slash-separated path; "." is the top itself.
func (t *Top) Folder(path string) (*Folder, error) {
	if err := plain(t.root, path); err != nil {
		return nil, err
	}
	return open(t.root, path)
}

// Of gives the folder of a root, which stays open.
func Of(root *os.Root) (*Folder, error) { return open(root, ".") }

func open(root *os.Root, path string) (*Folder, error) {
	sub, err := root.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return &Folder{sub}, nil
}

// Folder is an open folder. It is safe for concurrent use.
type Folder struct{ root *os.Root }

// Close closes the folder. It is to be called once.
func (d *Folder) Close() { d.root.Close() }

// Names lists the folder, in no order. It is to be called once.
func (d *Folder) Names() ([]string, error) {
	f, err := d.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}

// Look gives what stands at a name.
func (d *Folder) Look(name string) (Look, error) {
	fi, err := d.root.Lstat(name)
	if err != nil {
		return Look{}, err
	}
	return Look{fi.Mode().Type(), fi.Size(), fi.ModTime().UnixNano()}, nil
}

// Read gives the bytes of a regular file of at most limit bytes, in buf where
// they fit. Whatever is unusual is an error.
func (d *Folder) Read(name string, limit int64, buf []byte) ([]byte, error) {
	fi, err := d.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !fi.Mode().IsRegular() || fi.Size() > limit {
		return nil, errUnusual
	}
	f, err := d.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data := buf[:cap(buf)]
	if int64(len(data)) <= fi.Size() {
		data = make([]byte, fi.Size()+1)
	}
	n, err := io.ReadFull(f, data[:fi.Size()+1]) // one more shows that it has not grown meanwhile
	if err != io.ErrUnexpectedEOF && err != io.EOF || int64(n) != fi.Size() {
		return nil, errUnusual
	}
	return data[:n], nil
}

// Create makes a file that does not exist yet.
func (d *Folder) Create(name string) (File, error) {
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, err
	}
	return file{f}, nil
}

type file struct{ *os.File }

func (f file) MTime() int64 {
	if fi, err := f.Stat(); err == nil {
		return fi.ModTime().UnixNano()
	}
	return 0
}
