package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/scaffold"

	"github.com/spf13/cobra"
)

// newKind is one kind of thing that new makes in a site.
type newKind struct {
	name      string
	kind      scaffold.Kind
	short     diag.Text
	example   string
	questions []question
}

var newKinds = []newKind{
	{"agency", scaffold.Agency,
		diag.Text{Zh: "新建一个单位", En: "make an agency"},
		"  branchlight new agency 县财政局 --short 财政局 --slug caizheng",
		[]question{askAgencyTitle, askShort, askGroup, askOrder.silent(), askFile, askSlug}},
	{"branch", scaffold.Branch,
		diag.Text{Zh: "新建一个党支部", En: "make a branch"},
		"  branchlight new branch 预算股党支部 --agency 县财政局",
		[]question{askAgency, askBranchTitle, askSecretary, askBrand, askOrder.silent(), askFile, askSlug}},
	{"practice", scaffold.Practice,
		diag.Text{Zh: "新建一篇特色做法", En: "make a page about a practice"},
		"  branchlight new practice 一月一课 --agency 县财政局 --branch 预算股党支部 --theme 理论武装",
		[]question{askAgency, askBranch, askTitle, askThemes, askAuthor, askBrand.silent(), askSource, askFile, askSlug}},
	{"progress", scaffold.Progress,
		diag.Text{Zh: "新建一篇模范机关创建进展", En: "make a progress report"},
		"  branchlight new progress 一季度创建进展 --agency 县财政局 --stage 创建",
		[]question{askAgency, askBranch.silent(), askTitle, askStage, askAuthor, askSource, askFile, askSlug}},
	{"post", scaffold.Post,
		diag.Text{Zh: "新建一个党员先锋岗", En: "make a pioneer post"},
		"  branchlight new post 不动产登记先锋岗 --agency 县自然资源局 --branch 不动产党支部 --holder 张三",
		[]question{askAgency, askBranch, askPostTitle, askPosition, askHolder, askPledge, askThemes.silent(), askSource, askFile, askSlug}},
}

func newCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new",
		Short: a.say("新建站点、单位、党支部或一篇稿件", "make a site, an agency, a branch or a page"),
		Long: a.say(`新建一个文件，里面每一项都有中文说明，要填写的地方写着【请填写：……】。
全部换成自己的内容以后，才能生成网站。已经有的文件不会被改动。

在终端里不写选项，程序会一项一项地问。`,
			`Makes a file that explains each of its parts in Chinese. Where it says
【请填写：……】 something is to be filled in; a build refuses what is left over.
Files that exist are never touched.

On a terminal it asks for what the flags do not say.`),
		Example: "  branchlight new site fengcai\n  branchlight new practice",
		Args:    a.subcommand,
		Run:     func(cmd *cobra.Command, _ []string) { _ = cmd.Help() },
	}
	cmd.AddCommand(a.newSite())
	for _, k := range newKinds {
		cmd.AddCommand(a.newThing(k))
	}
	return cmd
}

// newThing makes the command of one kind.
func (a *app) newThing(k newKind) *cobra.Command {
	var on dayFlag
	values := make([]string, len(k.questions))
	cmd := &cobra.Command{
		Use:     k.name + a.say(" [标题]", " [TITLE]"),
		Short:   k.short.In(a.lang),
		Example: k.example,
		Args:    a.atMost(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			i := &interview{app: a, kind: k, values: map[string]string{}}
			for n, q := range k.questions {
				i.values[q.flag] = strings.TrimSpace(values[n])
			}
			if len(args) > 0 {
				i.values["title"] = strings.TrimSpace(args[0])
			}
			return i.run(cmd, on.day)
		},
	}
	for n, q := range k.questions {
		cmd.Flags().StringVar(&values[n], q.flag, "", q.about.In(a.lang))
	}
	dayOption(a, cmd, &on)
	return cmd
}

