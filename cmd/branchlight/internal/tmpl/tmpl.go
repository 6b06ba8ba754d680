// Package tmpl makes HTML from views with the templates of a theme.
//
// # Files
//
// A theme is a folder of Go html/template files in UTF-8:
//
//	article.html, home.html ...   one file per kind of page
//	partials/header.html ...      parts that pages use; the file's name without
//	                              .html is the template's name
//
// The site's own folder, layouts/, is laid over it: a file there takes the place
// of the theme's file of the same relative name, and a partial that the theme
// does not have is added. A page file usually says {{template "base" .}} and
// defines "main". Every page file is parsed into its own copy of the partials,
// so that each may define a "main".
//
// # What a template may do
//
// It sees one plain value, its view, and the functions that FuncDoc lists. All
// are pure: nothing reads files, the environment, the clock or the network, so
// an output depends on Set.Hash and the view alone. Escaping is contextual and
// cannot be switched off. A template that invokes itself, directly or through
// others, is refused by Load. Loops, calls and output are counted while a page
// is made, and a page that passes the limits is given up with a finding.
//
// Load changes text in two ways that do not show: the indentation and the empty
// lines of template text are left out (but not in a file with <pre> or
// <textarea>), and {{t "key"}} is replaced by its escaped text after
// html/template has found the context it stands in.
//
// Pages are made by programs compiled from the templates that html/template has
// escaped, with the same bytes and ten to twenty times as fast (an article of
// 4 KB takes some 6 microseconds instead of 100); see program.go.
//
// # Strings
//
// Words that readers see come from the theme's string files, strings/zh-CN.toml
// and the like, by {{t "key"}}. The caller reads them; a table in the file gives
// its keys a prefix: home under [nav] is nav.home. The text date.full is the form
// of function date, with {y}, {m}, {d} and {month}; date.months has the twelve
// names that stand for {month}.
package tmpl

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"html/template"
	"reflect"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
)

// Set is a parsed theme with the site's layouts laid over it. It does not change
// and is safe for concurrent use.
type Set struct {
	theme  string
	files  map[string]*diag.Source // by the path that the owner knows
	pages  map[string]*unit
	broken map[string]diag.Finding // pages whose template has a mistake
	shared *shared
	hash   [sha256.Size]byte
}

// Has reports whether there is a template for a kind of page, such as "article".
// It is there even if Load found mistakes in it; Execute gives them again.
func (s *Set) Has(name string) bool {
	_, bad := s.broken[name]
	return bad || s.pages[name] != nil
}

// Names gives the kinds of page that have a template, sorted.
func (s *Set) Names() []string {
	var names []string
	for name := range s.pages {
		names = append(names, name)
	}
	for name := range s.broken {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Hash covers all that an output depends on besides its view: the names and the
// text of the template files, the strings, and the name of the theme.
func (s *Set) Hash() [sha256.Size]byte { return s.hash }

// Execute appends the page that a template makes of a view to w. The page is
// named by its source or output path, for the message. Where the template fails,
// w is left as it was and the finding, an error, says where and why. With a
// warning the page is made.
func (s *Set) Execute(w *bytes.Buffer, name, page string, view any) *diag.Finding {
	if f, bad := s.broken[name]; bad {
		return &f
	}
	u := s.pages[name]
	if u == nil {
		f := nameRule.At(diag.Pos{File: s.path(name)},
			diag.Textf("主题缺少模板 %s.html，页面 %s 无法生成", "the theme has no template %s.html, so the page %s cannot be made", name, page),
			diag.Textf("在 layouts/ 里放一个 %s.html，或者换用完整的主题", "put a %s.html into layouts/, or use a complete theme", name))
		return &f
	}
	start := w.Len()
	err := u.execute(w, maxOutput, maxSteps, view)
	if err != nil {
		w.Truncate(start)
		f := s.fault(err, name, page, view)
		return &f
	}
	if at := bytes.Index(w.Bytes()[start:], filtered); at >= 0 && !mentions(reflect.ValueOf(view), string(filtered)) {
		f := s.filteredFault(name, page, w.Bytes()[start+at:])
		return &f
	}
	return nil
}

// mentions reports whether a text of a view holds a word. A page about the word
// that html/template puts in the place of unsafe values is none that has one.
func mentions(v reflect.Value, word string) bool {
	switch v.Kind() {
	case reflect.String:
		return strings.Contains(v.String(), word)
	case reflect.Pointer, reflect.Interface:
		return mentions(v.Elem(), word)
	case reflect.Struct:
		for i := range v.NumField() {
			if mentions(v.Field(i), word) {
				return true
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if mentions(v.Index(i), word) {
				return true
			}
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			if mentions(v.MapIndex(k), word) {
				return true
			}
		}
	}
	return false
}

// run executes a template. A panic in it is an error like any other: a wrong
// template must not end the program.
func run(t *template.Template, w *meter, view any) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return t.Execute(w, view)
}

// path gives the place where the theme would have the file of a page.
func (s *Set) path(name string) string {
	for _, p := range []string{LayoutsDir + "/" + name + ".html", s.themeDir() + "/" + name + ".html"} {
		if s.files[p] != nil {
			return p
		}
	}
	return s.themeDir() + "/" + name + ".html"
}

func (s *Set) themeDir() string { return "themes/" + s.theme }

// Limits of one page. A page of a county site stays far below all of them.
const (
	maxOutput = 32 << 20 // bytes
	maxSteps  = 4 << 20  // pieces of output, template calls, and rounds of loops
)

var (
	errOutput = errors.New("output too large")
	errSteps  = errors.New("too many steps")
)

// meter passes output on and stops a template that does not end. prepare sees
// to it that every round of a loop and every call writes at least once.
type meter struct {
	w     *bytes.Buffer
	bytes int
	steps int
}

func (m *meter) Write(p []byte) (int, error) {
	m.steps--
	m.bytes -= len(p)
	if m.steps < 0 {
		return 0, errSteps
	}
	if m.bytes < 0 {
		return 0, errOutput
	}
	return m.w.Write(p)
}
