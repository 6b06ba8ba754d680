package search

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strconv"
	"unicode/utf16"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/parallel"
	"branchlight/cmd/branchlight/internal/site"
)

// doc is one page as it can be found.
type doc struct {
	id
	page *site.Page
}

// id is what a page is known by from build to build. Pages are numbered in the
// order of their ids: those without a date first, then the oldest.
type id struct {
	date day.Day
	out  codec.Sum // of the output path
	text codec.Sum // stands for title and text
}

func (a id) compare(b id) int {
	if c := cmp.Compare(a.date, b.date); c != 0 {
		return c
	}
	return slices.Compare(a.out[:], b.out[:])
}

// group is the pages of a period; of those without a date, the pages whose output
// path has a sum with the same beginning. A page that comes or goes moves the
// others of its group, and so their texts, to other files.
type group struct {
	key      uint32    // the period, or the beginning of the sum
	from, to int       // of the plan's pages
	perFile  int       // of them, about
	sum      codec.Sum // of the ids of its pages and perFile
	version  string    // of its texts, once they were read; they may come of other bytes
}

// period is what the pages of a group have in common: a date without so many of its
// last digits, of which a day's number loses the first by tens.
type period int

const (
	oneDay period = iota // yyyymmdd
	day10                // yyyymmd, where d is 0 to 2: the 1st to 10th, to 20th, and the rest
	month                // yyyymm
)

// of gives the number of the period that a day is in, which is not 0.
func (p period) of(d day.Day) uint32 {
	n := uint32(d)
	switch p {
	case day10:
		return n/100*10 + min((n%100-1)/10, 2)
	case month:
		return n / 100
	}
	return n
}

// perGroup is how many pages groups have at least, on an average: a group of few
// pages is a short file, and ten results are ten requests.
const perGroup = 6

// periodOf gives the shortest period that is long enough for ids in order.
func periodOf(n int, at func(int) id) period {
	var groups [month]int
	var last [month]uint32
	dated := 0
	for i := range n {
		if d := at(i).date; d != 0 {
			dated++
			for p := range month {
				if k := p.of(d); k != last[p] {
					last[p] = k
					groups[p]++
				}
			}
		}
	}
	for p := range month {
		if dated >= perGroup*groups[p] {
			return p
		}
	}
	return month
}

// perFileFor gives how many pages have their text in one file, about: ten of them,
// each in another file, are fetched and unpacked to show ten results; and every
// build looks at all files.
func perFileFor(pages int) int {
	if pages < 4000 {
		return 2
	}
	return 4
}

func (g *group) files() int { return max(1, (g.to-g.from+g.perFile/2)/g.perFile) }

// span gives the pages of a file of the group, which has so many.
func (g *group) span(file, files int) (from, to int) {
	n := g.to - g.from
	return g.from + n*file/files, g.from + n*(file+1)/files
}

// file gives the file that has a page.
func (g *group) file(page int) int {
	n := g.to - g.from
	return ((page-g.from+1)*g.files() - 1) / n
}

// path gives the name of a file of the group without folder and extension.
func (g *group) path(file int) string {
	b := append(make([]byte, 0, 24), "t/"...)
	if g.key < undated {
		b = strconv.AppendUint(append(b, 'u'), uint64(g.key), 10)
	} else {
		b = strconv.AppendUint(b, uint64(g.key-undated), 10)
	}
	return string(strconv.AppendInt(append(b, '-'), int64(file), 10))
}

// version gives three letters of a sum.
func version(s codec.Sum) string {
	return string(appendFixed(nil, binary.BigEndian.Uint64(s[:]), versionLetters))
}

const versionLetters = 3

// undated is how many groups pages without a date have.
const undated = 64

// groupsOf divides ids in order into groups by period.
func groupsOf(per period, n int, at func(int) id) []group {
	var list []group
	for i := range n {
		d := at(i)
		key := per.of(d.date) + undated
		if d.date == 0 {
			key = uint32(d.out[0]) * undated >> 8
		}
		if len(list) == 0 || list[len(list)-1].key != key {
			list = append(list, group{key: key, from: i, to: i, perFile: perFileFor(n)})
		}
		list[len(list)-1].to++
	}
	b := make([]byte, 0, 1<<10)
	for i := range list {
		g := &list[i]
		b = append(b[:0], byte(g.perFile))
		for j := g.from; j < g.to; j++ {
			d := at(j)
			b = append(append(b, d.out[:]...), d.text[:]...)
		}
		g.sum = codec.SumOf(b)
	}
	return list
}

// plan says which files there are for a site, and what goes into them.
type plan struct {
	site   *site.Site
	docs   []doc
	period period
	groups []group
	spread spread
	scan   bool // there are so few pages that a browser reads all texts
}

// newPlan makes the plan of a site. Below so many pages texts are scanned.
func newPlan(s *site.Site, scanBelow int) *plan {
	pages := s.Published()
	p := &plan{site: s, docs: make([]doc, len(pages)), scan: len(pages) < scanBelow, spread: spreadFor(len(pages))}
	parallel.Each((len(pages)+255)/256, func(part int) {
		w := codec.Writer(nil)
		for i := part * 256; i < min(part*256+256, len(pages)); i++ {
			p.docs[i] = docOf(pages[i], w)
		}
	})
	slices.SortFunc(p.docs, func(a, b doc) int { return a.compare(b.id) })
	at := func(i int) id { return p.docs[i].id }
	p.period = periodOf(len(p.docs), at)
	p.groups = groupsOf(p.period, len(p.docs), at)
	return p
}

func docOf(page *site.Page, w *codec.Coder) doc {
	d := doc{page: page}
	d.date = page.Matter.Date
	w.Reset()
	codec.String(w, &page.Out)
	d.out = codec.SumOf(w.Bytes())
	w.Reset()
	codec.String(w, &page.Title)
	codec.Int(w, &page.Role) // by which the text is chosen
	w.Sum(&page.Sum)
	if page.Sum == (codec.Sum{}) {
		var s scratch
		s.page(page)
		text := string(utf16.Decode(s.text))
		codec.String(w, &text)
	}
	d.text = codec.SumOf(w.Bytes())
	return d
}

// group finds the group of a page.
func groupAt(groups []group, page int) *group {
	i, ok := slices.BinarySearchFunc(groups, page, func(g group, page int) int {
		switch {
		case g.to <= page:
			return -1
		case g.from > page:
			return 1
		}
		return 0
	})
	if !ok {
		return nil
	}
	return &groups[i]
}

// fileKey stands for all that a file of texts is made of.
func (g *group) fileKey(file int) codec.Sum {
	var b [16]byte
	copy(b[:], g.sum[:])
	binary.BigEndian.PutUint64(b[8:], uint64(file))
	return codec.SumOf(b[:])
}
