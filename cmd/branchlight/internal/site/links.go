package site

import (
	"path"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/parallel"
	"branchlight/cmd/branchlight/internal/route"
)

// target is where a link of the text leads. The zero target leads nowhere: the
// link's words stay as plain text.
type target struct {
	out      string      // output path
	fragment string      // id in the target, without "#"
	file     *Attachment // where the link is to an attachment
}

// attachmentTypes are the files that may be published beside a page.
var attachmentTypes = func() map[string]bool {
	m := map[string]bool{}
	for _, ext := range strings.Fields("pdf ofd doc docx xls xlsx ppt pptx wps et dps rtf csv txt zip rar 7z mp3 mp4") {
		m["."+ext] = true
	}
	return m
}()

// imageTypes are the pictures that may be published.
var imageTypes = map[string]bool{".jpg": true, ".jpeg": true, ".png": true, ".gif": true, ".webp": true, ".svg": true, ".bmp": true}

// IsPage reports whether a file's name is that of a page.
func IsPage(file string) bool { return strings.EqualFold(path.Ext(file), ".md") }

// IsImage reports whether a file's name is that of a picture.
func IsImage(file string) bool { return imageTypes[strings.ToLower(path.Ext(file))] }

// resolve finds where the links and pictures of every published page lead, and
// which files are published with them.
func (a *assembly) resolve() {
	// Most links lead to whole pages. The others may claim outputs, one after the
	// other.
	left := make([][]*Page, (len(a.shown)+linkedAtOnce-1)/linkedAtOnce)
	parallel.Each(len(left), func(i int) {
		left[i] = a.linkPages(a.shown[i*linkedAtOnce : min((i+1)*linkedAtOnce, len(a.shown))])
	})
	for _, pages := range left {
		for _, p := range pages {
			a.resolvePage(p)
		}
	}
	a.resolveEmblem()
	slices.SortFunc(a.Files, func(x, y *Attachment) int { return strings.Compare(x.Out, y.Out) })
	slices.SortFunc(a.Pictures, func(x, y *Attachment) int { return strings.Compare(x.Path, y.Path) })
}

// linkedAtOnce is how many pages are a piece of work.
const linkedAtOnce = 64

// linkPages finds where the links of pages lead, as long as that is to whole
// pages. It gives those pages that have more to be resolved.
func (a *assembly) linkPages(pages []*Page) (left []*Page) {
	n := 0
	for _, p := range pages {
		n += p.alone.links
	}
	room := make([]target, n)
	for _, p := range pages {
		if n := p.alone.links; n > 0 {
			p.links, room = room[:n:n], room[n:]
		}
		good := p.alone.plain
		for i := range p.links {
			p.links[i].out = a.wholePage(&p.alone.dests[i])
			good = good && p.links[i].out != ""
		}
		if !good {
			left = append(left, p)
		}
	}
	return left
}

// wholePage gives the output of the published page that a link leads to; empty
// where it leads elsewhere, or there is more to be said. Most links lead where
// they did.
func (a *assembly) wholePage(d *dest) string {
	if !d.ok || d.fragment != "" {
		return ""
	}
	var q *Page
	if i := int(d.found); i < len(a.all) && a.all[i].Path == d.fold && a.odd[d.fold] == nil {
		q = a.all[i]
	} else if q = a.byFold(d.fold); q != nil && q.Path == d.fold {
		d.found, d.fold = q.at, q.Path // the same text, which is known as such by its place in memory
	}
	if q == nil || !a.published(q) {
		return ""
	}
	return q.Out
}

// resolvePage finds where the links of a page lead, and the pictures that it
// shows.
func (a *assembly) resolvePage(p *Page) {
	for i := range p.links {
		p.links[i] = a.link(p, &p.Doc.Links[i], &p.alone.dests[i])
	}
	var shows pictures
	if n := len(p.Doc.Images); n > 0 {
		shows.images = make([]*Attachment, n)
		for i := range p.Doc.Images {
			img := &p.Doc.Images[i]
			shows.images[i] = a.picture(p, img.Dest, &p.alone.dests[len(p.links)+i], img.Pos)
		}
	}
	if p.kind() != "page" || p.Role == front.Plain {
		shows.cover = a.pictureKey(p, "cover", p.Matter.Cover) // the others show none
	}
	if p.Role == front.Post {
		shows.photo = a.photo(p)
	}
	if shows.images != nil || shows.cover != nil || shows.photo != nil {
		p.pictures = &shows
	}
}

