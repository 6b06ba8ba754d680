package personal

import (
	"strings"
	"unicode/utf8"
)

// form is one form of number.
type form struct {
	kind  Kind
	least int // digits
	read  func(s *span, digits string) (masked string, ok bool)
}

// forms are the forms of numbers, the surer ones first.
var forms = []form{
	{Identity, 18, identity18},
	{BankCard, 15, card},
	{Mobile, 11, mobile},
	{Identity, 15, identity15},
}

// span is some groups of a candidate that may be a number.
type span struct {
	*candidate
	first, last int // groups
	taken       int // groups before this one are part of another number
}

func (s *span) digits() []byte { return s.candidate.digits[s.groups[s.first].from:s.groups[s.last].to] }

// uniform reports that the same separator stands between all groups.
func (s *span) uniform() bool {
	for g := s.first + 2; g <= s.last; g++ {
		if s.groups[g].sep != s.groups[g-1].sep {
			return false
		}
	}
	return true
}

// shape gives the number of digits of the groups, as in "344"; a group of more
// than nine is "+".
func (s *span) shape() string {
	b := make([]byte, 0, 20)
	for g := s.first; g <= s.last; g++ {
		n := s.groups[g].to - s.groups[g].from
		if n > 9 {
			b = append(b, '+')
		} else {
			b = append(b, '0'+byte(n))
		}
	}
	return string(b)
}

// joined reports that another group, of no number that was found, stands beside
// the span with a hyphen or a dot between.
func (s *span) joined() bool {
	tied := func(sep rune, g int) bool {
		n := s.groups[g].to - s.groups[g].from
		return (sep == '-' || sep == '.') && n != 11
	}
	return s.first > s.taken && tied(s.groups[s.first].sep, s.first-1) ||
		s.last+1 < len(s.groups) && tied(s.groups[s.last+1].sep, s.last+1)
}

// crowded is joined for any separator: numbers in a row, such as a table's.
func (s *span) crowded() bool {
	if s.first > s.taken {
		return true
	}
	rest := s.candidate.digits[s.groups[s.last].to:]
	return len(rest) > 0 && (len(rest) < 11 || rest[0] != '1' || rest[1] < '3') // unless another mobile number follows
}

// before is the text right before the span, without what stands between a label
// and its value; and the letters that touch the span.
func (s *span) before() (label, letters string) {
	text := s.text[max(0, s.groups[s.first].at-60):s.groups[s.first].at]
	if s.first > s.taken {
		text = "" // another group stands before
	}
	end := len(text)
	for end > 0 && letter(text[end-1]) {
		end--
	}
	letters = text[end:]
	return strings.TrimRight(text, " \t+:：（(【[“\"是为=*`_,，、|\u3000"), letters
}

// behind is the text right behind the span.
func (s *span) behind() string {
	at := s.groups[s.last].end
	return s.text[at:min(len(s.text), at+24)]
}

// touches reports that a letter or digit follows without a gap.
func (s *span) touches() bool { return alnum(s.behind()) }

func endsIn(text string, words []string) bool {
	text = strings.ToLower(text)
	for _, w := range words {
		if strings.HasSuffix(text, w) {
			return true
		}
	}
	return false
}

// What stands before a number and says what it is. Letters are in lower case.
var (
	otherLabels = strings.Fields(`订单 订单号 订单编号 单号 运单 快递 快递号 流水 流水号 编号 编码 合同号 发票 发票号 发票号码 发票代码 文号 档号 档案号
		工单 学号 工号 序号 条码 条形码 商品码 设备号 序列号 代码 税号 识别号 宗地 地块 车架号 批号 许可证号 证书号 备案号 受理号 办件号 案号 票号 批次
		户号 验证码 时间戳 版本 版本号 isbn imei issn no no. id sn 金额 总额 合计 共计 计 资金 投资 收入 产值 面积 点击量 阅读量 浏览量 访问量`)
	phoneLabels = strings.Fields(`电话 手机 手机号 手机号码 电话号码 联系方式 联系 号码 微信 微信号 致电 拨打 短信 tel tel. phone mobile mob 热线`)
	bankLabels  = strings.Fields(`卡号 账号 帐号 账户 帐户 银行卡 储蓄卡 信用卡 工资卡 一卡通 社保卡 银行卡号 开户 行 card`)
	cardLabels  = strings.Fields(`身份证 身份证号 身份证号码 身份证件号 证件号 证件号码 公民身份号码 身份号码 证号`)
	creditCodes = strings.Fields(`信用代码 机构代码 税号 识别号 代码`)
)

// units make an amount of the number before them.
var units = strings.Fields("元 万 亿 件 人 户 吨 亩 平方 公里 米 千米 次 个 张 条 本 册 份 % ％ 美元 千瓦 度 kwh kg 公斤 斤 立方 株 头 只 辆 台 套 项")

func (s *span) amount() bool {
	rest := strings.ToLower(strings.TrimLeft(s.behind(), " "))
	for _, u := range units {
		if strings.HasPrefix(rest, u) {
			return true
		}
	}
	head := strings.TrimRight(s.text[:s.groups[s.first].at], " ")
	r, _ := utf8.DecodeLastRuneInString(head)
	return r == '¥' || r == '￥' || r == '$' || r == '€' || r == '〔' || r == '第' || r == '#'
}

// identity18 reads an identity number of 18 digits (GB 11643-1999).
func identity18(s *span, d string) (string, bool) {
	if len(d) != 18 || s.touches() || strings.IndexByte(d, 'X') >= 0 && strings.IndexByte(d, 'X') < 17 {
		return "", false
	}
	if !division(d) || !birthday(d[6:10], d[10:12], d[12:14]) || checkDigit(d[:17]) != d[17] {
		return "", false
	}
	if label, _ := s.before(); endsIn(label, creditCodes) {
		return "", false
	}
	return d[:2] + strings.Repeat("*", 12) + d[14:], true
}

