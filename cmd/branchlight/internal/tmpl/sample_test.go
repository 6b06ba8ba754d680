package tmpl_test

import (
	"fmt"
	"html/template"
	"strings"

	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/view"
)

// This file makes one view of every kind, as full as the pages of a county are,
// for the tests of the county theme. Names and events are invented.

func frame(column string) *view.Frame {
	f := &view.Frame{
		Lang: "zh-CN", Title: "清河县机关党建特色做法", Subtitle: "特色做法 · 模范机关 · 先锋岗位", Owner: "中共清河县直属机关工作委员会",
		Contact: "综合科，县政务中心五楼", Root: "../../", Home: "../../index.html", Feed: "../../feed.xml", Search: "../../search.html",
		Emblem: view.Image{URL: "../../emblem.png", Width: 64, Height: 64},
	}
	for _, key := range []string{"practices", "progress", "posts", "agencies", "themes", "matrix", "stars", "archive"} {
		f.Nav = append(f.Nav, view.NavItem{Key: key, URL: "../../" + key + "/index.html", Current: key == column})
	}
	f.Nav = append(f.Nav, view.NavItem{Key: "help", Title: "写稿指南", URL: "../../help/index.html", Current: column == "help"})
	return f
}

func crumbs(key, title string) []view.Crumb {
	return []view.Crumb{{Key: "home", URL: "../../index.html"}, {Key: key, URL: "../index.html"}, {Title: title}}
}

var agencyNames = []string{"县财政局", "县农业农村局", "县自然资源和规划局", "县卫生健康局", "县行政审批服务局", "县档案馆", "县总工会", "县委办公室"}

var branchNames = []string{"预算股党支部", "办公室党支部", "窗口服务党支部"}

var topicNames = []string{"理论武装", "组织建设", "业务融合", "志愿服务", "模范机关", "五星支部", "主题党日", "作风建设", "队伍建设"}

var stageNames = []string{"动员部署", "对标创建", "自查整改", "考核命名"}

func links(titles []string) (list []view.Link) {
	for i, t := range titles {
		list = append(list, view.Link{Title: t, URL: fmt.Sprintf("../../zhuti/t%d.html", i)})
	}
	return list
}

func cards(kind string, n int) (list []*view.Card) {
	titles := map[string][]string{
		"practice": {"“一月一课”让年轻干部上讲台", "把党员活动日开到村口：预算股与石桥村结对服务记", "窗口延时半小时，服务不打烊", "老档案里的党课：用馆藏讲好身边的历史"},
		"progress": {"对标创建阶段推进情况（第三季度）", "自查整改清单完成过半", "模范机关创建动员部署情况"},
		"post":     {"不动产登记“一窗受理”先锋岗", "预算审核先锋岗", "夜门诊先锋岗"},
	}[kind]
	for i := range n {
		c := &view.Card{
			Kind: kind, Title: titles[i%len(titles)], URL: fmt.Sprintf("../%s/p%d.html", kind, i), Date: day.Day(20260321 - i%20),
			Summary: "每月由一名三十五岁以下的党员备课、讲课，老党员点评，形成课件库，全局共享。",
			Agency:  view.Link{Title: agencyNames[i%len(agencyNames)], URL: "../../caizheng/index.html"},
			Branch:  view.Link{Title: branchNames[i%len(branchNames)], URL: "../../caizheng/b01/index.html"},
			Topics:  links(topicNames[:2]), Percent: -1,
		}
		switch kind {
		case "practice":
			c.Brand = "初心课堂"
		case "progress":
			c.Stage, c.Percent = stageNames[1], 40+i
		case "post":
			c.Position, c.Pledge = "不动产登记大厅三号窗口", "材料一次说清，能当场办的不让群众跑第二趟。"
			if i%2 == 0 {
				c.Holder = "林某某"
			}
		}
		list = append(list, c)
	}
	return list
}

func mixed(n int) []*view.Card {
	var list []*view.Card
	a, b, c := cards("practice", n), cards("progress", n), cards("post", n)
	for i := range n {
		list = append(list, []*view.Card{a[i], b[i], c[i]}[i%3])
	}
	return list
}

