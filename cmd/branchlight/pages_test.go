package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"branchlight/cmd/branchlight/internal/site"
)

// sampleDay is the day as of which the tests build the sample county.
const sampleDay = "2026-11-01"

// kinds are pages of the sample county, one of every kind.
var kinds = []struct{ name, page string }{
	{"home", "index.html"},
	{"agencies", "agencies/index.html"},
	{"agency", "caizheng/index.html"},
	{"branch", "caizheng/yusuan/index.html"},
	{"practice", "caizheng/yusuan/mingbaizhang.html"},
	{"gallery", "gonghui/zhigong/laomo.html"},
	{"report", "nongye/chuangjian-2026.html"},
	{"post", "ziranziyuan/budongchan/zhixianfenggang.html"},
	{"help", "help/body.html"},
	{"section", "help/index.html"},
	{"practices", "practices/index.html"},
	{"progress", "progress/index.html"},
	{"posts", "posts/index.html"},
	{"wall", "posts/ziranziyuan/index.html"},
	{"cards", "posts/ziranziyuan/cards.html"},
	{"plates", "posts/ziranziyuan/plates.html"},
	{"themes", "themes/index.html"},
	{"topic", "themes/ronghe/index.html"},
	{"matrix", "matrix/index.html"},
	{"stars", "stars/index.html"},
	{"archive", "archive/index.html"},
	{"year", "archive/2026/index.html"},
	{"search", "search.html"},
	{"404", "404.html"},
}

// sample builds the sample county, as it lies in the repository, and gives the
// folder.
func sample(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	code, _, stderr := trial(t, os.Getenv, "build", "--site", "../..", "--day", sampleDay, "--output", dir)
	if code != 0 {
		t.Fatal(stderr)
	}
	return dir
}

// Every output of a template is of a kind that the browser tests look at.
func TestKindsAreThere(t *testing.T) {
	dir := sample(t)
	for _, k := range kinds {
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(k.page))); err != nil {
			t.Errorf("%s: %v", k.name, err)
		}
	}
}

// maxStyle bounds the style sheets and scripts of an article, in bytes.
const maxStyle = 40_000

func TestStylesAreLight(t *testing.T) {
	total := int64(0)
	for _, name := range []string{"site.css", "site.js"} {
		info, err := os.Stat("../../themes/county/assets/" + name)
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size()
	}
	if total > maxStyle {
		t.Errorf("site.css and site.js have %d bytes together", total)
	}
}

// The first view of an article is its page and at most two files besides its
// pictures, all of this site.
func TestRequests(t *testing.T) {
	b := newTab(t, sample(t))
	var mu sync.Mutex
	var asked []string
	files := http.FileServer(http.Dir(b.dir))
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, strings.TrimPrefix(r.URL.Path, "/"))
		mu.Unlock()
		w.Header().Set("Cache-Control", "no-store")
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	for _, k := range kinds {
		mu.Lock()
		asked = nil
		mu.Unlock()
		// FileServer leads index.html to its folder, which is a request more.
		if err := chromedp.Do(b.ctx, chromedp.Navigate(s.URL+"/"+strings.TrimSuffix(k.page, "index.html"))); err != nil {
			t.Fatal(err)
		}
		foreign := b.ask(`performance.getEntriesByType('resource').map(function (e) { return e.name; }).filter(function (n) { return n.indexOf(location.origin + '/') !== 0 && n.indexOf('data:') !== 0; }).join(' ')`)
		if foreign != "" {
			t.Errorf("%s asks other hosts: %s", k.name, foreign)
		}
		pictures, own := 0, 0
		mu.Lock()
		for _, name := range asked {
			if site.IsImage(name) {
				pictures++
				continue
			}
			own++
		}
		mu.Unlock()
		most := 3
		switch k.name {
		case "progress", "matrix", "cards", "plates":
			most = 4 // a style sheet for print
		case "search":
			most = 9 // its own style sheet and script, and three files that it reads, or four
		}
		if own > most {
			t.Errorf("%s makes %d requests: %v", k.name, own, asked)
		}
		html, err := os.ReadFile(filepath.Join(b.dir, filepath.FromSlash(k.page)))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%-10s %d requests and %d pictures; HTML %d bytes; script %s ms", k.name, own, pictures, len(html), b.ask(scriptTime))
	}
}

