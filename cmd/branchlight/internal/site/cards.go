package site

import (
	"strings"
	"sync/atomic"

	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/view"
)

// cardShelf keeps the cards of pages. A page stands in half a dozen lists, so its
// cards are made once per depth of the list in the output. That is why their
// URLs lead through the top of the output and not the shortest way.
type cardShelf [maxCardDepth + 1]atomic.Pointer[view.Card]

// maxCardDepth is the depth of the deepest list: agency/branch/, themes/name/.
const maxCardDepth = 2

// card gives the card of a page as the lists of a depth show it.
func (p *Page) card(depth int) *view.Card {
	shelf := &p.cards[depth]
	if c := shelf.Load(); c != nil {
		return c
	}
	shelf.CompareAndSwap(nil, p.makeCard(depth))
	return shelf.Load()
}

func (p *Page) makeCard(depth int) *view.Card {
	m, root := p.Matter, strings.Repeat("../", depth)
	c := &view.Card{
		Kind: p.kind(), Title: p.Title, URL: root + p.Out, Date: m.Date, Summary: p.Summary,
		Agency: p.Agency.links[depth], Percent: -1,
	}
	if p.Branch != nil {
		c.Branch = p.Branch.links[depth]
	}
	if len(p.Topics) > 0 {
		c.Topics = make([]view.Link, len(p.Topics))
		for i, t := range p.Topics {
			c.Topics[i] = t.links[depth]
		}
	}
	if f, alt := p.posterOf(); f != nil {
		c.Cover = f.narrow(root, alt)
	}
	switch p.Role {
	case front.Practice:
		c.Brand = m.Brand
	case front.Progress:
		c.Stage, c.Percent = m.Stage, m.Percent
	case front.Post:
		c.Holder, c.Position, c.Pledge = p.holder(), m.Position, m.Pledge
	}
	c.Seal()
	return c
}

// cards gives the cards of pages as an output shows them.
func cards(out string, pages []*Page) []*view.Card {
	depth := strings.Count(out, "/")
	list := make([]*view.Card, len(pages))
	for i, p := range pages {
		list[i] = p.card(depth)
	}
	return list
}
