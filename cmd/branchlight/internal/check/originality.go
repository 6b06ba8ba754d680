package check

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/office"
	"branchlight/cmd/branchlight/internal/parallel"
	"branchlight/cmd/branchlight/internal/similar"
	"branchlight/cmd/branchlight/internal/site"
)

var (
	ruleCopied = &diag.Rule{
		ID: "copied-page", Severity: diag.Hint, Class: diag.Audit,
		Doc: diag.Text{
			Zh: "这一页有一大段文字与先发布的另一页相同或相近（换了单位名、日期、数字和个别字也算）。请审稿人对照判断；确是借鉴的，在文首写 copies_from = \"来源页的标题或路径\"。多少算多，由 site.toml 的 [check] copied 定。",
			En: "Much of the page stands in another that was dated earlier, but for names of agencies, days, numbers and single characters. The reviewer compares the two; a page that was adapted says so with copies_from = \"title or path of its source\". How much is much is [check] copied in site.toml.",
		},
		Example: "与先发布的“一月一课”有一半文字相同，而文首没有 copies_from",
	}
	ruleReference = &diag.Rule{
		ID: "copied-reference", Severity: diag.Hint, Class: diag.Audit,
		Doc: diag.Text{
			Zh: "这一页有一大段文字与参考文稿相同或相近。参考文稿是 site.toml 的 [check] references 所指文件夹里的 .md、.txt 和 .docx。请审稿人判断；确是借鉴的，在文首写 copies_from = \"文稿的文件名\"。",
			En: "Much of the page stands in one of the texts (.md, .txt, .docx) of the folder that [check] references of site.toml names. A page that was adapted says so with copies_from = \"name of the file\".",
		},
		Example: "与参考文件夹里的 典型案例.docx 有一半文字相同",
	}
)

// originalityRules are the rules of this file.
var originalityRules = []*diag.Rule{ruleCopied, ruleReference}

// Comparing compares texts by what is left of them when some names are folded
// away. It is safe for concurrent use.
type Comparing struct{ pool sync.Pool }

// NewComparing makes one for a list of names.
func NewComparing(names []string) *Comparing {
	folded := similar.NewNames(names)
	c := new(Comparing)
	c.pool.New = func() any { return similar.NewReader(folded) }
	return c
}

