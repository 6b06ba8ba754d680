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
		draft: s.wallView(agencies, nil)})
	from := 0
	for _, ag := range agencies {
		folder, to := ag.wallFolder(), from+ag.posts
		posts := func() []*Page { return s.wall()[to-ag.posts : to] }
		from = to
		a.paged(&list{folder: folder, template: "posts", total: ag.posts, cards: posts,
			draft: s.wallView(agencies, ag)})
		for _, sheet := range []struct{ template, other string }{{"cards", "plates"}, {"plates", "cards"}} {
			a.paged(&list{folder: folder, name: sheet.template + ".html", template: sheet.template, total: ag.posts, size: ag.posts, cards: posts,
				draft: func(pt part) view.View { return s.sheet(pt, sheet.other+".html", ag) }})
		}
	}
}

// wallView gives what makes the views of the pages of the wall, or of an agency's
// part of it.
func (s *Site) wallView(agencies []*Agency, ag *Agency) func(part) view.View {
	folder := path.Dir(outPosts)
	steps := []step{{key: "posts", out: outPosts}}
	if ag != nil {
		folder = ag.wallFolder()
		steps = append(steps, step{title: ag.Title})
	}
	filters := sync.OnceValue(func() []view.Filter {
		out := folder + "/index.html"
		list := []view.Filter{{URL: route.Relative(out, outPosts), Current: ag == nil}}
		for _, x := range agencies {
			list = append(list, view.Filter{Title: x.Short, URL: route.Relative(out, x.wallFolder()+"/index.html"), Current: x == ag})
		}
		return list
	})
	return func(pt part) view.View {
		v := s.list(pt, outPosts, "", "", steps...)
		v.Filters = filters()
		if ag != nil {
			v.Title, v.Desk, v.Plates = ag.Title, "cards.html", "plates.html"
		}
		return v
	}
}

// sheet makes the view of an agency's posts to be printed.
func (s *Site) sheet(pt part, other string, ag *Agency) *view.Sheet {
	out, wall := pt.out(1), ag.wallFolder()+"/index.html"
	return &view.Sheet{
		Frame:  s.frame(out, outPosts),
		Crumbs: crumbs(out, step{key: "posts", out: outPosts}, step{title: ag.Title, out: wall}, step{key: pt.template}),
		Agency: ag.link(out), Wall: "index.html", Other: other,
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
