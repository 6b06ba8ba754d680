package build

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"branchlight/cmd/branchlight/internal/diag"
)

const goodHead = "+++\ntitle = \"试一试\"\ndate = 2026-03-01\nkind = \"practice\"\nthemes = [\"理论武装\"]\n"

// picture makes a PNG whose header says the given size; the pixels are of 2 x 2.
func picture(width, height uint32) []byte {
	var b bytes.Buffer
	png.Encode(&b, image.NewGray(image.Rect(0, 0, 2, 2)))
	p := b.Bytes()
	binary.BigEndian.PutUint32(p[16:], width)
	binary.BigEndian.PutUint32(p[20:], height)
	binary.BigEndian.PutUint32(p[29:], crc32.ChecksumIEEE(p[12:29]))
	return p
}

// faults are things that people, programs and attackers leave in a site's
// folder, with the rule that must name each.
var faults = []struct {
	name string
	file string
	text string
	rule string
}{
	{"no end of the front matter", "content/a000/b0/x.md", "+++\ntitle = \"x\"\n\ntext\n", "front-open"},
	{"YAML", "content/a000/b0/x.md", "---\ntitle: x\n---\ntext\n", "front-format"},
	{"JavaScript", "content/a000/b0/x.md", "---js\nmodule.exports = {}\n---\ntext\n", "front-format"},
	{"no front matter", "content/a000/b0/x.md", "text\n", "front-missing"},
	{"curly quotes", "content/a000/b0/x.md", "+++\ntitle = “试一试”\nkind = \"practice\"\n+++\n", "toml-punctuation"},
	{"full-width colon", "content/a000/b0/x.md", "+++\ntitle： \"试一试\"\nkind = \"practice\"\n+++\n", "toml-punctuation"},
	{"Chinese key", "content/a000/b0/x.md", "+++\n标题 = \"试一试\"\nkind = \"practice\"\n+++\n", "toml-key"},
	{"Chinese date", "content/a000/b0/x.md", "+++\ntitle = \"x\"\nkind = \"practice\"\ndate = 2024年3月1日\n+++\n", "toml-date"},
	{"short date", "content/a000/b0/x.md", "+++\ntitle = \"x\"\nkind = \"practice\"\ndate = 2024-3-1\n+++\n", "toml-date"},
	{"no such day", "content/a000/b0/x.md", "+++\ntitle = \"x\"\nkind = \"practice\"\ndate = 2024-02-30\n+++\n", "toml-date"},
	{"True", "content/a000/b0/x.md", goodHead + "draft = True\n+++\n", "front-draft"},
	{"quoted draft", "content/a000/b0/x.md", goodHead + "draft = \"true\"\n+++\n", "front-draft"},
	{"backslashes", "content/a000/b0/x.md", goodHead + "source = \"D:\\党建\"\n+++\n", "toml-escape"},
	{"unknown key", "content/a000/b0/x.md", goodHead + "sumary = \"x\"\n+++\n", "toml-unknown"},
	{"no kind", "content/a000/b0/x.md", "+++\ntitle = \"x\"\n+++\n", "front-kind"},
	{"no title", "content/a000/b0/x.md", "+++\nkind = \"practice\"\n+++\n", "title-missing"},
	{"empty title", "content/a000/b0/x.md", "+++\ntitle = \" \"\nkind = \"practice\"\n+++\n", "front-title"},
	{"unknown theme", "content/a000/b0/x.md", "+++\ntitle = \"x\"\nkind = \"practice\"\nthemes = [\"理论武裝\"]\n+++\n", "theme-unknown"},
	{"unknown stage", "content/a000/b0/x.md", "+++\ntitle = \"x\"\nkind = \"progress\"\nstage = \"完成\"\n+++\n", "stage-unknown"},
	{"climbing slug", "content/a000/b0/x.md", goodHead + "slug = \"../../etc\"\n+++\n", "front-slug"},
	{"full-width dots", "content/a000/b0/x.md", goodHead + "slug = \"．．／x\"\n+++\n", "front-slug"},
	{"climbing alias", "content/a000/b0/x.md", goodHead + "aliases = [\"../x.html\"]\n+++\n", "front-alias"},
	{"backslash alias", "content/a000/b0/x.md", goodHead + "aliases = ['..\\x.html']\n+++\n", "front-alias"},
	{"encoded alias", "content/a000/b0/x.md", goodHead + "aliases = [\"%2e%2e/x.html\"]\n+++\n", "front-alias"},
	{"device name", "content/a000/b0/x.md", goodHead + "slug = \"con\"\n+++\n", "front-slug"},
	{"taken column", "content/themes/b0/x.md", goodHead + "+++\n", "route-reserved"},
	{"same address", "content/a000/b0/P00000.md", goodHead + "+++\n", "source-twin"},
	{"same slug", "content/a000/b0/x.md", goodHead + "slug = \"p00000\"\n+++\n", "route-collision"},
	{"taken alias", "content/a000/b0/x.md", goodHead + "aliases = [\"a000/index.html\"]\n+++\n", "alias-collision"},
	{"no such page", "content/a000/b0/x.md", goodHead + "+++\n[x](nothing.md)\n", "link-target"},
	{"no such heading", "content/a000/b0/x.md", goodHead + "+++\n[x](p00000.md#没有)\n", "link-anchor"},
	{"out of the site", "content/a000/b0/x.md", goodHead + "+++\n[x](../../../../etc/passwd)\n", "link-target"},
	{"script address", "content/a000/b0/x.md", goodHead + "+++\n[x](javascript:alert(1)) [y](&#106;avascript:alert(1))\n", "link-refused"},
	{"data address", "content/a000/b0/x.md", goodHead + "+++\n![x](data:image/png;base64,AAAA)\n", "image-refused"},
	{"no such picture", "content/a000/b0/x.md", goodHead + "+++\n![x](x.png)\n", "image-target"},
	{"left placeholder", "content/a000/b0/x.md", goodHead + "+++\n\n【请填写：背景】\n", "placeholder"},
	{"nested lists", "content/a000/b0/x.md", goodHead + "+++\n" + strings.Repeat("- ", 6000) + "x\n", "too-complex"},
	{"nested quotes", "content/a000/b0/x.md", goodHead + "+++\n" + strings.Repeat(">", 20000) + "x\n", "too-complex"},
	{"NUL", "content/a000/b0/x.md", goodHead + "+++\na\x00b\n", "text-nul"},
	{"broken text", "content/a000/b0/x.md", goodHead + "+++\n党建\xff\xff\x80\n", "text-encoding"},
	{"hidden name", "content/a000/b0/x\u202e.md", goodHead + "+++\n", "source-name"},
	{"key file", "content/a000/b0/id_rsa", "secret", "source-secret"},
	{"settings: unknown key", "site.toml", settings + "\n[extra]\nx = 1\n", "toml-table"},
	{"settings: broken", "site.toml", "title = “x”\n", "toml-punctuation"},
	{"settings: no theme", "site.toml", "theme = \"nothing\"\n" + settings, "theme-files"},
	{"template: syntax", "layouts/article.html", "{{template \"base\" .}}{{define \"head\"}}{{end}}{{define \"main\"}}{{.Title", "template-syntax"},
	{"template: field", "layouts/article.html", "{{template \"base\" .}}{{define \"head\"}}{{end}}{{define \"main\"}}{{.Titel}}{{end}}", "template-field"},
	{"template: function", "layouts/article.html", "{{template \"base\" .}}{{define \"head\"}}{{end}}{{define \"main\"}}{{env \"HOME\"}}{{end}}", "template-function"},
	{"template: recursion", "layouts/partials/loop.html", "{{template \"loop\" .}}", "template-loop"},
	{"template: other host", "layouts/article.html", "{{template \"base\" .}}{{define \"head\"}}{{end}}{{define \"main\"}}<script src=\"http://cdn.example/x.js\"></script>{{end}}", "template-host"},
}

