package report

import (
	"cmp"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/site"
)

// themes makes the table of agencies and themes, and the list of what is blank.
func (c *collector) themes() {
	mix := Table{ID: "themes", Matrix: true, Title: diag.Text{Zh: "单位与主题对照（篇数）", En: "Agencies and themes (pages)"},
		Note: diag.Textf("一篇有几个主题，就在每个主题里各算一次。", "A page of several themes counts for each of them."),
		Head: heads("单位", "Agency"), None: diag.Textf("还没有单位。", "There are no agencies.")}
	for _, t := range c.Topics {
		mix.Head = append(mix.Head, diag.Text{Zh: t.Name, En: t.Name})
	}
	mix.Head = append(mix.Head, heads("篇数", "pages", "空白主题", "blank themes")...)
	blanks := Table{ID: "blanks", Title: diag.Text{Zh: "空白主题", En: "Blank themes"},
		Head: heads("单位", "Agency", "个数", "Number", "还没有写过的主题", "Themes without a page"), None: diag.Textf("每个单位都写过全部主题。", "Every agency has pages of every theme.")}
	for _, a := range c.rows {
		row := []Cell{a.name()}
		var missing []string
		for i, n := range a.topics {
			row = append(row, count(n))
			if n == 0 {
				missing = append(missing, c.Topics[i].Name)
			}
		}
		mix.Rows = append(mix.Rows, append(row, count(len(a.Pages)), count(len(missing))))
		if len(missing) > 0 {
			blanks.Rows = append(blanks.Rows, []Cell{a.name(), number(len(missing)), words(strings.Join(missing, "、"), strings.Join(missing, ", ")).wide()})
		}
	}
	c.section("themes", "主题分布", "Themes", mix, blanks)
}

// What is rare in the county: a theme of so few agencies, or that of the fewest
// where these are no more than half; its newest pages are shown.
const (
	rareAgencies = 2
	rarePages    = 20
)

// rare makes the list of themes that few agencies write of, and of their pages.
func (c *collector) rare() {
	topics := Table{ID: "rarity", Title: diag.Text{Zh: "主题由少到多", En: "Themes, the rarest first"},
		Head: heads("主题", "Theme", "写过的单位", "Agencies", "篇数", "Pages", "最近一篇", "Latest"), None: diag.Textf("site.toml 里没有主题。", "site.toml has no themes.")}
	pages := Table{ID: "rare", Title: diag.Text{Zh: "县里少见的做法", En: "What is rare in the county"},
		Note: diag.Textf("主题很少有单位写的稿件：值得看看，值得推广。", "Pages whose theme few agencies write of: worth a look."),
		Head: heads("主题", "Theme", "单位", "Agency", "标题", "Title", "日期", "Date", "文件", "File"), None: diag.Textf("没有。", "There are none.")}
	type rarity struct {
		topic    *site.Topic
		agencies int
	}
	var list []rarity
	for i, t := range c.Topics {
		n := 0
		for _, a := range c.rows {
			if a.topics[i] > 0 {
				n++
			}
		}
		list = append(list, rarity{t, n})
	}
	slices.SortStableFunc(list, func(x, y rarity) int {
		return cmp.Or(cmp.Compare(x.agencies, y.agencies), cmp.Compare(len(x.topic.Pages), len(y.topic.Pages)))
	})
	least := 0 // agencies of the rarest theme that there are pages of
	for _, r := range list {
		if least == 0 {
			least = r.agencies
		}
		latest := text("").in(Blank)
		if len(r.topic.Pages) > 0 {
			latest = text(r.topic.Pages[0].Matter.Date.String())
		}
		agencies := count(r.agencies)
		if r.agencies == 0 {
			agencies.State = Missing
		}
		topics.Rows = append(topics.Rows, []Cell{text(r.topic.Name), agencies, count(len(r.topic.Pages)), latest})
		if r.agencies > max(rareAgencies, least) || r.agencies > rareAgencies && r.agencies*2 > len(c.rows) {
			continue
		}
		for _, p := range r.topic.Pages[:min(len(r.topic.Pages), rarePages)] {
			if p.Agency != nil {
				pages.Rows = append(pages.Rows, []Cell{text(r.topic.Name), agencyOf(p), text(p.Title).wide(), text(p.Matter.Date.String()), fileOf(p)})
			}
		}
	}
	c.section("rare", "少见的主题", "What is rare", topics, pages)
}

// agencyOf is the cell of a page's agency.
func agencyOf(p *site.Page) Cell {
	if p.Agency == nil {
		return text("")
	}
	return text(cmp.Or(p.Agency.Short, p.Agency.Title))
}

// fileOf is the cell of a page's file.
func fileOf(p *site.Page) Cell { return text(p.Path).at(diag.Pos{File: p.Path}) }
