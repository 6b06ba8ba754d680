package tmpl

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"html/template"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"text/template/parse"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/diag"
)

const (
	// LayoutsDir is the folder of the site's own templates.
	LayoutsDir = "layouts"

	partialsDir = "partials"
	maxFile     = 512 << 10 // bytes of a template file
)

// file is one template file, parsed.
type file struct {
	name    string // the template's name: the file's name without .html
	partial bool
	own     bool // of layouts/
	src     *diag.Source
	trees   map[string]*parse.Tree // of the file itself, by its name, and of what it defines
	bad     *diag.Finding          // the first mistake found
}

// Load parses the templates of a theme with layouts laid over them. Either file
// system may be nil or lack its folders. Strings are the words of the site's
// language by key. The set is there even with findings: pages without a mistake
// can be made.
func Load(theme, layouts fs.FS, themeName string, strings map[string]string) (*Set, []diag.Finding) {
	l := loader{
		set:  &Set{theme: themeName, files: map[string]*diag.Source{}, pages: map[string]*unit{}, broken: map[string]diag.Finding{}},
		text: strings,
	}
	l.read(theme, layouts)
	l.set.hash = l.sum()
	for _, f := range l.files {
		l.parse(f)
		l.lint(f)
	}
	l.link()
	diag.Sort(l.findings)
	return l.set, l.findings
}

type loader struct {
	set      *Set
	text     map[string]string
	files    []*file // partials first, then pages, by name
	themed   []string
	findings []diag.Finding
}

// report keeps a finding, and remembers with the file that it has one.
func (l *loader) report(f *file, found diag.Finding) {
	l.findings = append(l.findings, found)
	if f.bad == nil && found.Severity == diag.Error {
		f.bad = &found
	}
}

