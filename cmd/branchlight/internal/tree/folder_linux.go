package tree

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// folder is an open folder of the site. Its files are read by their names in it,
// which can lead nowhere else, and without what os.File prepares for polling:
// four calls of the system a file instead of eight.
type folder struct{ f *os.File }

func openAt(root *os.Root, dir string) (folder, error) {
	f, err := root.OpenFile(dir, os.O_RDONLY|unix.O_DIRECTORY, 0)
	return folder{f}, err
}

func (d folder) close() { d.f.Close() }

// read gives the bytes of a regular file. Whatever is unusual is an error: Read
// finds out what it is.
func (d folder) read(name string, limit int64, buf []byte) ([]byte, error) {
	fd, err := unix.Openat(int(d.f.Fd()), name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return nil, err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG {
		return nil, ErrNotRegular
	}
	if st.Size > limit {
		return nil, ErrTooLarge
	}
	// The one byte more shows that the file has not grown meanwhile.
	data := buf[:cap(buf)]
	if int64(len(data)) <= st.Size {
		data = make([]byte, st.Size+1)
	}
	n, err := unix.Read(fd, data[:st.Size+1])
	if err != nil || int64(n) != st.Size {
		return nil, errors.Join(err, errChanged)
	}
	return data[:n], nil
}

var errChanged = errors.New("the file changed while it was read")

// names lists the folder, in no order.
func (d folder) names() ([]string, error) { return d.f.Readdirnames(-1) }

// lstat gives what stands at a name of the folder.
func (d folder) lstat(name string) (stat, error) {
	var st unix.Stat_t
	for {
		err := unix.Fstatat(int(d.f.Fd()), name, &st, unix.AT_SYMLINK_NOFOLLOW)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return stat{}, &os.PathError{Op: "fstatat", Path: name, Err: err}
		}
		return stat{modeOf(st.Mode), st.Size, time.Unix(st.Mtim.Unix())}, nil
	}
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
