package main

import (
	"bufio"
	"fmt"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/report"
	"branchlight/cmd/branchlight/internal/reviews"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/signoff"

	"github.com/spf13/cobra"
)

// signing is one run of sign: what its flags say.
type signing struct {
	*app
	role, name   string
	day          dayFlag
	replace      bool
	sheet, check bool
	output       string
	asJSON       bool
}

func signCommand(a *app) *cobra.Command {
	s := &signing{app: a}
	cmd := &cobra.Command{
		Use:   a.say("sign 稿件…", "sign FILE..."),
		Short: a.say("审签稿件：记下谁在哪天审过什么内容", "sign pages off: note who read what, and when"),
		Long: a.say(`在稿件文首的最后写一段 [[review]]：审次、姓名、日期，以及所审内容的摘要值。
以后稿件或它的附件只要改过，摘要值就对不上，这次审签就失效，要重新审签；
空白、编码、换行的改动和别的审签不算。draft 一行也不算，所以草稿可以先审再发。

摘要值只说明签的是哪些内容，不能证明是谁签的：能改文件的人都能写出它。
要留凭证的，用 --sheet 打印审签单，在纸上签字存档。

  --check   看各审次的情况；有失效的、缺必须审次的，退出码为 1
  --sheet   生成可以打印的审签单（A4）`,
			`Writes a [[review]] at the end of a page's front matter: role, name, day, and the
digest of what was read. When the page or a file it links to is changed later,
the digest no longer fits, and the sign-off is void. Blanks, encodings, line ends,
other sign-offs, and draft do not count, so a draft can be signed first.

A digest shows what was signed. It does not prove by whom: anyone who can change
the file can write one. Where proof is wanted, print a sheet (--sheet), and sign
it on paper.

  --check   show the state of every reading; exit 1 where one is void, or a required one missing
  --sheet   make a sheet to print (A4)`),
		Example: "  branchlight sign content/财政局/b01/一月一课.md --role 终审 --name 周明远\n  branchlight sign --check\n  branchlight sign --sheet content/财政局/b01/一月一课.md",
		RunE:    func(cmd *cobra.Command, args []string) error { return s.run(cmd, args) },
	}
	f := cmd.Flags()
	f.StringVar(&s.role, "role", "", a.say("审次 `ROLE`：初审、复审、终审，或 site.toml 里的", "the reading `ROLE`: one of the roles of site.toml (初审, 复审, 终审)"))
	f.StringVar(&s.name, "name", "", a.say("审签人 `NAME`", "who signs: `NAME`"))
	dayOption(a, cmd, &s.day)
	f.BoolVar(&s.replace, "replace", false, a.say("这个审次已经签过时，不问就换成新的", "put the new sign-off in the place of an earlier one of the role without asking"))
	f.BoolVar(&s.check, "check", false, a.say("只看各审次的情况，不写文件；不写稿件则看所有签过的", "show the state of sign-offs and write nothing; without a FILE, of all pages that have one"))
	f.BoolVar(&s.sheet, "sheet", false, a.say("生成审签单，一篇一页", "make a sheet to print, a page for each FILE"))
	f.StringVarP(&s.output, "output", "o", "", a.say("审签单写到 `FILE`；不写则为站点文件夹里的 report/signoff.html", "write the sheet to `FILE`; else to report/signoff.html in the site's folder"))
	jsonFlag(a, cmd, &s.asJSON)
	return cmd
}

func (s *signing) run(cmd *cobra.Command, args []string) error {
	if len(args) == 0 && !s.check {
		return problem("没有写要审签的稿件；写法见 %s --help", "there is no FILE to sign; see %s --help", cmd.CommandPath())
	}
	if s.check && s.sheet {
		return problem("--check 和 --sheet 不能一起用", "--check and --sheet do not go together")
	}
	dir, err := s.folder()
	if err != nil {
		return err
	}
	desk, err := reviews.Open(dir)
	if err != nil {
		return err
	}
	defer desk.Close()
	pages, err := s.pages(desk, args)
	if err != nil {
		return err
	}
	switch {
	case s.check:
		return s.show(desk, pages)
	case s.sheet:
		return s.printSheet(desk, dir, pages)
	}
	return s.sign(cmd, desk, pages)
}

// pages reads the pages that are named; all that are signed where none is.
func (s *signing) pages(desk *reviews.Desk, args []string) ([]*reviews.Page, error) {
	var files []string
	for _, arg := range args {
		file, err := desk.Source(arg)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(files, file) {
			files = append(files, file)
		}
	}
	if len(args) == 0 {
		var err error
		if files, err = desk.Signed(); err != nil {
			return nil, err
		}
	}
	var pages []*reviews.Page
	for _, file := range files {
		p, err := desk.Read(file)
		if err != nil {
			return nil, err
		}
		pages = append(pages, p)
	}
	return pages, nil
}

// sign signs pages, each in turn.
func (s *signing) sign(cmd *cobra.Command, desk *reviews.Desk, pages []*reviews.Page) error {
	if s.role == "" || s.name == "" {
		return problem("审签要写 --role 审次 和 --name 姓名；写法见 %s --help", "signing needs --role and --name; see %s --help", cmd.CommandPath())
	}
	if !slices.Contains(desk.Review.Roles, s.role) {
		if near, ok := route.Nearest(s.role, desk.Review.Roles); ok {
			return problem("没有审次“%s”；是不是“%s”？", "there is no role %q; did you mean %q?", s.role, near)
		}
		return problem("没有审次“%s”；可以写：%s", "there is no role %q; there are: %s", s.role, strings.Join(desk.Review.Roles, " "))
	}
	name := strings.TrimSpace(s.name)
	if why, ok := signoff.CheckName(name); !ok {
		return &problemError{why}
	}
	on := s.day.day
	if on.IsZero() {
		on = desk.Today()
	}
	ask := bufio.NewReader(s.in)
	for _, p := range pages {
		ok, err := s.mayReplace(ask, desk, p)
		if err != nil {
			return err
		}
		if !ok {
			fmt.Fprintln(s.err, s.sayf("没有改动 %s", "%s is left as it is", diag.Printable(p.Path)))
			continue
		}
		if err := desk.Sign(p, s.role, name, on); err != nil {
			return err
		}
		if err := s.signed(desk, p, name, on); err != nil {
			return err
		}
	}
	return nil
}

