package scaffold

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/check"
	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
)

const today = day.Day(20260301)

// site makes a site in a folder of its own, and opens it.
func site(t *testing.T) (*Site, string) {
	t.Helper()
	dir := t.TempDir()
	if _, err := CreateSite(dir, NewSite{Title: `"云溪"\党建`, Day: today}); err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, dir
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func none(t *testing.T, what string, fs []diag.Finding) {
	t.Helper()
	for _, f := range fs {
		t.Errorf("%s: %s: %s [%s]\n%s", what, f.Pos, f.Message.En, f.Rule, f.Line)
	}
}

// optional is a key that stands in a comment, to be used when it is needed.
var optional = regexp.MustCompile(`(?m)^# ([a-z_]+ = )`)

func TestPagesAreRight(t *testing.T) {
	s, dir := site(t)
	for _, c := range []struct {
		kind    Kind
		answers Answers
		file    string
		role    front.Role
	}{
		{Agency, Answers{Title: "县财政局"}, "content/县财政局/_index.md", front.Agency},
		{Agency, Answers{Title: "县民政局", Short: "民政局", Group: "政府部门", Order: 3, Slug: "minzheng"}, "content/县民政局/_index.md", front.Agency},
		{Branch, Answers{Title: "一支部", Agency: "示例单位"}, "content/示例单位/一支部/_index.md", front.Branch},
		{Branch, Answers{Title: "二支部", File: "er", Agency: "示例单位", Brand: "初心", Holder: "张三", Order: 2, Slug: "er"}, "content/示例单位/er/_index.md", front.Branch},
		{Practice, Answers{Title: "一课", Agency: "示例单位"}, "content/示例单位/一课.md", front.Practice},
		{Practice, Answers{Title: "“二”\"课\"\\", Agency: "示例单位", Branch: "机关党支部", Themes: []string{"组织建设", "志愿服务"}, Author: "股", Brand: "牌", Slug: "er-ke"},
			"content/示例单位/机关党支部/“二”课.md", front.Practice},
		{Progress, Answers{Title: "一季度", Agency: "示例单位"}, "content/示例单位/一季度.md", front.Progress},
		{Progress, Answers{Title: "二季度", Agency: "示例单位", Stage: "创建", Author: "股", Slug: "er-ji"}, "content/示例单位/二季度.md", front.Progress},
		{Post, Answers{Title: "登记岗", Agency: "示例单位"}, "content/示例单位/登记岗.md", front.Post},
		{Post, Answers{Title: "窗口岗", Agency: "示例单位", Holder: "李四", Position: "窗口", Pledge: "当场办结", Themes: []string{"作风建设"}, Slug: "gang"}, "content/示例单位/窗口岗.md", front.Post},
	} {
		c.answers.Day = today
		file, err := s.Write(c.kind, c.answers)
		if err != nil || file != c.file {
			t.Errorf("%s: wrote %q: %v", c.file, file, err)
			continue
		}
		text := read(t, dir, file)
		m, found := front.Parse(diag.NewSource(file, text))
		none(t, file, found)
		none(t, file, m.Misplaced(c.role))
		if m.Title != c.answers.Title || !c.kind.folder() && m.Date != today || m.Slug != c.answers.Slug || m.Draft {
			t.Errorf("%s: title %q, date %v, slug %q, draft %v", file, m.Title, m.Date, m.Slug, m.Draft)
		}
		if !strings.Contains(string(text[m.Body:]), check.PlaceholderMark) {
			t.Errorf("%s: the body asks nothing", file)
		}
		// The keys in comments are right too.
		all := optional.ReplaceAll(text, []byte("$1"))
		m, found = front.Parse(diag.NewSource(file, all))
		none(t, file+" with all its keys", found)
		none(t, file+" with all its keys", m.Misplaced(c.role))
	}
}

// What is made is found by the name of its folder and by its title.
func TestFind(t *testing.T) {
	s, dir := site(t)
	if _, err := s.Write(Agency, Answers{Title: "县财政局", File: "caizheng"}); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"content/help/_index.md":         "+++\ntitle = \"指南\"\nkind = \"pages\"\n+++\n",
		"content/无文件/x.txt":              "x",
		"content/.隐藏/_index.md":          "",
		"content/caizheng/gbk/_index.md": "+++\ntitle = \"\xb5\xb3\xd6\xa7\xb2\xbf\"\n+++\n", // 党支部 in GBK
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var names []string
	for _, a := range s.Agencies {
		names = append(names, a.Name)
	}
	if got := strings.Join(names, " "); got != "caizheng 无文件 示例单位" {
		t.Errorf("agencies %s", got)
	}
	for _, name := range []string{"caizheng", "CaiZheng", "县财政局"} {
		if f, err := s.FindAgency(name); err != nil || f.Name != "caizheng" {
			t.Errorf("FindAgency(%q) = %q, %v", name, f.Name, err)
		}
	}
	f, _ := s.FindAgency("caizheng")
	if b, err := f.FindBranch("党支部"); err != nil || b.Name != "gbk" {
		t.Errorf("FindBranch = %q, %v", b.Name, err)
	}
	for _, name := range []string{"", "县财政", "help", "指南", ".隐藏", "../content"} {
		_, err := s.FindAgency(name)
		if !errors.As(err, new(*Refusal)) {
			t.Errorf("FindAgency(%q): %v", name, err)
		}
	}
}

func TestNothingIsOverwritten(t *testing.T) {
	s, dir := site(t)
	before := read(t, dir, "content/示例单位/机关党支部/示例做法.md")
	for _, c := range []struct {
		kind    Kind
		answers Answers
	}{
		{Practice, Answers{Title: "示例做法", Agency: "示例单位", Branch: "机关党支部"}},
		{Practice, Answers{Title: "机关党支部", Agency: "示例单位"}},
		{Agency, Answers{Title: "示例单位"}},
		{Branch, Answers{Title: "机关党支部", Agency: "示例单位"}},
		{Agency, Answers{Title: ""}},
		{Agency, Answers{Title: "一", Slug: "A"}},
		{Agency, Answers{Title: "一", File: "../一"}},
	} {
		if file, err := s.Write(c.kind, c.answers); !errors.As(err, new(*Refusal)) {
			t.Errorf("%+v: wrote %q, %v", c.answers, file, err)
		}
	}
	if string(read(t, dir, "content/示例单位/机关党支部/示例做法.md")) != string(before) {
		t.Error("a file was overwritten")
	}
	if _, err := CreateSite(dir, NewSite{}); !errors.As(err, new(*Refusal)) {
		t.Errorf("a site over a site: %v", err)
	}
}

// A link out of the site is no way out.
func TestLinksStayInside(t *testing.T) {
	s, dir := site(t)
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "content", "示例单位", "链接")); err != nil {
		t.Skip("no links here:", err)
	}
	s.Agencies[0].Branches = append(s.Agencies[0].Branches, Folder{Name: "链接", Title: "链接"})
	if file, err := s.Write(Practice, Answers{Title: "一", Agency: "示例单位", Branch: "链接"}); err == nil {
		t.Errorf("wrote %s through a link", file)
	}
	if entries, _ := os.ReadDir(outside); len(entries) > 0 {
		t.Error("a file was written outside the site")
	}
}

