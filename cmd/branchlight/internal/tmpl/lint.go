package tmpl

import (
	"maps"
	"slices"
	"strings"
	"text/template/parse"

	"branchlight/cmd/branchlight/internal/diag"
)

// tree is a template with the file it stands in.
type tree struct {
	file *file
	tree *parse.Tree
}

// lint looks at one file alone: its functions, its strings, and the addresses in
// its text.
func (l *loader) lint(f *file) {
	l.foreign(f)
	if f.own && !f.partial && !slices.Contains(l.themed, f.name+".html") {
		l.report(f, f.src.Finding(unusedRule, 0,
			diag.Textf("主题里没有同名的模板 %s.html，这个文件不起作用", "the theme has no template %s.html, so this file does nothing", f.name),
			didYouMean(f.name+".html", l.themed, diag.Textf("文件名要与主题里的模板相同", "give it the name of a template of the theme"))))
	}
	for _, name := range slices.Sorted(maps.Keys(f.trees)) {
		walk(f.trees[name].Root, func(n parse.Node) {
			if c, ok := n.(*parse.CommandNode); ok {
				l.command(f, c)
			}
			// A function can also stand as an argument: {{add len 1}}.
			if id, ok := n.(*parse.IdentifierNode); ok && !known(id.Ident) {
				l.report(f, f.src.Finding(functionRule, int(id.Pos),
					diag.Textf("模板里没有函数 %q", "there is no function %q in templates", id.Ident),
					didYouMean(id.Ident, functionNames(), diag.Textf("可用的函数见 branchlight help templates", "branchlight help templates lists them"))))
			}
		})
	}
}

// command looks at the calls whose first argument must be known beforehand.
func (l *loader) command(f *file, c *parse.CommandNode) {
	id, ok := c.Args[0].(*parse.IdentifierNode)
	if !ok || len(c.Args) < 2 {
		return
	}
	lit, literal := c.Args[1].(*parse.StringNode)
	switch {
	case id.Ident == "shared" && !literal:
		l.report(f, f.src.Finding(nameRule, int(c.Args[1].Position()),
			diag.Textf("shared 后面要直接写模板的名字", "shared wants the name of a template, written out"),
			diag.Textf(`例如 {{shared "header" .Frame}}`, `such as {{shared "header" .Frame}}`)))
	case id.Ident == "t" && literal:
		text, found := l.text[lit.Text]
		if strings.HasSuffix(lit.Text, ".") && len(c.Args) > 2 && l.hasPrefix(lit.Text) {
			return // completed when a page is made
		}
		if !found {
			l.report(f, f.src.Finding(stringRule, int(lit.Pos),
				diag.Textf("文字文件里没有 %q", "the string file has no %q", lit.Text),
				didYouMean(lit.Text, slices.Sorted(maps.Keys(l.text)), diag.Textf("在主题的 strings/ 里补上这一条", "add it to the theme's strings/"))))
		} else if want, got := places(text), len(c.Args)-2; want > got {
			l.report(f, f.src.Finding(stringRule, int(lit.Pos),
				diag.Textf("文字 %q 要 %d 个值，这里给了 %d 个", "the text %q takes %d values, and %d are given", text, want, got),
				diag.Textf("在它后面依次写上各个值", "write the values after it")))
		}
	}
}

