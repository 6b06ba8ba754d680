package toml

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// hidden reports characters that show nothing and do harm: control characters
// save the tab, bidirectional controls, zero-width characters, and bytes that
// are no UTF-8. n is the number of bytes that r took.
func hidden(r rune, n int) bool {
	switch {
	case r < ' ':
		return r != '\t'
	case r < 0x7f:
		return false
	case r < 0xa0, r == 0xad:
		return true
	case r == utf8.RuneError:
		return n <= 1
	case r < 0x600:
		return false
	}
	return r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2060 && r <= 0x206f ||
		r == 0xfeff || r == 0x61c || r == 0x180e || r >= 0xfff9 && r <= 0xfffb || r >= 0xe0000 && r <= 0xe0fff
}

// quotes are all characters that stand where a quote should.
const quotes = "\"'“”‘’„‟「」『』﹁﹂﹃﹄＂＇`″〝〞«»"

func isQuote(r rune) bool { return strings.ContainsRune(quotes, r) }

func opening(r rune) bool { return strings.ContainsRune("[［【〔〖", r) }
func closing(r rune) bool { return strings.ContainsRune("]］】〕〗", r) }

// comma reports what people put between the items of a list.
func comma(r rune) bool { return strings.ContainsRune(",，、;；﹐﹑", r) }

// foldRune gives the ASCII character that a wide one stands for.
func foldRune(r rune) rune {
	switch {
	case 0xff01 <= r && r <= 0xff5e:
		return r - 0xfee0
	case r == '\u3000' || r == '\u00a0' || 0x2000 <= r && r <= 0x200a || r == 0x202f:
		return ' '
	case opening(r):
		return '['
	case closing(r):
		return ']'
	case r == '、':
		return ','
	case r == '。':
		return '.'
	case strings.ContainsRune("–—‐−﹣", r):
		return '-'
	}
	return r
}

// fold makes wide characters narrow and drops hidden ones.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if hidden(r, 2) && r != '\n' {
			return -1
		}
		return foldRune(r)
	}, s)
}

// quote writes a text as a TOML string.
func quote(s string) string {
	if !strings.ContainsAny(s, "\"\\") {
		return `"` + s + `"`
	}
	if !strings.Contains(s, "'") {
		return "'" + s + "'"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// curl turns straight double quotes into pairs of Chinese ones.
func curl(s string) string {
	open := false
	return strings.Map(func(r rune) rune {
		switch {
		case r != '"' && r != '＂':
			return r
		case open:
			open = false
			return '”'
		}
		open = true
		return '“'
	}, s)
}

// clean drops hidden characters and makes every line end one blank.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r':
			return '\n'
		case hidden(r, 2):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if strings.Contains(s, "\n") {
		return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' }), " ")
	}
	return s
}

func han(r rune) bool { return unicode.Is(unicode.Han, r) }
