package build

import (
	"io"
	"io/fs"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/out"
	"branchlight/cmd/branchlight/internal/render"
	"branchlight/cmd/branchlight/internal/site"
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

// looks is how a site looks: its theme with layouts/ over it.
type looks struct {
	key       codec.Sum // of all files that it was made of; zero where it is not kept
	theme     fs.FS
	assets    []string
	templates *tmpl.Set // nil where it could not be loaded
	findings  []diag.Finding
}

// loadTheme gives the theme: the one that is known, if its files are the same, or
// a new one.
func (r *run) loadTheme() {
	theme, layouts := r.themeFiles()
	key := r.looksKey(theme, layouts)
	if old := r.mem.looks; old != nil && old.key == key && key != (codec.Sum{}) {
		again := *old
		again.theme = theme // that of this run's folder
		r.looks = &again
	} else {
		r.looks = r.newLooks(theme, layouts)
		r.looks.key = key
	}
	r.report(r.looks.findings...)
}

// themeFolder is where the site would have its theme.
func (r *run) themeFolder() string { return "themes/" + r.config.Theme }

// themeFiles opens the theme, of the site's own folder or the one that the
// program brings along, and the site's own templates. Both may be nil.
func (r *run) themeFiles() (theme, layouts fs.FS) {
	folder := r.themeFolder()
	if slices.ContainsFunc(r.snapshot.Files, func(f tree.File) bool { return strings.HasPrefix(f.Path, folder+"/") }) {
		if sub, err := fs.Sub(r.root.FS(), folder); err == nil {
			theme = sub
		}
	} else {
		theme, _ = themes.Open(r.config.Theme)
	}
	if exists(r.root, tmpl.LayoutsDir) {
		if sub, err := fs.Sub(r.root.FS(), tmpl.LayoutsDir); err == nil {
			layouts = sub
		}
	}
	return theme, layouts
}

// looksKey gives the sum of all files that the looks depend on; zero where one
// cannot be read, which the making of them reports.
func (r *run) looksKey(theme, layouts fs.FS) codec.Sum {
	w := codec.Writer(nil)
	codec.String(w, &r.config.Theme)
	codec.String(w, &r.config.Language)
	for _, f := range r.snapshot.Files {
		if strings.HasPrefix(f.Path, site.Content+"/") {
			continue
		}
		raw, err := tree.Read(r.root, f.Path, maxLook)
		if err != nil {
			return codec.Sum{}
		}
		sum := codec.SumOf(raw)
		codec.String(w, &f.Path)
		w.Sum(&sum)
	}
	return codec.SumOf(w.Bytes())
}

// maxLook bounds a file of a theme, in bytes.
const maxLook = 32 << 20

func (r *run) newLooks(theme, layouts fs.FS) *looks {
	l := &looks{theme: theme}
	report := func(file string, message, hint diag.Text) {
		l.findings = append(l.findings, ruleTheme.At(diag.Pos{File: file}, message, hint))
	}
	folder := r.themeFolder()
	if theme == nil {
		report(settingsFile,
			diag.Textf("没有主题“%s”", "there is no theme %q", r.config.Theme),
			diag.Textf("写 theme = \"county\"，或把主题放到 %s/", "write theme = \"county\", or put the theme into %s/", folder))
		return l
	}
	l.assets, _ = render.Assets(theme) // a theme may have no assets
	for _, asset := range l.assets {
		if !out.Safe(asset) {
			report(folder+"/"+asset,
				diag.Textf("主题文件的名字里有网址不能用的字符", "the name of a theme's file has characters that no address can have"),
				diag.Textf("只用英文字母、数字和 - _ .，例如 banner-1.png", "use letters, digits and - _ . only, as in banner-1.png"))
		}
	}
	words, found := r.strings(theme)
	l.findings = append(l.findings, found...)
	l.templates, found = tmpl.Load(theme, layouts, r.config.Theme, words)
	l.findings = append(l.findings, found...)
	return l
}

// strings reads the theme's words in the site's language.
func (r *run) strings(theme fs.FS) (map[string]string, []diag.Finding) {
	name := "strings/" + r.config.Language + ".toml"
	file := r.themeFolder() + "/" + name
	raw, err := tree.ReadFS(theme, name, maxText)
	if err != nil {
		return nil, []diag.Finding{ruleTheme.At(diag.Pos{File: file},
			diag.Textf("主题没有这种语言（%s）的文字文件", "the theme has no string file for the language %s", r.config.Language),
			diag.Textf("在主题里补上这个文件，或把 site.toml 的 language 改为 \"zh-CN\"", "add the file to the theme, or set language = \"zh-CN\" in site.toml"))}
	}
	src, found := tree.Decode(file, raw)
	words, more := config.Strings(src)
	return words, append(found, more...)
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
		if !known && (r.Quote || len(sources) < maxQuoted) {
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
