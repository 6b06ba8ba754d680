package personal

import (
	"strings"
	"unicode/utf8"
)

// notDomains end what looks like an address and is a file's name, or are kept for
// examples (RFC 2606).
var notDomains = strings.Fields("png jpg jpeg gif webp svg bmp md css js ts pdf html htm zip example test invalid localhost")

// emails finds e-mail addresses, of full-width characters too.
func emails(text string) (list []Place) {
	for i := 0; i < len(text); {
		size := 1
		switch b := text[i]; {
		case b == '@':
		case b == 0xEF && strings.HasPrefix(text[i:], "＠"):
			size = len("＠")
		default:
			i++
			continue
		}
		at := i
		from, name := local(text[:at])
		end, domain := host(text[at+size:])
		end += at + size
		if name == "" || !realDomain(domain) {
			i = at + size
			continue
		}
		list = append(list, Place{Kind: Email, At: from, End: end, Masked: name[:1] + "***@" + domain})
		i = end
	}
	return list
}

func realDomain(domain string) bool {
	i := strings.LastIndexByte(domain, '.')
	if i < 1 || len(domain)-i < 3 || len(domain) > 253 || strings.Contains(domain, "..") {
		return false
	}
	top := domain[i+1:]
	for _, d := range notDomains {
		if top == d {
			return false
		}
	}
	return strings.Trim(top, "abcdefghijklmnopqrstuvwxyz") == "" && !strings.HasPrefix(domain, "example.") && !strings.Contains(domain, ".example.")
}

// local reads the part before the @ backwards.
func local(text string) (from int, name string) {
	from = len(text)
	var b []byte
	blanks := 0
	for from > 0 && len(b) < 64 {
		r, n := utf8.DecodeLastRuneInString(text[:from])
		a := ascii(r)
		if a == ' ' && len(b) == 0 && blanks < 2 {
			blanks++
			from -= n
			continue
		}
		if invisibleRune(r) && a != '_' && a != '*' {
			from -= n
			continue
		}
		if a == 0 || !letter(a) && (a < '0' || a > '9') && strings.IndexByte("._%+-", a) < 0 {
			break
		}
		b = append(b, a)
		from -= n
	}
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	name = strings.TrimLeft(string(b), ".-_%+")
	from += len(b) - len(name)
	return from, name
}

// host reads the part behind the @, in lower case.
func host(text string) (end int, domain string) {
	var b []byte
	i := 0
	for i < len(text) && len(b) < 253 {
		r, n := utf8.DecodeRuneInString(text[i:])
		a := ascii(r)
		if a == ' ' && len(b) == 0 && i < 2 {
			i += n
			continue
		}
		if invisibleRune(r) && a != '_' && a != '*' {
			i += n
			continue
		}
		if a == 0 || !letter(a) && (a < '0' || a > '9') && a != '.' && a != '-' {
			break
		}
		if letter(a) {
			a |= 0x20
		}
		b = append(b, a)
		i += n
		if a != '.' && a != '-' {
			end = i
		}
	}
	return end, strings.TrimRight(string(b), ".-")
}

// ascii gives the ASCII character that a character is or is a full-width form of;
// 0 where there is none.
func ascii(r rune) byte {
	switch {
	case r < 0x80:
		return byte(r)
	case r >= 0xFF01 && r <= 0xFF5E:
		return byte(r - 0xFF01 + '!')
	case r == 0x3000 || r == 0xA0:
		return ' '
	}
	return 0
}

func invisibleRune(r rune) bool { return invisible(string(r)) > 0 }
