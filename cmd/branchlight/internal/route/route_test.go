package route

import (
	"net/url"
	"path"
	"strings"
	"testing"
)

func TestEscape(t *testing.T) {
	for in, want := range map[string]string{
		"":                   "",
		"a/b-c_d.e~f.html":   "a/b-c_d.e~f.html",
		"a b/100%.pdf":       "a%20b/100%25.pdf",
		`#?&'"+:;,()[]`:      "%23%3F%26%27%22%2B%3A%3B%2C%28%29%5B%5D",
		"财/①.jpg":            "%E8%B4%A2/%E2%91%A0.jpg",
		"a%20b":              "a%2520b",
		"<script>\x00\x7f\\": "%3Cscript%3E%00%7F%5C",
	} {
		got := Escape(in)
		if got != want {
			t.Errorf("Escape(%q) = %q, want %q", in, got, want)
		}
		if back, err := url.PathUnescape(got); err != nil || back != in {
			t.Errorf("Escape(%q) = %q reads back as %q, %v", in, got, back, err)
		}
	}
}

func TestRelative(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"index.html", "a/index.html", "a/index.html"},
		{"a/b/p.html", "index.html", "../../index.html"},
		{"a/b/p.html", "a/b/p.html", "p.html"},
		{"a/b/p.html", "a/b/q.html", "q.html"},
		{"a/b/p.html", "a/c/q.html", "../c/q.html"},
		{"a/b/p.html", "a/index.html", "../index.html"},
		{"a/b.html", "a/b/c.html", "b/c.html"},
		{"ab/p.html", "abc/p.html", "../abc/p.html"},
		{"a/p.html", "assets/图 1.png", "../assets/%E5%9B%BE%201.png"},
		{"p.html", "a:b.html", "a%3Ab.html"},
	} {
		if got := Relative(c.from, c.to); got != c.want {
			t.Errorf("Relative(%q, %q) = %q, want %q", c.from, c.to, got, c.want)
		}
	}
}

func TestResolve(t *testing.T) {
	const from = "content/财政局/b01/p.md"
	for _, c := range []struct{ dest, path, fragment string }{
		{"q.md", "content/财政局/b01/q.md", ""},
		{"./q.md", "content/财政局/b01/q.md", ""},
		{"../b02/q.md#做法", "content/财政局/b02/q.md", "做法"},
		{"../b02/q.md#%E5%81%9A%E6%B3%95", "content/财政局/b02/q.md", "做法"},
		{"../b02/", "content/财政局/b02", ""},
		{"../../help/x.md", "content/help/x.md", ""},
		{"../..", "content", ""},
		{"/help/x.md", "content/help/x.md", ""},
		{"%E5%9B%BE%201.png", "content/财政局/b01/图 1.png", ""},
		{"图 1.png", "content/财政局/b01/图 1.png", ""},
		{"达标100%.md", "content/财政局/b01/达标100%.md", ""},
		{"C%23.md", "content/财政局/b01/C#.md", ""},
		{"为什么?.md", "content/财政局/b01/为什么?.md", ""},
		{`..\b02\q.md`, "content/财政局/b02/q.md", ""},
		{"说明:一.md", "content/财政局/b01/说明:一.md", ""},
		{"%ff.md", "content/财政局/b01/%ff.md", ""},
		{"", from, ""},
		{"#top", from, "top"},
	} {
		p, fragment, ok := Resolve(from, c.dest)
		if !ok || p != c.path || fragment != c.fragment {
			t.Errorf("Resolve(%q) = %q, %q, %v, want %q, %q", c.dest, p, fragment, ok, c.path, c.fragment)
		}
	}
	for _, dest := range []string{
		"http://x/", "HTTPS:x", "javascript:alert(1)", "data:,", "mailto:a@b", `C:\x.md`, "//host/x", `\\host\x`,
		"../../../site.toml", "../../../content/x.md", "/../x", "%2e%2e/%2e%2e/%2e%2e/x", "a%00b.md", "a%5Cb.md", "a+b-1.2:x",
	} {
		if p, _, ok := Resolve(from, dest); ok {
			t.Errorf("Resolve(%q) = %q, want none", dest, p)
		}
	}
}

