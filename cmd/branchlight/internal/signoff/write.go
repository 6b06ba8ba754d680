package signoff

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/tree"
)

// FrontError says that the front matter of a page is not such that a sign-off can
// be written into it.
type FrontError struct{ File string }

func (e *FrontError) Error() string { return e.Text().En }

// Text gives the message in both languages.
func (e *FrontError) Text() diag.Text {
	return diag.Textf("%s 的文首有错误，没有写入；先用 branchlight build 看看，改好再审签", "the front matter of %s has errors, and nothing was written; see branchlight build, and sign when it is mended", e.File)
}

// Write gives the bytes of a page to which a sign-off was added, in the place of
// any of the same role: at the end of its front matter, in the encoding and with
// the line ends of the file. All else stays as it is.
func Write(file string, raw []byte, r front.Review) ([]byte, error) {
	src, found := tree.Decode(file, raw)
	if src == nil || diag.Errors(found) > 0 {
		return nil, &FrontError{file}
	}
	m, found := front.Parse(src)
	if m.Opaque || diag.Errors(found) > 0 {
		return nil, &FrontError{file}
	}
	fence := src.Pos(max(0, m.Body-1)).Line
	if !strings.HasPrefix(strings.TrimSpace(src.Line(fence)), "+++") {
		return nil, &FrontError{file}
	}
	// From the end to the beginning, so that the numbers of lines stay right.
	out := raw
	var err error
	text := entry(r)
	if strings.TrimSpace(src.Line(before(src, m, r.Role, fence))) != "" {
		text = "\n" + text
	}
	if out, err = tree.ReplaceLines(out, fence, fence, text); err != nil {
		return nil, &FrontError{file}
	}
	for i := len(m.Reviews) - 1; i >= 0; i-- {
		if old := m.Reviews[i]; old.Role == r.Role {
			if out, err = tree.ReplaceLines(out, old.Line, end(src, old.Line, fence), ""); err != nil {
				return nil, &FrontError{file}
			}
		}
	}
	if !says(file, src, m, out, r) {
		return nil, &FrontError{file}
	}
	return out, nil
}

// before gives the line that will stand before a new sign-off.
func before(src *diag.Source, m *front.Matter, role string, fence int) int {
	line := fence - 1
	for i := len(m.Reviews) - 1; i >= 0; i-- {
		if r := m.Reviews[i]; r.Role != role || end(src, r.Line, fence) <= line {
			break
		}
		line = m.Reviews[i].Line - 1
	}
	return line
}

// end gives the line behind a [[review]]: the next header or the fence.
func end(src *diag.Source, line, fence int) int {
	for line++; line < fence; line++ {
		if strings.HasPrefix(strings.TrimSpace(src.Line(line)), "[[") {
			break
		}
	}
	return line
}

// says reports whether a file says what it said before, and the sign-off.
func says(file string, before *diag.Source, old *front.Matter, raw []byte, r front.Review) bool {
	src, found := tree.Decode(file, raw)
	if src == nil || diag.Errors(found) > 0 {
		return false
	}
	m, found := front.Parse(src)
	if m.Opaque || diag.Errors(found) > 0 || Text(src, m) != Text(before, old) || !bytes.Equal(src.Text[m.Body:], before.Text[old.Body:]) {
		return false
	}
	others := 0
	for _, o := range old.Reviews {
		if o.Role != r.Role {
			others++
		}
	}
	if len(m.Reviews) != others+1 {
		return false
	}
	last := m.Reviews[others]
	last.Line = r.Line
	return last == r
}

// entry writes a sign-off.
func entry(r front.Review) string {
	return fmt.Sprintf("[[review]]\nrole = %s\nname = %s\ndate = %s\ndigest = %s\n", quote(r.Role), quote(r.Name), r.Date, quote(r.Digest))
}

// quote writes a text of one line as TOML does.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\t", " ").Replace(s) + `"`
}

// CheckName says why a text cannot be the name of who signs; ok where it can.
func CheckName(name string) (why diag.Text, ok bool) {
	switch {
	case strings.TrimSpace(name) == "":
		return diag.Textf("审签人不能空着", "the name is empty"), false
	case utf8.RuneCountInString(name) > 40:
		return diag.Textf("审签人不超过 40 个字", "the name has more than 40 characters"), false
	case strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }):
		return diag.Textf("审签人里有看不见的字符", "the name holds characters that cannot be seen"), false
	}
	return diag.Text{}, true
}
