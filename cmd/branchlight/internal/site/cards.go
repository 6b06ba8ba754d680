package site

import (
	"encoding/binary"
	"strings"
	"sync"
	"sync/atomic"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/view"
)

// cardShelf keeps the cards of a page. It stands in half a dozen lists, so they are
// made once per depth of the list in the output. That is why their URLs lead
// through the top of the output and not the shortest way.
type cardShelf struct {
	made [maxCardDepth + 1]atomic.Pointer[view.Card]
	sum  atomic.Uint64 // of the card at depth 0, which stands for those at any; 0 where it is not known
}

// maxCardDepth is the depth of the deepest list: agency/branch/, themes/name/.
const maxCardDepth = 2

// card gives the card of a page as the lists of a depth show it.
func (p *Page) card(depth int) *view.Card {
	shelf := &p.cards.made[depth]
	if c := shelf.Load(); c != nil {
		return c
	}
	c := new(view.Card)
	p.fillCard(c, depth)
	shelf.CompareAndSwap(nil, c)
	return shelf.Load()
}

// scratch holds cards of which nothing but the sum is wanted.
var scratch = sync.Pool{New: func() any { return new(view.Card) }}

// codeCard writes what stands for the card of a page.
func (p *Page) codeCard(c *codec.Coder) {
	n := p.cards.sum.Load()
	if n == 0 {
		card := scratch.Get().(*view.Card)
		p.fillCard(card, 0)
		sum := card.Sum()
		scratch.Put(card)
		n = binary.BigEndian.Uint64(sum[:])
		p.cards.sum.Store(n)
	}
	var sum codec.Sum
	binary.BigEndian.PutUint64(sum[:], n)
	c.Sum(&sum)
}

// fillCard makes the card of a page. It uses the memory of c's topics.
func (p *Page) fillCard(c *view.Card, depth int) {
	m, root := p.Matter, strings.Repeat("../", depth)
	*c = view.Card{
		Kind: p.kind(), Title: p.Title, URL: root + p.Out, Date: m.Date, Summary: p.Summary,
		Agency: p.Agency.links[depth], Topics: c.Topics[:0], Percent: -1,
	}
	if p.Branch != nil {
		c.Branch = p.Branch.links[depth]
	}
	if n := len(p.Topics); n > cap(c.Topics) {
		c.Topics = make([]view.Link, 0, n)
	}
	for _, t := range p.Topics {
		c.Topics = append(c.Topics, t.links[depth])
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
