package report

import (
	"cmp"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/check"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/site"
)

// nearDuplicates makes the list of pages of which much stands in an earlier one.
func (c *collector) nearDuplicates() {
	t := Table{ID: "copies", Title: diag.Text{Zh: "与先发布的稿件相近的稿件", En: "Pages of which much stands in an earlier one"},
		Note: diag.Textf("换了单位名、日期、数字和个别字的也算。供审稿人对照判断：可能是借鉴，可能是共用的范本；声明了 copies_from 的不列。",
			"Names of agencies, days, numbers and single characters aside. For the reviewer to judge; pages that declare their source with copies_from are not listed."),
		Head: heads("相近", "Share", "本页", "Page", "单位", "Agency", "日期", "Date", "先发布的", "Earlier page", "单位", "Agency", "日期", "Date", "本页的段落", "Passage here", "那页的段落", "Passage there"),
		None: diag.Textf("没有发现。", "None were found.")}
	list := slices.Clone(c.copies)
	slices.SortStableFunc(list, func(x, y check.Copy) int { return cmp.Compare(y.Percent, x.Percent) })
	for _, k := range list {
		from := []Cell{text(k.Reference).at(diag.Pos{File: k.Reference}).wide(), words("参考文稿", "reference"), text("")}
		if k.From != nil {
			from = []Cell{text(k.From.Title).at(k.Passages[0].There.At).wide(), agencyOf(k.From), text(k.From.Matter.Date.String())}
		}
		row := []Cell{{Number: k.Percent, IsNumber: true, Text: diag.Textf("%d%%", "%d%%", k.Percent)},
			text(k.Page.Title).at(k.Passages[0].Here.At).wide(), agencyOf(k.Page), text(k.Page.Matter.Date.String())}
		row = append(row, from...)
		t.Rows = append(t.Rows, append(row, passage(k.Passages[0].Here), passage(k.Passages[0].There)))
	}
	c.figure("内容相近的稿件", "near-duplicates", len(list), Part, "copies")
	c.section("copies", "内容相近的稿件", "Near-duplicates", t)
}

// passage is the cell of one side of a passage.
func passage(p check.Side) Cell {
	const most = 160
	s := check.Masked(strings.Join(strings.Fields(p.Text), " "))
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return text(s).at(p.At).wide()
}

// monthsShown are the months of the table of submissions.
const monthsShown = 12

// submissions makes the table of pages by agency and month.
func (c *collector) submissions() {
	t := Table{ID: "submissions", Matrix: true, Title: diag.Text{Zh: "各单位每月报送篇数", En: "Pages by agency and month"},
		Note: diag.Textf("按发布日期计，包括已过期撤下的，不包括草稿。", "By the date of the pages; those that have expired count, drafts do not."),
		Head: heads("单位", "Agency"), None: diag.Textf("还没有单位。", "There are no agencies.")}
	first := c.month - monthsShown + 1
	for m := first; m <= c.month; m++ {
		t.Head = append(t.Head, diag.Text{Zh: m.String(), En: m.String()})
	}
	t.Head = append(t.Head, heads("合计", "total")...)
	counts := map[string]*[monthsShown]int{}
	for _, a := range c.rows {
		counts[a.Folder] = new([monthsShown]int)
	}
	tally := func(p *site.Page) {
		if p.Matter.Date.IsZero() || p.Agency == nil {
			return
		}
		i := MonthOf(p.Matter.Date) - first
		if n := counts[p.Agency.Folder]; n != nil && i >= 0 && i < monthsShown {
			n[i]++
		}
	}
	for _, p := range c.Pages {
		tally(p)
	}
	for _, p := range c.Held {
		if p.Status == site.Expired && !isIndex(p) {
			tally(p)
		}
	}
	var total [monthsShown]int
	silent := 0
	for _, a := range c.rows {
		row, sum := []Cell{a.name()}, 0
		for i, n := range counts[a.Folder] {
			row = append(row, count(n))
			sum += n
			total[i] += n
		}
		if counts[a.Folder][monthsShown-1] == 0 {
			silent++
		}
		last := count(sum)
		if sum == 0 {
			last.State = Missing
		}
		t.Rows = append(t.Rows, append(row, last))
	}
	if len(c.rows) > 0 {
		row, sum := []Cell{words("合计", "total")}, 0
		for _, n := range total {
			row = append(row, count(n))
			sum += n
		}
		t.Rows = append(t.Rows, append(row, count(sum)))
	}
	c.figure("本月报送篇数", "pages of the month", total[monthsShown-1], Plain, "submissions")
	c.figure("本月没有报送的单位", "agencies without a page this month", silent, Missing, "submissions")
	c.section("submissions", "报送情况", "Submissions", t)
}

func isIndex(p *site.Page) bool { return strings.HasSuffix(p.Path, "/"+site.IndexFile) }

// changes makes the lists of what the month brought.
func (c *collector) changes() {
	in := func(p *site.Page) (string, string, bool) {
		m := p.Matter
		switch {
		case !m.Date.IsZero() && MonthOf(m.Date) == c.month:
			return "新发布", "new", true
		case !m.Updated.IsZero() && MonthOf(m.Updated) == c.month:
			return "有更新", "changed", true
		case p.Status == site.Expired && MonthOf(m.Expires) == c.month:
			return "已到期", "expired", true
		}
		return "", "", false
	}
	t := Table{ID: "changes", Title: diag.Text{Zh: c.month.Text().Zh + "的变化", En: "Changes of " + c.month.String()},
		Head: heads("日期", "Date", "变化", "Change", "单位", "Agency", "类型", "Kind", "标题", "Title", "文件", "File"), None: diag.Textf("这个月没有变化。", "Nothing changed in the month.")}
	type change struct {
		day  string
		path string
		row  []Cell
	}
	var list []change
	for _, p := range slices.Concat(c.Pages, c.Held) {
		zh, en, ok := in(p)
		if !ok || p.Agency == nil || isIndex(p) || p.Status == site.Draft || p.Status == site.Bad {
			continue
		}
		d := p.Matter.Date
		switch en {
		case "changed":
			d = p.Matter.Updated
		case "expired":
			d = p.Matter.Expires
		}
		if p.Status == site.Future {
			zh, en = "待发布", "to come"
		}
		list = append(list, change{d.String(), p.Path, []Cell{text(d.String()), words(zh, en), agencyOf(p), kindOf(p), text(p.Title).wide(), fileOf(p)}})
	}
	slices.SortFunc(list, func(x, y change) int { return cmp.Or(cmp.Compare(x.day, y.day), cmp.Compare(x.path, y.path)) })
	for _, k := range list {
		t.Rows = append(t.Rows, k.row)
	}
	c.section("changes", "本月变化", "This month", t)
}

// kindOf is the cell of a page's kind.
func kindOf(p *site.Page) Cell {
	switch p.Role {
	case front.Practice:
		return words("特色做法", "practice")
	case front.Progress:
		return words("创建进展", "progress")
	case front.Post:
		return words("先锋岗", "post")
	}
	return text("")
}
