package mark

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// noteKinds are the words after ::: and the kind each means. The kind is the
// class; the first Chinese word of a kind is its title where an English word was
// written.
var noteKinds = map[string]string{
	"说明": "note", "备注": "note", "注": "note", "note": "note", "info": "note",
	"提示": "tip", "小贴士": "tip", "tip": "tip", "hint": "tip",
	"要点": "important", "重要": "important", "important": "important",
	"注意": "warning", "提醒": "warning", "警告": "warning", "warning": "warning", "caution": "warning", "danger": "warning",
	"示例": "example", "案例": "example", "例": "example", "example": "example",
}

var noteTitles = map[string]string{
	"note": "说明", "tip": "提示", "important": "要点", "warning": "注意", "example": "示例",
}

const noteWords = "说明、提示、要点、注意、示例"

// noteNode is a ::: note. A fence that closes nothing is a noteNode too, so that
// it can be reported.
type noteNode struct {
	ast.BaseBlock
	kind   string // class, one of noteTitles
	title  string
	word   string // what was written after :::
	titled int    // offset of the title, or of the word
	known  bool   // word is in noteKinds
	closed bool
	stray  bool // closes nothing
}

var kindNote = ast.NewNodeKind("Note")

func (n *noteNode) Kind() ast.NodeKind { return kindNote }

func (n *noteNode) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// notes parses :::word title … :::, also with full-width ：.
type notes struct{}

func (notes) Trigger() []byte { return []byte{':', 0xef} }

func (notes) Open(parent ast.Node, r text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := r.PeekLine()
	pos := pc.BlockOffset()
	if pos < 0 {
		return nil, parser.NoChildren
	}
	width, wide := fence(line[pos:])
	if width == 0 {
		return nil, parser.NoChildren
	}
	at := segment.Start + pos - segment.Padding
	ctx := pc.(*context)
	if wide {
		ctx.note(ruleNoteFence, at)
	}
	node := &noteNode{titled: at + width}
	node.SetPos(at)
	rest := line[pos+width:]
	node.titled += wideSpaces(rest)
	words := strings.Fields(strings.TrimRight(string(rest), ": \t\r\n"))
	r.AdvanceToEOL()
	if len(words) == 0 {
		node.stray = true
		return node, parser.NoChildren
	}
	node.word = strings.Trim(words[0], "：:[]{}【】")
	node.title = strings.Join(words[1:], " ")
	node.kind, node.known = noteKinds[strings.ToLower(node.word)]
	if !node.known {
		node.kind = "note"
	}
	if node.title == "" {
		if node.title = node.word; node.known && node.word[0] < 0x80 {
			node.title = noteTitles[node.kind]
		}
	}
	return node, parser.HasChildren
}

func (notes) Continue(node ast.Node, r text.Reader, pc parser.Context) parser.State {
	note := node.(*noteNode)
	if note.stray {
		return parser.Close
	}
	line, segment := r.PeekLine()
	trimmed := bytes.TrimSpace(line)
	width, wide := fence(trimmed)
	if width == 0 || width != len(trimmed) || !innermost(node, pc) {
		return parser.Continue | parser.HasChildren
	}
	if wide {
		pc.(*context).note(ruleNoteFence, segment.Start)
	}
	note.closed = true
	r.AdvanceToEOL()
	return parser.Close
}

func (notes) Close(ast.Node, text.Reader, parser.Context) {}

func (notes) CanInterruptParagraph() bool { return true }
func (notes) CanAcceptIndentedLine() bool { return false }

// innermost says whether no note and no fenced code is open inside node.
func innermost(node ast.Node, pc parser.Context) bool {
	blocks := pc.OpenedBlocks()
	for i := len(blocks) - 1; i >= 0 && blocks[i].Node != node; i-- {
		switch blocks[i].Node.(type) {
		case *noteNode, *ast.FencedCodeBlock, *ast.HTMLBlock:
			return false
		}
	}
	return true
}

// fence gives the bytes of the three or more colons that b starts with, 0 where
// there are fewer, and whether any is full-width.
func fence(b []byte) (width int, wide bool) {
	n := 0
	for {
		switch rest := b[width:]; {
		case bytes.HasPrefix(rest, []byte(":")):
			width++
		case bytes.HasPrefix(rest, []byte("：")):
			width += len("：")
			wide = true
		default:
			if n < 3 {
				return 0, false
			}
			return width, wide
		}
		n++
	}
}
