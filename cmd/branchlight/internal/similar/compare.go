package similar

import (
	"math/bits"
	"slices"
)

// Span is a part of a text, in bytes.
type Span struct{ From, To int }

// Shared is a passage that stands in two texts.
type Shared struct {
	A, B Span
	Len  int // in runes of the folded text B
}

// Match says what two texts share.
type Match struct {
	Passages []Shared // in the order of the second text
	Len      int      // of all passages, in runes of the second text
	PercentA int      // which part of the texts that is
	PercentB int
}

// Bounds of an alignment.
const (
	seed    = 8  // runes in a row from which a passage grows
	resume  = 6  // runes that are equal after a change, or the passage ends
	chances = 16 // places in the one text that are tried for one in the other
)

// Compare finds the passages of b that stand in a. Those of set phrases are left
// out. Where less than Least runes are shared the match is empty.
func (r *Reader) Compare(a, b string, phrases Phrases) Match {
	r.a.fold(a, r.names)
	r.b.fold(b, r.names)
	x, y := r.a.runes, r.b.runes
	r.table.fill(x)
	var m Match
	usedA := 0
	for j := 0; j+seed <= len(y); {
		best := alignment{}
		tries := 0
		for i := r.table.first(y[j:]); i >= 0 && tries < chances; i = r.table.next[i] {
			if slices.Equal(x[i:i+seed], y[j:j+seed]) {
				tries++
				if g := align(x, y, int(i), j); g.equal > best.equal {
					best = g
				}
			}
		}
		if best.equal < Passage {
			j++
			continue
		}
		if r.phrase(y[j:j+best.lenB], phrases) {
			j += best.lenB
			continue
		}
		m.Passages = append(m.Passages, Shared{
			A:   Span{int(r.a.from[best.a]), int(r.a.to[best.a+best.lenA-1])},
			B:   Span{int(r.b.from[j]), int(r.b.to[j+best.lenB-1])},
			Len: best.lenB,
		})
		m.Len += best.lenB
		usedA += best.lenA
		j += best.lenB
	}
	if m.Len < Least {
		return Match{}
	}
	m.PercentA = min(100, usedA*100/len(x))
	m.PercentB = m.Len * 100 / len(y)
	return m
}

// phrase reports whether a passage is little but set phrases.
func (r *Reader) phrase(runes []rune, phrases Phrases) bool {
	if len(phrases) == 0 {
		return false
	}
	r.own = r.winnow(r.own[:0], runes)
	n := 0
	for _, p := range r.own {
		if phrases.Has(p) {
			n++
		}
	}
	return n*10 >= len(r.own)*9
}

// alignment is where two texts run side by side.
type alignment struct {
	a          int // place in the first text
	lenA, lenB int
	equal      int // runes that are equal
}

// align runs along two folded texts from places where they are equal, over single
// runes that were changed, put in or left out, as long as they are equal again
// after them.
func align(x, y []rune, i, j int) alignment {
	g := alignment{a: i}
	p, q := i, j
	for {
		n := common(x[p:], y[q:])
		p, q = p+n, q+n
		g.equal += n
		g.lenA, g.lenB = p-i, q-j
		switch {
		case again(x, y, p+1, q+1):
			p, q = p+1, q+1
		case again(x, y, p+1, q):
			p++
		case again(x, y, p, q+1):
			q++
		default:
			return g
		}
	}
}

// again reports whether the texts are equal for a while from two places on.
func again(x, y []rune, p, q int) bool {
	return p+resume <= len(x) && q+resume <= len(y) && slices.Equal(x[p:p+resume], y[q:q+resume])
}

// common gives how many runes two texts have in common at their beginning.
func common(x, y []rune) int {
	n := min(len(x), len(y))
	for i := range n {
		if x[i] != y[i] {
			return i
		}
	}
	return n
}

// grams finds the places of every seed of a text.
type grams struct {
	shift int     // bits of a sum that are dropped
	heads []int32 // by the sum of a seed: the first place of such a sum, or -1
	next  []int32 // by place: the next of the same sum, or -1
}

// Sizes of the table of heads, in bits: with as many as the text has runes, a
// place has few neighbours.
const (
	leastHeads = 10
	mostHeads  = 20
)

func (g *grams) fill(runes []rune) {
	n := min(max(bits.Len(uint(len(runes))), leastHeads), mostHeads)
	g.shift = 64 - n
	g.heads = slices.Grow(g.heads[:0], 1<<n)[:1<<n]
	for i := range g.heads {
		g.heads[i] = -1
	}
	n = max(0, len(runes)-seed+1)
	g.next = slices.Grow(g.next[:0], n)[:n]
	for i := n - 1; i >= 0; i-- {
		s := g.sum(runes[i:])
		g.next[i] = g.heads[s]
		g.heads[s] = int32(i)
	}
}

func (g *grams) sum(runes []rune) uint64 {
	var h uint64
	for _, c := range runes[:seed] {
		h = h*base + uint64(c)
	}
	return (h ^ h>>29) * 0xbf58476d1ce4e5b9 >> g.shift
}

// first gives the first place where the runes may stand, -1 where they do not.
func (g *grams) first(runes []rune) int32 { return g.heads[g.sum(runes)] }
