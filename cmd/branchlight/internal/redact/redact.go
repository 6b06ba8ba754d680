// Package redact writes the masked forms of personal data into pages.
//
// Look takes a site's folder and the paths of pages, and gives what would change;
// it writes nothing. Write puts one such change into its file, as package amend
// does: whole or not at all. The encoding, the line ends and all bytes besides stay
// as they are; a page whose bytes cannot be promised to come back is left alone, and
// so is one that has changed since it was looked at.
package redact

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/amend"
	"branchlight/cmd/branchlight/internal/personal"
	"branchlight/cmd/branchlight/internal/tree"
)

// maxPage bounds a page, in bytes.
const maxPage = 8 << 20

// Change is what masking changes in one page.
type Change struct {
	File  string // path in the site's folder
	Lines []Line
	Count int // places
	Named int // places left alone, as parts of the names of files: those are renamed first

	before, after []byte
}

// Line is one line of a page before and after. Personal data is shown in neither:
// hidden digits are ●, in the new one of what stays.
type Line struct {
	Number   int
	Old, New string
}

// ErrEncoding says that a page's bytes would not come back as they are.
var ErrEncoding = errors.New("the page is in an encoding that cannot be written back exactly")

// Look finds out what masking changes in a page; nil where nothing is to be masked.
// keep reports what may stay. names are names of files that hold personal data
// themselves: a link to one would lead nowhere if it were masked.
func Look(root *os.Root, file string, names []string, keep func(p personal.Place) bool) (*Change, error) {
	raw, err := tree.Read(root, file, maxPage)
	if err != nil {
		return nil, err
	}
	text, back, ok := tree.Recode(raw)
	if !ok {
		return nil, fmt.Errorf("%s: %w", file, ErrEncoding)
	}
	s := string(text)
	c := &Change{File: file, before: raw}
	var out, before, after strings.Builder // the text as it will be; and as it may be shown
	at := 0
	for _, p := range personal.Find(s) {
		hidden := strings.NewReplacer("*", "●", "×", "●").Replace(p.Masked)
		now, shown := p.Masked, p.Masked
		switch {
		case keep(p):
			now, shown = s[p.At:p.End], hidden
		case named(s, p, names):
			now, shown = s[p.At:p.End], hidden
			c.Named++
		default:
			c.Count++
		}
		out.WriteString(s[at:p.At] + now)
		before.WriteString(s[at:p.At] + hidden)
		after.WriteString(s[at:p.At] + shown)
		at = p.End
	}
	if c.Count+c.Named == 0 {
		return nil, nil
	}
	out.WriteString(s[at:])
	before.WriteString(s[at:])
	after.WriteString(s[at:])
	if c.after, err = back([]byte(out.String())); err != nil {
		return nil, fmt.Errorf("%s: %w", file, ErrEncoding)
	}
	old, now := strings.Split(before.String(), "\n"), strings.Split(after.String(), "\n")
	for i := range now {
		if i < len(old) && old[i] != now[i] {
			c.Lines = append(c.Lines, Line{i + 1, strings.TrimRight(old[i], "\r"), strings.TrimRight(now[i], "\r")})
		}
	}
	return c, nil
}

// named reports that a place is part of the name of a file, as far as its end.
func named(text string, p personal.Place, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		i := strings.Index(name, text[p.At:p.End])
		return i >= 0 && strings.HasPrefix(text[p.At:], name[i:])
	})
}

// Write puts a change into its file. The error is an *amend.ChangedError where the
// page has changed since it was looked at.
func Write(root *os.Root, c *Change) error {
	return amend.Replace(root, c.File, c.before, c.after)
}
