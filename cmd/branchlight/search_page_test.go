package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/chromedp/chromedp"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/search"
)

// A county with an index, in a folder with a Chinese name and a blank, read from
// files: what is shown, in its order, is what a scan of the texts finds.
func TestSearchFinds(t *testing.T) {
	c := newCounty(t, 700)
	dir := filepath.Join(t.TempDir(), "支部 风采")
	c.build(t, dir)
	b := newTab(t, dir)
	hit, due := 0, 0
	for _, queries := range c.queries(8) {
		for _, q := range queries {
			h, d := agree(t, q, b.find(fileBase(dir), q), c.matches(q))
			hit, due = hit+h, due+d
		}
	}
	if hit != due || due < 200 {
		t.Errorf("%d of %d", hit, due)
	}
}

// A sign is no word of the index, but counts where a title has it: the oldest of
// the pages is shown first.
func TestSearchSigns(t *testing.T) {
	c := newCounty(t, 700)
	var pages []*countyPage
	for i := range c.pages {
		if c.pages[i].date != "" {
			pages = append(pages, &c.pages[i])
		}
	}
	pages = sortedByDate(pages)[:25]
	for _, p := range pages {
		c.add(t, p, "壬癸壬＋甲")
	}
	oldest := pages[len(pages)-1]
	c.retitle(t, oldest, oldest.title+"＋")
	dir := t.TempDir()
	c.build(t, dir)
	b := newTab(t, dir)
	if hit, due := agree(t, "壬癸壬 ＋", b.find(fileBase(dir), "壬癸壬 ＋"), c.matches("壬癸壬 ＋")); hit != due {
		t.Errorf("%d of %d", hit, due)
	}
}

// Go and the browser fold and divide texts in the same way.
func TestSearchFolds(t *testing.T) {
	b := newTab(t, sample(t))
	b.visit("search.html")
	var want []uint16
	for c := range 0x10000 {
		f := rune(c)
		word := false
		if !utf16.IsSurrogate(f) {
			f = search.Fold(f)
			word = search.IsWord(f)
		}
		n := uint16(f)
		if word {
			n ^= 0x5555
		}
		want = append(want, n)
	}
	var got []uint16
	answer := b.ask(`(function () { var list = []; for (var c = 0; c < 0x10000; c++) {
	  var f = branchlightSearchPage.fold(String.fromCharCode(c)).charCodeAt(0), surrogate = c >= 0xd800 && c <= 0xdfff;
	  list.push(!surrogate && branchlightSearchPage.isWord(f) ? f ^ 0x5555 : f);
	} return JSON.stringify(list); })()`)
	if err := json.Unmarshal([]byte(answer), &got); err != nil {
		t.Fatal(err)
	}
	for c := range want {
		if got[c] != want[c] {
			t.Errorf("%U: Go %#x, the browser %#x", c, want[c], got[c])
		}
	}
}

// faults notes every error of a page's scripts.
const faults = `window.faults = []; window.addEventListener('error', function (e) { faults.push(e.message); }); window.addEventListener('unhandledrejection', function (e) { faults.push(String(e.reason)); }); ''`

// typing puts a text into the box as a keyboard does, and waits for the answer.
func (b *tab) typing(text string) string {
	b.t.Helper()
	quoted, _ := json.Marshal(text)
	b.ask(`(function () { var q = document.getElementById('search:q'); q.focus(); delete branchlightSearchPage.answered; q.value = ` + string(quoted) + `; q.dispatchEvent(new Event('input', { bubbles: true })); return ''; })()`)
	return b.ask(`new Promise(function (resolve) { (function look(n) {
	  if (!branchlightSearchPage.answered && n < 400) { setTimeout(look, 10, n + 1); return; }
	  resolve(document.getElementById('search:status').textContent);
	}(0)); })`)
}

// The link past the menu puts its place behind the address: the query stays.
func TestSearchPastMenu(t *testing.T) {
	b := newTab(t, sample(t))
	if err := chromedp.Do(b.ctx, chromedp.Navigate(fileBase(b.dir)+"search.html?q=x#page:main")); err != nil {
		t.Fatal(err)
	}
	if got := b.ask(`document.getElementById('search:q').value`); got != "x" {
		t.Errorf("the box has %q", got)
	}
}

