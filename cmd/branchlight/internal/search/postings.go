package search

import (
	"cmp"
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

func newGathering() *gathering { return &gathering{newTable(), newTable()} }

// add takes the ith page of s. Its number is higher than that of the last.
func (g *gathering) add(page uint32, s *scratch, i int) {
	page++
	s.tokens = tokens(s.tokens[:0], s.title(i))
	g.title.add(page, s.tokens)
	s.tokens = tokens(s.tokens, s.content(i))
	g.all.add(page, s.tokens)
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

// each calls use with the postings of a shard in order, in p; they last until it
// returns.
func (m *merged) each(n int, p *posting, use func(*posting)) {
	all, title := cursors(m.all, n), cursors(m.title, n)
	for {
		next, ok := all.first()
		if !ok {
			return
		}
		p.token = next
		p.all = all.take(next, p.all[:0])
		p.title = title.take(next, p.title[:0])
		use(p)
	}
}

// cursor is a place in the tokens of one shard of some tables.
type cursor struct {
	parts []divided
	left  [][]slot
}

func cursors(parts []divided, n int) *cursor {
	c := &cursor{parts, make([][]slot, len(parts))}
	for i, d := range parts {
		c.left[i] = d.list[d.from[n]:d.from[n+1]]
		slices.SortFunc(c.left[i], func(a, b slot) int { return cmp.Compare(a.token, b.token) })
	}
	return c
}

// first gives the lowest token that is left.
func (c *cursor) first() (lowest token, ok bool) {
	for _, left := range c.left {
		if len(left) > 0 {
			if t := left[0].token; !ok || t < lowest {
				lowest, ok = t, true
			}
		}
	}
	return lowest, ok
}

// take appends the pages of a token, below which none is left.
func (c *cursor) take(t token, list []uint32) []uint32 {
	for i, left := range c.left {
		if len(left) > 0 && left[0].token == t {
			list = c.parts[i].pages(list, &left[0])
			c.left[i] = left[1:]
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

// done gives the texts, which last until the next posting, and begins anew.
func (w *shardWriter) done() (texts []string) {
	w.flush()
	texts, w.texts, w.first = w.texts, w.texts[:0], 0
	return texts
}

// readShard reads the postings of the texts of a shard. Their lists stand in memory,
// which is given back for the next time.
func readShard(texts []string, list []posting, memory []uint32) ([]posting, []uint32, bool) {
	if len(texts)%3 != 0 {
		return nil, nil, false
	}
	for ; len(texts) > 0; texts = texts[3:] {
		first, _ := utf8.DecodeRuneInString(texts[0])
		lists, ok := texts[2], false
		for _, second := range texts[1] {
			from := len(memory)
			if memory, lists, ok = readList(lists, memory); !ok {
				return nil, nil, false
			}
			to := len(memory)
			if memory, lists, ok = readList(lists, memory); !ok {
				return nil, nil, false
			}
			list = append(list, posting{tokenOf(first, second), memory[from:to:to], memory[to:len(memory):len(memory)]})
		}
	}
	return list, memory, true
}
