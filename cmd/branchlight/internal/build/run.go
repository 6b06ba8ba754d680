package build

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/image"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/parallel"
	"branchlight/cmd/branchlight/internal/render"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/site"
	"branchlight/cmd/branchlight/internal/tmpl"
	"branchlight/cmd/branchlight/internal/tree"
)

// settingsFile holds the site's settings.
const settingsFile = "site.toml"

// Limits of what is read into memory. Attachments other than pictures are
// streamed and have none.
const (
	maxText  = 8 << 20
	maxImage = 64 << 20
)

// run is one run of the line: what its stages gave.
type run struct {
	Options
	root      *os.Root
	reader    *tree.Reader
	parser    *mark.Parser
	namer     *route.Namer
	config    *config.Site
	snapshot  *tree.Snapshot
	pages     []page
	files     []site.File
	theme     fs.FS
	assets    []string
	templates *tmpl.Set
	bad       map[string]bool
	seen      []diag.Finding // errors that pages were held back for
	site      *site.Site
	findings  []diag.Finding
	result    Result
	since     time.Time
}

// page is a Markdown file with what it gives on its own. The findings of its
// text are in its Doc.
type page struct {
	site.Source
	findings []diag.Finding // of its encoding and front matter
}

// open opens the site's folder.
func (r *run) open() error {
	r.since = time.Now()
	root, err := os.OpenRoot(r.Root)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return &NoSiteError{r.Root}
		}
		return err
	}
	if !exists(root, settingsFile) {
		root.Close()
		return &NoSiteError{r.Root}
	}
	r.root = root
	if r.Output, err = r.Options.output(); err != nil {
		root.Close()
	}
	return err
}

func (r *run) report(found ...diag.Finding) { r.findings = append(r.findings, found...) }

func (r *run) failed() bool { return diag.Errors(r.findings) > 0 }

// lap ends a stage. A stage that runs twice adds up.
func (r *run) lap(name string) {
	now := time.Now()
	took := now.Sub(r.since)
	r.since = now
	for i := range r.result.Stages {
		if r.result.Stages[i].Name == name {
			r.result.Stages[i].Took += took
			return
		}
	}
	r.result.Stages = append(r.result.Stages, Stage{name, took})
}

// settled reports whether the settings are read and without errors. Without them
// the files are parsed, and no more: a theme or a stage that the settings lost
// would be missed on every page.
func (r *run) settled() bool { return r.config != nil && !r.failed() }

// scan reads the settings and takes the snapshot of the source folders.
func (r *run) scan() error {
	raw, err := tree.Read(r.root, settingsFile, maxText)
	if err != nil {
		return err
	}
	src, found := tree.Decode(settingsFile, raw)
	r.report(found...)
	if diag.Errors(found) == 0 {
		r.config, found = config.Parse(src)
		r.report(found...)
	}
	folders := []string{site.Content, tmpl.LayoutsDir}
	if r.settled() {
		folders = append(folders, "themes/"+r.config.Theme)
	}
	r.snapshot, err = tree.Scan(r.root, folders...)
	if err != nil {
		return err
	}
	r.report(r.snapshot.Findings...)
	r.lap("scan")
	return nil
}

// parse parses every Markdown file, each on its own, and looks at the headers of
// the pictures.
func (r *run) parse() error {
	var texts []tree.File
	for _, f := range r.snapshot.Files {
		switch {
		case !strings.HasPrefix(f.Path, site.Content+"/"):
		case site.IsPage(f.Path):
			texts = append(texts, f)
		default:
			r.files = append(r.files, site.File{Path: f.Path, Size: f.Size})
		}
	}
	r.reader = tree.NewReader(r.root)
	defer r.reader.Close()
	r.pages = make([]page, len(texts))
	errs := make([]error, len(texts)+len(r.files))
	parallel.Each(len(errs), func(i int) {
		if i < len(texts) {
			errs[i] = r.parsePage(texts[i], &r.pages[i])
		} else {
			errs[i] = r.inspect(&r.files[i-len(texts)])
		}
	})
	r.result.Parsed = len(texts)
	return errors.Join(errs...)
}

func (r *run) parsePage(f tree.File, p *page) error {
	p.Path = f.Path
	raw, err := r.reader.Read(f.Path, maxText)
	var src *diag.Source
	var found []diag.Finding
	if err == nil {
		src, found = tree.Decode(f.Path, raw)
	} else if refusal, ok := tree.Refusal(f.Path, err, maxText); ok {
		found = append(found, refusal)
	} else {
		return err
	}
	p.findings = found
	if diag.Errors(found) > 0 {
		// A file that cannot be read says nothing, not even whether it is a draft.
		p.Matter = &front.Matter{File: f.Path, Percent: -1, Draft: true, Opaque: true}
		p.Doc = new(mark.Doc)
		return nil
	}
	p.Matter, found = front.Parse(src)
	p.findings = append(p.findings, found...)
	p.Doc = r.parser.Parse(src, p.Matter.Body)
	return nil
}

