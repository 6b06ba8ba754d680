package mark

import (
	"bytes"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	gast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"branchlight/cmd/branchlight/internal/diag"
)

// Bounds of a page. A page of the county's has some kilobytes; these are far
// above what a person writes and far below what takes a second.
const (
	maxBody    = 1 << 20  // bytes of Markdown
	maxHTML    = 8 << 20  // bytes of HTML, destinations and titles
	maxDepth   = 48       // block quotes, lists, items and notes inside one another
	maxInline  = 100      // emphasis, links and so on inside one another
	maxColumns = 64       // of a table
	maxCells   = 20_000   // of all tables of a page
	maxNotes   = 1_000    // definitions of footnotes
	maxOpeners = 20_000   // each of [ < ` in the body
	maxTag     = 16 << 10 // bytes of a line that begins with <
	maxWork    = 30 << 20 // steps of parsing, of about a nanosecond each
)

// limit is the panic that leaves goldmark where a bound is exceeded. It is the
// only way out: goldmark has no error and no cancellation.
type limit struct {
	offset int // in the body, -1 where it is unknown
	what   diag.Text
}

func exceed(offset int, zh, en string, args ...any) {
	panic(limit{offset, diag.Textf(zh, en, args...)})
}

// context is goldmark's context of one parse, with a budget.
type context struct {
	parser.Context
	work     int // steps left
	cells    int // cells of tables so far
	body     []byte
	emphasis pairing
	headings []*ast.Heading // in order
	notes    []ast.Node     // footnotes as they are defined
	habits   []habit

	texts      slab[ast.Text]
	paragraphs slab[ast.Paragraph]
	textBlocks slab[ast.TextBlock]
	tableRows  slab[gast.TableRow]
	tableCells slab[gast.TableCell]
	cut        []text.Segment // cells of a line of a table
	opened     []parser.Block // memory of those that are open
	delimiters slab[parser.Delimiter]
	emphases   slab[ast.Emphasis]
}

// habit is a place where a habit of Word or WPS was understood or refused.
type habit struct {
	rule   *diag.Rule
	offset int // in the body
}

func (c *context) note(r *diag.Rule, offset int) {
	c.habits = append(c.habits, habit{r, offset})
}

// charge takes n steps from the budget.
func (c *context) charge(n int) {
	c.work -= n
	if c.work < 0 {
		exceed(-1, "排版符号互相交错得太多", "its marks are too entangled")
	}
}

// SetOpenedBlocks sees every block that opens inside another.
func (c *context) SetOpenedBlocks(blocks []parser.Block) {
	if len(blocks) > maxDepth {
		exceed(blocks[len(blocks)-1].Node.Pos(), "列表或引用套了 %d 层以上", "lists or quotes are nested more than %d deep", maxDepth)
	}
	if blocks == nil {
		blocks = c.opened
	}
	c.opened = blocks[:0]
	c.Context.SetOpenedBlocks(blocks)
}

// reader charges the block parsers: all of them look at lines through it.
type reader struct {
	text.Reader
	ctx *context
}

func (r *reader) PeekLine() ([]byte, text.Segment) {
	line, segment := r.Reader.PeekLine()
	r.ctx.charge(8 + len(line)>>3)
	return line, segment
}

// charged charges an inline parser for what it may look at: what it consumed,
// or, where it gave up, all that is left of its block.
type charged struct{ parser.InlineParser }

func (p charged) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	_, from := block.Position()
	node := p.InlineParser.Parse(parent, block, pc)
	ctx := pc.(*context)
	_, to := block.Position()
	cost := 8 + to.Start - from.Start
	if _, plain := node.(*ast.Text); node == nil || plain {
		if c := ctx.body[min(from.Start, len(ctx.body)-1)]; c == ']' || c == '`' || c == '<' && tagLike(ctx.body[from.Start:]) {
			lines := parent.Lines()
			cost = 256 + lines.At(lines.Len()-1).Stop - from.Start
		}
	}
	ctx.charge(max(cost, 8))
	return node
}

// tagLike says whether goldmark takes b for the beginning of raw HTML, and
// looks for its end.
func tagLike(b []byte) bool {
	return len(b) > 1 && (isAlnum(b[1]) || b[1] == '/' || b[1] == '!' || b[1] == '?')
}

// links is the parser of links and images. A closing bracket makes it look back
// over its siblings and copy lines.
type links struct{ charged }

func (p links) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if block.Peek() == ']' && pc.IsInLinkLabel() {
		pc.(*context).charge(parent.ChildCount() + parent.Lines().Len())
		line, segment := block.PeekLine()
		if from, to := spacedAddress(line); to > 0 && segment.Padding == 0 {
			return p.spaced(parent, block, pc, segment.Start+from, segment.Start+to)
		}
	}
	return p.charged.Parse(parent, block, pc)
}

func (p links) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	p.InlineParser.(parser.CloseBlocker).CloseBlock(parent, block, pc)
}

// htmlBlocks keeps goldmark's seven regular expressions from very long lines.
type htmlBlocks struct{ parser.BlockParser }

