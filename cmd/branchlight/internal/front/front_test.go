package front

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"branchlight/cmd/branchlight/internal/diag"
)

const practice = `+++
title = "春风微讲堂：建立党员积分办法（第1号）"
date = 2022-06-23
updated = 2022-07-01
kind = "practice"
themes = ["模范机关", "志愿服务", "主题党日"]
summary = "围绕中心工作，结合岗位职责，建立党员积分办法，群众满意度稳步提高。"
author = "综合科"
source = "县财政局"
editor = "王伟"
brand = "春风"
slug = "chunfeng"
draft = false
+++

## 背景
`

func TestKeysAreDocumented(t *testing.T) {
	seen := map[string]string{}
	for i := range Keys {
		k := &Keys[i]
		if k.Doc.Zh == "" || k.Doc.En == "" || k.roles == 0 {
			t.Errorf("%s lacks its doc or its roles", k.Name)
		}
		for _, n := range append(k.Names, k.Name) {
			if other, twice := seen[n]; twice && other != k.Name {
				t.Errorf("%q means both %s and %s", n, other, k.Name)
			}
			seen[n] = k.Name
		}
	}
	shown := map[string]bool{}
	for _, s := range Sections() {
		for _, k := range s.Keys {
			shown[k.Name] = true
			if k.Help().Zh == "" || k.Help().En == "" || s.Title.Zh == "" {
				t.Errorf("help does not explain %s", k.Name)
			}
		}
	}
	if len(shown) != len(Keys) || len(explanations) != len(Keys) {
		t.Errorf("help shows %d of %d keys, and explains %d", len(shown), len(Keys), len(explanations))
	}
	if len(Keys) > 255 {
		t.Error("Place.Key is too small")
	}
}

// TestTemplates holds the lines that hints show to the reader itself.
func TestTemplates(t *testing.T) {
	text := strings.ReplaceAll(template, "        ", "")
	if _, found := Parse(diag.NewSource("a.md", []byte(text))); len(found) > 0 {
		t.Errorf("the template of a hint gives findings: %v", found)
	}
}

func TestPlacesOutliveTheSource(t *testing.T) {
	src := diag.NewSource("content/a.md", []byte(practice))
	m, found := Parse(src)
	if len(found) > 0 {
		t.Fatal(found)
	}
	for i := range src.Text {
		src.Text[i] = 'x'
	}
	if got, want := m.Pos("themes"), (diag.Pos{File: "content/a.md", Line: 6, Col: 10}); got != want {
		t.Errorf("themes at %v, want %v", got, want)
	}
	if got, want := m.Pos("cover"), (diag.Pos{File: "content/a.md", Line: 1}); got != want {
		t.Errorf("cover at %v, want %v", got, want)
	}
	if m.Title != "春风微讲堂：建立党员积分办法（第1号）" || m.Themes[2] != "主题党日" {
		t.Errorf("texts changed with the source: %q", m.Title)
	}
	if !m.Has("draft") || m.Has("cover") {
		t.Error("Has is wrong")
	}
}

func TestTexts(t *testing.T) {
	m, _ := Parse(diag.NewSource("a.md", []byte(practice)))
	var keys []string
	m.Texts(func(key, text string) { keys = append(keys, key) })
	want := "title summary themes themes themes author source editor slug kind brand"
	if got := strings.Join(keys, " "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestDoubtfulDraftsAreDrafts(t *testing.T) {
	for _, line := range []string{
		`draft = "true"`, `draft = "false"`, "draft = 是", "draft = 0", "draft", "draft =", "draft: false", "Draft = false", "草稿 = false",
		"draft = [false]", "draft = false false", "draft = false\ndraft = false", "darft = false", "[draft]\nx = 1\ndraft = 否", "“draft” = false",
	} {
		m, found := Parse(diag.NewSource("a.md", []byte("+++\ntitle = \"一\"\n"+line+"\n+++\n")))
		doubtful := false
		for _, f := range found {
			doubtful = doubtful || Doubtful(f) && f.Severity == diag.Error
		}
		if !m.Draft || !doubtful {
			t.Errorf("%q: draft %v, findings %v", line, m.Draft, found)
		}
	}
	for line, want := range map[string]bool{"draft = true": true, "draft = false": false, "stars = “5”": false} {
		if m, _ := Parse(diag.NewSource("a.md", []byte("+++\ntitle = \"一\"\n"+line+"\n+++\n"))); m.Draft != want {
			t.Errorf("%q: draft %v", line, m.Draft)
		}
	}
}

func TestConsentIsSaidPlainly(t *testing.T) {
	for line, want := range map[string]bool{"consent = true": true, "consent = false": false, `consent = "true"`: false, "consent = 是": false, "consent = true\nconsent = false": false} {
		if m, _ := Parse(diag.NewSource("a.md", []byte("+++\n"+line+"\n+++\n"))); m.Consent != want {
			t.Errorf("%q: consent %v", line, m.Consent)
		}
	}
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{practice, "", "+++", "---\na: b\n", "{\n", ";;;\n", "＋＋＋\n", "\ufeff\n\n+++ \n+++", "title = \"a\"\n\nx", "---js\n", "+++\r\na = 1\r\n+++\r\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		b := split(diag.NewSource("a.md", text))
		if b.body < 0 || b.body > len(text) || b.from > b.to || b.to > b.body && !b.opaque {
			t.Fatalf("from %d, to %d, body %d of %d", b.from, b.to, b.body, len(text))
		}
		for _, at := range []int{b.to, b.body} { // from may follow a +++ on its line
			if at > 0 && at < len(text) && text[at-1] != '\n' {
				t.Fatalf("%d is no start of a line", at)
			}
		}
		lines := bytes.Count(text, []byte("\n"))
		if got := bytes.Count(text[:b.body], []byte("\n")) + bytes.Count(text[b.body:], []byte("\n")); got != lines {
			t.Fatalf("%d lines, want %d", got, lines)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(practice))
	f.Add([]byte("+++\ntitle = “a”\nitems = [{name = \"x\", done：true}\n[[review]]\nrole = 1\ndraft = 是\n+++\n"))
	f.Add([]byte("+++\nsummary = \"a\nb\"\ncover = \"D:\\x\"\naliases = [\"/a/\", “b”]\nslug = \"-\"\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		copied := bytes.Clone(text)
		m, found := Parse(diag.NewSource("a.md", text))
		again, foundAgain := Parse(diag.NewSource("a.md", text))
		if !bytes.Equal(text, copied) || !reflect.DeepEqual(m, again) || !reflect.DeepEqual(found, foundAgain) {
			t.Fatal("not the same twice")
		}
		m.Texts(func(key, text string) {
			if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f || r == '\u200b' || r == '\u202e' }) {
				t.Fatalf("%s has control characters: %q", key, text)
			}
		})
		for _, a := range m.Aliases {
			if strings.HasPrefix(a, "/") || strings.Contains(a, "..") || strings.ContainsAny(a, "\\%:") {
				t.Fatalf("alias %q", a)
			}
		}
		if m.Percent < -1 || m.Percent > 100 || m.Stars < 0 || m.Stars > 5 {
			t.Fatal("out of range")
		}
		for r := Home; r <= Article; r++ {
			m.Misplaced(r)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	text := []byte(practice)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, found := Parse(diag.NewSource("a.md", text)); len(found) > 0 {
			b.Fatal(found)
		}
	}
}

func BenchmarkParseMistakes(b *testing.B) {
	text := []byte(strings.ReplaceAll(practice, `"`, "“"))
	b.ReportAllocs()
	for b.Loop() {
		Parse(diag.NewSource("a.md", text))
	}
}
