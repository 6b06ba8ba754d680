package mark

import (
	"encoding/binary"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// runs takes a stretch of letters in one step. goldmark looks at every byte of a
// text by itself, of which a Chinese character has three; most stretches of a
// page have nothing in them that an inline parser could want.
type runs struct{}

// Trigger is a space, which also stands for the beginning of what is left of a
// line.
func (runs) Trigger() []byte { return []byte{' '} }

func (runs) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, segment := block.PeekLine()
	n := trailing(line)
	if n > 0 {
		block.Advance(n)
		run := text.NewSegment(segment.Start, segment.Start+n)
		return pc.(*context).newText(run.TrimRightSpace(block.Source()))
	}
	for n < len(line) {
		if wide := wideBytes(line[n:]); wide > 0 {
			n += wide
		} else if letter[line[n]] || line[n] == ' ' && n+1 < len(line) && letter[line[n+1]] {
			n++
		} else {
			break
		}
	}
	if n == 0 {
		return nil
	}
	node := pc.(*context).newText(text.NewSegment(segment.Start, segment.Start+n))
	switch {
	case n == len(line)-1 && line[n] == '\n': // a line end that is soft: nothing stands before it
		node.SetSoftLineBreak(true)
		block.AdvanceLine()
	case n == len(line):
		block.AdvanceLine()
	default:
		block.Advance(n)
	}
	return node
}

// wideBytes gives how many of the bytes at the start of b are none of ASCII,
// rounded down to eights.
func wideBytes(b []byte) int {
	n := 0
	for len(b)-n >= 8 && binary.LittleEndian.Uint64(b[n:])&0x8080808080808080 == 0x8080808080808080 {
		n += 8
	}
	return n
}

// trailing gives how much of the blanks before a line end can be dropped, where
// there is nothing else: all but those that make a hard line break. goldmark
// drops them by itself as long as no inline parser stops it at a space.
func trailing(line []byte) int {
	n := 0
	for n < len(line) && (line[n] == ' ' || line[n] == '\t') {
		n++
	}
	switch {
	case n < 2 || n == len(line) || line[n] != '\n':
		return 0
	case line[n-1] == ' ' && line[n-2] == ' ':
		return n - 2
	}
	return n - 1
}

// letter marks the bytes at which no inline parser begins, and which are none of
// Markdown's escapes: letters, digits, most punctuation, and all of characters
// outside ASCII.
var letter = func() (set [256]bool) {
	for c := range set {
		set[c] = c > ' ' && c != 0x7f
	}
	for _, c := range []byte("!.:<[\\]*_~`") {
		set[c] = false
	}
	return set
}()
