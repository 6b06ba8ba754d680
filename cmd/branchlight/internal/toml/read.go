package toml

import (
	"strconv"
	"time"
	"unicode/utf8"

	burnt "github.com/BurntSushi/toml"

	"branchlight/cmd/branchlight/internal/day"
)

// This file reads correct values. What it refuses, mend.go explains.

// maxDepth bounds how deep values nest.
const maxDepth = 8

// value reads the value at an offset. k is the key it belongs to, nil where
// there is none; schema is the schema of tables in it.
func (p *parser) value(at int, schema *Schema, depth int) (Value, int, bool) {
	if at >= len(p.text) || depth > maxDepth {
		return Value{}, at, p.failed(at)
	}
	switch c := p.text[at]; {
	case c == '"':
		return p.basic(at)
	case c == '\'':
		return p.literal(at)
	case c == '[':
		return p.array(at, schema, depth)
	case c == '{':
		return p.inline(at, schema, depth)
	case c == 't' && p.word(at, "true"):
		return Value{Kind: Bool, Num: 1, At: at, End: at + 4}, at + 4, true
	case c == 'f' && p.word(at, "false"):
		return Value{Kind: Bool, At: at, End: at + 5}, at + 5, true
	case c == '-' || '0' <= c && c <= '9':
		if v, end, ok := p.number(at); ok {
			return v, end, true
		}
	}
	return p.scalar(at)
}

// failed notes how far reading came.
func (p *parser) failed(at int) bool {
	p.reached = max(p.reached, at)
	return false
}

// word reports that a bare word stands at an offset, with an end after it.
func (p *parser) word(at int, w string) bool {
	end := at + len(w)
	return end <= len(p.text) && p.text[at:end] == w && p.ends(end)
}

// ends reports that a scalar may end at an offset.
func (p *parser) ends(at int) bool {
	for at < len(p.text) && (p.text[at] == ' ' || p.text[at] == '\t') {
		at++
	}
	if at == len(p.text) {
		return true
	}
	switch p.text[at] {
	case ',', ']', '}', '#', '\n':
		return true
	case '\r':
		return at+1 == len(p.text) || p.text[at+1] == '\n'
	}
	return false
}

// basic reads "..." without escapes; others go to the library.
func (p *parser) basic(at int) (Value, int, bool) {
	for i := at + 1; i < len(p.text); {
		switch c := p.text[i]; {
		case c == '"':
			if i == at+1 && i+1 < len(p.text) && p.text[i+1] == '"' {
				return p.block(at, '"')
			}
			return Value{Kind: Text, Text: p.text[at+1 : i], At: at, End: i + 1}, i + 1, true
		case c == '\\':
			return p.escaped(at, i)
		case c < ' ' && c != '\t' || c == 0x7f:
			return Value{}, i, p.failed(i)
		case c < utf8.RuneSelf:
			i++
		default:
			r, n := utf8.DecodeRuneInString(p.text[i:])
			if hidden(r, n) {
				return Value{}, i, p.failed(i)
			}
			i += n
		}
	}
	return Value{}, at, p.failed(at)
}

// escaped reads "..." that has its first backslash at i.
func (p *parser) escaped(at, i int) (Value, int, bool) {
	for ; i < len(p.text) && p.text[i] != '\n'; i++ {
		switch p.text[i] {
		case '\\':
			i++
		case '"':
			return p.library(at, i+1)
		}
	}
	return Value{}, at, p.failed(at)
}

// literal reads '...'.
func (p *parser) literal(at int) (Value, int, bool) {
	for i := at + 1; i < len(p.text) && p.text[i] != '\n'; i++ {
		if p.text[i] != '\'' {
			continue
		}
		if i == at+1 && i+1 < len(p.text) && p.text[i+1] == '\'' {
			return p.block(at, '\'')
		}
		return p.library(at, i+1)
	}
	return Value{}, at, p.failed(at)
}

// block reads a multi-line string.
func (p *parser) block(at int, quote byte) (Value, int, bool) {
	for i := at + 3; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '\\' && quote == '"':
			i++
		case c == quote && i+2 < len(p.text) && p.text[i+1] == quote && p.text[i+2] == quote:
			end := i + 3
			// Up to two quotes may stand before the closing three.
			for n := 0; n < 2 && end < len(p.text) && p.text[end] == quote; n++ {
				end++
			}
			return p.library(at, end)
		}
	}
	return Value{}, at, p.failed(at)
}

// number reads decimal integers of up to 18 digits, and days.
func (p *parser) number(at int) (Value, int, bool) {
	i := at
	if p.text[i] == '-' {
		i++
	}
	start, n := i, int64(0)
	for i < len(p.text) && '0' <= p.text[i] && p.text[i] <= '9' {
		n = n*10 + int64(p.text[i]-'0')
		i++
	}
	switch digits := i - start; {
	case digits == 4 && start == at && i < len(p.text) && p.text[i] == '-':
		return p.day(at)
	case digits == 0 || digits > 18 || digits > 1 && p.text[start] == '0' || !p.ends(i):
		return Value{}, at, false
	}
	if start > at {
		n = -n
	}
	return Value{Kind: Int, Num: n, At: at, End: i}, i, true
}

