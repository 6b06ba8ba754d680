package mark

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"

	"branchlight/cmd/branchlight/internal/diag"
)

// Anchor finds the id that a fragment means: an id itself, or a heading's own
// text, as written or percent-encoded, without the #.
func (d *Doc) Anchor(fragment string) (id string, ok bool) {
	for _, f := range []string{fragment, unescapePercent(fragment)} {
		for _, id := range d.IDs {
			if id == f {
				return id, true
			}
		}
		for i := range d.Headings {
			if strings.EqualFold(d.Headings[i].Text, strings.TrimSpace(f)) {
				return d.Headings[i].ID, true
			}
		}
	}
	wanted := slug(unescapePercent(fragment))
	for i := range d.Headings {
		if wanted != "" && d.Headings[i].ID == wanted {
			return wanted, true
		}
	}
	return "", false
}

// nearest gives the heading whose text is most like a fragment, nil where the
// page has none that is like it at all.
func (d *Doc) nearest(fragment string) *Heading {
	wanted := []rune(slug(unescapePercent(fragment)))
	if len(wanted) > 100 {
		wanted = wanted[:100]
	}
	var best *Heading
	most := 0
	for i := range d.Headings {
		if i == 200 {
			break
		}
		common := 0
		text := d.Headings[i].Text
		for _, r := range wanted {
			if r != '-' && strings.ContainsRune(text, r) {
				common++
			}
		}
		if common > most {
			best, most = &d.Headings[i], common
		}
	}
	return best
}

// slug makes an id of a text: letters of all scripts and digits stay, in lower
// case; all else becomes single hyphens.
func slug(text string) string {
	plain := true
	for _, r := range text {
		if 0x4e00 <= r && r <= 0x9fff { // Han
			continue
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) || unicode.IsUpper(r) {
			plain = false
			break
		}
	}
	if plain {
		return text
	}
	b := make([]byte, 0, len(text))
	for _, r := range text {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r) && len(b) > 0:
			b = utf8.AppendRune(b, unicode.ToLower(r))
		case len(b) > 0 && b[len(b)-1] != '-':
			b = append(b, '-')
		}
	}
	return strings.TrimRight(string(b), "-")
}

// validID says whether an author's id can be one.
func validID(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_' {
			return false
		}
	}
	return s != ""
}

// outline fills Headings and IDs before anything is rendered, so that links can
// lead to headings below them.
func (w *worker) outline() {
	heads := w.ctx.headings[:0]
	for _, h := range w.ctx.headings {
		if !attached(h) {
			continue
		}
		if h.FirstChild() != nil {
			heads = append(heads, h)
			continue
		}
		w.find(ruleHeadingEmpty, headingPos(h), diag.Text{Zh: "标题没有文字，不会显示", En: "the heading has no words and is not shown"},
			diag.Text{Zh: "在井号后面补上文字，或删去这一行", En: "add words, or remove the line"})
	}
	if w.ctx.headings = heads; len(heads) == 0 {
		return
	}
	shift := 0
	for _, h := range heads {
		if h.Level == 1 && shift == 0 {
			shift = 1
			w.ctx.note(ruleHeadingTop, max(h.Pos(), 0))
		}
	}
	w.scratch = w.scratch[:0]
	w.ends = w.ends[:0]
	for _, h := range heads {
		w.scratch = w.appendText(w.scratch, h)
		w.ends = append(w.ends, len(w.scratch))
	}
	all := string(w.scratch)
	w.doc.Headings = make([]Heading, len(heads))
	w.doc.IDs = make([]string, 0, len(heads)+2*len(w.ctx.notes))
	start := 0
	for i, h := range heads {
		text := strings.TrimSpace(all[start:w.ends[i]])
		start = w.ends[i]
		w.doc.Headings[i] = Heading{Level: min(h.Level+shift, 6), Text: text, Pos: w.pos(headingPos(h))}
		if wish, ok := h.AttributeString("id"); ok { // explicit ids come first
			w.doc.Headings[i].ID = w.explicitID(h, string(wish.([]byte)))
		}
	}
	for i := range w.doc.Headings {
		if h := &w.doc.Headings[i]; h.ID == "" {
			h.ID = w.uniqueID(slug(h.Text))
		}
		w.doc.IDs = append(w.doc.IDs, w.doc.Headings[i].ID)
	}
}

// attached says whether a heading is part of the document: those of footnotes
// that nothing refers to are not.
func attached(h *ast.Heading) bool {
	var n ast.Node = h
	for n.Parent() != nil {
		n = n.Parent()
	}
	return n.Kind() == ast.KindDocument
}

// headingPos gives the offset of a heading's text, or of its mark where it has
// none.
func headingPos(h *ast.Heading) int {
	if h.Lines().Len() > 0 {
		return h.Lines().At(0).Start
	}
	return max(h.Pos(), 0)
}

func (w *worker) explicitID(h *ast.Heading, id string) string {
	_, taken := w.ids[id]
	switch {
	case !validID(id):
		w.find(ruleHeadingID, headingPos(h), diag.Textf("标题的名称“{#%s}”不能用", "{#%s} cannot be the name of a heading", id),
			diag.Text{Zh: "只用汉字、字母、数字和 - _，如 {#做法}", En: "use letters, digits, - and _, as in {#measures}"})
		return ""
	case taken:
		w.find(ruleHeadingID, headingPos(h), diag.Textf("标题的名称“{#%s}”已经用过", "{#%s} names another heading already", id),
			diag.Text{Zh: "换一个名称", En: "choose another name"})
		return ""
	}
	w.ids[id] = 1
	return id
}

// uniqueID makes an id that this page has not yet: 做法, 做法-2, 做法-3.
func (w *worker) uniqueID(id string) string {
	if id == "" {
		id = "section"
	}
	n, taken := w.ids[id]
	if !taken {
		w.ids[id] = 1
		return id
	}
	for {
		n++
		next := id + "-" + strconv.Itoa(n)
		if _, taken := w.ids[next]; !taken {
			w.ids[id], w.ids[next] = n, 1
			return next
		}
	}
}
