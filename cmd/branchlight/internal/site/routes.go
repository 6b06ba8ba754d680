package site

import (
	"path"
	"strconv"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/route"
)

// ownFolders are the folders at the top of the output that the site's own indexes
// and the theme's files live in.
var ownFolders = map[string]bool{
	"agencies": true, "practices": true, "progress": true, "posts": true, "themes": true,
	"matrix": true, "stars": true, "archive": true, "search": true, "assets": true,
}

// claimant is what makes an output.
type claimant struct {
	by diag.Text // a source path, or words for what no source makes
	at diag.Pos  // where to mend it; zero for the site's own pages
}

// own is who makes the pages that no single source stands behind.
var own = &claimant{by: diag.Text{Zh: "网站自己的页面", En: "a page of the site itself"}}

func bySource(p *Page) *claimant { return byFile(p.Path, p.Matter.Pos("slug")) }

// taken gives what makes the output of a folded path; nil where nothing does.
func (a *assembly) taken(key string) *claimant {
	if i, ok := a.table.at[key]; ok {
		return bySource(a.articles[i])
	}
	return a.claims[key]
}

// byFile claims for a file, or a folder, that is no page.
func byFile(path string, at diag.Pos) *claimant {
	return &claimant{diag.Text{Zh: path, En: path}, at}
}

// claim notes that an output is made. Two sources for one output are reported at
// the later one, naming both; hint says how that one is given another address.
func (a *assembly) claim(out string, by *claimant, hint func(out string) diag.Text) {
	key := route.Fold(out)
	if first := a.taken(key); first != nil {
		a.collide(out, by, first, hint)
		return
	}
	a.claims[key] = by
	a.numbered = a.numbered || strings.HasPrefix(path.Base(key), furtherPage)
	a.measure(out, by)
}

func (a *assembly) collide(out string, by, first *claimant, hint func(out string) diag.Text) {
	a.report(ruleCollision.At(by.at,
		diag.Textf("%[1]s 和 %[2]s 会生成同一个地址 %[5]s", "%[3]s and %[4]s give the same address %[5]s", by.by.Zh, first.by.Zh, by.by.En, first.by.En, out), hint(out)))
}

// measure reports an address that is too long.
func (a *assembly) measure(out string, by *claimant) {
	if len(out) > maxOut {
		a.report(ruleLong.At(by.at,
			diag.Textf("网页地址太长（%d 个字符，最多 %d 个）", "the address is too long (%d characters, at most %d)", len(out), maxOut),
			diag.Textf("把文件夹名或文件名改短，或写一个短的 slug", "shorten the names of the folders or the file, or write a short slug")))
	}
}

// outTable says where the articles are published. It does not change any more.
type outTable struct {
	outs []string         // their output paths, in the order of their sources
	at   map[string]int32 // which of them is made at a folded path
	good bool             // there is nothing to be said of any
}

// claimArticles notes that the articles are made. Mostly they are those that were
// made before, and at the same places.
func (a *assembly) claimArticles() {
	if a.in.Before != nil && a.fits(a.in.Before.table) {
		a.table = a.in.Before.table
		return
	}
	t := outTable{outs: make([]string, len(a.articles)), at: make(map[string]int32, len(a.articles)), good: true}
	a.table = &t
	for i, p := range a.articles {
		t.outs[i] = p.Out
		key := route.Fold(p.Out)
		if first := a.taken(key); first != nil {
			a.collide(p.Out, bySource(p), first, otherSlug)
			t.good = false
			continue
		}
		t.at[key] = int32(i)
		if len(p.Out) > maxOut {
			a.measure(p.Out, bySource(p))
			t.good = false
		}
	}
}

// fits reports whether a table is what claimArticles would make.
func (a *assembly) fits(t *outTable) bool {
	if !t.good || len(t.outs) != len(a.articles) {
		return false
	}
	for i, p := range a.articles {
		if p.Out != t.outs[i] {
			return false
		}
	}
	for key := range a.claims {
		if _, taken := t.at[key]; taken {
			return false
		}
	}
	return true
}

