package mark

// slab hands out values one by one, and takes all of them back at once. The nodes
// of a page's syntax tree are needed until its HTML is written, and those of the
// next page use the same memory: it would be half of what a build allocates.
type slab[T any] struct {
	chunks [][]T
	used   int
}

const slabChunk = 64

// next gives a zero value that nothing else uses until reset.
func (s *slab[T]) next() *T {
	p := s.take()
	var zero T
	*p = zero
	return p
}

// take is next for a value as it was left.
func (s *slab[T]) take() *T {
	chunk, at := s.used/slabChunk, s.used%slabChunk
	if chunk == len(s.chunks) {
		s.chunks = append(s.chunks, make([]T, slabChunk))
	}
	s.used++
	return &s.chunks[chunk][at]
}

// maxSlab is how many values are kept for the next page.
const maxSlab = 64 * slabChunk

// reset takes all values back.
func (s *slab[T]) reset() {
	s.used = 0
	if len(s.chunks) > maxSlab/slabChunk {
		s.chunks = nil
	}
}
