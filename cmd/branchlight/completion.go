package main

import (
	"github.com/spf13/cobra"
)

func completionCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "completion",
		Short: a.say("生成命令行的自动补全脚本", "write a script that completes commands in a shell"),
		Args:  a.subcommand,
		Run:   func(cmd *cobra.Command, _ []string) { _ = cmd.Help() },
	}
	cmd.AddCommand(
		a.shell("bash", "  branchlight completion bash > ~/.local/share/bash-completion/completions/branchlight",
			func(root *cobra.Command) error { return root.GenBashCompletionV2(a.out, true) }),
		a.shell("zsh", "  branchlight completion zsh > \"${fpath[1]}/_branchlight\"",
			func(root *cobra.Command) error { return root.GenZshCompletion(a.out) }),
		a.shell("fish", "  branchlight completion fish > ~/.config/fish/completions/branchlight.fish",
			func(root *cobra.Command) error { return root.GenFishCompletion(a.out, true) }),
		a.shell("powershell", "  branchlight completion powershell >> $PROFILE",
			func(root *cobra.Command) error { return root.GenPowerShellCompletionWithDesc(a.out) }),
	)
	return cmd
}

// shell makes the command of one shell. install is a line that puts the script
// where the shell looks for it.
func (a *app) shell(name, install string, write func(root *cobra.Command) error) *cobra.Command {
	return &cobra.Command{
		Use:   name,
		Short: a.sayf("%s 的补全脚本", "the script for %s", name),
		Long: a.sayf("生成 %s 的补全脚本。把它存到 %[1]s 查找补全的地方，重新打开终端，\n输入 branchlight 和开头几个字母后按 Tab 键，命令和选项会自动补全。",
			"Writes the script for %s. Store it where %[1]s looks for completions and open a new\nterminal; then the Tab key completes commands and flags of branchlight.", name),
		Example: install,
		Args:    a.atMost(0),
		RunE:    func(cmd *cobra.Command, _ []string) error { return write(cmd.Root()) },
	}
}
