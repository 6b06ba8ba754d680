package mark

import (
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// This file has goldmark's most frequent nodes made of memory of the worker's,
// which the page before has used. Memory that is touched for the first time was an
// eighth of what parsing costs.

// renew makes the context of goldmark as good as new.
func (c *context) renew() {
	if c.Context == nil || len(c.References()) > 0 || c.LastDelimiter() != nil { // which stay
		c.Context = parser.NewContext(parser.WithIDs(noIDs{}))
		return
	}
	for key := range parser.ContextKeyMax + 1 {
		c.Set(key, nil)
	}
	c.SetBlockOffset(-1)
	c.SetBlockIndent(-1)
}

// newText is ast.NewTextSegment with memory of the worker's.
func (c *context) newText(segment text.Segment) *ast.Text {
	t := c.texts.next()
	t.Segment = segment
	return t
}

// newParagraph is ast.NewParagraph with memory of the worker's.
func (c *context) newParagraph() *ast.Paragraph {
	return withLines(&c.paragraphs)
}

// withLines is next for a node that keeps the memory of its lines.
func withLines[T any, P interface {
	*T
	ast.Node
}](s *slab[T]) P {
	var zero T
	n := P(s.take())
	lines := *n.Lines()
	*n = zero
	if lines.Len() <= maxKeptLines {
		lines.SetSliced(0, 0)
		*n.Lines() = lines
	}
	return n
}

// maxKeptLines is the number of lines of the longest block whose memory the next
// page uses.
const maxKeptLines = 64

// paragraphs is goldmark's parser of paragraphs with nodes of the worker's.
type paragraphs struct{ parser.BlockParser }

func (paragraphs) Open(parent ast.Node, r text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := r.PeekLine()
	if util.IsBlank(line) {
		return nil, parser.NoChildren
	}
	node := pc.(*context).newParagraph()
	node.Lines().Append(segment)
	r.AdvanceToEOL()
	return node, parser.NoChildren
}

// lists is goldmark's parser of lists with nodes of the worker's: it makes text
// blocks of the paragraphs of tight ones.
type lists struct{ parser.BlockParser }

func (lists) Close(node ast.Node, r text.Reader, pc parser.Context) {
	list := node.(*ast.List)
	if list.IsTight = tight(list); !list.IsTight {
		return
	}
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		for c := item.FirstChild(); c != nil; {
			paragraph, ok := c.(*ast.Paragraph)
			c = c.NextSibling()
			if ok {
				t := pc.(*context).textBlocks.next()
				t.SetLines(paragraph.Lines())
				item.ReplaceChild(item, paragraph, t)
			}
		}
	}
}

// tight says whether no blank line parts items, or what stands in one.
func tight(list *ast.List) bool {
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		if item != list.FirstChild() && item.HasBlankPreviousLines() {
			return false
		}
		for c := item.FirstChild(); c != nil; c = c.NextSibling() {
			if c != item.FirstChild() && c.HasBlankPreviousLines() {
				return false
			}
		}
	}
	return true
}
