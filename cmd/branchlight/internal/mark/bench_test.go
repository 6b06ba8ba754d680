package mark

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"branchlight/cmd/branchlight/internal/diag"
)

// benchPages are pages of about two kilobytes, as clerks write them.
func benchPages() []*diag.Source {
	who := []string{"支委会", "青年党员", "窗口工作人员", "驻村工作队", "党小组"}
	what := []string{"上门服务制度", "月度学习计划", "岗位承诺机制", "群众评议办法"}
	var pages []*diag.Source
	for i := range 20 {
		var b strings.Builder
		for j, title := range []string{"背景", "做法", "成效", "经验启示"} {
			fmt.Fprintf(&b, "## %s\n\n", title)
			for k := range 3 {
				fmt.Fprintf(&b, "围绕中心工作，%s推进%s，帮助企业解决难题%d件。坚持问题导向，%s落实%s，窗口排队时间减少一半。截至%d月底，共梳理%d项，其中`%d`号已办结。\n\n",
					who[(i+k)%5], what[(j+k)%4], i*7+k, who[(i+j)%5], what[k], k+1, i*31, i*97+k)
			}
			switch j {
			case 0:
				fmt.Fprintf(&b, "**“%s”**实施以来，见[%s](../b02/p%d.md#做法)。\n\n", what[i%4], who[i%5], i)
			case 1:
				b.WriteString("1. 建立跨科室协作机制；\n2. 固化服务事项清单；\n3. 落实问题整改清单；\n\n")
			case 2:
				b.WriteString("| 单位 | 数量 |\n| --- | ---: |\n| 财政局 | 3 |\n| 教育局 | 4 |\n\n")
			}
		}
		pages = append(pages, diag.NewSource(fmt.Sprintf("p%d.md", i), []byte(b.String())))
	}
	return pages
}

func BenchmarkParse(b *testing.B) {
	pages := benchPages()
	p := New()
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		p.ParseTo(pages[i%len(pages)], 0, func(*Doc) {})
		i++
	}
}

// BenchmarkGoldmark is the yardstick: goldmark with its own extensions, without
// links resolved, plain text, positions or findings.
func BenchmarkGoldmark(b *testing.B) {
	for name, m := range map[string]goldmark.Markdown{
		"bare":       goldmark.New(),
		"extensions": goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList)),
	} {
		b.Run(name, func(b *testing.B) {
			pages := benchPages()
			i := 0
			var buf bytes.Buffer
			b.ReportAllocs()
			for b.Loop() {
				buf.Reset()
				if err := m.Convert(pages[i%len(pages)].Text, &buf); err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}
