package site

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/parallel"
	"branchlight/cmd/branchlight/internal/view"
)

func settings(t testing.TB, text string) *config.Site {
	t.Helper()
	c, found := config.Parse(diag.NewSource("site.toml", []byte(text)))
	if len(found) > 0 {
		t.Fatal(found)
	}
	return c
}

func TestSplit(t *testing.T) {
	pages := make([]*Page, 101)
	for i := range pages {
		pages[i] = new(Page)
	}
	size := settings(t, "title = \"x\"\npage_size = 20").PageSize
	for _, c := range []struct{ n, parts, last int }{{0, 1, 0}, {1, 1, 1}, {19, 1, 19}, {20, 1, 20}, {21, 2, 1}, {40, 2, 20}, {101, 6, 1}} {
		l := &list{folder: "practices", total: c.n, size: size, cards: func() []*Page { return pages[:c.n] }}
		if last := (part{l, l.pages()}).entries(); l.pages() != c.parts || len(last) != c.last {
			t.Errorf("%d pages: %d parts, %d pages on the last", c.n, l.pages(), len(last))
		}
		seen := 0
		for i := range l.pages() {
			for _, p := range (part{l, i + 1}).entries() {
				if p != pages[seen] {
					t.Fatalf("%d pages: part %d is out of order", c.n, i+1)
				}
				seen++
			}
		}
		if seen != c.n {
			t.Errorf("%d pages: %d on the parts", c.n, seen)
		}
	}
}

// The sitemap of a site of n pages: one file up to 50,000 addresses, else parts
// and an index of them.
func TestSitemapIsSplit(t *testing.T) {
	base := "http://a.example/b/"
	for _, c := range []struct{ n, parts int }{{1, 1}, {50_000, 1}, {50_001, 2}, {100_001, 3}} {
		a := &assembly{Site: &Site{Config: settings(t, "title = \"x\"\nbase_url = \""+base+"\"")}}
		for i := range c.n {
			a.singles = append(a.singles, Output{Path: fmt.Sprintf("a/%06d.html", c.n-i), Template: "section"})
		}
		a.singles = append(a.singles, Output{Path: "old.html", Template: "alias"}, Output{Path: "404.html", Template: "404"})
		before := len(a.singles)
		a.sitemapOutputs()
		a.outputs = a.listOutputs
		made := map[string]*view.Sitemap{}
		for _, o := range a.singles[before:] {
			made[o.Path] = o.View().(*view.Sitemap)
		}
		top := made["sitemap.xml"]
		if top == nil {
			t.Fatalf("%d pages: no sitemap.xml", c.n)
		}
		parts := []*view.Sitemap{top}
		if c.parts > 1 {
			parts = nil
			for i, url := range top.Parts {
				if want := fmt.Sprintf("%ssitemap-%d.xml", base, i+1); url != want {
					t.Errorf("%d pages: part %q, want %q", c.n, url, want)
				}
				parts = append(parts, made[strings.TrimPrefix(url, base)])
			}
			if len(top.Pages) > 0 {
				t.Errorf("%d pages: the index has pages", c.n)
			}
		}
		if len(parts) != c.parts {
			t.Fatalf("%d pages: %d parts", c.n, len(parts))
		}
		total := 0
		for _, p := range parts {
			if len(p.Pages) > sitemapLimit || len(p.Pages) == 0 {
				t.Errorf("%d pages: a part of %d", c.n, len(p.Pages))
			}
			for _, page := range p.Pages {
				total++
				if want := fmt.Sprintf("%sa/%06d.html", base, total); page.URL != want {
					t.Fatalf("%d pages: %s at the place of %s", c.n, page.URL, want)
				}
			}
		}
		if total != c.n {
			t.Errorf("%d pages: %d in the sitemaps", c.n, total)
		}
	}
}

