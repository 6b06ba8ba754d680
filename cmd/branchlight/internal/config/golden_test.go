package config

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"branchlight/cmd/branchlight/internal/diag"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden reads testdata/*.txtar: a site.toml, or the strings of a theme, what
// it gives, and the findings in Chinese and in English.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	seen := map[string]bool{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			golden(t, file, seen)
		})
	}
	for _, r := range Rules {
		if !seen[r.ID] {
			t.Errorf("rule %s has no golden file", r.ID)
		}
		if r.Doc.Zh == "" || r.Doc.En == "" || r.Example == "" {
			t.Errorf("rule %s lacks its doc or example", r.ID)
		}
	}
}

func golden(t *testing.T, file string, seen map[string]bool) {
	ar, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := &txtar.Archive{Comment: ar.Comment}
	for _, f := range ar.Files {
		var gives string
		var found []diag.Finding
		switch src := diag.NewSource(f.Name, f.Data); f.Name {
		case "site.toml":
			var site *Site
			site, found = Parse(src)
			gives = dump(site)
		case "strings.toml":
			var words map[string]string
			words, found = Strings(src)
			for _, k := range slices.Sorted(maps.Keys(words)) {
				gives += fmt.Sprintf("%s = %q\n", k, words[k])
			}
		default:
			continue
		}
		for _, f := range found {
			seen[f.Rule] = true
		}
		got.Files = append(got.Files, f,
			txtar.File{Name: "gives", Data: []byte(gives)},
			txtar.File{Name: "zh", Data: printed(found, diag.Zh)},
			txtar.File{Name: "en", Data: printed(found, diag.En)})
	}
	data := txtar.Format(got)
	if *update {
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := txtar.Format(ar); !bytes.Equal(data, want) {
		t.Errorf("got:\n%s\nwant:\n%s", data, want)
	}
}

func printed(fs []diag.Finding, l diag.Lang) []byte {
	var b bytes.Buffer
	if err := (diag.Printer{W: &b, Lang: l}).List(fs); err != nil {
		return []byte(err.Error())
	}
	return b.Bytes()
}

// dump writes the settings that differ from the defaults.
func dump(s *Site) string {
	var b strings.Builder
	base, _ := Parse(diag.NewSource("site.toml", nil))
	got, want := reflect.ValueOf(*s), reflect.ValueOf(*base)
	for i := range got.NumField() {
		if !reflect.DeepEqual(got.Field(i).Interface(), want.Field(i).Interface()) {
			fmt.Fprintf(&b, "%s = %v\n", got.Type().Field(i).Name, got.Field(i).Interface())
		}
	}
	return b.String()
}
