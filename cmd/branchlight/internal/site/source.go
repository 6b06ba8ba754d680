package site

import (
	"path"
	"strings"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/route"
)

// Source is one parsed Markdown file.
type Source struct {
	Path   string // such as content/财政局/_index.md
	Matter *front.Matter
	Doc    *mark.Doc
	Found  []diag.Finding // reported where the page is shown
	Sum    codec.Sum      // stands for the file's bytes, and so for Doc; may be zero

	alone *alone
}

// alone is what can be said of a source by itself, before there is a site.
type alone struct {
	namer   *route.Namer
	fold    string // of the path
	index   bool   // it describes its folder
	name    string // the name of its output, without folder and extension; of pages only
	summary string
	titleBy string // of an _index.md: the title by pinyin
	ownBy   string // likewise, as that of an agency
	links   []dest // of Doc.Links
	images  []dest // of Doc.Images
}

// dest is a destination as route.Resolve reads it.
type dest struct {
	fold     string // of the source path
	path     string
	fragment string
	ok       bool
}

// Prepare finds out what can be said of a source by itself. It is a matter of
// time only: who keeps a source from one Assemble to the next prepares it once,
// many at the same time.
func (s *Source) Prepare(n *route.Namer) {
	if s.alone != nil && s.alone.namer == n {
		return
	}
	a := &alone{namer: n, fold: route.Fold(s.Path), summary: summary(s)}
	if a.index = isIndexFile(s.Path); a.index {
		a.titleBy = n.SortKey(s.Matter.Title)
		a.ownBy = a.titleBy
		if own := ownName(s.Matter.Title); own != s.Matter.Title {
			a.ownBy = n.SortKey(own)
		}
	} else if a.name = s.Matter.Slug; a.name == "" {
		file := path.Base(s.Path)
		a.name = n.Slug(strings.TrimSuffix(file, path.Ext(file)))
	}
	for i := range s.Doc.Links {
		a.links = append(a.links, s.dest(s.Doc.Links[i].Dest))
	}
	for i := range s.Doc.Images {
		a.images = append(a.images, s.dest(s.Doc.Images[i].Dest))
	}
	s.alone = a
}

func (s *Source) dest(written string) (d dest) {
	d.path, d.fragment, d.ok = route.Resolve(s.Path, written)
	d.fold = route.Fold(d.path)
	return d
}

// summaryLength is the number of characters of a summary that is taken from the
// text.
const summaryLength = 90

// summary gives the page's own summary, or the beginning of its first paragraph,
// cut at the end of a sentence where there is one.
func summary(s *Source) string {
	if s.Matter.Summary != "" {
		return s.Matter.Summary
	}
	return cut(s.Doc.Lead, summaryLength)
}

// cut shortens a text to at most n characters: to its last full stop if that
// keeps half of it, else with an ellipsis.
func cut(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	end, stop, count := 0, 0, 0
	for i, r := range s {
		if count == n {
			end = i
			break
		}
		count++
		if (r == '。' || r == '！' || r == '？') && count >= n/2 {
			stop = i + utf8.RuneLen(r)
		}
	}
	if stop > 0 {
		return s[:stop]
	}
	return s[:end] + "…"
}
