package main

import (
	"fmt"
	"net/url"

	"path/filepath"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/report"

	"github.com/spf13/cobra"
)

// reporting is one run of report: what its flags say.
type reporting struct {
	*app
	day     dayFlag
	month   monthFlag
	formats formatsFlag
	output  string
	asJSON  bool
}

func reportCommand(a *app) *cobra.Command {
	r := &reporting{app: a, formats: formatsFlag{"html", "xlsx"}}
	cmd := &cobra.Command{
		Use:   "report",
		Short: a.say("给机关工委的报表：缺项、主题、更新、阶段、雷同、报送", "a report for the office: gaps, themes, freshness, stages, near-duplicates, submissions"),
		Long: a.say(`从同一批稿件做出内部报表，放进站点文件夹里的 report 文件夹：

  台账完整情况、主题分布和空白主题、县里少见的做法、更新情况、
  模范机关创建阶段和逾期事项、内容相近的稿件、每月报送篇数、本月变化

html 是一个可以直接打印的网页（A4 横向），xlsx 用 Excel 或 WPS 打开，
csv 每张表一个文件。报表不会发布到网站上；只统计单位和稿件，不评价个人。`,
			`Makes an internal report from the pages, in the folder report of the site:

  completeness, themes and blank themes, what is rare in the county, freshness,
  stages of model-agency work and what is overdue, near-duplicates, pages by
  month, and the changes of the month

html is one page that prints on A4, xlsx is for Excel and WPS, csv is a file for
each table. A report is never published. It counts agencies and pages, and says
nothing of persons.`),
		Example: "  branchlight report\n  branchlight report --month 2026-10 --format html,xlsx,csv\n  branchlight report --json",
		Args:    a.atMost(0),
		RunE:    func(*cobra.Command, []string) error { return r.run() },
	}
	f := cmd.Flags()
	dayOption(a, cmd, &r.day)
	f.Var(&r.month, "month", a.say("月份 `YYYY-MM`；不写则为今天所在的月", "the month `YYYY-MM`; else that of today"))
	f.Var(&r.formats, "format", a.say("格式 `html,xlsx,csv`，几种用逗号隔开；不写则为 html,xlsx", "the formats `html,xlsx,csv`, with commas between; else html,xlsx"))
	f.StringVarP(&r.output, "output", "o", "", a.say("写到文件夹 `DIR`；不写则为站点文件夹里的 report", "write to the folder `DIR`; else to report in the site's folder"))
	jsonFlag(a, cmd, &r.asJSON)
	return cmd
}

func (r *reporting) run() error {
	tuneMemory(r.env)
	dir, err := r.folder()
	if err != nil {
		return err
	}
	folder, err := reportPath(dir, r.output, "")
	if err != nil {
		return err
	}
	result, err := build.Inspect(build.Options{Root: dir, Day: r.day.day, Audit: true})
	if err != nil {
		return err
	}
	if result.Site == nil {
		if err := r.printFindings(result.Findings); err != nil {
			return err
		}
		return errContent
	}
	made := report.Collect(report.Input{Site: result.Site, Copies: result.Copies, Month: r.month.month})
	if r.asJSON {
		return writeJSON(r.out, made.JSON(r.lang))
	}
	files, err := r.files(made, dir, folder)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := report.Write(f.path, f.data); err != nil {
			return err
		}
	}
	return r.show(made, result, files)
}

// paper is a file of a report.
type paper struct {
	path string
	data []byte
}

// files makes all files of a report, before any of them is written.
func (r *reporting) files(made *report.Report, dir, folder string) ([]paper, error) {
	var files []paper
	add := func(name string, data []byte, err error) error {
		files = append(files, paper{filepath.Join(folder, made.Month.String()+name), data})
		return err
	}
	for _, format := range r.formats {
		var err error
		switch format {
		case "html":
			data, htmlErr := report.HTML(made, r.lang, baseURL(folder, dir))
			err = add(".html", data, htmlErr)
		case "xlsx":
			data, bookErr := report.Workbook(made, r.lang)
			err = add(".xlsx", data, bookErr)
		case "csv":
			for _, s := range made.Sections {
				for i := range s.Tables {
					data, csvErr := report.CSV(&s.Tables[i], r.lang)
					if err = add("-"+s.Tables[i].ID+".csv", data, csvErr); err != nil {
						return nil, err
					}
				}
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

// show says what was found and where it stands.
func (r *reporting) show(made *report.Report, result *build.Result, files []paper) error {
	var rows [][]string
	for _, f := range made.Figures {
		rows = append(rows, []string{f.Name.In(r.lang), fmt.Sprint(f.Value)})
	}
	var b strings.Builder
	b.WriteString(r.sayf("%[1]s，%[2]d 个单位，%[3]d 篇稿件，统计到 %[4]s", "%[1]s: %[2]d agencies, %[3]d pages, as of %[4]s",
		made.Month.Text().In(r.lang), len(result.Site.Agencies), len(result.Site.Pages), made.Day) + "\n")
	align(&b, "  ", rows)
	for _, f := range files {
		b.WriteString(r.say("已写入 ", "wrote ") + diag.Printable(f.path) + "\n")
	}
	if n := diag.Errors(result.Findings); n > 0 {
		fmt.Fprintln(r.err, r.sayf("注意：稿件有 %d 处错误，也计入了报表；用 branchlight check 查看。", "note: the pages have %d errors and are counted all the same; see branchlight check.", n))
	}
	_, err := fmt.Fprint(r.out, b.String())
	return err
}

// reportPath gives where a paper is written: what -o says, or the site's folder for
// them and a name in it. It refuses what is published, and the sources.
func reportPath(dir, output, name string) (string, error) {
	path := output
	if path == "" {
		path = filepath.Join(dir, report.Folder, name)
	}
	return path, report.Allowed(dir, path)
}

// baseURL leads from the folder of a page to that of the site; a file address where
// there is no way between them, as from one drive to another.
func baseURL(from, to string) string {
	a, errA := filepath.Abs(from)
	b, errB := filepath.Abs(to)
	rel, err := filepath.Rel(a, b)
	if errA != nil || errB != nil || err != nil {
		return (&url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(to), "/") + "/"}).String()
	}
	parts := strings.Split(filepath.ToSlash(rel), "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return strings.Join(parts, "/") + "/"
}

// monthFlag is the value of --month.
type monthFlag struct{ month report.Month }

func (m *monthFlag) Type() string { return "month" }

func (m *monthFlag) String() string {
	if m.month == 0 {
		return ""
	}
	return m.month.String()
}

func (m *monthFlag) Set(s string) error {
	month, err := report.ParseMonth(strings.TrimSpace(s))
	if err != nil {
		return problem("月份要写成 2026-11 这样", "a month is written as in 2026-11")
	}
	m.month = month
	return nil
}

// formatsFlag is the value of --format.
type formatsFlag []string

func (f *formatsFlag) Type() string   { return "formats" }
func (f *formatsFlag) String() string { return strings.Join(*f, ",") }

func (f *formatsFlag) Set(s string) error {
	known := []string{"html", "xlsx", "csv"}
	var list []string
	for _, word := range split(s) {
		word = strings.ToLower(word)
		if !slices.Contains(known, word) {
			return problem("只能是 %s，几种用逗号隔开", "it is of %s, with commas between", strings.Join(known, ", "))
		}
		if !slices.Contains(list, word) {
			list = append(list, word)
		}
	}
	if len(list) == 0 {
		return problem("至少写一种：%s", "write at least one of %s", strings.Join(known, ", "))
	}
	*f = list
	return nil
}
