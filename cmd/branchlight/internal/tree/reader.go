package tree

import (
	"os"
	"path"
	"slices"
	"sync"

	"branchlight/cmd/branchlight/internal/openat"
)

// Reader reads files under root. It keeps the folders of the last files open, so
// that reading a site in the order of its paths does not resolve every path from
// the top: that halves the time. It is safe for concurrent use.
type Reader struct {
	root *os.Root
	top  *openat.Top // nil where it cannot be opened

	mu      sync.Mutex
	folders []*openFolder // the most recently opened last
}

// maxOpenFolders is enough for the workers of a machine to be in different
// folders.
const maxOpenFolders = 32

type openFolder struct {
	path string
	at   *openat.Folder
	uses int
}

// NewReader makes a Reader of the files under root. Close it after use; root
// stays open.
func NewReader(root *os.Root) *Reader {
	r := &Reader{root: root}
	if top, err := openat.Below(root); err == nil {
		r.top = top
	}
	return r
}

// Read gives the bytes of a regular file, at most limit of them. It is as the
// function Read, but puts the bytes into buf where they fit.
func (r *Reader) Read(p string, limit int64, buf []byte) ([]byte, error) {
	if f := r.enter(path.Dir(p)); f != nil {
		data, err := f.at.Read(path.Base(p), limit, buf)
		r.leave(f)
		if err == nil {
			return data, nil
		}
	}
	// From the top it is found out what is wrong, and a link to a file in another
	// folder of the site is allowed.
	return Read(r.root, p, limit)
}

// enter opens a folder for one use; nil where it cannot be opened.
func (r *Reader) enter(dir string) *openFolder {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := len(r.folders) - 1; i >= 0; i-- {
		if f := r.folders[i]; f.path == dir {
			f.uses++
			return f
		}
	}
	if r.top == nil {
		return nil
	}
	at, err := r.top.Folder(dir)
	if err != nil {
		return nil
	}
	f := &openFolder{dir, at, 1}
	r.folders = append(r.folders, f)
	if len(r.folders) > maxOpenFolders {
		if i := slices.IndexFunc(r.folders, func(f *openFolder) bool { return f.uses == 0 }); i >= 0 {
			r.folders[i].at.Close()
			r.folders = slices.Delete(r.folders, i, i+1)
		}
	}
	return f
}

func (r *Reader) leave(f *openFolder) {
	r.mu.Lock()
	f.uses--
	r.mu.Unlock()
}

// Close closes the folders. No file may be read meanwhile or afterwards.
func (r *Reader) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range r.folders {
		f.at.Close()
	}
	if r.top != nil {
		r.top.Close()
	}
	r.folders = nil
}
