package config

import (
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/toml"
)

// reader fills a Site.
type reader struct {
	src   *diag.Source
	site  *Site
	found []diag.Finding
}

func (r *reader) report(rule *diag.Rule, at int, message, hint diag.Text) {
	r.found = append(r.found, r.src.Finding(rule, at, message, hint))
}

func (r *reader) entry(e *toml.Entry) {
	if e.Kind == toml.None {
		return // reported already
	}
	s := r.site
	if r.check(e) {
		return
	}
	switch e.Name {
	case "title":
		if s.Title = r.text("title", &e.Value); s.Title == "" {
			r.report(titleRule, e.Value.At, diag.Textf("网站名称是空的", "the title of the site is empty"), titleHint)
		}
	case "subtitle":
		s.Subtitle = r.text("subtitle", &e.Value)
	case "owner":
		s.Owner = r.text("owner", &e.Value)
	case "contact":
		s.Contact = r.text("contact", &e.Value)
	case "language":
		r.choice(e, &s.Language, "zh-CN", "en")
	case "name_order":
		r.choice(e, &s.Names, "stroke", "pinyin")
	case "theme":
		r.theme(e)
	case "base_url":
		r.address(e)
	case "timezone":
		r.zone(e)
	case "page_size":
		r.number(e, &s.PageSize, 5, 200)
	case "feed_size":
		r.number(e, &s.Feed, 1, 200)
	case "groups":
		s.Groups = r.names("groups", &e.Value)
	case "topic":
		r.topics(e)
	case "model_agency":
		if st := e.Table.Get("stages"); st != nil {
			s.Stages = r.names("stages", &st.Value)
		}
	case "review":
		r.review(e.Table)
	case "emblem":
		r.emblem(e)
	case "colors":
		r.colors(e.Table)
	case "publish":
		r.publish(e)
	case "pinyin":
		r.pinyin(e.Table)
	}
}

// maxText bounds every text, in characters.
const maxText = 500

func (r *reader) text(name string, v *toml.Value) string {
	s := strings.TrimSpace(v.Text)
	if n := utf8.RuneCountInString(s); n > maxText {
		r.report(valueRule, v.At, diag.Textf("%s 太长：%d 个字，最多 %d 个", "%s is too long: %d characters, at most %d", name, n, maxText),
			diag.Textf("写短一些。", "Shorten it."))
		return ""
	}
	return s
}

// choice takes one of a few words.
func (r *reader) choice(e *toml.Entry, field *string, words ...string) {
	s := r.text(e.Name, &e.Value)
	if slices.Contains(words, s) {
		*field = s
		return
	}
	var lines []string
	for _, w := range words {
		lines = append(lines, e.Name+` = "`+w+`"`)
	}
	r.report(valueRule, e.Value.At, diag.Textf("%s 没有“%s”这一种", "%s has no choice %q", e.Name, s),
		diag.Textf("照这样写：%[1]s", "Write %[2]s.", strings.Join(lines, " 或 "), strings.Join(lines, " or ")))
}

func (r *reader) theme(e *toml.Entry) {
	s := r.text("theme", &e.Value)
	if reason, ok := route.CheckSlug(s); !ok {
		r.report(valueRule, e.Value.At, diag.Textf("主题文件夹名“%[1]s”%[2]s", "the theme's folder %[1]q: %[3]s", s, reason.Zh, reason.En),
			diag.Textf("写 themes/ 下面的文件夹名，例如 theme = \"county\"。", "Write the name of a folder under themes/, such as theme = \"county\"."))
		return
	}
	r.site.Theme = s
}

// emblem takes the path of a picture. Whether there is one is found out when the
// site is assembled.
func (r *reader) emblem(e *toml.Entry) {
	s := strings.ReplaceAll(r.text("emblem", &e.Value), "\\", "/")
	if s == "" {
		return
	}
	if !fs.ValidPath(s) || !strings.HasPrefix(s, "content/") {
		r.report(valueRule, e.Value.At, diag.Textf("徽标图片要放在 content 文件夹里：“%s”", "the emblem is a picture in the folder content: %q", s),
			diag.Textf("照这样写：emblem = \"content/emblem.png\"；不用徽标就删去这一行。", "Write emblem = \"content/emblem.png\", or delete the line."))
		return
	}
	r.site.Emblem, r.site.EmblemAt = s, r.src.Pos(e.Value.At)
}

