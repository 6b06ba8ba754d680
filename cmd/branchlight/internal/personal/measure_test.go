package personal

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// Another seed makes other sets: go test -run Measure -v -seed 42.
var seed = flag.Uint64("seed", 20260601, "of the sets that are measured")

const (
	trueItems  = 2000
	lookAlikes = 20000
)

// TestMeasure measures the rules on sets that are made of a seed: true items of
// every kind in eight spellings, of which all must be found, and what only looks
// like them, of which next to nothing may be.
func TestMeasure(t *testing.T) {
	g := &generator{rand.New(rand.NewPCG(*seed, 1))}
	found, falls := 0, map[string]int{}
	for i := range trueItems {
		item, kind := g.item(i)
		text := g.sentence(kind, item)
		places := Find(text)
		if slices.ContainsFunc(places, func(p Place) bool { return p.Kind == kind }) {
			found++
		} else {
			t.Errorf("missed: %s", text)
		}
		for _, p := range places {
			if strings.Contains(p.Masked, strings.TrimSpace(item)) {
				t.Errorf("%s is masked as %s", text, p.Masked)
			}
		}
	}
	wrong := 0
	for i := range lookAlikes {
		text, what := g.lookAlike(i)
		if places := Find(text); len(places) > 0 {
			wrong++
			falls[what]++
			if falls[what] <= 3 {
				t.Logf("false alarm: %s: %+v", text, places)
			}
		}
	}
	recall := float64(found) / trueItems
	precision := float64(found) / float64(found+wrong)
	t.Logf("seed %d: recall %.4f (%d of %d), precision %.4f (%d false alarms in %d: %v)", *seed, recall, found, trueItems, precision, wrong, lookAlikes, falls)
	if recall < 1 || precision < 0.99 {
		t.Errorf("recall %.4f, precision %.4f", recall, precision)
	}
}

type generator struct{ *rand.Rand }

func pick[T any](g *generator, list []T) T { return list[g.IntN(len(list))] }

func (g *generator) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = '0' + byte(g.IntN(10))
	}
	return string(b)
}

var counties = strings.Fields("110105 120104 130102 140105 210202 310115 320583 330122 340122 350128 360121 370112 410122 420106 430121 440305 450127 460105 500112 510107 520115 530111 610116 620102 630105 640104 650103")

func (g *generator) birth() string {
	return fmt.Sprintf("%04d%02d%02d", 1935+g.IntN(85), 1+g.IntN(12), 1+g.IntN(28))
}

// item makes one true item: the kind goes round, and with it the spelling.
func (g *generator) item(i int) (string, Kind) {
	switch i % 5 {
	case 0:
		d := pick(g, counties) + g.birth() + g.digits(3)
		return g.spell(i/5, d+string(checkDigit(d)), 6, 8, 4), Identity
	case 1:
		d := pick(g, counties) + g.birth()[2:] + g.digits(3)
		return g.spell(i/5, d, 6, 6, 3), Identity
	case 2:
		d := "1" + pick(g, strings.Fields("30 31 35 36 37 38 39 50 51 52 57 58 59 66 70 73 75 76 77 78 80 81 82 83 85 86 87 88 89 90 91 98 99")) + g.digits(8)
		return g.spell(i/5, d, 3, 4, 4), Mobile
	case 3:
		d := pick(g, strings.Fields("621226 622202 622848 621700 622588 623058")) + g.digits(12)
		for c := range 10 {
			if n := d + string(rune('0'+c)); luhn(n) {
				d = n
				break
			}
		}
		return g.spell(i/5, d, 4, 4, 4, 4, 3), BankCard
	}
	if i%2 == 0 {
		return g.address(), Address
	}
	return g.email(i / 5), Email
}

