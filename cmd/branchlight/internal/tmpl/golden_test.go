package tmpl_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/tmpl"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// page is the view of the golden tests.
type page struct {
	Frame  *frameOf
	Title  string
	URL    string
	Script string
	Date   day.Day
	Count  int
	Stars  int
	Words  []string
	Deep   *deep
	Nobody *deep
}

type frameOf struct {
	Title string
	Depth int
}

type deep struct{ Name, Brand string }

var golden = &page{
	Frame: &frameOf{Title: "小站"}, Title: `一 < 二 & "三"`, URL: "a/b.html", Script: "javascript:alert(1)", Date: 20260301, Count: 3, Stars: 4,
	Words: []string{"学", "做", "评"}, Deep: &deep{Name: "深", Brand: "初心"},
}

// Every file in testdata has a theme (theme/...), perhaps layouts (layouts/...)
// and strings (KEY = TEXT). The wanted findings and pages follow.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			input, got := goldenRun(a)
			a.Files = append(input, got...)
			made := txtar.Format(a)
			if *update {
				if err := os.WriteFile(name, made, 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(made, want) {
				t.Errorf("%s: got\n%s", name, txtar.Format(&txtar.Archive{Files: got}))
			}
		})
	}
}

// goldenRun gives the files that are input, and those that the test makes.
func goldenRun(a *txtar.Archive) (input, got []txtar.File) {
	theme, layouts, words := fstest.MapFS{}, fstest.MapFS{}, map[string]string{}
	for _, f := range a.Files {
		dir, rel, _ := strings.Cut(f.Name, "/")
		switch {
		case dir == "theme":
			theme[rel] = &fstest.MapFile{Data: f.Data}
		case dir == "layouts":
			layouts[rel] = &fstest.MapFile{Data: f.Data}
		case f.Name == "strings":
			for line := range strings.Lines(string(f.Data)) {
				k, v, _ := strings.Cut(strings.TrimSpace(line), " = ")
				words[k] = v
			}
		default:
			continue
		}
		input = append(input, f)
	}
	set, found := tmpl.Load(theme, layouts, "mini", words)
	var list strings.Builder
	for _, f := range found {
		printFinding(&list, f)
	}
	for _, name := range set.Names() {
		var w bytes.Buffer
		if f := set.Execute(&w, name, "content/a.md", golden); f == nil {
			got = append(got, txtar.File{Name: "want/" + name + ".html", Data: append(bytes.TrimRight(w.Bytes(), "\n"), '\n')})
		} else {
			if !known(found, *f) {
				printFinding(&list, *f)
			}
			if f.Severity != diag.Error {
				continue
			}
			if w.Len() > 0 {
				fmt.Fprintf(&list, "%s left %d bytes behind\n", name, w.Len())
			}
		}
	}
	return input, append([]txtar.File{{Name: "findings", Data: []byte(list.String())}}, got...)
}

func known(list []diag.Finding, f diag.Finding) bool {
	for _, g := range list {
		if f == g {
			return true
		}
	}
	return false
}

func printFinding(w *strings.Builder, f diag.Finding) {
	fmt.Fprintf(w, "%s [%s]\n", f.Pos, f.Rule)
	for _, lang := range []diag.Lang{diag.Zh, diag.En} {
		fmt.Fprintf(w, "  %s\n    %s\n", f.Message.In(lang), f.Hint.In(lang))
	}
}

// Every rule is shown by a golden file, or by a test of its own.
func TestRules(t *testing.T) {
	own := map[string]bool{"template-read": true}
	var all strings.Builder
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	for _, r := range tmpl.Rules {
		if !own[r.ID] && !strings.Contains(all.String(), "["+r.ID+"]") {
			t.Errorf("no golden file shows %s", r.ID)
		}
		if r.Doc.Zh == "" || r.Doc.En == "" || r.Example == "" {
			t.Errorf("%s is not documented", r.ID)
		}
	}
}
