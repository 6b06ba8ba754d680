package mark

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	gast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"branchlight/cmd/branchlight/internal/diag"
)

// tables makes tables of paragraphs: those of GitHub's flavour, and those that are
// drawn with full-width bars. goldmark's own transformer knows only the former,
// and takes three times as long.
type tables struct{}

func (tables) Transform(node *ast.Paragraph, r text.Reader, pc parser.Context) {
	lines := node.Lines()
	t := &table{paragraph: node, source: r.Source(), ctx: pc.(*context)}
	ascii := false // whether this is known to be no table with full-width bars
	for i := 1; i < lines.Len(); i++ {
		delimiter := lines.At(i)
		bars, wide := delimits(delimiter.Value(t.source))
		if bars == 0 || wide && ascii {
			continue
		}
		for j := i - 1; j < lines.Len() && !wide && !ascii; j++ {
			line := lines.At(j)
			wide = bytes.Contains(line.Value(t.source), wideBar)
		}
		ascii = !wide
		if t.delimiter, t.wide = i, wide; t.align() {
			t.build()
			return
		}
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

// table is a table that is made of a paragraph. The line of a paragraph that is
// its delimiter stands below its header; lines above that stay a paragraph.
type table struct {
	paragraph  *ast.Paragraph
	delimiter  int
	wide       bool // full-width bars part its cells too
	source     []byte
	ctx        *context
	alignments []gast.Alignment
}

// align reads the line of the delimiter. It is false where that is none after all.
func (t *table) align() bool {
	line := t.paragraph.Lines().At(t.delimiter)
	t.ctx.cut = split(t.ctx.cut[:0], line, t.source, t.wide)
	cells := t.ctx.cut
	t.alignments = make([]gast.Alignment, len(cells))
	for i := range cells {
		cell := cells[i].Value(t.source)
		if !t.wide && !dashes(cell) {
			return false
		}
		t.alignments[i] = alignment(cell)
	}
	return t.wide || indent(line.Value(t.source)) <= 3
}

// build makes the table.
func (t *table) build() {
	lines := t.paragraph.Lines()
	i := t.delimiter
	columns := len(t.alignments)
	if t.ctx.cells += columns * (lines.Len() - i); columns > maxColumns || t.ctx.cells > maxCells {
		exceed(lines.At(i).Start, "表格有 %d 列、共 %d 格，太大", "a table of %d columns, and %d cells in all, is too large", columns, t.ctx.cells)
	}
	head := t.cut(lines.At(i-1), t.wide)
	if len(head) > columns || t.wide && len(head) < columns {
		return // reported when the paragraph is rendered
	}
	node := gast.NewTable()
	node.SetPos(lines.At(i - 1).Start)
	node.Alignments = t.alignments
	node.AppendChild(node, gast.NewTableHeader(t.row(head, lines.At(i-1).Start)))
	used := t.wide && (t.ascii(i) < columns || t.ascii(i-1) < columns)
	for j := i + 1; j < lines.Len(); j++ {
		line := lines.At(j)
		cells := t.cut(line, false)
		if t.wide && len(cells) < columns {
			ascii := len(cells)
			cells = t.cut(line, true)
			used = used || len(cells) > ascii
		}
		node.AppendChild(node, t.row(cells, line.Start))
	}
	if used {
		t.ctx.note(ruleTableWide, lines.At(i-1).Start)
	}
	parent := t.paragraph.Parent()
	parent.InsertAfter(parent, t.paragraph, node)
	lines.SetSliced(0, i-1)
	if lines.Len() == 0 {
		parent.RemoveChild(parent, t.paragraph)
		return
	}
	last := lines.At(i - 2)
	lines.Set(i-2, last.TrimRightSpace(t.source))
}

// ascii gives the cells of a line of the paragraph between ASCII bars.
func (t *table) ascii(line int) int { return len(t.cut(t.paragraph.Lines().At(line), false)) }

func (t *table) row(cells []text.Segment, pos int) *gast.TableRow {
	row := t.ctx.tableRows.next()
	row.Alignments = t.alignments
	row.SetPos(pos)
	for i, a := range t.alignments {
		cell := withLines(&t.ctx.tableCells)
		cell.Alignment = a
		if i < len(cells) {
			cell.SetPos(cells[i].Start)
			cell.Lines().Append(cells[i])
		}
		row.AppendChild(row, cell)
	}
	return row
}

// cut gives the cells of a line, until the next line is cut. wide is for tables
// with full-width bars, in which they part this line too.
func (t *table) cut(line text.Segment, wide bool) []text.Segment {
	if t.wide {
		t.ctx.cut = split(t.ctx.cut[:0], line, t.source, wide)
	} else {
		t.ctx.cut = splitASCII(t.ctx.cut[:0], line, t.source)
	}
	return t.ctx.cut
}

// indent gives the width of the blanks that a line begins with.
func indent(line []byte) int {
	width, _ := util.IndentWidth(line, 0)
	return width
}

// dashes reports that the cell of a delimiter is one: ---, :--, --: or :-:.
func dashes(cell []byte) bool {
	cell = bytes.TrimPrefix(cell, []byte{':'})
	cell = bytes.TrimSuffix(cell, []byte{':'})
	return len(cell) > 0 && len(bytes.Trim(cell, "-")) == 0
}

// split cuts a line of a table at its bars, full-width ones only where wide is
// set, and appends the cells. Bars at both ends count as frame.
func split(cells []text.Segment, line text.Segment, source []byte, wide bool) []text.Segment {
	all := trim(line.Start, line.Stop, source)
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
			cells = append(cells, trim(start, i, source))
		}
		start = i + width
		i = start - 1
	}
	if start < all.Stop {
		cells = append(cells, trim(start, all.Stop, source))
	}
	return cells
}

// splitASCII is split as goldmark does it: a bar behind a backslash is none, save
// at the end, where two are one.
func splitASCII(cells []text.Segment, line text.Segment, source []byte) []text.Segment {
	all := trim(line.Start, line.Stop, source)
	start, stop := all.Start, all.Stop
	if start < stop && source[start] == '|' {
		start++
	}
	if all.Start < stop && source[stop-1] == '|' {
		stop--
	}
	for start < stop {
		end := start
		for end < stop && (source[end] != '|' || source[end-1] == '\\') {
			end++
		}
		cells = append(cells, trim(start, end, source))
		start = end + 1
	}
	return cells
}

func trim(start, stop int, source []byte) text.Segment {
	s := text.NewSegment(start, stop)
	s = s.TrimLeftSpace(source)
	return s.TrimRightSpace(source)
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
	w.inTable = true
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
	w.inTable = false
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
