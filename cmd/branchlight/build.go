package main

import (
	"cmp"
	"fmt"
	"os"
	"runtime/pprof"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"

	"github.com/spf13/cobra"
)

func buildCommand(a *app) *cobra.Command {
	var o build.Options
	var day dayFlag
	var profile string
	var verify, asJSON bool
	cmd := &cobra.Command{
		Use:   "build",
		Short: a.say("生成整个网站，放进 public 文件夹", "build the whole site into the folder public"),
		Long: a.say(`把 content 里的稿件做成完整的网站，放进 public 文件夹。

稿件有错误时不改动网站，列出每一处错误在哪个文件、第几行、怎样改。
草稿、未到日期的和已过期的页面不发布，最后会说明有多少、为什么。

读过的稿件记在文件夹 .branchlight 里，下次只处理有变化的；没有变化就什么也不做。
这个文件夹可以随时删除，只是下次会慢一些。`,
			`Turns the pages in content into a whole site in the folder public.

While the pages have errors the site is not changed, and every error is shown
with its file, its line, and how to mend it. Drafts, future and expired pages
are held back; the end of the build says how many, and why.

What was read is remembered in the folder .branchlight: the next build does only
what has changed, and nothing where nothing has. The folder may be deleted at any
time, which costs a slower build and nothing else.`),
		Example: "  branchlight build\n  branchlight build --hold-bad\n  branchlight build --day 2026-07-01 -o preview\n  branchlight build --verify",
		Args:    a.atMost(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			tuneMemory(a.env)
			dir, err := a.folder()
			if err != nil {
				return err
			}
			o.Root, o.Day = dir, day.day
			o.Waiting = func(holder string) {
				fmt.Fprintln(a.err, a.sayf("另一个程序正在生成这个网站（%s），等它结束……", "another build of this site is running (%s); waiting for it ...", diag.Printable(holder)))
			}
			stop, err := startProfile(profile)
			if err != nil {
				return err
			}
			result, err := build.Build(o)
			if stopErr := stop(); err == nil {
				err = stopErr
			}
			if err != nil {
				return err
			}
			var verified *build.Verification
			if verify && result.Done {
				o.Day = result.Day
				verified, err = a.verify(cmd.Context(), o)
			}
			return cmp.Or(a.showBuild(result, verified, asJSON), err)
		},
	}
	f := cmd.Flags()
	dayOption(a, cmd, &day)
	f.StringVarP(&o.Output, "output", "o", "", a.say("输出文件夹 `DIR`；不写则为站点文件夹里的 public", "the output folder `DIR`; else public in the site's folder"))
	f.BoolVar(&o.HoldBad, "hold-bad", false, a.say("有错误的页面先不发布，其余照常生成", "hold pages with errors back and build the rest"))
	f.BoolVar(&o.Adopt, "adopt", false, a.say("输出文件夹里已有别的文件时也生成，那些文件原样保留", "build into a folder that holds other files too; those stay as they are"))
	f.BoolVar(&verify, "verify", false, a.say("生成后再从头生成一遍，逐字核对，确认没有一页是旧的", "build once more from nothing and compare byte for byte, to prove that no page is stale"))
	f.StringVar(&profile, "profile", "", a.say("CPU 剖析数据写入这个文件 `FILE`，供开发者分析速度", "write a CPU profile to this `FILE` file, for developers"))
	jsonFlag(a, cmd, &asJSON)
	return cmd
}

// showBuild shows what came of a build, and of the comparison with a clean one if
// there was one.
func (a *app) showBuild(result *build.Result, v *build.Verification, asJSON bool) error {
	if asJSON {
		j := a.buildJSON(result)
		j.Verify = a.verificationJSON(v)
		if err := writeJSON(a.out, j); err != nil {
			return err
		}
	} else {
		a.printNotes(result.Notes)
		if err := a.printFindings(result.Findings); err != nil {
			return err
		}
		if err := a.printBuild(result); err != nil {
			return err
		}
		if v != nil {
			if err := a.printVerification(v); err != nil {
				return err
			}
		}
	}
	if !result.Done {
		return errContent
	}
	return verdict(v)
}

// startProfile begins a CPU profile; stop ends it. Without a file it does
// nothing.
func startProfile(file string) (stop func() error, err error) {
	if file == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, fmt.Errorf("writing the profile: %w", err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("starting the profile: %w", err)
	}
	return func() error {
		pprof.StopCPUProfile()
		return f.Close()
	}, nil
}

// dayFlag is the value of --day.
type dayFlag struct{ day day.Day }

func (d *dayFlag) String() string { return d.day.String() }
func (d *dayFlag) Type() string   { return "day" }

func (d *dayFlag) Set(s string) error {
	parsed, err := day.Parse(s)
	if err != nil {
		return problem("日期要写成 2026-03-01 这样，并且真有这一天", "a day is written as 2026-03-01, and must exist")
	}
	d.day = parsed
	return nil
}

// dayOption adds --day to a command.
func dayOption(a *app, cmd *cobra.Command, d *dayFlag) {
	cmd.Flags().Var(d, "day", a.say("当作今天的日期 `YYYY-MM-DD`，例如 2026-03-01", "the day `YYYY-MM-DD` to take for today, as in 2026-03-01"))
}
