// Package openat looks at what stands in folders, and reads and makes files in
// them, by their names.
//
// A name in an open folder leads nowhere else, even where somebody puts a link in
// the place of the folder meanwhile. It does what os.Root does with fewer calls
// of the system, which is what a run over ten thousands of files mostly consists
// of: a folder takes one call to open, whatever its depth, and a file one to look
// at and four to read or to make. Where the system has no such calls, os.Root
// does it.
package openat

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// Look is what stands at a name.
type Look struct {
	Mode  fs.FileMode // type bits; a link is one, and is not followed
	Size  int64       // bytes
	MTime int64       // nanoseconds since 1970
}

// File is a new file that is open for writing.
type File interface {
	io.WriteCloser
	Sync() error
	MTime() int64 // nanoseconds since 1970; 0 where the system does not say
}

// plain gives an error where a path below root is no folder, or leads through a
// link.
func plain(root *os.Root, path string) error {
	for i := range len(path) + 1 {
		if i < len(path) && path[i] != '/' {
			continue
		}
		fi, err := root.Lstat(path[:i])
		if err != nil {
			return err
		}
		if !fi.IsDir() {
			return &fs.PathError{Op: "open", Path: path[:i], Err: ErrNoFolder}
		}
	}
	return nil
}

// ErrNoFolder says that at the path of a folder something else stands, such as a
// link.
var ErrNoFolder = errors.New("no folder")

// errUnusual says that a file is not read here.
var errUnusual = errors.New("the file is too large, no ordinary file, or changed while it was read")
