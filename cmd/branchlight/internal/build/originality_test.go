package build

import (
	"slices"
	"strings"
	"testing"
)

const story = "每逢单周周三晚上七点半，由一名技术员讲一个当季的问题，讲完当场答问。讲稿不超过两页纸，用本村的地块和收成做例子，不念文件。听课的农户可以点下一次的题目，由支委登记在一块旧黑板上，下回照着黑板上的顺序接着讲，讲不完的记到下一页。"

// sourceOf gives what a page was copied from, as an audit says.
func sourceOf(r *Result, page string) string {
	for _, c := range r.Copies {
		if strings.HasSuffix(c.Page.Path, "/"+page) {
			if c.From != nil {
				return c.From.Path
			}
			return c.Reference
		}
	}
	return ""
}

// Copies of pages and of references are found, and found again from memory; where a
// name of an agency changes, all is compared anew.
func TestAuditCompares(t *testing.T) {
	root := t.TempDir()
	county(t, root, 8)
	write(t, root, "site.toml", settings+"\n[check]\nreferences = \"参考\"\n")
	write(t, root, "content/a000/b0/x.md", strings.Replace(goodHead, "date =", "updated = 2029-01-01\ndate =", 1)+"+++\n"+story+"\n")
	write(t, root, "content/a000/b0/y.md", goodHead+"+++\n"+story+"\n")
	write(t, root, "参考/甲.txt", strings.Replace(story, "技术员", "老师傅", 1))
	write(t, root, "参考/乙.docx", "坏")
	write(t, root, "参考/丙.bin", "不看")
	age(t, root)
	first := audit(t, root)
	if of(first.Findings, "copied-reference") != 2 || sourceOf(first, "x.md") != "参考/甲.txt" || sourceOf(first, "y.md") != "content/a000/b0/x.md" {
		t.Fatalf("findings %v, sources %q %q", first.Findings, sourceOf(first, "x.md"), sourceOf(first, "y.md"))
	}
	again := audit(t, root)
	if again.Audited != 0 || !slices.Equal(again.Findings, first.Findings) {
		t.Errorf("again %d files are looked at; findings %v", again.Audited, again.Findings)
	}
	write(t, root, "site.toml", settings)
	if r := audit(t, root); of(r.Findings, "copied-reference") != 0 || sourceOf(r, "x.md") != "" || sourceOf(r, "y.md") == "" {
		t.Errorf("without references: %v", r.Findings)
	}
	write(t, root, "content/a000/_index.md", "+++\ntitle = \"技术员\"\n+++\n")
	if r := audit(t, root); r.Audited < 10 {
		t.Errorf("with another name %d files are looked at", r.Audited)
	}
}

// Where the settings require a sign-off, a build that audits publishes no page
// without one, and other builds do.
func TestAuditRequiresSignoff(t *testing.T) {
	root := t.TempDir()
	county(t, root, 4)
	write(t, root, "site.toml", settings+"\n[review]\nrequired = [\"终审\"]\n")
	r, err := Build(Options{Root: root, Day: buildDay, Audit: true})
	if err != nil || r.Done || of(r.Findings, "review-missing") != 4 {
		t.Fatalf("%v, done %v, %v", err, r.Done, r.Findings)
	}
	if r := mustBuild(t, Options{Root: root, Audit: true, HoldBad: true}); len(r.Held) != 4 {
		t.Errorf("held back: %v", r.Held)
	}
	if r := mustBuild(t, Options{Root: root}); !r.Done || len(r.Held) != 0 {
		t.Error("a build without an audit asks for sign-offs")
	}
}
