package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/out"
	"branchlight/cmd/branchlight/internal/route"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// bilingual gives the words of an error that says itself in both languages: by a
// method Text, or by Message where Text is taken.
func bilingual(err error) (t diag.Text, ok bool) {
	if e, ok := errors.AsType[interface {
		error
		Text() diag.Text
	}](err); ok {
		return e.Text(), true
	}
	if e, ok := errors.AsType[interface {
		error
		Message() diag.Text
	}](err); ok {
		return e.Message(), true
	}
	return diag.Text{}, false
}

// problemError is such an error.
type problemError struct{ text diag.Text }

func (e *problemError) Error() string   { return e.text.En }
func (e *problemError) Text() diag.Text { return e.text }

// problem makes an error that says itself in both languages.
func problem(zh, en string, args ...any) error {
	return &problemError{diag.Textf(zh, en, args...)}
}

// errorText says an error in both languages. The machine's own words, which are
// English on most systems, stand behind the reason for the one who has to look.
func errorText(err error) diag.Text {
	if t, ok := bilingual(err); ok {
		return t
	}
	if errors.As(err, new(*fs.PathError)) || errors.As(err, new(*os.LinkError)) || errors.As(err, new(*os.SyscallError)) {
		why := out.Reason(err)
		return diag.Text{Zh: fmt.Sprintf("%s（%v）", why.Zh, err), En: fmt.Sprintf("%s (%v)", why.En, err)}
	}
	return diag.Text{Zh: err.Error(), En: err.Error()}
}

// panicText says that the program itself went wrong.
func panicText(p any) diag.Text {
	return diag.Textf("程序内部出错：%v。这不是稿件的问题；请设置环境变量 BRANCHLIGHT_DEBUG=1 再运行一次，把显示的内容交给维护人员",
		"the program went wrong: %v. Your pages are not to blame; set BRANCHLIGHT_DEBUG=1, run it again, and hand on what it shows", p)
}

// flagError says in both languages what is wrong with a flag.
func (a *app) flagError(cmd *cobra.Command, err error) error {
	help := fmt.Sprintf("%s --help", cmd.CommandPath())
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		flag := "--" + e.GetSpecifiedName()
		if e.GetSpecifiedShortnames() != "" {
			flag = "-" + e.GetSpecifiedName()
		}
		if near, ok := route.Nearest(e.GetSpecifiedName(), flagNames(cmd)); ok && strings.HasPrefix(flag, "--") {
			return problem("没有选项 %[1]s；是不是 --%[2]s？", "there is no flag %[1]s; did you mean --%[2]s?", flag, near)
		}
		return problem("没有选项 %s；用 %s 查看有哪些选项", "there is no flag %s; see %s", flag, help)
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return problem("选项 --%s 后面要写一个值；用 %s 查看写法", "the flag --%s needs a value; see %s", e.GetFlag().Name, help)
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		why := diag.Textf("不是合适的值", "it is no value for this flag")
		if t, ok := bilingual(e.Unwrap()); ok {
			why = t
		}
		return &problemError{diag.Text{
			Zh: fmt.Sprintf("选项 --%s 的值 %q 不对：%s", e.GetFlag().Name, e.GetValue(), why.Zh),
			En: fmt.Sprintf("the value %q of --%s is wrong: %s", e.GetValue(), e.GetFlag().Name, why.En),
		}}
	}
	if e, ok := errors.AsType[*pflag.InvalidSyntaxError](err); ok {
		return problem("选项 %s 的写法不对；用 %s 查看写法", "the flag %s is not written as flags are; see %s", e.GetSpecifiedFlag(), help)
	}
	return err
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}

// subcommand refuses arguments where a command of the table was expected.
func (a *app) subcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, sub := range cmd.Commands() {
		names = append(names, sub.Name())
	}
	if near, ok := route.Nearest(args[0], names); ok {
		return problem("没有命令 %q；是不是 %s %s？", "there is no command %q; did you mean %s %s?", args[0], cmd.CommandPath(), near)
	}
	return problem("没有命令 %q；用 %s --help 查看有哪些命令", "there is no command %q; see %s --help", args[0], cmd.CommandPath())
}

// atMost refuses more than n arguments.
func (a *app) atMost(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > n {
			return problem("不认识多出来的 %q；含有空格的名称要用引号括起来，用 %s --help 查看写法",
				"%q is one argument too many; put names with spaces into quotes, and see %s --help", args[n], cmd.CommandPath())
		}
		return nil
	}
}
