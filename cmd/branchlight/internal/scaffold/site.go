package scaffold

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"

	"branchlight/cmd/branchlight/internal/day"
)

// NewSite is what a new site begins with.
type NewSite struct {
	Title string
	Owner string  // the office that publishes; may be empty
	Day   day.Day // of the example page
}

// siteFiles are the files of a new site, with the templates that they are made
// of.
var siteFiles = []struct{ name, template string }{
	{"site.toml", "site.toml"},
	{".gitignore", "gitignore"},
	{"content/_index.md", "home.md"},
	{"content/示例单位/_index.md", "example-agency.md"},
	{"content/示例单位/机关党支部/_index.md", "example-branch.md"},
	{"content/示例单位/机关党支部/示例做法.md", "example-practice.md"},
}

// CreateSite makes a site in a folder, which it makes too where there is none;
// it refuses a folder that holds anything but dotfiles. The site is whole and
// builds as it is. Where a file cannot be written, those before it are taken back.
// It gives the paths of the files relative to the folder.
func CreateSite(dir string, n NewSite) (written []string, err error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("making the site's folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the site's folder: %w", err)
	}
	defer root.Close()
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, fmt.Errorf("reading the site's folder: %w", err)
	}
	for _, e := range entries {
		if e.Name()[0] != '.' {
			return nil, refuse("文件夹 %s 里已经有东西（%s），没有改动；请换一个空文件夹", "the folder %s holds something already (%s) and was not touched; choose an empty one", dir, e.Name())
		}
	}
	defer func() {
		if err != nil {
			for _, name := range written {
				err = errors.Join(err, root.Remove(name))
			}
			written = nil
		}
	}()
	for _, f := range siteFiles {
		text, err := render(f.template, n)
		if err != nil {
			return written, err
		}
		if err := root.MkdirAll(path.Dir(f.name), 0o777); err != nil {
			return written, fmt.Errorf("making %s: %w", path.Dir(f.name), err)
		}
		if err := create(root, f.name, text); err != nil {
			if f.name == ".gitignore" && errors.As(err, new(*Refusal)) {
				continue // a repository has its own
			}
			return written, err
		}
		written = append(written, f.name)
	}
	return written, nil
}
