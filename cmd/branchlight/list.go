package main

import (
	"fmt"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/diag"

	"github.com/spf13/cobra"
)

// reasons are the ways in which a page is held back: as build.Held names them,
// as list is asked for them, and as they are shown.
var reasons = []struct {
	held, list string
	name       diag.Text
}{
	{"draft", "drafts", diag.Text{Zh: "草稿", En: "draft"}},
	{"future", "future", diag.Text{Zh: "未到日期", En: "future"}},
	{"expired", "expired", diag.Text{Zh: "已过期", En: "expired"}},
	{"bad", "", diag.Text{Zh: "有错误", En: "bad"}},
	{build.Withheld, "", diag.Text{Zh: "已撤稿", En: "withdrawn"}},
}

// reasonName says why a page is held back.
func (a *app) reasonName(held string) string {
	for _, r := range reasons {
		if r.held == held {
			return r.name.In(a.lang)
		}
	}
	return held
}

func listCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: a.say("列出没有发布的页面：草稿、未到日期的、已过期的", "list the pages that are held back: drafts, future, expired"),
		Long: a.say("列出没有发布的页面，以及各自的原因和日期。只读取，不写任何文件。",
			"Lists the pages that are held back, each with the reason and the day.\nReads only, and writes no file."),
		Example: "  branchlight list drafts\n  branchlight list all --day 2026-07-01",
		Args:    a.subcommand,
		Run:     func(cmd *cobra.Command, _ []string) { _ = cmd.Help() },
	}
	cmd.AddCommand(
		a.listOf("drafts", a.say("草稿：文首写了 draft = true 的页面", "drafts: pages that say draft = true"), "draft"),
		a.listOf("future", a.say("日期在今天以后的页面，到那天自动发布", "pages whose date is still to come"), "future"),
		a.listOf("expired", a.say("已过 expires 日期的页面", "pages whose expires is past"), "expired"),
		a.listOf("all", a.say("以上全部", "all of these"), "draft", "future", "expired"),
	)
	return cmd
}

// listOf makes the command that lists the pages held back for some reasons.
func (a *app) listOf(name, short string, held ...string) *cobra.Command {
	var day dayFlag
	asJSON := false
	cmd := &cobra.Command{
		Use:   name,
		Short: short,
		Args:  a.atMost(0),
		RunE: func(*cobra.Command, []string) error {
			dir, err := a.folder()
			if err != nil {
				return err
			}
			result, err := build.Inspect(build.Options{Root: dir, Day: day.day})
			if err != nil {
				return err
			}
			if err := a.unreadable(result); err != nil {
				return err
			}
			pages := slices.DeleteFunc(slices.Clone(result.Held), func(h build.Held) bool { return !slices.Contains(held, h.Reason) })
			if asJSON {
				return writeJSON(a.out, heldJSON(pages))
			}
			return a.printHeld(pages)
		},
	}
	dayOption(a, cmd, &day)
	jsonFlag(a, cmd, &asJSON)
	return cmd
}

// unreadable says so where the settings have errors: without them no page is
// known, and an empty list would look like an answer. Errors in pages only make
// a note.
func (a *app) unreadable(result *build.Result) error {
	settings := slices.DeleteFunc(slices.Clone(result.Findings), func(f diag.Finding) bool { return f.Pos.File != "site.toml" })
	if diag.Errors(settings) > 0 {
		if err := a.printFindings(settings); err != nil {
			return err
		}
		return errContent
	}
	if n := diag.Errors(result.Findings); n > 0 {
		fmt.Fprintln(a.err, a.sayf("另有 %d 处错误，用 branchlight build 查看。", "Errors besides: %d; branchlight build shows them.", n))
	}
	return nil
}

func (a *app) printHeld(pages []build.Held) error {
	if len(pages) == 0 {
		_, err := fmt.Fprintln(a.out, a.say("没有这样的页面。", "There are no such pages."))
		return err
	}
	rows := [][]string{{a.say("原因", "REASON"), a.say("日期", "DAY"), a.say("标题", "TITLE"), a.say("文件", "FILE")}}
	for _, h := range pages {
		file := diag.Printable(h.File)
		if h.By != "" {
			file += a.sayf("（由 %s 决定）", " (because of %s)", diag.Printable(h.By))
		}
		rows = append(rows, []string{a.reasonName(h.Reason), h.Until.String(), diag.Printable(h.Title), file})
	}
	var b strings.Builder
	align(&b, "", rows)
	_, err := fmt.Fprint(a.out, b.String())
	return err
}
