package toml

import (
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
)

// This file walks through the statements of a piece and builds its tables.

// maxFindings bounds the findings of one piece.
const maxFindings = 100

type parser struct {
	src     *diag.Source
	text    string // up to the end of the piece, so that offsets are those of the file
	doc     Document
	reached int // where the value being read could not be read any further
}

func (p *parser) report(r *diag.Rule, at int, message, hint diag.Text) {
	if p.src != nil {
		p.doc.Findings = append(p.doc.Findings, p.src.Finding(r, at, message, hint))
	}
}

func (p *parser) run(at int) {
	cur := &p.doc.Table
	for {
		if at = p.space(at); at >= len(p.text) {
			return
		}
		if len(p.doc.Findings) >= maxFindings {
			p.report(limitRule, at, diag.Textf("错误太多，从这里起没有再读", "too many mistakes: not read from here on"),
				diag.Textf("先改好上面的错误，再检查一次。", "Mend those above first, then check again."))
			return
		}
		if opensHeader(p.text[at:]) {
			cur, at = p.header(cur, at)
			continue
		}
		found := len(p.doc.Findings)
		if end, ok := p.pair(cur, at, 0); ok && p.ends(end) && !strings.ContainsRune(",]}", rune(p.at(end))) {
			at = p.lineEnd(end)
			continue
		} else if next, more := p.another(cur, end); ok && more {
			p.crowded(cur, at)
			at = next
			continue
		} else if ok {
			// The value is well, but something stands after it: take it back.
			p.undo(cur, at)
			p.reached = end
		}
		p.doc.Findings = p.doc.Findings[:found]
		at = p.mend(cur, at)
	}
}

// at gives the first byte at or after an offset that is no blank, or a line end.
func (p *parser) at(i int) byte {
	for i < len(p.text) && (p.text[i] == ' ' || p.text[i] == '\t') {
		i++
	}
	if i < len(p.text) {
		return p.text[i]
	}
	return '\n'
}

// lineEnd gives the offset of the line end at or after an offset.
func (p *parser) lineEnd(at int) int {
	if i := strings.IndexByte(p.text[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(p.text)
}

// undo takes back the entries that a statement added at or after an offset.
func (p *parser) undo(t *Table, at int) {
	for n := len(t.Entries); n > 0 && t.Entries[n-1].At >= at; n = len(t.Entries) {
		delete(t.index, t.Entries[n-1].Name)
		t.Entries = t.Entries[:n-1]
	}
}

// pair reads key = value and adds it to a table.
func (p *parser) pair(t *Table, at, depth int) (int, bool) {
	p.reached = at
	name, i, ok := p.key(at, t.schema != nil && t.schema.free)
	if !ok {
		return at, p.failed(at)
	}
	i = p.blank(i)
	if i >= len(p.text) || p.text[i] != '=' {
		return at, p.failed(i)
	}
	i = p.blank(i + 1)
	v, end, ok := p.value(i, t.sub(name), depth)
	if !ok {
		return at, false
	}
	p.add(t, name, at, v, false)
	return end, true
}

func (p *parser) blank(i int) int {
	for i < len(p.text) && (p.text[i] == ' ' || p.text[i] == '\t') {
		i++
	}
	return i
}

// sub gives the schema of the tables under a key.
func (t *Table) sub(name string) *Schema {
	if t.schema == nil || t.schema.free {
		return t.schema
	}
	if i, ok := t.schema.index[name]; ok {
		return t.schema.subs[i]
	}
	return nil
}

// maxParts bounds the parts of a dotted key.
const maxParts = 8

// key reads a bare or quoted key; with dots, one of several parts.
func (p *parser) key(at int, dots bool) (string, int, bool) {
	name, i, ok := p.keyPart(at)
	if !dots {
		return name, i, ok
	}
	for parts := 1; ok; parts++ {
		j := p.blank(i)
		if j >= len(p.text) || p.text[j] != '.' {
			break
		}
		var part string
		part, i, ok = p.keyPart(p.blank(j + 1))
		name, ok = name+"."+part, ok && parts < maxParts
	}
	return name, i, ok
}

func (p *parser) keyPart(at int) (string, int, bool) {
	i := at
	for i < len(p.text) && bare(p.text[i]) {
		i++
	}
	if i > at {
		return p.text[at:i], i, true
	}
	if i == len(p.text) || p.text[i] != '"' && p.text[i] != '\'' {
		return "", at, false
	}
	v, end, ok := p.value(i, nil, 0)
	block := strings.HasPrefix(p.text[i:end], `"""`) || strings.HasPrefix(p.text[i:end], "'''")
	if !ok || block || v.odd && strings.ContainsFunc(v.Text, func(r rune) bool { return hidden(r, 2) }) {
		return "", at, false
	}
	return v.Text, end, true
}

// bare reports a character of bare keys.
func bare(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-'
}

// add puts a value into a table, made fit for the kind that its key wants.
func (p *parser) add(t *Table, name string, at int, v Value, doubtful bool) {
	e := Entry{Key: -1, Name: name, At: at, Value: v, Doubtful: doubtful}
	s := t.schema
	if s != nil && s.free {
		if root := p.doc.schema; t.header != "" && root != nil && !root.free && root.knows(name) {
			p.late(t, &e)
			return
		}
		p.addFree(t, &e)
		return
	}
	if s != nil {
		i, ok := s.index[name]
		if !ok {
			p.unknown(t, &e)
			return
		}
		e.Key = i
		if v.Kind != None {
			p.fit(&s.Keys[i], &e)
		}
	}
	p.insert(t, e)
}

// addFree puts a text under any key; tables are flattened.
func (p *parser) addFree(t *Table, e *Entry) {
	if e.Kind == Section {
		for _, sub := range e.Table.Entries {
			sub.Name = t.prefix + e.Name + "." + sub.Name
			p.insert(t, sub)
		}
		return
	}
	if e.Kind != None {
		p.fit(&Key{Name: e.Name, Kind: Text}, e)
	}
	e.Name = t.prefix + e.Name
	p.insert(t, *e)
}

func (p *parser) insert(t *Table, e Entry) {
	i := t.find(e.Name)
	if i < 0 {
		t.append(e)
		return
	}
	first := &t.Entries[i]
	first.Doubtful = true
	line := p.line(first.At)
	p.report(duplicateRule, e.At,
		diag.Textf("“%s”写了两次：第 %d 行已经有了", "%q stands twice: line %d has it already", e.Name, line),
		diag.Textf("只留一处：留下对的，删去第 %d 行或第 %d 行。", "Keep the right one: delete line %d or line %d.", line, p.line(e.At)))
}

func (p *parser) line(at int) int {
	if p.src == nil {
		return 0
	}
	return p.src.Pos(at).Line
}
