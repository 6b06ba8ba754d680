package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/scaffold"

	"github.com/spf13/cobra"
)

// A question is one thing that new wants to know: a flag, and a prompt on a
// terminal.
type question struct {
	flag    string
	about   diag.Text // of the flag, with the name of its argument in `quotes`
	prompt  diag.Text // without one it is not asked, and only the flag sets it
	example string
	must    bool
	choices func(i *interview) []choiceOf                // to choose from; nil: anything will do
	check   func(i *interview, value string) (err error) // nil: anything will do
}

// choiceOf is one of the answers to choose from.
type choiceOf struct{ value, label string }

// silent gives the question without its prompt.
func (q question) silent() question {
	q.prompt = diag.Text{}
	return q
}

var (
	askTitle = question{
		flag: "title", must: true, example: "一月一课：把预算讲明白",
		about:  diag.Text{Zh: "标题 `TEXT`", En: "the title `TEXT`"},
		prompt: diag.Text{Zh: "标题", En: "Title"},
	}
	askAgencyTitle = question{
		flag: "title", must: true, example: "县财政局",
		about:  diag.Text{Zh: "单位全称 `TEXT`", En: "the agency's full name `TEXT`"},
		prompt: diag.Text{Zh: "单位全称", En: "Full name of the agency"},
	}
	askBranchTitle = question{
		flag: "title", must: true, example: "预算股党支部",
		about:  diag.Text{Zh: "党支部名称 `TEXT`", En: "the branch's name `TEXT`"},
		prompt: diag.Text{Zh: "党支部名称", En: "Name of the branch"},
	}
	askPostTitle = question{
		flag: "title", must: true, example: "不动产登记先锋岗",
		about:  diag.Text{Zh: "先锋岗名称 `TEXT`", En: "the post's name `TEXT`"},
		prompt: diag.Text{Zh: "先锋岗名称", En: "Name of the post"},
	}
	askAgency = question{
		flag: "agency", must: true,
		about:   diag.Text{Zh: "单位 `NAME`：文件夹名或全称", En: "the agency `NAME`: its folder or its title"},
		prompt:  diag.Text{Zh: "哪个单位", En: "Agency"},
		choices: func(i *interview) []choiceOf { return folderChoices(i.site.Agencies) },
		check: func(i *interview, name string) error {
			_, err := i.site.FindAgency(name)
			return err
		},
	}
	askBranch = question{
		flag:    "branch",
		about:   diag.Text{Zh: "党支部 `NAME`：文件夹名或名称；不写则是单位自己的页面", En: "the branch `NAME`: its folder or its title; else the page is the agency's own"},
		prompt:  diag.Text{Zh: "哪个党支部（直接回车：单位自己的页面）", En: "Branch (Enter: a page of the agency itself)"},
		choices: func(i *interview) []choiceOf { return folderChoices(i.agency().Branches) },
		check: func(i *interview, name string) error {
			_, err := i.agency().FindBranch(name)
			return err
		},
	}
	askThemes = question{
		flag: "theme", example: "1 3",
		about:   diag.Text{Zh: "主题 `NAME`，几个主题用逗号隔开", En: "the theme `NAME`; several with commas between"},
		prompt:  diag.Text{Zh: "主题，一到三个", En: "Themes, one to three"},
		choices: func(i *interview) []choiceOf { return wordChoices(i.site.Topics) },
		check: func(i *interview, value string) error {
			for _, name := range split(value) {
				if err := oneOf(i.site.Topics, name, diag.Text{Zh: "主题", En: "theme"}); err != nil {
					return err
				}
			}
			return nil
		},
	}
	askStage = question{
		flag:    "stage",
		about:   diag.Text{Zh: "创建阶段 `NAME`", En: "the stage `NAME`"},
		prompt:  diag.Text{Zh: "走到了哪个阶段", En: "Stage"},
		choices: func(i *interview) []choiceOf { return wordChoices(i.site.Stages) },
		check: func(i *interview, value string) error {
			return oneOf(i.site.Stages, value, diag.Text{Zh: "创建阶段", En: "stage"})
		},
	}
	askGroup = question{
		flag:    "group",
		about:   diag.Text{Zh: "所属分组 `NAME`", En: "the group `NAME` it belongs to"},
		prompt:  diag.Text{Zh: "属于哪一组", En: "Group"},
		choices: func(i *interview) []choiceOf { return wordChoices(i.site.Groups) },
		check: func(i *interview, value string) error {
			return oneOf(i.site.Groups, value, diag.Text{Zh: "分组", En: "group"})
		},
	}
	askShort = question{
		flag: "short", example: "财政局",
		about:  diag.Text{Zh: "单位简称 `TEXT`", En: "its short name `TEXT`"},
		prompt: diag.Text{Zh: "单位简称", En: "Short name"},
	}
	askOrder = question{
		flag:  "order",
		about: diag.Text{Zh: "顺序 `N`：数字小的在前", En: "its place `N` in the order: small numbers first"},
		check: func(_ *interview, value string) error {
			if n, err := strconv.Atoi(value); err != nil || n < 1 {
				return problem("顺序要写大于 0 的数字", "the order is a number above 0")
			}
			return nil
		},
	}
	askSecretary = question{
		flag: "secretary", example: "张三",
		about:  diag.Text{Zh: "支部书记 `NAME`", En: "the branch's secretary `NAME`"},
		prompt: diag.Text{Zh: "支部书记姓名", En: "Secretary"},
	}
	askHolder = question{
		flag: "holder", example: "张三",
		about:  diag.Text{Zh: "岗位上的党员 `NAME`", En: "who holds the post: `NAME`"},
		prompt: diag.Text{Zh: "岗位上的党员姓名", En: "Holder"},
	}
	askPosition = question{
		flag: "position", example: "政务大厅 3 号窗口",
		about:  diag.Text{Zh: "岗位 `TEXT`", En: "the desk or window `TEXT`"},
		prompt: diag.Text{Zh: "在哪个窗口、做什么工作", En: "Desk or window"},
	}
	askPledge = question{
		flag: "pledge", example: "材料齐全，当场办结",
		about:  diag.Text{Zh: "岗位承诺 `TEXT`", En: "the pledge `TEXT`"},
		prompt: diag.Text{Zh: "岗位承诺", En: "Pledge"},
	}
	askBrand = question{
		flag: "brand", example: "初心课堂",
		about:  diag.Text{Zh: "支部品牌 `TEXT`", En: "the branch's brand `TEXT`"},
		prompt: diag.Text{Zh: "支部品牌", En: "Brand"},
	}
	askAuthor = question{
		flag: "author", example: "综合股",
		about:  diag.Text{Zh: "作者 `NAME`：姓名或科室", En: "the author `NAME`: a person or an office"},
		prompt: diag.Text{Zh: "作者（姓名或科室）", En: "Author"},
	}
	askSource = question{
		flag:  "source",
		about: diag.Text{Zh: "来源 `NAME`；不写则为单位名称", En: "the source `NAME`; else the agency"},
	}
	askFile = question{
		flag:  "file",
		about: diag.Text{Zh: "文件或文件夹的名称 `NAME`，不带 .md；不写则用标题", En: "name `NAME` of the file or folder, without .md; else the title"},
	}
	askSlug = question{
		flag:  "slug",
		about: diag.Text{Zh: "网址名 `NAME`：小写字母、数字和短横线；不写则用拼音", En: "name `NAME` in addresses: a-z, digits and hyphens; else pinyin"},
		check: func(_ *interview, value string) error {
			if reason, ok := route.CheckSlug(value); !ok {
				return &problemError{diag.Textf("网址名%[1]s", "the slug cannot be used: %[2]s", reason.Zh, reason.En)}
			}
			return nil
		},
	}
)

