package search

import (
	"slices"
	"unicode/utf16"
)

// Folding and the cut into words are the same here and in search.js of the
// theme; a test compares them over the whole first plane. Both are one to one in
// UTF-16, so that a place in a folded text is the same place in the text.

// Fold gives the character that stands for r: full-width forms are as their
// ASCII ones, capitals as small letters, blanks as one blank.
func Fold(r rune) rune {
	if r >= 0xff01 && r <= 0xff5e {
		r -= 0xfee0
	}
	switch {
	case r < 0x80:
		if r >= 'A' && r <= 'Z' {
			return r + 32
		}
		if r < 0x20 && r != '\n' {
			return ' '
		}
	case r == 0xa0, r == 0x3000:
		return ' '
	case r >= 0xc0 && r <= 0xde && r != 0xd7,
		r >= 0x391 && r <= 0x3a9 && r != 0x3a2,
		r >= 0x410 && r <= 0x42f:
		return r + 32
	case r >= 0x400 && r <= 0x40f:
		return r + 80
	case r >= 0x2160 && r <= 0x216f:
		return r + 16
	}
	return r
}

// IsWord reports whether a folded character is part of words: letters, digits,
// Chinese characters and signs that are looked for as such. Blanks and
// punctuation stand between words.
func IsWord(r rune) bool {
	switch {
	case r < 0x80:
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
	case r < 0xc0, r == 0xd7, r == 0xf7:
		return false
	case r >= 0x2000 && r <= 0x206f, r >= 0x2e00 && r <= 0x2e7f:
		return false
	case r >= 0x3000 && r <= 0x303f:
		return r >= 0x3005 && r <= 0x3007 // 々 〆 〇
	case r >= 0xd800 && r <= 0xdfff, r >= 0xfe00 && r <= 0xfe6f, r >= 0xff5f && r <= 0xff65, r >= 0xffe0 && r <= 0xffff:
		return false
	}
	return r < plane15
}

// A token is two neighbouring characters of a word, or the last character alone;
// or, of Latin letters and digits, three, so that numbers can be told apart. Then
// the second and third are written as one character of the planes for private
// use, which are no part of words.
type token uint64

const plane15 = 0xf0000

func three(second, third rune) rune { return plane15 + second<<7 + third }

// lone stands in the place of the second character of a token that has none.
const lone = ' '

func tokenOf(first, second rune) token { return token(first)<<21 | token(second) }

func (t token) first() rune  { return rune(t >> 21) }
func (t token) second() rune { return rune(t & (1<<21 - 1)) }

// tokens appends every token of a text, as often as it stands there.
func tokens(list []token, text []uint16) []token {
	n := len(list)
	list = slices.Grow(list, 2*len(text)+1)[:n+2*len(text)+1]
	before, prev := rune(0), rune(0) // 0: no word is under way
	for i := 0; i < len(text); i++ {
		r := rune(text[i])
		if r < 0x4e00 || r > 0x9fff { // else a Chinese character
			if r >= 0xd800 && r < 0xdc00 && i+1 < len(text) {
				i++
				r = utf16.DecodeRune(r, rune(text[i]))
			}
			r = Fold(r)
			if !IsWord(r) {
				r = 0
			}
		}
		if prev != 0 {
			second := r
			if r == 0 {
				second = lone
			}
			list[n] = tokenOf(prev, second)
			n++
			if r|prev|before < 0x80 && r != 0 && before != 0 {
				list[n] = tokenOf(before, three(prev, r))
				n++
			}
		}
		before, prev = prev, r
	}
	if prev != 0 {
		list[n] = tokenOf(prev, lone)
		n++
	}
	return list[:n]
}

// spread is what tokens are divided into shards by: so many bits by the first
// character, and so many by the second. All tokens of one first character stand
// in 1<<second shards.
type spread struct{ first, second int }

// spreadFor gives the spread for a number of pages.
func spreadFor(pages int) spread {
	s := spread{1, 1}
	for n := 47; n < pages && s.first < 11; n *= 2 {
		s.first++
	}
	return s
}

func (s spread) shards() int { return 1 << (s.first + s.second) }

// shard gives the number of the shard that a token stands in.
func (s spread) shard(t token) int {
	return top(t.first(), s.first)<<s.second | top(t.second(), s.second)
}

// top gives the highest bits of a character's hash, as Math.imul computes it.
func top(r rune, bits int) int {
	return int(uint32(r) * 0x9e3779b1 >> (32 - bits))
}
