package search

import (
	"unsafe"

	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/site"
)

// scratch is memory that is used again and again while files are made.
type scratch struct {
	read []byte // what was read of a page
	text []byte // of a group of pages, one after the other
	ends []int  // where each text ends: address, title and text of each page
	file []byte
}

// page appends address, title and text of a page. What a page can be found by,
// besides its agency, branch and themes, is its title, and as its text what it
// shows of its front matter and the blocks of its body, a line each.
func (s *scratch) page(p *site.Page) {
	s.end(p.Out)
	s.end(p.Title)
	from := len(s.text)
	add := func(text string) {
		if text != "" {
			if len(s.text) > from {
				s.text = append(s.text, '\n')
			}
			s.text = append(s.text, text...)
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
	s.end("")
}

// end appends a text and notes where it ends.
func (s *scratch) end(text string) {
	s.text = append(s.text, text...)
	s.ends = append(s.ends, len(s.text))
}

// texts gives the texts so far. They last until reset.
func (s *scratch) texts(list []string) []string {
	from := 0
	for _, end := range s.ends {
		list = append(list, unsafe.String(unsafe.SliceData(s.text[from:end:end]), end-from))
		from = end
	}
	return list
}

func (s *scratch) reset() { s.text, s.ends = s.text[:0], s.ends[:0] }
