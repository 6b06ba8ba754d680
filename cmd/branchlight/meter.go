package main

import (
	"fmt"
	"io"

	"branchlight/cmd/branchlight/internal/publish"

	"github.com/schollz/progressbar/v3"
)

// meter shows how far a publish is: a bar on a terminal, elsewhere a line for
// every 50 files.
type meter struct {
	a    *app
	bar  *progressbar.ProgressBar
	rich bool
	told int
}

// linesEvery is how many files a line stands for.
const linesEvery = 50

func (a *app) meter(quiet bool) *meter {
	return &meter{a: a, rich: terminal(a.stderr) && !quiet && a.env("TERM") != "dumb"}
}

func (m *meter) show(p publish.Progress) {
	if p.Files == 0 {
		return
	}
	if !m.rich {
		if p.Done/linesEvery > m.told {
			m.told = p.Done / linesEvery
			fmt.Fprintln(m.a.err, m.a.sayf("已传 %d / %d 个文件，%s", "sent %d of %d files, %s", p.Done, p.Files, bytesText(p.Sent)))
		}
		return
	}
	if m.bar == nil {
		m.bar = progressbar.NewOptions64(max(p.Bytes, 1), progressbar.OptionSetWriter(m.a.err), progressbar.OptionShowBytes(true),
			progressbar.OptionSetDescription(m.a.sayf("发布 %d 个文件", "%d files", p.Files)), progressbar.OptionSetWidth(30),
			progressbar.OptionThrottle(100_000_000), progressbar.OptionClearOnFinish())
	}
	_ = m.bar.Set64(p.Sent)
}

// end takes the bar away.
func (m *meter) end() {
	if m.bar != nil {
		_ = m.bar.Clear()
		_, _ = io.WriteString(m.a.err, "\r")
	}
}
