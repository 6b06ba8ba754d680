// Package build is the driver: it runs the line that turns a site's folder into
// its output.
//
//	tree.Scan -> front.Parse + mark.Parse -> site.Assemble -> check.Run -> render.All, search.All -> out.Commit
//
// Every stage takes values and gives values and findings. Build changes the
// output only if no finding is an error; with HoldBad, pages that have errors
// are held back as drafts are, and the rest is built.
//
// # Memory
//
// Only the driver remembers (memory.go), from one run to the next, in a Session
// or by the cache. The line is the same with and without memory: a file whose
// bytes are known is not parsed again, an output whose key is known and which
// still stands is not made again. Where everything is as the last build saw it,
// and its output stands, there is nothing to do.
package build

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"branchlight/cmd/branchlight/internal/cache"
	"branchlight/cmd/branchlight/internal/check"
	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/out"
	"branchlight/cmd/branchlight/internal/render"
	"branchlight/cmd/branchlight/internal/search"
	"branchlight/cmd/branchlight/internal/site"
	"branchlight/cmd/branchlight/internal/tree"
)

// Options say what to build and where to.
type Options struct {
	Root     string              // the site's folder, which holds site.toml
	Output   string              // the output folder; empty: public in the site's folder
	Day      day.Day             // the build day; zero: today in the site's zone
	HoldBad  bool                // hold pages with errors back and build the rest
	Withhold []string            // source paths of pages to hold back, because they were taken back where the site is read
	Adopt    bool                // build into a folder that holds files of others, which stay
	Audit    bool                // look at the rules of the audit too, whose errors stop a build as others do
	Quote    bool                // give every finding its source line, however many files are read for that
	Preview  bool                // admit drafts and future pages, marked as such; for a Session
	Waiting  func(holder string) // called once where another build holds the lock; holder names it

	fault     func(op, path string) error // of the output's files, for tests; nil: none
	scanBelow int                         // as search.Input has it, for tests
}

// Result says what was done.
type Result struct {
	Findings  []diag.Finding // of the whole run, sorted
	Allowed   []Allowed      // what the settings let stay, with their reasons; to be shown with the findings
	Copies    []check.Copy   // of an audit: pages of which much stands in an earlier one
	Site      *site.Site     // as it was assembled, for those who look at it (Inspect); nil where there are errors before that, and where a build had nothing to do
	Notes     []diag.Text    // of the cache: what is not as usual, and does no harm
	Done      bool           // the output was brought up to date; false where errors prevented it
	Same      bool           // nothing had changed since the last build, and nothing was done
	Day       day.Day        // the build day
	Pages     int            // articles and plain pages published
	Indexes   int            // other pages made: home, agencies, branches, lists, aliases
	Held      []Held         // pages held back, in path order
	Parsed    int            // Markdown files parsed; others were known
	Audited   int            // files that an audit read; others were known
	Rendered  int            // outputs made from views; others stood already
	Decoded   int            // pictures decoded; others were known, or stood already
	Written   int            // files written because their bytes are new
	Unchanged int            // files whose bytes stood already
	Removed   int            // files that no source makes any more
	Kept      []string       // files of others in the output folder, which stay
	Stages    []Stage        // time by stage, in order
	Output    string         // the output folder
	Published []Published    // the pages, in no order; given by Inspect only
}

// Published is a page that is published.
type Published struct{ Source, Output string } // source path, and path in the output

// Held is a page that is not published.
type Held struct {
	File   string // source path
	Title  string
	Reason string  // draft, future, expired, bad, or Withheld
	Until  day.Day // for future: its date; for expired: the last day shown
	By     string  // the _index.md that holds it, where it is not the page itself
}

// Withheld is the reason of a page that Options.Withhold names.
const Withheld = "withdrawn"

// Stage is the time that a stage took.
type Stage struct {
	Name string // scan, parse, assemble, check, render, search, sync, compare, save
	Took time.Duration
}

// Build brings the output up to date with the sources. An error is the machine's
// or the use's: no site.toml, no room on the disk, an output folder that is not
// ours. Mistakes in the site are findings.
func Build(o Options) (*Result, error) {
	go cache.Program() // which takes as long as the scan
	result, err := build(o, asKept)
	if errors.Is(err, errForget) {
		return build(o, anew)
	}
	return result, err
}

