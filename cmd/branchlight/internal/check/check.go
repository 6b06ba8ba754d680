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

// atOnce is how many pages are a piece of work.
const atOnce = 64

// Run checks every published page. Findings come in the order of the pages. Pages
// in which it found nothing are marked as such in their sources (site.Passed).
func Run(s *site.Site) []diag.Finding {
	pages := slices.Collect(slices.Chunk(s.Published(), atOnce))
	found := make([][]diag.Finding, len(pages))
	parallel.Each(len(pages), func(i int) {
		for _, p := range pages[i] {
			found[i] = append(append(found[i], p.Found...), page(s.Config, p)...)
		}
	})
	return slices.Concat(found...)
}

// page looks at one page. What it finds is a matter of the source, its role and
// the settings alone.
func page(c *config.Site, p *site.Page) (found []diag.Finding) {
	passed := site.Passed{Config: c, Role: p.Role}
	if p.Passed == passed {
		return nil
	}
	for _, rule := range pageRules {
		found = append(found, rule(&c.Check, p)...)
	}
	if len(found) == 0 {
		p.Passed = passed
	}
	return found
}
