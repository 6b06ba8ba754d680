package view

import (
	"html/template"
	"sync"

	"branchlight/cmd/branchlight/internal/codec"
)

// View is what an output is made of.
type View interface {
	// Code writes all that the view holds, for the key of its output. It is
	// written by hand, field by field; a test changes every field in turn. An
	// Article's Body is left out: see Text.
	Code(c *codec.Coder)
}

// Text is a view whose words are made last, and only where the output is made:
// most of what a page weighs is its text, and most builds change few texts. The
// key of the output has what stands for the text instead.
type Text interface {
	View
	SetBody(template.HTML)
}

// SetBody puts the text in.
func (v *Article) SetBody(text template.HTML) { v.Body = text }

// Listing is a view whose cards are made last, as a Text's words are: a card
// stands in half a dozen lists, most of which stand. The key of the output has the
// sums of the cards instead.
type Listing interface {
	View
	SetCards([]*Card)
}

// SetCards puts the cards in.
func (v *List) SetCards(list []*Card) { v.Cards = list }

// SetCards puts the cards in.
func (v *Agency) SetCards(list []*Card) { v.Cards = list }

// SetCards puts the cards in.
func (v *Branch) SetCards(list []*Card) { v.Cards = list }

// SetCards puts the cards in.
func (v *Board) SetCards(list []*Card) { v.Cards = list }

// SetCards puts the cards in.
func (v *Sheet) SetCards(list []*Card) { v.Posts = list }

// seal is the sum of a value that many views hold. A sealed value is written as
// its sum alone.
type seal struct{ sum codec.Sum }

func (s *seal) set(code func(*codec.Coder)) { s.sum = sumOf(code) }

func sumOf(code func(*codec.Coder)) codec.Sum {
	c := coders.Get().(*codec.Coder)
	defer coders.Put(c)
	c.Reset()
	code(c)
	return codec.SumOf(c.Bytes())
}

var coders = sync.Pool{New: func() any { return codec.Writer(nil) }}

// Seal ends the making of a frame: it does not change any more.
func (f *Frame) Seal() { f.set(f.code) }

// Sum stands for the card.
func (v *Card) Sum() codec.Sum { return sumOf(v.code) }

// Code writes the frame, or its sum.
func (f *Frame) Code(c *codec.Coder) { f.write(c, f.code) }

func (s *seal) write(c *codec.Coder, code func(*codec.Coder)) {
	if s.sum != (codec.Sum{}) {
		c.Sum(&s.sum)
	} else {
		code(c)
	}
}

func (f *Frame) code(c *codec.Coder) {
	texts(c, &f.Lang, &f.Title, &f.Subtitle, &f.Owner, &f.Contact, &f.Root, &f.Home, &f.Feed, &f.Search)
	f.Emblem.code(c)
	codec.List(c, &f.Nav, func(n *NavItem) {
		texts(c, &n.Key, &n.Title, &n.URL)
		c.Bool(&n.Current)
	})
}

func (v *Card) code(c *codec.Coder) {
	texts(c, &v.Kind, &v.Title, &v.URL, &v.Summary, &v.Brand, &v.Holder, &v.Position, &v.Pledge, &v.Stage)
	codec.Int(c, &v.Date)
	codec.Int(c, &v.Percent)
	v.Agency.code(c)
	v.Branch.code(c)
	links(c, &v.Topics)
	v.Cover.code(c)
}

func texts(c *codec.Coder, list ...*string) {
	for _, s := range list {
		codec.String(c, s)
	}
}

func links(c *codec.Coder, list *[]Link) { codec.List(c, list, func(l *Link) { l.code(c) }) }

// head writes what nearly every view begins with.
func head(c *codec.Coder, f *Frame, crumbs *[]Crumb) {
	if f != nil {
		f.Code(c)
	}
	codec.List(c, crumbs, func(s *Crumb) { texts(c, &s.Key, &s.Title, &s.URL) })
}

func (l *Link) code(c *codec.Coder) { texts(c, &l.Title, &l.URL) }

func (i *Image) code(c *codec.Coder) {
	texts(c, &i.URL, &i.Srcset, &i.Alt)
	codec.Int(c, &i.Width)
	codec.Int(c, &i.Height)
}

func cards(c *codec.Coder, list *[]*Card) {
	codec.List(c, list, func(v **Card) { (*v).code(c) })
}

func (p *Pager) code(c *codec.Coder) {
	codec.Int(c, &p.Total)
	codec.Int(c, &p.Page)
	codec.Int(c, &p.Pages)
	texts(c, &p.First, &p.Prev, &p.Next, &p.Last)
	codec.List(c, &p.Steps, func(s *PagerStep) {
		codec.Int(c, &s.Page)
		codec.String(c, &s.URL)
		c.Bool(&s.Current)
	})
}

func stages(c *codec.Coder, list *[]StageStep) {
	codec.List(c, list, func(s *StageStep) {
		codec.String(c, &s.Name)
		c.Bool(&s.Reached)
		c.Bool(&s.Current)
		codec.Int(c, &s.Date)
	})
}

