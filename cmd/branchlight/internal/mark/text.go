package mark

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"

	"branchlight/cmd/branchlight/internal/diag"
)

// special marks the bytes of Markdown text that cannot be copied to HTML as
// they are, or that may be the rest of something that was meant as Markdown.
var special = func() (t [256]bool) {
	for c := range 0x20 {
		t[c] = c != '\t' && c != '\n'
	}
	for _, c := range []byte("&<>\"\\*~[]\x7f") {
		t[c] = true
	}
	return t
}()

func hasSpecial(v []byte) bool {
	for i := 0; i < len(v); {
		if wide := wideBytes(v[i:]); wide > 0 {
			i += wide
			continue
		}
		if special[v[i]] {
			return true
		}
		i++
	}
	return false
}

// write renders Markdown text that stands at an offset of the body: escapes and
// entities are resolved, and left-over marks reported.
func (w *worker) write(v []byte, offset int) {
	plain := !w.survey.hidden && !hasSpecial(v)
	if !plain || w.survey.fullwidth {
		w.lint(v, offset)
	}
	if plain {
		w.html = append(w.html, v...)
		w.text = append(w.text, v...)
		return
	}
	from := len(w.text)
	w.text = w.decode(w.text, v, offset)
	w.html = appendEscaped(w.html, w.text[from:])
}

// writeCode renders text in which nothing but HTML's own characters is special.
func (w *worker) writeCode(v []byte) {
	from := len(w.text)
	w.text = w.visible(w.text, v)
	w.html = appendEscaped(w.html, w.text[from:])
}

// appendEscaped appends text as HTML, for elements and for attributes in double
// quotes.
func appendEscaped(b, text []byte) []byte {
	start := 0
	for i, c := range text {
		var entity string
		switch c {
		case '&':
			entity = "&amp;"
		case '<':
			entity = "&lt;"
		case '>':
			entity = "&gt;"
		case '"':
			entity = "&quot;"
		default:
			continue
		}
		b = append(b, text[start:i]...)
		b = append(b, entity...)
		start = i + 1
	}
	return append(b, text[start:]...)
}

// visible appends v without hidden characters.
func (w *worker) visible(b, v []byte) []byte {
	if !w.survey.hidden {
		return append(b, v...)
	}
	for len(v) > 0 {
		r, n := utf8.DecodeRune(v)
		if r == 0 {
			r = utf8.RuneError // as CommonMark section 2.3 wants
			b = utf8.AppendRune(b, r)
		} else if !isHidden(r) {
			b = append(b, v[:n]...)
		}
		v = v[n:]
	}
	return b
}

// decode appends the plain text of Markdown text: backslash escapes and entities
// are resolved, hidden characters left out. A hidden character that an entity
// names is reported at its place where offset is not negative.
func (w *worker) decode(b, v []byte, offset int) []byte {
	start := 0
	for i := 0; i < len(v); {
		switch c := v[i]; {
		case c == '\\' && i+1 < len(v) && util.IsPunct(v[i+1]):
			b = w.visible(b, v[start:i])
			start = i + 1
			i += 2
		case c == '&':
			resolved, n := entity(v[i:])
			if n == 0 {
				i++
				continue
			}
			b = w.visible(b, v[start:i])
			for len(resolved) > 0 {
				r, m := utf8.DecodeRune(resolved)
				if isHidden(r) {
					if offset >= 0 {
						w.find(ruleHidden, offset+i, diag.Textf("“%s”是看不见的字符", "%s is an invisible character", v[i:i+n]),
							diag.Text{Zh: "请删去", En: "remove it"})
					}
				} else {
					b = append(b, resolved[:m]...)
				}
				resolved = resolved[m:]
			}
			i += n
			start = i
		default:
			i++
		}
	}
	return w.visible(b, v[start:])
}

// entity resolves the character reference that v starts with, and gives its
// length; 0 where there is none.
func entity(v []byte) (resolved []byte, n int) {
	end := bytes.IndexByte(v[:min(len(v), 40)], ';')
	if end < 2 {
		return nil, 0
	}
	name := string(v[1:end])
	if name[0] != '#' {
		if e, ok := util.LookUpHTML5EntityByName(name); ok {
			return e.Characters, end + 1
		}
		return nil, 0
	}
	base, digits := 10, name[1:]
	if len(digits) > 0 && digits[0]|0x20 == 'x' {
		base, digits = 16, digits[1:]
	}
	if base == 10 && len(digits) > 7 || base == 16 && len(digits) > 6 {
		return nil, 0
	}
	for _, c := range []byte(digits) {
		if base == 10 && !isDigit(c) || !isHex(c) {
			return nil, 0
		}
	}
	r, err := strconv.ParseUint(digits, base, 32)
	if err != nil {
		return nil, 0
	}
	if r == 0 || r > utf8.MaxRune {
		r = utf8.RuneError
	}
	return utf8.AppendRune(nil, rune(r)), end + 1
}

