package out

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"unsafe"

	"branchlight/cmd/branchlight/internal/openat"
	"branchlight/cmd/branchlight/internal/parallel"
)

// prune deletes the files that no build makes any more, and the folders that
// this leaves empty. It returns how many files went.
func (s *Stage) prune(gone []string, above map[string]bool) (n int, err error) {
	if len(gone) == 0 {
		return 0, nil
	}
	folders := newFolders(s.top, false)
	defer folders.close()
	now := make(map[string]string, len(s.outputs)) // new paths by their lower-case form
	for p := range s.outputs {
		now[strings.ToLower(p)] = p
	}
	for i := range s.old {
		if p := s.old[i].path; s.kept[i].Load() != 0 {
			now[strings.ToLower(p)] = p
		}
	}
	for _, p := range gone {
		done, err := s.pruneFile(folders, p, now[strings.ToLower(p)])
		if err != nil {
			return n, err
		}
		if done || s.movedAside(p) {
			n++
		}
	}
	folders.close()
	return n, s.pruneFolders(gone, above)
}

// pruneFile deletes the file p. twin is the new path that differs from p only in
// case, where there is one.
func (s *Stage) pruneFile(folders *folders, p, twin string) (done bool, err error) {
	f, err := folders.get(path.Dir(p))
	if err != nil {
		return false, err
	}
	defer folders.put(f)
	if f.dir == nil {
		return false, nil
	}
	name := path.Base(p)
	fi, err := f.dir.lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fail("stat", p, err)
	}
	if fi.IsDir() {
		return false, nil // someone put a folder of his own there
	}
	if twin != "" && s.same(fi, twin) {
		// Case does not matter on this disk: the file is the new one.
		return false, fail("rename", twin, s.top.rename(p, twin))
	}
	return true, fail("remove", p, f.dir.remove(name))
}

// pruneFolders removes the folders above the files that are gone, where they are
// empty and no new output lies in them.
func (s *Stage) pruneFolders(gone []string, above map[string]bool) error {
	was := map[string]bool{}
	for _, p := range gone {
		for d := path.Dir(p); !above[d] && !was[d]; d = path.Dir(d) {
			was[d] = true
		}
	}
	folders := newFolders(s.top, false)
	defer folders.close()
	for _, d := range slices.Backward(sorted(was)) { // what lies deeper comes first
		if err := s.pruneFolder(folders, d, above); err != nil {
			return err
		}
	}
	return nil
}

func (s *Stage) pruneFolder(folders *folders, d string, above map[string]bool) error {
	parent, err := folders.get(path.Dir(d))
	if err != nil || parent.dir == nil {
		return err
	}
	defer folders.put(parent)
	name := path.Base(d)
	fi, err := parent.dir.lstat(name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !fi.IsDir() {
		return nil
	}
	if err != nil {
		return fail("stat", d, err)
	}
	names, err := parent.dir.names(name)
	if err != nil {
		return fail("list", d, err)
	}
	if len(names) == 0 {
		return fail("remove", d, parent.dir.remove(name))
	}
	for twin := range above {
		if twin != d && strings.EqualFold(twin, d) && s.same(fi, twin) {
			return fail("rename", twin, s.top.rename(d, twin))
		}
	}
	return nil // it holds files of others
}

// same tells whether fi is what stands at p.
func (s *Stage) same(fi fs.FileInfo, p string) bool {
	other, err := s.top.lstat(p)
	return err == nil && os.SameFile(fi, other)
}

// movedAside tells whether p lay in something that was in the way.
func (s *Stage) movedAside(p string) bool {
	for ; p != "."; p = path.Dir(p) {
		if s.blocks[p] {
			return true
		}
	}
	return false
}

// others lists what others put into the output: files, and folders in which
// no output lies, as "x/". All folders of one depth are listed at the same time.
func (s *Stage) others(above map[string]bool) ([]string, error) {
	known := ancestors(s.old)
	for p := range above {
		known[p] = true
	}
	var list []string
	for level := []string{"."}; len(level) > 0; {
		found := make([]strangers, len(level))
		parallel.Each(len(level), func(i int) { found[i] = s.othersIn(level[i], known) })
		level = nil
		for i := range found {
			if err := found[i].err; err != nil {
				return nil, err
			}
			list = append(list, found[i].list...)
			level = append(level, found[i].below...)
		}
	}
	slices.Sort(list)
	return list, nil
}

// strangers is what others put into one folder of the output.
type strangers struct {
	list  []string
	below []string // the folders in it that outputs lie in
	err   error
}

// othersIn looks at a folder. known holds all folders that outputs lie in.
func (s *Stage) othersIn(d string, known map[string]bool) (found strangers) {
	names, err := s.list(d)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, openat.ErrNoFolder):
		return found
	case err != nil:
		return strangers{err: fail("list", d, err)}
	}
	var at []byte
	for _, name := range names {
		at = append(append(at[:0], prefix(d)...), name...)
		p := unsafe.String(&at[0], len(at)) // most are outputs, whose path need not be made
		if s.old.has(p) || s.outputs[p] != nil || d == "." && own(name) {
			continue
		}
		p = string(at)
		if known[p] {
			found.below = append(found.below, p)
		} else if err := s.top.other(p, &found.list); err != nil {
			return strangers{err: err}
		}
	}
	return found
}

// list lists a folder of the output.
func (s *Stage) list(d string) ([]string, error) {
	folder, err := s.glance(d)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	if err := s.disk.check("list", d); err != nil {
		return nil, err
	}
	return folder.Names()
}

// prefix gives what stands before the names of a folder in paths.
func prefix(d string) string {
	if d == "." {
		return ""
	}
	return d + "/"
}

// other adds something of others to a list.
func (d *dir) other(p string, list *[]string) error {
	fi, err := d.lstat(p)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fail("stat", p, err)
	case fi.IsDir():
		p += "/"
	}
	*list = append(*list, p)
	return nil
}

// own tells whether a name at the top of an output is the tool's.
func own(name string) bool {
	return name == manifestName || name == stageName || name == lockName
}

// othersBelow lists what others put into a folder that the build needs gone.
// above holds the folders that the tool made.
func (s *Stage) othersBelow(d string, above map[string]bool, list *[]string) error {
	if !above[d] {
		*list = append(*list, d+"/")
		return nil
	}
	names, err := s.top.names(d)
	if err != nil {
		return fail("list", d, err)
	}
	for _, name := range names {
		p := path.Join(d, name)
		fi, err := s.top.lstat(p)
		if err != nil {
			return fail("stat", p, err)
		}
		if fi.IsDir() {
			if err := s.othersBelow(p, above, list); err != nil {
				return err
			}
		} else if !s.old.has(p) {
			*list = append(*list, p)
		}
	}
	return nil
}
