package site

import (
	"strings"
	"sync"

	"branchlight/cmd/branchlight/internal/view"
)

// around is what the pages of one folder show of the site around them. Dozens of
// pages share it, so it is made once for all of them, when the first is shown.
type around struct {
	folder string // of their outputs; empty at the top
	once   sync.Once
	agency view.Link
	branch view.Link
	topics []view.Link  // of all topics, in the order of the settings
	crumbs []view.Crumb // the way to the page, without the page itself
}

// setting gives what a page shows of the site around it.
func (s *Site) setting(p *Page) *around {
	r := p.around
	r.once.Do(func() {
		r.agency, r.branch = p.Agency.link(p.Out), p.Branch.link(p.Out)
		r.topics, r.crumbs = topicLinks(p.Out, s.Topics), p.crumbs()
	})
	return r
}

// crumbs gives the way from the home page to a page, without the page.
func (p *Page) crumbs() []view.Crumb {
	var steps []step
	switch {
	case p.Agency != nil:
		steps = append(steps, step{key: "agencies", out: outAgencies}, p.Agency.step())
		if p.Branch != nil {
			steps = append(steps, p.Branch.step())
		}
	case p.Section != nil:
		steps = append(steps, step{title: p.Section.Title, out: p.Section.Out + "/index.html"})
	}
	list := crumbs(p.Out, append(steps, step{})...)
	return list[:len(list)-1]
}

// crumbsTo adds a page itself to the way that leads to it.
func (a *around) crumbsTo(p *Page, r *Room) []view.Crumb {
	r.crumbs = append(append(r.crumbs[:0], a.crumbs...), view.Crumb{Title: p.Title})
	return r.crumbs
}

// topicLinks gives a page's topics as its article shows them.
func (a *around) topicLinks(p *Page, r *Room) []view.Link {
	if len(p.Topics) == 0 {
		return nil
	}
	r.topics = r.topics[:0]
	for _, t := range p.Topics {
		r.topics = append(r.topics, a.topics[t.at])
	}
	return r.topics
}

// fromDepths are links to one page from lists at every depth of the output, by
// way of its top.
type fromDepths [maxCardDepth + 1]view.Link

func linksTo(title, out string) (links fromDepths) {
	for depth := range links {
		links[depth] = view.Link{Title: title, URL: strings.Repeat("../", depth) + out + "/index.html"}
	}
	return links
}

// shelve makes the links that cards share.
func (a *assembly) shelve() {
	for _, t := range a.Topics {
		t.links = linksTo(t.Name, t.Out)
	}
	for _, ag := range a.Agencies {
		ag.links = linksTo(ag.Title, ag.Out)
		for _, b := range ag.Branches {
			b.links = linksTo(b.Title, b.Out)
		}
	}
}
