// Package config reads site.toml, the settings of a site, and the string files of
// themes.
//
// In goes the text of one file, as a diag.Source. Out come the settings with
// their defaults filled in, and findings for all mistakes; nothing is read or
// written, save that a time zone is looked up. A setting that cannot be
// understood has its default.
//
// Keys of site.toml (Keys has them for programs):
//
//	title       text, required            the site's title
//	subtitle    text                      a line under it
//	owner       text                      主办单位, the office that publishes
//	contact     text                      how to reach it
//	language    "zh-CN" or "en"           of the theme's words; default "zh-CN"
//	theme       text                      a folder under themes/; default "county"
//	base_url    text                      where the site will live; without it there is no sitemap.xml
//	timezone    text                      an IANA name, for the calendar; default "Asia/Shanghai"
//	page_size   5 to 200                  entries on a page of a list; default 30
//	feed_size   1 to 200                  entries of the feed; default 30
//	name_order  "stroke" or "pinyin"      order of persons' names; default "stroke"
//	groups      list of texts             the groups of agencies, in order
//	emblem      path                      a picture under content/ for the head of every page
//	topic       list of tables            the themes pages can have: name, slug, summary;
//	                                      topic = [{ name = "..." }] or [[topic]]
//	[model_agency]
//	stages      list of texts             the stages of model-agency work, in order
//	[colors]                              colours in place of the theme's, each "#rrggbb":
//	red, deep, paper, text, muted, border, gold
//	[publish.NAME]                        where the site is published: see Target
//	type, path, switch, keep, host, port, user, key, known_hosts, password_env, passphrase_env, agent,
//	endpoint, bucket, prefix, releases, region, style, access_key_env, secret_key_env, credentials, cache_control
//	[pinyin]
//	"长丰" = "chang feng"                 readings that are not the usual ones, a syllable a character
//	[check], [check.rules], [check.sections], [check.fields], [[check.allow]]
//	                                      what is checked (check.go)
//	[review]                              who signs a page off (review.go)
//
// A string file is TOML of texts, flat or in tables: home = "首页" under [nav] and
// nav.home = "首页" both give the string nav.home.
package config

import (
	"slices"
	"time"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/toml"
)

// Site is what site.toml says, with the defaults filled in. Texts are trimmed and
// of one line.
type Site struct {
	Title    string
	Subtitle string
	Owner    string // 主办单位
	Contact  string
	Language string            // zh-CN or en
	Theme    string            // folder under themes/
	BaseURL  string            // http or https, ends in a slash; empty where it is not set
	Zone     *time.Location    // of calendar days; never nil
	PageSize int               // entries on a page of a list
	Feed     int               // entries of the feed
	Names    string            // order of persons' names: stroke or pinyin
	Topics   []Topic           // in the file's order, without repetitions
	Stages   []string          // of model-agency work, in order, without repetitions
	Groups   []string          // of agencies, in order, without repetitions
	Emblem   string            // path of a picture, such as content/emblem.png; empty where it is not set
	EmblemAt diag.Pos          // where it is set
	Colors   []Color           // in the order of Palette, those that are set
	Targets  []Target          // where the site is published, in the file's order
	Pinyin   map[string]string // phrase -> its syllables; nil where there are none
	Check    Check
	Review   Review
}

// Topic is a theme that pages can be filed under.
type Topic struct {
	Name    string
	Slug    string // as route.CheckSlug allows it; may be empty
	Summary string
	Pos     diag.Pos
}

