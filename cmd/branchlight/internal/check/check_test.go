package check

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/site"
)

var update = flag.Bool("update", false, "rewrite the wanted sections of the golden files")

const settings = `title = "筠溪机关党建"

[model_agency]
stages = ["申报", "创建", "命名"]
`

// TestGolden reads testdata/*.txtar: content/ holds the pages, zh and en what is
// found in them. The file rule_ID.txtar shows the rule of that ID.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { golden(t, file) })
	}
	for _, r := range Rules {
		if !slices.Contains(files, filepath.Join("testdata", "rule_"+r.ID+".txtar")) {
			t.Errorf("rule %s has no golden file", r.ID)
		}
	}
}

func golden(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := &txtar.Archive{Comment: archive.Comment}
	for _, f := range archive.Files {
		switch {
		case strings.HasPrefix(f.Name, site.Content+"/"):
			got.Files = append(got.Files, f)
		case f.Name != "zh" && f.Name != "en":
			t.Errorf("the section %s is used by nothing", f.Name)
		}
	}
	found := Run(assemble(t, got))
	diag.Sort(found)
	if id, ok := strings.CutPrefix(strings.TrimSuffix(filepath.Base(file), ".txtar"), "rule_"); ok {
		if !slices.ContainsFunc(found, func(f diag.Finding) bool { return f.Rule == id }) {
			t.Errorf("nothing of rule %s is found", id)
		}
		for _, f := range found {
			if f.Message.Zh == "" || f.Message.En == "" || f.Hint.Zh == "" || f.Hint.En == "" {
				t.Errorf("words are missing: %+v", f)
			}
		}
	}
	got.Files = append(got.Files,
		txtar.File{Name: "zh", Data: printed(t, found, diag.Zh)},
		txtar.File{Name: "en", Data: printed(t, found, diag.En)})
	if *update {
		if err := os.WriteFile(file, txtar.Format(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := txtar.Format(archive); !bytes.Equal(txtar.Format(got), want) {
		t.Errorf("got:\n%s\nwant:\n%s", txtar.Format(got), want)
	}
}

// assemble makes a site of the pages as a build does, on a fixed day. What the
// other packages find is not of interest here.
func assemble(t *testing.T, archive *txtar.Archive) *site.Site {
	t.Helper()
	c, found := config.Parse(diag.NewSource("site.toml", []byte(settings)))
	if len(found) > 0 {
		t.Fatal(found)
	}
	in := site.Input{Config: c, Namer: route.NewNamer(nil), Day: 20260601}
	parser := mark.New()
	for _, f := range archive.Files {
		if !strings.HasSuffix(f.Name, ".md") {
			in.Files = append(in.Files, site.File{Path: f.Name, Size: int64(len(f.Data))})
			continue
		}
		src := diag.NewSource(f.Name, f.Data)
		matter, _ := front.Parse(src)
		doc := parser.Parse(src, matter.Body)
		in.Sources = append(in.Sources, site.Source{Path: f.Name, Matter: matter, Doc: doc, Found: File(matter, doc)})
	}
	slices.SortFunc(in.Sources, func(x, y site.Source) int { return strings.Compare(x.Path, y.Path) })
	s, _ := site.Assemble(in)
	return s
}

func printed(t *testing.T, found []diag.Finding, l diag.Lang) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := (diag.Printer{W: &b, Lang: l}).List(found); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Findings come in the order of the pages, whatever the order of the work.
func TestOrder(t *testing.T) {
	a := new(txtar.Archive)
	for i := range 200 {
		name := "content/局/支部/p" + string(rune('a'+i/26)) + string(rune('a'+i%26)) + ".md"
		a.Files = append(a.Files, txtar.File{Name: name, Data: []byte("+++\nkind = \"post\"\n+++\n\n【请填写】\n")})
	}
	s := assemble(t, a)
	first := Run(s)
	if len(first) != 200*5 { // title, date, position, pledge, placeholder
		t.Fatalf("%d findings", len(first))
	}
	for range 5 {
		again := Run(s)
		if !slices.Equal(first, again) {
			t.Fatal("another order of findings")
		}
	}
	if !slices.IsSortedFunc(first, func(x, y diag.Finding) int { return strings.Compare(x.Pos.File, y.Pos.File) }) {
		t.Error("the findings are not in the order of the pages")
	}
}
