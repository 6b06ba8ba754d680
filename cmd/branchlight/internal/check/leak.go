package check

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/personal"
)

var ruleIdentity = &diag.Rule{
	ID: "leak-identity", Severity: diag.Error, Class: diag.Audit, Leak: true,
	Doc: diag.Text{
		Zh: "不公开身份证号码（GB 11643，15 位和 18 位）：稿件、附件、文件名里都不行。要写就只留前 2 位和后 4 位，branchlight check --mask 可以代改。",
		En: "Identity numbers (GB 11643, 15 and 18 digits) are not published, neither in pages nor in attachments or names. Keep the first 2 and the last 4 digits at most; branchlight check --mask writes that.",
	},
	Example: "身份证号 33************1234（写全了 18 位）",
}

var ruleMobile = &diag.Rule{
	ID: "leak-mobile", Severity: diag.Error, Class: diag.Audit, Leak: true,
	Doc: diag.Text{
		Zh: "不公开个人手机号：写单位的座机，或者写成 138****1234。branchlight check --mask 可以代改。",
		En: "Mobile numbers of persons are not published: give the office's telephone, or write 138****1234; branchlight check --mask does so.",
	},
	Example: "联系人手机 138 0013 ****（写全了 11 位）",
}

var ruleBankCard = &diag.Rule{
	ID: "leak-bankcard", Severity: diag.Error, Class: diag.Audit, Leak: true,
	Doc: diag.Text{
		Zh: "不公开银行卡号。branchlight check --mask 只留前后各 4 位。",
		En: "Numbers of bank cards are not published; branchlight check --mask keeps the first and the last 4 digits.",
	},
	Example: "卡号 6222***********0017（写全了 19 位）",
}

var ruleAddress = &diag.Rule{
	ID: "leak-address", Severity: diag.Error, Class: diag.Audit, Leak: true,
	Doc: diag.Text{
		Zh: "不公开个人住址：写到乡镇、街道为止，不写到小区楼栋、村组门牌。单位的办公地址不算。",
		En: "Home addresses are given as far as the township and no finer. Addresses of offices are no matter.",
	},
	Example: "家住栗圩镇前进村3组12号",
}

var ruleEmail = &diag.Rule{
	ID: "leak-email", Severity: diag.Error, Class: diag.Audit, Leak: true,
	Doc: diag.Text{
		Zh: "不公开电子邮箱。单位的公共邮箱确需公开的，在 site.toml 用 [[check.allow]] 写明哪一页、什么理由。",
		En: "E-mail addresses are not published. For an office's own one, give the page and the reason in [[check.allow]] of site.toml.",
	},
	Example: "邮箱 zhang***@163.com（没有遮住）",
}

var rulePosition = &diag.Rule{
	ID: "photo-position", Severity: diag.Warning, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "照片里记着拍摄地点。网页上的图片发布时会自动去掉，Word、Excel 里的不会：在手机相机设置里关掉“地理位置”，或另存一次再插入。",
		En: "A photograph says where it was taken. That is taken out of pictures of pages, but not of those inside office documents: save it anew, or turn location off in the camera.",
	},
	Example: "![走访现场](IMG_2024.jpg)（照片带 GPS 位置）",
}

// leakRules are the rules of the kinds of personal data, with what those are
// called.
var leakRules = [...]struct {
	rule   *diag.Rule
	zh, en string
}{
	personal.Identity: {ruleIdentity, "身份证号", "an identity number"},
	personal.Mobile:   {ruleMobile, "手机号", "a mobile number"},
	personal.BankCard: {ruleBankCard, "银行卡号", "the number of a bank card"},
	personal.Address:  {ruleAddress, "住址", "a home address"},
	personal.Email:    {ruleEmail, "邮箱", "an e-mail address"},
}

// Masked gives a line as it may be shown: with personal data masked.
func Masked(line string) string { return personal.Mask(line) }

// mostLeaks is how many places of a kind a page is told of.
const mostLeaks = 50

// leaks looks for personal data in the text of a page, as it stands in its file and
// as readers see it.
func leaks(t *Text, n *Noted) {
	text := string(t.Text)
	seen := map[string]bool{}
	var count [len(leakRules)]int
	for _, p := range personal.Find(text) {
		seen[p.Masked] = true
		if count[p.Kind]++; count[p.Kind] > mostLeaks {
			continue
		}
		pos := t.Pos(p.At)
		f := leakFinding(p, pos)
		f.Line = Masked(t.Quote(pos.Line))
		n.report(f)
	}
	// What markup parts in the file is whole on the page.
	for i := range t.Blocks {
		b := &t.Blocks[i]
		if !strings.ContainsAny(b.Text, "0123456789０１２３４５６７８９@＠号") {
			continue
		}
		for _, p := range personal.Find(b.Text) {
			if count[p.Kind]++; !seen[p.Masked] && count[p.Kind] <= 2*mostLeaks {
				seen[p.Masked] = true
				f := leakFinding(p, b.Pos)
				f.Hint = byHand(p)
				f.Line = Masked(t.Quote(b.Pos.Line))
				n.report(f)
			}
		}
	}
	for _, p := range personal.Find(nameOf(t.Path)) {
		n.report(nameFinding(p, diag.Pos{File: t.Path}))
	}
}

