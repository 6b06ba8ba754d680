package main

import (
	"fmt"
	"io"
	"strings"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/tmpl"
	"branchlight/cmd/branchlight/internal/toml"
	"branchlight/cmd/branchlight/internal/view"

	"github.com/spf13/cobra"
)

func helpCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   a.say("help [命令]", "help [COMMAND]"),
		Short: a.say("显示说明：命令、规则、文首的键、模板", "explain commands, rules, keys of front matter, templates"),
		Long: a.say(`显示一个命令的说明，或者下面几样：

  help rules [规则]   检查稿件的每一条规则，以及怎样改
  help keys           稿件文首可以写哪些键
  help templates      模板能看到的数据和能用的函数`,
			`Explains a command, or one of these:

  help rules [RULE]   every rule that pages are checked by, and how to mend
  help keys           the keys of front matter
  help templates      the data that templates see, and their functions`),
		Example: "  branchlight help build\n  branchlight help rules link-target",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.explain(cmd.Root(), args)
		},
	}
	cmd.AddCommand(
		&cobra.Command{
			Use:   a.say("rules [规则]", "rules [RULE]"),
			Short: a.say("检查稿件的规则", "the rules that pages are checked by"),
			Args:  a.atMost(1),
			RunE: func(_ *cobra.Command, args []string) error {
				return a.helpRules(args)
			},
			ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
				return ruleIDs(), cobra.ShellCompDirectiveNoFileComp
			},
		},
		&cobra.Command{
			Use:   "keys",
			Short: a.say("稿件文首可以写的键", "the keys of front matter"),
			Args:  a.atMost(0),
			RunE:  func(*cobra.Command, []string) error { return a.helpKeys() },
		},
		&cobra.Command{
			Use:   "templates",
			Short: a.say("模板能看到的数据和能用的函数", "the data that templates see, and their functions"),
			Args:  a.atMost(0),
			RunE:  func(*cobra.Command, []string) error { return a.helpTemplates() },
		},
	)
	return cmd
}

// explain shows the help of the command that the arguments name.
func (a *app) explain(root *cobra.Command, args []string) error {
	cmd, rest, err := root.Find(args)
	if err != nil || len(rest) > 0 && cmd.HasSubCommands() {
		return a.subcommand(cmd, rest)
	}
	return a.help(a.out, cmd)
}

// rules gives the rules of all packages, in alphabetical order.
func rules() []*diag.Rule {
	return build.AllRules()
}

func ruleIDs() []string {
	var ids []string
	for _, r := range rules() {
		ids = append(ids, r.ID)
	}
	return ids
}

// helpRules shows one rule, or all.
func (a *app) helpRules(args []string) error {
	var b strings.Builder
	for _, r := range rules() {
		if len(args) > 0 && r.ID != args[0] {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s  %s%s\n", r.ID, r.Severity.Text().In(a.lang), a.say("，", ", ")+r.Class.Text().In(a.lang))
		for _, line := range wrap(r.Doc.In(a.lang), helpWidth-4) {
			b.WriteString("    " + line + "\n")
		}
		if r.Example != "" {
			b.WriteString("    " + a.say("例如：", "For example:") + "\n")
			for line := range strings.Lines(strings.TrimRight(r.Example, "\n") + "\n") {
				b.WriteString("      " + diag.Printable(line))
			}
		}
	}
	if b.Len() == 0 {
		if near, ok := route.Nearest(args[0], ruleIDs()); ok {
			return problem("没有规则 %q；是不是 %s？", "there is no rule %q; did you mean %s?", args[0], near)
		}
		return problem("没有规则 %q；用 branchlight help rules 查看有哪些规则", "there is no rule %q; see branchlight help rules", args[0])
	}
	_, err := io.WriteString(a.out, b.String())
	return err
}

// valueExamples show how the value of a key is written.
var valueExamples = map[toml.Kind]string{
	toml.Text:   `"…"`,
	toml.Int:    "3",
	toml.Bool:   "true",
	toml.Day:    "2026-03-01",
	toml.Texts:  `["…", "…"]`,
	toml.Tables: "[{ … }]",
}

// helpKeys shows the keys of front matter, each with its value and meaning.
func (a *app) helpKeys() error {
	var b strings.Builder
	b.WriteString(a.say("写在文件开头两行 +++ 之间，一行一个：", "They stand between the two +++ lines at the start of a file, one a line:") + "\n")
	for _, section := range front.Sections() {
		b.WriteString("\n" + section.Title.In(a.lang) + a.say("：", ":") + "\n")
		var rows [][]string
		row := func(example, help string) {
			const left, width = 28, helpWidth - 28
			for i, line := range wrap(help, width) {
				if i > 0 {
					example = ""
				}
				rows = append(rows, []string{pad(example, left-4), line})
			}
		}
		for _, k := range section.Keys {
			example := k.Name + " = " + valueExamples[k.Kind]
			if k.Name == "review" {
				example = "[[review]]"
			}
			row(example, k.Help().In(a.lang))
			for _, sub := range k.Keys {
				row("  "+sub.Name+" = "+valueExamples[sub.Kind], sub.Doc.In(a.lang))
			}
		}
		align(&b, "  ", rows)
	}
	_, err := io.WriteString(a.out, b.String())
	return err
}

// helpTemplates shows the views and the functions of templates.
func (a *app) helpTemplates() error {
	_, err := fmt.Fprintf(a.out, "%s\n\n%s\n%s\n\n%s",
		a.say("模板能用的函数：", "The functions of templates:"), tmpl.FuncDoc(a.lang),
		a.say("模板能看到的数据（每一页一种）：", "The data that templates see, one view a page:"), view.Doc())
	return err
}
