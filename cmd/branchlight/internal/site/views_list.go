package site

import (
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/view"
)

// The numbers of cards that the home page shows of each kind.
const (
	homePractices = 8
	homeProgress  = 6
	homePosts     = 6
)

func (s *Site) home() *view.Home {
	out := outHome
	v := &view.Home{
		Frame: s.frame(out, noColumn), Title: s.Config.Title,
		Stages: s.stageCounts(), Topics: s.topicLines(out), Agencies: s.agencyLines(out, s.Agencies),
	}
	if s.Home != nil {
		if s.Home.Title != "" {
			v.Title = s.Home.Title
		}
		v.Body = s.Home.body(out, new([]byte))
	}
	v.Counts = s.counts()
	v.Practices = cards(out, first(homePractices, s.ofRole(front.Practice)))
	v.Progress = cards(out, first(homeProgress, s.ofRole(front.Progress)))
	v.Staged = staged(v.Stages)
	posts := first(homePosts, s.ofRole(front.Post))
	n := sameMonth(posts)
	v.Posts, v.Earlier = cards(out, posts[:n]), cards(out, posts[n:])
	if n > 0 && !posts[0].alone.date.IsZero() {
		v.Month = posts[0].alone.date/100*100 + 1
	}
	return v
}

// sameMonth counts the pages at the head of a list that are of the month of the
// first.
func sameMonth(pages []*Page) int {
	n := 0
	for n < len(pages) && pages[n].alone.date/100 == pages[0].alone.date/100 {
		n++
	}
	return n
}

func first(n int, pages []*Page) []*Page { return pages[:min(n, len(pages))] }

func (s *Site) counts() view.Counts {
	c := view.Counts{Agencies: len(s.Agencies)}
	for _, ag := range s.Agencies {
		c.Branches += len(ag.Branches)
		for _, b := range ag.Branches {
			if b.Page != nil && b.Page.Matter.Stars == 5 {
				c.FiveStars++
			}
		}
	}
	for _, p := range s.Pages {
		switch p.Role {
		case front.Practice:
			c.Practices++
		case front.Progress:
			c.Progress++
		case front.Post:
			c.Posts++
		}
	}
	return c
}

// stage gives an agency's stage; "" where it has none.
func (ag *Agency) stage() string {
	if ag.Page == nil {
		return ""
	}
	return ag.Page.Matter.Stage
}

// named reports whether the agency has been named a model agency.
func (ag *Agency) named() bool { return ag.Page != nil && !ag.Page.Matter.Named.IsZero() }

func (s *Site) stageCounts() []view.StageCount {
	list := make([]view.StageCount, len(s.Config.Stages))
	for i, name := range s.Config.Stages {
		list[i].Name = name
	}
	for _, ag := range s.Agencies {
		if i := s.stageIndex(ag.stage()); i >= 0 {
			list[i].Count++
		}
	}
	for i := 1; i < len(list); i++ {
		list[i].Before = list[i-1].Before + list[i-1].Count
	}
	return list
}

// staged gives the number of agencies that have a stage.
func staged(list []view.StageCount) int {
	if len(list) == 0 {
		return 0
	}
	last := list[len(list)-1]
	return last.Before + last.Count
}

func (s *Site) topicLines(out string) []view.TopicLine {
	list := make([]view.TopicLine, len(s.Topics))
	for i, t := range s.Topics {
		list[i] = view.TopicLine{Title: t.Name, Summary: t.Summary, Count: len(t.Pages)}
		if len(t.Pages) > 0 {
			list[i].URL = route.Relative(out, t.Out+"/index.html")
		}
	}
	return list
}

func (s *Site) agencyLines(out string, agencies []*Agency) []view.AgencyLine {
	list := make([]view.AgencyLine, len(agencies))
	for i, ag := range agencies {
		list[i] = view.AgencyLine{
			Title: ag.Title, Short: ag.Short, URL: ag.link(out).URL, Letter: ag.letter,
			Stage: ag.stage(), Branches: len(ag.Branches), Pages: len(ag.Pages),
		}
	}
	return list
}

// list makes the view of a page of a plain list.
func (s *Site) list(pt part, column, title, summary string, steps ...step) *view.List {
	out := pt.out(pt.page)
	return &view.List{
		Frame: s.frame(out, column), Crumbs: crumbs(out, steps...), Title: title, Summary: summary,
		Pager: pt.pager(),
	}
}

func (s *Site) topicsView() *view.Topics {
	return &view.Topics{
		Frame: s.frame(outThemes, outThemes), Crumbs: crumbs(outThemes, step{key: "themes"}),
		Topics: s.topicLines(outThemes),
	}
}

func (s *Site) archive(years []yearList) *view.Archive {
	v := &view.Archive{Frame: s.frame(outArchive, outArchive), Crumbs: crumbs(outArchive, step{key: "archive"})}
	for _, y := range years {
		v.Years = append(v.Years, view.Year{Year: y.year, URL: route.Relative(outArchive, y.folder()+"/index.html"), Count: len(y.pages)})
	}
	return v
}

func (s *Site) matrix() *view.Matrix {
	v := &view.Matrix{Frame: s.frame(outMatrix, outMatrix), Crumbs: crumbs(outMatrix, step{key: "matrix"}), Topics: s.topicLines(outMatrix), Spread: make([]int, len(s.Topics))}
	at := make(map[*Topic]int, len(s.Topics))
	for i, t := range s.Topics {
		at[t] = i
	}
	for _, ag := range s.Agencies {
		row := view.MatrixRow{Agency: ag.link(outMatrix), Counts: make([]int, len(s.Topics)), Total: len(ag.Pages)}
		for _, p := range ag.Pages {
			for _, t := range p.Topics {
				row.Counts[at[t]]++
			}
		}
		s.sides(&row)
		for i, n := range row.Counts {
			if n > 0 {
				v.Spread[i]++
			}
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

// sides names the themes that an agency is strong in, and those it has nothing of.
func (s *Site) sides(row *view.MatrixRow) {
	most := 2
	for _, n := range row.Counts {
		most = max(most, n)
	}
	for i, n := range row.Counts {
		switch n {
		case most:
			row.Most = append(row.Most, s.Topics[i].Name)
		case 0:
			row.Blank = append(row.Blank, s.Topics[i].Name)
		}
	}
}

func (s *Site) searchPage() *view.Search {
	return &view.Search{Frame: s.frame(outSearch, outSearch), Crumbs: crumbs(outSearch, step{key: "search"})}
}

func (s *Site) stars() *view.Stars {
	v := &view.Stars{Frame: s.frame(outStars, outStars), Crumbs: crumbs(outStars, step{key: "stars"})}
	for n := 5; n >= 1; n-- {
		g := view.StarGroup{Stars: n}
		for _, ag := range s.Agencies {
			for _, b := range ag.Branches {
				if b.Page != nil && b.Page.Matter.Stars == n {
					g.Branches = append(g.Branches, b.line(outStars))
				}
			}
		}
		if len(g.Branches) > 0 {
			v.Groups = append(v.Groups, g)
			v.Total += len(g.Branches)
		}
	}
	return v
}
