package check

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/toml"
)

// Terms are the words to use, and those not to use: the program's own few, and the
// county's list. A list is TOML:
//
//	[[term]]
//	wrong = "布署"              as it stands in a text
//	pattern = "(?:二|2)〇"       or a regular expression (RE2) in its place
//	right = "部署"              may be left out
//	reason = "…"                likewise
//	level = "warning"           off, hint, warning or error; default warning
//	except = ["布署名"]          where it is right all the same
//
//	[[name]]
//	full = "筠溪县财政局"        the full name of an agency
//	short = ["县财政局"]         its short forms that may stand
//	wrong = ["筠溪财局"]         forms that may not
//
// It is immutable.
type Terms struct {
	sum      codec.Sum // of all that they were made of
	words    []term
	patterns []term
	byFirst  map[rune][]int // into words, by their first character
}

type term struct {
	wrong   string
	pattern *regexp.Regexp
	right   string
	reason  string
	level   config.Level
	except  []string
}

// Sum stands for all that the terms were made of.
func (t *Terms) Sum() codec.Sum { return t.sum }

// Limits of a list.
const (
	maxTerms    = 5000
	maxPatterns = 100
	maxPattern  = 200 // bytes
	maxWord     = 60  // bytes
)

//go:embed words.toml
var ownWords []byte

var ruleTermList = &diag.Rule{
	ID: "term-list", Severity: diag.Error, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "用语表里这一条写得不对，没有用上：wrong 和 pattern 写且只写一个，pattern 是 RE2 正则表达式，不能匹配空白处。",
		En: "An entry of the list of words is not written right and is of no use: it has either wrong or pattern; a pattern is an RE2 expression that does not match nothing.",
	},
	Example: "[[term]]\npattern = \"(二〇\"",
}

var termKeys = []toml.Key{
	{Name: "term", Kind: toml.Tables, Doc: diag.Text{Zh: "用语", En: "words"}, Keys: []toml.Key{
		{Name: "wrong", Kind: toml.Text, Names: []string{"错误"}, Doc: diag.Text{Zh: "不用的写法", En: "what not to write"}},
		{Name: "pattern", Kind: toml.Text, Names: []string{"regexp", "正则"}, Doc: diag.Text{Zh: "不用的写法，正则表达式", En: "what not to write, as an expression"}},
		{Name: "right", Kind: toml.Text, Names: []string{"正确"}, Doc: diag.Text{Zh: "正确的写法", En: "what to write"}},
		{Name: "reason", Kind: toml.Text, Names: []string{"理由", "原因"}, Doc: diag.Text{Zh: "理由", En: "why"}},
		{Name: "level", Kind: toml.Text, Names: []string{"级别"}, Doc: diag.Text{Zh: "级别", En: "off, hint, warning or error"}},
		{Name: "except", Kind: toml.Texts, Names: []string{"例外"}, Doc: diag.Text{Zh: "例外", En: "where it is right"}},
	}},
	{Name: "name", Kind: toml.Tables, Names: []string{"单位"}, Doc: diag.Text{Zh: "单位名称", En: "names of agencies"}, Keys: []toml.Key{
		{Name: "full", Kind: toml.Text, Names: []string{"全称"}, Doc: diag.Text{Zh: "全称", En: "the full name"}},
		{Name: "short", Kind: toml.Texts, Names: []string{"简称"}, Doc: diag.Text{Zh: "规范简称", En: "short forms"}},
		{Name: "wrong", Kind: toml.Texts, Names: []string{"错误"}, Doc: diag.Text{Zh: "不用的写法", En: "what not to write"}},
	}},
}

var termSchema = toml.NewSchema(termKeys...)

// ParseTerms reads the county's list, nil where there is none, and adds the
// program's own words.
func ParseTerms(county *diag.Source) (*Terms, []diag.Finding) {
	t := &Terms{byFirst: map[rune][]int{}}
	c := codec.Writer(nil)
	own := string(ownWords)
	codec.String(c, &own)
	var found []diag.Finding
	if county != nil {
		text := string(county.Text)
		codec.String(c, &text)
		found = t.read(county)
	}
	t.read(diag.NewSource("words.toml", ownWords))
	t.sum = codec.SumOf(c.Bytes())
	t.words = slices.DeleteFunc(t.words, func(w term) bool { return w.level == config.Off })
	for i, w := range t.words {
		r, _ := utf8.DecodeRuneInString(w.wrong)
		t.byFirst[r] = append(t.byFirst[r], i)
	}
	return t, found
}

func (t *Terms) read(src *diag.Source) []diag.Finding {
	doc := termSchema.Parse(src, 0, len(src.Text))
	found := doc.Findings
	bad := func(at int, message, hint diag.Text) {
		found = append(found, src.Finding(ruleTermList, at, message, hint))
	}
	if e := doc.Get("term"); e != nil {
		for i := range e.List {
			t.term(&e.List[i], bad)
		}
	}
	if e := doc.Get("name"); e != nil {
		for i := range e.List {
			t.name(&e.List[i], bad)
		}
	}
	return found
}

