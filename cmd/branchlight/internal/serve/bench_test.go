package serve_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkSaveToReload measures how long it takes from the end of a save to the
// reload event of the page that was saved, through the events of the file system
// and over HTTP: the median and the 99th percentile of 200 saves of different
// pages, and the time from the start of a preview to its first page.
// BRANCHLIGHT_PAGES says how many pages the site has; else 1,000.
func BenchmarkSaveToReload(b *testing.B) {
	pages := 1000
	if s := os.Getenv("BRANCHLIGHT_PAGES"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 200 {
			b.Fatalf("BRANCHLIGHT_PAGES=%s is no number of pages", s)
		}
		pages = n
	}
	f := county(b, pages)
	start := time.Now()
	address := preview(b, f, false)
	fetch(b, address+pageOut(0))
	first := time.Since(start)

	const saves = 200
	var took []time.Duration
	round := 0
	for b.Loop() {
		round++
		for i := range saves {
			took = append(took, saveToReload(b, f, address, i*(pages/saves), fmt.Sprintf("第%d轮第%d次保存。", round, i)))
		}
	}
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ms(took[len(took)/2]), "median-ms")
	b.ReportMetric(ms(took[len(took)*99/100]), "p99-ms")
	b.ReportMetric(ms(took[len(took)-1]), "max-ms")
	b.ReportMetric(ms(first), "firstpage-ms")
}

// saveToReload saves a page with a new sentence while a browser looks at it.
func saveToReload(b *testing.B, f folder, address string, page int, sentence string) time.Duration {
	b.Helper()
	at := address + pageOut(page)
	shown := fetch(b, at)
	q := url.Values{"page": {pageOut(page)}}
	for _, name := range []string{"token", "version", "round"} {
		_, rest, _ := strings.Cut(shown, " data-"+name+`="`)
		value, _, _ := strings.Cut(rest, `"`)
		q.Set(name, value)
	}
	resp, err := http.Get(address + ".branchlight/events?" + q.Encode())
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	wait := func(event string) time.Time {
		for lines.Scan() {
			if lines.Text() == "event: "+event {
				return time.Now()
			}
		}
		b.Fatalf("the stream ended: %v", lines.Err())
		return time.Time{}
	}
	wait("problems") // the stream stands
	f.write(b, pageFile(page), pageText(page, sentence))
	saved := time.Now()
	for {
		// A file that was read half written gives an event of its own.
		told := wait("page")
		if strings.Contains(fetch(b, at), sentence) {
			return max(0, told.Sub(saved))
		}
	}
}
