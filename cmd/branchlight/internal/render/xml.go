package render

import (
	"bytes"
	"encoding/xml"

	"branchlight/cmd/branchlight/internal/view"
)

// text writes character data. What XML does not allow, control characters above
// all, becomes U+FFFD.
func text(w *bytes.Buffer, s string) {
	xml.EscapeText(w, []byte(s)) // a bytes.Buffer gives no error
}

func element(w *bytes.Buffer, name, content string) {
	w.WriteString("<" + name + ">")
	text(w, content)
	w.WriteString("</" + name + ">\n")
}

func link(w *bytes.Buffer, href string) {
	w.WriteString(`<link href="`)
	text(w, href)
	w.WriteString("\"/>\n")
}

// writeFeed writes an Atom feed (RFC 4287).
func writeFeed(w *bytes.Buffer, v *view.Feed) {
	w.WriteString(xml.Header + `<feed xmlns="http://www.w3.org/2005/Atom">` + "\n")
	element(w, "id", v.ID)
	element(w, "title", v.Title)
	element(w, "updated", v.Updated)
	w.WriteString("<author>")
	element(w, "name", v.Owner)
	w.WriteString("</author>\n")
	link(w, v.URL)
	for i := range v.Entries {
		e := &v.Entries[i]
		w.WriteString("<entry>\n")
		element(w, "id", e.ID)
		element(w, "title", e.Title)
		element(w, "updated", e.Updated)
		w.WriteString("<author>")
		element(w, "name", e.Author)
		w.WriteString("</author>\n")
		link(w, e.URL)
		element(w, "summary", e.Summary)
		w.WriteString("</entry>\n")
	}
	w.WriteString("</feed>\n")
}

// writeSitemap writes a sitemap, or an index of sitemaps (sitemaps.org protocol
// 0.90).
func writeSitemap(w *bytes.Buffer, v *view.Sitemap) {
	const space = ` xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n"
	w.WriteString(xml.Header)
	if len(v.Parts) > 0 {
		w.WriteString("<sitemapindex" + space)
		for _, url := range v.Parts {
			w.WriteString("<sitemap>")
			element(w, "loc", url)
			w.WriteString("</sitemap>\n")
		}
		w.WriteString("</sitemapindex>\n")
		return
	}
	w.WriteString("<urlset" + space)
	for i := range v.Pages {
		w.WriteString("<url>")
		element(w, "loc", v.Pages[i].URL)
		if v.Pages[i].Updated != "" {
			element(w, "lastmod", v.Pages[i].Updated)
		}
		w.WriteString("</url>\n")
	}
	w.WriteString("</urlset>\n")
}
