package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"branchlight/cmd/branchlight/internal/check"
	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/site"
)

const settings = `title = "筠溪机关党建"
topic = [{ name = "理论武装" }, { name = "志愿服务" }, { name = "=SUM(A1)" }]
[model_agency]
stages = ["申报", "创建"]
`

// assemble makes a site of pages by path, on a fixed day.
func assemble(t testing.TB, pages map[string]string) *site.Site {
	t.Helper()
	c, found := config.Parse(diag.NewSource("site.toml", []byte(settings)))
	if len(found) > 0 {
		t.Fatal(found)
	}
	in := site.Input{Config: c, Namer: route.NewNamer(nil), Day: 20260620}
	parser := mark.New()
	for path, text := range pages {
		src := diag.NewSource(path, []byte(text))
		m, _ := front.Parse(src)
		in.Sources = append(in.Sources, &site.Source{Path: path, Matter: m, Doc: parser.Parse(src, m.Body)})
	}
	slices.SortFunc(in.Sources, func(x, y *site.Source) int { return strings.Compare(x.Path, y.Path) })
	s, _ := site.Assemble(in)
	return s
}

// evil are texts that must stay texts.
var evil = []string{`=HYPERLINK("http://x/")`, "+1+1", "-2", "@SUM(A1)", "＝1", "<script>alert(1)</script>", `" onmouseover="x`, "\u3000=1"}

func evilSite(t testing.TB) *site.Site {
	pages := map[string]string{
		"content/局/_index.md": "+++\ntitle = '=cmd|x'\norder = 1\n+++\n",
	}
	for i, s := range evil {
		pages[fmt.Sprintf("content/局/%d.md", i)] = "+++\ntitle = '" + s + "'\ndate = 2026-06-0" + fmt.Sprint(i+1) + "\nkind = \"practice\"\nthemes = [\"=SUM(A1)\"]\n+++\n正文\n"
	}
	return assemble(t, pages)
}

// copied makes a pair of pages.
func copied(s *site.Site) []check.Copy {
	p, q := s.Pages[0], s.Pages[1]
	side := func(p *site.Page) check.Side { return check.Side{Text: "=一段", At: diag.Pos{File: p.Path, Line: 6}} }
	return []check.Copy{{Page: p, From: q, Percent: 52, Passages: []check.Passage{{Here: side(p), There: side(q), Len: 2}}}}
}

