package config

import (
	"io/fs"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/toml"
)

// This file reads what a site says of sign-offs, and of texts to compare with:
//
//	[review]
//	roles     list of texts   the readings, in order; default 初审, 复审, 终审
//	required  list of texts   those that every practice, progress report and post needs before it
//	                          is published; default none

// Review is what the settings say of sign-offs.
type Review struct {
	Roles    []string // in order
	Required []string // some of them, in the order of Roles
}

var defaultRoles = []string{"初审", "复审", "终审"}

var reviewKey = toml.Key{
	Name: "review", Kind: toml.Section, Names: []string{"审签", "审核"},
	Doc: diag.Text{Zh: "审签", En: "sign-off"},
	Keys: []toml.Key{
		key("roles", toml.Texts, "审次，按顺序", "the readings, in order", "审次"),
		key("required", toml.Texts, "发布前必须有的审次", "readings that a page needs before it is published", "必须"),
	},
}

// review reads the section of that name.
func (r *reader) review(t *toml.Table) {
	v := &r.site.Review
	if e := t.Get("roles"); e != nil && e.Kind != toml.None {
		if v.Roles = r.names("roles", &e.Value); len(v.Roles) == 0 {
			v.Roles = slices.Clone(defaultRoles)
		}
	}
	e := t.Get("required")
	if e == nil || e.Kind == toml.None {
		return
	}
	required := r.names("required", &e.Value)
	for _, role := range required {
		if !slices.Contains(v.Roles, role) {
			r.report(valueRule, e.Value.At, diag.Textf("required 里的“%s”不在 roles 里", "%q of required is none of the roles", role),
				diag.Textf("可以写的审次有：%s。", "The roles are: %s.", strings.Join(v.Roles, " ")))
		}
	}
	for _, role := range v.Roles {
		if slices.Contains(required, role) {
			v.Required = append(v.Required, role)
		}
	}
}

// references takes the path of a folder. What is published stands in content/, so
// it must not be there.
func (r *reader) references(e *toml.Entry) {
	s := strings.TrimSuffix(strings.ReplaceAll(r.text("references", &e.Value), "\\", "/"), "/")
	if s == "" {
		return
	}
	top, _, _ := strings.Cut(s, "/")
	if !fs.ValidPath(s) || s == "." || slices.Contains([]string{"content", "layouts", "themes", "public", ".branchlight"}, top) {
		r.report(valueRule, e.Value.At, diag.Textf("参考文稿的文件夹要与 content 并列，不能在“%s”", "the folder of references stands beside content, not in %q", s),
			diag.Textf("照这样写：references = \"参考\"，把文稿（.md、.txt、.docx）放进站点文件夹里的“参考”文件夹。", "Write references = \"参考\", and put the texts (.md, .txt, .docx) into that folder of the site."))
		return
	}
	r.site.Check.References, r.site.Check.ReferencesAt = s, r.src.Pos(e.Value.At)
}
