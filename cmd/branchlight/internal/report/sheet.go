package report

import (
	"bytes"
	"cmp"
	"path"
	"strings"

	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/reviews"
	"branchlight/cmd/branchlight/internal/signoff"
)

type (
	sheetsView struct {
		Lang, Site, Owner, Day string
		Say                    map[string]string
		Pages                  []sheetView
	}
	sheetView struct {
		Title, File, Author, Date, Size string
		Files                           []string
		Digest                          []string // in groups
		Roles                           []roleView
	}
	roleView struct{ Name, Record string }
)

// Sheet writes the sheets on which pages are signed, one a page of A4.
func Sheet(desk *reviews.Desk, pages []*reviews.Page, on day.Day, l diag.Lang) ([]byte, error) {
	v := sheetsView{Lang: langTag(l), Site: desk.Title, Owner: desk.Owner, Day: on.String(), Say: said(l)}
	for _, p := range pages {
		m := p.Matter
		s := sheetView{
			Title: cmp.Or(m.Title, path.Base(p.Path)), File: p.Path, Date: m.Date.String(),
			Author: strings.Join(nonEmpty(m.Author, m.Source), " / "),
			Size:   diag.Textf("%d 字，附件和图片 %d 个", "%d characters, %d files and pictures", p.Words, len(p.Files)).In(l),
			Digest: groups(p.Digest),
		}
		for _, f := range p.Files {
			name := strings.TrimPrefix(f.Path, path.Dir(p.Path)+"/")
			if f.Sum == (signoff.Sum{}) {
				name += diag.Textf("（找不到）", " (missing)").In(l)
			}
			s.Files = append(s.Files, name)
		}
		for _, r := range desk.Roles(p) {
			record := ""
			if r.State != signoff.Missing {
				record = r.Review.Name + " " + r.Review.Date.String() + " " + r.State.Text().In(l)
			}
			s.Roles = append(s.Roles, roleView{r.Name, record})
		}
		v.Pages = append(v.Pages, s)
	}
	var b bytes.Buffer
	err := sheetTemplate().Execute(&b, v)
	return b.Bytes(), err
}

func nonEmpty(list ...string) []string {
	var kept []string
	for _, s := range list {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return kept
}

// groups parts a digest into fours, which can be compared by eye.
func groups(digest string) []string {
	name, digits, ok := strings.Cut(digest, ":")
	if !ok {
		return []string{digest}
	}
	list := []string{name + ":"}
	for ; len(digits) > 4; digits = digits[4:] {
		list = append(list, digits[:4])
	}
	return append(list, digits)
}
