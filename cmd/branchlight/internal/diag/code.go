package diag

import "branchlight/cmd/branchlight/internal/codec"

// Code writes or reads a text.
func (t *Text) Code(c *codec.Coder) {
	codec.String(c, &t.Zh)
	codec.String(c, &t.En)
}

// Code writes or reads a position.
func (p *Pos) Code(c *codec.Coder) {
	codec.String(c, &p.File)
	p.CodeIn(c, p.File)
}

// CodeIn is Code for a position in a file that is known: of the many positions
// of one page, none need name it.
func (p *Pos) CodeIn(c *codec.Coder, file string) {
	p.File = file
	codec.Int(c, &p.Line)
	codec.Int(c, &p.Col)
}

// Code writes or reads a finding.
func (f *Finding) Code(c *codec.Coder) {
	codec.String(c, &f.Rule)
	codec.Int(c, &f.Severity)
	f.Pos.Code(c)
	f.Message.Code(c)
	f.Hint.Code(c)
	codec.String(c, &f.Line)
}

// CodeFindings writes or reads a list of findings.
func CodeFindings(c *codec.Coder, list *[]Finding) {
	codec.List(c, list, func(f *Finding) { f.Code(c) })
}