func pager(page, pages int) view.Pager {
	p := view.Pager{Total: pages*20 - 7, Page: page, Pages: pages}
	if page > 1 {
		p.First, p.Prev = "index.html", "page2.html"
	}
	if page < pages {
		p.Next, p.Last = "page4.html", "page9.html"
	}
	for i := max(1, page-2); i <= min(pages, page+2); i++ {
		p.Steps = append(p.Steps, view.PagerStep{Page: i, URL: fmt.Sprintf("page%d.html", i), Current: i == page})
	}
	return p
}

func steps(current int) (list []view.StageStep) {
	for i, name := range stageNames {
		list = append(list, view.StageStep{Name: name, Reached: i <= current, Current: i == current})
		if i <= current {
			list[i].Date = day.Day(20260105 + 100*i)
		}
	}
	return list
}

// body is a text of about 4 KB with every form that Markdown gives.
var body = template.HTML(`<h2 id="zuofa">一、主要做法</h2>
<p>支部每月第二个星期五下午开一次“一月一课”，由三十五岁以下的党员轮流备课主讲。讲什么不由办公室指定，由主讲人从本月的业务里找题目：一项新规定怎么落、一次窗口投诉怎么处理、一份报表为什么总是错。</p>
<h3 id="beike">（一）备课有人带</h3>
<ol><li>提前两周报题，老党员<strong>一对一</strong>带教；</li><li>提前三天试讲，支委会<a href="../b02/p.html">提意见</a>；</li><li>讲后一周内把课件存入共享文件夹。</li></ol>
<aside class="note note-tip" role="note"><p class="note-title">提示</p><p>题目越小越好讲，一课只讲清一件事。</p></aside>
<h3 id="jiangke">（二）讲课有人评</h3>
<p>听课的人当场打分，只评课、不评人。评语写在<code>评课单</code>上，交给主讲人自己保存。</p>
<div class="table-wrap"><table><thead><tr><th>季度</th><th class="ta-right">开课</th><th class="ta-center">评价</th></tr></thead><tbody><tr><td>第一季度</td><td class="ta-right">3</td><td class="ta-center">良好</td></tr><tr><td>第二季度</td><td class="ta-right">3</td><td class="ta-center">优秀</td></tr></tbody></table></div>
<h2 id="chengxiao">二、取得的成效</h2>
<blockquote><p>以前听课，现在备课，才知道一件事要讲明白有多难。</p></blockquote>
<ul class="task-list"><li class="task"><input type="checkbox" disabled checked aria-label="已完成"> 课件库建成</li><li class="task"><input type="checkbox" disabled aria-label="未完成"> 与结对村共享</li></ul>
<dl><dt>初心课堂</dt><dd>支部的品牌，取“不忘来路、讲清门道”之意。</dd></dl>
<figure><img src="../../assets/drawing.svg" alt="会议室里一名年轻党员正在讲课" width="320" height="320"><figcaption>三月的“一月一课”</figcaption></figure>
<p>` + template.HTML(strings.Repeat("一年来，支部十二名青年党员人人上过讲台，办件差错明显减少。", 12)) + `<sup class="footnote-ref" id="fnref1"><a href="#fn1" aria-label="注1">1</a></sup></p>
<section class="footnotes" aria-label="脚注"><ol><li id="fn1"><p>据支部季度台账。 <a href="#fnref1" aria-label="回到正文">↩</a></p></li></ol></section>`)