// resolveEmblem finds the picture that the settings name for the head of every
// page.
func (a *assembly) resolveEmblem() {
	file := a.Config.Emblem
	if file == "" {
		return
	}
	f := a.files[route.Fold(file)]
	if f == nil || !IsImage(file) {
		a.report(ruleEmblem.At(a.Config.EmblemAt,
			diag.Textf("没有这个徽标图片：“%s”", "there is no such picture for the emblem: %q", file),
			diag.Textf("把图片（PNG、JPG 或 SVG）放到这个位置，或者删去 emblem 这一行", "put the picture (PNG, JPG or SVG) there, or delete the line")))
		return
	}
	if a.show(f, a.Config.EmblemAt) {
		a.emblem = f
	}
}

// unasked reports that a post names its holder, or has a photograph, and says
// nothing of consent.
func unasked(m *front.Matter) bool {
	return !m.Consent && !m.Has("consent") && (m.Holder != "" || m.Photo != "")
}

// photo finds the photograph of a post's holder, which needs consent as the name
// does; nil where there is none to show.
func (a *assembly) photo(p *Page) *Attachment {
	m := p.Matter
	if unasked(m) {
		key := "holder"
		if m.Holder == "" {
			key = "photo"
		}
		a.report(ruleConsent.At(m.Pos(key),
			diag.Textf("没有写明本人同意公开，所以网页上不显示姓名和照片", "there is no word of the holder's consent, so the page shows neither name nor photograph"),
			diag.Textf("征得本人同意后，在文首加一行 consent = true", "with the holder's consent, add consent = true to the front matter")))
	}
	if !m.Consent {
		return nil
	}
	return a.pictureKey(p, "photo", m.Photo)
}

func (a *assembly) pictureKey(p *Page, key, dest string) *Attachment {
	if dest == "" {
		return nil
	}
	d := p.dest(dest)
	return a.picture(p, dest, &d, p.Matter.Pos(key))
}

// picture finds the file of a picture; nil where there is none.
func (a *assembly) picture(p *Page, written string, d *dest, pos diag.Pos) *Attachment {
	file := d.path
	if !d.ok {
		a.outside(ruleImageTarget, written, pos)
		return nil
	}
	f := a.files[d.fold]
	if f != nil && !IsImage(file) {
		a.report(ruleImageTarget.At(pos,
			diag.Textf("“%s”不是网页能显示的图片", "%q is no picture that a page can show", path.Base(file)),
			diag.Textf("另存为 JPG 或 PNG 再用；苹果手机的 HEIC 照片，在手机“设置-相机-格式”里选“兼容性最佳”", "save it as JPG or PNG; of HEIC photographs, set the phone to its most compatible format")))
		return nil
	}
	if f == nil {
		a.report(ruleImageTarget.At(pos,
			diag.Textf("没有这个图片文件：“%s”", "there is no such picture: %q", written), a.nearest(p, file, IsImage)))
		return nil
	}
	if !a.show(f, pos) {
		return nil
	}
	return f
}

func (a *assembly) outside(rule *diag.Rule, dest string, pos diag.Pos) {
	a.report(rule.At(pos,
		diag.Textf("“%s”指到了 content 文件夹之外", "%q leads out of the content folder", dest),
		diag.Textf("只能链接 content 文件夹里的文件，用从本文件出发的相对路径", "link only to files under content, by paths relative to this file")))
}

// link finds where one link leads.
func (a *assembly) link(p *Page, l *mark.Link, d *dest) target {
	if !d.ok {
		a.outside(ruleLinkTarget, l.Dest, l.Pos)
		return target{}
	}
	dest, fold, fragment := d.path, d.fold, d.fragment
	if fragment != "" {
		if whole, _, ok := route.Resolve(p.Path, strings.ReplaceAll(l.Dest, "#", "%23")); ok && a.stands(whole) {
			dest, fold, fragment = whole, route.Fold(whole), "" // the # is part of the file's name
		}
	}
	q := a.byFold(fold)
	if q == nil {
		q = a.bySource(dest + "/" + IndexFile)
	}
	if q != nil {
		return a.linkPage(q, l, fragment)
	}
	if out, found := a.bareFolder(dest); found {
		if out == "" {
			a.heldTarget(dest, diag.Text{Zh: "里面没有已发布的页面", En: "no page in it is"}, l)
		}
		return target{out: out}
	}
	f := a.files[fold]
	ext := strings.ToLower(path.Ext(dest))
	switch {
	case f == nil:
		a.report(ruleLinkTarget.At(l.Pos,
			diag.Textf("链接指向的页面或文件不存在：“%s”", "the link leads to no page or file: %q", l.Dest), a.nearest(p, dest, nil)))
		return target{}
	case !attachmentTypes[ext] && !imageTypes[ext]:
		a.report(ruleFileType.At(l.Pos,
			diag.Textf("“%s”这种文件不能作附件发布", "%q is a type of file that is not published", path.Base(dest)),
			diag.Textf("请转成 PDF 或 Word、Excel 等办公文件再链接", "convert it to PDF or an office document")))
		return target{}
	}
	if !a.publish(f, l.Pos) {
		return target{}
	}
	return target{out: f.Out, file: f}
}

