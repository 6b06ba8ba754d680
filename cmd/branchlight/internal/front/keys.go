package front

import (
	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/toml"
)

// Key is one key of front matter: its name, kind and meaning, where it belongs,
// and the field that it fills.
type Key struct {
	toml.Key
	roles roles
	max   int // of texts: characters; of numbers: the greatest
	min   int // of numbers: the least

	text func(*Matter) *string
	day  func(*Matter) *day.Day
	list func(*Matter) *[]string
	num  func(*Matter) *int
	path bool // a text that names a file beside the page
}

// Keys are all keys of front matter, in the order in which help shows them.
var Keys = []Key{
	text("title", anywhere, maxTitle, func(m *Matter) *string { return &m.Title }, "标题", "the title", "题目", "名称", "name"),
	date("date", pages|folders|on(Home), func(m *Matter) *day.Day { return &m.Date }, "发布日期", "the day of publication", "日期", "时间", "发布时间", "publishdate", "pubdate", "created"),
	date("updated", pages|folders, func(m *Matter) *day.Day { return &m.Updated }, "更新日期", "the day of the last change", "修改日期", "更新时间", "lastmod", "modified"),
	text("summary", anywhere, maxText, func(m *Matter) *string { return &m.Summary }, "摘要", "what the page is about, in a sentence", "简介", "导语", "description", "excerpt", "abstract"),
	list("themes", pages, func(m *Matter) *[]string { return &m.Themes }, "主题", "its themes, of those that site.toml lists", "标签", "分类", "tags", "categories", "topics"),
	text("author", pages, maxLine, func(m *Matter) *string { return &m.Author }, "作者", "who wrote it", "撰稿", "供稿", "authors"),
	text("source", pages, maxLine, func(m *Matter) *string { return &m.Source }, "来源", "where it comes from", "稿件来源"),
	text("editor", pages, maxLine, func(m *Matter) *string { return &m.Editor }, "责任编辑", "the editor who answers for it", "编辑"),
	{Key: key("draft", toml.Bool, "草稿", "true: not published yet", "是否草稿"), roles: anywhere},
	date("expires", pages|folders|on(Home), func(m *Matter) *day.Day { return &m.Expires }, "截止日期", "the last day it is shown", "到期日期", "过期日期", "有效期", "expirydate"),
	text("slug", pages|folders, maxLine, func(m *Matter) *string { return &m.Slug }, "网址名", "its name in addresses", "网址"),
	list("aliases", pages|folders, func(m *Matter) *[]string { return &m.Aliases }, "旧网址", "old addresses that lead here", "别名", "alias"),
	{Key: key("order", toml.Int, "顺序", "its place among its neighbours", "排序", "序号", "机构序列", "weight"), roles: pages | folders, max: 1e6, num: func(m *Matter) *int { return &m.Order }},
	path("cover", anywhere, func(m *Matter) *string { return &m.Cover }, "封面图片", "its picture in lists", "封面", "配图", "image"),
	text("cover_alt", anywhere, maxLine, func(m *Matter) *string { return &m.CoverAlt }, "封面说明", "what the cover shows", "封面图片说明"),
	text("kind", articles|on(PlainIndex), maxLine, func(m *Matter) *string { return &m.Kind }, "类型", "practice, progress or post; pages for a folder of plain pages", "类别", "栏目"),

	text("brand", on(Practice, Branch), maxLine, func(m *Matter) *string { return &m.Brand }, "支部品牌", "the brand of the branch's work", "品牌"),
	text("copies_from", on(Practice), maxLine, func(m *Matter) *string { return &m.CopiesFrom }, "借鉴来源", "the template that it was adapted from", "借鉴", "模板来源"),
	text("effort", on(Practice), maxText, func(m *Matter) *string { return &m.Effort }, "所需条件", "what it takes to do the same", "投入", "成本"),
	text("contact", on(Practice), maxLine, func(m *Matter) *string { return &m.Contact }, "联系人", "whom to ask", "联系方式", "联系电话"),
	text("stage", on(Progress, Agency), maxLine, func(m *Matter) *string { return &m.Stage }, "创建阶段", "the stage, of those that site.toml lists", "阶段"),
	{Key: key("percent", toml.Int, "完成百分比", "how much is done, 0 to 100", "进度", "完成率", "百分比"), roles: on(Progress), max: 100, num: func(m *Matter) *int { return &m.Percent }},
	date("due", on(Progress), func(m *Matter) *day.Day { return &m.Due }, "完成时限", "the day it must be done", "时限", "完成日期"),
	{Key: itemsKey, roles: on(Progress)},
	text("holder", on(Post), maxLine, func(m *Matter) *string { return &m.Holder }, "岗位负责人", "who holds the post", "姓名", "党员姓名"),
	text("position", on(Post), maxLine, func(m *Matter) *string { return &m.Position }, "岗位", "the desk or window", "岗位名称", "职务"),
	text("pledge", on(Post), maxText, func(m *Matter) *string { return &m.Pledge }, "岗位承诺", "the public pledge", "承诺"),
	list("duties", on(Post), func(m *Matter) *[]string { return &m.Duties }, "岗位职责", "what the post does", "职责"),
	path("photo", on(Post), func(m *Matter) *string { return &m.Photo }, "照片", "the holder's picture", "相片"),
	text("photo_alt", on(Post), maxLine, func(m *Matter) *string { return &m.PhotoAlt }, "照片说明", "what the picture shows"),
	{Key: key("consent", toml.Bool, "本人同意公开", "true: the holder agrees to be named and shown", "本人同意", "同意公开"), roles: on(Post)},

	text("short", on(Agency), maxLine, func(m *Matter) *string { return &m.Short }, "简称", "the short name of an agency"),
	text("group", on(Agency), maxLine, func(m *Matter) *string { return &m.Group }, "分组", "the group of agencies it belongs to", "单位类别"),
	date("since", on(Agency), func(m *Matter) *day.Day { return &m.Since }, "进入阶段日期", "the day it entered the stage"),
	date("named", on(Agency), func(m *Matter) *day.Day { return &m.Named }, "命名日期", "the day it was named a model agency"),
	{Key: key("stars", toml.Int, "星级", "the branch's stars, 1 to 5", "星"), roles: on(Branch), min: 1, max: 5, num: func(m *Matter) *int { return &m.Stars }},
	date("rated_on", on(Branch), func(m *Matter) *day.Day { return &m.RatedOn }, "评定日期", "the day of the rating", "评星日期"),
	text("motto", on(Branch), maxLine, func(m *Matter) *string { return &m.Motto }, "支部口号", "the branch's motto", "口号"),
	text("secretary", on(Branch), maxLine, func(m *Matter) *string { return &m.Secretary }, "支部书记", "the branch's secretary", "书记"),
	{Key: key("members", toml.Int, "党员人数", "how many members it has", "人数", "党员数"), roles: on(Branch), max: 1e5, num: func(m *Matter) *int { return &m.Members }},
	date("founded", on(Branch), func(m *Matter) *day.Day { return &m.Founded }, "成立日期", "the day it was founded", "成立时间"),

	{Key: reviewKey, roles: anywhere},
}

