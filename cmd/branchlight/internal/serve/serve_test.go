package serve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/diag"
)

func wrong(file, message string) diag.Finding {
	return diag.Finding{
		Rule: "some-rule", Severity: diag.Error, Pos: diag.Pos{File: file, Line: 3, Col: 2},
		Message: diag.Text{Zh: message, En: message}, Hint: diag.Text{Zh: "这样改", En: "so"}, Line: "一二三",
	}
}

// A page is told of other bytes of its own, and of nothing else.
func TestReload(t *testing.T) {
	f := newFixture(t)
	p, page := f.look("ju/p.html")
	q, _ := f.look("index.html")
	if problems := p.next("problems") + q.next("problems"); problems != "" {
		t.Errorf("problems at first: %s", problems)
	}
	f.set("ju/p.html", document("新做法"))
	version := strings.Trim(p.next("page"), `"`)
	if version == attribute(page, "version") {
		t.Error("the version is the same")
	}
	q.none()
	if _, page := f.get("/ju/p.html"); !strings.Contains(page, "新做法") || attribute(page, "version") != version {
		t.Errorf("the page is\n%s", page)
	}
	f.set("ju/p.html", document("新做法")) // saved again without a change
	f.set("ju/q.html", document("另一页"))
	p.none()
	f.change(func() {})
	p.none()
}