// run asks for what is missing and writes the file.
func (i *interview) run(cmd *cobra.Command, on day.Day) error {
	dir, err := i.app.folder()
	if err != nil {
		return err
	}
	i.site, err = scaffold.Open(dir)
	if err != nil {
		return err
	}
	defer i.site.Close()
	if err := i.fill(cmd); err != nil {
		return err
	}
	if on.IsZero() {
		on = day.Of(time.Now().In(i.site.Zone))
	}
	order, _ := strconv.Atoi(i.values["order"])
	file, err := i.site.Write(i.kind.kind, scaffold.Answers{
		Title: i.values["title"], File: i.values["file"], Agency: i.values["agency"], Branch: i.values["branch"],
		Slug: i.values["slug"], Day: on, Short: i.values["short"], Group: i.values["group"], Order: order,
		Brand: i.values["brand"], Themes: split(i.values["theme"]), Author: i.values["author"], Source: i.values["source"],
		Stage: i.values["stage"], Holder: cmp.Or(i.values["holder"], i.values["secretary"]), Position: i.values["position"], Pledge: i.values["pledge"],
	})
	if err != nil {
		return err
	}
	shown := filepath.Join(dir, filepath.FromSlash(file))
	if here, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(here, shown); err == nil && filepath.IsLocal(rel) {
			shown = rel
		}
	}
	_, err = fmt.Fprintln(i.app.out, i.app.sayf("已新建 %s\n打开它，把每一处【请填写：……】换成自己的内容，再运行 branchlight build。",
		"Made %s\nOpen it, replace every 【请填写：……】, then run branchlight build.", shown))
	return err
}

// newSite makes the command that makes a site.
func (a *app) newSite() *cobra.Command {
	var on dayFlag
	n := scaffold.NewSite{}
	cmd := &cobra.Command{
		Use:   a.say("site 文件夹", "site FOLDER"),
		Short: a.say("新建一个站点", "make a site"),
		Long: a.say(`新建一个完整的小站点：设置 site.toml（每一项都有说明）、首页、一个示例单位、
一个示例党支部和一篇示例做法。建好就能生成网站，看到样子以后再换成自己的内容。`,
			`Makes a small but whole site: the settings, each explained, a home page, an
example agency, branch and page. It builds as it is; replace the examples by
your own.`),
		Example: "  branchlight new site fengcai --title 机关党建风采\n  branchlight -C fengcai build",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return problem("没有写站点文件夹的名称，例如：branchlight new site fengcai", "the folder of the site is missing, as in: branchlight new site fengcai")
			}
			return a.atMost(1)(nil, args)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			n.Day = on.day
			if n.Day.IsZero() {
				n.Day = today()
			}
			files, err := scaffold.CreateSite(args[0], n)
			if err != nil {
				return err
			}
			var b strings.Builder
			b.WriteString(a.say("已新建：", "Made:") + "\n")
			for _, f := range files {
				b.WriteString("  " + filepath.Join(args[0], filepath.FromSlash(f)) + "\n")
			}
			b.WriteString(a.sayf("\n生成网站：  branchlight -C %s build\n新建单位：  branchlight -C %[1]s new agency\n",
				"\nBuild it:        branchlight -C %s build\nMake an agency:  branchlight -C %[1]s new agency\n", args[0]))
			_, err = fmt.Fprint(a.out, b.String())
			return err
		},
	}
	cmd.Flags().StringVar(&n.Title, "title", "机关党建风采", a.say("网站名称 `TEXT`；不写则为“机关党建风采”", "the site's title `TEXT`; else 机关党建风采"))
	cmd.Flags().StringVar(&n.Owner, "owner", "", a.say("主办单位 `TEXT`", "the office `TEXT` that publishes"))
	dayOption(a, cmd, &on)
	return cmd
}

// today gives the day it is in China, where new sites are kept.
func today() day.Day {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		zone = time.Local
	}
	return day.Of(time.Now().In(zone))
}

// split reads a list that is written with commas, Chinese or not.
func split(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",，、 ", r) })
}
