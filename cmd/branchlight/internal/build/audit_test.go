package build

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"branchlight/cmd/branchlight/internal/diag"
)

const leaking = goodHead + "+++\n联系人 13800138000，见[名单](名单.csv)。\n"

func of(found []diag.Finding, rule string) (n int) {
	for _, f := range found {
		if f.Rule == rule {
			n++
		}
	}
	return n
}

func audit(t *testing.T, root string) *Result {
	t.Helper()
	r, err := Inspect(Options{Root: root, Day: buildDay, Audit: true})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What an audit notes of a file is remembered as long as its bytes and the
// settings are the same, across processes, and the findings are too.
func TestAuditRemembers(t *testing.T) {
	root := t.TempDir()
	county(t, root, 40)
	write(t, root, "content/a000/b0/名单.csv", "张三,13900139000\n")
	write(t, root, "content/a000/b0/x.md", leaking)
	age(t, root)
	first := audit(t, root)
	// 40 pages, 4 branches, an agency, the home page, x.md, and its attachment
	if first.Audited != 48 || of(first.Findings, "leak-mobile") != 2 || first.Site == nil {
		t.Fatalf("%d files looked at, findings: %v", first.Audited, first.Findings)
	}
	again := audit(t, root)
	if again.Audited != 0 || again.Parsed != 0 || !slices.Equal(again.Findings, first.Findings) {
		t.Errorf("again %d files are looked at, %d parsed, findings: %v", again.Audited, again.Parsed, again.Findings)
	}
	write(t, root, "content/a000/b0/x.md", strings.Replace(leaking, "138", "137", 1))
	age(t, root)
	if r := audit(t, root); r.Audited != 1 || of(r.Findings, "leak-mobile") != 2 {
		t.Errorf("after a change %d files are looked at, findings: %v", r.Audited, r.Findings)
	}
	write(t, root, "site.toml", settings+"\n[check]\nterms = \"content/w.toml\"\n")
	write(t, root, "content/w.toml", "[[term]]\nwrong = \"结合岗位职责\"\n")
	if r := audit(t, root); r.Audited != 48 || of(r.Findings, "term-wrong") == 0 {
		t.Errorf("with other words %d files are looked at, findings: %v", r.Audited, r.Findings)
	}
	write(t, root, ".branchlight/memo-audit", "damaged")
	if r := audit(t, root); r.Audited != 48 || of(r.Findings, "leak-mobile") != 2 {
		t.Errorf("with a damaged memory %d files are looked at", r.Audited)
	}
	if built := mustBuild(t, Options{Root: root}); of(built.Findings, "leak-mobile") != 0 || built.Audited != 0 {
		t.Errorf("a build audits: %v", built.Findings)
	}
}

// A build that audits changes nothing where there is a leak, even where the same
// site without the audit stands already; or it holds the page back.
func TestAuditStopsBuild(t *testing.T) {
	root := t.TempDir()
	county(t, root, 20)
	write(t, root, "content/a000/b0/名单.csv", "张三,13900139000\n")
	write(t, root, "content/a000/b0/x.md", goodHead+"+++\n见[名单](名单.csv)。\n")
	write(t, root, "content/a000/b0/y.md", goodHead+"+++\n又一页，证号11010519491231002X。\n")
	mustBuild(t, Options{Root: root})
	before := files(t, filepath.Join(root, "public"))
	r, err := Build(Options{Root: root, Day: buildDay, Audit: true})
	if err != nil || r.Done || of(r.Findings, "leak-mobile") != 1 || of(r.Findings, "leak-identity") != 1 {
		t.Fatalf("%v, %+v", err, r)
	}
	for name, text := range files(t, filepath.Join(root, "public")) {
		if before[name] != text {
			t.Errorf("%s has changed", name)
		}
	}
	r = mustBuild(t, Options{Root: root, Audit: true, HoldBad: true})
	if len(r.Held) != 2 {
		t.Errorf("held back: %v", r.Held)
	}
	for name, text := range files(t, filepath.Join(root, "public")) {
		if strings.Contains(text, "13900139000") || strings.Contains(text, "11010519491231002X") {
			t.Errorf("%s leaks", name)
		}
	}
	for _, f := range r.Findings {
		if strings.Contains(f.Message.Zh+f.Line, "11010519491231002X") {
			t.Errorf("the message leaks: %v", f)
		}
	}
	if r = mustBuild(t, Options{Root: root, Audit: true, HoldBad: true}); !r.Same {
		t.Error("the same again is made again")
	}
	if r = mustBuild(t, Options{Root: root}); r.Same {
		t.Error("without the audit the site is taken for the one with it")
	}
}

// A session audits the page that is asked for, as it was saved last.
func TestSessionAudits(t *testing.T) {
	root := t.TempDir()
	county(t, root, 20)
	write(t, root, "content/a000/b0/名单.csv", "张三,13900139000\n")
	write(t, root, "content/a000/b0/x.md", leaking)
	s := start(t, Options{Root: root})
	if s.Audit("content/a000/b0/x.md") != nil {
		t.Error("an audit before the first look")
	}
	refresh(t, s)
	found := s.Audit("content/a000/b0/x.md")
	if of(found, "leak-mobile") != 2 || of(found, "section-missing") != 1 {
		t.Errorf("found: %v", found)
	}
	for _, f := range found {
		if strings.Contains(f.Line, "13800138000") {
			t.Errorf("the line leaks: %s", f.Line)
		}
	}
	if found := s.Audit("content/nothing.md"); found != nil {
		t.Errorf("found in no page: %v", found)
	}
	write(t, root, "content/a000/b0/x.md", goodHead+"+++\n没有了。\n")
	refresh(t, s, "content/a000/b0")
	if found := s.Audit("content/a000/b0/x.md"); of(found, "leak-mobile") != 0 {
		t.Errorf("mended, and found: %v", found)
	}
}
