package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// floors says on which floor each package under internal stands. A package
// imports only packages of lower floors. A new line here is a decision about
// the design and deserves a commit of its own.
//
// The ground has two storeys: what findings and days are (0), which all others
// speak of, and what deals with names, files and TOML in terms of them (1).
var floors = map[string]int{
	"diag": 0, "day": 0, "parallel": 0,

	"golden": 1, "route": 1, "view": 1, "tree": 1, "out": 1, "toml": 1,
	"config": 2, "front": 2, "mark": 2, "tmpl": 2, "image": 2,
	"watch": 2, // which knows the names that tree passes over
	"site":  3,
	"check": 4, "render": 4,
	"build":    5,
	"scaffold": 6, "serve": 6,
}

// owners says which packages may import a library that only one place should
// know.
var owners = map[string]string{
	"github.com/yuin/goldmark":       "mark",
	"github.com/BurntSushi/toml":     "toml",
	"github.com/mozillazg/go-pinyin": "route",
	"golang.org/x/text/collate":      "route",
	"golang.org/x/text/encoding":     "tree",
	"golang.org/x/image":             "image",
	"github.com/gofrs/flock":         "out",
	"github.com/fsnotify/fsnotify":   "watch",
}

const (
	module   = "branchlight"
	internal = module + "/cmd/branchlight/internal/"
)

func TestFloors(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir("internal", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		pkg, _, _ := strings.Cut(filepath.ToSlash(strings.TrimPrefix(path, "internal"+string(filepath.Separator))), "/")
		seen[pkg] = true
		floor, ok := floors[pkg]
		if !ok {
			t.Errorf("%s: package %s has no floor", path, pkg)
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if name, ok := strings.CutPrefix(imported, internal); ok {
				if below, known := floors[name]; !known || below >= floor {
					t.Errorf("%s: %s on floor %d imports %s on floor %d", path, pkg, floor, name, below)
				}
			}
			for library, owner := range owners {
				if (imported == library || strings.HasPrefix(imported, library+"/")) && pkg != owner {
					t.Errorf("%s: only %s imports %s", path, owner, library)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range floors {
		if !seen[pkg] {
			t.Errorf("floor of %s, which does not exist", pkg)
		}
	}
}
