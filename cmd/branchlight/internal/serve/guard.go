package serve

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/out"
)

// ServeHTTP checks a request and answers it. The checks, in order: it is for this
// server and not for another name that leads here (DNS rebinding), it comes from
// no page of another origin, it only reads, and its address has one spelling. A
// panic ends the request and nothing else.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			panic(p)
		default:
			s.refuse(w, http.StatusInternalServerError, (&Panic{p}).Text().Zh, (&Panic{p}).Text().En)
		}
	}()
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "same-origin")
	switch {
	case !s.ours(r.Host):
		s.refuse(w, http.StatusForbidden, "这个地址不在允许之列；请用预览启动时显示的网址打开", "this host is not allowed; use the address that the preview showed when it started")
	case s.foreign(r):
		s.refuse(w, http.StatusForbidden, "别的网站不能读取预览", "other sites may not read the preview")
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		h.Set("Allow", "GET, HEAD")
		s.refuse(w, http.StatusMethodNotAllowed, "预览只能看，不能写", "the preview is read only")
	case r.ContentLength != 0:
		s.refuse(w, http.StatusRequestEntityTooLarge, "请求不该带内容", "a request must have no body")
	default:
		s.route(w, r)
	}
}

// route answers a request that passed the checks of where it comes from.
func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	path, ok := address(r.RequestURI)
	if !ok {
		s.refuse(w, http.StatusBadRequest, "网址的写法不对", "the address is malformed")
		return
	}
	select {
	case <-s.loaded:
	case <-r.Context().Done():
		return
	}
	switch path {
	case strings.TrimPrefix(own, "/") + "events":
		s.stream(w, r)
	case strings.TrimPrefix(own, "/") + "reload.js", strings.TrimPrefix(own, "/") + "panels.css":
		s.sendOwn(w, r, strings.TrimPrefix(path, strings.TrimPrefix(own, "/")))
	default:
		s.send(w, r, path)
	}
}

// refuse answers with a line of text.
func (s *Server) refuse(w http.ResponseWriter, status int, zh, en string) {
	http.Error(w, diag.Text{Zh: zh, En: en}.In(s.Lang), status)
}

// ours reports whether a Host header names this server. Ports do not matter: what
// makes a foreign name lead here cannot change the name.
func (s *Server) ours(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	} else {
		name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	}
	return s.hosts[strings.ToLower(name)]
}

// foreign reports whether a page of another origin makes a request. A person may
// follow a link to here from anywhere.
func (s *Server) foreign(r *http.Request) bool {
	if s.guard.Check(r) != nil {
		return true
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
		if r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Header.Get("Sec-Fetch-Dest") != "document" {
			return true
		}
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || u.Scheme != "http" || u.Host != r.Host
}

// address turns what a request asks for into the path of an output, or of a
// folder with "/" at its end, or "" for the top. ok is false for every spelling
// that no page of the site uses for an address: an escape of an ASCII character,
// "..", "\", ":" and whatever else an output's path cannot have. Characters
// outside ASCII, which people type, are let through; no output has them.
func address(target string) (path string, ok bool) {
	target, _, _ = strings.Cut(target, "?")
	raw, ok := strings.CutPrefix(target, "/")
	if !ok {
		return "", false
	}
	path, err := url.PathUnescape(raw)
	if err != nil || escapesASCII(raw) || !utf8.ValidString(path) {
		return "", false
	}
	if file, ok := strings.CutPrefix(path, strings.TrimPrefix(own, "/")); ok {
		return path, out.Safe(file)
	}
	ascii := strings.Map(func(r rune) rune {
		if r >= 0x80 {
			return 'x'
		}
		return r
	}, strings.TrimSuffix(path, "/"))
	return path, path == "" || out.Safe(ascii)
}

// escapesASCII reports whether a path writes an ASCII character as %xx: %2e is a
// dot to some and none to others.
func escapesASCII(raw string) bool {
	for i := 0; i+1 < len(raw); i++ {
		if raw[i] == '%' && raw[i+1] < '8' {
			return true
		}
	}
	return false
}
