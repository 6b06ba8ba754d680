// Package golden runs tests whose input and wanted output stand in one file,
// testdata/NAME.txtar. Only tests import it.
//
// The flag -update rewrites the files to what the tests got.
package golden

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"branchlight/cmd/branchlight/internal/diag"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Run tests every testdata/*.txtar. gives makes the files of the wanted archive
// anew, inputs first, and the findings. It is an error if a rule is found by no
// file, or lacks its doc or example.
func Run(t *testing.T, rules []*diag.Rule, gives func(t *testing.T, name string, in []txtar.File) ([]txtar.File, []diag.Finding)) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no golden files", err)
	}
	seen := map[string]bool{}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		t.Run(name, func(t *testing.T) {
			ar, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got, found := gives(t, name, ar.Files)
			for _, f := range found {
				seen[f.Rule] = true
			}
			compare(t, path, ar, got)
		})
	}
	for _, r := range rules {
		if !seen[r.ID] {
			t.Errorf("rule %s has no golden file", r.ID)
		}
		if r.Doc.Zh == "" || r.Doc.En == "" || r.Example == "" {
			t.Errorf("rule %s lacks its doc or example", r.ID)
		}
	}
}

func compare(t *testing.T, path string, want *txtar.Archive, got []txtar.File) {
	t.Helper()
	data := txtar.Format(&txtar.Archive{Comment: want.Comment, Files: got})
	if *update {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if wanted := txtar.Format(want); !bytes.Equal(data, wanted) {
		t.Errorf("got:\n%s\nwant:\n%s", data, wanted)
	}
}

// Printed gives findings as they are shown, as the files zh and en.
func Printed(t *testing.T, found []diag.Finding) []txtar.File {
	t.Helper()
	var files []txtar.File
	for _, l := range []struct {
		name string
		lang diag.Lang
	}{{"zh", diag.Zh}, {"en", diag.En}} {
		var b bytes.Buffer
		if err := (diag.Printer{W: &b, Lang: l.lang}).List(found); err != nil {
			t.Fatal(err)
		}
		files = append(files, txtar.File{Name: l.name, Data: b.Bytes()})
	}
	return files
}
