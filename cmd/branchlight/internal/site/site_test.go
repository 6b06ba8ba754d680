package site

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/image"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/route"
)

var update = flag.Bool("update", false, "rewrite the wanted sections of the golden files")

// commonSettings serve where a golden file has no site.toml.
const commonSettings = `title = "筠溪机关党建"
topic = [{ name = "理论武装" }, { name = "业务融合" }, { name = "志愿服务" }]

[model_agency]
stages = ["申报", "创建", "命名"]
`

// TestGolden reads testdata/*.txtar. A file holds a site: site.toml, if it is not
// the common one, and content/; <U+0301> in a name or a text stands for the
// character. The section options has a line each of
//
//	day 2026-06-01      the build day, else that one
//	preview             admit drafts and future pages
//	bad PATH            hold a page back for its errors
//	asset PATH          an output of the theme
//	show WORD [PATH]    what to compare, see show
//
// want has what the site gives: the findings in Chinese, then what is to be
// shown.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	seen := map[string]bool{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { golden(t, file, seen) })
	}
	if t.Failed() || *update {
		return
	}
	for _, r := range Rules {
		if !seen[r.ID] {
			t.Errorf("rule %s is shown by no golden file", r.ID)
		}
	}
}

func golden(t *testing.T, file string, seen map[string]bool) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c := readCase(t, archive)
	s, found := c.assemble()
	for _, f := range found {
		seen[f.Rule] = true
	}
	var b bytes.Buffer
	diag.Sort(found)
	if err := (diag.Printer{W: &b}).List(found); err != nil {
		t.Fatal(err)
	}
	for _, words := range c.show {
		fmt.Fprintf(&b, "== %s\n", strings.Join(words, " "))
		show(t, &b, s, words)
	}
	sound(t, c, s, found)
	if *update {
		archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
		archive.Files = append(archive.Files, txtar.File{Name: "want", Data: b.Bytes()})
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if c.want == nil {
		t.Fatal("there is no section want; -update writes it")
	}
	if len(c.want) == 0 {
		t.Error("the golden file shows nothing")
	}
	if !bytes.Equal(b.Bytes(), c.want) {
		t.Errorf("got:\n%s\nwant:\n%s", b.Bytes(), c.want)
	}
}

// siteCase is a site to assemble.
type siteCase struct {
	in    Input
	found []diag.Finding // of the single files
	show  [][]string
	want  []byte
}

// readCase parses the files of a golden file as a build does.
func readCase(t testing.TB, archive *txtar.Archive) *siteCase {
	t.Helper()
	c := &siteCase{in: Input{Day: 20260601, Bad: map[string]bool{}}}
	settings := commonSettings
	parser := mark.New()
	for _, f := range archive.Files {
		name := unhide(f.Name)
		switch {
		case name == "site.toml":
			settings = string(f.Data)
		case name == "options":
			c.options(t, string(f.Data))
		case name == "want":
			c.want = f.Data
		case !strings.HasPrefix(name, Content+"/"):
			t.Fatalf("the section %s is used by nothing", name)
		case IsPage(name):
			src := diag.NewSource(name, []byte(unhide(string(f.Data))))
			matter, found := front.Parse(src)
			doc := parser.Parse(src, matter.Body)
			c.in.Sources = append(c.in.Sources, &Source{Path: name, Matter: matter, Doc: doc})
			c.found = append(append(c.found, found...), doc.Findings...)
		default:
			file := File{Path: name, Size: int64(len(f.Data))}
			if IsImage(name) {
				file.Image, file.Findings = image.Inspect(name, f.Data)
			}
			c.in.Files = append(c.in.Files, file)
		}
	}
	slices.SortFunc(c.in.Sources, func(x, y *Source) int { return strings.Compare(x.Path, y.Path) })
	slices.SortFunc(c.in.Files, func(x, y File) int { return strings.Compare(x.Path, y.Path) })
	var found []diag.Finding
	c.in.Config, found = config.Parse(diag.NewSource("site.toml", []byte(settings)))
	c.found = append(c.found, found...)
	c.in.Namer = route.NewNamer(c.in.Config.Pinyin)
	return c
}

func (c *siteCase) options(t testing.TB, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		arg := unhide(strings.Join(words[1:], " "))
		switch words[0] {
		case "day":
			d, err := day.Parse(arg)
			if err != nil {
				t.Fatal(err)
			}
			c.in.Day = d
		case "preview":
			c.in.Preview = true
		case "bad":
			c.in.Bad[arg] = true
		case "asset":
			c.in.Assets = append(c.in.Assets, arg)
		case "show":
			c.show = append(c.show, words[1:])
		default:
			t.Fatalf("no option %s", words[0])
		}
	}
}

func (c *siteCase) assemble() (*Site, []diag.Finding) {
	s, found := Assemble(c.in)
	return s, slices.Concat(c.found, found)
}

var hidden = regexp.MustCompile(`<U\+([0-9A-F]{4})>`)

func unhide(s string) string {
	return hidden.ReplaceAllStringFunc(s, func(m string) string {
		n, _ := strconv.ParseUint(m[3:7], 16, 32)
		return string(rune(n))
	})
}

