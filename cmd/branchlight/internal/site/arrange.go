package site

import (
	"cmp"
	"math"
	"slices"

	"branchlight/cmd/branchlight/internal/front"
)

// noOrder is the order of what gives none: after all that do.
const noOrder = math.MaxInt

// arrange puts the pages in the order in which lists show them, and finds each
// page's neighbours. It does not look at routes, which are found meanwhile.
func (a *assembly) arrange() {
	a.count()
	a.sortNewest()
	for i, p := range a.Pages {
		p.rank = int32(i)
		p.Agency.Pages = append(p.Agency.Pages, p)
		if p.Branch != nil {
			p.Branch.Pages = append(p.Branch.Pages, p)
		} else {
			p.Agency.own = append(p.Agency.own, p)
		}
		for _, t := range p.Topics {
			t.Pages = append(t.Pages, p)
			t.ranks = append(t.ranks, p.rank)
		}
	}
	a.arrangePlain()
	for _, ag := range a.Agencies {
		neighbours(ag.own)
		for _, b := range ag.Branches {
			neighbours(b.Pages)
		}
	}
}

// count makes room for the lists of pages, all in one piece.
func (a *assembly) count() {
	topics := make([]int, len(a.Topics))
	n := 2 * len(a.Pages)
	for _, p := range a.Pages {
		p.Agency.count++
		if p.Branch != nil {
			p.Branch.count++
		}
		if p.Role == front.Post {
			p.Agency.posts++
		}
		a.roles[p.Role]++
		for _, t := range p.Topics {
			topics[t.at]++
		}
		n += len(p.Topics)
	}
	room, ranks := make([]*Page, n), make([]int32, n-2*len(a.Pages))
	take := func(n int) (list []*Page) {
		list, room = room[:0:n], room[n:]
		return list
	}
	for _, ag := range a.Agencies {
		ag.Pages = take(ag.count)
		own := ag.count
		for _, b := range ag.Branches {
			b.Pages = take(b.count)
			own -= b.count
		}
		ag.own = take(own)
	}
	for i, t := range a.Topics {
		t.Pages = take(topics[i])
		t.ranks, ranks = ranks[:0:topics[i]], ranks[topics[i]:]
	}
}

// arrangePlain sorts the plain pages.
func (a *assembly) arrangePlain() {
	keys := make(map[*Page]string, len(a.Plain))
	for _, p := range a.Plain {
		keys[p] = a.namer.SortKey(p.Title)
	}
	slices.SortFunc(a.Plain, func(p, q *Page) int {
		return cmp.Or(cmp.Compare(p.alone.order, q.alone.order), cmp.Compare(keys[p], keys[q]), cmp.Compare(p.Path, q.Path))
	})
	for _, p := range a.Plain {
		if p.Section != nil {
			p.Section.Pages = append(p.Section.Pages, p)
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
		return cmp.Or(cmp.Compare(x.Page.alone.order, y.Page.alone.order), cmp.Compare(x.Title, y.Title), cmp.Compare(x.Folder, y.Folder))
	})
}

// newestFirst is the order of dated lists: the day, then the page's own order,
// then the path. Titles are not compared: pinyin of ten thousand of them would
// cost more than the order of a day's pages is worth.
func newestFirst(p, q *Page) int {
	if p.alone.date != q.alone.date {
		return cmp.Compare(q.alone.date, p.alone.date)
	}
	if p.alone.order != q.alone.order {
		return cmp.Compare(p.alone.order, q.alone.order)
	}
	return cmp.Compare(p.Path, q.Path)
}

// newestOrder is the order of pages by their days. It does not change any more.
type newestOrder struct {
	days   []uint64 // of pages in path order: their days, the newest being the lowest, with their places
	sorted []uint64
}

// sortNewest puts Site.Pages, which stand in path order, into newestFirst order.
// Where none gives an order of its own, as is usual, the days with the places in
// path order are numbers, which are sorted many times faster, and mostly are those
// of before.
func (a *assembly) sortNewest() {
	order := newestOrder{days: make([]uint64, len(a.Pages))}
	for i, p := range a.Pages {
		if p.alone.order != noOrder {
			slices.SortFunc(a.Pages, newestFirst)
			return
		}
		order.days[i] = uint64(math.MaxUint32-uint32(p.alone.date))<<32 | uint64(i)
	}
	if a.in.Before != nil && slices.Equal(a.in.Before.order.days, order.days) {
		order = a.in.Before.order
	} else {
		order.sorted = slices.Clone(order.days)
		slices.Sort(order.sorted)
	}
	inPathOrder := slices.Clone(a.Pages)
	for i, key := range order.sorted {
		a.Pages[i] = inPathOrder[uint32(key)]
	}
	a.order = order
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
func (p *Page) related(r *Room) []*Page {
	r.found, r.at = r.found[:0], r.at[:0]
	if p.rank < 0 {
		return nil
	}
	for _, t := range p.Topics {
		from, _ := slices.BinarySearch(t.ranks, p.rank+1)
		r.at = append(r.at, from)
	}
	for len(r.found) < maxRelated {
		var best *Page
		rank := int32(math.MaxInt32)
		for i, t := range p.Topics {
			if at := r.at[i]; at < len(t.ranks) && t.ranks[at] < rank {
				best, rank = t.Pages[at], t.ranks[at]
			}
		}
		if best == nil {
			break
		}
		r.found = append(r.found, best)
		for i, t := range p.Topics {
			if at := r.at[i]; at < len(t.ranks) && t.ranks[at] == rank {
				r.at[i]++
			}
		}
	}
	return r.found
}
