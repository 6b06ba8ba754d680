package toml

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/golden"
)

// testSchema is small, and has a key of every kind.
var testKeys = []Key{
	{Name: "title", Kind: Text, Names: []string{"标题", "题目"}},
	{Name: "summary", Kind: Text, Names: []string{"摘要", "description"}},
	{Name: "cover", Kind: Text, Names: []string{"封面"}},
	{Name: "date", Kind: Day, Names: []string{"日期", "时间"}},
	{Name: "expires", Kind: Day, Names: []string{"截止"}},
	{Name: "themes", Kind: Texts, Names: []string{"主题", "tags"}},
	{Name: "draft", Kind: Bool, Names: []string{"草稿"}},
	{Name: "stars", Kind: Int, Names: []string{"星级"}},
	{Name: "items", Kind: Tables, Keys: []Key{{Name: "name", Kind: Text}, {Name: "done", Kind: Bool}, {Name: "due", Kind: Day}}},
	{Name: "review", Kind: Tables, Keys: []Key{{Name: "role", Kind: Text}, {Name: "date", Kind: Day}}},
}

var (
	flatSchema = Flat(testKeys...)
	deepSchema = NewSchema(append([]Key{
		{Name: "agency", Kind: Section, Keys: []Key{{Name: "stages", Kind: Texts}, {Name: "limit", Kind: Int}}},
		{Name: "pinyin", Kind: Words},
	}, testKeys...)...)
	freeSchema = Free()
)

// TestGolden reads testdata/*.txtar: the input, its values, and the findings in
// Chinese and in English. <U+200B> in an input stands for the character itself.
// The file's name begins with the schema: flat, deep or free.
func TestGolden(t *testing.T) {
	golden.Run(t, Rules, func(t *testing.T, name string, in []txtar.File) (got []txtar.File, all []diag.Finding) {
		for _, f := range in {
			if f.Name != "input" {
				continue
			}
			src := diag.NewSource("a.md", []byte(visible(string(f.Data))))
			doc := schemaOf(name).Parse(src, 0, len(src.Text))
			for _, f := range doc.Findings {
				if strings.Contains(f.Message.Zh+f.Hint.Zh+f.Message.En+f.Hint.En, `\x`) {
					t.Errorf("a message has an escape: %s", f.Message.Zh)
				}
			}
			values := txtar.File{Name: "values", Data: []byte(dump(&doc.Table, "") + unread(doc))}
			got = append(append(got, f, values), golden.Printed(t, doc.Findings)...)
			all = append(all, doc.Findings...)
		}
		return got, all
	})
}

func schemaOf(name string) *Schema {
	switch kind, _, _ := strings.Cut(name, "_"); kind {
	case "deep":
		return deepSchema
	case "free":
		return freeSchema
	}
	return flatSchema
}

var code = regexp.MustCompile(`<U\+([0-9A-F]{4})>`)

func visible(s string) string {
	return code.ReplaceAllStringFunc(s, func(m string) string {
		n, _ := strconv.ParseUint(m[3:7], 16, 32)
		return string(rune(n))
	})
}

func unread(d *Document) string {
	var b strings.Builder
	for _, s := range d.Unread {
		fmt.Fprintf(&b, "unread %q\n", s)
	}
	return b.String()
}

func dump(t *Table, indent string) string {
	var b strings.Builder
	for i := range t.Entries {
		e := &t.Entries[i]
		doubt := ""
		if e.Doubtful {
			doubt = " ?"
		}
		fmt.Fprintf(&b, "%s%s = %s @%d%s\n", indent, e.Name, show(&e.Value, indent), e.Value.At, doubt)
	}
	return b.String()
}

func show(v *Value, indent string) string {
	switch v.Kind {
	case Text:
		return strconv.Quote(v.Text)
	case Int:
		return strconv.FormatInt(v.Num, 10)
	case Bool:
		return strconv.FormatBool(v.Num == 1)
	case Day:
		return v.Day().String()
	case float:
		return v.Text
	case Section, Words:
		return "{\n" + dump(v.Table, indent+"  ") + indent + "}"
	case Texts, Tables, list:
		var out []string
		for i := range v.List {
			out = append(out, show(&v.List[i], indent))
		}
		return "[" + strings.Join(out, ", ") + "]"
	case instant:
		return "instant"
	}
	return "none"
}
