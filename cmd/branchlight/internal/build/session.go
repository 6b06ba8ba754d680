package build

import (
	"bytes"
	"io"
	"sort"
	"sync"
	"sync/atomic"

	"branchlight/cmd/branchlight/internal/cache"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/out"
	"branchlight/cmd/branchlight/internal/render"
	"branchlight/cmd/branchlight/internal/site"
	"branchlight/cmd/branchlight/internal/tree"
)

// Session keeps a site in memory while its sources change: a preview. It makes
// pages with the same functions as Build, one at a time, when they are asked
// for, and writes nothing but the cache.
type Session struct {
	options Options
	mu      sync.Mutex // one Refresh at a time
	mem     *memory
	last    *tree.Snapshot // nil before the first Refresh, and after one that failed
	good    atomic.Pointer[run]
}

// Start opens a site's folder for a session. Nothing is read yet.
func Start(o Options) (*Session, error) {
	go cache.Program()
	r, err := open(o)
	if err != nil {
		return nil, err
	}
	r.root.Close()
	return &Session{options: o}, nil
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
	return nil, nil
}

var _ = []any{bytes.MinRead, io.EOF, sort.Ints, out.Safe, render.All, site.IsPage, diag.Errors}
