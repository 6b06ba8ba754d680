package build

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
)

// Inspect finds what Build finds, and writes nothing.
func TestInspectWritesNothing(t *testing.T) {
	root := t.TempDir()
	county(t, root, 30)
	write(t, root, "content/a000/b0/bad.md", goodHead+"+++\n[x](nothing.md)\n")
	write(t, root, "content/a000/b0/draft.md", goodHead+"draft = true\n+++\n")
	before := files(t, root)
	seen, err := Inspect(Options{Root: root, Day: buildDay})
	if err != nil {
		t.Fatal(err)
	}
	if after := files(t, root); !maps.Equal(before, after) {
		t.Error("files have changed")
	}
	built, err := Build(Options{Root: root, Day: buildDay})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(seen.Findings, built.Findings) || diag.Errors(seen.Findings) != 1 {
		t.Errorf("Inspect finds\n%v\nBuild finds\n%v", seen.Findings, built.Findings)
	}
	if !slices.Equal(seen.Held, built.Held) || len(seen.Held) != 1 {
		t.Errorf("Inspect holds\n%v\nBuild holds\n%v", seen.Held, built.Held)
	}
	if _, err := os.Stat(filepath.Join(root, "public")); err == nil {
		t.Error("a build with errors left an output folder")
	}
}

// Without a day, it is today in the site's zone and not the machine's.
func TestToday(t *testing.T) {
	for _, zone := range []string{"Pacific/Kiritimati", "Etc/GMT+12"} { // 26 hours apart
		root := t.TempDir()
		write(t, root, "site.toml", "title = \"x\"\ntimezone = \""+zone+"\"\n")
		write(t, root, "content/_index.md", "+++\ntitle = \"x\"\n+++\n")
		z, err := time.LoadLocation(zone)
		if err != nil {
			t.Skip("no time zones here")
		}
		before := day.Of(time.Now().In(z))
		r, err := Inspect(Options{Root: root})
		if err != nil {
			t.Fatal(err)
		}
		if after := day.Of(time.Now().In(z)); r.Day != before && r.Day != after {
			t.Errorf("%s: the day is %s, not %s", zone, r.Day, after)
		}
	}
}

func TestNoSite(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{root, filepath.Join(root, "nothing")} {
		_, err := Build(Options{Root: dir})
		if none := new(NoSiteError); !errors.As(err, &none) || none.Dir != dir || none.Text().Zh == "" || none.Text().En == "" {
			t.Errorf("%s: error %v", dir, err)
		}
	}
	if entries, _ := os.ReadDir(root); len(entries) > 0 {
		t.Errorf("something was made: %v", entries)
	}
}

// The output stands neither in the sources nor around them, by whatever path it
// is named.
func TestOutputAmongSources(t *testing.T) {
	root := t.TempDir()
	county(t, root, 10)
	write(t, root, "layouts/partials/footer-note.html", "<p>x</p>\n")
	before := files(t, root)
	outputs := []string{".", "..", "content", "content/public", "layouts", "layouts/partials", "themes", "themes/x", "cmd/x", "content/a000/../new", "./content/"}
	if runtime.GOOS != "windows" {
		for link, target := range map[string]string{"link": "content", "top": "."} {
			if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
				t.Fatal(err)
			}
		}
		outputs = append(outputs, "link", "link/new", "top", "top/content/x/y")
	}
	for _, output := range outputs {
		r, err := Build(Options{Root: root, Output: filepath.Join(root, output), Day: buildDay})
		if among := new(OutputError); !errors.As(err, &among) || among.Text().Zh == "" {
			t.Errorf("%s: %v, %v", output, r, err)
		}
	}
	os.Remove(filepath.Join(root, "link"))
	os.Remove(filepath.Join(root, "top"))
	if after := files(t, root); !maps.Equal(before, after) {
		t.Error("files have changed")
	}
	mustBuild(t, Options{Root: root, Output: filepath.Join(root, "contents")}) // only begins alike
}

// An output folder of others is refused, or adopted with what they have in it.
func TestForeignOutput(t *testing.T) {
	root := t.TempDir()
	county(t, root, 10)
	output := filepath.Join(root, "out")
	write(t, root, "out/theirs.txt", "theirs")
	if r, err := Build(Options{Root: root, Output: output, Day: buildDay}); err == nil {
		t.Fatalf("built: %+v", r)
	}
	if got := files(t, output); len(got) != 1 {
		t.Errorf("%d files", len(got))
	}
	r := mustBuild(t, Options{Root: root, Output: output, Adopt: true})
	if !slices.Equal(r.Kept, []string{"theirs.txt"}) || r.Output != output {
		t.Errorf("kept %q in %s", r.Kept, r.Output)
	}
	if files(t, output)["theirs.txt"] != "theirs" {
		t.Error("the file of others has changed")
	}
}

// With settings that cannot be read the pages are still looked at, and only what
// they say on their own is reported: no theme or stage is missed.
func TestSettingsWithErrors(t *testing.T) {
	root := t.TempDir()
	county(t, root, 20)
	write(t, root, "site.toml", "title = \"x\nbad bad\n")
	write(t, root, "content/a000/b0/bad.md", goodHead+"sumary = \"x\"\n+++\n")
	r, err := Build(Options{Root: root, Day: buildDay, HoldBad: true})
	if err != nil {
		t.Fatal(err)
	}
	where := map[string]bool{}
	for _, f := range r.Findings {
		if f.Severity == diag.Error {
			where[f.Pos.File] = true
		}
		if f.Rule == "theme-unknown" || f.Rule == "stage-unknown" {
			t.Errorf("reported: %v", f)
		}
	}
	if r.Done || !where["site.toml"] || !where["content/a000/b0/bad.md"] || len(where) != 2 {
		t.Errorf("done %v, findings in %v", r.Done, where)
	}
}

// The reasons and the days of what is held back.
func TestHeld(t *testing.T) {
	root := t.TempDir()
	county(t, root, 10)
	write(t, root, "content/a000/b0/draft.md", goodHead+"draft = true\n+++\n")
	write(t, root, "content/a000/b0/future.md", strings.Replace(goodHead, "2026-03-01", "2026-06-02", 1)+"+++\n")
	write(t, root, "content/a000/b0/old.md", goodHead+"expires = 2026-05-31\n+++\n")
	write(t, root, "content/a000/b9/_index.md", "+++\ntitle = \"x\"\ndraft = true\n+++\n")
	write(t, root, "content/a000/b9/x.md", goodHead+"+++\n")
	r := mustBuild(t, Options{Root: root})
	want := []Held{
		{"content/a000/b0/draft.md", "试一试", "draft", 0, ""},
		{"content/a000/b0/future.md", "试一试", "future", 20260602, ""},
		{"content/a000/b0/old.md", "试一试", "expired", 20260531, ""},
		{"content/a000/b9/_index.md", "x", "draft", 0, ""},
		{"content/a000/b9/x.md", "试一试", "draft", 0, "content/a000/b9/_index.md"},
	}
	if !slices.Equal(r.Held, want) {
		t.Errorf("held %+v", r.Held)
	}
	if r.Pages != 10 {
		t.Errorf("%d pages", r.Pages)
	}
}
