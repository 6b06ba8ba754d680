package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/check"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/personal"
	"branchlight/cmd/branchlight/internal/redact"
	"branchlight/cmd/branchlight/internal/site"

	"github.com/fatih/color"
)

// mask shows what masking changes in the pages, asks, and writes it.
func (a *app) mask(c *checking) error {
	tuneMemory(a.env)
	asked, err := c.filter()
	if err != nil {
		return err
	}
	result, err := build.Inspect(c.options)
	if err != nil {
		return err
	}
	if result.Site == nil { // the settings have errors: no page is known
		if err := a.printFindings(result.Findings); err != nil {
			return err
		}
		return errContent
	}
	root, err := os.OpenRoot(c.options.Root)
	if err != nil {
		return err
	}
	defer root.Close()
	changes, err := a.maskings(root, result, asked)
	if err != nil {
		return err
	}
	places, named := 0, 0
	for _, ch := range changes {
		places += ch.Count
		named += ch.Named
	}
	if named > 0 {
		fmt.Fprintln(a.err, a.sayf("文件名里的 %d 处没有改：先把文件改名，再改稿件里的链接。", "Places that are names of files, and are left alone: %d. Rename the files, then mend the links.", named))
	}
	changes = slices.DeleteFunc(changes, func(ch *redact.Change) bool { return ch.Count == 0 })
	if places == 0 {
		_, err := fmt.Fprintln(a.out, a.nothingToMask(result.Findings, asked))
		return err
	}
	for _, ch := range changes {
		fmt.Fprintf(a.out, "%s\n", diag.Printable(ch.File))
		for _, l := range ch.Lines {
			fmt.Fprintf(a.out, "%s\n%s\n", a.paint(a.out, color.FgRed, fmt.Sprintf("%6d - %s", l.Number, diag.Printable(l.Old))),
				a.paint(a.out, color.FgGreen, fmt.Sprintf("%6d + %s", l.Number, diag.Printable(l.New))))
		}
	}
	if ok, err := a.agreed(c, len(changes), places); err != nil || !ok {
		return err
	}
	for i, ch := range changes {
		if err := redact.Write(root, ch); err != nil {
			fmt.Fprintln(a.err, a.sayf("已经改好 %d 个文件，其余没有动。", "Files changed: %d; the others are as they were.", i))
			return err
		}
	}
	_, err = fmt.Fprintln(a.out, a.sayf("已遮住 %d 处，改了 %d 个文件。", "Masked: %d; files changed: %d.", places, len(changes)))
	return err
}

// nothingToMask says so, and how many findings are left that masking does not mend.
func (a *app) nothingToMask(found []diag.Finding, asked func(diag.Finding) bool) string {
	left := 0
	for _, f := range found {
		if check.IsLeak(f.Rule) && asked(f) {
			left++
		}
	}
	if left == 0 {
		return a.say("稿件里没有要遮住的个人信息。", "The pages hold no personal data to mask.")
	}
	return a.sayf("稿件里没有能代改的；还有 %d 处要自己改（附件、文件名、设置等），用 branchlight check --only leak 查看。", "There is nothing to mask in the pages. What is left (%d: attachments, names of files, settings) is yours to change: see branchlight check --only leak.", left)
}

// leakyNames gives the names of files of a site that hold personal data.
func leakyNames(pages []*site.Page) (names []string) {
	add := func(file string) {
		name := path.Base(file)
		if len(personal.Find(strings.TrimSuffix(name, path.Ext(name)))) > 0 && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, p := range pages {
		add(p.Path)
		p.Uses(func(f *site.Attachment, _ diag.Pos) { add(f.Path) })
	}
	return names
}

// maskings gives the changes of all pages that were asked for. What the settings
// allow stays.
func (a *app) maskings(root *os.Root, r *build.Result, asked func(diag.Finding) bool) (list []*redact.Change, err error) {
	allowed := map[string][]string{} // messages by file
	for _, x := range r.Allowed {
		allowed[x.Pos.File] = append(allowed[x.Pos.File], x.Message.Zh)
	}
	pages := slices.Concat(r.Site.Published(), r.Site.Held)
	names := leakyNames(pages)
	for _, p := range pages {
		ch, err := redact.Look(root, p.Path, names, func(place personal.Place) bool {
			if !asked(diag.Finding{Rule: check.LeakRule(place.Kind).ID, Pos: diag.Pos{File: p.Path}}) {
				return true
			}
			for _, m := range allowed[p.Path] {
				if strings.Contains(m, place.Masked) {
					return true
				}
			}
			return false
		})
		switch {
		case errors.Is(err, redact.ErrEncoding):
			fmt.Fprintln(a.err, diag.Printable(a.sayf("%s 的编码没法原样写回，跳过；请另存为 UTF-8 再试。", "%s cannot be written back in its encoding and is passed over; save it as UTF-8.", p.Path)))
		case err != nil:
			return nil, err
		case ch != nil:
			list = append(list, ch)
		}
	}
	return list, nil
}

// agreed asks whether to write, where there is someone to ask.
func (a *app) agreed(c *checking, files, places int) (bool, error) {
	if c.yes {
		return true, nil
	}
	if !terminal(a.stdin) {
		return false, problem("还没有写：加 --yes 才写（%d 处，%d 个文件）", "nothing is written without --yes (places: %d, files: %d)", places, files)
	}
	fmt.Fprint(a.out, a.sayf("把这 %d 处写进 %d 个文件吗？(y/N) ", "Write these %d places into %d files? (y/N) ", places, files))
	line, err := bufio.NewReader(a.in).ReadString('\n')
	if err != nil && line == "" {
		return false, nil
	}
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "y", "yes", "是", "好":
		return true, nil
	}
	_, err = fmt.Fprintln(a.out, a.say("没有写。", "Nothing is written."))
	return false, err
}
