package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/publish"

	"github.com/fatih/color"
	"github.com/spf13/cobra"
)

func (a *app) statusCommand() *cobra.Command {
	var f publishFlags
	cmd := &cobra.Command{
		Use:   "status TARGET",
		Short: a.say("线上是哪个版本、由谁何时发布、有没有被人改动", "what is live, who published it and when, and whether someone changed it"),
		Args:  a.targetArg(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.begin(&f, first(args)); err != nil {
				return err
			}
			st, err := publish.Look(cmd.Context(), f.o)
			if err != nil {
				return err
			}
			if f.json {
				return writeJSON(a.out, statusJSON(st))
			}
			return a.showStatus(st)
		},
	}
	a.publishOptions(cmd, &f)
	return cmd
}

// jsonStatus is what --json writes of a status.
type jsonStatus struct {
	Target   string         `json:"target"`
	Release  string         `json:"release"`
	Digest   string         `json:"digest"`
	Last     *publish.Entry `json:"last,omitempty"`
	Files    int            `json:"files"`
	Bytes    int64          `json:"bytes"`
	Edited   []string       `json:"edited"`
	Missing  []string       `json:"missing"`
	Extra    []string       `json:"extra"`
	Foreign  []string       `json:"foreign"`
	Verified int            `json:"verified"`
	Pending  string         `json:"pending,omitempty"`
	Locked   string         `json:"locked,omitempty"`
}

func statusJSON(s *publish.Status) jsonStatus {
	return jsonStatus{s.Where, s.Live, s.Digest, s.Last, s.Files, s.Bytes, list(s.Edited), list(s.Missing), list(s.Extra), list(s.Foreign), s.Verified, s.Pending, s.Locked}
}

func (a *app) showStatus(s *publish.Status) error {
	var rows [][]string
	row := func(zh, en, cell string) { rows = append(rows, []string{a.say(zh, en), diag.Printable(cell)}) }
	row("位置", "Target", s.Where)
	if s.Live == "" {
		row("版本", "Release", a.say("还没有发布过", "nothing was published yet"))
	} else {
		row("版本", "Release", s.Live)
		row("摘要", "Digest", s.Digest)
		row("文件", "Files", fmt.Sprintf("%d (%s)", s.Files, bytesText(s.Bytes)))
	}
	if e := s.Last; e != nil {
		row("最近一次", "Last", a.sayf("%s，%s，%s", "%s, %s, %s", e.Time.Local().Format("2006-01-02 15:04:05"), e.Who, a.whatName(*e)))
		if e.Build != "" {
			row("生成", "Build", e.Build)
		}
	}
	if s.Live != "" {
		row("核对", "Verified", a.sayf("%d 个文件的大小，其中 %d 个逐字核对", "the sizes of %d files, and the bytes of %d", s.Files, s.Verified))
	}
	if s.Pending != "" {
		row("未完成", "Unfinished", a.sayf("%s，下次发布会接着传", "%s, which the next publish completes", s.Pending))
	}
	if s.Locked != "" {
		row("发布锁", "Locked", a.sayf("%s，%s 开始：正在发布，或者中断了", "%s, since %s: is publishing, or was cut off", s.Locked, s.Since.Local().Format("2006-01-02 15:04:05")))
	}
	var b strings.Builder
	align(&b, "", rows)
	differs := false
	part := func(zh, en string, paths []string, bad bool) {
		if len(paths) == 0 {
			return
		}
		differs = differs || bad
		b.WriteString(a.paint(a.out, color.FgYellow, a.say(zh, en)) + "\n")
		a.listSome(&b, paths)
	}
	part("被人改动过的文件：", "Files that someone changed:", s.Edited, true)
	part("不见了的文件：", "Files that are missing:", s.Missing, true)
	part("多出来的文件：", "Files that nobody published:", s.Extra, true)
	part("别人的文件：", "Files of others:", s.Foreign, false)
	if s.Live != "" {
		if differs {
			b.WriteString(a.say("再发布一次就会恢复成应有的样子。", "Publishing again puts them right.") + "\n")
		} else {
			b.WriteString(a.paint(a.out, color.FgGreen, a.say("线上的文件与发布时一致。", "The live files are those that were published.")) + "\n")
		}
	}
	_, err := fmt.Fprint(a.out, b.String())
	return err
}

