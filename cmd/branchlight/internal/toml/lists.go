package toml

import (
	"strings"
	"unicode/utf8"
)

// texts reads a list of texts with any brackets, quotes and commas, or none.
func (m *mender) texts(raw string, at int) (string, bool) {
	body, from := m.unbracket(raw, at)
	if r, n := utf8.DecodeRuneInString(body); isQuote(r) && body == raw {
		// One quoted text in the place of a list: its own commas part the items.
		m.faults = nil
		m.wideQuote(r, at)
		m.fault(at, typeRule, "这里要写列表，放在方括号 [ ] 里", "this is a list, in brackets [ ]")
		body = strings.TrimFunc(body[n:], func(r rune) bool { return isQuote(r) || blankRune(r) })
		if !strings.ContainsFunc(body, isQuote) {
			return list1(strings.FieldsFunc(body, comma)), true
		}
		body = raw
	}
	return list1(m.items(body, from)), true
}

func list1(items []string) string {
	var out []string
	for _, s := range items {
		if s = strings.TrimFunc(clean(s), blankRune); s != "" {
			out = append(out, quote(s))
		}
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// unbracket takes the brackets off a list, and says what is wrong with them. It
// gives the offset of what is left.
func (m *mender) unbracket(raw string, at int) (string, int) {
	first, n := utf8.DecodeRuneInString(raw)
	last, ln := utf8.DecodeLastRuneInString(raw)
	switch has, ends := opening(first), closing(last); {
	case !has && !ends:
		m.fault(at, typeRule, "这里要写列表，放在方括号 [ ] 里", "this is a list, in brackets [ ]")
		return raw, at
	case !has:
		m.fault(at, bracketRule, "列表前面少了方括号 [", "the opening bracket [ is missing")
		return raw[:len(raw)-ln], at
	case !ends:
		m.wideBracket(first, at)
		if i := strings.LastIndexFunc(raw, closing); i > 0 && !strings.ContainsFunc(raw[i:], isQuote) {
			_, cn := utf8.DecodeRuneInString(raw[i:])
			if rest := strings.TrimFunc(raw[i+cn:], blankRune); !strings.HasPrefix(rest, "#") {
				m.fault(at+i+cn, valueRule, "方括号后面多了“%s”", "%q after the closing bracket is too much", rest)
			}
			return raw[n:i], at + n
		}
		m.fault(at+len(raw), bracketRule, "列表后面少了方括号 ]", "the closing bracket ] is missing")
		return raw[n:], at + n
	}
	m.wideBracket(first, at)
	m.wideBracket(last, at+len(raw)-ln)
	return raw[n : len(raw)-ln], at + n
}

func (m *mender) wideBracket(r rune, at int) {
	if r != '[' && r != ']' {
		m.fault(at, punctuationRule, "括号“%c”不是英文的", "the bracket %c is not the ASCII one", r)
	}
}

// items parts the items of a list.
func (m *mender) items(s string, at int) []string {
	var out []string
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '#' && (i == 0 || blankRune(rune(s[i-1]))):
			if n = strings.IndexByte(s[i:], '\n'); n < 0 {
				n = len(s) - i
			}
		case comma(r):
			if r != ',' {
				m.fault(at+i, punctuationRule, "列表里的“%c”要用英文逗号", "%c in a list is an ASCII comma", r)
			}
		case blankRune(r):
			m.blanks(at+i, s[i:i+n])
		default:
			var item string
			item, n = m.item(s[i:], at+i)
			out = append(out, item)
			if n += m.between(s[i+n:], at+i+n); n == 0 {
				n = 1
			}
		}
		i += n
	}
	return out
}

// between notes a missing comma before the next item.
func (m *mender) between(s string, at int) int {
	rest := strings.TrimLeftFunc(s, blankRune)
	if r, _ := utf8.DecodeRuneInString(rest); isQuote(r) {
		m.fault(at, punctuationRule, "列表的两项之间少了英文逗号", "a comma between two items of the list is missing")
	}
	return 0
}