// A page that was out of sight learns what it missed.
func TestComesBack(t *testing.T) {
	f := newFixture(t)
	_, page := f.get("/index.html")
	f.get("/assets/site.css")
	f.set("index.html", document("新"))
	f.set("assets/site.css", "body{color:red}")
	other, _ := f.look("bare.html")
	other.next("problems")
	for { // until the loop has seen both
		if _, page := f.get("/assets/site.css"); strings.Contains(page, "red") {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	p := f.follow("index.html", attribute(page, "version"), attribute(page, "round"))
	p.next("page")
	p.next("problems")
	p.next("part", "assets/site.css")
}

func TestPart(t *testing.T) {
	f := newFixture(t)
	p, _ := f.look("index.html")
	p.next("problems")
	f.get("/assets/site.css")
	f.set("assets/site.css", "body{color:red}")
	p.next("part", `"path":"assets/site.css"`, `"round":2`)
	p.none()
	f.change(func() {})
	p.none()
	f.set("assets/site.css", "body{color:blue}")
	p.next("part", "assets/site.css")
	f.get("/ju/photo.jpg")
	f.set("ju/photo.jpg", "\xff\xd8\xff")
	p.next("part", "ju/photo.jpg")
}

// A part is made again only where its source may have changed.
func TestPartElsewhere(t *testing.T) {
	f := newFixture(t)
	f.change(func() {
		f.put("ju/photo.jpg", build.Made{Data: []byte("1"), Source: "elsewhere/photo.jpg"})
		f.put("ju/seal.png", build.Made{Data: []byte("1"), Source: "content/seal.png"})
	})
	p, _ := f.look("index.html")
	p.next("problems")
	for code := 0; code != 200; code, _ = f.get("/ju/seal.png") {
		time.Sleep(10 * time.Millisecond)
	}
	f.get("/ju/photo.jpg")
	f.change(func() {
		f.put("ju/photo.jpg", build.Made{Data: []byte("2"), Source: "elsewhere/photo.jpg"})
		f.put("ju/seal.png", build.Made{Data: []byte("2"), Source: "content/seal.png"})
	})
	p.next("part", "ju/seal.png")
	p.none()
}

// A page that goes away shows the page for missing pages; one that comes is shown.
func TestPageComesAndGoes(t *testing.T) {
	f := newFixture(t)
	p, _ := f.look("ju/p.html")
	p.next("problems")
	f.change(func() { f.put("x", build.Made{}); delete(f.next, "ju/p.html") })
	p.next("page")
	p, page := f.look("ju/p.html")
	if !strings.Contains(page, "没有这一页") {
		t.Errorf("the page is\n%s", page)
	}
	p.next("problems")
	f.set("ju/p.html", document("又来了"))
	p.next("page")
}

func TestHeldPage(t *testing.T) {
	f := newFixture(t)
	p, page := f.look("draft.html")
	if got := attribute(page, "badge"); !strings.Contains(got, "草稿") {
		t.Errorf("the badge is %q", got)
	}
	p.next("problems")
	f.change(func() { f.put("draft.html", build.Made{Data: f.made["draft.html"].Data, Held: "future"}) })
	p.next("page") // the same bytes under another badge
	if _, page := f.get("/draft.html"); !strings.Contains(attribute(page, "badge"), "未到日期") {
		t.Errorf("the page is\n%s", page)
	}
}

// Errors are shown over the last good page, once in the terminal, and go away.
func TestErrors(t *testing.T) {
	f := newFixture(t)
	p, _ := f.look("ju/p.html")
	p.next("problems")
	f.change(func() { f.findings = []diag.Finding{wrong("content/局/<b>.md", "不要 <script>alert(1)</script>")} })
	text := p.next("problems", "content/局/&lt;b&gt;.md:3:2", "一<mark>二</mark>三", "这样改", "[some-rule]", "&lt;script&gt;", `role="alert"`)
	if strings.Contains(text, "<script>") {
		t.Errorf("not escaped: %s", text)
	}
	if code, page := f.get("/ju/p.html"); code != 200 || !strings.Contains(page, "做法") {
		t.Errorf("not the last good page: %d %s", code, page)
	}
	f.change(func() {})
	p.none()
	f.change(func() { f.findings = nil })
	if text := p.next("problems"); text != "" {
		t.Errorf("still shown: %s", text)
	}
	p.none()
	f.said.Lock()
	defer f.said.Unlock()
	if len(f.broken) != 1 || f.mended != 2 {
		t.Errorf("said %d times that it is broken and %d times that it is well", len(f.broken), f.mended)
	}
}

// What a file looks like half written is not shown, nor said.
func TestHalfWritten(t *testing.T) {
	f := newFixture(t)
	p, _ := f.look("ju/p.html")
	p.next("problems")
	for i := range 20 {
		f.change(func() { f.findings = []diag.Finding{wrong("content/局/p.md", "半篇")} })
		time.Sleep(10 * time.Millisecond)
		f.change(func() {
			f.findings = nil
			f.put("ju/p.html", build.Made{Data: []byte(document(fmt.Sprint(i)))})
		})
		p.next("page")
	}
	p.none()
	f.said.Lock()
	defer f.said.Unlock()
	if len(f.broken) != 0 || f.mended != 1 {
		t.Errorf("said %d times that it is broken and %d times that it is well", len(f.broken), f.mended)
	}
}

// Errors are looked at once more before they are shown, and shown in the end even
// where something changes all the time.
func TestNeverQuiet(t *testing.T) {
	f := newFixture(t)
	p, _ := f.look("ju/p.html")
	p.next("problems")
	stop := make(chan struct{})
	var busy sync.WaitGroup
	busy.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
				f.change(func() { f.findings = []diag.Finding{wrong("content/局/p.md", "错")} })
			}
		}
	})
	p.next("problems", "content/局/p.md:3:2")
	close(stop)
	busy.Wait()
}

// A machine that fails is a problem like others, and heals.
func TestMachineFails(t *testing.T) {
	f := newFixture(t)
	p, _ := f.look("index.html")
	p.next("problems")
	f.change(func() { f.err = errors.New("the share is gone") })
	p.next("problems", "打不开：the share is gone")
	f.change(func() { f.err = nil; f.dirty = append(f.dirty, "panic") })
	p.next("problems", "a fault")
	f.set("index.html", document("好"))
	p.next("page")
	p.next("problems")
}

