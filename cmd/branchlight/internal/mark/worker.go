package mark

import (
	"bytes"
	"fmt"
	"unicode/utf8"
	"unsafe"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"branchlight/cmd/branchlight/internal/diag"
)

// maxPerRule bounds the findings of one rule in one page.
const maxPerRule = 50

// worker parses one body at a time. Its buffers are reused.
type worker struct {
	ctx    context
	src    *diag.Source
	base   int    // offset of the body in the file
	body   []byte // what goldmark sees
	survey survey
	doc    *Doc

	html     []byte
	text     []byte // plain text of all blocks
	leaf     int    // where the text of the current block begins
	kind     BlockKind
	inTable  bool
	depth    int // of nodes inside one another
	spent    int // bytes of destinations and titles
	blocks   []Block
	spans    []span // text of blocks
	links    []span // text of links
	scratch  []byte
	ends     []int              // of the texts of headings, in outline
	ids      map[string]int     // ids in use, and the last number appended to each
	counts   map[*diag.Rule]int // findings by rule
	nextHead int                // the heading that will probably be rendered next
	place    place
}

// span is a part of worker.text.
type span struct{ start, end int }

// place is a position that is known already. Most positions are asked for in
// order, so that the next one is near.
type place struct {
	offset int // in the file
	line   int
	col    int
}

func newWorker() *worker {
	w := &worker{ids: map[string]int{}, counts: map[*diag.Rule]int{}}
	w.ctx.emphasis.ctx = &w.ctx
	return w
}

// noIDs keeps goldmark from making ids; outline does.
type noIDs struct{}

func (noIDs) Generate(value []byte, kind ast.NodeKind) []byte { return nil }
func (noIDs) Put(value []byte)                                {}

// run parses and renders. It is not ok where it was interrupted by a panic:
// goldmark's, or a limit.
func (w *worker) run(p parser.Parser, src *diag.Source, body int) (doc *Doc, ok bool) {
	body = max(0, min(body, len(src.Text)))
	defer func() {
		switch e := recover().(type) {
		case nil:
		case limit:
			doc = &Doc{Findings: []diag.Finding{tooComplex(src, body, e)}}
		default:
			doc = &Doc{Findings: []diag.Finding{src.Finding(ruleFailed, body,
				diag.Textf("排版程序在这一页上出错（%v）", "the Markdown library failed on this page (%v)", e),
				diag.Text{Zh: "请把这个文件发给维护人员", En: "send the file to the maintainers"})}}
		}
	}()
	w.begin(src, body)
	root := p.Parse(&reader{text.NewReader(w.body), &w.ctx}, parser.WithContext(&w.ctx))
	start := w.place
	w.outline()
	w.place = start // the blocks come in order again
	w.children(root)
	w.finish()
	return w.doc, true
}

func (w *worker) begin(src *diag.Source, body int) {
	w.doc = &Doc{}
	w.src, w.base, w.body = src, body, src.Text[body:]
	w.place = place{body, 1 + bytes.Count(src.Text[:body], []byte{'\n'}), 1 + utf8.RuneCount(src.Text[bytes.LastIndexByte(src.Text[:body], '\n')+1:body])}
	w.html, w.text, w.blocks, w.spans, w.links = w.html[:0], w.text[:0], w.blocks[:0], w.spans[:0], w.links[:0]
	w.leaf, w.kind, w.inTable, w.depth, w.spent, w.nextHead = 0, Paragraph, false, 0, 0, 0
	clear(w.ids)
	clear(w.counts)
	w.survey = look(w.body)
	if w.survey.invalid && !utf8.Valid(w.body) {
		w.repair()
	}
	if w.survey.hidden {
		w.reportHidden()
	}
	w.ctx.renew()
	w.ctx.work, w.ctx.cells, w.ctx.body = maxWork, 0, w.body
	w.ctx.texts.reset()
	w.ctx.paragraphs.reset()
	w.ctx.textBlocks.reset()
	w.ctx.tableRows.reset()
	w.ctx.tableCells.reset()
	w.ctx.delimiters.reset()
	w.ctx.emphases.reset()
	w.ctx.headings, w.ctx.notes, w.ctx.habits = w.ctx.headings[:0], w.ctx.notes[:0], w.ctx.habits[:0]
}

// release drops what belongs to the page.
func (w *worker) release() {
	clear(w.ctx.headings)
	clear(w.ctx.notes)
	clear(w.blocks)
	w.src, w.body, w.doc, w.ctx.body = nil, nil, nil, nil
	if cap(w.html) > 1<<20 {
		w.html, w.text = nil, nil
	}
}

// repair replaces bytes that are not UTF-8, one by one, so that offsets stay.
func (w *worker) repair() {
	fixed := bytes.Clone(w.body)
	for i := 0; i < len(fixed); {
		r, n := utf8.DecodeRune(fixed[i:])
		if r == utf8.RuneError && n == 1 {
			w.find(ruleHidden, i, diag.Textf("有一个字节（%02X）不是 UTF-8 文字", "a byte (%02X) is not UTF-8", fixed[i]),
				diag.Text{Zh: "请用 UTF-8 编码重新保存这个文件", En: "save the file in UTF-8 again"})
			fixed[i] = '?'
		}
		i += n
	}
	w.body = fixed
}

// reportHidden reports each hidden character of the body, wherever it stands.
func (w *worker) reportHidden() {
	for i := 0; i < len(w.body); {
		r, n := utf8.DecodeRune(w.body[i:])
		if isHidden(r) {
			w.find(ruleHidden, i, diag.Textf("这里有看不见的字符 U+%04X", "here is an invisible character, U+%04X", r),
				diag.Text{Zh: "删去它前后的字，重新输入", En: "delete the characters around it and type them again"})
		}
		i += n
	}
}

