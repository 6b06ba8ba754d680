package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/width"
)

// county is a generated county for tests of search: pages whose text is known
// without reading what was built. Its words are drawn from the 3,755 usual
// characters by chance, so that it has more different pairs of characters than
// prose has.
type county struct {
	root     string
	agencies []countyAgency
	pages    []countyPage
	words    []string
	people   []string
	phrases  []string
}

type countyAgency struct {
	folder, title, short string
	branches             []string
}

// countyPage is a page as a reader sees it.
type countyPage struct {
	out    string
	title  string
	date   string   // yyyy-mm-dd; empty for pages of folders
	names  []string // of its agency, branch and themes
	text   []string // all else that it shows, by line
	agency int
}

var countyTopics = strings.Fields("理论武装 组织建设 业务融合 志愿服务 模范机关 五星支部 作风建设 主题党日 队伍建设")

var countyPhrases = strings.Fields("三会一课 一窗通办 营商环境 党员先锋岗 主题党日 双报到 专精特新 一网通办 结对共建 模范机关创建 理论学习中心组 民主评议党员 党费收缴 组织生活会 志愿服务 乡村振兴 上门办 延时服务 容缺受理 “一月一课” WPS表格 5A工作机制 12345热线 AI助手 C919 营商环境优化提升行动")

// newCounty writes a county of so many pages.
func newCounty(t testing.TB, pages int) *county {
	t.Helper()
	c := &county{root: t.TempDir()}
	r := rand.New(rand.NewPCG(1, uint64(pages)))
	usual := usualCharacters()
	for range 9000 {
		n := 2
		if x := r.IntN(10); x > 7 {
			n = x - 5
		}
		w := ""
		for range n {
			w += string(usual[zipf(r, len(usual))])
		}
		c.words = append(c.words, w)
	}
	c.phrases = countyPhrases
	for range 200 {
		c.people = append(c.people, pick(r, strings.Split("张王李赵刘陈杨黄周吴徐孙马朱胡林郭何高罗", ""))+string(usual[r.IntN(len(usual))])+string(usual[r.IntN(len(usual))]))
	}
	for i := range 60 {
		w := c.words[i*7+40]
		c.agencies = append(c.agencies, countyAgency{folder: fmt.Sprintf("a%02d", i), title: "县" + w + c.words[i*5+900] + "局", short: "县" + string([]rune(w)[:1]) + string([]rune(c.words[i*5+900])[:1]) + "局"})
		a := &c.agencies[i]
		for j := range 5 {
			a.branches = append(a.branches, c.words[(i*5+j)*3+500]+"党支部")
		}
	}
	c.write(t, "site.toml", "title = \"筠溪县机关党建\"\ntopic = [ { name = \""+strings.Join(countyTopics, "\" }, { name = \"")+"\" } ]\n[model_agency]\nstages = [\"创建\"]\n")
	for i := range c.agencies {
		a := &c.agencies[i]
		c.write(t, "content/"+a.folder+"/_index.md", fmt.Sprintf("+++\ntitle = %q\nshort = %q\norder = %d\n+++\n", a.title, a.short, i+1))
		c.pages = append(c.pages, countyPage{out: a.folder + "/index.html", title: a.title, names: []string{a.title, a.short}, text: []string{a.short}, agency: i})
		for j, b := range a.branches {
			c.write(t, fmt.Sprintf("content/%s/b%d/_index.md", a.folder, j), fmt.Sprintf("+++\ntitle = %q\n+++\n", b))
			c.pages = append(c.pages, countyPage{out: fmt.Sprintf("%s/b%d/index.html", a.folder, j), title: b, names: []string{a.title, a.short, b}, agency: i})
		}
	}
	for n := range pages - len(c.pages) {
		c.page(t, r, n)
	}
	return c
}

// page writes an article.
func (c *county) page(t testing.TB, r *rand.Rand, n int) {
	i, j := r.IntN(len(c.agencies)), r.IntN(5)
	a := &c.agencies[i]
	p := countyPage{
		out: fmt.Sprintf("%s/b%d/p%05d.html", a.folder, j, n), agency: i,
		title: c.sentence(r, 6) + fmt.Sprintf("（第%d号）", n),
		date:  fmt.Sprintf("20%02d-%02d-%02d", 22+r.IntN(4), 1+r.IntN(12), 1+r.IntN(28)),
		names: []string{a.title, a.short, a.branches[j]},
	}
	front := fmt.Sprintf("+++\ntitle = %q\ndate = %s\nauthor = %q\nsource = %q\n", p.title, p.date, "办公室", a.title)
	topics := []string{countyTopics[r.IntN(9)]}
	if second := countyTopics[r.IntN(9)]; second != topics[0] && r.IntN(2) == 0 {
		topics = append(topics, second)
	}
	p.names = append(p.names, topics...)
	front += "themes = [\"" + strings.Join(topics, "\", \"") + "\"]\n"
	switch r.IntN(4) {
	case 0:
		person, pledge := pick(r, c.people), c.sentence(r, 20)
		front += fmt.Sprintf("kind = \"post\"\nholder = %q\nconsent = true\nposition = \"窗口\"\npledge = %q\n", person, pledge)
		p.text = append(p.text, person, "窗口", pledge)
	default:
		front += "kind = \"practice\"\n"
	}
	var body strings.Builder
	for range 6 + r.IntN(4) {
		line := c.sentence(r, 60+r.IntN(50))
		if r.IntN(3) == 0 {
			line += pick(r, c.people) + "说。"
		}
		body.WriteString(line + "\n\n")
		p.text = append(p.text, line)
	}
	p.text = append(p.text, "办公室", a.title)
	c.pages = append(c.pages, p)
	c.write(t, fmt.Sprintf("content/%s/b%d/p%05d.md", a.folder, j, n), front+"+++\n\n"+body.String())
}

