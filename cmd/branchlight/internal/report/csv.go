package report

import (
	"bytes"
	"encoding/csv"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
)

// CSV writes one table so that Excel and WPS open it rightly: UTF-8 with a byte
// order mark, and line ends of Windows. A text that a spreadsheet would take for a
// formula has an apostrophe before it.
func CSV(t *Table, l diag.Lang) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\uFEFF")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	row := make([]string, 0, len(t.Head))
	for _, h := range t.Head {
		row = append(row, guarded(h.In(l)))
	}
	if err := w.Write(row); err != nil {
		return nil, err
	}
	for _, cells := range t.Rows {
		row = row[:0]
		for i := range cells {
			row = append(row, guarded(cells[i].Text.In(l)))
		}
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// guarded gives a text that no spreadsheet takes for a formula (OWASP: CSV
// Injection). Line ends, behind which some begin a new cell, become blanks.
func guarded(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\r' || r == '\n' || r == '\t' || r == 0 }), " ")
	switch first := strings.TrimLeft(s, " \u00a0\u3000"); {
	case first == "":
	case strings.ContainsRune("=+-@＝＋－＠", []rune(first)[0]):
		return "'" + s
	}
	return s
}