func (r *reader) address(e *toml.Entry) {
	s := r.text("base_url", &e.Value)
	if s == "" {
		return
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.ContainsAny(s, "\\ \"<>#") {
		r.report(valueRule, e.Value.At, diag.Textf("“%s”不是完整的网址", "%q is no complete web address", s),
			diag.Textf("以 http:// 或 https:// 开头，不带 ? 和 #，例如 base_url = \"http://dj.example.gov.cn/fengcai/\"；还没有网址就删去这一行。", "Begin with http:// or https://, without ? and #, such as base_url = \"http://dj.example.gov.cn/fengcai/\"; delete the line where there is no address yet."))
		return
	}
	r.site.BaseURL = strings.TrimRight(u.String(), "/") + "/"
}

const defaultZone = "Asia/Shanghai"

// shanghai gives the default zone, also on machines that have no zone data. China
// has kept no summer time since 1991.
func shanghai() *time.Location {
	if z, err := time.LoadLocation(defaultZone); err == nil {
		return z
	}
	return time.FixedZone(defaultZone, 8*60*60)
}

func (r *reader) zone(e *toml.Entry) {
	s := r.text("timezone", &e.Value)
	z, err := time.LoadLocation(s)
	switch {
	case s == defaultZone:
		z = shanghai()
	case err != nil || s == "" || s == "Local":
		// Local would make the same sources differ from machine to machine.
		r.report(valueRule, e.Value.At, diag.Textf("没有“%s”这个时区", "there is no time zone %q", s),
			diag.Textf("改成：\n        timezone = \"%s\"", "Write:\n        timezone = %q", defaultZone))
		return
	}
	r.site.Zone = z
}

func (r *reader) number(e *toml.Entry, field *int, least, most int) {
	if e.Num < int64(least) || e.Num > int64(most) {
		r.report(valueRule, e.Value.At, diag.Textf("%s 不能是 %d", "%s cannot be %d", e.Name, e.Num),
			diag.Textf("写 %d 到 %d 之间的整数。", "Write a whole number from %d to %d.", least, most))
		return
	}
	*field = int(e.Num)
}

// names takes a list of names, each once.
func (r *reader) names(name string, v *toml.Value) []string {
	var out []string
	seen := seen{}
	for i := range v.List {
		s := r.text(name, &v.List[i])
		if s == "" {
			r.report(valueRule, v.List[i].At, diag.Textf("%s 里有一项是空的", "an entry of %s is empty", name), diag.Textf("删去它。", "Delete it."))
		} else if r.once(seen, s, v.List[i].At, diag.Text{Zh: name + " 里的“" + s + "”", En: s + " in " + name}) {
			out = append(out, s)
		}
	}
	return out
}

// seen remembers where names stood first, by route.Fold.
type seen map[string]int

// once reports a name that stands twice.
func (r *reader) once(seen seen, name string, at int, what diag.Text) bool {
	first, twice := seen[route.Fold(name)]
	if !twice {
		seen[route.Fold(name)] = at
		return true
	}
	line := r.src.Pos(first).Line
	r.report(twiceRule, at, diag.Textf("%[1]s写了两次：第 %[3]d 行已经有了", "%[2]s stands twice: line %[3]d has it already", what.Zh, what.En, line),
		diag.Textf("只留一处。", "Keep one of them."))
	return false
}

func (r *reader) topics(e *toml.Entry) {
	names, slugs := seen{}, seen{}
	for i := range e.List {
		v := &e.List[i]
		t := Topic{Pos: r.src.Pos(v.At)}
		if n := v.Table.Get("name"); n != nil && n.Kind == toml.Text {
			t.Name = r.text("name", &n.Value)
			t.Pos = r.src.Pos(n.Value.At)
		}
		if s := v.Table.Get("summary"); s != nil {
			t.Summary = r.text("summary", &s.Value)
		}
		if s := v.Table.Get("slug"); s != nil && s.Kind == toml.Text {
			t.Slug = r.slug(&s.Value, slugs)
		}
		if t.Name == "" {
			if n := v.Table.Get("name"); n == nil || n.Kind == toml.Text {
				r.report(topicRule, v.At, diag.Textf("第 %d 个主题没有名称", "theme %d has no name", i+1),
					diag.Textf("照这样写：name = \"理论武装\"", "Write name = \"理论武装\"."))
			}
			continue
		}
		if r.once(names, t.Name, v.At, diag.Text{Zh: "主题“" + t.Name + "”", En: "the theme " + t.Name}) {
			r.site.Topics = append(r.site.Topics, t)
		}
	}
}

func (r *reader) slug(v *toml.Value, slugs seen) string {
	s := r.text("slug", v)
	if s == "" {
		return ""
	}
	if reason, ok := route.CheckSlug(s); !ok {
		r.report(topicRule, v.At, diag.Textf("网址名“%[1]s”%[2]s", "the slug %[1]q: %[3]s", s, reason.Zh, reason.En),
			diag.Textf("例如 slug = \"lilun\"；不写就用主题的拼音。", "For instance slug = \"lilun\"; without it the theme's pinyin serves."))
		return ""
	}
	if !r.once(slugs, s, v.At, diag.Text{Zh: "网址名“" + s + "”", En: "the slug " + s}) {
		return ""
	}
	return s
}

func (r *reader) pinyin(t *toml.Table) {
	for i := range t.Entries {
		e := &t.Entries[i]
		reading := strings.ToLower(strings.Join(strings.Fields(e.Text), " "))
		if err := route.CheckPhrase(e.Name, reading); err != nil {
			r.report(pinyinRule, e.Value.At, diag.Textf("“%s”的读音“%s”写得不对", "the reading of %q is not written right: %q", e.Name, e.Text),
				diag.Textf("左边只写汉字，右边一个字一个拼音，用字母 a-z，不带声调，中间空一格，例如 \"长丰\" = \"chang feng\"。", "Chinese characters on the left; on the right a syllable for each, of letters a-z without tones, parted by blanks, such as \"长丰\" = \"chang feng\"."))
			continue
		}
		if r.site.Pinyin == nil {
			r.site.Pinyin = make(map[string]string, len(t.Entries))
		}
		r.site.Pinyin[e.Name] = reading
	}
}
