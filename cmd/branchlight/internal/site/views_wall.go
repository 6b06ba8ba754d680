package site

import (
	"path"
	"sync"

	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/view"
)

// The wall of posts has a part for every agency that has posts, in the folder
// posts/<agency>/, and there the agency's desk cards and door plates, to be
// printed.

// wallFolder gives the output folder of the agency's part of the wall.
func (ag *Agency) wallFolder() string { return path.Dir(outPosts) + "/" + ag.Out }

// wallOutputs adds the wall and its parts.
func (a *assembly) wallOutputs() {
	s := a.Site
	s.wall = sync.OnceValue(s.onWall)
	var agencies []*Agency // that have posts, in protocol order
	for _, ag := range a.Agencies {
		if ag.posts > 0 {
			agencies = append(agencies, ag)
		}
	}
	a.paged(&list{folder: path.Dir(outPosts), template: "posts", total: a.roles[front.Post], cards: s.wall,
		draft: func(pt part) view.View { return s.wallView(pt, agencies, nil) }})
	from := 0
	for _, ag := range agencies {
		folder, to := ag.wallFolder(), from+ag.posts
		posts := func() []*Page { return s.wall()[to-ag.posts : to] }
		from = to
		a.paged(&list{folder: folder, template: "posts", total: ag.posts, cards: posts,
			draft: func(pt part) view.View { return s.wallView(pt, agencies, ag) }})
		for _, sheet := range []struct{ template, other string }{{"cards", "plates"}, {"plates", "cards"}} {
			out := folder + "/" + sheet.template + ".html"
			a.addOwn(out, sheet.template, "", func() view.View { return s.sheet(out, sheet.template, sheet.other+".html", ag, posts()) })
		}
	}
}

// wallView makes the view of a page of the wall, or of an agency's part of it.
func (s *Site) wallView(pt part, agencies []*Agency, ag *Agency) *view.List {
	out := pt.out(pt.page)
	steps := []step{{key: "posts", out: outPosts}}
	if ag != nil {
		steps = append(steps, step{title: ag.Title})
	}
	v := s.list(pt, outPosts, "", "", steps...)
	v.Filters = []view.Filter{{URL: route.Relative(out, outPosts), Current: ag == nil}}
	for _, x := range agencies {
		v.Filters = append(v.Filters, view.Filter{Title: x.Short, URL: route.Relative(out, x.wallFolder()+"/index.html"), Current: x == ag})
	}
	if ag != nil {
		v.Title, v.Desk, v.Plates = ag.Title, "cards.html", "plates.html"
	}
	return v
}

// sheet makes the view of an agency's posts to be printed.
func (s *Site) sheet(out, key, other string, ag *Agency, posts []*Page) *view.Sheet {
	wall := ag.wallFolder() + "/index.html"
	return &view.Sheet{
		Frame:  s.frame(out, outPosts),
		Crumbs: crumbs(out, step{key: "posts", out: outPosts}, step{title: ag.Title, out: wall}, step{key: key}),
		Agency: ag.link(out), Wall: "index.html", Other: other, Posts: cards(out, posts),
	}
}

// posterOf gives the picture that stands for a page in lists: its cover, or the
// photograph of a post, which is there with consent only.
func (p *Page) posterOf() (f *Attachment, alt string) {
	if p.pictures.cover == nil && p.Role == front.Post {
		return p.pictures.photo, p.Matter.PhotoAlt
	}
	return p.pictures.cover, p.Matter.CoverAlt
}
