package reviews

import (
	"os"
	"path/filepath"
	"testing"

	"branchlight/cmd/branchlight/internal/signoff"
)

func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"site.toml":              "title = \"筠溪机关党建\"\n[review]\nroles = [\"编辑\", \"主任\"]\nrequired = [\"主任\"]\n",
		"content/局/_index.md":    "+++\ntitle = \"县局\"\n+++\n",
		"content/局/甲.md":         "+++\ntitle = \"甲\"\n+++\n\n见[表](表.CSV)。\n",
		"content/局/表.csv":        "一",
		"content/局/坏.md":         "+++\ntitle = “甲”\n+++\n",
		"content/局/附件.txt":       "x",
		"content-x/局/不是.md":      "x",
		"layouts/content/局/a.md": "x",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func open(t *testing.T, dir string) *Desk {
	t.Helper()
	d, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func TestSource(t *testing.T) {
	dir := folder(t)
	d := open(t, dir)
	t.Chdir(filepath.Join(dir, "content", "局"))
	for name, want := range map[string]string{
		"甲.md": "content/局/甲.md", "content/局/甲.md": "content/局/甲.md", `content\局\甲.md`: "content/局/甲.md",
		filepath.Join(dir, "content", "局", "甲.md"): "content/局/甲.md", "../局/甲.md": "content/局/甲.md",
		"没有.md": "", "附件.txt": "", "../../site.toml": "", "../../content-x/局/不是.md": "", "../../layouts/content/局/a.md": "", "": "", "/etc/passwd": "",
	} {
		got, err := d.Source(name)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q (%v), want %q", name, got, err, want)
		}
	}
}

func TestSign(t *testing.T) {
	d := open(t, folder(t))
	p, err := d.Read("content/局/甲.md")
	if err != nil || len(p.Files) != 1 || p.Files[0].Sum == (signoff.Sum{}) {
		t.Fatalf("%+v %v", p, err)
	}
	if roles := d.Roles(p); len(roles) != 2 || !roles[1].Required || roles[1].State != signoff.Missing {
		t.Errorf("%+v", roles)
	}
	if err := d.Sign(p, "主任", "周明远", 20260502); err != nil {
		t.Fatal(err)
	}
	if err := d.Sign(p, "主任", "另一人", 20260502); err == nil {
		t.Error("a page that was changed since was signed")
	}
	p, err = d.Read("content/局/甲.md")
	if err != nil || d.Roles(p)[1].State != signoff.Valid || d.Roles(p)[1].Review.Name != "周明远" {
		t.Errorf("%+v %v", d.Roles(p), err)
	}
	if list, err := d.Signed(); err != nil || len(list) != 1 || list[0] != p.Path {
		t.Errorf("%v %v", list, err)
	}
	if _, err := d.Read("content/局/坏.md"); err == nil {
		t.Error("a page with a bad front matter was read")
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := folder(t)
	if err := os.WriteFile(filepath.Join(dir, "site.toml"), []byte("title = “"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err == nil {
		t.Error("settings with errors")
	}
	if _, err := Open(t.TempDir()); err == nil {
		t.Error("no settings")
	}
}
