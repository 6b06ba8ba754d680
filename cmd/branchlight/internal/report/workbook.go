package report

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"branchlight/cmd/branchlight/internal/diag"
)

// Bounds of Excel's.
const (
	maxSheetName = 31    // characters
	maxCell      = 32767 // characters
)

// fills are the colours of states, as in the page.
var fills = map[State]string{Have: "EAF4EC", Part: "FFF4D6", Missing: "FBE3E0", Stale: "F3E6CF", Late: "FBE3E0"}

// Workbook writes a report as an .xlsx file, a sheet for each table. Texts are
// texts: nothing that a page says is ever a formula.
func Workbook(r *Report, l diag.Lang) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	f.SetZipWriter(func(w io.Writer) excelize.ZipWriter { return &orderedZip{w, map[string]*bytes.Buffer{}} })
	b := &book{f: f, l: l, styles: map[styleKey]int{}}
	if err := f.SetDocProps(&excelize.DocProperties{Creator: "Branchlight", Title: wordsOf["report"].In(l) + " " + r.Month.Text().In(l), Created: r.Day.String() + "T00:00:00Z", Modified: r.Day.String() + "T00:00:00Z"}); err != nil {
		return nil, err
	}
	for _, s := range r.Sections {
		for i := range s.Tables {
			if err := b.table(&s.Tables[i]); err != nil {
				return nil, err
			}
		}
	}
	if len(b.names) > 0 {
		if err := f.DeleteSheet("Sheet1"); err != nil {
			return nil, err
		}
		f.SetActiveSheet(0)
	}
	var out bytes.Buffer
	err := f.Write(&out)
	return out.Bytes(), err
}

type styleKey struct {
	state State
	head  bool
	wide  bool
}

type book struct {
	f      *excelize.File
	l      diag.Lang
	names  []string
	styles map[styleKey]int
}

// sheetName gives a name that Excel takes and that no other sheet has.
func (b *book) sheetName(title string) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return -1
		}
		return r
	}, title)
	if r := []rune(name); len(r) > maxSheetName-2 {
		name = string(r[:maxSheetName-2])
	}
	for slices.Contains(b.names, name) {
		name += "·"
	}
	b.names = append(b.names, name)
	return name
}

func (b *book) table(t *Table) error {
	sheet := b.sheetName(t.Title.In(b.l))
	if _, err := b.f.NewSheet(sheet); err != nil {
		return err
	}
	if err := b.paper(sheet, t); err != nil { // before the stream, which writes what is set by then
		return err
	}
	w, err := b.f.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	head := make([]any, len(t.Head))
	widths := make([]int, len(t.Head))
	for i, h := range t.Head {
		widths[i] = min(cells(h.In(b.l)), 14)
		if head[i], err = b.cell(h.In(b.l), styleKey{head: true}); err != nil {
			return err
		}
	}
	for _, row := range t.Rows {
		for i := range row {
			widths[i] = max(widths[i], min(cells(row[i].Text.In(b.l)), 48))
		}
	}
	for i, n := range widths {
		if err := w.SetColWidth(i+1, i+1, float64(n)+2); err != nil {
			return err
		}
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}); err != nil {
		return err
	}
	if err := w.SetRow("A1", head); err != nil {
		return err
	}
	for n, row := range t.Rows {
		values := make([]any, len(row))
		for i := range row {
			if values[i], err = b.value(&row[i]); err != nil {
				return err
			}
		}
		at, err := excelize.CoordinatesToCellName(1, n+2)
		if err != nil {
			return err
		}
		if err := w.SetRow(at, values); err != nil {
			return err
		}
	}
	return w.Flush()
}

// paper sets how a sheet prints: A4 across, as wide as the page, the head on every
// page.
func (b *book) paper(sheet string, t *Table) error {
	if len(t.Rows) > 0 {
		last, err := excelize.CoordinatesToCellName(len(t.Head), len(t.Rows)+1)
		if err != nil {
			return err
		}
		if err := b.f.AutoFilter(sheet, "A1:"+last, nil); err != nil {
			return err
		}
	}
	a4, landscape, wide, tall, yes := 9, "landscape", 1, 0, true
	if err := b.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &a4, Orientation: &landscape, FitToWidth: &wide, FitToHeight: &tall}); err != nil {
		return err
	}
	if err := b.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &yes}); err != nil {
		return err
	}
	return b.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + sheet + "'!$1:$1", Scope: sheet})
}

func (b *book) value(c *Cell) (any, error) {
	key := styleKey{state: c.State, wide: c.Wide}
	if c.IsNumber && !strings.HasSuffix(c.Text.En, "%") {
		id, err := b.style(key)
		return excelize.Cell{StyleID: id, Value: c.Number}, err
	}
	return b.cell(c.Text.In(b.l), key)
}

func (b *book) cell(s string, key styleKey) (any, error) {
	id, err := b.style(key)
	if utf8.RuneCountInString(s) > maxCell {
		s = string([]rune(s)[:maxCell])
	}
	return excelize.Cell{StyleID: id, Value: s}, err
}

func (b *book) style(key styleKey) (int, error) {
	if id, ok := b.styles[key]; ok {
		return id, nil
	}
	line := func(side string) excelize.Border { return excelize.Border{Type: side, Color: "CFC3B5", Style: 1} }
	s := &excelize.Style{
		Border:    []excelize.Border{line("left"), line("right"), line("top"), line("bottom")},
		Alignment: &excelize.Alignment{Vertical: "top", WrapText: key.wide || key.head},
	}
	if key.head {
		s.Font = &excelize.Font{Bold: true}
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F5EDE1"}}
	}
	if color := fills[key.state]; color != "" {
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
	}
	if key.state == Blank {
		s.Font = &excelize.Font{Color: "8C7F73"}
	}
	id, err := b.f.NewStyle(s)
	b.styles[key] = id
	return id, err
}

// cells gives about how many narrow characters a text is wide.
func cells(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x1100 {
			n++
		}
	}
	return n
}
