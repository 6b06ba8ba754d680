package mark

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"branchlight/cmd/branchlight/internal/diag"
)

var update = flag.Bool("update", false, "rewrite the wanted output in testdata")

// kindNames name the kinds of blocks in testdata.
var kindNames = [...]string{"paragraph", "title", "item", "quote", "cell", "code", "term", "definition", "caption", "note-title", "note", "footnote"}

// parse parses a text that stands below two lines of front matter, so that
// positions of the file and of the body differ.
func parse(body string) *Doc {
	const front = "+++\n+++\n"
	return New().Parse(diag.NewSource("p.md", []byte(front+body)), len(front))
}

// filled gives the HTML of a Doc with its slots filled by open, close and image.
func filled(d *Doc, open, close func(Link) string, image func(Image) string) string {
	var b strings.Builder
	at := 0
	for _, s := range d.Slots {
		b.WriteString(d.HTML[at:s.At])
		at = s.At
		switch s.Kind {
		case LinkOpen:
			b.WriteString(open(d.Links[s.Ref]))
		case LinkClose:
			b.WriteString(close(d.Links[s.Ref]))
		case ImageTag:
			b.WriteString(image(d.Images[s.Ref]))
		}
	}
	b.WriteString(d.HTML[at:])
	return b.String()
}

// show prints a Doc as testdata has it. Slots are [[ ]].
func show(d *Doc, blocks bool) string {
	var b strings.Builder
	b.WriteString(filled(d,
		func(l Link) string { return "[[" + l.Dest + "|" },
		func(Link) string { return "]]" },
		func(i Image) string { return "[[image " + i.Dest + "]]" }))
	at := func(p diag.Pos) string { return fmt.Sprintf("%d:%d", p.Line, p.Col) }
	for _, l := range d.Links {
		fmt.Fprintf(&b, "link %s %q %q %q\n", at(l.Pos), l.Dest, l.Text, l.Title)
	}
	for _, l := range d.External {
		fmt.Fprintf(&b, "external %s %q %q %q\n", at(l.Pos), l.Dest, l.Text, l.Title)
	}
	for _, i := range d.Images {
		fmt.Fprintf(&b, "image %s %q %q %q %v\n", at(i.Pos), i.Dest, i.Alt, i.Title, i.Figure)
	}
	for _, h := range d.Headings {
		fmt.Fprintf(&b, "heading %s %d #%s %q\n", at(h.Pos), h.Level, h.ID, h.Text)
	}
	if blocks {
		for _, k := range d.Blocks {
			fmt.Fprintf(&b, "block %s %s %q\n", at(k.Pos), kindNames[k.Kind], k.Text)
		}
	}
	for _, f := range d.Findings {
		fmt.Fprintf(&b, "%s %s [%s] %s / %s\n", at(f.Pos), f.Severity.Text().En, f.Rule, f.Message.Zh, f.Hint.Zh)
	}
	return b.String()
}

// TestGolden runs testdata/*.txtar: NAME.md is a body, NAME.want what show gives
// for it. Names that begin with "blocks" show blocks too.
func TestGolden(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.txtar")
	if len(files) == 0 {
		t.Fatal("no testdata")
	}
	seen := map[string]bool{}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		wants := map[string]string{}
		for _, f := range archive.Files {
			wants[f.Name] = string(f.Data)
		}
		out := &txtar.Archive{Comment: archive.Comment}
		for _, f := range archive.Files {
			name, ok := strings.CutSuffix(f.Name, ".md")
			if !ok {
				continue
			}
			doc := parse(string(f.Data))
			got := show(doc, strings.HasPrefix(name, "blocks"))
			out.Files = append(out.Files, f, txtar.File{Name: name + ".want", Data: []byte(got)})
			want, ok := wants[name+".want"]
			delete(wants, name+".want")
			delete(wants, f.Name)
			if !*update && (!ok || got != want) {
				t.Errorf("%s: %s\ngot:\n%s\nwant:\n%s", file, name, got, want)
			}
			for _, f := range doc.Findings {
				seen[f.Rule] = true
			}
			checkHTML(t, doc)
		}
		for name := range wants {
			if !*update {
				t.Errorf("%s: %s belongs to no input", file, name)
			}
		}
		if *update {
			if err := os.WriteFile(file, txtar.Format(out), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, r := range Rules {
		if r != ruleFailed && !seen[r.ID] {
			t.Errorf("rule %s is shown by no testdata", r.ID)
		}
	}
}

// TestRules holds every rule to its own example.
func TestRules(t *testing.T) {
	for _, r := range Rules {
		if r.Doc.Zh == "" || r.Doc.En == "" {
			t.Errorf("%s: no doc", r.ID)
		}
		if r == ruleFailed {
			continue
		}
		found := false
		for _, f := range parse(r.Example).Findings {
			found = found || f.Rule == r.ID
			if f.Message.Zh == "" || f.Message.En == "" || f.Hint.Zh == "" || f.Hint.En == "" {
				t.Errorf("%s: a finding without message or hint", f.Rule)
			}
		}
		if !found {
			t.Errorf("%s: its example does not break it: %q", r.ID, r.Example)
		}
	}
}
