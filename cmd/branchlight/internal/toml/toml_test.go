package toml

import (
	"bytes"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	burnt "github.com/BurntSushi/toml"

	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
)

const matter = `title = "春风微讲堂：建立党员积分办法（第1号）"
date = 2022-06-23
expires = 2030-07-01
themes = ["模范机关", "志愿服务", "主题党日"]
summary = "围绕中心工作，结合岗位职责，建立党员积分办法，群众满意度稳步提高。"
cover = "a.jpg" # 封面
draft = false
stars = 5
items = [
  { name = "自查", done = true, due = 2026-03-01 },
]
[[review]]
role = "初审"
`

// values gives what a table holds in the types that the library uses.
func values(t *Table) map[string]any {
	m := map[string]any{}
	for i := range t.Entries {
		m[t.Entries[i].Name] = plain(&t.Entries[i].Value)
	}
	return m
}

func plain(v *Value) any {
	switch v.Kind {
	case Text:
		return strings.TrimSpace(v.Text) // blanks at the ends may go
	case Int:
		return v.Num
	case Bool:
		return v.Num == 1
	case Day:
		return v.Day().String()
	case Section, Words:
		return values(v.Table)
	}
	list := []any{}
	for i := range v.List {
		list = append(list, plain(&v.List[i]))
	}
	return list
}

// like brings a value of the library into the same shape.
func like(x any) any {
	switch x := x.(type) {
	case string:
		return strings.TrimSpace(x)
	case time.Time:
		return day.Of(x).String()
	case []map[string]any:
		list := []any{}
		for _, e := range x {
			list = append(list, like(e))
		}
		return list
	case []any:
		for i := range x {
			x[i] = like(x[i])
		}
		return x
	case map[string]any:
		for k := range x {
			x[k] = like(x[k])
		}
	}
	return x
}

// narrower are the rules by which this package refuses what TOML allows.
var narrower = map[string]bool{
	typeRule.ID: true, unknownRule.ID: true, tableRule.ID: true, orderRule.ID: true, keyRule.ID: true,
	dateRule.ID: true, lineRule.ID: true, escapeRule.ID: true, invisibleRule.ID: true,
	quoteRule.ID: true, valueRule.ID: true, limitRule.ID: true, bracketRule.ID: true,
}

// FuzzAgree holds what is read here against the library. What is read without a
// finding is TOML, and means the same there. What is no TOML has a finding.
func FuzzAgree(f *testing.F) {
	for _, s := range []string{
		matter, "", "\"\"=\"\t\"", "title = ''", "title = \"a\\u0041\"", "title = '''a'''", "title = \"\"\"\na\"\"\"\"\"", "stars = 0x10", "stars = -0", "stars = 1_0", "stars = 1e3",
		"date = 2024-02-29", "date = 2024-02-30", "date = 2024-03-01 10:00:00", "date = 10:00", "themes = [\n\"a\", # x\n'b',\n]", "items = [{name = \"a\", }]", "items = [{\nname = \"a\"\n}]",
		"[[review]]\ndate = 2024-01-01\n[[ review ]]", "\"title\" = \"a\"", "'title' = \"a\"", "title = \"a\"\ntitle = \"b\"", "a.b = 1", "draft = true # x", "draft = true x",
		"title\t=\t\"a\"\r\n", "[agency]\nstages = []\n[pinyin]\n\"长\" = \"chang\"", "[agency]\n[agency]", "items = []\n[[items]]", "agency = {limit = 1}\n[agency]", "themes = [[\"a\"]]", "title = \"a\u00a0b\"",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f || r == 0xfeff }) || strings.Count(text, "\r") != strings.Count(text, "\r\n") {
			return
		}
		for _, s := range []*Schema{flatSchema, deepSchema} {
			doc := s.Parse(diag.NewSource("a", []byte(text)), 0, len(text))
			var want map[string]any
			err := library(text, &want)
			if len(doc.Findings) == 0 {
				if err != nil {
					t.Fatalf("%q is read, and the library says: %v", text, err)
				}
				if got := values(&doc.Table); len(got)+len(want) > 0 && !reflect.DeepEqual(got, like(want)) {
					t.Fatalf("%q: got %v, the library has %v", text, got, want)
				}
				continue
			}
			if err != nil || quotedHeader.MatchString(text) {
				continue
			}
			if !slices.ContainsFunc(doc.Findings, func(f diag.Finding) bool { return narrower[f.Rule] }) && !strings.Contains(text, ".") {
				t.Fatalf("%q is TOML, and gives %v", text, doc.Findings)
			}
		}
	})
}

// quotedHeader is TOML, but no key of a schema needs it.
var quotedHeader = regexp.MustCompile(`(?m)^[ \t]*\[\[?[ \t]*["']`)

func library(text string, v any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	_, err = burnt.Decode(text, v)
	return err
}

