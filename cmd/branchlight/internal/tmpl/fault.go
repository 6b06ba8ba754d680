package tmpl

import (
	"bytes"
	"errors"
	"html/template"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/template/parse"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/route"
)

// filtered is what html/template puts in the place of an unsafe value.
var filtered = []byte("ZgotmplZ")

// didYouMean is a hint that names the nearest of some names, or else the other
// hint.
func didYouMean(name string, names []string, otherwise diag.Text) diag.Text {
	if near, ok := route.Nearest(name, names); ok {
		return diag.Textf("是不是 %q？", "did you mean %q?", near)
	}
	return otherwise
}

// An error of text/template/parse, which gives a line and no column.
var parseError = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?s)^template: .*?:(\d+): (.*)$`) })

// What parse errors quote from the text, in the order of trust.
var quoted = sync.OnceValue(func() []*regexp.Regexp {
	return []*regexp.Regexp{
		regexp.MustCompile(`U\+[0-9A-F]+ '(.+?)'`),
		regexp.MustCompile(`unexpected \{\{(\w+)\}\}`),
		regexp.MustCompile(`"((?:[^"\\]|\\.)+)"`),
		regexp.MustCompile(`<(.+?)>`),
	}
})

// syntaxFault places an error of the parser.
func syntaxFault(src *diag.Source, err error) diag.Finding {
	what, line := err.Error(), 1
	if m := parseError().FindStringSubmatch(what); m != nil {
		line, _ = strconv.Atoi(m[1])
		what = m[2]
	}
	zh, hint := explain(what)
	message := diag.Text{Zh: "模板写法有误：" + zh, En: "the template is not well formed: " + what}
	if what == "unexpected EOF" {
		if at, word := unclosed(src.Text); at >= 0 {
			return src.Finding(syntaxRule, at,
				diag.Textf("这里的 %s 没有对应的 {{end}}", "this %s has no {{end}}", word),
				diag.Textf("在它管的内容后面加上 {{end}}", "add {{end}} after what belongs to it"))
		}
	}
	// An error at the end of the file may be said to be after its last line.
	for line > 1 && src.Line(line) == "" {
		line--
	}
	text := src.Line(line)
	at := max(0, strings.Index(text, "{{"))
	for _, rx := range quoted() {
		m := rx.FindStringSubmatch(what)
		if m == nil {
			continue
		}
		token := m[1]
		if s, err := strconv.Unquote(`"` + token + `"`); err == nil {
			token = s
		}
		if i := strings.Index(text[at:], token); i >= 0 {
			at += i
			break
		}
	}
	return src.Finding(syntaxRule, src.Offset(line)+at, message, hint)
}

