package similar

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"branchlight/cmd/branchlight/internal/parallel"
)

// Candidate is a pair of texts that share prints, by their places in what was
// searched.
type Candidate struct {
	Earlier, Later int
	Shared         int // prints that both have and that are none of a set phrase
}

// Bounds of a search.
const (
	leastShared  = 4  // prints that a candidate shares
	sharePercent = 8  // and that part of the prints of the shorter text
	candidates   = 3  // of one text
	setPhrase    = 24 // texts that may share a print before it is one of a set phrase
	setPercent   = 1  // or that part of all texts, if it is more
	neighbours   = 16 // texts before it that a text is compared with for one print: half of them the first, half the last
)

// Phrases are the prints of set phrases, sorted.
type Phrases []uint32

// Has reports whether a print is one of a set phrase.
func (p Phrases) Has(print uint32) bool {
	_, ok := slices.BinarySearch(p, print)
	return ok
}

// Search finds, for every text from the index first on, the texts before it that
// share most with it: at most three. prints holds the prints of every text, those
// of the earliest first: a text is only ever compared with those before it.
func Search(prints []Prints, first int) ([]Candidate, Phrases) {
	x := invert(prints, max(setPhrase, len(prints)*setPercent/100))
	const share = 512 // texts of one piece of work
	found := make([][]Candidate, (len(prints)+share-1)/share)
	counters := sync.Pool{New: func() any { return &counter{shared: make([]uint16, len(prints))} }}
	parallel.Each(len(found), func(i int) {
		c := counters.Get().(*counter)
		for later := max(first, i*share); later < min(len(prints), (i+1)*share); later++ {
			found[i] = c.candidates(found[i], x, prints, later)
		}
		counters.Put(c)
	})
	return slices.Concat(found...), x.phrases
}

// counter counts the prints that texts share with one text.
type counter struct {
	shared []uint16 // by text; all 0 between two counts
	texts  []uint32 // those that are not 0
}

func (c *counter) add(text uint32) {
	if c.shared[text] == 0 {
		c.texts = append(c.texts, text)
	}
	c.shared[text]++
}

// candidates appends the texts that share most with one.
func (c *counter) candidates(found []Candidate, x *inverse, prints []Prints, later int) []Candidate {
	for at := x.begin[later]; at < x.begin[later+1]; at++ {
		n := uint32(x.before[at])
		if n == 0 {
			continue
		}
		before := x.texts[x.run[at] : x.run[at]+n]
		if n > neighbours {
			for _, text := range before[:neighbours/2] {
				c.add(text)
			}
			before = before[n-neighbours/2:]
		}
		for _, text := range before {
			c.add(text)
		}
	}
	from := len(found)
	for _, text := range c.texts {
		n := int(c.shared[text])
		c.shared[text] = 0
		if n >= leastShared && n*100 >= sharePercent*min(prints[later].Len(), prints[text].Len()) {
			found = append(found, Candidate{int(text), later, n})
		}
	}
	c.texts = c.texts[:0]
	own := found[from:]
	slices.SortFunc(own, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Shared, a.Shared), cmp.Compare(a.Earlier, b.Earlier))
	})
	return found[:from+min(len(own), candidates)]
}

// inverse says in which texts a print stands. A place is that of a print among the
// prints of all texts, in their order.
type inverse struct {
	begin   []uint32 // by text: the place of its first print; one more at the end
	run     []uint32 // by place: where the texts that have the print begin in texts
	before  []uint16 // by place: how many of them stand before the text; 0 for a set phrase
	texts   []uint32 // print by print, the texts that have it, in order
	phrases Phrases
}

// bucketBits are the bits of a print by which prints are dealt out before they are
// sorted: so many that a bucket of a large site is still in the cache.
const bucketBits = 12

// invert sorts the prints of all texts. One that more than limit texts have is one
// of a set phrase.
func invert(prints []Prints, limit int) *inverse {
	x := &inverse{begin: make([]uint32, len(prints)+1)}
	const shift = 32 - bucketBits
	var ends [1<<bucketBits + 1]uint32
	for text, list := range prints {
		x.begin[text+1] = x.begin[text] + uint32(list.Len())
		for i := range list.Len() {
			ends[list.at(i)>>shift+1]++
		}
	}
	for i := range ends[1:] {
		ends[i+1] += ends[i]
	}
	starts := ends
	total := x.begin[len(prints)]
	// A key is a print over its place, so that equal prints stay in the order of
	// the texts.
	keys := make([]uint64, total)
	x.texts = make([]uint32, total) // first by place
	for text, list := range prints {
		for i := range list.Len() {
			p, at := list.at(i), x.begin[text]+uint32(i)
			x.texts[at] = uint32(text)
			keys[starts[p>>shift]] = uint64(p)<<32 | uint64(at)
			starts[p>>shift]++
		}
	}
	parallel.Each(1<<bucketBits, func(b int) {
		slices.Sort(keys[ends[b]:ends[b+1]])
	})
	x.run, x.before = make([]uint32, total), make([]uint16, total)
	limit = min(limit, math.MaxUint16)
	for from, to := 0, 0; from < len(keys); from = to {
		for to = from + 1; to < len(keys) && keys[to]>>32 == keys[from]>>32; to++ {
		}
		if to-from > limit {
			x.phrases = append(x.phrases, uint32(keys[from]>>32))
			continue
		}
		for i := from + 1; i < to; i++ {
			at := uint32(keys[i])
			x.run[at], x.before[at] = uint32(from), uint16(i-from)
		}
	}
	for i, k := range keys {
		keys[i] = uint64(x.texts[uint32(k)])
	}
	for i, text := range keys {
		x.texts[i] = uint32(text)
	}
	return x
}
