package cache

import (
	"cmp"
	"hash/crc32"
	"os"
	"slices"
	"sync"

	"branchlight/cmd/branchlight/internal/parallel"
)

// Store keeps parts, in a file as far as it can be written, else in memory. It is
// safe for concurrent use.
type Store struct {
	mu     sync.Mutex
	file   *os.File // nil: none
	write  bool     // the file can be appended to
	failed error    // why it cannot be any more
	end    int64    // where the next part begins
	chunks []*chunk // what is not in the file, by place
	spare  [][]byte // memory of chunks that are in the file
	bad    error    // the first part that could not be read
}

// chunk is a stretch of the store in memory. Only to the last one is something
// added.
type chunk struct {
	at   int64
	data []byte
}

// chunkSize is how many bytes are gathered before they are written.
const chunkSize = 1 << 20

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Put keeps bytes. They are copied.
func (s *Store) Put(b []byte) Part {
	check := crc32.Checksum(b, castagnoli)
	p, full := s.add(b, check)
	if full != nil {
		s.spill(full) // while others go on
	}
	return p
}

// add adds bytes to the last chunk, or to a new one; then full is one that is to be
// written to the file.
func (s *Store) add(b []byte, check uint32) (p Part, full *chunk) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var last *chunk
	if n := len(s.chunks); n > 0 {
		last = s.chunks[n-1]
	}
	if last == nil || len(last.data)+len(b) > cap(last.data) {
		if s.write {
			full = last
		}
		last = &chunk{s.end, s.room(len(b))}
		s.chunks = append(s.chunks, last)
	}
	last.data = append(last.data, b...)
	p = Part{s.end, int64(len(b)), check}
	s.end += int64(len(b))
	return p, full
}

// room gives memory for a chunk that is to have n bytes at least.
func (s *Store) room(n int) []byte {
	if last := len(s.spare) - 1; last >= 0 && n <= cap(s.spare[last]) {
		b := s.spare[last]
		s.spare = s.spare[:last]
		return b
	}
	return make([]byte, 0, max(chunkSize, n))
}

// Lasts reports whether what is put into the store goes to its file. If not, it
// takes memory for as long as the store is open.
func (s *Store) Lasts() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.write
}

// spill writes a chunk to the file. Its bytes can be had from memory meanwhile.
func (s *Store) spill(c *chunk) {
	_, err := s.file.WriteAt(c.data, c.at)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spilled(c, err)
}

// spilled notes how the writing of a chunk ended.
func (s *Store) spilled(c *chunk, err error) {
	if err != nil {
		s.failed, s.write = err, false
	} else if i := slices.Index(s.chunks, c); i >= 0 {
		s.chunks = slices.Delete(s.chunks, i, i+1)
		s.spare = append(s.spare, c.data[:0])
	}
}

// flush writes all parts to the file, and gives its length.
func (s *Store) flush() (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.write && len(s.chunks) > 0 {
		c := s.chunks[0] // if another writes it too, that are the same bytes
		_, err := s.file.WriteAt(c.data, c.at)
		s.spilled(c, err)
	}
	return s.end, s.failed
}

// Get gives the bytes of a part, in buf where they fit; nil where they are not
// what was put there. Then Err tells why, and nothing that was made with the
// store may be used.
func (s *Store) Get(p Part, buf []byte) []byte {
	if int64(cap(buf)) < p.Size {
		buf = make([]byte, p.Size)
	}
	b := buf[:p.Size]
	err := s.get(p, b)
	if err == nil && crc32.Checksum(b, castagnoli) != p.Check {
		err = errDamaged
	}
	if err == nil {
		return b
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bad == nil {
		s.bad = err
	}
	return nil
}

// Reads of GetAll: parts that stand closer together than maxGap are read at once,
// up to maxRead bytes.
const (
	maxGap  = 4 << 10
	maxRead = 1 << 20
)

// GetAll is Get for many parts, with few calls of the system where they stand close
// together. The zero Part gives nil. A part that cannot be had is nil too, and Err
// does not tell of it: Get finds out why.
func (s *Store) GetAll(parts []Part) [][]byte {
	order := make([]int32, 0, len(parts))
	for i := range parts {
		if parts[i].Size > 0 {
			order = append(order, int32(i))
		}
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(parts[a].At, parts[b].At) })
	type run struct {
		parts    []int32
		from, to int64
	}
	var runs []run
	for at, i := range order {
		p := parts[i]
		if n := len(runs) - 1; n >= 0 && p.At-runs[n].to <= maxGap && p.At+p.Size-runs[n].from <= maxRead {
			last := &runs[n]
			last.parts, last.to = order[at-len(last.parts):at+1], max(last.to, p.At+p.Size)
		} else {
			runs = append(runs, run{order[at : at+1], p.At, p.At + p.Size})
		}
	}
	all := make([][]byte, len(parts))
	parallel.Each(len(runs), func(r int) {
		run := runs[r]
		b := make([]byte, run.to-run.from)
		shared := s.get(Part{At: run.from, Size: int64(len(b))}, b) == nil
		for _, i := range run.parts {
			p := parts[i]
			from := p.At - run.from
			part := b[from : from+p.Size : from+p.Size]
			// What begins in the file and ends in memory is not read at once.
			if (shared || s.get(p, part) == nil) && crc32.Checksum(part, castagnoli) == p.Check {
				all[i] = part
			}
		}
	})
	return all
}

func (s *Store) get(p Part, b []byte) error {
	s.mu.Lock()
	i, found := slices.BinarySearchFunc(s.chunks, p.At, func(c *chunk, at int64) int {
		switch {
		case at < c.at:
			return 1
		case at >= c.at+int64(len(c.data)):
			return -1
		}
		return 0
	})
	copied := 0
	if found {
		copied = copy(b, s.chunks[i].data[p.At-s.chunks[i].at:])
	}
	s.mu.Unlock()
	switch {
	case found && copied < len(b):
		return errDamaged
	case found:
		return nil
	}
	if s.file == nil {
		return errDamaged
	}
	_, err := s.file.ReadAt(b, p.At)
	return err
}

// Err gives the error of the first part that could not be read.
func (s *Store) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bad
}

// create begins an empty store in a file.
func (s *Store) create(dir *os.Root, name string) (err error) {
	s.file, err = dir.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	s.write = err == nil
	return err
}

// reopen opens the file of a store that is read already for writing.
func (s *Store) reopen(dir *os.Root, name string) error {
	f, err := dir.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		s.failed = err
		return err
	}
	s.file.Close()
	s.file, s.write = f, true
	return nil
}

// readOnly keeps what is new in memory from now on.
func (s *Store) readOnly() {
	s.mu.Lock()
	s.write = false
	s.mu.Unlock()
}

func (s *Store) close() {
	if s.file != nil {
		s.file.Close()
	}
}
