package main

import (
	"context"
	"errors"
	"fmt"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/publish"

	"github.com/fatih/color"
	"github.com/spf13/cobra"
)

func (a *app) withdrawCommand() *cobra.Command {
	var f publishFlags
	cmd := &cobra.Command{
		Use:   "withdraw PAGE [TARGET...]",
		Short: a.say("撤稿：把一个页面和它的附件立刻从线上和所有旧版本里拿掉", "take a page and its attachments off the live site and every kept release, at once"),
		Long: a.say(`撤稿。PAGE 写源稿的路径（content/…/某篇.md）或网址（单位/支部/某篇.html）；不写 TARGET 就从所有发布目标撤。

先把页面从线上拿掉，再按没有它的样子重新生成并发布，让列表和搜索也不再提到它，
最后清理保留的旧版本，回退也不会让它回来。以后发布也不再包含它；
确实要重新发布，用 branchlight publish readmit。源稿不改动。`,
			`Takes a page back. PAGE is the path of its source (content/.../page.md) or its
address (agency/branch/page.html). Without TARGET it is taken off every target.

The page goes first. Then the site is built and published without it, so that lists
and search no longer mention it, and the releases that are kept are purged: no
rollback revives it. Later publishes leave it out, until publish readmit allows it
again. The source is not changed.`),
		Example: "  branchlight publish withdraw content/财政局/预算股党支部/一月一课.md\n  branchlight publish withdraw cai-zheng-ju/yi-yue-yi-ke.html intranet",
		Args:    a.atLeast(1, a.say("页面", "a page")),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.onTargets(cmd.Context(), &f, args, a.withdraw)
		},
	}
	a.publishOptions(cmd, &f)
	dayOption(a, cmd, &f.day)
	a.forceOption(cmd, &f)
	cmd.Flags().BoolVar(&f.o.Build.HoldBad, "hold-bad", false, a.say("有错误的页面先不发布，其余照常发布", "hold pages with errors back and publish the rest"))
	cmd.Flags().BoolVar(&f.yes, "yes", false, a.say("同意线上别的页面也消失，不再询问", "agree that other live pages disappear, too"))
	return cmd
}

func (a *app) readmitCommand() *cobra.Command {
	var f publishFlags
	cmd := &cobra.Command{
		Use:   "readmit PAGE [TARGET...]",
		Short: a.say("准许撤过稿的页面重新发布", "let a page that was withdrawn be published again"),
		Args:  a.atLeast(1, a.say("页面", "a page")),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.onTargets(cmd.Context(), &f, args, func(ctx context.Context, f *publishFlags, page string) error {
				w, err := publish.Readmit(ctx, f.o, page)
				if err != nil {
					return err
				}
				if f.json {
					return writeJSON(a.out, w)
				}
				_, err = fmt.Fprintln(a.out, a.sayf("%s：%s 下次发布时会重新上线。", "%s: %s will be live again with the next publish.", f.o.Target.Name, diag.Printable(w.Page)))
				return err
			})
		},
	}
	a.publishOptions(cmd, &f)
	a.forceOption(cmd, &f)
	return cmd
}

// atLeast refuses fewer than n arguments.
func (a *app) atLeast(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < n {
			return problem("请写明%s；用 %s --help 查看写法", "name %s; see %s --help", what, cmd.CommandPath())
		}
		return nil
	}
}

// onTargets runs something for a page on the targets that are named, or on all. One
// that fails does not keep it from the others.
func (a *app) onTargets(ctx context.Context, f *publishFlags, args []string, do func(ctx context.Context, f *publishFlags, page string) error) error {
	tuneMemory(a.env)
	names := args[1:]
	if len(names) == 0 {
		dir, err := a.folder()
		if err != nil {
			return err
		}
		site, err := a.settings(dir)
		if err != nil {
			return err
		}
		names = targetNames(site.Targets)
	}
	ctx, stop := interruptible(ctx)
	defer stop()
	if len(names) == 0 {
		return a.begin(f, "")
	}
	var failed []error
	for _, name := range names {
		err := a.begin(f, name)
		if err == nil {
			err = interrupted(ctx, do(ctx, f, args[0]))
		}
		if err != nil {
			if len(names) > 1 && !errors.Is(err, errContent) {
				t := errorText(err)
				err = &problemError{diag.Text{Zh: name + "：" + t.Zh, En: name + ": " + t.En}}
			}
			failed = append(failed, err)
		}
	}
	for i, err := range failed {
		if i < len(failed)-1 && !errors.Is(err, errContent) {
			a.fail(errorText(err))
		}
	}
	if len(failed) > 0 {
		return failed[len(failed)-1]
	}
	return nil
}

// jsonWithdrawal is what --json writes of a withdrawal.
type jsonWithdrawal struct {
	Target string   `json:"target"`
	Source string   `json:"source,omitempty"`
	Page   string   `json:"page"`
	Files  []string `json:"files"`
	Clean  bool     `json:"clean"`  // lists and search no longer mention it
	Purges []string `json:"purges"` // releases that held something of it
}

func (a *app) withdraw(ctx context.Context, f *publishFlags, page string) error {
	f.o.Vanish = func(pages []string) error { return a.agree(f, pages) }
	f.o.Built = func(r *build.Result) { a.showGate(f, r) }
	w, err := publish.Withdraw(ctx, f.o, page)
	if w == nil || w.Page == "" {
		return err
	}
	if f.json {
		if jsonErr := writeJSON(a.out, jsonWithdrawal{w.Publish.Where, w.Source, w.Page, list(w.Files), w.Clean, list(w.Purges)}); jsonErr != nil {
			return jsonErr
		}
	} else {
		fmt.Fprintln(a.out, a.paint(a.out, color.FgGreen, a.sayf("%s：已撤下 %s，附件 %d 个；清理了 %d 个旧版本。", "%s: %s is off the site, and %d attachments; %d releases were purged.",
			f.o.Target.Name, diag.Printable(w.Page), len(w.Files), len(w.Purges))))
		for _, p := range w.Files {
			fmt.Fprintln(a.out, "  "+diag.Printable(p))
		}
	}
	if w.Source != "" {
		fmt.Fprintln(a.err, a.sayf("源稿 %s 没有改动。请把它改成 draft = true 或者删掉，免得打包（pack）或发布到别处时又带出去。", "The source %s is as it was: make it a draft or delete it, or packs and other targets will have the page.", diag.Printable(w.Source)))
	}
	if err != nil {
		fmt.Fprintln(a.err, a.say("页面已经撤下，但列表和搜索还没有更新，里面可能还有它的标题和文字；下次发布会清理干净。", "The page is off the site, but lists and search are not up to date and may still show its title and words; the next publish cleans them."))
		return err
	}
	if w.Failed != nil {
		fmt.Fprintln(a.err, a.say("页面已经撤下。但别的稿件有错误，列表和搜索没有更新，里面可能还有它的标题和文字：请改好后再发布一次，或加 --hold-bad。", "The page is off the site. But other pages have errors, so that lists and search are not up to date and may still show its title and words: mend them and publish, or give --hold-bad."))
		return errContent
	}
	return nil
}
