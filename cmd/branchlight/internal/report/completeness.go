package report

import (
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/site"
)

// gap is something that a record lacks: where, and what.
type gap struct {
	pos   diag.Pos
	key   string // of the front matter; empty where the text lacks it
	what  diag.Text
	stale bool
}

// item is one thing that is required of every agency.
type item struct {
	name  diag.Text
	check func(c *collector, a *agency) (have, want int, gaps []gap)
}

// items are what a complete set of records has, in the order of the matrix.
var items = []item{
	{diag.Text{Zh: "单位介绍", En: "agency page"}, func(c *collector, a *agency) (int, int, []gap) {
		return tally(requireKeys(a.Page, a.index(), "title", "order"))
	}},
	{diag.Text{Zh: "创建阶段", En: "stage"}, func(c *collector, a *agency) (int, int, []gap) {
		if len(c.Config.Stages) == 0 {
			return 0, 0, nil
		}
		return tally(requireKeys(a.Page, a.index(), "stage", "since"))
	}},
	{diag.Text{Zh: "支部介绍", En: "branch pages"}, branches("title", "secretary", "members")},
	{diag.Text{Zh: "支部星级", En: "stars"}, branches("stars", "rated_on")},
	{diag.Text{Zh: "特色做法", En: "practices"}, current(front.Practice, "特色做法", "practice")},
	{diag.Text{Zh: "创建进展", En: "progress"}, current(front.Progress, "创建进展", "progress report")},
	{diag.Text{Zh: "先锋岗", En: "posts"}, present(front.Post, "党员先锋岗", "pioneer post")},
	{diag.Text{Zh: "署名日期", En: "date, author, source"}, everyPage("date", "author", "source")},
	{diag.Text{Zh: "主题摘要", En: "themes, summary"}, practices("themes", "summary")},
	{diag.Text{Zh: "规定小标题", En: "sections"}, sections},
}

// completeness makes the matrix of agencies and items, and the list of what is
// missing.
func (c *collector) completeness() {
	matrix := Table{ID: "matrix", Matrix: true,
		Title: diag.Text{Zh: "单位与必备项对照", En: "Agencies and required items"},
		Note: diag.Textf("有：齐全；缺n：缺 n 处；全缺：一处也没有；旧：最近一次更新超过 %d 天。每一处缺的、旧的都列在下表。",
			"have: complete; n gaps: so many; none: nothing is there; stale: not updated for %d days. The table below lists every gap and what is stale.", c.Config.Check.ColumnDays),
		Head: heads("单位", "Agency"), None: diag.Textf("还没有单位。", "There are no agencies."),
	}
	gaps := Table{ID: "gaps", Title: diag.Text{Zh: "缺项和久未更新的明细", En: "What is missing or stale"},
		Head: heads("单位", "Agency", "项目", "Item", "缺什么", "What", "文首的键", "Key", "文件", "File"), None: diag.Textf("没有缺项，也没有久未更新的。", "Nothing is missing or stale.")}
	for _, it := range items {
		matrix.Head = append(matrix.Head, it.name)
	}
	matrix.Head = append(matrix.Head, diag.Text{Zh: "缺和旧", En: "gaps, stale"})
	total, stale := 0, 0
	for _, a := range c.rows {
		row := []Cell{a.name()}
		own := 0
		for _, it := range items {
			have, want, found := it.check(c, a)
			row = append(row, verdict(have, want, found))
			for _, g := range found {
				if own++; g.stale {
					stale++
				}
				state := Missing
				if g.stale {
					state = Stale
				}
				place := text(g.pos.String()).at(g.pos)
				gaps.Rows = append(gaps.Rows, []Cell{a.name(), {Text: it.name}, Cell{Text: g.what}.in(state).wide(), text(g.key), place})
			}
		}
		total += own
		matrix.Rows = append(matrix.Rows, append(row, count(own)))
	}
	c.figure("缺项", "gaps", total-stale, Missing, "completeness")
	c.section("completeness", "台账完整情况", "Completeness", matrix, gaps)
}

// verdict is the cell of an item.
func verdict(have, want int, gaps []gap) Cell {
	var cell Cell
	switch {
	case want == 0:
		cell = words("—", "-").in(Blank)
	case slices.ContainsFunc(gaps, func(g gap) bool { return g.stale }):
		cell = words("旧", "stale").in(Stale)
	case have == 0:
		cell = words("全缺", "none").in(Missing)
	case have < want:
		cell = Cell{Text: diag.Textf("缺%d", "%d gaps", want-have)}.in(Part) // not 2/3, which Excel takes for a day
	default:
		cell = words("有", "have").in(Have)
	}
	if len(gaps) > 0 {
		cell = cell.at(gaps[0].pos)
	}
	return cell
}

