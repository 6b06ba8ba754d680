package site

import (
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/parallel"
	"branchlight/cmd/branchlight/internal/route"
)

// topics takes the themes of the settings.
func (a *assembly) topics() {
	for _, t := range a.Config.Topics {
		slug := t.Slug
		if slug == "" {
			slug = a.namer.Slug(t.Name)
		}
		a.Topics = append(a.Topics, &Topic{Topic: t, Out: "themes/" + slug, at: len(a.Topics)})
	}
}

// place gives every Markdown file its role by the folder that it stands in, and
// makes the agencies, branches and sections.
func (a *assembly) place() {
	all := make([]Page, len(a.in.Sources))
	a.all = make([]*Page, len(all))
	parallel.Each(len(all), func(i int) {
		p, s := &all[i], a.in.Sources[i]
		s.Prepare(a.namer, a.Config)
		*p = Page{
			Source: s, alone: s.alone, Title: s.Matter.Title, Summary: s.alone.summary, pictures: noPictures, at: int32(i), rank: -1,
			first: i == 0 || !sameFolder(a.in.Sources[i-1].Path, s.Path),
		}
		a.all[i] = p
	})
	a.survey()
	for i := range a.in.Files {
		f := a.in.Files[i]
		a.misnamed(f.Path)
		a.files[route.Fold(f.Path)] = &Attachment{File: f}
	}
	a.Pages = make([]*Page, 0, len(all))
	var last *Page // of the folder that is no index
	for _, p := range a.all {
		if p.first {
			last = nil
		}
		if last != nil && !p.alone.index {
			a.placeBeside(p, last)
		} else {
			a.placePage(p)
		}
		if !p.alone.index {
			last = p
		}
		if p.alone.odd || int(p.alone.role) != int(p.Role) {
			a.placeKeys(p)
		}
	}
}

// survey notes where the pages of every folder are to be found, which pages
// describe their folders, and the topics of each.
func (a *assembly) survey() {
	n := 0
	for i, p := range a.all {
		n += len(p.alone.topics)
		if p.first {
			folder := folderOf(p.Path)
			at, again := a.ranges[folder]
			if !again {
				at.from = i
			}
			at.to = i + 1
			for at.to < len(a.all) && !a.all[at.to].first {
				at.to++
			}
			a.ranges[folder] = at
		}
	}
	topics := make([]*Topic, 0, n)
	for _, p := range a.all {
		if p.alone.fold != "" {
			a.odd[p.alone.fold] = p
		}
		if p.alone.index {
			a.index[folderOf(p.Path)] = p
		}
		from := len(topics)
		for _, at := range p.alone.topics {
			topics = append(topics, a.Topics[at])
		}
		p.Topics = slices.Clip(topics[from:])
	}
}

// sameFolder reports whether two files lie in one folder.
func sameFolder(p, q string) bool {
	n := strings.LastIndexByte(p, '/') + 1
	return n <= len(q) && p[:n] == q[:n] && strings.IndexByte(q[n:], '/') < 0
}

// placeBeside puts a page into the folder of another that has its place. Neither
// is an index.
func (a *assembly) placeBeside(p, other *Page) {
	p.Agency, p.Branch, p.Section = other.Agency, other.Branch, other.Section
	if p.Agency == nil {
		p.Role = front.Plain
		a.Plain = append(a.Plain, p)
		return
	}
	p.Role = roleOf(p.Matter.Kind)
	a.Pages = append(a.Pages, p)
}

// misnamed reports a file that its author took for a page.
func (a *assembly) misnamed(file string) {
	for _, ending := range []string{".md.txt", ".markdown", ".mdown", ".md.docx"} {
		if strings.HasSuffix(strings.ToLower(file), ending) {
			stem := path.Base(file)[:len(path.Base(file))-len(ending)]
			a.report(rulePageName.At(diag.Pos{File: file},
				diag.Textf("文件名以 %s 结尾，不会成为网页", "a file whose name ends in %s makes no page", ending),
				diag.Textf("改名为 %s.md；在“资源管理器-查看”里勾选“文件扩展名”，才看得到完整的名字", "rename it to %s.md; let the file manager show extensions to see the whole name", stem)))
		}
	}
}