func FuzzResolve(f *testing.F) {
	for _, dest := range []string{"../b02/p.md#x", "%2e%2e/%2e%2e/../x", `\..\..\x`, "/", "a//b/./c", "%", "..%2f..%2f..%2f"} {
		f.Add("content/a/b/p.md", dest)
	}
	f.Fuzz(func(t *testing.T, from, dest string) {
		if !strings.HasPrefix(from, "content/") || from != path.Clean(from) || strings.ContainsAny(from, "\\\x00") {
			return
		}
		p, _, ok := Resolve(from, dest)
		if !ok {
			return
		}
		if p != "content" && !strings.HasPrefix(p, "content/") || path.Clean(p) != p || strings.ContainsAny(p, "\\\x00") {
			t.Errorf("Resolve(%q, %q) = %q", from, dest, p)
		}
	})
}

// A relative URL leads a browser from one path to the other.
func FuzzRelative(f *testing.F) {
	f.Add("a/b/p.html", "a/c/q.html")
	f.Add("p.html", "财政局/图 1%.png")
	f.Fuzz(func(t *testing.T, from, to string) {
		for _, p := range []string{from, to} {
			if p == "" || path.Clean("/"+p) != "/"+p {
				return
			}
		}
		base := &url.URL{Scheme: "file", Path: "/" + from}
		ref, err := base.Parse(Relative(from, to))
		if err != nil || ref.Path != "/"+to || ref.Host != "" || ref.RawQuery != "" || ref.Fragment != "" {
			t.Errorf("Relative(%q, %q) = %q leads to %v, %v", from, to, Relative(from, to), ref, err)
		}
	})
}

func TestReserved(t *testing.T) {
	for _, name := range []string{"con", "CON", "nul.md", "com1", "Com9.tar.gz", "lpt0.txt", "aux ", "com¹", "CONIN$", "prn .x"} {
		if !Reserved(name) {
			t.Errorf("Reserved(%q) = false", name)
		}
	}
	for _, name := range []string{"", "console", "com", "com10", "lptx", "nul1", "a.con", "公com1"} {
		if Reserved(name) {
			t.Errorf("Reserved(%q) = true", name)
		}
	}
}

func TestCheckSlug(t *testing.T) {
	for _, s := range []string{"a", "cai-zheng-ju", "2026", strings.Repeat("a", MaxSlug)} {
		if reason, ok := CheckSlug(s); !ok {
			t.Errorf("CheckSlug(%q): %s", s, reason.En)
		}
	}
	for _, s := range []string{"", "-a", "a-", "A", "a/b", "..", `a\b`, "a\x00", "%2e", "．．", "财", "con", "a.b", strings.Repeat("a", MaxSlug+1)} {
		if reason, ok := CheckSlug(s); ok || reason.Zh == "" || reason.En == "" {
			t.Errorf("CheckSlug(%q) = %q, %v", s, reason, ok)
		}
	}
}

func TestFold(t *testing.T) {
	for _, twins := range [][2]string{{"A/b.HTML", "a/B.html"}, {"é.md", "e\u0301.md"}, {"É", "e\u0301"}, {"财政局", "财政局"}} {
		if Fold(twins[0]) != Fold(twins[1]) {
			t.Errorf("Fold(%q) = %q, Fold(%q) = %q", twins[0], Fold(twins[0]), twins[1], Fold(twins[1]))
		}
	}
	if Fold("a") == Fold("b") {
		t.Error("all names are one")
	}
}

func TestNearest(t *testing.T) {
	have := []string{"../b02/p1.md", "../b02/p2.md", "title", "themes", "summary", "理论武装", "志愿服务"}
	for want, name := range map[string]string{
		"../b02/p.md": "../b02/p1.md", // of equals the first
		"tilte":       "title",
		"Title":       "title",
		"sumary":      "summary",
		"理论学习":        "",
		"理论武汉":        "理论武装",
		"志愿者服务":       "志愿服务",
		"xyz":         "",
		"":            "",
	} {
		got, ok := Nearest(want, have)
		if got != name || ok != (name != "") {
			t.Errorf("Nearest(%q) = %q, %v, want %q", want, got, ok, name)
		}
	}
	if _, ok := Nearest("a", nil); ok {
		t.Error("found a name among none")
	}
}

func TestDistance(t *testing.T) {
	var d distance
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "", 3}, {"kitten", "sitting", 3}, {"ca", "abc", 3}} {
		for _, limit := range []int{10, c.want, c.want - 1} {
			want := min(c.want, limit+1)
			if got := d.between([]rune(c.a), []rune(c.b), limit); limit >= 0 && got != want {
				t.Errorf("between(%q, %q, %d) = %d, want %d", c.a, c.b, limit, got, want)
			}
		}
	}
}

func BenchmarkRelative(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Relative("cai-zheng-ju/b01/p0000001.html", "cai-zheng-ju/b02/p0000002.html")
	}
}
