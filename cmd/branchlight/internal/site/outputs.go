package site

import (
	"path"
	"slices"
	"strings"
	"sync"

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
	Make     func() view.View // makes the view of what is no article and no part of a list

	site *Site
	text *Page // whose text the view shows; nil where the draft is whole
	list *list
	page int // of the list, from 1
}

// View makes the whole view.
func (o *Output) View() view.View {
	r := new(Room)
	v := o.Draft(r)
	o.Finish(v, r)
	return v
}

// Room is memory for one view at a time: the next one that is made in it takes
// its place.
type Room struct {
	article  view.Article
	practice view.Practice
	progress view.Progress
	post     view.Post
	crumbs   []view.Crumb
	topics   []view.Link
	related  []view.Link
	toc      []view.Heading
	found    []*Page // that are related
	at       []int   // likewise: how far the list of each topic was read
	text     []byte
}

// Draft makes the view, but for the text of an article and the cards of a list.
func (o *Output) Draft(r *Room) view.View {
	switch {
	case o.text != nil:
		return o.site.article(o.text, r)
	case o.list != nil:
		return o.list.draft(part{o.list, o.page})
	}
	return o.Make()
}

// Finish puts the text, or the cards, into a view that Draft made in a room.
func (o *Output) Finish(v view.View, r *Room) {
	switch {
	case o.text != nil:
		v.(view.Text).SetBody(o.text.body(o.Path, &r.text))
	case o.list != nil:
		v.(view.Listing).SetCards(cards(o.Path, part{o.list, o.page}.entries()))
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
	if i, ok := s.table.at[route.Fold(path)]; ok && s.table.outs[i] == path {
		o := s.articleOutput(s.articles[i])
		return &o
	}
	for i := range s.singles {
		if o := &s.singles[i]; o.Path == path {
			return o
		}
	}
	for _, l := range s.lists {
		if !strings.HasPrefix(path, l.folder+"/") {
			continue
		}
		for page := range l.pages() {
			if l.out(page+1) == path {
				o := l.output(page + 1)
				return &o
			}
		}
	}
	return nil
}

// Count gives how many outputs there are.
func (s *Site) Count() int {
	n := len(s.articles) + len(s.singles)
	for _, l := range s.lists {
		n += l.pages()
	}
	return n
}

// Outputs lists everything that is rendered, in path order.
func (s *Site) Outputs() []Output { return s.outputs() }

func (s *Site) listOutputs() []Output {
	// The articles come in the order of their sources, which mostly is that of their
	// outputs.
	byOut := func(p, q *Page) int { return strings.Compare(p.Out, q.Out) }
	articles := s.articles
	if !slices.IsSortedFunc(articles, byOut) {
		articles = slices.SortedFunc(slices.Values(articles), byOut)
	}
	count := s.Count()
	others := slices.Grow(slices.Clone(s.singles), count-len(articles)-len(s.singles))
	for _, l := range s.lists {
		for page := range l.pages() {
			others = append(others, l.output(page+1))
		}
	}
	slices.SortFunc(others, func(x, y Output) int { return strings.Compare(x.Path, y.Path) })
	list := make([]Output, 0, count)
	for _, o := range others {
		for len(articles) > 0 && articles[0].Out < o.Path {
			list, articles = append(list, s.articleOutput(articles[0])), articles[1:]
		}
		list = append(list, o)
	}
	for _, p := range articles {
		list = append(list, s.articleOutput(p))
	}
	return list
}

func (s *Site) articleOutput(p *Page) Output {
	return Output{Path: p.Out, Template: "article", Source: p.Path, site: s, text: p}
}

// Code writes all that the output depends on besides the templates: the name of
// its own, the view that Draft made, and what stands for the text and the cards.
func (o *Output) Code(c *codec.Coder, v view.View) {
	codec.String(c, &o.Template)
	v.Code(c)
	switch {
	case o.text != nil:
		o.text.code(c)
	case o.list != nil:
		for _, p := range (part{o.list, o.page}).entries() {
			p.codeCard(c)
		}
	}
}

// add adds an output that is no article and no part of a list.
func (a *assembly) add(out, template, source string, draft func() view.View) {
	a.singles = append(a.singles, Output{Path: out, Template: template, Source: source, Make: draft})
}

// addOwn is add for a page that no source stands behind.
func (a *assembly) addOwn(out, template, source string, draft func() view.View) {
	a.claimOwn(out)
	a.add(out, template, source, draft)
}

// addOutputs lists what is rendered besides the articles.
func (a *assembly) addOutputs() {
	s := a.Site
	source := ""
	if a.Home != nil {
		source = a.Home.Path
	}
	a.addOwn(outHome, "home", source, func() view.View { return s.home() })
	a.addOwn(outAgencies, "agencies", "", func() view.View { return s.agenciesView() })
	a.addOwn(outThemes, "themes", "", func() view.View { return s.topicsView() })
	a.addOwn(outMatrix, "matrix", "", func() view.View { return s.matrix() })
	a.addOwn(outStars, "stars", "", func() view.View { return s.stars() })
	a.addOwn(outSearch, "search", "", func() view.View { return s.searchPage() })
	a.addOwn("404.html", "404", "", func() view.View { return s.notFound() })
	for _, sec := range a.Sections {
		a.add(sec.Page.Out, "section", sec.Page.Path, func() view.View { return s.section(sec) })
	}
	a.folderOutputs()
	a.columnOutputs()
	a.aliasOutputs()
	a.feedOutputs()
	a.outputs = sync.OnceValue(s.listOutputs)
	a.frames = sync.OnceValue(s.makeFrames)
}

// paged adds the pages of a list. Every list has at least one page.
func (a *assembly) paged(l *list) {
	if l.size == 0 {
		l.size = a.Config.PageSize
	}
	a.lists = append(a.lists, l)
	if l.template != "agency" && l.template != "branch" && l.template != "topic" {
		a.claimOwn(l.out(1)) // the first pages of these three are claimed by their sources
	}
	if a.numbered {
		for page := 2; page <= l.pages(); page++ {
			a.claimOwn(l.out(page))
		}
	}
}

// folderOutputs adds the pages of agencies and branches.
func (a *assembly) folderOutputs() {
	s := a.Site
	for _, ag := range a.Agencies {
		a.paged(&list{folder: ag.Out, template: "agency", source: sourceOf(ag.Page, ag.Folder), total: len(ag.Pages),
			cards: func() []*Page { return ag.Pages }, draft: func(pt part) view.View { return s.agency(ag, pt) }})
		for _, b := range ag.Branches {
			a.paged(&list{folder: b.Out, template: "branch", source: sourceOf(b.Page, b.Folder), total: len(b.Pages),
				cards: func() []*Page { return b.Pages }, draft: func(pt part) view.View { return s.branch(b, pt) }})
		}
	}
}

func sourceOf(index *Page, folder string) string {
	if index != nil {
		return index.Path
	}
	return folder
}

// columnOutputs adds the paged lists: by kind, theme and year.
func (a *assembly) columnOutputs() {
	s := a.Site
	ofRole := func(r front.Role, l list) {
		l.total, l.cards = a.roles[r], sync.OnceValue(func() []*Page { return s.ofRole(r) })
		a.paged(&l)
	}
	ofRole(front.Practice, list{folder: path.Dir(outPractices), template: "practices", draft: func(pt part) view.View {
		return s.list(pt, outPractices, "", "", step{key: "practices"})
	}})
	a.wallOutputs()
	ofRole(front.Progress, list{folder: path.Dir(outProgress), template: "progress", draft: func(pt part) view.View { return s.board(pt) }})
	for _, t := range a.Topics {
		if len(t.Pages) > 0 {
			a.paged(&list{folder: t.Out, template: "topic", total: len(t.Pages), cards: func() []*Page { return t.Pages }, draft: func(pt part) view.View {
				return s.list(pt, outThemes, t.Name, t.Summary, step{key: "themes", out: outThemes}, step{title: t.Name})
			}})
		}
	}
	years := s.years()
	a.addOwn(outArchive, "archive", "", func() view.View { return s.archive(years) })
	for _, y := range years {
		a.paged(&list{folder: y.folder(), template: "year", total: len(y.pages), cards: func() []*Page { return y.pages }, draft: func(pt part) view.View {
			return s.list(pt, outArchive, y.title(), "", step{key: "archive", out: outArchive}, y.step())
		}})
	}
}

// aliasOutputs adds a page at every old address of pages, agencies and branches.
// An alias of a folder stands for every page in it.
func (a *assembly) aliasOutputs() {
	for _, p := range a.shown {
		if !p.alone.aliased {
			continue
		}
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
		if a.taken(route.Fold(folder)) != nil || strings.HasSuffix(folder, ".html") {
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
	if first := a.taken(key); first != nil {
		a.report(ruleAlias.At(pos,
			diag.Textf("旧地址 %[1]s 已经属于 %[2]s", "the old address %[1]s belongs to %[3]s", old, first.by.Zh, first.by.En),
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
	s := a.Site
	a.add(old, "alias", by.Path, func() view.View { return s.alias(old, q) })
}
