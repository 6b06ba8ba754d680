package tmpl_test

import (
	"bytes"
	"html/template"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"branchlight/cmd/branchlight/internal/tmpl"

	"github.com/rogpeppe/go-internal/txtar"
)

// Every page of the county theme is made by a program, with the same bytes as by
// html/template.
func TestProgramCounty(t *testing.T) {
	theme := county(t)
	for _, lang := range []string{"zh-CN", "en"} {
		set := load(t, theme, nil, lang)
		for name, v := range samples() {
			kind, _, _ := strings.Cut(name, "-")
			compiled, plain, err := set.Both(kind, v)
			switch {
			case err != nil:
				t.Errorf("%s: %v", name, err)
			case compiled == nil && name != "404": // its address is absolute
				t.Errorf("%s: no program", name)
			case compiled != nil && !bytes.Equal(compiled, plain):
				t.Errorf("%s: the program gives\n%s\nhtml/template gives\n%s", name, compiled, plain)
			}
		}
	}
}

// Where a program makes a page of the golden files, it is the same page; where
// html/template fails, no program succeeds.
func TestProgramGolden(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.txtar")
	made := 0
	for _, name := range files {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		theme, words := fstest.MapFS{}, map[string]string{"more": "更多", "count": "共 {0} 条", "kind.post": "岗"}
		for _, f := range a.Files {
			if rel, ok := strings.CutPrefix(f.Name, "theme/"); ok {
				theme[rel] = &fstest.MapFile{Data: f.Data}
			}
		}
		set, _ := tmpl.Load(theme, nil, "mini", words)
		for _, page := range set.Pages() {
			compiled, plain, err := set.Both(page, golden)
			if compiled == nil {
				continue
			}
			made++
			if err != nil || !bytes.Equal(compiled, plain) {
				t.Errorf("%s %s: the program gives %q, html/template %q, %v", name, page, compiled, plain, err)
			}
		}
	}
	if made == 0 {
		t.Error("no program made any page")
	}
}

// escapes are the places in a page that programs know how to escape for.
var escapes = map[string]string{
	"htmlescaper":                         `<p>{{.}}</p>`,
	"attrescaper":                         `<p title="{{.}}"></p>`,
	"rcdataescaper":                       `<title>{{.}}</title>`,
	"urlfilter urlnormalizer attrescaper": `<a href="{{.}}"></a>`,
	"urlnormalizer attrescaper":           `<a href="a/{{.}}"></a>`,
	"urlescaper attrescaper":              `<a href="#{{.}}"></a>`,
	"urlfilter attrescaper":               `<meta http-equiv="refresh" content="0; url={{.}}">`,
	"srcsetescaper attrescaper":           `<img srcset="{{.}}">`,
	"cssvaluefilter":                      `<style>a { color: {{.}}; }</style>`,
}

// FuzzEscape compares the escaping of programs with that of html/template.
func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", "正文", `<a b="c" d='e'>&amp;+`, "javascript:alert(1)", "a/b.html#%E4%B8%80", "%zz%4", "a b?c=d", "\x00\xff\ufdd0", "../../a_b~c.html", "//x.example", "A:b", "a/b-480.jpg 480w, ../b.jpg 1200w", " a, ,b c/d,", "a  2x", "#9e1b1e", "#"} {
		f.Add(s)
	}
	want, pages := map[string]*template.Template{}, fstest.MapFS{}
	for chain, text := range escapes {
		if tmpl.Writers[chain] == nil {
			f.Fatalf("no writer for %s", chain)
		}
		want[chain] = template.Must(template.New(chain).Parse(text))
		pages[strings.ReplaceAll(chain, " ", "-")+".html"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(text, "{{.}}", "{{.Title}}"))}
	}
	if len(escapes) != len(tmpl.Writers) {
		f.Fatal("some writer has no example here")
	}
	set, _ := tmpl.Load(pages, nil, "x", nil)
	f.Fuzz(func(t *testing.T, s string) {
		for chain := range escapes {
			var plain bytes.Buffer
			if err := want[chain].Execute(&plain, s); err != nil {
				t.Fatal(err)
			}
			compiled, _, err := set.Both(strings.ReplaceAll(chain, " ", "-"), &page{Title: s})
			if err != nil {
				t.Fatal(err)
			}
			if compiled != nil && !bytes.Equal(compiled, plain.Bytes()) {
				t.Errorf("%s: %q gives %q, want %q", chain, s, compiled, plain.Bytes())
			}
		}
	})
}