// scriptTime is how long the script takes when it runs again, in milliseconds.
const scriptTime = `(function () { var t = performance.now(); window.dispatchEvent(new Event('pageshow')); return (performance.now() - t).toFixed(1); })()`

// tab is a page in a real browser.
type tab struct {
	t   testing.TB
	ctx context.Context
	dir string
}

// newTab starts a browser on a site's folder. Where there is none the test is
// skipped, or fails where BRANCHLIGHT_REQUIRE_BROWSER is set.
func newTab(t testing.TB, dir string) *tab {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("BRANCHLIGHT_REQUIRE_BROWSER") != "" {
			t.Fatal("there is no chromium, and BRANCHLIGHT_REQUIRE_BROWSER is set")
		}
		t.Skip("there is no chromium: what only a browser shows is not tested")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("no-sandbox", true), chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true))
	ctx, stop := context.WithTimeout(context.Background(), 20*time.Minute)
	t.Cleanup(stop)
	ctx, end := chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(end)
	ctx, leave := chromedp.NewContext(ctx)
	t.Cleanup(leave)
	return &tab{t, ctx, dir}
}

func (b *tab) visit(page string) {
	b.t.Helper()
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(b.dir, page))}
	if err := chromedp.Do(b.ctx, chromedp.Navigate(u.String())); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) size(width, height int64) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.EmulateViewport(width, height)); err != nil {
		b.t.Fatal(err)
	}
}

// ask evaluates an expression, or a promise, to a text.
func (b *tab) ask(expression string) string {
	b.t.Helper()
	s, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%.200s: %v", expression, err)
	}
	return s
}

// looks are the views that readers choose, as the script remembers them.
var looks = []struct{ name, font, contrast string }{
	{"normal", "medium", "normal"},
	{"contrast", "medium", "high"},
	{"large", "large", "normal"},
	{"small", "small", "normal"},
}

func (b *tab) look(i int) {
	b.ask(fmt.Sprintf("localStorage.setItem('branchlight-font', %q), localStorage.setItem('branchlight-contrast', %q), ''", looks[i].font, looks[i].contrast))
}

// axe finds what axe-core says against a page.
const axe = `axe.run(document, {runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}, resultTypes: ['violations']}).then(function (r) {
  return JSON.stringify(r.violations.map(function (v) { return v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map(function (n) { return n.html.slice(0, 200) + ' [' + n.failureSummary + ']'; }).join(' | '); }));
})`

// axeFile is axe-core's script, axe.min.js of the npm package axe-core, named by
// BRANCHLIGHT_AXE. Without it the test is skipped, or fails where
// BRANCHLIGHT_REQUIRE_BROWSER is set.
func axeFile(t *testing.T) string {
	t.Helper()
	name := os.Getenv("BRANCHLIGHT_AXE")
	if name == "" {
		if os.Getenv("BRANCHLIGHT_REQUIRE_BROWSER") != "" {
			t.Fatal("BRANCHLIGHT_AXE names no axe.min.js, and BRANCHLIGHT_REQUIRE_BROWSER is set")
		}
		t.Skip("BRANCHLIGHT_AXE names no axe.min.js: accessibility is not tested")
	}
	script, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
}

// axe-core finds nothing on any kind of page, in any view, on a telephone (which
// is also 1280 pixels at 400 %) and on a desk; and nothing is wider than the window.
func TestAccessible(t *testing.T) {
	script := axeFile(t)
	b := newTab(t, sample(t))
	b.visit("index.html")
	for i, l := range looks {
		b.look(i)
		for _, width := range []int64{320, 1366} {
			b.size(width, 800)
			for _, k := range kinds {
				b.visit(k.page)
				if over := b.ask(`String(document.documentElement.scrollWidth - document.documentElement.clientWidth)`); over != "0" {
					t.Errorf("%s, %s, %d px: %s px wider than the window: %s", k.name, l.name, width, over, b.ask(widest))
				}
				b.ask(script + "; ''")
				var found []string
				if err := json.Unmarshal([]byte(b.ask(axe)), &found); err != nil {
					t.Fatal(err)
				}
				for _, f := range found {
					t.Errorf("%s, %s, %d px: %s", k.name, l.name, width, f)
				}
			}
		}
	}
}

// widest names what sticks out of the window.
const widest = `[].filter.call(document.querySelectorAll('body *'), function (e) { return e.getBoundingClientRect().right > document.documentElement.clientWidth + 1; }).slice(0, 3).map(function (e) { return e.outerHTML.slice(0, 120); }).join(' | ')`

