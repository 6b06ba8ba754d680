package tmpl

import (
	"bytes"
	"strings"
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
	"urlescaper attrescaper":              writePart, // an address after ? or #
	"urlfilter attrescaper":               writeMeta, // the address of <meta http-equiv="refresh">
	"srcsetescaper attrescaper":           writeSrcset,
	"cssvaluefilter":                      writeColor, // in <style>
}

// replacements is html/template's table for text and quoted attributes.
var replacements = [256]string{
	0: "\uFFFD", '"': "&#34;", '&': "&amp;", '\'': "&#39;", '+': "&#43;", '<': "&lt;", '>': "&gt;",
}

// writeHTML escapes what is in the table of replacements.
func writeHTML(w *bytes.Buffer, s string) bool {
	done := 0
	for i := 0; i < len(s); i++ {
		if with := replacements[s[i]]; with != "" {
			w.WriteString(s[done:i])
			w.WriteString(with)
			done = i + 1
		}
	}
	w.WriteString(s[done:])
	return true
}

// writeURL writes addresses of letters, digits, - . _ ~ / # and bytes in percent
// form, which no escaper changes, and encodes bytes beyond ASCII. It knows no
// other addresses.
func writeURL(w *bytes.Buffer, s string) bool {
	return encode(w, s, func(i int) bool {
		return s[i] == '/' || s[i] == '#' || s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])
	})
}

// writePart writes texts that stand for one part of an address, likewise.
func writePart(w *bytes.Buffer, s string) bool {
	return encode(w, s, func(int) bool { return false })
}

// writeMeta writes addresses that name no scheme.
func writeMeta(w *bytes.Buffer, s string) bool {
	return strings.IndexByte(s, ':') < 0 && writeHTML(w, s)
}

// writeSrcset writes addresses, with commas between them, each of which may have
// words behind it.
func writeSrcset(w *bytes.Buffer, s string) bool {
	for i, part := range strings.Split(s, ",") {
		if i > 0 {
			w.WriteByte(',')
		}
		address := strings.TrimLeft(part, " ")
		w.WriteString(part[:len(part)-len(address)])
		address, words, behind := strings.Cut(address, " ")
		if !writeURL(w, address) {
			return false
		}
		for i := range len(words) {
			if b := words[i]; b != ' ' && (b < '0' || b > '9') && (b < 'a' || b > 'z') {
				return false
			}
		}
		if behind {
			w.WriteByte(' ')
			w.WriteString(words)
		}
	}
	return true
}

// writeColor writes colours of a # and digits of base 16.
func writeColor(w *bytes.Buffer, s string) bool {
	digits, ok := strings.CutPrefix(s, "#")
	for i := range len(digits) {
		ok = ok && isHex(digits[i])
	}
	w.WriteString(s)
	return ok
}

// encode writes letters, digits, - . _ ~ and what keep says as they are, and
// bytes beyond ASCII in percent form. Anything else ends it with false.
func encode(w *bytes.Buffer, s string, keep func(i int) bool) bool {
	const hex = "0123456789abcdef"
	done := 0
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9':
		case b == '.' || b == '-' || b == '_' || b == '~' || keep(i):
		case b >= 0x80:
			w.WriteString(s[done:i])
			w.Write([]byte{'%', hex[b>>4], hex[b&15]})
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
