package front

import "branchlight/cmd/branchlight/internal/diag"

// Section is a group of keys as help shows them: those of one kind of file.
type Section struct {
	Title diag.Text
	Keys  []*Key
}

// Sections gives all keys in groups: first those that every page can have, then
// by kind of file those that it has besides.
func Sections() []Section {
	list := []Section{{Title: diag.Text{Zh: "每篇稿件（_index.md 也能写其中几项）", En: "every page (an _index.md has some of them too)"}}}
	common := func(k *Key) bool { return k.roles&pages == pages || k.roles&articles == articles }
	for i := range Keys {
		if k := &Keys[i]; common(k) && k.Name != "review" {
			list[0].Keys = append(list[0].Keys, k)
		}
	}
	for _, r := range []Role{Practice, Progress, Post, Agency, Branch} {
		s := Section{Title: roleNames[r]}
		for i := range Keys {
			if k := &Keys[i]; !common(k) && k.roles&on(r) != 0 {
				s.Keys = append(s.Keys, k)
			}
		}
		list = append(list, s)
	}
	last := Section{Title: diag.Text{Zh: "审签（放在最后）", En: "sign-offs (at the end)"}}
	for i := range Keys {
		if Keys[i].Name == "review" {
			last.Keys = append(last.Keys, &Keys[i])
		}
	}
	return append(list, last)
}

// Help says what a key means and what can stand there.
func (k *Key) Help() diag.Text {
	return diag.Text{Zh: explanations[k.Name], En: k.Doc.En}
}

// explanations are the Chinese words of Help; Doc has the name of a key only.
var explanations = map[string]string{
	"title":       "标题，必写",
	"date":        "发布日期；写将来的日期，到那天才发布",
	"updated":     "更新日期，不早于发布日期",
	"summary":     "摘要，列表上显示的一句话",
	"themes":      "主题，只能写 site.toml 里有的",
	"author":      "作者，姓名或科室",
	"source":      "来源，即供稿单位",
	"editor":      "责任编辑",
	"draft":       "草稿：true 先不发布",
	"expires":     "截止日期，最后展示的一天",
	"slug":        "网址名：小写字母、数字和短横线；不写就用文件名的拼音",
	"aliases":     "旧网址，从网站根目录写起",
	"order":       "顺序，数字小的在前",
	"cover":       "封面图片，放在稿件旁边，写文件名",
	"cover_alt":   "封面说明：图上是什么",
	"kind":        "类型，必写：practice（特色做法）、progress（创建进展）、post（先锋岗）；普通页面栏目的 _index.md 写 pages",
	"brand":       "支部品牌",
	"copies_from": "借鉴了哪里的做法，如实写",
	"effort":      "别人照着做要多少人、多少时间、花不花钱",
	"contact":     "想学的人找哪个科室",
	"stage":       "创建阶段，只能写 site.toml 里有的",
	"percent":     "完成百分比，0 到 100",
	"due":         "本阶段的完成时限",
	"items":       "任务清单，一项一对花括号，里面写：",
	"holder":      "岗位上的党员；没有 consent = true 不显示",
	"position":    "岗位：在哪里、做什么",
	"pledge":      "岗位承诺",
	"duties":      "岗位职责，一项一个引号",
	"photo":       "照片，放在稿件旁边，写文件名；没有 consent = true 不显示",
	"photo_alt":   "照片说明：图上是什么",
	"consent":     "本人同意公开姓名和照片",
	"short":       "单位简称",
	"group":       "分组，只能写 site.toml 里有的",
	"since":       "哪天进入这个阶段",
	"named":       "哪天命名为模范机关",
	"stars":       "星级，1 到 5",
	"rated_on":    "哪天评定的星级",
	"motto":       "支部口号",
	"secretary":   "支部书记",
	"members":     "党员人数",
	"founded":     "成立日期",
	"review":      "审签记录，一次一段，由县里管",
}
