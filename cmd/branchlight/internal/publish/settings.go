package publish

import (
	"os"

	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/tree"
)

// Targets reads the targets of a site's settings. Findings are of the settings as
// a whole; the targets that have none of their own are given nevertheless.
func Targets(dir string) ([]config.Target, []diag.Finding, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, err
	}
	defer root.Close()
	raw, err := tree.Read(root, "site.toml", 8<<20)
	if err != nil {
		return nil, nil, err
	}
	src, found := tree.Decode("site.toml", raw)
	if diag.Errors(found) > 0 {
		return nil, found, nil
	}
	site, more := config.Parse(src)
	return site.Targets, append(found, more...), nil
}
