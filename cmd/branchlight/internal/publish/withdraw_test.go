package publish

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"branchlight/cmd/branchlight/internal/day"
)

// county writes a small site: two pages of a branch, one with a picture and a
// secret.
func county(t testing.TB) string {
	root := t.TempDir()
	writeFile(t, filepath.Join(root, "site.toml"), "title = \"一县\"\ntopic = [{ name = \"理论\", slug = \"lilun\" }]\n")
	page := func(title, text string) string {
		return "+++\ntitle = \"" + title + "\"\ndate = 2026-03-05\nkind = \"practice\"\nthemes = [\"理论\"]\nsource = \"局\"\nauthor = \"股\"\neditor = \"室\"\nslug = \"" + text[:3] + "\"\n+++\n\n## 背景\n\n" + text + "\n"
	}
	writeFile(t, filepath.Join(root, "content/局/支部/一.md"), page("第一篇做法", "one 平常的话"))
	writeFile(t, filepath.Join(root, "content/局/支部/二.md"), page("要撤下的做法", "two 不该公开的话 ![图](二.png)\n\n[表](二.csv)"))
	writeFile(t, filepath.Join(root, "content/局/支部/二.csv"), "名单,机密表格\n")
	writeFile(t, filepath.Join(root, "content/局/支部/二.png"), tinyPNG)
	return root
}

const tinyPNG = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\xdac\xfc\xcf\xc0P\x0f\x00\x04\x85\x01\x80\x84\xa9\x8c!\x00\x00\x00\x00IEND\xaeB`\x82"

// finds gives the files of a target that hold a text, the log and the list of
// withdrawals aside.
func (g *ground) finds(t testing.TB, text string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(g.all, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !d.Type().IsRegular() {
			return err
		}
		if name := d.Name(); name == "log.jsonl" || name == "withdrawn.json" {
			return nil
		}
		b, err := os.ReadFile(p)
		if strings.Contains(string(b), text) {
			list = append(list, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestWithdraw(t *testing.T) {
	on(t, func(t *testing.T, g *ground) {
		ctx := bounded(t)
		root := county(t)
		o := g.options(t, root)
		o.Build.Day, _ = day.Parse("2026-04-01")
		must(t)(Publish(ctx, o))
		if len(g.finds(t, "不该公开的话")) == 0 || len(g.finds(t, "机密表格")) == 0 || len(g.finds(t, "two")) == 0 {
			t.Fatal("the page is not there to be withdrawn")
		}
		writeFile(t, filepath.Join(root, "content/局/支部/三.md"), strings.NewReplacer("第一篇", "第三篇", "one", "333").Replace(readFile(t, filepath.Join(root, "content/局/支部/一.md"))))
		must(t)(Publish(ctx, o))
		w, err := Withdraw(ctx, o, "content/局/支部/二.md")
		if err != nil {
			t.Fatal(err)
		}
		if !w.Clean || !w.Purged || len(w.Files) < 2 || len(w.Purges) != 2 || w.Title != "要撤下的做法" {
			t.Errorf("%+v", w.Withdrawn)
		}
		gone := func(when string) {
			t.Helper()
			for _, text := range []string{"不该公开的话", "机密表格", "要撤下的做法", "two.html", tinyPNG[8:]} {
				if found := g.finds(t, text); len(found) > 0 {
					t.Errorf("%s: %q is in %v", when, text, found)
				}
			}
		}
		gone("withdrawn")
		g.litter(t)
		r := must(t)(Publish(ctx, o))
		if len(r.Withheld) != 1 || r.Withheld[0].Source != "content/局/支部/二.md" {
			t.Errorf("withheld: %v", r.Withheld)
		}
		gone("published again")
		must(t)(Rollback(ctx, o, ""))
		must(t)(Rollback(ctx, o, ""))
		gone("rolled back")
		live := g.see(t)
		for p, text := range live {
			if !isPage(p) {
				continue
			}
			for _, m := range referred().FindAllStringSubmatch(text, -1) {
				to, _, _ := strings.Cut(m[1], "#")
				if to == "" || strings.Contains(to, ":") || strings.Contains(to, " ") {
					continue
				}
				if _, ok := live[filepath.ToSlash(filepath.Join(filepath.Dir(p), to))]; !ok && p != "404.html" {
					t.Errorf("%s leads to %s, which is not there", p, m[1])
				}
			}
		}
		if _, err := Readmit(ctx, o, "content/局/支部/二.md"); err != nil {
			t.Fatal(err)
		}
		must(t)(Publish(ctx, o))
		if len(g.finds(t, "不该公开的话")) == 0 {
			t.Error("the page did not come back")
		}
	})
}

// TestWithdrawWithErrors takes a page off a site that cannot be built.
func TestWithdrawWithErrors(t *testing.T) {
	g := folderGround(t, "auto")
	ctx := bounded(t)
	root := county(t)
	o := g.options(t, root)
	o.Build.Day, _ = day.Parse("2026-04-01")
	must(t)(Publish(ctx, o))
	one := filepath.Join(root, "content/局/支部/一.md")
	whole := readFile(t, one)
	writeFile(t, one, whole+"\n[x](nirgends.md)\n")
	w, err := Withdraw(ctx, o, "ju/zhi-bu/two.html")
	if err != nil || w.Clean || w.Failed == nil {
		t.Fatalf("%+v %v", w, err)
	}
	for p := range g.see(t) {
		if strings.HasPrefix(p, "ju/zhi-bu/two") || strings.HasPrefix(p, "ju/zhi-bu/er.") {
			t.Errorf("%s is live", p)
		}
	}
	writeFile(t, one, whole)
	must(t)(Publish(ctx, o))
	for _, text := range []string{"要撤下的做法", "不该公开的话", "机密表格"} {
		if found := g.finds(t, text); len(found) > 0 {
			t.Errorf("%s is in %v", text, found)
		}
	}
	log, err := loadLog(ctx, o)
	if err != nil || len(log) != 3 || log[1].What != "withdraw" {
		t.Errorf("%+v %v", log, err)
	}
}

func loadLog(ctx context.Context, o Options) ([]Entry, error) {
	_, log, err := History(ctx, o)
	return log, err
}