func (l *loader) hasPrefix(prefix string) bool {
	for key := range l.text {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// partialTrees gives every template that the partials define, by name.
func (l *loader) partialTrees() map[string]tree {
	trees := map[string]tree{}
	for _, f := range l.files {
		if !f.partial {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(f.trees)) {
			if other, twice := trees[name]; twice {
				l.report(f, f.src.Finding(nameRule, int(f.trees[name].Root.Pos),
					diag.Textf("模板名 %q 在 %s 里已经有了", "the name %q is taken by %s", name, other.file.src.File),
					diag.Textf("换一个名字", "take another name")))
				continue
			}
			trees[name] = tree{f, f.trees[name]}
		}
	}
	return trees
}

// call is one place where a template invokes another.
type call struct {
	name   string
	shared bool // by the function shared
	pos    int
}

func calls(t *parse.Tree) (cs []call) {
	walk(t.Root, func(n parse.Node) {
		switch n := n.(type) {
		case *parse.TemplateNode:
			cs = append(cs, call{name: n.Name, pos: int(n.Pos)})
		case *parse.CommandNode:
			id, ok := n.Args[0].(*parse.IdentifierNode)
			if !ok || id.Ident != "shared" || len(n.Args) < 2 {
				return
			}
			if name, ok := n.Args[1].(*parse.StringNode); ok {
				cs = append(cs, call{name: name.Text, shared: true, pos: int(name.Pos)})
			}
		}
	})
	return cs
}

// sharedNames gives the partials that some template makes by shared, sorted.
func (l *loader) sharedNames(partials map[string]tree) []string {
	names := map[string]bool{}
	for _, f := range l.files {
		for _, t := range f.trees {
			for _, c := range calls(t) {
				if _, found := partials[c.name]; c.shared && found {
					names[c.name] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// checkLoops reports partials that invoke themselves. The trees that a page adds
// are looked at by checkPage.
func (l *loader) checkLoops(partials map[string]tree) {
	v := visitor{loader: l, trees: partials, partials: partials}
	for _, name := range slices.Sorted(maps.Keys(partials)) {
		v.visit(name, nil)
	}
}

// checkPage follows a page's template through all that it invokes, reports what
// is missing or runs in a circle, and takes over the mistakes of its partials.
// It gives the trees that the page needs, by name.
func (l *loader) checkPage(f *file, partials map[string]tree) map[string]*parse.Tree {
	trees := maps.Clone(partials)
	for name, t := range f.trees {
		trees[name] = tree{f, t}
	}
	v := visitor{loader: l, trees: trees, partials: partials, page: f}
	if f.trees[f.name] != nil {
		v.visit(f.name, nil)
	}
	needed := maps.Clone(f.trees)
	for name := range v.done {
		if needed[name] == nil {
			needed[name] = trees[name].tree.Copy() // html/template changes it
		}
	}
	return needed
}

// visitor walks the graph of calls, depth first.
type visitor struct {
	loader   *loader
	trees    map[string]tree
	partials map[string]tree // what shared can make
	page     *file           // nil where partials alone are looked at
	done     map[string]int  // how deep calls nest in a template
}

// maxCalls bounds how deep templates invoke each other. html/template looks at
// what is invoked in every context anew, and some nests double that at each step.
const maxCalls = 16

// visit looks at a template and gives how deep calls nest in it.
func (v *visitor) visit(name string, path []string) (depth int) {
	if depth, known := v.done[name]; known {
		return depth
	}
	t := v.trees[name]
	path = append(path[:len(path):len(path)], name)
	for _, c := range calls(t.tree) {
		set := v.trees
		if c.shared {
			set = v.partials
		}
		to, found := set[c.name]
		switch {
		case !found:
			v.missing(t, c)
		case slices.Contains(path, c.name):
			v.circle(t, c, path)
		default:
			if v.page != nil && v.page.bad == nil && to.file.bad != nil {
				v.page.bad = to.file.bad
			}
			if len(path) >= maxCalls || v.visit(c.name, path) >= maxCalls-1 {
				v.tooDeep(t, c)
				continue
			}
			depth = max(depth, 1+v.done[c.name])
		}
	}
	if v.done == nil {
		v.done = map[string]int{}
	}
	v.done[name] = depth
	return depth
}

func (v *visitor) tooDeep(t tree, c call) {
	if v.page != nil && t.file != v.page {
		return // checkLoops has reported it
	}
	v.loader.report(t.file, t.file.src.Finding(limitRule, c.pos,
		diag.Textf("模板一个用一个，超过了 %d 层", "templates invoke each other more than %d deep", maxCalls),
		diag.Textf("把几层并作一层", "join some of them")))
}

func (v *visitor) circle(t tree, c call, path []string) {
	if v.page != nil && t.file != v.page {
		return // checkLoops has reported it
	}
	chain := strings.Join(append(path[slices.Index(path, c.name):], c.name), " → ")
	v.loader.report(t.file, t.file.src.Finding(loopRule, c.pos,
		diag.Textf("模板会没完没了地用到自己：%s", "the template invokes itself without end: %s", chain),
		diag.Textf("去掉其中一处调用；列表用 {{range}}", "take out one of the calls; use {{range}} for lists")))
}

// missing reports the call of a template that is not there. What partials lack
// is a matter of the page: each may define it.
func (v *visitor) missing(t tree, c call) {
	for _, f := range v.loader.files {
		if f.partial && f.name == c.name && f.bad != nil {
			if v.page != nil && v.page.bad == nil {
				v.page.bad = f.bad // it is there, and is reported itself
			}
			return
		}
	}
	hint := didYouMean(c.name, slices.Sorted(maps.Keys(v.trees)), diag.Textf("在 partials/ 里放一个 %s.html", "put a %s.html into partials/", c.name))
	switch {
	case c.shared && (v.page == nil || t.file == v.page):
		v.loader.report(t.file, t.file.src.Finding(nameRule, c.pos, diag.Textf("partials/ 里没有模板 %q", "there is no template %q in partials/", c.name), hint))
	case v.page != nil && t.file == v.page:
		v.loader.report(t.file, t.file.src.Finding(nameRule, c.pos, diag.Textf("没有模板 %q", "there is no template %q", c.name), hint))
	case v.page != nil:
		v.loader.report(v.page, v.page.src.Finding(nameRule, 0,
			diag.Textf("这个页面模板没有定义 %q，而 %s 要用到它", "this page template does not define %q, which %s invokes", c.name, t.file.src.File),
			diag.Textf(`加上 {{define "%s"}}……{{end}}`, `add {{define "%s"}} ... {{end}}`, c.name)))
	}
}
