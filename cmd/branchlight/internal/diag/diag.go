// Package diag defines what the program says of its input: positions, rules,
// and findings in Chinese and English.
//
// A finding is the author's mistake. It has a rule, a position in the file as
// the author sees it, a message that says what is wrong, and a hint that says
// how to mend it. Findings are values: they are collected in lists, kept in
// caches, and replayed; nothing here stops a build. A failure of the machine or
// of the program is an ordinary error and no finding.
package diag

import (
	"cmp"
	"fmt"
	"slices"
)

// Lang is a language that messages are shown in.
type Lang int

const (
	Zh Lang = iota // Simplified Chinese
	En             // English
)

// Text is one message in both languages.
type Text struct {
	Zh, En string
}

// Textf formats the same arguments into both languages. Where the order of
// words differs, the formats use explicit indexes (%[2]s).
func Textf(zh, en string, args ...any) Text {
	if len(args) == 0 {
		return Text{zh, en}
	}
	return Text{fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)}
}

// In returns the text in a language.
func (t Text) In(l Lang) string {
	if l == En {
		return t.En
	}
	return t.Zh
}

// Severity says what a finding does to the build.
type Severity int

const (
	Hint    Severity = iota // worth a look
	Warning                 // will be published, and should be mended
	Error                   // nothing is published until it is mended
)

var severityNames = [...]Text{{"建议", "hint"}, {"提醒", "warning"}, {"错误", "error"}}

// Text names the severity.
func (s Severity) Text() Text { return severityNames[s] }

// Rule is one thing that is looked for. Packages that report findings declare
// their rules in an exported slice named Rules.
type Rule struct {
	ID       string   // lower-case words joined by hyphens, e.g. "link-target"
	Severity Severity // of its findings, where the site does not choose otherwise
	Doc      Text     // what the rule is for and what to do, one to three sentences
	Example  string   // a line or two that break it
	Class    Class    // when it is looked for
	Leak     bool     // what it finds must not be published: no setting lowers its severity
}

// Class says when a rule is looked for.
type Class int

const (
	Page  Class = iota // in every build
	Audit              // where a site is checked, published or reported on
)

var classNames = [...]Text{{"每次生成都查", "page"}, {"检查和发布时查", "audit"}}

// Text names the class.
func (c Class) Text() Text { return classNames[c] }

// Pos is a place in a source file. Line and Col count from 1, Col in
// characters (code points), not bytes; 0 means that the whole file, or the
// whole line, is meant. File is a slash-separated path relative to the site's
// folder, such as "content/财政局/_index.md".
type Pos struct {
	File string
	Line int
	Col  int
}

// String gives file:line:col without the parts that are 0.
func (p Pos) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Col == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Compare orders positions by file, line and column.
func (p Pos) Compare(q Pos) int {
	if p.File != q.File {
		return cmp.Compare(p.File, q.File)
	}
	return cmp.Or(cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col))
}

// Finding is one mistake at one place.
type Finding struct {
	Rule     string
	Severity Severity
	Pos      Pos
	Message  Text
	Hint     Text   // how to mend it; may be empty
	Line     string // the source line, without its line end; may be empty
}

// At makes a finding of the rule at a place whose source line is not at hand.
func (r *Rule) At(p Pos, message, hint Text) Finding {
	return Finding{Rule: r.ID, Severity: r.Severity, Pos: p, Message: message, Hint: hint}
}

// Errors counts the findings that stop a build.
func Errors(fs []Finding) int {
	n := 0
	for i := range fs {
		if fs[i].Severity == Error {
			n++
		}
	}
	return n
}

// Sort orders findings by position, then rule, then message, so that a run
// prints the same list every time.
func Sort(fs []Finding) {
	// Mostly they are those of the pages, in order, and then a few others.
	n := min(1, len(fs))
	for n < len(fs) && compare(&fs[n-1], &fs[n]) <= 0 {
		n++
	}
	rest := slices.Clone(fs[n:])
	slices.SortStableFunc(rest, func(a, b Finding) int { return compare(&a, &b) })
	for at := len(fs); len(rest) > 0; {
		at--
		if last := &rest[len(rest)-1]; n > 0 && compare(&fs[n-1], last) > 0 {
			n--
			fs[at] = fs[n]
		} else {
			fs[at], rest = *last, rest[:len(rest)-1]
		}
	}
}

func compare(a, b *Finding) int {
	if c := a.Pos.Compare(b.Pos); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message.Zh, b.Message.Zh))
}
