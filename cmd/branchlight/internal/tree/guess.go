package tree

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// This file tells encodings apart where the bytes would fit more than one. It
// errs on the side of a finding.

// looksUTF16 tells whether a file with NUL bytes and without a mark is UTF-16.
// In such a text every ASCII character has a NUL on the same side; on the other
// side there are those of a few Chinese characters, such as U+4E00. Stray NULs in
// another encoding are few, and those of a damaged file come in runs.
func looksUTF16(raw []byte) (order, bool) {
	var nuls [2]int // at even and at odd offsets
	for i, b := range raw {
		if b == 0 {
			nuls[i&1]++
		}
	}
	n := nuls[0] + nuls[1]
	if len(raw)%2 != 0 || n < 4 || n < len(raw)/20 {
		return 0, false
	}
	switch {
	case nuls[1] >= 4*nuls[0]:
		return little, true
	case nuls[0] >= 4*nuls[1]:
		return big, true
	}
	return 0, false
}

// mostlyUTF8 tells whether bytes that are not valid UTF-8 are nevertheless a
// damaged UTF-8 text: at least half of its bytes beyond ASCII stand in
// three-byte sequences for characters that Chinese texts use. Bytes of GB18030
// form such sequences by chance only, about one in fifty.
func mostlyUTF8(raw []byte) bool {
	inside, all := 0, 0
	for i := 0; i < len(raw); {
		if raw[i] < utf8.RuneSelf {
			i++
			continue
		}
		if !utf8.FullRune(raw[i:]) { // cut off at the end of the file
			return inside*2 >= all
		}
		r, n := utf8.DecodeRune(raw[i:])
		if n == 3 && (r >= 0x2010 && r <= 0x2027 || r >= 0x3000 && r <= 0x9FFF || r >= 0xFF00 && r <= 0xFFEF) {
			inside += n
		}
		all += n
		i += n
	}
	return inside*2 >= all
}

// looksGBK tells whether a valid UTF-8 text may as well be GBK, and where the
// first doubtful character is. A few Chinese characters in GBK are by chance
// also two-byte sequences of UTF-8, which stand for Cyrillic, Greek or Arabic
// letters. A text whose only characters beyond ASCII are such is in doubt.
func looksGBK(raw []byte) (at int, doubtful bool) {
	at = -1
	for i := 0; i < len(raw); {
		if raw[i] < utf8.RuneSelf {
			i++
			continue
		}
		// Latin-1 signs such as · and © begin with C2 and C3; three-byte
		// characters prove UTF-8. Both settle it for all texts in use.
		if raw[i] < 0xC4 || raw[i] > 0xDF {
			return 0, false
		}
		if at < 0 {
			at = i
		}
		i += 2
	}
	if at < 0 {
		return 0, false
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(raw)
	if err != nil {
		return 0, false
	}
	other := bytes.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf && !unicode.Is(unicode.Han, r) })
	return at, other < 0
}