func (p *parser) day(at int) (Value, int, bool) {
	end := at + len("2024-03-01")
	if end > len(p.text) || p.text[at+7] != '-' || !p.ends(end) {
		return Value{}, at, false
	}
	y, ok1 := digits(p.text[at : at+4])
	m, ok2 := digits(p.text[at+5 : at+7])
	d, ok3 := digits(p.text[at+8 : end])
	v, err := day.New(y, m, d)
	if !ok1 || !ok2 || !ok3 || err != nil {
		return Value{}, at, false
	}
	return Value{Kind: Day, Num: int64(v), At: at, End: end}, end, true
}

func digits(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// maxScalar bounds, in bytes, the scalars that are no strings.
const maxScalar = 100

// scalar finds the end of any other scalar and gives it to the library.
func (p *parser) scalar(at int) (Value, int, bool) {
	end, i := at, at
scan:
	for ; i < len(p.text) && i-at <= maxScalar; i++ {
		switch c := p.text[i]; c {
		case ',', ']', '}', '#', '\n', '\r':
			break scan
		case '"', '\'', '[', '{', '=', '\\':
			return Value{}, at, p.failed(at)
		case ' ', '\t':
		default:
			if c < ' ' || c >= 0x7f {
				return Value{}, at, p.failed(at)
			}
			end = i + 1
		}
	}
	if end == at || i-at > maxScalar {
		return Value{}, at, p.failed(at)
	}
	return p.library(at, end)
}

// library reads one scalar by BurntSushi/toml.
func (p *parser) library(at, end int) (v Value, next int, ok bool) {
	defer func() {
		// The library panics on input that its lexer let through by mistake.
		if recover() != nil {
			v, next, ok = Value{}, at, p.failed(at)
		}
	}()
	var m map[string]any
	if _, err := burnt.Decode("x = "+p.text[at:end], &m); err != nil || len(m) != 1 {
		return Value{}, at, p.failed(at)
	}
	v = Value{At: at, End: end}
	switch x := m["x"].(type) {
	case string:
		v.Kind, v.Text, v.odd = Text, x, true
	case int64:
		v.Kind, v.Num = Int, x
	case float64:
		v.Kind, v.Text = float, strconv.FormatFloat(x, 'g', -1, 64)
	case bool:
		v.Kind = Bool
		if x {
			v.Num = 1
		}
	case time.Time:
		v.Kind = instant
	default:
		return Value{}, at, p.failed(at)
	}
	return v, end, true
}

// array reads [ ... ], over several lines and with comments.
func (p *parser) array(at int, schema *Schema, depth int) (Value, int, bool) {
	v := Value{Kind: list, At: at, List: []Value{}}
	i := p.space(at + 1)
	for i < len(p.text) && p.text[i] != ']' {
		e, end, ok := p.value(i, schema, depth+1)
		if !ok {
			return Value{}, at, false
		}
		if len(v.List) == 0 {
			v.List = make([]Value, 0, 4)
		}
		v.List = append(v.List, e)
		if i = p.space(end); i < len(p.text) && p.text[i] == ',' {
			i = p.space(i + 1)
		} else if i >= len(p.text) || p.text[i] != ']' {
			return Value{}, at, p.failed(i)
		}
	}
	if i >= len(p.text) {
		return Value{}, at, p.failed(at)
	}
	v.End = i + 1
	return v, v.End, true
}

// inline reads { key = value, ... }.
func (p *parser) inline(at int, schema *Schema, depth int) (Value, int, bool) {
	t := &Table{At: at, schema: schema}
	i := p.space(at + 1)
	for i < len(p.text) && p.text[i] != '}' {
		end, ok := p.pair(t, i, depth+1)
		if !ok {
			return Value{}, at, false
		}
		if i = p.space(end); i < len(p.text) && p.text[i] == ',' {
			i = p.space(i + 1)
		} else if i >= len(p.text) || p.text[i] != '}' {
			return Value{}, at, p.failed(i)
		}
	}
	if i >= len(p.text) {
		return Value{}, at, p.failed(at)
	}
	return Value{Kind: Section, Table: t, At: at, End: i + 1}, i + 1, true
}

// space skips blanks, line ends and comments.
func (p *parser) space(i int) int {
	for ; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == ' ' || c == '\t' || c == '\n':
		case c == '\r' && i+1 < len(p.text) && p.text[i+1] == '\n':
		case c == '#':
			i = p.lineEnd(i) - 1
		default:
			return i
		}
	}
	return i
}
