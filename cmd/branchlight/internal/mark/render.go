package mark

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	gast "github.com/yuin/goldmark/extension/ast"

	"branchlight/cmd/branchlight/internal/diag"
)

// This file writes blocks. Their shape, line ends included, is that of the
// examples of the CommonMark specification.

func (w *worker) children(n ast.Node) {
	w.enter()
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.block(c)
	}
	w.leave()
}

func (w *worker) block(n ast.Node) {
	w.spend(0)
	switch n := n.(type) {
	case *ast.Paragraph:
		w.paragraph(n)
	case *ast.TextBlock:
		w.open(w.kind, n)
		w.inlines(n)
		w.close()
		if n.NextSibling() != nil && n.FirstChild() != nil {
			w.html = append(w.html, '\n')
		}
	case *ast.Heading:
		w.heading(n)
	case *ast.List:
		w.list(n)
	case *ast.ListItem:
		w.item(n)
	case *ast.Blockquote:
		w.html = append(w.html, "<blockquote>\n"...)
		w.container(n, Quote)
		w.html = append(w.html, "</blockquote>\n"...)
	case *ast.ThematicBreak:
		w.html = append(w.html, "<hr>\n"...)
	case *ast.FencedCodeBlock:
		w.code(n, n.Language(w.body))
	case *ast.CodeBlock:
		w.code(n, nil)
	case *ast.HTMLBlock:
		w.htmlBlock(n)
	case *gast.Table:
		w.table(n)
	case *noteNode:
		w.note(n)
	case *gast.DefinitionList:
		w.html = append(w.html, "<dl>\n"...)
		w.children(n)
		w.html = append(w.html, "</dl>\n"...)
	case *gast.DefinitionTerm:
		w.html = append(w.html, "<dt>"...)
		w.open(Term, n)
		w.inlines(n)
		w.close()
		w.html = append(w.html, "</dt>\n"...)
	case *gast.DefinitionDescription:
		w.html = append(w.html, "<dd>"...)
		if !n.IsTight {
			w.html = append(w.html, '\n')
		}
		w.container(n, Definition)
		w.html = append(w.html, "</dd>\n"...)
	case *gast.FootnoteList:
		w.footnoteList(n)
	case *gast.FootnoteBacklink: // a footnote that does not end with a paragraph
		w.html = append(w.html, "<p>"...)
		w.backlink(n)
		w.html = append(w.html, "</p>\n"...)
	case *ast.LinkReferenceDefinition:
	default:
		w.children(n)
	}
}

// open begins the plain text of a leaf block; close ends it and drops it where
// it stayed empty.
func (w *worker) open(kind BlockKind, n ast.Node) {
	offset := n.Pos()
	if lines := n.Lines(); lines != nil && lines.Len() > 0 {
		offset = lines.At(0).Start
	}
	w.openAt(kind, offset)
}

func (w *worker) openAt(kind BlockKind, offset int) {
	w.leaf = len(w.text)
	w.blocks = append(w.blocks, Block{Kind: kind, Pos: w.pos(offset)})
}

func (w *worker) close() {
	if text := w.text[w.leaf:]; len(text) == 0 || text[0] <= ' ' && len(bytes.TrimSpace(text)) == 0 {
		w.blocks = w.blocks[:len(w.blocks)-1]
	} else {
		w.spans = append(w.spans, span{w.leaf, len(w.text)})
	}
	w.leaf = len(w.text)
}

// container renders the blocks of n, whose paragraphs are of a kind.
func (w *worker) container(n ast.Node, kind BlockKind) {
	outer := w.kind
	w.kind = kind
	w.children(n)
	w.kind = outer
}

func (w *worker) paragraph(n *ast.Paragraph) {
	first := n.FirstChild()
	if first == nil {
		return // ideographic spaces only
	}
	if image := figureOf(n); image != nil {
		before, after := figureOf(n.PreviousSibling()) != nil, figureOf(n.NextSibling()) != nil
		if after && !before {
			w.html = append(w.html, "<div class=\"gallery\">\n"...)
		}
		if before && !after {
			defer func() { w.html = append(w.html, "</div>\n"...) }()
		}
		if w.figure(image) {
			w.doc.Images[len(w.doc.Images)-1].Gallery = before || after
			return
		}
	}
	w.lintTable(n)
	w.lintLines(n)
	if _, found := w.leading(first); found {
		line := n.Lines().At(0)
		if kind, _ := enumerates(line.Value(w.body)); kind == enumBullet {
			w.ctx.note(ruleList, line.Start)
		}
	}
	w.html = append(w.html, "<p>"...)
	w.open(w.kind, n)
	w.inlines(n)
	w.close()
	w.html = append(w.html, "</p>\n"...)
}

// figureOf gives the image of a paragraph that is a figure: it stands alone and
// has a title. Figures that follow each other make a gallery.
func figureOf(n ast.Node) *ast.Image {
	p, ok := n.(*ast.Paragraph)
	if !ok || p.FirstChild() == nil || p.FirstChild().NextSibling() != nil {
		return nil
	}
	image, ok := p.FirstChild().(*ast.Image)
	if !ok || len(image.Title) == 0 {
		return nil
	}
	return image
}