// checkDigit gives the check digit of the first 17 digits, by ISO 7064 MOD 11-2.
func checkDigit(d string) byte {
	sum := 0
	for i := range 17 {
		weight := 1 // 2 to the power of 17-i, modulo 11
		for range 17 - i {
			weight = weight * 2 % 11
		}
		sum += int(d[i]-'0') * weight
	}
	return "10X98765432"[sum%11]
}

// identity15 reads an identity number of the form before 1999: without the
// century and the check digit.
func identity15(s *span, d string) (string, bool) {
	if len(d) != 15 || strings.IndexByte(d, 'X') >= 0 || s.touches() || s.joined() || !division(d) || !birthday("19"+d[6:8], d[8:10], d[10:12]) {
		return "", false
	}
	label, letters := s.before()
	if !endsIn(label, cardLabels) {
		if letters != "" || endsIn(label, otherLabels) || s.amount() || s.crowded() {
			return "", false
		}
		if shape := s.shape(); shape != "+" && shape != "663" && shape != "627" {
			return "", false
		}
	}
	return d[:2] + strings.Repeat("*", 9) + d[11:], true
}

// provinces are the first two digits of administrative divisions (GB/T 2260).
const provinces = " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 "

// division reports that a number begins with an administrative division, as far
// as the prefecture: those of the municipalities are few.
func division(d string) bool {
	if !strings.Contains(provinces, " "+d[:2]+" ") {
		return false
	}
	p := int(d[2]-'0')*10 + int(d[3]-'0')
	switch d[:2] {
	case "11", "12", "31":
		return p == 1 || p == 2
	case "50":
		return p >= 1 && p <= 3
	case "71", "81", "82", "83":
		return true
	}
	return p >= 1 && p <= 34 || p >= 40 && p <= 43 || p >= 51 && p <= 54 || p == 90
}

// birthday reports that a person now alive may be born on a day.
func birthday(year, month, date string) bool {
	y, m, d := number(year), number(month), number(date)
	if y < 1900 || y > 2040 || m < 1 || m > 12 || d < 1 {
		return false
	}
	days := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[m-1]
	if m == 2 && (y%4 == 0 && y%100 != 0 || y%400 == 0) {
		days = 29
	}
	return d <= days
}

func number(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// mobileShapes are how people part the eleven digits.
var mobileShapes = strings.Fields("+ 344 38 443 434 335 56 74 353 2333 11111111111")

// mobile reads a mobile number.
func mobile(s *span, d string) (string, bool) {
	shape, code := s.shape(), ""
	switch {
	case len(d) == 13 && d[:2] == "86":
		code, d, shape = "86 ", d[2:], bare(shape, '2')
	case len(d) == 15 && d[:4] == "0086":
		code, d, shape = "0086 ", d[4:], bare(shape, '4')
	}
	if len(d) != 11 || d[0] != '1' || d[1] < '3' || d[10] == 'X' || s.touches() {
		return "", false
	}
	label, letters := s.before()
	if !endsIn(label, phoneLabels) {
		if letters != "" || endsIn(label, otherLabels) || s.amount() || s.joined() {
			return "", false
		}
		if s.first < s.last && code == "" && s.crowded() {
			return "", false
		}
	}
	ok := false
	for _, m := range mobileShapes {
		ok = ok || shape == m
	}
	return code + d[:3] + "****" + d[7:], ok
}

// bare takes the country's code off a shape: a group of its own, or the beginning
// of the first.
func bare(shape string, n byte) string {
	switch {
	case shape == "+":
		return shape
	case shape[0] == n:
		return shape[1:]
	case shape[0] > n && shape[0] <= '9':
		return string(shape[0]-n+'0') + shape[1:]
	}
	return ""
}

// card reads the number of a bank card (ISO/IEC 7812).
func card(s *span, d string) (string, bool) {
	if len(d) > 19 || strings.IndexByte(d, 'X') >= 0 || s.touches() || !luhn(d) {
		return "", false
	}
	label, letters := s.before()
	if !endsIn(label, bankLabels) {
		if !issued(d) || letters != "" || endsIn(label, otherLabels) || s.amount() || s.joined() || s.first < s.last && !cardShape(s.shape()) {
			return "", false
		}
	}
	return d[:4] + strings.Repeat("*", len(d)-8) + d[len(d)-4:], true
}

// issued reports that cards of the number's length begin as it does: those of
// UnionPay, of older cards of Chinese banks, and of the other networks.
func issued(d string) bool {
	n := len(d)
	switch {
	case n < 16:
		return false
	case d[:2] == "62":
		return true
	case n == 19:
		return d[:4] == "9558" || d[:4] == "6013" || d[:3] == "603" || d[:6] == "436742"
	case n == 16:
		return d[0] == '4' || d[0] == '5' && d[1] >= '1' && d[1] <= '5' || d[:4] >= "3528" && d[:4] <= "3589"
	}
	return false
}

// cardShape reports that people write cards so: in groups of four.
func cardShape(shape string) bool {
	for i := range len(shape) {
		if shape[i] != '4' && (i+1 < len(shape) || shape[i] > '4') {
			return shape == "6+" || shape == "6535" || strings.Trim(shape, "1") == ""
		}
	}
	return true
}

// luhn reports that the last digit is the check digit of those before it
// (ISO/IEC 7812-1, annex B).
func luhn(d string) bool {
	sum := 0
	for i := range len(d) {
		n := int(d[len(d)-1-i] - '0')
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}
