package check

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"sync"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/parallel"
	"branchlight/cmd/branchlight/internal/site"
)

// Inputs are what an audit needs besides the site.
type Inputs struct {
	// Source gives the text of a page; nil where it cannot be had.
	Source func(path string) (*diag.Source, error)
	// Open opens a file under content. The finding says why it cannot be used.
	Open   func(path string) (Opened, error)
	Terms  *Terms  // the words to use and not to use; nil: the program's own
	Memory *Memory // what earlier audits noted; it learns what this one notes. Never nil

	Compare    *Comparing  // compares pages; nil: they are not compared
	References []Reference // what pages may have been copied from besides each other
	Copies     *[]Copy     // gets the copies that are found; may be nil
}

// Opened is an open attachment.
type Opened interface {
	io.Reader
	io.ReaderAt
	io.Closer
	Stat() (fs.FileInfo, error)
}

// Text is one page as rules over single files see it.
type Text struct {
	*diag.Source
	Path   string
	Matter *front.Matter
	Doc    *mark.Doc
	Blocks []mark.Block // plain text
	Config *config.Check
	Terms  *Terms

	Compare *Comparing
}

// fileRules look at one page's text each, without the site. What they note stays
// with the file's bytes and the settings that Text.Config and Text.Terms hold:
// see Memory.
var fileRules = []func(t *Text, n *Noted){leaks, wording, localPaths, prints, signed}

// siteRule looks at the whole site, and at what was noted of its files.
type siteRule struct {
	run  func(a *Audited) []diag.Finding
	each bool // it looks at each of Audited.Pages on its own
	slow bool // it compares many pages; a preview does without it
}

// siteRules are the rules over the whole site.
var siteRules = []siteRule{
	{run: attachments, each: true}, {run: eachPage(sections), each: true}, {run: eachPage(itemFacts), each: true}, {run: references, each: true},
	{run: titles}, {run: emptyColumns}, {run: freshness}, {run: overdue},
	{run: originality, slow: true}, {run: signoffs, each: true},
}

// auditRules are the rules of fileRules and siteRules.
var auditRules = slices.Concat(leakRuleList, wordingRules, referenceRules, originalityRules, signoffRules, []*diag.Rule{rulePosition, ruleAttachment, ruleUnread, ruleLarge,
	ruleSections, ruleSource, ruleAuthor, ruleFuture, ruleTitleLong, ruleTitleTwice, ruleColumnEmpty, ruleStaleHome, ruleStaleColumn, ruleOverdue})

// Audited is what site rules look at.
type Audited struct {
	*site.Site
	Inputs
	Pages []*site.Page // that were looked at: all that are published, and those whose day is to come
	Noted []*Noted     // of the pages, in the same order

	unread []diag.Finding // of references

	mu     sync.Mutex
	failed error
}

// fail notes an error of the machine.
func (a *Audited) fail(err error) {
	if err != nil {
		a.mu.Lock()
		a.failed = errors.Join(a.failed, err)
		a.mu.Unlock()
	}
}

// Audit looks at what needs not be looked at in every build: it reads the text of
// pages and opens attachments, as far as the memory does not know them. Findings
// come in no particular order; those of the files' own text first, in the order
// of the pages. An error is the machine's.
func Audit(s *site.Site, in Inputs) ([]diag.Finding, error) {
	a, err := note(s, in)
	if err != nil {
		return nil, err
	}
	var list []diag.Finding
	for _, n := range a.Noted {
		list = append(list, n.Findings...)
	}
	found := make([][]diag.Finding, len(siteRules))
	parallel.Each(len(siteRules), func(i int) { found[i] = siteRules[i].run(a) })
	for _, f := range found {
		list = append(list, f...)
	}
	return list, a.failed
}

// AuditPage is Audit for one page: by the rules that need no other. Those of the
// whole site are AuditSite's.
func AuditPage(s *site.Site, in Inputs, p *site.Page) ([]diag.Finding, error) {
	n, err := in.page(&s.Config.Check, p)
	if err != nil {
		return nil, err
	}
	a := &Audited{Site: s, Inputs: in, Pages: []*site.Page{p}, Noted: []*Noted{n}}
	list := slices.Clone(n.Findings)
	for _, r := range siteRules {
		if r.each {
			list = append(list, r.run(a)...)
		}
	}
	return list, a.failed
}

// AuditSite gives what the quick rules over the whole site find that read no file.
func AuditSite(s *site.Site, in Inputs) []diag.Finding {
	a := &Audited{Site: s, Inputs: in, Pages: s.Published()}
	var list []diag.Finding
	for _, r := range siteRules {
		if !r.each && !r.slow {
			list = append(list, r.run(a)...)
		}
	}
	return list
}

// note looks at the text of every page, each on its own.
func note(s *site.Site, in Inputs) (*Audited, error) {
	a := &Audited{Site: s, Inputs: in, Pages: slices.Clone(s.Published())}
	for _, p := range s.Held {
		if p.Status == site.Future {
			a.Pages = append(a.Pages, p)
		}
	}
	a.Noted = make([]*Noted, len(a.Pages))
	errs := make([]error, len(a.Pages))
	parallel.Each(len(a.Pages), func(i int) { a.Noted[i], errs[i] = in.page(&s.Config.Check, a.Pages[i]) })
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return a, nil
}

// page gives what is noted of a page, and looks at its text where nothing is.
func (in *Inputs) page(c *config.Check, p *site.Page) (*Noted, error) {
	sum := in.Memory.salted(p.Sum)
	if n := in.Memory.get(p.Path, sum); n != nil {
		return n, nil
	}
	n := new(Noted)
	src, err := in.Source(p.Path)
	if err != nil {
		return nil, err
	}
	if src == nil {
		return n, nil // which is reported where it is read
	}
	t := &Text{Source: src, Path: p.Path, Matter: p.Matter, Doc: p.Doc, Blocks: p.Doc.Leaves(), Config: c, Terms: in.Terms, Compare: in.Compare}
	for _, rule := range fileRules {
		rule(t, n)
	}
	if p.Sum != (codec.Sum{}) {
		in.Memory.put(p.Path, remembered{sum: sum, noted: n})
	}
	return n, nil
}
