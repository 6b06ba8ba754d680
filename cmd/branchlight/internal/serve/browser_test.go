package serve_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// limit is how long a browser is waited for.
const limit = time.Minute

// browser is a page in a real browser.
type browser struct {
	t   *testing.T
	ctx context.Context
}

// open starts a browser. Where there is none the test is skipped, or fails where
// BRANCHLIGHT_REQUIRE_BROWSER is set.
func open(t *testing.T, address string) *browser {
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
		chromedp.Flag("disable-component-update", true), chromedp.WindowSize(1000, 800))
	ctx, stop := context.WithTimeout(context.Background(), 10*limit)
	t.Cleanup(stop)
	ctx, end := chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(end)
	ctx, leave := chromedp.NewContext(ctx)
	t.Cleanup(leave)
	b := &browser{t, ctx}
	b.visit(address)
	return b
}

func (b *browser) visit(address string) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.Navigate(address)); err != nil {
		b.t.Fatal(err)
	}
}

// ask evaluates an expression to a text.
func (b *browser) ask(expression string) (string, error) {
	return chromedp.Run(b.ctx, chromedp.Evaluate[string]("String("+expression+")"))
}

// until waits until an expression is true. A page that is loaded again meanwhile
// is asked again.
func (b *browser) until(expression string) {
	b.t.Helper()
	var last string
	var err error
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if last, err = b.ask(expression); err == nil && last == "true" {
			return
		}
	}
	text, _ := b.ask("document.documentElement.innerText")
	b.t.Fatalf("never true: %s (last: %s, %v); the page says\n%.800s", expression, last, err, text)
}

func (b *browser) run(expression string) {
	b.t.Helper()
	if _, err := b.ask(expression); err != nil {
		b.t.Fatal(err)
	}
}

// picture saves what is seen, where BRANCHLIGHT_PICTURES names a folder.
func (b *browser) picture(name string) {
	b.t.Helper()
	dir := os.Getenv("BRANCHLIGHT_PICTURES")
	if dir == "" {
		return
	}
	time.Sleep(200 * time.Millisecond) // for fonts
	data, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), data, 0o666)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// What the tests ask of a page.
const (
	shadow    = `(document.querySelector('branchlight-preview') || {}).shadowRoot`
	problems  = `(` + shadow + ` && ` + shadow + `.querySelector('.errors') || {textContent: ''}).textContent`
	badge     = `(` + shadow + ` && ` + shadow + `.querySelector('.badge') || {textContent: ''}).textContent`
	notes     = `(` + shadow + ` && ` + shadow + `.querySelector('.notes') || {textContent: ''}).textContent`
	bodyText  = `document.body.innerText`
	loadedOne = `window.sameDocument === 1` // set by mark
	mark      = `window.sameDocument = 1`
)

func says(what, text string) string { return what + `.indexOf('` + text + `') >= 0` }