// Bounds of texts, in characters.
const (
	maxTitle = 200
	maxLine  = 300
	maxText  = 2000
)

var itemsKey = toml.Key{
	Name: "items", Kind: toml.Tables, Names: []string{"任务", "任务清单", "清单", "事项"},
	Doc: diag.Text{Zh: "任务清单", En: "the list of tasks"},
	Keys: []toml.Key{
		key("name", toml.Text, "任务名称", "the task", "名称", "任务", "title", "标题"),
		key("done", toml.Bool, "是否完成", "true: it is done", "完成"),
		key("due", toml.Day, "完成时限", "the day it must be done", "时限", "date"),
	},
}

var reviewKey = toml.Key{
	Name: "review", Kind: toml.Tables, Names: []string{"审签", "审核", "审稿", "reviews"},
	Doc: diag.Text{Zh: "审签记录，放在最后", En: "records of sign-off, at the end"},
	Keys: []toml.Key{
		key("role", toml.Text, "审次：初审、复审、终审", "which reading: 初审, 复审 or 终审", "审次", "角色"),
		key("name", toml.Text, "审签人", "who signed", "姓名"),
		key("date", toml.Day, "审签日期", "the day", "日期"),
		key("digest", toml.Text, "所审内容的摘要值", "the digest of what was signed", "摘要值"),
	},
}

// schema is what toml reads by; its keys have the indexes of Keys.
var schema = func() *toml.Schema {
	keys := make([]toml.Key, len(Keys))
	for i := range Keys {
		keys[i] = Keys[i].Key
	}
	return toml.Flat(keys...)
}()

func key(name string, kind toml.Kind, zh, en string, names ...string) toml.Key {
	return toml.Key{Name: name, Kind: kind, Names: append([]string{zh}, names...), Doc: diag.Text{Zh: zh, En: en}}
}

func text(name string, r roles, limit int, field func(*Matter) *string, zh, en string, names ...string) Key {
	return Key{Key: key(name, toml.Text, zh, en, names...), roles: r, max: limit, text: field}
}

func path(name string, r roles, field func(*Matter) *string, zh, en string, names ...string) Key {
	k := text(name, r, maxLine, field, zh, en, names...)
	k.path = true
	return k
}

func date(name string, r roles, field func(*Matter) *day.Day, zh, en string, names ...string) Key {
	return Key{Key: key(name, toml.Day, zh, en, names...), roles: r, day: field}
}

func list(name string, r roles, field func(*Matter) *[]string, zh, en string, names ...string) Key {
	return Key{Key: key(name, toml.Texts, zh, en, names...), roles: r, max: maxLine, list: field}
}
