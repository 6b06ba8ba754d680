package check

import (
	"slices"
	"time"

	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/site"
)

var utc = time.UTC

var ruleStaleHome = &diag.Rule{
	ID: "home-stale", Severity: diag.Warning, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "首页 14 天没有更新，检查时一票否决。site.toml 的 [check] home_days 可以改。",
		En: "The home page was not brought up to date for 14 days, which is a veto of inspections; home_days in [check] of site.toml changes that.",
	},
	Example: "最新的一篇是三周以前的",
}

var ruleStaleColumn = &diag.Rule{
	ID: "column-stale", Severity: diag.Warning, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "栏目长期没有更新：动态类 14 天，其他 6 个月。没有日期的稿件算没有更新。site.toml 的 [check] news、news_days、column_days 可以改。",
		En: "A column was not brought up to date for long: 14 days of news, 6 months of others. A page without a date does not count. news, news_days and column_days in [check] of site.toml change that.",
	},
	Example: "先锋岗栏目最新的一篇是去年的",
}

var ruleOverdue = &diag.Rule{
	ID: "stage-overdue", Severity: diag.Warning, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "模范机关创建到期没有完成：最新一篇进展的 due 或某项任务的 due 已过。完成了就更新 stage、percent 或 done，没完成就写新的期限和原因。",
		En: "Model-agency work is overdue: the due day of the latest progress report, or of a task in it, is past. Bring stage, percent or done up to date, or give a new day and the reason.",
	},
	Example: "due = 2026-03-31\npercent = 60（今天已是 2026-06-01）",
}

// column is a list of the site that readers expect to be kept up to date.
type column struct {
	name  diag.Text
	pos   diag.Pos
	pages []*site.Page
	lines int // days that it may stand as it is; 0: it need not change
}

// columnsOf gives the lists by kind, and the folders of plain pages.
func columnsOf(a *Audited) (list []column) {
	k := &a.Config.Check
	home := diag.Pos{File: site.Content + "/" + site.IndexFile}
	for _, kind := range []struct {
		role front.Role
		name diag.Text
	}{
		{front.Practice, diag.Textf("栏目“特色做法”", "the column of practices")},
		{front.Progress, diag.Textf("栏目“创建进展”", "the column of progress reports")},
		{front.Post, diag.Textf("栏目“党员先锋岗”", "the column of pioneer posts")},
	} {
		c := column{name: kind.name, pos: home, lines: k.ColumnDays}
		for _, p := range a.Site.Pages {
			if p.Role == kind.role {
				c.pages = append(c.pages, p)
			}
		}
		list = append(list, c)
	}
	for _, s := range a.Sections {
		c := column{name: diag.Textf("栏目“%s”", "the column %q", s.Title), pos: folderPos(s.Page, s.Folder), pages: s.Pages}
		switch {
		case slices.Contains(k.News, s.Folder):
			c.lines = k.NewsDays
		case slices.ContainsFunc(s.Pages, func(p *site.Page) bool { return !newest(p).IsZero() }):
			c.lines = k.ColumnDays
		}
		list = append(list, c)
	}
	return list
}

// newest gives the later of the days of a page.
func newest(p *site.Page) day.Day { return max(p.Matter.Date, p.Matter.Updated) }

// latest gives the latest day of pages that is not to come.
func latest(today day.Day, pages []*site.Page) (d day.Day) {
	for _, p := range pages {
		if n := newest(p); n <= today {
			d = max(d, n)
		}
	}
	return d
}

// freshness compares the latest days of the home page and of columns with their
// lines (国办秘函〔2019〕19号).
func freshness(a *Audited) (list []diag.Finding) {
	k := &a.Config.Check
	home := diag.Pos{File: site.Content + "/" + site.IndexFile}
	if d := max(latest(a.Day, a.Site.Pages), latest(a.Day, a.Plain)); d.IsZero() || daysBetween(d, a.Day) > k.HomeDays {
		message := diag.Textf("首页上没有一篇有日期的稿件", "no page of the site has a date")
		if !d.IsZero() {
			message = diag.Textf("首页已有 %d 天没有更新（最新一篇是 %s）", "the home page was not brought up to date for %d days (the latest page is of %s)", daysBetween(d, a.Day), d)
		}
		list = append(list, ruleStaleHome.At(home, message, diag.Textf("发布新稿件；期限是 %d 天", "publish something new; the line is %d days", k.HomeDays)))
	}
	for _, c := range columnsOf(a) {
		if c.lines == 0 || len(c.pages) == 0 {
			continue
		}
		d := latest(a.Day, c.pages)
		if !d.IsZero() && daysBetween(d, a.Day) <= c.lines {
			continue
		}
		message := diag.Textf("%[1]s里没有一篇稿件有日期，算作没有更新", "in %[2]s no page has a date, and that counts as not brought up to date", c.name.Zh, c.name.En)
		if !d.IsZero() {
			message = diag.Textf("%[1]s已有 %[3]d 天没有更新（最新一篇是 %[4]s）", "%[2]s was not brought up to date for %[3]d days (the latest page is of %[4]s)", c.name.Zh, c.name.En, daysBetween(d, a.Day), d)
		}
		list = append(list, ruleStaleColumn.At(c.pos, message, diag.Textf("发布新稿件；期限是 %d 天", "publish something new; the line is %d days", c.lines)))
	}
	return list
}

// Late is what is past its day in the latest progress report of an agency or a
// branch.
type Late struct {
	Page *site.Page
	Key  string // of the front matter: "due" of the stage, or "items"
	Item string // the task; empty for the stage
	Due  day.Day
	Days int // past its day
}

// Overdue gives all that is late, in the order of the pages.
func Overdue(s *site.Site) (list []Late) {
	stages := s.Config.Stages
	seen := map[any]bool{}
	for _, p := range s.Pages { // newest first
		var whose any = p.Agency
		if p.Branch != nil {
			whose = p.Branch
		}
		if p.Role != front.Progress || seen[whose] {
			continue
		}
		seen[whose] = true
		add := func(key, item string, due day.Day) {
			if !due.IsZero() && due < s.Day {
				list = append(list, Late{p, key, item, due, daysBetween(due, s.Day)})
			}
		}
		m := p.Matter
		if m.Percent != 100 && (len(stages) == 0 || m.Stage != stages[len(stages)-1]) {
			add("due", "", m.Due)
		}
		for i := range m.Items {
			if !m.Items[i].Done {
				add("items", m.Items[i].Name, m.Items[i].Due)
			}
		}
	}
	return list
}

// overdue reports what is late.
func overdue(a *Audited) (list []diag.Finding) {
	for _, l := range Overdue(a.Site) {
		what := diag.Textf("这一阶段", "the stage")
		if l.Key == "items" {
			what = diag.Textf("任务“%s”", "the task %q", l.Item)
		}
		list = append(list, ruleOverdue.At(l.Page.Matter.Pos(l.Key),
			diag.Textf("%[1]s到期 %[3]d 天还没有完成（期限 %[4]s）", "%[2]s is overdue by %[3]d days (due %[4]s)", what.Zh, what.En, l.Days, l.Due),
			diag.Textf("完成了就更新 stage、percent 或 done；没完成就写明新的期限和原因", "bring stage, percent or done up to date, or give a new day and the reason")))
	}
	return list
}

// eachPage makes a rule over the site of one over each of its published pages.
func eachPage(rule func(*Audited, *site.Page) []diag.Finding) func(*Audited) []diag.Finding {
	return func(a *Audited) (list []diag.Finding) {
		for _, p := range a.Pages {
			list = append(list, rule(a, p)...)
		}
		return list
	}
}
