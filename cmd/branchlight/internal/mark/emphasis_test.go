package mark

import (
	"strings"
	"testing"
)

// TestPunctuation runs every punctuation that the discussion of emphasis in CJK
// text (commonmark-spec issue 650) lists through both ends of a run.
func TestPunctuation(t *testing.T) {
	for _, p := range strings.Split("， 。 、 ； ： ？ ！ “ ” ‘ ’ （ ） 【 】 《 》 〈 〉 「 」 『 』 〔 〕 — ～ … · 〃 々 - . % # ( ) ④ ㋐ ︙ ¥ ￥ °", " ") {
		for _, mark := range []string{"**", "*", "~~"} {
			tag := map[string]string{"**": "strong", "*": "em", "~~": "del"}[mark]
			for _, c := range [][3]string{
				{"", "文" + p, "字"}, {"文", p + "字", ""}, {"前", p + "中" + p, "后"}, {"文", p, "字"},
			} {
				in := c[0] + mark + c[1] + mark + c[2] + "\n"
				want := "<p>" + c[0] + "<" + tag + ">" + c[1] + "</" + tag + ">" + c[2] + "</p>\n"
				if got := parse("x\n\n" + in).HTML; got != "<p>x</p>\n"+want {
					t.Errorf("%q: %s", in, got)
				}
			}
		}
	}
}

// TestFlanking has the sentences: what stands in 【 】 is meant to be strong and
// is written with ** in its place.
func TestFlanking(t *testing.T) {
	strong := []string{
		"【这是我想做的事。】所以继续。",
		"【[甲](甲.md)】和【[乙](乙.md)】请看",
		"注意括号【（不加粗）】后面还有字。",
		"先头的【`代码`也注意。】",
		"含税【¥10,000】即可。",
		"他说【「您好」】就走了，又说【\"您好\"】，再说【您好】。",
		"他说【「Hello」】和【\"Oh my god\"】才走。",
		"【C#】和【F#】在【「.NET」】平台上。",
		"编号是【001号】，编号是【００１号】。",
		"Go【「初学者」】须知。",
		"选项【㋐】: 第一项",
		".NET【（不含 Framework）】里，",
		"Git【（注：不是GitHub）】",
		"𰻞𰻞【(biang)】面，𰻞𰻞【（biang）】面",
		"【推荐几个框架：】React等。",
		"葛\U000e0100【(城市)】，大塚\ufe00【(二)】",
		"【真，】 她，【真】，她",
		"【“\ufe01Git”\ufe01】Hub",
		"〽\ufe0e【(记号)】是",
		"a【〰】a，a【㊗】a",
		"안녕【(hello)】하세요, 【스크립트(script)】라고",
		"在【10.5%】以上，【5A】机制，第【3】条",
	}
	for _, s := range strong {
		in := strings.NewReplacer("【", "**", "】", "**").Replace(s)
		got := parse(in).HTML
		if n := strings.Count(got, "<strong>"); n != strings.Count(s, "【") || strings.Contains(got, "**") {
			t.Errorf("%q: %s", in, got)
		}
	}
	// Western text, emoji and non-CJK punctuation keep CommonMark's rules.
	for _, s := range []string{"a**a«**a", "a**»a**a", "a**a∇**a", "a**∇a**a", "a**𝜵a**a", "a**🈯a**a", "a**a⭕**a", "foo*“bar”*baz", "a~~a()~~b"} {
		if got := parse(s).HTML; got != "<p>"+s+"</p>\n" {
			t.Errorf("%q: %s", s, got)
		}
	}
	for in, want := range map[string]string{
		"~~a~~：~~a~~":    "<p><del>a</del>：<del>a</del></p>\n",
		"a~~a()~~文":      "<p>a<del>a()</del>文</p>\n",
		"文~~()a~~a":      "<p>文<del>()a</del>a</p>\n",
		"__注__：__事__":    "<p><strong>注</strong>：<strong>事</strong></p>\n",
		"字。\ufe01_T._":   "<p>字。\ufe01<em>T.</em></p>\n",
		"字。\ufe00__H.__": "<p>字。\ufe00<strong>H.</strong></p>\n",
		"~a~ ~~~b":       "<p>~a~ ~~~b</p>\n",
		"*一*_二_***三***":  "<p><em>一</em><em>二</em><em><strong>三</strong></em></p>\n",
	} {
		if got := parse(in).HTML; got != want {
			t.Errorf("%q: %s", in, got)
		}
	}
}
