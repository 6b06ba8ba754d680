package tmpl_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/tmpl"
)

func mapFS(files ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		m[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return m
}

// Files are read as people save them.
func TestLoadText(t *testing.T) {
	for _, test := range []struct{ name, text, want, rule, pos string }{
		{"byte order mark and CRLF", "\ufeff<p>\r\n{{.Title}}</p>\r\n", "<p>\n甲</p>\n", "", ""},
		{"GBK", "<p>\xbc\xd7</p>", "", "template-syntax", "themes/x/home.html:1:4"},
		{"too large", strings.Repeat("x", 600<<10), "", "template-limit", "themes/x/home.html"},
		{"no template", "", "", "template-name", "themes/x/home.html:1:1"},
	} {
		set, found := tmpl.Load(mapFS("home.html", test.text), nil, "x", nil)
		if test.rule != "" {
			if len(found) != 1 || found[0].Rule != test.rule || found[0].Pos.String() != test.pos {
				t.Errorf("%s: got %v", test.name, found)
			}
			continue
		}
		var w bytes.Buffer
		if f := set.Execute(&w, "home", "home", map[string]string{"Title": "甲"}); f != nil || w.String() != test.want {
			t.Errorf("%s: got %q, %v", test.name, w.String(), f)
		}
	}
}

type brokenFS struct{ fs.FS }

func (b brokenFS) Open(name string) (fs.File, error) {
	if strings.HasSuffix(name, ".html") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("input/output error")}
	}
	return b.FS.Open(name)
}

func TestLoadUnreadable(t *testing.T) {
	_, found := tmpl.Load(brokenFS{mapFS("home.html", "x", "partials/a.html", "x")}, nil, "x", nil)
	if len(found) != 2 || found[0].Rule != "template-read" || found[0].Pos.File != "themes/x" || found[1].Pos.File != "themes/x/partials" {
		t.Errorf("got %v", found)
	}
}

func TestExecuteMissing(t *testing.T) {
	set, _ := tmpl.Load(mapFS("home.html", "x"), nil, "x", nil)
	if set.Has("article") || !set.Has("home") {
		t.Error("Has is wrong")
	}
	w := bytes.NewBufferString("before")
	f := set.Execute(w, "article", "content/a.md", nil)
	if f == nil || f.Rule != "template-name" || f.Pos.File != "themes/x/article.html" || !strings.Contains(f.Message.Zh, "content/a.md") {
		t.Errorf("got %v", f)
	}
	if w.String() != "before" {
		t.Errorf("left %q", w)
	}
}

type panicking struct{}

func (panicking) Title() string { panic("no title") }

func TestExecutePanic(t *testing.T) {
	set, _ := tmpl.Load(mapFS("home.html", "<p>{{.Title}}</p>"), nil, "x", nil)
	var w bytes.Buffer
	if f := set.Execute(&w, "home", "home", panicking{}); f == nil || f.Rule != "template-run" || w.Len() > 0 {
		t.Errorf("got %v, %q", f, w.String())
	}
}

// A page with a broken partial gives the partial's finding; others are made.
func TestExecuteBrokenPartial(t *testing.T) {
	theme := mapFS("home.html", `{{template "bad" .}}`, "list.html", `{{shared "bad" .}}`, "other.html", "fine", "partials/bad.html", "{{nothing}}")
	set, found := tmpl.Load(theme, nil, "x", nil)
	if len(found) != 1 || found[0].Rule != "template-function" {
		t.Fatalf("got %v", found)
	}
	var w bytes.Buffer
	for _, name := range []string{"home", "list"} {
		if f := set.Execute(&w, name, name, nil); f == nil || f.Pos.File != "themes/x/partials/bad.html" {
			t.Errorf("%s: got %v", name, f)
		}
	}
	if f := set.Execute(&w, "other", "other", nil); f != nil || w.String() != "fine" {
		t.Errorf("other: got %v, %q", f, w.String())
	}
}

