package serve_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/serve"
	"branchlight/cmd/branchlight/internal/watch"
	"branchlight/themes"
)

const settings = `title = "县直机关支部风采"
topic = [ { name = "理论武装" }, { name = "业务融合" }, { name = "志愿服务" } ]

[model_agency]
stages = ["申报", "创建", "命名"]
`

const today = day.Day(20260601)

// folder is a site's folder on disk.
type folder string

func (f folder) path(name string) string { return filepath.Join(string(f), filepath.FromSlash(name)) }

// write saves a file as most editors do: in place.
func (f folder) write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(f.path(name)), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.path(name), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// theme puts the theme that the program brings along into the site's folder.
func (f folder) theme(t testing.TB) {
	t.Helper()
	theme, _ := themes.Open("county")
	if err := os.CopyFS(f.path("themes/county"), theme); err != nil {
		t.Fatal(err)
	}
}

// pageFile names the i-th page of a county; ten pages make a branch, and five
// branches an agency.
func pageFile(i int) string { return fmt.Sprintf("content/a%04d/b%d/p%06d.md", i/50, i/10%5, i) }

// pageOut is where the i-th page is published.
func pageOut(i int) string { return fmt.Sprintf("a%04d/b%d/p%06d.html", i/50, i/10%5, i) }

// pageText is the source of the i-th page, with a sentence of its own.
func pageText(i int, sentence string) string {
	kinds := []string{"practice", "progress", "post"}
	extra := map[string]string{
		"practice": "brand = \"一线工作法\"\n",
		"progress": "stage = \"创建\"\npercent = 60\n",
		"post":     "holder = \"王芳\"\nconsent = true\nposition = \"综合窗口\"\npledge = \"一次告知，一次办好\"\n",
	}
	topics := []string{"理论武装", "业务融合", "志愿服务"}
	kind := kinds[i%3]
	text := strings.Repeat("支部党员结合岗位职责，梳理服务事项清单，**“一次办结”**流程逐步固化，群众满意度稳步提高。\n", 6)
	return fmt.Sprintf(
		"+++\ntitle = \"一线工作法：梳理事项清单（第%d号）\"\ndate = 202%d-%02d-%02d\nkind = %q\nthemes = [%q]\nsource = \"第%d局\"\nauthor = \"办公室\"\n%s+++\n\n## 背景\n\n%s\n## 做法\n\n- 建立台账；\n- 每月例会；\n\n见[上一篇](p%06d.md)。\n\n## 成效\n\n%s\n%s\n",
		i, 3+i%3, 1+i%12, 1+i%28, kind, topics[i%3], i/50+1, extra[kind], text, i-i%10, text, sentence)
}

// county writes a site of n pages.
func county(t testing.TB, n int) folder {
	t.Helper()
	f := folder(filepath.Join(t.TempDir(), "site"))
	f.write(t, "site.toml", settings)
	f.write(t, "content/_index.md", "+++\ntitle = \"支部风采\"\n+++\n\n全县机关党支部的特色做法。\n")
	for i := range n {
		if i%50 == 0 {
			f.write(t, fmt.Sprintf("content/a%04d/_index.md", i/50), fmt.Sprintf("+++\ntitle = \"第%d局\"\norder = %d\n+++\n", i/50+1, i/50+1))
		}
		if i%10 == 0 {
			f.write(t, fmt.Sprintf("content/a%04d/b%d/_index.md", i/50, i/10%5), fmt.Sprintf("+++\ntitle = \"第%d局第%d党支部\"\n+++\n", i/50+1, i/10%5+1))
		}
		f.write(t, pageFile(i), pageText(i, "原句。"))
	}
	return f
}

// preview serves a folder as the command does and gives its address.
func preview(t testing.TB, f folder, poll bool) (address string) {
	t.Helper()
	session, err := build.Start(build.Options{Root: string(f), Day: today, Preview: true})
	if err != nil {
		t.Fatal(err)
	}
	o := watch.Options{Root: string(f), Folders: []string{"content", "layouts", "themes"}, Files: []string{"site.toml"}}
	if poll {
		o.Poll = watch.Interval / 10
	}
	watcher, err := watch.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := serve.New(serve.Options{
		Site: session, Changes: watcher,
		Explain: func(err error) diag.Text { return diag.Text{Zh: err.Error(), En: err.Error()} },
		Broken:  func([]diag.Finding) {},
		Mended:  func(*build.Result) {},
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := watcher.Close(); err != nil {
			t.Error(err)
		}
		if err := session.Close(); err != nil {
			t.Error(err)
		}
	})
	return "http://" + l.Addr().String() + "/"
}

// fetch gives what an address shows.
func fetch(t testing.TB, address string) string {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
