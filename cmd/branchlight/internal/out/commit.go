package out

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// Names in the stage beside the numbers of Write.
const (
	stagedManifest = "manifest" // of the new output
	stagedUnion    = "union"    // of old and new together
	stagedPrevious = "previous" // as it stands
)

// Commit makes the output folder what the build gave, removes the stage and
// releases the lock, also where it fails. No Write or Copy may be under way.
// Errors: the first of Write or Copy, *ForeignError, *Error.
func (s *Stage) Commit() (r Result, err error) {
	if s.ended {
		return r, errEnded
	}
	defer func() {
		if e := s.end(); err == nil {
			err = e
		}
	}()
	if s.err != nil {
		return r, s.err
	}
	if s.whole {
		return s.commitWhole()
	}
	return s.commitInside()
}

// Abort leaves the output as it was and releases the lock. After Commit it does
// nothing, so that it can be deferred.
func (s *Stage) Abort() error {
	if s.ended {
		return nil
	}
	return s.end()
}

// end removes the stage and releases the lock.
func (s *Stage) end() (err error) {
	s.ended = true
	if s.folders != nil {
		s.folders.close()
	}
	s.stage.close()
	if s.below != nil {
		s.below.Close()
	}
	if s.staging && !s.whole {
		err = fail("remove", stageName, s.top.removeAll(stageName))
	}
	s.top.close()
	if s.staging && s.whole { // after Commit the folder has another name
		err = fail("remove", s.place.sibling(), s.place.parent.removeAll(s.place.sibling()))
	}
	s.lock.release(s.disk)
	s.place.parent.close()
	return err
}

// manifest gives the manifest of the new output.
func (s *Stage) manifest() manifest {
	m := make(manifest, 0, len(s.old)+len(s.outputs))
	for i := range s.old {
		if s.kept[i].Load() != 0 {
			m = append(m, s.old[i])
		}
	}
	if len(s.outputs) == 0 {
		return m
	}
	fresh := make(manifest, 0, len(s.outputs))
	for p, o := range s.outputs {
		fresh = append(fresh, listed{p, o.entry})
	}
	slices.SortFunc(fresh, func(a, b listed) int { return strings.Compare(a.path, b.path) })
	return m.with(fresh)
}

func (s *Stage) commitWhole() (r Result, err error) {
	m := s.manifest()
	encoded := m.encode()
	if err := s.save(s.top, manifestName, encoded); err != nil {
		return r, err
	}
	above := ancestors(m)
	if err := s.top.flush(sorted(above)); err != nil {
		return r, fail("sync", s.place.abs, err)
	}
	s.folders.close()
	s.top.close() // Windows renames no folder that is open
	parent := s.place.parent
	if err := parent.rename(s.place.sibling(), s.place.base); err != nil {
		return r, fail("rename", s.place.abs, err)
	}
	if err := parent.flush([]string{"."}); err != nil {
		return r, fail("sync", s.place.abs, err)
	}
	s.made, s.oldBytes = m, encoded
	return Result{Written: len(m)}, nil
}

func (s *Stage) commitInside() (r Result, err error) {
	m := s.manifest()
	above := ancestors(m)
	for p := range above {
		if s.given(p) {
			return r, fmt.Errorf("the output %s is both a file and a folder", p)
		}
	}
	if err := s.checkWay(); err != nil {
		return r, err
	}
	var gone []string // what no build makes any more
	for i := range s.old {
		if p := s.old[i].path; s.kept[i].Load() == 0 && s.outputs[p] == nil {
			gone = append(gone, p)
		}
	}
	if r.Kept, err = s.others(above); err != nil {
		return r, err
	}
	files := s.inOrder()
	r.Written, r.Unchanged = len(files), len(m)-len(files)
	encoded := m.encode()
	if len(files) == 0 && len(gone) == 0 && bytes.Equal(encoded, s.oldBytes) {
		s.made = m
		return r, nil
	}
	union, err := s.prepare(m, encoded)
	if err != nil {
		return r, err
	}
	s.folders.close()
	if err := s.rename(files, union); err != nil {
		return r, err
	}
	if r.Removed, err = s.prune(gone, above); err != nil {
		return r, err
	}
	if err := s.top.rename(stageName+"/"+stagedManifest, manifestName); err != nil {
		return r, fail("rename", manifestName, err)
	}
	s.made, s.oldBytes = m, encoded
	return r, fail("sync", s.place.abs, s.top.flush(sorted(above)))
}

