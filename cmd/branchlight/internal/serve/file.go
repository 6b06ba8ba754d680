package serve

import (
	"bytes"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/out"
)

// types are the files that browsers show; all others they save. A page is a page
// because the site made it so, never by its name.
var types = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".json":  "application/json",
	".xml":   "application/xml",
	".txt":   "text/plain",
	".svg":   "image/svg+xml",
	".png":   "image/png",
	".jpg":   "image/jpeg",
	".jpeg":  "image/jpeg",
	".gif":   "image/gif",
	".webp":  "image/webp",
	".bmp":   "image/bmp",
	".ico":   "image/x-icon",
	".woff2": "font/woff2",
	".mp3":   "audio/mpeg",
	".mp4":   "video/mp4",
	".pdf":   "application/pdf",
}

// What pages may do: run the site's own scripts and ask nothing of other hosts.
// What is no page may do nothing at all.
const (
	pagePolicy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
	filePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
)

// largeFile is how long an attachment may take to be sent.
const largeFile = time.Hour

// send answers with the site's file at an address.
func (s *Server) send(w http.ResponseWriter, r *http.Request, address string) {
	p, index := strings.CutSuffix(address, "/")
	if index || p == "" {
		p = path.Join(p, "index.html")
	}
	a := s.answer(p)
	if a.status == http.StatusNotFound && out.Safe(p+"/index.html") && s.shows(p+"/index.html") {
		p, index = p+"/index.html", true
		a.status = http.StatusOK
	}
	if (index || address == "") && a.status == http.StatusOK {
		// Pages link to each other by the names of files.
		w.Header().Set("Location", "/"+p)
		w.WriteHeader(http.StatusFound)
		return
	}
	if a.page {
		s.sendPage(w, r, a)
		return
	}
	s.sendFile(w, r, a)
}

func (s *Server) sendPage(w http.ResponseWriter, r *http.Request, a *answer) {
	page := s.withScript(a)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", pagePolicy)
	w.WriteHeader(a.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(page) // who is gone is gone
	}
}

func (s *Server) sendFile(w http.ResponseWriter, r *http.Request, a *answer) {
	h := w.Header()
	ext := strings.ToLower(path.Ext(a.path))
	kind, known := types[ext]
	if !known {
		kind = "application/octet-stream"
		h.Set("Content-Disposition", "attachment")
	}
	h.Set("Content-Type", kind)
	if ext != ".pdf" { // which a sandbox keeps browsers from showing
		h.Set("Content-Security-Policy", filePolicy)
	}
	if isPart(a) {
		s.showPart(a)
	}
	if a.open == nil {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.data))
		return
	}
	f, err := a.open()
	if err != nil {
		s.sendPage(w, r, s.failed(a, http.StatusInternalServerError, []diag.Finding{{Severity: diag.Error, Message: s.Explain(err)}}))
		return
	}
	defer f.Close()
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(largeFile))
	if seeker, ok := f.(io.ReadSeeker); ok {
		http.ServeContent(w, r, "", time.Time{}, seeker)
		return
	}
	if r.Method != http.MethodHead {
		_, _ = io.Copy(w, f)
	}
}

// sendOwn answers with a file of the server itself.
func (s *Server) sendOwn(w http.ResponseWriter, r *http.Request, name string) {
	data, err := files.ReadFile("files/" + name)
	if err != nil {
		s.refuse(w, http.StatusNotFound, "没有这个文件", "there is no such file")
		return
	}
	w.Header().Set("Content-Type", types[path.Ext(name)])
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}