func article(kind string) *view.Article {
	a := &view.Article{
		Frame: frame("practices"), Kind: kind, Title: "“一月一课”让年轻干部上讲台",
		Crumbs: []view.Crumb{{Key: "home", URL: "../../index.html"}, {Key: "agencies", URL: "../../danwei/index.html"}, {Title: "县财政局", URL: "../index.html"},
			{Title: "预算股党支部", URL: "index.html"}, {Title: "“一月一课”让年轻干部上讲台"}},
		Summary: "每月由一名三十五岁以下的党员备课、讲课，老党员点评，形成课件库，全局共享。",
		Date:    20260318, Updated: 20260320, Source: "县财政局", Author: "预算股党支部", Editor: "王某某",
		Topics: links(topicNames[:2]), Agency: view.Link{Title: "县财政局", URL: "../index.html"}, Branch: view.Link{Title: "预算股党支部", URL: "index.html"},
		Body: body,
		TOC:  []view.Heading{{Level: 2, ID: "zuofa", Title: "一、主要做法"}, {Level: 3, ID: "beike", Title: "（一）备课有人带"}, {Level: 3, ID: "jiangke", Title: "（二）讲课有人评"}, {Level: 2, ID: "chengxiao", Title: "二、取得的成效"}},
		Attachments: []view.Attachment{{Title: "评课单（样表）", Name: "pingke.docx", URL: "pingke.docx", Type: "DOCX", Size: "34 KB"},
			{Title: "上半年课表", Name: "kebiao.pdf", URL: "kebiao.pdf", Type: "PDF", Size: "1.2 MB"}},
		Prev: view.Link{Title: "把党员活动日开到村口", URL: "p2.html"}, Next: view.Link{Title: "窗口延时半小时，服务不打烊", URL: "p4.html"},
		Related: links([]string{"老档案里的党课：用馆藏讲好身边的历史", "读书角里的十五分钟", "“板凳课”进工地"}),
	}
	switch kind {
	case "practice":
		a.Practice = &view.Practice{Brand: "初心课堂", Effort: "每月半天，两人准备，不花经费", Contact: "预算股党支部（局机关三楼）", CopiesFrom: "县总工会“午间微课”"}
	case "progress":
		a.Progress = &view.Progress{Stage: stageNames[1], Percent: 45, Due: 20260630, Stages: steps(1), Next: view.Item{Name: "窗口服务整改", Due: 20260531},
			Items: []view.Item{{Name: "对照标准自查", Done: true, Due: 20260331}, {Name: "窗口服务整改", Due: 20260531}, {Name: "台账补齐"}}}
	case "post":
		a.Post = &view.Post{Holder: "林某某", Position: "不动产登记大厅三号窗口", Pledge: "材料一次说清，能当场办的不让群众跑第二趟。", Duties: []string{"受理不动产登记申请", "解答群众咨询"},
			Photo: view.Image{URL: "../../assets/drawing.svg", Alt: "林某某在窗口前", Width: 240, Height: 320}}
	}
	return a
}

func agencyLines() (list []view.AgencyLine) {
	for i, n := range agencyNames {
		list = append(list, view.AgencyLine{Title: n, Short: strings.TrimPrefix(n, "县"), URL: "../caizheng/index.html", Letter: string(rune('A' + i)), Stage: stageNames[i%4], Branches: 1 + i%4, Pages: 2 + i*3%7})
	}
	return list
}

func branchLines(stars int) (list []view.BranchLine) {
	for i, n := range branchNames {
		list = append(list, view.BranchLine{Agency: view.Link{Title: agencyNames[i], URL: "../caizheng/index.html"}, Title: n, URL: "b01/index.html", Stars: max(0, stars-i*stars%3), RatedOn: 20251220, Brand: []string{"初心课堂", "", "微光驿站"}[i], Pages: 3 + i})
	}
	return list
}

func topicLines() (list []view.TopicLine) {
	for i, n := range topicNames {
		l := view.TopicLine{Title: n, URL: fmt.Sprintf("../zhuti/t%d.html", i), Summary: "党的创新理论怎么学进去、讲出来。", Count: 9 - i}
		if i == 8 {
			l.URL, l.Count = "", 0
		}
		list = append(list, l)
	}
	return list
}

func stageCounts() (list []view.StageCount) {
	for i, n := range stageNames {
		before := 0
		if i > 0 {
			before = list[i-1].Before + list[i-1].Count
		}
		list = append(list, view.StageCount{Name: n, Count: 4 - i, Before: before})
	}
	return list
}