// spell writes digits in one of eight ways, in groups where it parts them.
func (g *generator) spell(way int, d string, groups ...int) string {
	parts := func(sep string) string {
		var list []string
		at := 0
		for _, n := range groups {
			list = append(list, d[at:at+n])
			at += n
		}
		return strings.Join(list, sep)
	}
	wide := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r == 'X' {
				return r - '!' + 0xFF01
			}
			return r
		}, s)
	}
	switch way % 8 {
	case 1:
		return parts(" ")
	case 2:
		return parts("-")
	case 3:
		return wide(d)
	case 4:
		return parts("\u200b")
	case 5:
		return parts(pick(g, []string{"\u3000", " - ", "—", "·"}))
	case 6:
		return wide(parts(" "))
	case 7:
		if groups[0] == 3 { // a mobile number
			return "+86 " + d
		}
		return strings.ToLower(d)
	}
	return d
}

func (g *generator) address() string {
	n := func(most int) string { return fmt.Sprint(1 + g.IntN(most)) }
	return pick(g, []string{
		"家住栗圩镇前进村" + n(12) + "组" + n(80) + "号", "家庭住址：筠溪县人民路" + n(200) + "号" + n(20) + "幢" + n(4) + "单元" + n(9) + "0" + n(4) + "室",
		"住址为鹭埠街道锦绣花园" + n(30) + "栋" + n(4) + "单元" + n(18) + "01室", "现住城关镇阳光小区" + n(30) + "号楼" + n(4) + "单元" + n(9) + "02室",
		"户籍地址：筠溪县栗圩镇五里村" + n(9) + "组" + n(60) + "号", "在东门家园" + n(30) + "幢" + n(3) + "单元" + n(9) + "03室",
	})
}

func (g *generator) email(way int) string {
	name := pick(g, strings.Fields("zhangsan li.si wang_wu zhao6 chenqi88")) + g.digits(g.IntN(4))
	host := pick(g, strings.Fields("163.com qq.com 126.com sina.cn outlook.com yunxi.gov.cn"))
	switch way % 4 {
	case 1:
		return name + "＠" + host
	case 2:
		return name + " @ " + host
	case 3:
		return strings.ToUpper(name) + "@" + host
	}
	return name + "@" + host
}

func (g *generator) sentence(kind Kind, item string) string {
	label := map[Kind][]string{
		Identity: {"身份证号", "身份证号码：", "，证件号码 ", "（", "张三，", "李四 "},
		Mobile:   {"联系电话", "手机：", "电话 ", "请拨打", "联系人张三（", "王五，", "\t"},
		BankCard: {"卡号", "银行卡号：", "账号 ", "打到", "工资卡：", "| "},
		Address:  {"", "他", "，"}, Email: {"邮箱", "请发到", "E-mail: ", "（"},
	}[kind]
	return "联系人见下：" + pick(g, label) + item + pick(g, []string{"。", "，谢谢", "）", "", "\n", " 。", "；"})
}

