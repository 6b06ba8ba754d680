package mark

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// addresses links bare addresses. goldmark asks an inline parser at punctuation
// only, so it wakes at the ":" of http: and the "." of www. and takes the
// letters back from the text before. So an address may follow Chinese text
// directly, and ordinary text costs nothing.
type addresses struct{}

func (addresses) Trigger() []byte { return []byte{':', '.'} }

func (addresses) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if pc.IsInLinkLabel() {
		return nil
	}
	line, segment := block.PeekLine()
	last, ok := parent.LastChild().(*ast.Text)
	if !ok || last.Segment.Stop != segment.Start {
		return nil
	}
	before := block.Source()[last.Segment.Start:last.Segment.Stop]
	var scheme int // letters before the mark
	var protocol []byte
	if line[0] == ':' {
		switch {
		case foldSuffix(before, "https"):
			scheme = len("https")
		case foldSuffix(before, "http"):
			scheme = len("http")
		default:
			return nil
		}
		if len(line) < 4 || line[1] != '/' || line[2] != '/' || !isAlnum(line[3]) {
			return nil
		}
	} else {
		if !foldSuffix(before, "www") || len(line) < 2 || !isAlnum(line[1]) {
			return nil
		}
		scheme, protocol = len("www"), []byte("http")
	}
	if rest := before[:len(before)-scheme]; len(rest) > 0 && (isAlnum(rest[len(rest)-1]) || bytes.HasSuffix(rest, []byte{'/'}) || bytes.HasSuffix(rest, []byte{'.'})) {
		return nil
	}
	end := addressEnd(line)
	if line[0] == '.' && bytes.IndexByte(line[1:end], '.') < 0 {
		return nil
	}
	start := segment.Start - scheme
	last.Segment.Stop = start
	if last.Segment.IsEmpty() {
		parent.RemoveChild(parent, last)
	}
	block.Advance(end)
	node := ast.NewAutoLink(ast.AutoLinkURL, ast.NewTextSegment(text.NewSegment(start, segment.Start+end)))
	node.Protocol = protocol
	node.SetPos(start)
	return node
}

// addressEnd gives where the address ends that line, from its mark on, is the
// rest of: before blanks, quotes, < and all that is not ASCII, and without the
// punctuation that belongs to the sentence.
func addressEnd(line []byte) int {
	end, open := 0, 0
	for end < len(line) {
		c := line[end]
		if c <= ' ' || c >= 0x7f || bytes.IndexByte([]byte("<>\"`|\\^{}"), c) >= 0 {
			break
		}
		if c == '(' {
			open++
		}
		if c == ')' {
			if open == 0 {
				break
			}
			open--
		}
		end++
	}
	for end > 1 && bytes.IndexByte([]byte("?!.,:;*_~'(["), line[end-1]) >= 0 {
		end--
	}
	return end
}

// foldSuffix says whether b ends with an ASCII word, in any case.
func foldSuffix(b []byte, word string) bool {
	return len(b) >= len(word) && bytes.EqualFold(b[len(b)-len(word):], []byte(word))
}
