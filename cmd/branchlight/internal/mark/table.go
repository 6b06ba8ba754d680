package mark

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	gast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Parts of goldmark's extensions that are used as they are.
var (
	definitionList   = extension.NewDefinitionListParser()
	definitionText   = extension.NewDefinitionDescriptionParser()
	taskBox          = extension.NewTaskCheckBoxParser()
	footnoteBlock    = extension.NewFootnoteBlockParser()
	footnoteRef      = extension.NewFootnoteParser()
	footnoteOrder    = extension.NewFootnoteASTTransformer()
	tableTransformer = extension.NewTableParagraphTransformer()
	tableEscapes     = extension.NewTableASTTransformer()
)

// footnotes collects the definitions of footnotes; goldmark drops those that
// nothing refers to.
type footnotes struct{ parser.BlockParser }

func (p footnotes) Close(node ast.Node, r text.Reader, pc parser.Context) {
	p.BlockParser.Close(node, r, pc)
	ctx := pc.(*context)
	ctx.notes = append(ctx.notes, node)
	if len(ctx.notes) > maxNotes {
		exceed(node.Pos(), "脚注超过 %d 条", "it has more than %d footnotes", maxNotes)
	}
}

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
