// Package scaffold writes the files that new agencies, branches and pages begin
// with, and whole new sites.
//
// In go a kind and the author's answers; out comes one file (of a new site: a
// few), whose front matter explains every key in Chinese, and which asks for all
// that the answers leave open by sentences of the form 【请填写：……】. A build
// refuses those sentences, so that none is ever published. A new site holds none
// and builds as it is.
//
// Files are written through an os.Root, so never outside the site, and only
// where no file stands: nothing is ever overwritten. The folder of an agency or
// branch must exist, so that a misspelt name does not become a new agency; the
// refusal names the nearest. Names are refused that Windows cannot hold, that
// the site would pass over, or that are the name of a neighbour in other letters.
//
// A refusal is an error with a method Text, which says it in both languages.
package scaffold

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"time"

	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/tree"
)

// Refusal says why nothing was written. Nothing was.
type Refusal struct{ text diag.Text }

func (r *Refusal) Error() string { return r.text.En }

// Text gives the reason, and what helps, in both languages.
func (r *Refusal) Text() diag.Text { return r.text }

func refuse(zh, en string, args ...any) error {
	return &Refusal{diag.Textf(zh, en, args...)}
}

// Kind is what is new.
type Kind int

// Kinds of new things.
const (
	Agency Kind = iota
	Branch
	Practice
	Progress
	Post
)

// folder reports that a new thing is a folder with an _index.md.
func (k Kind) folder() bool { return k == Agency || k == Branch }

// Answers are what is known of a new thing. Empty ones are asked for in the file.
type Answers struct {
	Title  string
	File   string // name of the file, without .md, or of the folder; empty: made of the title
	Agency string // of all but agencies: its folder's name or its title
	Branch string // of pages: likewise; empty for a page of the agency itself
	Slug   string
	Day    day.Day // of publication

	Short, Group  string   // of agencies
	Order         int      // of agencies and branches; 0: not known
	Brand         string   // of branches and practices
	Themes        []string // of pages
	Author        string   // of pages
	Source        string   // of pages; empty: the agency's title
	Stage         string   // of progress reports
	Holder        string   // of posts; of branches: the secretary
	Position      string   // of posts
	Pledge        string   // of posts
	topics        []string // of the site, to choose from
	stages, group []string
}

// Folder is an agency or a branch that there is.
type Folder struct {
	Name     string // of the folder
	Title    string // the folder's name where it has no other
	Short    string // short form of the title; may be empty
	Branches []Folder
}

// Site is what is known of the site that something new belongs to.
type Site struct {
	Agencies []Folder // in the order of their folders' names
	Topics   []string // that a page can be filed under
	Stages   []string // of model-agency work
	Groups   []string // of agencies
	Zone     *time.Location

	root *os.Root
}

const (
	content   = "content"
	indexFile = "_index.md"
	maxText   = 4 << 20 // bytes of a file that is read
)

// Open reads what a site has. Mistakes in its files are left to a build: what
// cannot be read is as if it were not there. Close it after use.
func Open(dir string) (*Site, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the site: %w", err)
	}
	s := &Site{root: root, Zone: time.Local}
	if src := s.source("site.toml"); src != nil {
		if c, _ := config.Parse(src); c != nil {
			s.settings(c)
		}
	}
	s.Agencies = s.folders(content)
	for i := range s.Agencies {
		a := &s.Agencies[i]
		a.Branches = s.folders(path.Join(content, a.Name))
	}
	return s, nil
}

// Close releases the site's folder.
func (s *Site) Close() error { return s.root.Close() }

func (s *Site) settings(c *config.Site) {
	if c.Zone != nil {
		s.Zone = c.Zone
	}
	for _, t := range c.Topics {
		s.Topics = append(s.Topics, t.Name)
	}
	s.Stages, s.Groups = c.Stages, c.Groups
}

// source reads a text file; nil where that fails.
func (s *Site) source(name string) *diag.Source {
	raw, err := tree.Read(s.root, name, maxText)
	if err != nil {
		return nil
	}
	src, _ := tree.Decode(name, raw)
	return src
}

// folders lists the agencies or branches in a folder: all folders but those of
// plain pages.
func (s *Site) folders(dir string) []Folder {
	entries, _ := fs.ReadDir(s.root.FS(), dir)
	var list []Folder
	for _, e := range entries {
		if !e.IsDir() || tree.Ignored(e.Name()) {
			continue
		}
		f := Folder{Name: e.Name(), Title: e.Name()}
		if src := s.source(path.Join(dir, e.Name(), indexFile)); src != nil {
			m, _ := front.Parse(src)
			if m.Kind == "pages" {
				continue
			}
			if m.Title != "" {
				f.Title = m.Title
			}
			f.Short = m.Short
		}
		list = append(list, f)
	}
	return list
}

