package diag

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	var none []any
	for _, c := range []struct{ got, want Text }{
		{Textf("有 100% 的把握", "100% sure", none...), Text{"有 100% 的把握", "100% sure"}}, // without arguments nothing is formatted
		{Textf("%d 处", "%d places", 3), Text{"3 处", "3 places"}},
		{Textf("%[2]s的%[1]s", "%[1]s of %[2]s", "甲", "乙"), Text{"乙的甲", "甲 of 乙"}},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	x := Text{"中", "en"}
	if x.In(Zh) != "中" || x.In(En) != "en" {
		t.Error("the languages are mixed up")
	}
	for s, want := range map[Severity]Text{Hint: {"建议", "hint"}, Warning: {"提醒", "warning"}, Error: {"错误", "error"}} {
		if s.Text() != want {
			t.Errorf("severity %d is %q", s, s.Text())
		}
	}
}

func TestPosString(t *testing.T) {
	for p, want := range map[Pos]string{
		{"content/局/_index.md", 14, 9}: "content/局/_index.md:14:9",
		{"a.md", 3, 0}:                 "a.md:3",
		{"a.md", 0, 0}:                 "a.md",
		{"a.md", 0, 5}:                 "a.md",
	} {
		if got := p.String(); got != want {
			t.Errorf("%#v is %q, want %q", p, got, want)
		}
	}
}

func TestSort(t *testing.T) {
	f := func(file string, line, col int, rule, zh string) Finding {
		return Finding{Rule: rule, Pos: Pos{file, line, col}, Message: Text{Zh: zh}}
	}
	want := []Finding{
		f("a.md", 0, 0, "r", ""), f("a.md", 1, 0, "r", ""), f("a.md", 1, 2, "a", "一"), f("a.md", 1, 2, "a", "二"), f("a.md", 1, 2, "b", ""),
		f("a.md", 2, 1, "r", ""), f("a.md", 10, 1, "r", ""), f("b.md", 1, 1, "r", ""),
	}
	for shift := range want {
		got := slices.Concat(want[shift:], want[:shift])
		Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("sorted: %v", got)
		}
	}
}

func TestErrors(t *testing.T) {
	fs := []Finding{{Severity: Error}, {Severity: Warning}, {Severity: Hint}, {Severity: Error}}
	if Errors(fs) != 2 || Errors(nil) != 0 {
		t.Error("errors are miscounted")
	}
}

