// Package check holds the rules that look at a published page as a whole: what a
// page of its kind must have, and what must not be left in it.
//
// Run takes an assembled site and gives findings; it reads and writes nothing.
// There is a file per family of rules.
//
// Rules are of two classes (diag.Class). Page rules run in every build, over the
// pages that the gate admitted, each page on its own: Run. The rules of the audit
// run where a site is checked, published or reported on: Audit (audit.go). They are
//
//	leak.go          personal data, by package personal
//	attachments.go   whether attachments open, by package office, and leaks in them
//	completeness.go  headings, source, author, days, titles, empty columns
//	freshness.go     lines of the home page and of columns, overdue stages
//	references.go    links to other hosts and to the author's own machine
//	wording.go       words (terms.go), punctuation, numbers of headings
//
// An audit looks at the text of each file on its own (fileRules), and notes what it
// finds in a Memory that outlives the process; and then at the whole site
// (siteRules), which reads no file save attachments that are not known. So an audit
// of a site that has not changed reads nothing.
//
// No finding holds personal data in full.
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
