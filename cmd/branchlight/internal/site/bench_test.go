package site

import (
	"fmt"
	"testing"
	"time"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/route"
)

// benchInput makes the input of a site of n pages.
func benchInput(n int) Input {
	in := Input{
		Config: &config.Site{
			Title: "支部风采", Language: "zh-CN", Theme: "county", Zone: time.UTC, PageSize: 20, Feed: 30,
			Topics: []config.Topic{{Name: "理论武装"}, {Name: "业务融合"}, {Name: "志愿服务"}, {Name: "组织建设"}},
			Stages: []string{"申报", "创建", "命名"},
		},
		Namer: route.NewNamer(nil), Day: 20260601,
	}
	add := func(path string, m front.Matter, links ...mark.Link) {
		m.File, m.Percent = path, -1
		in.Sources = append(in.Sources, &Source{Path: path, Matter: &m, Doc: &mark.Doc{Links: links, Lead: "支部党员结合岗位职责，梳理服务事项清单。"}})
	}
	for i := range n {
		agency, branch := i/165, i/33%5
		folder := fmt.Sprintf("content/a%03d/b%02d", agency, branch)
		if i%165 == 0 {
			add(fmt.Sprintf("content/a%03d/_index.md", agency), front.Matter{Title: fmt.Sprintf("第%d局", agency)})
		}
		if i%33 == 0 {
			add(folder+"/_index.md", front.Matter{Title: "党支部"})
		}
		themes := []string{in.Config.Topics[i%4].Name, in.Config.Topics[(i+1)%4].Name}
		add(fmt.Sprintf("%s/p%06d.md", folder, i), front.Matter{
			Title: fmt.Sprintf("一线工作法（第%d号）", i), Kind: "practice", Themes: themes,
			Date: day.Day(20230101 + i%3*10000 + i%12*100 + i%28),
		}, mark.Link{Dest: fmt.Sprintf("p%06d.md", i-i%33)})
	}
	return in
}

func BenchmarkAssemble(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		in := benchInput(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, found := Assemble(in); len(found) > 0 {
					b.Fatal(found[0])
				}
			}
		})
	}
}

// BenchmarkKeys makes the views of all outputs of a new site and writes what their
// keys are sums of, as a build does that finds all outputs standing.
func BenchmarkKeys(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		in := benchInput(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				s, _ := Assemble(in)
				outputs, c, r := s.Outputs(), codec.Writer(nil), new(Room)
				b.StartTimer()
				for i := range outputs {
					c.Reset()
					outputs[i].Code(c, outputs[i].Draft(r))
				}
			}
		})
	}
}