// view gives bytes as a text that lasts as long as they do not change.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// finish turns the buffers into the Doc.
func (w *worker) finish() {
	w.habits()
	w.unused()
	d := w.doc
	// All of these are the worker's memory: see ParseTo.
	d.HTML = view(w.html)
	text := view(w.text)
	if len(w.blocks) > 0 {
		d.Blocks = w.blocks
	}
	for i, s := range w.spans {
		d.Blocks[i].Text = text[s.start:s.end]
	}
	d.Lead = lead(d.Blocks)
	for i, s := range w.links {
		d.Links[i].Text = text[s.start:s.end]
	}
	if len(d.Findings) > 1 {
		diag.Sort(d.Findings)
	}
}

// habits reports each habit once, where it first stands, with its number.
func (w *worker) habits() {
	if len(w.ctx.habits) == 0 {
		return
	}
	number := map[*diag.Rule]int{}
	for _, h := range w.ctx.habits {
		number[h.rule]++
	}
	for _, h := range w.ctx.habits {
		n := number[h.rule]
		if n == 0 {
			continue
		}
		number[h.rule] = 0
		m := habitMessages[h.rule]
		if n > 1 {
			m.message.Zh += fmt.Sprintf("（本页共 %d 处）", n)
			m.message.En += fmt.Sprintf(" (%d places in this page)", n)
		}
		w.find(h.rule, h.offset, m.message, m.hint)
	}
}

// habitMessages say what is said of habits.
var habitMessages = map[*diag.Rule]struct{ message, hint diag.Text }{
	ruleHeadingHabit: {diag.Text{Zh: "井号写得不规范，已按标题处理", En: "an irregular # was taken for a heading"},
		diag.Text{Zh: "井号用半角，后面空一格：## 标题", En: "use the ASCII # with a blank after it: ## Heading"}},
	ruleHeadingTop: {diag.Text{Zh: "正文里有一级标题，全部标题已各降一级", En: "the body has a heading of level 1; all headings were lowered by one level"},
		diag.Text{Zh: "正文的标题从 ## 写起", En: "begin the body with ##"}},
	ruleIndent: {diag.Text{Zh: "段首的空格或 Tab 已忽略", En: "the blanks or tab before the paragraph were ignored"},
		diag.Text{Zh: "段首不用空格，网页会自动缩进两个字；要写代码，前后各加一行 ```", En: "pages indent paragraphs by themselves; for code, put ``` on the lines before and after"}},
	ruleLines: {diag.Text{Zh: "这几行之间没有空行，网页上连成了一段", En: "these lines have no blank line between them and become one paragraph"},
		diag.Text{Zh: "各自成段的，在两行之间空一行", En: "put a blank line between what should be paragraphs"}},
	ruleList: {diag.Text{Zh: "行首的符号不是列表，只是各占一行", En: "the mark at the start of the line makes no list; the line is kept as a line"},
		diag.Text{Zh: "列表请用“- ”或“1. ”开头", En: "begin list items with \"- \" or \"1. \""}},
	ruleTableWide: {diag.Text{Zh: "表格的竖线是全角的，已按表格处理", En: "the bars of the table are full-width; it was understood"},
		diag.Text{Zh: "改用半角 |", En: "use the ASCII |"}},
	ruleLinkBlanks: {diag.Text{Zh: "地址里有空格，已按一个文件名处理", En: "the blanks in the address were taken for part of it"},
		diag.Text{Zh: "最好用尖括号括起来，如 (<图 片.png>)，或者去掉文件名里的空格", En: "better write (<a b.png>), or rename the file"}},
	ruleNoteFence: {diag.Text{Zh: "提示框的冒号是全角的，已按提示框处理", En: "the colons of the note are full-width; it was understood"},
		diag.Text{Zh: "改用半角 :::", En: "use ASCII :::"}},
}

// find adds a finding at an offset of the body.
func (w *worker) find(r *diag.Rule, offset int, message, hint diag.Text) {
	w.counts[r]++
	if w.counts[r] > maxPerRule {
		return
	}
	w.doc.Findings = append(w.doc.Findings, w.src.Finding(r, w.base+offset, message, hint))
}

// pos gives the position in the file of an offset of the body.
func (w *worker) pos(offset int) diag.Pos {
	text := w.src.Text
	offset = min(w.base+max(offset, 0), len(text))
	p := &w.place
	if offset < p.offset { // rare: footnotes, nested structures
		return w.src.Pos(offset)
	}
	for {
		i := bytes.IndexByte(text[p.offset:offset], '\n')
		if i < 0 {
			break
		}
		p.offset += i + 1
		p.line++
		p.col = 1
	}
	p.col += utf8.RuneCount(text[p.offset:offset])
	p.offset = offset
	return diag.Pos{File: w.src.File, Line: p.line, Col: p.col}
}

// enter and leave bound how deep the renderer follows goldmark's tree.
func (w *worker) enter() {
	if w.depth++; w.depth > maxDepth+maxInline {
		exceed(-1, "符号套了 %d 层以上", "marks are nested more than %d deep", maxInline)
	}
}

func (w *worker) leave() { w.depth-- }

// spend bounds what the page will hold.
func (w *worker) spend(n int) {
	w.spent += n
	if len(w.html)+w.spent > maxHTML {
		exceed(-1, "网页超过 %d MB", "its HTML exceeds %d MB", maxHTML>>20)
	}
}
