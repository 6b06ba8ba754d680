package out

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
)

// Error is a failure of the machine while the output was written. The output is
// as it was, or, where renames had begun, every file of it is whole and the next
// build completes it.
type Error struct {
	Op   string    // what failed: lock, open, stat, list, read, create, write, sync, close, mkdir, rename, remove
	Path string    // of the file or folder
	Text diag.Text // the reason, and what helps
	Err  error
}

func (e *Error) Error() string {
	return fmt.Sprintf("writing the output: %s %s: %v", e.Op, e.Path, e.Err)
}
func (e *Error) Unwrap() error { return e.Err }
func (e *Error) Message() diag.Text {
	return diag.Textf("写入输出文件夹失败：%[1]s：%[2]s", "writing the output failed: %[1]s: %[3]s", e.Path, e.Text.Zh, e.Text.En)
}

// ForeignError means that files of others stand where the build wants to write.
// Nothing was changed.
type ForeignError struct {
	Dir   string   // the output folder
	Files []string // the paths in it that are taken; nil: the folder as a whole is not the tool's
}

func (e *ForeignError) Error() string { return e.Message().En }

// Message says what is in the way and what to do.
func (e *ForeignError) Message() diag.Text {
	if e.Files == nil {
		return diag.Textf("输出文件夹 %s 里已有别的文件，也没有生成记录（.branchlight-manifest），所以没有写入。请换一个空文件夹；如果确实要用它，请加 --adopt（别的文件会保留，同名的文件会被替换）",
			"the output folder %s holds other files and no .branchlight-manifest, so nothing was written; choose an empty folder, or give --adopt to use it (other files stay, those of the same name are replaced)", e.Dir)
	}
	const most = 5
	files := e.Files
	var more diag.Text
	if n := len(files) - most; n > 0 {
		more, files = diag.Textf(" 等 %[1]d 个", " and %[2]d more", len(files), n), files[:most]
	}
	list := strings.Join(files, ", ")
	return diag.Text{
		Zh: fmt.Sprintf("输出文件夹 %s 里有不是本工具生成的文件，正好占了要写的位置：%s%s。请移走它们再运行；如果可以替换，请加 --adopt（文件夹不会被替换）", e.Dir, list, more.Zh),
		En: fmt.Sprintf("files in the output folder %s that the tool did not make stand where it wants to write: %s%s; move them away, or give --adopt to replace them (folders are never replaced)", e.Dir, list, more.En),
	}
}

// LockedError means that another build was at work all the time. Nothing was
// changed.
type LockedError struct {
	Dir    string // the output folder
	Holder string // the process that builds
}

func (e *LockedError) Error() string { return e.Message().En }

// Message says who is building.
func (e *LockedError) Message() diag.Text {
	return diag.Textf("另一个生成正在写入 %s（%s）。请等它结束后再运行",
		"another build is writing %s (%s); run again when it has ended", e.Dir, e.Holder)
}

var (
	fullText   = diag.Text{Zh: "磁盘满了。请删除一些文件再运行", En: "the disk is full; delete some files and run again"}
	filesText  = diag.Text{Zh: "系统打开的文件太多了。请关闭一些程序再运行", En: "too many files are open; close some programs and run again"}
	ioText     = diag.Text{Zh: "磁盘读写出错。请检查磁盘或网络盘的连接", En: "the disk reported an error; check the disk or the connection to the share"}
	busyText   = diag.Text{Zh: "文件正被别的程序占用。请关闭打开它的程序再运行", En: "another program is using the file; close it and run again"}
	noLockText = diag.Text{Zh: "这个磁盘不支持需要的操作（常见于某些网络盘）。请把输出文件夹放到本地磁盘", En: "this disk lacks an operation that is needed, as some network disks do; put the output on a local disk"}
)

// Reason says in plain words why an operation on files failed and what helps.
func Reason(err error) diag.Text {
	for _, r := range reasons {
		if errors.Is(err, r.err) {
			return r.text
		}
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		return diag.Text{Zh: "没有权限。请检查文件夹的权限，或换一个文件夹", En: "permission denied; check the permissions of the folder, or choose another"}
	case errors.Is(err, fs.ErrNotExist):
		return diag.Text{Zh: "文件或文件夹不见了，可能有别的程序在改动这里", En: "the file or folder vanished; another program may be changing things here"}
	case errors.Is(err, fs.ErrExist):
		return diag.Text{Zh: "同名的文件已经存在，可能有别的程序在改动这里", En: "a file of that name exists already; another program may be changing things here"}
	}
	return diag.Text{Zh: "系统报告：" + err.Error(), En: err.Error()}
}

// notFolder is the error for an output whose path is taken by something that is
// no folder, or cannot be one.
func notFolder(p string) error {
	return &Error{"open", p, diag.Text{Zh: "这里不能作为输出文件夹。请换一个文件夹", En: "this cannot be an output folder; choose another"}, errors.New("not a folder")}
}

// fail wraps an error of the machine. It leaves the package's own errors as they
// are.
func fail(op, path string, err error) error {
	var e *Error
	if err == nil || errors.As(err, &e) {
		return err
	}
	return &Error{op, path, Reason(err), err}
}
