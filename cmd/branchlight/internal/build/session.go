package build

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"branchlight/cmd/branchlight/internal/cache"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/render"
	"branchlight/cmd/branchlight/internal/search"
	"branchlight/cmd/branchlight/internal/site"
	"branchlight/cmd/branchlight/internal/tree"
)

// Session keeps a site in memory while its sources change: a preview. It makes
// pages with the same functions as Build, one at a time, when they are asked
// for, and writes nothing but the cache.
type Session struct {
	options Options
	cache   *cache.Cache

	shelf shelf // pictures that were made

	mu   sync.Mutex // one Refresh at a time
	mem  *memory
	last *run // the last that came to its end; nil where everything must be looked at
	good atomic.Pointer[run]

	preview preview
	audits  *auditing // the last, behind preview.mu
}

// Start opens a site's folder for a session, and what the cache has of it.
// Nothing else is read yet.
func Start(o Options) (*Session, error) {
	go cache.Program()
	r, err := open(o)
	if err != nil {
		return nil, err
	}
	defer r.root.Close()
	c := cache.Open(r.root, cache.Program(), true)
	o.Output = r.Output // found once, as nothing is written there
	return &Session{options: o, cache: c, mem: recall(c)}, nil
}

// Close ends the session. No call may be under way.
func (s *Session) Close() error {
	s.cache.Close()
	if r := s.good.Load(); r != nil {
		return r.root.Close()
	}
	return nil
}

// Refresh looks at the sources again and assembles the site. Where no finding is
// an error, what it made takes the place of the last good site (Result.Done).
// Folders name where something may have changed: slash-separated paths relative
// to the site's folder, such as content/财政局, or "." for the settings; what
// lies deeper is not looked at. Without folders everything is looked at. Refresh
// may be called at any time; calls wait for each other.
func (s *Session) Refresh(folders ...string) (*Result, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	result, err := s.refresh(folders)
	if err == nil && s.mem.store.Err() != nil {
		// What was kept cannot be read any more: begin with nothing.
		s.cache.Forget()
		s.mem, s.last = recall(s.cache), nil
		result, err = s.refresh(nil)
	}
	return result, err
}

func (s *Session) refresh(folders []string) (*Result, error) {
	r, err := enter(s.options)
	if err != nil {
		s.last = nil
		return nil, err
	}
	r.mem, r.damaged = s.mem, s.shelf.damaged()
	if s.last != nil {
		r.before = s.last.site
	}
	shown := false
	defer func() {
		if !shown {
			r.root.Close()
		}
	}()
	if err := r.look(s.last, folders); err != nil {
		s.last = nil
		return nil, err
	}
	if err := r.line(); err != nil {
		s.last = nil
		return nil, err
	}
	if good := s.good.Load(); r.site != nil && !r.failed() && (good == nil || good.looks.key != r.looks.key) {
		r.probe()
	}
	first := s.last == nil
	next := *s.mem
	next.files, next.live, next.said = r.files, r.live, r.said
	if r.looks != nil && r.looks.templates != nil {
		next.looks = r.looks
	}
	s.mem, s.last = &next, r
	result := r.finish()
	if r.site != nil && !r.failed() {
		r.result.Done, shown = true, true
		var before *search.Set
		if good := s.good.Load(); good != nil && good.mem.store == r.mem.store {
			before = good.searching
		}
		r.searching = search.NewSet(search.Input{Site: r.site, ScanBelow: r.scanBelow}, before)
		s.good.Store(r) // Make may still read in the folder of the last one, which the collector closes
	}
	if first {
		r.save(s.cache, nil)
		s.cache.Release() // a build beside the preview keeps its own
	}
	return result, nil
}

