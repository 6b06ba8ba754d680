package out

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// createFile makes a file by its name in an open folder. os.Root would do the
// same and prepare the file for the poller, which files do not need: three calls
// of the system for each output instead of six.
func (d *dir) createFile(name string) (handle, error) {
	self, err := d.descriptor()
	if err != nil {
		return nil, err
	}
	for {
		fd, err := unix.Openat(self, name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o644)
		if err == nil {
			return descriptor(fd), nil
		}
		if !errors.Is(err, unix.EINTR) {
			return nil, &os.PathError{Op: "openat", Path: d.at(name), Err: err}
		}
	}
}

// descriptor gives the folder's own.
func (d *dir) descriptor() (int, error) {
	d.once.Do(func() { d.self, d.selfErr = d.root.Open(".") })
	if d.selfErr != nil {
		return -1, d.selfErr
	}
	return int(d.self.Fd()), nil
}

// lookAt asks the system in one call, and makes nothing that has to be collected.
func (d *dir) lookAt(name string) (look, error) {
	self, err := d.descriptor()
	if err != nil {
		return look{}, err
	}
	var st unix.Stat_t
	for {
		err = unix.Fstatat(self, name, &st, unix.AT_SYMLINK_NOFOLLOW)
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	if err != nil {
		return look{}, &os.PathError{Op: "fstatat", Path: d.at(name), Err: err}
	}
	l := look{mode: fs.ModeIrregular, size: st.Size, mtime: st.Mtim.Nano()}
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		l.mode = 0
	case unix.S_IFDIR:
		l.mode = fs.ModeDir
	}
	return l, nil
}

// descriptor is a new file that is open for writing.
type descriptor int

func (fd descriptor) Read([]byte) (int, error) { return 0, os.ErrInvalid }

func (fd descriptor) Write(p []byte) (int, error) {
	written := 0
	for written < len(p) {
		n, err := unix.Write(int(fd), p[written:])
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

func (fd descriptor) modTime() int64 {
	var st unix.Stat_t
	if unix.Fstat(int(fd), &st) != nil {
		return 0
	}
	return st.Mtim.Nano()
}

func (fd descriptor) Sync() error  { return os.NewSyscallError("fsync", unix.Fsync(int(fd))) }
func (fd descriptor) Close() error { return os.NewSyscallError("close", unix.Close(int(fd))) }
