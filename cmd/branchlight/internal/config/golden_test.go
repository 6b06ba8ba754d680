package config

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/golden"
)

// TestGolden reads testdata/*.txtar: a site.toml, or the strings of a theme, what
// it gives, and the findings in Chinese and in English.
func TestGolden(t *testing.T) {
	golden.Run(t, Rules, func(t *testing.T, _ string, in []txtar.File) (got []txtar.File, all []diag.Finding) {
		for _, f := range in {
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
			all = append(all, found...)
			got = append(append(got, f, txtar.File{Name: "gives", Data: []byte(gives)}), golden.Printed(t, found)...)
		}
		return got, all
	})
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
