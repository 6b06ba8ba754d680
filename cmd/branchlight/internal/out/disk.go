package out

import (
	"io/fs"
	"os"
	"path"
	"sync"

	"branchlight/cmd/branchlight/internal/openat"
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

	once    sync.Once // opens self, where single files are looked at or made
	self    *openat.Folder
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

// folder gives the folder itself, for names without a slash.
func (d *dir) folder() (*openat.Folder, error) {
	d.once.Do(func() { d.self, d.selfErr = openat.Of(d.root) })
	return d.self, d.selfErr
}

// look is lstat for a name without a slash.
func (d *dir) look(name string) (openat.Look, error) {
	if err := d.check("stat", name); err != nil {
		return openat.Look{}, err
	}
	self, err := d.folder()
	if err != nil {
		return openat.Look{}, err
	}
	return self.Look(name)
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

// create makes a file that does not exist yet. The name has no slash.
func (d *dir) create(name string) (*newFile, error) {
	if err := d.check("create", name); err != nil {
		return nil, err
	}
	self, err := d.folder()
	if err != nil {
		return nil, err
	}
	f, err := self.Create(name)
	if err != nil {
		return nil, err
	}
	return &newFile{d.disk, f, name}, nil
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

// file is a file that is open for reading.
type file struct {
	disk *disk
	f    *os.File
	name string
}

func (f *file) Read(p []byte) (int, error) {
	if err := f.disk.check("read", f.name); err != nil {
		return 0, err
	}
	return f.f.Read(p)
}

func (f *file) close() { f.f.Close() }

// newFile is a file that is being written.
type newFile struct {
	disk *disk
	f    openat.File
	name string
}

func (f *newFile) Write(p []byte) (int, error) {
	if err := f.disk.check("write", f.name); err != nil {
		n, _ := f.f.Write(p[:len(p)/2]) // a disk runs full in the middle of a write
		return n, err
	}
	return f.f.Write(p)
}

// finish ends writing. Its error means that bytes may be missing.
func (f *newFile) finish(sync bool) error {
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
