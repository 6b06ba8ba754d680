package publish

import (
	"os"

	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/tree"
)

// Settings reads a site's settings. They are nil where the file cannot be decoded.
// A target that has findings of its own is not among them.
func Settings(dir string) (*config.Site, []diag.Finding, error) {
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
	return site, append(found, more...), nil
}
