package site

import (
	"path"

	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/view"
)

// column gives the column that a page belongs to.
func (p *Page) column() string {
	switch p.Role {
	case front.Practice:
		return outPractices
	case front.Progress:
		return outProgress
	case front.Post:
		return outPosts
	case front.Agency, front.Branch:
		return outAgencies
	}
	if p.Section != nil {
		return p.Section.Out + "/index.html"
	}
	return noColumn
}

// kind gives the kind as views name it.
func (p *Page) kind() string {
	switch p.Role {
	case front.Practice:
		return "practice"
	case front.Progress:
		return "progress"
	case front.Post:
		return "post"
	}
	return "page"
}

// to links from an output to a page; the zero Link for nil.
func to(out string, p *Page) view.Link {
	if p == nil {
		return view.Link{}
	}
	return view.Link{Title: p.Title, URL: route.Relative(out, p.Out)}
}

func (ag *Agency) link(out string) view.Link {
	if ag == nil {
		return view.Link{}
	}
	return view.Link{Title: ag.Title, URL: route.Relative(out, ag.Out+"/index.html")}
}

func (b *Branch) link(out string) view.Link {
	if b == nil {
		return view.Link{}
	}
	return view.Link{Title: b.Title, URL: route.Relative(out, b.Out+"/index.html")}
}

func topicLinks(out string, topics []*Topic) []view.Link {
	if len(topics) == 0 {
		return nil
	}
	list := make([]view.Link, len(topics))
	for i, t := range topics {
		list[i] = view.Link{Title: t.Name, URL: route.Relative(out, t.Out+"/index.html")}
	}
	return list
}

// article makes the view of a practice, progress report, post or plain page,
// without its text.
func (s *Site) article(p *Page, r *Room) *view.Article {
	m, out, around := p.Matter, p.Out, s.setting(p)
	v := &r.article
	*v = view.Article{
		Frame: s.frame(out, p.column()), Crumbs: around.crumbsTo(p, r), Kind: p.kind(),
		Title: p.Title, Summary: m.Summary, Description: p.Summary, Date: m.Date, Updated: m.Updated,
		Source: m.Source, Author: m.Author, Editor: m.Editor,
		Topics: around.topicLinks(p, r), Agency: around.agency, Branch: around.branch,
		Cover: p.pictures.cover.wide(out, m.CoverAlt), TOC: p.toc(r),
		Attachments: p.attachments(out), Prev: to(out, p.newer), Next: to(out, p.older),
	}
	if related := p.related(r); len(related) > 0 {
		r.related = r.related[:0]
		for _, q := range related {
			r.related = append(r.related, to(out, q))
		}
		v.Related = r.related
	}
	if base := s.Config.BaseURL; base != "" {
		v.Address = base + p.Out
	}
	if p.Status != Published {
		v.Held = p.Status.String()
	}
	switch p.Role {
	case front.Practice:
		r.practice = view.Practice{Brand: m.Brand, Effort: m.Effort, Contact: m.Contact, CopiesFrom: m.CopiesFrom}
		v.Practice = &r.practice
	case front.Progress:
		r.progress = s.progress(p)
		v.Progress = &r.progress
	case front.Post:
		r.post = view.Post{
			Holder: p.holder(), Position: m.Position, Pledge: m.Pledge, Duties: m.Duties,
			Photo: portrait(p.pictures.photo, out, m.PhotoAlt),
		}
		v.Post = &r.post
	}
	return v
}

func (s *Site) progress(p *Page) view.Progress {
	m := p.Matter
	v := view.Progress{Stage: m.Stage, Percent: m.Percent, Due: m.Due, Stages: s.stageSteps(m.Stage, m.Percent == 100)}
	if p.Agency != nil {
		p.Agency.dates(v.Stages, m.Date)
	}
	for _, it := range m.Items {
		v.Items = append(v.Items, view.Item{Name: it.Name, Done: it.Done, Late: !it.Done && !it.Due.IsZero() && it.Due < m.Date, Due: it.Due})
	}
	v.Next = next(m)
	return v
}

// next gives what is due next by a progress report: the open item that is due
// first, but not before the day of the report; the zero Item where there is none.
func next(m *front.Matter) (first view.Item) {
	for _, it := range m.Items {
		if !it.Done && !it.Due.IsZero() && it.Due >= m.Date && (first.Due.IsZero() || it.Due < first.Due) {
			first = view.Item{Name: it.Name, Due: it.Due}
		}
	}
	return first
}

// stageSteps shows a stage in the site's list of stages; nil where none is given.
// The last stage, once it is done, is no current one any more.
func (s *Site) stageSteps(stage string, done bool) []view.StageStep {
	at := s.stageIndex(stage)
	if at < 0 {
		return nil
	}
	steps := make([]view.StageStep, len(s.Config.Stages))
	for i, name := range s.Config.Stages {
		steps[i] = view.StageStep{Name: name, Reached: i <= at, Current: i == at && !(done && i == len(steps)-1)}
	}
	return steps
}

func (s *Site) stageIndex(stage string) int {
	for i, name := range s.Config.Stages {
		if name == stage {
			return i
		}
	}
	return -1
}

func (ag *Agency) step() step { return step{title: ag.Title, out: ag.Out + "/index.html"} }
func (b *Branch) step() step  { return step{title: b.Title, out: b.Out + "/index.html"} }

// toc lists the headings of levels 2 and 3, if there are enough for a table of
// contents.
func (p *Page) toc(r *Room) []view.Heading {
	n := 0
	for i := range p.Doc.Headings {
		if l := p.Doc.Headings[i].Level; l == 2 || l == 3 {
			n++
		}
	}
	if n < 3 {
		return nil
	}
	r.toc = r.toc[:0]
	for _, h := range p.Doc.Headings {
		if h.Level == 2 || h.Level == 3 {
			r.toc = append(r.toc, view.Heading{Level: h.Level, ID: h.ID, Title: h.Text})
		}
	}
	return r.toc
}

// section makes the view of the index of a folder of plain pages.
func (s *Site) section(sec *Section) *view.Section {
	p, out := sec.Page, sec.Page.Out
	v := &view.Section{
		Frame: s.frame(out, out), Crumbs: crumbs(out, step{title: sec.Title}),
		Title: sec.Title, Summary: p.Summary, Body: p.body(out, new([]byte)),
	}
	for _, q := range sec.Pages {
		v.Pages = append(v.Pages, view.SectionLine{Title: q.Title, URL: route.Relative(out, q.Out), Summary: q.Matter.Summary})
	}
	return v
}

// alias makes the view of a page at an old address.
func (s *Site) alias(out string, p *Page) *view.Alias {
	return &view.Alias{Frame: s.frame(out, noColumn), Title: p.Title, URL: route.Relative(out, p.Out)}
}

func (s *Site) notFound() *view.NotFound {
	v := &view.NotFound{Lang: s.Config.Language, Title: s.Config.Title}
	if s.Config.BaseURL != "" {
		v.Home = s.Config.BaseURL + path.Base(outHome)
	}
	for _, c := range s.Config.Colors {
		v.Colors = append(v.Colors, view.Color{Name: c.Name, Value: c.Value})
	}
	return v
}