func (r *run) inspect(f *site.File) error {
	if !site.IsImage(f.Path) {
		return nil
	}
	raw, err := r.reader.Read(f.Path, maxImage)
	if refusal, ok := tree.Refusal(f.Path, err, maxImage); ok {
		f.Findings = append(f.Findings, refusal)
		return nil
	}
	if err != nil {
		return err
	}
	f.Image, f.Findings = image.Inspect(f.Path, raw)
	return nil
}

// input gathers what a site is assembled from.
func (r *run) input() site.Input {
	r.result.Day = r.Day
	if r.Day.IsZero() {
		r.result.Day = day.Of(time.Now().In(r.config.Zone))
	}
	in := site.Input{
		Config: r.config, Namer: r.namer, Day: r.result.Day, Preview: r.Preview,
		Bad: r.bad, Files: r.files, Assets: r.assets, Sources: make([]site.Source, len(r.pages)),
	}
	for i := range r.pages {
		in.Sources[i] = r.pages[i].Source
	}
	return in
}

// hold adds the pages that have errors to those held back. It reports whether
// there are any that were not held before. What it saw is kept: with the pages
// out of the way it is not found again.
func (r *run) hold(in site.Input, found []diag.Finding) bool {
	if r.bad == nil {
		r.bad = map[string]bool{}
		for i := range r.pages {
			found = append(found, r.pages[i].findings...)
			found = append(found, r.pages[i].Doc.Findings...)
		}
	}
	isPage := make(map[string]bool, len(in.Sources))
	for _, s := range in.Sources {
		isPage[s.Path] = true
	}
	before := len(r.bad)
	for _, f := range found {
		if f.Severity == diag.Error {
			r.seen = append(r.seen, f)
			if isPage[f.Pos.File] {
				r.bad[f.Pos.File] = true
			}
		}
	}
	return len(r.bad) > before
}

// heldFor gives, as warnings, the errors that pages are held back for and that
// are found no more.
func (r *run) heldFor(found []diag.Finding) []diag.Finding {
	again := map[diag.Finding]bool{}
	for _, f := range found {
		f.Severity = diag.Warning
		again[f] = true
	}
	var list []diag.Finding
	for _, f := range r.seen {
		f.Severity = diag.Warning
		if !again[f] {
			again[f] = true
			list = append(list, f)
		}
	}
	return list
}

// pageFindings gives the findings of the single files, and those of the whole site
// about them. What is wrong in a page that is not published does no harm, and is
// a warning. But what is wrong in its front matter may be the very reason that it
// is held back, and stays an error, save in what is a draft beyond doubt.
func (r *run) pageFindings(s *site.Site, found []diag.Finding) []diag.Finding {
	held := map[string]site.Status{}
	if s != nil {
		for _, p := range s.Held {
			held[p.Path] = p.Status
		}
	}
	var list []diag.Finding
	add := func(found []diag.Finding, harmless func(diag.Finding, site.Status) bool) {
		for _, f := range found {
			if f.Severity == diag.Error && harmless(f, held[f.Pos.File]) {
				f.Severity = diag.Warning
			}
			list = append(list, f)
		}
	}
	notShown := func(_ diag.Finding, s site.Status) bool { return s != site.Published }
	for i := range r.pages {
		p := &r.pages[i]
		add(p.findings, func(f diag.Finding, s site.Status) bool {
			return s == site.Bad || s == site.Draft && !p.Matter.Opaque && !front.Doubtful(f)
		})
		add(p.Doc.Findings, notShown)
	}
	add(found, notShown)
	return list
}

// inputs gives render what it copies.
func (r *run) inputs() render.Inputs {
	return render.Inputs{Open: r.openSource, Theme: r.theme, Assets: r.assets}
}

// finish completes the result.
func (r *run) finish() *Result {
	res := &r.result
	res.Output = r.Output
	if s := r.site; s != nil {
		res.Pages = len(s.Pages) + len(s.Plain)
		res.Indexes = len(s.Outputs) - res.Pages
		for _, p := range s.Held {
			res.Held = append(res.Held, held(p))
		}
	}
	r.quote()
	diag.Sort(r.findings)
	res.Findings = slices.CompactFunc(r.findings, func(a, b diag.Finding) bool { return a == b })
	return res
}

func held(p *site.Page) Held {
	h := Held{File: p.Path, Title: p.Title, Reason: p.Status.String(), By: p.HeldBy}
	switch p.Status {
	case site.Future:
		h.Until = p.Matter.Date
	case site.Expired:
		h.Until = p.Matter.Expires
	}
	return h
}
