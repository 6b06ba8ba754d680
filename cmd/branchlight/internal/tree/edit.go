package tree

import (
	"bytes"
	"errors"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// ErrLines says that a file has not the lines that were to be replaced.
var ErrLines = errors.New("the file has not so many lines")

// ReplaceLines gives the bytes of a text file in which the lines from to before
// (counted from 1, as positions count them; before may be one past the last) are
// replaced by text, whose lines end in "\n". What is put in has the encoding and
// the line ends of the file; all other bytes stay as they are. Who writes the
// result decodes it first and looks whether it says what was meant: a line end
// that only some editors know is not seen here.
func ReplaceLines(raw []byte, from, before int, text string) ([]byte, error) {
	f := formOf(raw)
	at, end := f.line(raw, from), f.line(raw, before)
	if at < 0 || end < at {
		return nil, ErrLines
	}
	if eol := f.lineEnd(raw); eol != "\n" {
		text = string(bytes.ReplaceAll([]byte(text), []byte("\n"), []byte(eol)))
	}
	in, err := f.encode(text)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(raw)+len(in))
	return append(append(append(out, raw[:at]...), in...), raw[end:]...), nil
}

// form is how a text file is written.
type form struct {
	unit  int // bytes of a line end's character
	order order
	utf8  bool
}

// formOf tells the form of bytes that Decode accepts, by the same signs.
func formOf(raw []byte) form {
	switch {
	case bytes.HasPrefix(raw, []byte("\xFF\xFE")):
		return form{unit: 2, order: little}
	case bytes.HasPrefix(raw, []byte("\xFE\xFF")):
		return form{unit: 2, order: big}
	}
	if bytes.IndexByte(raw, 0) >= 0 {
		if o, ok := looksUTF16(raw); ok {
			return form{unit: 2, order: o}
		}
	}
	src, _ := Decode("", raw)
	return form{unit: 1, utf8: src == nil || bytes.HasPrefix(raw, []byte("\xEF\xBB\xBF")) || utf8.Valid(raw)}
}

func (f form) at(raw []byte, i int) uint16 {
	if f.unit == 1 {
		return uint16(raw[i])
	}
	return f.order.unit(raw[i:])
}

// line gives the offset at which a line starts; -1 where there is none. Bytes of
// GB18030 that look like line ends are line ends.
func (f form) line(raw []byte, n int) int {
	if n == 1 {
		return f.start(raw)
	}
	count := 1
	for i := 0; i+f.unit <= len(raw); i += f.unit {
		c := f.at(raw, i)
		next := i + f.unit
		if c == '\n' || c == '\r' && !(next+f.unit <= len(raw) && f.at(raw, next) == '\n') {
			if count++; count == n {
				return next
			}
		}
	}
	return -1
}

// start gives the offset behind a byte order mark.
func (f form) start(raw []byte) int {
	for _, mark := range []string{"\xEF\xBB\xBF", "\xFF\xFE", "\xFE\xFF"} {
		if bytes.HasPrefix(raw, []byte(mark)) {
			return len(mark)
		}
	}
	return 0
}

// lineEnd gives the first line end of a file.
func (f form) lineEnd(raw []byte) string {
	for i := 0; i+f.unit <= len(raw); i += f.unit {
		switch f.at(raw, i) {
		case '\n':
			return "\n"
		case '\r':
			if next := i + f.unit; next+f.unit <= len(raw) && f.at(raw, next) == '\n' {
				return "\r\n"
			}
			return "\r"
		}
	}
	return "\n"
}

func (f form) encode(text string) ([]byte, error) {
	switch {
	case f.utf8:
		return []byte(text), nil
	case f.unit == 1:
		return simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	case f.order == little:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().Bytes([]byte(text))
	}
	return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().Bytes([]byte(text))
}
