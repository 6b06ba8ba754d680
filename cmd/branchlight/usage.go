package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// helpWidth is how wide the texts of help are, in columns.
const helpWidth = 80

// help writes all that a command says of itself.
func (a *app) help(w io.Writer, cmd *cobra.Command) error {
	about := cmd.Long
	if about == "" {
		about = cmd.Short
	}
	if _, err := fmt.Fprintf(w, "%s\n\n", strings.TrimSpace(about)); err != nil {
		return err
	}
	return a.usage(w, cmd)
}

// usage writes how a command is used: cobra's own text is English and counts
// bytes where a terminal counts columns.
func (a *app) usage(w io.Writer, cmd *cobra.Command) error {
	var b strings.Builder
	section := func(zh, en string) {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(a.say(zh+"：", en+":") + "\n")
	}
	section("用法", "Usage")
	line := cmd.UseLine()
	if cmd.HasAvailableSubCommands() {
		line = cmd.CommandPath() + a.say(" 命令", " COMMAND")
	}
	b.WriteString("  " + line + a.say(" [选项]", " [FLAGS]") + "\n")
	if cmd.HasAvailableSubCommands() && cmd.Runnable() && cmd.Use != cmd.Name() {
		b.WriteString("  " + cmd.UseLine() + a.say(" [选项]", " [FLAGS]") + "\n")
	}
	if cmd.Example != "" {
		section("例子", "Examples")
		b.WriteString(strings.TrimRight(cmd.Example, "\n") + "\n")
	}
	if cmd.HasAvailableSubCommands() {
		section("命令", "Commands")
		var rows [][]string
		for _, sub := range cmd.Commands() {
			if sub.IsAvailableCommand() || sub.Name() == "help" {
				rows = append(rows, []string{sub.Name(), sub.Short})
			}
		}
		align(&b, "  ", rows)
	}
	if cmd.HasAvailableLocalFlags() && cmd.HasParent() {
		section("选项", "Flags")
		flags(&b, cmd.LocalFlags())
	}
	section("通用选项", "Global flags")
	flags(&b, cmd.Root().PersistentFlags())
	if cmd.HasAvailableSubCommands() {
		b.WriteString("\n" + a.sayf("%s 命令 --help 显示一个命令的说明。", "%s COMMAND --help explains a command.", cmd.CommandPath()) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// flags writes the flags of a set, each with its explanation beside it.
func flags(b *strings.Builder, set *pflag.FlagSet) {
	const indent = "      "
	type entry struct{ name, about string }
	var entries []entry
	widest := 0
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		argument, _ := pflag.UnquoteUsage(f)
		name := indent + "--" + f.Name
		if f.Shorthand != "" {
			name = "  -" + f.Shorthand + ", --" + f.Name
		}
		switch {
		case f.Value.Type() == "bool":
		case f.NoOptDefVal != "":
			name += "[=" + argument + "]"
		default:
			name += " " + argument
		}
		about := strings.Replace(f.Usage, "`"+argument+"`", "", 1)
		entries = append(entries, entry{name, tidy(strings.TrimSpace(about))})
		if n := columns(name); n <= 34 {
			widest = max(widest, n)
		}
	})
	for _, e := range entries {
		lines := wrap(e.about, helpWidth-widest-2)
		if columns(e.name) > widest {
			b.WriteString(e.name + "\n")
			e.name = ""
		}
		for i, line := range lines {
			if i > 0 {
				e.name = ""
			}
			b.WriteString(pad(e.name, widest+2) + line + "\n")
		}
	}
}

// tidy closes the gap that the name of a flag's argument leaves in its text.
func tidy(s string) string {
	for _, gap := range [][2]string{{" ；", "；"}, {" ;", ";"}, {" ，", "，"}, {" ,", ","}, {" ：", "："}, {" :", ":"}, {" （", "（"}, {"  ", " "}} {
		s = strings.ReplaceAll(s, gap[0], gap[1])
	}
	return s
}
