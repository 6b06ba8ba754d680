package tree

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/openat"
	"branchlight/cmd/branchlight/internal/parallel"
)

// Rescan gives the snapshot that Scan would give now, if since the last one
// nothing has changed but files and folders that lie directly in the named
// folders. One that is new, or gone, stands for the nearest one above it that is
// known. The old snapshot stays as it is.
func (s *Snapshot) Rescan(root *os.Root, folders ...string) (*Snapshot, error) {
	again, ok := s.known(root, folders)
	if !ok {
		return Scan(root, s.scanned...)
	}
	top, err := openat.Below(root)
	if err != nil {
		return nil, fmt.Errorf("scanning: %w", err)
	}
	defer top.Close()
	lists := make([]listing, len(again))
	parallel.Each(len(again), func(i int) { lists[i] = list(root, top, again[i]) })
	next := &Snapshot{scanned: s.scanned}
	gone := map[string]bool{} // folders, with all below them
	var fresh []string
	for i, dir := range again {
		if lists[i].err != nil {
			return nil, fmt.Errorf("scanning: %w", lists[i].err)
		}
		next.Files = append(next.Files, lists[i].files...)
		next.Findings = append(next.Findings, lists[i].findings...)
		for _, sub := range s.below(dir) {
			gone[sub] = !slices.Contains(lists[i].dirs, sub)
		}
		for _, sub := range lists[i].dirs {
			if _, known := slices.BinarySearch(s.Dirs, sub); !known {
				fresh = append(fresh, sub)
			}
		}
	}
	for _, dir := range fresh {
		if err := next.walk(root, []string{dir}, s.depth(dir)); err != nil {
			return nil, err
		}
	}
	next.take(s, again, gone)
	return next, nil
}

// known gives the folders of the snapshot that are to be read again, sorted. It
// is not ok where one of the scanned folders themselves came or went.
func (s *Snapshot) known(root *os.Root, folders []string) (list []string, ok bool) {
	for _, dir := range folders {
		for {
			if s.depth(dir) == 0 {
				break // not among what was scanned
			}
			_, listed := slices.BinarySearch(s.Dirs, dir)
			if fi, err := root.Lstat(dir); listed && err == nil && fi.IsDir() {
				list = append(list, dir)
				break
			}
			if s.depth(dir) == 1 {
				return nil, false
			}
			dir = path.Dir(dir)
		}
	}
	slices.Sort(list)
	return slices.Compact(list), true
}

// depth says how many levels down a folder is, 1 for a scanned one; 0 where it is
// in none.
func (s *Snapshot) depth(dir string) int {
	for _, top := range s.scanned {
		if dir == top {
			return 1
		}
		if rest, in := strings.CutPrefix(dir, top+"/"); in {
			return 2 + strings.Count(rest, "/")
		}
	}
	return 0
}

// below lists the folders directly in one.
func (s *Snapshot) below(dir string) []string {
	var list []string
	from, _ := slices.BinarySearch(s.Dirs, dir+"/")
	for _, d := range s.Dirs[from:] {
		rest, in := strings.CutPrefix(d, dir+"/")
		if !in {
			break
		}
		if !strings.Contains(rest, "/") {
			list = append(list, d)
		}
	}
	return list
}

// take sorts what was read, and adds what the old snapshot knows, but for what
// lies directly in folders that were read again, and in those that are gone.
func (s *Snapshot) take(old *Snapshot, again []string, gone map[string]bool) {
	stays := map[string]bool{} // by folder
	var in func(dir string) bool
	in = func(dir string) bool {
		there, known := stays[dir]
		if !known {
			there = !gone[dir] && (old.depth(dir) <= 1 || in(path.Dir(dir)))
			stays[dir] = there
		}
		return there
	}
	s.Dirs = slices.Grow(s.Dirs, len(old.Dirs))
	for _, dir := range old.Dirs {
		if in(dir) {
			s.Dirs = append(s.Dirs, dir)
		}
	}
	for _, dir := range again {
		stays[dir] = false // as a place of files
	}
	from := func(p string) bool { return in(path.Dir(p)) }
	s.Findings = append(s.Findings, slices.DeleteFunc(slices.Clone(old.Findings), func(f diag.Finding) bool { return !from(f.Pos.File) })...)
	s.sort()
	s.Files = merged(s.Files, old.Files, from)
}

// merged puts what was read among the known files that stay. Both are sorted.
func merged(read, known []File, stays func(path string) bool) []File {
	list := make([]File, 0, len(read)+len(known))
	dir, stay := "", false // of the last known file
	for _, f := range known {
		if d := f.Path[:strings.LastIndexByte(f.Path, '/')]; d != dir {
			dir, stay = d, stays(f.Path)
		}
		if !stay {
			continue
		}
		for len(read) > 0 && read[0].Path < f.Path {
			list, read = append(list, read[0]), read[1:]
		}
		list = append(list, f)
	}
	if list = append(list, read...); len(list) == 0 {
		return nil // as Scan gives it
	}
	return list
}