// item reads one item and gives its length.
func (m *mender) item(s string, at int) (string, int) {
	first, n := utf8.DecodeRuneInString(s)
	if !isQuote(first) {
		m.fault(at, quoteRule, "列表里的文字没有加英文双引号", "a text in the list has no ASCII double quotes")
		i := strings.IndexFunc(s, func(r rune) bool { return comma(r) || r == '\n' || blankRune(r) })
		if i < 0 {
			i = len(s)
		}
		return strings.TrimFunc(s[:i], isQuote), i
	}
	m.wideQuote(first, at)
	for i, r := range s[n:] {
		i += n
		_, rn := utf8.DecodeRuneInString(s[i:])
		switch {
		case isQuote(r) && itemEnds(s[i+rn:]):
			m.wideQuote(r, at+i)
			inner := s[n:i]
			if strings.Contains(inner, `"`) {
				m.fault(at+n+strings.Index(inner, `"`), quoteRule, "文字里面又有英文引号，里面的要用中文引号“ ”", "there are ASCII quotes inside the text: use “ ” there")
			} else if first == '"' && strings.Contains(inner, `\`) {
				m.fault(at+n+strings.Index(inner, `\`), escapeRule, `双引号里的反斜杠 \ 有特殊含义`, `a backslash between double quotes means something special`)
			}
			if c := codes(strings.ReplaceAll(inner, "\u00a0", "")); c != "" {
				m.fault(at+n, invisibleRule, "文字里有看不见的字符（%s）", "there is an invisible character in the text (%s)", c)
			}
			return curl(inner), i + rn
		case r == '\n' || comma(r) && quoteFollows(s[i+rn:]):
			m.fault(at+i, quoteRule, "列表里有一项后面少了引号", "a closing quote in the list is missing")
			return curl(s[n:i]), i
		}
	}
	m.fault(at+len(s), quoteRule, "列表里有一项后面少了引号", "a closing quote in the list is missing")
	return curl(s[n:]), len(s)
}

// itemEnds reports that an item may end before s: a comma, a line end, a bracket,
// another opening quote after a blank, or nothing follows.
func itemEnds(s string) bool {
	rest := strings.TrimLeftFunc(s, blankRune)
	r, n := utf8.DecodeRuneInString(rest)
	return n == 0 || comma(r) || closing(r) || r == '#' || len(rest) < len(s) && isQuote(r)
}

// quoteFollows reports that an item in quotes begins after a comma: the quote is
// not itself the end of an item.
func quoteFollows(s string) bool {
	rest := strings.TrimLeftFunc(s, blankRune)
	r, n := utf8.DecodeRuneInString(rest)
	return isQuote(r) && !itemEnds(rest[n:])
}

// marks writes the punctuation of a list of tables narrow, outside of its texts,
// and closes what is left open.
func (m *mender) marks(raw string, at int) (string, bool) {
	var b strings.Builder
	var open []rune
	for i := 0; i < len(raw); {
		r, n := utf8.DecodeRuneInString(raw[i:])
		narrow := foldRune(r)
		switch {
		case isQuote(r):
			var text string
			text, n = m.mark(raw[i:], at+i)
			b.WriteString(text)
		case r == '#':
			n = max(1, strings.IndexByte(raw[i:]+"\n", '\n'))
		case blankRune(r):
			m.blanks(at+i, raw[i:i+n])
			if !strings.HasSuffix(b.String(), " ") {
				b.WriteByte(' ')
			}
		default:
			if narrow != r && narrow != ':' {
				m.fault(at+i, punctuationRule, "“%c”要用英文的“%c”", "%c is written %c", r, narrow)
			}
			switch narrow {
			case '[', '{':
				open = append(open, narrow+2) // ] and } stand two after [ and {
			case ']', '}':
				for len(open) > 0 && open[len(open)-1] != narrow {
					m.fault(at+i, bracketRule, "这里少了“%c”", "%c is missing here", open[len(open)-1])
					b.WriteRune(open[len(open)-1])
					open = open[:len(open)-1]
				}
				open = open[:max(0, len(open)-1)]
			}
			if narrow == ':' && i > 0 && bare(raw[i-1]) && (raw[i-1] < '0' || raw[i-1] > '9') {
				m.fault(at+i, punctuationRule, "键和值之间要用英文等号 =，这里是冒号“%c”", "the key is followed by an equal sign, not by a colon %q", r)
				b.WriteString(" =")
				break
			}
			b.WriteRune(narrow)
			if r == '，' || r == '、' {
				b.WriteByte(' ')
			}
		}
		i += n
	}
	for i := len(open) - 1; i >= 0; i-- {
		m.fault(at+len(raw), bracketRule, "后面少了“%c”", "the closing %c is missing", open[i])
		b.WriteRune(open[i])
	}
	return strings.TrimSpace(b.String()), len(m.faults) > 0
}

// mark copies one text of a list of tables, in ASCII quotes.
func (m *mender) mark(s string, at int) (string, int) {
	first, n := utf8.DecodeRuneInString(s)
	m.wideQuote(first, at)
	for i, r := range s[n:] {
		_, rn := utf8.DecodeRuneInString(s[n+i:])
		rest := strings.TrimLeftFunc(s[n+i+rn:], blankRune)
		if r == '\n' {
			break
		}
		if isQuote(r) && (rest == "" || strings.ContainsRune(",，、]］】}｝=＝#", firstRune(rest))) {
			m.wideQuote(r, at+n+i)
			return quote(curl(s[n : n+i])), n + i + rn
		}
	}
	end := strings.IndexAny(s, ",，}]\n")
	if end < 0 {
		end = len(s)
	}
	m.fault(at+end, quoteRule, "这里少了引号", "a closing quote is missing here")
	return quote(curl(s[min(n, end):end])), max(n, end)
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