// show writes one aspect of a site:
//
//	outputs [PREFIX]    path, template and source of what is rendered
//	pages               path, status and place of every page published
//	held                what is held back, and why
//	files               attachments
//	agencies            agencies, branches and sections in their order
//	view PATH [FIELD]   the view of an output, or one field of it
//	frame PATH          its frame
func show(t *testing.T, b *bytes.Buffer, s *Site, words []string) {
	t.Helper()
	arg := func(n int) string {
		if n < len(words) {
			return words[n]
		}
		return ""
	}
	switch words[0] {
	case "outputs":
		for _, o := range s.Outputs() {
			if strings.HasPrefix(o.Path, arg(1)) {
				fmt.Fprintln(b, strings.TrimSpace(o.Path+" "+o.Template+" "+o.Source))
			}
		}
	case "pages":
		for _, p := range s.Published() {
			fmt.Fprintf(b, "%s -> %s %s\n", p.Path, p.Out, roleNames[p.Role])
		}
	case "held":
		for _, p := range s.Held {
			fmt.Fprintln(b, strings.TrimSpace(p.Path+" "+p.Status.String()+" "+p.HeldBy()))
		}
	case "files":
		for _, f := range s.Files {
			fmt.Fprintf(b, "%s -> %s\n", f.Path, f.Out)
		}
	case "agencies":
		showFolders(b, s)
	case "view", "frame":
		showView(t, b, s, words[0] == "frame", arg(1), arg(2))
	default:
		t.Fatalf("nothing to show is named %s", words[0])
	}
}

var roleNames = map[front.Role]string{
	front.Home: "home", front.Plain: "plain", front.PlainIndex: "plainindex", front.Agency: "agency", front.Branch: "branch",
	front.Practice: "practice", front.Progress: "progress", front.Post: "post", front.Article: "article",
}

func showFolders(b *bytes.Buffer, s *Site) {
	for _, ag := range s.Agencies {
		fmt.Fprintf(b, "%s (%s) %s %s, %d pages\n", ag.Title, ag.Short, ag.letter, ag.Out, len(ag.Pages))
		for _, br := range ag.Branches {
			fmt.Fprintf(b, "    %s %s, %d pages\n", br.Title, br.Out, len(br.Pages))
		}
	}
	for _, sec := range s.Sections {
		fmt.Fprintf(b, "section %s %s, %d pages\n", sec.Title, sec.Out, len(sec.Pages))
	}
}

func showView(t *testing.T, b *bytes.Buffer, s *Site, frame bool, out, field string) {
	t.Helper()
	o := s.Output(out)
	if o == nil {
		t.Fatalf("there is no output %s", out)
	}
	var d dump
	switch v := o.View(); {
	case frame:
		d.field(v, "Frame")
	case field != "":
		d.field(v, field)
	default:
		d.view(v)
	}
	b.WriteString(d.b.String())
}

// sound holds what is true of every site, whatever a golden file shows of it.
func sound(t *testing.T, c *siteCase, s *Site, found []diag.Finding) {
	t.Helper()
	made := map[string]bool{}
	for _, out := range c.in.Assets {
		made[out] = true
	}
	for _, f := range s.Files {
		made[f.Out] = true
	}
	outputs := s.Outputs()
	if len(outputs) != s.Count() {
		t.Errorf("%d outputs, and %d are counted", len(outputs), s.Count())
	}
	for i := range outputs {
		o := &outputs[i]
		if made[o.Path] && diag.Errors(found) == 0 {
			t.Errorf("two outputs are named %s", o.Path)
		}
		made[o.Path] = true
		if !filepath.IsLocal(o.Path) || route.Escape(o.Path) != o.Path || path.Clean(o.Path) != o.Path {
			t.Errorf("bad output path %q", o.Path)
		}
		if i > 0 && outputs[i-1].Path > o.Path {
			t.Errorf("%s is out of order", o.Path)
		}
	}
	second, _ := Assemble(c.in)
	again := second.Outputs()
	if len(again) != len(outputs) {
		t.Fatalf("%d outputs, then %d", len(outputs), len(again))
	}
	for i := range outputs {
		o := &outputs[i]
		var one, two dump
		one.view(o.View())
		two.view(again[i].View())
		if one.b.String() != two.b.String() {
			t.Errorf("%s: not the same view twice", o.Path)
		}
		if strings.Contains(one.b.String(), "秘密") {
			t.Errorf("%s: has a word of a page that is held back", o.Path)
		}
		if diag.Errors(found) == 0 {
			for _, url := range one.urls {
				leads(t, made, o.Path, url)
			}
		}
	}
}

// leads checks that a relative URL leads to something that is made.
func leads(t *testing.T, made map[string]bool, from, url string) {
	t.Helper()
	if strings.Contains(url, "://") || from == "feed.xml" {
		return
	}
	url, _, _ = strings.Cut(url, "#")
	if to := path.Join(path.Dir(from), url); url != "" && !made[to] {
		t.Errorf("%s: the URL %s leads to nothing", from, url)
	}
}