// figure renders an image that stands alone and has a title, unless the image
// is refused.
func (w *worker) figure(n *ast.Image) bool {
	html := len(w.html)
	w.html = append(w.html, "<figure>"...)
	if !w.image(n, true) {
		w.html = w.html[:html]
		return false
	}
	w.html = append(w.html, "<figcaption>"...)
	w.openAt(Caption, n.Pos())
	from := len(w.text)
	w.text = append(w.text, w.doc.Images[len(w.doc.Images)-1].Title...)
	w.html = appendEscaped(w.html, w.text[from:])
	w.close()
	w.html = append(w.html, "</figcaption></figure>\n"...)
	return true
}

func (w *worker) heading(n *ast.Heading) {
	heads := w.ctx.headings
	i := w.nextHead
	for range heads {
		if i >= len(heads) {
			i = 0
		}
		if heads[i] == n {
			break
		}
		i++
	}
	if i >= len(heads) || heads[i] != n { // without words: outline reported it
		return
	}
	w.nextHead = i + 1
	h := &w.doc.Headings[i]
	level := byte('0' + h.Level)
	w.html = append(w.html, "<h"...)
	w.html = append(w.html, level, ' ', 'i', 'd', '=', '"')
	w.html = append(w.html, h.ID...) // letters, digits, - and _ only
	w.html = append(w.html, '"', '>')
	w.open(Title, n)
	w.inlines(n)
	w.close()
	w.html = append(w.html, "</h"...)
	w.html = append(w.html, level, '>', '\n')
}

func (w *worker) list(n *ast.List) {
	tag := "ul"
	if n.IsOrdered() {
		tag = "ol"
	}
	w.html = append(append(w.html, '<'), tag...)
	if n.IsOrdered() && n.Start != 1 {
		w.html = append(w.html, ` start="`...)
		w.html = strconv.AppendInt(w.html, int64(n.Start), 10)
		w.html = append(w.html, '"')
	}
	w.html = append(w.html, ">\n"...)
	w.container(n, Item)
	w.html = append(append(w.html, "</"...), tag...)
	w.html = append(w.html, ">\n"...)
}

func (w *worker) item(n *ast.ListItem) {
	first := n.FirstChild()
	if first != nil && first.FirstChild() != nil && first.FirstChild().Kind() == gast.KindTaskCheckBox {
		w.html = append(w.html, `<li class="task">`...)
	} else {
		w.html = append(w.html, "<li>"...)
	}
	if first != nil && first.Kind() != ast.KindTextBlock {
		w.html = append(w.html, '\n')
	}
	w.children(n)
	w.html = append(w.html, "</li>\n"...)
}

// code writes a code block. It can take the focus, so that one without a mouse
// can scroll it.
func (w *worker) code(n ast.Node, language []byte) {
	w.html = append(w.html, `<pre tabindex="0"><code`...)
	if len(language) > 0 {
		w.html = append(w.html, ` class="language-`...)
		w.scratch = w.decode(w.scratch[:0], language, -1)
		w.html = appendEscaped(w.html, w.scratch)
		w.html = append(w.html, '"')
	}
	w.html = append(w.html, '>')
	w.open(Code, n)
	lines := n.Lines()
	for i := range lines.Len() {
		line := lines.At(i)
		w.writeCode(line.Value(w.body))
	}
	w.close()
	w.html = append(w.html, "</code></pre>\n"...)
}

func (w *worker) note(n *noteNode) {
	known := diag.Text{Zh: "可以用：" + noteWords, En: "known are: note, tip, important, warning, example"}
	switch {
	case n.stray:
		w.find(ruleNoteFence, n.Pos(), diag.Text{Zh: "这一行 ::: 前面没有要结束的提示框", En: "this ::: ends no note"},
			diag.Text{Zh: "删去这一行；要开始提示框，在 ::: 后面写种类，如 :::提示", En: "remove it; to begin a note, write its kind after :::, as in :::tip"})
		return
	case !n.known:
		w.find(ruleNoteKind, n.Pos(), diag.Textf("不认识提示框的种类“%s”，按“说明”处理", "%q is no kind of note; it is shown as a plain one", n.word), known)
	}
	if !n.closed {
		w.find(ruleNoteOpen, n.Pos(), diag.Text{Zh: "提示框没有结束", En: "the note has no end"},
			diag.Text{Zh: "在提示的内容后面另起一行写 :::", En: "write ::: on a line of its own after its text"})
	}
	w.html = append(w.html, `<aside class="note note-`...)
	w.html = append(w.html, n.kind...)
	w.html = append(w.html, `" role="note">`+"\n"+`<p class="note-title">`...)
	w.openAt(NoteTitle, n.titled)
	w.writeCode([]byte(n.title))
	w.close()
	w.html = append(w.html, "</p>\n"...)
	w.container(n, Note)
	w.html = append(w.html, "</aside>\n"...)
}

