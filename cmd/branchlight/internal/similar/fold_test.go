package similar

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func foldOf(text string, names ...string) string {
	var f folded
	f.fold(text, NewNames(names))
	return strings.NewReplacer(string(anyNumber), "#", string(anyName), "@").Replace(string(f.runes))
}

func TestFold(t *testing.T) {
	names := []string{"县财政局", "财政局", "预算股党支部", "县第一中学", "局"}
	for text, want := range map[string]string{
		"": "", "，。！ \n\t　": "",
		"党建，引领。":     "党建引领",
		"共 12,345 人": "共##人", // a comma parts numbers, here as there
		"２０２６年３月五日":  "#年#月#日",
		"百分之九十八":     "#分之#",
		"ABC ａｂＣ":    "abcabc",
		"县财政局预算股党支部": "@@",
		"财政局和县财政局":   "@和@",
		"财 政 局":      "@",
		"县第1中学":      "@", // a name is folded as a text is
		"局长":         "局长",
		"\xff党\xfe":  "党",
		"😀党𠮷":        "党𠮷",
	} {
		if got := foldOf(text, names...); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// Places lead back to the text.
func TestFoldPlaces(t *testing.T) {
	text := "在 2026 年，县财政局做了“三件”事。"
	var f folded
	f.fold(text, NewNames([]string{"县财政局"}))
	var parts []string
	for i := range f.runes {
		parts = append(parts, text[f.from[i]:f.to[i]])
	}
	if got := strings.Join(parts, "|"); got != "在|2026|年|县财政局|做|了|三|件|事" {
		t.Error(got)
	}
}

const paragraph = "每逢单周周三晚上七点半，由一名技术员讲一个当季的问题，讲完当场答问。讲稿不超过两页纸，用本村的地块和收成做例子，不念文件。听课的农户可以点下一次的题目，由支委登记在一块旧黑板上，下回照着黑板上的顺序接着讲，讲不完的记到下一页。"

// A passage is found with its place in both, with names, numbers and single
// characters changed, more or fewer.
func TestCompare(t *testing.T) {
	r := NewReader(NewNames([]string{"县水利局", "县农业局"}))
	a := "县农业局的开头。\n" + paragraph
	for what, b := range map[string]string{
		"the same":        paragraph,
		"numbers":         strings.NewReplacer("七点半", "8点半", "两页", "11 页").Replace(paragraph),
		"a changed one":   strings.Replace(paragraph, "地块", "田块", 1),
		"one more":        strings.Replace(paragraph, "地块", "小地块", 1),
		"one less":        strings.Replace(paragraph, "当季的", "当季", 1),
		"punctuation":     strings.NewReplacer("，", ",", "。", "\n\n").Replace(paragraph),
		"something else":  "前面有一段自己写的话，说明这件事是怎么起头的。" + paragraph + "后面又有一段。",
		"two paragraphs":  paragraph[len(paragraph)/2/3*3:] + "\n" + paragraph[:len(paragraph)/2/3*3],
		"an agency's own": "县水利局的开头。" + paragraph,
	} {
		m := r.Compare(a, b, nil)
		if m.Len < 80 || m.PercentB < 60 || m.PercentA < 70 {
			t.Errorf("%s: %+v", what, m)
		}
		for _, p := range m.Passages {
			x, y := a[p.A.From:p.A.To], b[p.B.From:p.B.To]
			if !utf8.ValidString(x) || !utf8.ValidString(y) || utf8.RuneCountInString(y) < Passage {
				t.Errorf("%s: the passage %q | %q", what, x, y)
			}
		}
	}
	for what, b := range map[string]string{
		"nothing": "", "a sentence": "讲稿不超过两页纸，用本村的地块和收成做例子，不念文件。",
		"other words": strings.Repeat("水库管理所自己编了一本巡堤口诀，新来的同志两天就能背熟。", 5),
	} {
		if m := r.Compare(a, b, nil); m.Len != 0 || m.Passages != nil {
			t.Errorf("%s: %+v", what, m)
		}
	}
}

// A passage of which almost every print is one of a set phrase counts for nothing.
func TestPhrases(t *testing.T) {
	r := NewReader(NewNames(nil))
	texts := make([]string, 3*setPhrase)
	list := make([]Prints, len(texts))
	for i := range texts {
		texts[i] = paragraph + strings.Repeat(string(rune(0x5000+i)), 3)
		list[i] = r.Prints(texts[i])
	}
	pairs, phrases := Search(list, 0)
	if len(pairs) > 0 || len(phrases) == 0 {
		t.Errorf("%d pairs, %d phrases", len(pairs), len(phrases))
	}
	if m := r.Compare(texts[0], texts[1], phrases); m.Len > 0 {
		t.Errorf("%+v", m)
	}
	if m := r.Compare(texts[0], texts[1], nil); m.Len == 0 {
		t.Error("without phrases nothing is found either")
	}
}

// A text that went to many is said of each of them, the first included as source.
func TestSearchMany(t *testing.T) {
	r := NewReader(NewNames(nil))
	list := make([]Prints, setPhrase)
	for i := range list {
		list[i] = r.Prints(paragraph)
	}
	pairs, _ := Search(list, 0)
	from := map[int]bool{}
	for _, c := range pairs {
		if c.Earlier >= c.Later {
			t.Errorf("%+v", c)
		}
		from[c.Later] = from[c.Later] || c.Earlier == 0
	}
	for i := 1; i < len(list); i++ {
		if !from[i] {
			t.Errorf("text %d is not compared with the first", i)
		}
	}
	if pairs, _ := Search(list, len(list)-1); len(pairs) == 0 || pairs[0].Later != len(list)-1 {
		t.Errorf("of one text: %v", pairs)
	}
	if pairs, phrases := Search(nil, 0); pairs != nil || phrases != nil {
		t.Error("of no text something is found")
	}
}

// Texts that are nothing but repetition take no longer than others.
func TestRepetition(t *testing.T) {
	r := NewReader(NewNames(nil))
	for _, unit := range []string{"党", "党建", "支部工作法示范岗"} {
		long := strings.Repeat(unit, 400_000/len(unit))
		r.Prints(long)
		if m := r.Compare(long, long, nil); m.PercentB < 90 {
			t.Errorf("%q: %d %%", unit, m.PercentB)
		}
		r.Compare(long, strings.Repeat(unit+"甲", 50_000), nil)
	}
}

func FuzzCompare(f *testing.F) {
	f.Add(paragraph, paragraph+"甲", "县财政局")
	f.Add("", "\xff", "")
	f.Fuzz(func(t *testing.T, a, b, name string) {
		r := NewReader(NewNames([]string{name}))
		p := r.Prints(a)
		if again := r.Prints(a); again != p || p.Len()*4 != len(p) {
			t.Error("other prints of the same text")
		}
		m := r.Compare(a, b, nil)
		for _, s := range m.Passages {
			if s.A.From < 0 || s.A.To > len(a) || s.A.From >= s.A.To || s.B.From < 0 || s.B.To > len(b) || s.B.From >= s.B.To {
				t.Errorf("a passage outside the texts: %+v", s)
			}
		}
	})
}
