package check

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/site"
)

var ruleSections = &diag.Rule{
	ID: "section-missing", Severity: diag.Warning, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "每类页面有必写的小标题，特色做法默认是背景、做法、成效；小标题里含有这个词就算。site.toml 的 [check.sections] 可以改。",
		En: "Pages of a kind have headings that must be there, by default 背景, 做法, 成效 of a practice; a heading that holds the word will do. [check.sections] of site.toml changes that.",
	},
	Example: "## 背景\n\n……\n\n## 做法\n\n……（没有“成效”）",
}

var ruleSource = &diag.Rule{
	ID: "source-missing", Severity: diag.Hint, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "稿件要注明来源（source），检查时逐条看。",
		En: "An item names its source, which inspectors look for.",
	},
	Example: "+++\ntitle = \"一月一课\"\ndate = 2026-03-05\n+++（没有 source）",
}

var ruleAuthor = &diag.Rule{
	ID: "author-missing", Severity: diag.Hint, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "稿件要注明作者（author）或责任编辑（editor）。",
		En: "An item names its author or its editor.",
	},
	Example: "+++\ntitle = \"一月一课\"\nsource = \"县财政局\"\n+++（没有 author 和 editor）",
}

var ruleFuture = &diag.Rule{
	ID: "date-future", Severity: diag.Warning, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "日期写到了将来：发布日期超前 90 天以上的多半是年份写错；更新、评定、成立等日期不能晚于今天。伪造发布日期是一票否决项。",
		En: "A day is still to come: one of publication more than 90 days ahead is mostly a wrong year, and days of changes, ratings and foundings are never to come. Forged dates are a veto of inspections.",
	},
	Example: "date = 2062-03-05",
}

var ruleTitleLong = &diag.Rule{
	ID: "title-long", Severity: diag.Hint, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "标题太长，列表里显示不全。默认最多 40 个字，site.toml 的 [check] title_length 可以改。",
		En: "A title is too long for lists: by default at most 40 characters; title_length in [check] of site.toml changes that.",
	},
	Example: "title = \"关于我局机关党支部深入开展……的若干做法和成效情况的报告\"",
}

var ruleTitleTwice = &diag.Rule{
	ID: "title-repeated", Severity: diag.Hint, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "同一个单位有两篇标题一样的稿件，读者分不清：加上年份、地点或重点。",
		En: "Two pages of one agency have the same title, and readers cannot tell them apart: add the year, the place or the point.",
	},
	Example: "title = \"志愿服务日\"（同一支部已有一篇）",
}

// sections looks for the headings that a page of its kind must have.
func sections(a *Audited, p *site.Page) []diag.Finding {
	var missing []string
	for _, want := range a.Config.Check.Sections[p.Matter.Kind] {
		if !slices.ContainsFunc(p.Doc.Headings, func(h mark.Heading) bool { return strings.Contains(h.Text, want) }) {
			missing = append(missing, want)
		}
	}
	if len(missing) == 0 || p.Matter.Opaque {
		return nil
	}
	return []diag.Finding{ruleSections.At(p.Matter.Pos("kind"),
		diag.Textf("正文缺少小标题：%s", "headings are missing: %s", strings.Join(missing, "、")),
		diag.Textf("在正文里加上，例如：## %s", "add them to the text, such as: ## %s", missing[0]))}
}

// itemFacts looks for what an item says of itself besides its text.
func itemFacts(a *Audited, p *site.Page) (list []diag.Finding) {
	m := p.Matter
	if isArticle(p) && !m.Has("source") {
		list = append(list, ruleSource.At(m.Pos("source"),
			diag.Textf("没有写来源", "the source is not named"),
			diag.Textf("在文首加一行 source = \"单位或刊物名\"", "add source = \"...\" to the front matter")))
	}
	if isArticle(p) && !m.Has("author") && !m.Has("editor") {
		list = append(list, ruleAuthor.At(m.Pos("author"),
			diag.Textf("没有写作者，也没有写责任编辑", "neither author nor editor is named"),
			diag.Textf("在文首加一行 author = \"科室或姓名\"，或 editor = \"…\"", "add author = \"...\" or editor = \"...\" to the front matter")))
	}
	if n, most := utf8.RuneCountInString(m.Title), a.Config.Check.TitleLength; n > most {
		list = append(list, ruleTitleLong.At(m.Pos("title"),
			diag.Textf("标题有 %d 个字，超过 %d 个", "the title has %d characters, more than %d", n, most),
			diag.Textf("写短一些，细节放进 summary（摘要）", "shorten it, and put details into the summary")))
	}
	return append(list, daysToCome(a, p)...)
}