func TestHash(t *testing.T) {
	sum := func(theme, layouts fs.FS, name string, words map[string]string) [32]byte {
		set, _ := tmpl.Load(theme, layouts, name, words)
		return set.Hash()
	}
	theme := mapFS("home.html", "x", "partials/a.html", "y")
	words := map[string]string{"a": "1"}
	base := sum(theme, nil, "x", words)
	if base != sum(mapFS("partials/a.html", "y", "home.html", "x"), mapFS(), "x", map[string]string{"a": "1"}) {
		t.Error("equal sets have other hashes")
	}
	for name, other := range map[string][32]byte{
		"text":    sum(mapFS("home.html", "z", "partials/a.html", "y"), nil, "x", words),
		"file":    sum(mapFS("home.html", "x", "partials/b.html", "y"), nil, "x", words),
		"layouts": sum(theme, mapFS("home.html", "x"), "x", words),
		"theme":   sum(theme, nil, "y", words),
		"word":    sum(theme, nil, "x", map[string]string{"a": "2"}),
		"key":     sum(theme, nil, "x", map[string]string{"b": "1"}),
	} {
		if other == base {
			t.Errorf("%s is not in the hash", name)
		}
	}
}

// Many goroutines make pages at once, with more shared parts than are kept.
func TestExecuteConcurrently(t *testing.T) {
	set, found := tmpl.Load(mapFS("home.html", `{{shared "part" .}}`, "partials/part.html", `<b>{{.Title}}</b>`), nil, "x", nil)
	if len(found) > 0 {
		t.Fatal(found)
	}
	type part struct{ Title string }
	var wait sync.WaitGroup
	for g := range 4 {
		wait.Go(func() {
			for i := range 5000 {
				var w bytes.Buffer
				title := strings.Repeat("a", i%50) + string(rune('a'+g))
				if f := set.Execute(&w, "home", "home", &part{title}); f != nil || w.String() != "<b>"+title+"</b>" {
					t.Errorf("got %q, %v", w.String(), f)
					return
				}
			}
		})
	}
	wait.Wait()
}

func TestFuncDoc(t *testing.T) {
	for _, lang := range []diag.Lang{diag.Zh, diag.En} {
		doc := tmpl.FuncDoc(lang)
		for _, name := range []string{"t KEY", "shared NAME", "date DAY", "index LIST"} {
			if !strings.Contains(doc, "\n"+name) && !strings.HasPrefix(doc, name) {
				t.Errorf("%s is not documented", name)
			}
		}
	}
}

// Templates that invoke each other through many steps are refused: html/template
// would take minutes and gigabytes for them.
func TestLoadDeep(t *testing.T) {
	chain := func(n int) string {
		var b strings.Builder
		b.WriteString(`{{template "d1" .}}`)
		for i := 1; i < n; i++ {
			fmt.Fprintf(&b, `{{define "d%d"}}{{template "d%d" .}}{{end}}`, i, i+1)
		}
		fmt.Fprintf(&b, `{{define "d%d"}}x{{end}}`, n)
		return b.String()
	}
	for _, test := range []struct {
		name, page string
		partials   []string
		refused    bool
	}{
		{"ten", chain(10), nil, false},
		{"thousands", chain(9000), nil, true},
		// Each call alone is not deep; they are together.
		{"in parts", `{{template "d8" .}}{{template "e1" .}}` + strings.ReplaceAll(chain(14), `"d14"}}x`, `"d14"}}y`)[len(`{{template "d1" .}}`):] +
			strings.ReplaceAll(strings.ReplaceAll(chain(12), `"d`, `"e`), `"e12"}}x`, `"e12"}}{{template "d1" .}}`)[len(`{{template "e1" .}}`):], nil, true},
		{"in partials", `{{template "a" .}}`, []string{"partials/a.html", chain(40)}, true},
	} {
		_, found := tmpl.Load(mapFS(append([]string{"home.html", test.page}, test.partials...)...), nil, "x", nil)
		if refused := len(found) > 0; refused != test.refused || refused && found[0].Rule != "template-limit" {
			t.Errorf("%s: got %v", test.name, found)
		}
	}
}

// A page about the word that stands for unsafe values is made without a warning.
func TestFiltered(t *testing.T) {
	set, found := tmpl.Load(mapFS("home.html", `<a href="{{.URL}}">{{.Title}}</a>`), nil, "x", nil)
	if len(found) > 0 {
		t.Fatal(found)
	}
	for _, test := range []struct{ url, title, want, rule string }{
		{"a.html", "ZgotmplZ", `<a href="a.html">ZgotmplZ</a>`, ""},
		{"javascript:x", "甲", `<a href="#ZgotmplZ">甲</a>`, "template-filtered"},
	} {
		var w bytes.Buffer
		f := set.Execute(&w, "home", "home", &struct{ URL, Title string }{test.url, test.title})
		if w.String() != test.want || (f == nil) != (test.rule == "") || f != nil && (f.Rule != test.rule || f.Severity != diag.Warning) {
			t.Errorf("%s: got %q, %v", test.title, w.String(), f)
		}
	}
}