func TestSiteIsRight(t *testing.T) {
	_, dir := site(t)
	text := read(t, dir, "site.toml")
	c, found := config.Parse(diag.NewSource("site.toml", text))
	none(t, "site.toml", found)
	if c == nil || c.Title != `"云溪"\党建` || len(c.Topics) != 9 || len(c.Stages) != 5 || len(c.Groups) != 4 {
		t.Errorf("settings %+v", c)
	}
	_, found = config.Parse(diag.NewSource("site.toml", optional.ReplaceAll(text, []byte("$1"))))
	none(t, "site.toml with all its keys", found)
	for _, f := range siteFiles {
		text := read(t, dir, f.name)
		if strings.Contains(string(text), check.PlaceholderMark) {
			t.Errorf("%s asks to be filled in", f.name)
		}
		if strings.HasSuffix(f.name, ".md") {
			_, found := front.Parse(diag.NewSource(f.name, text))
			none(t, f.name, found)
		}
	}
}

// Where a file cannot be written, the site's folder is as it was.
func TestSiteIsTakenBack(t *testing.T) {
	dir := t.TempDir()
	if os.Geteuid() == 0 {
		t.Skip("root writes everywhere")
	}
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	if files, err := CreateSite(dir, NewSite{}); err == nil || len(files) > 0 {
		t.Errorf("wrote %q, %v", files, err)
	}
}

func TestFileName(t *testing.T) {
	for title, want := range map[string]string{
		"一月一课":             "一月一课",
		" 一月  一课 ":         "一月 一课",
		"5A/机制：“说”":        "5A-机制：“说”",
		`a\b:c|d?*<>"`:     "a-b-c-d",
		"...":              "",
		"_index":           "index",
		"~$草稿":             "$草稿",
		"?":                "",
		"e\u0301\u200b\n甲": "é甲",
	} {
		if got := FileName(title); got != want {
			t.Errorf("FileName(%q) = %q, want %q", title, got, want)
		}
	}
	if n := utf8.RuneCountInString(FileName(strings.Repeat("长", 100))); n != maxNameRunes {
		t.Errorf("a long title gives %d characters", n)
	}
}

func TestCheckName(t *testing.T) {
	for _, name := range []string{"一月一课", "2026", "a b", "（一）#1 100%+'&"} {
		if err := checkName(name); err != nil {
			t.Errorf("checkName(%q): %v", name, err)
		}
	}
	for _, name := range []string{
		"", ".", "..", "a/b", `a\b`, "a:b", "a?", " a", "a.", "a ", "_a", ".a", "con", "COM1.x", "Index", "~$a", "a~", "#a#", "a.tmp", "Thumbs.db",
		"a\u202eb", "a\x00", "a\nb", "a\xff", strings.Repeat("长", 61),
	} {
		err := checkName(name)
		r, ok := errors.AsType[*Refusal](err)
		if !ok || r.Text().Zh == "" || strings.Contains(r.Text().Zh+r.Text().En, "%!") {
			t.Errorf("checkName(%q): %v", name, err)
		}
	}
}

// Whatever the title, its name is safe or empty.
func FuzzFileName(f *testing.F) {
	for _, s := range []string{"一月一课", "..", "con", "a/../b", "nul .x", "~$", "\u202e", strings.Repeat("长", 100), "Thumbs.db", "a\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, title string) {
		name := FileName(title)
		if name == "" {
			return
		}
		if strings.ContainsAny(name, forbidden) || name == "." || name == ".." || len(name) > maxNameBytes || !utf8.ValidString(name) {
			t.Errorf("FileName(%q) = %q", title, name)
		}
		if again := FileName(name); again != name {
			t.Errorf("FileName(%q) = %q, and again %q", title, name, again)
		}
	})
}