// The views are remembered from page to page.
func TestViews(t *testing.T) {
	b := newTab(t, sample(t))
	b.size(1366, 800)
	b.visit("caizheng/yusuan/mingbaizhang.html")
	before := b.ask(`getComputedStyle(document.querySelector('.body')).fontSize`)
	b.ask(`document.querySelector('.masthead [data-font=large]').click(), ''`)
	if after := b.ask(`getComputedStyle(document.querySelector('.body')).fontSize`); after == before {
		t.Errorf("text of %s stays as it is", after)
	}
	b.ask(`document.querySelector('[data-contrast]').click(), ''`)
	b.visit("stars/index.html")
	if c := b.ask(`document.documentElement.className`); c != " js font-large contrast" {
		t.Errorf("another page has the classes %q", c)
	}
	if c := b.ask(`getComputedStyle(document.body).backgroundColor`); c != "rgb(0, 0, 0)" {
		t.Errorf("high contrast is on %s", c)
	}
	if p := b.ask(`document.querySelector('[data-contrast]').getAttribute('aria-pressed')`); p != "true" {
		t.Errorf("the button says %s", p)
	}
	b.look(0)
}

// The tab key gets everywhere on every kind of page, shows where it is, and comes
// to the skip link first.
func TestTabKey(t *testing.T) {
	b := newTab(t, sample(t))
	for _, k := range kinds {
		for _, width := range []int64{1366, 320} {
			b.size(width, 800)
			b.visit(k.page)
			if lost := b.ask(unreached); lost != "" {
				t.Errorf("%s, %d px: these cannot be reached: %s", k.name, width, lost)
			}
			n := 0
			for ; n < 500; n++ {
				if err := chromedp.Do(b.ctx, chromedp.KeyEvent("\t")); err != nil {
					t.Fatal(err)
				}
				at := b.ask(focused)
				if at == "none" {
					break // past the end of the page
				}
				if strings.HasPrefix(at, "hidden") {
					t.Errorf("%s, %d px: the focus is not seen: %s", k.name, width, at)
				}
				if n == 0 && k.name != "404" && !strings.Contains(at, "#page:main") {
					t.Errorf("%s, %d px: the first stop is no skip link: %s", k.name, width, at)
				}
			}
			if missed := b.ask(missed); missed != "" || n == 500 {
				t.Errorf("%s, %d px: after %d stops the tab key has not come to %s", k.name, width, n, missed)
			}
		}
	}
}

// missed names the controls that the tab key has not come to.
const missed = `[].filter.call(document.querySelectorAll('a[href], button, summary'), function (e) { return !e.hasAttribute('data-stop') && e.getClientRects().length > 0; }).slice(0, 5).map(function (e) { return e.outerHTML; }).join(' | ')`

// A browser takes the narrow picture for lists, and the one that fits for the text.
func TestPictureWidths(t *testing.T) {
	b := newTab(t, sample(t))
	const picture = "da-ting"
	for width, want := range map[int64]string{360: "-480.png", 1366: "-1200.png"} {
		b.size(width, 800)
		b.visit(b.pageWith(picture + "-1200.png"))
		if got := b.ask(`document.querySelector('main img[srcset]').currentSrc`); !strings.HasSuffix(got, picture+want) {
			t.Errorf("at %d px the browser takes %s", width, got)
		}
		if over := b.ask(`String([].filter.call(document.images, function (i) { return !i.hasAttribute('width') || !i.hasAttribute('height') || !i.hasAttribute('alt'); }).length)`); over != "0" {
			t.Errorf("%s pictures lack a size or words", over)
		}
	}
	b.visit("practices/index.html")
	if wide := b.ask(`[].filter.call(document.images, function (i) { return i.currentSrc.indexOf('-1200.') > 0 || i.loading !== 'lazy'; }).map(function (i) { return i.outerHTML; }).join(' ')`); wide != "" {
		t.Errorf("in a list: %s", wide)
	}
}

// pageWith finds an article that shows a picture.
func (b *tab) pageWith(picture string) (page string) {
	b.t.Helper()
	err := filepath.WalkDir(b.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".html" || page != "" {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), picture) {
			page, _ = filepath.Rel(b.dir, path)
		}
		return err
	})
	if err != nil || page == "" {
		b.t.Fatalf("no page shows %s: %v", picture, err)
	}
	return page
}

