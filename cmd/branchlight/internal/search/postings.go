package search

import (
	"cmp"
	"encoding/binary"
	"slices"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/parallel"
)

// posting says which pages have a token: all that do, and those whose title does.
// The lists rise.
type posting struct {
	token token
	all   []uint32
	title []uint32
}

// gathering collects the tokens of some pages, in their order: of titles, and of
// titles and texts.
type gathering struct{ all, title table }

func newGathering() *gathering {
	g := new(gathering)
	g.all.slots, g.title.slots = make([]uint32, 1<<12), make([]uint32, 1<<12)
	return g
}

// add takes a page: its number, which is higher than the last, its title and its
// text.
func (g *gathering) add(page uint32, title, text string) {
	page++
	tokens(title, func(t token) {
		g.title.add(t, page)
		g.all.add(t, page)
	})
	tokens(text, func(t token) { g.all.add(t, page) })
}

// table has tokens and the pages that have them. Memory that is touched for the
// first time costs more than the work, so nothing is ever moved: tokens stand in
// blocks, and the bytes of each in chunks of a common store.
type table struct {
	n      int
	blocks [][]gathered
	slots  []uint32 // an open table by token: places + 1
	store  [][]byte
	free   uint32 // where the last block of the store is free
}

// gathered is one token. Its pages are varints of the steps from page to page.
type gathered struct {
	token token
	last  uint32 // page, counted from 1
	head  uint32 // the first chunk
	at    uint32 // where the next byte goes
	end   uint32 // where the chunk is full
	size  uint8  // of the chunk: firstChunk << size
}

const (
	tokenBlock = 1 << 12 // tokens
	storeBlock = 1 << 17 // bytes
	firstChunk = 8       // bytes without the 4 that lead to the next
	mostChunk  = 5
)

func (t *table) token(at uint32) *gathered { return &t.blocks[at/tokenBlock][at%tokenBlock] }

func hashOf(k token) uint64 { return uint64(k) * 0x9e3779b97f4a7c15 >> 24 }

// add notes that a page, counted from 1, has a token.
func (t *table) add(k token, page uint32) {
	w := t.find(k)
	if w.last == page {
		return
	}
	step := page - w.last
	w.last = page
	for ; step >= 0x80; step >>= 7 {
		t.put(w, byte(step)|0x80)
	}
	t.put(w, byte(step))
}

// find gives the place of a token, which may be a new one.
func (t *table) find(k token) *gathered {
	mask := uint64(len(t.slots) - 1)
	i := hashOf(k) & mask
	for ; t.slots[i] != 0; i = (i + 1) & mask {
		if w := t.token(t.slots[i] - 1); w.token == k {
			return w
		}
	}
	if t.n%tokenBlock == 0 {
		t.blocks = append(t.blocks, make([]gathered, tokenBlock))
	}
	w := t.token(uint32(t.n))
	w.token = k
	t.n++
	t.slots[i] = uint32(t.n)
	if 2*t.n > len(t.slots) {
		t.grow()
	}
	return w
}

// get gives a token that is there; nil where it is not.
func (t *table) get(k token) *gathered {
	mask := uint64(len(t.slots) - 1)
	for i := hashOf(k) & mask; t.slots[i] != 0; i = (i + 1) & mask {
		if w := t.token(t.slots[i] - 1); w.token == k {
			return w
		}
	}
	return nil
}

func (t *table) grow() {
	t.slots = make([]uint32, 4*len(t.slots))
	mask := uint64(len(t.slots) - 1)
	for at := range uint32(t.n) {
		i := hashOf(t.token(at).token) & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = at + 1
	}
}

// put appends a byte to those of a token.
func (t *table) put(w *gathered, b byte) {
	if w.at == w.end {
		size := uint32(firstChunk)
		if w.end > 0 {
			w.size = min(w.size+1, mostChunk)
			size <<= w.size
		}
		if len(t.store) == 0 || t.free+size+4 > storeBlock {
			t.store, t.free = append(t.store, make([]byte, storeBlock)), 0
		}
		chunk := uint32(len(t.store)-1)*storeBlock + t.free
		t.free += size + 4
		if w.end > 0 {
			binary.LittleEndian.PutUint32(t.bytes(w.end), chunk)
		} else {
			w.head = chunk
		}
		w.at, w.end = chunk, chunk+size
	}
	t.bytes(w.at)[0] = b
	w.at++
}

func (t *table) bytes(at uint32) []byte { return t.store[at/storeBlock][at%storeBlock:] }

// pages appends the pages of a token. buf is memory for its bytes.
func (t *table) pages(list []uint32, w *gathered, buf *[]byte) []uint32 {
	steps := (*buf)[:0]
	chunk, size := w.head, uint32(firstChunk)
	for n := uint8(0); ; {
		if chunk+size == w.end {
			steps = append(steps, t.bytes(chunk)[:w.at-chunk]...)
			break
		}
		steps = append(steps, t.bytes(chunk)[:size]...)
		chunk = binary.LittleEndian.Uint32(t.bytes(chunk + size))
		n = min(n+1, mostChunk)
		size = firstChunk << n
	}
	*buf = steps
	page := uint32(0)
	for len(steps) > 0 {
		n, size := binary.Uvarint(steps)
		steps = steps[size:]
		page += uint32(n)
		list = append(list, page-1)
	}
	return list
}