// maxOut is the number of characters of the longest address. Windows opens no
// paths of more than 260, the folder that the site lies in included.
const maxOut = 220

// claimOwn notes that the site makes a page of its own. A source that has the
// address already must give way.
func (a *assembly) claimOwn(out string) {
	key := route.Fold(out)
	if first := a.taken(key); first != nil && first.at != (diag.Pos{}) {
		a.report(ruleCollision.At(first.at,
			diag.Textf("%s 的地址 %s 是网站自己的列表页的地址", "the address of %s, %s, is that of a list of the site", first.by.Zh, out), otherSlug(out)))
		return
	}
	a.claims[key] = own
}

// otherSlug says what to do about two sources of one address.
func otherSlug(out string) diag.Text {
	name := strings.TrimSuffix(strings.TrimSuffix(out, "/index.html"), ".html")
	return diag.Textf("给其中一个在文首写另一个地址，例如 slug = \"%[1]s-2\"，或改文件名", "give one of them another address, such as slug = \"%[1]s-2\", in its front matter, or rename it", path.Base(name))
}

// What to do about two files, and two themes, of one address.
func otherName(string) diag.Text {
	return diag.Text{Zh: "给其中一个文件改名，链接也照着改", En: "rename one of the two files, and mend the link"}
}

func otherTopic(string) diag.Text {
	return diag.Text{
		Zh: "在 site.toml 里给其中一个主题写 slug = \"另一个名字\"",
		En: "give one of the themes slug = \"another-name\" in site.toml",
	}
}

// routes gives every published page, and every folder, its place in the output.
func (a *assembly) routes() {
	for _, out := range []string{"index.html", "404.html", "feed.xml", "sitemap.xml", "search.html"} {
		a.claims[out] = own
	}
	for _, out := range a.in.Assets {
		a.claims[route.Fold(out)] = byFile("themes/"+a.Config.Theme+"/"+out, diag.Pos{})
	}
	for _, t := range a.Topics {
		a.claim(t.Out+"/index.html", &claimant{diag.Textf("主题“%s”", "the theme %q", t.Name), t.Pos}, otherTopic)
	}
	for _, ag := range a.Agencies {
		ag.Out = a.folder(ag.Folder)
		a.claimFolder(ag.Page, ag.Folder, ag.Out)
		for _, b := range ag.Branches {
			b.Out = a.folder(b.Folder)
			a.claimFolder(b.Page, b.Folder, b.Out)
		}
	}
	for _, s := range a.Sections {
		s.Out = a.folder(s.Folder)
		a.claimFolder(s.Page, s.Folder, s.Out)
	}
	a.articles = make([]*Page, 0, len(a.shown))
	var shared *around // by the pages of one folder
	for _, p := range a.all {
		if p.first {
			shared = nil
		}
		if !a.admitted(p.Status) || p.alone.index {
			continue
		}
		if shared == nil {
			shared = &around{folder: a.folder(folderOf(p.Path))}
		}
		p.around = shared
		a.routePage(p)
	}
	a.claimArticles()
	if a.Home != nil {
		a.Home.Out = "index.html"
	}
}

func (a *assembly) claimFolder(index *Page, folder, out string) {
	by := byFile(folder, diag.Pos{File: folder})
	if index != nil {
		index.Out = out + "/index.html"
		by = bySource(index)
	}
	if ownFolders[out] {
		a.report(ruleReserved.At(by.at,
			diag.Textf("文件夹的网页地址“%s”是网站自己的栏目", "the folder's address %q is a column of the site itself", out),
			diag.Textf("在 _index.md 的文首写 slug = \"%[1]s-2\" 这样的另一个名字，或给文件夹改名", "write another name, such as slug = \"%[1]s-2\", in its _index.md, or rename the folder", out)))
		return
	}
	a.claim(out+"/index.html", by, otherSlug)
}

