package route

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

// without makes a Namer of the built-in table less one word.
func without(word string) *Namer {
	rest := builtin()
	delete(rest, word)
	return &Namer{tables: [2]phrases{newPhrases(nil), newPhrases(rest)}}
}

// A word is in the table because it is read wrongly without it, or because it
// guards against another word that begins inside it.
func TestPhrasesEarnTheirPlace(t *testing.T) {
	lines := 0
	for line := range strings.Lines(phraseFile) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			lines++
		}
	}
	table := builtin()
	if len(table) != lines {
		t.Errorf("%d words in %d lines: one stands twice", len(table), lines)
	}
	n := NewNamer(nil)
	for word, want := range table {
		if err := CheckPhrase(word, want); err != nil {
			t.Errorf("%s: %v", word, err)
		}
		name := strings.TrimPrefix(word, anchored)
		if got := strings.Join(n.Pinyin(name), " "); got != want {
			t.Errorf("Pinyin(%s) = %s, want %s", name, got, want)
		}
		if strings.Join(without(word).Pinyin(name), " ") == want && !guards(name, table) {
			t.Errorf("%s is read as %s without the table: take it out", word, want)
		}
	}
}

// guards reports that a word of the table begins inside name and goes on behind
// it, or that a shorter one begins name.
func guards(name string, table map[string]string) bool {
	for other := range table {
		if other != name && strings.HasPrefix(name, other) {
			return true
		}
		for i := range name {
			if i > 0 && len(other) > len(name)-i && strings.HasPrefix(other, name[i:]) {
				return true
			}
		}
	}
	return false
}

