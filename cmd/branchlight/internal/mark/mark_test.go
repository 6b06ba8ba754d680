package mark

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"branchlight/cmd/branchlight/internal/diag"
)

func TestHidden(t *testing.T) {
	for _, c := range []struct {
		in, html string
		at       []string
	}{
		{"理论\u200b武装", "<p>理论武装</p>\n", []string{"3:3"}},
		{"\u202e倒\u2066写\u2069", "<p>倒写</p>\n", []string{"3:1", "3:3", "3:5"}},
		{"`a\u200db` **\ufeff粗**", "<p><code>ab</code> <strong>粗</strong></p>\n", []string{"3:3", "3:9"}},
		{"软\u00ad连字", "<p>软连字</p>\n", []string{"3:2"}},
		{"a\x01b\x7fc\u0085d", "<p>abcd</p>\n", []string{"3:2", "3:4", "3:6"}},
		{"a\x00b", "<p>a\ufffdb</p>\n", []string{"3:2"}},
		{"```\na\u200bb\n```", "<pre tabindex=\"0\"><code>ab\n</code></pre>\n", []string{"4:2"}},
		{"[甲\u200b](a\u200b.md)", "<p>甲</p>\n", []string{"3:1", "3:3", "3:7"}},
		{"![甲\u200b](a.jpg \"题\u200b注\")", "<figure><figcaption>题注</figcaption></figure>\n", []string{"3:4", "3:15"}},
		{"a\u2028b", "<p>ab</p>\n", []string{"3:2"}},
		{"坏\xff字\xe4\xb8", "<p>坏?字??</p>\n", []string{"3:2", "3:4", "3:5"}},
		{"\u00a0空 “引” ‘号’ — … ·，。！葛\U000e0100\ufe00", "<p>\u00a0空 “引” ‘号’ — … ·，。！葛\U000e0100\ufe00</p>\n", nil},
	} {
		d := parse(c.in)
		var at []string
		for _, f := range d.Findings {
			at = append(at, fmt.Sprintf("%d:%d", f.Pos.Line, f.Pos.Col))
		}
		if d.HTML != c.html || !reflect.DeepEqual(at, c.at) {
			t.Errorf("%q: %q %v, want %q %v", c.in, d.HTML, at, c.html, c.at)
		}
		for _, b := range d.Blocks {
			if strings.IndexFunc(b.Text, isHidden) >= 0 {
				t.Errorf("%q: text %q", c.in, b.Text)
			}
		}
	}
}

func TestAnchor(t *testing.T) {
	d := parse("## 做法与成效\n\n## Hello World\n\n## 三、经验 {#jy}\n\n文[^1]\n\n[^1]: 注\n")
	for _, c := range []struct{ in, want string }{
		{"做法与成效", "做法与成效"}, {"%E5%81%9A%E6%B3%95%E4%B8%8E%E6%88%90%E6%95%88", "做法与成效"},
		{"hello-world", "hello-world"}, {"Hello World", "hello-world"}, {"hello%20world", "hello-world"},
		{"jy", "jy"}, {"三、经验", "jy"}, {"fn:1", "fn:1"}, {"fnref:1", "fnref:1"},
		{"做法", ""}, {"", ""}, {"%zz", ""},
	} {
		if id, ok := d.Anchor(c.in); id != c.want || ok != (c.want != "") {
			t.Errorf("%q: %q %v", c.in, id, ok)
		}
	}
}

// joined is the plain text of all blocks, a line each.
func joined(d *Doc) string {
	var lines []string
	for _, b := range d.Blocks {
		lines = append(lines, b.Text)
	}
	return strings.Join(lines, "\n")
}

func TestText(t *testing.T) {
	d := parse("正文*强调*\n换行 &amp; \\*\n\n- 项\n\n![图](a.jpg)\n")
	if got := joined(d); got != "正文强调换行 & *\n项" {
		t.Errorf("%q", got)
	}
}

