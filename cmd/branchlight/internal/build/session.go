package build

import (
	"bytes"
	"io"
	"slices"
	"sync"
	"sync/atomic"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/render"
	"branchlight/cmd/branchlight/internal/site"
)

// Session keeps a site in memory while its sources change: a preview. It makes
// pages with the same functions as Build, one at a time, when they are asked
// for, and writes nothing.
type Session struct {
	options Options
	mu      sync.Mutex // one Refresh at a time
	good    atomic.Pointer[run]
}

// Start opens a site's folder for a session. Nothing is read yet.
func Start(o Options) (*Session, error) {
	s := &Session{options: o}
	return s, nil
}

// Close ends the session.
func (s *Session) Close() error { return nil }

// Refresh looks at the sources again and assembles the site. Where no finding is
// an error, or there is no good site yet to show instead, what it made takes the
// place of the last good site (Result.Done). Folders name where something may
// have changed: slash-separated paths relative to the site's folder, such as
// content/财政局, or "." for the settings; what lies deeper is not looked at.
// Without folders everything is looked at. Refresh may be called at any time;
// calls wait for each other.
func (s *Session) Refresh(folders ...string) (*Result, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &run{Options: s.options, parser: mark.New()}
	if err := r.open(); err != nil {
		return nil, err
	}
	err := r.line()
	if err != nil || r.site == nil || r.failed() {
		defer r.root.Close()
	} else {
		r.result.Done = true
		s.good.Store(r) // which keeps its root: attachments are opened through it
	}
	if err != nil {
		return nil, err
	}
	return r.finish(), nil
}

// Made is one file of a session's site.
type Made struct {
	Data    []byte                        // the whole file, but for large attachments
	Open    func() (io.ReadCloser, error) // opens an attachment that is copied as it is; Data is nil then
	Source  string                        // the file that the page is made of, or the attachment; empty where there is none
	Held    string                        // draft or future, where the page is shown in a preview only
	Finding *diag.Finding                 // what is wrong with the template; with an error Data is nil
}

// Make gives a file of the last good site by its output path, such as
// caizhengju/index.html; ok is false where there is none. It may be called while
// Refresh runs.
func (s *Session) Make(path string) (m Made, ok bool, err error) {
	r := s.good.Load()
	if r == nil {
		return m, false, nil
	}
	for i := range r.site.Outputs {
		if o := &r.site.Outputs[i]; o.Path == path {
			var w bytes.Buffer
			m.Source, m.Held = o.Source, r.held(path)
			m.Finding = render.Page(&w, r.templates, o)
			m.Data = w.Bytes()
			return m, true, nil
		}
	}
	for _, f := range r.site.Files {
		m.Source = f.Path
		switch {
		case f.Out != path:
		case !site.IsImage(f.Path):
			m.Open = func() (io.ReadCloser, error) { return r.openSource(f.Path) }
			return m, true, nil
		default:
			err = render.CopyFile(f, r.inputs(), (*kept)(&m))
			return m, err == nil, err
		}
	}
	m.Source = ""
	if slices.Contains(r.assets, path) {
		err = render.CopyAsset(path, r.theme, (*kept)(&m))
		return m, err == nil, err
	}
	return m, false, nil
}

// held says why the page of an output is shown in a preview only.
func (r *run) held(path string) string {
	for _, p := range r.site.Published() {
		if p.Out == path && p.Status != site.Published {
			return p.Status.String()
		}
	}
	return ""
}

// kept is a sink for one file.
type kept Made

func (k *kept) Write(_ string, data []byte) error {
	k.Data = data
	return nil
}

func (k *kept) Copy(_ string, r io.Reader) (err error) {
	k.Data, err = io.ReadAll(r)
	return err
}