// Nothing that a page says is a formula in a workbook; numbers are numbers, every
// table has its sheet, and the same report gives the same bytes.
func TestWorkbook(t *testing.T) {
	s := evilSite(t)
	r := Collect(Input{Site: s, Copies: copied(s)})
	data, err := Workbook(r, diag.Zh)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Workbook(r, diag.Zh)
	if err != nil || !bytes.Equal(data, again) {
		t.Error("another time other bytes", err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	tables := 0
	for _, section := range r.Sections {
		tables += len(section.Tables)
	}
	if n := len(f.GetSheetList()); n != tables {
		t.Errorf("%d sheets for %d tables", n, tables)
	}
	for _, sheet := range f.GetSheetList() {
		layout, err := f.GetPageLayout(sheet)
		props, propsErr := f.GetSheetProps(sheet)
		if err != nil || propsErr != nil || layout.Orientation == nil || *layout.Orientation != "landscape" || props.FitToPage == nil || !*props.FitToPage {
			t.Errorf("%s does not print on A4 across (%v, %v)", sheet, err, propsErr)
		}
	}
	numbers := 0
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for y, row := range rows {
			for x := range row {
				at, _ := excelize.CoordinatesToCellName(x+1, y+1)
				if formula, err := f.GetCellFormula(sheet, at); err != nil || formula != "" {
					t.Errorf("%s %s has the formula %q (%v)", sheet, at, formula, err)
				}
				if kind, _ := f.GetCellType(sheet, at); kind == excelize.CellTypeNumber || kind == excelize.CellTypeUnset {
					numbers++
				}
			}
		}
	}
	if numbers == 0 {
		t.Error("no cell is a number")
	}
	if v, err := f.GetCellValue("本月变化", "E2"); err == nil && v != "" {
		t.Errorf("a sheet of the section's name: %q", v)
	}
	if v, err := f.GetCellValue("2026年6月的变化", "E2"); err != nil || v != evil[0] {
		t.Errorf("the title is %q (%v)", v, err)
	}
}

// A CSV begins with a byte order mark, and no cell of it with what a spreadsheet
// takes for a formula.
func TestCSV(t *testing.T) {
	s := evilSite(t)
	for _, section := range Collect(Input{Site: s, Copies: copied(s)}).Sections {
		for i := range section.Tables {
			table := &section.Tables[i]
			data, err := CSV(table, diag.Zh)
			if err != nil {
				t.Fatal(err)
			}
			text, ok := bytes.CutPrefix(data, []byte("\xEF\xBB\xBF"))
			if !ok || !bytes.Contains(text, []byte("\r\n")) {
				t.Errorf("%s: no byte order mark, or no line ends of Windows", table.ID)
			}
			rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
			if err != nil || len(rows) != len(table.Rows)+1 {
				t.Fatalf("%s: %d rows of %d (%v)", table.ID, len(rows), len(table.Rows)+1, err)
			}
			for _, row := range rows {
				for _, cell := range row {
					if c := strings.TrimLeft(cell, " \u3000"); c != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(c)[0]) {
						t.Errorf("%s: the cell %q is a formula", table.ID, cell)
					}
				}
			}
		}
	}
}

