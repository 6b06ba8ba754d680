// Package reviews reads the pages that reviewers sign, and writes their sign-offs.
//
// A Desk is open on one site. It reads single pages, whatever is wrong with
// others, and gives what signoff says of them. Sign changes one file, by package
// amend: whole or not at all. Nothing else is written.
package reviews

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"branchlight/cmd/branchlight/internal/amend"
	"branchlight/cmd/branchlight/internal/check"
	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/signoff"
	"branchlight/cmd/branchlight/internal/site"
	"branchlight/cmd/branchlight/internal/tree"
)

// Bounds of what is read, in bytes, as a build has them.
const (
	maxPage     = 8 << 20
	maxSettings = 8 << 20
)

// Desk is a site whose pages are signed.
type Desk struct {
	Title  string // of the site
	Owner  string
	Review config.Review
	Zone   *time.Location
	dir    string
	root   *os.Root
	parser *mark.Parser
}

// Open opens a site's folder.
func Open(dir string) (*Desk, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	d := &Desk{dir: dir, root: root, parser: mark.New()}
	if err := d.settings(); err != nil {
		root.Close()
		return nil, err
	}
	return d, nil
}

// Close closes the folder.
func (d *Desk) Close() error { return d.root.Close() }

func (d *Desk) settings() error {
	raw, err := tree.Read(d.root, "site.toml", maxSettings)
	if err != nil {
		return err
	}
	src, found := tree.Decode("site.toml", raw)
	if src == nil {
		return &SettingsError{}
	}
	c, more := config.Parse(src)
	if diag.Errors(found)+diag.Errors(more) > 0 {
		return &SettingsError{}
	}
	d.Title, d.Owner, d.Review, d.Zone = c.Title, c.Owner, c.Review, c.Zone
	return nil
}

// SettingsError says that the settings cannot be read.
type SettingsError struct{}

func (e *SettingsError) Error() string { return e.Text().En }

// Text gives the message in both languages.
func (e *SettingsError) Text() diag.Text {
	return diag.Textf("site.toml 有错误；先用 branchlight build 看看，改好再审签", "site.toml has errors; see branchlight build, and sign when they are mended")
}

// PathError says that a name is not that of a page of the site.
type PathError struct{ Name string }

func (e *PathError) Error() string { return e.Text().En }

// Text gives the message in both languages.
func (e *PathError) Text() diag.Text {
	return diag.Textf("%s 不是这个站点 content 文件夹里的 .md 稿件", "%s is no .md page in content of this site", e.Name)
}

// Today gives the day in the site's zone.
func (d *Desk) Today() day.Day { return day.Of(time.Now().In(d.Zone)) }

// Source gives the source path of a page that is named as on a command line: from
// the current folder, or else from the site's folder.
func (d *Desk) Source(name string) (string, error) {
	if inside, ok := d.inside(name); ok {
		return inside, nil
	}
	slashed := path.Clean(strings.ReplaceAll(name, "\\", "/"))
	if pagePath(slashed) {
		if _, err := d.root.Stat(slashed); err == nil {
			return slashed, nil
		}
	}
	return "", &PathError{name}
}

func pagePath(p string) bool {
	return fs.ValidPath(p) && strings.HasPrefix(p, site.Content+"/") && site.IsPage(p)
}

// inside gives the path of a file from the site's folder.
func (d *Desk) inside(name string) (string, bool) {
	root, err := filepath.EvalSymlinks(d.dir)
	if err != nil {
		return "", false
	}
	if root, err = filepath.Abs(root); err != nil {
		return "", false
	}
	file, err := filepath.Abs(name)
	if err != nil {
		return "", false
	}
	if real, err := filepath.EvalSymlinks(filepath.Dir(file)); err == nil {
		file = filepath.Join(real, filepath.Base(file))
	}
	rel, err := filepath.Rel(root, file)
	if err != nil {
		return "", false
	}
	rel = filepath.ToSlash(rel)
	if !pagePath(rel) {
		return "", false
	}
	_, err = d.root.Stat(rel)
	return rel, err == nil
}

