package serve

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/diag"
)

// answer is what an address shows.
type answer struct {
	path    string // the output path that was asked for
	status  int
	data    []byte
	open    func() (io.ReadCloser, error) // of an attachment that is copied as it is; data is nil then
	source  string
	held    string
	page    bool          // HTML that a template made, or failure
	failure bool          // data itself says what is wrong
	fault   *diag.Finding // what is wrong in the template; data is the page without it
}

// version names the bytes of an answer.
func (a *answer) version() string {
	h := sha256.New()
	h.Write(a.data)
	h.Write([]byte{0})
	io.WriteString(h, a.held)
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// answer makes what an output path shows. Where there is no such output, that is
// the site's page for missing pages.
func (s *Server) answer(p string) *answer {
	a := &answer{path: p, status: http.StatusOK}
	made, ok, err := s.make(p)
	if err == nil && !ok {
		if wrong := s.wrong(); len(wrong) > 0 && !s.shows("index.html") {
			return s.failed(a, http.StatusServiceUnavailable, wrong)
		}
		a.status = http.StatusNotFound
		p = "404.html"
		made, ok, err = s.make(p)
	}
	switch {
	case err != nil:
		return s.failed(a, http.StatusInternalServerError, []diag.Finding{{Severity: diag.Error, Message: s.Explain(err)}})
	case !ok:
		a.data, a.page = []byte("<!DOCTYPE html>\n<title>404</title>\n<h1>404</h1>\n"), true
		return a
	}
	a.data, a.open, a.source, a.held = made.Data, made.Open, made.Source, made.Held
	a.page = path.Ext(p) == ".html" && made.Open == nil
	if !a.page {
		if made.Finding != nil { // a picture that cannot be decoded
			return s.failed(a, http.StatusInternalServerError, []diag.Finding{*made.Finding})
		}
		return a
	}
	if made.Finding == nil {
		s.sound(p, a.data)
		return a
	}
	a.fault = made.Finding
	if a.fault.Severity != diag.Error {
		s.sound(p, a.data)
		return a
	}
	if a.data, ok = s.faulty(p, *a.fault); !ok {
		return s.failed(a, http.StatusInternalServerError, []diag.Finding{*a.fault})
	}
	return a
}

// make makes an output. What goes wrong in it is an error.
func (s *Server) make(p string) (m build.Made, ok bool, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &Panic{v}
		}
	}()
	return s.Site.Make(p)
}

// shows reports whether the site has an output.
func (s *Server) shows(p string) bool {
	_, ok, _ := s.make(p)
	return ok
}

// failed turns an answer into a page that says what is wrong, and nothing else.
func (s *Server) failed(a *answer, status int, wrong []diag.Finding) *answer {
	a.status, a.page, a.failure = status, true, true
	a.data = s.failurePage(wrong)
	return a
}

// wrong gives the errors that are shown at present.
func (s *Server) wrong() []diag.Finding {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.errors
}

// sound notes that a page has no fault, and keeps it for when it gets one.
func (s *Server) sound(p string, data []byte) {
	s.mu.Lock()
	s.kept.put(p, data)
	_, was := s.faults[p]
	delete(s.faults, p)
	s.mu.Unlock()
	if was {
		s.tell()
	}
}

// faulty notes that a page's template fails, and gives the page as it was before.
func (s *Server) faulty(p string, f diag.Finding) (before []byte, ok bool) {
	s.mu.Lock()
	old, was := s.faults[p]
	if was || len(s.faults) < maxKept {
		s.faults[p] = f
	}
	before, ok = s.kept.get(p)
	s.mu.Unlock()
	if !was || old != f {
		s.tell()
	}
	return before, ok
}

// keep holds the pages that were asked for last, up to maxKept.
type keep struct {
	pages map[string][]byte
	order []string // the oldest first
}

func (k *keep) put(p string, data []byte) {
	if k.pages == nil {
		k.pages = map[string][]byte{}
	}
	if i := slices.Index(k.order, p); i >= 0 {
		k.order = slices.Delete(k.order, i, i+1)
	} else if len(k.order) == maxKept {
		delete(k.pages, k.order[0])
		k.order = k.order[1:]
	}
	k.order = append(k.order, p)
	k.pages[p] = data
}

func (k *keep) get(p string) (data []byte, ok bool) {
	data, ok = k.pages[p]
	return data, ok
}

// part is a file that a page shows: a style sheet or a picture.
type part struct {
	version string
	source  string // its source file; empty where it is not known
	round   int    // in which it got the bytes it has
}

// isPart reports whether a page's script can take a file anew by itself.
func isPart(a *answer) bool {
	kind := types[strings.ToLower(path.Ext(a.path))]
	return a.data != nil && (strings.HasPrefix(kind, "text/css") || strings.HasPrefix(kind, "image/"))
}

// showPart notes that a part was asked for.
func (s *Server) showPart(a *answer) {
	version := a.version()
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.parts[a.path]; known || len(s.parts) == maxParts {
		return
	}
	s.parts[a.path] = part{version, a.source, s.round}
}

// renewParts looks which parts whose sources lie in folders, or anywhere where
// none is named, have other bytes than before. They got them in the next round.
func (s *Server) renewParts(folders []string) {
	s.mu.Lock()
	var paths []string
	for p, known := range s.parts {
		if len(folders) == 0 || known.source == "" || slices.Contains(folders, path.Dir(known.source)) {
			paths = append(paths, p)
		}
	}
	s.mu.Unlock()
	for _, p := range paths {
		a := s.answer(p)
		if a.status != http.StatusOK || a.page {
			continue
		}
		version := a.version()
		s.mu.Lock()
		if s.parts[p].version != version {
			s.parts[p] = part{version, a.source, s.round + 1}
		}
		s.mu.Unlock()
	}
}
