package out

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/parallel"
)

// verifyName ends the name of the folder beside an output in which another one is
// made, to be compared with it.
const verifyName = ".branchlight-verify"

// Difference is a file of an output that is not as it should be.
type Difference struct {
	Path string
	Kind string // Missing, Extra or Different
}

// Kinds of differences.
const (
	Missing   = "missing"
	Extra     = "extra"
	Different = "different"
)

// Beside makes an empty folder beside the output, on the same file system, for
// an output to be compared with it. What a killed process left there goes first.
// The caller removes the folder, with all that is in it, before the stage ends;
// remove may be called more than once, and at any time.
func (s *Stage) Beside() (folder string, remove func() error, err error) {
	name := "." + s.place.base + verifyName
	parent := s.place.parent
	if parent == nil {
		return "", nil, fail("mkdir", name, fs.ErrPermission)
	}
	remove = func() error { return fail("remove", name, parent.removeAll(name)) }
	if err := remove(); err != nil {
		return "", nil, err
	}
	if err := parent.mkdir(name); err != nil {
		return "", nil, fail("mkdir", name, err)
	}
	return filepath.Join(filepath.Dir(s.place.abs), name), remove, nil
}

var errNoManifest = errors.New("the other output has no manifest")

// Compare compares the files that the tool made in the output, and the manifest,
// with those of another one, byte for byte. files says how many that one has.
// Differences are sorted by path. The stage can only be aborted afterwards.
func (s *Stage) Compare(other string) (list []Difference, files int, err error) {
	top, err := s.disk.openDir(other)
	if err != nil {
		return nil, 0, fail("open", other, err)
	}
	defer top.close()
	want, raw, ok, err := readManifest(top)
	if err != nil {
		return nil, 0, err
	}
	if !ok {
		return nil, 0, errNoManifest
	}
	kinds, errs := make([]string, len(want)), make([]error, len(want))
	parallel.Each(len(want), func(i int) { kinds[i], errs[i] = s.differ(top, want[i].path) })
	for i, kind := range kinds {
		if kind != "" {
			list = append(list, Difference{want[i].path, kind})
		}
	}
	for i := range s.old {
		if p := s.old[i].path; !want.has(p) {
			there, err := s.stands(p)
			if errs = append(errs, err); there {
				list = append(list, Difference{p, Extra})
			}
		}
	}
	switch {
	case s.oldBytes == nil:
		list = append(list, Difference{manifestName, Missing})
	case !bytes.Equal(s.oldBytes, raw):
		list = append(list, Difference{manifestName, Different})
	}
	slices.SortFunc(list, func(a, b Difference) int { return strings.Compare(a.Path, b.Path) })
	return list, len(want) + 1, errors.Join(errs...)
}

// differ compares one file with that of another output. The kind is empty where
// they are equal.
func (s *Stage) differ(other *dir, p string) (kind string, err error) {
	at, err := s.spot(p)
	if err != nil {
		return "", err
	}
	defer s.folders.put(at.folder)
	if at.size < 0 {
		return Missing, nil
	}
	f, err := other.open(p)
	if err != nil {
		return "", fail("open", p, err)
	}
	defer f.close()
	same, more, err := at.compare(f)
	if err != nil || same == at.size && len(more) == 0 {
		return "", err
	}
	return Different, nil
}

// stands reports whether a regular file stands at a path of the old manifest.
func (s *Stage) stands(p string) (bool, error) {
	at, err := s.spot(p)
	if err != nil {
		return false, err
	}
	s.folders.put(at.folder)
	return at.size >= 0, nil
}