var keyword = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{\{-?\s*(if|range|with|define|block|end)\b`) })

// unclosed gives the place of the innermost block that has no {{end}}, or -1.
func unclosed(text []byte) (at int, word string) {
	var open [][]int
	text = comment().ReplaceAllFunc(text, func(c []byte) []byte { return bytes.Repeat([]byte{' '}, len(c)) })
	for _, m := range keyword().FindAllSubmatchIndex(text, -1) {
		if string(text[m[2]:m[3]]) != "end" {
			open = append(open, m)
		} else if len(open) > 0 {
			open = open[:len(open)-1]
		}
	}
	if len(open) == 0 {
		return -1, ""
	}
	m := open[len(open)-1]
	return m[0], string(text[m[2]:m[3]])
}

// explain says in Chinese what the parser complains of, and how to mend it.
func explain(what string) (zh string, hint diag.Text) {
	hint = diag.Textf("对照主题里同名的模板", "compare it with the theme's template of the same name")
	for _, e := range explanations {
		if strings.Contains(what, e.part) {
			if e.hint != (diag.Text{}) {
				hint = e.hint
			}
			return e.zh, hint
		}
	}
	return what, hint
}

var explanations = []struct {
	part string
	zh   string
	hint diag.Text
}{
	{"U+007D", "{{ 只用一个 } 结束", diag.Text{Zh: "写成 }}", En: "write }}"}},
	{"bad character", "{{ }} 里有不该有的字符", diag.Text{Zh: "{{ }} 里的标点要用英文半角，引号用 \" 而不用 “ ”", En: "write ASCII punctuation inside {{ }}, and straight quotes"}},
	{"unrecognized character", "{{ }} 里有不该有的字符", diag.Text{Zh: "{{ }} 里的标点要用英文半角，引号用 \" 而不用 “ ”", En: "write ASCII punctuation inside {{ }}, and straight quotes"}},
	{"unexpected {{end}}", "多了一个 {{end}}", diag.Text{Zh: "去掉它，或者补上它前面的 if、range、with", En: "take it out, or add the if, range or with that it ends"}},
	{"unexpected {{else}}", "{{else}} 不在 if、range、with 里面", diag.Text{}},
	{"unclosed action", "{{ 没有对应的 }}", diag.Text{Zh: "在同一行补上 }}", En: "add }} on the same line"}},
	{"unclosed comment", "注释没有结束", diag.Text{Zh: "注释写作 {{/* …… */}}", En: "a comment is {{/* ... */}}"}},
	{"comment ends before closing delimiter", "注释的 */ 与 }} 之间有别的东西", diag.Text{Zh: "注释写作 {{/* …… */}}", En: "a comment is {{/* ... */}}"}},
	{"unterminated", "引号没有成对", diag.Text{Zh: "在同一行补上右引号", En: "close the quote on the same line"}},
	{"undefined variable", "用到了没有定义的变量", diag.Text{Zh: "先用 {{$名字 := ……}} 定义，变量只在定义它的那一段里有效", En: "define it first by {{$name := ...}}; it is known only in its own block"}},
	{"missing value for", "缺少条件或者值", diag.Text{Zh: "例如 {{if .Summary}}、{{range .Cards}}", En: "such as {{if .Summary}} or {{range .Cards}}"}},
	{"multiple definition", "同一个名字定义了两次", diag.Text{}},
	{"unexpected EOF", "文件没有写完", diag.Text{}},
	{"in operand", "值的写法不对", diag.Text{Zh: "值写作 .Title、$x、\"文字\" 或数字", En: "a value is .Title, $x, \"text\" or a number"}},
	{"unexpected", "{{ }} 里有放错了地方的东西", diag.Text{}},
}

// contextFault places an error that html/template found in the HTML of a
// template. Its place may be in another file than the page's.
func (s *Set) contextFault(page *diag.Source, e *template.Error) diag.Finding {
	src, offset := page, 0
	if e.Node != nil {
		location, _ := (*parse.Tree)(nil).ErrorContext(e.Node)
		if m := location3().FindStringSubmatch(location); m != nil && s.files[m[1]] != nil {
			src = s.files[m[1]]
			offset = int(e.Node.Position())
		}
	}
	what, _, _ := strings.Cut(e.Description, ": {state") // the rest is for html/template's own debugging
	zh, found := contexts[e.ErrorCode]
	if !found {
		zh = what
	}
	return src.Finding(contextRule, offset,
		diag.Text{Zh: "无法替这里的值转义：" + zh, En: "values cannot be escaped here: " + what},
		diag.Textf("检查引号和标签是否成对，if 的各个分支是否停在同样的位置", "see that quotes and tags are closed, and that all branches of an if end alike"))
}

var contexts = map[template.ErrorCode]string{
	template.ErrAmbigContext:      "网址里的值，分不清是路径还是参数",
	template.ErrBadHTML:           "HTML 写得不完整",
	template.ErrBranchEnd:         "if、with 或 range 的各个分支没有停在同样的位置",
	template.ErrEndContext:        "模板结束时，标签、引号或脚本还没有结束",
	template.ErrPartialCharset:    "脚本或样式的字符集写法没有完",
	template.ErrPartialEscape:     "反斜线后面缺了字符",
	template.ErrRangeLoopReentry:  "range 循环一圈后，没有回到同样的位置",
	template.ErrSlashAmbig:        "脚本里的 / 分不清是除号还是正则",
	template.ErrOutputContext:     "模板结束在什么位置，要看它自己，判断不了",
	template.ErrPredefinedEscaper: "不能自己转义，程序会自动转义",
}

var (
	location3 = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(.*):(\d+):(\d+)$`) })
	execError = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?s)^template: (.*?):(\d+):(\d+): executing (?:".*?") at <(.*?)>: (.*)$`)
	})
	noField  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^can't evaluate field (\S+) in type (\S+)$`) })
	calling  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^error calling \w+: `) })
	nilField = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^nil pointer evaluating (\S+)\.(\w+)$`) })
)