// placePage puts one page into its folder.
func (a *assembly) placePage(p *Page) {
	folder, isIndex := folderOf(p.Path), p.alone.index
	top, below := cutFolder(folder, len(Content)+1)
	if top == "" {
		if isIndex {
			p.Role = front.Home
			a.Home = p
		} else {
			p.Role = front.Plain
			a.Plain = append(a.Plain, p)
		}
		return
	}
	if ix := a.index[top]; ix != nil && ix.Matter.Kind == "pages" {
		a.placePlain(p, top, isIndex && below == 0)
		return
	}
	p.Agency = a.agency(top)
	if below > 0 {
		branch, deeper := cutFolder(folder, below)
		p.Branch = a.branch(p.Agency, branch)
		if deeper == 0 && isIndex {
			p.Role = front.Branch
			return
		}
	} else if isIndex {
		p.Role = front.Agency
		return
	}
	if isIndex {
		a.misplacedIndex(p)
		return
	}
	p.Role = roleOf(p.Matter.Kind)
	a.Pages = append(a.Pages, p)
}

// isIndexFile reports whether a source describes its folder. Case is ignored, as
// Windows does.
func isIndexFile(source string) bool { return strings.EqualFold(path.Base(source), IndexFile) }

// cutFolder gives the part of a folder's path that ends with the name that
// begins at an offset, and where the next name begins; 0 where there is none.
func cutFolder(folder string, from int) (part string, next int) {
	if from >= len(folder) {
		return "", 0
	}
	if i := strings.IndexByte(folder[from:], '/'); i >= 0 {
		return folder[:from+i], from + i + 1
	}
	return folder, 0
}

func (a *assembly) placePlain(p *Page, top string, isIndex bool) {
	s := a.sections[top]
	if s == nil {
		ix := a.index[top]
		s = &Section{Page: ix, Folder: top, Title: titleOr(ix, path.Base(top))}
		a.sections[top] = s
		a.Sections = append(a.Sections, s)
	}
	p.Section = s
	switch {
	case isIndex:
		p.Role = front.PlainIndex
	case p.alone.index:
		a.misplacedIndex(p)
	default:
		p.Role = front.Plain
		a.Plain = append(a.Plain, p)
	}
}

func (a *assembly) misplacedIndex(p *Page) {
	p.Role = front.Plain
	a.report(ruleIndexPlace.At(diag.Pos{File: p.Path, Line: 1},
		diag.Textf("这一层文件夹不需要 _index.md，它不会成为网页", "a folder at this depth takes no _index.md; no page is made of it"),
		diag.Textf("单位和党支部的文件夹才有 _index.md；请把内容移到上一级的 _index.md，或改名为普通页面", "only folders of agencies and branches have one; move its words up, or rename it to an ordinary page")))
}

func roleOf(kind string) front.Role {
	switch kind {
	case "progress":
		return front.Progress
	case "post":
		return front.Post
	case "practice":
		return front.Practice
	}
	return front.Article
}

func titleOr(index *Page, name string) string {
	if index != nil && index.Matter.Title != "" {
		return index.Matter.Title
	}
	return name
}

// agency gives the agency of a folder, made at its first page.
func (a *assembly) agency(folder string) *Agency {
	if ag := a.agencies[folder]; ag != nil {
		return ag
	}
	ix := a.index[folder]
	ag := &Agency{Page: ix, Folder: folder, Title: titleOr(ix, path.Base(folder))}
	ag.Short = ag.Title
	if ix != nil {
		ag.order = ix.alone.order
		if ix.Matter.Short != "" {
			ag.Short = ix.Matter.Short
		}
	} else {
		ag.order = noOrder
		a.missingIndex(folder, "单位", "agency")
	}
	ag.sortKey = a.sortKey(ix, ownName(ag.Title))
	ag.letter = a.namer.Letter(ownName(ag.Title))
	a.agencies[folder] = ag
	a.Agencies = append(a.Agencies, ag)
	return ag
}

