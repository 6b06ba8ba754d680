package publish

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// settles says that one call puts all files of a file system on the disk.
const settles = true

// settleRoot puts all that was written below a folder on the disk.
func settleRoot(root *os.Root) error {
	f, err := root.Open(".")
	if err != nil {
		return err
	}
	defer f.Close()
	err = unix.Syncfs(int(f.Fd()))
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EOPNOTSUPP) {
		return nil
	}
	return os.NewSyscallError("syncfs", err)
}