// sentence gives about so many characters of words.
func (c *county) sentence(r *rand.Rand, length int) string {
	s := ""
	for n := 0; n < length; {
		w := c.words[zipf(r, len(c.words))]
		switch x := r.IntN(40); {
		case x == 0:
			w = pick(r, c.phrases)
		case x == 1 && length > 20:
			w = fmt.Sprintf("%d年", 1990+r.IntN(40))
		case x < 5 && n > 0:
			w = "，" + w
		}
		s += w
		n += len([]rune(w))
	}
	if length > 10 {
		s += "。"
	}
	return s
}

// zipf gives a place in a list whose entry k comes 1/k as often as the first.
func zipf(r *rand.Rand, n int) int {
	return min(n-1, int(math.Exp(r.Float64()*math.Log(float64(n+1))))-1)
}

func pick(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

// usualCharacters gives the first level of GB 2312, in an order by chance.
func usualCharacters() []rune {
	var list []rune
	for row := byte(0xb0); row <= 0xd7; row++ {
		for cell := byte(0xa1); cell <= 0xfe && !(row == 0xd7 && cell > 0xf9); cell++ {
			s, err := simplifiedchinese.GBK.NewDecoder().Bytes([]byte{row, cell})
			if err != nil {
				panic(err)
			}
			list = append(list, []rune(string(s))...)
		}
	}
	rand.New(rand.NewPCG(7, 7)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

func (c *county) write(t testing.TB, name, text string) {
	t.Helper()
	name = filepath.Join(c.root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// add appends a line to a page.
func (c *county) add(t testing.TB, p *countyPage, line string) {
	t.Helper()
	c.edit(t, p, func(text string) string { return text + "\n" + line + "\n" })
	p.text = append(p.text, line)
}

// retitle gives a page another title.
func (c *county) retitle(t testing.TB, p *countyPage, title string) {
	t.Helper()
	c.edit(t, p, func(text string) string {
		return strings.Replace(text, fmt.Sprintf("%q", p.title), fmt.Sprintf("%q", title), 1)
	})
	p.title = title
}

// edit changes the file of a page.
func (c *county) edit(t testing.TB, p *countyPage, change func(text string) string) {
	t.Helper()
	name := "content/" + strings.TrimSuffix(p.out, ".html") + ".md"
	text, err := os.ReadFile(filepath.Join(c.root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	c.write(t, name, change(string(text)))
}

// matches scans all pages for a query of words, and gives those that have every
// word, best first: where titles have words, then agencies, branches and themes,
// then texts; and the newest first.
func (c *county) matches(query string) []*countyPage {
	words := strings.Fields(folded(query))
	byRank := map[int][]*countyPage{}
	most := 0
	for i := range c.pages {
		p := &c.pages[i]
		rank := 0
		for _, w := range words {
			mark := p.mark(w)
			if mark == 0 {
				rank = 0
				break
			}
			rank += mark
		}
		if rank > 0 {
			byRank[rank] = append(byRank[rank], p)
			most = max(most, rank)
		}
	}
	var list []*countyPage
	for rank := most; rank > 0; rank-- {
		list = append(list, sortedByDate(byRank[rank])...)
	}
	return list
}

func (p *countyPage) mark(w string) int {
	has := func(list []string) bool {
		for _, s := range list {
			if strings.Contains(folded(s), w) {
				return true
			}
		}
		return false
	}
	switch {
	case has([]string{p.title}):
		return 3
	case has(p.names):
		return 2
	case has(p.text):
		return 1
	}
	return 0
}

func sortedByDate(list []*countyPage) []*countyPage {
	slices.SortStableFunc(list, func(a, b *countyPage) int { return strings.Compare(b.date, a.date) })
	return list
}

// folded is how a reader compares: without regard to width and case.
func folded(s string) string { return strings.ToLower(width.Narrow.String(s)) }

// queries gives so many queries of each of six sorts.
func (c *county) queries(each int) map[string][]string {
	r := rand.New(rand.NewPCG(3, 3))
	q := map[string][]string{}
	line := func() []rune {
		for {
			p := &c.pages[r.IntN(len(c.pages))]
			if len(p.text) > 4 {
				return []rune(p.text[2+r.IntN(len(p.text)-4)])
			}
		}
	}
	cut := func(n int) string {
		for {
			l := line()
			at := r.IntN(max(1, len(l)-n))
			s := string(l[at:min(at+n, len(l))])
			if len([]rune(s)) == n && !strings.ContainsAny(s, "，。“” ") {
				return s
			}
		}
	}
	for i := range each {
		q["single"] = append(q["single"], cut(1))
		q["word"] = append(q["word"], c.words[zipf(r, len(c.words))])
		if i%3 == 0 {
			q["phrase"] = append(q["phrase"], strings.Trim(c.phrases[i%len(c.phrases)], "“”"))
		} else {
			q["phrase"] = append(q["phrase"], cut(4+r.IntN(6)))
		}
		q["name"] = append(q["name"], pick(r, c.people))
		q["agency"] = append(q["agency"], c.agencies[i%len(c.agencies)].short)
		q["several"] = append(q["several"], c.words[zipf(r, len(c.words))]+" "+pick(r, append(c.phrases[:4:4], c.words[zipf(r, len(c.words))])))
	}
	return q
}
