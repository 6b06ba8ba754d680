// Package similar finds texts that were copied from each other, and what of
// them.
//
// In go texts, as strings; out come pairs of texts with the passages that stand
// in both, as byte offsets. It reads and writes nothing, knows no pages, and
// gives the same for the same texts.
//
// # Folding
//
// Texts are compared by what is left when all that is changed first in a copy is
// taken out (fold.go): punctuation and blanks are dropped, letters are made
// small, a run of digits or of Chinese numerals is one sign, and so is each name
// of a list that the caller gives. So 县财政局 3月5日 and 县水利局 十二月八日 are equal.
// A folded text is a sequence of runes; lengths here are counted in them.
//
// # Three steps, each on what the one before left
//
//  1. Prints gives the fingerprints of a text: sums of Gram runes in a row, of
//     which winnowing keeps the least of every Window (Schleimer, Wilkerson,
//     Aiken: Winnowing, SIGMOD 2003). Two texts that share Gram+Window-1 runes in
//     a row share a print. Prints depend on the text and the names alone, and
//     are small, so that they can be remembered.
//  2. Search counts the prints that texts share. A print of very many texts is
//     one of a set phrase, and counts for nothing. Its work is linear in the
//     number of prints.
//  3. Compare aligns two texts, and gives the passages of at least Passage runes
//     that stand in both, in any order, with single runes changed, left out or
//     put in between.
//
// The numbers are chosen for Chinese office prose, in which sentences are made of
// a small stock of clauses: Gram is longer than a clause, and Passage longer than
// a sentence, since two texts that share a sentence are not copies.
package similar

import (
	"encoding/binary"
	"slices"
)

// The measures of the method, in folded runes.
const (
	Gram    = 16 // runes that a print stands for
	Window  = 16 // neighbouring sums of which the least is kept
	Passage = 40 // shortest passage that counts
	Least   = 80 // runes of all passages together below which two texts are no pair
)

// Reader folds and compares texts. It holds memory that it uses again, so it is
// for one goroutine.
type Reader struct {
	names *Names
	a, b  folded
	list  []uint32 // prints of the text in hand
	sums  []uint32
	own   []uint32 // prints of a passage
	bytes []byte
	table grams
}

// NewReader makes a reader that takes each of the names for one sign.
func NewReader(names *Names) *Reader { return &Reader{names: names} }

// Prints are the fingerprints of a text, sorted and each once: four bytes each, the
// least significant first. They are a string so that they can be kept and read
// again as they are.
type Prints string

// Len gives how many there are.
func (p Prints) Len() int { return len(p) / 4 }

func (p Prints) at(i int) uint32 {
	_ = p[4*i+3]
	return uint32(p[4*i]) | uint32(p[4*i+1])<<8 | uint32(p[4*i+2])<<16 | uint32(p[4*i+3])<<24
}

// Prints gives the prints of a text. One too short to be a copy has none.
func (r *Reader) Prints(text string) Prints {
	r.a.fold(text, r.names)
	if len(r.a.runes) < Least {
		return ""
	}
	r.list = r.winnow(r.list[:0], r.a.runes)
	r.bytes = r.bytes[:0]
	for _, p := range r.list[:distinct(r.list)] {
		r.bytes = binary.LittleEndian.AppendUint32(r.bytes, p)
	}
	return Prints(r.bytes)
}

// winnow appends the sums that stand for a folded text, in its order.
func (r *Reader) winnow(prints []uint32, runes []rune) []uint32 {
	r.sums = sums(r.sums[:0], runes)
	least := -1 // place of the least sum of the window, the last of equal ones
	for end := range r.sums {
		begin := max(0, end-Window+1)
		switch {
		case least < begin:
			least = begin
			for i := begin + 1; i <= end; i++ {
				if r.sums[i] <= r.sums[least] {
					least = i
				}
			}
		case r.sums[end] <= r.sums[least]:
			least = end
		default:
			continue
		}
		if end >= Window-1 || end == len(r.sums)-1 {
			prints = append(prints, r.sums[least])
		}
	}
	return prints
}

// sums appends the sum of every Gram runes in a row: a rolling polynomial modulo
// 2^64, of which 32 mixed bits are kept.
func sums(dst []uint32, runes []rune) []uint32 {
	if len(runes) < Gram {
		return dst
	}
	var h uint64
	for i, c := range runes {
		h = h*base + uint64(c)
		if i >= Gram {
			h -= uint64(runes[i-Gram]) * basePower
		}
		if i >= Gram-1 {
			x := (h ^ h>>29) * 0xbf58476d1ce4e5b9
			dst = append(dst, uint32(x>>32))
		}
	}
	return dst
}

const base = 0x9e3779b97f4a7c15

// basePower is base to the power of Gram, modulo 2^64.
var basePower = func() uint64 {
	p := uint64(1)
	for range Gram {
		p *= base
	}
	return p
}()

// distinct sorts a list and moves each of its values once to its front; it gives
// their number.
func distinct(list []uint32) int {
	slices.Sort(list)
	return len(slices.Compact(list))
}
