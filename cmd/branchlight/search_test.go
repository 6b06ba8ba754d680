package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// answer is what the search page shows for a query.
type answer struct {
	Status string   `json:"status"`
	URLs   []string `json:"urls"`
	Files  []string `json:"files"` // of the folder search/ that were read
	At     float64  `json:"at"`    // milliseconds from the beginning of the visit to the results
	First  float64  `json:"first"` // milliseconds from the moment at which the query stands in the box to the first result
	Took   float64  `json:"took"`  // the same to all results
}

// answered waits for the results.
const answered = `new Promise(function (resolve) { (function look(n) {
  var p = window.branchlightSearchPage, s = document.getElementById('search:status');
  if (!(p && p.answered) && n < 600) { setTimeout(look, 5, n + 1); return; }
  var from = location.href.replace(/search\.html.*/, '');
  resolve(JSON.stringify({
    status: s ? s.textContent : 'no page', at: p && p.answered ? p.answered.at : -1, first: p && p.answered ? p.answered.first : -1, took: p && p.answered ? p.answered.took : -1,
    urls: [].map.call(document.querySelectorAll('#search\\:results h3 a'), function (a) { return a.href.slice(from.length); }),
    files: p ? p.asked.map(function (n) { return 'search/' + n + '.js'; }) : []
  }));
}(0)); })`

// find opens the search page at an address with a query, and waits for the answer.
func (b *tab) find(base, query string) (a answer) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.Navigate(base+"search.html?q="+url.QueryEscape(query))); err != nil {
		b.t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(b.ask(answered)), &a); err != nil {
		b.t.Fatal(err)
	}
	return a
}

// fileBase gives the address of a folder.
func fileBase(dir string) string {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(dir) + "/"}
	return u.String()
}

// build builds a county into a folder, and gives the time of the search files and
// of all, in milliseconds.
func (c *county) build(t testing.TB, out string) (search, all float64) {
	t.Helper()
	code, stdout, stderr := trial(t, os.Getenv, "build", "--site", c.root, "--day", sampleDay, "--output", out, "--json")
	if code != 0 {
		t.Fatal(stderr)
	}
	var said struct{ Stages map[string]float64 }
	if err := json.Unmarshal([]byte(stdout), &said); err != nil {
		t.Fatal(err)
	}
	for _, ms := range said.Stages {
		all += ms
	}
	return said.Stages["search"], all
}

// BenchmarkSearchFiles builds a county of 10,000 pages from nothing, and again
// after an edit of a page.
func BenchmarkSearchFiles(b *testing.B) {
	c := newCounty(b, 10000)
	dir := b.TempDir()
	p := c.pages[len(c.pages)/2]
	name := "content/" + strings.TrimSuffix(p.out, ".html") + ".md"
	text, err := os.ReadFile(filepath.Join(c.root, filepath.FromSlash(name)))
	if err != nil {
		b.Fatal(err)
	}
	var cold, coldAll, edit, editAll float64
	n := 0
	for b.Loop() {
		for _, made := range []string{dir, filepath.Join(c.root, ".branchlight")} {
			if err := os.RemoveAll(made); err != nil {
				b.Fatal(err)
			}
		}
		s, all := c.build(b, dir)
		cold, coldAll = cold+s, coldAll+all
		n++
		c.write(b, name, string(text)+fmt.Sprintf("\n%s。\n", strings.Repeat(c.words[n], n)))
		s, all = c.build(b, dir)
		edit, editAll = edit+s, editAll+all
	}
	b.ReportMetric(cold/float64(n), "cold-search-ms")
	b.ReportMetric((coldAll-cold)/float64(n), "cold-rest-ms")
	b.ReportMetric(edit/float64(n), "edit-search-ms")
	b.ReportMetric((editAll-edit)/float64(n), "edit-rest-ms")
}

// BenchmarkSearch asks a county of 2,000 and of 10,000 pages 240 queries of six
// sorts in a browser, over HTTP and from files, and compares what is shown, in
// its order, with a scan of what the pages say.
func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{2000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			c := newCounty(b, n)
			dir := filepath.Join(b.TempDir(), "支部 风采")
			c.build(b, dir)
			text, index := c.sizes(b, dir)
			s := httptest.NewServer(unstored(http.FileServer(http.Dir(dir))))
			defer s.Close()
			tab := newTab(b, dir)
			for _, at := range []struct{ name, base string }{{"http", s.URL + "/"}, {"file", fileBase(dir)}} {
				b.Run(at.name, func(b *testing.B) {
					for b.Loop() {
						c.measure(b, tab, at.base, dir)
					}
					b.ReportMetric(float64(index)/float64(text), "index/text")
				})
			}
		})
	}
}

