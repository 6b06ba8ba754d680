package site

import (
	"path"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/view"
)

// The indexes of the columns, which are also the columns' names.
const (
	outHome      = "index.html"
	outAgencies  = "agencies/index.html"
	outPractices = "practices/index.html"
	outProgress  = "progress/index.html"
	outPosts     = "posts/index.html"
	outThemes    = "themes/index.html"
	outMatrix    = "matrix/index.html"
	outStars     = "stars/index.html"
	outArchive   = "archive/index.html"
	outSearch    = "search.html"
)

// Output is one file that is made from a view.
type Output struct {
	Path     string
	Template string           // name of the template; empty for Feed and Sitemap
	Source   string           // the file that the page is made of, for messages
	Draft    func() view.View // makes the view, but for the text of an article

	text *Page // whose text the view shows; nil where the draft is whole
}

// View makes the whole view.
func (o *Output) View() view.View {
	v := o.Draft()
	o.Finish(v, new([]byte))
	return v
}

// Finish puts the text into a view that Draft made. The text may stand in buf,
// and lasts until buf is used again.
func (o *Output) Finish(v view.View, buf *[]byte) {
	if o.text != nil {
		v.(view.Text).SetBody(o.text.body(o.Path, buf))
	}
}

// Held says that the page is shown in a preview only: draft or future; empty
// otherwise.
func (o *Output) Held() string {
	if o.text == nil || o.text.Status == Published {
		return ""
	}
	return o.text.Status.String()
}

// Output finds an output by its path; nil where there is none.
func (s *Site) Output(path string) *Output {
	i, ok := slices.BinarySearchFunc(s.Outputs, path, func(o Output, path string) int { return strings.Compare(o.Path, path) })
	if !ok {
		return nil
	}
	return &s.Outputs[i]
}

// Code writes all that the output depends on besides the templates: the name of
// its own, the view that Draft made, and what stands for the text.
func (o *Output) Code(c *codec.Coder, v view.View) {
	codec.String(c, &o.Template)
	v.Code(c)
	if o.text != nil {
		o.text.code(c)
	}
}

// outputs lists everything that is rendered.
func (a *assembly) outputs() {
	add := func(out, template, source string, draft func() view.View) {
		a.Outputs = append(a.Outputs, Output{Path: out, Template: template, Source: source, Draft: draft})
	}
	a.Outputs = make([]Output, 0, 2*len(a.Pages)+64)
	for _, p := range a.shown {
		if p.isArticle() {
			add(p.Out, "article", p.Path, func() view.View { return a.Site.article(p) })
			a.Outputs[len(a.Outputs)-1].text = p
		}
	}
	articles := len(a.Outputs)
	source := ""
	if a.Home != nil {
		source = a.Home.Path
	}
	own := func(out, template, source string, draft func() view.View) {
		a.claimOwn(out)
		add(out, template, source, draft)
	}
	own(outHome, "home", source, func() view.View { return a.Site.home() })
	own(outAgencies, "agencies", "", func() view.View { return a.Site.agenciesView() })
	own(outThemes, "themes", "", func() view.View { return a.Site.topicsView() })
	own(outMatrix, "matrix", "", func() view.View { return a.Site.matrix() })
	own(outStars, "stars", "", func() view.View { return a.Site.stars() })
	own(outSearch, "search", "", func() view.View { return a.Site.searchPage() })
	own("404.html", "404", "", func() view.View { return a.Site.notFound() })
	for _, s := range a.Sections {
		add(s.Page.Out, "section", s.Page.Path, func() view.View { return a.Site.section(s) })
	}
	a.folderOutputs()
	a.listOutputs()
	a.aliasOutputs()
	a.feedOutputs()
	a.Outputs = merged(a.Outputs[:articles], a.Outputs[articles:])
	depth := 0
	for i := range a.Outputs {
		depth = max(depth, strings.Count(a.Outputs[i].Path, "/"))
	}
	a.makeFrames(depth)
}

// merged sorts two lists by path into one. The articles come in the order of their
// sources, which mostly is that of their outputs.
func merged(x, y []Output) []Output {
	byPath := func(x, y Output) int { return strings.Compare(x.Path, y.Path) }
	if !slices.IsSortedFunc(x, byPath) {
		slices.SortFunc(x, byPath)
	}
	slices.SortFunc(y, byPath)
	list := make([]Output, 0, len(x)+len(y))
	for len(x) > 0 && len(y) > 0 {
		if x[0].Path < y[0].Path {
			list, x = append(list, x[0]), x[1:]
		} else {
			list, y = append(list, y[0]), y[1:]
		}
	}
	return append(append(list, x...), y...)
}

// isArticle reports whether a page has an output of its own: it stands for no
// folder, and is not the home page.
func (p *Page) isArticle() bool {
	switch p.Role {
	case front.Home, front.Agency, front.Branch, front.PlainIndex:
		return false
	}
	return true
}