// divided has the tokens of a table by shard: order[from[n]:from[n+1]] are the
// places of those of shard n.
type divided struct {
	*table
	order, from []uint32
}

func (t *table) divide(s spread) divided {
	d := divided{t, make([]uint32, t.n), make([]uint32, s.shards()+1)}
	for at := range uint32(t.n) {
		d.from[s.shard(t.token(at).token)+1]++
	}
	for n := range s.shards() {
		d.from[n+1] += d.from[n]
	}
	next := slices.Clone(d.from)
	for at := range uint32(t.n) {
		n := s.shard(t.token(at).token)
		d.order[next[n]] = at
		next[n]++
	}
	return d
}

// shard gives the places of the tokens of a shard, in order.
func (d *divided) shard(n int) []uint32 {
	list := d.order[d.from[n]:d.from[n+1]]
	slices.SortFunc(list, func(a, b uint32) int { return cmp.Compare(d.token(a).token, d.token(b).token) })
	return list
}

// merged reads the postings of gatherings of pages that follow each other.
type merged struct {
	all, title []divided
}

func merge(parts []*gathering, s spread) *merged {
	m := &merged{make([]divided, len(parts)), make([]divided, len(parts))}
	parallel.Each(2*len(parts), func(i int) {
		if i%2 == 0 {
			m.all[i/2] = parts[i/2].all.divide(s)
		} else {
			m.title[i/2] = parts[i/2].title.divide(s)
		}
	})
	return m
}

// each calls use with the postings of a shard in order; they last until it
// returns.
func (m *merged) each(n int, use func(*posting)) {
	var p posting
	var buf []byte
	all, title := cursors(m.all, n), cursors(m.title, n)
	for {
		next, ok := all.first()
		if !ok {
			return
		}
		p.token = next
		p.all = all.take(next, p.all[:0], &buf)
		p.title = title.take(next, p.title[:0], &buf)
		use(&p)
	}
}

// cursor is a place in the tokens of one shard of some tables.
type cursor struct {
	parts []divided
	left  [][]uint32
}

func cursors(parts []divided, n int) *cursor {
	c := &cursor{parts: parts}
	for i := range parts {
		c.left = append(c.left, parts[i].shard(n))
	}
	return c
}

// first gives the lowest token that is left.
func (c *cursor) first() (lowest token, ok bool) {
	for i, left := range c.left {
		if len(left) > 0 {
			if t := c.parts[i].token(left[0]).token; !ok || t < lowest {
				lowest, ok = t, true
			}
		}
	}
	return lowest, ok
}

// take appends the pages of a token, below which none is left.
func (c *cursor) take(t token, list []uint32, buf *[]byte) []uint32 {
	for i := range c.left {
		if left := c.left[i]; len(left) > 0 {
			if w := c.parts[i].token(left[0]); w.token == t {
				list = c.parts[i].pages(list, w, buf)
				c.left[i] = left[1:]
			}
		}
	}
	return list
}

// shardWriter writes the texts of one shard, from postings in order. They are
// three for each first character: that character, the second characters, and
// their lists: for each, first all pages, then those whose title has the token.
type shardWriter struct {
	texts   []string
	first   rune
	seconds []byte
	lists   []byte
}

func (w *shardWriter) add(p *posting) {
	if len(p.all) == 0 {
		return
	}
	if first := p.token.first(); first != w.first {
		w.flush()
		w.first = first
	}
	w.seconds = utf8.AppendRune(w.seconds, p.token.second())
	w.lists = appendList(w.lists, p.all)
	w.lists = appendList(w.lists, p.title)
}

func (w *shardWriter) flush() {
	if len(w.seconds) > 0 {
		w.texts = append(w.texts, string(w.first), string(w.seconds), string(w.lists))
	}
	w.seconds, w.lists = w.seconds[:0], w.lists[:0]
}

func (w *shardWriter) done() []string {
	w.flush()
	return w.texts
}

// readShard reads the postings of the texts of a shard.
func readShard(texts []string) (list []posting, ok bool) {
	if len(texts)%3 != 0 {
		return nil, false
	}
	for ; len(texts) > 0; texts = texts[3:] {
		first, _ := utf8.DecodeRuneInString(texts[0])
		lists := texts[2]
		for _, second := range texts[1] {
			p := posting{token: tokenOf(first, second)}
			if p.all, lists, ok = readList(lists, nil); !ok {
				return nil, false
			}
			if p.title, lists, ok = readList(lists, nil); !ok {
				return nil, false
			}
			list = append(list, p)
		}
	}
	return list, true
}
