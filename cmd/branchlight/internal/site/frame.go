package site

import (
	"strings"

	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/view"
)

// frameKey says which pages share a frame: those of one depth and one column.
type frameKey struct {
	depth  int
	column string
}

// column names a column of the navigation and its index.
type column struct {
	key   string
	title string // of a folder of plain pages
	out   string
}

// columnsInOrder lists the navigation: what the site shows, then who and where,
// then the folders of plain pages.
func (s *Site) columnsInOrder() []column {
	list := []column{
		{key: "practices", out: "practices/index.html"},
		{key: "progress", out: "progress/index.html"},
		{key: "posts", out: "posts/index.html"},
		{key: "agencies", out: "agencies/index.html"},
		{key: "themes", out: "themes/index.html"},
		{key: "matrix", out: "matrix/index.html"},
		{key: "stars", out: "stars/index.html"},
		{key: "archive", out: "archive/index.html"},
	}
	for _, sec := range s.Sections {
		list = append(list, column{key: "section", title: sec.Title, out: sec.Out + "/index.html"})
	}
	return list
}

// noColumn is the column of pages that belong to none. Columns are named by the
// output path of their index.
const noColumn = ""

// frame gives the frame of an output.
func (s *Site) frame(out, column string) *view.Frame {
	return s.frames()[frameKey{strings.Count(out, "/"), column}]
}

// makeFrames makes the frames of all depths and columns that the outputs have.
func (s *Site) makeFrames() map[frameKey]*view.Frame {
	depths := 0
	for _, p := range s.shown {
		depths = max(depths, strings.Count(p.Out, "/"))
	}
	for i := range s.singles {
		depths = max(depths, strings.Count(s.singles[i].Path, "/"))
	}
	for _, l := range s.lists {
		depths = max(depths, 1+strings.Count(l.folder, "/"))
	}
	columns, frames := s.columnsInOrder(), map[frameKey]*view.Frame{}
	search := s.makeFrame(0, noColumn, columns)
	search.Search = ""
	search.Seal()
	frames[frameKey{0, outSearch}] = search
	for depth := range depths + 1 {
		frames[frameKey{depth, noColumn}] = s.makeFrame(depth, noColumn, columns)
		for _, c := range columns {
			frames[frameKey{depth, c.out}] = s.makeFrame(depth, c.out, columns)
		}
	}
	return frames
}

func (s *Site) makeFrame(depth int, current string, columns []column) *view.Frame {
	root := strings.Repeat("../", depth)
	f := &view.Frame{
		Lang: s.Config.Language, Title: s.Config.Title, Subtitle: s.Config.Subtitle,
		Owner: s.Config.Owner, Contact: s.Config.Contact,
		Root: root, Home: root + "index.html", Feed: root + "feed.xml", Search: root + outSearch,
	}
	if e := s.emblem; e != nil {
		f.Emblem = e.narrow(root, "")
	}
	for _, c := range columns {
		f.Nav = append(f.Nav, view.NavItem{Key: c.key, Title: c.title, URL: root + c.out, Current: c.out == current})
	}
	f.Seal()
	return f
}

// step is one step of a breadcrumb: a column, named by key, or a title.
type step struct {
	key, title, out string
}

// crumbs makes the path from the home page to an output. The last step is the
// page itself.
func crumbs(out string, steps ...step) []view.Crumb {
	list := make([]view.Crumb, 0, len(steps)+1)
	list = append(list, view.Crumb{Key: "home", URL: route.Relative(out, "index.html")})
	for i, st := range steps {
		c := view.Crumb{Key: st.key, Title: st.title}
		if i < len(steps)-1 {
			c.URL = route.Relative(out, st.out)
		}
		list = append(list, c)
	}
	return list
}