// rename puts the staged files in their places. Where not even the first can be,
// the output is as it was.
func (s *Stage) rename(files []string, union bool) error {
	m, err := s.mover()
	if err != nil {
		return err
	}
	defer m.close()
	undo, err := s.makeRoom(union)
	for i := 0; i < len(files) && err == nil; i++ {
		if err = m.move(s.outputs[files[i]].staged, files[i]); err == nil {
			undo = nil // from here on there is only the way forward
		}
	}
	if err != nil {
		for _, f := range slices.Backward(undo) {
			f()
		}
	}
	return err
}

// checkWay makes sure that only the tool's own files are in the way of the new
// output.
func (s *Stage) checkWay() error {
	for _, p := range sorted(s.blocks) {
		fi, err := s.top.lstat(p)
		if err != nil {
			return fail("stat", p, err)
		}
		if s.old.has(p) && !fi.IsDir() {
			continue
		}
		if !fi.IsDir() {
			s.foreign = append(s.foreign, p)
			continue
		}
		if err := s.othersBelow(p, ancestors(s.old), &s.foreign); err != nil {
			return err
		}
	}
	if len(s.foreign) == 0 {
		return nil
	}
	slices.Sort(s.foreign)
	return &ForeignError{Dir: s.place.abs, Files: slices.Compact(s.foreign)}
}

// prepare stages the manifests and puts all that is staged on the disk. union
// tells whether the new output has paths that the manifest does not know yet.
func (s *Stage) prepare(m manifest, encoded []byte) (union bool, err error) {
	if s.stage == nil { // nothing is staged, but something is gone
		if _, _, err := s.inStage(); err != nil {
			return false, err
		}
	}
	if err := s.save(s.stage, stagedManifest, encoded); err != nil {
		return false, err
	}
	union = slices.ContainsFunc(m, func(l listed) bool { return !s.old.has(l.path) })
	if union {
		if err := s.save(s.stage, stagedUnion, m.with(s.old).encode()); err != nil {
			return false, err
		}
		if s.oldBytes != nil {
			if err := s.save(s.stage, stagedPrevious, s.oldBytes); err != nil {
				return false, err
			}
		}
	}
	return union, fail("sync", s.place.abs, s.stage.flush([]string{"."}))
}

func (s *Stage) save(d *dir, name string, data []byte) error {
	f, err := d.create(name)
	if err != nil {
		return fail("create", name, err)
	}
	_, err = f.Write(data)
	if e := f.finish(syncEach); err == nil {
		err = e
	}
	return fail("write", name, err)
}

// makeRoom does what must stand before the first file is renamed. Undo, called
// backwards, takes it back, also what was done before an error.
func (s *Stage) makeRoom(union bool) (undo []func(), err error) {
	if union {
		if err := s.top.rename(stageName+"/"+stagedUnion, manifestName); err != nil {
			return nil, fail("rename", manifestName, err)
		}
		undo = append(undo, func() {
			if s.oldBytes != nil {
				s.top.rename(stageName+"/"+stagedPrevious, manifestName)
			} else {
				s.top.remove(manifestName)
			}
		})
	}
	for i, p := range sorted(s.blocks) {
		aside := fmt.Sprintf("%s/block%d", stageName, i)
		if err := s.top.rename(p, aside); err != nil {
			return undo, fail("rename", p, err)
		}
		undo = append(undo, func() { s.top.rename(aside, p) })
	}
	for _, p := range sorted(s.missing) {
		if err := s.makeFolder(p, &undo); err != nil {
			return undo, err
		}
	}
	return undo, nil
}

// makeFolder makes a folder and those above it that are missing.
func (s *Stage) makeFolder(p string, undo *[]func()) error {
	for i := 0; i <= len(p); i++ {
		if i < len(p) && p[i] != '/' {
			continue
		}
		q := p[:i]
		err := s.top.mkdir(q)
		if errors.Is(err, fs.ErrExist) {
			continue // rename tells where it is no folder
		}
		if err != nil {
			return fail("mkdir", q, err)
		}
		*undo = append(*undo, func() { s.top.remove(q) })
	}
	return nil
}

// inOrder gives the paths of the staged files in the order in which they are
// renamed: what is linked to stands before what links to it.
func (s *Stage) inOrder() []string {
	rank := func(p string) int {
		switch {
		case path.Base(p) == "index.html" || strings.HasSuffix(p, ".xml"):
			return 2
		case strings.HasSuffix(p, ".html"):
			return 1
		}
		return 0
	}
	var ps []string
	for p, o := range s.outputs {
		if o.staged != "" {
			ps = append(ps, p)
		}
	}
	slices.SortFunc(ps, func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
	})
	return ps
}

// ancestors gives all folders above the paths of a manifest, and ".".
func ancestors(m manifest) map[string]bool {
	dirs := map[string]bool{".": true}
	for i := range m {
		for d := path.Dir(m[i].path); !dirs[d]; d = path.Dir(d) {
			dirs[d] = true
		}
	}
	return dirs
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
