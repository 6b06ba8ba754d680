package tree

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Recode gives the text of a file as UTF-8, with its line ends and its byte order
// mark as they are, and the way back to the file's own encoding. Whatever part of
// the text is left as it is comes back as the bytes that it was. ok is false where
// that cannot be promised.
func Recode(raw []byte) (text []byte, back func([]byte) ([]byte, error), ok bool) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xFF\xFE")):
		text, back = recode16(raw[2:], raw[:2], little)
	case bytes.HasPrefix(raw, []byte("\xFE\xFF")):
		text, back = recode16(raw[2:], raw[:2], big)
	case bytes.IndexByte(raw, 0) >= 0:
		o, is := looksUTF16(raw)
		if !is {
			return nil, nil, false
		}
		text, back = recode16(raw, nil, o)
	case utf8.Valid(raw):
		_, doubt := looksGBK(raw)
		return raw, func(b []byte) ([]byte, error) { return b, nil }, !doubt
	default:
		var err error
		if text, err = simplifiedchinese.GB18030.NewDecoder().Bytes(raw); err != nil {
			return nil, nil, false
		}
		back = func(b []byte) ([]byte, error) { return simplifiedchinese.GB18030.NewEncoder().Bytes(b) }
	}
	again, err := back(text)
	return text, back, err == nil && bytes.Equal(again, raw)
}

func recode16(raw, mark []byte, o order) (text []byte, back func([]byte) ([]byte, error)) {
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = o.unit(raw[2*i:])
	}
	for _, r := range utf16.Decode(units) {
		text = utf8.AppendRune(text, r)
	}
	return text, func(b []byte) ([]byte, error) {
		out := bytes.Clone(mark)
		for _, u := range utf16.Encode([]rune(string(b))) {
			pair := [2]byte{}
			pair[o], pair[1-o] = byte(u), byte(u>>8)
			out = append(out, pair[0], pair[1])
		}
		return out, nil
	}
}
