package toml

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/diag"
)

// This file reads statements that are no TOML: it tells what is wrong, and how
// the line is written right.

// mender gathers what is wrong with one statement.
type mender struct {
	p      *parser
	faults []fault
	rest   string // further statements on the same line
}

type fault struct {
	at   int
	rule *diag.Rule
	text diag.Text
}

// fault notes one kind of mistake, once. Arguments of type diag.Text go into
// their own language.
func (m *mender) fault(at int, rule *diag.Rule, zh, en string, args ...any) {
	ours := func(l diag.Lang) []any {
		out := make([]any, len(args))
		for i, a := range args {
			if t, ok := a.(diag.Text); ok {
				a = t.In(l)
			}
			out[i] = a
		}
		return out
	}
	f := fault{at, rule, diag.Text{Zh: zh, En: en}}
	if len(args) > 0 {
		f.text = diag.Text{Zh: fmt.Sprintf(zh, ours(diag.Zh)...), En: fmt.Sprintf(en, ours(diag.En)...)}
	}
	for _, old := range m.faults {
		if old.text == f.text {
			return
		}
	}
	m.faults = append(m.faults, f)
}

// maxFaults is how many mistakes of one statement a message names.
const maxFaults = 3

// verdict reports the faults of one statement as one finding: the gravest first.
func (m *mender) verdict(at int, name string, k Kind, fixed string, ok bool, comment string) {
	if len(m.faults) == 0 {
		m.fault(max(at, m.p.reached), syntaxRule, "从这里起看不懂", "this cannot be understood from here on")
	}
	main := 0
	for i, f := range m.faults {
		if f.rule.Severity > m.faults[main].rule.Severity {
			main = i
		}
	}
	zh, en := m.faults[main].text.Zh, m.faults[main].text.En
	for i, f := range m.faults {
		if i != main && i < maxFaults {
			zh, en = zh+"；"+f.text.Zh, en+"; "+f.text.En
		}
	}
	hint := sample(name, k)
	if ok {
		if comment != "" {
			comment = "  " + comment
		}
		if m.rest != "" {
			comment = "\n        " + m.rest
		}
		hint = writeLine(name + " = " + fixed + comment)
		if m.faults[main].rule == invisibleRule {
			hint = retype(name + " = " + fixed + comment)
		}
	}
	m.p.report(m.faults[main].rule, m.faults[main].at, diag.Text{Zh: zh, En: en}, hint)
}

// graver reports a fault that is more than a warning.
func (m *mender) graver() bool {
	for _, f := range m.faults {
		if f.rule.Severity == diag.Error {
			return true
		}
	}
	return false
}

// mend reads the faulty statement at an offset into a table, and gives the
// offset after it.
func (p *parser) mend(t *Table, at int) int {
	m := &mender{p: p}
	st := m.statement(t, at)
	if st.name == "" {
		p.doc.Unread = append(p.doc.Unread, strings.TrimSpace(p.text[at:st.end]))
		f := m.faults[0]
		p.report(f.rule, f.at, f.text, proseHint(p.text[at:st.end]))
		return st.end
	}
	m.cut(t, &st)
	k := Key{Name: st.name, Kind: None}
	if s := t.schema; s != nil && s.free {
		k.Kind = Text
	} else if s != nil {
		if i, ok := s.index[st.name]; ok {
			k = s.Keys[i]
		} else if i, ok = p.doc.schema.index[st.name]; ok && t.header != "" {
			k = p.doc.schema.Keys[i]
		}
	}
	raw, comment := st.raw, ""
	if !strings.Contains(raw, "\n") {
		raw, comment = cutComment(raw)
		comment = m.remark(comment, st.valueAt+strings.Index(st.raw, comment))
	}
	raw = strings.TrimRightFunc(raw, blankRune)
	kind := k.Kind
	if kind == None {
		kind = guess(raw)
	}
	v := Value{At: st.valueAt, End: st.valueAt + len(raw)}
	if raw == "" {
		m.fault(st.valueAt, valueRule, "“%s”后面没有内容", "nothing follows %q", st.name)
		m.verdict(at, st.written, kind, "", false, "")
	} else {
		fixed, ok := m.lenient(kind, raw, st.valueAt)
		fixedValue, ok := p.decode(fixed, ok, &k)
		if ok {
			fixedValue.relocate(v.At, v.End)
			v = fixedValue
		}
		m.verdict(at, st.written, kind, fixed, ok, comment)
	}
	found := len(p.doc.Findings)
	p.add(t, st.name, at, v, m.graver())
	// What the correction still lacks comes up when this mistake is gone; only a
	// key that stands twice is worth a second finding now.
	if n := len(p.doc.Findings); n > found && p.doc.Findings[n-1].Rule != duplicateRule.ID {
		p.doc.Findings = p.doc.Findings[:found]
	}
	return st.end
}

