package build

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"

	"branchlight/cmd/branchlight/internal/cache"
	"branchlight/cmd/branchlight/internal/check"
	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/out"
	"branchlight/cmd/branchlight/internal/render"
	"branchlight/cmd/branchlight/internal/search"
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
	mem       *memory // what earlier runs knew
	settings  []byte  // the bytes of site.toml
	said      *said   // what they say
	config    *config.Site
	sources   []string // the folders of the snapshot
	snapshot  *tree.Snapshot
	files     []cache.File // of the snapshot, in its order
	live      []live       // what they give
	pages     []*page
	others    []site.File // under content, no pages
	looks     *looks
	before    *site.Site // that a session assembled last; nil where there is none
	bad       map[string]bool
	seen      []diag.Finding // errors that pages were held back for
	site      *site.Site
	sink      *sink          // of the output that was made; nil where it stood, or was not made
	searched  []byte         // what is to be remembered of the search files
	searching *search.Set    // the search files of a session
	standing  []out.Standing // the output as it stands now; nil where it is not known to be right
	restamped bool           // a file was known by its bytes and not by its time
	damaged   damages        // pictures that an earlier run could not decode
	pictures
	findings []diag.Finding
	auditing *auditing    // nil where nothing was audited yet
	memo     []byte       // what audits of other processes noted
	used     map[int]bool // by index: the allowances of the settings that were of use
	result   Result
	since    time.Time
}

// open begins a run in a site's folder, and finds its output folder.
func open(o Options) (*run, error) {
	r, err := enter(o)
	if err != nil {
		return nil, err
	}
	if r.Output, err = r.Options.output(); err != nil {
		r.root.Close()
		return nil, err
	}
	return r, nil
}

// enter begins a run in a site's folder.
func enter(o Options) (*run, error) {
	r := &run{Options: o, mem: newMemory(), since: time.Now()}
	root, err := os.OpenRoot(r.Root)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, &NoSiteError{r.Root}
		}
		return nil, err
	}
	if !exists(root, settingsFile) {
		root.Close()
		return nil, &NoSiteError{r.Root}
	}
	r.root = root
	return r, nil
}

// remember takes what a cache knows.
func (r *run) remember(c *cache.Cache) {
	r.mem = recall(c)
	if r.Audit {
		r.memo = c.Memo(r.root, auditMemo)
	}
	if c.Note != (diag.Text{}) {
		r.result.Notes = append(r.result.Notes, c.Note)
	}
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
	if err := r.readSettings(); err != nil {
		return err
	}
	return r.scanAll()
}

// forgetScan undoes scan, so that it can be done again.
func (r *run) forgetScan() {
	*r = run{Options: r.Options, root: r.root, mem: r.mem, memo: r.memo, since: time.Now(), damaged: r.damaged}
}

// scanAll takes the snapshot of all source folders.
func (r *run) scanAll() (err error) {
	r.sources = r.folders()
	if r.snapshot, err = tree.Scan(r.root, r.sources...); err != nil {
		return err
	}
	r.scanned()
	return nil
}

// folders lists the source folders.
func (r *run) folders() []string {
	folders := []string{site.Content, tmpl.LayoutsDir}
	if r.settled() {
		folders = append(folders, "themes/"+r.config.Theme)
	}
	return folders
}

// scanned ends the stage of the scan.
func (r *run) scanned() {
	r.report(r.snapshot.Findings...)
	r.lap("scan")
}

func (r *run) readSettings() error {
	raw, err := tree.Read(r.root, settingsFile, maxText)
	if err != nil {
		return err
	}
	if r.said = r.mem.said; r.said == nil || !bytes.Equal(raw, r.said.raw) {
		r.said = parseSettings(raw)
	}
	r.settings, r.config = raw, r.said.config
	r.report(r.said.findings...)
	r.result.Day = r.Day
	if r.Day.IsZero() && r.config != nil {
		r.result.Day = day.Of(time.Now().In(r.config.Zone))
	}
	return nil
}

// said is what the settings say.
type said struct {
	raw      []byte       // of site.toml
	config   *config.Site // nil where it cannot be read
	findings []diag.Finding
}

// parseSettings reads what site.toml says.
func parseSettings(raw []byte) *said {
	src, found := tree.Decode(settingsFile, raw)
	s := &said{raw: raw, findings: found}
	if diag.Errors(found) == 0 {
		s.config, found = config.Parse(src)
		s.findings = append(s.findings, found...)
		s.checkLevels(src)
	}
	return s
}

