package front

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/golden"
)

var roleWords = map[string]Role{
	"home": Home, "plain": Plain, "plainindex": PlainIndex, "agency": Agency, "branch": Branch,
	"practice": Practice, "progress": Progress, "post": Post, "article": Article,
}

// TestGolden reads testdata/*.txtar: the input, a role where there is one, what
// the input gives, and the findings in Chinese and in English. <U+200B> in an
// input stands for the character itself.
func TestGolden(t *testing.T) {
	golden.Run(t, Rules, func(t *testing.T, _ string, in []txtar.File) (got []txtar.File, found []diag.Finding) {
		var m *Matter
		for _, f := range in {
			switch f.Name {
			case "input":
				src := diag.NewSource("a.md", []byte(visible(string(f.Data))))
				m, found = Parse(src)
				checkBody(t, src, m)
			case "role":
				role, ok := roleWords[strings.TrimSpace(string(f.Data))]
				if !ok {
					t.Fatalf("no role %q", f.Data)
				}
				found = append(found, m.Misplaced(role)...)
			default:
				continue
			}
			got = append(got, f)
		}
		input := visible(string(got[0].Data))
		matter := dump(m) + fmt.Sprintf("body %q\n", firstLine(input[m.Body:]))
		got = append(got, txtar.File{Name: "matter", Data: []byte(matter)})
		return append(got, golden.Printed(t, found)...), found
	})
}

func checkBody(t *testing.T, src *diag.Source, m *Matter) {
	t.Helper()
	if m.Body < 0 || m.Body > len(src.Text) || m.Body > 0 && m.Body < len(src.Text) && src.Text[m.Body-1] != '\n' {
		t.Errorf("the body begins at %d, which is no start of a line", m.Body)
	}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimLeft(s, "\n"), "\n")
	return line
}

var code = regexp.MustCompile(`<U\+([0-9A-F]{4})>`)

func visible(s string) string {
	return code.ReplaceAllStringFunc(s, func(m string) string {
		n, _ := strconv.ParseUint(m[3:7], 16, 32)
		return string(rune(n))
	})
}

// dump writes every field that is not at its zero value, with its place.
func dump(m *Matter) string {
	var b strings.Builder
	for i := range Keys {
		k := &Keys[i]
		value := ""
		switch {
		case k.text != nil && *k.text(m) != "":
			value = strconv.Quote(*k.text(m))
		case k.day != nil && *k.day(m) != day.Day(0):
			value = k.day(m).String()
		case k.num != nil && (*k.num(m) != 0 || m.Has(k.Name) && !m.Opaque):
			value = strconv.Itoa(*k.num(m))
		case k.list != nil && len(*k.list(m)) > 0:
			value = fmt.Sprintf("%q", *k.list(m))
		case k.Name == "draft" && m.Draft, k.Name == "consent" && m.Consent:
			value = "true"
		case k.Name == "items" && m.Items != nil:
			value = fmt.Sprint(m.Items)
		case k.Name == "review" && m.Reviews != nil:
			value = fmt.Sprint(m.Reviews)
		}
		if value != "" && !(k.Name == "percent" && value == "-1") {
			pos := m.Pos(k.Name)
			fmt.Fprintf(&b, "%s = %s @%d:%d\n", k.Name, value, pos.Line, pos.Col)
		}
	}
	return b.String()
}