// farAhead is how many days ahead a page is dated whose year is doubted.
const farAhead = 90

func daysToCome(a *Audited, p *site.Page) (list []diag.Finding) {
	m := p.Matter
	report := func(key string, d day.Day, hint diag.Text) {
		list = append(list, ruleFuture.At(m.Pos(key), diag.Textf("%[1]s = %[2]s 还没有到", "%s = %s is still to come", key, d), hint))
	}
	if m.Date > a.Day && daysBetween(a.Day, m.Date) > farAhead {
		report("date", m.Date, diag.Textf("看看年份有没有写错；到那天之前这一页不会发布", "see whether the year is right; the page is not published before that day"))
	}
	for _, k := range []struct {
		key string
		day day.Day
	}{{"updated", m.Updated}, {"rated_on", m.RatedOn}, {"founded", m.Founded}, {"since", m.Since}, {"named", m.Named}} {
		if k.day > a.Day {
			report(k.key, k.day, diag.Textf("改成真实的日期", "write the true day"))
		}
	}
	for _, r := range m.Reviews {
		if r.Date > a.Day {
			list = append(list, ruleFuture.At(diag.Pos{File: p.Path, Line: r.Line},
				diag.Textf("%[1]s的日期 %[2]s 还没有到", "the day of %[1]s, %[2]s, is still to come", r.Role, r.Date), diag.Textf("按实际审签的日期重新签", "sign again on the true day")))
		}
	}
	return list
}

// daysBetween counts the days from one to another.
func daysBetween(from, to day.Day) int {
	return int(to.Time(utc).Sub(from.Time(utc)).Hours() / 24)
}

// titles finds titles that two pages of one agency share.
func titles(a *Audited) (list []diag.Finding) {
	type key struct {
		agency *site.Agency
		title  string
	}
	first := make(map[key]*site.Page, len(a.Site.Pages)+len(a.Plain))
	for _, p := range a.Published() {
		if !isArticle(p) && p.Section == nil {
			continue
		}
		k := key{p.Agency, plainTitle(p.Title)}
		if k.title == "" {
			continue
		}
		q := first[k]
		if q == nil {
			first[k] = p
			continue
		}
		list = append(list, ruleTitleTwice.At(p.Matter.Pos("title"),
			diag.Textf("标题和 %s 一样", "the title is that of %s", q.Path),
			diag.Textf("加上年份、地点或重点，让人分得清", "add the year, the place or the point")))
	}
	return list
}

// plainTitle gives a title without what does not tell it from others.
func plainTitle(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsPunct(r) {
			return -1
		}
		return r
	}, route.Fold(s))
}

var ruleColumnEmpty = &diag.Rule{
	ID: "column-empty", Severity: diag.Hint, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "栏目是空的：5 个以上空栏目或长期不更新的栏目，检查时一票否决。没有内容的先不设。",
		En: "A column has no page. Five or more columns that are empty or stale are a veto of inspections: do without those that have nothing.",
	},
	Example: "[[topic]]\nname = \"廉洁文化\"（没有一篇稿件）",
}

// emptyColumns finds lists that have nothing to list.
func emptyColumns(a *Audited) (list []diag.Finding) {
	report := func(pos diag.Pos, what diag.Text) {
		list = append(list, ruleColumnEmpty.At(pos,
			diag.Textf("%[1]s还没有一篇稿件", "%[2]s has no page yet", what.Zh, what.En),
			diag.Textf("补上稿件；暂时没有就先不设这个栏目", "add pages, or leave the column out for now")))
	}
	for _, c := range columnsOf(a) {
		if len(c.pages) == 0 {
			report(c.pos, c.name)
		}
	}
	for _, t := range a.Topics {
		if len(t.Pages) == 0 {
			report(t.Pos, diag.Textf("主题“%s”", "the theme %q", t.Name))
		}
	}
	for _, g := range a.Agencies {
		if len(g.Pages) == 0 {
			report(folderPos(g.Page, g.Folder), diag.Textf("单位“%s”", "the agency %q", g.Title))
		}
		for _, b := range g.Branches {
			if len(b.Pages) == 0 && len(g.Pages) > 0 {
				report(folderPos(b.Page, b.Folder), diag.Textf("党支部“%s”", "the branch %q", b.Title))
			}
		}
	}
	return list
}

// folderPos is where a folder's own page stands, or would.
func folderPos(p *site.Page, folder string) diag.Pos {
	if p != nil {
		return diag.Pos{File: p.Path}
	}
	return diag.Pos{File: fmt.Sprintf("%s/%s", folder, site.IndexFile)}
}
