package build

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An edit writes the shards of the tokens that it changes, and no other; what is
// damaged is made again; a new page moves the numbers of later ones.
func TestSearchIsPatched(t *testing.T) {
	root := t.TempDir()
	county(t, root, 600)
	o := Options{Root: root}
	mustBuild(t, o)
	public := filepath.Join(root, "public")
	changed := func(what string, edit func()) map[string]int {
		t.Helper()
		before := files(t, public)
		edit()
		mustBuild(t, o)
		outputIsClean(t, o)
		kinds := map[string]int{}
		for name, text := range files(t, public) {
			if rest, ok := strings.CutPrefix(name, "search/"); ok && before[name] != text {
				kind, _, _ := strings.Cut(rest, "/")
				kinds[kind]++
			}
		}
		t.Logf("%s: %v", what, kinds)
		return kinds
	}
	page := "content/a003/b1/p00165.md"
	if n := changed("two words of one page", func() { rewrite(t, root, page, "每月例会", "每周例会") }); n["i"] < 1 || n["i"] > 4 || n["t"] < 1 || n["t"] > 8 || n["head.js"] != 1 || n["now.js"] != 1 || n["names.js"] != 0 {
		t.Errorf("an edit of two words: %v", n)
	}
	if n := changed("nothing that is searched", func() { rewrite(t, root, page, "author = \"办公室\"", "author = \"办公室\" # ") }); n["i"] != 0 || n["t"] != 0 {
		t.Errorf("an edit of a comment: %v", n)
	}
	if n := changed("a new page of the newest day", func() {
		write(t, root, "content/a003/b1/new.md", "+++\ntitle = \"龘\"\ndate = 2025-12-31\nkind = \"practice\"\nthemes = [\"业务融合\"]\nsource = \"局\"\nauthor = \"室\"\nbrand = \"品\"\n+++\n\n## 背景\n\n龘。\n\n## 做法\n\n龘。\n\n## 成效\n\n龘。\n")
	}); n["i"] < 1 {
		t.Errorf("a new page: %v", n)
	}
	changed("a page of the first day goes", func() { os.Remove(filepath.Join(root, "content/a000/b0/p00003.md")) })
	// Pages that turn into plain ones show less of their front matter.
	changed("a folder without an agency", func() { rewrite(t, root, "content/a004/_index.md", "title", "kind = \"pages\"\ntitle") })
	shards, _ := filepath.Glob(filepath.Join(public, "search", "i", "*.js"))
	for i, harm := range []func(name string){
		func(name string) { os.Remove(name) },
		func(name string) { os.Truncate(name, 10) },
	} {
		changed("damage", func() {
			for _, name := range shards[i*5 : i*5+5] {
				harm(name)
			}
			rewrite(t, root, "content/a002/b1/p00115.md", "服务事项", "办事事项")
		})
		rewrite(t, root, "content/a002/b1/p00115.md", "办事事项", "服务事项")
	}
}
