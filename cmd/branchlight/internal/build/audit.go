package build

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"branchlight/cmd/branchlight/internal/check"
	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/site"
	"branchlight/cmd/branchlight/internal/tree"
)

// This file runs the audit: the rules that are not looked at in every build.

// auditMemo is the cache's file of what audits noted.
const auditMemo = "audit"

// auditing is what a run needs to audit; shared by the passes of one run, and by
// the runs of a session.
type auditing struct {
	terms     *check.Terms
	memory    *check.Memory
	comparing *check.Comparing
	compared  []check.Reference
	key       codec.Sum
}

// prepareAudit reads what the audit needs besides the site.
func (r *run) prepareAudit(s *site.Site) {
	terms, found := r.terms()
	r.report(found...)
	names := check.NamesOf(s)
	a := &auditing{terms: terms, comparing: check.NewComparing(names), key: r.auditKey(terms, names)}
	switch last := r.mem.audit; {
	case last != nil && last.key == a.key:
		a.memory = last.memory
	default:
		a.memory = check.NewMemory(a.key, r.memo)
	}
	r.mem.audit = a
}

// auditKey stands for the settings that an audit of single files looks at.
func (r *run) auditKey(terms *check.Terms, names []string) codec.Sum {
	c := codec.Writer(nil)
	c.Strings(&names)
	r.config.Check.Code(c)
	sum := terms.Sum()
	c.Sum(&sum)
	return codec.SumOf(c.Bytes())
}

// terms reads the county's list of words.
func (r *run) terms() (*check.Terms, []diag.Finding) {
	k := &r.config.Check
	if k.Terms == "" {
		return check.ParseTerms(nil)
	}
	raw, err := tree.Read(r.root, k.Terms, maxText)
	if err != nil {
		f := check.TermsMissing(k.TermsAt, k.Terms)
		t, _ := check.ParseTerms(nil)
		return t, []diag.Finding{f}
	}
	src, found := tree.Decode(k.Terms, raw)
	t, more := check.ParseTerms(src)
	return t, append(found, more...)
}

// audit runs the audit over the assembled site.
func (r *run) audit(s *site.Site) ([]diag.Finding, error) {
	if r.auditing == nil {
		r.prepareAudit(s)
		r.auditing = r.mem.audit
		r.auditing.compared = r.references()
	}
	before := r.auditing.memory.Looked()
	found, err := check.Audit(s, r.auditInputs())
	r.result.Audited += r.auditing.memory.Looked() - before
	if src, _ := tree.Decode(settingsFile, r.settings); src != nil {
		found = append(found, check.Settings(src, r.config)...)
	}
	return found, err
}

func (r *run) auditInputs() check.Inputs {
	return check.Inputs{Source: r.auditSource, Open: r.openFile, Terms: r.auditing.terms, Memory: r.auditing.memory,
		Compare: r.auditing.comparing, References: r.auditing.compared, Copies: &r.result.Copies}
}

// auditSource reads the text of a page; nil where its author is told already that
// it cannot be read.
func (r *run) auditSource(path string) (*diag.Source, error) {
	raw, err := tree.Read(r.root, path, maxText)
	if _, refused := tree.Refusal(path, err, maxText); refused || errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	src, _ := tree.Decode(path, raw)
	return src, nil
}

func (r *run) openFile(path string) (check.Opened, error) {
	f, err := tree.Open(r.root, path)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// preview is what a session knows of audits.
type preview struct {
	mu    sync.Mutex
	run   *run           // that it is about
	found []diag.Finding // of the whole site
}

// Audit gives what an audit finds in one source file of the last good site, and
// does no more for it than it must. It may be called while Refresh runs.
func (s *Session) Audit(source string) []diag.Finding {
	r := s.good.Load()
	if r == nil {
		return nil
	}
	pages := r.site.Published()
	i, ok := slices.BinarySearchFunc(pages, source, func(p *site.Page, source string) int { return strings.Compare(p.Path, source) })
	if !ok {
		return nil
	}
	s.preview.mu.Lock()
	defer s.preview.mu.Unlock()
	// A run of its own, so that the one that is shown does not change.
	q := &run{Options: r.Options, root: r.root, config: r.config, mem: &memory{store: r.mem.store, audit: s.audits}}
	q.prepareAudit(r.site)
	q.auditing, s.audits = q.mem.audit, q.mem.audit
	if s.preview.run != r {
		s.preview.run, s.preview.found = r, check.AuditSite(r.site, q.auditInputs())
	}
	found, err := check.AuditPage(r.site, q.auditInputs(), pages[i])
	if err != nil {
		return nil // the preview says what the machine does not do
	}
	for _, f := range s.preview.found {
		if f.Pos.File == source {
			found = append(found, f)
		}
	}
	q.findings = q.leveled(found)
	q.quote()
	for i := range q.findings {
		q.findings[i].Line = check.Masked(q.findings[i].Line)
	}
	diag.Sort(q.findings)
	return q.findings
}
