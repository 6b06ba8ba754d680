package check

import (
	"net/netip"
	"net/url"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/site"
)

var ruleExternal = &diag.Rule{
	ID: "link-external", Severity: diag.Warning, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "链接指向别的网站：办公内网多半打不开，内容变了也不知道。写明出处的名称就够了，或者把材料存成附件。",
		En: "A link leads to another site, which offices mostly cannot open, and whose content changes unseen: name the source, or keep the material as an attachment.",
	},
	Example: "见[报道](https://news.example.com/a.html)",
}

var ruleLocal = &diag.Rule{
	ID: "link-local", Severity: diag.Error, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "链接或文字指向自己这台电脑：localhost、127.0.0.1、file:、D:\\ 之类，别人打不开。",
		En: "A link, or a text, leads to the author's own machine: localhost, 127.0.0.1, file:, D:\\ and the like, which no one else can open.",
	},
	Example: "见[预览](http://localhost:1921/)",
}

var ruleCase = &diag.Rule{
	ID: "link-case", Severity: diag.Hint, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "链接里的文件名和真实文件名大小写或写法不一样：这个程序认得，别的软件和系统不一定认得。",
		En: "A link names a file in another case or form than the file's own: this program finds it, but other programs and systems may not.",
	},
	Example: "[方案](方案.PDF)（文件叫 方案.pdf）",
}

var referenceRules = []*diag.Rule{ruleExternal, ruleLocal, ruleCase}

// references looks at where the links of pages lead.
func references(a *Audited) (list []diag.Finding) {
	real := make(map[string]string, len(a.Pages)+len(a.Held)+len(a.Files)) // paths by folded path
	for _, p := range a.Published() {
		real[route.Fold(p.Path)] = p.Path
	}
	for _, p := range a.Held {
		real[route.Fold(p.Path)] = p.Path
	}
	for _, f := range a.Files {
		real[route.Fold(f.Path)] = f.Path
	}
	own := ""
	if u, err := url.Parse(a.Config.BaseURL); err == nil {
		own = u.Hostname()
	}
	for _, p := range a.Pages {
		for i := range p.Doc.External {
			list = append(list, external(&p.Doc.External[i], own)...)
		}
		for i := range p.Doc.Links {
			l := &p.Doc.Links[i]
			list = append(list, spelling(p, l.Dest, l.Pos, real)...)
		}
		for i := range p.Doc.Images {
			img := &p.Doc.Images[i]
			list = append(list, spelling(p, img.Dest, img.Pos, real)...)
		}
	}
	return list
}

// external looks at a link to another host.
func external(l *mark.Link, own string) []diag.Finding {
	u, err := url.Parse(l.Dest)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil // mailto: and tel: are looked at as texts
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	switch {
	case thisMachine(host):
		return []diag.Finding{localFinding(l.Pos, l.Dest)}
	case host == own && own != "":
		return []diag.Finding{ruleExternal.At(l.Pos,
			diag.Textf("这是本站自己的网址：“%s”", "this is an address of the site itself: %q", l.Dest),
			diag.Textf("改成相对链接，写从本文件出发的稿件路径", "link to the source file, by a path relative to this one"))}
	}
	return []diag.Finding{ruleExternal.At(l.Pos,
		diag.Textf("链接指向别的网站：“%s”", "the link leads to another site: %q", host),
		diag.Textf("只写出处的名称，或者把材料存成附件", "name the source, or keep the material as an attachment"))}
}

// thisMachine reports names and addresses that mean the reader's own machine.
func thisMachine(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && (ip.IsLoopback() || ip.IsUnspecified() || ip.IsLinkLocalUnicast())
}

func localFinding(pos diag.Pos, what string) diag.Finding {
	return ruleLocal.At(pos,
		diag.Textf("“%s”在自己这台电脑上，别人打不开", "%q is on the author's own machine, and no one else can open it", what),
		diag.Textf("把文件放进稿件所在的文件夹，写相对路径", "put the file beside the page, and link to it by a relative path"))
}

// spelling compares a path as it is written with that of the file.
func spelling(p *site.Page, dest string, pos diag.Pos, real map[string]string) []diag.Finding {
	file, _, ok := route.Resolve(p.Path, dest)
	if !ok {
		return nil
	}
	name, known := real[route.Fold(file)]
	if !known || name == file {
		return nil
	}
	return []diag.Finding{ruleCase.At(pos,
		diag.Textf("“%s”和文件名的写法不一样", "%q is not written as the file's name is", dest),
		diag.Textf("文件是 %s", "the file is %s", name))}
}

// localPaths looks for addresses of this machine in the text of a page.
func localPaths(t *Text, n *Noted) {
	for i := range t.Blocks {
		b := &t.Blocks[i]
		if b.Kind == mark.Code || !strings.ContainsAny(b.Text, `:\`) {
			continue
		}
		if what := localPath(b.Text); what != "" && !strings.Contains(t.Line(b.Pos.Line), "`") {
			f := localFinding(b.Pos, what)
			f.Line = Masked(t.Quote(b.Pos.Line))
			n.report(f)
		}
	}
}

// localPath finds file: and D:\ in a text; "" where there is none.
func localPath(text string) string {
	if i := strings.Index(text, "file://"); i >= 0 {
		return "file://"
	}
	for from := 0; ; {
		i := strings.Index(text[from:], `:\`)
		if i < 0 {
			return ""
		}
		at := from + i
		if at > 0 && text[at-1]|0x20 >= 'c' && text[at-1]|0x20 <= 'z' && (at == 1 || text[at-2] >= 0x80 || text[at-2] == ' ' || text[at-2] == '(') {
			return text[at-1:at] + `:\`
		}
		from = at + 2
	}
}
