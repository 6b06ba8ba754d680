// Package themes brings along the themes that come with the program, so that a
// site needs no files besides its own.
package themes

import (
	"embed"
	"io/fs"
)

//go:embed county
var files embed.FS

// Open gives the folder of a theme by its name, such as "county"; false where
// the program has no such theme.
func Open(name string) (fs.FS, bool) {
	if name == "." || !fs.ValidPath(name) {
		return nil, false
	}
	if info, err := fs.Stat(files, name); err != nil || !info.IsDir() {
		return nil, false
	}
	sub, err := fs.Sub(files, name)
	return sub, err == nil
}