// Whatever is typed is text: no error, no element that it names.
func TestSearchOddQueries(t *testing.T) {
	c := newCounty(t, 600)
	dirs := []string{sample(t), t.TempDir()}
	c.build(t, dirs[1])
	b := newTab(t, "")
	for _, dir := range dirs {
		b.dir = dir
		b.visit("search.html")
		b.ask(faults)
		b.find(fileBase(dir), "党")
		b.ask(faults)
		for _, q := range []string{
			strings.Repeat("党支部建设工作", 1500), strings.Repeat("a ", 5000), strings.Repeat(`"`, 999), "<img src=x onerror=alert(1)>", `<script>faults.push('run')</script>`,
			"\x00\x01\x1f党\x7f", "(.*)+[党$^\\", "&amp;&#20826;", "'; drop", "\u202e党\u200b", "𠮷𠮷", "   ", "，。、", "-", "constructor", "__proto__ toString", "%E5%85%9A%", "党　支 部", `"党 支部`, "“党支部”", "ＷＰＳ",
		} {
			status := b.typing(q)
			if status == "" && strings.TrimSpace(q) != "" || strings.Contains(status, "读不出来") {
				t.Errorf("%.40q: %s", q, status)
			}
		}
		if found := b.ask(`JSON.stringify(faults)`); found != "[]" {
			t.Errorf("errors: %s", found)
		}
		if found := b.ask(`String(document.querySelectorAll('#search\\:app script, #search\\:app img').length)`); found != "0" {
			t.Errorf("%s elements of a query", found)
		}
	}
}

// The keyboard alone is enough, and nothing runs while an input method composes.
func TestSearchKeyboard(t *testing.T) {
	dir := sample(t)
	b := newTab(t, dir)
	b.find(fileBase(dir), "党")
	keys := func(k string) {
		t.Helper()
		if err := chromedp.Do(b.ctx, chromedp.KeyEvent(k)); err != nil {
			t.Fatal(err)
		}
	}
	at := func() string { return b.ask(`document.activeElement.id || document.activeElement.tagName`) }
	keys("/")
	if at() != "search:q" {
		t.Errorf("/ leads to %s", at())
	}
	const names = `document.getElementById('search:names').hidden + ' ' + [].map.call(document.querySelectorAll('#search\\:names li'), function (l) { return l.getAttribute('aria-selected') + l.textContent; }).join('|')`
	b.typing("xczj")
	b.ask(`new Promise(function (r) { setTimeout(r, 300, ''); })`)
	if s := b.ask(names); !strings.Contains(s, "县财政局") || !strings.HasPrefix(s, "false") {
		t.Errorf("xczj suggests %s", s)
	}
	keys("\ue015") // down
	if s := b.ask(names); !strings.Contains(s, "true") {
		b.ask(`document.getElementById('search:q').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true })), ''`)
	}
	if s := b.ask(names + ` + document.getElementById('search:q').getAttribute('aria-activedescendant')`); !strings.Contains(s, "true") || !strings.HasSuffix(s, "search:name0") {
		t.Errorf("down chooses nothing: %s", s)
	}
	keys("\r")
	b.ask(`new Promise(function (r) { setTimeout(r, 300, ''); })`)
	if s := b.ask(`location.href`); !strings.HasSuffix(s, "/caizheng/index.html") {
		t.Errorf("enter leads to %s", s)
	}
	b.find(fileBase(dir), "党支部")
	b.ask(`document.getElementById('search:q').focus(), document.getElementById('search:q').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true })), ''`)
	if at() != "A" {
		t.Errorf("down leads to %s", at())
	}
	before := b.ask(`document.getElementById('search:status').textContent`)
	b.ask(`(function () { var q = document.getElementById('search:q'); q.focus(); q.dispatchEvent(new CompositionEvent('compositionstart')); q.value = 'zzzz'; q.dispatchEvent(new Event('input')); q.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true })); return ''; })()`)
	b.ask(`new Promise(function (r) { setTimeout(r, 400, ''); })`)
	if s := b.ask(`document.getElementById('search:status').textContent`); s != before {
		t.Errorf("during composition: %s", s)
	}
	b.ask(`document.getElementById('search:q').dispatchEvent(new CompositionEvent('compositionend')), ''`)
	b.ask(`new Promise(function (r) { setTimeout(r, 500, ''); })`)
	if s := b.ask(`document.getElementById('search:status').textContent`); s == before {
		t.Errorf("after composition: %s", s)
	}
}

