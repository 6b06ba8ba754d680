package report

import (
	"slices"
	"strings"
	"unicode/utf8"

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
	b := &book{xlsx: xlsx{title: wordsOf["report"].In(l) + " " + r.Month.Text().In(l), day: r.Day.String()}, l: l}
	for _, s := range r.Sections {
		for i := range s.Tables {
			b.table(&s.Tables[i])
		}
	}
	return b.bytes()
}

type book struct {
	xlsx
	l diag.Lang
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
	for slices.ContainsFunc(b.sheets, func(s *xlsxSheet) bool { return s.name == name }) {
		name += "·"
	}
	return name
}

func (b *book) table(t *Table) {
	s := &xlsxSheet{name: b.sheetName(t.Title.In(b.l)), widths: make([]int, len(t.Head))}
	head := make([]xlsxCell, len(t.Head))
	for i, h := range t.Head {
		s.widths[i] = min(cells(h.In(b.l)), 14)
		head[i] = textCell(h.In(b.l), b.style(xlsxStyle{fill: "F5EDE1", bold: true, wrap: true}))
	}
	s.add(head)
	for _, row := range t.Rows {
		values := make([]xlsxCell, len(row))
		for i := range row {
			s.widths[i] = max(s.widths[i], min(cells(row[i].Text.In(b.l)), 48))
			values[i] = b.value(&row[i])
		}
		s.add(values)
	}
	for i := range s.widths {
		s.widths[i] += 2
	}
	b.sheets = append(b.sheets, s)
}

func (b *book) value(c *Cell) xlsxCell {
	look := xlsxStyle{fill: fills[c.State], wrap: c.Wide}
	if c.State == Blank {
		look.color = "8C7F73"
	}
	style := b.style(look)
	if c.IsNumber && !strings.HasSuffix(c.Text.En, "%") {
		return xlsxCell{number: c.Number, style: style}
	}
	return textCell(c.Text.In(b.l), style)
}

func textCell(s string, style int) xlsxCell {
	if utf8.RuneCountInString(s) > maxCell {
		s = string([]rune(s)[:maxCell])
	}
	return xlsxCell{text: &s, style: style}
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