// remark gives a remark with its # right.
func (m *mender) remark(comment string, at int) string {
	for _, mark := range []string{"＃", "//"} {
		if rest, ok := strings.CutPrefix(comment, mark); ok {
			m.fault(at, punctuationRule, "备注前面要用英文的 #，这里是“%s”", "a remark begins with an ASCII #, not with %q", mark)
			return "# " + strings.TrimFunc(rest, blankRune)
		}
	}
	return comment
}

// relocate gives a value of a correction, and all in it, a place in the file.
func (v *Value) relocate(at, end int) {
	v.At, v.End = at, end
	for i := range v.List {
		v.List[i].relocate(at, end)
	}
	if v.Table != nil {
		v.Table.At = at
		for i := range v.Table.Entries {
			e := &v.Table.Entries[i]
			e.At = at
			e.Value.relocate(at, end)
		}
	}
}

// statement is a faulty key = value, taken apart.
type statement struct {
	name    string // the key that is meant; empty where none can be told
	written string // how the corrected line writes it
	raw     string // from the value's first character to the statement's end
	valueAt int
	end     int
}

// statement takes the statement at an offset apart.
func (m *mender) statement(t *Table, at int) statement {
	line := m.p.text[at:m.p.lineEnd(at)]
	sep, n := separator(line)
	if sep < 0 {
		return m.noSeparator(t, at, line)
	}
	st := statement{valueAt: at + sep + n}
	st.name, st.written = m.keyName(t, line[:sep], at)
	wide := line[sep : sep+n]
	if st.name == "" || wide != "=" && wide != "＝" && (t.schema == nil || !t.schema.knows(st.name)) {
		st.name, st.end = "", at+len(line)
		m.prose(at, line)
		return st
	}
	switch {
	case wide == ":" || wide == "：":
		m.fault(at+sep, punctuationRule, "键和值之间要用英文等号 =，这里是冒号“%s”", "the key is followed by an equal sign, not by a colon %q", wide)
	case wide != "=":
		m.fault(at+sep, punctuationRule, "等号“%s”是全角的", "the equal sign %q is not the ASCII one", wide)
	}
	for st.valueAt < at+len(line) && strings.IndexByte("=>", m.p.text[st.valueAt]) >= 0 {
		m.fault(st.valueAt, syntaxRule, "等号只要一个", "one equal sign is enough")
		st.valueAt++
	}
	m.take(t, &st)
	return st
}

// take finds the value of a statement from st.valueAt on, and its end.
func (m *mender) take(t *Table, st *statement) {
	rest := m.p.text[st.valueAt:m.p.lineEnd(st.valueAt)]
	trimmed := strings.TrimLeftFunc(rest, blankRune)
	m.blanks(st.valueAt, rest[:len(rest)-len(trimmed)])
	st.valueAt += len(rest) - len(trimmed)
	st.end = m.p.extent(t, st.name, st.valueAt)
	st.raw = m.p.text[st.valueAt:st.end]
	tail := strings.TrimRightFunc(st.raw, blankRune)
	m.blanks(st.valueAt+len(tail), st.raw[len(tail):])
}

// separator finds what stands between key and value: its offset and length.
func separator(line string) (int, int) {
	rest := line
	if r, n := utf8.DecodeRuneInString(line); isQuote(r) {
		if i := strings.IndexFunc(line[n:], isQuote); i >= 0 {
			rest = line[n+i:]
		}
	}
	i := strings.IndexFunc(rest, func(r rune) bool { return strings.ContainsRune("=＝:：﹦", r) })
	if i < 0 {
		return -1, 0
	}
	_, n := utf8.DecodeRuneInString(rest[i:])
	return len(line) - len(rest) + i, n
}

