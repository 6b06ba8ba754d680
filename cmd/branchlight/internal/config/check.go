package config

import (
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/toml"
)

// This file reads what a site says of its checks:
//
//	[check]
//	terms         path                 the county's list of words, TOML, in content/ or layouts/
//	title_length  5 to 200             characters of the longest title; default 40
//	home_days     1 to 3650            days until the home page counts as stale; default 14
//	news_days     1 to 3650            likewise, of the folders in news; default 14
//	column_days   1 to 3650            likewise, of every other column; default 183
//	news          list of paths        folders of plain pages that are news
//	copied        5 to 100             percent of a page that stands in an earlier one before it is named; default 20
//	references    path                 a folder of texts beside content/ that pages may have been copied from
//	[check.rules]
//	"alt-missing" = "off"              a rule's level: off, hint, warning, error
//	[check.sections]
//	practice      list of texts        headings that a page of the kind must have;
//	                                   default 背景, 做法, 成效; likewise progress, post
//	[check.fields]
//	practice      list of keys         keys of front matter that a page of the kind must have; likewise progress, post, page
//	[[check.allow]]
//	rule, page, text, reason           a finding that is right as it is, and why

// Level is what a site makes of a rule's findings.
type Level int8

// Levels. Usual is the rule's own severity.
const (
	Usual Level = iota
	Off
	Hint
	Warning
	Error
)

var levelNames = [...]string{Off: "off", Hint: "hint", Warning: "warning", Error: "error"}

// String gives the level as site.toml writes it; "" for Usual.
func (l Level) String() string { return levelNames[l] }

// Severity gives the severity of a level; of a rule's own for Usual and Off.
func (l Level) Severity(own diag.Severity) diag.Severity {
	switch l {
	case Hint:
		return diag.Hint
	case Warning:
		return diag.Warning
	case Error:
		return diag.Error
	}
	return own
}

// Check is what the settings say of checks.
type Check struct {
	Rules       []RuleLevel         // in the file's order
	Allow       []Allow             // likewise
	Sections    map[string][]string // by kind of page: the headings it must have
	Fields      map[string][]string // by kind of page, "page" for plain pages: the keys it must have, besides those that are always asked for
	Terms       string              // path of the county's list of words; empty where there is none
	TermsAt     diag.Pos
	TitleLength int // characters of the longest title
	HomeDays    int // days after which the home page is stale
	NewsDays    int // likewise, of the folders in News
	ColumnDays  int // likewise, of other columns
	News        []string
	Copied      int    // percent of a page that stands in an earlier one before it is named
	References  string // path of the folder of texts that pages may have been copied from; empty where there is none

	ReferencesAt diag.Pos
}

// RuleLevel is a line of [check.rules].
type RuleLevel struct {
	Rule  string // as written; it may be no rule at all
	Level Level
	Pos   diag.Pos
	Line  string // the source line
}

// Allow is one [[check.allow]]: findings of a rule that are right as they are.
type Allow struct {
	Rule   string // an ID
	Page   string // a source path; empty: any page, which a leak rule does not take
	Text   string // what the finding is about, such as the address that may be shown; empty: any
	Reason string // never empty
	Pos    diag.Pos
}

func defaultCheck() Check {
	return Check{
		Sections:    map[string][]string{"practice": {"背景", "做法", "成效"}},
		Fields:      map[string][]string{},
		TitleLength: 40, HomeDays: 14, NewsDays: 14, ColumnDays: 183, Copied: 20,
	}
}

// Code writes what rules over the text of one file may look at. It is for keys
// only, and not read again.
func (k *Check) Code(c *codec.Coder) {
	codec.String(c, &k.Terms)
	codec.List(c, &k.Allow, func(a *Allow) {
		for _, s := range []*string{&a.Rule, &a.Page, &a.Text, &a.Reason} {
			codec.String(c, s)
		}
	})
}

// Level gives the level that the site sets for a rule.
func (k *Check) Level(rule string) Level {
	for i := range k.Rules {
		if k.Rules[i].Rule == rule {
			return k.Rules[i].Level
		}
	}
	return Usual
}

