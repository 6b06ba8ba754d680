package main

import (
	"fmt"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/diag"

	"github.com/spf13/cobra"
)

func checkCommand(a *app) *cobra.Command {
	var o build.Options
	var day dayFlag
	cmd := &cobra.Command{
		Use:   "check",
		Short: a.say("按全部规则检查稿件，不生成网站", "look at the pages by every rule, and build nothing"),
		Args:  a.atMost(0),
		RunE: func(*cobra.Command, []string) error {
			tuneMemory(a.env)
			dir, err := a.folder()
			if err != nil {
				return err
			}
			o.Root, o.Day, o.Audit = dir, day.day, true
			result, err := build.Inspect(o)
			if err != nil {
				return err
			}
			a.printNotes(result.Notes)
			if err := a.printFindings(result.Findings); err != nil {
				return err
			}
			fmt.Fprintln(a.out, len(result.Findings))
			if diag.Errors(result.Findings) > 0 {
				return errContent
			}
			return nil
		},
	}
	dayOption(a, cmd, &day)
	return cmd
}
