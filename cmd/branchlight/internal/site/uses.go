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
	for i, f := range p.images {
		if f != nil {
			visit(f, p.Doc.Images[i].Pos)
		}
	}
	if p.cover != nil {
		visit(p.cover, p.Matter.Pos("cover"))
	}
	if p.photo != nil {
		visit(p.photo, p.Matter.Pos("photo"))
	}
}
