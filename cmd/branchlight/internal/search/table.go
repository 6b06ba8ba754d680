package search

import "encoding/binary"

// table has tokens and the pages that have them. Memory that is touched for the
// first time costs more than the work, so postings are never moved: the bytes of
// each stand in chunks of a common store.
type table struct {
	n      int
	slots  []slot // an open table by token
	shift  int    // of a hash, to a place in slots
	chains [][]chain
	store  [][]byte
	free   uint32 // where the last block of the store is free
}

// slot is one token; 0 is none.
type slot struct {
	token token
	last  uint32 // page, counted from 1
	chain uint32 // place of its chain
}

// chain has the pages of a token, as varints of the steps from page to page.
type chain struct {
	head uint32 // the first chunk
	at   uint32 // where the next byte goes
	end  uint32 // where the chunk is full
	size uint8  // of the chunk: firstChunk << size
}

const (
	chainBlock = 1 << 12 // chains
	storeBlock = 1 << 17 // bytes
	firstChunk = 8       // bytes without the 4 that lead to the next
	mostChunk  = 5
)

func newTable() table { return table{slots: make([]slot, 1<<12), shift: 64 - 12} }

func (t *table) place(k token) int { return int(uint64(k) * 0x9e3779b97f4a7c15 >> t.shift) }

func (t *table) chain(at uint32) *chain { return &t.chains[at/chainBlock][at%chainBlock] }

// add notes that a page, counted from 1 and not below the last one, has tokens.
func (t *table) add(page uint32, list []token) {
	for _, k := range list {
		slots := t.slots
		i := t.place(k)
		for slots[i].token != k && slots[i].token != 0 {
			i = (i + 1) & (len(slots) - 1)
		}
		if s := &slots[i]; s.last != page {
			t.note(s, k, page)
		}
	}
}

// note notes that a page has the token of a slot, which may be new.
func (t *table) note(s *slot, k token, page uint32) {
	if s.token == 0 {
		if t.n%chainBlock == 0 {
			t.chains = append(t.chains, make([]chain, chainBlock))
		}
		s.token, s.chain = k, uint32(t.n)
		t.n++
	}
	step := page - s.last
	s.last = page
	c := t.chain(s.chain)
	for ; step >= 0x80; step >>= 7 {
		t.put(c, byte(step)|0x80)
	}
	t.put(c, byte(step))
	if 2*t.n > len(t.slots) {
		t.grow()
	}
}

func (t *table) grow() {
	old := t.slots
	t.slots, t.shift = make([]slot, 4*len(old)), t.shift-2
	for _, s := range old {
		if s.token == 0 {
			continue
		}
		i := t.place(s.token)
		for t.slots[i].token != 0 {
			i = (i + 1) & (len(t.slots) - 1)
		}
		t.slots[i] = s
	}
}

// get gives the chain of a token; nil where it is not there.
func (t *table) get(k token) *chain {
	for i := t.place(k); t.slots[i].token != 0; i = (i + 1) & (len(t.slots) - 1) {
		if t.slots[i].token == k {
			return t.chain(t.slots[i].chain)
		}
	}
	return nil
}

// put appends a byte to those of a token.
func (t *table) put(c *chain, b byte) {
	if c.at == c.end {
		size := uint32(firstChunk)
		if c.end > 0 {
			c.size = min(c.size+1, mostChunk)
			size <<= c.size
		}
		if len(t.store) == 0 || t.free+size+4 > storeBlock {
			t.store, t.free = append(t.store, make([]byte, storeBlock)), 0
		}
		chunk := uint32(len(t.store)-1)*storeBlock + t.free
		t.free += size + 4
		if c.end > 0 {
			binary.LittleEndian.PutUint32(t.bytes(c.end), chunk)
		} else {
			c.head = chunk
		}
		c.at, c.end = chunk, chunk+size
	}
	t.bytes(c.at)[0] = b
	c.at++
}

func (t *table) bytes(at uint32) []byte { return t.store[at/storeBlock][at%storeBlock:] }

// pages appends the pages of a token.
func (t *table) pages(list []uint32, c *chain) []uint32 {
	page, step, shift := uint32(0), uint32(0), 0
	chunk, size := c.head, uint32(firstChunk)
	for n := uint8(0); ; {
		b := t.bytes(chunk)
		left := size
		if chunk+size == c.end {
			left = c.at - chunk
		}
		for _, b := range b[:left] {
			step |= uint32(b&0x7f) << shift
			shift += 7
			if b < 0x80 {
				page += step
				list = append(list, page-1)
				step, shift = 0, 0
			}
		}
		if chunk+size == c.end {
			return list
		}
		chunk = binary.LittleEndian.Uint32(b[size:])
		n = min(n+1, mostChunk)
		size = firstChunk << n
	}
}

// divided has the tokens of a table by shard: list[from[n]:from[n+1]] are those of
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
