package tree

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"branchlight/cmd/branchlight/internal/diag"
)

// Decode turns the bytes of a text file into a source. file is the path that
// positions name. Valid UTF-8 that needs no change is not copied: the source
// shares raw, which must not be changed any more.
//
// The source is nil exactly where the text cannot be known; then there is an
// error finding. Characters that were taken out are reported once per rule,
// with the place of the first.
func Decode(file string, raw []byte) (*diag.Source, []diag.Finding) {
	unmarked, marked := bytes.CutPrefix(raw, []byte("\xEF\xBB\xBF"))
	if plain(unmarked) == len(unmarked) {
		return diag.NewSource(file, unmarked), nil
	}
	switch {
	case marked:
		raw = unmarked
		if !utf8.Valid(raw) {
			return nil, []diag.Finding{badUTF8(file, raw)}
		}
		return clean(file, raw)
	case bytes.HasPrefix(raw, []byte("\xFF\xFE")):
		return decodeUTF16(file, raw[2:], little)
	case bytes.HasPrefix(raw, []byte("\xFE\xFF")):
		return decodeUTF16(file, raw[2:], big)
	}
	if bytes.IndexByte(raw, 0) >= 0 {
		if order, ok := looksUTF16(raw); ok {
			return decodeUTF16(file, raw, order)
		}
	}
	if utf8.Valid(raw) {
		if at, ok := looksGBK(raw); ok {
			return nil, []diag.Finding{diag.NewSource(file, raw).Finding(ruleEncoding, at,
				diag.Textf("分不清这个文件是 UTF-8 还是 GBK 编码", "this file may be UTF-8 or GBK; there is no telling which"), saveAs)}
		}
		return clean(file, raw)
	}
	// A UTF-8 text with a broken character is mostly also a sequence of GB18030
	// characters, all of them wrong.
	if mostlyUTF8(raw) {
		return nil, []diag.Finding{badUTF8(file, raw)}
	}
	return decodeGB18030(file, raw)
}

var saveAs = diag.Textf(
	"用 WPS 打开，选“文件”→“另存为”→“纯文本 (*.txt)”，编码选“UTF-8”；或用记事本打开，选“文件”→“另存为”，编码选“UTF-8”（旧系统选“带有 BOM 的 UTF-8”）。看到乱码就从原稿重新复制",
	"open it in WPS, choose Save As, Plain Text, and UTF-8 as the encoding; or in Notepad choose Save As and UTF-8. Where the text looks garbled, copy it again from the original")

// badUTF8 reports the first byte that is not UTF-8.
func badUTF8(file string, raw []byte) diag.Finding {
	at := 0
	for at < len(raw) {
		r, n := utf8.DecodeRune(raw[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	shown := diag.NewSource(file, bytes.ToValidUTF8(raw, []byte("\uFFFD")))
	return shown.Finding(ruleEncoding, at,
		diag.Textf("这里的字节 0x%02X 不是 UTF-8，文件可能损坏或被截断", "byte 0x%02X is not UTF-8 here; the file may be damaged or cut off", raw[at]), saveAs)
}

// decodeGB18030 converts GB18030. The decoder puts U+FFFD where bytes have no
// meaning.
func decodeGB18030(file string, raw []byte) (*diag.Source, []diag.Finding) {
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(raw)
	at := bytes.IndexRune(text, utf8.RuneError)
	if err == nil && at < 0 {
		at = bytes.IndexFunc(text, privateUse)
	}
	if err != nil || at >= 0 {
		return nil, []diag.Finding{diag.NewSource(file, text).Finding(ruleEncoding, max(at, 0),
			diag.Textf("文件既不是 UTF-8，也不是 GBK/GB18030，从这里起认不出是什么字", "the file is neither UTF-8 nor GBK/GB18030; the first unknown character is here"), saveAs)}
	}
	return clean(file, text)
}

// privateUse tells whether a character means something only by agreement. In
// GB18030 such characters come from files in other encodings.
func privateUse(r rune) bool { return r >= 0xE000 && r <= 0xF8FF || r >= 0xF0000 }

// An order is the place of the low byte in a UTF-16 unit.
type order int

const (
	little order = 0
	big    order = 1
)

func (o order) unit(b []byte) uint16 {
	return uint16(b[o]) | uint16(b[1-o])<<8
}

// decodeUTF16 converts UTF-16 without its byte order mark.
func decodeUTF16(file string, raw []byte, o order) (*diag.Source, []diag.Finding) {
	text := make([]byte, 0, len(raw)*3/2)
	bad := -1
	i := 0
	for ; i+1 < len(raw); i += 2 {
		r := rune(o.unit(raw[i:]))
		if utf16.IsSurrogate(r) {
			pair := utf8.RuneError
			if i+3 < len(raw) {
				pair = utf16.DecodeRune(r, rune(o.unit(raw[i+2:])))
			}
			if pair == utf8.RuneError {
				if bad < 0 {
					bad = len(text)
				}
			} else {
				i += 2
			}
			r = pair
		}
		text = utf8.AppendRune(text, r)
	}
	if i < len(raw) && bad < 0 { // half a unit is left over
		bad = len(text)
	}
	if bad >= 0 {
		return nil, []diag.Finding{diag.NewSource(file, text).Finding(ruleEncoding, bad,
			diag.Textf("这里不是完整的 UTF-16 字符，文件可能损坏或被截断", "there is no whole UTF-16 character here; the file may be damaged or cut off"), saveAs)}
	}
	return clean(file, text)
}
