package serve

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/out"
)

const (
	heartbeat = 20 * time.Second // between two signs of life on a stream
	patience  = 10 * time.Second // for one write to a stream
)

// state is what a page shows in one round. It is made once for all streams of
// the page.
type state struct {
	once     sync.Once
	version  string
	problems string // HTML
	faulty   bool   // the page's template fails

	of    answer    // without its bytes
	audit sync.Once // after the rest is shown
	whole string    // HTML, with what an audit finds
}

// state gives what a page shows now, and what is closed when that may change.
func (s *Server) state(p string) (st *state, news <-chan struct{}) {
	s.mu.Lock()
	news = s.news
	st = s.states[p]
	if st == nil {
		if len(s.states) == 4*maxStreams {
			clear(s.states) // of pages that were left within this round
		}
		st = new(state)
		s.states[p] = st
	}
	s.mu.Unlock()
	st.once.Do(func() {
		a := s.answer(p)
		st.version = a.version()
		st.faulty = a.fault != nil && a.fault.Severity == diag.Error
		if !a.failure { // which says it all itself
			st.problems = s.problemsOf(a, nil)
		}
		st.of = answer{source: a.source, fault: a.fault, failure: a.failure}
	})
	return st, news
}

// audited gives the HTML of what is wrong with a page, and of what an audit finds
// in it.
func (s *Server) audited(st *state) string {
	st.audit.Do(func() {
		st.whole = st.problems
		if st.of.source == "" || st.of.failure {
			return
		}
		if found := s.auditOf(st.of.source); len(found) > 0 {
			st.whole = s.problemsOf(&st.of, found)
		}
	})
	return st.whole
}

// auditOf audits one source file. What goes wrong with that is not worth a word.
func (s *Server) auditOf(source string) (found []diag.Finding) {
	defer func() {
		if recover() != nil {
			found = nil
		}
	}()
	return s.Site.Audit(source)
}

// problemsOf gives the HTML of what is wrong, for a page.
func (s *Server) problemsOf(a *answer, audited []diag.Finding) string {
	s.mu.Lock()
	wrong := s.errors
	notes := of(a.source, s.notes)
	s.mu.Unlock()
	notes = slices.Concat(notes, audited)
	if f := a.fault; f != nil {
		if f.Severity == diag.Error {
			wrong = append(slices.Clone(wrong), *f)
		} else {
			notes = append(notes, *f)
		}
	}
	return s.problems(wrong, notes)
}

// of gives those of sorted findings that are about a source file.
func of(source string, sorted []diag.Finding) []diag.Finding {
	if source == "" {
		return nil
	}
	from, _ := slices.BinarySearchFunc(sorted, source, func(f diag.Finding, source string) int { return strings.Compare(f.Pos.File, source) })
	to := from
	for to < len(sorted) && sorted[to].Pos.File == source {
		to++
	}
	return sorted[from:to]
}

// renewed gives the parts that changed after a round, and the round now.
func (s *Server) renewed(after int) (paths []string, round int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range slices.Sorted(maps.Keys(s.parts)) {
		if s.parts[p].round > after {
			paths = append(paths, p)
		}
	}
	return paths, s.round
}

// enter takes a place for one more stream, if there is one.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.streams == maxStreams {
		return false
	}
	s.streams++
	return true
}

func (s *Server) leave() {
	s.mu.Lock()
	s.streams--
	s.mu.Unlock()
}

// stream keeps a page up to date. The request says who asks (token), which page
// is looked at (page), which bytes it has (version), and in which round it got
// its parts (round). HEAD only asks whether a stream would be given.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	page, version := q.Get("page"), q.Get("version")
	round, err := strconv.Atoi(q.Get("round"))
	switch {
	case subtle.ConstantTimeCompare([]byte(q.Get("token")), []byte(s.token)) != 1:
		s.refuse(w, http.StatusForbidden, "这一页是上次预览时打开的，请刷新", "the page is of an earlier preview; load it again")
		return
	case err != nil || !out.Safe(page):
		s.refuse(w, http.StatusBadRequest, "请求的写法不对", "the request is malformed")
		return
	case !s.enter():
		w.Header().Set("Retry-After", "5")
		s.refuse(w, http.StatusServiceUnavailable, "打开的页面太多", "too many pages are open")
		return
	}
	defer s.leave()
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Method == http.MethodHead {
		return
	}
	c := &client{to: w, control: http.NewResponseController(w)}
	// A stream outlives the limits of ordinary requests; each write has its own.
	c.err = c.control.SetReadDeadline(time.Time{})
	c.write("retry: 1000\n\n")
	s.follow(r.Context(), c, page, version, round)
}

// follow sends what is new until the page is gone.
func (s *Server) follow(ctx context.Context, c *client, page, version string, round int) {
	const unsent = "\x00"
	base, shown := unsent, unsent // what was wrong when it was looked at last, and what is shown of it
	settled := false              // nothing has changed for a moment
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for c.err == nil {
		st, news := s.state(page)
		// A template that fails may be half written, as any file.
		if hold := st.faulty && !settled && shown != unsent; !hold {
			if st.version != version {
				version = st.version
				c.send("page", version)
			}
			if st.problems != base {
				base = st.problems
				c.show(&shown, base)
			}
		}
		var changed []string
		changed, round = s.renewed(round)
		for _, p := range changed {
			c.send("part", map[string]any{"path": p, "round": round})
		}
		var wait <-chan time.Time
		switch {
		case !settled:
			wait = time.After(quiet)
		case c.err == nil:
			c.show(&shown, s.audited(st)) // which must not keep the next save waiting
		}
		select {
		case <-ctx.Done():
			return
		case <-news:
			settled = false
		case <-wait:
			settled = true
		case <-beat.C:
			c.write(":\n\n")
		}
	}
}

// client is the receiving end of a stream. Its first error ends it.
type client struct {
	to      http.ResponseWriter
	control *http.ResponseController
	err     error
}

func (c *client) send(event string, data any) {
	var text bytes.Buffer
	e := json.NewEncoder(&text) // which ends the text with a line end
	e.SetEscapeHTML(false)
	if err := e.Encode(data); err != nil {
		c.err = err
		return
	}
	c.write(fmt.Sprintf("event: %s\ndata: %s\n", event, &text))
}

// show sends what is to be shown over the page, if that is not shown already.
func (c *client) show(shown *string, problems string) {
	if *shown != problems {
		*shown = problems
		c.send("problems", problems)
	}
}

func (c *client) write(text string) {
	if c.err == nil {
		c.err = c.control.SetWriteDeadline(time.Now().Add(patience))
	}
	if c.err == nil {
		_, c.err = c.to.Write([]byte(text))
	}
	if c.err == nil {
		c.err = c.control.Flush()
	}
}
