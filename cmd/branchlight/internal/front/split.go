package front

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/diag"
)

// block is where the front matter of a file stands.
type block struct {
	from, to int // its TOML
	body     int
	opaque   bool // there is no TOML
	doubt    bool // a draft key may have gone unread
	found    []diag.Finding
}

// splitter looks for the lines that enclose the front matter.
type splitter struct {
	src *diag.Source
	block
}

func (s *splitter) report(rule *diag.Rule, at int, message, hint diag.Text) {
	s.found = append(s.found, s.src.Finding(rule, at, message, hint))
}

// line gives the line at an offset without its end, and the offset of the next.
func (s *splitter) line(at int) (string, int) {
	next := s.next(at)
	line := bytes.TrimSuffix(s.src.Text[at:next], []byte{'\n'})
	return string(bytes.TrimSuffix(line, []byte{'\r'})), next
}

// next gives the offset of the line after the one at an offset.
func (s *splitter) next(at int) int {
	if i := bytes.IndexByte(s.src.Text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(s.src.Text)
}

func split(src *diag.Source) block {
	s := &splitter{src: src}
	at, first, next := 0, "", 0
	for at < len(src.Text) {
		if first, next = s.line(at); !isBlank(first) {
			break
		}
		at = next
	}
	switch word := trim(first); {
	case at >= len(src.Text):
		s.missing(0, len(src.Text))
	case isFence(first):
		s.inside(at, next, false)
	case nearFence(first):
		s.fence(at, first)
		s.inside(at, next, false)
	case glued(first) > 0 && keyLine(first[glued(first):]):
		s.unglue(at, first)
		s.inside(at, at+glued(first), false)
	case strings.HasPrefix(word, "---") && s.isYAML(word, next):
		s.foreign(at, next, "YAML", word)
	case word == "{" || strings.HasPrefix(word, `{"`) || strings.HasPrefix(word, `{ "`):
		s.json(at)
	case strings.HasPrefix(word, ";;;"):
		s.foreign(at, next, "JSON", word)
	case knownLine(first):
		s.inside(at, at, true)
	default:
		s.missing(at, 0)
	}
	return s.block
}

// inside finds the end of front matter whose TOML starts at from. bare says that
// no +++ stands before it.
func (s *splitter) inside(open, from int, bare bool) {
	s.from = from
	for at := from; at < len(s.src.Text); {
		if c := s.src.Text[at]; 'a' <= c && c <= 'z' { // a key, as on nearly every line
			at = s.next(at)
			continue
		}
		line, next := s.line(at)
		if isFence(line) || nearFence(line) {
			if bare {
				s.report(fenceRule, open, diag.Textf("设置的前面少了一行 +++", "the line of +++ before the front matter is missing"),
					diag.Textf("在这一行的上面加一行 +++。", "Add a line of +++ above this line."))
			}
			if !isFence(line) {
				s.fence(at, line)
			}
			s.to, s.body = at, next
			return
		}
		if glued(line) > 0 && !bare && at > from {
			s.unglue(at, line)
			s.to, s.body = at, next
			return
		}
		at = next
	}
	s.unclosed(open, from, bare)
}

// unclosed guesses where front matter without an end stops.
func (s *splitter) unclosed(open, from int, bare bool) {
	depth, end := 0, from
	for at := from; at < len(s.src.Text); {
		line, next := s.line(at)
		word := trim(line)
		if strings.HasPrefix(word, "---") && strings.Trim(word, "-—") == "" {
			s.fence(at, line)
			s.to, s.body = at, next
			return
		}
		switch {
		case word == "" || word[0] == '#' && !strings.HasPrefix(word, "##"):
		case depth > 0 || keyLine(line) || strings.HasPrefix(word, "[["):
			depth += strings.Count(line, "[") - strings.Count(line, "]")
			end = next
		default:
			at = len(s.src.Text)
			continue
		}
		at = next
	}
	s.to, s.body, s.doubt = end, end, true
	if bare {
		s.report(openRule, open, diag.Textf("设置的前后都少了一行 +++", "the lines of +++ before and after the front matter are missing"),
			diag.Textf("在第 %d 行的上面和第 %d 行的下面各加一行 +++。", "Add a line of +++ above line %d, and one below line %d.", s.src.Pos(open).Line, s.last(from, end)))
		return
	}
	s.report(openRule, open, diag.Textf("从这里开始的设置没有结束的 +++", "the front matter that begins here has no +++ at its end"),
		diag.Textf("在第 %d 行的下面加一行 +++，正文从它下面开始。", "Add a line of +++ below line %d; the text of the page begins under it.", s.last(from, end)))
}

// last gives the number of the last line before an offset that is not blank.
func (s *splitter) last(from, end int) int {
	trimmed := bytes.TrimRightFunc(s.src.Text[:end], unicode.IsSpace)
	return s.src.Pos(max(from-1, len(trimmed)-1)).Line
}

// fence reports a line that should be +++.
func (s *splitter) fence(at int, line string) {
	s.report(fenceRule, at, diag.Textf("分隔行“%s”要写成 +++", "the line %q is written +++", short(trim(line))), change("+++"))
}

// unglue reports a fence that something follows on the same line.
func (s *splitter) unglue(at int, line string) {
	s.report(fenceRule, at, diag.Textf("+++ 要单独占一行，后面不能有别的内容", "+++ stands on a line of its own, with nothing after it"),
		change("+++\n        "+short(trim(line[glued(line):]))))
}

// missing reports that there is no front matter. A heading at the top serves as
// the title of the example.
func (s *splitter) missing(at, body int) {
	s.opaque, s.body = true, body
	first, _ := s.line(at)
	title := strings.TrimLeft(trim(first), "#＃ ")
	if title == trim(first) || title == "" || strings.ContainsAny(title, "\"\\\t") || utf8.RuneCountInString(title) > maxTitle {
		title = "【请填写：标题】"
	}
	s.report(missingRule, at, diag.Textf("文件开头没有设置（标题、日期等）", "the file has no front matter (title, date and so on)"),
		diag.Textf("在文件最上面加上（标题、日期、类型换成自己的）：%s", "Put this at the top of the file, with your own title, date and kind:%s", strings.Replace(template, "标题", title, 1)))
}

const template = `
        +++
        title = "标题"
        date = 2024-03-01
        kind = "practice"
        +++`

// trim takes blanks of all widths, and invisible characters, off a line.
func trim(line string) string {
	return strings.TrimFunc(line, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
}

func isBlank(line string) bool { return trim(line) == "" }

// isFence reports a line of +++, with ASCII blanks around it or a BOM before it.
func isFence(line string) bool {
	return strings.Trim(strings.TrimPrefix(line, "\ufeff"), " \t") == "+++"
}

// nearFence reports a line that was meant to be one.
func nearFence(line string) bool {
	word := trim(line)
	if word == "" || len(word) > 40 {
		return false
	}
	plus := 0
	rest := strings.TrimLeftFunc(word, func(r rune) bool {
		if r == '+' || r == '＋' {
			plus++
		}
		return r == '+' || r == '＋' || unicode.IsSpace(r)
	})
	return plus >= 2 && (rest == "" || strings.EqualFold(rest, "toml"))
}

// glued gives the length of the three or so plus signs that a line begins with
// before other text; 0 where it does not.
func glued(line string) int {
	rest, plus := line, 0
	for {
		switch {
		case strings.HasPrefix(rest, "+"):
			rest = rest[1:]
		case strings.HasPrefix(rest, "＋"):
			rest = rest[len("＋"):]
		case plus < 3 || trim(rest) == "":
			return 0
		default:
			return len(line) - len(rest)
		}
		plus++
	}
}

// keyLine reports a line that looks like key = value.
func keyLine(line string) bool {
	name, _, ok := cutKey(line, "=＝")
	return ok && name != ""
}

// knownLine reports a line that sets a key of front matter.
func knownLine(line string) bool {
	name, _, ok := cutKey(line, "=＝:：")
	if !ok {
		return false
	}
	_, known := schema.Resolve(name)
	return known
}

// cutKey parts a line at the first of the separators, if a name stands before it.
func cutKey(line, separators string) (name, rest string, ok bool) {
	i := strings.IndexAny(line, separators)
	if i < 0 {
		return "", "", false
	}
	name = strings.Trim(trim(line[:i]), `"'“”`)
	_, n := utf8.DecodeRuneInString(line[i:])
	ok = name != "" && utf8.RuneCountInString(name) <= 20 && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return name, line[i+n:], ok
}

// short bounds a text inside a message.
func short(s string) string {
	if r := []rune(s); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return s
}
