package check

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/mark"
)

var ruleTerm = &diag.Rule{
	ID: "term-wrong", Severity: diag.Warning, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "用语表里不用的写法，或常见的错别字。本县的用语表是一个 TOML 文件，在 site.toml 的 [check] terms 里指明；每条 [[term]] 有 wrong、right、reason、level、except，每个 [[name]] 有单位的 full、short、wrong。",
		En: "A word that the list of words does not use, or a common slip. The county's list is a TOML file that terms in [check] of site.toml names: every [[term]] has wrong, right, reason, level, except, and every [[name]] the full, short, wrong forms of an agency's name.",
	},
	Example: "局党组作了全面布署。",
}

var ruleHalf = &diag.Rule{
	ID: "punctuation-half", Severity: diag.Hint, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "汉字旁边用全角标点：，。；：？！（）“”。数字和外文之间的不算。",
		En: "Next to Chinese characters punctuation is of full width: ，。；：？！（）“”. Between figures and Latin letters it is not.",
	},
	Example: "党员大会每季度一次,支委会每月一次.",
}

var ruleDoubled = &diag.Rule{
	ID: "punctuation-doubled", Severity: diag.Warning, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "标点重复了，多半是改稿时留下的：。。 ，， 、， 之类只留一个。",
		En: "Two marks stand where one should, mostly left by changes: keep one of 。。 or ，，.",
	},
	Example: "形成了长效机制。。",
}

var rulePair = &diag.Rule{
	ID: "pair-unbalanced", Severity: diag.Warning, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "成对的标点少了一半，或者前后不是一对：《》“”（）「」【】。",
		En: "One half of a pair of marks is missing, or the halves do not belong together: 《》“”（）「」【】.",
	},
	Example: "学习《中国共产党章程",
}

var ruleOrder = &diag.Rule{
	ID: "heading-order", Severity: diag.Hint, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "小标题的序号依次用“一、”“（一）”“1.”“（1）”，同一级按顺序不跳号（GB/T 9704）。",
		En: "Headings are numbered 一、 then （一） then 1. then （1）, and in order (GB/T 9704).",
	},
	Example: "## 一、背景\n\n## 三、成效",
}

var wordingRules = []*diag.Rule{ruleTerm, ruleTermList, ruleHalf, ruleDoubled, rulePair, ruleOrder}

// mostPerRule is how many findings of one rule of wording a page gets.
const mostPerRule = 5

// wording looks at the words and marks of a page: of its text block by block, and
// of its front matter.
func wording(t *Text, n *Noted) {
	w := &words{Text: t, n: n, count: map[*diag.Rule]int{}}
	t.Matter.Texts(func(key, text string) {
		switch key {
		case "slug", "aliases", "cover", "photo", "kind", "review":
			return
		}
		w.look(text, func(int, int) (diag.Pos, bool) { return t.Matter.Pos(key), true })
	})
	for i := range t.Blocks {
		if b := &t.Blocks[i]; b.Kind != mark.Code {
			w.look(b.Text, func(at, end int) (diag.Pos, bool) { return w.place(b, at, end) })
		}
	}
	w.headings()
}

// words looks at one page.
type words struct {
	*Text
	n     *Noted
	count map[*diag.Rule]int
}

// place tells where in the file some bytes of a text stand; ok is false where
// they are code.
type place = func(at, end int) (pos diag.Pos, ok bool)

func (w *words) report(rule *diag.Rule, at, end int, where place, message, hint diag.Text) {
	w.add(rule, mostPerRule, rule.Severity, at, end, where, message, hint)
}

// add adds a finding, where there are not many of its rule.
func (w *words) add(rule *diag.Rule, most int, severity diag.Severity, at, end int, where place, message, hint diag.Text) {
	if w.count[rule] >= most {
		return
	}
	w.count[rule]++ // what stands in code counts, so that a text has an end of it
	pos, ok := where(at, end)
	if !ok {
		return
	}
	f := rule.At(pos, message, hint)
	f.Severity = severity
	f.Line = Masked(w.Quote(pos.Line))
	w.n.report(f)
}

// place finds in the file what stands at some bytes of a block's text.
func (w *words) place(b *mark.Block, at, end int) (diag.Pos, bool) {
	piece := b.Text[at:end]
	from := w.Offset(b.Pos.Line)
	rest := w.Source.Text[from:min(len(w.Source.Text), from+2*len(b.Text)+4096)]
	for n := strings.Count(b.Text[:at], piece); ; n-- {
		i := bytes.Index(rest, []byte(piece))
		if i < 0 {
			return b.Pos, true
		}
		if n == 0 {
			line := w.Source.Text[:from+i]
			line = line[bytes.LastIndexByte(line, '\n')+1:]
			return w.Pos(from + i), bytes.Count(line, []byte{'`'})%2 == 0
		}
		from += i + len(piece)
		rest = rest[i+len(piece):]
	}
}

