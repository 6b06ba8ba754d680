package render

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/site"
	"branchlight/cmd/branchlight/internal/view"
)

// hostile are texts that break XML where they are not escaped.
var hostile = []string{
	"普通标题", "a & b &amp; &#1;", "<title>]]></title>", "]]>", `"引号" 'apos'`, "\x00\x01\x08\x0b\x1f", "\x7f\u0085\u009f",
	"\ufffe\uffff", "\xff\xfe 坏", "<!--", "-->", "<?xml?>", "\r\n\t", "</feed>", "\u202e反转", "😀𠮷", "<![CDATA[x]]>", "<!DOCTYPE x [<!ENTITY e 'x'>]>&e;", "",
}

// clean gives a text as an XML reader may see it: what XML does not allow is
// U+FFFD.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return r
		case r < 0x20 || r == 0xFFFE || r == 0xFFFF:
			return utf8.RuneError
		}
		return r
	}, string([]rune(s))) // a byte that is not UTF-8 is U+FFFD each
}

func TestFeedIsWellFormed(t *testing.T) {
	v := &view.Feed{ID: "tag:a.example,2020:/", URL: "http://a.example/?a=1&b=\"<2>\"", Updated: "2026-03-01T00:00:00+08:00"}
	for i, s := range hostile {
		v.Title, v.Owner = s, hostile[(i+1)%len(hostile)]
		v.Entries = nil
		for j := range hostile {
			v.Entries = append(v.Entries, view.FeedEntry{
				ID: "tag:" + s, Title: hostile[j], URL: "a/b.html?x=" + s, Updated: "2026-03-01T00:00:00+08:00", Author: s, Summary: hostile[len(hostile)-1-j],
			})
		}
		var w bytes.Buffer
		if f := Page(&w, nil, &site.Output{Path: "feed.xml", Make: func() view.View { return v }}); f != nil {
			t.Fatal(f)
		}
		wellFormed(t, w.Bytes())
		var feed struct {
			Title string `xml:"http://www.w3.org/2005/Atom title"`
			Name  string `xml:"author>name"`
			Link  struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
			Entries []struct {
				ID      string `xml:"id"`
				Title   string `xml:"title"`
				Name    string `xml:"author>name"`
				Summary string `xml:"summary"`
				Link    struct {
					Href string `xml:"href,attr"`
				} `xml:"link"`
			} `xml:"entry"`
		}
		if err := xml.Unmarshal(w.Bytes(), &feed); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		same(t, feed.Title, v.Title)
		same(t, feed.Name, v.Owner)
		same(t, feed.Link.Href, v.URL)
		if len(feed.Entries) != len(v.Entries) {
			t.Fatalf("%q: %d entries of %d", s, len(feed.Entries), len(v.Entries))
		}
		for j, e := range feed.Entries {
			same(t, e.ID, v.Entries[j].ID)
			same(t, e.Title, v.Entries[j].Title)
			same(t, e.Name, v.Entries[j].Author)
			same(t, e.Summary, v.Entries[j].Summary)
			same(t, e.Link.Href, v.Entries[j].URL)
		}
	}
}

func TestSitemapIsWellFormed(t *testing.T) {
	v := &view.Sitemap{}
	index := &view.Sitemap{}
	for _, s := range hostile {
		v.Pages = append(v.Pages, view.SitemapPage{URL: "http://a.example/" + s, Updated: "2026-03-01"})
		index.Parts = append(index.Parts, "http://a.example/"+s)
	}
	v.Pages = append(v.Pages, view.SitemapPage{URL: "http://a.example/undated"})
	var w bytes.Buffer
	Page(&w, nil, &site.Output{Path: "sitemap.xml", Make: func() view.View { return v }})
	wellFormed(t, w.Bytes())
	var urls struct {
		XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		URLs    []struct {
			Loc     string  `xml:"loc"`
			Lastmod *string `xml:"lastmod"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal(w.Bytes(), &urls); err != nil || len(urls.URLs) != len(v.Pages) {
		t.Fatalf("%d of %d, %v", len(urls.URLs), len(v.Pages), err)
	}
	for i, u := range urls.URLs {
		same(t, u.Loc, v.Pages[i].URL)
		if (u.Lastmod == nil) != (v.Pages[i].Updated == "") {
			t.Errorf("%s: lastmod %v", u.Loc, u.Lastmod)
		}
	}
	w.Reset()
	Page(&w, nil, &site.Output{Path: "sitemap.xml", Make: func() view.View { return index }})
	wellFormed(t, w.Bytes())
	var parts struct {
		XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
		Locs    []string `xml:"sitemap>loc"`
	}
	if err := xml.Unmarshal(w.Bytes(), &parts); err != nil || len(parts.Locs) != len(index.Parts) {
		t.Fatalf("%d of %d, %v", len(parts.Locs), len(index.Parts), err)
	}
	for i, loc := range parts.Locs {
		same(t, loc, index.Parts[i])
	}
}

// same compares what a reader got with what was written. Readers may turn
// carriage returns into newlines.
func same(t *testing.T, got, written string) {
	t.Helper()
	if want := clean(written); strings.TrimSpace(got) != strings.TrimSpace(want) {
		t.Errorf("read %q, written %q", got, written)
	}
}

// wellFormed reads a whole document strictly, and looks for what XML 1.0 does not
// allow.
func wellFormed(t *testing.T, data []byte) {
	t.Helper()
	if !utf8.Valid(data) {
		t.Error("not UTF-8")
	}
	for _, r := range string(data) {
		if unicode.IsControl(r) && r < 0x20 && r != '\n' || r == 0xFFFE || r == 0xFFFF {
			t.Errorf("U+%04X is in the document", r)
		}
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	depth, roots := 0, 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, data)
		}
		switch token.(type) {
		case xml.StartElement:
			if depth == 0 {
				roots++
			}
			depth++
		case xml.EndElement:
			depth--
		case xml.Comment, xml.Directive:
			t.Errorf("%T in the document", token)
		}
	}
	if depth != 0 || roots != 1 {
		t.Errorf("%d elements open, %d roots", depth, roots)
	}
}
