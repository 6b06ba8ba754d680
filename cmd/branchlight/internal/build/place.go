package build

import (
	"os"
	"path/filepath"
)

// manifestName is the file by which an output is known; see package out.
const manifestName = ".branchlight-manifest"

// Inside reports whether a path stands in what a site publishes, or among its
// sources, links resolved: in its public, in the output of any build, or in
// content, layouts or themes. What is not to be published has no place there.
func Inside(site, path string) bool {
	path, err := filepath.Abs(path)
	if err != nil {
		return true
	}
	if site, err = filepath.Abs(site); err != nil {
		return true
	}
	for _, name := range []string{"public", "content", "layouts", "themes"} {
		if within(path, filepath.Join(site, name)) {
			return true
		}
	}
	for at := real(path); at != filepath.Dir(at); at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, manifestName)); err == nil {
			return true
		}
	}
	return false
}