// Views are made on all cores at the same time, and are the same as one after
// the other.
func TestViewsAtTheSameTime(t *testing.T) {
	c := readCase(t, sample(60))
	s, _ := c.assemble()
	again, _ := c.assemble()
	outputs := s.Outputs()
	views := make([]any, len(outputs))
	parallel.Each(4*len(views), func(i int) {
		v := outputs[i%len(views)].View()
		if i < len(views) {
			views[i] = v
		}
	})
	for i := range views {
		var one, two dump
		one.view(views[i])
		two.view(again.Output(outputs[i].Path).View())
		if one.b.String() != two.b.String() {
			t.Errorf("%s differs", outputs[i].Path)
		}
	}
}

// sample is a site of n pages in two branches.
func sample(n int) *txtar.Archive {
	a := &txtar.Archive{Files: []txtar.File{
		{Name: "content/财政局/_index.md", Data: []byte("+++\ntitle = \"县财政局\"\n+++\n")},
		{Name: "content/财政局/一支部/_index.md", Data: []byte("+++\ntitle = \"一支部\"\n+++\n")},
		{Name: "content/财政局/二支部/_index.md", Data: []byte("+++\ntitle = \"二支部\"\n+++\n")},
	}}
	for i := range n {
		name := fmt.Sprintf("content/财政局/%s支部/p%03d.md", []string{"一", "二"}[i%2], i)
		text := fmt.Sprintf("+++\ntitle = \"第%d\"\ndate = 2026-01-%02d\nkind = \"practice\"\nthemes = [\"理论武装\"]\n+++\n\n见[上一页](../一支部/p000.md)。\n", i, 1+i%28)
		a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(text)})
	}
	return a
}

// A new page changes no view of an article but its neighbours': related pages
// look backwards.
func TestNewPageChangesFewArticles(t *testing.T) {
	views := func(n int) map[string]string {
		s, _ := readCase(t, sample(n)).assemble()
		m := map[string]string{}
		for _, o := range s.Outputs() {
			if o.Template == "article" {
				var d dump
				d.view(o.View())
				m[o.Path] = d.b.String()
			}
		}
		return m
	}
	before, after := views(27), views(28) // the 28th is the newest
	changed := 0
	for out, text := range before {
		if after[out] != text {
			changed++
		}
	}
	if changed != 1 { // its older neighbour
		t.Errorf("a new page changed %d articles", changed)
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"正好十个字也不用剪。", "正好十个字也不用剪。"},
		{"前五个字。后面还有很多字", "前五个字。"},
		{"四个字。后面还有很多很多字", "四个字。后面还有很多…"}, // the stop keeps less than half
		{"问吗？答！后面还有很多字", "问吗？答！"},
		{"没有句号的一句很长的话", "没有句号的一句很长的…"},
		{"abcdefghijk", "abcdefghij…"},
	} {
		if got := cut(c.text, 10); got != c.want {
			t.Errorf("cut(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestOwnName(t *testing.T) {
	for title, want := range map[string]string{
		"筠溪县财政局": "财政局", "财政局": "财政局", "县财政局": "财政局", "县委办公室": "县委办公室", "中共筠溪县委办公室": "中共筠溪县委办公室",
		"市场监督管理局": "市场监督管理局", "县直机关工委": "县直机关工委", "团县委": "团县委", "长江市水利局": "水利局", "": "",
	} {
		if got := ownName(title); got != want {
			t.Errorf("ownName(%q) = %q, want %q", title, got, want)
		}
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1 KB", 1025: "2 KB", 1<<20 - 1: "1024 KB", 1 << 20: "1.0 MB", 12_900_000: "12.3 MB"} {
		if got := size(n); got != want {
			t.Errorf("size(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestRelativePath(t *testing.T) {
	for _, c := range []struct{ folder, file, want string }{
		{"content/a/b", "content/a/b/p.md", "p.md"},
		{"content/a/b", "content/a/c/p.md", "../c/p.md"},
		{"content/a/b/2026", "content/a/b/p.md", "../p.md"},
		{"content/a", "content/ab/p.md", "../ab/p.md"},
		{"content", "content/p.md", "p.md"},
		{"content/a", "content/p.md", "../p.md"},
	} {
		if got := relativePath(c.folder, c.file); got != c.want {
			t.Errorf("relativePath(%q, %q) = %q, want %q", c.folder, c.file, got, c.want)
		}
	}
}
