package mark

import (
	"unicode"
	"unicode/utf8"
)

// cjk has the characters of East Asian Width W, F or H that are not emoji by
// default, and those of the Hangul script (Unicode 16): the CJK characters of
// the CommonMark CJK-friendly amendments.
var cjk = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x1100, 0x11ff, 1}, {0x20a9, 0x20a9, 1}, {0x2329, 0x232a, 1}, {0x2630, 0x2637, 1},
		{0x268a, 0x268f, 1}, {0x2e80, 0x2e99, 1}, {0x2e9b, 0x2ef3, 1}, {0x2f00, 0x2fd5, 1},
		{0x2ff0, 0x303e, 1}, {0x3041, 0x3096, 1}, {0x3099, 0x30ff, 1}, {0x3105, 0x312f, 1},
		{0x3131, 0x318e, 1}, {0x3190, 0x31e5, 1}, {0x31ef, 0x321e, 1}, {0x3220, 0x3247, 1},
		{0x3250, 0xa48c, 1}, {0xa490, 0xa4c6, 1}, {0xa960, 0xa97c, 1}, {0xac00, 0xd7a3, 1},
		{0xd7b0, 0xd7c6, 1}, {0xd7cb, 0xd7fb, 1}, {0xf900, 0xfaff, 1}, {0xfe10, 0xfe19, 1},
		{0xfe30, 0xfe52, 1}, {0xfe54, 0xfe66, 1}, {0xfe68, 0xfe6b, 1}, {0xff01, 0xffbe, 1},
		{0xffc2, 0xffc7, 1}, {0xffca, 0xffcf, 1}, {0xffd2, 0xffd7, 1}, {0xffda, 0xffdc, 1},
		{0xffe0, 0xffe6, 1}, {0xffe8, 0xffee, 1},
	},
	R32: []unicode.Range32{
		{0x16fe0, 0x16fe4, 1}, {0x16ff0, 0x16ff6, 1}, {0x17000, 0x18cd5, 1}, {0x18cff, 0x18d1e, 1},
		{0x18d80, 0x18df2, 1}, {0x1aff0, 0x1aff3, 1}, {0x1aff5, 0x1affb, 1}, {0x1affd, 0x1affe, 1},
		{0x1b000, 0x1b122, 1}, {0x1b132, 0x1b132, 1}, {0x1b150, 0x1b152, 1}, {0x1b155, 0x1b155, 1},
		{0x1b164, 0x1b167, 1}, {0x1b170, 0x1b2fb, 1}, {0x1d300, 0x1d356, 1}, {0x1d360, 0x1d376, 1},
		{0x1f200, 0x1f200, 1}, {0x1f202, 0x1f202, 1}, {0x1f210, 0x1f219, 1}, {0x1f21b, 0x1f22e, 1},
		{0x1f230, 0x1f231, 1}, {0x1f237, 0x1f237, 1}, {0x1f23b, 0x1f23b, 1}, {0x1f240, 0x1f248, 1},
		{0x1f260, 0x1f265, 1}, {0x20000, 0x3fffd, 1},
	},
}

func isCJK(r rune) bool {
	switch {
	case r < 0x1100:
		return false
	case 0x3250 <= r && r <= 0xa48c: // nearly all of Chinese text
		return true
	}
	return unicode.Is(cjk, r)
}

func isPunct(r rune) bool {
	return unicode.IsPunct(r) || unicode.IsSymbol(r)
}

// isHan says whether a character writes Chinese: not punctuation, not kana.
func isHan(r rune) bool {
	return 0x4e00 <= r && r <= 0x9fff || r >= 0x2e80 && unicode.Is(unicode.Han, r)
}

// isShared says whether Chinese and Western text share a punctuation character:
// it takes the side of its neighbours.
func isShared(r rune) bool {
	switch r {
	case '“', '”', '‘', '’', '—', '…', '·', '–', '‖':
		return true
	}
	return false
}

// isHidden says whether a character is one that nobody sees and that never
// reaches a page: control, formatting (zero-width, bidirectional, tags), line
// and paragraph separators.
func isHidden(r rune) bool {
	switch {
	case r < 0x20:
		return r != '\n' && r != '\t' && r != '\r'
	case r < 0x7f:
		return false
	case r < 0xa0:
		return true
	}
	return r == 0x2028 || r == 0x2029 || 0xfdd0 <= r && r <= 0xfdef || r&0xfffe == 0xfffe || unicode.Is(unicode.Cf, r)
}

// Ideographic space and what else stands for a space in front of a line.
const wideSpace = "　"

// wideSpaces counts the bytes of U+3000 and blanks that b starts with.
func wideSpaces(b []byte) int {
	i := 0
	for i < len(b) {
		switch {
		case b[i] == ' ' || b[i] == '\t':
			i++
		case len(b)-i >= 3 && string(b[i:i+3]) == wideSpace:
			i += 3
		default:
			return i
		}
	}
	return i
}

// lastRune gives the last character of b that keep accepts, looking back over
// the others; utf8.RuneError where there is none.
func lastRune(b []byte, keep func(rune) bool) rune {
	for len(b) > 0 {
		r, n := utf8.DecodeLastRune(b)
		if keep(r) {
			return r
		}
		b = b[:len(b)-n]
	}
	return utf8.RuneError
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
