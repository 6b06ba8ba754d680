package out

import (
	"crypto/sha256"
	"io"
	"sync/atomic"

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
	known, ok := s.old.find(f.Path)
	if !ok || known.size != f.Size || s.whole {
		return false
	}
	at, err := s.spot(f.Path)
	if err != nil {
		return false // Write meets the error again
	}
	defer s.folders.put(at.folder)
	if at.size != f.Size || at.mtime != f.MTime && !at.holds(known) {
		return false
	}
	o, err := s.claim(f.Path)
	if err != nil {
		return false
	}
	o.entry, o.mtime = known, at.mtime
	return true
}

// Stands reports whether the output holds exactly these files, each as it was, and
// gives them with their times as they are now. The manifest must be known to list
// the same files.
func (s *Stage) Stands(files []Standing) ([]Standing, bool) {
	if s.whole || len(files) != len(s.old) {
		return nil, false
	}
	now := make([]Standing, len(files))
	var other atomic.Bool
	parallel.Each(len(files), func(i int) {
		if other.Load() {
			return
		}
		at, err := s.spot(files[i].Path)
		if err != nil {
			other.Store(true)
			return
		}
		defer s.folders.put(at.folder)
		now[i] = files[i]
		now[i].MTime = at.mtime
		if at.size != files[i].Size || at.mtime != files[i].MTime && !s.holds(at) {
			other.Store(true)
		}
	})
	if other.Load() {
		clear(s.blocks) // what spot noted
		clear(s.missing)
		s.foreign = nil
		return nil, false
	}
	return now, true
}

// holds reports whether the file that stands at a spot is the one that the
// manifest knows.
func (s *Stage) holds(at spot) bool {
	e, ok := s.old.find(at.path)
	return ok && at.holds(e)
}

// Manifest gives the bytes of the manifest: as it stands, and after Commit as it
// was left; nil where there is none.
func (s *Stage) Manifest() []byte { return s.oldBytes }

// Standing lists the outputs of the stage as they stand after Commit, in no
// order.
func (s *Stage) Standing() []Standing {
	list := make([]Standing, 0, len(s.outputs))
	for p, o := range s.outputs {
		list = append(list, Standing{p, o.size, o.mtime})
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
	hash := sha256.New()
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	n, err := io.CopyBuffer(hash, f, *buf)
	return err == nil && n == e.size && [32]byte(hash.Sum(nil)) == e.sum
}
