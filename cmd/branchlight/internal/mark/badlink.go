package mark

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/diag"
)

// badLink reports what looks like a link or picture and is none. The bracket
// that closes its words stands at an offset. Where all its parts can be made
// out the hint writes them right.
func (w *worker) badLink(offset int) {
	if w.counts[ruleLinkSyntax] >= maxPerRule {
		return
	}
	start, image := w.openBracket(offset)
	what := diag.Text{Zh: "链接", En: "a link"}
	if image {
		what = diag.Text{Zh: "图片", En: "a picture"}
	}
	hint := diag.Text{Zh: "写法是 [文字](地址) 或 [文字](地址 \"标题\")：括号和引号都用半角，中间没有空格",
		En: "write [words](address) or [words](address \"title\") in ASCII, without a blank between the brackets"}
	if start >= 0 {
		_, n := utf8.DecodeRune(w.body[offset:])
		_, m := utf8.DecodeRune(w.body[start:])
		line, _, _ := bytes.Cut(w.body[offset+n:min(offset+maxAddress, len(w.body))], []byte{'\n'})
		switch right, ok := rewrite(string(w.body[start+m:offset]), string(line)); {
		case !ok:
			hint = diag.Text{Zh: "地址后面少了右括号，写成 [文字](地址)", En: "the bracket after the address is missing: write [words](address)"}
		case right != "":
			if image {
				right = "!" + right
			}
			hint = diag.Textf("写成 %s", "write %s", right)
		}
	}
	w.find(ruleLinkSyntax, offset, diag.Textf("像是%[1]s，但没有写对，会原样显示", "this looks like %[2]s but is none, and is shown as it is", what.Zh, what.En), hint)
}

// openBracket gives where the bracket stands that belongs to the one at an
// offset, on its line; -1 where there is none. An exclamation mark before it
// makes a picture.
func (w *worker) openBracket(offset int) (start int, image bool) {
	from := max(bytes.LastIndexByte(w.body[:offset], '\n')+1, offset-maxAddress)
	line := w.body[from:offset]
	start = max(bytes.LastIndexByte(line, '['), bytes.LastIndex(line, []byte("［")))
	if start < 0 {
		return -1, false
	}
	before := line[:start]
	return from + start, bytes.HasSuffix(before, []byte{'!'}) || bytes.HasSuffix(before, []byte("！"))
}

// rewrite writes a link of words and of what follows their bracket, up to the
// bracket that closes the address; not ok without one. It gives nothing where
// that would not become a link either.
func rewrite(words, rest string) (link string, ok bool) {
	isOpen := func(r rune) bool { return r == '(' || r == '（' }
	depth, end := 0, -1
	for i, r := range rest {
		if isOpen(r) {
			depth++
		} else if r == ')' || r == '）' {
			if depth--; depth == 0 {
				end = i
				break
			}
		}
	}
	if end < 0 {
		return "", false
	}
	address := strings.TrimSpace(strings.TrimLeftFunc(rest[:end], isOpen))
	title := ""
	if i := strings.IndexAny(address, "\"“”「"); i > 0 && (address[i-1] == ' ' || strings.HasSuffix(address[:i], wideSpace)) {
		title = strings.Trim(address[i:], "\"“”「」 ")
		address = strings.TrimRight(address[:i], " "+wideSpace)
	}
	address = strings.Trim(address, "“”‘’\"' <>")
	if address == "" || strings.ContainsAny(address+title, "<>\"\\") || strings.ContainsAny(words, "[]") {
		return "", true
	}
	if strings.ContainsAny(address, " ()") {
		address = "<" + address + ">"
	}
	if title != "" {
		address += " \"" + title + "\""
	}
	return "[" + words + "](" + address + ")", true
}

// wideBang reports a link that was meant as a picture: its address is one, and
// the mark before it is full-width.
func (w *worker) wideBang(dest string, offset int) {
	if !bytes.HasSuffix(w.body[:offset], []byte("！")) {
		return
	}
	switch dot := strings.LastIndexByte(dest, '.'); strings.ToLower(dest[dot+1:]) {
	case "jpg", "jpeg", "png", "gif", "webp", "svg", "bmp":
		w.find(ruleLinkSyntax, offset-len("！"), diag.Text{Zh: "图片前面的感叹号是全角的，成了链接", En: "the exclamation mark is full-width, so that this is a link and no picture"},
			diag.Text{Zh: "改用半角的 !", En: "use the ASCII !"})
	}
}
