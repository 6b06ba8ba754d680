// Package check holds the rules that look at a published page as a whole: what a
// page of its kind must have, and what must not be left in it.
//
// Run takes an assembled site and gives findings; it reads and writes nothing.
// There is a file per family of rules. The rules here are page rules: they run in
// every build, over the pages that the gate admitted, each page on its own.
package check

import (
	"slices"

	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/parallel"
	"branchlight/cmd/branchlight/internal/site"
)

// Rules are the rules of this package.
var Rules = slices.Concat([]*diag.Rule{ruleTitle, ruleDate, ruleFields, rulePlaceholder, ruleAlt}, auditRules)

// File looks at what one file says on its own. What it finds is remembered with
// the file, as its Source.Found, and Run reports it where the page is shown.
func File(m *front.Matter, d *mark.Doc) []diag.Finding {
	return placeholder(m, d)
}

// pageRules look at one page each, in its place in the site.
var pageRules = []func(k *config.Check, p *site.Page) []diag.Finding{title, date, fields, alt}

// Run checks every published page. Findings come in the order of the pages.
func Run(s *site.Site) []diag.Finding {
	pages := s.Published()
	found := make([][]diag.Finding, len(pages))
	parallel.Each(len(pages), func(i int) {
		found[i] = slices.Clip(pages[i].Found)
		for _, rule := range pageRules {
			found[i] = append(found[i], rule(&s.Config.Check, pages[i])...)
		}
	})
	var list []diag.Finding
	for _, f := range found {
		list = append(list, f...)
	}
	return list
}
