package out

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"branchlight/cmd/branchlight/internal/openat"
)

// place is where an output folder lies.
type place struct {
	abs    string // absolute path, links resolved
	base   string // its last element
	parent *dir   // the folder that holds it; nil where that cannot be opened
}

func (p place) sibling() string { return "." + p.base + stageName }

// Begin takes the lock of an output folder, reads its manifest, and clears what
// a killed build left. The caller ends the stage with Commit or Abort. Errors:
// *ForeignError, *LockedError, *Error.
func Begin(folder string, o Options) (*Stage, error) {
	return begin(&disk{fault: o.Fault}, folder, o)
}

func begin(d *disk, folder string, o Options) (s *Stage, err error) {
	p, err := locate(d, folder)
	if err != nil {
		return nil, err
	}
	s = &Stage{disk: d, place: p, adopt: o.Adopt, outputs: map[string]*output{}, blocks: map[string]bool{}, missing: map[string]bool{}}
	defer func() {
		if err != nil {
			s.end()
			s = nil
		}
	}()
	if s.lock, err = p.lock(d, o); err != nil {
		return s, err
	}
	if p.parent != nil {
		if err := p.parent.removeAll(p.sibling()); err != nil {
			return s, fail("remove", p.sibling(), err)
		}
	}
	if err := d.check("stat", p.abs); err != nil {
		return s, fail("stat", p.abs, err)
	}
	fi, err := os.Stat(p.abs)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s, s.beginWhole()
	case err != nil:
		return s, fail("stat", p.abs, err)
	case !fi.IsDir():
		return s, notFolder(p.abs)
	}
	return s, s.beginInside()
}

// locate resolves an output folder that may not exist yet, and makes the folder
// that holds it.
func locate(d *disk, folder string) (place, error) {
	abs, err := filepath.Abs(folder)
	if err != nil {
		return place{}, fail("open", folder, err)
	}
	above := filepath.Dir(abs)
	if err := d.check("mkdir", above); err != nil {
		return place{}, fail("mkdir", above, err)
	}
	if err := os.MkdirAll(above, 0o755); err != nil {
		return place{}, fail("mkdir", above, err)
	}
	if above, err = filepath.EvalSymlinks(above); err != nil {
		return place{}, fail("open", filepath.Dir(abs), err)
	}
	abs = filepath.Join(above, filepath.Base(abs))
	// Another build may make the folder at this moment; only a link matters here.
	if fi, err := os.Lstat(abs); err == nil && fi.Mode()&fs.ModeSymlink != 0 {
		if abs, err = filepath.EvalSymlinks(abs); err != nil {
			return place{}, notFolder(folder) // a link that leads nowhere
		}
	}
	p := place{abs: abs, base: filepath.Base(abs)}
	if filepath.Dir(abs) == abs {
		return place{}, notFolder(abs) // the top of a disk
	}
	p.parent, err = d.openDir(filepath.Dir(abs))
	if err != nil && !errors.Is(err, fs.ErrPermission) {
		return place{}, fail("open", filepath.Dir(abs), err)
	}
	return p, nil
}

// lock takes the lock beside the output or, where that folder cannot be written,
// inside it.
func (p place) lock(d *disk, o Options) (*lock, error) {
	beside := filepath.Join(filepath.Dir(p.abs), "."+p.base+lockName)
	if err := d.check("lock", beside); err != nil {
		return nil, fail("lock", beside, err)
	}
	l, err := acquire(beside, o)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, errReadOnly) {
		if in, e := acquire(filepath.Join(p.abs, lockName), o); !errors.Is(e, fs.ErrNotExist) {
			l, err = in, e
		}
	}
	var locked *LockedError
	if errors.As(err, &locked) {
		locked.Dir = p.abs
		return nil, locked
	}
	return l, fail("lock", beside, err)
}

// beginWhole prepares to make an output that does not exist.
func (s *Stage) beginWhole() error {
	s.whole = true
	name := s.place.sibling()
	if s.place.parent == nil {
		return fail("mkdir", s.place.abs, fs.ErrPermission)
	}
	s.staging = true
	if err := s.place.parent.mkdir(name); err != nil {
		return fail("mkdir", name, err)
	}
	var err error
	if s.top, err = s.place.parent.openDir(name); err != nil {
		return fail("open", name, err)
	}
	s.folders = newFolders(s.top, true)
	return nil
}

// beginInside prepares to change an output that stands.
func (s *Stage) beginInside() error {
	var err error
	if s.top, err = s.disk.openDir(s.place.abs); err != nil {
		return fail("open", s.place.abs, err)
	}
	if err := s.top.removeAll(stageName); err != nil {
		return fail("remove", stageName, err)
	}
	var ok bool
	if s.old, s.oldBytes, ok, err = readManifest(s.top); err != nil {
		return err
	}
	s.kept = make([]atomic.Int64, len(s.old))
	if !ok && !s.adopt {
		names, err := s.top.names(".")
		if err != nil {
			return fail("list", s.place.abs, err)
		}
		for _, name := range names {
			if !strings.HasPrefix(name, lockName) {
				return &ForeignError{Dir: s.place.abs}
			}
		}
	}
	s.folders = newFolders(s.top, false)
	s.below, err = openat.Below(s.top.root)
	return fail("open", s.place.abs, err)
}
