package main

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/route"

	"github.com/fatih/color"
	"github.com/spf13/cobra"
)

// checking is what the check command was asked for.
type checking struct {
	options  build.Options
	day      dayFlag
	only     []string // rules, or the beginnings of their IDs
	path     string   // where findings are shown of
	baseline string   // file; empty: none
	update   bool     // write the baseline
	all      bool     // show all findings
	json     bool
	mask     bool
	yes      bool
	profile  string
}

func checkCommand(a *app) *cobra.Command {
	var c checking
	cmd := &cobra.Command{
		Use:   "check",
		Short: a.say("按全部规则检查稿件，不生成网站", "look at the pages by every rule, and build nothing"),
		Long: a.say(`按全部规则检查整个站点：生成时查的，再加上个人信息、用语标点、完整性、更新期限、
附件能不能打开。网站和稿件都不改动；查过的记在 .branchlight 里，下次只查有变化的。

有错误时退出状态是 1。每条规则的级别在 site.toml 的 [check.rules] 里定：off 不查、
hint 建议、warning 提醒、error 错误；个别可以保留的，用 [[check.allow]] 写明理由。
branchlight help rules 列出全部规则。

--mask 把稿件里的身份证号、手机号、银行卡号、住址、邮箱改成遮住的写法：先列出改动，
问过再写。附件、文件名和 site.toml 要自己改。

--baseline 让旧站点从零开始：先用 --update-baseline 把现有的问题记下来，以后只显示新的；
和 --only、--path 一起用时，只重记那一部分。发布不看基线，照样全查。`,
			`Looks at the whole site by every rule: those of a build, and those about personal
data, wording, completeness, freshness, and attachments that open. Neither the site
nor the pages are changed; what was looked at is remembered in .branchlight.

The exit status is 1 where there are errors. [check.rules] in site.toml gives rules
their levels: off, hint, warning, error; [[check.allow]] lets single findings stay,
with a reason. branchlight help rules lists all rules.

--mask writes masked forms of identity numbers, mobile numbers, bank cards, home
addresses and e-mail addresses into the pages, after it has shown the changes and
asked. Attachments, names of files and site.toml are yours to change.

--baseline lets an old site begin clean: note what there is with --update-baseline,
and see only what is new from then on. With --only or --path that part is noted anew.
Publishing looks at everything, whatever a baseline says.`),
		Example: "  branchlight check\n  branchlight check --only leak,term-wrong --path content/财政局\n  branchlight check --mask\n  branchlight check --baseline check.txt --update-baseline",
		Args:    a.atMost(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := a.folder()
			if err != nil {
				return err
			}
			c.options.Root, c.options.Day = dir, c.day.day
			c.options.Audit, c.options.Quote = true, true
			switch {
			case c.mask && (c.json || c.baseline != "" || c.update):
				return problem("--mask 不能和 --json、--baseline、--update-baseline 一起用", "--mask does not go with --json, --baseline, --update-baseline")
			case c.yes && !c.mask:
				return problem("--yes 要和 --mask 一起用", "--yes goes with --mask")
			}
			if c.mask {
				return a.mask(&c)
			}
			return a.check(&c)
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&c.only, "only", nil, a.say("只看这些规则 `RULE,…`；写开头也行，如 leak", "only these rules `RULE,...`, or all that begin so, such as leak"))
	f.StringVar(&c.path, "path", "", a.say("只看文件或文件夹 `PATH` 的，如 content/财政局", "only a file, or what lies in a folder: `PATH`, such as content/caizheng"))
	f.StringVar(&c.baseline, "baseline", "", a.say("基线文件 `FILE`：里面记过的问题不再显示", "a baseline `FILE`: findings that stand in it are not shown"))
	f.BoolVar(&c.update, "update-baseline", false, a.say("把现在的问题写进基线文件", "write the findings of now to the baseline"))
	f.BoolVar(&c.all, "all", false, a.sayf("显示全部问题；不写则最多 %d 条", "show all findings; else at most %d", diag.MaxShown))
	f.BoolVar(&c.mask, "mask", false, a.say("把稿件里的个人信息改成遮住的写法", "write masked forms of personal data into the pages"))
	f.BoolVarP(&c.yes, "yes", "y", false, a.say("和 --mask 一起：不问，直接写", "with --mask: write without asking"))
	f.StringVar(&c.profile, "cpuprofile", "", "")
	_ = f.MarkHidden("cpuprofile")
	dayOption(a, cmd, &c.day)
	jsonFlag(a, cmd, &c.json)
	_ = cmd.RegisterFlagCompletionFunc("only", cobra.FixedCompletions(ruleIDs(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (a *app) check(c *checking) error {
	tuneMemory(a.env)
	if c.update && c.baseline == "" {
		return problem("--update-baseline 要和 --baseline FILE 一起用", "--update-baseline goes with --baseline FILE")
	}
	keep, err := c.filter()
	if err != nil {
		return err
	}
	stop, err := startProfile(c.profile)
	if err != nil {
		return err
	}
	result, err := build.Inspect(c.options)
	if err != nil {
		return err
	}
	if err := stop(); err != nil {
		return err
	}
	found := slices.DeleteFunc(slices.Clone(result.Findings), func(f diag.Finding) bool { return !keep(f) })
	result.Allowed = slices.DeleteFunc(result.Allowed, func(x build.Allowed) bool { return !keep(x.Finding) })
	known := 0
	switch {
	case c.update:
		if err := writeBaseline(c.baseline, found, keep); err != nil {
			return err
		}
		found, known = nil, len(found)
	case c.baseline != "":
		b, err := readBaseline(c.baseline)
		if err != nil {
			return err
		}
		found, known = b.fresh(found)
	}
	if c.json {
		err = writeJSON(a.out, a.checkJSON(result, found, known))
	} else {
		err = a.printCheck(c, result, found, known)
	}
	if err == nil && diag.Errors(found) > 0 {
		err = errContent
	}
	return err
}

// filter gives what tells the findings that were asked for.
func (c *checking) filter() (func(diag.Finding) bool, error) {
	ids := ruleIDs()
	for i, o := range c.only {
		o = strings.TrimSpace(o)
		c.only[i] = o
		if !slices.ContainsFunc(ids, func(id string) bool { return inFamily(id, o) }) {
			names := slices.Clone(ids)
			for _, id := range ids {
				family, _, _ := strings.Cut(id, "-")
				names = append(names, family)
			}
			if near, ok := route.Nearest(o, names); ok {
				return nil, problem("没有规则 %q；是不是 %s？", "there is no rule %q; did you mean %s?", o, near)
			}
			return nil, problem("没有规则 %q；用 branchlight help rules 查看有哪些规则", "there is no rule %q; see branchlight help rules", o)
		}
	}
	place := "."
	if c.path != "" {
		var ok bool
		if place, ok = c.place(); !ok {
			return nil, problem("站点里没有 %s；--path 写从站点文件夹算起的路径，例如 content/财政局", "the site has no %s; --path is a path in the site's folder, such as content/caizheng", c.path)
		}
	}
	place = route.Fold(place)
	under := func(file string) bool {
		rest, ok := strings.CutPrefix(route.Fold(file), place)
		return place == "." || ok && (rest == "" || rest[0] == '/')
	}
	return func(f diag.Finding) bool {
		return under(f.Pos.File) && (len(c.only) == 0 || slices.ContainsFunc(c.only, func(o string) bool { return inFamily(f.Rule, o) }))
	}, nil
}

// place gives the path in the site's folder of the file or folder that --path
// names: from the folder the command runs in, else from the site's.
func (c *checking) place() (string, bool) {
	root, err := filepath.EvalSymlinks(c.options.Root)
	if err != nil {
		return "", false
	}
	if root, err = filepath.Abs(root); err != nil {
		return "", false
	}
	named := filepath.FromSlash(strings.ReplaceAll(c.path, "\\", "/"))
	for _, file := range []string{named, filepath.Join(root, named)} {
		file, err := filepath.Abs(file)
		if err != nil {
			continue
		}
		if file, err = filepath.EvalSymlinks(file); err != nil {
			continue // there is none
		}
		if rel, err := filepath.Rel(root, file); err == nil && filepath.IsLocal(rel) {
			return filepath.ToSlash(rel), true
		}
	}
	return "", false
}

// inFamily reports that an ID is the one that was asked for, or begins with it.
func inFamily(id, asked string) bool {
	return id == asked || strings.HasPrefix(id, strings.TrimSuffix(asked, "-")+"-")
}

// printCheck shows what was found, what may stay, and the counts.
func (a *app) printCheck(c *checking, r *build.Result, found []diag.Finding, known int) error {
	a.printNotes(r.Notes)
	p := diag.Printer{W: a.err, Lang: a.lang, Color: a.colors(a.err)}
	if c.all {
		p.Most = max(1, len(found))
	}
	if err := p.List(found); err != nil {
		return err
	}
	a.printAllowed(r.Allowed)
	var b strings.Builder
	counts, level := map[string]int{}, map[string]diag.Severity{}
	for _, f := range found {
		counts[f.Rule]++
		level[f.Rule] = max(level[f.Rule], f.Severity)
	}
	rules := slices.SortedFunc(maps.Keys(counts), func(x, y string) int {
		return cmp.Or(cmp.Compare(level[y], level[x]), cmp.Compare(counts[y], counts[x]), strings.Compare(x, y))
	})
	var rows [][]string
	for _, id := range rules {
		rows = append(rows, []string{id, level[id].Text().In(a.lang), fmt.Sprint(counts[id])})
	}
	align(&b, "  ", rows)
	errors := diag.Errors(found)
	total := a.sayf("检查了 %d 篇（%s）：错误 %d，提醒和建议 %d。", "Pages: %d (%s). Errors: %d; warnings and hints: %d.", r.Pages, r.Day, errors, len(found)-errors)
	if known > 0 {
		total += a.sayf("基线里有 %d 条，没有显示。", " In the baseline, and not shown: %d.", known)
	}
	attribute := color.FgGreen
	if errors > 0 {
		attribute = color.FgRed
	}
	b.WriteString(a.paint(a.out, attribute, total) + "\n")
	_, err := fmt.Fprint(a.out, b.String())
	return err
}

// printAllowed shows, with their reasons, the findings that the settings let stay.
func (a *app) printAllowed(allowed []build.Allowed) {
	for _, x := range allowed {
		fmt.Fprintf(a.err, "%s\n", diag.Printable(a.sayf("%[1]s: 允许：%[2]s [%[4]s]\n    理由：%[5]s", "%[1]s: allowed: %[3]s [%[4]s]\n    reason: %[5]s",
			x.Pos, x.Message.Zh, x.Message.En, x.Rule, x.Reason)))
	}
}

type jsonAllowed struct {
	jsonFinding
	Reason string `json:"reason"`
}

func (a *app) allowedJSON(allowed []build.Allowed) []jsonAllowed {
	list := []jsonAllowed{}
	for _, x := range allowed {
		list = append(list, jsonAllowed{a.findingsJSON([]diag.Finding{x.Finding})[0], x.Reason})
	}
	return list
}

// jsonCheck is the result of a check as --json writes it.
type jsonCheck struct {
	Day      string             `json:"day"`
	Pages    int                `json:"pages"`
	Errors   int                `json:"errors"`
	Warnings int                `json:"warnings"`
	Hints    int                `json:"hints"`
	Known    int                `json:"known"` // in the baseline, and not in findings
	Findings []jsonFinding      `json:"findings"`
	Allowed  []jsonAllowed      `json:"allowed"`
	Notes    []string           `json:"notes"`
	Stages   map[string]float64 `json:"stages"` // milliseconds
}

func (a *app) checkJSON(r *build.Result, found []diag.Finding, known int) jsonCheck {
	j := jsonCheck{Day: r.Day.String(), Pages: r.Pages, Known: known, Findings: a.findingsJSON(found), Notes: []string{}, Stages: map[string]float64{}}
	for _, f := range found {
		switch f.Severity {
		case diag.Error:
			j.Errors++
		case diag.Warning:
			j.Warnings++
		default:
			j.Hints++
		}
	}
	j.Allowed = a.allowedJSON(r.Allowed)
	for _, n := range r.Notes {
		j.Notes = append(j.Notes, n.In(a.lang))
	}
	for _, s := range r.Stages {
		j.Stages[s.Name] += math.Round(float64(s.Took.Microseconds())/100) / 10
	}
	return j
}