// unreached names the links and buttons of a page that are not shown.
const unreached = `[].filter.call(document.querySelectorAll('a[href], button'), function (e) { return e.getClientRects().length === 0 && !e.closest('[hidden]'); }).slice(0, 5).map(function (e) { return e.outerHTML; }).join(' | ')`

// focused says where the focus is, and whether a reader sees it.
const focused = `(function () { var e = document.activeElement; if (!e || e === document.body) { return 'none'; } e.setAttribute('data-stop', ''); var s = getComputedStyle(e), r = e.getBoundingClientRect(); return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 && r.width > 0 && r.left >= 0 ? 'seen ' : 'hidden ') + e.outerHTML.slice(0, 150); })()`

// printed are the pages whose length on paper is promised, with the number of sheets.
var printed = []struct {
	page   string
	sheets int
}{
	{"progress/index.html", 1},
	{"matrix/index.html", 1},
	{"posts/ziranziyuan/cards.html", 2}, // three cards
	{"posts/ziranziyuan/plates.html", 3},
}

func TestPrinted(t *testing.T) {
	b := newTab(t, sample(t))
	for _, p := range printed {
		b.visit(p.page)
		if n := sheets(b.pdf()); n != p.sheets {
			t.Errorf("%s is printed on %d sheets", p.page, n)
		}
	}
}

// The progress board of a large county is printed on one sheet too.
func TestBoardOfManyAgencies(t *testing.T) {
	root, out := t.TempDir(), t.TempDir()
	write := func(name, text string) {
		name = filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("site.toml", "title = \"县\"\n[model_agency]\nstages = [\"申报\", \"创建\", \"自评\", \"考评\", \"命名\"]\n")
	for i := range 64 {
		folder := fmt.Sprintf("content/a%d/", i)
		write(folder+"_index.md", fmt.Sprintf("+++\ntitle = \"筠溪县第%d号行政审批服务局\"\nstage = \"自评\"\nsince = 2026-03-01\n+++\n", i))
		write(folder+"p.md", "+++\ntitle = \"两件销号，一件延期\"\ndate = 2026-04-01\nkind = \"progress\"\nstage = \"自评\"\npercent = 60\ndue = 2026-12-31\n+++\n\n正文。\n")
	}
	if code, _, stderr := trial(t, os.Getenv, "build", "--site", root, "--day", sampleDay, "--output", out); code != 0 {
		t.Fatal(stderr)
	}
	b := newTab(t, out)
	b.visit("progress/index.html")
	if n := sheets(b.pdf()); n != 1 {
		t.Errorf("the board is printed on %d sheets", n)
	}
}

// sheets counts the pages of a PDF.
func sheets(pdf []byte) int { return strings.Count(string(pdf), "/Type /Page\n") }

func (b *tab) pdf() []byte {
	b.t.Helper()
	data, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
	if err != nil {
		b.t.Fatal(err)
	}
	return data
}

// Pictures of every kind of page, where BRANCHLIGHT_PICTURES names a folder;
// BRANCHLIGHT_KINDS names some of them, BRANCHLIGHT_LOOK one of the looks.
func TestPictures(t *testing.T) {
	to := os.Getenv("BRANCHLIGHT_PICTURES")
	if to == "" {
		t.Skip("BRANCHLIGHT_PICTURES names no folder")
	}
	only := strings.Fields(os.Getenv("BRANCHLIGHT_KINDS"))
	b := newTab(t, sample(t))
	save := func(name string, data []byte, err error) {
		if err == nil {
			err = os.WriteFile(filepath.Join(to, name), data, 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if look, err := strconv.Atoi(os.Getenv("BRANCHLIGHT_LOOK")); err == nil && look < len(looks) {
		b.visit("index.html")
		b.look(look)
	}
	for _, k := range kinds {
		if len(only) > 0 && !slices.Contains(only, k.name) {
			continue
		}
		for _, width := range []int64{360, 820, 1440} {
			b.size(width, 900)
			b.visit(k.page)
			b.ask(`[].forEach.call(document.images, function (i) { i.loading = 'eager'; }), ''`)
			b.ask(`Promise.all([].map.call(document.images, function (i) { return i.decode().catch(function () {}); })).then(function () { return ''; })`)
			data, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
			save(fmt.Sprintf("%s-%d.png", k.name, width), data, err)
		}
		save(k.name+".pdf", b.pdf(), nil)
	}
}