// keyName makes out which key is meant.
func (m *mender) keyName(t *Table, raw string, at int) (name, written string) {
	trimmed := strings.TrimFunc(raw, blankRune)
	m.blanks(at, raw)
	at += strings.Index(raw, trimmed)
	name = strings.TrimFunc(strings.TrimFunc(clean(trimmed), isQuote), blankRune)
	if name == "" || utf8.RuneCountInString(name) > 40 {
		return "", ""
	}
	s := t.schema
	free := s == nil || s.free
	if !free {
		if _, ok := s.index[name]; ok {
			if trimmed != name {
				m.quotedKey(trimmed, name, at)
			}
			return name, name
		}
		if t.header != "" && m.p.doc.schema.knows(name) {
			text := lateText(name, t.header)
			m.fault(at, orderRule, text.Zh, text.En)
			return name, name
		}
		if k := s.suggest(name); k >= 0 {
			right := s.Keys[k].Name
			if fold(name) == right {
				m.fault(at, punctuationRule, "键名“%s”是全角的", "the key %q is in full-width letters", name)
			} else {
				m.fault(at, keyRule, "键名“%s”要写成 %s", "the key %q is written %s", name, right)
			}
			return right, right
		}
		if strings.IndexFunc(name, func(r rune) bool { return !han(r) && (r >= 0x80 || !bare(byte(r))) }) >= 0 {
			return "", ""
		}
		m.fault(at, unknownRule, "没有“%s”这个键，可以写的键有：%s", "there is no key %q; the keys are: %s", name, s.names())
		return name, name
	}
	if strings.IndexFunc(name, func(r rune) bool { return r >= 0x80 || !bare(byte(r)) && r != '.' }) < 0 {
		return name, name
	}
	if q := quote(name); q != trimmed {
		m.fault(at, keyRule, "中文键名要放在英文引号里：%s", "a key that is not ASCII stands in quotes: %s", q)
	}
	return name, quote(name)
}

func (m *mender) quotedKey(trimmed, name string, at int) {
	if trimmed != `"`+name+`"` && trimmed != "'"+name+"'" && clean(trimmed) == trimmed {
		m.fault(at, keyRule, "键名 %s 不要加引号", "the key %s has no quotes", name)
	}
}

func (s *Schema) knows(name string) bool {
	_, ok := s.index[name]
	return ok || s.free
}

// noSeparator takes a line without an equal sign apart.
func (m *mender) noSeparator(t *Table, at int, line string) statement {
	word := line
	if i := strings.IndexFunc(line, func(r rune) bool { return blankRune(r) || isQuote(r) || opening(r) || r == '#' }); i >= 0 {
		word = line[:i]
	}
	st := statement{valueAt: at + len(word), end: at + len(line)}
	if t.schema != nil && !t.schema.free && word != "" {
		if name := fold(word); t.schema.knows(name) {
			st.name = name
		} else if k := t.schema.suggest(word); k >= 0 && utf8.RuneCountInString(word) <= 8 {
			st.name = t.schema.Keys[k].Name
		}
	}
	if st.name == "" {
		m.prose(at, line)
		return st
	}
	st.written = st.name
	m.fault(st.valueAt, syntaxRule, "“%s”后面少了等号 =", "the equal sign after %q is missing", word)
	m.take(t, &st)
	return st
}

// prose notes a line that names no key.
func (m *mender) prose(at int, line string) {
	m.faults = nil
	if r, _ := utf8.DecodeRuneInString(line); r == '＃' {
		m.fault(at, punctuationRule, "注释前的“＃”是全角的", "the ＃ before a remark is not the ASCII #")
		return
	}
	m.fault(at, syntaxRule, "这一行不是“键 = 值”", "this line is not key = value")
}

func proseHint(line string) diag.Text {
	if rest, ok := strings.CutPrefix(line, "＃"); ok {
		return writeLine("# " + strings.TrimFunc(rest, blankRune))
	}
	return diag.Textf("每行写成“键 = 值”，例如 title = \"标题\"；说明文字前面加 #。", "Write every line as key = value, such as title = \"标题\"; put # before remarks.")
}

// blanks notes blanks that TOML does not know.
func (m *mender) blanks(at int, s string) {
	for i, r := range s {
		switch {
		case !blankRune(r) || r == ' ' || r == '\t' || r == '\n' || r == '\r' && i == len(s)-1:
		case r == '\u3000' || r >= 0x2000 && r <= 0x200a:
			m.fault(at+i, punctuationRule, "这里的空格是全角的", "the blank here is a full-width one")
		default:
			m.fault(at+i, invisibleRule, "这里有看不见的字符（%s）", "there is an invisible character here (%s)", codes(string(r)))
		}
	}
}

// codes names the invisible characters of a text.
func codes(s string) string {
	var out []string
	for _, r := range s {
		if hidden(r, 2) && r != '\n' || r == '\u00a0' || r == utf8.RuneError {
			if c := fmt.Sprintf("U+%04X", r); len(out) < 3 && (len(out) == 0 || out[len(out)-1] != c) {
				out = append(out, c)
			}
		}
	}
	return strings.Join(out, " ")
}

func retype(line string) diag.Text {
	return diag.Textf("删去这一行，重新打一遍：\n        %s", "Delete the line and type it again:\n        %s", line)
}