// lookAlike makes a text that holds no personal data, though it may look so.
func (g *generator) lookAlike(i int) (text, what string) {
	n := func(most int) int { return 1 + g.IntN(most) }
	makers := []struct {
		what string
		make func() string
	}{
		{"信用代码", func() string {
			return "统一社会信用代码" + pick(g, strings.Fields("91 92 93 11 12 51 52")) + pick(g, counties) + strings.ToUpper(pick(g, strings.Fields("MA2 MB1 MJ8 470 733 001"))) + g.digits(6) + pick(g, strings.Fields("A 7 X 3 J U"))
		}},
		{"文号", func() string { return fmt.Sprintf("筠委办〔%d〕%d号", 2000+g.IntN(27), n(300)) }},
		{"日期", func() string {
			return fmt.Sprintf("%d年%d月%d日至%04d-%02d-%02d，%04d%02d%02d", 2010+g.IntN(17), n(12), n(28), 2010+g.IntN(17), n(12), n(28), 2010+g.IntN(17), n(12), n(28))
		}},
		{"订单号", func() string { return "订单号" + fmt.Sprintf("2026%02d%02d", n(12), n(28)) + g.digits(2+g.IntN(9)) }},
		{"流水号", func() string { return "流水号：" + g.digits(10+g.IntN(10)) }},
		{"座机", func() string {
			return fmt.Sprintf("电话0571-%s、(0571)%s转%d", "6"+g.digits(7), "8"+g.digits(7), n(9000))
		}},
		{"热线", func() string {
			return pick(g, []string{"服务热线400-" + g.digits(3) + "-" + g.digits(4), "800" + g.digits(7), "拨打12345、12371", "95" + g.digits(3)})
		}},
		{"金额", func() string {
			return fmt.Sprintf("投入资金1%s元，其中%d.%s万元，合计￥1%s.%s", g.digits(10), n(9999), g.digits(2), g.digits(10), g.digits(2))
		}},
		{"数字", func() string {
			return fmt.Sprintf("服务%d人次，受理%d件，办结率%d.%d%%", n(99999), n(99999), n(99), n(9))
		}},
		{"错校验位", func() string {
			d := pick(g, counties) + g.birth() + g.digits(3)
			c := checkDigit(d)
			wrong := "0123456789X"[(strings.IndexByte("0123456789X", c)+1+g.IntN(10))%11]
			return "编号" + d + string(wrong)
		}},
		{"错日期", func() string {
			d := pick(g, counties) + fmt.Sprintf("19%02d%02d%02d", n(99), 13+g.IntN(80), n(31)) + g.digits(3)
			return "条码 " + d + string(checkDigit(d))
		}},
		{"Luhn 不对", func() string {
			d := "62" + g.digits(16)
			for c := range 10 {
				if s := d + string(rune('0'+c)); !luhn(s) {
					return "参考号 " + s
				}
			}
			return d
		}},
		{"快递", func() string {
			return "快递单号" + pick(g, strings.Fields("SF YT ZTO JD EMS")) + g.digits(12+g.IntN(3))
		}},
		{"商品码", func() string {
			return "条码69" + g.digits(11) + "，ISBN 978-7-" + g.digits(3) + "-" + g.digits(5) + "-1"
		}},
		{"坐标", func() string { return fmt.Sprintf("东经119.%s，北纬30.%s", g.digits(6), g.digits(6)) }},
		{"时间戳", func() string { return "时间戳 17" + g.digits(11) }},
		{"办公地址", func() string {
			return fmt.Sprintf("地址：筠溪县人民路%d号行政中心%d号楼%d02室，便民服务中心%d号窗口", n(300), n(9), n(9), n(30))
		}},
		{"村组", func() string {
			return fmt.Sprintf("走访前进村%d组%d户，五里村第三党小组%d人", n(12), n(99), n(30))
		}},
		{"已遮住", func() string {
			return fmt.Sprintf("138****%s、33************%s、6222***********%s、z***@163.com", g.digits(4), g.digits(4), g.digits(4))
		}},
		{"文件名", func() string {
			return "logo@2x.png、v1.2." + g.digits(3) + "、IMG_2026" + g.digits(4) + "_" + g.digits(6) + ".jpg、@筠溪发布"
		}},
		{"表格", func() string {
			return fmt.Sprintf("| %d | %s | %s | %d |", n(99), g.digits(4), g.digits(5), n(9999))
		}},
		{"项目代码", func() string {
			return "项目代码2026-" + pick(g, counties) + "-" + g.digits(2) + "-01-" + g.digits(6)
		}},
		{"不动产", func() string {
			return "不动产单元号" + pick(g, counties) + g.digits(3) + g.digits(3) + "GB" + g.digits(5) + "F" + g.digits(8)
		}},
		{"组织机构代码", func() string { return "组织机构代码" + g.digits(8) + "-" + pick(g, strings.Fields("X 3 7")) }},
		{"电表户号", func() string { return "户号33" + g.digits(8) + "，水表" + g.digits(9) }},
		{"会议号", func() string { return "会议号 " + g.digits(3) + " " + g.digits(3) + " " + g.digits(3) }},
	}
	m := makers[i%len(makers)]
	return m.make() + "。", m.what
}
