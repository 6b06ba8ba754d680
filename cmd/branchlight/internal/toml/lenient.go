package toml

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/day"
)

// This file reads values as people write them, and writes them as TOML.

// guess tells the kind of a value whose key is unknown.
func guess(raw string) Kind {
	r, _ := utf8.DecodeRuneInString(raw)
	m := &mender{}
	switch _, isBool := m.truth(raw, 0); {
	case opening(r):
		return Texts
	case isQuote(r):
		return Text
	case isBool && r > '9':
		return Bool
	}
	if _, ok := m.calendar(raw, 0); ok {
		return Day
	}
	if _, err := strconv.Atoi(fold(raw)); err == nil {
		return Int
	}
	return Text
}

// lenient writes a value of the wanted kind as TOML; raw stands at an offset.
func (m *mender) lenient(k Kind, raw string, at int) (string, bool) {
	switch k {
	case Text:
		return m.text(raw, at), true
	case Bool:
		return m.truth(raw, at)
	case Int:
		return m.integer(raw, at)
	case Day:
		return m.calendar(raw, at)
	case Texts:
		return m.texts(raw, at)
	}
	return m.marks(raw, at)
}

// text reads a text with any quotes or none.
func (m *mender) text(raw string, at int) string {
	inner := m.unquote(raw, at)
	if strings.Contains(strings.TrimSpace(inner), "\n") {
		m.fault(at, lineRule, "文字分成了几行", "the text stands on several lines")
	}
	tidy := clean(inner)
	if c := codes(strings.ReplaceAll(inner, "\u00a0", "")); c != "" {
		m.fault(at+strings.IndexFunc(raw, func(r rune) bool { return hidden(r, 2) || r == utf8.RuneError }), invisibleRule,
			"文字里有看不见的字符（%s）", "there is an invisible character in the text (%s)", c)
	}
	return quote(strings.TrimFunc(tidy, blankRune))
}