// NamesOf lists the names of agencies and branches, for which pages are compared
// as if they were one.
func NamesOf(s *site.Site) []string {
	var list []string
	for _, a := range s.Agencies {
		list = append(list, a.Title, a.Short)
		for _, b := range a.Branches {
			list = append(list, b.Title)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// prints notes the fingerprints of a page.
func prints(t *Text, n *Noted) {
	if t.Compare == nil {
		return
	}
	r := t.Compare.pool.Get().(*similar.Reader)
	n.Prints = r.Prints(joined(t.Blocks))
	t.Compare.pool.Put(r)
}

// joined gives the blocks of a page as one text.
func joined(blocks []mark.Block) string {
	var b strings.Builder
	n := 0
	for i := range blocks {
		n += len(blocks[i].Text) + 1
	}
	b.Grow(n)
	for i := range blocks {
		b.WriteString(blocks[i].Text)
		b.WriteByte('\n')
	}
	return b.String()
}

// Reference is a text that pages may have been copied from, and is no page.
type Reference struct {
	Path string
	Sum  codec.Sum // stands for its bytes; zero where it is not known
	Text func() (string, *office.Problem, error)
}

// maxReference is how much of a reference is compared, in bytes.
const maxReference = 1 << 20

// reference gives what is noted of a reference, and reads it where nothing is.
func (a *Audited) reference(r *Reference) (*Noted, error) {
	memo, sum := "reference:"+r.Path, a.Memory.salted(r.Sum)
	if r.Sum != (codec.Sum{}) {
		if n := a.Memory.get(memo, sum); n != nil {
			return n, nil
		}
	}
	text, problem, err := r.Text()
	if err != nil {
		return nil, err
	}
	reader := a.Compare.pool.Get().(*similar.Reader)
	n := &Noted{Prints: reader.Prints(text[:min(len(text), maxReference)])}
	a.Compare.pool.Put(reader)
	if problem != nil {
		n.report(ReferenceProblem(diag.Pos{File: r.Path}, diag.Textf("参考文稿没有读完，比对不全：%[1]s", "the reference was not read to its end: %[2]s", problem.Zh, problem.En), problem.Hint))
	}
	if r.Sum != (codec.Sum{}) {
		a.Memory.put(memo, remembered{sum: sum, noted: n})
	}
	return n, nil
}

// Copy is a page of which much stands in an earlier one, or in a reference.
type Copy struct {
	Page      *site.Page
	From      *site.Page // nil where it is a reference
	Reference string     // its path
	Percent   int        // of the page
	Passages  []Passage  // the longest first

	declared bool
}

// Passage is a passage that stands in two texts.
type Passage struct {
	Here, There Side // in the page, and in its source
	Len         int  // in characters
}

// Side is a passage as it stands in one text.
type Side struct {
	Text string
	At   diag.Pos
}

// text is one of the texts that are compared.
type text struct {
	page      *site.Page // nil of a reference
	reference *Reference
	prints    similar.Prints
}

// leaves gives the blocks of a text. A reference that has become unreadable since
// has none.
func (t *text) leaves() []mark.Block {
	if t.page != nil {
		return t.page.Doc.Leaves()
	}
	s, _, _ := t.reference.Text()
	return []mark.Block{{Text: s[:min(len(s), maxReference)], Pos: diag.Pos{File: t.reference.Path, Line: 1}}}
}

// texts lists what is compared, the earliest first: references, then pages by
// day. Of pages of one day the order of their paths decides, and those without a
// day come last.
func (a *Audited) texts() (list []text, first int) {
	for i := range a.References {
		n, err := a.reference(&a.References[i])
		if err != nil {
			a.fail(err)
			continue
		}
		a.unread = append(a.unread, n.Findings...)
		list = append(list, text{reference: &a.References[i], prints: n.Prints})
	}
	first = len(list)
	for i, p := range a.Pages {
		if a.Noted[i].Prints.Len() > 0 && p.Section == nil {
			list = append(list, text{page: p, prints: a.Noted[i].Prints})
		}
	}
	slices.SortStableFunc(list[first:], func(x, y text) int {
		return cmp.Or(compareDays(x.page.Matter.Date, y.page.Matter.Date), strings.Compare(x.page.Path, y.page.Path))
	})
	return list, first
}

func compareDays(a, b day.Day) int {
	if a.IsZero() != b.IsZero() {
		if a.IsZero() {
			return 1
		}
		return -1
	}
	return cmp.Compare(a, b)
}

// copies finds the pages of which much stands in an earlier one that they do not
// declare: for each the one that is most likely its source. They come in the order
// of their days.
func (a *Audited) copies() []Copy {
	texts, first := a.texts()
	list := make([]similar.Prints, len(texts))
	for i := range texts {
		list[i] = texts[i].prints
	}
	pairs, phrases := similar.Search(list, first)
	found := make([]*Copy, len(pairs))
	parallel.Each(len(pairs), func(i int) {
		found[i] = a.compare(&texts[pairs[i].Earlier], &texts[pairs[i].Later], phrases)
	})
	var copies []Copy
	for i := 0; i < len(pairs); {
		later, best := pairs[i].Later, -1
		for ; i < len(pairs) && pairs[i].Later == later; i++ {
			if found[i] != nil && (best < 0 || nearer(pairs[i].Earlier, found[i], pairs[best].Earlier, found[best])) {
				best = i
			}
		}
		if best >= 0 && !found[best].declared {
			copies = append(copies, *found[best])
		}
	}
	return copies
}

// doubt is by how many percent one share must exceed another to count as more.
const doubt = 10

// nearer reports whether a text is rather the source of a page than another: it
// shares clearly more, or about as much and is declared, or else earlier. So of the
// copies of one text all are said to come from that.
func nearer(at int, c *Copy, than int, d *Copy) bool {
	if c.Percent > d.Percent+doubt || c.Percent < d.Percent-doubt {
		return c.Percent > d.Percent
	}
	if c.declared != d.declared {
		return c.declared
	}
	return at < than
}

// compare gives what a text has of an earlier one; nil where that is not much.
func (a *Audited) compare(from, to *text, phrases similar.Phrases) *Copy {
	there, here := from.leaves(), to.leaves()
	x, y := joined(there), joined(here)
	r := a.Compare.pool.Get().(*similar.Reader)
	m := r.Compare(x, y, phrases)
	a.Compare.pool.Put(r)
	if len(m.Passages) == 0 || m.PercentB < a.Config.Check.Copied {
		return nil
	}
	c := &Copy{Page: to.page, From: from.page, Percent: m.PercentB, declared: declared(to.page.Matter.CopiesFrom, from)}
	if from.reference != nil {
		c.Reference = from.reference.Path
	}
	for _, p := range m.Passages {
		c.Passages = append(c.Passages, Passage{
			Here:  Side{y[p.B.From:p.B.To], placeIn(here, p.B.From)},
			There: Side{x[p.A.From:p.A.To], placeIn(there, p.A.From)}, Len: p.Len,
		})
	}
	slices.SortStableFunc(c.Passages, func(p, q Passage) int { return cmp.Compare(q.Len, p.Len) })
	return c
}

// placeIn gives the place of an offset into joined blocks: that of its block, and
// in a text of one block its line.
func placeIn(blocks []mark.Block, at int) diag.Pos {
	for i := range blocks {
		n := len(blocks[i].Text) + 1
		if at < n {
			pos := blocks[i].Pos
			pos.Line += strings.Count(blocks[i].Text[:at], "\n")
			return pos
		}
		at -= n
	}
	return diag.Pos{}
}

// declared reports whether what a page says of its source names a text: by title,
// by path, by file name, or by the agency or branch.
func declared(says string, from *text) bool {
	if says == "" {
		return false
	}
	says = strings.TrimSuffix(strings.ReplaceAll(says, "\\", "/"), "/")
	means := func(name string) bool {
		return utf8.RuneCountInString(name) > 1 && strings.Contains(says, name)
	}
	if from.page == nil {
		file := path.Base(from.reference.Path)
		return means(strings.TrimSuffix(file, path.Ext(file)))
	}
	p := from.page
	file := strings.TrimSuffix(p.Path, path.Ext(p.Path))
	if means(p.Title) || means(strings.TrimPrefix(file, site.Content+"/")) || strings.HasSuffix(file, "/"+strings.TrimSuffix(says, ".md")) {
		return true
	}
	if p.Branch != nil && means(p.Branch.Title) {
		return true
	}
	return p.Agency != nil && (means(p.Agency.Title) || means(p.Agency.Short))
}

// ReferenceProblem reports a reference that cannot be compared with, or a folder of
// them that is not there.
func ReferenceProblem(at diag.Pos, message, hint diag.Text) diag.Finding {
	f := ruleReference.At(at, message, hint)
	f.Severity = diag.Warning
	return f
}

// originality reports the copies.
func originality(a *Audited) []diag.Finding {
	if a.Compare == nil {
		return nil
	}
	copies := a.copies()
	list := a.unread
	if a.Copies != nil {
		*a.Copies = copies
	}
	for i := range copies {
		list = append(list, copies[i].finding())
	}
	return list
}

// finding words a copy, with its longest passages side by side.
func (c *Copy) finding() diag.Finding {
	first := c.Passages[0]
	var zh, en strings.Builder
	zh.WriteString("请审稿人对照判断。")
	en.WriteString("It is for the reviewer to judge.")
	var message diag.Text
	rule := ruleCopied
	if c.From == nil {
		rule = ruleReference
		message = diag.Textf("约 %d%% 的文字与参考文稿 %s 相同或相近", "about %d%% of the text stands in the reference %s too", c.Percent, c.Reference)
	} else {
		message = diag.Textf("约 %[1]d%% 的文字与“%[2]s”（%[3]s）相同或相近，%[4]s", "about %[1]d%% of the text stands in %[2]q (%[3]s) too, %[5]s",
			c.Percent, c.From.Title, c.From.Path, c.earlier().Zh, c.earlier().En)
	}
	if c.Page.Role == front.Practice {
		source := path.Base(c.Reference)
		if c.From != nil {
			source = strings.TrimSuffix(strings.TrimPrefix(c.From.Path, site.Content+"/"), ".md")
		}
		zh.WriteString("确是借鉴的，在文首加一行 copies_from = \"" + source + "\"；否则改写成自己的做法。")
		en.WriteString(" If the page was adapted, add copies_from = \"" + source + "\"; if not, rewrite it.")
	}
	for _, p := range c.Passages[:min(len(c.Passages), 2)] {
		here, there := shortened(p.Here.Text), shortened(p.There.Text)
		zh.WriteString("\n        本页第 " + number(p.Here.At.Line) + " 行：" + here + "\n        那页第 " + number(p.There.At.Line) + " 行：" + there)
		en.WriteString("\n        here, line " + number(p.Here.At.Line) + ": " + here + "\n        there, line " + number(p.There.At.Line) + ": " + there)
	}
	return rule.At(first.Here.At, message, diag.Text{Zh: zh.String(), En: en.String()})
}

// earlier says which of two pages was dated first.
func (c *Copy) earlier() diag.Text {
	here, there := c.Page.Matter.Date, c.From.Matter.Date
	switch {
	case there.IsZero():
		return diag.Textf("两页都没有日期，分不出先后", "and neither has a date that tells which was first")
	case here.IsZero():
		return diag.Textf("那页日期是 %s，本页没有日期", "which is dated %s, while this page has no date", there)
	case here == there:
		return diag.Textf("两页同一天（%s），分不出先后", "and both are dated %s", there)
	}
	return diag.Textf("那页日期在先（%s，本页 %s）", "which was dated first (%s; this page %s)", there, here)
}

// shortened gives a passage as one line that can be shown.
func shortened(s string) string {
	const most = 70
	s = Masked(strings.Join(strings.Fields(s), " "))
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
