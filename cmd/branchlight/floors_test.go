package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors says on which floor each package under internal stands. A package
// imports only packages of lower floors. A new line here is a decision about
// the design and deserves a commit of its own.
//
// The ground has three storeys: how values become bytes (0), what findings are
// (1), which all others speak of, and what deals with names, files and TOML in
// terms of them (2).
var floors = map[string]int{
	"codec": 0, "day": 0, "largepages": 0, "openat": 0, "parallel": 0, "personal": 0,
	"diag": 1, "similar": 1,
	"amend": 2, "golden": 2, "route": 2, "view": 2, "tree": 2, "out": 2, "toml": 2, "cache": 2,
	"config": 3, "front": 3, "mark": 3, "tmpl": 3, "image": 3, "office": 3,
	"watch": 3, // which knows the names that tree passes over
	"site":  4, "signoff": 4,
	"check": 5, "render": 5, "search": 5,
	"build": 6, "reviews": 6,
	"scaffold": 7, "serve": 7, "redact": 7, "report": 7, "publish": 7,
}

// owners says which packages may import a library that few places should know.
var owners = map[string]string{
	"github.com/yuin/goldmark":   "mark",
	"github.com/BurntSushi/toml": "toml",

	"golang.org/x/text/collate":    "route",
	"golang.org/x/text/encoding":   "tree",
	"golang.org/x/image":           "image",
	"github.com/gofrs/flock":       "out cache publish",
	"github.com/cespare/xxhash":    "codec",
	"github.com/fsnotify/fsnotify": "watch",
	"github.com/minio/minio-go":    "publish",
	"github.com/pkg/sftp":          "publish",
	"golang.org/x/crypto":          "publish",
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
				if (imported == library || strings.HasPrefix(imported, library+"/")) && !slices.Contains(strings.Fields(owner), pkg) {
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