// Code writes the view, but for its Body.
func (v *Article) Code(c *codec.Coder) {
	head(c, v.Frame, &v.Crumbs)
	texts(c, &v.Kind, &v.Title, &v.Summary, &v.Description, &v.Source, &v.Author, &v.Editor, &v.Address, &v.Held)
	codec.Int(c, &v.Date)
	codec.Int(c, &v.Updated)
	links(c, &v.Topics)
	v.Agency.code(c)
	v.Branch.code(c)
	v.Cover.code(c)
	codec.List(c, &v.TOC, func(h *Heading) {
		codec.Int(c, &h.Level)
		texts(c, &h.ID, &h.Title)
	})
	codec.List(c, &v.Attachments, func(a *Attachment) { texts(c, &a.Title, &a.Name, &a.URL, &a.Type, &a.Size) })
	codec.Pointer(c, &v.Practice, func(p *Practice) { texts(c, &p.Brand, &p.Effort, &p.Contact, &p.CopiesFrom) })
	codec.Pointer(c, &v.Progress, func(p *Progress) { p.code(c) })
	codec.Pointer(c, &v.Post, func(p *Post) { p.code(c) })
	v.Prev.code(c)
	v.Next.code(c)
	links(c, &v.Related)
}

func (p *Progress) code(c *codec.Coder) {
	codec.String(c, &p.Stage)
	codec.Int(c, &p.Percent)
	codec.Int(c, &p.Due)
	stages(c, &p.Stages)
	codec.List(c, &p.Items, func(it *Item) { it.code(c) })
	p.Next.code(c)
}

func (it *Item) code(c *codec.Coder) {
	codec.String(c, &it.Name)
	c.Bool(&it.Done)
	c.Bool(&it.Late)
	codec.Int(c, &it.Due)
}

func (p *Post) code(c *codec.Coder) {
	texts(c, &p.Holder, &p.Position, &p.Pledge)
	c.Strings(&p.Duties)
	p.Photo.code(c)
}

// Code writes the view.
func (v *Home) Code(c *codec.Coder) {
	head(c, v.Frame, &noCrumbs)
	codec.String(c, &v.Title)
	codec.String(c, &v.Body)
	n := &v.Counts
	for _, count := range []*int{&n.Agencies, &n.Branches, &n.FiveStars, &n.Practices, &n.Progress, &n.Posts} {
		codec.Int(c, count)
	}
	stageCounts(c, &v.Stages)
	codec.Int(c, &v.Staged)
	cards(c, &v.Practices)
	cards(c, &v.Progress)
	cards(c, &v.Posts)
	codec.Int(c, &v.Month)
	cards(c, &v.Earlier)
	topicLines(c, &v.Topics)
	agencyLines(c, &v.Agencies)
}

var noCrumbs []Crumb

func stageCounts(c *codec.Coder, list *[]StageCount) {
	codec.List(c, list, func(s *StageCount) {
		codec.String(c, &s.Name)
		codec.Int(c, &s.Count)
		codec.Int(c, &s.Before)
	})
}

func topicLines(c *codec.Coder, list *[]TopicLine) {
	codec.List(c, list, func(t *TopicLine) {
		texts(c, &t.Title, &t.URL, &t.Summary)
		codec.Int(c, &t.Count)
	})
}

func agencyLines(c *codec.Coder, list *[]AgencyLine) {
	codec.List(c, list, func(a *AgencyLine) {
		texts(c, &a.Title, &a.Short, &a.URL, &a.Letter, &a.Stage)
		codec.Int(c, &a.Branches)
		codec.Int(c, &a.Pages)
	})
}

// Code writes the view.
func (v *Agencies) Code(c *codec.Coder) {
	head(c, v.Frame, &v.Crumbs)
	for _, groups := range []*[]AgencyGroup{&v.Groups, &v.Letters} {
		codec.List(c, groups, func(g *AgencyGroup) {
			codec.String(c, &g.Name)
			agencyLines(c, &g.Agencies)
		})
	}
	codec.Int(c, &v.Total)
}

// Code writes the view.
func (v *Agency) Code(c *codec.Coder) {
	head(c, v.Frame, &v.Crumbs)
	texts(c, &v.Title, &v.Short, &v.Group, &v.Summary, &v.Stage)
	codec.String(c, &v.Body)
	stages(c, &v.Stages)
	codec.Int(c, &v.Since)
	codec.Int(c, &v.Named)
	codec.Int(c, &v.Percent)
	v.Next.code(c)
	v.Latest.code(c)
	codec.Int(c, &v.Date)
	branchLines(c, &v.Branches)
	cards(c, &v.Cards)
	v.Pager.code(c)
}

func branchLines(c *codec.Coder, list *[]BranchLine) {
	codec.List(c, list, func(b *BranchLine) {
		b.Agency.code(c)
		texts(c, &b.Title, &b.URL, &b.Brand)
		codec.Int(c, &b.Stars)
		codec.Int(c, &b.RatedOn)
		codec.Int(c, &b.Pages)
	})
}