// unstored keeps a browser from keeping what it got.
func unstored(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		h.ServeHTTP(w, r)
	})
}

// measure asks all queries.
func (c *county) measure(b *testing.B, tab *tab, base, dir string) {
	sizes := map[string]int64{}
	size := func(name string) int64 {
		n, ok := sizes[name]
		if !ok {
			info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
			if err != nil {
				b.Fatal(err)
			}
			n = info.Size()
			sizes[name] = n
		}
		return n
	}
	var allBytes []int64
	var allTimes, firsts, visits []float64
	hit, shown, due := 0, 0, 0
	queries := c.queries(40)
	for _, sort := range []string{"single", "word", "phrase", "name", "agency", "several"} {
		var bytes []int64
		var times []float64
		for _, q := range queries[sort] {
			a := tab.find(base, q)
			want := c.matches(q)
			n := int64(0)
			for _, f := range a.Files {
				n += size(f)
			}
			bytes, times, visits = append(bytes, n), append(times, a.Took), append(visits, a.At)
			firsts = append(firsts, a.First)
			h, d := agree(b, q, a, want)
			if n > 500_000 {
				b.Logf("%q: %d bytes, %d files: %s", q, n, len(a.Files), a.Status)
			}
			hit, due = hit+h, due+d
			if len(want) > 0 { // else the nearest titles are shown
				shown += len(a.URLs)
			}
		}
		slices.Sort(bytes)
		slices.Sort(times)
		b.Logf("%-8s bytes: median %6d, worst %7d; ms to results: median %4.0f, worst %4.0f", sort, bytes[len(bytes)/2], bytes[len(bytes)-1], times[len(times)/2], times[len(times)-1])
		allBytes, allTimes = append(allBytes, bytes...), append(allTimes, times...)
	}
	slices.Sort(allBytes)
	slices.Sort(allTimes)
	slices.Sort(firsts)
	slices.Sort(visits)
	b.ReportMetric(float64(allBytes[len(allBytes)/2])/1e3, "KB/query")
	b.ReportMetric(float64(allBytes[len(allBytes)-1])/1e3, "KB-worst")
	b.ReportMetric(allTimes[len(allTimes)/2], "ms-to-results")
	b.ReportMetric(firsts[len(firsts)/2], "ms-to-first")
	b.ReportMetric(visits[len(visits)/2], "ms-from-visit")
	b.ReportMetric(float64(hit)/float64(max(1, due)), "recall")
	b.ReportMetric(float64(hit)/float64(max(1, shown)), "precision")
}

// agree compares an answer with the pages that a scan found: the first ten, or
// those of the same day in any order.
func agree(t testing.TB, query string, a answer, want []*countyPage) (hit, due int) {
	due = min(10, len(want))
	if len(want) == 0 {
		if !strings.Contains(a.Status, "没有找到") {
			t.Errorf("%q: %s, which is nowhere", query, a.Status)
		}
		return 0, 0
	}
	left := map[string]*countyPage{}
	for _, p := range want {
		left[p.out] = p
	}
	for i, u := range a.URLs {
		p := left[u]
		if p == nil {
			t.Errorf("%q: %s does not have it", query, u)
			continue
		}
		delete(left, u)
		hit++
		if i < len(want) && want[i].date != p.date {
			t.Errorf("%q: %s of %s stands at %d, where one of %s is due", query, u, p.date, i, want[i].date)
		}
	}
	if len(a.URLs) != due {
		t.Errorf("%q: %d results of %d: %s", query, len(a.URLs), due, a.Status)
	}
	count := 0
	if about := strings.HasPrefix(a.Status, "约"); about {
		fmt.Sscanf(a.Status, "约 %d", &count)
		if count < len(want) {
			t.Errorf("%q: %s of %d", query, a.Status, len(want))
		}
	} else if fmt.Sscanf(a.Status, "找到 %d", &count); count != len(want) {
		t.Errorf("%q: %s of %d", query, a.Status, len(want))
	}
	return hit, due
}

// sizes gives the bytes of the text of all pages, and of the search files.
func (c *county) sizes(t testing.TB, dir string) (text, index int64) {
	t.Helper()
	for i := range c.pages {
		p := &c.pages[i]
		text += int64(len(p.title) + len(strings.Join(p.text, "\n")))
	}
	err := filepath.WalkDir(filepath.Join(dir, "search"), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			var info fs.FileInfo
			if info, err = d.Info(); err == nil {
				index += info.Size()
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return text, index
}