func TestGuarded(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "正文": "正文", "=1": "'=1", " =1": "' =1", "\t=1": "'=1", "a\r\n=1": "a =1", "-": "'-", "—": "—", "3-1": "3-1", "@": "'@", "　+1": "'　+1",
	} {
		if got := guarded(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

// What pages say is text in the page too, and it asks no host for anything.
func TestHTML(t *testing.T) {
	s := evilSite(t)
	for _, l := range []diag.Lang{diag.Zh, diag.En} {
		data, err := HTML(Collect(Input{Site: s, Copies: copied(s)}), l, "../")
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"<script", `" onmouseover`, `="http`, "url(", "src=", "<link", "%!", "ZgotmplZ"} {
			if bytes.Contains(data, []byte(bad)) {
				t.Errorf("the page holds %q", bad)
			}
		}
		if !bytes.Contains(data, []byte(`href="../content/%E5%B1%80/0.md"`)) {
			t.Error("no link to the file")
		}
	}
}

// A county without agencies, themes or pages has a report too.
func TestEmpty(t *testing.T) {
	s := assemble(t, map[string]string{"content/_index.md": "+++\ntitle = \"首页\"\n+++\n"})
	r := Collect(Input{Site: s})
	for _, l := range []diag.Lang{diag.Zh, diag.En} {
		if _, err := HTML(r, l, ""); err != nil {
			t.Error(err)
		}
		if _, err := Workbook(r, l); err != nil {
			t.Error(err)
		}
	}
	for _, section := range r.Sections {
		for _, table := range section.Tables {
			if len(table.Rows) == 0 && (table.None.Zh == "" || table.None.En == "") {
				t.Errorf("%s says nothing where it is empty", table.ID)
			}
		}
	}
}

// Every row has as many cells as the head, and every text both languages.
func TestShape(t *testing.T) {
	s := evilSite(t)
	ids := map[string]bool{}
	for _, section := range Collect(Input{Site: s, Copies: copied(s)}).Sections {
		for _, table := range section.Tables {
			if ids[table.ID] {
				t.Errorf("two tables %s", table.ID)
			}
			ids[table.ID] = true
			for _, row := range table.Rows {
				if len(row) != len(table.Head) {
					t.Errorf("%s: a row of %d cells under a head of %d", table.ID, len(row), len(table.Head))
				}
				for _, c := range row {
					if (c.Text.Zh == "") != (c.Text.En == "") || strings.Contains(c.Text.Zh+c.Text.En, "%!") {
						t.Errorf("%s: the cell %+v", table.ID, c.Text)
					}
				}
			}
		}
	}
}

func TestMonth(t *testing.T) {
	m, err := ParseMonth("2026-01")
	if err != nil || m.String() != "2026-01" || (m-1).String() != "2025-12" || (m-1).Text().Zh != "2025年12月" || MonthOf(20260131) != m {
		t.Error(m, err)
	}
	for _, bad := range []string{"", "2026", "2026-13", "2026-1-1", "六月", "2026-00"} {
		if m, err := ParseMonth(bad); err == nil {
			t.Errorf("%q is the month %s", bad, m)
		}
	}
}

func TestAllowed(t *testing.T) {
	dir := t.TempDir()
	for _, d := range []string{"public/a", "content", "web/b"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "web", ".branchlight-manifest"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		"report": true, "public-x": true, "report/a.html": true,
		"public": false, "public/a/x.html": false, "public/../public/y": false, "content/x": false, "web/b/new/x.html": false, "themes": false,
	} {
		if got := Allowed(dir, filepath.Join(dir, path)) == nil; got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}

func BenchmarkReport(b *testing.B) {
	pages := map[string]string{}
	for i := range 2000 {
		agency := fmt.Sprintf("content/a%02d", i%60)
		pages[agency+"/_index.md"] = "+++\ntitle = \"县局" + agency + "\"\norder = 1\n+++\n"
		pages[fmt.Sprintf("%s/p%d.md", agency, i)] = fmt.Sprintf("+++\ntitle = \"题%d\"\ndate = 2026-0%d-01\nkind = \"practice\"\nthemes = [\"理论武装\"]\n+++\n\n## 背景\n\n正文\n", i, 1+i%6)
	}
	s := assemble(b, pages)
	for name, write := range map[string]func(*Report) ([]byte, error){
		"html": func(r *Report) ([]byte, error) { return HTML(r, diag.Zh, "../") },
		"xlsx": func(r *Report) ([]byte, error) { return Workbook(r, diag.Zh) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := write(Collect(Input{Site: s})); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The report and the check speak of the same overdue things: those of the newest
// progress report, not of an older one that was corrected since.
func TestOverdue(t *testing.T) {
	s := assemble(t, map[string]string{
		"content/局/_index.md": "+++\ntitle = '局'\n+++\n",
		"content/局/新.md":      "+++\ntitle = '创建'\ndate = 2026-05-01\nkind = \"progress\"\nstage = \"申报\"\npercent = 60\ndue = 2026-06-10\n+++\n",
		"content/局/旧.md":      "+++\ntitle = '申报'\ndate = 2026-01-01\nupdated = 2026-06-01\nkind = \"progress\"\nstage = \"申报\"\ndue = 2026-02-01\n+++\n",
		"content/乙/_index.md": "+++\ntitle = '乙'\n+++\n",
		"content/乙/完.md":      "+++\ntitle = '完'\ndate = 2026-05-01\nkind = \"progress\"\nstage = \"创建\"\ndue = 2026-06-10\n+++\n", // the last stage
	})
	late := check.Overdue(s)
	if len(late) != 1 || late[0].Days != 10 || late[0].Page.Path != "content/局/新.md" {
		t.Fatalf("%+v", late)
	}
	for _, section := range Collect(Input{Site: s}).Sections {
		for _, table := range section.Tables {
			if table.ID != "overdue" {
				continue
			}
			if len(table.Rows) != 1 || table.Rows[0][3].Number != 10 || table.Rows[0][4].File != "content/局/新.md" {
				t.Errorf("%+v", table.Rows)
			}
		}
	}
}
