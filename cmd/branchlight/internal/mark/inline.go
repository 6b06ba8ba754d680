package mark

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	gast "github.com/yuin/goldmark/extension/ast"

	"branchlight/cmd/branchlight/internal/diag"
)

// inlines writes the inline nodes below n.
func (w *worker) inlines(n ast.Node) {
	w.enter()
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.inline(c)
	}
	w.leave()
}

func (w *worker) inline(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		w.write(n.Segment.Value(w.body), n.Segment.Start)
		if n.HardLineBreak() {
			w.html = append(w.html, "<br>\n"...)
			w.text = append(w.text, '\n')
		} else if n.SoftLineBreak() {
			w.lineBreak(n)
		}
	case *ast.Emphasis:
		if n.Level == 2 {
			w.wrap(n, "strong")
		} else {
			w.wrap(n, "em")
		}
	case *gast.Strikethrough:
		w.wrap(n, "del")
	case *ast.CodeSpan:
		w.codeSpan(n)
	case *ast.Link:
		w.link(n)
	case *ast.Image:
		w.image(n, false)
	case *ast.AutoLink:
		w.autoLink(n)
	case *ast.RawHTML:
		w.inlineHTML(n)
	case *gast.TaskCheckBox:
		if n.IsChecked {
			w.html = append(w.html, `<input type="checkbox" disabled checked aria-label="已完成"> `...)
		} else {
			w.html = append(w.html, `<input type="checkbox" disabled aria-label="未完成"> `...)
		}
	case *gast.FootnoteLink:
		w.footnoteRef(n)
	case *gast.FootnoteBacklink:
		w.html = append(w.html, "&#160;"...)
		w.backlink(n)
	case *ast.String:
		w.writeCode(n.Value)
	default:
		w.inlines(n)
	}
}

func (w *worker) wrap(n ast.Node, tag string) {
	w.html = append(append(append(w.html, '<'), tag...), '>')
	w.inlines(n)
	w.html = append(append(append(w.html, "</"...), tag...), '>')
}

func (w *worker) codeSpan(n *ast.CodeSpan) {
	w.html = append(w.html, "<code>"...)
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		value := w.raw(c.(*ast.Text))
		if line, ok := bytes.CutSuffix(value, []byte{'\n'}); ok {
			w.writeCode(line)
			w.writeCode([]byte{' '})
		} else {
			w.writeCode(value)
		}
	}
	w.html = append(w.html, "</code>"...)
}

// raw gives the text of a part of a code span. In a table it is a backslash that
// keeps a bar from ending the cell.
func (w *worker) raw(n *ast.Text) []byte {
	value := n.Segment.Value(w.body)
	if w.inTable && bytes.IndexByte(value, '\\') >= 0 {
		value = bytes.ReplaceAll(value, []byte(`\|`), []byte("|"))
	}
	return value
}

// target gives an address as its author means it.
func (w *worker) target(destination []byte, offset int) string {
	w.spend(len(destination))
	hidden := w.survey.hidden
	w.survey.hidden = false // classify refuses what hides
	w.scratch = w.decode(w.scratch[:0], destination, -1)
	w.survey.hidden = hidden
	dest := strings.TrimSpace(string(w.scratch))
	for _, quotes := range []string{"“”", "‘’", "「」", "””", "““"} {
		open, close := quotes[:3], quotes[3:]
		if inner, ok := strings.CutPrefix(dest, open); ok {
			if inner, ok = strings.CutSuffix(inner, close); ok {
				w.find(ruleLinkQuotes, offset, diag.Text{Zh: "链接地址外面的引号已忽略", En: "the quotes around the address were ignored"},
					diag.Textf("写成 (%s)", "write (%s)", inner))
				return inner
			}
		}
	}
	return dest
}

func (w *worker) title(title []byte) string {
	if len(title) == 0 {
		return ""
	}
	w.spend(len(title))
	w.scratch = w.decode(w.scratch[:0], title, -1)
	return string(w.scratch)
}

