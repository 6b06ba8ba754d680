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

// freshness makes the table of when each agency was updated last, the stalest
// first.
func (c *collector) freshness() {
	limit := c.Config.Check.ColumnDays
	t := Table{ID: "freshness", Title: diag.Text{Zh: "各单位最近更新", En: "Last changes by agency"},
		Note: diag.Textf("天数从最近一次发布或更新算起，到 %[1]s 为止；超过 %[2]d 天为旧。", "Days since the last page or change, up to %[1]s; more than %[2]d are stale.", c.Day, limit),
		Head: heads("单位", "Agency", "最近更新", "Last", "天数", "Days", "特色做法", "Practices", "创建进展", "Progress", "先锋岗", "Posts", "最近的稿件", "Latest page"), None: diag.Textf("还没有单位。", "There are no agencies.")}
	type row struct {
		cells []Cell
		days  int
	}
	var rows []row
	stale := 0
	for _, a := range c.rows {
		r := row{days: 1 << 30}
		cells := []Cell{a.name()}
		p := a.latest()
		switch {
		case p == nil:
			cells = append(cells, words("没有稿件", "no page").in(Missing), text("").in(Missing))
			stale++
		case lastDay(p).IsZero():
			cells = append(cells, words("没有日期", "no date").in(Missing), text("").in(Missing))
			stale++
		default:
			r.days = days(lastDay(p), c.Day)
			state := Have
			if r.days > limit {
				state = Stale
				stale++
			}
			cells = append(cells, text(lastDay(p).String()).in(state), number(r.days).in(state))
		}
		for _, role := range []front.Role{front.Practice, front.Progress, front.Post} {
			cells = append(cells, c.dayOf(a.latest(role)))
		}
		if p != nil {
			cells = append(cells, text(p.Title).at(diag.Pos{File: p.Path}).wide())
		} else {
			cells = append(cells, text(""))
		}
		r.cells = cells
		rows = append(rows, r)
	}
	slices.SortStableFunc(rows, func(x, y row) int { return cmp.Compare(y.days, x.days) })
	for _, r := range rows {
		t.Rows = append(t.Rows, r.cells)
	}
	c.figure("久未更新的单位", "stale agencies", stale, Stale, "freshness")
	c.section("freshness", "更新情况", "Freshness", t)
}

// dayOf is the cell of a page's last day.
func (c *collector) dayOf(p *site.Page) Cell {
	if p == nil {
		return words("—", "-").in(Blank)
	}
	d := lastDay(p)
	if d.IsZero() {
		return words("没有日期", "no date").in(Missing)
	}
	state := Plain
	if days(d, c.Day) > c.Config.Check.ColumnDays {
		state = Stale
	}
	return text(d.String()).in(state)
}

// stages makes the board of model-agency work, and the list of what is overdue.
func (c *collector) stages() {
	board := Table{ID: "board", Title: diag.Text{Zh: "创建阶段一览", En: "Stages"},
		Head: heads("单位", "Agency", "阶段", "Stage", "进入日期", "Since", "完成", "Done", "时限", "Due", "逾期天数", "Days late", "未完成的任务", "Open tasks", "最近进展", "Latest report"), None: diag.Textf("还没有单位。", "There are no agencies.")}
	overdue := Table{ID: "overdue", Title: diag.Text{Zh: "逾期事项", En: "Overdue"},
		Head: heads("单位", "Agency", "事项", "Item", "时限", "Due", "逾期天数", "Days late", "文件", "File"), None: diag.Textf("没有逾期的事项。", "Nothing is overdue.")}
	names := map[*site.Agency]Cell{}
	late := map[*site.Page]int{} // days, of the stage
	lates := check.Overdue(c.Site)
	for _, l := range lates {
		if l.Key == "due" {
			late[l.Page] = l.Days
		}
	}
	for _, a := range c.rows {
		names[a.Agency] = a.name()
		var p *site.Page // the newest report; an older one that was corrected since says no more where the agency stands
		if list := a.pages[front.Progress]; len(list) > 0 {
			p = list[0]
		}
		stage, since := words("未定", "none").in(Missing), text("")
		if a.Page != nil && a.Page.Matter.Stage != "" {
			stage = text(a.Page.Matter.Stage)
			since = text(a.Page.Matter.Since.String())
			if !a.Page.Matter.Named.IsZero() {
				stage.State, since = Have, text(a.Page.Matter.Named.String())
			}
		} else if p != nil && p.Matter.Stage != "" {
			stage = text(p.Matter.Stage)
		}
		row := []Cell{a.name(), stage, since}
		if p == nil {
			board.Rows = append(board.Rows, append(row, text(""), text(""), text(""), text(""), words("没有进展稿件", "no report").in(Missing)))
			continue
		}
		m := p.Matter
		percent, due, overdueDays := text(""), text(""), text("")
		if m.Percent >= 0 {
			percent = Cell{Number: m.Percent, IsNumber: true, Text: diag.Textf("%d%%", "%d%%", m.Percent)}
		}
		if !m.Due.IsZero() {
			due = text(m.Due.String())
			if n := late[p]; n > 0 {
				due.State, overdueDays = Late, number(n).in(Late)
			}
		}
		var open []string
		for _, it := range m.Items {
			if it.Done {
				continue
			}
			open = append(open, it.Name)
		}
		board.Rows = append(board.Rows, append(row, percent, due, overdueDays,
			words(strings.Join(open, "；"), strings.Join(open, "; ")).wide(), text(lastDay(p).String()).at(diag.Pos{File: p.Path})))
	}
	slices.SortStableFunc(lates, func(x, y check.Late) int { return cmp.Compare(y.Days, x.Days) })
	for _, l := range lates {
		what := diag.Text{Zh: l.Item, En: l.Item}
		if l.Key == "due" {
			what = diag.Textf("%s（%s）", "%s (%s)", l.Page.Title, cmp.Or(l.Page.Matter.Stage, "—"))
		}
		pos := l.Page.Matter.Pos(l.Key)
		overdue.Rows = append(overdue.Rows, []Cell{names[l.Page.Agency], Cell{Text: what}.wide(), text(l.Due.String()).in(Late), number(l.Days).in(Late), text(pos.String()).at(pos)})
	}
	c.figure("逾期事项", "overdue", len(lates), Late, "stages")
	c.section("stages", "模范机关创建", "Model-agency work", board, overdue)
}
