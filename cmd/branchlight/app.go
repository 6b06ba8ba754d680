package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"

	"github.com/fatih/color"
	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"
)

// app is one run of the program: where it reads and writes, and what the global
// flags say.
type app struct {
	in                    io.Reader // what is read of stdin
	stdin, stdout, stderr *os.File
	env                   func(name string) string

	lang     diag.Lang
	out, err io.Writer // stdout and stderr in the encoding that was asked for

	siteFlag     string
	langFlag     choice
	colorFlag    choice
	encodingFlag choice
}

// Exit statuses.
const (
	exitDone    = 0
	exitContent = 1
	exitFailure = 2
)

// errContent ends a command whose findings are printed already.
var errContent = errors.New("the content has errors")

// run runs the program with its arguments and gives its exit status.
func (a *app) run(args []string) (code int) {
	a.out, a.err = a.stdout, a.stderr
	var closers []io.Closer
	defer func() {
		if p := recover(); p != nil {
			if a.env("BRANCHLIGHT_DEBUG") != "" {
				panic(p)
			}
			a.fail(panicText(p))
			code = exitFailure
		}
		for _, c := range closers {
			if err := c.Close(); err != nil && code == exitDone {
				code = exitFailure
			}
		}
	}()

	a.lang = a.language(args)
	closers = a.encode(args)
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	switch err := root.ExecuteContext(context.Background()); {
	case err == nil:
		return exitDone
	case errors.Is(err, errContent):
		return exitContent
	default:
		a.fail(errorText(err))
		return exitFailure
	}
}

// root makes the command that all others hang on.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:               "branchlight",
		Short:             a.say("把写支部的 Markdown 做成一个完整的网站", "turn Markdown about Party branches into a finished site"),
		SilenceErrors:     true,
		SilenceUsage:      true,
		Args:              a.subcommand,
		Run:               func(cmd *cobra.Command, _ []string) { _ = cmd.Help() },
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	cobra.EnableCommandSorting = false
	cobra.MousetrapHelpText = "" // a double click serves: see doubleClick
	flags := root.PersistentFlags()
	flags.StringVarP(&a.siteFlag, "site", "C", "", a.say("站点文件夹 `DIR`；不写则从当前文件夹往上找 site.toml", "the site's folder `DIR`; else the nearest folder upwards that holds site.toml"))
	a.langFlag = newChoice("", "zh", "en")
	flags.Var(&a.langFlag, "lang", a.say("消息的语言 `zh|en`；不写则看环境变量 BRANCHLIGHT_LANG 和 LANG", "language of messages `zh|en`; else BRANCHLIGHT_LANG and LANG decide"))
	a.colorFlag = newChoice("auto", "auto", "always", "never")
	flags.Var(&a.colorFlag, "color", a.say("颜色 `auto|always|never`；auto 只在终端里用颜色", "colours `auto|always|never`; auto uses them on a terminal only"))
	a.encodingFlag = newChoice("utf-8", "utf-8", "gbk")
	flags.Var(&a.encodingFlag, "output-encoding", a.say("输出的编码 `utf-8|gbk`；重定向到文件、再用旧软件打开时选 gbk", "encoding of the output `utf-8|gbk`; gbk for old programs that read it from a file"))
	flags.BoolP("help", "h", false, a.say("显示帮助", "show help"))
	for name, c := range map[string]*choice{"lang": &a.langFlag, "color": &a.colorFlag, "output-encoding": &a.encodingFlag} {
		_ = root.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(c.allowed, cobra.ShellCompDirectiveNoFileComp))
	}
	root.SetFlagErrorFunc(a.flagError)
	root.SetUsageFunc(func(cmd *cobra.Command) error { return a.usage(cmd.OutOrStderr(), cmd) })
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { _ = a.help(cmd.OutOrStdout(), cmd) })
	for _, command := range commands {
		cmd := command(a)
		plainUseLine(cmd)
		if cmd.Name() == "help" {
			root.SetHelpCommand(cmd)
		}
		root.AddCommand(cmd)
	}
	return root
}