// routePage gives a page its place in its output folder.
func (a *assembly) routePage(p *Page) {
	if p.alone.name == "index" && p.Matter.Slug == "" && strings.EqualFold(path.Base(p.Path), "index.md") {
		a.report(ruleIndexPlace.At(diag.Pos{File: p.Path, Line: 1},
			diag.Textf("介绍单位或党支部的文件应命名为 _index.md，这里少了前面的下划线", "the file that describes a folder is named _index.md; the underscore is missing"),
			diag.Textf("把文件名改成 _index.md；如果是普通页面，换一个名字", "rename it to _index.md; if it is an ordinary page, give it another name")))
	}
	p.Out = p.alone.outIn(p.around.folder)
	a.numbered = a.numbered || strings.HasPrefix(p.alone.name, furtherPage)
	a.articles = append(a.articles, p)
}

// outIn gives the output path of a page whose output folder is given.
func (s *alone) outIn(folder string) string {
	if s.out == "" || s.folder != folder {
		s.folder, s.out = folder, s.name+".html"
		if folder != "" {
			s.out = folder + "/" + s.out
		}
	}
	return s.out
}

// folder gives the output folder of a folder of content.
func (a *assembly) folder(folder string) string {
	if out, ok := a.folders[folder]; ok {
		return out
	}
	parent := a.folder(path.Dir(folder))
	name := ""
	if ix := a.index[folder]; ix != nil && ix.Role != front.Plain {
		name = ix.Matter.Slug
	}
	if name == "" {
		name = a.namer.Slug(path.Base(folder))
	}
	out := path.Join(parent, name)
	a.folders[folder] = out
	return out
}

// publish gives a file that a published page uses, at a place in that page, its
// place in the output. It reports whether the file can be published.
func (a *assembly) publish(f *Attachment, pos diag.Pos) bool {
	good := a.use(f, pos)
	if f.Out == "" {
		f.Out = a.beside(f, "") + strings.ToLower(path.Ext(f.Path))
		a.claim(f.Out, byFile(f.Path, pos), otherName)
		a.Files = append(a.Files, f)
	}
	return good
}

// show is publish for a picture that the page shows. The file itself is not
// published, only what is made of it.
func (a *assembly) show(f *Attachment, pos diag.Pos) bool {
	sizes := f.Image.Sizes()
	if len(sizes) == 0 {
		return a.publish(f, pos)
	}
	good := a.use(f, pos)
	if f.Sizes != nil {
		return good
	}
	ext := "." + f.Image.As
	if f.Image.As == "jpeg" {
		ext = ".jpg"
	}
	f.Sizes = make([]Sized, len(sizes))
	for i, size := range sizes {
		f.Sizes[i] = Sized{a.beside(f, "-"+strconv.Itoa(size.Width)) + ext, size}
		a.claim(f.Sizes[i].Out, byFile(f.Path, pos), otherName)
	}
	a.Pictures = append(a.Pictures, f)
	return good
}

// beside gives the output path, without an extension, of what is made of a file.
func (a *assembly) beside(f *Attachment, suffix string) string {
	stem := strings.TrimSuffix(path.Base(f.Path), path.Ext(f.Path))
	return path.Join(a.folder(path.Dir(f.Path)), a.namer.Slug(stem)+suffix)
}

// use reports what is wrong with a file that a published page uses, and whether
// it can be published all the same.
func (a *assembly) use(f *Attachment, pos diag.Pos) bool {
	bad := diag.Errors(f.Findings) > 0
	if bad {
		a.report(ruleImageTarget.At(pos,
			diag.Textf("图片“%s”不能用", "the picture %q cannot be used", path.Base(f.Path)),
			diag.Textf("先按对图片文件的提示换好图片", "see what is said of the file itself, and replace it")))
	}
	if !f.used {
		f.used = true
		a.findings = append(a.findings, f.Findings...)
	}
	return !bad
}
