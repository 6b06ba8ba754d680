package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/diag"

	"github.com/fatih/color"
)

// printFindings shows findings on stderr.
func (a *app) printFindings(fs []diag.Finding) error {
	return diag.Printer{W: a.err, Lang: a.lang, Color: a.colors(a.err)}.List(fs)
}

// printNotes shows, a line each, what is not as usual with the cache and does no
// harm.
func (a *app) printNotes(notes []diag.Text) {
	for _, n := range notes {
		fmt.Fprintln(a.err, diag.Printable(n.In(a.lang)))
	}
}

// stageNames are what the stages of a build are called.
var stageNames = map[string]diag.Text{
	"scan":     {Zh: "查找", En: "scan"},
	"compare":  {Zh: "比对", En: "compare"},
	"parse":    {Zh: "读稿", En: "parse"},
	"assemble": {Zh: "编排", En: "assemble"},
	"check":    {Zh: "检查", En: "check"},
	"render":   {Zh: "排版", En: "render"},
	"search":   {Zh: "做搜索", En: "search"},
	"sync":     {Zh: "写出", En: "sync"},
	"save":     {Zh: "存记录", En: "save"},
}

// printBuild shows the table of what a build did.
func (a *app) printBuild(r *build.Result) error {
	errors := diag.Errors(r.Findings)
	var rows [][]string
	row := func(zh, en, cell string) { rows = append(rows, []string{a.say(zh, en), cell}) }
	if r.Done {
		row("页面", "Pages", a.sayf("%d 篇，另有目录页 %d 个", "%d, and %d indexes", r.Pages, r.Indexes)+
			a.sayf("（这次读稿 %d 篇，排版 %d 页）", " (read now: %d; made now: %d)", r.Parsed, r.Rendered))
	}
	if r.Decoded > 0 {
		row("图片", "Pictures", a.sayf("这次处理 %d 张", "%d made now", r.Decoded))
	}
	if len(r.Held) > 0 {
		row("未发布", "Held back", fmt.Sprintf("%d%s", len(r.Held), a.heldCounts(r.Held)))
	}
	if r.Done {
		row("输出", "Outputs", a.sayf("写入 %d，未变 %d，删除 %d", "%d written, %d unchanged, %d removed", r.Written, r.Unchanged, r.Removed))
		if len(r.Kept) > 0 {
			row("保留", "Kept", a.sayf("%d 个别人的文件，没有动", "%d files of others, untouched", len(r.Kept)))
		}
	}
	if n := len(r.Findings) - errors; n > 0 || errors > 0 {
		row("问题", "Findings", a.sayf("错误 %d，提醒和建议 %d", "errors %d, warnings and hints %d", errors, n))
	}
	if len(r.Stages) > 0 {
		row("用时", "Time", a.times(r.Stages))
	}
	if r.Done {
		row("位置", "Output", diag.Printable(r.Output))
	}
	var b strings.Builder
	align(&b, "", rows)
	a.listBad(&b, r.Held)
	switch {
	case r.Same:
		b.WriteString(a.paint(a.out, color.FgGreen, a.say("网站已生成过，之后没有变化，无须重做。", "Nothing has changed since the site was built; nothing was done.")) + "\n")
	case r.Done:
		b.WriteString(a.paint(a.out, color.FgGreen, a.say("网站已生成。", "The site is built.")) + "\n")
	default:
		b.WriteString(a.paint(a.out, color.FgRed, a.sayf("有 %d 处错误，网站没有改动。", "Errors: %d. The site is not changed.", errors)) + "\n")
		if holdable(r.Findings) && !a.heldBad(r) {
			b.WriteString(a.say("改好后再运行一次；急着发布其余页面，可以加 --hold-bad。", "Mend them and run it again, or build the rest with --hold-bad.") + "\n")
		}
	}
	_, err := fmt.Fprint(a.out, b.String())
	return err
}

// heldCounts says how many pages are held back for each reason.
func (a *app) heldCounts(held []build.Held) string {
	counts := map[string]int{}
	for _, h := range held {
		counts[h.Reason]++
	}
	var parts []string
	for _, r := range reasons {
		if n := counts[r.held]; n > 0 {
			parts = append(parts, r.name.In(a.lang)+" "+strconv.Itoa(n))
		}
	}
	return a.say("（", " (") + strings.Join(parts, a.say("、", ", ")) + a.say("）", ")")
}

// holdable reports that all errors are those of pages: a build with --hold-bad
// would go on without them.
func holdable(found []diag.Finding) bool {
	for _, f := range found {
		if f.Severity == diag.Error && !strings.HasPrefix(f.Pos.File, "content/") {
			return false
		}
	}
	return true
}

