package tmpl_test

import (
	"bytes"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/tmpl"
	"branchlight/cmd/branchlight/internal/toml"
	"branchlight/themes"
)

// To look at the pages: go test ./internal/tmpl -run County -pages DIR
var pagesDir = flag.String("pages", "", "write the sample pages of the county theme to this folder")

func county(t testing.TB) fs.FS {
	t.Helper()
	theme, ok := themes.Open("county")
	if !ok {
		t.Fatal("no theme county")
	}
	return theme
}

func words(t testing.TB, theme fs.FS, lang string) map[string]string {
	t.Helper()
	name := "strings/" + lang + ".toml"
	text, err := fs.ReadFile(theme, name)
	if err != nil {
		t.Fatal(err)
	}
	doc := toml.Free().Parse(diag.NewSource(name, text), 0, len(text))
	for _, f := range doc.Findings {
		t.Errorf("%s: %s", f.Pos, f.Message.En)
	}
	m := map[string]string{}
	for _, e := range doc.Entries {
		m[e.Name] = e.Text
	}
	return m
}

func load(t testing.TB, theme, layouts fs.FS, lang string) *tmpl.Set {
	t.Helper()
	set, found := tmpl.Load(theme, layouts, "county", words(t, theme, lang))
	for _, f := range found {
		t.Errorf("%s: %s (%s)", f.Pos, f.Message.En, f.Hint.En)
	}
	return set
}

// Every kind of page can be made in both languages, with the site's layouts too.
func TestCountyPages(t *testing.T) {
	theme := county(t)
	for _, lang := range []string{"zh-CN", "en"} {
		set := load(t, theme, os.DirFS("../../../../layouts"), lang)
		for name, v := range samples() {
			kind, _, _ := strings.Cut(name, "-")
			var w bytes.Buffer
			if f := set.Execute(&w, kind, name, v); f != nil {
				t.Errorf("%s: %s: %s (%s)", name, f.Pos, f.Message.En, f.Hint.En)
				continue
			}
			checkHTML(t, name, w.Bytes())
			if *pagesDir != "" && lang == "zh-CN" {
				writePage(t, name, w.Bytes())
			}
		}
	}
	if *pagesDir != "" {
		if err := os.CopyFS(filepath.Join(*pagesDir, "assets"), must(fs.Sub(theme, "assets"))); err != nil && !os.IsExist(err) {
			t.Fatal(err)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func writePage(t *testing.T, name string, html []byte) {
	dir := filepath.Join(*pagesDir, "a", "b")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".html"), html, 0o666); err != nil {
		t.Fatal(err)
	}
}

var (
	tag     = regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>`)
	id      = regexp.MustCompile(`\sid="([^"]*)"`)
	labeled = regexp.MustCompile(`aria-labelledby="([^"]*)"`)
	void    = map[string]bool{"meta": true, "link": true, "img": true, "br": true, "hr": true, "input": true}
)

// checkHTML looks for what a validator would: elements that are closed in order,
// ids that are there once, headings that skip no level and are not empty, and
// nothing that a page must not have.
func checkHTML(t *testing.T, page string, html []byte) {
	t.Helper()
	var open []string
	ids := map[string]bool{}
	level, h1 := 0, 0
	style := regexp.MustCompile(`(?s)<(script|style)>.*?</(script|style)>`).ReplaceAll(html, nil)
	for _, m := range tag.FindAllSubmatchIndex(style, -1) {
		name := string(style[m[4]:m[5]])
		attrs := style[m[6]:m[7]]
		if m[2] == m[3] {
			for _, i := range id.FindAllSubmatch(attrs, -1) {
				if ids[string(i[1])] {
					t.Errorf("%s: id %q twice", page, i[1])
				}
				ids[string(i[1])] = true
			}
			if !void[name] {
				open = append(open, name)
			}
			if len(name) == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6' {
				if n := int(name[1] - '0'); n > level+1 {
					t.Errorf("%s: h%d after h%d", page, n, level)
				} else {
					level = n
				}
				if name == "h1" {
					h1++
				}
				if bytes.HasPrefix(bytes.TrimSpace(style[m[1]:]), []byte("</h")) {
					t.Errorf("%s: empty %s", page, name)
				}
			}
			continue
		}
		if len(open) == 0 || open[len(open)-1] != name {
			t.Fatalf("%s: </%s> closes %v near %q", page, name, open, style[max(0, m[0]-60):m[1]])
		}
		open = open[:len(open)-1]
	}
	if len(open) > 0 {
		t.Errorf("%s: never closed: %v", page, open)
	}
	if h1 != 1 {
		t.Errorf("%s: %d h1", page, h1)
	}
	for _, m := range labeled.FindAllSubmatch(html, -1) {
		if !ids[string(m[1])] {
			t.Errorf("%s: aria-labelledby names no id: %s", page, m[1])
		}
	}
	for _, bad := range []string{" style=", "onclick=", "ZgotmplZ", "<no value>", "{{", "%!", "<p></p>", "<ul></ul>"} {
		if bytes.Contains(html, []byte(bad)) {
			t.Errorf("%s: has %q", page, bad)
		}
	}
}