// kindKeys are the keys of [check.sections] and [check.fields].
var kindKeys = []toml.Key{
	key("practice", toml.Texts, "特色做法", "of a practice"),
	key("progress", toml.Texts, "创建进展", "of a progress report"),
	key("post", toml.Texts, "先锋岗", "of a pioneer post"),
	key("page", toml.Texts, "普通页面", "of a plain page"),
}

var checkKeys = []toml.Key{
	{
		Name: "check", Kind: toml.Section, Names: []string{"检查"},
		Doc: diag.Text{Zh: "检查", En: "checks"},
		Keys: []toml.Key{
			key("terms", toml.Text, "用语表文件", "the county's list of words", "用语表"),
			key("title_length", toml.Int, "标题最多多少字", "characters of the longest title", "标题长度"),
			key("home_days", toml.Int, "首页多少天不更新算过期", "days until the home page is stale"),
			key("news_days", toml.Int, "动态类栏目多少天不更新算过期", "days until news are stale"),
			key("column_days", toml.Int, "其他栏目多少天不更新算过期", "days until another column is stale"),
			key("news", toml.Texts, "动态类栏目的文件夹", "folders of news"),
			key("copied", toml.Int, "与先发布的页面相同百分之多少算雷同", "percent of a page that may stand in an earlier one", "雷同"),
			key("references", toml.Text, "参考文稿的文件夹", "the folder of texts that pages may have been copied from", "参考"),
		},
	},
	{
		Name: "check.rules", Kind: toml.Words, Names: []string{"检查规则"},
		Doc: diag.Text{Zh: "各条规则的级别：off、hint、warning、error", En: "the level of rules: off, hint, warning, error"},
	},
	{
		Name: "check.sections", Kind: toml.Section, Names: []string{"必写小标题"},
		Doc: diag.Text{Zh: "各类页面必写的小标题", En: "headings that pages must have, by kind"}, Keys: kindKeys,
	},
	{
		Name: "check.fields", Kind: toml.Section, Names: []string{"必填项"},
		Doc: diag.Text{Zh: "各类页面必填的键", En: "keys that pages must have, by kind"}, Keys: kindKeys,
	},
	{
		Name: "check.allow", Kind: toml.Tables, Names: []string{"允许"},
		Doc: diag.Text{Zh: "可以保留的问题和理由", En: "findings that are right as they are, and why"},
		Keys: []toml.Key{
			key("rule", toml.Text, "规则", "the rule's ID"),
			key("page", toml.Text, "页面", "the page's path"),
			key("text", toml.Text, "文字", "what the finding is about"),
			key("reason", toml.Text, "理由", "why it may stay"),
		},
	},
}

// check reads an entry of the settings that begins with "check"; false for others.
func (r *reader) check(e *toml.Entry) bool {
	k := &r.site.Check
	switch e.Name {
	case "check":
		for i := range e.Table.Entries {
			r.checkEntry(&e.Table.Entries[i])
		}
	case "check.rules":
		r.levels(e.Table)
	case "check.sections":
		r.kinds(e.Table, k.Sections)
	case "check.fields":
		r.kinds(e.Table, k.Fields)
	case "check.allow":
		for i := range e.List {
			r.allow(&e.List[i])
		}
	default:
		return false
	}
	return true
}

func (r *reader) checkEntry(e *toml.Entry) {
	k := &r.site.Check
	switch {
	case e.Kind == toml.None:
	case e.Name == "terms":
		r.terms(e)
	case e.Name == "title_length":
		r.number(e, &k.TitleLength, 5, 200)
	case e.Name == "home_days":
		r.number(e, &k.HomeDays, 1, 3650)
	case e.Name == "news_days":
		r.number(e, &k.NewsDays, 1, 3650)
	case e.Name == "column_days":
		r.number(e, &k.ColumnDays, 1, 3650)
	case e.Name == "copied":
		r.number(e, &k.Copied, 5, 100)
	case e.Name == "references":
		r.references(e)
	case e.Name == "news":
		for _, s := range r.names("news", &e.Value) {
			k.News = append(k.News, strings.TrimSuffix(strings.ReplaceAll(s, "\\", "/"), "/"))
		}
	}
}

