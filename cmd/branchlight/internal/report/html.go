package report

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"branchlight/cmd/branchlight/internal/diag"
)

//go:embed report.css
var sheetOfStyles string

//go:embed report.html
var reportPage string

//go:embed sheet.html
var sheetPage string

// Both pages are whole in themselves: their styles stand in them, and they ask for
// nothing.
var (
	reportTemplate = sync.OnceValue(func() *template.Template { return page("report", reportPage) })
	sheetTemplate  = sync.OnceValue(func() *template.Template { return page("sheet", sheetPage) })
)

func page(name, text string) *template.Template {
	return template.Must(template.New(name).Funcs(template.FuncMap{
		"css": func() template.CSS { return template.CSS(sheetOfStyles) },
	}).Parse(text))
}

// words of the pages, by key.
var wordsOf = map[string]diag.Text{
	"report":   {Zh: "机关党建工作报表", En: "Report on the Party-branch site"},
	"month":    {Zh: "月份", En: "month"},
	"day":      {Zh: "统计日期", En: "day"},
	"internal": {Zh: "内部工作用表，不对外发布；只统计单位和稿件，不评价个人", En: "internal, not for publication; it counts agencies and pages, and judges no person"},
	"contents": {Zh: "目录", En: "Contents"},
	"print":    {Zh: "打印：A4 横向，浏览器里按 Ctrl+P", En: "To print: A4 landscape, Ctrl+P in the browser"},
	"rows":     {Zh: "共 %d 行", En: "%d rows"},
	"more":     {Zh: "……还有 %d 行，见 xlsx 或 csv", En: "... and %d more rows, in the xlsx or csv"},

	"sheet":     {Zh: "稿件审签单", En: "Sign-off sheet"},
	"title":     {Zh: "标题", En: "Title"},
	"file":      {Zh: "文件", En: "File"},
	"agency":    {Zh: "作者 / 来源", En: "Author / source"},
	"date":      {Zh: "发布日期", En: "Date"},
	"size":      {Zh: "正文与附件", En: "Text and files"},
	"digest":    {Zh: "所审内容的摘要值", En: "Digest of what is signed"},
	"role":      {Zh: "审次", En: "Reading"},
	"opinion":   {Zh: "意见", En: "Remarks"},
	"sign":      {Zh: "签字", En: "Signature"},
	"signed_on": {Zh: "日期", En: "Day"},
	"in_file":   {Zh: "稿件中的记录", En: "In the file"},
	"proof": {Zh: "摘要值说明签的是哪些内容：稿件或附件改动后，摘要值随之改变，本单即告失效。摘要值不能证明签字人的身份，以纸面签字为准。",
		En: "The digest shows what was signed: when the page or a file of it changes, so does the digest, and this sheet is void. It proves no identity; the signatures on paper do."},
	"printed": {Zh: "打印日期", En: "Printed"},
}

// said looks words up in one language.
func said(l diag.Lang) map[string]string {
	m := map[string]string{}
	for k, t := range wordsOf {
		m[k] = t.In(l)
	}
	return m
}

func langTag(l diag.Lang) string {
	if l == diag.En {
		return "en"
	}
	return "zh-CN"
}

// The views of the page.
type (
	pageView struct {
		Lang, Title, Owner, Day, Month string
		Say                            map[string]string
		Figures                        []figureView
		Sections                       []sectionView
	}
	figureView  struct{ Name, Value, State, To string }
	sectionView struct {
		ID, Title string
		Tables    []tableView
	}
	tableView struct {
		ID, Title, Note, None, Count, More string
		Class                              string
		Head                               []string
		Rows                               [][]cellView
	}
	cellView struct {
		Text, Class, URL, Place string
	}
)

// HTML writes a report as one page. base leads from its folder to the site's, as
// in "../": links to files begin with it.
func HTML(r *Report, l diag.Lang, base string) ([]byte, error) {
	v := pageView{Lang: langTag(l), Title: r.Title, Owner: r.Owner, Day: r.Day.String(), Month: r.Month.Text().In(l), Say: said(l)}
	for _, f := range r.Figures {
		v.Figures = append(v.Figures, figureView{f.Name.In(l), strconv.Itoa(f.Value), f.State.String(), f.To})
	}
	for _, s := range r.Sections {
		sv := sectionView{ID: s.ID, Title: s.Title.In(l)}
		for i := range s.Tables {
			sv.Tables = append(sv.Tables, s.Tables[i].view(l, base))
		}
		v.Sections = append(v.Sections, sv)
	}
	var b bytes.Buffer
	err := reportTemplate().Execute(&b, v)
	return b.Bytes(), err
}

// mostRows is how many rows of a table the page has: as many as someone reads. A
// workbook has all.
const mostRows = 500

func (t *Table) view(l diag.Lang, base string) tableView {
	v := tableView{ID: t.ID, Title: t.Title.In(l), Note: t.Note.In(l), None: t.None.In(l),
		Count: diag.Textf(wordsOf["rows"].Zh, wordsOf["rows"].En, len(t.Rows)).In(l)}
	for _, h := range t.Head {
		v.Head = append(v.Head, h.In(l))
	}
	v.Class = "narrow"
	if t.Matrix {
		v.Class = "narrow matrix"
	}
	rows := t.Rows
	if n := len(rows); n > mostRows {
		rows = rows[:mostRows]
		v.More = diag.Textf(wordsOf["more"].Zh, wordsOf["more"].En, n-mostRows).In(l)
	}
	for _, row := range rows {
		cells := make([]cellView, len(row))
		for i := range row {
			if row[i].Wide {
				v.Class = ""
			}
			cells[i] = row[i].view(l, base)
		}
		v.Rows = append(v.Rows, cells)
	}
	return v
}

func (c *Cell) view(l diag.Lang, base string) cellView {
	v := cellView{Text: c.Text.In(l)}
	var classes []string
	if c.State != Plain {
		classes = append(classes, c.State.String())
	}
	if c.IsNumber {
		classes = append(classes, "n")
	}
	if c.Wide {
		classes = append(classes, "wide")
	}
	if c.File != "" && strings.HasPrefix(v.Text, c.File) {
		classes = append(classes, "path")
	}
	v.Class = strings.Join(classes, " ")
	if c.File != "" {
		v.URL, v.Place = fileURL(base, c.File), diag.Pos{File: c.File, Line: c.Line}.String()
		if v.Text == v.Place || v.Text == c.File {
			v.Place = ""
		}
	}
	return v
}

// fileURL gives the address of a source file. It is relative, and no name can make
// another of it.
func fileURL(base, file string) string {
	parts := strings.Split(file, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	u := base + strings.Join(parts, "/")
	if base == "" {
		u = "./" + u
	}
	return u
}