func TestFaultsChangeNothing(t *testing.T) {
	root := t.TempDir()
	county(t, root, 60)
	mustBuild(t, Options{Root: root})
	public := filepath.Join(root, "public")
	before := files(t, public)
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			path := filepath.Join(root, filepath.FromSlash(f.file))
			old, _ := os.ReadFile(path)
			write(t, root, f.file, f.text)
			defer func() {
				os.Remove(path)
				os.Remove(filepath.Dir(path)) // the folders, if they were made for this
				os.Remove(filepath.Dir(filepath.Dir(path)))
				if old != nil {
					write(t, root, f.file, string(old))
				}
			}()
			refused(t, root, f.file, f.rule)
			if after := files(t, public); !maps.Equal(before, after) {
				t.Error("the output has changed")
			}
		})
	}
	if again := mustBuild(t, Options{Root: root}); again.Written != 0 || again.Removed != 0 {
		t.Errorf("after all faults are mended: %d written, %d removed", again.Written, again.Removed)
	}
	if left, _ := filepath.Glob(filepath.Join(root, "public*")); len(left) != 1 {
		t.Errorf("litter: %q", left)
	}
}

// refused builds and expects an error of a rule in a file, in two languages,
// with a hint.
func refused(t *testing.T, root, file, rule string) {
	t.Helper()
	r, err := Build(Options{Root: root, Day: buildDay})
	if err != nil {
		t.Fatal(err)
	}
	if r.Done {
		t.Errorf("the build went through")
	}
	at := slices.IndexFunc(r.Findings, func(f diag.Finding) bool { return f.Rule == rule && f.Severity == diag.Error })
	if at < 0 {
		var b bytes.Buffer
		diag.Printer{W: &b}.List(r.Findings)
		t.Fatalf("no error of %s:\n%s", rule, &b)
	}
	f := r.Findings[at]
	if f.Message.Zh == "" || f.Message.En == "" || f.Hint.Zh == "" || f.Hint.En == "" {
		t.Errorf("words are missing: %+v", f)
	}
	if name := strings.TrimSuffix(file, filepath.Ext(file)); !strings.HasPrefix(file, f.Pos.File) && !strings.Contains(f.Pos.File+f.Message.Zh, filepath.Base(name)) {
		t.Errorf("reported at %s, not at %s", f.Pos, file)
	}
}

