package front

import (
	"slices"
	"strings"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/toml"
)

// fill puts one entry into its field. It reports whether the entry counts as
// given: an empty text does not.
func (r *reader) fill(k *Key, e *toml.Entry) bool {
	if e.Kind == toml.None {
		return true // reported already
	}
	switch {
	case k.text != nil:
		return r.text(k, e)
	case k.day != nil:
		*k.day(r.m) = e.Day()
	case k.num != nil:
		r.number(k, e)
	case k.list != nil:
		*k.list(r.m) = r.list(k, e)
	case k.Name == "draft":
		r.m.Draft = r.m.Draft || e.Num == 1
	case k.Name == "consent":
		r.m.Consent = e.Num == 1 && !e.Doubtful
	case k.Name == "items":
		r.items(e)
	case k.Name == "review":
		r.reviews(e)
	}
	return true
}

func (r *reader) text(k *Key, e *toml.Entry) bool {
	s := strings.TrimSpace(e.Text)
	if s == "" {
		if k.Name == "title" {
			r.report(titleRule, e.Value.At, diag.Textf("标题是空的", "the title is empty"),
				diag.Textf("在引号里写上标题。", "Write the title between the quotes."))
			return true
		}
		return false
	}
	ok := r.fits(k.Name, s, k.max, e.Value.At)
	switch {
	case !ok:
	case k.Name == "slug":
		ok = r.slug(s, e.Value.At)
	case k.Name == "kind":
		ok = r.kind(s, e.Value.At)
	case k.path:
		ok = r.path(k.Name, s, e.Value.At)
	}
	if ok {
		*k.text(r.m) = s
	}
	return true
}

// fits bounds the length of a text.
func (r *reader) fits(name, s string, limit, at int) bool {
	if len(s) <= limit {
		return true
	}
	n := utf8.RuneCountInString(s)
	if n > limit {
		r.report(lengthRule, at, diag.Textf("%s 太长：%d 个字，最多 %d 个", "%s is too long: %d characters, at most %d", name, n, limit),
			diag.Textf("写短一些，详细内容写到正文里。", "Shorten it; details belong into the body."))
	}
	return n <= limit
}

func (r *reader) slug(s string, at int) bool {
	reason, ok := route.CheckSlug(s)
	if ok {
		return true
	}
	hint := diag.Textf("例如 slug = \"yi-yue-yi-ke\"；不写 slug 就用文件名的拼音。", "For instance slug = \"yi-yue-yi-ke\"; without a slug the file's name in pinyin serves.")
	better := strings.Trim(strings.Join(strings.FieldsFunc(strings.ToLower(strings.TrimSuffix(s, ".html")), func(c rune) bool { return c == ' ' || c == '_' || c == '/' || c == '.' }), "-"), "-")
	if _, ok := route.CheckSlug(better); ok {
		hint = change("slug = \"" + better + "\"")
	}
	r.report(slugRule, at, diag.Textf("slug “%[1]s”%[2]s", "the slug %[1]q: %[3]s", s, reason.Zh, reason.En), hint)
	return false
}

// kinds are the values of the key kind, with what people write instead.
var kinds = []struct{ name, zh string }{
	{"practice", "特色做法"}, {"progress", "模范机关创建进展"}, {"post", "党员先锋岗"}, {"pages", "普通页面"},
}

var kindHint = diag.Text{
	Zh: "写一行：kind = \"practice\"（特色做法）、kind = \"progress\"（创建进展）或 kind = \"post\"（先锋岗）。",
	En: "Write kind = \"practice\", kind = \"progress\" or kind = \"post\".",
}

func (r *reader) kind(s string, at int) bool {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		if k.name == s {
			return true
		}
		names[i] = k.name
	}
	hint := kindHint
	near, ok := route.Nearest(s, names)
	for _, k := range kinds {
		if strings.Contains(k.zh, s) || strings.Contains(s, k.zh) {
			near, ok = k.name, true
		}
	}
	if ok {
		hint = change("kind = \"" + near + "\"")
	}
	r.report(kindRule, at, diag.Textf("没有“%s”这一类", "there is no kind %q", s), hint)
	return false
}

