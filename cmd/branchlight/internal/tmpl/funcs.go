package tmpl

import (
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
)

// function is one function of templates, as FuncDoc shows it.
type function struct {
	usage string // its name comes first
	doc   diag.Text
}

// functions are all that a template may call. The last group is Go's own; what
// of Go's is not here (call, html, js, urlquery, println, slice) is refused:
// escaping is automatic, and nothing else of them is of use in a page.
var functions = []function{
	{`t KEY [VALUE...]`, diag.Text{Zh: "文字文件里的一条文字；{0}、{1} 处依次填入各个值。KEY 以点结尾时，先接上第一个值", En: "a text of the string file; the values take the places of {0}, {1} ... A KEY that ends in a dot is completed by the first value"}},
	{`date DAY`, diag.Text{Zh: "完整日期，写法由文字 date.full 决定，如 2024年3月1日；没有日期时为空", En: "a day in full, in the form of the text date.full, such as 1 March 2024; empty for no day"}},
	{`shortDate DAY`, diag.Text{Zh: "月和日，如 03-01", En: "month and day, such as 03-01"}},
	{`iso DAY`, diag.Text{Zh: "日期的数字写法，如 2024-03-01，用于 <time datetime>", En: "a day as 2024-03-01, for <time datetime>"}},
	{`stars N`, diag.Text{Zh: "五颗星，前 N 颗是实心的：★★★★☆", En: "five stars of which N are filled: ★★★★☆"}},
	{`shared NAME VALUE`, diag.Text{Zh: "用一个值（如 .Frame）执行 partials/ 里的模板；同一个值只执行一次，各页共用", En: "executes a template of partials/ with a value such as .Frame, once for all pages that give it the same value"}},
	{`add A B`, diag.Text{Zh: "两数之和", En: "the sum"}},
	{`sub A B`, diag.Text{Zh: "两数之差", En: "the difference"}},
	{`max A B...`, diag.Text{Zh: "最大的数", En: "the greatest"}},
	{`percent PART WHOLE`, diag.Text{Zh: "百分数，0 到 100，只取整数", En: "a whole percentage, 0 to 100"}},
	{`seq FROM TO`, diag.Textf("从 FROM 到 TO 的整数，至多 %d 个", "the numbers from FROM to TO, at most %d", maxSeq)},
	{`join LIST SEPARATOR`, diag.Text{Zh: "把一列文字连成一条", En: "the texts of a list as one"}},
	{`printf FORMAT VALUE...`, diag.Textf("按格式写出各个值；宽度和精度至多 %d", "formats values; widths and precisions are at most %d", maxWidth)},
	{`print VALUE...`, diag.Text{Zh: "把各个值连成一条文字", En: "the values as one text"}},

	{`and A B...`, diag.Text{Zh: "第一个空的值；都不空时是最后一个", En: "the first empty value, or the last"}},
	{`or A B...`, diag.Text{Zh: "第一个不空的值；都空时是最后一个", En: "the first value that is not empty, or the last"}},
	{`not A`, diag.Text{Zh: "A 为空时为真", En: "true if A is empty"}},
	{`eq A B...`, diag.Text{Zh: "A 等于后面的某一个", En: "A equals one of the others"}},
	{`ne A B`, diag.Text{Zh: "不等于", En: "not equal"}},
	{`lt A B`, diag.Text{Zh: "小于", En: "less than"}},
	{`le A B`, diag.Text{Zh: "小于或等于", En: "less than or equal"}},
	{`gt A B`, diag.Text{Zh: "大于", En: "greater than"}},
	{`ge A B`, diag.Text{Zh: "大于或等于", En: "greater than or equal"}},
	{`len LIST`, diag.Text{Zh: "有多少项", En: "the number of entries"}},
	{`index LIST N`, diag.Text{Zh: "第 N 项，从 0 数起", En: "entry N, counted from 0"}},
}

func functionNames() (names []string) {
	for _, f := range functions {
		name, _, _ := strings.Cut(f.usage, " ")
		names = append(names, name)
	}
	return names
}

var functionSet = func() map[string]bool {
	set := map[string]bool{}
	for _, name := range functionNames() {
		set[name] = true
	}
	return set
}()

func known(name string) bool { return functionSet[name] }

// FuncDoc lists the functions of templates, one a line, in a language.
func FuncDoc(lang diag.Lang) string {
	var b strings.Builder
	for _, f := range functions {
		fmt.Fprintf(&b, "%-24s%s\n", f.usage, f.doc.In(lang))
	}
	return b.String()
}

