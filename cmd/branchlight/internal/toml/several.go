package toml

import (
	"strings"
	"unicode/utf8"
)

// This file reads lines with more than one statement: title = "..." date = ...

// another gives the offset of the statement that follows on the same line, after
// a value that ends at an offset. Only a key of the schema begins one.
func (p *parser) another(t *Table, end int) (int, bool) {
	line := p.text[end:p.lineEnd(end)]
	rest := strings.TrimLeftFunc(line, func(r rune) bool { return comma(r) || blankRune(r) })
	if len(rest) == len(line) || !startsKey(t, rest) {
		return 0, false
	}
	return end + len(line) - len(rest), true
}

// startsKey reports a key of the table's schema and an equal sign after it.
func startsKey(t *Table, s string) bool {
	if t.schema == nil || t.schema.free {
		return false
	}
	i := 0
	for i < len(s) && bare(s[i]) {
		i++
	}
	if i == 0 || !t.schema.knows(s[:i]) {
		return false
	}
	rest := strings.TrimLeftFunc(s[i:], blankRune)
	return strings.HasPrefix(rest, "=") || strings.HasPrefix(rest, "＝")
}

// crowded reports a line whose statements, the first of which stands at an
// offset, are well but for their line.
func (p *parser) crowded(t *Table, at int) {
	end, found := p.lineEnd(at), len(p.doc.Findings)
	if strings.TrimSpace(p.text[strings.LastIndexByte(p.text[:at], '\n')+1:at]) != "" {
		return // the first statement of the line has said it
	}
	scratch := &Table{schema: t.schema, header: t.header}
	var items []string
	for next := at; ; {
		stop, ok := p.pair(scratch, next, 0)
		p.doc.Findings = p.doc.Findings[:found]
		if ok {
			var more bool
			items = append(items, p.text[next:stop])
			if next, more = p.another(t, stop); more {
				continue
			}
		} else {
			items = append(items, strings.TrimRightFunc(p.text[next:end], blankRune))
		}
		break
	}
	m := &mender{p: p}
	m.crowd(at)
	f := m.faults[0]
	p.report(f.rule, f.at, f.text, writeLine(strings.Join(items, "\n        ")))
}

func (m *mender) crowd(at int) {
	m.fault(at, syntaxRule, "一行里写了几项，每一项要单独占一行", "several items stand on one line: each has a line of its own")
}

// cut shortens a faulty value at the next statement on its line.
func (m *mender) cut(t *Table, st *statement) {
	quoted := 0
	for i, r := range st.raw {
		switch {
		case r == '\n':
			return
		case isQuote(r):
			quoted++
		case quoted > 0 && quoted%2 == 0 && (comma(r) || blankRune(r)):
			n := utf8.RuneLen(r)
			if startsKey(t, st.raw[i+n:]) {
				m.crowd(st.valueAt + i + n)
				m.rest = strings.TrimRightFunc(m.p.text[st.valueAt+i+n:m.p.lineEnd(st.valueAt)], blankRune)
				st.end = st.valueAt + i + n
				st.raw = strings.TrimRightFunc(st.raw[:i], func(r rune) bool { return comma(r) || blankRune(r) })
				return
			}
		}
	}
}
