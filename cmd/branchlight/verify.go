package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/out"

	"github.com/fatih/color"
)

// verify compares the output of a build with that of a clean one. Ctrl-C ends it;
// a second one does not wait until the folder beside the output is removed.
func (a *app) verify(ctx context.Context, o build.Options) (*build.Verification, error) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	defer context.AfterFunc(ctx, stop)()
	v, err := build.Verify(ctx, o)
	if errors.Is(err, context.Canceled) {
		return nil, problem("核对被中断；网站已经生成，不受影响", "the comparison was interrupted; the site is built and stays as it is")
	}
	return v, err
}

// differenceNames are the kinds of differences in words.
var differenceNames = map[string]diag.Text{
	out.Missing:   {Zh: "缺少", En: "missing"},
	out.Extra:     {Zh: "多出", En: "extra"},
	out.Different: {Zh: "内容不同", En: "different"},
}

// printVerification shows what came of a comparison: a line where all is well,
// else what differs.
func (a *app) printVerification(v *build.Verification) error {
	if v.Equal() {
		_, err := fmt.Fprintln(a.out, a.paint(a.out, color.FgGreen, a.sayf("核对无误：%d 个文件与从头生成的一字不差。", "Verified: all %d files are those of a clean build, byte for byte.", v.Files)))
		return err
	}
	if err := a.printFindings(v.Findings); err != nil {
		return err
	}
	var rows [][]string
	for _, d := range v.Differences[:min(len(v.Differences), diag.MaxShown)] {
		rows = append(rows, []string{differenceNames[d.Kind].In(a.lang), d.Path})
	}
	var b strings.Builder
	align(&b, "  ", rows)
	if more := len(v.Differences) - len(rows); more > 0 {
		b.WriteString(a.sayf("  另有 %d 个文件", "  and %d more files", more) + "\n")
	}
	_, err := fmt.Fprint(a.err, b.String())
	return err
}

// verdict is the error that a comparison ends in; nil where all is well.
func verdict(v *build.Verification) error {
	switch {
	case v == nil || v.Equal():
		return nil
	case len(v.Findings) > 0:
		return problem("从头生成时发现了上面的错误，而网站已经生成，这是程序的毛病。请删除文件夹 .branchlight 再生成一次，并把上面的内容告诉维护人员",
			"a clean build finds the errors above, and yet the site was built: the program is at fault. Delete the folder .branchlight, build again, and report what is shown above")
	}
	return problem("输出与从头生成的不一致，共 %d 个文件，见上。请删除文件夹 .branchlight 再生成一次，并把上面的内容告诉维护人员",
		"the output differs from a clean build in %d files, shown above. Delete the folder .branchlight, build again, and report what is shown above", len(v.Differences))
}

// jsonVerification is the outcome of --verify as --json writes it.
type jsonVerification struct {
	Equal       bool             `json:"equal"`
	Files       int              `json:"files"` // of the clean build
	Different   int              `json:"different"`
	Differences []jsonDifference `json:"differences"` // the first of them
	Findings    []jsonFinding    `json:"findings"`    // errors of the clean build
}

type jsonDifference struct {
	Path string `json:"path"`
	Kind string `json:"kind"`
}

func (a *app) verificationJSON(v *build.Verification) *jsonVerification {
	if v == nil {
		return nil
	}
	j := &jsonVerification{Equal: v.Equal(), Files: v.Files, Different: len(v.Differences), Differences: []jsonDifference{}, Findings: a.findingsJSON(v.Findings)}
	for _, d := range v.Differences[:min(len(v.Differences), diag.MaxShown)] {
		j.Differences = append(j.Differences, jsonDifference{d.Path, d.Kind})
	}
	return j
}
