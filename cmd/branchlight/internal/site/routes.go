package site

import (
	"path"
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

// claim says who makes an output.
type claim struct {
	by  string   // a source path, or words for the site's own pages
	pos diag.Pos // where to mend it
}

// claimed notes that an output is made, and reports whether the path was free. Two sources
// for one output are reported at the later one, naming both.
func (a *assembly) claimed(out, by string, pos diag.Pos) bool {
	key := route.Fold(out)
	if first, taken := a.claims[key]; taken {
		a.report(ruleCollision.At(pos,
			diag.Textf("它和 %[2]s 会生成同一个地址 %[1]s", "it gives the same address %[1]s as %[2]s", out, first.by),
			diag.Textf("给其中一个在文首写 slug = \"另一个名字\"，或改文件名", "give one of them slug = \"another-name\" in its front matter, or rename it")))
		return false
	}
	a.claims[key] = claim{by, pos}
	return true
}

// routes gives every published page, and every folder, its place in the output.
func (a *assembly) routes() {
	const own = "网站自己的页面 (the site's own page)"
	for _, out := range []string{"index.html", "404.html", "feed.xml", "sitemap.xml", "search.html"} {
		a.claims[out] = claim{by: own}
	}
	for _, out := range a.in.Assets {
		a.claims[route.Fold(out)] = claim{by: "themes/" + a.Config.Theme + "/" + out}
	}
	for _, t := range a.Topics {
		a.claimed(t.Out+"/index.html", "site.toml", diag.Pos{File: "site.toml"})
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
	for _, p := range a.all {
		if a.admitted(p.Status) && path.Base(p.Path) != IndexFile {
			a.routePage(p)
		}
	}
	if a.Home != nil {
		a.Home.Out = "index.html"
	}
}

func (a *assembly) claimFolder(index *Page, folder, out string) {
	pos, by := diag.Pos{File: folder}, folder
	if index != nil {
		index.Out = out + "/index.html"
		pos, by = index.Matter.Pos("slug"), index.Path
	}
	if ownFolders[out] {
		a.report(ruleReserved.At(pos,
			diag.Textf("文件夹的网页地址“%s”是网站自己的栏目", "the folder's address %q is a column of the site itself", out),
			diag.Textf("在 _index.md 的文首写 slug = \"另一个名字\"，或给文件夹改名", "write slug = \"another-name\" in its _index.md, or rename the folder")))
		return
	}
	a.claimed(out+"/index.html", by, pos)
}

func (a *assembly) routePage(p *Page) {
	name := p.Matter.Slug
	if name == "" {
		name = a.namer.Slug(strings.TrimSuffix(path.Base(p.Path), ".md"))
	}
	p.Out = path.Join(a.folder(path.Dir(p.Path)), name+".html")
	a.claimed(p.Out, p.Path, p.Matter.Pos("slug"))
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

// attach marks a file as used by a published page and gives it its place in the
// output.
func (a *assembly) attach(f *Attachment) {
	if f.Out != "" {
		return
	}
	ext := path.Ext(f.Path)
	stem := strings.TrimSuffix(path.Base(f.Path), ext)
	f.Out = path.Join(a.folder(path.Dir(f.Path)), a.namer.Slug(stem)+strings.ToLower(ext))
	a.claimed(f.Out, f.Path, diag.Pos{File: f.Path})
	a.findings = append(a.findings, f.Findings...)
	a.Files = append(a.Files, f)
}
