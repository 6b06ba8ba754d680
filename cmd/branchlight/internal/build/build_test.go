package build

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
)

const settings = `title = "县直机关支部风采"
base_url = "http://intranet.example/dj/"
topic = [ { name = "理论武装" }, { name = "业务融合" }, { name = "志愿服务" } ]

[model_agency]
stages = ["申报", "创建", "命名"]
`

var buildDay = day.Day(20260601)

// county writes a site of n pages: ten pages a branch, five branches an agency.
func county(t testing.TB, root string, n int) {
	t.Helper()
	write(t, root, "site.toml", settings)
	write(t, root, "content/_index.md", "+++\ntitle = \"支部风采\"\n+++\n\n全县机关党支部的特色做法。\n")
	kinds := []string{"practice", "progress", "post"}
	extra := map[string]string{
		"practice": "brand = \"一线工作法\"\n",
		"progress": "stage = \"创建\"\npercent = 60\n",
		"post":     "holder = \"王芳\"\nconsent = true\nposition = \"综合窗口\"\npledge = \"一次告知，一次办好\"\n",
	}
	topics := []string{"理论武装", "业务融合", "志愿服务"}
	for i := range n {
		agency, branch := i/50, i/10%5
		folder := fmt.Sprintf("content/a%03d/b%d", agency, branch)
		if i%50 == 0 {
			write(t, root, fmt.Sprintf("content/a%03d/_index.md", agency), fmt.Sprintf("+++\ntitle = \"第%d局\"\norder = %d\nstage = \"创建\"\n+++\n", agency+1, agency+1))
		}
		if i%10 == 0 {
			write(t, root, folder+"/_index.md", fmt.Sprintf("+++\ntitle = \"第%d局第%d党支部\"\nstars = %d\n+++\n", agency+1, branch+1, 3+branch%3))
		}
		kind := kinds[i%3]
		text := strings.Repeat("支部党员结合岗位职责，梳理服务事项清单，**“一次办结”**流程逐步固化，群众满意度稳步提高。", 6) + "\n"
		write(t, root, fmt.Sprintf("%s/p%05d.md", folder, i), fmt.Sprintf(
			"+++\ntitle = \"一线工作法：梳理事项清单（第%d号）\"\ndate = 202%d-%02d-%02d\nkind = %q\nthemes = [%q, %q]\nsource = \"第%d局\"\nauthor = \"办公室\"\n%s+++\n\n## 背景\n\n%s\n## 做法\n\n- 建立台账；\n- 每月例会；\n\n见[上一篇](p%05d.md)。\n\n## 成效\n\n%s",
			i, 3+i%3, 1+i%12, 1+i%28, kind, topics[i%3], topics[(i+1)%3], agency+1, extra[kind], text, i-i%10, text))
	}
	age(t, root)
}

// age makes all files of a folder an hour old, so that their times are trusted.
func age(t testing.TB, root string) {
	t.Helper()
	then := time.Now().Add(-time.Hour)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			err = os.Chtimes(path, then, then)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func write(t testing.TB, root, name, text string) {
	t.Helper()
	path := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// files reads a folder into a map from path to content.
func files(t testing.TB, root string) map[string]string {
	t.Helper()
	m := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(root, path)
		m[filepath.ToSlash(rel)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func mustBuild(t testing.TB, o Options) *Result {
	t.Helper()
	o.Day = buildDay
	r, err := Build(o)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Done {
		var b bytes.Buffer
		diag.Printer{W: &b}.List(r.Findings)
		t.Fatalf("not built:\n%s", &b)
	}
	return r
}

func TestSameBytesEveryTime(t *testing.T) {
	root := t.TempDir()
	county(t, root, 130)
	mustBuild(t, Options{Root: root})
	mustBuild(t, Options{Root: root, Output: filepath.Join(root, "again")})
	one, two := files(t, filepath.Join(root, "public")), files(t, filepath.Join(root, "again"))
	for name := range one {
		if one[name] != two[name] {
			t.Errorf("%s differs", name)
		}
	}
	if len(one) != len(two) || len(one) < 130 {
		t.Errorf("%d and %d files", len(one), len(two))
	}
}

func TestWorkIsCounted(t *testing.T) {
	root := t.TempDir()
	county(t, root, 100)
	first := mustBuild(t, Options{Root: root})
	if first.Parsed != 100+2+10+1 || first.Pages != 100 || first.Removed != 0 {
		t.Errorf("first build: %+v", first)
	}
	if first.Written < first.Rendered || first.Rendered < 112 || first.Unchanged != 0 {
		t.Errorf("first build: rendered %d, wrote %d, unchanged %d", first.Rendered, first.Written, first.Unchanged)
	}
	again := mustBuild(t, Options{Root: root})
	if again.Written != 0 || again.Removed != 0 || again.Unchanged != first.Written {
		t.Errorf("the same again: wrote %d, removed %d, unchanged %d of %d", again.Written, again.Removed, again.Unchanged, first.Written)
	}
	edited := filepath.Join(root, "content/a000/b1/p00015.md")
	text, err := os.ReadFile(edited)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(edited, append(text, "\n补充说明。\n"...), 0o666); err != nil {
		t.Fatal(err)
	}
	if edit := mustBuild(t, Options{Root: root}); edit.Written != 1+3 { // and what is searched: the texts, and two files that name their version
		t.Errorf("an edit at the end of a page wrote %d files", edit.Written)
	}
}

// No page asks another page for anything that is not there.
func TestEveryLinkLeadsToAFile(t *testing.T) {
	root := t.TempDir()
	county(t, root, 130)
	mustBuild(t, Options{Root: root})
	out := files(t, filepath.Join(root, "public"))
	checked := 0
	for name, text := range out {
		if !strings.HasSuffix(name, ".html") || name == "404.html" {
			continue
		}
		for _, attr := range []string{` href="`, ` src="`} {
			for rest := text; ; {
				_, after, found := strings.Cut(rest, attr)
				if !found {
					break
				}
				url, tail, _ := strings.Cut(after, `"`)
				rest = tail
				url, _, _ = strings.Cut(url, "#")
				if url == "" || strings.HasPrefix(url, "data:") {
					continue
				}
				checked++
				target := filepath.ToSlash(filepath.Join(filepath.Dir(name), url))
				if _, ok := out[target]; !ok {
					t.Fatalf("%s links to %s, which is not there", name, url)
				}
			}
		}
	}
	if checked < 1000 {
		t.Errorf("only %d links seen", checked)
	}
}

// BenchmarkBuild measures builds of a site from nothing, of the same again, and
// with one page changed, the last two with the cache as a new process has it.
func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		for _, job := range []string{"cold", "same", "edit"} {
			b.Run(fmt.Sprint(job, "/", n), func(b *testing.B) { benchmarkBuild(b, job, n) })
		}
	}
}

func benchmarkBuild(b *testing.B, job string, n int) {
	root := b.TempDir()
	county(b, root, n)
	page := "content/a000/b0/p00001.md"
	text, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		b.Fatal(err)
	}
	mustBuild(b, Options{Root: root})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		switch job {
		case "cold":
			os.RemoveAll(filepath.Join(root, "public"))
			os.RemoveAll(filepath.Join(root, ".branchlight"))
		case "edit":
			write(b, root, page, fmt.Sprintf("%s\n第%d次补充。\n", text, i))
		}
		b.StartTimer()
		mustBuild(b, Options{Root: root})
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/page")
}
