package front

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var roleWords = map[string]Role{
	"home": Home, "plain": Plain, "plainindex": PlainIndex, "agency": Agency, "branch": Branch,
	"practice": Practice, "progress": Progress, "post": Post, "article": Article,
}

// TestGolden reads testdata/*.txtar: the input, a role where there is one, what
// the input gives, and the findings in Chinese and in English. <U+200B> in an
// input stands for the character itself.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	seen := map[string]bool{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			golden(t, file, seen)
		})
	}
	for _, r := range Rules {
		if !seen[r.ID] {
			t.Errorf("rule %s has no golden file", r.ID)
		}
		if r.Doc.Zh == "" || r.Doc.En == "" || r.Example == "" {
			t.Errorf("rule %s lacks its doc or example", r.ID)
		}
	}
}

func golden(t *testing.T, file string, seen map[string]bool) {
	ar, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := &txtar.Archive{Comment: ar.Comment}
	var m *Matter
	var found []diag.Finding
	for _, f := range ar.Files {
		switch f.Name {
		case "input":
			src := diag.NewSource("a.md", []byte(visible(string(f.Data))))
			m, found = Parse(src)
			defer func() { checkBody(t, src, m) }()
		case "role":
			role, ok := roleWords[strings.TrimSpace(string(f.Data))]
			if !ok {
				t.Fatalf("no role %q", f.Data)
			}
			found = append(found, m.Misplaced(role)...)
		default:
			continue
		}
		got.Files = append(got.Files, f)
	}
	for _, f := range found {
		seen[f.Rule] = true
	}
	in := visible(string(got.Files[0].Data))
	got.Files = append(got.Files,
		txtar.File{Name: "matter", Data: []byte(dump(m) + fmt.Sprintf("body %q\n", firstLine(in[m.Body:])))},
		txtar.File{Name: "zh", Data: printed(found, diag.Zh)},
		txtar.File{Name: "en", Data: printed(found, diag.En)})
	data := txtar.Format(got)
	if *update {
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := txtar.Format(ar); !bytes.Equal(data, want) {
		t.Errorf("got:\n%s\nwant:\n%s", data, want)
	}
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

func printed(fs []diag.Finding, l diag.Lang) []byte {
	var b bytes.Buffer
	if err := (diag.Printer{W: &b, Lang: l}).List(fs); err != nil {
		return []byte(err.Error())
	}
	return b.Bytes()
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