type badTerm = func(at int, message, hint diag.Text)

func textOf(v *toml.Value, name string) string {
	if e := v.Table.Get(name); e != nil && e.Kind == toml.Text {
		return strings.TrimSpace(e.Text)
	}
	return ""
}

func textsOf(v *toml.Value, name string) (list []string) {
	if e := v.Table.Get(name); e != nil && e.Kind == toml.Texts {
		for i := range e.List {
			if s := strings.TrimSpace(e.List[i].Text); s != "" {
				list = append(list, s)
			}
		}
	}
	return list
}

func (t *Terms) term(v *toml.Value, bad badTerm) {
	w := term{wrong: textOf(v, "wrong"), right: textOf(v, "right"), reason: textOf(v, "reason"), level: config.Warning, except: textsOf(v, "except")}
	pattern := textOf(v, "pattern")
	if (w.wrong == "") == (pattern == "") {
		bad(v.At, diag.Textf("这一条要写 wrong 或 pattern，只写一个", "an entry has either wrong or pattern"), diag.Textf("照这样写：wrong = \"布署\"", "Write wrong = \"布署\"."))
		return
	}
	if s := textOf(v, "level"); s != "" {
		l, ok := config.ParseLevel(s)
		if !ok {
			bad(v.Table.Get("level").Value.At, diag.Textf("没有级别“%s”", "there is no level %q", s), diag.Textf("写 off、hint、warning 或 error。", "Write off, hint, warning or error."))
			return
		}
		w.level = l
	}
	if pattern == "" {
		t.add(w, v.At, bad)
		return
	}
	at := v.Table.Get("pattern").Value.At
	re, err := regexp.Compile(pattern)
	switch {
	case len(pattern) > maxPattern || len(t.patterns) >= maxPatterns:
		bad(at, diag.Textf("正则表达式太长或太多（每条最多 %d 个字节，共 %d 条）", "the expression is too long, or there are too many (at most %d bytes each, and %d of them)", maxPattern, maxPatterns), diag.Textf("多用 wrong，少用 pattern。", "Use wrong in place of pattern."))
	case err != nil:
		bad(at, diag.Textf("正则表达式写得不对：%v", "the expression is not right: %v", err), diag.Textf("照 RE2 的写法改，或者改用 wrong。", "Write it as RE2 does, or use wrong."))
	case re.MatchString(""):
		bad(at, diag.Textf("正则表达式什么都能匹配", "the expression matches nothing at all, everywhere"), diag.Textf("去掉末尾的 * 或 ?，写得具体些。", "Make it more exact."))
	case w.level != config.Off:
		w.pattern = re
		t.patterns = append(t.patterns, w)
	}
}

// add adds a word, where none stands that is the same.
func (t *Terms) add(w term, at int, bad badTerm) {
	switch {
	case len(w.wrong) > maxWord || utf8.RuneCountInString(w.wrong) < 2:
		bad(at, diag.Textf("“%s”太短或太长：2 到 20 个字", "%q is too short or too long: 2 to 20 characters", w.wrong), diag.Textf("太短的词会误报；用 pattern 写上前后文。", "Short words give false alarms; write what stands around them."))
	case len(t.words) >= maxTerms:
		bad(at, diag.Textf("用语太多，最多 %d 条", "there are too many words; at most %d", maxTerms), diag.Textf("删去用不上的。", "Delete some."))
	case w.right != "" && strings.Contains(w.right, w.wrong) && !slices.Contains(w.except, w.right):
		w.except = append(w.except, w.right)
		fallthrough
	default:
		if !slices.ContainsFunc(t.words, func(o term) bool { return o.wrong == w.wrong }) {
			t.words = append(t.words, w)
		}
	}
}

// name adds the forms of an agency's name that may not stand.
func (t *Terms) name(v *toml.Value, bad badTerm) {
	full, short, wrong := textOf(v, "full"), textsOf(v, "short"), textsOf(v, "wrong")
	if full == "" || len(wrong) == 0 {
		bad(v.At, diag.Textf("单位名称要写 full（全称）和 wrong（不用的写法）", "a name has full and wrong"), diag.Textf("照这样写：full = \"筠溪县财政局\"，下一行 wrong = [\"筠溪财局\"]", "Write full = \"...\", and wrong = [\"...\"] below it."))
		return
	}
	right := full
	if len(short) > 0 {
		right += "或" + strings.Join(short, "、")
	}
	for _, w := range wrong {
		t.add(term{wrong: w, right: right, reason: "单位名称用全称或规范简称", level: config.Warning, except: append([]string{full}, short...)}, v.At, bad)
	}
}

// TermsMissing reports that there is no list of words where the settings say.
func TermsMissing(at diag.Pos, file string) diag.Finding {
	return ruleTermList.At(at, diag.Textf("没有用语表文件“%s”，或者读不了", "there is no list of words %q, or it cannot be read", file),
		diag.Textf("改对路径，或者删去 terms 这一行", "put the path right, or delete the line"))
}
