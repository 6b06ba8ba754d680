package similar

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The generated texts repeat a small stock of clauses, as office prose does: the
// worst case for telling a copy from what is merely said alike.
var stock = struct{ adv, subject, verb, object, result []string }{
	strings.Fields("坚持问题导向 围绕中心工作 结合岗位职责 立足群众需求 按照年度计划 对照标准要求 利用主题党日 依托结对社区 通过每月例会 借助网络平台 聚焦重点项目 发挥骨干作用"),
	strings.Fields("支部 党员干部 机关各科室 支委会 青年党员 窗口工作人员 党小组 驻村工作队 志愿服务队 业务骨干 离退休老党员 服务专班"),
	strings.Fields("梳理 推进 完善 建立 优化 开展 落实 组织 探索 固化 压缩 公开"),
	strings.Fields("服务事项清单 一次办结流程 月度学习计划 结对帮扶台账 党员积分办法 岗位承诺机制 问题整改清单 上门服务制度 轮流讲党课安排 预约延时服务 跨科室协作机制 政策宣讲小分队 红色资源利用方案 材料共享目录 群众评议办法"),
	strings.Fields("办理时限平均缩短三成 群众满意度稳步提高 全年没有出现超期件 年轻干部成长明显加快 参与率达到百分之九十八 帮助企业解决难题四十六件 走访困难家庭一百二十户 形成可复制的经验三条 材料减少五份 窗口排队时间减少一半"),
}

