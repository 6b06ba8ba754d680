// Package amend replaces a source file that an author wrote by a changed one.
//
// The bytes are new or old, whole, at any moment: they are written to a temporary
// file in the same folder, brought to the disk, and renamed. Names of temporary
// files are such that no site takes them up. A file that is no longer what the
// change was made from is left alone. All of it goes through an os.Root.
package amend

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path"
	"runtime"

	"branchlight/cmd/branchlight/internal/diag"
)

// ChangedError says that a file was changed by another in the meantime.
type ChangedError struct{ File string }

func (e *ChangedError) Error() string { return e.Text().En }

// Text gives the message in both languages.
func (e *ChangedError) Text() diag.Text {
	return diag.Textf("%s 刚刚被别的程序改过，没有写入；请保存好以后再试一次", "%s has just been changed by another program and was not written; save it and try again", e.File)
}

// Replace puts new bytes in the place of the old ones of a file. It keeps the
// file's permissions. A link is refused: a rename would put a file in its place.
func Replace(root *os.Root, file string, old, new []byte) (err error) {
	info, err := root.Lstat(file)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return &os.PathError{Op: "replace", Path: file, Err: errors.ErrUnsupported}
	}
	now, err := root.ReadFile(file)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, old) {
		return &ChangedError{file}
	}
	temp := path.Join(path.Dir(file), ".branchlight-"+rand.Text()+".tmp")
	f, err := root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm())
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = root.Remove(temp)
		}
	}()
	_, err = f.Write(new)
	if err == nil {
		err = f.Chmod(info.Mode().Perm()) // which the umask may have narrowed
	}
	if err == nil || errors.Is(err, errors.ErrUnsupported) {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", file, err)
	}
	if err := root.Rename(temp, file); err != nil {
		return err
	}
	return syncFolder(root, path.Dir(file))
}

// syncFolder brings a rename to the disk, where the system has a way to.
func syncFolder(root *os.Root, folder string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := root.Open(folder)
	if err != nil {
		return err
	}
	_ = d.Sync() // some file systems have none for folders; the file itself is whole
	return d.Close()
}
