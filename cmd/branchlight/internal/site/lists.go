package site

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/view"
)

// list is a paged list.
type list struct {
	folder   string // output folder
	name     string // of the first page's file; empty for index.html
	template string
	source   string         // the file that it is made of, for messages
	total    int            // entries
	size     int            // entries of a page; 0 for what the settings say
	cards    func() []*Page // the entries
	draft    func(part) view.View
}

// pages gives the number of pages; an empty list has one.
func (l *list) pages() int { return max(1, (l.total+l.size-1)/l.size) }

// out gives the output path of a page of the list, counted from 1.
func (l *list) out(page int) string {
	return l.folder + "/" + l.file(page)
}

// file gives the name of the file of a page.
func (l *list) file(page int) string {
	switch {
	case page > 1:
		return furtherPage + strconv.Itoa(page) + ".html"
	case l.name != "":
		return l.name
	}
	return "index.html"
}

// furtherPage begins the names of all pages of a list but the first.
const furtherPage = "page-"

// output gives a page of the list as an output.
func (l *list) output(page int) Output {
	return Output{Path: l.out(page), Template: l.template, Source: l.source, list: l, page: page}
}

// part is one page of a list.
type part struct {
	*list
	page int // from 1
}

// entries gives the pages that a part shows.
func (pt part) entries() []*Page {
	return pt.cards()[(pt.page-1)*pt.size : min(pt.page*pt.size, pt.total)]
}

// pagerReach is how many numbers a pager shows on either side of its own.
const pagerReach = 3

// pager makes the pager of a part.
func (pt part) pager() view.Pager {
	url := func(n int) string {
		if n == pt.page || n < 1 || n > pt.pages() {
			return ""
		}
		return pt.file(n)
	}
	p := view.Pager{
		Total: pt.total, Page: pt.page, Pages: pt.pages(),
		First: url(1), Prev: url(pt.page - 1), Next: url(pt.page + 1), Last: url(pt.pages()),
	}
	for n := max(1, pt.page-pagerReach); n <= min(pt.pages(), pt.page+pagerReach); n++ {
		p.Steps = append(p.Steps, view.PagerStep{Page: n, URL: url(n), Current: n == pt.page})
	}
	return p
}

// ofRole lists the pages of one kind, newest first.
func (s *Site) ofRole(r front.Role) []*Page {
	var list []*Page
	for _, p := range s.Pages {
		if p.Role == r {
			list = append(list, p)
		}
	}
	return list
}

// onWall lists the pioneer posts as the wall shows them: by agency in protocol
// order, then by the holder's name, by strokes or as the site chooses. Those
// without a name to show come last.
func (s *Site) onWall() []*Page {
	rank := make(map[*Agency]int, len(s.Agencies))
	for i, ag := range s.Agencies {
		rank[ag] = i
	}
	key := s.namer.StrokeKey
	if s.Config.Names == "pinyin" {
		key = s.namer.SortKey
	}
	posts := s.ofRole(front.Post)
	type place struct {
		post   *Page
		agency int
		name   string // key of the name; empty where there is none to show
	}
	places := make([]place, len(posts))
	for i, p := range posts {
		places[i] = place{post: p, agency: rank[p.Agency]}
		if holder := p.holder(); holder != "" {
			places[i].name = key(holder)
		}
	}
	slices.SortStableFunc(places, func(p, q place) int {
		return cmp.Or(p.agency-q.agency, compareBool(p.name == "", q.name == ""), strings.Compare(p.name, q.name))
	})
	for i := range places {
		posts[i] = places[i].post
	}
	return posts
}

func compareBool(x, y bool) int {
	switch {
	case x == y:
		return 0
	case y:
		return -1
	}
	return 1
}

// holder gives the name of a post's holder where there is consent to show it.
func (p *Page) holder() string {
	if p.Role != front.Post || !p.Matter.Consent {
		return ""
	}
	return p.Matter.Holder
}

// yearList has the pages of one year.
type yearList struct {
	year  int // 0 for pages without a date
	pages []*Page
}

func (y yearList) folder() string {
	if y.year == 0 {
		return "archive/undated"
	}
	return fmt.Sprintf("archive/%d", y.year)
}

// title gives the year, "" for pages without a date, which the string file names.
func (y yearList) title() string {
	if y.year == 0 {
		return ""
	}
	return strconv.Itoa(y.year)
}

// step is the year's step of a breadcrumb.
func (y yearList) step() step {
	if y.year == 0 {
		return step{key: "undated"}
	}
	return step{title: y.title()}
}

// years divides the pages by year, newest first, those without a date last.
func (s *Site) years() []yearList {
	var list []yearList
	from := 0
	for i, p := range s.Pages {
		y := p.alone.date.Year()
		if n := len(list); n == 0 || list[n-1].year != y {
			list, from = append(list, yearList{year: y}), i
		}
		list[len(list)-1].pages = s.Pages[from : i+1]
	}
	return list
}