// Code writes the view.
func (v *Branch) Code(c *codec.Coder) {
	head(c, v.Frame, &v.Crumbs)
	v.Agency.code(c)
	texts(c, &v.Title, &v.Summary, &v.Brand, &v.Motto, &v.Secretary)
	codec.String(c, &v.Body)
	codec.Int(c, &v.Stars)
	codec.Int(c, &v.RatedOn)
	codec.Int(c, &v.Members)
	codec.Int(c, &v.Founded)
	cards(c, &v.Cards)
	v.Pager.code(c)
}

// Code writes the view.
func (v *List) Code(c *codec.Coder) {
	head(c, v.Frame, &v.Crumbs)
	texts(c, &v.Title, &v.Summary, &v.Desk, &v.Plates)
	cards(c, &v.Cards)
	v.Pager.code(c)
	codec.List(c, &v.Filters, func(f *Filter) {
		texts(c, &f.Title, &f.URL)
		c.Bool(&f.Current)
	})
}

// Code writes the view.
func (v *Sheet) Code(c *codec.Coder) {
	head(c, v.Frame, &v.Crumbs)
	v.Agency.code(c)
	texts(c, &v.Wall, &v.Other)
	cards(c, &v.Posts)
}

// Code writes the view.
func (v *Board) Code(c *codec.Coder) {
	head(c, v.Frame, &v.Crumbs)
	stageCounts(c, &v.Stages)
	codec.Int(c, &v.Staged)
	codec.List(c, &v.Rows, func(r *BoardRow) {
		r.Agency.code(c)
		codec.String(c, &r.Stage)
		stages(c, &r.Stages)
		codec.Int(c, &r.Since)
		codec.Int(c, &r.Named)
		codec.Int(c, &r.Percent)
		codec.Int(c, &r.Due)
		r.Next.code(c)
		r.Latest.code(c)
		codec.Int(c, &r.Date)
	})
	cards(c, &v.Cards)
	v.Pager.code(c)
}

// Code writes the view.
func (v *Topics) Code(c *codec.Coder) {
	head(c, v.Frame, &v.Crumbs)
	topicLines(c, &v.Topics)
}

// Code writes the view.
func (v *Matrix) Code(c *codec.Coder) {
	head(c, v.Frame, &v.Crumbs)
	topicLines(c, &v.Topics)
	codec.List(c, &v.Rows, func(r *MatrixRow) {
		r.Agency.code(c)
		codec.List(c, &r.Counts, func(n *int) { codec.Int(c, n) })
		codec.Int(c, &r.Total)
		c.Strings(&r.Most)
		c.Strings(&r.Blank)
	})
	codec.List(c, &v.Spread, func(n *int) { codec.Int(c, n) })
}

// Code writes the view.
func (v *Search) Code(c *codec.Coder) { head(c, v.Frame, &v.Crumbs) }

func (v *Stars) Code(c *codec.Coder) {
	head(c, v.Frame, &v.Crumbs)
	codec.List(c, &v.Groups, func(g *StarGroup) {
		codec.Int(c, &g.Stars)
		branchLines(c, &g.Branches)
	})
	codec.Int(c, &v.Total)
}

// Code writes the view.
func (v *Archive) Code(c *codec.Coder) {
	head(c, v.Frame, &v.Crumbs)
	codec.List(c, &v.Years, func(y *Year) {
		codec.Int(c, &y.Year)
		codec.String(c, &y.URL)
		codec.Int(c, &y.Count)
	})
}

// Code writes the view.
func (v *Section) Code(c *codec.Coder) {
	head(c, v.Frame, &v.Crumbs)
	texts(c, &v.Title, &v.Summary)
	codec.String(c, &v.Body)
	codec.List(c, &v.Pages, func(p *SectionLine) { texts(c, &p.Title, &p.URL, &p.Summary) })
}

// Code writes the view.
func (v *Alias) Code(c *codec.Coder) {
	head(c, v.Frame, &noCrumbs)
	texts(c, &v.Title, &v.URL)
}

// Code writes the view.
func (v *NotFound) Code(c *codec.Coder) {
	texts(c, &v.Lang, &v.Title, &v.Home)
	codec.List(c, &v.Colors, func(color *Color) { texts(c, &color.Name, &color.Value) })
}

// Code writes the view.
func (v *Feed) Code(c *codec.Coder) {
	texts(c, &v.ID, &v.Title, &v.Owner, &v.URL, &v.Updated)
	codec.List(c, &v.Entries, func(e *FeedEntry) { texts(c, &e.ID, &e.Title, &e.URL, &e.Updated, &e.Author, &e.Summary) })
}

// Code writes the view.
func (v *Sitemap) Code(c *codec.Coder) {
	c.Strings(&v.Parts)
	codec.List(c, &v.Pages, func(p *SitemapPage) { texts(c, &p.URL, &p.Updated) })
}
