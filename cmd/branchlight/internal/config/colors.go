package config

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/toml"
)

// Color is a colour that the site sets in place of the theme's. Its value is a #
// and six hexadecimal digits in small letters, and nothing else.
type Color struct {
	Name  string // one of Palette
	Value string
}

// Palette has the colours that a site can set, as the county theme has them. A
// theme knows them as the custom properties --red, --deep and so on.
var Palette = []Color{
	{"red", "#9e1b1e"},    // masthead, links, what is current
	{"deep", "#7c1316"},   // columns, titles
	{"paper", "#fbf8f3"},  // behind everything
	{"text", "#231c18"},   // on paper
	{"muted", "#5e544c"},  // dates and notes on paper
	{"border", "#8c7f73"}, // lines that mean something
	{"gold", "#b8893b"},   // rules and ornament
}

// contrasts are the pairs that are read or told apart, with the least contrast
// of WCAG 2.2: 1.4.3 for text, 1.4.11 for lines.
var contrasts = []struct {
	front, back string
	least       float64
}{
	{"#ffffff", "red", 4.5},
	{"#ffffff", "deep", 4.5},
	{"red", "paper", 4.5},
	{"deep", "paper", 4.5},
	{"text", "paper", 4.5},
	{"muted", "paper", 4.5},
	{"border", "paper", 3},
}

// colorKeys are the keys of [colors].
func colorKeys() []toml.Key {
	docs := map[string]diag.Text{
		"red":    {Zh: "主色：页眉、链接、当前项", En: "the main colour: masthead, links, what is current"},
		"deep":   {Zh: "深色：栏目条、标题", En: "the deep colour: columns, titles"},
		"paper":  {Zh: "页面底色", En: "behind everything"},
		"text":   {Zh: "正文颜色", En: "text"},
		"muted":  {Zh: "日期、说明的颜色", En: "dates and notes"},
		"border": {Zh: "框线颜色", En: "lines"},
		"gold":   {Zh: "装饰线颜色", En: "ornament"},
	}
	var keys []toml.Key
	for _, c := range Palette {
		keys = append(keys, toml.Key{Name: c.Name, Kind: toml.Text, Doc: docs[c.Name]})
	}
	return keys
}

var hexColor = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^#[0-9a-f]{6}$`) })

func (r *reader) colors(t *toml.Table) {
	set := map[string]string{}
	at := map[string]int{}
	for _, c := range Palette {
		e := t.Get(c.Name)
		if e == nil || e.Kind != toml.Text {
			continue
		}
		value := strings.ToLower(strings.TrimSpace(e.Text))
		if !hexColor().MatchString(value) {
			r.report(valueRule, e.Value.At, diag.Textf("颜色 %[1]s 写得不对：“%[2]s”", "the colour %[1]s is not written right: %[2]q", c.Name, e.Text),
				diag.Textf("写 # 和六位十六进制数，例如 %[1]s = \"%[2]s\"；不写就用主题的颜色。", "Write # and six hexadecimal digits, such as %[1]s = %[2]q; without it the theme's own serves.", c.Name, c.Value))
			continue
		}
		set[c.Name], at[c.Name] = value, e.Value.At
		r.site.Colors = append(r.site.Colors, Color{c.Name, value})
	}
	value := func(name string) string {
		if set[name] != "" {
			return set[name]
		}
		for _, c := range Palette {
			if c.Name == name {
				return c.Value
			}
		}
		return name // white
	}
	for _, p := range contrasts {
		where := p.front
		if set[where] == "" {
			where = p.back
		}
		if set[where] == "" {
			continue // both are the theme's
		}
		if got := contrast(value(p.front), value(p.back)); got < p.least {
			r.report(contrastRule, at[where], diag.Textf("颜色太接近，看不清：%[1]s 与 %[2]s 的对比度是 %.1[3]f，至少要 %.1[4]f", "the colours are too near to be read: the contrast of %[1]s and %[2]s is %.1[3]f, and at least %.1[4]f is wanted", colorName(p.front), p.back, math.Floor(got*10)/10, p.least),
				diag.Textf("把深的一种改深，或把浅的一种改浅。", "Make the darker one darker, or the lighter one lighter."))
		}
	}
}

func colorName(name string) string {
	if name == "#ffffff" {
		return "white"
	}
	return name
}

// contrast is the contrast ratio of two colours, 1 to 21, as WCAG defines it.
func contrast(x, y string) float64 {
	a, b := luminance(x), luminance(y)
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}

func luminance(color string) float64 {
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(color[1+2*i:3+2*i], 16, 8)
		if err != nil {
			return 0 // hexColor has looked at it
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
