package toml

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/diag"
)

// opensHeader reports a line that starts with a bracket and a name.
func opensHeader(s string) bool {
	inner := strings.TrimLeftFunc(s, opening)
	if len(inner) == len(s) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(inner, blankRune))
	return !isQuote(r)
}

// header reads [key] or [[key]], right or wrong, and gives the table that the
// following lines belong to.
func (p *parser) header(cur *Table, at int) (*Table, int) {
	end := p.lineEnd(at)
	line := p.text[at:end]
	if body, _, ok := strings.Cut(line, "#"); ok {
		line = body
	}
	line = strings.TrimFunc(line, blankRune)
	name, double, exact := headerName(line)
	root := &p.doc.Table
	s := root.schema
	if s.free && exact && !double {
		return p.freeSection(root, name, at), end
	}
	key, part, dotted := strings.Cut(name, ".")
	i, known := s.index[key]
	if known && s.Keys[i].Kind == Named {
		return p.named(i, part, exact && !double && dotted, at, end), end
	}
	i, known = s.index[name]
	if !known {
		if k := s.suggest(name); k >= 0 {
			i, known, exact = k, true, false
		}
	}
	if !known || s.Keys[i].Kind != Tables && s.Keys[i].Kind != Section && s.Keys[i].Kind != Words {
		return p.strange(cur, line, name, at), end
	}
	k := &s.Keys[i]
	right := "[" + k.Name + "]"
	if k.Kind == Tables {
		right = "[[" + k.Name + "]]"
	}
	if !exact || double != (k.Kind == Tables) {
		p.report(tableRule, at, diag.Textf("表头“%s”写得不对", "the header %q is not written right", line), writeLine(right))
	}
	return p.open(root, i, at, end), end
}

// headerName takes the name out of a header; exact says that the header is TOML.
func headerName(line string) (name string, double, exact bool) {
	inner := strings.TrimFunc(line, func(r rune) bool { return opening(r) || closing(r) || blankRune(r) })
	double = strings.HasPrefix(fold(line), "[[")
	name = strings.Trim(fold(inner), `"'“” `)
	plain := name != "" && strings.IndexFunc(name, func(r rune) bool { return r >= 0x80 || !bare(byte(r)) && r != '.' }) < 0
	l, r := "[", "]"
	if double {
		l, r = "[[", "]]"
	}
	mid, ok1 := strings.CutPrefix(line, l)
	mid, ok2 := strings.CutSuffix(mid, r)
	return name, double, plain && ok1 && ok2 && strings.Trim(mid, " \t") == name
}

// freeSection opens [name] in a Free schema.
func (p *parser) freeSection(root *Table, name string, at int) *Table {
	if i := root.find(name); i >= 0 {
		p.report(duplicateRule, at, diag.Textf("“%s”已经在第 %d 行写过", "%q stands on line %d already", name, p.line(root.Entries[i].At)), diag.Text{})
	}
	root.prefix = name + "."
	return root
}

// strange reports a header that may not stand here. The lines after it are read
// as if it were not there where the schema is flat, and else left alone.
func (p *parser) strange(cur *Table, line, name string, at int) *Table {
	s := p.doc.schema
	if s.flat {
		hint := diag.Textf("删去这一行；每项内容都直接写成“键 = 值”。", "Delete this line; write every item as key = value.")
		for _, k := range s.Keys {
			if k.Kind == Tables {
				hint = diag.Textf("删去这一行；每项内容都直接写成“键 = 值”，只有最后的 [[%s]] 例外。", "Delete this line; write every item as key = value; only [[%s]] at the end has a header.", k.Name)
			}
		}
		p.report(tableRule, at, diag.Textf("这里不能有表头“%s”", "there is no place for the header %q here", line), hint)
		return cur
	}
	hint := diag.Text{}
	if names := s.headers(); names != "" {
		hint = diag.Textf("可以写的表头有：%s。", "The headers are: %s.", names)
	}
	p.report(tableRule, at, diag.Textf("没有“%s”这个表头", "there is no header %q", line), hint)
	return &Table{At: at}
}

func (s *Schema) headers() string {
	var names []string
	for _, k := range s.Keys {
		switch k.Kind {
		case Tables:
			names = append(names, "[["+k.Name+"]]")
		case Section, Words:
			names = append(names, "["+k.Name+"]")
		case Named:
			names = append(names, "["+k.Name+".…]")
		}
	}
	return strings.Join(names, " ")
}

// open makes the table of a header.
func (p *parser) open(root *Table, key, at, end int) *Table {
	k := &root.schema.Keys[key]
	t := &Table{At: at, schema: root.schema.subs[key], header: "[" + k.Name + "]"}
	if k.Kind == Tables {
		t.header = "[[" + k.Name + "]]"
	}
	i := root.find(k.Name)
	if i >= 0 && k.Kind == Tables && opensHeader(p.text[root.Entries[i].At:]) {
		e := &root.Entries[i]
		e.List = append(e.List, Value{Kind: Section, Table: t, At: at, End: end})
		return t
	}
	e := Entry{Key: key, Name: k.Name, At: at, Value: Value{Kind: k.Kind, At: at, End: end, Table: t}}
	if k.Kind == Tables {
		e.Table, e.List = nil, []Value{{Kind: Section, Table: t, At: at, End: end}}
	}
	p.insert(root, e)
	return t
}

// blankRune reports blanks of every width, and characters that show nothing.
func blankRune(r rune) bool { return unicode.IsSpace(r) || hidden(r, 2) }

// named opens the table [key.name] of a key of kind Named.
func (p *parser) named(key int, name string, exact bool, at, end int) *Table {
	root := &p.doc.Table
	k := &root.schema.Keys[key]
	if !exact || name == "" || strings.Contains(name, ".") {
		p.report(tableRule, at, diag.Textf("表头写得不对：[%s] 后面要有一个名字", "the header is not written right: [%s] wants a name", k.Name), sample(k.Name, Named))
		return &Table{At: at}
	}
	t := &Table{At: at, schema: root.schema.subs[key], header: "[" + k.Name + "." + name + "]"}
	v := Value{Kind: Section, Text: name, Table: t, At: at, End: end}
	i := root.find(k.Name)
	if i < 0 {
		p.insert(root, Entry{Key: key, Name: k.Name, At: at, Value: Value{Kind: Named, At: at, End: end, List: []Value{v}}})
		return t
	}
	e := &root.Entries[i]
	for _, other := range e.List {
		if other.Text == name {
			p.report(duplicateRule, at, diag.Textf("“%s”写了两次：第 %d 行已经有了", "%q stands twice: line %d has it already", k.Name+"."+name, p.line(other.At)), diag.Text{})
			return t
		}
	}
	e.List = append(e.List, v)
	return t
}
