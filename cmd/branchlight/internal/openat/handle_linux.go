package openat

import (
	"errors"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// handle is an open file or folder. A local one is on a file system of this
// machine, which mostly answers at once: there it is not told to Go's scheduler
// that a call may take its time, as package unix does. That takes as long as a
// tenth of the call, or a third of a short one.
type handle struct {
	fd    int
	local bool
}

// local reports whether an open file or folder is on a file system of this machine.
func local(fd int) bool {
	var st unix.Statfs_t
	if unix.Fstatfs(fd, &st) != nil {
		return false
	}
	switch int64(st.Type) {
	case unix.TMPFS_MAGIC, unix.EXT4_SUPER_MAGIC, unix.XFS_SUPER_MAGIC, unix.BTRFS_SUPER_MAGIC, unix.F2FS_SUPER_MAGIC, unix.OVERLAYFS_SUPER_MAGIC:
		return true
	}
	return false
}

// open opens a file of a folder by its name.
func (h handle) open(name string, flags int, perm uint32) (handle, error) {
	flags |= unix.O_NOFOLLOW | unix.O_CLOEXEC | unix.O_LARGEFILE
	path, ok := terminated(name)
	if !h.local || !ok {
		fd, err := unix.Openat(h.fd, name, flags, perm)
		return handle{fd, h.local}, err
	}
	fd, _, err := unix.RawSyscall6(unix.SYS_OPENAT, uintptr(h.fd), uintptr(unsafe.Pointer(&path)), uintptr(flags), uintptr(perm), 0, 0)
	return handle{int(fd), true}, failed(err)
}

// look looks at a name in a folder, or at the handle itself where it is empty.
func (h handle) look(name string) (Look, error) {
	flags := unix.AT_SYMLINK_NOFOLLOW
	if name == "" {
		flags = unix.AT_EMPTY_PATH
	}
	if path, ok := terminated(name); ok && h.local {
		var st unix.Statx_t
		_, _, err := unix.RawSyscall6(unix.SYS_STATX, uintptr(h.fd), uintptr(unsafe.Pointer(&path)), uintptr(flags),
			unix.STATX_TYPE|unix.STATX_SIZE|unix.STATX_MTIME, uintptr(unsafe.Pointer(&st)), 0)
		switch err {
		case 0:
			return Look{modeOf(uint32(st.Mode)), int64(st.Size), st.Mtime.Sec*1e9 + int64(st.Mtime.Nsec)}, nil
		case unix.ENOSYS, unix.EPERM, unix.EINTR: // an old kernel, or a sandbox, has no such call
		default:
			return Look{}, err
		}
	}
	var st unix.Stat_t
	if err := again(func() error { return unix.Fstatat(h.fd, name, &st, flags) }); err != nil {
		return Look{}, err
	}
	return Look{modeOf(st.Mode), st.Size, st.Mtim.Nano()}, nil
}

func (h handle) read(p []byte) (int, error) {
	if !h.local {
		return unix.Read(h.fd, p)
	}
	n, _, err := unix.RawSyscall(unix.SYS_READ, uintptr(h.fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)))
	return int(n), failed(err)
}

func (h handle) write(p []byte) (int, error) {
	if !h.local {
		return unix.Write(h.fd, p)
	}
	n, _, err := unix.RawSyscall(unix.SYS_WRITE, uintptr(h.fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)))
	return int(n), failed(err)
}

func (h handle) close() error {
	if !h.local {
		return unix.Close(h.fd)
	}
	_, _, err := unix.RawSyscall(unix.SYS_CLOSE, uintptr(h.fd), 0, 0)
	return failed(err)
}

// terminated gives a name as the system reads it. It is not ok where the system
// would read another one.
func terminated(name string) (path [unix.NAME_MAX + 1]byte, ok bool) {
	return path, copy(path[:unix.NAME_MAX], name) == len(name) && strings.IndexByte(name, 0) < 0
}

// failed gives the error of a call; nil where there is none.
func failed(err unix.Errno) error {
	if err == 0 {
		return nil
	}
	return err
}

// again makes a call of the system that a signal may break off.
func again(call func() error) error {
	for {
		if err := call(); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}
