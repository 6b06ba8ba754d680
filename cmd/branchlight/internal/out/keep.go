package out

import (
	"crypto/sha256"
	"io"

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
	known, ok := s.old[f.Path]
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

// KeepAll is Keep for a whole output, or for nothing of it.
func (s *Stage) KeepAll(files []Standing) bool {
	if len(files) != len(s.old) {
		return false
	}
	kept := make([]bool, len(files))
	parallel.Each(len(files), func(i int) { kept[i] = s.Keep(files[i]) })
	all := true
	for _, ok := range kept {
		all = all && ok
	}
	if !all {
		s.mu.Lock()
		defer s.mu.Unlock()
		clear(s.outputs)
		clear(s.blocks)
		clear(s.missing)
		s.foreign = nil
	}
	return all
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