// link writes a link, or its words alone where it is refused.
func (w *worker) link(n *ast.Link) {
	offset := max(n.Pos(), 0)
	dest := w.target(n.Destination, offset)
	kind, why, remedy := classify(dest)
	if n.FirstChild() == nil {
		w.find(ruleLinkEmpty, offset, diag.Text{Zh: "链接没有文字", En: "the link has no words"},
			diag.Text{Zh: "在方括号里写上文字：[文字](地址)", En: "put words into the brackets: [words](address)"})
		return
	}
	switch kind {
	case targetRelative:
		w.wideBang(dest, offset)
		ref := len(w.doc.Links)
		w.doc.Links = append(w.doc.Links, Link{Dest: dest, Title: w.title(n.Title), Pos: w.pos(offset)})
		w.links = append(w.links, span{})
		w.slot(LinkOpen, ref)
		from := len(w.text)
		w.inlines(n)
		w.links[ref] = span{from, len(w.text)}
		w.slot(LinkClose, ref)
	case targetExternal:
		title := w.title(n.Title)
		w.openExternal(dest, title)
		from := len(w.text)
		w.inlines(n)
		w.external(dest, title, from, offset)
	case targetAnchor:
		w.anchor(n, dest[1:], offset)
	case targetEmpty:
		w.find(ruleLinkEmpty, offset, diag.Text{Zh: "链接没有地址", En: "the link has no address"},
			diag.Text{Zh: "在圆括号里写上地址：[文字](地址)", En: "put an address into the parentheses: [words](address)"})
		w.inlines(n)
	default:
		w.find(ruleRefused, offset, diag.Textf("链接没有采用，只留文字：%[1]s", "the link is dropped and its words are kept: %[2]s", why.Zh, why.En), remedy)
		w.inlines(n)
	}
}

// openExternal writes the tag that opens a link to another host; external ends
// it and takes note of it.
func (w *worker) openExternal(dest, title string) {
	w.html = append(w.html, `<a href="`...)
	w.html = appendURL(w.html, dest)
	if title != "" {
		w.html = append(w.html, `" title="`...)
		w.html = appendEscaped(w.html, []byte(title))
	}
	if c := dest[0] | 0x20; c == 'h' { // not mailto: or tel:
		w.html = append(w.html, `" rel="noopener noreferrer">`...)
	} else {
		w.html = append(w.html, `">`...)
	}
}

func (w *worker) external(dest, title string, from, offset int) {
	w.html = append(w.html, "</a>"...)
	w.doc.External = append(w.doc.External, Link{Dest: dest, Title: title, Text: string(w.text[from:]), Pos: w.pos(offset)})
}

// anchor writes a link to a heading of the same page. "#" alone is the top.
func (w *worker) anchor(n *ast.Link, fragment string, offset int) {
	id, ok := "", fragment == ""
	if !ok {
		w.ctx.charge(16 * len(w.doc.IDs)) // the search is linear
		id, ok = w.doc.Anchor(fragment)
	}
	if !ok {
		hint := diag.Text{Zh: "本页没有标题；请删去链接", En: "the page has no headings; remove the link"}
		if h := w.doc.nearest(fragment); h != nil {
			hint = diag.Textf("最接近的标题是“%[1]s”，写成 (#%[2]s)", "the nearest heading is %[1]q: write (#%[2]s)", h.Text, h.ID)
		} else if len(w.doc.Headings) > 0 {
			hint = diag.Textf("本页的标题有“%[1]s”等，写成 (#%[2]s)", "the first heading of the page is %[1]q: write (#%[2]s)", w.doc.Headings[0].Text, w.doc.Headings[0].ID)
		}
		w.find(ruleAnchor, offset, diag.Textf("本页没有标题“%s”", "no heading of this page is %q", unescapePercent(fragment)), hint)
		w.inlines(n)
		return
	}
	w.html = append(append(append(w.html, `<a href="#`...), id...), '"')
	if title := w.title(n.Title); title != "" {
		w.html = append(w.html, ` title="`...)
		w.html = appendEscaped(w.html, []byte(title))
		w.html = append(w.html, '"')
	}
	w.html = append(w.html, '>')
	w.inlines(n)
	w.html = append(w.html, "</a>"...)
}

func (w *worker) slot(kind SlotKind, ref int) {
	w.doc.Slots = append(w.doc.Slots, Slot{At: len(w.html), Kind: kind, Ref: ref})
}

