package mark

import (
	"bytes"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// This file understands headings and paragraphs as people who come from Word and
// WPS type them.

// headings wraps the parsers of both kinds of headings: it collects them, and
// takes {#id} from their end.
type headings struct{ parser.BlockParser }

func (p headings) Close(node ast.Node, r text.Reader, pc parser.Context) {
	p.BlockParser.Close(node, r, pc)
	heading := node.(*ast.Heading)
	if heading.Parent() == nil { // a paragraph after all
		return
	}
	ctx := pc.(*context)
	ctx.headings = append(ctx.headings, heading)
	lines := heading.Lines()
	if lines.Len() == 0 {
		return
	}
	last := lines.At(lines.Len() - 1)
	value := last.Value(r.Source())
	trimmed := bytes.TrimRight(value, " \t\r\n")
	if !bytes.HasSuffix(trimmed, []byte("}")) {
		return
	}
	open := bytes.LastIndex(trimmed, []byte("{#"))
	if open < 0 || open > 0 && trimmed[open-1] == '\\' || last.Padding != 0 {
		return
	}
	heading.SetAttributeString("id", trimmed[open+2:len(trimmed)-1])
	last.Stop = last.Start + len(bytes.TrimRight(trimmed[:open], " \t"))
	lines.Set(lines.Len()-1, last)
}

// hashHeadings reads headings that begin with #, also full-width ＃, and also
// directly before a Chinese character.
type hashHeadings struct{ headings }

func (hashHeadings) Trigger() []byte { return []byte{'#', 0xef, wideSpace[0]} }

func (p hashHeadings) Open(parent ast.Node, r text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := r.PeekLine()
	pos := pc.BlockOffset()
	if pos < 0 {
		return nil, parser.NoChildren
	}
	if line[pos] == '#' {
		if node, state := p.BlockParser.Open(parent, r, pc); node != nil {
			return node, state
		}
	}
	level, from, to := irregular(line[pos:])
	if level == 0 {
		return nil, parser.NoChildren
	}
	pc.(*context).note(ruleHeadingHabit, segment.Start+pos-segment.Padding)
	node := ast.NewHeading(level)
	start := segment.Start - segment.Padding + pos
	node.Lines().Append(text.NewSegment(start+from, start+to))
	r.AdvanceToEOL()
	return node, parser.NoChildren
}

// irregular gives the level of a heading that goldmark would not take for one,
// and where on the line its title stands; level 0 where there is none.
func irregular(b []byte) (level, from, to int) {
	indent := 0
	if bytes.HasPrefix(b, []byte(wideSpace)) {
		indent = wideSpaces(b)
	}
	level, width := hashes(b[indent:])
	if level == 0 || level > 6 {
		return 0, 0, 0
	}
	from = indent + width
	gap := wideSpaces(b[from:])
	from += gap
	title := bytes.TrimRight(b[from:], " \t\r\n")
	next, _ := utf8.DecodeRune(title)
	switch {
	case len(title) == 0:
		return 0, 0, 0
	case gap == 0 && !isHan(next) && next != '“' && next != '《' && next != '（':
		return 0, 0, 0 // #1, ＃3楼
	case gap == 0 && level == 1 && bytes.ContainsAny(title, "#＃"):
		return 0, 0, 0 // #话题# is a tag and no heading
	}
	for {
		cut, ok := bytes.CutSuffix(title, []byte("＃"))
		if !ok {
			break
		}
		title = bytes.TrimRight(cut, " \t")
	}
	return level, from, from + len(title)
}

// hashes counts the # and ＃ that b starts with, and their bytes.
func hashes(b []byte) (level, width int) {
	for width < len(b) {
		switch {
		case b[width] == '#':
			width++
		case bytes.HasPrefix(b[width:], []byte("＃")):
			width += len("＃")
		default:
			return level, width
		}
		level++
	}
	return level, width
}

// indented makes paragraphs of lines that Markdown would take for code or would
// glue together: Chinese text behind four blanks or a tab, and every line behind
// an ideographic space, which begins a paragraph wherever Chinese is typed.
type indented struct{ parser.BlockParser }

func (indented) Trigger() []byte {
	// First bytes of Chinese characters and punctuation, letters and digits.
	t := []byte{0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xef, 0xf0}
	for c := byte('0'); c <= 'z'; c++ {
		if isAlnum(c) {
			t = append(t, c)
		}
	}
	return t
}

func (p indented) Open(parent ast.Node, r text.Reader, pc parser.Context) (ast.Node, parser.State) {
	pos := pc.BlockOffset()
	if pos < 0 || pos == 0 && r.Peek() != wideSpace[0] { // every paragraph comes by here
		return nil, parser.NoChildren
	}
	line, segment := r.PeekLine()
	rest := line[pos:]
	if bytes.HasPrefix(rest, []byte(wideSpace)) {
		if level, _, _ := irregular(rest); level > 0 {
			return nil, parser.NoChildren
		}
		pos += wideSpaces(rest)
		if len(bytes.TrimSpace(line[pos:])) == 0 {
			r.AdvanceToEOL()
			return &blankNode{}, parser.NoChildren
		}
	} else {
		if pc.BlockIndent() < 4 || !proseLike(rest) {
			return nil, parser.NoChildren
		}
		if last := pc.LastOpenedBlock(); ast.IsParagraph(last.Node) {
			// A continuation, unless paragraphs are told apart by indents alone.
			if _, ours := last.Parser.(indented); !ours || !endsSentence(r.Source()[:segment.Start]) {
				return nil, parser.NoChildren
			}
		}
		pc.(*context).note(ruleIndent, segment.Start+pos-segment.Padding)
	}
	node := pc.(*context).newParagraph()
	start := min(segment.Start+pos-segment.Padding, segment.Stop)
	node.Lines().Append(text.NewSegment(start, segment.Stop))
	r.AdvanceToEOL()
	return node, parser.NoChildren
}

func (p indented) Continue(node ast.Node, r text.Reader, pc parser.Context) parser.State {
	if node.Kind() == kindBlank {
		return parser.Close
	}
	return p.BlockParser.Continue(node, r, pc)
}

func (p indented) Close(node ast.Node, r text.Reader, pc parser.Context) {
	if node.Kind() != kindBlank {
		p.BlockParser.Close(node, r, pc)
	}
}

func (indented) CanInterruptParagraph() bool { return true }
func (indented) CanAcceptIndentedLine() bool { return true }

// blankNode is a line of ideographic spaces: it ends a paragraph, as a blank line
// does, and is nothing itself.
type blankNode struct{ ast.BaseBlock }

var kindBlank = ast.NewNodeKind("Blank")

func (*blankNode) Kind() ast.NodeKind { return kindBlank }

func (n *blankNode) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// proseLike says whether an indented line is Chinese text and not code: after at
// most some letters, digits and blanks (5A 工作法, 2026年) comes a CJK character
// or a Chinese quote.
func proseLike(b []byte) bool {
	for i, c := range b {
		if c >= utf8.RuneSelf {
			r, _ := utf8.DecodeRune(b[i:])
			return isCJK(r) || isShared(r)
		}
		if !isAlnum(c) && c != ' ' && c != '.' && c != '-' && c != '%' || i >= 16 {
			return false
		}
	}
	return false
}

// endsSentence says whether the last line of b ends as a paragraph does.
func endsSentence(b []byte) bool {
	r, _ := utf8.DecodeLastRune(bytes.TrimRight(b, " \t\r\n>"))
	switch r {
	case '。', '！', '？', '；', '：', '”', '）', '…':
		return true
	}
	return false
}