// Keys are the keys of site.toml.
var Keys = append([]toml.Key{
	key("title", toml.Text, "网站名称", "the site's title", "标题", "name", "站名"),
	key("subtitle", toml.Text, "名称下面的一行字", "a line under the title", "副标题"),
	key("owner", toml.Text, "主办单位", "the office that publishes", "主办", "author", "copyright"),
	key("contact", toml.Text, "联系方式", "how to reach it", "联系人", "email"),
	key("language", toml.Text, "语言：zh-CN 或 en", "zh-CN or en", "lang", "languagecode", "default_language"),
	key("theme", toml.Text, "主题文件夹", "a folder under themes/", "模板"),
	key("base_url", toml.Text, "网址", "where the site will live", "baseurl", "url", "域名"),
	key("timezone", toml.Text, "时区", "the time zone of the calendar", "time_zone", "zone"),
	key("page_size", toml.Int, "列表每页条数", "entries on a page of a list", "paginate", "每页条数"),
	key("feed_size", toml.Int, "订阅条数", "entries of the feed", "feed_limit", "rss_limit"),
	key("name_order", toml.Text, "人名排序：stroke 或 pinyin", "order of persons' names: stroke or pinyin", "姓名排序"),
	key("groups", toml.Texts, "单位分组", "the groups of agencies, in order", "分组"),
	{
		Name: "topic", Kind: toml.Tables, Names: []string{"topics", "themes", "主题", "专题"},
		Doc: diag.Text{Zh: "主题", En: "the themes that pages can have"},
		Keys: []toml.Key{
			key("name", toml.Text, "名称", "its name", "title", "主题"),
			key("slug", toml.Text, "网址名", "its name in addresses"),
			key("summary", toml.Text, "说明", "what it is about", "description", "简介"),
		},
	},
	{
		Name: "model_agency", Kind: toml.Section, Names: []string{"模范机关", "model_agencies"},
		Doc:  diag.Text{Zh: "模范机关创建", En: "model-agency work"},
		Keys: []toml.Key{key("stages", toml.Texts, "创建阶段", "the stages, in order", "阶段", "stage")},
	},
	key("emblem", toml.Text, "页眉的徽标图片", "a picture for the head of every page", "logo", "徽标", "党徽"),
	{
		Name: "colors", Kind: toml.Section, Names: []string{"颜色", "colours", "color"},
		Doc:  diag.Text{Zh: "颜色", En: "colours in place of the theme's"},
		Keys: colorKeys(),
	},
	publishKey(),
	{
		Name: "pinyin", Kind: toml.Words, Names: []string{"拼音", "读音"},
		Doc: diag.Text{Zh: "特殊读音", En: "readings that are not the usual ones"},
	},
}, append(checkKeys, reviewKey)...)

func key(name string, kind toml.Kind, zh, en string, names ...string) toml.Key {
	return toml.Key{Name: name, Kind: kind, Names: append([]string{zh}, names...), Doc: diag.Text{Zh: zh, En: en}}
}

var schema = toml.NewSchema(Keys...)

// Parse reads site.toml. The settings are never nil.
func Parse(src *diag.Source) (*Site, []diag.Finding) {
	doc := schema.Parse(src, 0, len(src.Text))
	hideSecrets(src, doc)
	r := &reader{src: src, found: doc.Findings, site: &Site{
		Language: "zh-CN", Theme: "county", PageSize: 30, Feed: 30, Names: "stroke", Check: defaultCheck(),
		Review: Review{Roles: slices.Clone(defaultRoles)},
	}}
	for i := range doc.Entries {
		r.entry(&doc.Entries[i])
	}
	if r.site.Zone == nil {
		r.site.Zone = shanghai()
	}
	if doc.Get("title") == nil {
		r.report(titleRule, 0, diag.Textf("没有写网站名称", "the site has no title"), titleHint)
	}
	return r.site, r.found
}

// Strings reads a theme's string file. Names of tables are joined to their keys
// by dots.
func Strings(src *diag.Source) (map[string]string, []diag.Finding) {
	doc := toml.Free().Parse(src, 0, len(src.Text))
	words := make(map[string]string, len(doc.Entries))
	for i := range doc.Entries {
		words[doc.Entries[i].Name] = doc.Entries[i].Text
	}
	return words, doc.Findings
}