// tally counts what is there of what must be.
func tally(want int, gaps []gap) (int, int, []gap) { return max(0, want-len(gaps)), want, gaps }

// requireKeys looks for keys in the front matter of a page that may not exist.
func requireKeys(p *site.Page, file string, keys ...string) (want int, gaps []gap) {
	if p == nil {
		return 1, []gap{{pos: diag.Pos{File: file}, what: diag.Textf("没有介绍页，新建这个文件", "there is no such page; make the file")}}
	}
	for _, key := range keys {
		if !p.Matter.Has(key) {
			gaps = append(gaps, gap{pos: diag.Pos{File: p.Path, Line: 1}, key: key, what: keyName(key)})
		}
	}
	return len(keys), gaps
}

// keyName says what a key is.
func keyName(key string) diag.Text {
	for i := range front.Keys {
		if front.Keys[i].Name == key {
			d := front.Keys[i].Doc
			return diag.Text{Zh: "没有写" + d.Zh, En: "no " + d.En}
		}
	}
	return diag.Text{Zh: "没有写 " + key, En: "no " + key}
}

type checker = func(c *collector, a *agency) (int, int, []gap)

// branches looks for keys in the pages of all branches.
func branches(keys ...string) checker {
	return func(_ *collector, a *agency) (int, int, []gap) {
		want, all := 0, []gap(nil)
		for _, b := range a.Branches {
			n, gaps := requireKeys(b.Page, b.Folder+"/"+site.IndexFile, keys...)
			want, all = want+n, append(all, gaps...)
		}
		return tally(want, all)
	}
}

// present looks whether there is a page of a role.
func present(role front.Role, zh, en string) checker {
	return func(_ *collector, a *agency) (int, int, []gap) {
		if len(a.pages[role]) == 0 {
			return 0, 1, []gap{{pos: diag.Pos{File: a.index()}, what: diag.Text{Zh: "还没有一篇" + zh, En: "there is no " + en}}}
		}
		return 1, 1, nil
	}
}

// current looks whether there is a page of a role that is not too old.
func current(role front.Role, zh, en string) checker {
	there := present(role, zh, en)
	return func(c *collector, a *agency) (int, int, []gap) {
		have, want, gaps := there(c, a)
		if have == 0 {
			return have, want, gaps
		}
		p := a.latest(role)
		d := lastDay(p)
		if d.IsZero() {
			return 1, 1, []gap{{pos: p.Matter.Pos("date"), key: "date", stale: true,
				what: diag.Text{Zh: "没有日期，检查时算作没有更新", En: "an undated page counts as not updated"}}}
		}
		if n := days(d, c.Day); n > c.Config.Check.ColumnDays {
			return 1, 1, []gap{{pos: p.Matter.Pos("date"), key: "date", stale: true,
				what: diag.Textf("最近一篇%[1]s已经 %[3]d 天没有更新", "the last %[2]s is %[3]d days old", zh, en, n)}}
		}
		return have, want, nil
	}
}

// everyPage looks for keys in all pages of an agency.
func everyPage(keys ...string) checker {
	return func(_ *collector, a *agency) (int, int, []gap) { return pages(a.Pages, keys...) }
}

// practices looks for keys in its practices.
func practices(keys ...string) checker {
	return func(_ *collector, a *agency) (int, int, []gap) { return pages(a.pages[front.Practice], keys...) }
}

func pages(list []*site.Page, keys ...string) (int, int, []gap) {
	want, all := 0, []gap(nil)
	for _, p := range list {
		n, gaps := requireKeys(p, p.Path, keys...)
		want, all = want+n, append(all, gaps...)
	}
	return tally(want, all)
}

// sections looks for the headings that the settings ask for.
func sections(c *collector, a *agency) (int, int, []gap) {
	want, all := 0, []gap(nil)
	for _, p := range a.Pages {
		for _, wanted := range c.Config.Check.Sections[p.Matter.Kind] {
			want++
			found := false
			for i := range p.Doc.Headings {
				found = found || strings.Contains(p.Doc.Headings[i].Text, wanted)
			}
			if !found {
				all = append(all, gap{pos: diag.Pos{File: p.Path, Line: 1}, what: diag.Textf("没有小标题“%s”", "no heading %q", wanted)})
			}
		}
	}
	return tally(want, all)
}
