package toml

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// extent finds the end of a faulty value: the end of its line, or of a later one
// where brackets or quotes are left open and no other statement begins.
func (p *parser) extent(t *Table, name string, at int) int {
	if at >= len(p.text) {
		return at
	}
	first, _ := utf8.DecodeRuneInString(p.text[at:])
	switch {
	case opening(first) || first == '{' || first == '｛':
		return p.brackets(t, name, at)
	case strings.HasPrefix(p.text[at:], `"""`) || strings.HasPrefix(p.text[at:], "'''"):
		if i := strings.Index(p.text[at+3:], p.text[at:at+3]); i >= 0 {
			return p.lineEnd(at + 3 + i)
		}
	case isQuote(first):
		return p.quoted(at)
	}
	return p.lineEnd(at)
}

// brackets finds the line that closes the brackets opened at an offset.
func (p *parser) brackets(t *Table, name string, at int) int {
	var open []rune
	for i := at; i < len(p.text); {
		r, n := utf8.DecodeRuneInString(p.text[i:])
		switch {
		case r == '\n':
			if len(open) == 0 || p.begins(t, name, i+1, open[len(open)-1]) {
				return i
			}
		case r == '"' || r == '\'':
			n = p.string(i)
		case r == '#':
			n = p.lineEnd(i) - i
		case opening(r):
			open = append(open, ']')
		case r == '{' || r == '｛':
			open = append(open, '}')
		case closing(r) || r == '}' || r == '｝':
			want := foldRune(r)
			for j := len(open) - 1; j >= 0; j-- {
				if open[j] == want {
					open = open[:j]
					break
				}
			}
		}
		i += n
	}
	return len(p.text)
}

// string gives the length of the string at an offset, of the rest of the line
// where its end is missing.
func (p *parser) string(at int) int {
	line := p.text[at:p.lineEnd(at)]
	for i := 1; i < len(line); i++ {
		switch {
		case line[i] == '\\' && line[0] == '"':
			i++
		case line[i] == line[0]:
			return i + 1
		}
	}
	return max(1, len(line))
}

// begins reports that another statement begins at the start of a line, inside a
// bracket that is still open.
func (p *parser) begins(t *Table, name string, at int, open rune) bool {
	line := strings.TrimLeft(p.text[at:p.lineEnd(at)], " \t")
	if strings.HasPrefix(line, "[[") {
		i := strings.IndexFunc(line[2:], func(r rune) bool { return r >= 0x80 || !bare(byte(r)) })
		return i > 0 && line[2+i] == ']' && t.schema != nil && t.schema.knows(line[2:2+i])
	}
	i := strings.IndexFunc(line, func(r rune) bool { return !unicode.Is(unicode.Han, r) && (r >= 0x80 || !bare(byte(r))) })
	if i <= 0 || utf8.RuneCountInString(line[:i]) > 20 {
		return false
	}
	rest := strings.TrimLeftFunc(line[i:], blankRune)
	if !strings.HasPrefix(rest, "=") && !strings.HasPrefix(rest, "＝") {
		return false
	}
	if open != '}' {
		return true
	}
	// Inside a brace key = value is what should stand; so only a key that has no
	// place there is a new statement.
	sub := t.sub(name)
	return t.schema != nil && t.schema.knows(line[:i]) && (sub == nil || !sub.knows(line[:i]))
}

// maxTextLines is how many lines a text between two single quotes is followed.
const maxTextLines = 6

// quoted finds the end of a text whose opening quote stands at an offset: the end
// of the line, or of the line that has the closing quote where only texts follow.
func (p *parser) quoted(at int) int {
	end := p.lineEnd(at)
	_, n := utf8.DecodeRuneInString(p.text[at:])
	if strings.ContainsFunc(p.text[at+n:end], isQuote) {
		return end
	}
	for next, lines := end, 0; next < len(p.text) && lines < maxTextLines; lines++ {
		start := next + 1
		next = p.lineEnd(min(start, len(p.text)))
		if start >= len(p.text) {
			break
		}
		line := strings.TrimFunc(p.text[start:next], blankRune)
		if line == "" || opensHeader(line) || line[0] == '#' {
			break
		}
		if i, _ := separator(line); i >= 0 && i <= 20 {
			break
		}
		if r, _ := utf8.DecodeLastRuneInString(line); isQuote(r) {
			return next
		}
	}
	return end
}

// cutComment parts a value from the remark after it, which people begin with a
// full-width ＃ or with // too.
func cutComment(raw string) (value, comment string) {
	quotes, blank := 0, true
	for i, r := range raw {
		switch {
		case isQuote(r):
			quotes++
		case !blank || quotes%2 > 0:
		case r == '#' || r == '＃' || r == '/' && quotes > 0 && strings.HasPrefix(raw[i:], "//"):
			return strings.TrimRightFunc(raw[:i], blankRune), strings.TrimRightFunc(raw[i:], blankRune)
		}
		blank = blankRune(r)
	}
	return raw, ""
}
