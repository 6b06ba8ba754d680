package mark

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	gmhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"branchlight/cmd/branchlight/internal/diag"
)

//go:embed testdata/commonmark/spec.json
var specJSON []byte

type specExample struct {
	Markdown, HTML string
	Example        int
}

func specExamples(t *testing.T) []specExample {
	var examples []specExample
	if err := json.Unmarshal(specJSON, &examples); err != nil || len(examples) != 652 {
		t.Fatalf("%d examples, %v", len(examples), err)
	}
	return examples
}

// TestCommonMark runs the examples of CommonMark 0.31 through our parser, with
// all that it adds, and goldmark's renderer, with raw HTML on.
func TestCommonMark(t *testing.T) {
	// Bare addresses are links (GFM section 6.9). But for the link, the output of
	// these examples is the same.
	bare := map[int]bool{602: true, 608: true, 611: true}
	anchor := regexp.MustCompile(`<a href="([^"]*)">(.*?)</a>`)
	p := newParser()
	r := renderer.NewRenderer(renderer.WithNodeRenderers(
		util.Prioritized(gmhtml.NewRenderer(gmhtml.WithXHTML(), gmhtml.WithUnsafe()), 1000),
		util.Prioritized(extension.NewTableHTMLRenderer(), 500),
		util.Prioritized(extension.NewStrikethroughHTMLRenderer(), 500),
		util.Prioritized(extension.NewTaskCheckBoxHTMLRenderer(), 500),
		util.Prioritized(extension.NewFootnoteHTMLRenderer(), 500),
		util.Prioritized(extension.NewDefinitionListHTMLRenderer(), 500),
	))
	passed := 0
	for _, e := range specExamples(t) {
		w := newWorker()
		source := []byte(e.Markdown)
		w.begin(diag.NewSource("p.md", source), 0)
		root := p.Parse(&reader{text.NewReader(source), &w.ctx}, parser.WithContext(&w.ctx))
		var b bytes.Buffer
		if err := r.Render(&b, source, root); err != nil {
			t.Fatal(err)
		}
		got := b.String()
		switch {
		case got == e.HTML:
			passed++
		case !bare[e.Example] || anchor.ReplaceAllString(got, "$2") != e.HTML:
			t.Errorf("example %d\n%q\ngot  %q\nwant %q", e.Example, e.Markdown, got, e.HTML)
		}
	}
	t.Logf("%d of 652 examples of CommonMark 0.31 pass; %d have a bare address", passed, len(bare))
	if passed+len(bare) != 652 {
		t.Errorf("%d pass", passed)
	}
}

// TestCommonMarkHTML runs the examples through Parse itself. Before comparing,
// slots are filled as goldmark would write links, and what mark adds on purpose
// is taken away: ids, the shift of level 1, attributes, and HTML5's void tags.
func TestCommonMarkHTML(t *testing.T) {
	reasons := map[string][]int{
		"raw HTML is shown as text, comments are dropped": slices.Concat([]int{21, 31}, numbers(148, 191),
			[]int{201, 308, 309, 344, 475, 476, 477, 491, 494, 524, 536}, numbers(613, 617), []int{623}, numbers(625, 631), []int{642, 643}),
		"a link without address or words is its words": {200, 484, 485, 486, 487, 567},
		"an anchor that does not exist":                {501},
		"a backslash in an address is refused":         {20, 202, 502, 603},
		"schemes other than http, https, mailto, tel":  {596, 598, 599, 601},
		"an image alone with a title is a figure":      {572, 573, 576, 577, 584, 585, 586, 588, 589, 591},
		"an empty heading is dropped":                  {79},
		"a bare address is a link":                     {602, 608, 611},
	}
	known := map[int]string{}
	for reason, examples := range reasons {
		for _, e := range examples {
			known[e] = reason
		}
	}
	passed := 0
	for _, e := range specExamples(t) {
		d := New().Parse(diag.NewSource("p.md", []byte(e.Markdown)), 0)
		checkHTML(t, d)
		got, want := plainHTML(d), shifted(e.HTML)
		reason, differs := known[e.Example]
		switch {
		case got == want && differs:
			t.Errorf("example %d does not differ: %s", e.Example, reason)
		case got == want:
			passed++
		case !differs:
			t.Errorf("example %d\n%q\ngot  %q\nwant %q", e.Example, e.Markdown, got, want)
		}
	}
	t.Logf("%d of 652 examples give the same HTML, %d differ on purpose", passed, len(known))
}

func numbers(from, to int) (n []int) {
	for ; from <= to; from++ {
		n = append(n, from)
	}
	return n
}

var added = strings.NewReplacer(` rel="noopener noreferrer"`, "", ` tabindex="0"`, "", "<br>", "<br />", "<hr>", "<hr />")

func plainHTML(d *Doc) string {
	title := func(s string) string {
		if s == "" {
			return ""
		}
		return ` title="` + string(appendEscaped(nil, []byte(s))) + `"`
	}
	s := filled(d,
		func(l Link) string { return `<a href="` + string(appendURL(nil, l.Dest)) + `"` + title(l.Title) + ">" },
		func(Link) string { return "</a>" },
		func(i Image) string {
			return `<img src="` + string(appendURL(nil, i.Dest)) + `" alt="` + string(appendEscaped(nil, []byte(i.Alt))) + `"` + title(i.Title) + " />"
		})
	return regexp.MustCompile(`(<h[2-6]) id="[^"]*"`).ReplaceAllString(added.Replace(s), "$1")
}

// shifted lowers the headings of wanted HTML as mark does.
func shifted(html string) string {
	if !strings.Contains(html, "<h1>") {
		return html
	}
	for level := 6; level > 0; level-- {
		from, to := strconv.Itoa(level), strconv.Itoa(min(level+1, 6))
		html = strings.NewReplacer("<h"+from+">", "<h"+to+">", "</h"+from+">", "</h"+to+">").Replace(html)
	}
	return html
}
