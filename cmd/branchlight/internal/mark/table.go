package mark

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	gast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"branchlight/cmd/branchlight/internal/diag"
)

// tables bounds tables, and builds those that are drawn with full-width bars.
type tables struct{ parser.ParagraphTransformer }

func (t tables) Transform(node *ast.Paragraph, r text.Reader, pc parser.Context) {
	lines := node.Lines()
	source := r.Source()
	for i := 1; i < lines.Len(); i++ {
		delimiter := lines.At(i)
		columns, wide := delimits(delimiter.Value(source))
		if columns == 0 {
			continue
		}
		ctx := pc.(*context)
		cells := columns * (lines.Len() - i)
		if ctx.cells += cells; columns > maxColumns || ctx.cells > maxCells {
			exceed(delimiter.Start, "表格有 %d 列、共 %d 格，太大", "a table of %d columns, and %d cells in all, is too large", columns, ctx.cells)
		}
		for j := i - 1; j < lines.Len() && !wide; j++ {
			line := lines.At(j)
			wide = bytes.Contains(line.Value(source), wideBar)
		}
		if wide {
			t.build(node, i, source, ctx)
		} else {
			t.ParagraphTransformer.Transform(node, r, pc)
		}
		return
	}
}

var wideBar = []byte("｜")

// delimits gives the columns of a line that can be the second line of a table
// (| --- | :-: |), 0 for any other, and whether it has full-width characters.
func delimits(line []byte) (columns int, wide bool) {
	dash, bars := false, 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '|':
			bars++
		case '-':
			dash = true
		case ' ', '\t', ':', '\r', '\n':
		default:
			if len(line)-i < 3 {
				return 0, false
			}
			switch string(line[i : i+3]) {
			case "｜":
				bars++
			case "－", "—", "─":
				dash = true
			case "：", wideSpace:
			default:
				return 0, false
			}
			wide = true
			i += 2
		}
	}
	if !dash || bars == 0 {
		return 0, false
	}
	return bars + 1, wide
}

// build makes the table whose delimiter is line i of the paragraph. Lines above
// its header stay a paragraph.
func (tables) build(node *ast.Paragraph, i int, source []byte, ctx *context) {
	lines := node.Lines()
	columns := split(lines.At(i), source, true)
	head := split(lines.At(i-1), source, true)
	if len(head) != len(columns) {
		return // reported when the paragraph is rendered
	}
	table := gast.NewTable()
	table.SetPos(lines.At(i - 1).Start)
	for _, c := range columns {
		table.Alignments = append(table.Alignments, alignment(c.Value(source)))
	}
	table.AppendChild(table, gast.NewTableHeader(tableRow(head, table.Alignments, lines.At(i-1).Start)))
	used := len(split(lines.At(i), source, false)) < len(columns) || len(split(lines.At(i-1), source, false)) < len(head)
	for j := i + 1; j < lines.Len(); j++ {
		line := lines.At(j)
		cells := split(line, source, false)
		if len(cells) < len(columns) {
			ascii := len(cells)
			cells = split(line, source, true)
			used = used || len(cells) > ascii
		}
		table.AppendChild(table, tableRow(cells, table.Alignments, line.Start))
	}
	if used {
		ctx.note(ruleTableWide, lines.At(i-1).Start)
	}
	parent := node.Parent()
	parent.InsertAfter(parent, node, table)
	lines.SetSliced(0, i-1)
	if lines.Len() == 0 {
		parent.RemoveChild(parent, node)
		return
	}
	last := lines.At(i - 2)
	lines.Set(i-2, last.TrimRightSpace(source))
}

func tableRow(cells []text.Segment, alignments []gast.Alignment, pos int) *gast.TableRow {
	row := gast.NewTableRow(alignments)
	row.SetPos(pos)
	for i, a := range alignments {
		cell := gast.NewTableCell()
		cell.Alignment = a
		if i < len(cells) {
			cell.SetPos(cells[i].Start)
			cell.Lines().Append(cells[i])
		}
		row.AppendChild(row, cell)
	}
	return row
}

// split cuts a line of a table at its bars, full-width ones only where wide is
// set. Bars at both ends count as frame.
func split(line text.Segment, source []byte, wide bool) []text.Segment {
	trim := func(from, to int) text.Segment {
		s := text.NewSegment(from, to)
		s = s.TrimLeftSpace(source)
		return s.TrimRightSpace(source)
	}
	all := trim(line.Start, line.Stop)
	var cells []text.Segment
	start := all.Start
	for i := all.Start; i < all.Stop; i++ {
		width := 0
		switch {
		case source[i] == '\\':
			i++
		case source[i] == '|':
			width = 1
		case wide && bytes.HasPrefix(source[i:all.Stop], wideBar):
			width = len(wideBar)
		}
		if width == 0 {
			continue
		}
		if i > all.Start {
			cells = append(cells, trim(start, i))
		}
		start = i + width
		i = start - 1
	}
	if start < all.Stop {
		cells = append(cells, trim(start, all.Stop))
	}
	return cells
}

// alignment reads a cell of the delimiter line.
func alignment(b []byte) gast.Alignment {
	colon := func(s string) bool { return s == ":" || s == "：" }
	s := string(bytes.Trim(b, " \t　"))
	left := len(s) > 0 && (colon(s[:1]) || len(s) > 3 && colon(s[:3]))
	right := len(s) > 0 && (colon(s[len(s)-1:]) || len(s) > 3 && colon(s[len(s)-3:]))
	switch {
	case left && right:
		return gast.AlignCenter
	case left:
		return gast.AlignLeft
	case right:
		return gast.AlignRight
	}
	return gast.AlignNone
}

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
	if rest = bytes.Trim(rest, " \t|｜"); ok && len(rest) > 0 {
		const shown = 120 // bytes
		if len(rest) > shown {
			rest = bytes.ToValidUTF8(rest[:shown:shown], nil)
			rest = append(rest, "…"...)
		}
		w.find(ruleTableCells, end, diag.Textf("这一行的格数比表头多，“%s”不会显示", "this row has more cells than the head, and %q is not shown", rest),
			diag.Text{Zh: `给表头添一列，或把文字里的竖线写成 \|`, En: `add a column to the head, or write \| for a bar in a text`})
	}
}