// interview is one run of new: what is known, and where the rest is asked.
type interview struct {
	*app
	kind   newKind
	site   *scaffold.Site
	values map[string]string // by flag
	input  *bufio.Reader
}

// agency gives the agency that was answered.
func (i *interview) agency() scaffold.Folder {
	f, _ := i.site.FindAgency(i.values["agency"])
	return f
}

// fill checks what the flags say. If something is missing that must be known it
// asks, on a terminal; then for the rest too.
func (i *interview) fill(cmd *cobra.Command) error {
	var missing []string
	for _, q := range i.kind.questions {
		value := i.values[q.flag]
		if value == "" && q.must {
			missing = append(missing, "--"+q.flag)
		}
		if value != "" && q.check != nil && (q.flag != "branch" || i.values["agency"] != "") {
			if err := q.check(i, value); err != nil {
				return err
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if !terminal(i.stdin) {
		return problem("缺少选项 %s；写法见 %s --help", "these flags are missing: %s; see %s --help", strings.Join(missing, " "), cmd.CommandPath())
	}
	i.input = bufio.NewReader(i.in)
	for _, q := range i.kind.questions {
		if i.values[q.flag] != "" || q.prompt.Zh == "" {
			continue
		}
		value, err := i.ask(q)
		if err != nil {
			return err
		}
		i.values[q.flag] = value
	}
	return nil
}

// ask asks a question until the answer will do. Enter alone leaves open what
// need not be known.
func (i *interview) ask(q question) (string, error) {
	var choices []choiceOf
	if q.choices != nil {
		choices = q.choices(i)
		if len(choices) == 0 && !q.must {
			return "", nil
		}
		var rows [][]string
		for n, c := range choices {
			rows = append(rows, []string{strconv.Itoa(n+1) + ")", diag.Printable(c.label)})
		}
		var b strings.Builder
		align(&b, "  ", rows)
		fmt.Fprint(i.err, b.String())
	}
	prompt := q.prompt.In(i.lang)
	if q.example != "" {
		prompt += i.sayf("（例如：%s）", " (such as %s)", q.example)
	}
	for {
		fmt.Fprint(i.err, prompt+i.say("：", ": "))
		line, err := i.input.ReadString('\n')
		if err != nil && !(errors.Is(err, io.EOF) && line != "") {
			fmt.Fprintln(i.err)
			return "", problem("没有回答完，没有写任何文件", "the answers ended early; no file was written")
		}
		value := strings.TrimSpace(strings.ToValidUTF8(line, ""))
		if len(choices) > 0 {
			value = narrow(value)
		}
		switch {
		case value == "" && q.must:
			fmt.Fprintln(i.err, i.say("这一项不能空着。", "This is needed."))
		case value == "":
			return "", nil
		default:
			value = numbered(choices, value)
			if q.check == nil {
				return value, nil
			}
			err := q.check(i, value)
			if err == nil {
				return value, nil
			}
			if _, number := strconv.Atoi(value); number == nil && len(choices) > 0 {
				err = problem("没有第 %s 项；请写 1 到 %d 的数字，或者写名称", "there is no number %s; write one from 1 to %d, or a name", value, len(choices))
			}
			fmt.Fprintln(i.err, errorText(err).In(i.lang))
		}
	}
}

// narrow gives the ASCII digits for full-width ones, which a Chinese input method
// types.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		if '０' <= r && r <= '９' {
			return r - '０' + '0'
		}
		return r
	}, s)
}

