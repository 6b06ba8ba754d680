//go:build unix

package out

import (
	"syscall"

	"branchlight/cmd/branchlight/internal/diag"
)

// retry runs an operation that other programs can disturb for a moment. On Unix
// they cannot.
func retry(f func() error) error { return f() }

// removeWhileHeld says whether a lock file is removed before it is unlocked.
const removeWhileHeld = true

// errReadOnly is what a read-only disk gives.
const errReadOnly = syscall.EROFS

// reasons says what failures of the machine mean and what helps.
var reasons = []struct {
	err  error
	text diag.Text
}{
	{syscall.ENOSPC, fullText},
	{syscall.EDQUOT, diag.Text{Zh: "磁盘配额用完了。请删除一些文件，或请管理员增加配额", En: "the disk quota is used up; delete some files, or ask for more"}},
	{syscall.EROFS, diag.Text{Zh: "这个磁盘是只读的，不能写入。请换一个文件夹", En: "the disk is read-only; choose another folder"}},
	{syscall.EMFILE, filesText},
	{syscall.ENFILE, filesText},
	{syscall.EIO, ioText},
	{syscall.ENAMETOOLONG, diag.Text{Zh: "路径太长。请缩短文件夹或文件的名字", En: "the path is too long; shorten the names"}},
	{syscall.ENOTDIR, diag.Text{Zh: "这里需要一个文件夹，却有一个同名的文件", En: "a file stands where a folder is needed"}},
	{syscall.EBUSY, busyText},
	{syscall.ENOLCK, noLockText},
	{syscall.ENOSYS, noLockText},
	{syscall.EOPNOTSUPP, noLockText},
}
