package check

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/office"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/site"
)

var update = flag.Bool("update", false, "rewrite the wanted sections of the golden files")

const settings = `title = "筠溪机关党建"

[model_agency]
stages = ["申报", "创建", "命名"]
`

// TestGolden reads testdata/*.txtar: content/ holds the pages, settings what is
// added to site.toml, make the attachments to make, zh and en what is found. The
// file rule_ID.txtar shows the rule of that ID; of the audit only that is shown,
// or what the comment says after "Only".
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
	in := &input{settings: settings, files: map[string][]byte{}}
	for _, f := range archive.Files {
		switch {
		case strings.HasPrefix(f.Name, site.Content+"/"):
			got.Files = append(got.Files, f)
			in.files[f.Name] = f.Data
		case strings.HasPrefix(f.Name, "references/"):
			got.Files = append(got.Files, f)
			in.references = append(in.references, Reference{Path: f.Name, Text: func() (string, *office.Problem, error) { return string(f.Data), nil, nil }})
		case f.Name == "settings":
			got.Files = append(got.Files, f)
			in.settings += string(f.Data)
		case f.Name == "make":
			got.Files = append(got.Files, f)
			for line := range strings.Lines(string(f.Data)) {
				name, what, _ := strings.Cut(strings.TrimSpace(line), " ")
				in.files[name] = made(t, what)
			}
		case f.Name != "zh" && f.Name != "en":
			t.Errorf("the section %s is used by nothing", f.Name)
		}
	}
	id, about := strings.CutPrefix(strings.TrimSuffix(filepath.Base(file), ".txtar"), "rule_")
	var found []diag.Finding
	if rule := ruleOf(id); about && rule.Class == diag.Audit {
		found = slices.DeleteFunc(in.audit(t), func(f diag.Finding) bool { return f.Rule != id })
	} else if _, family, ok := strings.Cut(string(archive.Comment), "Only "); ok {
		family, _, _ = strings.Cut(family, ".")
		found = slices.DeleteFunc(in.audit(t), func(f diag.Finding) bool {
			return !slices.ContainsFunc(strings.Fields(family), func(p string) bool { return strings.HasPrefix(f.Rule, p) })
		})
	} else {
		found = Run(in.assemble(t))
	}
	diag.Sort(found)
	if about {
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

func ruleOf(id string) *diag.Rule {
	for _, r := range Rules {
		if r.ID == id {
			return r
		}
	}
	return &diag.Rule{}
}

// input is a site as a test has it.
type input struct {
	settings string
	files    map[string][]byte // by path
	opened   int               // attachments that were opened
	read     int               // pages that were read
	mu       sync.Mutex
	memory   *Memory

	references []Reference
}

// audit gives what the audit finds.
func (in *input) audit(t *testing.T) []diag.Finding {
	t.Helper()
	s := in.assemble(t)
	var county *diag.Source
	if file := s.Config.Check.Terms; file != "" {
		county = diag.NewSource(file, in.files[file])
	}
	terms, found := ParseTerms(county)
	if in.memory == nil {
		in.memory = NewMemory(terms.Sum(), nil)
	}
	audited, err := Audit(s, Inputs{
		Source: func(path string) (*diag.Source, error) {
			in.mu.Lock()
			defer in.mu.Unlock()
			in.read++
			return diag.NewSource(path, in.files[path]), nil
		},
		Open: func(path string) (Opened, error) {
			in.mu.Lock()
			defer in.mu.Unlock()
			in.opened++
			return opened{bytes.NewReader(in.files[path]), path}, nil
		},
		Terms: terms, Memory: in.memory,
		Compare: NewComparing(NamesOf(s)), References: in.references,
	})
	if err != nil {
		t.Fatal(err)
	}
	return append(found, audited...)
}

// opened is an open file in memory.
type opened struct {
	*bytes.Reader
	path string
}

func (o opened) Close() error               { return nil }
func (o opened) Stat() (fs.FileInfo, error) { return sized{o}, nil }

type sized struct{ opened }

func (s sized) Name() string       { return s.path }
func (s sized) Size() int64        { return s.Reader.Size() }
func (s sized) Mode() fs.FileMode  { return 0o644 }
func (s sized) ModTime() time.Time { return time.Time{} }
func (s sized) IsDir() bool        { return false }
func (s sized) Sys() any           { return nil }

// assemble makes a site of the pages as a build does, on a fixed day. What the
// other packages find is not of interest here.
func (in *input) assemble(t *testing.T) *site.Site {
	t.Helper()
	c, found := config.Parse(diag.NewSource("site.toml", []byte(in.settings)))
	if len(found) > 0 {
		t.Fatal(found)
	}
	made := site.Input{Config: c, Namer: route.NewNamer(nil), Day: 20260601}
	parser := mark.New()
	for name, data := range in.files {
		if !strings.HasSuffix(name, ".md") {
			made.Files = append(made.Files, site.File{Path: name, Size: int64(len(data)), Sum: codec.SumOf(data)})
			continue
		}
		src := diag.NewSource(name, data)
		matter, _ := front.Parse(src)
		doc := parser.Parse(src, matter.Body)
		made.Sources = append(made.Sources, &site.Source{Path: name, Matter: matter, Doc: doc, Sum: codec.SumOf(data), Found: File(matter, doc)})
	}
	slices.SortFunc(made.Sources, func(x, y *site.Source) int { return strings.Compare(x.Path, y.Path) })
	slices.SortFunc(made.Files, func(x, y site.File) int { return strings.Compare(x.Path, y.Path) })
	s, _ := site.Assemble(made)
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
	in := &input{settings: settings, files: map[string][]byte{}}
	for i := range 200 {
		name := "content/局/支部/p" + string(rune('a'+i/26)) + string(rune('a'+i%26)) + ".md"
		in.files[name] = []byte("+++\nkind = \"post\"\n+++\n\n【请填写】\n")
	}
	s := in.assemble(t)
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
