package serve

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/diag"
)

// Run looks at the site, and again whenever it may have changed, until the
// context ends.
func (s *Server) Run(ctx context.Context) {
	s.publish(s.look(nil), nil)
	close(s.loaded)
	var doubt doubt
	day := time.NewTicker(newDay)
	defer day.Stop()
	for {
		var folders []string
		shown := false // errors too
		select {
		case <-ctx.Done():
			return
		case <-s.Changes.Ready():
			s.gather(ctx)
			var ok bool
			if folders, ok = s.Changes.Take(); !ok {
				continue
			}
		case <-doubt.over():
			folders, shown = doubt.folders, true
		case <-day.C:
			folders = []string{"."}
		}
		result := s.look(folders)
		doubt.add(folders, quiet+s.Changes.Pause())
		if shown || result.good() {
			s.publish(result, doubt.folders)
			doubt.clear()
		}
	}
}

// gather waits until what comes with a change is there: a burst is one change.
func (s *Server) gather(ctx context.Context) {
	most := time.After(mostSettle)
	for {
		select {
		case <-s.Changes.Ready():
		case <-time.After(settle):
			return
		case <-most:
			return
		case <-ctx.Done():
			return
		}
	}
}

// doubt is what was looked at and is not published yet, because there were errors.
// Before those are shown, the folders are looked at once more.
type doubt struct {
	folders []string // empty: everything
	since   time.Time
	timer   *time.Timer
}

func (d *doubt) add(folders []string, wait time.Duration) {
	now := time.Now()
	switch {
	case d.timer == nil:
		d.since, d.folders = now, folders
	case len(folders) == 0 || len(d.folders) == 0:
		d.folders = nil
	default:
		d.folders = slices.Compact(slices.Sorted(slices.Values(slices.Concat(d.folders, folders))))
	}
	left := mostQuiet + wait - now.Sub(d.since)
	d.timer = time.NewTimer(max(0, min(wait, left)))
}

func (d *doubt) clear() { *d = doubt{} }

// over receives when the wait is over; never where there is no doubt.
func (d *doubt) over() <-chan time.Time {
	if d.timer == nil {
		return nil
	}
	return d.timer.C
}

// outcome is what came of looking at the site.
type outcome struct {
	result *build.Result // nil where the machine failed
	errors []diag.Finding
	notes  []diag.Finding // sorted
}

func (o outcome) good() bool { return len(o.errors) == 0 }

// look lets the site look at folders, at all of them where none is named.
func (s *Server) look(folders []string) (o outcome) {
	result, err := s.refresh(folders)
	if err != nil {
		return outcome{errors: []diag.Finding{{Severity: diag.Error, Message: s.Explain(err)}}}
	}
	o.result, o.notes = result, result.Findings
	if diag.Errors(o.notes) > 0 {
		o.notes = nil
		for _, f := range result.Findings {
			if f.Severity == diag.Error {
				o.errors = append(o.errors, f)
			} else {
				o.notes = append(o.notes, f)
			}
		}
	}
	return o
}

func (s *Server) refresh(folders []string) (r *build.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &Panic{p}
		}
	}()
	return s.Site.Refresh(folders...)
}

// Panic is a fault of the program while it looked at the site or made a page.
// The server goes on.
type Panic struct{ Value any }

func (p *Panic) Error() string { return p.Text().En }

// Text gives the message in both languages.
func (p *Panic) Text() diag.Text {
	return diag.Textf("程序内部出错：%v。这不是稿件的问题，请把这句话交给维护人员", "the program went wrong: %v. Your pages are not to blame; hand this message on", p.Value)
}

// publish shows what came of looking at folders.
func (s *Server) publish(o outcome, folders []string) {
	s.renewParts(folders) // in the round that begins below: a stream that saw that has seen these
	s.mu.Lock()
	s.round++
	s.errors, s.notes = o.errors, o.notes
	if o.result != nil {
		s.result = o.result
	}
	clear(s.states)
	close(s.news)
	s.news = make(chan struct{})
	var faulty []string
	for path := range s.faults {
		faulty = append(faulty, path)
	}
	s.mu.Unlock()
	for _, path := range faulty {
		s.answer(path) // which notes that its fault is gone
	}
	s.tell()
}

// tell says in the terminal what is wrong, once, and when all is well again.
func (s *Server) tell() {
	s.telling.Lock()
	defer s.telling.Unlock()
	s.mu.Lock()
	wrong, result := slices.Clone(s.errors), s.result
	var said strings.Builder
	for _, f := range wrong {
		fmt.Fprintln(&said, f.Pos, f.Rule, f.Message.Zh)
	}
	// A mistake in a template spoils many pages, and is one.
	for _, path := range slices.Sorted(maps.Keys(s.faults)) {
		f := s.faults[path]
		if !slices.ContainsFunc(wrong, func(g diag.Finding) bool { return g.Rule == f.Rule && g.Pos == f.Pos }) {
			wrong = append(wrong, f)
			fmt.Fprintln(&said, f.Pos, f.Rule)
		}
	}
	s.mu.Unlock()
	switch {
	case s.told == said.String() && s.everTold:
	case len(wrong) > 0:
		s.Broken(wrong)
	default:
		s.Mended(result)
	}
	s.told, s.everTold = said.String(), true
}