// stands reports whether there is a page or a file of a path.
func (a *assembly) stands(file string) bool {
	return a.bySource(file) != nil || a.files[route.Fold(file)] != nil
}

// linkPage finds the place in another page that a link leads to.
func (a *assembly) linkPage(q *Page, l *mark.Link, fragment string) target {
	if !a.published(q) {
		a.heldTarget(q.Path, q.Status.Text(), l)
		return target{}
	}
	if fragment == "" {
		return target{out: q.Out}
	}
	id, ok := q.Doc.Anchor(fragment)
	if !ok {
		headings := make([]string, len(q.Doc.Headings))
		for i, h := range q.Doc.Headings {
			headings[i] = h.Text
		}
		hint := diag.Textf("去掉 # 及其后的文字，链接到整页", "remove # and what follows, to link to the whole page")
		if near, found := route.Nearest(fragment, headings); found {
			hint = diag.Textf("最接近的小标题是“%s”", "the nearest heading is %q", near)
		}
		a.report(ruleLinkAnchor.At(l.Pos, diag.Textf("目标页面 %s 里没有小标题“%s”", "the page %s has no heading %q", q.Path, fragment), hint))
		return target{out: q.Out}
	}
	return target{out: q.Out, fragment: id}
}

// heldTarget reports a link to what is not published.
func (a *assembly) heldTarget(source string, why diag.Text, l *mark.Link) {
	a.report(ruleLinkHeld.At(l.Pos,
		diag.Textf("“%[1]s”现在不发布（%[2]s），链接只显示文字", "%[1]q is not published now (%[3]s); only the link's words are shown", source, why.Zh, why.En),
		diag.Textf("等那一页发布后链接会自动恢复；也可以改链到别的页面", "the link comes back when that page is published")))
}

// bareFolder finds the index of an agency or branch that has no _index.md, and
// the home page; out is empty where it is not published.
func (a *assembly) bareFolder(folder string) (out string, ok bool) {
	folder = strings.TrimSuffix(folder, "/"+IndexFile)
	if folder == Content {
		return outHome, true
	}
	if b := a.branches[folder]; b != nil {
		out, ok = b.Out, true
	} else if ag := a.agencies[folder]; ag != nil {
		out, ok = ag.Out, true
	}
	if out != "" {
		out += "/index.html"
	}
	return out, ok
}

// maxHints bounds the names that are looked for: each is compared with all of a
// folder, and a folder that was moved can break thousands of links.
const maxHints = 200

// nearest makes the hint for a path that names no file: the nearest name in the
// same folder, or a file of the same name elsewhere.
func (a *assembly) nearest(p *Page, missing string, want func(string) bool) diag.Text {
	relative := diag.Textf("写从本文件出发的相对路径，例如 p1.md 或 ../另一支部/p1.md", "write a path relative to this file, such as p1.md or ../other-branch/p1.md")
	if a.hints++; a.hints > maxHints {
		return relative
	}
	if a.bases == nil {
		a.bases = map[string][]string{}
		note := func(file string) {
			a.bases[path.Dir(file)+"/"] = append(a.bases[path.Dir(file)+"/"], file)
			a.bases[path.Base(file)] = append(a.bases[path.Base(file)], file)
		}
		for _, s := range a.in.Sources {
			note(s.Path)
		}
		for _, f := range a.in.Files {
			note(f.Path)
		}
	}
	var here []string
	for _, file := range a.bases[path.Dir(missing)+"/"] {
		if file != p.Path && (want == nil || want(file)) {
			here = append(here, path.Base(file))
		}
	}
	found := ""
	if a.bySource(missing+".md") != nil {
		found = missing + ".md"
	} else if near, ok := route.Nearest(path.Base(missing), here); ok {
		found = path.Join(path.Dir(missing), near)
	} else if same := a.bases[path.Base(missing)]; len(same) > 0 && same[0] != missing && (want == nil || want(same[0])) {
		found = same[0]
	}
	if found == "" {
		return relative
	}
	shown := relativePath(path.Dir(p.Path), found)
	return diag.Textf("最接近的是“%s”", "the nearest is %q", shown)
}

// relativePath gives a source path as a link in a file of a folder writes it.
func relativePath(folder, file string) string {
	up := ""
	for folder != "." && !strings.HasPrefix(file, folder+"/") {
		folder, up = path.Dir(folder), up+"../"
	}
	if folder == "." {
		return up + file
	}
	return up + strings.TrimPrefix(file, folder+"/")
}