// unquote takes the quotes off a text, and says what is wrong with them.
func (m *mender) unquote(raw string, at int) string {
	first, n := utf8.DecodeRuneInString(raw)
	if three := raw[:min(3, len(raw))]; three == `"""` || three == "'''" {
		body, closed := strings.CutSuffix(raw[3:], three)
		if !closed {
			m.fault(at, quoteRule, "文字后面少了引号", "the closing quote is missing")
		}
		return body
	}
	body := strings.TrimRightFunc(raw, func(r rune) bool { return comma(r) || r == '。' || r == '.' || blankRune(r) })
	last, ln := utf8.DecodeLastRuneInString(body)
	if !isQuote(first) {
		if isQuote(last) && strings.IndexFunc(body, isQuote) == len(body)-ln {
			m.fault(at, quoteRule, "文字前面少了引号", "the opening quote is missing")
			return body[:len(body)-ln]
		}
		m.fault(at, quoteRule, "文字没有加英文双引号", "the text has no ASCII double quotes")
		return curl(raw)
	}
	if !strings.ContainsFunc(raw[n:], isQuote) {
		m.fault(at, quoteRule, "文字后面少了引号", "the closing quote is missing")
		m.wideQuote(first, at)
		return raw[n:]
	}
	if !isQuote(last) || len(body) < n+ln || !pairs(body[n:len(body)-ln]) {
		if first == '"' || first == '\'' {
			m.fault(at+strings.LastIndexFunc(raw, isQuote)+1, valueRule, "引号后面还有别的内容", "something follows the closing quote")
		} else {
			m.fault(at, quoteRule, "文字没有加英文双引号", "the text has no ASCII double quotes")
		}
		return curl(raw)
	}
	inner := body[n : len(body)-ln]
	m.wideQuote(first, at)
	m.wideQuote(last, at+len(body)-ln)
	switch {
	case strings.Contains(inner, `"`):
		m.fault(at+n+strings.Index(inner, `"`), quoteRule, "文字里面又有英文引号，里面的要用中文引号“ ”", "there are ASCII quotes inside the text: use “ ” there")
	case first == '"' && strings.Contains(inner, `\`):
		m.fault(at+n+strings.Index(inner, `\`), escapeRule, `双引号里的反斜杠 \ 有特殊含义`, `a backslash between double quotes means something special`)
	case len(body) < len(raw) && len(m.faults) == 0:
		m.fault(at+len(body), valueRule, "引号后面多了“%s”", "%q after the closing quote is too much", strings.TrimSpace(raw[len(body):]))
	}
	return curl(inner)
}

// pairs reports that the Chinese quotes in a text open before they close.
func pairs(s string) bool {
	i, j := strings.IndexAny(s, "“「『"), strings.IndexAny(s, "”」』")
	return j < 0 || 0 <= i && i < j
}

func (m *mender) wideQuote(r rune, at int) {
	if r != '"' && r != '\'' {
		m.fault(at, punctuationRule, `引号要用英文的 "`, `quotes are the ASCII "`)
	}
}

// bareValue takes the quotes off a value that should have none.
func (m *mender) bareValue(raw string, at int, zh, en string) string {
	s := strings.TrimFunc(fold(raw), func(r rune) bool { return isQuote(r) || blankRune(r) })
	if r, _ := utf8.DecodeRuneInString(raw); isQuote(r) && s != "" {
		m.fault(at, typeRule, zh+"不加引号", en+" has no quotes")
	}
	return s
}

var yes = " true yes on y t 1 是 对 真 有 √ ✓ 已同意 同意 "
var no = " false no off n f 0 否 不 假 无 没有 × 不是 不同意 "

// truth reads yes and no in many words.
func (m *mender) truth(raw string, at int) (string, bool) {
	s := strings.TrimRight(strings.ToLower(m.bareValue(raw, at, "true 和 false ", "true or false")), ".,; ")
	s, rest, _ := strings.Cut(s, " ")
	word := "true"
	switch {
	case strings.Contains(yes, " "+s+" "):
	case strings.Contains(no, " "+s+" "):
		word = "false"
	default:
		m.fault(at, valueRule, "这里只能写 true（是）或 false（否）", "this is true or false")
		return "", false
	}
	if rest != "" {
		m.fault(at+max(0, strings.IndexFunc(raw, blankRune)), valueRule, "%s 后面还有别的内容", "something follows %s", word)
	} else if len(m.faults) == 0 && raw != word {
		m.fault(at, valueRule, "“%s”要写成 %s", "%q is written %s", raw, word)
	}
	return word, true
}

// integer reads a whole number with wide or Chinese digits, quotes or a unit.
func (m *mender) integer(raw string, at int) (string, bool) {
	s := m.bareValue(raw, at, "数字", "a number")
	if strings.ContainsFunc(raw, func(r rune) bool { return '０' <= r && r <= '９' }) {
		m.fault(at, punctuationRule, "数字要用半角的", "the digits are not the ASCII ones")
	}
	i := 0
	for i < len(s) && (s[i] == '-' && i == 0 || '0' <= s[i] && s[i] <= '9' || i > 0 && (s[i] == ',' || s[i] == '_')) {
		i++
	}
	number, unit := strings.NewReplacer(",", "", "_", "").Replace(s[:i]), strings.TrimSpace(s[i:])
	if number == "" {
		if n, ok := chineseNumber(unit); ok {
			m.fault(at, valueRule, "数字要写成 %d", "the number is written %d", n)
			return strconv.Itoa(n), true
		}
		m.fault(at, valueRule, "这里要写整数", "this is a whole number")
		return "", false
	}
	if rest, ok := strings.CutPrefix(unit, "."); ok {
		if strings.Trim(rest, "0") != "" {
			m.fault(at, valueRule, "这里要写整数，不能有小数", "this is a whole number, without a fraction")
			return "", false
		}
		m.fault(at, valueRule, "这里要写整数，不带小数点", "this is a whole number, without a point")
	} else if unit != "" {
		m.fault(at, valueRule, "数字后面不写“%s”", "%q after the number is too much", unit)
	}
	n, err := strconv.ParseInt(number, 10, 32)
	if err != nil {
		m.fault(at, valueRule, "数字太大", "the number is too large")
		return "", false
	}
	if len(m.faults) == 0 && raw != number {
		m.fault(at, valueRule, "数字的写法不对", "the number is not written right")
	}
	return strconv.FormatInt(n, 10), true
}

// chineseNumber reads 零 to 九十九, with a unit after it.
func chineseNumber(s string) (int, bool) {
	digit := map[rune]int{'零': 0, '〇': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}
	n, seen := 0, false
	for _, r := range s {
		if d, ok := digit[r]; ok {
			n, seen = n+d, true
		} else if r == '十' {
			n, seen = max(n, 1)*10, true
		} else {
			break
		}
	}
	return n, seen && n < 100
}

// calendar reads a day in any of the ways it is written.
func (m *mender) calendar(raw string, at int) (string, bool) {
	s := m.unquoteDay(raw, at)
	y, rest, ok1 := leading(s, 4)
	var mo, d int
	var ok2, ok3 bool
	if len(s) == 8 && rest == "" {
		mo, rest, ok2 = leading(s[4:6], 2)
		d, _, ok3 = leading(s[6:], 2)
		y, _, ok1 = leading(s[:4], 4)
	} else {
		mo, rest, ok2 = leading(trimSeparator(rest, "年-/.,_ "), 2)
		d, rest, ok3 = leading(trimSeparator(rest, "月-/.,_ "), 2)
	}
	if !ok1 || !ok2 || !ok3 || y < 1000 {
		m.faults = nil
		m.fault(at, dateRule, "看不出是哪一天", "this is no day")
		return "", false
	}
	if _, err := day.New(y, mo, d); err != nil {
		m.faults = nil
		if mo < 1 || mo > 12 {
			m.fault(at, dateRule, "没有 %d 月", "there is no month %d", mo)
		} else {
			m.fault(at, dateRule, "%d 年 %d 月没有 %d 日，只有 %d 天", "%d-%02d has no day %d: it has %d days", y, mo, d, time.Date(y, time.Month(mo)+1, 0, 0, 0, 0, 0, time.UTC).Day())
		}
		return "", false
	}
	rest = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(rest), "日"), "号"))
	right := fmt.Sprintf("%04d-%02d-%02d", y, mo, d)
	switch {
	case rest != "" && (strings.ContainsAny(rest[:1], "TtZz+") || strings.Contains(rest, ":")):
		m.fault(at, dateRule, "日期不带时间", "a day has no time")
	case rest != "":
		m.fault(at, dateRule, "日期后面多了“%s”", "%q after the day is too much", rest)
	case len(m.faults) == 0 && raw != right:
		m.fault(at, dateRule, "日期要写成 %s 的样子", "a day is written like %s", right)
	}
	return right, true
}

func (m *mender) unquoteDay(raw string, at int) string {
	s := strings.TrimFunc(fold(raw), func(r rune) bool { return isQuote(r) || blankRune(r) })
	if r, _ := utf8.DecodeRuneInString(raw); isQuote(r) && s != "" {
		m.fault(at, dateRule, "日期不加引号", "a day has no quotes")
	}
	return s
}

// leading reads up to n digits at the start of a text.
func leading(s string, n int) (int, string, bool) {
	i := 0
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	if i == 8 && n == 4 {
		return 0, "", true // eight digits in a row: the caller cuts them
	}
	if i == 0 || i > n || n == 4 && i != 4 {
		return 0, s, false
	}
	v, err := strconv.Atoi(s[:i])
	return v, s[i:], err == nil
}

func trimSeparator(s, seps string) string {
	s = strings.TrimLeft(s, " ")
	if r, n := utf8.DecodeRuneInString(s); n > 0 && strings.ContainsRune(seps+"·", r) {
		s = s[n:]
	}
	return strings.TrimLeft(s, " ")
}
