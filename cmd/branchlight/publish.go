package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/publish"
	"branchlight/cmd/branchlight/internal/route"

	"github.com/fatih/color"
	"github.com/spf13/cobra"
)

// publishFlags are the flags of publish and what hangs on it.
type publishFlags struct {
	o      publish.Options
	day    dayFlag
	yes    bool
	verify choice
	json   bool
}

func publishCommand(a *app) *cobra.Command {
	var f publishFlags
	cmd := &cobra.Command{
		Use:   "publish TARGET",
		Short: a.say("生成、检查，然后发布到服务器、共享文件夹或对象存储", "build, check, and publish to a server, a share or an object store"),
		Long: a.say(`把网站发布到 site.toml 里 [publish.名字] 写明的地方。

先生成并检查；有错误就不发布，线上的网站不受影响。只传有变化的文件，传完读回来核对，
再一次切换到新版本；中途断了，下次接着传。旧版本保留几个，可以随时回退。
线上有、这次没有的页面会逐个列出，确认以后才会消失。`,
			`Brings the site to the place that [publish.NAME] in site.toml says.

It is built and checked first; with errors nothing is sent and the live site stays
as it is. Only what has changed is sent, and read back; then the site switches to
the new release in one step. What is cut off goes on the next time. Some earlier
releases are kept, to go back to. Pages that are live and would disappear are named
first, and have to be agreed to.`),
		Example: "  branchlight publish intranet --dry-run\n  branchlight publish intranet\n  branchlight publish status intranet\n  branchlight publish rollback intranet",
		Args:    a.targetArg(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.publish(cmd.Context(), &f, args)
		},
	}
	a.publishOptions(cmd, &f)
	fs := cmd.Flags()
	dayOption(a, cmd, &f.day)
	fs.BoolVar(&f.o.Build.HoldBad, "hold-bad", false, a.say("有错误的页面先不发布，其余照常发布", "hold pages with errors back and publish the rest"))
	fs.BoolVar(&f.o.DryRun, "dry-run", false, a.say("只列出会传什么、删什么，不改动任何东西（public 除外）", "list what would be sent and removed, and change nothing but public"))
	fs.BoolVar(&f.yes, "yes", false, a.say("同意线上的页面消失，不再询问", "agree that live pages disappear"))
	fs.BoolVar(&f.o.Adopt, "adopt", false, a.say("目标里已有别的文件时也发布，那些文件原样保留", "publish to a place that holds other files too; those stay"))
	a.forceOption(cmd, &f)
	cmd.AddCommand(a.statusCommand(), a.historyCommand(), a.rollbackCommand(), a.withdrawCommand(), a.readmitCommand())
	return cmd
}

// publishOptions adds the flags that all of them have.
func (a *app) publishOptions(cmd *cobra.Command, f *publishFlags) {
	f.verify = newChoice("sample", "sample", "full")
	cmd.Flags().Var(&f.verify, "verify", a.say("读回来核对多少：`sample|full`，抽查或全部", "read back a `sample|full`: some files, or all"))
	_ = cmd.RegisterFlagCompletionFunc("verify", cobra.FixedCompletions(f.verify.allowed, cobra.ShellCompDirectiveNoFileComp))
	jsonFlag(a, cmd, &f.json)
	cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		dir, err := a.folder()
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		site, _, _ := publish.Settings(dir)
		if site == nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return targetNames(site.Targets), cobra.ShellCompDirectiveNoFileComp
	}
}

func (a *app) forceOption(cmd *cobra.Command, f *publishFlags) {
	cmd.Flags().BoolVar(&f.o.Force, "force", false, a.say("抢占已经停下来的发布留下的锁；对方还在发布时不会抢", "break the lock of a publisher that has stopped; not of one that is at work"))
}

// targetArg takes a target and up to n-1 arguments more.
func (a *app) targetArg(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		return a.atMost(n)(cmd, args)
	}
}

func targetNames(list []config.Target) []string {
	var names []string
	for _, t := range list {
		names = append(names, t.Name)
	}
	return names
}

