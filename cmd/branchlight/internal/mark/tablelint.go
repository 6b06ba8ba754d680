package mark

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"branchlight/cmd/branchlight/internal/diag"
)

// This file looks for paragraphs that were meant as tables.

// maxShown bounds, in bytes, the table that a hint shows.
const maxShown = 600

// lintTable reports a paragraph whose lines look like those of a table.
func (w *worker) lintTable(n *ast.Paragraph) {
	lines := n.Lines()
	if lines.Len() < 2 {
		return
	}
	bars := 0
	for i := range min(lines.Len(), 40) {
		line := lines.At(i)
		value := bytes.TrimLeft(line.Value(w.body), " \t")
		if columns, _ := delimits(value); columns > 2 && i > 0 {
			w.find(ruleTableShape, lines.At(i-1).Start, diag.Text{Zh: "表头与下面 | --- | 一行的列数不同，不成表格", En: "the head has not as many columns as the line | --- | below it, so this is no table"},
				diag.Textf("把下面一行写成 %s", "write the line below as %s", delimiterLine(len(split(nil, lines.At(i-1), w.body, true)))))
			return
		}
		if len(value) == 0 || value[0] != '|' && !bytes.HasPrefix(value, wideBar) {
			break
		}
		bars++
	}
	if bars > 1 {
		w.find(ruleTableShape, lines.At(0).Start, diag.Text{Zh: "像是表格，但表头下面缺少分隔行", En: "this looks like a table, but the line below its head is missing"},
			diag.Textf("在表头下面加一行 %s", "put a line %s below the head", delimiterLine(len(split(nil, lines.At(0), w.body, true)))))
		return
	}
	w.lintPasted(lines)
}

// lintPasted reports a table whose cells are parted by tabs, as they come from
// Word and Excel, or by bars without a frame.
func (w *worker) lintPasted(lines *text.Segments) {
	if first := lines.At(0); !bytes.ContainsAny(first.Value(w.body), "\t|｜") {
		return
	}
	tabs := func(s text.Segment) [][]byte { return bytes.Split(bytes.TrimSpace(s.Value(w.body)), []byte{'\t'}) }
	bars := func(s text.Segment) (cells [][]byte) {
		for _, c := range split(nil, s, w.body, true) {
			cells = append(cells, c.Value(w.body))
		}
		return cells
	}
	for _, cells := range []func(text.Segment) [][]byte{tabs, bars} {
		head := cells(lines.At(0))
		if len(head) < 2 || len(cells(lines.At(1))) != len(head) {
			continue
		}
		rows := []string{rowLine(head), delimiterLine(len(head))}
		for i := 1; i < min(lines.Len(), 4); i++ {
			rows = append(rows, rowLine(cells(lines.At(i))))
		}
		if lines.Len() > 4 {
			rows = append(rows, "……")
		}
		const indent = "\n        "
		table := indent + strings.Join(rows, indent)
		if len(table) > maxShown {
			table = indent + "| 单位 | 数量 |" + indent + "| --- | --- |" + indent + "| 财政局 | 3 |"
		}
		w.find(ruleTableShape, lines.At(0).Start,
			diag.Text{Zh: "像是粘贴来的表格，网页上会连成一段文字", En: "this looks like a pasted table, and would become a paragraph"},
			diag.Textf("写成：%s", "write:%s", table))
		return
	}
}

func delimiterLine(columns int) string {
	if columns > maxColumns {
		return "| --- | --- |"
	}
	return strings.Repeat("| --- ", columns) + "|"
}

func rowLine(cells [][]byte) string {
	var b strings.Builder
	for _, c := range cells {
		b.WriteString("| ")
		b.Write(bytes.TrimSpace(c))
		b.WriteByte(' ')
	}
	b.WriteByte('|')
	return b.String()
}