// numbered replaces the numbers of choices in an answer by what they stand for.
// A text that is no number stays.
func numbered(choices []choiceOf, answer string) string {
	if len(choices) == 0 {
		return answer
	}
	parts := split(answer)
	for n, part := range parts {
		i, err := strconv.Atoi(part)
		if err != nil || i < 1 || i > len(choices) {
			return answer
		}
		parts[n] = choices[i-1].value
	}
	return strings.Join(parts, ",")
}

func folderChoices(list []scaffold.Folder) []choiceOf {
	var choices []choiceOf
	for _, f := range list {
		label := f.Title
		if f.Title != f.Name {
			label += " (" + f.Name + ")"
		}
		choices = append(choices, choiceOf{f.Name, label})
	}
	return choices
}

func wordChoices(list []string) []choiceOf {
	var choices []choiceOf
	for _, s := range list {
		choices = append(choices, choiceOf{s, s})
	}
	return choices
}

// oneOf refuses a word that is not one of the site's list. A site without a list
// is left to the build.
func oneOf(list []string, value string, what diag.Text) error {
	if len(list) == 0 || slices.Contains(list, value) {
		return nil
	}
	if near, ok := route.Nearest(value, list); ok {
		return &problemError{diag.Textf("没有这个%[1]s：“%[3]s”；是不是“%[4]s”？", "there is no %[2]s %[3]q; did you mean %[4]q?", what.Zh, what.En, value, near)}
	}
	return &problemError{diag.Textf("没有这个%[1]s：“%[3]s”；可以写：%[4]s", "there is no %[2]s %[3]q; there are: %[5]s",
		what.Zh, what.En, value, strings.Join(list, "、"), strings.Join(list, ", "))}
}
