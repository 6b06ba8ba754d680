package build

import (
	"io"
	"io/fs"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/out"
	"branchlight/cmd/branchlight/internal/render"
	"branchlight/cmd/branchlight/internal/tmpl"
	"branchlight/cmd/branchlight/internal/tree"
	"branchlight/themes"
)

var ruleTheme = &diag.Rule{
	ID: "theme-files", Severity: diag.Error,
	Doc: diag.Text{
		Zh: "site.toml 里 theme 指定的主题文件夹要在 themes/ 里，或是程序自带的 county。",
		En: "The theme that site.toml names is a folder under themes/, or county, which the program brings along.",
	},
	Example: "theme = \"conty\"",
}

// Rules are the rules of this package.
var Rules = []*diag.Rule{ruleTheme}

// loadTheme parses the templates: the theme's of the site's own folder, or the
// one that the program brings along, with layouts/ over them.
func (r *run) loadTheme() {
	folder := "themes/" + r.config.Theme
	switch {
	case slices.ContainsFunc(r.snapshot.Files, func(f tree.File) bool { return strings.HasPrefix(f.Path, folder+"/") }):
		sub, err := fs.Sub(r.root.FS(), folder)
		if err == nil {
			r.theme = sub
		}
	default:
		r.theme, _ = themes.Open(r.config.Theme)
	}
	if r.theme == nil {
		r.report(ruleTheme.At(diag.Pos{File: settingsFile},
			diag.Textf("没有主题“%s”", "there is no theme %q", r.config.Theme),
			diag.Textf("写 theme = \"county\"，或把主题放到 %s/", "write theme = \"county\", or put the theme into %s/", folder)))
		return
	}
	r.assets, _ = render.Assets(r.theme) // a theme may have no assets
	for _, asset := range r.assets {
		if !out.Safe(asset) {
			r.report(ruleTheme.At(diag.Pos{File: folder + "/" + asset},
				diag.Textf("主题文件的名字里有网址不能用的字符", "the name of a theme's file has characters that no address can have"),
				diag.Textf("只用英文字母、数字和 - _ .，例如 banner-1.png", "use letters, digits and - _ . only, as in banner-1.png")))
		}
	}
	layouts, err := fs.Sub(r.root.FS(), tmpl.LayoutsDir)
	if err != nil || !exists(r.root, tmpl.LayoutsDir) {
		layouts = nil
	}
	var found []diag.Finding
	r.templates, found = tmpl.Load(r.theme, layouts, r.config.Theme, r.strings(folder))
	r.report(found...)
}

// strings reads the theme's words in the site's language.
func (r *run) strings(folder string) map[string]string {
	name := "strings/" + r.config.Language + ".toml"
	raw, err := tree.ReadFS(r.theme, name, maxText)
	if err != nil {
		r.report(ruleTheme.At(diag.Pos{File: folder + "/" + name},
			diag.Textf("主题没有这种语言（%s）的文字文件", "the theme has no string file for the language %s", r.config.Language),
			diag.Textf("在主题里补上这个文件，或把 site.toml 的 language 改为 \"zh-CN\"", "add the file to the theme, or set language = \"zh-CN\" in site.toml")))
		return nil
	}
	src, found := tree.Decode(folder+"/"+name, raw)
	r.report(found...)
	words, found := config.Strings(src)
	r.report(found...)
	return words
}

// openSource opens an attachment.
func (r *run) openSource(path string) (io.ReadCloser, error) {
	return tree.Open(r.root, path)
}

// maxQuoted bounds the files that are read again for the lines of findings.
const maxQuoted = 200

// quote adds the source line to findings that do not have one.
func (r *run) quote() {
	sources := map[string]*diag.Source{}
	for i := range r.findings {
		f := &r.findings[i]
		if f.Line != "" || f.Pos.Line == 0 {
			continue
		}
		src, known := sources[f.Pos.File]
		if !known && len(sources) < maxQuoted {
			src = r.source(f.Pos.File)
			sources[f.Pos.File] = src
		}
		if src != nil {
			f.Line = src.Quote(f.Pos.Line)
		}
	}
}

// source reads a file again; nil where it cannot be read.
func (r *run) source(file string) *diag.Source {
	raw, err := tree.Read(r.root, file, maxText)
	if err != nil {
		return nil
	}
	src, _ := tree.Decode(file, raw)
	return src
}