// signed says what was signed, and what is left open.
func (s *signing) signed(desk *reviews.Desk, p *reviews.Page, name string, on day.Day) error {
	_, err := fmt.Fprintln(s.out, s.sayf("%[1]s：%[2]s（%[3]s，%[4]s），正文 %[5]d 字，附件 %[6]d 个\n摘要值 %[7]s",
		"%[1]s: %[2]s (%[3]s, %[4]s), %[5]d characters, %[6]d files\ndigest %[7]s",
		diag.Printable(p.Path), diag.Printable(s.role), diag.Printable(name), on, p.Words, len(p.Files), p.Digest))
	for _, f := range p.Files {
		if f.Sum == (signoff.Sum{}) {
			fmt.Fprintln(s.err, s.sayf("注意：附件 %s 找不到，以后补上要重新审签", "note: the file %s is missing; when it is there, the page is signed again", diag.Printable(f.Path)))
		}
	}
	at := slices.Index(desk.Review.Roles, s.role)
	for _, r := range desk.Roles(p)[:at] {
		if r.State != signoff.Valid {
			fmt.Fprintln(s.err, s.sayf("注意：前面的%s%s", "note: before it, %s is %s", r.Name, r.State.Text().In(s.lang)))
		}
	}
	return err
}

// mayReplace reports whether a page may be signed: at once where the role has no
// sign-off, else where that is wanted.
func (s *signing) mayReplace(ask *bufio.Reader, desk *reviews.Desk, p *reviews.Page) (bool, error) {
	state, old := signoff.In(p.Matter, s.role, p.Digest)
	if state == signoff.Missing || s.replace {
		return true, nil
	}
	was := s.sayf("%[1]s 已经有%[2]s（%[3]s，%[4]s，%[5]s）", "%[1]s has %[2]s already (%[3]s, %[4]s, %[5]s)",
		diag.Printable(p.Path), diag.Printable(old.Role), diag.Printable(old.Name), old.Date, state.Text().In(s.lang))
	if !terminal(s.stdin) {
		return false, &problemError{diag.Textf("%[1]s；要换成新的，加 --replace", "%[1]s; add --replace to put a new one in its place", was)}
	}
	fmt.Fprint(s.err, was+s.say("。换成新的吗？[y/N] ", ". Put a new one in its place? [y/N] "))
	line, _ := ask.ReadString('\n')
	answer := strings.ToLower(strings.TrimSpace(line))
	return answer == "y" || answer == "yes" || answer == "是" || answer == "ｙ", nil
}

// signState is the state of one reading, as JSON.
type signState struct {
	File     string `json:"file"`
	Digest   string `json:"digest"`
	Role     string `json:"role"`
	State    string `json:"state"`
	Required bool   `json:"required"`
	Name     string `json:"name,omitempty"`
	Date     string `json:"date,omitempty"`
}

// show shows the state of every reading.
func (s *signing) show(desk *reviews.Desk, pages []*reviews.Page) error {
	list := []signState{}
	rows := [][]string{{s.say("审次", "ROLE"), s.say("情况", "STATE"), s.say("审签人", "NAME"), s.say("日期", "DAY"), s.say("文件", "FILE")}}
	bad := false
	for _, p := range pages {
		for _, r := range desk.Roles(p) {
			if r.State == signoff.Void || r.State == signoff.Missing && r.Required {
				bad = true
			}
			if r.State == signoff.Missing && !r.Required && len(pages) > 1 {
				continue
			}
			list = append(list, signState{p.Path, p.Digest, r.Name, r.State.Text().En, r.Required, r.Review.Name, r.Review.Date.String()})
			rows = append(rows, []string{diag.Printable(r.Name), r.State.Text().In(s.lang), diag.Printable(r.Review.Name), r.Review.Date.String(), diag.Printable(p.Path)})
		}
	}
	var err error
	switch {
	case s.asJSON:
		err = writeJSON(s.out, list)
	case len(list) == 0:
		_, err = fmt.Fprintln(s.out, s.say("还没有审签过的稿件。", "No page has been signed yet."))
	default:
		var b strings.Builder
		align(&b, "", rows)
		_, err = fmt.Fprint(s.out, b.String())
	}
	if err == nil && bad {
		return errContent
	}
	return err
}

// printSheet writes the sheet.
func (s *signing) printSheet(desk *reviews.Desk, dir string, pages []*reviews.Page) error {
	file, err := reportPath(dir, s.output, "signoff.html")
	if err != nil {
		return err
	}
	on := s.day.day
	if on.IsZero() {
		on = desk.Today()
	}
	text, err := report.Sheet(desk, pages, on, s.lang)
	if err != nil {
		return err
	}
	if err := report.Write(file, text); err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, s.sayf("审签单：%s，用浏览器打开后打印", "sheet: %s; open it in a browser and print it", diag.Printable(file)))
	return err
}
