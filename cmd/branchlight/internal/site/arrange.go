package site

import (
	"cmp"
	"math"
	"slices"

	"branchlight/cmd/branchlight/internal/front"
)

// noOrder is the order of what gives none: after all that do.
const noOrder = math.MaxInt

func orderOf(m *front.Matter) int {
	if m.HasOrder {
		return m.Order
	}
	return noOrder
}

// arrange puts the pages in the order in which lists show them, and finds each
// page's neighbours. It does not look at routes, which are found meanwhile.
func (a *assembly) arrange() {
	sortNewest(a.Pages)
	for _, p := range a.Plain {
		p.sortKey = a.namer.SortKey(p.Title)
	}
	slices.SortFunc(a.Plain, func(p, q *Page) int {
		return cmp.Or(cmp.Compare(p.order, q.order), cmp.Compare(p.sortKey, q.sortKey), cmp.Compare(p.Path, q.Path))
	})
	places := make([]int, 2*len(a.Pages)) // of all pages; few have more than two topics
	for _, p := range a.Pages {
		p.Agency.Pages = append(p.Agency.Pages, p)
		if p.Branch != nil {
			p.Branch.Pages = append(p.Branch.Pages, p)
		} else {
			p.Agency.own = append(p.Agency.own, p)
		}
		if n := len(p.Topics); n <= len(places) {
			p.topicAt, places = places[:n:n], places[n:]
		} else {
			p.topicAt = make([]int, n)
		}
		for i, t := range p.Topics {
			p.topicAt[i] = len(t.Pages)
			t.Pages = append(t.Pages, p)
		}
	}
	for _, p := range a.Plain {
		if p.Section != nil {
			p.Section.Pages = append(p.Section.Pages, p)
		}
	}
	for _, ag := range a.Agencies {
		neighbours(ag.own)
		for _, b := range ag.Branches {
			neighbours(b.Pages)
		}
	}
	for _, s := range a.Sections {
		neighbours(s.Pages)
	}
}

// arrangeFolders sorts agencies and branches: by the protocol order that the
// county sets, then by pinyin.
func (a *assembly) arrangeFolders() {
	slices.SortFunc(a.Agencies, func(x, y *Agency) int {
		return cmp.Or(cmp.Compare(x.order, y.order), cmp.Compare(x.sortKey, y.sortKey), cmp.Compare(x.Folder, y.Folder))
	})
	for _, ag := range a.Agencies {
		slices.SortFunc(ag.Branches, func(x, y *Branch) int {
			return cmp.Or(cmp.Compare(x.order, y.order), cmp.Compare(x.sortKey, y.sortKey), cmp.Compare(x.Folder, y.Folder))
		})
	}
	slices.SortFunc(a.Sections, func(x, y *Section) int {
		return cmp.Or(cmp.Compare(x.Page.order, y.Page.order), cmp.Compare(x.Title, y.Title), cmp.Compare(x.Folder, y.Folder))
	})
}

// newestFirst is the order of dated lists: the day, then the page's own order,
// then the path. Titles are not compared: pinyin of ten thousand of them would
// cost more than the order of a day's pages is worth.
func newestFirst(p, q *Page) int {
	if p.date != q.date {
		return cmp.Compare(q.date, p.date)
	}
	if p.order != q.order {
		return cmp.Compare(p.order, q.order)
	}
	return cmp.Compare(p.Path, q.Path)
}

// sortNewest puts pages that stand in path order into newestFirst order. Where none
// gives an order of its own, as is usual, the days with the places in path order
// are numbers, which are sorted many times faster.
func sortNewest(pages []*Page) {
	if slices.ContainsFunc(pages, func(p *Page) bool { return p.order != noOrder }) {
		slices.SortFunc(pages, newestFirst)
		return
	}
	keys := make([]uint64, len(pages))
	for i, p := range pages {
		keys[i] = uint64(math.MaxUint32-uint32(p.date))<<32 | uint64(i)
	}
	slices.Sort(keys)
	inPathOrder := slices.Clone(pages)
	for i, key := range keys {
		pages[i] = inPathOrder[uint32(key)]
	}
}

func neighbours(pages []*Page) {
	for i, p := range pages {
		if i > 0 {
			p.newer = pages[i-1]
		}
		if i+1 < len(pages) {
			p.older = pages[i+1]
		}
	}
}

// maxRelated is the number of related pages that an article shows.
const maxRelated = 5

// related gives the nearest earlier pages of the same themes, newest first. It
// looks backwards only, so that a new page changes no article but its own.
func (p *Page) related() []*Page {
	if p.topicAt == nil {
		return nil // a plain page: it stands in no theme's list
	}
	found := make([]*Page, 0, maxRelated)
	at := make([]int, len(p.Topics)) // how far each topic's list was read
	for i := range at {
		at[i] = p.topicAt[i] + 1
	}
	for len(found) < maxRelated {
		best := -1
		for i, t := range p.Topics {
			if at[i] < len(t.Pages) && (best < 0 || newestFirst(t.Pages[at[i]], p.Topics[best].Pages[at[best]]) < 0) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		q := p.Topics[best].Pages[at[best]]
		at[best]++
		if q != p && !slices.Contains(found, q) {
			found = append(found, q)
		}
	}
	return found
}