// knowledge is what a build has of those before it.
type knowledge int

const (
	asKept  knowledge = iota // what the cache has
	anew                     // nothing, and the cache begins anew
	nothing                  // nothing, and it leaves nothing to the next either
)

// cache opens the cache of the site.
func (r *run) cache(know knowledge) *cache.Cache {
	if know == nothing {
		return &cache.Cache{Store: new(cache.Store)}
	}
	c := cache.Open(r.root, cache.Program(), true)
	if know == anew {
		c.Forget()
	}
	return c
}

// errForget says that the memory turned out to be damaged.
var errForget = errors.New("the cache is damaged")

// build is Build with what earlier runs left, or without. Pictures that turn out
// to be damaged are known from then on, as if their headers had shown it.
func build(o Options, know knowledge) (*Result, error) {
	var damaged damages
	decoded := 0
	for {
		r, err := open(o)
		if err != nil {
			return nil, err
		}
		r.damaged = damaged
		result, err := r.build(know)
		decoded += int(r.decoded.Load())
		if errors.Is(err, errDamaged) {
			damaged = append(damaged, r.found...)
			continue
		}
		if result != nil {
			result.Decoded = decoded
		}
		return result, err
	}
}

// errDamaged says that pictures turned out to be damaged.
var errDamaged = errors.New("pictures are damaged")

func (r *run) build(know knowledge) (*Result, error) {
	defer r.root.Close()
	stage, c, err := r.begin(know)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	r.remember(c)
	if err := r.sync(stage); err != nil {
		if errors.Is(err, errDamaged) {
			r.save(c, stage) // so that the good ones are not decoded again
		}
		return nil, errors.Join(err, stage.Abort())
	}
	if err := stage.Abort(); err != nil { // which does nothing after a commit
		return nil, err
	}
	result := r.finish()
	r.save(c, stage)
	r.lap("save")
	return result, nil
}

// begin takes the lock of the output, and opens the cache and scans the sources
// while that is opened.
func (r *run) begin(know knowledge) (*out.Stage, *cache.Cache, error) {
	var c *cache.Cache
	var scanErr error
	look := func() {
		var opened sync.WaitGroup
		opened.Go(func() { c = r.cache(know) })
		scanErr = r.scan()
		opened.Wait()
	}
	var looked sync.WaitGroup
	looked.Go(look)
	waited := false
	stage, err := out.Begin(r.Output, out.Options{Adopt: r.Adopt, Fault: r.fault, Waiting: func(holder string) {
		waited = true
		if r.Waiting != nil {
			r.Waiting(holder)
		}
	}})
	looked.Wait()
	if err == nil && waited { // for minutes, perhaps, and the other build has left what it knows
		c.Close()
		r.forgetScan()
		look()
	}
	if err == nil && scanErr == nil {
		return stage, c, nil
	}
	c.Close()
	if err != nil {
		return nil, nil, err
	}
	return nil, nil, errors.Join(scanErr, stage.Abort())
}

// sync runs the line as far as there are no errors.
func (r *run) sync(stage *out.Stage) error {
	if r.stands(stage) {
		return nil
	}
	if err := r.line(); err != nil || r.failed() {
		return err
	}
	sink := newSink(stage, r.known(stage), r.site.Count())
	made, findings, err := render.All(r.site, r.looks.templates, r.inputs(), sink)
	r.result.Rendered = made
	r.report(findings...)
	r.lap("render")
	if err == nil && !r.failed() {
		err = r.search(sink, stage)
	}
	switch {
	case err == nil && r.mem.store.Err() != nil:
		err = errForget
	case err == nil && len(r.found) > 0:
		err = errDamaged
	}
	if err != nil || r.failed() {
		return err
	}
	r.sink = sink
	return r.commit(stage)
}

// search makes the search files.
func (r *run) search(sink *sink, stage *out.Stage) (err error) {
	in := search.Input{Site: r.site, ScanBelow: r.scanBelow, Read: stage.Read}
	if part := r.mem.build.Search; sink.known != nil && part.Size > 0 {
		in.Memory = r.mem.store.Get(part, nil)
	}
	r.searched, err = search.All(in, sink)
	r.lap("search")
	return err
}

