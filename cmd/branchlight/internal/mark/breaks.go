package mark

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
)

// This file decides what becomes of a line end inside a paragraph.
//
// The rules are those of CSS Text 3 (segment break transformation), with two
// corrections. A line end beside a Chinese, Japanese or full-width character
// disappears; between Western ones it stays a blank, also after Western
// punctuation. Punctuation that both share (“ ” — …) takes the side of the text
// next to it. And where the next line begins an enumeration the line end stays a
// line end.

// lineBreak writes the line end after n.
func (w *worker) lineBreak(n *ast.Text) {
	next := w.following(n)
	prev := lastRune(w.text[w.leaf:], func(r rune) bool { return !isShared(r) && r != ' ' })
	first := firstRune(next)
	prevWide, nextWide := isCJK(prev), isCJK(first)
	switch kind, rest := enumerates(next); {
	case kind == enumPlain, kind == enumBullet,
		kind == enumASCII && (prevWide || isCJK(rest)):
		if kind == enumBullet {
			w.ctx.note(ruleList, n.Segment.Stop+1)
		}
		w.html = append(w.html, "<br>\n"...)
		w.text = append(w.text, '\n')
	case (prevWide || nextWide) && !unicode.Is(unicode.Hangul, prev) && !unicode.Is(unicode.Hangul, first):
	default:
		w.html = append(w.html, '\n')
		w.text = append(w.text, ' ')
	}
}

// lintLines notes a paragraph of which every line ends as a paragraph does:
// pasted from Word, where nobody leaves blank lines.
func (w *worker) lintLines(n *ast.Paragraph) {
	lines := n.Lines()
	if lines.Len() < 2 || w.kind != Paragraph {
		return
	}
	joined := -1 // the first line that the next one is glued to
	for i := range lines.Len() - 1 {
		line, next := lines.At(i), lines.At(i+1)
		value := line.Value(w.body)
		if kind, _ := enumerates(next.Value(w.body)); kind == enumPlain || kind == enumBullet {
			continue
		}
		if kind, _ := enumerates(value); !endsSentence(value) && kind != enumPlain || endsHard(value) {
			return
		}
		if joined < 0 {
			joined = line.Start
		}
	}
	if joined >= 0 {
		w.ctx.note(ruleLines, joined)
	}
}

// endsHard reports a line end that is kept: two blanks or a backslash, or <br>.
func endsHard(line []byte) bool {
	line = bytes.TrimRight(line, "\r\n")
	return bytes.HasSuffix(line, []byte("  ")) || bytes.HasSuffix(line, []byte{'\\'}) || bytes.HasSuffix(bytes.TrimRight(line, " "), []byte{'>'})
}

// following gives the source of the text that follows an inline node, up to the
// end of its line: nil where an image or nothing follows.
func (w *worker) following(n ast.Node) []byte {
	for ; n != nil && n.Type() == ast.TypeInline; n = n.Parent() {
		for s := n.NextSibling(); s != nil; s = s.NextSibling() {
			b, found := w.leading(s)
			if found {
				return b
			}
		}
	}
	return nil
}

func (w *worker) leading(n ast.Node) (b []byte, found bool) {
	switch n := n.(type) {
	case *ast.Text:
		if n.Segment.Start >= n.Segment.Stop {
			return nil, false
		}
		b, _, _ = bytes.Cut(w.body[n.Segment.Start:], []byte{'\n'})
		return b, true
	case *ast.AutoLink:
		return n.Label(w.body), true
	case *ast.Image:
		return nil, true
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if b, found := w.leading(c); found {
			return b, true
		}
	}
	return nil, false
}

// firstRune gives the first character of b that is not shared punctuation.
func firstRune(b []byte) rune {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if !isShared(r) {
			return r
		}
		b = b[n:]
	}
	return utf8.RuneError
}

const (
	enumNone   = iota
	enumPlain  // 一、 （一） 1、 ①: the way official documents count
	enumBullet // · － １．: a list, if it were typed in ASCII
	enumASCII  // 1. 1): an enumeration only in Chinese text
)

// enumerates says whether a line begins an enumeration, and gives the first
// character after its mark.
func enumerates(b []byte) (kind int, rest rune) {
	r, n := utf8.DecodeRune(b)
	after := func(i int) rune { r, _ := utf8.DecodeRune(bytes.TrimLeft(b[i:], " ")); return r }
	switch {
	case r == '（' || r == '(':
		end, han := numeral(b, n)
		if end == n {
			return enumNone, 0
		}
		c, m := utf8.DecodeRune(b[end:])
		if c == '）' || c == ')' {
			if r == '(' && c == ')' && !han {
				return enumASCII, after(end + m)
			}
			return enumPlain, after(end + m)
		}
	case 0x2460 <= r && r <= 0x249b || 0x3220 <= r && r <= 0x3229: // ① ⑴ ⒈ ㈠
		return enumPlain, after(n)
	case isBullet(r) && !bytes.HasPrefix(b[n:], b[:n]): // ＊＊ is emphasis, ★★★ a rating
		return enumBullet, after(n)
	}
	end, han := numeral(b, 0)
	if end == 0 {
		return enumNone, 0
	}
	wide := b[0] >= utf8.RuneSelf && !han // １
	switch c, m := utf8.DecodeRune(b[end:]); {
	case c == '、':
		return enumPlain, after(end + m)
	case c == '．' || c == '）':
		if wide {
			return enumBullet, after(end + m)
		}
		return enumPlain, after(end + m)
	case (c == '.' || c == ')') && (wide || !han) && (end+1 >= len(b) || !isDigit(b[end+1])):
		return enumASCII, after(end + m)
	}
	return enumNone, 0
}

// numeral gives where the number ends that begins at b[i]: one to three digits,
// or one to four Chinese numerals.
func numeral(b []byte, i int) (end int, han bool) {
	start, n := i, 0
	for i < len(b) {
		r, m := utf8.DecodeRune(b[i:])
		chinese := bytes.ContainsRune([]byte("一二三四五六七八九十百零〇"), r)
		if n > 0 && chinese != han || !chinese && !('0' <= r && r <= '9') && !('０' <= r && r <= '９') {
			break
		}
		han = chinese
		i += m
		if n++; n > 4 {
			break
		}
	}
	if n == 0 || n > 4 || n > 3 && !han {
		return start, false
	}
	return i, han
}

func isBullet(r rune) bool {
	switch r {
	case '·', '•', '●', '○', '◆', '■', '□', '▲', '△', '★', '☆', '◎', '※', '－', '＊', '➢', '✓', '√':
		return true
	}
	return false
}
