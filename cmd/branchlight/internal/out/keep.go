package out

import (
	"io"
	"path"
	"slices"
	"sync/atomic"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/openat"
	"branchlight/cmd/branchlight/internal/parallel"
)

// Standing is an output file as it was after a Commit: whoever remembers it can
// tell later, without reading it, that it still stands.
type Standing struct {
	Path  string
	Size  int64
	MTime int64 // nanoseconds since 1970; 0 where it says nothing
}

// Keep gives an output that is to stay as the last Commit left it: Write without
// the bytes. It reports whether it stands so; if not, nothing is given, and Write
// or Copy must follow. A file whose time is another, or says nothing, is read
// and compared with the manifest. Like Write, it is safe for concurrent use.
func (s *Stage) Keep(f Standing) bool {
	i, ok := s.old.index(f.Path)
	if !ok || s.whole || s.old[i].size != f.Size {
		return false
	}
	if s.looked != nil {
		if s.looked[i] == 0 || s.looked[i] != f.MTime {
			return s.keepDoubtful(f, i)
		}
		return s.keep(i, f.MTime)
	}
	return s.keepDoubtful(f, i)
}

// keepDoubtful is Keep for a file that has to be looked at.
func (s *Stage) keepDoubtful(f Standing, i int) bool {
	at, err := s.spot(f.Path)
	if err != nil {
		return false // Write meets the error again
	}
	defer s.folders.put(at.folder)
	if at.size != f.Size || at.mtime != f.MTime && !at.holds(s.old[i].entry) {
		return false
	}
	return s.keep(i, at.mtime)
}

// keep takes the output i of the manifest as it stands.
func (s *Stage) keep(i int, mtime int64) bool {
	return s.kept[i].CompareAndSwap(0, max(mtime, 1))
}

// Look looks at all files of the manifest, folder by folder, which makes many
// calls of Keep cheap. It must not be called while others are under way.
func (s *Stage) Look() {
	looked := make([]int64, len(s.old))
	groups := byFolder(len(s.old), func(i int) string { return s.old[i].path })
	parallel.Each(len(groups), func(g int) {
		from, to := groups[g].from, groups[g].to
		folder, err := s.glance(path.Dir(s.old[from].path))
		if err != nil {
			return
		}
		defer folder.Close()
		for i := from; i < to; i++ {
			if seen, err := s.look(folder, s.old[i].path); err == nil && seen.Mode.IsRegular() && seen.Size == s.old[i].size {
				looked[i] = seen.MTime
			}
		}
	})
	s.looked = looked
}

// Stands reports whether the output holds exactly these files, each as it was, and
// gives them with their times as they are now. The manifest must be known to list
// the same files.
func (s *Stage) Stands(files []Standing) ([]Standing, bool) {
	if s.whole || len(files) != len(s.old) {
		return nil, false
	}
	now := slices.Clone(files)
	var other atomic.Bool
	groups := byFolder(len(files), func(i int) string { return files[i].Path })
	parallel.Each(len(groups), func(i int) {
		if !other.Load() && !s.standIn(now[groups[i].from:groups[i].to]) {
			other.Store(true)
		}
	})
	if other.Load() {
		return nil, false
	}
	return now, true
}

// stretch is a part of a list.
type stretch struct{ from, to int }

// byFolder divides a list of n paths into stretches of one folder each, so short
// that all cores have some to the end. Of a list by path, a folder may have several.
func byFolder(n int, at func(int) string) []stretch {
	var list []stretch
	folder := ""
	for i := range n {
		if f := path.Dir(at(i)); i == 0 || f != folder || i-list[len(list)-1].from == mostTogether {
			list, folder = append(list, stretch{i, i}), f
		}
		list[len(list)-1].to++
	}
	return list
}

// mostTogether is how many files of a folder a core takes at a time.
const mostTogether = 128

// standIn reports whether files of one folder stand, and notes their times.
func (s *Stage) standIn(files []Standing) bool {
	folder, err := s.glance(path.Dir(files[0].Path))
	if err != nil {
		return false
	}
	defer folder.Close()
	for i := range files {
		f := &files[i]
		seen, err := s.look(folder, f.Path)
		if err != nil || !seen.Mode.IsRegular() || seen.Size != f.Size {
			return false
		}
		if seen.MTime != f.MTime && !s.holds(f.Path) {
			return false
		}
		f.MTime = seen.MTime
	}
	return true
}

// glance opens a folder of the output to look at what stands in it.
func (s *Stage) glance(p string) (*openat.Folder, error) {
	if err := s.disk.check("open", p); err != nil {
		return nil, err
	}
	return s.below.Folder(p)
}

// look looks at an output in its folder.
func (s *Stage) look(folder *openat.Folder, p string) (openat.Look, error) {
	if err := s.disk.check("stat", p); err != nil {
		return openat.Look{}, err
	}
	return folder.Look(path.Base(p))
}

// holds reports whether the file that stands at a path is the one that the
// manifest knows.
func (s *Stage) holds(p string) bool {
	e, ok := s.old.find(p)
	if !ok {
		return false
	}
	at, err := s.spot(p)
	if err != nil {
		return false // Write meets the error again
	}
	defer s.folders.put(at.folder)
	return at.size == e.size && at.holds(e)
}

// Read gives the bytes of a file as the last Commit left it; ok is false where it
// does not stand so any more. Like Write, it is safe for concurrent use.
func (s *Stage) Read(p string) (data []byte, ok bool) {
	e, ok := s.old.find(p)
	if !ok || s.whole {
		return nil, false
	}
	at, err := s.spot(p)
	if err != nil {
		return nil, false // Write meets the error again
	}
	defer s.folders.put(at.folder)
	if at.size != e.size {
		return nil, false
	}
	f, err := at.open()
	if err != nil {
		return nil, false
	}
	defer f.close()
	data, err = io.ReadAll(io.LimitReader(f, e.size+1))
	return data, err == nil && codec.SumOf(data) == e.sum
}

// Manifest gives the bytes of the manifest: as it stands, and after Commit as it
// was left; nil where there is none.
func (s *Stage) Manifest() []byte { return s.oldBytes }

// Standing lists the outputs of the stage as they stand after Commit, by path.
func (s *Stage) Standing() []Standing {
	list := make([]Standing, len(s.made))
	for i, l := range s.made {
		list[i] = Standing{Path: l.path, Size: l.size}
		if o := s.outputs[l.path]; o != nil {
			list[i].MTime = o.mtime
		} else if k, ok := s.old.index(l.path); ok {
			list[i].MTime = s.kept[k].Load()
		}
	}
	return list
}

// holds reports whether the file that stands at a spot is the one of an entry.
func (at spot) holds(e entry) bool {
	f, err := at.open()
	if err != nil {
		return false
	}
	defer f.close()
	hash := codec.NewHash()
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	n, err := io.CopyBuffer(hash, f, *buf)
	return err == nil && n == e.size && codec.Sum(hash.Sum(nil)) == e.sum
}
