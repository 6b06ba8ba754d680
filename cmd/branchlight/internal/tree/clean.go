package tree

import (
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/diag"
)

// removed counts the characters of one rule that were taken out of a text.
type removed struct {
	n     int
	at    int // offset in the cleaned text of the first
	first rune
}

func (r *removed) add(at int, c rune) {
	if r.n == 0 {
		r.at, r.first = at, c
	}
	r.n++
}

// clean makes a source of valid UTF-8: line ends become "\n"; control characters,
// invisible characters and inner byte order marks are taken out. Text that needs
// no change is not copied.
func clean(file string, text []byte) (*diag.Source, []diag.Finding) {
	var out []byte // nil while nothing has changed
	var nul, control, hidden removed
	kept := 0 // text up to here is in out, or is unchanged
	for i := plain(text); i < len(text); i += plain(text[i:]) {
		r, n := utf8.DecodeRune(text[i:])
		where := len(out) + i - kept
		with := ""
		switch {
		case r == '\r':
			with = "\n"
			if i+1 < len(text) && text[i+1] == '\n' {
				with = ""
			}
		case r == 0:
			nul.add(where, r)
		case r < 0x20 || r >= 0x7F && r <= 0x9F:
			control.add(where, r)
		case r == 0x2028 || r == 0x2029: // separators that some editors end lines with
			with = "\n"
		case r == 0xFEFF:
		case r == 0x200D && joins(text[i+n:]): // part of an emoji
			i += n
			continue
		case invisible(r):
			hidden.add(where, r)
		default:
			i += n
			continue
		}
		if out == nil {
			out = make([]byte, 0, len(text))
		}
		out = append(append(out, text[kept:i]...), with...)
		i += n
		kept = i
	}
	if out != nil {
		text = append(out, text[kept:]...)
	}
	src := diag.NewSource(file, text)
	return src, report(src, nul, control, hidden)
}

// joins tells whether the text that follows a joiner begins with a character
// that is joined in emoji.
func joins(rest []byte) bool {
	r, _ := utf8.DecodeRune(rest)
	return r >= 0x2190 && r <= 0x2BFF || r >= 0x1F000 && r <= 0x1FAFF
}

func report(src *diag.Source, nul, control, hidden removed) (fs []diag.Finding) {
	if nul.n > 0 {
		fs = append(fs, src.Finding(ruleNUL, nul.at,
			diag.Textf("文件里有 %d 个空字节（NUL），第一个在这里", "the file has NUL bytes (%d), the first of them here", nul.n),
			diag.Textf("文件多半已损坏，或者不是文本文件。请从原稿复制内容，重新保存", "the file is probably damaged, or no text; copy its contents from the original and save it again")))
	}
	if control.n > 0 {
		fs = append(fs, src.Finding(ruleControl, control.at,
			diag.Textf("文件里有 %d 个控制字符，第一个在这里：U+%04X。发布时已去掉", "the file has control characters (%d), the first of them here: U+%04X; they are left out", control.n, control.first),
			diag.Textf("多半是粘贴时带进来的。把光标移到这里，按删除键", "they mostly come from pasting; put the cursor here and press Delete")))
	}
	if hidden.n > 0 {
		fs = append(fs, src.Finding(ruleHidden, hidden.at,
			diag.Textf("文件里有 %d 个看不见的字符，第一个在这里：U+%04X。发布时已去掉", "the file has invisible characters (%d), the first of them here: U+%04X; they are left out", hidden.n, hidden.first),
			diag.Textf("多半是粘贴时带进来的。把光标移到这里，按删除键", "they mostly come from pasting; put the cursor here and press Delete")))
	}
	return fs
}