func home() *view.Home {
	f := frame("")
	return &view.Home{
		Frame: f, Title: "看一看，哪些做法值得借", Body: "<p>这里收着全县机关党支部的特色做法、模范机关创建进展和党员先锋岗，按单位、按主题都能找到。</p>",
		Counts: view.Counts{Agencies: 10, Branches: 23, FiveStars: 7, Practices: 31, Progress: 18, Posts: 12}, Stages: stageCounts(),
		Practices: cards("practice", 8), Progress: cards("progress", 4), Posts: cards("post", 3), Month: 20260301, Earlier: cards("post", 2), Staged: 10, Topics: topicLines(), Agencies: agencyLines(),
	}
}

func board() *view.Board {
	b := &view.Board{Frame: frame("progress"), Crumbs: crumbs("progress", "进展"), Stages: stageCounts(), Staged: 10, Cards: cards("progress", 12), Pager: pager(1, 1)}
	for i, n := range agencyNames {
		r := view.BoardRow{Agency: view.Link{Title: n, URL: "../a/index.html"}, Stage: stageNames[i%4], Stages: steps(i % 4), Since: 20260105, Percent: 20 + 7*i, Due: 20260630, Next: view.Item{Name: "自查", Due: 20260430}, Latest: view.Link{Title: "自查整改清单完成过半", URL: "p.html"}, Date: 20260301}
		if i%3 == 2 {
			r.Percent, r.Latest, r.Due, r.Since = -1, view.Link{}, 0, 0
		}
		b.Rows = append(b.Rows, r)
	}
	return b
}

func matrix() *view.Matrix {
	m := &view.Matrix{Frame: frame("matrix"), Crumbs: crumbs("home", "单位主题对照"), Topics: topicLines(), Spread: []int{7, 3, 2, 5, 6, 1, 4, 8, 0}}
	for i, n := range agencyNames {
		r := view.MatrixRow{Agency: view.Link{Title: n, URL: "../a/index.html"}}
		if i%2 == 0 {
			r.Most, r.Blank = topicNames[:2], topicNames[5:]
		}
		for j := range topicNames {
			c := (i*7 + j*5) % 4
			r.Counts = append(r.Counts, c)
			r.Total += c
		}
		m.Rows = append(m.Rows, r)
	}
	return m
}