func (p htmlBlocks) Open(parent ast.Node, r text.Reader, pc parser.Context) (ast.Node, parser.State) {
	if line, segment := r.PeekLine(); len(line) > maxTag {
		exceed(segment.Start, "以“<”开头的一行超过 %d 个字节", "a line that begins with < has more than %d bytes", maxTag)
	}
	return p.BlockParser.Open(parent, r, pc)
}

// references looks for link definitions only where a paragraph can begin with
// one; goldmark makes a reader for every paragraph.
type references struct{ parser.ParagraphTransformer }

func (t references) Transform(node *ast.Paragraph, r text.Reader, pc parser.Context) {
	first := node.Lines().At(0)
	source := r.Source()
	for i := first.Start; i < first.Stop; i++ {
		switch source[i] {
		case ' ', '\t':
			continue
		case '[':
			t.ParagraphTransformer.Transform(node, r, pc)
		}
		return
	}
}

// survey is what a look at the bytes of a body says before it is parsed.
type survey struct {
	hidden    bool // may hold hidden characters
	fullwidth bool // holds full-width brackets or asterisks that may stand for Markdown
	invalid   bool // may be no UTF-8
}

// look checks a body against the bounds and finds what the renderer has to
// watch for. It costs about a nanosecond a character.
func look(body []byte) survey {
	if len(body) > maxBody {
		exceed(0, "正文有 %d KB，最多 %d KB", "it has %d KB, at most %d KB are possible", len(body)>>10, maxBody>>10)
	}
	var s survey
	var openers [256]int
	markers(body, 0)
	for i := 0; i < len(body); {
		c := body[i]
		if 0xe1 <= c && c <= 0xef && i+2 < len(body) && body[i+1]>>6 == 2 && body[i+2]>>6 == 2 { // nearly all of Chinese text
			if c == 0xe1 || c == 0xe2 || c >= 0xed {
				s.wide(c, body[i+1], body[i+2])
			}
			i += 3
			continue
		}
		switch {
		case c >= utf8.RuneSelf: // rare: let the renderer decode it
			s.hidden, s.invalid = true, true
		case c == '\n':
			markers(body, i+1)
		case c == '[' || c == '<' || c == '`':
			openers[c]++
		case c < ' ' && c != '\t' && c != '\r' || c == 0x7f:
			s.hidden = true
		}
		i++
	}
	for _, c := range []byte("[<`") {
		if openers[c] > maxOpeners {
			exceed(bytes.IndexByte(body, c), "有 %d 个“%c”", "it has %d times %c", openers[c], c)
		}
	}
	return s
}

// wide looks at a character of three bytes that is not a Chinese one: most are
// quotes and full-width punctuation.
func (s *survey) wide(a, b, c byte) {
	switch {
	case a == 0xe2: // U+200B to U+200F, U+2028 to U+202E, U+2060 to U+206F
		if b == 0x80 && (0x8b <= c && c <= 0x8f || 0xa8 <= c && c <= 0xae) || b == 0x81 && c >= 0xa0 {
			s.hidden = true
		}
	case a == 0xef && b == 0xbc: // （ ＊ ： ［ ］
		if c == 0x88 || c == 0x8a || c == 0x9a || c == 0xbb || c == 0xbd {
			s.fullwidth = true
		}
	case a == 0xef && b == 0xbd:
	default:
		s.hidden = true
		s.invalid = s.invalid || a == 0xed // perhaps a surrogate
	}
}

// markers refuses a line that opens too many containers at once.
func markers(body []byte, i int) {
	n := 0
	for start := i; i < len(body); {
		switch c := body[i]; {
		case c == ' ' || c == '\t':
			i++
			continue
		case c == '>':
			i++
		case (c == '-' || c == '+' || c == '*') && i+1 < len(body) && (body[i+1] == ' ' || body[i+1] == '\t'):
			i += 2
		case isDigit(c):
			for i < len(body) && isDigit(body[i]) {
				i++
			}
			if i+1 >= len(body) || body[i] != '.' && body[i] != ')' || body[i+1] != ' ' {
				return
			}
			i += 2
		default:
			return
		}
		if n++; n > maxDepth {
			if ruled(body[start:]) {
				return
			}
			exceed(start, "一行里连着 %d 个以上的列表或引用符号", "a line has more than %d marks of lists or quotes", maxDepth)
		}
	}
}

// ruled says whether a line is a thematic break: one mark and spaces.
func ruled(line []byte) bool {
	line, _, _ = bytes.Cut(line, []byte{'\n'})
	line = bytes.TrimSpace(line)
	return len(line) > 0 && (line[0] == '-' || line[0] == '*') && len(bytes.Trim(line, " \t"+string(line[:1]))) == 0
}

// tooComplex makes the finding of a page that is not parsed.
func tooComplex(src *diag.Source, body int, l limit) diag.Finding {
	return src.Finding(ruleComplex, body+max(l.offset, 0),
		diag.Text{Zh: "正文太复杂，无法排版：" + l.what.Zh, En: "too complex to be laid out: " + l.what.En},
		diag.Text{Zh: "多半是粘贴时带进了乱码或多余的符号；请删去，或把正文分成几页", En: "probably pasted garbage: remove it, or divide the text into several pages"})
}