// Limits of what a function gives.
const (
	maxSeq   = 1000     // numbers
	maxWidth = 100      // of a verb of printf
	maxText  = 64 << 10 // bytes of a text that is put together
)

var errText = fmt.Errorf("the text would be longer than %d KB", maxText>>10)

func bounded(s string) (string, error) {
	if len(s) > maxText {
		return "", errText
	}
	return s, nil
}

// funcs gives the functions bound to a set and its strings.
func (s *Set) funcs(words map[string]string) template.FuncMap {
	full := words["date.full"]
	months := strings.Fields(words["date.months"])
	return template.FuncMap{
		"t":         func(key string, values ...any) (string, error) { return text(words, key, values) },
		"date":      func(d day.Day) string { return longDate(d, full, months) },
		"shortDate": shortDate,
		"iso":       day.Day.String,
		"stars":     stars,
		"shared":    s.shared.html,
		"add":       func(a, b int) int { return a + b },
		"sub":       func(a, b int) int { return a - b },
		"max":       func(a int, more ...int) int { return slices.Max(append(more, a)) },
		"percent":   percent,
		"seq":       seq,
		"join":      func(list []string, sep string) (string, error) { return bounded(strings.Join(list, sep)) },
		"printf":    printf,
		"print":     func(values ...any) (string, error) { return printAll(values) },
	}
}

// text gives a text of the string file with its places filled.
func text(words map[string]string, key string, values []any) (string, error) {
	if strings.HasSuffix(key, ".") && len(values) > 0 {
		key += plain(values[0])
		values = values[1:]
	}
	s, found := words[key]
	if !found {
		return "", &missingText{key}
	}
	if len(values) == 0 {
		return s, nil
	}
	for i, v := range values {
		s = strings.ReplaceAll(s, "{"+strconv.Itoa(i)+"}", plain(v))
		if len(s) > maxText {
			return "", errText
		}
	}
	return s, nil
}

type missingText struct{ key string }

func (e *missingText) Error() string { return fmt.Sprintf("no text %q", e.key) }

var place = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{(\d)\}`) })

// places gives the number of values that a text takes.
func places(s string) int {
	n := 0
	for _, m := range place().FindAllStringSubmatch(s, -1) {
		n = max(n, int(m[1][0]-'0')+1)
	}
	return n
}

func plain(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	}
	return fmt.Sprint(v)
}

func printAll(values []any) (string, error) {
	var b strings.Builder
	for _, v := range values {
		b.WriteString(plain(v))
		if b.Len() > maxText {
			return "", errText
		}
	}
	return b.String(), nil
}

func longDate(d day.Day, form string, months []string) string {
	if d == 0 || form == "" {
		return d.String()
	}
	month := strconv.Itoa(d.Month())
	if len(months) == 12 {
		month = months[d.Month()-1]
	}
	return strings.NewReplacer("{y}", strconv.Itoa(d.Year()), "{month}", month, "{m}", strconv.Itoa(d.Month()), "{d}", strconv.Itoa(d.Date())).Replace(form)
}

func shortDate(d day.Day) string {
	if d == 0 {
		return ""
	}
	return d.String()[len("2006-"):]
}

func stars(n int) string {
	n = max(0, min(n, 5))
	return strings.Repeat("★", n) + strings.Repeat("☆", 5-n)
}

func percent(part, whole int) int {
	if whole <= 0 {
		return 0
	}
	return max(0, min(part*100/whole, 100))
}

func seq(from, to int) ([]int, error) {
	if from > to {
		return nil, nil
	}
	if to-from >= maxSeq || to-from < 0 {
		return nil, fmt.Errorf("seq gives at most %d numbers", maxSeq)
	}
	list := make([]int, 0, to-from+1)
	for n := from; n <= to; n++ {
		list = append(list, n)
	}
	return list, nil
}

var verb = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`%[-+# 0\[\]\d.*]*[a-zA-Z%]?`) })
var digits = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\d+`) })

// printf is fmt.Sprintf with a bound on widths and on the result.
func printf(format string, values ...any) (string, error) {
	for _, v := range verb().FindAllString(format, -1) {
		if strings.Contains(v, "*") {
			return "", fmt.Errorf("printf: no * in %q", v)
		}
		for _, n := range digits().FindAllString(v, -1) {
			if width, err := strconv.Atoi(n); err != nil || width > maxWidth {
				return "", fmt.Errorf("printf: a width in %q is above %d", v, maxWidth)
			}
		}
	}
	return bounded(fmt.Sprintf(format, values...))
}