// look scans the sources: all of them, or the named folders where an earlier run
// has looked at the rest.
func (r *run) look(last *run, folders []string) error {
	if last == nil || len(folders) == 0 {
		return r.scan()
	}
	if err := r.readSettings(); err != nil {
		return err
	}
	if r.sources = r.folders(); !slices.Equal(r.sources, last.sources) { // another theme
		return r.scanAll()
	}
	var err error
	if r.snapshot, err = last.snapshot.Rescan(r.root, folders...); err != nil {
		return err
	}
	r.scanned()
	return nil
}

// probe makes one page with every template, so that mistakes that show only then
// are found while the last good site can still be shown.
func (r *run) probe() {
	seen := map[string]bool{"": true} // the feed has no template
	outputs := r.site.Outputs()
	for i := range outputs {
		o := &outputs[i]
		if seen[o.Template] {
			continue
		}
		seen[o.Template] = true
		var w bytes.Buffer
		if f := render.Page(&w, r.looks.templates, o); f != nil {
			r.report(*f)
		}
	}
}

// Made is one file of a session's site.
type Made struct {
	Data    []byte // the whole file; nil where Open gives it, or it could not be made
	Open    func() (io.ReadCloser, error)
	Source  string        // the file that it is made of; empty where there is none
	Held    string        // draft or future, where the page is shown in a preview only
	Finding *diag.Finding // what is wrong with the template, or the picture; with an error there is no Data
}

// Make gives a file of the last good site by its output path, such as
// caizhengju/index.html; ok is false where there is none. It may be called while
// Refresh runs.
func (s *Session) Make(out string) (m Made, ok bool, err error) {
	r := s.good.Load()
	if r == nil {
		return m, false, nil
	}
	if o := r.site.Output(out); o != nil {
		return r.makePage(o)
	}
	if i, ok := slices.BinarySearchFunc(r.site.Files, out, func(f *site.Attachment, out string) int { return strings.Compare(f.Out, out) }); ok {
		f := r.site.Files[i]
		m.Source = f.Path
		if !site.IsImage(f.Path) {
			m.Open = func() (io.ReadCloser, error) { return tree.Open(r.root, f.Path) }
			return m, true, nil
		}
		var reader io.ReadCloser
		if m.Data, reader, err = render.File(f, r.openSource); reader != nil {
			defer reader.Close()
			m.Data, err = io.ReadAll(reader)
		}
		return m, err == nil, err
	}
	if f, size := r.site.Picture(out); f != nil {
		m.Source = f.Path
		var files [][]byte
		if files, m.Finding, err = s.shelf.picture(r, f); files != nil {
			m.Data = files[size]
		}
		return m, err == nil, err
	}
	if strings.HasPrefix(out, search.Folder) {
		data, ok, err := r.searching.File(out)
		if r.mem.store.Err() != nil {
			return m, false, errLost
		}
		m.Data = data
		return m, ok, err
	}
	if slices.Contains(r.looks.assets, out) {
		m.Data, err = render.Asset(r.looks.theme, out, r.config.Colors)
		return m, err == nil, err
	}
	return m, false, nil
}

var errLost = errors.New("the text of the page is not in the cache any more")

func (r *run) makePage(o *site.Output) (m Made, ok bool, err error) {
	var w bytes.Buffer
	m.Source, m.Held = o.Source, o.Held()
	m.Finding = render.Page(&w, r.looks.templates, o)
	if r.mem.store.Err() != nil {
		return m, false, errLost // the next Refresh reads everything again
	}
	if m.Finding == nil || m.Finding.Severity != diag.Error {
		m.Data = w.Bytes()
	}
	return m, true, nil
}

// Outputs lists the paths of all files of the last good site, sorted.
func (s *Session) Outputs() []string {
	r := s.good.Load()
	if r == nil {
		return nil
	}
	list := append(r.searching.Paths(), r.looks.assets...)
	for _, o := range r.site.Outputs() {
		list = append(list, o.Path)
	}
	for _, f := range r.site.Files {
		list = append(list, f.Out)
	}
	for _, f := range r.site.Pictures {
		for _, s := range f.Sizes {
			list = append(list, s.Out)
		}
	}
	slices.Sort(list)
	return list
}
