package front

import (
	"branchlight/cmd/branchlight/internal/diag"
)

// Role is the part that a file plays in the site. It decides which keys belong.
type Role int

// Roles. Article is a page of an agency or a branch whose kind is missing or
// not understood.
const (
	Home       Role = iota // content/_index.md
	Plain                  // a plain page
	PlainIndex             // an _index.md that says kind = "pages"
	Agency                 // the _index.md of an agency
	Branch                 // the _index.md of a branch
	Practice
	Progress
	Post
	Article
)

// roles is a set of roles.
type roles uint16

func on(rs ...Role) roles {
	var set roles
	for _, r := range rs {
		set |= 1 << r
	}
	return set
}

var (
	articles = on(Practice, Progress, Post, Article)
	pages    = articles | on(Plain)
	folders  = on(PlainIndex, Agency, Branch)
	anywhere = pages | folders | on(Home)
)

// roleNames say what kind of file belongs to a role.
var roleNames = [...]diag.Text{
	Home:       {Zh: "首页（content/_index.md）", En: "the home page (content/_index.md)"},
	Plain:      {Zh: "普通页面", En: "plain pages"},
	PlainIndex: {Zh: "普通页面栏目的 _index.md", En: "the _index.md of plain pages"},
	Agency:     {Zh: "单位的 _index.md", En: "the _index.md of an agency"},
	Branch:     {Zh: "党支部的 _index.md", En: "the _index.md of a branch"},
	Practice:   {Zh: "特色做法（kind = \"practice\"）", En: "practices (kind = \"practice\")"},
	Progress:   {Zh: "创建进展（kind = \"progress\"）", En: "progress reports (kind = \"progress\")"},
	Post:       {Zh: "先锋岗（kind = \"post\"）", En: "pioneer posts (kind = \"post\")"},
	Article:    {Zh: "单位或党支部的页面", En: "pages of an agency or a branch"},
}

// Misplaced reports keys that are known but do not belong to the role; they have
// no effect there. For Article it asks for the kind, and for no more. Its
// findings have no source line.
func (m *Matter) Misplaced(r Role) []diag.Finding {
	if r == Article {
		return m.kindless()
	}
	var found []diag.Finding
	for _, p := range m.Places {
		k := &Keys[p.Key]
		if k.roles&on(r) != 0 || k.Name == "kind" && m.Kind == "" {
			continue
		}
		names := owners(k.roles)
		found = append(found, misplacedRule.At(m.Pos(k.Name),
			diag.Textf("%[1]s（%[2]s）写在这里不起作用：它属于%[4]s", "%[1]s (%[3]s) has no effect here: it belongs to %[5]s", k.Name, k.Doc.Zh, k.Doc.En, names.Zh, names.En),
			diag.Textf("删去这一行；这个文件是%[1]s。", "Delete the line; this file is one of %[2]s.", roleNames[r].Zh, roleNames[r].En)))
	}
	return found
}

func (m *Matter) kindless() []diag.Finding {
	if m.Has("kind") && (m.Kind == "" || m.Kind != "pages") {
		return nil
	}
	message := diag.Textf("没有写这一页是哪一类", "the page does not say of which kind it is")
	if m.Kind == "pages" {
		message = diag.Textf(`kind = "pages" 只用在普通页面栏目的 _index.md 里`, `kind = "pages" belongs to the _index.md of plain pages`)
	}
	return []diag.Finding{kindRule.At(m.Pos("kind"), message, kindHint)}
}

// owners names the roles that a key belongs to.
func owners(set roles) diag.Text {
	if set&pages == pages {
		return diag.Textf("页面，不属于 _index.md", "pages, and not to an _index.md")
	}
	if set&articles == articles {
		set &^= articles &^ on(Article)
	}
	var t diag.Text
	for r := range roleNames {
		if set&on(Role(r)) == 0 {
			continue
		}
		if t.Zh != "" {
			t.Zh, t.En = t.Zh+"、", t.En+", "
		}
		t.Zh, t.En = t.Zh+roleNames[r].Zh, t.En+roleNames[r].En
	}
	return t
}