// nameOf gives a file's name without its extension.
func nameOf(file string) string { return strings.TrimSuffix(path.Base(file), path.Ext(file)) }

func leakFinding(p personal.Place, pos diag.Pos) diag.Finding {
	r := &leakRules[p.Kind]
	return r.rule.At(pos,
		diag.Textf("这里写了%[1]s：%[3]s", "there is %[2]s here: %[3]s", r.zh, r.en, p.Masked),
		diag.Textf("删去，或者改成 %s（branchlight check --mask 可以代改）", "remove it, or write %s (branchlight check --mask does)", p.Masked))
}

// byHand is the hint where masking finds nothing to write: entities or markup stand
// inside the number.
func byHand(p personal.Place) diag.Text {
	return diag.Textf("删去，或者自己改成 %s", "remove it, or write %s", p.Masked)
}

// Settings looks for personal data in those settings of site.toml that stand on
// pages. Comments and the rest are not published.
func Settings(src *diag.Source, c *config.Site) (list []diag.Finding) {
	texts := []string{c.Title, c.Subtitle, c.Owner, c.Contact}
	for _, t := range c.Topics {
		texts = append(texts, t.Name, t.Summary)
	}
	texts = slices.Concat(texts, c.Groups, c.Stages)
	for _, text := range texts {
		places := personal.Find(text)
		if len(places) == 0 {
			continue
		}
		at := bytes.Index(src.Text, []byte(`"`+text+`"`)) // none where it is written with escapes
		for _, p := range places {
			f := leakFinding(p, diag.Pos{File: src.File})
			if at >= 0 {
				f.Pos = src.Pos(at + len(`"`) + p.At)
				f.Line = Masked(src.Quote(f.Pos.Line))
			}
			f.Hint = byHand(p)
			list = append(list, f)
		}
	}
	return list
}

func nameFinding(p personal.Place, pos diag.Pos) diag.Finding {
	r := &leakRules[p.Kind]
	return r.rule.At(pos,
		diag.Textf("文件名里有%[1]s：%[3]s", "there is %[2]s in the file's name: %[3]s", r.zh, r.en, p.Masked),
		diag.Textf("把文件改名，再改稿件里的链接", "rename the file, and the link to it"))
}

// inDocument gathers personal data of an attachment: the first place of each kind,
// and how many there are.
type inDocument struct {
	count [len(leakRules)]int
	first [len(leakRules)]personal.Place
	where [len(leakRules)]diag.Text
}

func (d *inDocument) look(where diag.Text, text string) {
	for _, p := range personal.Find(text) {
		if d.count[p.Kind]++; d.count[p.Kind] == 1 {
			d.first[p.Kind], d.where[p.Kind] = p, where
		}
	}
}

// findings gives one finding a kind. Its position is that of the attachment.
func (d *inDocument) findings(file string) (list []diag.Finding) {
	for kind := range d.count {
		if d.count[kind] == 0 {
			continue
		}
		r, w := &leakRules[kind], d.where[kind]
		if w.Zh != "" {
			w = diag.Text{Zh: "（" + w.Zh + "）", En: " (" + w.En + ")"}
		}
		list = append(list, r.rule.At(diag.Pos{File: file},
			diag.Textf("附件“%[1]s”里有%[2]s：%[4]s%[5]s，共 %[7]d 处", "the attachment %[1]q holds %[3]s: %[4]s%[6]s; places: %[7]d",
				Masked(path.Base(file)), r.zh, r.en, d.first[kind].Masked, w.Zh, w.En, d.count[kind]),
			diag.Textf("打开附件删去或遮住，另存后再放进来", "open it, remove or mask them, and save it")))
	}
	return list
}

var leakRuleList = []*diag.Rule{ruleIdentity, ruleMobile, ruleBankCard, ruleAddress, ruleEmail}

// IsLeak reports that an ID is that of a rule about personal data.
func IsLeak(id string) bool {
	return slices.ContainsFunc(leakRuleList, func(r *diag.Rule) bool { return r.ID == id })
}

// LeakRule gives the rule about a kind of personal data.
func LeakRule(kind personal.Kind) *diag.Rule { return leakRules[kind].rule }