// begin fills the options for a target. Without a name the only target is meant.
func (a *app) begin(f *publishFlags, name string) error {
	dir, err := a.folder()
	if err != nil {
		return err
	}
	site, err := a.settings(dir)
	if err != nil {
		return err
	}
	targets := site.Targets
	i := slices.IndexFunc(targets, func(t config.Target) bool { return t.Name == name })
	names := targetNames(targets)
	switch {
	case len(targets) == 0:
		return problem("site.toml 里还没有写发布到哪里；请加一段 [publish.名字]，写法见写稿指南的“发布”一页", "site.toml has no target yet; add a table [publish.NAME], as the manual shows")
	case name == "" && len(targets) == 1:
		i = 0
	case name == "":
		return problem("请写明发布到哪里：%s", "say where to publish to: %s", strings.Join(names, " "))
	case i < 0:
		if near, ok := route.Nearest(name, names); ok {
			return problem("没有发布目标 %q；是不是 %s？", "there is no target %q; did you mean %s?", name, near)
		}
		return problem("没有发布目标 %q；site.toml 里有：%s", "there is no target %q; site.toml has: %s", name, strings.Join(names, " "))
	}
	f.o.Target, f.o.Env, f.o.Program = targets[i], a.env, program()
	f.o.Build.Root, f.o.Build.Day = dir, f.day.day
	f.o.Full = f.verify.value == "full"
	f.o.Build.Waiting = func(holder string) {
		fmt.Fprintln(a.err, a.sayf("另一个程序正在生成这个网站（%s），等它结束……", "another build of this site is running (%s); waiting for it ...", diag.Printable(holder)))
	}
	f.o.Note = func(t diag.Text) { fmt.Fprintln(a.err, diag.Printable(t.In(a.lang))) }
	return nil
}

// settings reads the site's settings, which must have no errors.
func (a *app) settings(dir string) (*config.Site, error) {
	site, found, err := publish.Settings(dir)
	if err != nil {
		return nil, err
	}
	if diag.Errors(found) > 0 {
		if err := a.printFindings(found); err != nil {
			return nil, err
		}
		return nil, errContent
	}
	return site, nil
}

// program names the version that publishes, for the log.
func program() string {
	r := thisRelease()
	return strings.TrimSpace(r.Version + " " + r.Revision[:min(12, len(r.Revision))])
}

// interruptible lets Ctrl-C end what is sent, and gives the lock back; a second one
// does not wait for that.
func interruptible(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

func (a *app) publish(ctx context.Context, f *publishFlags, args []string) error {
	tuneMemory(a.env)
	if err := a.begin(f, first(args)); err != nil {
		return err
	}
	ctx, stop := interruptible(ctx)
	defer stop()
	f.o.Vanish = func(pages []string) error { return a.agree(f, pages) }
	f.o.Built = func(r *build.Result) { a.showGate(f, r) }
	meter := a.meter(f.json)
	f.o.Progress = meter.show
	r, err := publish.Publish(ctx, f.o)
	meter.end()
	if err != nil {
		return interrupted(ctx, err)
	}
	if f.json {
		if err := writeJSON(a.out, a.reportJSON(r)); err != nil {
			return err
		}
	} else if err := a.showPublish(f, r); err != nil {
		return err
	}
	if !r.Build.Done {
		return errContent
	}
	return nil
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

// interrupted says what Ctrl-C left.
func interrupted(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return problem("发布被中断；线上的网站没有受损，下次会接着传", "publishing was interrupted; the live site is whole, and the next publish goes on")
	}
	return err
}

// agree asks whether live pages may disappear.
func (a *app) agree(f *publishFlags, pages []string) error {
	var b strings.Builder
	b.WriteString(a.paint(a.err, color.FgYellow, a.sayf("以下 %d 个页面现在在线上，这次发布以后就没有了：", "These %d pages are live and would disappear:", len(pages))) + "\n")
	a.listSome(&b, pages)
	fmt.Fprint(a.err, b.String())
	if f.yes {
		return nil
	}
	if !terminal(a.stdin) {
		return problem("没有发布。确实要让这些页面消失，请加 --yes", "nothing was sent; if these pages shall disappear, give --yes")
	}
	fmt.Fprint(a.err, a.say("确实要让它们消失吗？输入 y 回车继续，直接回车放弃：", "Shall they disappear? y and Enter goes on, Enter alone stops: "))
	line, _ := bufio.NewReader(a.in).ReadString('\n')
	if answer := strings.ToLower(strings.TrimSpace(line)); answer == "y" || answer == "yes" || answer == "是" {
		return nil
	}
	return problem("已放弃，没有发布", "nothing was sent")
}

// listSome lists paths, not more than are read.
func (a *app) listSome(b *strings.Builder, paths []string) {
	for _, p := range paths[:min(len(paths), diag.MaxShown)] {
		b.WriteString("  " + diag.Printable(p) + "\n")
	}
	if more := len(paths) - diag.MaxShown; more > 0 {
		b.WriteString(a.sayf("  另有 %d 个", "  and %d more", more) + "\n")
	}
}

// showGate shows what the build found, before anything is asked or sent: which
// pages are left out is part of the question whether others may disappear.
func (a *app) showGate(f *publishFlags, r *build.Result) {
	if f.json {
		return
	}
	a.printNotes(r.Notes)
	_ = a.printFindings(r.Findings)
	a.printAllowed(r.Allowed)
	if !r.Done {
		_ = a.printBuild(r)
		return
	}
	var b strings.Builder
	a.listBad(&b, r.Held)
	fmt.Fprint(a.out, b.String())
}

func (a *app) showPublish(f *publishFlags, r *publish.Report) error {
	if !r.Build.Done {
		return nil
	}
	var b strings.Builder
	if f.o.DryRun {
		b.WriteString(a.sayf("会传 %d 个文件（%s）：", "To be sent: %d files (%s)", len(r.Send), bytesText(r.Bytes)) + "\n")
		a.listSome(&b, r.Send)
		b.WriteString(a.sayf("会删 %d 个文件：", "To be removed: %d files", len(r.Remove)) + "\n")
		a.listSome(&b, r.Remove)
	}
	for _, w := range r.Withheld {
		b.WriteString(a.paint(a.out, color.FgYellow, a.sayf("已撤稿，没有发布：%s（%s 由 %s 撤下）", "Withdrawn, and not published: %s (taken back %s by %s)", diag.Printable(w.Source), w.Time.Local().Format("2006-01-02"), diag.Printable(w.Who))) + "\n")
	}
	if len(r.Edited) > 0 {
		b.WriteString(a.paint(a.out, color.FgYellow, a.say("服务器上有人改动过、已换回来的文件：", "Files that someone had changed on the server, now as they should be:")) + "\n")
		a.listSome(&b, r.Edited)
	}
	if len(r.Strays) > 0 {
		b.WriteString(a.paint(a.out, color.FgYellow, a.say("有人放进线上版本里的文件，新版本里没有了（旧版本里还在）：", "Files that someone had put into the live release; the new one has them no more, the old one still does:")) + "\n")
		a.listSome(&b, r.Strays)
	}
	if len(r.Foreign) > 0 {
		b.WriteString(a.say("目标里别人的文件，没有动：", "Files of others on the target, untouched:") + "\n")
		a.listSome(&b, r.Foreign)
	}
	var rows [][]string
	row := func(zh, en, cell string) { rows = append(rows, []string{a.say(zh, en), cell}) }
	if !f.o.DryRun {
		row("传送", "Sent", a.sayf("%d 个文件，%s；未变 %d，删除 %d", "%d files, %s; %d unchanged, %d removed", len(r.Send), bytesText(r.Bytes), r.Kept, len(r.Remove)))
		if r.Resumed > 0 {
			row("续传", "Resumed", a.sayf("上次已传到的 %d 个文件不再传", "%d files had arrived before", r.Resumed))
		}
		row("核对", "Verified", a.sayf("%d 个文件的大小，其中 %d 个读回逐字核对", "the sizes of %d files, and the bytes of %d", r.Files, r.Verified))
		row("版本", "Release", r.Release)
		row("用时", "Time", a.seconds(r.Took))
	}
	row("位置", "Target", diag.Printable(r.Where))
	align(&b, "", rows)
	switch {
	case f.o.DryRun:
		b.WriteString(a.say("这是试运行，没有发布。", "This was a dry run; nothing was sent.") + "\n")
	case r.Same:
		b.WriteString(a.paint(a.out, color.FgGreen, a.say("线上已经是最新的，没有传送。", "The live site is up to date; nothing was sent.")) + "\n")
	default:
		b.WriteString(a.paint(a.out, color.FgGreen, a.say("已发布。", "Published.")) + "\n")
	}
	_, err := fmt.Fprint(a.out, b.String())
	return err
}

// bytesText writes an amount of bytes for people.
func bytesText(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d B", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1f KB", float64(n)/(1<<10))
	case n < 1<<30:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%.2f GB", float64(n)/(1<<30))
}

