package signoff

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/tree"
)

const file = "content/财政局/一支部/一月一课.md"

const page = `+++
title = "一月一课"
date = 2026-03-01
kind = "practice"
themes = ["理论武装", "主题党日"]
+++

## 背景

年轻同志多，  学习时间难凑齐。
下一行。

见[附件](名单.xlsx)和[另一页](二.md)。

![现场](图/现场.jpg)
`

// encodings are the ways in which a page may be saved.
var encodings = map[string]func(string) []byte{
	"UTF-8":       func(s string) []byte { return []byte(s) },
	"BOM":         func(s string) []byte { return []byte("\xEF\xBB\xBF" + s) },
	"CRLF":        func(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n")) },
	"CR":          func(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r")) },
	"GB18030":     func(s string) []byte { b, _ := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s)); return b },
	"UTF-16LE":    func(s string) []byte { return utf16(unicode.LittleEndian, s) },
	"UTF-16BE":    func(s string) []byte { return utf16(unicode.BigEndian, s) },
	"GB18030CRLF": func(s string) []byte { return encodings0(strings.ReplaceAll(s, "\n", "\r\n")) },
}

func encodings0(s string) []byte {
	b, _ := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
	return b
}

func utf16(e unicode.Endianness, s string) []byte {
	b, _ := unicode.UTF16(e, unicode.UseBOM).NewEncoder().Bytes([]byte(s))
	return b
}

func digest(t *testing.T, raw []byte, files ...File) string {
	t.Helper()
	src, _ := tree.Decode(file, raw)
	if src == nil {
		t.Fatal("the text cannot be read")
	}
	m, found := front.Parse(src)
	if diag.Errors(found) > 0 {
		t.Fatal(found)
	}
	return Digest(file, Text(src, m), files)
}

func TestDigestKeeps(t *testing.T) {
	want := digest(t, []byte(page))
	same := map[string]string{
		"order of keys":   strings.Replace(page, "date = 2026-03-01\nkind = \"practice\"", "kind = \"practice\" # 类型\ndate   = 2026-03-01", 1),
		"draft":           strings.Replace(page, "date =", "draft = true\ndate =", 1),
		"blanks":          strings.Replace(page, "年轻同志多，  学习", "　　年轻同志多， 学习", 1) + "\n\n",
		"a review":        strings.Replace(page, "\n+++\n", "\n\n[[review]]\nrole = \"初审\"\nname = \"李\"\ndate = 2026-03-02\n+++\n", 1),
		"ends of lines":   strings.ReplaceAll(page, "\n", " \n"),
		"two empty lines": strings.Replace(page, "下一行。\n", "下一行。\n\n", 1),
	}
	for what, text := range same {
		if got := digest(t, []byte(text)); got != want {
			t.Errorf("%s changes the digest", what)
		}
	}
	for what, encode := range encodings {
		if got := digest(t, encode(page)); got != want {
			t.Errorf("%s changes the digest", what)
		}
	}
}

func TestDigestChanges(t *testing.T) {
	f := File{"content/财政局/一支部/名单.xlsx", Sum{1}}
	want := digest(t, []byte(page), f)
	for what, got := range map[string]string{
		"a character":    digest(t, []byte(strings.Replace(page, "难凑齐", "很难凑", 1)), f),
		"a paragraph":    digest(t, []byte(strings.Replace(page, "难凑齐。\n", "难凑齐。\n\n", 1)), f),
		"a day":          digest(t, []byte(strings.Replace(page, "2026-03-01", "2026-03-02", 1)), f),
		"a theme":        digest(t, []byte(strings.Replace(page, `, "主题党日"`, "", 1)), f),
		"a file":         digest(t, []byte(page), File{f.Path, Sum{2}}),
		"a missing file": digest(t, []byte(page), File{f.Path, Sum{}}),
		"no file":        digest(t, []byte(page)),
	} {
		if got == want {
			t.Errorf("%s leaves the digest", what)
		}
	}
}

func TestFiles(t *testing.T) {
	src := diag.NewSource(file, []byte(page))
	m, _ := front.Parse(src)
	got := Files(m, mark.New().Parse(src, m.Body))
	if strings.Join(got, " ") != "content/财政局/一支部/名单.xlsx content/财政局/一支部/图/现场.jpg" {
		t.Error(got)
	}
}

func review(role, name, digest string) front.Review {
	return front.Review{Role: role, Name: name, Date: day.Day(20261127), Digest: digest}
}

// A sign-off is written in every encoding; all other bytes stay, a second one of the
// role takes its place, and none voids another.
func TestWrite(t *testing.T) {
	for what, encode := range encodings {
		raw := encode(page)
		d := digest(t, raw)
		one, err := Write(file, raw, review("初审", "李清源", d))
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		two, err := Write(file, one, review("终审", "周明远", d))
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		again, err := Write(file, two, review("初审", "李\"清\"源\\", d))
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		again, err = Write(file, again, review("初审", "李清源", d))
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		front := func(reviews string) []byte {
			return encode(strings.Replace(page, "\n+++\n", "\n"+reviews+"+++\n", 1))
		}
		entry := func(role, name string) string {
			return "\n[[review]]\nrole = \"" + role + "\"\nname = \"" + name + "\"\ndate = 2026-11-27\ndigest = \"" + d + "\"\n"
		}
		if want := front(entry("初审", "李清源")); !bytes.Equal(one, want) {
			t.Errorf("%s: got %q\nwant %q", what, one, want)
		}
		if want := front(entry("终审", "周明远") + entry("初审", "李清源")); !bytes.Equal(again, want) {
			t.Errorf("%s, once more: got %q\nwant %q", what, again, want)
		}
		if digest(t, again) != d {
			t.Errorf("%s: signing changes the digest", what)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	for what, text := range map[string]string{
		"no front matter": "# 标题\n\n正文\n",
		"no end":          "+++\ntitle = \"题\"\n\n正文\n",
		"a mistake":       "+++\ntitle = “题”\n+++\n正文\n",
		"a glued end":     "+++\ntitle = \"题\"\n+++正文\n",
		"nothing":         "",
	} {
		if out, err := Write(file, []byte(text), review("初审", "李", "sha256:00")); err == nil {
			t.Errorf("%s is written: %q", what, out)
		}
	}
}

func TestState(t *testing.T) {
	m := &front.Matter{Reviews: []front.Review{review("初审", "甲", "a"), review("初审", "乙", "b"), review("终审", "丙", "x")}}
	for role, want := range map[string]State{"初审": Valid, "终审": Void, "复审": Missing} {
		if got, _ := In(m, role, "a"); got != want {
			t.Errorf("%s is %v", role, got)
		}
	}
	if _, r := In(m, "初审", "a"); r.Name != "甲" {
		t.Error("the void one is shown for the valid one")
	}
}

func FuzzWrite(f *testing.F) {
	f.Add([]byte(page))
	f.Add([]byte("+++\n[[review]]\nrole = \"初审\"\nname = \"a\"\ndate = 2026-01-01\n+++"))
	f.Add([]byte("+++\r[[review]]\r\n[[review]]\nrole=\"初审\"\n+++\u2028x"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		out, err := Write(file, raw, review("初审", "李", "sha256:00"))
		if err != nil {
			return
		}
		if _, err := Write(file, out, review("初审", "王", "sha256:01")); err != nil {
			t.Errorf("%q cannot be signed again: %v", out, err)
		}
	})
}