// appendText appends the plain text of the inline nodes below n.
func (w *worker) appendText(b []byte, n ast.Node) []byte {
	w.enter()
	defer w.leave()
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			if c.IsRaw() {
				b = w.visible(b, bytes.TrimSuffix(w.raw(c), []byte{'\n'}))
			} else {
				b = w.decode(b, c.Segment.Value(w.body), -1)
			}
			if c.SoftLineBreak() || c.HardLineBreak() {
				b = append(b, ' ')
			}
		case *ast.AutoLink:
			b = w.visible(b, c.Label(w.body))
		case *ast.String:
			b = w.visible(b, c.Value)
		case *ast.Image:
			if n.Kind() == ast.KindImage { // the alt text of an image in an alt text
				b = w.appendText(b, c)
			}
		default:
			b = w.appendText(b, c)
		}
	}
	return b
}

// lint reports what is left in rendered text and was meant as Markdown. v stands
// at an offset of the body; what follows it there is looked at too.
func (w *worker) lint(v []byte, offset int) {
	// goldmark cuts text at brackets, so marks are looked for in the body.
	after := func(i int) []byte { return w.body[min(offset+i, len(w.body)):] }
	for i := 0; i < len(v); i++ {
		switch c := v[i]; c {
		case '\\':
			i++
		case '*', '~':
			n := 1
			for i+n < len(v) && v[i+n] == c {
				n++
			}
			if (n == 2 || n == 3) && !w.masked(offset+i, n) {
				w.find(ruleEmphasis, offset+i, diag.Textf("“%s”没有配成对，会原样显示", "%s has no partner and would be shown as it is", v[i:i+n]),
					diag.Textf("强调的写法是 %[1]s文字%[1]s：符号紧贴文字，前后各一处，中间不分段；标点不要夹在两处强调之间", "write %[1]swords%[1]s: directly before and after, without blanks, in one paragraph", v[i:i+n]))
			}
			i += n - 1
		case '[':
			if next := after(i + 1); len(next) > 0 && next[0] == '^' {
				label, _, ok := bytes.Cut(next[:min(len(next), 60)], []byte("]"))
				if ok && len(label) > 1 && !bytes.ContainsAny(label, "\n[") {
					w.find(ruleFootnoteMissing, offset+i, diag.Textf("脚注“[%s]”没有内容", "the footnote [%s] has no text", label),
						diag.Textf("在文末另起一行写 [%s]: 内容", "write [%s]: text on a line of its own", label))
				}
			}
		case ']':
			next := after(i + 1)
			if bytes.HasPrefix(next, []byte("(")) || bytes.HasPrefix(next, []byte("（")) {
				w.badLink(offset + i)
			}
		case 0xef:
			w.lintWide(v[i:], offset+i)
		}
	}
}

// masked reports that a run of n marks at an offset of the body hides part of a
// number or an address.
func (w *worker) masked(offset, n int) bool {
	return n == 3 && offset > 0 && offset+n < len(w.body) && w.body[offset] == '*' && masks(rune(w.body[offset-1]), rune(w.body[offset+n]))
}

// lintWide looks for links and emphasis in full-width characters.
func (w *worker) lintWide(v []byte, offset int) {
	switch {
	case bytes.HasPrefix(v, []byte("］（")), bytes.HasPrefix(v, []byte("］(")):
		w.badLink(offset)
	case bytes.HasPrefix(v, []byte("：//")) && bytes.HasSuffix(w.body[:offset], []byte("http")),
		bytes.HasPrefix(v, []byte("：//")) && bytes.HasSuffix(w.body[:offset], []byte("https")):
		w.find(ruleLinkSyntax, offset, diag.Text{Zh: "网址里的冒号是全角的，不成链接", En: "the colon of the address is full-width, so that it is no link"},
			diag.Text{Zh: "把“：”改成“:”", En: "use the ASCII colon"})
	case bytes.HasPrefix(v, []byte("＊＊")) && !bytes.HasSuffix(w.body[:offset], []byte("＊")) && bytes.Contains(v[6:], []byte("＊＊")):
		w.find(ruleEmphasis, offset, diag.Text{Zh: "“＊＊”是全角星号，不起强调作用", En: "full-width ＊＊ does not emphasise"},
			diag.Text{Zh: "改用半角 **", En: "use ASCII **"})
	}
}