// look looks at one text. where tells the place of some of its bytes.
func (w *words) look(text string, where place) {
	w.terms(text, where)
	w.marks(text, where)
}

func (w *words) terms(text string, where place) {
	if w.Terms == nil {
		return
	}
	for at, r := range text {
		for _, i := range w.Terms.byFirst[r] {
			if x := &w.Terms.words[i]; strings.HasPrefix(text[at:], x.wrong) && !x.excepted(text, at) {
				w.term(x, x.wrong, at, at+len(x.wrong), where)
			}
		}
	}
	for i := range w.Terms.patterns {
		x := &w.Terms.patterns[i]
		for _, m := range x.pattern.FindAllStringIndex(text, mostPerRule) {
			if m[0] < m[1] && !x.excepted(text, m[0]) {
				w.term(x, text[m[0]:m[1]], m[0], m[1], where)
			}
		}
	}
}

// excepted reports that a word stands inside one in which it is right.
func (x *term) excepted(text string, at int) bool {
	for _, e := range x.except {
		for from := max(0, at-len(e)); from <= at; {
			i := strings.Index(text[from:], e)
			if i < 0 || from+i > at {
				break
			}
			if from+i+len(e) > at {
				return true
			}
			from += i + 1
		}
	}
	return false
}

func (w *words) term(x *term, wrong string, at, end int, where place) {
	message := diag.Textf("“%s”不是规范的写法", "%q is not what to write", wrong)
	if x.reason != "" {
		message.Zh, message.En = message.Zh+"："+x.reason, message.En+": "+x.reason
	}
	hint := diag.Textf("换一个说法", "say it in other words")
	if x.right != "" {
		hint = diag.Textf("改成“%s”", "write %q", x.right)
	}
	w.add(ruleTerm, 4*mostPerRule, x.level.Severity(ruleTerm.Severity), at, end, where, message, hint)
}

var fullWidth = map[rune]rune{',': '，', ';': '；', ':': '：', '!': '！', '?': '？', '(': '（', ')': '）', '.': '。', '"': '”'}

// closers gives the other half of marks that come in pairs.
var (
	closers = map[rune]rune{'《': '》', '“': '”', '（': '）', '「': '」', '『': '』', '【': '】', '〈': '〉', '〔': '〕'}
	openers = func() map[rune]rune {
		m := map[rune]rune{}
		for o, c := range closers {
			m[c] = o
		}
		return m
	}()
)

type open struct {
	mark rune
	at   int
}

// marks looks at the punctuation of a text.
func (w *words) marks(text string, where place) {
	var before rune
	beforeAt := 0
	var stack []open
	for at, r := range text {
		next, _ := utf8.DecodeRuneInString(text[at+utf8.RuneLen(r):])
		if r < 0x80 {
			if _, ok := fullWidth[r]; ok && halfWidth(r, before, next) {
				w.half(r, beforeAt, at+1, where)
			}
		} else if r >= 0x2010 && !unicode.Is(unicode.Han, r) {
			if stop(r) && stop(before) {
				w.report(ruleDoubled, beforeAt, at+utf8.RuneLen(r), where,
					diag.Textf("标点重复：%c%c", "two marks stand together: %c%c", before, r), diag.Textf("只留一个", "keep one"))
			}
			if closers[r] != 0 {
				stack = append(stack, open{r, at})
			} else if o := openers[r]; o != 0 {
				stack = w.closed(stack, r, o, text, at, where)
			}
		}
		before, beforeAt = r, at
	}
	for _, o := range stack {
		w.report(rulePair, o.at, o.at+utf8.RuneLen(o.mark), where,
			diag.Textf("有一个 %c，没有对应的 %c", "%c has no %c", o.mark, closers[o.mark]), diag.Textf("补上另一半，或者删去这一半", "add the other half, or delete this one"))
	}
}

// closed takes a closing mark off the stack of those that are open.
func (w *words) closed(stack []open, r, opener rune, text string, at int, where place) []open {
	if n := len(stack); n > 0 && stack[n-1].mark == opener {
		return stack[:n-1]
	}
	if r == '）' && listMark(text[:at]) {
		return stack
	}
	w.report(rulePair, at, at+utf8.RuneLen(r), where,
		diag.Textf("有一个 %c，前面没有对应的 %c", "%c has no %c before it", r, opener), diag.Textf("补上另一半，或者删去这一半", "add the other half, or delete this one"))
	for i := len(stack) - 1; i >= 0; i-- {
		if stack[i].mark == opener { // those between lack their halves, and are named so
			return append(stack[:i], stack[i+1:]...)
		}
	}
	return stack
}

// listMark reports that a text ends in a number or letter which a bracket alone
// follows, as in 1）.
func listMark(text string) bool {
	trimmed := strings.TrimRightFunc(text, func(r rune) bool {
		return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || strings.ContainsRune("一二三四五六七八九十", r)
	})
	if len(trimmed) == len(text) || len(text)-len(trimmed) > 6 {
		return false
	}
	r, _ := utf8.DecodeLastRuneInString(trimmed)
	return trimmed == "" || !unicode.Is(unicode.Han, r) && !unicode.IsLetter(r)
}

