package out

import (
	"errors"
	"time"

	"golang.org/x/sys/windows"

	"branchlight/cmd/branchlight/internal/diag"
)

// retry runs an operation again for up to two seconds where another program
// holds the file open, as virus scanners do with every new file.
func retry(f func() error) error {
	for wait := time.Millisecond; ; wait *= 2 {
		err := f()
		if err == nil || wait > time.Second || !disturbed(err) {
			return err
		}
		time.Sleep(wait)
	}
}

func disturbed(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION) ||
		errors.Is(err, windows.ERROR_ACCESS_DENIED)
}

const removeWhileHeld = false

const errReadOnly = windows.ERROR_WRITE_PROTECT

var reasons = []struct {
	err  error
	text diag.Text
}{
	{windows.ERROR_DISK_FULL, fullText},
	{windows.ERROR_HANDLE_DISK_FULL, fullText},
	{windows.ERROR_WRITE_PROTECT, diag.Text{Zh: "这个磁盘是只读的，不能写入。请换一个文件夹", En: "the disk is read-only; choose another folder"}},
	{windows.ERROR_TOO_MANY_OPEN_FILES, filesText},
	{windows.ERROR_IO_DEVICE, ioText},
	{windows.ERROR_CRC, ioText},
	{windows.ERROR_SHARING_VIOLATION, busyText},
	{windows.ERROR_LOCK_VIOLATION, busyText},
	{windows.ERROR_FILENAME_EXCED_RANGE, diag.Text{Zh: "路径太长。请缩短文件夹或文件的名字", En: "the path is too long; shorten the names"}},
	{windows.ERROR_NOT_SUPPORTED, noLockText},
}
