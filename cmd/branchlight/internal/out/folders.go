package out

import (
	"errors"
	"io/fs"
	"path"
	"sync"
)

// maxOpenFolders bounds the folders that are kept open, each with up to two
// descriptors.
const maxOpenFolders = 250

// folders opens the folders of an output, each once, so that no path is resolved
// over and over. It never goes through a link. It is safe for concurrent use.
type folders struct {
	make bool // make folders that are missing

	mu    sync.Mutex
	known map[string]*folder // by path; "." is the top
	open  int
}

// folder is one folder of the output, or what stands in its place.
type folder struct {
	path    string
	dir     *dir   // nil where there is none
	blocked string // the path of a file or link that stands in the way of this folder or of one above it
	refs    int    // uses under way
}

func newFolders(top *dir, make bool) *folders {
	// The top's use never ends, so it is never closed here.
	return &folders{make: make, known: map[string]*folder{".": {path: ".", dir: top, refs: 1}}}
}

// get gives the folder of a path such as "a/b", or "." for the top. The caller
// gives it back with put.
func (c *folders) get(p string) (*folder, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.find(p)
}

func (c *folders) put(f *folder) {
	c.mu.Lock()
	f.refs--
	c.mu.Unlock()
}

func (c *folders) find(p string) (*folder, error) {
	if f := c.known[p]; f != nil {
		f.refs++
		return f, nil
	}
	parent, err := c.find(path.Dir(p))
	if err != nil {
		return nil, err
	}
	defer func() { parent.refs-- }()
	f := &folder{path: p, blocked: parent.blocked, refs: 1}
	if parent.dir != nil {
		if err := c.enter(f, parent.dir); err != nil {
			return nil, err
		}
	}
	c.known[p] = f
	return f, nil
}

// enter opens f in its parent, where it is a folder.
func (c *folders) enter(f *folder, parent *dir) error {
	name := path.Base(f.path)
	made := false
	if c.make {
		err := parent.mkdir(name)
		if made = err == nil; !made && !errors.Is(err, fs.ErrExist) {
			return fail("mkdir", f.path, err)
		}
	}
	if !made {
		fi, err := parent.lstat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return fail("stat", f.path, err)
		case !fi.IsDir():
			f.blocked = f.path
			return nil
		}
	}
	c.evict()
	var err error
	if f.dir, err = parent.openDir(name); err != nil {
		return fail("open", f.path, err)
	}
	c.open++
	return nil
}

// evict closes a folder that is not in use, where many are open.
func (c *folders) evict() {
	if c.open < maxOpenFolders {
		return
	}
	for p, f := range c.known {
		if f.dir != nil && f.refs == 0 {
			f.dir.close()
			delete(c.known, p)
			c.open--
			return
		}
	}
}

// close closes all folders but the top.
func (c *folders) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for p, f := range c.known {
		if p != "." {
			f.dir.close()
		}
	}
	c.known = nil
}
