package search

import (
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/site"
)

// scratch is memory that is used again and again while files are made.
type scratch struct {
	read   []byte   // what was read of a page
	text   []uint16 // of pages, one after the other: date, address, title and text of each, with a 0 behind each
	pages  []span   // where they stand
	tokens []token
	packer packer
	packs  []byte // what was packed, file by file
	file   []byte
}

// span is where a page stands in a text.
type span struct{ from, title, text, end int }

func (s *scratch) reset() { s.text, s.pages = s.text[:0], s.pages[:0] }

// title and content give the texts of the ith page.
func (s *scratch) title(i int) []uint16   { return s.text[s.pages[i].title : s.pages[i].text-1] }
func (s *scratch) content(i int) []uint16 { return s.text[s.pages[i].text : s.pages[i].end-1] }

// stretch gives the texts of some pages, one after the other.
func (s *scratch) stretch(from, to int) []uint16 {
	return s.text[s.pages[from].from:s.pages[to-1].end]
}

// page appends date, address, title and text of a page. What a page can be found by,
// besides its agency, branch and themes, is its title, and as its text what it
// shows of its front matter and the blocks of its body, a line each.
func (s *scratch) page(p *site.Page) {
	at := span{from: len(s.text)}
	if !p.Matter.Date.IsZero() {
		s.text = appendUnits(s.text, p.Matter.Date.String())
	}
	s.text = append(appendUnits(append(s.text, 0), p.Out), 0)
	at.title = len(s.text)
	s.text = append(appendUnits(s.text, p.Title), 0)
	at.text = len(s.text)
	add := func(text string) {
		if text != "" {
			if len(s.text) > at.text {
				s.text = append(s.text, '\n')
			}
			s.text = appendUnits(s.text, text)
		}
	}
	m := p.Matter
	add(m.Summary)
	p.Doc.Texts(&s.read, add)
	also := func(list ...string) {
		for _, text := range list {
			add(text)
		}
	}
	switch p.Role {
	case front.Practice:
		also(m.Brand, m.Effort, m.Contact, m.CopiesFrom)
	case front.Progress:
		add(m.Stage)
		for i := range m.Items {
			add(m.Items[i].Name)
		}
	case front.Post:
		also(p.Holder(), m.Position, m.Pledge)
		also(m.Duties...)
	case front.Agency:
		also(m.Short, m.Stage)
	case front.Branch:
		also(m.Brand, m.Motto, m.Secretary)
	}
	switch p.Role {
	case front.Practice, front.Progress, front.Post, front.Plain:
		also(m.Source, m.Author, m.Editor)
	}
	s.text = append(s.text, 0)
	at.end = len(s.text)
	s.pages = append(s.pages, at)
}

// cut finds so many pages in the text; ok is false where it has not so many.
func (s *scratch) cut(pages int) (ok bool) {
	s.pages = s.pages[:0]
	ends := make([]int, 0, 4*pages)
	for i, u := range s.text {
		if u == 0 {
			ends = append(ends, i+1)
		}
	}
	if len(ends) != 4*pages || ends[len(ends)-1] != len(s.text) {
		return false
	}
	from := 0
	for ; len(ends) > 0; ends = ends[4:] {
		s.pages = append(s.pages, span{from, ends[1], ends[2], ends[3]})
		from = ends[3]
	}
	return true
}