// whatName names what a line of a log tells of.
func (a *app) whatName(e publish.Entry) string {
	switch e.What {
	case "publish":
		return a.say("发布", "published")
	case "rollback":
		return a.say("回退", "rolled back")
	case "withdraw":
		return a.say("撤稿", "withdrew") + " " + e.Page
	case "readmit":
		return a.say("准许重新发布", "readmitted") + " " + e.Page
	}
	return e.What
}

func (a *app) historyCommand() *cobra.Command {
	var f publishFlags
	cmd := &cobra.Command{
		Use:   "history TARGET",
		Short: a.say("发布记录，以及可以回退到的版本", "what was published, and the releases to go back to"),
		Args:  a.targetArg(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.begin(&f, first(args)); err != nil {
				return err
			}
			kept, log, err := publish.History(cmd.Context(), f.o)
			if err != nil {
				return err
			}
			if f.json {
				type entry struct {
					Release string `json:"release"`
					Live    bool   `json:"live"`
				}
				j := struct {
					Kept []entry         `json:"kept"`
					Log  []publish.Entry `json:"log"`
				}{[]entry{}, append([]publish.Entry{}, log...)}
				for _, k := range kept {
					j.Kept = append(j.Kept, entry{k.Release, k.Live})
				}
				return writeJSON(a.out, j)
			}
			return a.showHistory(kept, log)
		},
	}
	a.publishOptions(cmd, &f)
	return cmd
}

// shownLog is how many lines of a log are shown.
const shownLog = 30

func (a *app) showHistory(kept []publish.Kept, log []publish.Entry) error {
	var b strings.Builder
	rows := [][]string{{a.say("时间", "TIME"), a.say("谁", "WHO"), a.say("做了什么", "WHAT"), a.say("版本", "RELEASE"), a.say("文件", "FILES"), a.say("传送", "SENT"), a.say("摘要", "DIGEST"), ""}}
	state := map[string]string{}
	for _, k := range kept {
		state[k.Release] = a.say("保留", "kept")
		if k.Live {
			state[k.Release] = a.say("线上", "live")
		}
	}
	if len(log) == 0 {
		b.WriteString(a.say("还没有发布过。", "Nothing was published yet.") + "\n")
	} else {
		for _, e := range slices.Backward(log[max(0, len(log)-shownLog):]) {
			rows = append(rows, []string{
				e.Time.Local().Format("2006-01-02 15:04:05"), diag.Printable(e.Who), diag.Printable(a.whatName(e)), diag.Printable(e.Release),
				fmt.Sprint(e.Files), fmt.Sprintf("%d (%s)", e.Sent, bytesText(e.Bytes)), diag.Printable(e.Digest[:min(12, len(e.Digest))]), cmp.Or(state[e.Release], ""),
			})
		}
		align(&b, "", rows)
	}
	_, err := fmt.Fprint(a.out, b.String())
	return err
}

func (a *app) rollbackCommand() *cobra.Command {
	var f publishFlags
	cmd := &cobra.Command{
		Use:   "rollback TARGET [RELEASE]",
		Short: a.say("回退到以前的版本；不写版本则为上一个", "go back to an earlier release; without RELEASE, the one before"),
		Args:  a.targetArg(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.begin(&f, first(args)); err != nil {
				return err
			}
			stamp := ""
			if len(args) > 1 {
				stamp = args[1]
			}
			ctx, stop := interruptible(cmd.Context())
			defer stop()
			r, err := publish.Rollback(ctx, f.o, stamp)
			if err != nil {
				return interrupted(ctx, err)
			}
			if f.json {
				return writeJSON(a.out, a.reportJSON(r))
			}
			text := a.sayf("已回退到 %s：%d 个文件，与原来不同的 %d 个，去掉的 %d 个。源稿没有变，下次发布会再按源稿发布。",
				"Back at %s: %d files, %d of them others than before, %d removed. The sources are as they were: the next publish publishes them again.", r.Release, r.Files, r.Files-r.Kept, len(r.Remove))
			if f.o.DryRun {
				text = a.sayf("试运行：会回退到 %s，没有改动。", "A dry run: it would go back to %s. Nothing was changed.", r.Release)
			}
			_, err = fmt.Fprintln(a.out, text)
			return err
		},
	}
	a.publishOptions(cmd, &f)
	a.forceOption(cmd, &f)
	cmd.Flags().BoolVar(&f.o.DryRun, "dry-run", false, a.say("只看会回退到哪个版本", "only see which release it would be"))
	return cmd
}
