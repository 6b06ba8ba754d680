package site

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/view"
)

// sitemapLimit is the number of addresses that one sitemap file may hold
// (sitemaps.org protocol, 0.90).
const sitemapLimit = 50_000

// feedOutputs adds the feed, and the sitemap where the site knows its address.
// It comes after all pages.
func (a *assembly) feedOutputs() {
	s := a.Site
	if s.Config.BaseURL != "" {
		a.sitemapOutputs()
	}
	a.add("feed.xml", "", "", func() view.View { return s.feed() })
}

// updated gives the day on which a page last changed.
func (p *Page) updated() day.Day { return max(p.Matter.Date, p.Matter.Updated) }

// feed makes the feed of the newest pages. Its ids are tag URIs (RFC 4151), so
// that they stay when the site moves to another address.
func (s *Site) feed() *view.Feed {
	authority := s.namer.Slug(s.Config.Title) + ".invalid"
	base := ""
	if u, err := url.Parse(s.Config.BaseURL); err == nil && u.Hostname() != "" {
		authority, base = u.Hostname(), s.Config.BaseURL
	}
	v := &view.Feed{Title: s.Config.Title, Owner: s.Config.Owner, URL: base + outHome, ID: "tag:" + authority + ",2020:/"}
	if v.Owner == "" {
		v.Owner = s.Config.Title
	}
	newest := day.Day(20200101)
	for _, p := range s.Pages {
		if len(v.Entries) == s.Config.Feed {
			break
		}
		if p.Matter.Date.IsZero() {
			continue
		}
		newest = max(newest, p.updated())
		v.Entries = append(v.Entries, view.FeedEntry{
			ID:    "tag:" + authority + "," + p.Matter.Date.String() + ":/" + p.Out,
			Title: p.Title, URL: base + route.Escape(p.Out), Updated: s.instant(p.updated()),
			Author: p.Agency.Title, Summary: p.Summary,
		})
	}
	v.Updated = s.instant(newest)
	return v
}

// instant gives the beginning of a day in the site's zone.
func (s *Site) instant(d day.Day) string { return d.Time(s.Config.Zone).Format(time.RFC3339) }

// sitemapOutputs adds the sitemap of all pages but aliases, the error page and the
// search page. The list itself is made when it is asked for.
func (a *assembly) sitemapOutputs() {
	s := a.Site
	n := len(s.articles)
	for i := range a.singles {
		if a.singles[i].mapped() {
			n++
		}
	}
	for _, l := range a.lists {
		n += l.pages()
	}
	pages := sync.OnceValue(s.sitemapPages)
	if n <= sitemapLimit {
		a.add("sitemap.xml", "", "", func() view.View { return &view.Sitemap{Pages: pages()} })
		return
	}
	index := &view.Sitemap{}
	for from := 0; from < n; from += sitemapLimit {
		name := "sitemap-" + strconv.Itoa(1+from/sitemapLimit) + ".xml"
		index.Parts = append(index.Parts, a.Config.BaseURL+name)
		to := min(from+sitemapLimit, n)
		a.add(name, "", "", func() view.View { return &view.Sitemap{Pages: pages()[from:to]} })
	}
	a.add("sitemap.xml", "", "", func() view.View { return index })
}

// mapped reports whether an output stands in the sitemap.
func (o *Output) mapped() bool {
	return o.Template != "alias" && o.Template != "404" && o.Template != "search" && strings.HasSuffix(o.Path, ".html")
}

// sitemapPages lists the pages of the sitemap by address.
func (s *Site) sitemapPages() []view.SitemapPage {
	outputs := s.Outputs()
	pages := make([]view.SitemapPage, 0, len(outputs))
	for i := range outputs {
		o := &outputs[i]
		if !o.mapped() {
			continue
		}
		entry := view.SitemapPage{URL: s.Config.BaseURL + route.Escape(o.Path)}
		if o.text != nil {
			entry.Updated = o.text.updated().String()
		}
		pages = append(pages, entry)
	}
	slices.SortFunc(pages, func(x, y view.SitemapPage) int { return strings.Compare(x.URL, y.URL) })
	return pages
}
