package serve

import (
	"bytes"
	"html/template"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
)

// panels are the templates of what is shown over pages. They escape all that
// findings say: it comes from files that anyone may have written.
func panels(l diag.Lang) *template.Template {
	words := map[string]diag.Text{
		"broken": {Zh: "有 %d 处错误，页面还是改坏以前的样子", En: "Errors: %d. The page is as it was before"},
		"failed": {Zh: "有 %d 处错误，网页还做不出来", En: "Errors: %d. There is no page to show yet"},
		"mend":   {Zh: "改好以后保存，这里会自己更新。", En: "Mend them and save; this goes away by itself."},
		"hide":   {Zh: "收起", En: "Hide"},
		"wrong":  {Zh: "这一页有 %d 处错误（改好才能发布），%d 处提醒和建议", En: "Errors of this page, to be mended before it is published: %d; warnings and hints: %d"},
		"notes":  {Zh: "这一页有 %d 处提醒和建议", En: "Warnings and hints for this page: %d"},
		"more":   {Zh: "……还有 %d 处没有显示。", En: "... and %d more not shown."},
		"hint":   {Zh: "提示：", En: "hint: "},
		"title":  {Zh: "预览", En: "Preview"},
	}
	lang := map[diag.Lang]string{diag.Zh: "zh-CN", diag.En: "en"}[l]
	return template.Must(template.New("").Funcs(template.FuncMap{
		"say": func(key string, args ...any) string {
			return diag.Textf(words[key].Zh, words[key].En, args...).In(l)
		},
		"in":   func(t diag.Text) string { return diag.Printable(t.In(l)) },
		"lang": func() string { return lang },
		"own":  func() string { return own },
	}).ParseFS(files, "files/*.html"))
}

// panel is a list of findings as it is shown.
type panel struct {
	Count int
	Wrong int // errors among them
	More  int
	Items []item
}

// item is one finding.
type item struct {
	diag.Finding
	Where              string // its position; empty where it has none
	Before, Char, Rest string // its line, cut at the character that it is about
}

// Mild is how many findings are no errors.
func (p *panel) Mild() int { return p.Count - p.Wrong }

func newPanel(fs []diag.Finding) *panel {
	if len(fs) == 0 {
		return nil
	}
	p := &panel{Count: len(fs), Wrong: diag.Errors(fs), More: max(0, len(fs)-diag.MaxShown)}
	for _, f := range fs[:len(fs)-p.More] {
		it := item{Finding: f, Where: diag.Printable(f.Pos.String())}
		it.Before, it.Char, it.Rest = cut(f.Line, f.Pos.Col)
		p.Items = append(p.Items, it)
	}
	return p
}

// cut cuts a line at a character, counted from 1.
func cut(line string, col int) (before, char, rest string) {
	show := func(s []rune) string { return diag.Printable(strings.ReplaceAll(string(s), "\t", "    ")) }
	runes := []rune(line)
	if col < 1 || col > len(runes) {
		return show(runes), "", ""
	}
	return show(runes[:col-1]), show(runes[col-1 : col]), show(runes[col:])
}

// problems gives the HTML that is shown over a page; empty where all is well.
func (s *Server) problems(wrong, notes []diag.Finding) string {
	if len(wrong)+len(notes) == 0 {
		return ""
	}
	return s.panel("problems", map[string]*panel{"Errors": newPanel(wrong), "Notes": newPanel(notes)})
}

// failurePage gives a page that says why there is no other.
func (s *Server) failurePage(wrong []diag.Finding) []byte {
	return []byte(s.panel("failure", map[string]*panel{"Errors": newPanel(wrong)}))
}

func (s *Server) panel(name string, data any) string {
	var b bytes.Buffer
	if err := s.panels.ExecuteTemplate(&b, name, data); err != nil {
		return template.HTMLEscapeString(err.Error())
	}
	return b.String()
}
