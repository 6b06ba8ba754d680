package front

import (
	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
)

// Matter is what the front matter of one file says. Texts are trimmed, of one
// line, and free of control characters; a key that is absent or could not be
// understood leaves its field at the zero value. A Matter keeps nothing of its
// source, and all of it is in exported fields.
type Matter struct {
	File string // as in diag.Pos.File
	Body int    // byte offset at which the Markdown body starts

	Title      string
	Summary    string
	Author     string
	Source     string
	Editor     string
	Slug       string // as route.CheckSlug allows it
	Kind       string // practice, progress, post, pages, or empty
	Cover      string // path of a picture, relative to the file
	CoverAlt   string
	Brand      string
	CopiesFrom string
	Effort     string
	Contact    string
	Stage      string
	Holder     string
	Position   string
	Pledge     string
	Photo      string // path of a picture, relative to the file
	PhotoAlt   string
	Short      string
	Group      string
	Motto      string
	Secretary  string

	Date    day.Day
	Updated day.Day
	Expires day.Day // the last day shown
	Due     day.Day
	Since   day.Day
	Named   day.Day
	RatedOn day.Day
	Founded day.Day

	Themes  []string // without repetitions
	Aliases []string // old addresses: site paths without a leading slash, ending in .html, a slash, or a bare name
	Duties  []string

	Draft    bool // also true where the file leaves a doubt whether it is a draft
	Consent  bool // true only where the file says so without a mistake
	HasOrder bool
	Order    int // 0 where absent
	Percent  int // 0 to 100, -1 where absent
	Stars    int // 1 to 5, 0 where absent
	Members  int // 0 where absent

	Items   []Item
	Reviews []Review

	Places []Place // where the keys stand, in the file's order
	Opaque bool    // there is no front matter that could be read
}

// Item is one task of a progress report.
type Item struct {
	Name string
	Done bool
	Due  day.Day
}

// Review is one sign-off.
type Review struct {
	Role   string // 初审, 复审, 终审
	Name   string
	Date   day.Day
	Digest string // of the content that was signed, as the sign command wrote it
	Line   int    // of its [[review]]
}

// Place is where the value of a key stands.
type Place struct {
	Key  uint8 // index into Keys
	Line int32
	Col  int32
}

// Has reports whether the front matter has a key, understood or not; a text that
// is empty counts as absent, save the title. Where there is no front matter that
// could be read (Opaque) it is true for every key: nothing can be said of it, and
// the finding about that is enough.
func (m *Matter) Has(key string) bool {
	if m.Opaque {
		return true
	}
	_, ok := m.place(key)
	return ok
}

// Pos gives the place of a key's value; line 1 of the file where the key is
// absent.
func (m *Matter) Pos(key string) diag.Pos {
	if p, ok := m.place(key); ok {
		return diag.Pos{File: m.File, Line: int(p.Line), Col: int(p.Col)}
	}
	return diag.Pos{File: m.File, Line: 1}
}

func (m *Matter) place(key string) (Place, bool) {
	for _, p := range m.Places {
		if Keys[p.Key].Name == key {
			return p, true
		}
	}
	return Place{}, false
}

// Texts calls a function with every text that is not empty and the key it stands
// at, lists, items and reviews included, in the order of the key table.
func (m *Matter) Texts(visit func(key, text string)) {
	say := func(key, text string) {
		if text != "" {
			visit(key, text)
		}
	}
	for i := range Keys {
		switch k := &Keys[i]; {
		case k.text != nil:
			say(k.Name, *k.text(m))
		case k.list != nil:
			for _, s := range *k.list(m) {
				say(k.Name, s)
			}
		}
	}
	for i := range m.Items {
		say("items", m.Items[i].Name)
	}
	for i := range m.Reviews {
		say("review", m.Reviews[i].Role)
		say("review", m.Reviews[i].Name)
	}
}