func TestSourcePos(t *testing.T) {
	text := "一月\n\nab党c\n\t末"
	src := NewSource("a.md", []byte(text))
	for _, c := range []struct {
		offset    int
		line, col int
	}{
		{-5, 1, 1}, {0, 1, 1}, {3, 1, 2}, {6, 1, 3}, // the line's end belongs to it
		{7, 2, 1}, {8, 3, 1}, {10, 3, 3}, {13, 3, 4}, {14, 3, 5},
		{15, 4, 1}, {16, 4, 2}, {19, 4, 3}, {1000, 4, 3},
	} {
		if got := src.Pos(c.offset); got != (Pos{"a.md", c.line, c.col}) {
			t.Errorf("offset %d is at %s, want %d:%d", c.offset, got, c.line, c.col)
		}
	}
	for n, want := range map[int]string{-1: "", 0: "", 1: "一月", 2: "", 3: "ab党c", 4: "\t末", 5: ""} {
		if got := src.Line(n); got != want {
			t.Errorf("line %d is %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int]int{-1: 0, 0: 0, 1: 0, 2: 7, 3: 8, 4: 15, 5: len(text), 99: len(text)} {
		if got := src.Offset(n); got != want {
			t.Errorf("line %d starts at %d, want %d", n, got, want)
		}
	}
}

func TestSourceEdges(t *testing.T) {
	for text, last := range map[string]Pos{
		"":          {"x", 1, 1},
		"\n":        {"x", 2, 1},
		"a\n":       {"x", 2, 1},
		"a\n\n":     {"x", 3, 1},
		"😀党e\u0301": {"x", 1, 5}, // code points, not what is seen
		"\xff\xfe":  {"x", 1, 3}, // a byte that is not UTF-8 counts as a character
	} {
		if got := NewSource("x", []byte(text)).Pos(len(text)); got != last {
			t.Errorf("the end of %q is at %s, want %s", text, got, last)
		}
	}
	// A position and its way back agree for every offset that starts a character.
	text := "甲\n乙b\n\n丙😀\n"
	src := NewSource("x", []byte(text))
	for at := range text {
		p := src.Pos(at)
		line := text[src.Offset(p.Line):]
		if got := len(string([]rune(line)[:p.Col-1])); src.Offset(p.Line)+got != at {
			t.Errorf("offset %d is at %s, which is offset %d", at, p, src.Offset(p.Line)+got)
		}
	}
}

func TestSourceAtTheSameTime(t *testing.T) {
	src := NewSource("x", []byte(strings.Repeat("一行\n", 1000)))
	done := make(chan Pos)
	for range 8 {
		go func() { done <- src.Pos(7 * 500) }()
	}
	for range 8 {
		if got := <-done; got != (Pos{"x", 501, 1}) {
			t.Errorf("got %s", got)
		}
	}
}

func TestQuote(t *testing.T) {
	long := strings.Repeat("党", 200) // of 600 bytes
	src := NewSource("x", []byte("短\n"+long+"\n"))
	if got := src.Quote(1); got != "短" {
		t.Errorf("got %q", got)
	}
	if got := src.Quote(2); got != strings.Repeat("党", 133)+"…" {
		t.Errorf("a long line is cut to %d characters: %q", len([]rune(got)), got)
	}
}

func TestFinding(t *testing.T) {
	rule := &Rule{ID: "some-rule", Severity: Warning}
	src := NewSource("x", []byte("一\n二三\n"))
	got := src.Finding(rule, 7, Text{"话", "word"}, Text{"法", "way"})
	want := Finding{"some-rule", Warning, Pos{"x", 2, 2}, Text{"话", "word"}, Text{"法", "way"}, "二三"}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := rule.At(Pos{File: "x"}, Text{}, Text{}); got != (Finding{Rule: "some-rule", Severity: Warning, Pos: Pos{File: "x"}}) {
		t.Errorf("got %+v", got)
	}
}

func TestPrinter(t *testing.T) {
	f := Finding{"link-target", Error, Pos{"content/财政局/p.md", 14, 9}, Text{"没有这一页", "no such page"}, Text{"改成 b.md", "write b.md"}, "\t见[课堂](a.md)"}
	bare := Finding{Rule: "r", Severity: Hint, Pos: Pos{File: "a"}, Message: Text{"话", "word"}}
	for _, c := range []struct {
		p    Printer
		fs   []Finding
		want string
	}{
		{Printer{}, nil, ""},
		{Printer{}, []Finding{f}, "content/财政局/p.md:14:9: 错误：没有这一页 [link-target]\n    14 |     见[课堂](a.md)\n    提示：改成 b.md\n"},
		{Printer{Lang: En}, []Finding{f}, "content/财政局/p.md:14:9: error: no such page [link-target]\n    14 |     见[课堂](a.md)\n    hint: write b.md\n"},
		{Printer{}, []Finding{bare}, "a: 建议：话 [r]\n"},
		{Printer{Color: true}, []Finding{f, bare}, "content/财政局/p.md:14:9: \x1b[31m错误\x1b[0m：没有这一页 [link-target]\n    14 |     见[课堂](a.md)\n    提示：改成 b.md\na: \x1b[36m建议\x1b[0m：话 [r]\n"},
	} {
		var b strings.Builder
		c.p.W = &b
		if err := c.p.List(c.fs); err != nil || b.String() != c.want {
			t.Errorf("got %v\n%s\nwant\n%s", err, &b, c.want)
		}
	}
}

// Of many findings 50 are shown, errors before warnings before hints, each group
// in its order; the rest are counted.
func TestPrinterShowsFifty(t *testing.T) {
	var fs []Finding
	add := func(n int, s Severity) {
		for i := range n {
			fs = append(fs, Finding{Rule: "r", Severity: s, Pos: Pos{File: fmt.Sprintf("%d-%02d", s, i)}})
		}
	}
	add(30, Hint)
	add(30, Warning)
	add(15, Error)
	for _, c := range []struct {
		n    int // of fs
		last string
		rest string
	}{
		{50, "1-19", ""},
		{51, "1-20", "……还有 1 条没有显示。\n"},
		{75, "0-04", "……还有 25 条没有显示。\n"},
	} {
		var b strings.Builder
		if err := (Printer{W: &b}).List(fs[:c.n]); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(b.String(), "[r]"); got != MaxShown {
			t.Errorf("%d findings: %d are shown", c.n, got)
		}
		if !strings.HasSuffix(b.String(), c.rest) || strings.Contains(b.String(), "没有显示") != (c.rest != "") {
			t.Errorf("%d findings: the end is\n%s", c.n, b.String()[b.Len()-80:])
		}
		if c.n == 75 && (!strings.HasPrefix(b.String(), "2-00") || strings.Index(b.String(), "2-14") > strings.Index(b.String(), "1-00") || strings.Index(b.String(), "1-29") > strings.Index(b.String(), "0-00")) {
			t.Errorf("the errors do not come first:\n%s", &b)
		}
	}
	var b strings.Builder
	if err := (Printer{W: &b, Lang: En}).List(fs); err != nil || !strings.HasSuffix(b.String(), "... and 25 more not shown.\n") {
		t.Errorf("%v, %s", err, &b)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, fmt.Errorf("no room") }

func TestPrinterFails(t *testing.T) {
	if err := (Printer{W: full{}}).List([]Finding{{Rule: "r"}}); err == nil {
		t.Error("no error")
	}
}

func TestPrintable(t *testing.T) {
	for s, want := range map[string]string{
		"":                   "",
		"普通 text，𠮷😀 e\u0301": "普通 text，𠮷😀 e\u0301",
		"a\nb":               "a\nb",
		"a\tb\r":             "a<U+0009>b<U+000D>",
		"\x1b[31m红":          "<U+001B>[31m红",
		"\x00\x07\x7f\u009b": "<U+0000><U+0007><U+007F><U+009B>",
		"a\u202eb\u2066c":    "a<U+202E>b<U+2066>c",
		"零\u200b宽\ufeff":     "零<U+200B>宽<U+FEFF>",
		"\u00ad\u061c":       "<U+00AD><U+061C>",
		"\U000e0041":         "<U+E0041>",
	} {
		if got := Printable(s); got != want {
			t.Errorf("Printable(%q) = %q, want %q", s, got, want)
		}
	}
}

// Nothing that a finding holds reaches the terminal as it is: not from its file's
// name, its message, its line or its hint.
func TestPrinterHidesControls(t *testing.T) {
	evil := "x\x1b]0;title\x07\u202ey"
	f := Finding{Rule: "r", Severity: Error, Pos: Pos{evil, 1, 1}, Message: Text{Zh: evil}, Hint: Text{Zh: evil}, Line: evil}
	var b strings.Builder
	if err := (Printer{W: &b}).List([]Finding{f}); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(b.String(), "\x1b\x07\u202e") {
		t.Errorf("%q", b.String())
	}
	if got := strings.Count(b.String(), "<U+001B>"); got != 4 {
		t.Errorf("%d of 4 are shown: %s", got, &b)
	}
}

// However findings stand, they are sorted as a stable sort sorts them.
func TestSortIsStable(t *testing.T) {
	for n := range 60 {
		var fs []Finding
		for i := range n {
			at := rand.IntN(8)
			if i < n*3/4 {
				at = i / 4 // in order
			}
			fs = append(fs, Finding{Rule: "r", Pos: Pos{File: "f", Line: at}, Line: strconv.Itoa(i)})
		}
		want := slices.Clone(fs)
		slices.SortStableFunc(want, func(a, b Finding) int { return a.Pos.Line - b.Pos.Line })
		if Sort(fs); !slices.Equal(fs, want) {
			t.Fatalf("got %v, want %v", fs, want)
		}
	}
}