// samples gives the views by the name of their page; the template's name is what
// stands before the first hyphen.
func samples() map[string]any {
	lines := agencyLines()
	var letters []view.AgencyGroup
	for _, l := range lines {
		letters = append(letters, view.AgencyGroup{Name: l.Letter, Agencies: []view.AgencyLine{l}})
	}
	list := func(column, title, summary string, c []*view.Card, p view.Pager) *view.List {
		return &view.List{Frame: frame(column), Crumbs: crumbs(column, title), Title: title, Summary: summary, Cards: c, Pager: p}
	}
	wall := list("posts", "县财政局", "", cards("post", 3), pager(1, 1))
	wall.Filters = []view.Filter{{URL: "../index.html"}, {Title: "财政局", URL: "index.html", Current: true}}
	wall.Desk, wall.Plates = "cards.html", "plates.html"
	sheet := &view.Sheet{Frame: frame("posts"), Crumbs: crumbs("posts", "县财政局"), Agency: view.Link{Title: "县财政局", URL: "../../caizheng/index.html"}, Wall: "index.html", Other: "other.html", Posts: cards("post", 3)}
	agency := &view.Agency{Frame: frame("agencies"), Crumbs: crumbs("agencies", "县财政局"), Title: "县财政局", Short: "财政局", Group: "政府部门", Summary: "管好钱袋子，当好服务员。",
		Body: "<p>局机关党委下设三个党支部，党员六十二名。</p>", Stage: stageNames[1], Stages: steps(1), Since: 20260105, Named: 20251201, Percent: 60, Next: view.Item{Name: "自查", Due: 20260430}, Latest: view.Link{Title: "自查整改清单完成过半", URL: "p.html"}, Date: 20260301, Branches: branchLines(5), Cards: mixed(9), Pager: pager(1, 3)}
	branch := &view.Branch{Frame: frame("agencies"), Crumbs: crumbs("agencies", "预算股党支部"), Agency: view.Link{Title: "县财政局", URL: "../index.html"}, Title: "预算股党支部", Summary: "十二名党员，平均年龄三十六岁。",
		Body: "<p>支部成立以来坚持每月一课。</p>", Stars: 4, RatedOn: 20251220, Brand: "初心课堂", Motto: "把账算清，把路走正", Secretary: "陈某某", Members: 12, Founded: 20190701, Cards: mixed(5), Pager: pager(1, 1)}
	sectionPages := []view.SectionLine{{Title: "怎样写一篇特色做法", URL: "a.html", Summary: "从一件事写起。"}, {Title: "图片怎样放进稿子", URL: "b.html"}}
	empty := view.Pager{Page: 1, Pages: 1}
	return map[string]any{
		"home": home(), "home-empty": &view.Home{Frame: frame(""), Title: "首页"},
		"agencies": &view.Agencies{Frame: frame("agencies"), Crumbs: crumbs("home", "单位"), Total: len(lines), Groups: []view.AgencyGroup{{Name: "党委机关", Agencies: lines[7:]}, {Name: "政府部门", Agencies: lines[:5]}, {Agencies: lines[5:7]}}, Letters: letters},
		"agency":   agency, "agency-empty": &view.Agency{Frame: frame("agencies"), Crumbs: crumbs("agencies", "县档案馆"), Title: "县档案馆", Pager: empty},
		"branch": branch, "branch-empty": &view.Branch{Frame: frame("agencies"), Crumbs: crumbs("agencies", "第一党支部"), Title: "第一党支部", Agency: view.Link{Title: "县档案馆", URL: "../index.html"}, Pager: empty},
		"article-practice": article("practice"), "article-progress": article("progress"), "article-post": article("post"),
		"article-page": &view.Article{Frame: frame("help"), Crumbs: crumbs("help", "关于本站"), Kind: "page", Title: "关于本站", Body: "<p>说明。</p>", Held: "draft"},
		"practices":    list("practices", "", "", cards("practice", 12), pager(3, 9)), "practices-empty": list("practices", "", "", nil, empty),
		"posts-agency": wall, "cards": sheet, "plates": sheet,
		"posts": list("posts", "", "", cards("post", 9), pager(1, 2)), "topic": list("themes", "理论武装", "党的创新理论怎么学进去、讲出来。", mixed(20), pager(1, 4)),
		"year": list("archive", "2026 年", "", mixed(20), pager(2, 2)), "progress": board(), "themes": &view.Topics{Frame: frame("themes"), Crumbs: crumbs("home", "主题"), Topics: topicLines()},
		"matrix": matrix(), "search": &view.Search{Frame: frame(""), Crumbs: crumbs("home", "搜索")}, "stars": &view.Stars{Frame: frame("stars"), Crumbs: crumbs("home", "星级支部"), Total: 9, Groups: []view.StarGroup{{Stars: 5, Branches: branchLines(5)}, {Stars: 4, Branches: branchLines(4)}, {Stars: 3, Branches: branchLines(3)}}},
		"archive": &view.Archive{Frame: frame("archive"), Crumbs: crumbs("home", "归档"), Years: []view.Year{{Year: 2026, URL: "2026.html", Count: 41}, {Year: 2025, URL: "2025.html", Count: 20}, {URL: "0.html", Count: 1}}},
		"section": &view.Section{Frame: frame("help"), Crumbs: crumbs("home", "写稿指南"), Title: "写稿指南", Summary: "给支部党务干部的手册。", Body: "<p>先看第一篇。</p>", Pages: sectionPages},
		"alias":   &view.Alias{Frame: frame(""), Title: "“一月一课”让年轻干部上讲台", URL: "../caizheng/b01/p.html"},
		"404":     &view.NotFound{Lang: "zh-CN", Title: "清河县机关党建特色做法", Home: "https://www.example.gov.cn/dj/index.html"}, "404-bare": &view.NotFound{Lang: "zh-CN", Title: "清河县机关党建特色做法"},
	}
}
