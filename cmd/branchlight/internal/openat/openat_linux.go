package openat

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// Top is a folder that others are opened below. It is safe for concurrent use.
type Top struct {
	root  *os.Root
	self  *os.File
	local bool // on a file system of this machine, as what lies below it mostly is too
}

// Below gives the folders below root, which stays open.
func Below(root *os.Root) (*Top, error) {
	self, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	return &Top{root, self, local(int(self.Fd()))}, nil
}

// Close closes the top, and not what was opened below it.
func (t *Top) Close() { t.self.Close() }

// Folder opens a folder by its slash-separated path; "." is the top itself. It
// goes through no link.
func (t *Top) Folder(path string) (*Folder, error) {
	fd, err := unix.Openat2(int(t.self.Fd()), path, &unix.OpenHow{
		Flags:   unix.O_RDONLY | unix.O_DIRECTORY | unix.O_CLOEXEC,
		Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS,
	})
	if err == nil {
		return &Folder{handle{fd, t.local}, nil}, nil
	}
	// Linux before 5.6 has no such call, and others may forbid it.
	if err := plain(t.root, path); err != nil {
		return nil, err
	}
	f, err := t.root.OpenFile(path, os.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		return nil, err
	}
	return &Folder{handle{int(f.Fd()), t.local}, f}, nil
}

// Of gives the folder of a root, which stays open.
func Of(root *os.Root) (*Folder, error) {
	f, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	fd := int(f.Fd())
	return &Folder{handle{fd, local(fd)}, f}, nil
}

// Folder is an open folder. It is safe for concurrent use.
type Folder struct {
	handle
	f *os.File // which has the descriptor; nil where it is the folder's own
}

// Close closes the folder. It is to be called once.
func (d *Folder) Close() {
	if d.f != nil {
		d.f.Close()
	} else {
		d.close()
	}
}

// entries is memory for what the system says of a folder.
var entries = sync.Pool{New: func() any { b := make([]byte, 16<<10); return &b }}

// Names lists the folder, in no order. It is to be called once.
func (d *Folder) Names() (names []string, err error) {
	buf := entries.Get().(*[]byte)
	defer entries.Put(buf)
	for {
		n, err := unix.ReadDirent(d.fd, *buf)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return nil, os.NewSyscallError("getdents64", err)
		case n <= 0:
			return names, nil
		}
		_, _, names = unix.ParseDirent((*buf)[:n], -1, names)
	}
}

// Look gives what stands at a name.
func (d *Folder) Look(name string) (Look, error) {
	if name == "" {
		return Look{}, &os.PathError{Op: "fstatat", Path: name, Err: unix.ENOENT}
	}
	at, err := d.look(name)
	if err != nil {
		return Look{}, &os.PathError{Op: "fstatat", Path: name, Err: err}
	}
	return at, nil
}

// modeOf translates the type of a file.
func modeOf(mode uint32) fs.FileMode {
	switch mode & unix.S_IFMT {
	case unix.S_IFREG:
		return 0
	case unix.S_IFDIR:
		return fs.ModeDir
	case unix.S_IFLNK:
		return fs.ModeSymlink
	case unix.S_IFIFO:
		return fs.ModeNamedPipe
	case unix.S_IFSOCK:
		return fs.ModeSocket
	case unix.S_IFBLK, unix.S_IFCHR:
		return fs.ModeDevice
	}
	return fs.ModeIrregular
}

// Read gives the bytes of a regular file of at most limit bytes, in buf where
// they fit. Whatever is unusual is an error.
func (d *Folder) Read(name string, limit int64, buf []byte) ([]byte, error) {
	f, err := d.open(name, unix.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.close()
	at, err := f.look("")
	if err != nil {
		return nil, err
	}
	if !at.Mode.IsRegular() || at.Size > limit {
		return nil, errUnusual
	}
	// The one byte more shows that the file has not grown meanwhile.
	data := buf[:cap(buf)]
	if int64(len(data)) <= at.Size {
		data = make([]byte, at.Size+1)
	}
	n, err := f.read(data[:at.Size+1])
	if err != nil || int64(n) != at.Size {
		return nil, errors.Join(err, errUnusual)
	}
	return data[:n], nil
}

// Create makes a file that does not exist yet.
func (d *Folder) Create(name string) (File, error) {
	for {
		f, err := d.open(name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL, 0o644)
		if err == nil {
			return file{f}, nil
		}
		if !errors.Is(err, unix.EINTR) {
			return nil, &os.PathError{Op: "openat", Path: name, Err: err}
		}
	}
}

// file is a File without what os.File prepares for polling, which files do not
// need.
type file struct{ handle }

func (f file) Write(p []byte) (int, error) {
	written := 0
	for written < len(p) {
		n, err := f.write(p[written:])
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return written, os.NewSyscallError("write", err)
		case n == 0:
			return written, io.ErrShortWrite
		}
		written += n
	}
	return written, nil
}

func (f file) MTime() int64 {
	at, err := f.look("")
	if err != nil {
		return 0
	}
	return at.MTime
}

func (f file) Sync() error {
	return os.NewSyscallError("fsync", again(func() error { return unix.Fsync(f.fd) }))
}

func (f file) Close() error {
	err := f.close()
	if errors.Is(err, unix.EINTR) {
		err = nil // it is closed all the same
	}
	return os.NewSyscallError("close", err)
}

// Move gives a file of the folder another name, in another folder, and takes the
// place of what stands there.
func (d *Folder) Move(name string, to *Folder, newName string) error {
	return os.NewSyscallError("renameat", again(func() error { return unix.Renameat(d.fd, name, to.fd, newName) }))
}
