package site

import "branchlight/cmd/branchlight/internal/diag"

// Uses calls a function with every file that a published page links to or shows,
// and where the page does so.
func (p *Page) Uses(visit func(f *Attachment, pos diag.Pos)) {
	for i := range p.links {
		if f := p.links[i].file; f != nil {
			visit(f, p.Doc.Links[i].Pos)
		}
	}
	for i, f := range p.pictures.images {
		if f != nil {
			visit(f, p.Doc.Images[i].Pos)
		}
	}
	if f := p.pictures.cover; f != nil {
		visit(f, p.Matter.Pos("cover"))
	}
	if f := p.pictures.photo; f != nil {
		visit(f, p.Matter.Pos("photo"))
	}
}