// image leaves a slot for a picture of the site; of any other it writes the
// words alone, and gives false.
func (w *worker) image(n *ast.Image, figure bool) bool {
	offset := max(n.Pos(), 0)
	found := len(w.doc.Findings)
	dest := w.target(n.Destination, offset)
	kind, why, remedy := classify(dest)
	w.scratch = w.appendText(w.scratch[:0], n)
	alt := string(bytes.TrimSpace(w.scratch))
	if kind == targetRelative {
		w.slot(ImageTag, len(w.doc.Images))
		w.doc.Images = append(w.doc.Images, Image{Dest: dest, Alt: alt, Title: w.title(n.Title), Pos: w.pos(offset), Figure: figure})
		return true
	}
	if figure { // rendered again as an ordinary paragraph, which reports
		w.doc.Findings = w.doc.Findings[:found]
		return false
	}
	switch kind {
	case targetExternal:
		why = diag.Text{Zh: "图片在别的主机上，内网打不开", En: "it is on another host"}
	case targetEmpty, targetAnchor:
		why = diag.Text{Zh: "没有写图片的文件名", En: "it has no file name"}
	}
	if !strings.Contains(dest, `\`) {
		remedy = diag.Text{Zh: "把图片存到这一页旁边，写成 ![说明](文件名.jpg)", En: "save the picture beside the page and write ![words](file.jpg)"}
	}
	w.find(ruleImage, offset, diag.Textf("图片没有采用，只留说明文字：%[1]s", "the image is dropped and its words are kept: %[2]s", why.Zh, why.En), remedy)
	w.writeCode([]byte(alt))
	return false
}

// autoLink writes <address> and bare addresses.
func (w *worker) autoLink(n *ast.AutoLink) {
	offset := max(n.Pos(), 0)
	label := n.Label(w.body)
	dest := string(n.URL(w.body))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(dest), "mailto:") {
		dest = "mailto:" + dest
	}
	kind, why, remedy := classify(dest)
	if kind != targetExternal {
		w.find(ruleRefused, offset, diag.Textf("链接没有采用，只留文字：%[1]s", "the link is dropped and its words are kept: %[2]s", why.Zh, why.En), remedy)
		w.writeCode(label)
		return
	}
	w.spend(len(dest))
	w.openExternal(dest, "")
	from := len(w.text)
	w.writeCode(label)
	w.external(dest, "", from, offset)
}

// inlineHTML shows a tag as text, breaks the line at <br>, and leaves out
// comments.
func (w *worker) inlineHTML(n *ast.RawHTML) {
	if n.Segments.Len() == 0 {
		return
	}
	offset := n.Segments.At(0).Start
	raw := n.Segments.Value(w.body)
	switch {
	case isBreak(raw):
		w.html = append(w.html, "<br>"...)
		w.text = append(w.text, '\n')
	case bytes.HasPrefix(raw, []byte("<!--")):
		w.comment(offset)
	default:
		w.rawHTML(offset, raw)
		w.writeCode(raw)
	}
}

func (w *worker) footnoteRef(n *gast.FootnoteLink) {
	id := refID(n.Index, n.RefIndex)
	number := strconv.Itoa(n.Index)
	w.doc.IDs = append(w.doc.IDs, id)
	w.html = append(append(w.html, `<sup id="`...), id...)
	w.html = append(append(w.html, `"><a href="#fn:`...), number...)
	w.html = append(append(w.html, `" class="footnote-ref" role="doc-noteref" aria-label="注释 `...), number...)
	w.html = append(append(append(w.html, `">`...), number...), "</a></sup>"...)
}

func (w *worker) backlink(n *gast.FootnoteBacklink) {
	title := "返回正文"
	if n.RefCount > 1 {
		title += "第 " + strconv.Itoa(n.RefIndex+1) + " 处"
	}
	w.html = append(append(w.html, `<a href="#`...), refID(n.Index, n.RefIndex)...)
	w.html = append(append(w.html, `" class="footnote-back" role="doc-backlink" title="`...), title...)
	w.html = append(append(w.html, `" aria-label="`...), title...)
	w.html = append(w.html, `">↩︎</a>`...)
}

// refID is the id of the place that refers to a footnote. The colon keeps it
// from being the id of a heading.
func refID(index, ref int) string {
	id := "fnref:" + strconv.Itoa(index)
	if ref > 0 {
		id += "-" + strconv.Itoa(ref+1)
	}
	return id
}