// FuzzParse feeds anything at all.
func FuzzParse(f *testing.F) {
	f.Add([]byte(matter))
	f.Add([]byte("title = “a\nthemes = 【“a”、b\nitems = [{ name：'x'\ndate = 2024年\n[[review\ndraft 是"))
	f.Add([]byte("a = \"\"\"\n\nb = '''\n[[[[[[[[[[[\n{ = }\n\xff\xfe = \x00"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, s := range []*Schema{flatSchema, deepSchema, freeSchema} {
			doc := s.Parse(diag.NewSource("a", text), 0, len(text))
			again := s.Parse(diag.NewSource("a", text), 0, len(text))
			if !reflect.DeepEqual(doc.Findings, again.Findings) || dump(&doc.Table, "") != dump(&again.Table, "") {
				t.Fatal("not the same twice")
			}
			if len(doc.Findings) > maxFindings+10 {
				t.Fatalf("%d findings", len(doc.Findings))
			}
			inside(t, &doc.Table, len(text))
			for _, f := range doc.Findings {
				if bytes.IndexByte(text, '%') >= 0 {
					continue
				}
				if f.Message.Zh == "" || f.Message.En == "" || strings.Contains(f.Message.Zh+f.Hint.Zh, "%!") || strings.Contains(f.Message.En+f.Hint.En, "%!") {
					t.Fatalf("bad message %+v", f)
				}
			}
		}
	})
}

func inside(t *testing.T, tab *Table, size int) {
	for i := range tab.Entries {
		e := &tab.Entries[i]
		if e.At < 0 || e.At > size || e.Value.At < 0 || e.Value.At > e.Value.End || e.Value.End > size {
			t.Fatalf("%s stands at %d, its value at %d to %d of %d", e.Name, e.At, e.Value.At, e.Value.End, size)
		}
		if e.Table != nil {
			inside(t, e.Table, size)
		}
		for j := range e.List {
			if e.List[j].Table != nil {
				inside(t, e.List[j].Table, size)
			}
		}
	}
}

// TestCorrectionsAreRight reads the lines that hints show: they give no findings
// of their own.
func TestCorrectionsAreRight(t *testing.T) {
	for _, text := range []string{
		"title = “一月一课”", "title = 一月一课", "title = \"推行\"一线\"工作法\"", "themes = 【“甲”、“乙”】", "date = 2024年3月1日", "draft = 是",
		"cover = \"D:\\党建\"", "stars = ５", "标题 ＝ 「一」", "themes = 甲、乙", "items = [{name：“甲”，done：true}",
	} {
		doc := flatSchema.Parse(diag.NewSource("a", []byte(text)), 0, len(text))
		if len(doc.Findings) != 1 {
			t.Errorf("%s: %d findings", text, len(doc.Findings))
			continue
		}
		_, line, ok := strings.Cut(doc.Findings[0].Hint.Zh, "\n        ")
		if again := flatSchema.Parse(diag.NewSource("a", []byte(line)), 0, len(line)); !ok || len(again.Findings) > 0 || len(again.Entries) != 1 {
			t.Errorf("%s is corrected to %q", text, line)
		}
	}
}

func TestSuggest(t *testing.T) {
	for name, want := range map[string]string{"tilte": "title", "Title": "title", "标题": "title", "发布日期": "date", "ｄａｔｅ": "date", "theme": "themes", "x": "", "colour": "", "ti": "", "标": ""} {
		if k, ok := flatSchema.Resolve(name); k.Name != want || ok != (want != "") {
			t.Errorf("%s: got %q", name, k.Name)
		}
	}
}

func TestManyKeys(t *testing.T) {
	var b strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&b, "k%d = \"v\"\n", i)
	}
	b.WriteString("k7 = \"again\"\n")
	doc := Free().Parse(diag.NewSource("a", []byte(b.String())), 0, b.Len())
	if len(doc.Entries) != 5000 || doc.Get("k4999") == nil || len(doc.Findings) != 1 {
		t.Errorf("%d entries, %d findings", len(doc.Entries), len(doc.Findings))
	}
}

// TestDepth reads values that nest without end.
func TestDepth(t *testing.T) {
	for _, text := range []string{strings.Repeat("[", 1<<20), strings.Repeat("{a=", 1<<18), strings.Repeat("a.", 1<<18)} {
		text = "themes = " + text
		doc := flatSchema.Parse(diag.NewSource("a", []byte(text)), 0, len(text))
		if len(doc.Findings) == 0 {
			t.Errorf("no finding for %.20s", text)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	text := []byte(matter)
	b.ReportAllocs()
	for b.Loop() {
		if doc := flatSchema.Parse(diag.NewSource("a", text), 0, len(text)); len(doc.Findings) > 0 {
			b.Fatal(doc.Findings)
		}
	}
}

func BenchmarkLibrary(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var m map[string]any
		if _, err := burnt.Decode(matter, &m); err != nil {
			b.Fatal(err)
		}
	}
}