// Without a good site there is a page that says why, and it goes away.
func TestNoGoodSite(t *testing.T) {
	f := start(t, &fake{findings: []diag.Finding{wrong("site.toml", "缺 <title>")}})
	code, page := f.get("/")
	if code != http.StatusServiceUnavailable || !strings.Contains(page, "缺 &lt;title&gt;") || !strings.Contains(page, "site.toml:3:2") {
		t.Errorf("%d %s", code, page)
	}
	p, page := f.look("index.html")
	if !strings.Contains(page, "还做不出来") {
		t.Errorf("the page is\n%s", page)
	}
	p.next("problems")
	f.change(func() { f.findings = []diag.Finding{wrong("site.toml", "另一处")} })
	p.next("page")
	p, _ = f.look("index.html")
	p.next("problems")
	f.change(func() {
		f.findings = nil
		f.next = sample()
	})
	p.next("page")
	if _, page := f.get("/index.html"); !strings.Contains(page, "首页") {
		t.Errorf("the page is\n%s", page)
	}
}

// A template that fails leaves the page as it was, with the finding over it.
func TestTemplateFails(t *testing.T) {
	f := newFixture(t)
	p, _ := f.look("ju/p.html")
	p.next("problems")
	fault := wrong("layouts/article.html", "没有这个值")
	f.change(func() { f.put("ju/p.html", build.Made{Finding: &fault}) })
	p.next("problems", "layouts/article.html:3:2")
	if code, page := f.get("/ju/p.html"); code != 200 || !strings.Contains(page, "做法") {
		t.Errorf("not the last good page: %d %s", code, page)
	}
	f.change(func() { f.put("ju/index.html", build.Made{Finding: &fault}) })
	if code, page := f.get("/ju/index.html"); code != 500 && code != 200 || code == 500 && !strings.Contains(page, "没有这个值") {
		t.Errorf("%d %s", code, page)
	}
	f.change(func() {
		f.put("ju/p.html", build.Made{Data: []byte(document("改好了"))})
		f.put("ju/index.html", build.Made{Data: []byte(document("局"))})
	})
	p.next("page")
	p.next("problems")
	for {
		f.said.Lock()
		broken, mended := len(f.broken), f.mended
		f.said.Unlock()
		if mended == 2 {
			if broken != 1 {
				t.Errorf("one mistake of a template was said %d times", broken)
			}
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Warnings are shown with the page that they are about.
func TestNotes(t *testing.T) {
	note := wrong("content/局/p.md", "顺手改")
	note.Severity = diag.Warning
	f := start(t, &fake{made: sample(), findings: []diag.Finding{note}})
	p, _ := f.look("ju/p.html")
	if text := p.next("problems", "顺手改", "<details"); strings.Contains(text, "errors") {
		t.Errorf("a warning is shown as an error: %s", text)
	}
	q, _ := f.look("index.html")
	if text := q.next("problems"); text != "" {
		t.Errorf("shown with another page: %s", text)
	}
}

// What an audit finds comes after the page and what is wrong with it.
func TestAudited(t *testing.T) {
	found := wrong("content/局/p.md", "手机号")
	f := start(t, &fake{made: sample(), audits: []diag.Finding{found}})
	p, _ := f.look("ju/p.html")
	if problems := p.next("problems"); problems != "" {
		t.Errorf("problems at first: %s", problems)
	}
	if problems := p.next("problems", "手机号", "<details"); strings.Contains(problems, "errors-head") {
		t.Errorf("the audit's: %s", problems)
	}
	f.change(func() { f.audits = nil })
	if problems := p.next("problems"); problems != "" {
		t.Errorf("mended: %s", problems)
	}
}

// Ten thousand changes in a moment are few looks.
func TestBurst(t *testing.T) {
	f := newFixture(t)
	p, _ := f.look("index.html")
	p.next("problems")
	for i := range 10_000 {
		f.change(func() {})
		if i%100 == 0 {
			runtime.Gosched()
		}
	}
	f.set("index.html", document("新"))
	p.next("page")
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := len(f.refreshes); n > 100 {
		t.Errorf("the site was looked at %d times", n)
	}
}

// Streams, and what they hold, are bounded and given back.
func TestStreamsAreBounded(t *testing.T) {
	f := newFixture(t)
	var open []*follower
	for range maxStreams {
		p := f.follow("index.html", "", "0")
		p.next("page")
		open = append(open, p)
	}
	ask := "/.branchlight/events?" + url.Values{"token": {f.server.token}, "page": {"index.html"}, "version": {""}, "round": {"0"}}.Encode()
	if code, _ := f.get(ask); code != http.StatusServiceUnavailable {
		t.Errorf("one stream more gives %d", code)
	}
	if code, _ := f.get("/index.html"); code != 200 {
		t.Errorf("a page gives %d meanwhile", code)
	}
	for _, p := range open {
		p.body.Close()
	}
	deadline := time.Now().Add(limit)
	for {
		f.server.mu.Lock()
		n := f.server.streams
		f.server.mu.Unlock()
		if n == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d streams are still held", n)
		}
		f.change(func() {})
		time.Sleep(10 * time.Millisecond)
	}
}

// A stream outlives the limits that other requests have.
func TestStreamOutlivesTimeouts(t *testing.T) {
	f := newFixture(t)
	h := httptest.NewUnstartedServer(f.server)
	h.Config.ReadTimeout, h.Config.WriteTimeout = 50*time.Millisecond, 50*time.Millisecond
	h.Start()
	defer h.Close()
	f.host = h.Listener.Addr().String()
	p, _ := f.look("index.html")
	p.next("problems")
	time.Sleep(300 * time.Millisecond)
	f.set("index.html", document("新"))
	p.next("page")
	p.body.Close()
}

// No more connections are open than there are places for.
func TestConnectionsAreBounded(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	bounded := limited(l, 2)
	accepted := make(chan net.Conn)
	go func() {
		defer close(accepted)
		for {
			c, err := bounded.Accept()
			if err != nil {
				return
			}
			accepted <- c
		}
	}()
	for range 3 {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	one, two := <-accepted, <-accepted
	select {
	case <-accepted:
		t.Error("a third connection was taken")
	case <-time.After(50 * time.Millisecond):
	}
	one.Close()
	one.Close() // gives back one place only
	three := <-accepted
	bounded.Close()
	if _, more := <-accepted; more {
		t.Error("a connection was taken after the end")
	}
	two.Close()
	three.Close()
}

func TestKept(t *testing.T) {
	var k keep
	for i := range 3 * maxKept {
		k.put(fmt.Sprint(i), []byte{1})
		k.put("0", []byte{2})
	}
	if len(k.pages) != maxKept || len(k.order) != maxKept {
		t.Errorf("%d pages are kept", len(k.pages))
	}
	if data, ok := k.get("0"); !ok || data[0] != 2 {
		t.Error("the page asked for last is not kept")
	}
}

// Pages are not answered before the site was looked at.
func TestWaitsForTheFirstLook(t *testing.T) {
	f := &fake{made: sample(), ready: make(chan struct{}, 1)}
	f.mu.Lock() // holds the first look up
	s := New(Options{Site: f, Changes: f, Broken: func([]diag.Finding) {}, Mended: func(*build.Result) {}})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.Serve(ctx, l) }()
	code := make(chan int)
	go func() {
		resp, err := http.Get("http://" + l.Addr().String() + "/index.html")
		if err != nil {
			t.Error(err)
			code <- 0
			return
		}
		resp.Body.Close()
		code <- resp.StatusCode
	}()
	select {
	case c := <-code:
		t.Errorf("answered with %d", c)
	case <-time.After(50 * time.Millisecond):
		f.mu.Unlock()
		if c := <-code; c != 200 {
			t.Errorf("answered with %d", c)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// Errors that only an audit finds are named as errors, though the page is shown.
func TestNotesName(t *testing.T) {
	s := &Server{panels: panels(diag.Zh)}
	note := func(level diag.Severity) diag.Finding { return diag.Finding{Severity: level, Rule: "x"} }
	if got := s.problems(nil, []diag.Finding{note(diag.Error), note(diag.Hint), note(diag.Warning)}); !strings.Contains(got, "1 处错误（改好才能发布），2 处提醒和建议") {
		t.Error(got)
	}
	if got := s.problems(nil, []diag.Finding{note(diag.Hint)}); !strings.Contains(got, "这一页有 1 处提醒和建议") {
		t.Error(got)
	}
}