// paged adds the pages of one list. Every list has at least one page.
func (a *assembly) paged(folder, template, source string, pages []*Page, draft func(part part) view.View) {
	for _, part := range split(folder, pages, a.Config.PageSize) {
		if part.page > 1 || template != "agency" && template != "branch" && template != "topic" {
			a.claimOwn(part.out(part.page)) // the first pages of these three are claimed by their sources
		}
		a.Outputs = append(a.Outputs, Output{Path: part.out(part.page), Template: template, Source: source,
			Draft: func() view.View { return draft(part) }})
	}
}

// folderOutputs adds the pages of agencies and branches.
func (a *assembly) folderOutputs() {
	s := a.Site
	for _, ag := range a.Agencies {
		a.paged(ag.Out, "agency", sourceOf(ag.Page, ag.Folder), ag.Pages, func(pt part) view.View { return s.agency(ag, pt) })
		for _, b := range ag.Branches {
			a.paged(b.Out, "branch", sourceOf(b.Page, b.Folder), b.Pages, func(pt part) view.View { return s.branch(b, pt) })
		}
	}
}

func sourceOf(index *Page, folder string) string {
	if index != nil {
		return index.Path
	}
	return folder
}

// listOutputs adds the paged lists: by kind, theme and year.
func (a *assembly) listOutputs() {
	s := a.Site
	a.paged(path.Dir(outPractices), "practices", "", s.ofRole(front.Practice), func(pt part) view.View {
		return s.list(pt, outPractices, "", "", step{key: "practices"})
	})
	a.wallOutputs()
	a.paged(path.Dir(outProgress), "progress", "", s.ofRole(front.Progress), func(pt part) view.View { return s.board(pt) })
	for _, t := range a.Topics {
		if len(t.Pages) > 0 {
			a.paged(t.Out, "topic", "", t.Pages, func(pt part) view.View {
				return s.list(pt, outThemes, t.Name, t.Summary, step{key: "themes", out: outThemes}, step{title: t.Name})
			})
		}
	}
	years := s.years()
	a.claimOwn(outArchive)
	a.Outputs = append(a.Outputs, Output{Path: outArchive, Template: "archive", Draft: func() view.View { return s.archive(years) }})
	for _, y := range years {
		a.paged(y.folder(), "year", "", y.pages, func(pt part) view.View {
			return s.list(pt, outArchive, y.title(), "", step{key: "archive", out: outArchive}, y.step())
		})
	}
}

// aliasOutputs adds a page at every old address of pages, agencies and branches.
// An alias of a folder stands for every page in it.
func (a *assembly) aliasOutputs() {
	for _, p := range a.shown {
		for _, old := range p.Matter.Aliases {
			switch p.Role {
			case front.Agency, front.Branch, front.PlainIndex:
				a.folderAlias(p, old)
			default:
				a.alias(p, aliasFile(old), p)
			}
		}
	}
}

// folderAlias lets every page of a folder be found under the folder's old name.
func (a *assembly) folderAlias(index *Page, old string) {
	now := path.Dir(index.Out)
	old = strings.TrimSuffix(strings.TrimSuffix(old, "index.html"), "/")
	a.alias(index, old+"/index.html", index)
	for _, q := range a.shown {
		if q != index && strings.HasPrefix(q.Out, now+"/") {
			a.alias(index, old+strings.TrimPrefix(q.Out, now), q)
		}
	}
}

// aliasFile gives the output path of an alias as it may be written: a file, a
// folder, or a name without extension.
func aliasFile(old string) string {
	switch {
	case strings.HasSuffix(old, "/"):
		return old + "index.html"
	case !strings.HasSuffix(old, ".html"):
		return old + ".html"
	}
	return old
}

// insideFile reports whether an address lies below one that is a file, and gives
// that one.
func (a *assembly) insideFile(out string) (file string, inside bool) {
	for folder := path.Dir(out); folder != "."; folder = path.Dir(folder) {
		if _, taken := a.claims[route.Fold(folder)]; taken || strings.HasSuffix(folder, ".html") {
			return folder, true
		}
	}
	return out, false
}

// alias adds one page at an old address of q; the finding, if the address is
// taken, goes to the page that asks for the alias.
func (a *assembly) alias(by *Page, old string, q *Page) {
	pos := by.Matter.Pos("aliases")
	key := route.Fold(old)
	if first, taken := a.claims[key]; taken {
		a.report(ruleAlias.At(pos,
			diag.Textf("旧地址 %[1]s 已经属于 %[2]s", "the old address %[1]s belongs to %[3]s", old, first.who().Zh, first.who().En),
			diag.Textf("从 aliases 里删去这个地址，或改掉另一页的 slug", "remove it from aliases, or change the other page's slug")))
		return
	}
	if file, inside := a.insideFile(old); inside || len(old) > maxOut {
		a.report(ruleAlias.At(pos,
			diag.Textf("旧地址 %s 不能用：%s 是一个文件，或者地址太长", "the old address %s cannot be: %s is a file, or the address is too long", old, file),
			diag.Textf("旧地址写成 文件夹/文件.html 的样子", "write old addresses as folder/file.html")))
		return
	}
	a.claims[key] = byFile(by.Path, pos)
	a.Outputs = append(a.Outputs, Output{Path: old, Template: "alias", Source: by.Path, Draft: func() view.View { return a.Site.alias(old, q) }})
}