// ownName leaves out the county at the beginning of an agency's title, which all
// have in common: 筠溪县财政局 is looked for under C. What only begins like
// that is left alone: 县委办公室, 市场监督管理局.
func ownName(title string) string {
	for _, seat := range []string{"县", "旗", "市", "区"} {
		before, own, found := strings.Cut(title, seat)
		if !found || utf8.RuneCountInString(before) > 6 || utf8.RuneCountInString(own) < 3 {
			continue
		}
		if next, _ := utf8.DecodeRuneInString(own); strings.ContainsRune("委直场", next) {
			return title
		}
		return own
	}
	return title
}

// branch gives the branch of a folder, made at its first page.
func (a *assembly) branch(ag *Agency, folder string) *Branch {
	if b := a.branches[folder]; b != nil {
		return b
	}
	ix := a.index[folder]
	b := &Branch{Page: ix, Agency: ag, Folder: folder, Title: titleOr(ix, path.Base(folder)), order: noOrder}
	if ix != nil {
		b.order = ix.alone.order
	} else {
		a.missingIndex(folder, "党支部", "branch")
	}
	b.sortKey = a.sortKey(ix, b.Title)
	a.branches[folder] = b
	ag.Branches = append(ag.Branches, b)
	return b
}

// sortKey gives the key of a name, which mostly is the title of an _index.md.
func (a *assembly) sortKey(ix *Page, name string) string {
	if ix != nil && name == ix.Title {
		return ix.alone.key
	}
	return a.namer.SortKey(name)
}

func (a *assembly) missingIndex(folder, zh, en string) {
	a.report(ruleIndexMissing.At(diag.Pos{File: folder},
		diag.Textf("这个%[1]s文件夹没有 _index.md，暂用文件夹名作名称", "this %[2]s's folder has no _index.md; its name serves as the title", zh, en),
		diag.Textf("在文件夹里新建 _index.md，写上 title = \"…\"；或用 branchlight new 生成", "add an _index.md with title = \"...\", or let branchlight new write it")))
}

// placeKeys reports what the front matter of a page says and its place or the
// settings do not allow: keys, kind, stage, themes.
func (a *assembly) placeKeys(p *Page) {
	m := p.Matter
	if !a.unclear(p) {
		a.report(m.Misplaced(p.Role)...)
	}
	if m.Stage != "" {
		a.checkStage(p)
	}
	for _, name := range m.Themes {
		if !slices.ContainsFunc(a.Topics, func(t *Topic) bool { return t.Name == name }) {
			a.unknownTopic(p, name)
		}
	}
}

// unclear reports whether a page may be a plain one because the _index.md of its
// folder could not be read.
func (a *assembly) unclear(p *Page) bool {
	return p.Role == front.Article && p.Agency.Page != nil && p.Agency.Page.Matter.Opaque
}

func (a *assembly) unknownTopic(p *Page, name string) {
	names := make([]string, len(a.Topics))
	for i, t := range a.Topics {
		names[i] = t.Name
	}
	a.report(ruleTopic.At(p.Matter.Pos("themes"),
		diag.Textf("没有名为“%s”的主题", "there is no theme %q", name), didYouMean(name, names)))
}

func (a *assembly) checkStage(p *Page) {
	for _, s := range a.Config.Stages {
		if s == p.Matter.Stage {
			return
		}
	}
	a.report(ruleStage.At(p.Matter.Pos("stage"),
		diag.Textf("没有名为“%s”的创建阶段", "there is no stage %q", p.Matter.Stage), didYouMean(p.Matter.Stage, a.Config.Stages)))
}

// didYouMean makes the hint for a name that is none of those that site.toml lists.
func didYouMean(name string, have []string) diag.Text {
	if near, ok := route.Nearest(name, have); ok {
		return diag.Textf("是不是“%s”？可用的有：%s", "did you mean %q? There are: %s", near, strings.Join(have, "、"))
	}
	if len(have) == 0 {
		return diag.Textf("site.toml 里还没有列出任何一个，请县级编辑添加", "site.toml lists none yet; the county's editor adds them")
	}
	return diag.Textf("可用的有：%s；要增加，请县级编辑改 site.toml", "there are: %s; the county's editor adds others in site.toml", strings.Join(have, "、"))
}