func (r *reader) path(name, s string, at int) bool {
	slashed := strings.ReplaceAll(s, `\`, "/")
	switch {
	case strings.Contains(s, "://") || strings.HasPrefix(slashed, "//") || len(s) > 1 && s[1] == ':' || strings.HasPrefix(strings.ToLower(s), "data:"):
		file := slashed[strings.LastIndexByte(slashed, '/')+1:]
		r.withdraw(at)
		r.report(pathRule, at, diag.Textf("%s 要写稿件旁边的图片文件，这里是别处的地址", "%s is a picture beside the page, and this is an address elsewhere", name),
			diag.Textf("把图片复制到稿件所在的文件夹，改成：\n        %s = \"%s\"", "Copy the picture into the page's folder, and write:\n        %s = %q", name, file))
		return false
	case slashed != s:
		r.withdraw(at)
		r.report(pathRule, at, diag.Textf("路径里的反斜杠 \\ 要写成 /", "the backslashes of the path are slashes"), change(name+" = \""+slashed+"\""))
		return false
	}
	return true
}

// withdraw takes back what was said of the backslashes on a line: quotes of the
// other kind would not make a path of them.
func (r *reader) withdraw(at int) {
	line := r.src.Pos(at).Line
	r.found = slices.DeleteFunc(r.found, func(f diag.Finding) bool { return f.Pos.Line == line && f.Rule == "toml-escape" })
}

func (r *reader) number(k *Key, e *toml.Entry) {
	if n := e.Num; n < int64(k.min) || n > int64(k.max) {
		r.report(rangeRule, e.Value.At, diag.Textf("%s（%s）不能是 %[4]d", "%[1]s (%[3]s) cannot be %[4]d", k.Name, k.Doc.Zh, k.Doc.En, n),
			diag.Textf("写 %d 到 %d 之间的整数。", "Write a whole number from %d to %d.", k.min, k.max))
		return
	}
	*k.num(r.m) = int(e.Num)
	r.m.HasOrder = r.m.HasOrder || k.Name == "order"
}

// maxList bounds the lists of a page.
const maxList = 200

// bounded gives as many entries of a list as are read, and reports the rest.
func (r *reader) bounded(e *toml.Entry) []toml.Value {
	if len(e.List) <= maxList {
		return e.List
	}
	r.report(lengthRule, e.List[maxList].At, diag.Textf("%s 太多：%d 项，最多 %d 项", "%s has %d entries, at most %d", e.Name, len(e.List), maxList),
		diag.Textf("从这里起没有读；删去多余的。", "From here on they are not read; delete what is too much."))
	return e.List[:maxList]
}

func (r *reader) list(k *Key, e *toml.Entry) []string {
	out := make([]string, 0, len(e.List))
	for i := range r.bounded(e) {
		v := &e.List[i]
		s := strings.TrimSpace(v.Text)
		if s == "" || !r.fits(k.Name, s, k.max, v.At) {
			continue
		}
		if k.Name == "aliases" {
			var ok bool
			if s, ok = r.alias(s, v.At); !ok {
				continue
			}
		}
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func (r *reader) items(e *toml.Entry) {
	for i := range r.bounded(e) {
		t := e.List[i].Table
		it := Item{Name: r.sub(t, "items", "name")}
		if d := t.Get("done"); d != nil {
			it.Done = d.Num == 1 && !d.Doubtful
		}
		if d := t.Get("due"); d != nil {
			it.Due = d.Day()
		}
		if it.Name == "" {
			r.report(itemRule, e.List[i].At, diag.Textf("第 %d 项任务没有名称", "task %d has no name", i+1),
				diag.Textf("照这样写：{ name = \"自查\", done = true, due = 2024-03-01 }", "Write it like this: { name = \"自查\", done = true, due = 2024-03-01 }"))
			continue
		}
		r.m.Items = append(r.m.Items, it)
	}
}

// sub gives a text of a table of a list.
func (r *reader) sub(t *toml.Table, list, name string) string {
	e := t.Get(name)
	if e == nil || e.Kind != toml.Text {
		return ""
	}
	s := strings.TrimSpace(e.Text)
	if !r.fits(list+"."+name, s, maxLine, e.Value.At) {
		return ""
	}
	return s
}

func (r *reader) reviews(e *toml.Entry) {
	for i := range r.bounded(e) {
		t := e.List[i].Table
		rv := Review{Role: r.sub(t, "review", "role"), Name: r.sub(t, "review", "name"), Digest: r.sub(t, "review", "digest"), Line: r.src.Pos(t.At).Line}
		if d := t.Get("date"); d != nil {
			rv.Date = d.Day()
		}
		var lacks []string
		if rv.Role == "" {
			lacks = append(lacks, "role")
		}
		if rv.Name == "" {
			lacks = append(lacks, "name")
		}
		if rv.Date.IsZero() && (t.Get("date") == nil || !t.Get("date").Doubtful) {
			lacks = append(lacks, "date")
		}
		if lacks != nil {
			names := strings.Join(lacks, " ")
			r.report(reviewRule, t.At, diag.Textf("这次审签缺少 %s", "the sign-off lacks %s", names),
				diag.Textf("补上：\n        role = \"初审\"\n        name = \"姓名\"\n        date = 2024-03-01", "Add:\n        role = \"初审\"\n        name = \"姓名\"\n        date = 2024-03-01"))
		}
		if strings.Trim(rv.Digest, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:+/=_-") != "" {
			r.report(reviewRule, t.Get("digest").Value.At, diag.Textf("摘要值里有不该有的字符", "the digest holds characters that it cannot have"),
				diag.Textf("摘要值不要手改；请审签人重新审签。", "Never write a digest by hand: let the reviewer sign again."))
			rv.Digest = ""
		}
		r.m.Reviews = append(r.m.Reviews, rv)
	}
}

// change makes the hint that shows a line written right.
func change(line string) diag.Text {
	return diag.Textf("改成：\n        %s", "Write:\n        %s", line)
}
