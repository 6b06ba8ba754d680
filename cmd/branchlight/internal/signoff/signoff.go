// Package signoff says what a reviewer signed, and whether it is still that.
//
// A sign-off is a [[review]] of the front matter, with a digest of what was read.
// In go the text of a page, its front matter and the sums of the files that it
// links to; out come digests, the state of each review, and the lines that write
// one. It reads and writes no file.
//
// # The digest
//
// A digest is "sha256:" and the 64 digits of the sum of
//
//	branchlight sign-off 1
//	text <sum of the text>
//	file <sum of its bytes, or none> <path>     for every file, by path
//
// The text is the front matter in canonical form (front.AppendCanonical), an
// empty line, and the lines of the body without the blanks around them, with one
// blank for a run of them and one empty line for several. So a digest does not
// depend on encoding, line ends, indentation, the order of keys, or on other
// sign-offs; nor on draft, which is taken out when a page has been signed. Files
// are those that the page links to or shows, save pages, each by its path from
// the page's folder where it stands below that: a page that moves with its files
// keeps its sign-offs. A file that is missing counts as such.
//
// A digest shows what was signed. It does not prove by whom: anyone who can write
// the file can compute it.
package signoff

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/route"
)

// Sum is a SHA-256 sum.
type Sum [sha256.Size]byte

// File is a file that a page links to. The zero Sum stands for one that is missing.
type File struct {
	Path string // source path
	Sum  Sum
}

// Text gives the sum of what a page says.
func Text(src *diag.Source, m *front.Matter) Sum {
	b := append(m.AppendCanonical(nil), '\n')
	return sha256.Sum256(appendBody(b, src.Text[m.Body:]))
}

// appendBody appends the lines of a body, without what blanks add to them.
func appendBody(b, body []byte) []byte {
	gap := false
	begin := len(b)
	for line := range bytes.Lines(body) {
		fields := bytes.FieldsFunc(line, blank)
		if len(fields) == 0 {
			gap = true
			continue
		}
		if gap && len(b) > begin {
			b = append(b, '\n')
		}
		gap = false
		for i, f := range fields {
			if i > 0 {
				b = append(b, ' ')
			}
			b = append(b, f...)
		}
		b = append(b, '\n')
	}
	return b
}

func blank(r rune) bool { return unicode.IsSpace(r) || r == 0xFEFF }

// Files lists the source paths of what a page shows and links to, save other
// pages: sorted, and each once.
func Files(m *front.Matter, d *mark.Doc) []string {
	var list []string
	add := func(dest string) {
		if dest == "" {
			return
		}
		p, _, ok := route.Resolve(m.File, dest)
		if ok && path.Ext(p) != "" && !strings.EqualFold(path.Ext(p), ".md") {
			list = append(list, p)
		}
	}
	add(m.Cover)
	add(m.Photo)
	for i := range d.Images {
		add(d.Images[i].Dest)
	}
	for i := range d.Links {
		add(d.Links[i].Dest)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Digest gives the digest of a page, from the sum of its text and its files in the
// order of Files.
func Digest(page string, text Sum, files []File) string {
	var b strings.Builder
	fmt.Fprintf(&b, "branchlight sign-off 1\ntext %x\n", text)
	folder := path.Dir(page) + "/"
	for _, f := range files {
		sum := "none"
		if f.Sum != (Sum{}) {
			sum = hex.EncodeToString(f.Sum[:])
		}
		fmt.Fprintf(&b, "file %s %s\n", sum, strings.TrimPrefix(f.Path, folder))
	}
	return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(b.String())))
}

// State is what has become of a sign-off.
type State int

// States.
const (
	Missing State = iota // nobody signed in this role
	Void                 // the page was changed afterwards
	Valid
)

var stateNames = [...]diag.Text{{Zh: "未签", En: "missing"}, {Zh: "已失效", En: "void"}, {Zh: "有效", En: "valid"}}

// Text names a state.
func (s State) Text() diag.Text { return stateNames[s] }

// Of gives the state of a review of a page that has a digest now.
func Of(r front.Review, digest string) State {
	if r.Digest == "" || r.Digest != digest {
		return Void
	}
	return Valid
}

// In gives the state of a role, and the review that says so: the last valid one,
// or else the last.
func In(m *front.Matter, role, digest string) (State, front.Review) {
	state, review := Missing, front.Review{}
	for _, r := range m.Reviews {
		if r.Role != role {
			continue
		}
		if s := Of(r, digest); s >= state {
			state, review = s, r
		}
	}
	return state, review
}