// plainUseLine keeps cobra from adding "[flags]" to how a command is used.
func plainUseLine(cmd *cobra.Command) {
	cmd.DisableFlagsInUseLine = true
	for _, sub := range cmd.Commands() {
		plainUseLine(sub)
	}
}

// say gives the text of the language in use.
func (a *app) say(zh, en string) string {
	return diag.Text{Zh: zh, En: en}.In(a.lang)
}

// sayf formats the text of the language in use.
func (a *app) sayf(zh, en string, args ...any) string {
	return diag.Textf(zh, en, args...).In(a.lang)
}

// fail shows why the program could not do what it was asked for.
func (a *app) fail(t diag.Text) {
	fmt.Fprintf(a.err, "branchlight: %s%s\n", a.paint(a.err, color.FgRed, a.say("错误：", "error: ")), diag.Printable(t.In(a.lang)))
}

// colors reports whether to use colours on a writer.
func (a *app) colors(w io.Writer) bool {
	switch a.colorFlag.value {
	case "always":
		return true
	case "never":
		return false
	}
	f := a.stdout
	if w == a.err {
		f = a.stderr
	}
	return a.env("NO_COLOR") == "" && a.env("TERM") != "dumb" && terminal(f)
}

// paint gives a text in a colour, where colours are in use on a writer.
func (a *app) paint(w io.Writer, attribute color.Attribute, s string) string {
	c := color.New(attribute)
	if a.colors(w) {
		c.EnableColor()
	} else {
		c.DisableColor()
	}
	return c.Sprint(s)
}

// terminal reports that a file is a terminal, that of Cygwin too.
func terminal(f *os.File) bool {
	return f != nil && (isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()))
}

// folder gives the site's folder: what --site says, or the nearest folder
// upwards that holds site.toml.
func (a *app) folder() (string, error) {
	if a.siteFlag != "" {
		if !isFile(filepath.Join(a.siteFlag, "site.toml")) {
			if err := misnamed(a.siteFlag); err != nil {
				return "", err
			}
			return "", problem("文件夹 %s 里没有 site.toml，不是站点文件夹；请检查 -C 后面的路径", "%s holds no site.toml and is no site; check what follows -C", a.siteFlag)
		}
		return a.siteFlag, nil
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the current folder: %w", err)
	}
	for at := dir; ; at = filepath.Dir(at) {
		if isFile(filepath.Join(at, "site.toml")) {
			return at, nil
		}
		if err := misnamed(at); err != nil {
			return "", err
		}
		if at == filepath.Dir(at) {
			break
		}
	}
	return "", problem("%s 和它的上级文件夹里都没有 site.toml；请进入站点文件夹再试，或用 branchlight new site 新建一个站点",
		"there is no site.toml in %s or above; go to the site's folder, or make a site with branchlight new site", dir)
}

// misnamed reports settings that an editor has saved as site.toml.txt: Windows
// does not show the end of the name.
func misnamed(dir string) error {
	for _, name := range []string{"site.toml.txt", "site.txt", "Site.toml"} {
		if isFile(filepath.Join(dir, name)) {
			return problem("%s 里没有 site.toml，只有 %s；请把它改名为 site.toml（在文件夹窗口的“查看”里勾上“文件扩展名”才看得全）",
				"%s holds no site.toml, but %s: rename that to site.toml", dir, name)
		}
	}
	return nil
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// choice is the value of a flag that takes one of a few words.
type choice struct {
	value   string
	allowed []string
}

func newChoice(value string, allowed ...string) choice { return choice{value, allowed} }

func (c *choice) String() string { return c.value }
func (c *choice) Type() string   { return strings.Join(c.allowed, "|") }

func (c *choice) Set(s string) error {
	for _, w := range c.allowed {
		if strings.EqualFold(s, w) {
			c.value = w
			return nil
		}
	}
	return problem("只能是 %s 之一", "it must be one of %s", strings.Join(c.allowed, ", "))
}