func pick(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

// clauses makes a sentence of the stock.
func clauses(r *rand.Rand) string {
	s := pick(r, stock.adv) + "，" + pick(r, stock.subject) + pick(r, stock.verb) + pick(r, stock.object) + "，" + pick(r, stock.result) + "。"
	if r.IntN(6) == 0 {
		s = fmt.Sprintf("截至%d月底，共%s%d项。", 1+r.IntN(12), pick(r, stock.verb), 2+r.IntN(400)) + s
	}
	return s
}

// prose makes a sentence that no other text has: common characters at random.
func prose(r *rand.Rand) string {
	var b strings.Builder
	for n := 12 + r.IntN(20); n > 0; n-- {
		b.WriteRune(rune(0x4E00 + r.IntN(3000)))
	}
	return b.String() + "。"
}

// text makes paragraphs of at least so many characters in all.
func text(r *rand.Rand, sentence func(*rand.Rand) string, chars int) []string {
	var list []string
	for n := 0; n < chars; {
		p := ""
		for want := 60 + r.IntN(60); len([]rune(p)) < want; {
			p += sentence(r)
		}
		n += len([]rune(p))
		list = append(list, p)
	}
	return list
}

// change changes one character in 40: another in its place, one more, or one less.
func change(r *rand.Rand, s string) string {
	var out []rune
	for _, c := range s {
		switch {
		case r.IntN(40) > 0:
			out = append(out, c)
		case r.IntN(3) > 0:
			out = append(out, rune(0x4E00+r.IntN(3000)))
		case r.IntN(2) > 0:
			out = append(out, c, rune(0x4E00+r.IntN(3000)))
		}
	}
	return string(out)
}

// planted is a set of texts of which some are half copied from an earlier one.
type planted struct {
	texts []string
	from  map[int]int // by the copy
}

func plant(seed uint64, pages, copies int, sentence func(*rand.Rand) string) planted {
	r := rand.New(rand.NewPCG(seed, 7))
	p := planted{texts: make([]string, pages), from: map[int]int{}}
	paragraphs := make([][]string, pages)
	for i := range paragraphs {
		size := 700
		if i%12 == 0 {
			size = 150
		}
		paragraphs[i] = text(r, sentence, size)
	}
	source := map[int]bool{}
	for len(p.from) < copies {
		to := 1 + r.IntN(pages-1)
		from := r.IntN(to)
		if _, is := p.from[to]; is || to%12 == 0 || from%12 == 0 {
			continue
		}
		if _, is := p.from[from]; is || source[to] {
			continue
		}
		source[from] = true
		p.from[to] = from
		copied := slices.Clone(paragraphs[from])
		r.Shuffle(len(copied), func(i, j int) { copied[i], copied[j] = copied[j], copied[i] })
		var half []string
		for n := 0; n < 350 && len(copied) > 0; copied = copied[1:] {
			n += len([]rune(copied[0]))
			half = append(half, change(r, copied[0]))
		}
		half = append(half, text(r, sentence, 350)...)
		r.Shuffle(len(half), func(i, j int) { half[i], half[j] = half[j], half[i] })
		paragraphs[to] = half
	}
	for i, list := range paragraphs {
		p.texts[i] = strings.Join(list, "\n")
	}
	return p
}

// figures are what a search found of what was planted.
type figures struct {
	planted, found, false10, compared int
	worst                             int // share of the worst false pair
}

func (p planted) search() figures {
	r := NewReader(NewNames(nil))
	prints := make([]Prints, len(p.texts))
	for i, t := range p.texts {
		prints[i] = r.Prints(t)
	}
	f := figures{planted: len(p.from)}
	pairs, phrases := Search(prints, 0)
	f.compared = len(pairs)
	for _, c := range pairs {
		m := r.Compare(p.texts[c.Earlier], p.texts[c.Later], phrases)
		from, is := p.from[c.Later]
		switch {
		case is && from == c.Earlier:
			if m.PercentB >= 20 {
				f.found++
			}
		case is && p.from[c.Earlier] == from: // both from the same source
		default:
			f.worst = max(f.worst, m.PercentB)
			if m.PercentB > 10 {
				f.false10++
			}
		}
	}
	return f
}

// Of planted half-copies most are found, and nothing else is: in texts of a small
// stock of clauses, and in prose. BRANCHLIGHT_SEEDS="11 12" tries other texts.
func TestPlanted(t *testing.T) {
	seeds, pages := []uint64{1, 2}, 2500
	if s := os.Getenv("BRANCHLIGHT_SEEDS"); s != "" {
		seeds, pages = nil, 10000
		for _, f := range strings.Fields(s) {
			n, err := strconv.ParseUint(f, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			seeds = append(seeds, n)
		}
	}
	for name, sentence := range map[string]func(*rand.Rand) string{"clauses": clauses, "prose": prose} {
		for _, seed := range seeds {
			f := plant(seed, pages, pages/20, sentence).search()
			t.Logf("%s, seed %d: %+v", name, seed, f)
			if f.found*100 < f.planted*95 {
				t.Errorf("%s, seed %d: %d of %d copies are found", name, seed, f.found, f.planted)
			}
			if f.false10 > 0 {
				t.Errorf("%s, seed %d: %d false pairs over 10 %%, the worst of %d %%", name, seed, f.false10, f.worst)
			}
		}
	}
}

func BenchmarkPrints(b *testing.B) {
	p := plant(5, 1000, 50, clauses)
	r := NewReader(NewNames([]string{"县财政局", "财政局", "预算股党支部"}))
	b.ReportAllocs()
	for b.Loop() {
		for _, t := range p.texts {
			r.Prints(t)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	for _, pages := range []int{1000, 10000} {
		p := plant(5, pages, pages/20, clauses)
		r := NewReader(NewNames(nil))
		prints := make([]Prints, len(p.texts))
		for i, t := range p.texts {
			prints[i] = r.Prints(t)
		}
		b.Run(strconv.Itoa(pages), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Search(prints, 0)
			}
		})
	}
}

func BenchmarkCompare(b *testing.B) {
	p := plant(5, 100, 10, clauses)
	r := NewReader(NewNames(nil))
	b.ReportAllocs()
	for b.Loop() {
		for later, earlier := range p.from {
			r.Compare(p.texts[earlier], p.texts[later], nil)
		}
	}
}
