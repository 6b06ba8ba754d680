package build

import (
	"sync"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/site"
)

// shelf keeps the pictures that a session has made last. A browser asks for all
// pictures of a page whenever it is loaded, and a preview may not put them into
// the store, which is a build's. The zero shelf is empty.
type shelf struct {
	mu      sync.Mutex
	made    map[codec.Sum]*shelved // by the sum of the picture
	last    []*shelved             // in the order they were asked for first
	size    int                    // bytes of all
	spoiled damages
}

// maxShelf bounds the bytes on a shelf: some hundreds of photographs.
const maxShelf = 64 << 20

// shelved is a picture that is made, or being made.
type shelved struct {
	sum   codec.Sum
	done  sync.Once
	files [][]byte
	wrong *diag.Finding
	err   error
}

// picture gives a picture of a run in its sizes, made once for all who ask at the
// same time.
func (s *shelf) picture(r *run, f *site.Attachment) ([][]byte, *diag.Finding, error) {
	s.mu.Lock()
	p := s.made[f.Sum]
	if p == nil {
		p = &shelved{sum: f.Sum}
		if s.made == nil {
			s.made = map[codec.Sum]*shelved{}
		}
		s.made[f.Sum] = p
	}
	s.mu.Unlock()
	p.done.Do(func() {
		if p.files = r.mem.sizes(r.file(f.Path), len(f.Sizes)); p.files == nil {
			p.files, p.wrong, p.err = r.decode(f)
		}
		s.put(p, f)
	})
	return p.files, p.wrong, p.err
}

// put notes what has come of a picture, and makes room for it.
func (s *shelf) put(p *shelved, f *site.Attachment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.wrong != nil {
		s.spoiled = append(s.spoiled, damage{f.Path, f.Sum, *p.wrong})
	}
	if p.err != nil { // it may go better the next time
		delete(s.made, p.sum)
		return
	}
	s.last = append(s.last, p)
	s.size += p.weight()
	for s.size > maxShelf && len(s.last) > 1 {
		old := s.last[0]
		s.last = s.last[1:]
		s.size -= old.weight()
		delete(s.made, old.sum)
	}
}

func (p *shelved) weight() (n int) {
	for _, file := range p.files {
		n += len(file)
	}
	return n
}

// damaged lists the pictures that could not be made.
func (s *shelf) damaged() damages {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.spoiled[:len(s.spoiled):len(s.spoiled)]
}
