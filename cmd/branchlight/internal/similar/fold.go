package similar

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Signs that stand for what is folded away. They are of the private use area,
// which no source text holds.
const (
	anyNumber rune = 0xE000 + iota
	anyName
)

// Names are the names that fold into one sign. It may be used by many readers.
type Names struct {
	byFirst map[rune][][]rune // folded, longest first
	first   [1 << 16 / 64]uint64
}

// NewNames makes the list. Names of a single rune are passed over.
func NewNames(names []string) *Names {
	n := &Names{byFirst: map[rune][][]rune{}}
	var f folded
	for _, name := range names {
		f.fold(name, nil)
		if len(f.runes) < 2 || f.runes[0] >= 1<<16 {
			continue
		}
		first := f.runes[0]
		n.byFirst[first] = append(n.byFirst[first], slices.Clone(f.runes))
		n.first[first/64] |= 1 << (first % 64)
	}
	for _, list := range n.byFirst {
		slices.SortFunc(list, func(a, b []rune) int {
			if len(a) != len(b) {
				return len(b) - len(a)
			}
			return slices.Compare(a, b)
		})
	}
	return n
}

// match gives the length of the longest name that runes begin with, 0 where there
// is none.
func (n *Names) match(runes []rune) int {
	first := runes[0]
	if first >= 1<<16 || n.first[first/64]&(1<<(first%64)) == 0 {
		return 0
	}
	for _, name := range n.byFirst[first] {
		if len(name) <= len(runes) && slices.Equal(name, runes[:len(name)]) {
			return len(name)
		}
	}
	return 0
}

// folded is a folded text: its runes, and where in the text each begins and ends.
type folded struct {
	runes    []rune
	from, to []int32
}

// maxRunes is how much of a text is compared, in runes of the folded text: more
// than any page has that someone reads.
const maxRunes = 100_000

// fold folds a text. Without names only the rest is folded.
func (f *folded) fold(text string, names *Names) {
	f.runes, f.from, f.to = f.runes[:0], f.from[:0], f.to[:0]
	for i := 0; i < len(text) && len(f.runes) < maxRunes; {
		r, n := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(text[i:])
		}
		c := sign(r)
		switch {
		case c == 0:
		case c == anyNumber && len(f.runes) > 0 && f.runes[len(f.runes)-1] == anyNumber && int(f.to[len(f.to)-1]) == i:
			f.to[len(f.to)-1] = int32(i + n)
		default:
			f.runes, f.from, f.to = append(f.runes, c), append(f.from, int32(i)), append(f.to, int32(i+n))
		}
		i += n
	}
	if names != nil {
		f.foldNames(names)
	}
}

// foldNames puts one sign in the place of each name.
func (f *folded) foldNames(names *Names) {
	w := 0
	for i := 0; i < len(f.runes); w++ {
		n := names.match(f.runes[i:])
		f.runes[w], f.from[w], f.to[w] = f.runes[i], f.from[i], f.to[i]
		if n > 0 {
			f.runes[w], f.to[w] = anyName, f.to[i+n-1]
			i += n
			continue
		}
		i++
	}
	f.runes, f.from, f.to = f.runes[:w], f.from[:w], f.to[:w]
}

// numerals are the Chinese ones, as they are written in running text.
const numerals = "〇零一二两三四五六七八九十百千万亿"

// sign gives what stands for a rune; 0 where nothing does.
func sign(r rune) rune {
	switch {
	case 0x4E00 <= r && r <= 0x9FFF:
		if at := uint(r - 0x4E00); numeral[at/64]&(1<<(at%64)) != 0 {
			return anyNumber
		}
		return r
	case r < utf8.RuneSelf:
		switch {
		case '0' <= r && r <= '9':
			return anyNumber
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		case 'a' <= r && r <= 'z':
			return r
		}
		return 0
	case 0xFF10 <= r && r <= 0xFF19 || r == '〇':
		return anyNumber
	case 0xFF21 <= r && r <= 0xFF3A:
		return r - 0xFF21 + 'a'
	case 0xFF41 <= r && r <= 0xFF5A:
		return r - 0xFF41 + 'a'
	case unicode.IsLetter(r):
		return unicode.ToLower(r)
	}
	return 0
}

// numeral has a bit for each Chinese numeral, by its distance from U+4E00.
var numeral = func() (bits [(0x9FFF-0x4E00)/64 + 1]uint64) {
	for _, r := range strings.TrimPrefix(numerals, "〇") {
		at := uint(r - 0x4E00)
		bits[at/64] |= 1 << (at % 64)
	}
	return bits
}()