// input gathers what a site is assembled from.
func (r *run) input() site.Input {
	in := site.Input{
		Config: r.config, Namer: r.mem.namer(r.config.Pinyin), Day: r.result.Day, Preview: r.Preview,
		Bad: r.barred(), Files: r.others, Assets: r.looks.assets, Before: r.before, Sources: make([]*site.Source, len(r.pages)),
	}
	for i, p := range r.pages {
		in.Sources[i] = &p.Source
	}
	return in
}

// barred gives the pages that are held back whatever they say of themselves.
func (r *run) barred() map[string]bool {
	if len(r.Withhold) == 0 {
		return r.bad
	}
	all := maps.Clone(r.bad)
	if all == nil {
		all = map[string]bool{}
	}
	for _, p := range r.Withhold {
		all[p] = true
	}
	return all
}

// hold adds the pages that have errors to those held back. It reports whether
// there are any that were not held before. What it saw is kept: with the pages
// out of the way it is not found again.
func (r *run) hold(in site.Input, found []diag.Finding) bool {
	if r.bad == nil {
		r.bad = map[string]bool{}
		for i := range r.pages {
			found = append(found, r.leveled(r.pages[i].findings)...)
			found = append(found, r.leveled(r.pages[i].Doc.Findings)...)
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
	if len(r.seen) == 0 {
		return nil
	}
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

// reportPages reports the findings of the single files, and those of the whole site
// about them. What is wrong in a page that is not published does no harm, and is
// a warning. But what is wrong in its front matter may be the very reason that it
// is held back, and stays an error, save in what is a draft beyond doubt.
func (r *run) reportPages(s *site.Site, found []diag.Finding) {
	held := map[string]site.Status{}
	if s != nil {
		for _, p := range s.Held {
			held[p.Path] = p.Status
		}
	}
	n := len(found)
	for _, p := range r.pages {
		n += len(p.findings) + len(p.Doc.Findings)
	}
	r.findings = slices.Grow(r.findings, n)
	add := func(found []diag.Finding, harmless func(diag.Finding, site.Status) bool) {
		for _, f := range found {
			if f.Severity == diag.Error && harmless(f, held[f.Pos.File]) {
				f.Severity = diag.Warning
			}
			r.findings = append(r.findings, f)
		}
	}
	notShown := func(_ diag.Finding, s site.Status) bool { return s != site.Published }
	for i := range r.pages {
		p := r.pages[i]
		add(r.leveled(p.findings), func(f diag.Finding, s site.Status) bool {
			return s == site.Bad || s == site.Draft && !p.Matter.Opaque && !front.Doubtful(f)
		})
		add(r.leveled(p.Doc.Findings), notShown)
	}
	add(found, notShown)
}

// inputs gives render what it copies.
func (r *run) inputs() render.Inputs {
	return render.Inputs{Open: r.openSource, Theme: r.looks.theme, Assets: r.looks.assets, Picture: r.picture}
}

// finish completes the result.
func (r *run) finish() *Result {
	res := &r.result
	res.Output = r.Output
	if s := r.site; s != nil {
		res.Site = s
		res.Pages = len(s.Pages) + len(s.Plain)
		res.Indexes = s.Count() - res.Pages
		for _, p := range s.Held {
			h := held(p)
			if slices.Contains(r.Withhold, h.File) {
				h.Reason = Withheld
			}
			res.Held = append(res.Held, h)
		}
	}
	r.quote()
	if r.Audit {
		for i := range r.findings {
			r.findings[i].Line = check.Masked(r.findings[i].Line)
		}
	}
	diag.Sort(r.findings)
	slices.SortStableFunc(res.Allowed, func(a, b Allowed) int { return a.Pos.Compare(b.Pos) })
	res.Findings = slices.CompactFunc(r.findings, func(a, b diag.Finding) bool { return a == b })
	return res
}

func held(p *site.Page) Held {
	h := Held{File: p.Path, Title: p.Title, Reason: p.Status.String(), By: p.HeldBy()}
	switch p.Status {
	case site.Future:
		h.Until = p.Matter.Date
	case site.Expired:
		h.Until = p.Matter.Expires
	}
	return h
}