func (r *run) commit(stage *out.Stage) error {
	done, err := stage.Commit()
	if err != nil {
		return err
	}
	r.lap("sync")
	r.result.Done = true
	r.result.Written, r.result.Unchanged, r.result.Removed, r.result.Kept = done.Written, done.Unchanged, done.Removed, done.Kept
	return nil
}

// Inspect does all of Build up to the checks, and writes nothing; with Audit it
// keeps in the cache what it learned.
func Inspect(o Options) (*Result, error) {
	go cache.Program()
	r, err := open(o)
	if err != nil {
		return nil, err
	}
	defer r.root.Close()
	c := cache.Open(r.root, cache.Program(), o.Audit)
	defer c.Close()
	r.remember(c)
	if err := r.scan(); err != nil {
		return nil, err
	}
	if err := r.line(); err != nil {
		return nil, err
	}
	result := r.finish()
	if o.Audit && r.mem.store.Err() == nil {
		r.save(c, nil)
		r.lap("save")
	}
	if r.site != nil {
		for _, list := range [][]*site.Page{r.site.Pages, r.site.Plain} {
			for _, p := range list {
				result.Published = append(result.Published, Published{p.Path, p.Out})
			}
		}
	}
	return result, nil
}

// line runs the stages from the snapshot to the checked site.
func (r *run) line() error {
	if !slices.ContainsFunc(r.snapshot.Files, func(f tree.File) bool { return site.IsPage(f.Path) }) {
		return &NoPagesError{r.Root} // a share that is not mounted looks like this: not a reason to remove the site
	}
	var others sync.WaitGroup // what needs no page is made meanwhile
	settled := r.settled()
	if settled {
		others.Go(r.loadTheme)
	}
	err := r.parse()
	others.Wait()
	r.lap("parse")
	if err != nil {
		return err
	}
	if !settled {
		r.reportPages(nil, nil)
		return nil
	}
	for again := true; again && err == nil; {
		again, err = r.assemble()
	}
	return err
}

// assemble assembles and checks the site. With HoldBad it adds pages with errors
// to those held back and reports whether there are new ones, so that it must be
// done again: a page that is held back changes lists and links of others.
func (r *run) assemble() (again bool, err error) {
	in := r.input()
	assembled, found := site.Assemble(in)
	r.before = nil
	r.lap("assemble")
	found = append(found, check.Run(assembled)...)
	if r.Audit {
		audited, err := r.audit(assembled)
		if err != nil {
			return false, err
		}
		found = append(found, audited...)
	}
	found = r.leveled(found)
	r.lap("check")
	if r.HoldBad && r.hold(in, found) {
		return true, nil
	}
	r.site = assembled
	r.reportPages(assembled, found)
	r.report(r.heldFor(r.findings)...)
	if r.Audit {
		r.report(r.unused()...)
	}
	return false, nil
}

// output gives the folder to build into. It must not be a folder that the
// sources stand in.
func (o *Options) output() (string, error) {
	dir := o.Output
	if dir == "" {
		dir = filepath.Join(o.Root, "public")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	root, err := filepath.Abs(o.Root)
	if err != nil {
		return "", err
	}
	for _, sources := range []string{"content", "layouts", "themes", "cmd"} {
		if within(dir, filepath.Join(root, sources)) || within(filepath.Join(root, sources), dir) {
			return "", &OutputError{dir}
		}
	}
	return dir, nil
}

// within reports whether a path is a folder or stands in it, links resolved.
func within(path, folder string) bool {
	rel, err := filepath.Rel(real(folder), real(path))
	return err == nil && (rel == "." || filepath.IsLocal(rel))
}

// real resolves the links of the part of a path that exists.
func real(path string) string {
	if p, err := filepath.EvalSymlinks(path); err == nil {
		return p
	}
	if parent := filepath.Dir(path); parent != path {
		return filepath.Join(real(parent), filepath.Base(path))
	}
	return path
}

// exists reports whether there is a file or folder of the name.
func exists(root *os.Root, name string) bool {
	_, err := root.Stat(name)
	return err == nil
}
