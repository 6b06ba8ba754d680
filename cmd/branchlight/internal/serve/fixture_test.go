package serve

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/diag"
)

// limit is how long a test waits for what must come.
const limit = 30 * time.Second

// fake is a site, and what says that it changed.
type fake struct {
	mu        sync.Mutex
	made      map[string]build.Made
	next      map[string]build.Made // what the next refresh without errors makes
	findings  []diag.Finding
	audits    []diag.Finding // of any page
	err       error
	refreshes [][]string
	dirty     []string
	ready     chan struct{}
	pause     time.Duration
}

func (f *fake) Refresh(folders ...string) (*build.Result, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refreshes = append(f.refreshes, folders)
	if f.err != nil {
		return nil, f.err
	}
	if slices.Contains(folders, "panic") {
		panic("a fault")
	}
	r := &build.Result{Findings: f.findings, Done: diag.Errors(f.findings) == 0, Pages: len(f.made)}
	if r.Done && f.next != nil {
		f.made, f.next = f.next, nil
	}
	return r, nil
}

func (f *fake) Audit(source string) (list []diag.Finding) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, found := range f.audits {
		if found.Pos.File == source {
			list = append(list, found)
		}
	}
	return list
}

func (f *fake) Make(path string) (build.Made, bool, error) {
	if path == "panics.html" {
		panic("a fault")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	m, ok := f.made[path]
	return m, ok, nil
}

func (f *fake) Ready() <-chan struct{} { return f.ready }
func (f *fake) Pause() time.Duration   { return f.pause }

func (f *fake) Take() ([]string, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	dirty := f.dirty
	f.dirty = nil
	return dirty, len(dirty) > 0
}

// change changes the site and says so.
func (f *fake) change(how func()) {
	f.mu.Lock()
	how()
	f.dirty = append(f.dirty, "content")
	f.mu.Unlock()
	select {
	case f.ready <- struct{}{}:
	default:
	}
}

// set changes the bytes of a file.
func (f *fake) set(path, text string) {
	f.change(func() { f.put(path, build.Made{Data: []byte(text)}) })
}

func (f *fake) put(path string, m build.Made) {
	if f.next == nil {
		f.next = map[string]build.Made{}
		for p, m := range f.made {
			f.next[p] = m
		}
	}
	f.next[path] = m
}

func document(body string) string { return "<!DOCTYPE html>\n<html><body>" + body + "</body></html>\n" }

func sample() map[string]build.Made {
	text := func(s string) build.Made { return build.Made{Data: []byte(s)} }
	attachment := func(s string) build.Made {
		return build.Made{Open: func() (io.ReadCloser, error) { return seekable{strings.NewReader(s)}, nil }}
	}
	return map[string]build.Made{
		"index.html":        text(document("<h1>首页</h1>")),
		"bare.html":         text("<p>bare\n"),
		"404.html":          text(document("没有这一页")),
		"ju/index.html":     text(document("局")),
		"ju/p.html":         {Data: []byte(document("做法")), Source: "content/局/p.md"},
		"draft.html":        {Data: []byte(document("稿")), Held: "draft"},
		"assets/site.css":   text("body{}"),
		"feed.xml":          text("<feed/>"),
		"ju/photo.jpg":      text("\xff\xd8"),
		"ju/drawing.svg":    text("<svg/>"),
		"ju/rules.pdf":      attachment("%PDF-1.4"),
		"ju/list.docx":      attachment("PK"),
		"ju/list.csv":       attachment("甲,乙"),
		"ju/attached.html":  attachment("<script>alert(1)</script>"),
		"ju/attached.xhtml": text("<script>alert(1)</script>"),
		"ju/gone.pdf":       {Open: func() (io.ReadCloser, error) { return nil, errors.New("no such file") }},
	}
}

type seekable struct{ *strings.Reader }

func (seekable) Close() error { return nil }

// fixture is a server of a fake site.
type fixture struct {
	*fake
	t      testing.TB
	server *Server
	host   string

	said   sync.Mutex
	broken [][]diag.Finding
	mended int
}

func newFixture(t testing.TB) *fixture { return start(t, &fake{made: sample()}) }

func start(t testing.TB, site *fake) *fixture {
	site.ready = make(chan struct{}, 1)
	f := &fixture{fake: site, t: t}
	f.server = New(Options{
		Site: site, Changes: site, Hosts: []string{"192.168.7.7"},
		Explain: func(err error) diag.Text {
			return diag.Text{Zh: "打不开：" + err.Error(), En: err.Error()}
		},
		Broken: func(fs []diag.Finding) {
			f.said.Lock()
			f.broken = append(f.broken, fs)
			f.said.Unlock()
		},
		Mended: func(*build.Result) {
			f.said.Lock()
			f.mended++
			f.said.Unlock()
		},
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f.host = l.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- f.server.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return f
}

func (f *fixture) get(path string) (code int, body string) {
	f.t.Helper()
	resp, err := http.Get("http://" + f.host + path)
	if err != nil {
		f.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// attribute gives what a page's script is told.
func attribute(page, name string) string {
	_, rest, _ := strings.Cut(page, " data-"+name+`="`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

// follower is a page in a browser.
type follower struct {
	t      testing.TB
	body   io.Closer
	events chan event
}

type event struct{ name, data string }

// look opens a page and its stream, and gives the page.
func (f *fixture) look(path string) (*follower, string) {
	f.t.Helper()
	_, page := f.get("/" + path)
	return f.follow(path, attribute(page, "version"), attribute(page, "round")), page
}

func (f *fixture) follow(path, version, round string) *follower {
	f.t.Helper()
	q := url.Values{"token": {f.server.token}, "page": {path}, "version": {version}, "round": {round}}
	resp, err := http.Get("http://" + f.host + "/.branchlight/events?" + q.Encode())
	if err != nil {
		f.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		f.t.Fatalf("the stream gives %s", resp.Status)
	}
	p := &follower{f.t, resp.Body, make(chan event, 100)}
	f.t.Cleanup(func() { resp.Body.Close() })
	go func() {
		defer close(p.events)
		var e event
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			switch name, value, _ := strings.Cut(lines.Text(), ": "); name {
			case "event":
				e.name = value
			case "data":
				e.data = value
			case "":
				if e.name != "" {
					p.events <- e
				}
				e = event{}
			}
		}
	}()
	return p
}

// next waits for the next event and checks its name and what its data hold.
func (p *follower) next(name string, holds ...string) string {
	p.t.Helper()
	select {
	case e, ok := <-p.events:
		if !ok {
			p.t.Fatalf("the stream ended; want %s", name)
		}
		text := e.data
		if name == "problems" {
			if err := json.Unmarshal([]byte(e.data), &text); err != nil {
				p.t.Fatal(err)
			}
		}
		if e.name != name {
			p.t.Fatalf("got %s %s, want %s", e.name, e.data, name)
		}
		for _, h := range holds {
			if !strings.Contains(text, h) {
				p.t.Fatalf("%s does not hold %q:\n%s", name, h, text)
			}
		}
		return text
	case <-time.After(limit):
		p.t.Fatalf("no event; want %s", name)
	}
	return ""
}

// none checks that no event comes for a while.
func (p *follower) none() {
	p.t.Helper()
	select {
	case e, ok := <-p.events:
		p.t.Fatalf("unexpected %v %s %s", ok, e.name, e.data)
	case <-time.After(100 * time.Millisecond):
	}
}
