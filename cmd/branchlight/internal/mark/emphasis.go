package mark

import (
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	gast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// This file decides which runs of * _ and ~~ open and close. The rules are
// CommonMark 0.31 section 6.2 with the CJK-friendly amendments
// (specification.md of tats-u/markdown-cjk-friendly): a CJK character beside a
// run counts like punctuation, and CJK punctuation does not hinder it. Curly
// quotes are not CJK punctuation; Chinese and English share them.

// emphasis parses * and _ (and ~~, by its own marks).
type emphasis struct{}

func (emphasis) Trigger() []byte { return []byte{'*', '_', '~'} }

func (emphasis) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, segment := block.PeekLine()
	c := line[0]
	n := 1
	for n < len(line) && line[n] == c {
		n++
	}
	if c == '~' && n != 2 {
		// One tilde is a range (3~5天). A run is taken whole, because goldmark
		// would ask again at each of its characters.
		block.Advance(n)
		return pc.(*context).newText(segment.WithStop(segment.Start + n))
	}
	before := behind(block, segment)
	after := ' '
	if n < len(line) {
		after, _ = utf8.DecodeRune(line[n:])
	}
	if c == '*' && n >= 3 && masks(block.PrecendingCharacter(), after) {
		block.Advance(n)
		return pc.(*context).newText(segment.WithStop(segment.Start + n))
	}
	open, close := flanks(c, before, after)
	ctx := pc.(*context)
	d := ctx.delimiters.next() // as parser.NewDelimiter makes it
	d.CanOpen, d.CanClose, d.Length, d.OriginalLength, d.Char, d.Processor = open, close, n, n, c, &ctx.emphasis
	d.Segment = segment.WithStop(segment.Start + n)
	block.Advance(n)
	pc.PushDelimiter(d)
	return d
}

// masks reports that a run of stars hides part of a number, as in 138****1234, or
// of an address, as in z***@a.cn, by what stands beside it. Two such in one
// paragraph would be taken for emphasis around all between them.
func masks(before, after rune) bool {
	digit := func(r rune) bool { return '0' <= r && r <= '9' }
	return digit(before) && (digit(after) || after|0x20 == 'x') || after == '@' && (digit(before) || before|0x20 >= 'a' && before|0x20 <= 'z')
}

// side is what stands before a run of delimiters.
type side struct {
	space, punct bool // Unicode whitespace, punctuation of any script
	cjk          bool // a CJK character, of whatever kind, or its variation selector
}

// behind looks at the character before the reader's place, and through a
// variation selector at the one before that.
func behind(block text.Reader, segment text.Segment) side {
	r := block.PrecendingCharacter()
	switch {
	case 0xe0100 <= r && r <= 0xe01ef: // selects the form of an ideograph
		return side{cjk: true}
	case 0xfe00 <= r && r <= 0xfe0e:
		selector := r
		at := segment.Start - utf8.RuneLen(selector)
		r, _ = utf8.DecodeLastRune(block.Source()[:max(at, 0)])
		if selector == 0xfe01 && (r == '“' || r == '”' || r == '‘' || r == '’') {
			return side{punct: true, cjk: true} // the full-width form of a quote
		}
	}
	return side{space: unicode.IsSpace(r), punct: isPunct(r), cjk: isCJK(r)}
}

// flanks says whether a run of c can open and close emphasis.
func flanks(c byte, before side, after rune) (open, close bool) {
	spaceAfter, punctAfter, cjkAfter := unicode.IsSpace(after), isPunct(after), isCJK(after)
	left := !spaceAfter && (!punctAfter || cjkAfter || before.space || before.punct || before.cjk)
	right := !before.space && (!before.punct || before.cjk || spaceAfter || punctAfter || cjkAfter)
	if c == '_' {
		return left && (!right || before.punct), right && (!left || punctAfter)
	}
	return left, right
}

// pairing joins delimiters of one parse. It exists per parse because
// goldmark's search for openers is quadratic and has to be charged.
type pairing struct {
	ctx    *context
	strike bool // set by the last CanOpenCloser, read by OnMatch of the same pair
}

func (p *pairing) IsDelimiter(c byte) bool { return c == '*' || c == '_' || c == '~' }

func (p *pairing) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	p.ctx.charge(4)
	p.strike = opener.Char == '~'
	return opener.Char == closer.Char
}

func (p *pairing) OnMatch(consumes int) ast.Node {
	if p.strike {
		return gast.NewStrikethrough()
	}
	e := p.ctx.emphases.next()
	e.Level = consumes
	return e
}