// FindAgency gives the agency of a folder's name, a title or a short title.
func (s *Site) FindAgency(name string) (Folder, error) {
	f, near := find(s.Agencies, name)
	switch {
	case f.Name != "":
		return f, nil
	case near != "":
		return f, refuse("没有单位“%s”；是不是“%s”？要新建单位，用 branchlight new agency",
			"there is no agency %q; did you mean %q? To make one, use branchlight new agency", name, near)
	}
	return f, refuse("没有单位“%s”；要新建单位，用 branchlight new agency", "there is no agency %q; to make one, use branchlight new agency", name)
}

// FindBranch gives the agency's branch of a folder's name or a title.
func (f Folder) FindBranch(name string) (Folder, error) {
	b, near := find(f.Branches, name)
	switch {
	case b.Name != "":
		return b, nil
	case near != "":
		return b, refuse("%[1]s没有党支部“%[2]s”；是不是“%[3]s”？要新建党支部，用 branchlight new branch",
			"%[1]s has no branch %[2]q; did you mean %[3]q? To make one, use branchlight new branch", f.Title, name, near)
	}
	return b, refuse("%s没有党支部“%s”；要新建党支部，用 branchlight new branch", "%s has no branch %q; to make one, use branchlight new branch", f.Title, name)
}

// find looks for a folder by its name, then by its title or short title; near is the nearest
// name where there is none.
func find(list []Folder, name string) (f Folder, near string) {
	key := route.Fold(name)
	var names []string
	for _, f := range list {
		if route.Fold(f.Name) == key {
			return f, ""
		}
		names = append(names, f.Name)
	}
	for _, f := range list {
		if route.Fold(f.Title) == key || f.Short != "" && route.Fold(f.Short) == key {
			return f, ""
		}
		names = append(names, f.Title)
	}
	near, _ = route.Nearest(name, names)
	return Folder{}, near
}

// Write makes a new thing and gives the path of its file.
func (s *Site) Write(k Kind, a Answers) (file string, err error) {
	dir, err := s.place(k, &a)
	if err != nil {
		return "", err
	}
	if a.Slug != "" {
		if reason, ok := route.CheckSlug(a.Slug); !ok {
			return "", &Refusal{diag.Textf("网址名 %[1]q %[2]s", "the slug %[1]q cannot be used: %[3]s", a.Slug, reason.Zh, reason.En)}
		}
	}
	name := a.File
	if name == "" {
		name = FileName(a.Title)
	}
	if err := checkName(name); err != nil {
		return "", err
	}
	a.topics, a.stages, a.group = s.Topics, s.Stages, s.Groups
	text, err := render(k.file(), &a)
	if err != nil {
		return "", err
	}
	if err := s.free(dir, name); err != nil {
		return "", err
	}
	if k.folder() {
		dir = path.Join(dir, name)
		if err := s.root.Mkdir(dir, 0o777); err != nil {
			return "", fmt.Errorf("making %s: %w", dir, err)
		}
		name = indexFile
	} else {
		name += ".md"
	}
	file = path.Join(dir, name)
	return file, create(s.root, file, text)
}

// place gives the folder that a new thing goes into, and replaces names by those
// of the folders that there are.
func (s *Site) place(k Kind, a *Answers) (dir string, err error) {
	if a.Title == "" {
		return "", refuse("没有写标题", "there is no title")
	}
	if k == Agency {
		return content, nil
	}
	agency, err := s.FindAgency(a.Agency)
	if err != nil {
		return "", err
	}
	if a.Source == "" {
		a.Source = agency.Title
	}
	dir = path.Join(content, agency.Name)
	if k == Branch || a.Branch == "" {
		return dir, nil
	}
	branch, err := agency.FindBranch(a.Branch)
	if err != nil {
		return "", err
	}
	return path.Join(dir, branch.Name), nil
}

// free refuses a name that a file or folder beside it has, with or without .md,
// or would have on a system that does not tell letters apart as this one does.
func (s *Site) free(dir, name string) error {
	entries, err := fs.ReadDir(s.root.FS(), dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("reading %s: %w", dir, err)
	}
	for _, e := range entries {
		key := route.Fold(e.Name())
		if key == route.Fold(name) || key == route.Fold(name+".md") {
			return refuse("%s 已经有了，没有改动它；请换一个标题，或用 --file 另取文件名",
				"%s is there already and was not touched; choose another title, or another name with --file", path.Join(dir, e.Name()))
		}
	}
	return nil
}

// create writes a file that must not be there yet.
func create(root *os.Root, name string, text []byte) (err error) {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return refuse("%s 已经有了，没有改动它", "%s is there already and was not touched", name)
	}
	if err != nil {
		return fmt.Errorf("making %s: %w", name, err)
	}
	_, err = f.Write(text)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		// Half a file would be taken for a page.
		return errors.Join(fmt.Errorf("writing %s: %w", name, err), root.Remove(name))
	}
	return nil
}