// terms takes the path of a list of words. Whether there is one is found out when
// it is read.
func (r *reader) terms(e *toml.Entry) {
	s := strings.ReplaceAll(r.text("terms", &e.Value), "\\", "/")
	if s == "" {
		return
	}
	if !fs.ValidPath(s) || !strings.HasPrefix(s, "content/") && !strings.HasPrefix(s, "layouts/") || !strings.HasSuffix(s, ".toml") {
		r.report(valueRule, e.Value.At, diag.Textf("用语表要是 content 或 layouts 文件夹里的 .toml 文件：“%s”", "the list of words is a .toml file in content or layouts: %q", s),
			diag.Textf("照这样写：terms = \"content/用语.toml\"；没有就删去这一行。", "Write terms = \"content/用语.toml\", or delete the line."))
		return
	}
	r.site.Check.Terms, r.site.Check.TermsAt = s, r.src.Pos(e.Value.At)
}

func (r *reader) levels(t *toml.Table) {
	for i := range t.Entries {
		e := &t.Entries[i]
		if e.Kind == toml.None {
			continue
		}
		l := slices.Index(levelNames[:], strings.TrimSpace(e.Text))
		if l <= 0 {
			r.report(valueRule, e.Value.At, diag.Textf("规则的级别没有“%s”这一种", "there is no level %q of a rule", e.Text),
				diag.Textf("写 off（不查）、hint（建议）、warning（提醒）或 error（错误）。", "Write off, hint, warning or error."))
			continue
		}
		pos := r.src.Pos(e.At)
		r.site.Check.Rules = append(r.site.Check.Rules, RuleLevel{Rule: e.Name, Level: Level(l), Pos: pos, Line: r.src.Quote(pos.Line)})
	}
}

func (r *reader) kinds(t *toml.Table, into map[string][]string) {
	for i := range t.Entries {
		if e := &t.Entries[i]; e.Kind != toml.None {
			into[e.Name] = r.names(e.Name, &e.Value)
		}
	}
}

// minReason is how many characters a reason has at least.
const minReason = 4

func (r *reader) allow(v *toml.Value) {
	text := func(name string) string {
		if e := v.Table.Get(name); e != nil && e.Kind == toml.Text {
			return r.text(name, &e.Value)
		}
		return ""
	}
	a := Allow{Rule: text("rule"), Page: strings.ReplaceAll(text("page"), "\\", "/"), Text: text("text"), Reason: text("reason"), Pos: r.src.Pos(v.At)}
	if a.Rule == "" || a.Page == "" && a.Text == "" || utf8.RuneCountInString(a.Reason) < minReason {
		r.report(allowRule, v.At, diag.Textf("这一段 [[check.allow]] 没有写全", "this [[check.allow]] is not complete"),
			diag.Textf("写明 rule（规则）、page（页面）或 text（文字），以及 reason（保留的理由，至少 %d 个字）。", "Give its rule, a page or a text, and a reason of at least %d characters.", minReason))
		return
	}
	r.site.Check.Allow = append(r.site.Check.Allow, a)
}

var allowRule = &diag.Rule{
	ID: "config-allow", Severity: diag.Error,
	Doc: diag.Text{
		Zh: "[[check.allow]] 让某个问题可以保留：rule 写规则，page 写页面（从 content/ 写起），text 写那段文字（可以只写一样），reason 写理由。",
		En: "[[check.allow]] lets a finding stay: rule is the rule's ID, page the page (from content/ on) and text what it is about (one of them will do), reason says why.",
	},
	Example: "[[check.allow]]\nrule = \"leak-email\"\ntext = \"xx@example.gov.cn\"\n# reason = \"…\"",
}

// ParseLevel reads a level as site.toml writes it.
func ParseLevel(s string) (Level, bool) {
	l := slices.Index(levelNames[:], s)
	return Level(l), l > 0
}
