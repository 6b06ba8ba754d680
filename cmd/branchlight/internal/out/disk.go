package out

import (
	"io"
	"io/fs"
	"os"
	"path"
	"sync"
)

// disk is the only way in which this package touches the files of an output.
// Tests set fault to make the Nth operation fail, or to play a process that was
// killed.
type disk struct {
	fault func(op, path string) error // called before each operation; nil: none
	quick bool                        // leave syncs out, for tests with many builds
}

func (d *disk) check(op, path string) error {
	if d.fault == nil {
		return nil
	}
	return d.fault(op, path)
}

// dir is an open folder. Names are slash-separated and relative to it, and
// cannot lead out of it.
type dir struct {
	disk *disk
	root *os.Root
	path string // for messages

	once    sync.Once // opens self, where files are made in it
	self    *os.File
	selfErr error
}

func (d *disk) openDir(p string) (*dir, error) {
	if err := d.check("open", p); err != nil {
		return nil, err
	}
	r, err := os.OpenRoot(p)
	if err != nil {
		return nil, err
	}
	return &dir{disk: d, root: r, path: p}, nil
}

func (d *dir) close() {
	if d == nil {
		return
	}
	if d.self != nil {
		d.self.Close()
	}
	d.root.Close()
}

func (d *dir) at(name string) string { return path.Join(d.path, name) }

// check is disk.check for a name in the folder.
func (d *dir) check(op, name string) error {
	if d.disk.fault == nil {
		return nil // without making the path, for each file of a large output
	}
	return d.disk.fault(op, d.at(name))
}

func (d *dir) openDir(name string) (*dir, error) {
	if err := d.check("open", name); err != nil {
		return nil, err
	}
	r, err := d.root.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	return &dir{disk: d.disk, root: r, path: d.at(name)}, nil
}

func (d *dir) lstat(name string) (fs.FileInfo, error) {
	if err := d.check("stat", name); err != nil {
		return nil, err
	}
	return d.root.Lstat(name)
}

// look is what stands at a name of a folder.
type look struct {
	mode  fs.FileMode
	size  int64
	mtime int64 // nanoseconds since 1970
}

// look is lstat for a name without a slash.
func (d *dir) look(name string) (look, error) {
	if err := d.check("stat", name); err != nil {
		return look{}, err
	}
	return d.lookAt(name)
}

func (d *dir) mkdir(name string) error {
	if err := d.check("mkdir", name); err != nil {
		return err
	}
	return d.root.Mkdir(name, 0o755)
}

func (d *dir) remove(name string) error {
	if err := d.check("remove", name); err != nil {
		return err
	}
	return retry(func() error { return d.root.Remove(name) })
}

func (d *dir) removeAll(name string) error {
	if err := d.check("remove", name); err != nil {
		return err
	}
	return d.root.RemoveAll(name)
}

func (d *dir) rename(from, to string) error {
	if err := d.check("rename", to); err != nil {
		return err
	}
	return retry(func() error { return d.root.Rename(from, to) })
}

// names lists a folder below d, "." for d itself, in no order.
func (d *dir) names(name string) ([]string, error) {
	if err := d.check("list", name); err != nil {
		return nil, err
	}
	f, err := d.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}

func (d *dir) open(name string) (*file, error) {
	if err := d.check("open", name); err != nil {
		return nil, err
	}
	f, err := d.root.Open(name)
	if err != nil {
		return nil, err
	}
	return &file{d.disk, f, name}, nil
}

// create makes a file that does not exist yet.
func (d *dir) create(name string) (*file, error) {
	if err := d.check("create", name); err != nil {
		return nil, err
	}
	f, err := d.createFile(name)
	if err != nil {
		return nil, err
	}
	return &file{d.disk, f, name}, nil
}

// flush puts everything written below d on the disk. Where the system has no
// call for that, files were synced one by one, and it does the folders.
func (d *dir) flush(folders []string) error {
	if err := d.check("sync", "."); err != nil {
		return err
	}
	if d.disk.quick {
		return nil
	}
	return flush(d.root, folders)
}

// file is an open file.
type file struct {
	disk *disk
	f    handle
	name string
}

// handle is what a file needs of the system.
type handle interface {
	io.ReadWriteCloser
	Sync() error
}

// modTime gives the time at which a file was changed last, in nanoseconds since
// 1970; 0 where the system does not say.
func modTime(h handle) int64 {
	switch h := h.(type) {
	case interface{ modTime() int64 }:
		return h.modTime()
	case *os.File:
		if fi, err := h.Stat(); err == nil {
			return fi.ModTime().UnixNano()
		}
	}
	return 0
}

func (f *file) Read(p []byte) (int, error) {
	if err := f.disk.check("read", f.name); err != nil {
		return 0, err
	}
	return f.f.Read(p)
}

func (f *file) Write(p []byte) (int, error) {
	if err := f.disk.check("write", f.name); err != nil {
		n, _ := f.f.Write(p[:len(p)/2]) // a disk runs full in the middle of a write
		return n, err
	}
	return f.f.Write(p)
}

// finish ends writing. Its error means that bytes may be missing.
func (f *file) finish(sync bool) error {
	var err error
	if sync {
		if err = f.disk.check("sync", f.name); err == nil {
			err = f.f.Sync()
		}
	}
	if e := f.disk.check("close", f.name); err == nil {
		err = e
	}
	if e := f.f.Close(); err == nil {
		err = e
	}
	return err
}

// close ends reading.
func (f *file) close() { f.f.Close() }
