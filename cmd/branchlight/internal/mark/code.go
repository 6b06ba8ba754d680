package mark

import (
	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/diag"
)

// Code writes or reads a Doc of a file without its HTML and Blocks.
func (d *Doc) Code(c *codec.Coder, file string) {
	codec.String(c, &d.Lead)
	codec.List(c, &d.Slots, func(s *Slot) { s.code(c) })
	codec.List(c, &d.Links, func(l *Link) { l.code(c, file) })
	codec.List(c, &d.Images, func(i *Image) { i.code(c, file) })
	codec.List(c, &d.External, func(l *Link) { l.code(c, file) })
	codec.List(c, &d.Headings, func(h *Heading) { h.code(c, file) })
	c.Strings(&d.IDs)
	diag.CodeFindings(c, &d.Findings)
}

// CodeText writes or reads the HTML and the Blocks.
func (d *Doc) CodeText(c *codec.Coder, file string) {
	codec.String(c, &d.HTML)
	codec.List(c, &d.Blocks, func(b *Block) { b.code(c, file) })
}

// HTMLOf reads the HTML alone.
func HTMLOf(c *codec.Coder) (html string) {
	codec.String(c, &html)
	return html
}

// TextsOf calls use with the text of every block. The texts share the memory of
// what is read.
func TextsOf(c *codec.Coder, use func(string)) {
	var html string
	codec.String(c, &html)
	n := c.Length()
	for range n {
		var b Block
		b.code(c, "")
		use(b.Text)
	}
}

func (s *Slot) code(c *codec.Coder) {
	codec.Int(c, &s.At)
	codec.Int(c, &s.Kind)
	codec.Int(c, &s.Ref)
}

func (l *Link) code(c *codec.Coder, file string) {
	codec.String(c, &l.Dest)
	codec.String(c, &l.Title)
	codec.String(c, &l.Text)
	l.Pos.CodeIn(c, file)
}

func (i *Image) code(c *codec.Coder, file string) {
	codec.String(c, &i.Dest)
	codec.String(c, &i.Alt)
	codec.String(c, &i.Title)
	i.Pos.CodeIn(c, file)
	c.Bool(&i.Figure)
	c.Bool(&i.Gallery)
}

func (h *Heading) code(c *codec.Coder, file string) {
	codec.Int(c, &h.Level)
	codec.String(c, &h.ID)
	codec.String(c, &h.Text)
	h.Pos.CodeIn(c, file)
}

func (b *Block) code(c *codec.Coder, file string) {
	codec.Int(c, &b.Kind)
	codec.String(c, &b.Text)
	b.Pos.CodeIn(c, file)
}
