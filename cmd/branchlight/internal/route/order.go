package route

import (
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// SortKey gives a string whose byte order is the order of names in a dictionary:
// by pinyin, then tone, then character, one character after the other, so that
// 李四 and 李五 stand together and 里三 does not come between them. Runs of digits,
// and of Chinese numerals (第十二, 二〇二六), count as numbers and come before
// letters; case does not matter. Names with the same key are the same.
func (n *Namer) SortKey(s string) string {
	folded := fold(s)
	b := make([]byte, 0, 8*len(folded)/3+len(s)+1)
	var numeral []rune // a run of Chinese numerals that is not written yet
	flush := func() {
		if len(numeral) > 0 {
			b = appendNumber(b, value(numeral))
			numeral = numeral[:0]
		}
	}
	n.units(folded, func(u unit) {
		r, _ := utf8.DecodeRuneInString(u.text)
		if digit, unit := numeralOf(r); digit > 0 || r == '十' || len(numeral) > 0 && (unit > 0 || digit == 0) {
			numeral = append(numeral, r)
			return
		}
		flush()
		switch {
		case r < utf8.RuneSelf && u.reading != "":
			b = appendASCII(b, u.reading)
		case u.reading != "":
			b = append(b, u.reading...)
			b = append(b, byte('0'+toneOf(r, u.reading)))
			b = append(b, u.text...)
		default:
			b = append(b, u.text...)
		}
	})
	flush()
	b = append(b, 0)
	return string(append(b, s...))
}

// appendASCII writes a run of letters and digits, its digits as numbers.
func appendASCII(b []byte, s string) []byte {
	for i := 0; i < len(s); {
		end := i
		for end < len(s) && s[end] >= '0' && s[end] <= '9' {
			end++
		}
		if end > i {
			b = appendNumber(b, s[i:end])
			i = end
			continue
		}
		b = append(b, s[i])
		i++
	}
	// A word ends before a longer one that begins with it.
	return append(b, ' ')
}

// appendNumber writes decimal digits so that byte order is the order of numbers:
// a mark that comes before all letters, the count of digits, the digits.
func appendNumber(b []byte, digits string) []byte {
	digits = strings.TrimLeft(digits, "0")
	b = append(b, '0', byte('!'+min(len(digits), 90)))
	return append(b, digits...)
}

// numeralOf gives a Chinese numeral's digit (0 to 9, or -1) or its unit (10, 100,
// 1000, or 0).
func numeralOf(r rune) (digit, unit int) {
	switch r {
	case '零', '〇':
		return 0, 0
	case '十':
		return -1, 10
	case '百':
		return -1, 100
	case '千':
		return -1, 1000
	}
	if i := strings.IndexRune("一二三四五六七八九", r); i >= 0 {
		return i/len("一") + 1, 0
	}
	return -1, 0
}

// value reads a run of Chinese numerals as decimal digits: 十二 is 12, 一百零五 is
// 105, and 二〇二六, which has no unit, is 2026.
func value(run []rune) string {
	total, last, units := 0, 0, false
	digits := make([]byte, 0, 8)
	for _, r := range run {
		digit, unit := numeralOf(r)
		if unit > 0 {
			units = true
			total += max(last, 1) * unit
			last = 0
			continue
		}
		last = digit
		digits = append(digits, byte('0'+digit))
	}
	if !units {
		return string(digits)
	}
	return strconv.Itoa(total + last)
}

// strokeOrder makes keys by the strokes of characters. It remembers them: a
// collator takes microseconds for a name, and a preview orders the same names at
// every change.
type strokeOrder struct {
	mu       sync.Mutex // a collator is not safe for concurrent use
	collator *collate.Collator
	buf      collate.Buffer
	keys     map[string]string
}

// StrokeKey gives a text whose order is that of a person's name in lists by the
// strokes of characters (姓氏笔画). Different names have different keys.
func (n *Namer) StrokeKey(name string) string {
	o := &n.strokes
	o.mu.Lock()
	defer o.mu.Unlock()
	key, known := o.keys[name]
	if known {
		return key
	}
	if o.collator == nil { // whose tables cost time to load
		o.collator = collate.New(language.MustParse("zh-u-co-stroke"))
		o.keys = map[string]string{}
	}
	o.buf.Reset()
	key = string(o.collator.KeyFromString(&o.buf, name)) + "\x00" + name
	o.keys[strings.Clone(name)] = key
	return key
}