// A page with results, and one with suggestions, is accessible in every view.
func TestSearchAccessible(t *testing.T) {
	script := axeFile(t)
	dir := sample(t)
	b := newTab(t, dir)
	b.visit("index.html")
	for i, l := range looks {
		b.look(i)
		for _, width := range []int64{320, 1366} {
			b.size(width, 800)
			b.find(fileBase(dir), "党支部")
			for _, state := range []string{"results", "suggestions"} {
				if state == "suggestions" {
					b.typing("县")
					b.ask(`new Promise(function (r) { setTimeout(r, 200, ''); })`)
				}
				if over := b.ask(`String(document.documentElement.scrollWidth - document.documentElement.clientWidth)`); over != "0" {
					t.Errorf("%s, %s, %d px: %s px wider than the window: %s", state, l.name, width, over, b.ask(widest))
				}
				b.ask(script + "; ''")
				var found []string
				if err := json.Unmarshal([]byte(b.ask(axe)), &found); err != nil {
					t.Fatal(err)
				}
				for _, f := range found {
					t.Errorf("%s, %s, %d px: %s", state, l.name, width, f)
				}
			}
		}
	}
}

// A file that is missing, cut or of another build is named, and the rest is shown.
func TestSearchDamaged(t *testing.T) {
	c := newCounty(t, 600)
	dir := t.TempDir()
	c.build(t, dir)
	b := newTab(t, dir)
	word := c.phrases[0] // 三会一课
	a := b.find(fileBase(dir), word)
	for _, harm := range []string{"gone", "cut", "other"} {
		for _, f := range a.Files {
			if strings.Contains(f, "/now.") || strings.Contains(f, "/head.") || strings.Contains(f, "/names.") {
				continue
			}
			name := filepath.Join(dir, filepath.FromSlash(f))
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			switch harm {
			case "gone":
				err = os.Remove(name)
			case "cut":
				err = os.WriteFile(name, data[:len(data)/2], 0o666)
			case "other":
				other := append([]byte(nil), data...)
				other[len(other)*3/4&^1] ^= 1
				err = os.WriteFile(name, other, 0o666)
			}
			if err != nil {
				t.Fatal(err)
			}
			got := b.find(fileBase(dir), word)
			if !strings.Contains(got.Status, f) {
				t.Errorf("%s, %s: %s", f, harm, got.Status)
			}
			if len(got.URLs) == 0 {
				t.Errorf("%s, %s: nothing is shown: %s", f, harm, got.Status)
			}
			if err := os.WriteFile(name, data, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A page that is left open over a publish loads itself again, once, and goes on.
func TestSearchOverPublish(t *testing.T) {
	c := newCounty(t, 600)
	dir := t.TempDir()
	c.build(t, dir)
	b := newTab(t, dir)
	b.find(fileBase(dir), "容缺受理")
	b.ask(`window.marked = true, ''`)
	for i := len(c.pages) - 1; i > len(c.pages)-200; i-- { // of all days, so that what is asked for is other
		c.add(t, &c.pages[i], "新词龘龘也在这里。")
	}
	c.build(t, dir)
	b.ask(`(function () { var q = document.getElementById('search:q'); q.value = '龘龘'; q.dispatchEvent(new Event('input')); return ''; })()`)
	var a answer
	b.ask(`new Promise(function (r) { setTimeout(r, 50, ''); })`)
	for range 100 { // until it goes; meanwhile questions fail
		if s, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`String(window.marked)`)); err == nil && s == "undefined" {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.arrive()
	if err := json.Unmarshal([]byte(b.ask(answered)), &a); err != nil {
		t.Fatal(err)
	}
	agree(t, "龘龘", a, c.matches("龘龘"))
	if s := b.ask(`String(window.marked)`); s != "undefined" {
		t.Errorf("the page was not loaded again: %s", a.Status)
	}
}

// The preview answers from memory, below and above the number of pages from which
// there is an index, and finds what was saved a moment ago.
func TestSearchInPreview(t *testing.T) {
	for _, pages := range []int{400, 600} {
		c := newCounty(t, pages)
		a, lines := terminalOf(t)
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error)
		o := build.Options{Root: c.root, Day: 20261101, Preview: true}
		go func() { done <- a.preview(ctx, preview{options: o, bind: "127.0.0.1"}) }()
		_, base, _ := strings.Cut(until(t, lines, "预览："), "：")
		until(t, lines, "没有错误，共")
		b := newTab(t, "")
		for _, q := range []string{"三会一课", c.people[0], c.agencies[0].short} {
			agree(t, q, b.find(base, q), c.matches(q))
		}
		for i := range 3 { // one after the other: each set of files is made of the one before
			p := &c.pages[len(c.pages)-1-10*i]
			c.add(t, p, "新词龘龘也在这里。")
			for n := 0; ; n++ {
				if _, shown := page(t, base+p.out); strings.Contains(shown, "龘龘") {
					break
				} else if n == 600 {
					t.Fatalf("%s is as it was a minute ago", p.out)
				}
				time.Sleep(100 * time.Millisecond)
			}
			agree(t, "龘龘", b.find(base, "龘龘"), c.matches("龘龘"))
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(filepath.Join(c.root, "public")); !os.IsNotExist(err) {
			t.Errorf("the preview wrote files: %v", err)
		}
	}
}

// What is held back is in no file of the output, as text or in a list.
func TestSearchLeaksNothing(t *testing.T) {
	for _, indexed := range []bool{false, true} {
		c := newCounty(t, 365)
		if indexed {
			c = newCounty(t, 560)
		}
		held := map[string]string{
			"draft":   "+++\ntitle = \"龘草稿\"\ndate = 2026-01-01\nkind = \"practice\"\ndraft = true\n+++\n\n靐草稿。\n",
			"future":  "+++\ntitle = \"龘将来\"\ndate = 2027-01-01\nkind = \"practice\"\n+++\n\n靐将来。\n",
			"expired": "+++\ntitle = \"龘过期\"\ndate = 2025-01-01\nexpires = 2025-02-01\nkind = \"practice\"\n+++\n\n靐过期。\n",
			"shown":   "+++\ntitle = \"齉可见\"\ndate = 2026-01-01\nkind = \"practice\"\n+++\n\n鱻可见。\n",
		}
		for name, text := range held {
			c.write(t, "content/a01/b1/"+name+".md", text)
		}
		dir := t.TempDir()
		c.build(t, dir)
		files, seen := 0, 0
		err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(name)
			text := plain(data)
			files++
			if strings.HasPrefix(text, "\xff\xfe") {
				t.Errorf("%s is not read", name)
			}
			if strings.ContainsAny(text, "龘靐") {
				t.Errorf("%s has what is held back", name)
			}
			if strings.Contains(name, "search") && strings.ContainsAny(text, "齉鱻") {
				seen++
			}
			return err
		})
		if err != nil || files < 300 || seen == 0 || indexed && seen < 3 {
			t.Errorf("%d files, %d with what is shown, %v", files, seen, err)
		}
	}
}

// plain gives the text of a file, which may be packed.
func plain(data []byte) string {
	if text, ok := search.TextOf(data); ok {
		return text
	}
	return string(data)
}

// arrive waits until the search page is there and has answered.
func (b *tab) arrive() {
	b.t.Helper()
	for range 200 {
		time.Sleep(50 * time.Millisecond)
		s, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location.pathname + ' ' + !!(window.branchlightSearchPage && branchlightSearchPage.answered)`))
		if err == nil && strings.HasSuffix(s, "search.html true") {
			return
		}
	}
	b.t.Error("the search page does not answer")
}

// The box at the head of every page leads to the search page, also from files.
func TestSearchBox(t *testing.T) {
	dir := sample(t)
	b := newTab(t, dir)
	for _, page := range []string{"index.html", "caizheng/yusuan/mingbaizhang.html"} {
		b.visit(page)
		b.ask(`(function () { var f = document.querySelector('.find'); f.q.value = '党 支部'; f.querySelector('button').click(); return ''; })()`)
		b.arrive()
		var a answer
		if err := json.Unmarshal([]byte(b.ask(answered)), &a); err != nil {
			t.Fatal(err)
		}
		if len(a.URLs) != 10 {
			t.Errorf("from %s: %+v at %s", page, a, b.ask(`location.href`))
		}
	}
	html, err := os.ReadFile(filepath.Join(dir, "search.html"))
	if err != nil {
		t.Fatal(err)
	}
	if s := string(html); !strings.Contains(s, "不能运行脚本") || !strings.Contains(s, `id="search:app" hidden`) {
		t.Error("without its script the page does not say what else there is")
	}
}
