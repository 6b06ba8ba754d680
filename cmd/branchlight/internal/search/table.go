package search

import "encoding/binary"

// table has tokens and the pages that have them. Memory that is touched for the
// first time costs more than the work, so the pages of a token are never moved:
// their bytes stand in chunks of a common store.
type table struct {
	n     int
	slots []slot // an open table by token
	shift int    // of a hash, to a place in slots
	store [][]byte
	free  uint32 // where the last block of the store is free
}

// slot has a token, 0 where there is none, and its pages: varints of the steps
// from page to page, the first from 0.
type slot struct {
	token token
	last  uint32 // page, counted from 1
	head  uint32 // the first chunk
	at    uint32 // where the next byte goes
	end   uint32 // where the chunk is full
	size  uint8  // of the chunk: firstChunk << size
}

const (
	storeBlock = 1 << 17 // bytes
	firstChunk = 8       // bytes without the 4 that lead to the next
	mostChunk  = 5
)

func newTable() table { return table{slots: make([]slot, 1<<10), shift: 64 - 10} }

// place gives the slot of a token, which is empty where there is none.
func (t *table) place(k token) *slot {
	slots := t.slots
	i := int(uint64(k) * 0x9e3779b97f4a7c15 >> t.shift)
	for slots[i].token != k && slots[i].token != 0 {
		i = (i + 1) & (len(slots) - 1)
	}
	return &slots[i]
}

// add notes that a page, counted from 1 and not below the last one, has tokens.
func (t *table) add(page uint32, list []token) {
	for _, k := range list {
		s := t.place(k)
		step := page - s.last
		if step >= 0x80 || s.at == s.end {
			t.note(s, k, page)
			continue
		}
		// Whether the page has the token already cannot be foreseen: so a step is
		// written in any case, and stays if it is not 0.
		t.store[s.at/storeBlock][s.at%storeBlock] = byte(step)
		s.at += (step + 0x7f) >> 7
		s.last = page
	}
}

// note notes that a page has the token of a slot, which may be empty.
func (t *table) note(s *slot, k token, page uint32) {
	step := page - s.last
	if step == 0 {
		return
	}
	s.last = page
	for ; step >= 0x80; step >>= 7 {
		t.put(s, byte(step)|0x80)
	}
	t.put(s, byte(step))
	if s.token == 0 {
		s.token = k
		if t.n++; 2*t.n > len(t.slots) {
			t.grow()
		}
	}
}

func (t *table) grow() {
	old := t.slots
	t.slots, t.shift = make([]slot, 4*len(old)), t.shift-2
	for _, s := range old {
		if s.token != 0 {
			*t.place(s.token) = s
		}
	}
}

// put appends a byte to those of a token.
func (t *table) put(s *slot, b byte) {
	if s.at == s.end {
		t.chunk(s)
	}
	t.store[s.at/storeBlock][s.at%storeBlock] = b
	s.at++
}

// chunk gives a token a chunk more.
func (t *table) chunk(s *slot) {
	size := uint32(firstChunk)
	if s.end > 0 {
		s.size = min(s.size+1, mostChunk)
		size <<= s.size
	}
	if len(t.store) == 0 || t.free+size+4 > storeBlock {
		t.store, t.free = append(t.store, make([]byte, storeBlock)), 0
	}
	at := uint32(len(t.store)-1)*storeBlock + t.free
	t.free += size + 4
	if s.end > 0 {
		binary.LittleEndian.PutUint32(t.bytes(s.end), at)
	} else {
		s.head = at
	}
	s.at, s.end = at, at+size
}

func (t *table) bytes(at uint32) []byte { return t.store[at/storeBlock][at%storeBlock:] }

// pages appends the pages of a token.
func (t *table) pages(list []uint32, s *slot) []uint32 {
	if s.token == 0 {
		return list
	}
	page, step, shift := uint32(0), uint32(0), 0
	chunk, size := s.head, uint32(firstChunk)
	for n := uint8(0); ; {
		b := t.bytes(chunk)
		last := chunk+size == s.end
		left := size
		if last {
			left = s.at - chunk
		}
		for _, c := range b[:left] {
			step |= uint32(c&0x7f) << shift
			shift += 7
			if c < 0x80 {
				page += step
				list = append(list, page-1)
				step, shift = 0, 0
			}
		}
		if last {
			return list
		}
		chunk = binary.LittleEndian.Uint32(b[size:])
		n = min(n+1, mostChunk)
		size = firstChunk << n
	}
}

// divided has the slots of a table by shard: list[from[n]:from[n+1]] are those of
// shard n.
type divided struct {
	*table
	list []slot
	from []uint32
}

func (t *table) divide(s spread) divided {
	d := divided{t, make([]slot, t.n), make([]uint32, s.shards()+1)}
	for i := range t.slots {
		if k := t.slots[i].token; k != 0 {
			d.from[s.shard(k)+1]++
		}
	}
	for n := range s.shards() {
		d.from[n+1] += d.from[n]
	}
	next := append([]uint32(nil), d.from...)
	for i := range t.slots {
		if k := t.slots[i].token; k != 0 {
			n := s.shard(k)
			d.list[next[n]] = t.slots[i]
			next[n]++
		}
	}
	return d
}
