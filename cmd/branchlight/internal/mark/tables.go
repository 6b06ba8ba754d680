package mark

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	gast "github.com/yuin/goldmark/extension/ast"

	"branchlight/cmd/branchlight/internal/diag"
)

// table writes a table in a frame that scrolls, and that one without a mouse
// can reach. The frame is named after the head of the table, so that a page's
// tables can be told apart.
func (w *worker) table(n *gast.Table) {
	w.html = append(w.html, `<div class="table-wrap" tabindex="0" role="region" aria-label="表格`...)
	w.label(n)
	w.html = append(w.html, "\">\n<table>\n"...)
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		w.spend(0)
		_, head := row.(*gast.TableHeader)
		if head {
			w.html = append(w.html, "<thead>\n"...)
		}
		w.row(n, row, head)
		if head {
			w.html = append(w.html, "</thead>\n"...)
			if row.NextSibling() != nil {
				w.html = append(w.html, "<tbody>\n"...)
			}
		} else if row.NextSibling() == nil {
			w.html = append(w.html, "</tbody>\n"...)
		}
	}
	w.html = append(w.html, "</table>\n</div>\n"...)
}

// label appends the words of at most four columns.
func (w *worker) label(n *gast.Table) {
	separator := "："
	columns := 0
	for cell := n.FirstChild().FirstChild(); cell != nil && columns < 4; cell = cell.NextSibling() {
		w.scratch = w.appendText(w.scratch[:0], cell)
		text := bytes.TrimSpace(w.scratch)
		if len(text) == 0 {
			continue
		}
		w.html = append(w.html, separator...)
		w.html = appendEscaped(w.html, text)
		separator = "、"
		columns++
	}
}

func (w *worker) row(table *gast.Table, row ast.Node, head bool) {
	w.html = append(w.html, "<tr>\n"...)
	end := -1 // of the last cell that was written
	i := 0
	for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
		tag := "td"
		if head && cell.FirstChild() != nil { // an empty <th> would be a heading of nothing
			tag = "th"
		}
		w.html = append(append(w.html, '<'), tag...)
		if tag == "th" {
			w.html = append(w.html, ` scope="col"`...)
		}
		if i < len(table.Alignments) && table.Alignments[i] != gast.AlignNone {
			w.html = append(w.html, ` class="ta-`...)
			w.html = append(w.html, table.Alignments[i].String()...)
			w.html = append(w.html, '"')
		}
		w.html = append(w.html, '>')
		if lines := cell.Lines(); lines.Len() > 0 {
			end = lines.At(0).Stop
			w.open(Cell, cell)
			w.inlines(cell)
			w.close()
		}
		w.html = append(append(append(w.html, "</"...), tag...), ">\n"...)
		i++
	}
	w.html = append(w.html, "</tr>\n"...)
	if !head && end >= 0 {
		w.lintRow(end)
	}
}

// lintRow reports what stands behind the last cell of a row: goldmark drops it.
func (w *worker) lintRow(end int) {
	rest, _, _ := bytes.Cut(w.body[end:], []byte{'\n'})
	rest = bytes.TrimSpace(rest)
	rest, ok := bytes.CutPrefix(rest, []byte{'|'})
	if !ok {
		rest, ok = bytes.CutPrefix(rest, wideBar)
	}
	if ok && len(bytes.Trim(rest, " \t|｜")) > 0 {
		w.find(ruleTableCells, end, diag.Textf("这一行的格数比表头多，“%s”不会显示", "this row has more cells than the head, and %q is not shown", bytes.Trim(rest, " \t|｜")),
			diag.Text{Zh: `给表头添一列，或把文字里的竖线写成 \|`, En: `add a column to the head, or write \| for a bar in a text`})
	}
}

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
				diag.Text{Zh: "让两行的竖线一样多", En: "give both lines the same number of bars"})
			return
		}
		if len(value) == 0 || value[0] != '|' && !bytes.HasPrefix(value, wideBar) {
			return
		}
		bars++
	}
	if bars > 1 {
		w.find(ruleTableShape, lines.At(0).Start, diag.Text{Zh: "像是表格，但表头下面缺少分隔行", En: "this looks like a table, but the line below its head is missing"},
			diag.Text{Zh: "在表头下面加一行 | --- | --- |，有几列写几个", En: "put a line | --- | --- | below the head, one --- for each column"})
	}
}