// stop reports a mark after which no other follows.
func stop(r rune) bool { return strings.ContainsRune("。，、；：", r) && r != 0 }

func han(r rune) bool {
	return unicode.Is(unicode.Han, r) || strings.ContainsRune("》”）」】", r) && r != 0
}

// halfWidth reports an ASCII mark that should be of full width, by what stands
// around it.
func halfWidth(r, before, next rune) bool {
	switch r {
	case '(':
		return han(next) && (han(before) || before == 0 || before == ' ')
	case ')':
		return han(before) && (han(next) || next == utf8.RuneError || strings.ContainsRune("，。；：、", next))
	case '.':
		return unicode.Is(unicode.Han, before) && (unicode.Is(unicode.Han, next) || next == utf8.RuneError)
	case '"':
		return unicode.Is(unicode.Han, before) || unicode.Is(unicode.Han, next)
	}
	return unicode.Is(unicode.Han, before) && (next == ' ' || next == utf8.RuneError || next == '\n' || unicode.Is(unicode.Han, next) || next >= '0' && next <= '9' || next == '“' || next == '《')
}

func (w *words) half(r rune, at, end int, where place) {
	right := string(fullWidth[r])
	if r == '"' {
		right = "“”"
	}
	w.report(ruleHalf, at, end, where,
		diag.Textf("汉字旁边的标点 %c 是半角的", "the mark %c next to a Chinese character is of half width", r),
		diag.Textf("改成全角的 %s", "write %s", right))
}

// headingNumber reads the number that a heading begins with: its level, 1 for 一、
// to 4 for （1）, and the number; 0 where there is none.
func headingNumber(text string) (level, number int) {
	body, bracket := strings.CutPrefix(text, "（")
	end := strings.IndexFunc(body, func(r rune) bool { return !strings.ContainsRune("0123456789一二三四五六七八九十", r) })
	if end <= 0 {
		return 0, 0
	}
	digits, rest := body[:end], body[end:]
	arabic := digits[0] < 0x80
	number = figure(digits)
	switch {
	case number == 0 || bracket != strings.HasPrefix(rest, "）"):
		return 0, 0
	case bracket && arabic:
		return 4, number
	case bracket:
		return 2, number
	case arabic && (strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "．")) && !strings.HasPrefix(rest[1:], "0"):
		return 3, number
	case !arabic && strings.HasPrefix(rest, "、"):
		return 1, number
	}
	return 0, 0
}

// figure gives a number below a hundred, in either kind of figures; 0 where it is
// none.
func figure(s string) int {
	if s[0] < 0x80 {
		if len(s) > 2 {
			return 0
		}
		n := 0
		for _, r := range s {
			if r < '0' || r > '9' {
				return 0
			}
			n = 10*n + int(r-'0')
		}
		return n
	}
	n, unit := 0, 0
	for _, r := range s {
		if r == '十' {
			n, unit = 10*max(1, unit), 0
			continue
		}
		i := strings.IndexRune("一二三四五六七八九", r)
		if i < 0 || unit != 0 {
			return 0
		}
		unit = i/3 + 1
	}
	return n + unit
}

// headings looks at how the headings are numbered.
func (w *words) headings() {
	names := [...]string{1: "一、", 2: "（一）", 3: "1.", 4: "（1）"}
	var last [5]int
	above := 0 // level of the last number
	for i := range w.Doc.Headings {
		h := &w.Doc.Headings[i]
		here := func(int, int) (diag.Pos, bool) { return h.Pos, true }
		level, number := headingNumber(strings.TrimSpace(h.Text))
		if level == 0 {
			continue
		}
		switch {
		case above > 0 && level > above+1 && !(above == 1 && level == 3):
			w.report(ruleOrder, 0, 0, here, diag.Textf("序号跳级：“%s”下面直接用了“%s”", "the numbering leaves a level out: %[2]s right below %[1]s", names[above], names[level]),
				diag.Textf("依次用“一、”“（一）”“1.”“（1）”", "use 一、 then （一） then 1. then （1）"))
		case number != last[level]+1 && number != 1:
			w.report(ruleOrder, 0, 0, here, diag.Textf("序号不连续：前面是第 %d，这里是第 %d", "the numbers are not in order: %d, and then %d", last[level], number),
				diag.Textf("改成第 %d，或补上缺的一节", "write number %d, or add the part that is missing", last[level]+1))
		case number == 1 && last[level] > 0 && level <= above && level == 1:
			w.report(ruleOrder, 0, 0, here, diag.Textf("序号“一、”重复了", "the number 一、 stands twice"), diag.Textf("顺着前面往下编", "go on from the number before"))
		}
		last[level] = number
		for l := level + 1; l < len(last); l++ {
			last[l] = 0
		}
		above = level
	}
}
