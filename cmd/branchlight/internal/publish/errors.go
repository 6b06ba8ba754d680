package publish

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/out"
)

// Error says in both languages why a target could not be brought up to date. What
// readers see is whole all the same.
type Error struct {
	text diag.Text
	err  error
}

func (e *Error) Error() string   { return e.text.En }
func (e *Error) Unwrap() error   { return e.err }
func (e *Error) Text() diag.Text { return e.text }

// fault makes an Error.
func fault(zh, en string, args ...any) error { return &Error{text: diag.Textf(zh, en, args...)} }

// opNames say what was done when it failed.
var opNames = map[string]diag.Text{
	"list":   {Zh: "查看", En: "listing"},
	"read":   {Zh: "读取", En: "reading"},
	"write":  {Zh: "写入", En: "writing"},
	"create": {Zh: "写入", En: "writing"},
	"link":   {Zh: "写入", En: "linking"},
	"copy":   {Zh: "复制", En: "copying"},
	"remove": {Zh: "删除", En: "removing"},
	"sync":   {Zh: "保存", En: "saving"},
	"switch": {Zh: "切换", En: "switching"},
}

// opError is a failure of an operation on the target.
type opError struct {
	op, path string
	err      error
}

func (e *opError) Error() string { return fmt.Sprintf("%s %s: %v", e.op, e.path, e.err) }
func (e *opError) Unwrap() error { return e.err }

// Text names the operation and the reason. The site is whole whatever failed.
func (e *opError) Text() diag.Text {
	why := reason(e.err)
	op := opNames[e.op]
	return diag.Textf("在发布目标上%[1]s %[2]s 失败：%[3]s。线上的网站没有受损，问题解决后再运行一次，会接着做完",
		"%[4]s %[2]s on the target failed: %[5]s. The live site is whole; run it again when this is mended, and it goes on where it stopped", op.Zh, e.path, why.Zh, op.En, why.En)
}

// wrap names the operation of an error. Errors that say themselves stay.
func wrap(op, p string, err error) error {
	var said interface {
		error
		Text() diag.Text
	}
	if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrExist) || errors.As(err, &said) || errors.Is(err, context.Canceled) {
		return err
	}
	return &opError{op, p, err}
}

// reason says in plain words why an operation failed.
func reason(err error) diag.Text {
	var timeout net.Error
	switch {
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return diag.Text{Zh: "对方长时间没有回应，请检查网络和服务器", En: "no answer in time; check the network and the server"}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), isCut(err):
		return diag.Text{Zh: "连接断了，请检查网络和服务器", En: "the connection was cut; check the network and the server"}
	case errors.Is(err, errShort):
		return diag.Text{Zh: "写进去的内容不完整", En: "not all bytes arrived"}
	}
	var special interface {
		error
		reason() diag.Text
	}
	if errors.As(err, &special) {
		return special.reason()
	}
	return out.Reason(err)
}

// errShort says that a store took fewer bytes than it was given.
var errShort = errors.New("short write")

// transient reports that the same may work a moment later. What the store refuses
// for good is not tried again.
func transient(err error) bool {
	var own interface {
		error
		transient() bool
	}
	var timeout net.Error
	switch {
	case errors.As(err, &own):
		return own.transient()
	case busy(err): // which looks like a lack of permission on Windows
		return true
	case errors.Is(err, context.Canceled), errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrExist), errors.Is(err, fs.ErrPermission):
		return false
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, errShort):
		return true
	}
	return isCut(err)
}
