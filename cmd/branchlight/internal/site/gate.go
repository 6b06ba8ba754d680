package site

import (
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
)

// Status says whether a page is published, and if not, why.
type Status int8

const (
	Published Status = iota
	Draft            // draft = true
	Future           // its date is after the build day
	Expired          // the build day is after its last day
	Bad              // it has errors, and the build goes on without such pages
)

var statusNames = [...]string{"published", "draft", "future", "expired", "bad"}

// String gives the status as --json and list name it.
func (s Status) String() string { return statusNames[s] }

// Text names the status for people.
func (s Status) Text() diag.Text {
	return [...]diag.Text{{Zh: "已发布", En: "published"}, {Zh: "草稿", En: "a draft"}, {Zh: "未到日期", En: "future"}, {Zh: "已过期", En: "expired"}, {Zh: "有错误", En: "it has errors"}}[s]
}

// status is the one test of whether a file may be seen on the build day.
func (a *assembly) status(p *Page) Status {
	s := p.alone
	switch {
	case a.in.Bad[p.Path]:
		return Bad
	case s.draft:
		return Draft
	case s.date > a.in.Day:
		return Future
	case !s.expires.IsZero() && s.expires < a.in.Day:
		return Expired
	}
	return Published
}

// admitted says whether a page of a status is made. A preview shows drafts and
// future pages, with a mark.
func (a *assembly) admitted(s Status) bool {
	return s == Published || a.in.Preview && (s == Draft || s == Future)
}

// gate sorts out what is not published. A held _index.md holds all below it.
// After it, the lists of the site have only what it admitted.
func (a *assembly) gate() {
	if a.Home != nil {
		a.gateHome()
	}
	a.shown = make([]*Page, 0, len(a.all))
	var holder *Page // of the pages of the folder, as it is for the last that is no index
	known := false
	for _, p := range a.all {
		known = known && !p.first
		if p != a.Home {
			p.Status = a.status(p)
		}
		if p.alone.index {
			p.heldBy = a.holder(p)
		} else {
			if !known {
				holder, known = a.holder(p), true
			}
			p.heldBy = holder
		}
		switch {
		case p.Status != Published:
			p.heldBy = nil // it holds itself
		case p.heldBy != nil:
			p.Status = a.status(p.heldBy)
		}
		if !a.admitted(p.Status) {
			a.Held = append(a.Held, p)
		} else if a.published(p) {
			a.shown = append(a.shown, p)
			a.numbered = a.numbered || p.alone.aliased
		}
	}
	if len(a.Held) > 0 {
		a.Pages = a.keep(a.Pages)
		a.Plain = a.keep(a.Plain)
	}
	a.gateFolders()
}

// holder gives the outermost _index.md that holds back a page other than itself;
// nil where there is none.
func (a *assembly) holder(p *Page) *Page {
	for _, ix := range above(p) {
		if ix != nil && ix != p && a.status(ix) != Published {
			return ix
		}
	}
	return nil
}

// gateHome refuses to hold the home page back: with it the whole site would go.
func (a *assembly) gateHome() {
	s := a.status(a.Home)
	if s == Published || s == Bad {
		return
	}
	a.report(ruleHome.At(a.Home.Matter.Pos(map[Status]string{Draft: "draft", Future: "date", Expired: "expires"}[s]),
		diag.Textf("首页文字（content/_index.md）不能是草稿、定时或过期的", "the home page (content/_index.md) can be no draft, and neither future nor expired"),
		diag.Textf("删去这一行；整个网站都要靠首页", "remove the line: the whole site hangs on the home page")))
}

// above gives the _index.md files of the folders that a page stands in, the
// outermost first; nil where there is none. One may be the page itself.
func above(p *Page) (list [3]*Page) {
	if p.Section != nil {
		list[0] = p.Section.Page
	}
	if p.Agency != nil {
		list[1] = p.Agency.Page
	}
	if p.Branch != nil {
		list[2] = p.Branch.Page
	}
	return list
}

func (a *assembly) keep(pages []*Page) []*Page {
	kept := pages[:0]
	for _, p := range pages {
		if a.admitted(p.Status) {
			kept = append(kept, p)
		}
	}
	return kept
}

// gateFolders drops the agencies, branches and sections that are held back, and
// those that have neither an _index.md nor a published page.
func (a *assembly) gateFolders() {
	for _, p := range a.Pages {
		p.Agency.live = true
		if p.Branch != nil {
			p.Branch.live = true
		}
	}
	shown := func(index *Page, live bool) bool {
		if index == nil {
			return live
		}
		return a.admitted(index.Status)
	}
	agencies := a.Agencies[:0]
	for _, ag := range a.Agencies {
		branches := ag.Branches[:0]
		for _, b := range ag.Branches {
			if shown(b.Page, b.live) {
				branches = append(branches, b)
				ag.live = true
			}
		}
		ag.Branches = branches
		if shown(ag.Page, ag.live) {
			agencies = append(agencies, ag)
		}
	}
	a.Agencies = agencies
	sections := a.Sections[:0]
	for _, s := range a.Sections {
		if a.admitted(s.Page.Status) {
			sections = append(sections, s)
		}
	}
	a.Sections = sections
}

// published reports whether a page has an output of its own or is shown as the
// index of one.
func (a *assembly) published(p *Page) bool {
	return a.admitted(p.Status) && (p.Role != front.Plain || !p.alone.index)
}
