// Package front reads the front matter of a page: the settings between two lines
// of +++ at the start of its file.
//
// In goes the text of one file, as a diag.Source. Out come a Matter with typed and
// checked values, the offset at which the Markdown body starts, and findings for
// all mistakes; nothing is read or written, and what comes out depends on the
// text and the file's name alone. Lines are not renumbered: the body is a tail of
// the same source.
//
// The format is flat TOML: one key = value a line, and [[review]] tables at the
// very end. Keys has every key with its kind, its meaning and the roles it
// belongs to. Days are calendar days without a time. Blank lines and a BOM may
// stand before the first +++, blanks after each. A slug is as route.CheckSlug
// allows it. An alias is a path from the top of the site of ASCII letters,
// digits, "-", "_", "." and "/", that names a file (.html, or left out) or, with a
// slash at its end, a folder; one slash before it is dropped. Pictures are paths
// relative to the file, with slashes.
//
// Guarantees: a file that leaves in doubt whether it is a draft has Draft set;
// consent is true only where it is said without a mistake; front matter in other
// formats (YAML, JSON, ---js, ;;;) is refused, never evaluated, and never part of
// the body; 0 <= Body <= len(Text), and Body is the start of a line or the end of
// the text; Parse never panics, and gives the same for the same text.
package front

import (
	"strings"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/toml"
)

// Parse reads the front matter of a file.
func Parse(src *diag.Source) (*Matter, []diag.Finding) {
	b := split(src)
	m := &Matter{File: src.File, Body: b.body, Percent: -1, Opaque: b.opaque}
	r := &reader{src: src, m: m, found: b.found}
	if b.doubt {
		m.Draft = true
	}
	if !b.opaque {
		schema.ParseTo(src, b.from, b.to, r.read)
	}
	return m, r.found
}

// reader fills a Matter.
type reader struct {
	src   *diag.Source
	m     *Matter
	found []diag.Finding

	// A place that was counted already, so that the source needs no index of its
	// lines where there is nothing to report.
	at, line, start int
}

func (r *reader) report(rule *diag.Rule, at int, message, hint diag.Text) {
	r.found = append(r.found, r.src.Finding(rule, at, message, hint))
}

func (r *reader) read(doc *toml.Document) {
	own := len(r.found)
	r.found = append(r.found, doc.Findings...)
	r.line = 1
	r.m.Places = make([]Place, 0, len(doc.Entries))
	for i := range doc.Entries {
		e := &doc.Entries[i]
		if e.Key < 0 {
			continue
		}
		if r.fill(&Keys[e.Key], e) {
			r.m.Places = append(r.m.Places, r.place(e))
		}
	}
	r.dates()
	r.doubt(doc, r.found[own:])
}

// place counts lines from the last place to that of an entry.
func (r *reader) place(e *toml.Entry) Place {
	at := e.Value.At
	if at < r.at {
		pos := r.src.Pos(at)
		return Place{uint8(e.Key), int32(pos.Line), int32(pos.Col)}
	}
	for i := r.at; i < at; i++ {
		if r.src.Text[i] == '\n' {
			r.line++
			r.start = i + 1
		}
	}
	r.at = at
	return Place{uint8(e.Key), int32(r.line), int32(utf8.RuneCount(r.src.Text[r.start:at]) + 1)}
}

// doubt sets Draft where it is not clear whether the file is one, and gives the
// findings that say why the ID of that rule.
func (r *reader) doubt(doc *toml.Document, found []diag.Finding) {
	at, doubtful := 0, false
	if e := doc.Get("draft"); e != nil && (e.Doubtful || e.Kind != toml.Bool) {
		at, doubtful = e.At, true
	}
	for _, s := range doc.Unread {
		if low := strings.ToLower(s); strings.Contains(low, "draft") || strings.Contains(low, "草稿") {
			at, doubtful = strings.Index(string(r.src.Text), s), true
		}
	}
	if !doubtful {
		return
	}
	r.m.Draft = true
	line, renamed := r.src.Pos(at).Line, false
	for i := range found {
		f := &found[i]
		if f.Severity == diag.Error && (f.Pos.Line == line || strings.Contains(f.Message.Zh, "“draft”")) {
			f.Rule, renamed = draftRule.ID, true
		}
	}
	if !renamed {
		r.report(draftRule, at, diag.Textf("看不准这一页是不是草稿，先不发布", "it is in doubt whether the page is a draft: it is not published"),
			diag.Textf("写成 draft = true（草稿）或 draft = false（发布）。", "Write draft = true (a draft) or draft = false (to publish)."))
	}
}

// dates compares the days of a page.
func (r *reader) dates() {
	m := r.m
	late := func(key, zh, en string) {
		p := m.Pos(key)
		r.report(orderRule, r.src.Offset(p.Line)+p.Col-1, // before a day stand only ASCII characters
			diag.Textf("%[1]s早于发布日期 %[3]s", "%[2]s is before the date %[3]s", zh, en, m.Date),
			diag.Textf("核对两个日期（第 %d 行和第 %d 行），改对其中一个。", "Compare the two days (lines %d and %d), and put one right.", m.Pos("date").Line, m.Pos(key).Line))
	}
	if m.Date.IsZero() {
		return
	}
	if !m.Updated.IsZero() && m.Updated < m.Date {
		late("updated", "更新日期", "the day of the last change")
	}
	if !m.Expires.IsZero() && m.Expires < m.Date {
		late("expires", "截止日期", "the last day shown")
	}
}
