package mark

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// This file reads addresses with blanks in them: files of an office are called
// 图 片.png, and nobody writes ![](<图 片.png>) unasked.

// maxAddress bounds, in bytes, how far an address that is not written right is
// looked at.
const maxAddress = 600

// standIn takes the place of a blank while goldmark, for which an address ends
// there, looks at the line. It is a control character, so no page shows it.
const standIn = 0x1f

// spacedReader shows the blanks of an address as standIn. All else about the
// text, its offsets too, is as it stands.
type spacedReader struct {
	text.Reader
	from, to int // of the address, in the source
}

func (r spacedReader) PeekLine() ([]byte, text.Segment) {
	line, segment := r.Reader.PeekLine()
	from, to := r.from-segment.Start, r.to-segment.Start
	if segment.Padding != 0 || from < 0 || to > len(line) {
		return line, segment
	}
	line = bytes.Clone(line)
	for i := from; i < to; i++ {
		if line[i] == ' ' {
			line[i] = standIn
		}
	}
	return line, segment
}

// spaced parses the link or image whose ] the reader has reached, and whose
// address is block's text from one offset to another.
func (p links) spaced(parent ast.Node, block text.Reader, pc parser.Context, from, to int) ast.Node {
	node := p.charged.Parse(parent, spacedReader{block, from, to}, pc)
	switch n := node.(type) {
	case *ast.Link:
		n.Destination = bytes.ReplaceAll(n.Destination, []byte{standIn}, []byte{' '})
	case *ast.Image:
		n.Destination = bytes.ReplaceAll(n.Destination, []byte{standIn}, []byte{' '})
	default:
		return node
	}
	pc.(*context).note(ruleLinkBlanks, from)
	return node
}

// spacedAddress gives where in line, which begins with ](, an address with
// blanks stands: the name of a file, perhaps with an anchor, or an anchor alone.
// Without one, to is 0.
func spacedAddress(line []byte) (from, to int) {
	if len(line) < 2 || line[1] != '(' {
		return 0, 0
	}
	line = line[:min(len(line), maxAddress)]
	end, open := 2, 0
scan:
	for ; end < len(line); end++ {
		switch c := line[end]; c {
		case '(':
			open++
		case ')':
			if open == 0 {
				break scan
			}
			open--
		case '"', '\'': // a title follows
			if end > 2 && line[end-1] == ' ' {
				break scan
			}
		case '<', '>', '\n', '\t', standIn:
			return 0, 0
		}
	}
	if end == len(line) {
		return 0, 0
	}
	address := bytes.Trim(line[2:end], " ")
	if !bytes.Contains(address, []byte{' '}) || bytes.Contains(address, []byte("://")) || !fileLike(address) {
		return 0, 0
	}
	from = 2 + bytes.Index(line[2:], address)
	return from, from + len(address)
}

// fileLike reports that an address names a file by its extension, or is an
// anchor.
func fileLike(address []byte) bool {
	path, _, anchor := bytes.Cut(address, []byte{'#'})
	if len(path) == 0 {
		return anchor
	}
	dot := bytes.LastIndexByte(path, '.')
	if n := len(path) - dot - 1; dot < 0 || n == 0 || n > 5 {
		return anchor && fileLike(address[len(path)+1:]) // 方案 #1.docx
	}
	for _, c := range path[dot+1:] {
		if !isAlnum(c) {
			return false
		}
	}
	return true
}