// fault makes a finding of what went wrong when a page was made.
func (s *Set) fault(err error, name, page string, view any) diag.Finding {
	src, offset, expr, what := s.placed(err)
	if src == nil {
		src = s.files[s.path(name)]
		expr, what = "", err.Error()
	}
	if src == nil {
		src = diag.NewSource(s.path(name), nil)
	}
	switch {
	case errors.Is(err, errOutput), errors.Is(err, errSteps):
		return src.Finding(limitRule, offset,
			diag.Textf("生成页面 %s 时超过了上限：内容太大，或者循环不停", "the page %s passes the limits: it is too large, or a loop does not end", page),
			diag.Textf("检查模板里的 range", "look at the template's loops"))
	}
	if missing := (*missingText)(nil); errors.As(err, &missing) {
		return src.Finding(stringRule, offset,
			diag.Textf("生成页面 %s 时，文字文件里没有 %q", "making the page %s: the string file has no %q", page, missing.key),
			diag.Textf("在主题的 strings/ 里补上这一条", "add it to the theme's strings/"))
	}
	if m := noField().FindStringSubmatch(what); m != nil {
		return src.Finding(fieldRule, offset+max(0, strings.LastIndex(expr, "."+m[1])),
			diag.Textf("生成页面 %s 时，%s 没有字段 .%s", "making the page %s: %s has no field .%s", page, m[2][strings.LastIndexAny(m[2], ".*")+1:], m[1]),
			fieldHint(view, m[2], m[1]))
	}
	if m := nilField().FindStringSubmatch(what); m != nil {
		return src.Finding(runRule, offset,
			diag.Textf("生成页面 %s 时，%s 是空的，取不到 .%s", "making the page %s: %s is empty and has no .%s", page, expr, m[2]),
			diag.Textf("先用 {{with}} 判断，例如 {{with .Practice}}{{.Brand}}{{end}}", "ask by {{with}} first, as in {{with .Practice}}{{.Brand}}{{end}}"))
	}
	return src.Finding(runRule, offset,
		diag.Textf("生成页面 %s 时，%s 出错：%s", "making the page %s: %s failed: %s", page, expr, calling().ReplaceAllString(what, "")),
		diag.Textf("字段和函数的用法见 branchlight help templates", "branchlight help templates explains fields and functions"))
}

// placed finds the innermost place that an error of text/template names: where
// shared made a part, the place is in that part.
func (s *Set) placed(err error) (src *diag.Source, offset int, expr, what string) {
	for ; err != nil; err = errors.Unwrap(err) {
		m := execError().FindStringSubmatch(err.Error())
		if m == nil || s.files[m[1]] == nil {
			continue
		}
		src = s.files[m[1]]
		line, _ := strconv.Atoi(m[2])
		column, _ := strconv.Atoi(m[3]) // bytes, from 0
		offset, expr, what = src.Offset(line)+column, m[4], m[5]
	}
	return src, offset, expr, what
}

// fieldHint names the nearest field of a type, or else all of them.
func fieldHint(view any, typeName, field string) diag.Text {
	t := findType(reflect.TypeOf(view), typeName, map[reflect.Type]bool{})
	if t == nil {
		return diag.Textf("字段见 branchlight help templates", "branchlight help templates lists the fields")
	}
	var names []string
	for i := range t.NumField() {
		names = append(names, "."+t.Field(i).Name)
	}
	slices.Sort(names)
	all := diag.Textf("可用的字段：%s", "its fields: %s", strings.Join(names, " "))
	return didYouMean("."+field, names, all)
}

// findType looks for a struct type by its name among all that a view holds.
func findType(t reflect.Type, name string, seen map[reflect.Type]bool) reflect.Type {
	if t == nil || seen[t] {
		return nil
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return findType(t.Elem(), name, seen)
	case reflect.Struct:
		if t.String() == strings.TrimLeft(name, "*[]") {
			return t
		}
		for i := range t.NumField() {
			if found := findType(t.Field(i).Type, name, seen); found != nil {
				return found
			}
		}
	}
	return nil
}

// filteredFault says that html/template refused a value. What stands before it
// on the page is all that can be told of the place.
func (s *Set) filteredFault(name, page string, html []byte) diag.Finding {
	rest := html[:min(len(html), 60)]
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	}
	return filteredRule.At(diag.Pos{File: s.path(name)},
		diag.Textf("页面 %s 里有不安全的值，已经换掉：%s", "the page %s has an unsafe value, which is replaced: %s", page, strings.ToValidUTF8(string(rest), "")),
		diag.Textf("检查模板里的链接和样式用了什么字段", "look at the fields that links and styles of the template use"))
}