// read finds the files: the theme's, then the site's in their places.
func (l *loader) read(theme, layouts fs.FS) {
	byPath := map[string]*file{}
	for _, from := range []struct {
		fsys fs.FS
		dir  string
	}{{theme, l.set.themeDir()}, {layouts, LayoutsDir}} {
		for _, dir := range []string{".", partialsDir} {
			found, err := readDir(from.fsys, dir, from.dir)
			if err != nil {
				l.findings = append(l.findings, readRule.At(diag.Pos{File: path.Join(from.dir, dir)},
					diag.Textf("模板读不出来：%v", "templates cannot be read: %v", err),
					diag.Textf("看看文件是否还在、是否有权限打开", "see that the files are there and may be opened")))
			}
			for rel, f := range found {
				f.own = from.dir == LayoutsDir
				if !f.own {
					l.themed = append(l.themed, rel)
				}
				byPath[rel] = f
			}
		}
	}
	l.files = slices.SortedFunc(maps.Values(byPath), func(a, b *file) int {
		if a.partial != b.partial {
			if a.partial {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.name, b.name)
	})
	for _, f := range l.files {
		l.set.files[f.src.File] = f.src
	}
}

// readDir reads the template files of one folder, by path in the theme. With an
// error it gives those that it could read.
func readDir(fsys fs.FS, dir, owner string) (map[string]*file, error) {
	if fsys == nil {
		return nil, nil
	}
	entries, err := fs.ReadDir(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	files := map[string]*file{}
	for _, e := range entries {
		if !e.Type().IsRegular() || path.Ext(e.Name()) != ".html" || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		rel := path.Join(dir, e.Name())
		text, err := readText(fsys, rel)
		if err != nil {
			return files, err
		}
		files[rel] = &file{
			name:    strings.TrimSuffix(e.Name(), ".html"),
			partial: dir == partialsDir,
			src:     diag.NewSource(owner+"/"+rel, text),
		}
	}
	return files, nil
}

// readText reads a file as people save it: a byte order mark is dropped, and
// line ends become "\n". One byte more than maxFile shows that a file is larger.
func readText(fsys fs.FS, name string) ([]byte, error) {
	r, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, err
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), nil
}

// sum hashes names and texts, each with its length, so that no two sets of
// files run together.
func (l *loader) sum() (sum [sha256.Size]byte) {
	h := sha256.New()
	add := func(h hash.Hash, s string) { fmt.Fprintf(h, "%d:%s", len(s), s) }
	add(h, l.set.theme)
	for _, f := range l.files {
		add(h, f.src.File)
		add(h, string(f.src.Text))
	}
	for _, k := range slices.Sorted(maps.Keys(l.text)) {
		add(h, k)
		add(h, l.text[k])
	}
	h.Sum(sum[:0])
	return sum
}

// parse fills in the trees of a file.
func (l *loader) parse(f *file) {
	if len(f.src.Text) > maxFile {
		l.report(f, limitRule.At(diag.Pos{File: f.src.File},
			diag.Textf("模板文件超过 %d KB", "the template is larger than %d KB", maxFile>>10),
			diag.Textf("把内容拆成几个模板，放在 partials/ 里", "split it into templates of their own in partials/")))
		return
	}
	if !utf8.Valid(f.src.Text) {
		at := 0
		for at < len(f.src.Text) {
			r, n := utf8.DecodeRune(f.src.Text[at:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			at += n
		}
		l.report(f, f.src.Finding(syntaxRule, at,
			diag.Textf("模板不是 UTF-8 编码", "the template is not UTF-8"),
			diag.Textf("用记事本打开，“另存为”时编码选 UTF-8", "open it in an editor and save it as UTF-8")))
		return
	}
	trees, err := parseText(f.src.File, string(f.src.Text))
	if err != nil {
		l.report(f, syntaxFault(f.src, err))
		return
	}
	f.trees = trees
	root := trees[f.src.File]
	delete(trees, f.src.File)
	empty := root == nil || parse.IsEmptyTree(root.Root)
	own := trees[f.name]
	switch {
	case empty && !f.partial:
		l.report(f, f.src.Finding(nameRule, 0,
			diag.Textf("这个页面模板什么也没有输出", "this page template prints nothing"),
			diag.Textf(`第一行写 {{template "base" .}}，再用 {{define "main"}}……{{end}} 写页面的内容`, `begin it with {{template "base" .}} and put the page between {{define "main"}} and {{end}}`)))
	case own != nil && !empty:
		l.report(f, f.src.Finding(nameRule, int(own.Root.Pos),
			diag.Textf("模板名 %q 已经是这个文件自己的名字", "the name %q is that of the file itself", f.name),
			diag.Textf("换一个名字", "take another name")))
	case own == nil && root != nil:
		trees[f.name] = root // of a partial it may be empty: so a site takes a part out
	}
}

// parseText parses a file without knowing functions: lint looks at them and
// finds all wrong ones, with their places.
func parseText(name, text string) (trees map[string]*parse.Tree, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("template: %s:1: %v", name, p)
		}
	}()
	trees = map[string]*parse.Tree{}
	t := parse.New(name)
	t.Mode = parse.SkipFuncCheck
	_, err = t.Parse(text, "", "", trees)
	return trees, err
}

// link joins the files to templates that can be executed.
func (l *loader) link() {
	l.set.shared = newShared()
	funcs := l.set.funcs(l.text)
	partials := l.partialTrees()
	l.checkLoops(partials)
	all := map[string]*parse.Tree{}
	for name, t := range partials {
		prepare(t.tree, t.file.src.Text)
		all[name] = t.tree.Copy() // pages need them as they are
	}
	parts := join(all, funcs)
	for _, name := range l.sharedNames(partials) {
		l.escape(partials[name].file, parts.Lookup(name))
		l.set.shared.units[name] = l.unit(parts.Lookup(name), funcs)
	}
	l.fold(parts)

	for _, f := range l.files {
		if f.partial {
			continue
		}
		for _, t := range f.trees {
			prepare(t, f.src.Text)
		}
		if needed := l.checkPage(f, partials); f.bad == nil {
			t := join(needed, funcs)
			if l.escape(f, t.Lookup(f.name)); f.bad == nil {
				l.fold(t)
				l.set.pages[f.name] = l.unit(t.Lookup(f.name), funcs)
			}
		}
		if f.bad != nil {
			l.set.broken[f.name] = *f.bad
		}
	}
}

func (l *loader) unit(t *template.Template, funcs template.FuncMap) *unit {
	return &unit{t: t, funcs: funcs, words: l.text, shared: l.set.shared}
}

// join makes a set of trees, which it takes over. Names are not empty and the
// set is new, so that adding to it cannot fail.
func join(trees map[string]*parse.Tree, funcs template.FuncMap) *template.Template {
	set := template.New("").Funcs(funcs)
	for name, t := range trees {
		template.Must(set.AddParseTree(name, t))
	}
	return set
}

// escape makes html/template find the contexts of a template now, so that its
// mistakes are known before any page is made. It does so on execution only; the
// first write, which prepare puts first, ends that execution.
func (l *loader) escape(f *file, t *template.Template) {
	err := run(t, &meter{}, nil)
	var mistake *template.Error
	if errors.As(err, &mistake) {
		l.report(f, l.set.contextFault(f.src, mistake))
	}
}
