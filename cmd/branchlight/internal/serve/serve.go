// Package serve shows a site in the browser while it is being written.
//
// It takes a site that is kept in memory and that makes its pages when they are
// asked for, and something that says when sources may have changed. It gives
// an HTTP handler and a loop. It writes no file, and what it adds to pages, a
// script and what that shows, exists in its answers only.
//
// # From a save to the page
//
// The loop waits for a change, gathers what comes with it, lets the site look at
// the folders again, and publishes the result. A result without errors is
// published at once. One with errors is published when nothing has changed for a
// moment: a file that is half written shows no error. The last good site stays
// meanwhile, and its pages go on being shown, with the errors over them.
//
// # Between page and server
//
// A page's script keeps one stream of server-sent events open while the page is
// seen, and says which page it is and which bytes it has. A stream sends
//
//	page      the page has other bytes now: load it again
//	part      this style sheet or picture has other bytes now: take it anew
//	problems  the HTML to show over the page, as a JSON string; "" for none. What
//	          an audit finds comes when nothing has changed for a moment, and so
//	          delays nothing
//
// and the same again where the page comes back after it was out of sight. So
// nothing that happened meanwhile is missed. A page that is out of sight has no
// stream: browsers open no more than six connections to a host.
//
// # Who is answered
//
// The checks of a request stand in ServeHTTP, in order. No path of a file system
// is ever made of what a request says: addresses are looked up among the site's
// own outputs.
package serve

import (
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"html/template"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/diag"
)

// Site is what is served; a build.Session is one.
type Site interface {
	Refresh(folders ...string) (*build.Result, error)
	Make(path string) (build.Made, bool, error)
	Audit(source string) []diag.Finding // of one source file, by the rules that no build looks at
}

// Changes say where the site may have changed; a watch.Watcher does.
type Changes interface {
	Ready() <-chan struct{}
	Take() (folders []string, ok bool)
	Pause() time.Duration
}

// Options say what to serve and to whom.
type Options struct {
	Site    Site
	Changes Changes
	Lang    diag.Lang               // of all that is shown over pages
	Hosts   []string                // names and addresses that requests may be for, besides this machine's own
	Explain func(error) diag.Text   // says why the machine failed
	Broken  func(fs []diag.Finding) // called where there are errors, and again where they change
	Mended  func(r *build.Result)   // called where all is well, at the start and after errors
}

// Limits of what is kept and waited for.
const (
	maxConnections = 256
	maxStreams     = 64
	maxParts       = 256
	maxKept        = 64 // last good pages

	quiet      = 300 * time.Millisecond // without changes, until errors are shown, and a page is audited
	mostQuiet  = 3 * time.Second        // after which they are shown in any case
	settle     = 3 * time.Millisecond   // without further changes, until the site is looked at
	mostSettle = time.Second
	newDay     = 10 * time.Minute // how often the day is looked at
)

// Server serves one site.
type Server struct {
	Options
	token  string
	hosts  map[string]bool
	guard  *http.CrossOriginProtection
	panels *template.Template
	loaded chan struct{} // closed when the site was looked at first

	telling  sync.Mutex
	told     string // what the terminal was told last; empty: that all is well
	everTold bool

	mu      sync.Mutex
	round   int // how often results were published
	result  *build.Result
	errors  []diag.Finding          // of the last published result
	notes   []diag.Finding          // its other findings
	faults  map[string]diag.Finding // pages whose template fails
	kept    keep                    // pages as they were last without a fault
	parts   map[string]part         // style sheets and pictures that were asked for
	states  map[string]*state       // of the pages that streams look at, in this round
	news    chan struct{}           // closed when a result is published
	streams int
}

//go:embed files
var files embed.FS

// New makes a server. Run or Serve lets the site be looked at.
func New(o Options) *Server {
	s := &Server{
		Options: o, token: rand.Text(), guard: http.NewCrossOriginProtection(),
		hosts:  map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true},
		panels: panels(o.Lang), loaded: make(chan struct{}), news: make(chan struct{}),
		faults: map[string]diag.Finding{}, parts: map[string]part{}, states: map[string]*state{},
	}
	for _, h := range o.Hosts {
		s.hosts[strings.ToLower(h)] = true
	}
	return s
}

// Serve answers requests on a listener until the context ends, and runs the loop
// meanwhile.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	var loop sync.WaitGroup
	loop.Go(func() { s.Run(ctx) })
	defer loop.Wait()
	defer cancel()
	h := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          log.New(io.Discard, "", 0),
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	context.AfterFunc(ctx, func() { _ = h.Close() })
	if err := h.Serve(limited(l, maxConnections)); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