func TestPinyin(t *testing.T) {
	n := NewNamer(nil)
	for name, want := range map[string]string{
		"重庆":       "chong qing",
		"长丰县财政局":   "chang feng xian cai zheng ju",
		"县银行业协会":   "xian yin hang ye xie hui",
		"人民调解员":    "ren min tiao jie yuan",
		"会计核算中心":   "kuai ji he suan zhong xin",
		"六安":       "lu an",
		"单县":       "shan xian",
		"执行局行动":    "zhi xing ju xing dong",
		"一行":       "yi xing",
		"校长会长部长局长": "xiao zhang hui zhang bu zhang ju zhang",
		"增长成长长期":   "zeng zhang cheng zhang chang qi",
		"音乐快乐":     "yin yue kuai le",
		"传承":       "chuan cheng",
		"重点重要重复重新": "zhong dian zhong yao chong fu chong xin",
		"角色":       "jue se",
		"单位差距":     "dan wei cha ju",
		"参差":       "cen ci",
		"处长处理":     "chu zhang chu li",
		"朝阳数据分数":   "chao yang shu ju fen shu",
		"看护供给给予尽管": "kan hu gong ji ji yu jin guan",
		"宁夏率先效率":   "ning xia shuai xian xiao lv",
		"三个表率":     "san ge biao shuai",
		"三审三校":     "san shen san jiao",
		"曾国强":      "zeng guo qiang",
		"不曾停歇":     "bu ceng ting xie",
		"仇英":       "qiu ying",
		"恩仇":       "en chou",
		"注重建设":     "zhu zhong jian she",
		"为了解决":     "wei le jie jue",
		"突出差异":     "tu chu cha yi",
		"年会计划":     "nian hui ji hua",
		"推行业务融合":   "tui xing ye wu rong he",
		"员工行为":     "yuan gong xing wei",
		"局长安排":     "ju zhang an pai",
		"着力畜牧":     "zhuo li xu mu",
		"河长制":      "he zhang zhi",
		"绿色女工":     "lv se nv gong",
		"5A工作机制":   "5a gong zuo ji zhi",
		"第12号":     "di 12 hao",
		"ＡＢ１２，　党":  "ab12 dang",
		"café":     "cafe",
		"":         "",
	} {
		if got := strings.Join(n.Pinyin(name), " "); got != want {
			t.Errorf("Pinyin(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestSitePhrases(t *testing.T) {
	n := NewNamer(map[string]string{
		"长丰":  "zhang feng", // over the built-in word
		"单":   "shan",
		"^盖":  "ge",
		"坏":   "bad reading",
		"abc": "a b c",
	})
	for name, want := range map[string]string{
		"长丰":   "zhang feng",
		"简单":   "jian shan",
		"盖茨覆盖": "ge ci fu gai",
		"坏":    "huai",
		"重庆":   "chong qing",
	} {
		if got := strings.Join(n.Pinyin(name), " "); got != want {
			t.Errorf("Pinyin(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestSlug(t *testing.T) {
	n := NewNamer(nil)
	long := strings.Repeat("支部", 30)
	for name, want := range map[string]string{
		"财政局":         "cai-zheng-ju",
		"p0000001":    "p0000001",
		"a-b":         "a-b",
		"A_b C":       "a-b-c",
		"--a--":       "a",
		"2026年 一月一课":  "2026-nian-yi-yue-yi-ke",
		"“初心”课堂（第2期）": "chu-xin-ke-tang-di-2-qi",
		"con":         "n-con",
		"ＣＯＮ":         "n-con",
		"①号":          "1-hao",
		"é":           "e",
		"e\u0301":     "e",
		"㐂":           "u3402", // no reading is known
		"𰻝面":          "biang-mian",
		"v1.2":        "v1-2",
		"a'b\"#?%&":   "a-b",
	} {
		if got := n.Slug(name); got != want {
			t.Errorf("Slug(%q) = %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"", "……", "🎉", long, long + "一", strings.Repeat("a", 200), ".."} {
		got := n.Slug(name)
		if reason, ok := CheckSlug(got); !ok {
			t.Errorf("Slug(%q) = %q: %s", name, got, reason.En)
		}
		if got != n.Slug(name) {
			t.Errorf("Slug(%q) changes", name)
		}
	}
	if n.Slug("……") == n.Slug("🎉") || n.Slug(long) == n.Slug(long+"一") {
		t.Error("two names have one slug")
	}
	if n.Slug("é……") != n.Slug("e\u0301……") {
		t.Error("NFC and NFD twins have two slugs")
	}
}

func TestLetter(t *testing.T) {
	n := NewNamer(nil)
	for name, want := range map[string]string{
		"财政局": "C", "长丰县": "C", "厦门": "X", "《条例》": "T", "5A": "#", "iPad": "I", "": "#", "🎉": "#", "一中": "Y",
	} {
		if got := n.Letter(name); got != want {
			t.Errorf("Letter(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestCheckPhrase(t *testing.T) {
	for _, bad := range [][2]string{{"", ""}, {"^", ""}, {"长丰", "chang"}, {"长丰", "chang-feng"}, {"长a", "chang a"}, {"长", "cháng"}} {
		if CheckPhrase(bad[0], bad[1]) == nil {
			t.Errorf("CheckPhrase(%q, %q) finds nothing", bad[0], bad[1])
		}
	}
	if err := CheckPhrase("^单", "Shan"); err != nil {
		t.Error(err)
	}
}

func TestNamerIsConcurrent(t *testing.T) {
	n := NewNamer(map[string]string{"长丰": "chang feng"})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 50 {
				name := fmt.Sprintf("长丰县第%d支部", i)
				n.Slug(name)
				n.SortKey(name)
				n.StrokeKey(name)
			}
		})
	}
	wg.Wait()
}

func TestSortKey(t *testing.T) {
	n := NewNamer(nil)
	for _, want := range [][]string{
		{"第一支部", "第二支部", "第三支部", "第十支部", "第十一支部", "第十二支部", "第二十支部", "第一百零五支部"},
		{"第1期", "第2期", "第10期", "第12期"},
		{"二〇二五年", "二〇二六年"},
		{"2025年", "2026年", "a股", "财政局", "长丰县", "重庆", "税务局"},
		{"李四", "李五", "里三"}, // one surname stays together: 李 before 里 by code point
		{"p2", "P10", "p10a"},
		{"八2", "八一"},
		{"西", "西安", "先"}, // a name before a longer one that begins with it
		{"党支部", "党支部A", "档案馆"},
	} {
		got := slices.Clone(want)
		slices.Reverse(got)
		slices.SortFunc(got, func(a, b string) int { return strings.Compare(n.SortKey(a), n.SortKey(b)) })
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if n.SortKey("一") == n.SortKey("1") {
		t.Error("two names have one key")
	}
}

func TestStrokeOrder(t *testing.T) {
	got := []string{"赵六", "李四", "丁一", "王五", "王二"}
	n := NewNamer(nil)
	for range 2 { // the second time from memory
		slices.Reverse(got)
		slices.SortFunc(got, func(a, b string) int { return strings.Compare(n.StrokeKey(a), n.StrokeKey(b)) })
	}
	if want := []string{"丁一", "王二", "王五", "李四", "赵六"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzSlug(f *testing.F) {
	for _, s := range []string{"财政局", "p0001", "..", "CON", "a\x00b", "长\xff安", "㐂𠮷", "﷽", strings.Repeat("重庆", 40)} {
		f.Add(s)
	}
	n := NewNamer(nil)
	f.Fuzz(func(t *testing.T, name string) {
		slug := n.Slug(name)
		if reason, ok := CheckSlug(slug); !ok {
			t.Errorf("Slug(%q) = %q: %s", name, slug, reason.En)
		}
		if n.Slug(slug) != slug {
			t.Errorf("Slug(%q) = %q, whose slug is %q", name, slug, n.Slug(slug))
		}
		if l := n.Letter(name); utf8.RuneCountInString(l) != 1 {
			t.Errorf("Letter(%q) = %q", name, l)
		}
		n.SortKey(name)
	})
}

func BenchmarkSlug(b *testing.B) {
	n := NewNamer(nil)
	for _, name := range []string{"p0000001", "初心课堂：推进服务事项清单"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n.Slug(name)
			}
		})
	}
}

func BenchmarkSortKey(b *testing.B) {
	n := NewNamer(nil)
	b.ReportAllocs()
	for b.Loop() {
		n.SortKey("长丰县财政局第十二党支部")
	}
}

func BenchmarkNewNamer(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		NewNamer(nil)
	}
}
