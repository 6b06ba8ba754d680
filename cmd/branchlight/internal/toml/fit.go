package toml

import (
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
)

// This file holds correct TOML against the kind that its key wants.

// fit makes the value of an entry one of the wanted kind, or reports it.
func (p *parser) fit(k *Key, e *Entry) {
	if p.suits(k, &e.Value) {
		p.texts(k, e)
		return
	}
	m := &mender{p: p}
	raw := p.text[e.Value.At:e.Value.End]
	fixed, ok := "", false
	switch got := e.Value.Kind; {
	case k.Kind == Text && got == list && len(e.List) == 1 && e.List[0].Kind == Text:
		fixed, ok = quote(clean(e.List[0].Text)), true
	case (k.Kind == Texts || k.Kind == list) && got == Section, k.Kind <= Day && (got == list || got == Section):
	case k.Kind == Tables && got == Section:
		fixed, ok = "["+raw+"]", true
	default:
		fixed, ok = m.lenient(k.Kind, raw, e.Value.At)
	}
	if len(m.faults) == 0 || !ok && m.faults[0].rule != dateRule {
		m.faults = nil
		m.fault(e.Value.At, typeRule, "%s 要写%s，这里写的是%s", "%s wants %s, and here is %s", k.Name, kindTexts[k.Kind], p.shown(&e.Value))
	}
	e.Doubtful = true
	v, ok := p.decode(fixed, ok, k)
	m.verdict(e.Value.At, k.Name, k.Kind, fixed, ok, "")
	v.At, v.End = e.Value.At, e.Value.End
	e.Value = v
}

// shown names what stands there inside a sentence.
func (p *parser) shown(v *Value) diag.Text {
	if v.Kind == Bool || v.Kind == Int {
		raw := p.text[v.At:v.End]
		return diag.Text{Zh: " " + raw, En: raw}
	}
	return kindTexts[v.Kind]
}

// suits reports that a value is of the wanted kind, and names the kinds of lists.
func (p *parser) suits(k *Key, v *Value) bool {
	switch {
	case v.Kind == k.Kind:
		return true
	case k.Kind == Words:
		return v.Kind == Section
	case v.Kind != list || k.Kind != Texts && k.Kind != Tables:
		return false
	}
	item := Text
	if k.Kind == Tables {
		item = Section
	}
	for i := range v.List {
		if v.List[i].Kind != item {
			return false
		}
	}
	v.Kind = k.Kind
	return true
}

// texts looks for characters that no text should have, in texts that were read
// in a way that lets them through.
func (p *parser) texts(k *Key, e *Entry) {
	if e.Value.Kind == Text && e.odd {
		p.text1(k, e, &e.Value)
	}
	if e.Value.Kind == Texts {
		for i := range e.List {
			if e.List[i].odd {
				p.text1(k, e, &e.List[i])
			}
		}
	}
}

func (p *parser) text1(k *Key, e *Entry, v *Value) {
	text := v.Text
	v.Text, v.odd = clean(strings.TrimRight(text, "\r\n")), false
	raw := p.text[v.At:v.End]
	slash := strings.IndexByte(raw, '\\') >= 0 && raw[0] == '"'
	right := quote(v.Text)
	if slash && windowsPath(raw) {
		right = quote(strings.Trim(raw, `"`))
	}
	if e.Value.Kind == Text {
		right = k.Name + " = " + right
	}
	lines := strings.Contains(strings.TrimRight(text, "\r\n"), "\n")
	switch {
	case !lines && !strings.ContainsFunc(text, func(r rune) bool { return hidden(r, 2) && r != '\n' && r != '\r' }):
	case slash && strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }) && !strings.Contains(raw, "\n"):
		e.Doubtful = true
		p.report(escapeRule, v.At, diag.Textf(`双引号里的反斜杠 \ 有特殊含义，这里变成了看不见的字符`, `the backslash between double quotes makes an invisible character here`), writeLine(right))
	case lines:
		e.Doubtful = true
		p.report(lineRule, v.At, diag.Textf("“%s”的文字分成了几行", "the text of %q stands on several lines", k.Name), writeLine(right))
	default:
		p.report(invisibleRule, v.At, diag.Textf("文字里有看不见的字符（%s）", "there is an invisible character in the text (%s)", codes(text)), retype(right))
	}
}

// windowsPath reports a string whose backslashes are those of a path.
func windowsPath(raw string) bool {
	return strings.Contains(raw, `:\`) || strings.HasPrefix(raw, `"\\`)
}

// decode reads a corrected value. Its offsets are meaningless.
func (p *parser) decode(fixed string, ok bool, k *Key) (Value, bool) {
	if !ok {
		return Value{}, false
	}
	q := &parser{text: fixed}
	var sub *Schema
	if k.Kind == Tables || k.Kind == Section {
		sub = NewSchema(k.Keys...)
	}
	v, end, ok := q.value(0, sub, 0)
	if !ok || end != len(fixed) || k.Kind != None && !q.suits(k, &v) {
		return Value{}, false
	}
	return v, true
}

// kindTexts name the kinds inside a sentence.
var kindTexts = [...]diag.Text{
	None:    {Zh: "看不懂的内容", En: "something unreadable"},
	Text:    {Zh: "带引号的文字", En: "a text in quotes"},
	Int:     {Zh: "整数", En: "a whole number"},
	Bool:    {Zh: " true 或 false", En: "true or false"},
	Day:     {Zh: "日期", En: "a day"},
	Texts:   {Zh: "文字列表", En: "a list of texts"},
	Tables:  {Zh: "表的列表", En: "a list of tables"},
	Section: {Zh: "一张表", En: "a table"},
	Words:   {Zh: "一张表", En: "a table"},
	Named:   {Zh: "一张表", En: "a table"},
	list:    {Zh: "列表", En: "a list"},
	float:   {Zh: "小数", En: "a fraction"},
	instant: {Zh: "带时间的日期", En: "a time of day"},
}

// sample writes a line as it should look, for where no correction can be told.
func sample(name string, k Kind) diag.Text {
	value := map[Kind]string{Int: "5", Day: "2024-03-01", Texts: `["甲", "乙"]`, Tables: `[{ name = "甲" }, { name = "乙" }]`}[k]
	switch k {
	case Bool:
		return diag.Textf("照这样写：%s = true（是）或 %[1]s = false（否）", "Write %s = true or %[1]s = false.", name)
	case Section, Words:
		return diag.Textf("单独写一行 [%s]，下面一行一项。", "Write [%s] on a line of its own, and one item a line below it.", name)
	case Named:
		return diag.Textf("单独写一行 [%s.名字]，名字用英文字母、数字和短横线；下面一行一项。", "Write [%s.name] on a line of its own, and one item a line below it.", name)
	case None, Text:
		value = `"文字"`
	}
	return diag.Textf("照这样写：\n        %s = %s", "Write it like this:\n        %s = %s", name, value)
}
