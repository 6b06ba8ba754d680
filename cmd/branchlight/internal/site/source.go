package site

import (
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/route"
)

// Source is one parsed Markdown file.
type Source struct {
	Path   string // such as content/财政局/_index.md
	Matter *front.Matter
	Doc    *mark.Doc
	Found  []diag.Finding // reported where the page is shown
	Sum    codec.Sum      // stands for the file's bytes, and so for Doc; may be zero
	Passed Passed         // of package check

	alone *alone
}

// Passed says that nothing was found in a source by rules that look at it under
// some settings, as a page in some role: they need not look again.
type Passed struct {
	Config *config.Site // nil where something was found, or nobody has looked
	Role   front.Role
}

// alone is what can be said of a source by itself, before there is a site, under
// some settings. It is all that Assemble looks at of most sources, and so is kept
// small.
type alone struct {
	namer  *route.Namer
	config *config.Site

	fold    string // of the path; empty where that is its own
	name    string // the name of its output, without folder and extension; of pages only
	summary string
	key     string // of an _index.md: the title by pinyin
	topics  string // of its themes, those that there are: the place of each in the settings, as a character
	dests   []dest // of Doc.Links, then of Doc.Images
	links   int    // how many of them are of links
	order   int    // or noOrder
	date    day.Day
	expires day.Day
	role    uint8 // as a page of an agency: front.Role
	index   bool  // it describes its folder
	draft   bool
	odd     bool // something is wrong with it as a page of role, or it names what the settings do not
	plain   bool // its links are all that must be resolved
	aliased bool // it has old addresses

	// Where it is published, as long as its folder is: it is not known before
	// Assemble, as dest.found is not.
	folder, out string
}

// dest is a destination as route.Resolve reads it.
type dest struct {
	fold     string // of the source path
	path     string
	fragment string
	ok       bool
	found    int32 // which of the sources it was last; to be looked at first
}

// Prepare finds out what can be said of a source by itself. It is a matter of
// time only: a source that is kept from one Assemble to the next, with its
// settings, is prepared once.
func (s *Source) Prepare(n *route.Namer, k *config.Site) {
	if s.alone != nil && s.alone.namer == n && s.alone.config == k {
		return
	}
	m := s.Matter
	a := &alone{
		namer: n, config: k, summary: summary(s), order: noOrder, date: m.Date, expires: m.Expires,
		index: isIndexFile(s.Path), draft: m.Draft, aliased: len(m.Aliases) > 0, role: uint8(roleOf(m.Kind)),
	}
	if fold := route.Fold(s.Path); fold != s.Path {
		a.fold = fold
	}
	if m.HasOrder {
		a.order = m.Order
	}
	if a.index {
		a.key = n.SortKey(m.Title)
	} else if a.name = m.Slug; a.name == "" {
		file := path.Base(s.Path)
		a.name = n.Slug(strings.TrimSuffix(file, path.Ext(file)))
	}
	a.links = len(s.Doc.Links)
	if all := a.links + len(s.Doc.Images); all > 0 {
		a.dests = make([]dest, 0, all)
	}
	for i := range s.Doc.Links {
		a.dests = append(a.dests, s.dest(s.Doc.Links[i].Dest))
	}
	for i := range s.Doc.Images {
		a.dests = append(a.dests, s.dest(s.Doc.Images[i].Dest))
	}
	a.plain = len(s.Doc.Images) == 0 && m.Cover == "" && (m.Kind != "post" || m.Photo == "" && !unasked(m))
	a.judge(m, k)
	s.alone = a
}

// judge finds the topics of a source, and whether a word must be said of its keys.
func (a *alone) judge(m *front.Matter, k *config.Site) {
	list := make([]rune, 0, 8)
	for _, name := range m.Themes {
		at := slices.IndexFunc(k.Topics, func(t config.Topic) bool { return t.Name == name })
		if at < 0 {
			a.odd = true
		} else {
			list = append(list, rune(at))
		}
	}
	a.topics = string(list)
	a.odd = a.odd || m.Stage != "" && !slices.Contains(k.Stages, m.Stage) || len(m.Misplaced(front.Role(a.role))) > 0
}

func (s *Source) dest(written string) (d dest) {
	d.path, d.fragment, d.ok = route.Resolve(s.Path, written)
	d.fold = route.Fold(d.path)
	return d
}

// summaryLength is the number of characters of a summary that is taken from the
// text.
const summaryLength = 90

// summary gives the page's own summary, or the beginning of its first paragraph,
// cut at the end of a sentence where there is one.
func summary(s *Source) string {
	if s.Matter.Summary != "" {
		return s.Matter.Summary
	}
	return cut(s.Doc.Lead, summaryLength)
}

// cut shortens a text to at most n characters: to its last full stop if that
// keeps half of it, else with an ellipsis.
func cut(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	end, stop, count := 0, 0, 0
	for i, r := range s {
		if count == n {
			end = i
			break
		}
		count++
		if (r == '。' || r == '！' || r == '？') && count >= n/2 {
			stop = i + utf8.RuneLen(r)
		}
	}
	if stop > 0 {
		return s[:stop]
	}
	return s[:end] + "…"
}