// TestPositions looks at what stands in the file at the positions of a Doc.
func TestPositions(t *testing.T) {
	const front = "+++\ntitle = \"甲\"\n+++\n"
	body := "段落[甲](a.md)与![乙](b.png)\n\n> - 引[丙](c.md)\n>\n> ## 标题\n\n| 列 |\n|---|\n| **格** |\n\n\t缩进的字。\n\n文[^1]https://x.cn\n\n[^1]: 注[丁](d.md)\n"
	src := diag.NewSource("content/a.md", []byte(front+body))
	d := New().Parse(src, len(front))
	at := func(p diag.Pos) string { return string([]rune(src.Line(p.Line))[p.Col-1:]) }
	starts := func(p diag.Pos, want string) {
		t.Helper()
		if p.File != "content/a.md" || !strings.HasPrefix(at(p), want) {
			t.Errorf("%v is at %q, want %q", p, at(p), want)
		}
	}
	for i, want := range []string{"[甲]", "[丙]", "[丁]"} {
		starts(d.Links[i].Pos, want)
	}
	starts(d.Images[0].Pos, "![乙]")
	starts(d.External[0].Pos, "https://")
	starts(d.Headings[0].Pos, "标题")
	starts(d.Findings[0].Pos, "缩进")
	for _, b := range d.Blocks {
		starts(b.Pos, strings.NewReplacer("格", "**格").Replace(string([]rune(b.Text)[:1])))
	}
	if len(d.Blocks) != 8 {
		t.Errorf("%d blocks", len(d.Blocks))
	}
}

// TestTogether parses different pages at the same time with one parser, also
// after pages that were refused.
func TestTogether(t *testing.T) {
	p := New()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 50 {
				body := fmt.Sprintf("## 甲%d\n\n**%d-%d**[x](%d.md)\n", i, i, j, j)
				want := fmt.Sprintf("<h2 id=\"甲%d\">甲%d</h2>\n<p><strong>%d-%d</strong>x</p>\n", i, i, i, j)
				if j%10 == 0 {
					p.Parse(diag.NewSource("bad.md", []byte(strings.Repeat("> ", 100)+"x")), 0)
				}
				if d := p.Parse(diag.NewSource("p.md", []byte(body)), 0); d.HTML != want || d.Links[0].Dest != fmt.Sprintf("%d.md", j) {
					t.Errorf("%s", d.HTML)
				}
			}
		})
	}
	wg.Wait()
}

func TestBodyOffset(t *testing.T) {
	p := New()
	for _, body := range []int{-5, 0, 3, 4, 100} {
		d := p.Parse(diag.NewSource("p.md", []byte("甲乙")), body) // 4 is inside a character
		checkHTML(t, d)
	}
	if d := p.Parse(diag.NewSource("p.md", nil), 0); d.HTML != "" || d.Blocks != nil || d.Findings != nil {
		t.Errorf("%+v", d)
	}
}

func FuzzParse(f *testing.F) {
	for _, r := range Rules {
		f.Add(r.Example)
	}
	for _, bomb := range bombs {
		f.Add(bomb(200))
	}
	for _, s := range []string{
		"　　**“甲”**\n1、乙[x](java&#x73;cript:a)\n![y](data:a \"b\")\n", ":::提示\n- [ ] x\n\n      字\n:::", "a | b\n-|-\n`\\|` | c\n\nx[^1]\n\n[^1]: y",
		"词\n: 解释\n\n  ：：：注意\n＃ 标\n\n<b onclick='x'>", "｜a｜\n｜-｜\n｜b｜", "https://a.cn/(b)_*c*www.d.cn\r\n&#x202e;\\",
	} {
		f.Add(s)
	}
	p := New()
	f.Fuzz(func(t *testing.T, body string) {
		src := diag.NewSource("p.md", []byte(body))
		d := p.Parse(src, 0)
		if again := p.Parse(src, 0); !reflect.DeepEqual(d, again) {
			t.Errorf("twice:\n%#v\n%#v", d, again)
		}
		checkHTML(t, d)
		lower := strings.ToLower(d.HTML)
		if strings.Contains(lower, "<script") || strings.Contains(lower, `href="javascript:`) {
			t.Error(d.HTML)
		}
		for _, l := range d.Links {
			if kind, _, _ := classify(l.Dest); kind != targetRelative {
				t.Errorf("link %q", l.Dest)
			}
		}
		for _, i := range d.Images {
			if kind, _, _ := classify(i.Dest); kind != targetRelative {
				t.Errorf("image %q", i.Dest)
			}
		}
		if strings.IndexFunc(joined(d), isHidden) >= 0 {
			t.Errorf("text %q", joined(d))
		}
		for _, b := range d.Blocks {
			if b.Pos.Line < 1 || b.Pos.Col < 1 || b.Pos.Col > len([]rune(src.Line(b.Pos.Line)))+1 {
				t.Errorf("block at %v", b.Pos)
			}
		}
		for _, f := range d.Findings {
			if f.Rule == ruleFailed.ID {
				t.Errorf("%v", f)
			}
		}
	})
}