// heldBad reports that pages with errors are held back already.
func (a *app) heldBad(r *build.Result) bool {
	for _, h := range r.Held {
		if h.Reason == "bad" {
			return true
		}
	}
	return false
}

// listBad names the pages that are held back because of their errors: whoever
// builds has to tell their authors.
func (a *app) listBad(b *strings.Builder, held []build.Held) {
	var rows [][]string
	for _, h := range held {
		if h.Reason == "bad" && len(rows) < diag.MaxShown {
			rows = append(rows, []string{diag.Printable(h.Title), diag.Printable(h.File)})
		}
	}
	if len(rows) == 0 {
		return
	}
	b.WriteString(a.paint(a.out, color.FgYellow, a.say("因为有错误而没有发布的页面：", "Held back because of their errors:")) + "\n")
	align(b, "  ", rows)
}

// times shows how long the stages took, and all together.
func (a *app) times(stages []build.Stage) string {
	var total time.Duration
	var parts []string
	for _, s := range stages {
		total += s.Took
		name := s.Name
		if t, ok := stageNames[name]; ok {
			name = t.In(a.lang)
		}
		parts = append(parts, name+" "+a.seconds(s.Took))
	}
	return a.seconds(total) + a.say("（", " (") + strings.Join(parts, a.say("、", ", ")) + a.say("）", ")")
}

// seconds shows a time with two figures that matter.
func (a *app) seconds(d time.Duration) string {
	if d < time.Second {
		return strconv.FormatInt(d.Milliseconds(), 10) + a.say(" 毫秒", " ms")
	}
	return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + a.say(" 秒", " s")
}

// jsonBuild is the result of a build as --json writes it.
type jsonBuild struct {
	Done      bool               `json:"done"`
	Same      bool               `json:"same"` // nothing had changed, and nothing was done
	Day       string             `json:"day"`
	Output    string             `json:"output"`
	Pages     int                `json:"pages"`
	Indexes   int                `json:"indexes"`
	Parsed    int                `json:"parsed"`
	Rendered  int                `json:"rendered"`
	Decoded   int                `json:"decoded"`
	Written   int                `json:"written"`
	Unchanged int                `json:"unchanged"`
	Removed   int                `json:"removed"`
	Kept      []string           `json:"kept"`
	Held      []jsonHeld         `json:"held"`
	Errors    int                `json:"errors"`
	Findings  []jsonFinding      `json:"findings"`
	Allowed   []jsonAllowed      `json:"allowed"` // what the settings let stay
	Notes     []string           `json:"notes"`   // of the cache
	Stages    map[string]float64 `json:"stages"`  // milliseconds
	Verify    *jsonVerification  `json:"verify,omitempty"`
}

type jsonHeld struct {
	File   string `json:"file"`
	Title  string `json:"title"`
	Reason string `json:"reason"`
	Until  string `json:"until,omitempty"`
	By     string `json:"by,omitempty"`
}

type jsonFinding struct {
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	File     string `json:"file"`
	Line     int    `json:"line,omitempty"`
	Col      int    `json:"col,omitempty"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
}

func heldJSON(held []build.Held) []jsonHeld {
	list := []jsonHeld{}
	for _, h := range held {
		list = append(list, jsonHeld{h.File, h.Title, h.Reason, h.Until.String(), h.By})
	}
	return list
}

func (a *app) findingsJSON(found []diag.Finding) []jsonFinding {
	list := []jsonFinding{}
	for _, f := range found {
		list = append(list, jsonFinding{
			f.Rule, f.Severity.Text().En, f.Pos.File, f.Pos.Line, f.Pos.Col, f.Message.In(a.lang), f.Hint.In(a.lang),
		})
	}
	return list
}

func (a *app) buildJSON(r *build.Result) jsonBuild {
	j := jsonBuild{
		Done: r.Done, Same: r.Same, Day: r.Day.String(), Output: r.Output, Pages: r.Pages, Indexes: r.Indexes, Parsed: r.Parsed, Rendered: r.Rendered, Decoded: r.Decoded,
		Written: r.Written, Unchanged: r.Unchanged, Removed: r.Removed, Kept: append([]string{}, r.Kept...),
		Held: heldJSON(r.Held), Errors: diag.Errors(r.Findings), Findings: a.findingsJSON(r.Findings), Allowed: a.allowedJSON(r.Allowed), Notes: []string{}, Stages: map[string]float64{},
	}
	for _, n := range r.Notes {
		j.Notes = append(j.Notes, n.In(a.lang))
	}
	for _, s := range r.Stages {
		j.Stages[s.Name] += math.Round(float64(s.Took.Microseconds())/100) / 10
	}
	return j
}