func TestPicturesThatAreNone(t *testing.T) {
	small := picture(2, 2)
	for name, data := range map[string][]byte{
		"bomb.png":  picture(60000, 60000),
		"cut.png":   small[:len(small)-8],
		"empty.png": {},
		"text.png":  []byte("not a picture"),
		"run.svg":   []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
		"click.svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`),
		"far.svg":   []byte(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="http://x.example/a.png"/></svg>`),
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			county(t, root, 10)
			write(t, root, "content/a000/b0/"+name, string(data))
			mustBuild(t, Options{Root: root}) // no page uses it
			write(t, root, "content/a000/b0/x.md", goodHead+"+++\n![图]("+name+")\n")
			r, err := Build(Options{Root: root, Day: buildDay})
			if err != nil {
				t.Fatal(err)
			}
			if r.Done || diag.Errors(r.Findings) == 0 {
				t.Errorf("the picture was published: %v", r.Findings)
			}
		})
	}
}

func TestSpecialFiles(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no symbolic links without rights")
	}
	root, outside := t.TempDir(), t.TempDir()
	county(t, root, 10)
	write(t, outside, "secret.md", goodHead+"+++\n机密\n")
	folder := filepath.Join(root, "content/a000/b0")
	links := map[string]string{"out.md": filepath.Join(outside, "secret.md"), "gone.md": "nowhere.md", "loop": ".."}
	for name, target := range links {
		if err := os.Symlink(target, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	makeFIFO(t, filepath.Join(folder, "pipe.md"))
	r, err := Build(Options{Root: root, Day: buildDay})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"out.md", "gone.md", "loop", "pipe.md"} {
		if !slices.ContainsFunc(r.Findings, func(f diag.Finding) bool { return strings.HasSuffix(f.Pos.File, "/"+name) }) {
			t.Errorf("nothing is said of %s", name)
		}
	}
	if r.Done {
		t.Error("the build went through")
	}
}

// One bad file of each sort, and the county is built without them.
func TestHoldBadBuildsTheRest(t *testing.T) {
	root := t.TempDir()
	county(t, root, 60)
	write(t, root, "content/a000/b0/bad1.md", "+++\ntitle = “x”\n+++\n")
	write(t, root, "content/a000/b0/bad2.md", goodHead+"+++\n[x](nothing.md)\n")
	write(t, root, "content/a000/b0/bad3.md", goodHead+"slug = \"p00003\"\n+++\n")
	write(t, root, "content/a000/b0/links.md", goodHead+"+++\n[坏页](bad2.md)\n")
	r, err := Build(Options{Root: root, Day: buildDay, HoldBad: true})
	if err != nil {
		t.Fatal(err)
	}
	var bad []string
	for _, h := range r.Held {
		if h.Reason == "bad" {
			bad = append(bad, filepath.Base(h.File))
		}
	}
	if !r.Done || !slices.Equal(bad, []string{"bad1.md", "bad2.md", "p00003.md"}) { // of twins the later one
		t.Errorf("done %v, held %q: %v", r.Done, bad, r.Findings)
	}
	out := files(t, filepath.Join(root, "public"))
	if _, made := out["a000/b0/bad2.html"]; made {
		t.Error("a page with an error was published")
	}
	if text := out["a000/b0/links.html"]; !strings.Contains(text, "坏页") || strings.Contains(text, "bad2") {
		t.Error("the link to a page that is held back is not plain text")
	}
}