// The string files have the same keys, and the same places for values.
func TestCountyStrings(t *testing.T) {
	theme := county(t)
	zh, en := words(t, theme, "zh-CN"), words(t, theme, "en")
	place := regexp.MustCompile(`\{\w+\}`)
	for _, key := range slices.Sorted(maps.Keys(zh)) {
		other, found := en[key]
		if !found {
			t.Errorf("en.toml lacks %s", key)
			continue
		}
		a, b := place.FindAllString(zh[key], -1), place.FindAllString(other, -1)
		slices.Sort(a)
		slices.Sort(b)
		if key != "date.full" && !slices.Equal(a, b) {
			t.Errorf("%s has other places: %v, %v", key, a, b)
		}
	}
	for key := range en {
		if _, found := zh[key]; !found {
			t.Errorf("zh-CN.toml lacks %s", key)
		}
	}
}

// Every text of the string files is used by some template, or completes a key.
func TestCountyStringsUsed(t *testing.T) {
	theme := county(t)
	var all strings.Builder
	for _, pattern := range []string{"*.html", "partials/*.html"} {
		for _, name := range must(fs.Glob(theme, pattern)) {
			all.Write(must(fs.ReadFile(theme, name)))
		}
	}
	for key := range words(t, theme, "zh-CN") {
		prefix := key[:strings.LastIndex(key, ".")+1]
		used := strings.Contains(all.String(), `t "`+key+`"`) || prefix != "" && strings.Contains(all.String(), `t "`+prefix+`" `)
		if !used && prefix != "date." {
			t.Errorf("no template uses %s", key)
		}
	}
}

// Styles and scripts of the theme ask no other host, and are written for old
// browsers.
func TestCountyAssets(t *testing.T) {
	theme := county(t)
	css := string(must(fs.ReadFile(theme, "assets/site.css")))
	for _, name := range must(fs.Glob(theme, "assets/*.css")) {
		if name != "assets/site.css" {
			css += string(must(fs.ReadFile(theme, name)))
		}
	}
	for _, c := range config.Palette {
		if !strings.Contains(css, "--"+c.Name+": "+c.Value+";") {
			t.Errorf("site.css has another %s than the settings say", c.Name)
		}
	}
	css = strings.ReplaceAll(css, "'http://www.w3.org/2000/svg'", "") // the name of a language, not an address
	for _, bad := range []string{"http:", "https:", "@import", ":has(", "@container", "inset:", "aspect-ratio", ":focus-visible", ":is(", ":where("} {
		if strings.Contains(css, bad) {
			t.Errorf("site.css has %s", bad)
		}
	}
	js := string(must(fs.ReadFile(theme, "assets/site.js")))
	for _, bad := range []string{"http:", "https:", "=>", "const ", "let ", "`", "fetch(", "XMLHttpRequest", "innerHTML", "eval("} {
		if strings.Contains(js, bad) {
			t.Errorf("site.js has %s", bad)
		}
	}
}
