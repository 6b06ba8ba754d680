package view

import (
	_ "embed"
	"strings"
)

//go:embed view.go
var source string

// Doc gives the documentation of all views, for writers of templates: the types
// of this package with their comments, as they stand in view.go.
func Doc() string {
	_, types, _ := strings.Cut(source, "\n)\n")
	return strings.TrimSpace(types) + "\n"
}
