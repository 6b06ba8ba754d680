package site

import (
	"slices"

	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/view"
)

func (s *Site) agenciesView() *view.Agencies {
	out := outAgencies
	v := &view.Agencies{
		Frame: s.frame(out, out), Crumbs: crumbs(out, step{key: "agencies"}), Total: len(s.Agencies),
		Groups: s.agencyGroups(out),
	}
	byLetter := slices.Clone(s.Agencies)
	slices.SortStableFunc(byLetter, func(x, y *Agency) int {
		if x.letter != y.letter {
			return letterOrder(x.letter, y.letter)
		}
		if x.sortKey < y.sortKey {
			return -1
		} else if x.sortKey > y.sortKey {
			return 1
		}
		return 0
	})
	for _, line := range s.agencyLines(out, byLetter) {
		if n := len(v.Letters); n == 0 || v.Letters[n-1].Name != line.Letter {
			v.Letters = append(v.Letters, view.AgencyGroup{Name: line.Letter})
		}
		last := &v.Letters[len(v.Letters)-1]
		last.Agencies = append(last.Agencies, line)
	}
	return v
}

// letterOrder puts # after the letters.
func letterOrder(x, y string) int {
	if (x == "#") != (y == "#") {
		return compareBool(x == "#", y == "#")
	}
	if x < y {
		return -1
	}
	return 1
}

// agencyGroups divides the agencies by their group: the groups of the settings
// first, in their order, then others as they come in protocol order, then those
// without a group.
func (s *Site) agencyGroups(out string) []view.AgencyGroup {
	names := slices.Clone(s.Config.Groups)
	for _, ag := range s.Agencies {
		if g := ag.group(); g != "" && !slices.Contains(names, g) {
			names = append(names, g)
		}
	}
	var groups []view.AgencyGroup
	for _, name := range append(names, "") {
		var members []*Agency
		for _, ag := range s.Agencies {
			if ag.group() == name {
				members = append(members, ag)
			}
		}
		if len(members) > 0 {
			groups = append(groups, view.AgencyGroup{Name: name, Agencies: s.agencyLines(out, members)})
		}
	}
	return groups
}

func (ag *Agency) group() string {
	if ag.Page == nil {
		return ""
	}
	return ag.Page.Matter.Group
}

// agency makes the view of a page of an agency. Its words and branches stand on
// the first page only.
func (s *Site) agency(ag *Agency, pt part) *view.Agency {
	out := pt.out(pt.page)
	v := &view.Agency{
		Frame: s.frame(out, outAgencies), Crumbs: crumbs(out, step{key: "agencies", out: outAgencies}, ag.step()),
		Title: ag.Title, Short: ag.Short, Group: ag.group(), Stage: ag.stage(), Stages: s.stageSteps(ag.stage(), ag.named()),
		Percent: -1, Pager: pt.pager(),
	}
	ag.dates(v.Stages, 0)
	if p := ag.report(); p != nil {
		v.Percent, v.Next, v.Date = p.Matter.Percent, next(p.Matter), p.Matter.Date
		v.Latest = view.Link{Title: p.Title, URL: route.Relative(out, p.Out)}
	}
	if p := ag.Page; p != nil {
		v.Summary, v.Since, v.Named = p.Summary, p.Matter.Since, p.Matter.Named
		if pt.page == 1 {
			v.Body = p.body(out, new([]byte))
		}
	}
	if pt.page == 1 {
		for _, b := range ag.Branches {
			v.Branches = append(v.Branches, b.line(out))
		}
	}
	return v
}

// report gives the agency's latest progress report; nil where there is none.
func (ag *Agency) report() *Page {
	for _, p := range ag.Pages {
		if p.Role == front.Progress {
			return p
		}
	}
	return nil
}

// dates fills in when the agency entered each of the stages that it has reached:
// by its own words, else by its first report of the stage. What is later than the
// day, where one is given, was not known on it.
func (ag *Agency) dates(steps []view.StageStep, until day.Day) {
	ag.reported.Do(func() {
		ag.firsts = map[string]day.Day{}
		for _, p := range ag.Pages { // newest first
			if p.Role == front.Progress {
				ag.firsts[p.Matter.Stage] = p.Matter.Date
			}
		}
	})
	m := new(front.Matter)
	if ag.Page != nil {
		m = ag.Page.Matter
	}
	for i := range steps {
		s := &steps[i]
		switch {
		case !s.Reached:
		case i == len(steps)-1 && !m.Named.IsZero():
			s.Date = m.Named
		case s.Name == m.Stage && !m.Since.IsZero():
			s.Date = m.Since
		default:
			s.Date = ag.firsts[s.Name]
		}
		if !until.IsZero() && s.Date > until {
			s.Date = 0
		}
	}
}

func (b *Branch) line(out string) view.BranchLine {
	l := view.BranchLine{Agency: b.Agency.link(out), Title: b.Title, URL: b.link(out).URL, Pages: len(b.Pages)}
	if b.Page != nil {
		m := b.Page.Matter
		l.Stars, l.RatedOn, l.Brand = m.Stars, m.RatedOn, m.Brand
	}
	return l
}

// branch makes the view of a page of a branch. Its words stand on the first page
// only.
func (s *Site) branch(b *Branch, pt part) *view.Branch {
	out := pt.out(pt.page)
	v := &view.Branch{
		Frame:  s.frame(out, outAgencies),
		Crumbs: crumbs(out, step{key: "agencies", out: outAgencies}, b.Agency.step(), b.step()),
		Agency: b.Agency.link(out), Title: b.Title, Pager: pt.pager(),
	}
	if p := b.Page; p != nil {
		m := p.Matter
		v.Summary, v.Stars, v.RatedOn, v.Brand, v.Motto = p.Summary, m.Stars, m.RatedOn, m.Brand, m.Motto
		v.Secretary, v.Members, v.Founded = m.Secretary, m.Members, m.Founded
		if pt.page == 1 {
			v.Body = p.body(out, new([]byte))
		}
	}
	return v
}

// board makes the view of a page of the progress board. The rows stand on the
// first page only.
func (s *Site) board(pt part) *view.Board {
	out := pt.out(pt.page)
	v := &view.Board{
		Frame: s.frame(out, outProgress), Crumbs: crumbs(out, step{key: "progress"}),
		Stages: s.stageCounts(), Pager: pt.pager(),
	}
	v.Staged = staged(v.Stages)
	if pt.page > 1 {
		return v
	}
	for _, ag := range s.Agencies {
		if ag.stage() != "" {
			v.Rows = append(v.Rows, s.boardRow(ag, out))
		}
	}
	return v
}

func (s *Site) boardRow(ag *Agency, out string) view.BoardRow {
	m := ag.Page.Matter
	row := view.BoardRow{Agency: ag.link(out), Stage: m.Stage, Stages: s.stageSteps(m.Stage, ag.named()), Since: m.Since, Named: m.Named, Percent: -1}
	if p := ag.report(); p != nil {
		row.Percent, row.Due, row.Next, row.Date = p.Matter.Percent, p.Matter.Due, next(p.Matter), p.Matter.Date
		row.Latest = view.Link{Title: p.Title, URL: route.Relative(out, p.Out)}
	}
	return row
}