// Page is a page as it stands now.
type Page struct {
	Path   string
	Matter *front.Matter
	Digest string
	Files  []signoff.File // what it links to
	Words  int            // characters of its text, without blanks

	raw []byte
}

// Read reads a page and the files that it links to.
func (d *Desk) Read(file string) (*Page, error) {
	raw, err := tree.Read(d.root, file, maxPage)
	if err != nil {
		return nil, err
	}
	src, found := tree.Decode(file, raw)
	if src == nil || diag.Errors(found) > 0 {
		return nil, &signoff.FrontError{File: file}
	}
	m, found := front.Parse(src)
	if m.Opaque || diag.Errors(found) > 0 {
		return nil, &signoff.FrontError{File: file}
	}
	doc := d.parser.Parse(src, m.Body)
	p := &Page{Path: file, Matter: m, raw: raw}
	for _, b := range doc.Leaves() {
		for _, r := range b.Text {
			if r > ' ' && r != 0x3000 {
				p.Words++
			}
		}
	}
	for _, name := range signoff.Files(m, doc) {
		sum, err := check.SumFile(func() (io.ReadCloser, error) { return d.open(name) })
		if err != nil && !errors.Is(err, tree.ErrNotRegular) {
			return nil, err
		}
		p.Files = append(p.Files, signoff.File{Path: name, Sum: sum})
	}
	p.Digest = signoff.Digest(file, signoff.Text(src, m), p.Files)
	return p, nil
}

// open opens a file; where there is none of the name as it is written, one whose
// name differs in case or normal form, as other systems would.
func (d *Desk) open(name string) (io.ReadCloser, error) {
	return OpenFolded(d.root, name)
}

// OpenFolded opens a regular file of a site, whatever the case and normal form
// that its name is written in.
func OpenFolded(root *os.Root, name string) (*os.File, error) {
	f, err := tree.Open(root, name)
	if !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	folder, openErr := root.Open(path.Dir(name))
	if openErr != nil {
		return nil, err
	}
	defer folder.Close()
	names, _ := folder.Readdirnames(-1)
	slices.Sort(names)
	for _, n := range names {
		if route.Fold(n) == route.Fold(path.Base(name)) {
			return tree.Open(root, path.Join(path.Dir(name), n))
		}
	}
	return nil, err
}

// Sign writes a sign-off over what the page says, in the place of any of the same
// role. The page is as Read gave it; if the file was changed since, nothing is
// written.
func (d *Desk) Sign(p *Page, role, name string, on day.Day) error {
	r := front.Review{Role: role, Name: name, Date: on, Digest: p.Digest}
	raw, err := signoff.Write(p.Path, p.raw, r)
	if err != nil {
		return err
	}
	return amend.Replace(d.root, p.Path, p.raw, raw)
}

// Role is one reading of a page.
type Role struct {
	Name     string
	Required bool
	State    signoff.State
	Review   front.Review // where there is one
}

// Roles gives the state of every reading: those of the settings in order, then
// what else the page has.
func (d *Desk) Roles(p *Page) []Role {
	var list []Role
	add := func(role string) {
		state, review := signoff.In(p.Matter, role, p.Digest)
		list = append(list, Role{role, slices.Contains(d.Review.Required, role), state, review})
	}
	for _, role := range d.Review.Roles {
		add(role)
	}
	for _, r := range p.Matter.Reviews {
		if !slices.ContainsFunc(list, func(o Role) bool { return o.Name == r.Role }) {
			add(r.Role)
		}
	}
	return list
}

// Signed lists the source paths of all pages that have a sign-off.
func (d *Desk) Signed() ([]string, error) {
	snapshot, err := tree.Scan(d.root, site.Content)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, f := range snapshot.Files {
		if !site.IsPage(f.Path) {
			continue
		}
		raw, err := tree.Read(d.root, f.Path, maxPage)
		if err != nil {
			continue // which a build reports
		}
		src, _ := tree.Decode(f.Path, raw)
		if src == nil {
			continue
		}
		if m, _ := front.Parse(src); len(m.Reviews) > 0 {
			list = append(list, f.Path)
		}
	}
	return list, nil
}