// jsonReport is what --json writes of a publish.
type jsonReport struct {
	Done     bool       `json:"done"`
	Build    *jsonBuild `json:"build,omitempty"`
	Target   string     `json:"target"`
	Release  string     `json:"release"`
	Digest   string     `json:"digest"`
	Same     bool       `json:"same"`
	Files    int        `json:"files"`
	Send     []string   `json:"send"`
	Bytes    int64      `json:"bytes"`
	Kept     int        `json:"kept"`
	Remove   []string   `json:"remove"`
	Foreign  []string   `json:"foreign"`
	Edited   []string   `json:"edited"`
	Strays   []string   `json:"strays"`
	Resumed  int        `json:"resumed"`
	Verified int        `json:"verified"`
	Seconds  float64    `json:"seconds"`
}

func (a *app) reportJSON(r *publish.Report) jsonReport {
	j := jsonReport{
		Done: true, Target: r.Where, Release: r.Release, Digest: r.Digest, Same: r.Same, Files: r.Files, Send: list(r.Send), Bytes: r.Bytes, Kept: r.Kept,
		Remove: list(r.Remove), Foreign: list(r.Foreign), Edited: list(r.Edited), Strays: list(r.Strays), Resumed: r.Resumed, Verified: r.Verified, Seconds: r.Took.Seconds(),
	}
	if r.Build != nil {
		b := a.buildJSON(r.Build)
		j.Build, j.Done = &b, r.Build.Done
	}
	return j
}

// list gives a list that JSON writes as [] where it is empty.
func list(s []string) []string { return append([]string{}, s...) }