func TestBrowser(t *testing.T) {
	f := county(t, 30)
	f.theme(t)
	f.write(t, "content/a0000/b0/draft.md", strings.Replace(pageText(0, "草稿里的话。"), "+++\n", "+++\ndraft = true\n", 1))
	address := preview(t, f, false)
	b := open(t, address+pageOut(7))
	b.until(says(bodyText, "原句。"))

	t.Run("a save is seen, at the same place", func(t *testing.T) {
		b.run(`(document.body.style.paddingBottom = '3000px', window.scrollTo(0, 400), window.pageYOffset)`)
		b.run(mark)
		f.write(t, pageFile(7), pageText(7, "新写的一句。"+strings.Repeat("\n\n再写一段。", 60)))
		b.until(says(bodyText, "新写的一句。"))
		b.until(`window.pageYOffset === 400`)
		b.until(`!(` + loadedOne + `)`)
	})
	t.Run("another page's save is no reload", func(t *testing.T) {
		b.run(mark)
		f.write(t, pageFile(25), pageText(25, "别处的一句。"))
		f.write(t, "content/a0000/b2/new.md", pageText(29, "别处的一篇。"))
		for end := time.Now().Add(limit); !strings.Contains(fetch(t, address+"a0000/b2/new.html"), "别处的一篇。"); {
			if time.Now().After(end) {
				t.Fatal("the new page never came")
			}
		}
		b.until(loadedOne)
	})
	t.Run("a style sheet is swapped without a reload", func(t *testing.T) {
		b.run(mark)
		css, err := os.ReadFile(f.path("themes/county/assets/site.css"))
		if err != nil {
			t.Fatal(err)
		}
		f.write(t, "themes/county/assets/site.css", string(css)+"\nbody { background: rgb(1, 2, 3) !important; }\n")
		b.until(`getComputedStyle(document.body).backgroundColor === 'rgb(1, 2, 3)'`)
		f.write(t, "themes/county/assets/site.css", string(css))
		b.until(`getComputedStyle(document.body).backgroundColor !== 'rgb(1, 2, 3)'`)
		b.until(loadedOne)
	})
	t.Run("and so is a picture", func(t *testing.T) {
		drawing := `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="8"/>`
		f.write(t, "content/a0000/b0/plan.svg", fmt.Sprintf(drawing, 40))
		f.write(t, pageFile(7), pageText(7, "新写的一句。\n\n![示意图](plan.svg)"+strings.Repeat("\n\n再写一段。", 60)))
		image := `document.querySelector('img[src*="plan.svg"]')`
		b.until(image + `.complete && ` + image + `.naturalWidth === 40`)
		f.write(t, "content/a0000/b0/plan.svg", fmt.Sprintf(drawing, 60))
		b.until(image + `.complete && ` + image + `.naturalWidth === 60`)
	})
	t.Run("a broken page is shown over the last good one", func(t *testing.T) {
		b.run(`window.scrollTo(0, 0)`)
		b.run(mark)
		f.write(t, pageFile(7), pageText(7, "见[没有的](<no&lt;b&gt;.md>)。"))
		b.until(says(problems, pageFile(7)))
		b.until(says(problems, "提示"))
		b.until(says(bodyText, "新写的一句。"))
		b.until(loadedOne)
		b.picture("error")
		b.run(shadow + `.querySelector('button.hide').click()`)
		b.until(problems + ` === ''`)
		f.write(t, pageFile(7), pageText(7, "见[没有的](no2.md)。"))
		b.until(says(problems, "no2.md"))
	})
	t.Run("and goes away when it is mended", func(t *testing.T) {
		f.write(t, pageFile(7), pageText(7, "改好的一句。"))
		b.until(says(bodyText, "改好的一句。"))
		b.until(problems + ` === ''`)
	})
	t.Run("or when the broken file is removed", func(t *testing.T) {
		b.run(mark)
		f.write(t, "content/a0000/b1/broken.md", "+++\ntitle = \n+++\n")
		b.until(says(problems, "broken.md"))
		if err := os.Remove(f.path("content/a0000/b1/broken.md")); err != nil {
			t.Fatal(err)
		}
		b.until(problems + ` === ''`)
		b.until(loadedOne)
	})
	t.Run("broken settings", func(t *testing.T) {
		f.write(t, "site.toml", "titel = \"站\"\n"+settings)
		b.until(says(problems, "site.toml:1"))
		f.write(t, "site.toml", settings)
		b.until(problems + ` === ''`)
	})
	t.Run("a broken template", func(t *testing.T) {
		f.write(t, "layouts/partials/footer-note.html", "<p>\n{{.Nothing}}</p>\n")
		b.until(says(problems, "layouts/partials/footer-note.html:2"))
		f.write(t, "layouts/partials/footer-note.html", "<p>页脚的一句</p>\n")
		b.until(says(bodyText, "页脚的一句"))
		b.until(problems + ` === ''`)
	})
	t.Run("a draft has a badge", func(t *testing.T) {
		b.visit(address + "a0000/b0/draft.html")
		b.until(says(bodyText, "草稿里的话。"))
		b.until(says(badge, "草稿"))
		b.picture("draft")
		f.write(t, "content/a0000/b0/draft.md", pageText(0, "不再是草稿。"))
		b.until(says(bodyText, "不再是草稿。"))
		b.until(badge + ` === ''`)
	})
	t.Run("warnings stand in the corner", func(t *testing.T) {
		f.write(t, "content/a0000/b0/draft.md", pageText(0, "一行\n接一行。"))
		b.until(says(notes, "content/a0000/b0/draft.md"))
		b.until(says(bodyText, "接一行。"))
		b.picture("note")
	})
	t.Run("a page that was away comes back up to date", func(t *testing.T) {
		b.visit(address + pageOut(3))
		b.run(`window.dispatchEvent(new Event('pagehide'))`)
		f.write(t, pageFile(3), pageText(3, "不在时写的。"))
		time.Sleep(200 * time.Millisecond)
		b.run(`document.dispatchEvent(new Event('visibilitychange'))`)
		b.until(says(bodyText, "不在时写的。"))
	})
	t.Run("a link followed in the moment of a save is followed", func(t *testing.T) {
		for i := range 10 {
			b.visit(address + pageOut(4))
			sentence := fmt.Sprintf("第%d次写的。", i)
			f.write(t, pageFile(4), pageText(4, sentence))
			b.visit(address + pageOut(5))
			b.until(`location.pathname === '/` + pageOut(5) + `'`)
			b.visit(address + pageOut(4))
			b.until(says(bodyText, sentence))
		}
	})
	t.Run("what is nowhere", func(t *testing.T) {
		b.visit(address + "a0000/b0/none.html")
		b.until(says(bodyText, "找不到这个页面"))
		f.write(t, "content/a0000/b0/none.md", pageText(8, "现在有了。"))
		b.until(says(bodyText, "现在有了。"))
	})
}

// A site that has errors from the start shows them, and then itself.
func TestBrowserNoGoodSite(t *testing.T) {
	f := county(t, 10)
	f.write(t, "site.toml", "titel = \"站\"\n"+settings)
	b := open(t, preview(t, f, true))
	b.until(says(bodyText, "site.toml:1"))
	b.picture("failure")
	f.write(t, "site.toml", settings)
	b.until(says(bodyText, "全县机关党支部的特色做法。"))
}
