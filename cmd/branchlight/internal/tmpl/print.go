package tmpl

import (
	"bytes"
	"reflect"
	"strconv"

	"branchlight/cmd/branchlight/internal/day"
)

const escaperPrefix = "_html_template_"

// writers are the chains of html/template's escapers that are known here, for
// plain text. A writer gives up, with false, on what it does not know.
var writers = map[string]func(w *bytes.Buffer, s string) bool{
	"htmlescaper":                         writeHTML, // between tags
	"attrescaper":                         writeHTML, // in a quoted attribute
	"rcdataescaper":                       writeHTML, // in <title>
	"urlfilter urlnormalizer attrescaper": writeURL,  // an address from its start
	"urlnormalizer attrescaper":           writeURL,  // an address after its start
}

// writeHTML escapes what html/template's table of replacements has.
func writeHTML(w *bytes.Buffer, s string) bool {
	done := 0
	for i := 0; i < len(s); i++ {
		var with string
		switch s[i] {
		case 0:
			with = "\uFFFD"
		case '"':
			with = "&#34;"
		case '&':
			with = "&amp;"
		case '\'':
			with = "&#39;"
		case '+':
			with = "&#43;"
		case '<':
			with = "&lt;"
		case '>':
			with = "&gt;"
		default:
			continue
		}
		w.WriteString(s[done:i])
		w.WriteString(with)
		done = i + 1
	}
	w.WriteString(s[done:])
	return true
}

// writeURL writes addresses of letters, digits, - . _ ~ / # and bytes in percent
// form, which no escaper changes, and encodes bytes beyond ASCII. It has no
// opinion of other addresses.
func writeURL(w *bytes.Buffer, s string) bool {
	const hex = "0123456789abcdef"
	done := 0
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9':
		case b == '/' || b == '.' || b == '-' || b == '_' || b == '~' || b == '#':
		case b == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
		case b >= 0x80:
			w.WriteString(s[done:i])
			w.WriteByte('%')
			w.WriteByte(hex[b>>4])
			w.WriteByte(hex[b&15])
			done = i + 1
		default:
			return false
		}
	}
	w.WriteString(s[done:])
	return true
}

func isHex(b byte) bool {
	return '0' <= b && b <= '9' || 'a' <= b && b <= 'f' || 'A' <= b && b <= 'F'
}

// printed gives the text that a value is printed as; false where its type is not
// known here.
func (x expr) printed() (text func(e *env, dot reflect.Value) (string, bool), known bool) {
	switch {
	case x.typ == reflect.TypeFor[day.Day]():
		return func(e *env, dot reflect.Value) (string, bool) {
			v, ok := x.val(e, dot)
			if !ok || v.Int() == 0 {
				return "", ok
			}
			return day.Day(v.Int()).String(), true
		}, true
	case x.typ == reflect.TypeFor[string]():
		return x.text, true
	case x.typ == reflect.TypeFor[int]():
		return func(e *env, dot reflect.Value) (string, bool) {
			v, ok := x.val(e, dot)
			if !ok {
				return "", false
			}
			return strconv.Itoa(int(v.Int())), true
		}, true
	}
	return nil, false
}