// htmlBlock shows lines of HTML as text, and leaves out comments.
func (w *worker) htmlBlock(n *ast.HTMLBlock) {
	lines := n.Lines()
	if lines.Len() == 0 {
		return
	}
	offset := lines.At(0).Start
	var raw []byte
	for i := range lines.Len() {
		line := lines.At(i)
		raw = append(raw, line.Value(w.body)...)
	}
	if n.HasClosure() {
		raw = append(raw, n.ClosureLine.Value(w.body)...)
	}
	shown, dropped, open := cutComments(raw)
	switch {
	case open:
		w.find(ruleHTML, offset, diag.Text{Zh: "备注没有结束，后面的内容都不会显示", En: "the remark has no end, so that nothing after it is shown"},
			diag.Text{Zh: "在备注后面写上 -->", En: "write --> after the remark"})
	case dropped:
		w.comment(offset)
	}
	shown = bytes.TrimSpace(shown)
	if len(shown) == 0 {
		return
	}
	switch {
	case isBreak(shown):
		w.find(ruleHTML, offset, diag.Text{Zh: "单独一行的 <br> 不起作用", En: "<br> on a line of its own has no effect"},
			diag.Text{Zh: "空一行就是分段，请删去 <br>", En: "an empty line ends a paragraph: remove it"})
		return
	case bytes.IndexByte(shown, '<') < 0:
		w.find(ruleHTML, offset, diag.Text{Zh: "与备注同在一行的文字不能排版", En: "text on the line of a remark is not laid out"},
			diag.Text{Zh: "把文字移到 --> 下面另起一段", En: "move it below the line of -->"})
	default:
		w.rawHTML(offset, shown)
	}
	w.html = append(w.html, `<p class="raw-html">`...)
	w.openAt(w.kind, offset)
	for i, line := range bytes.Split(shown, []byte{'\n'}) {
		if i > 0 {
			w.html = append(w.html, "<br>\n"...)
			w.text = append(w.text, '\n')
		}
		w.writeCode(bytes.TrimSpace(line))
	}
	w.close()
	w.html = append(w.html, "</p>\n"...)
}

// cutComments removes <!-- … --> from HTML; a comment that does not end goes to
// the end and is open.
func cutComments(raw []byte) (rest []byte, dropped, open bool) {
	for {
		before, after, ok := bytes.Cut(raw, []byte("<!--"))
		rest = append(rest, before...)
		if !ok {
			return rest, dropped, false
		}
		dropped = true
		if _, raw, ok = bytes.Cut(after, []byte("-->")); !ok {
			return rest, true, true
		}
	}
}

// isBreak says whether HTML is a line break: <br>, <br/>, <BR />.
func isBreak(b []byte) bool {
	return len(b) < 10 && strings.EqualFold(strings.Join(strings.Fields(strings.Replace(string(b), "/", "", 1)), ""), "<br>")
}

func (w *worker) comment(offset int) {
	w.find(ruleComment, offset, diag.Text{Zh: "备注不会出现在网页上", En: "the remark is not shown"},
		diag.Text{Zh: "定稿前请删去 <!-- 到 --> 的内容", En: "remove <!-- … --> before the page is final"})
}

func (w *worker) rawHTML(offset int, raw []byte) {
	tag, _, _ := bytes.Cut(raw, []byte{'\n'})
	shown := string(tag[:min(len(tag), 60)])
	w.find(ruleHTML, offset, diag.Textf("网页代码“%s”不起作用，会显示成文字", "HTML has no effect and is shown as text: %s", strings.ToValidUTF8(shown, "")),
		diag.Text{Zh: "删去它；加粗用 **文字**，换行用 <br>，图片用 ![说明](文件名)", En: "remove it; use **words**, <br>, ![words](file)"})
}

func (w *worker) footnoteList(n *gast.FootnoteList) {
	w.html = append(w.html, `<section class="footnotes" role="doc-endnotes" aria-label="注释">`+"\n<ol>\n"...)
	outer := w.kind
	w.kind = Footnote
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		note := c.(*gast.Footnote)
		id := "fn:" + strconv.Itoa(note.Index)
		w.doc.IDs = append(w.doc.IDs, id)
		w.html = append(append(append(w.html, `<li id="`...), id...), "\">\n"...)
		w.children(note)
		w.html = append(w.html, "</li>\n"...)
	}
	w.kind = outer
	w.html = append(w.html, "</ol>\n</section>\n"...)
}

// unused reports footnotes that nothing refers to: goldmark dropped them.
func (w *worker) unused() {
	for _, n := range w.ctx.notes {
		if note := n.(*gast.Footnote); note.Index < 0 {
			w.find(ruleFootnoteUnused, max(note.Pos(), 0), diag.Textf("没有地方引用脚注 [^%s]，所以不会显示", "nothing refers to the footnote [^%s], so it is not shown", note.Ref),
				diag.Textf("在正文相应位置写 [^%s]，或删去这一条", "write [^%s] in the text, or remove it", note.Ref))
		}
	}
}
