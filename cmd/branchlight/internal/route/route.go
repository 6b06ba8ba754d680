// Package route turns source paths into output paths and URLs. It works on
// strings alone: it reads no file, knows no page, and keeps no state, so one
// argument always gives one result, on every machine.
//
// Three kinds of path are kept apart:
//
//   - a source path, slash separated and relative to the site's folder:
//     content/财政局/b01/一月一课.md
//   - an output path, slash separated, relative to the output folder, of ASCII
//     letters, digits, "-", "_" and ".": cai-zheng-ju/b01/yi-yue-yi-ke.html
//   - a URL, relative to the page that shows it, percent-encoded once, which
//     ends in a file name: ../b01/yi-yue-yi-ke.html
//
// A Namer makes the names of output paths from Chinese ones. Resolve reads what
// an author wrote as the destination of a link; Relative writes the URL of one.
package route

import (
	"path"
	"strings"
	"unicode/utf8"
)

// unreserved are the bytes that stand for themselves in a URL (RFC 3986,
// section 2.3). Everything else is encoded, sub-delimiters too: "'" and "&" have
// a meaning in HTML, ":" makes a scheme of a first segment, and "+" is read as a
// space by some servers.
func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' || c == '~'
}

// Escape percent-encodes every segment of a slash path, once. Slashes stay.
func Escape(p string) string {
	n := 0
	for i := 0; i < len(p); i++ {
		if !unreserved(p[i]) && p[i] != '/' {
			n++
		}
	}
	if n == 0 {
		return p
	}
	b := make([]byte, 0, len(p)+2*n)
	return string(appendEscaped(b, p))
}

func appendEscaped(b []byte, p string) []byte {
	const hex = "0123456789ABCDEF"
	for i := 0; i < len(p); i++ {
		if c := p[i]; unreserved(c) || c == '/' {
			b = append(b, c)
		} else {
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
	}
	return b
}

// Relative gives the URL that leads from one output path to another: relative,
// percent-encoded once, and never empty. A path to itself is its own file name.
func Relative(from, to string) string {
	// shared is the length of the folders that both paths begin with.
	shared := 0
	for i := 0; i < len(from) && i < len(to) && from[i] == to[i]; i++ {
		if from[i] == '/' {
			shared = i + 1
		}
	}
	up := strings.Count(from[shared:], "/")
	rest := to[shared:]
	if up == 0 {
		return Escape(rest)
	}
	b := make([]byte, 0, 3*up+len(rest)+16)
	for range up {
		b = append(b, "../"...)
	}
	return string(appendEscaped(b, rest))
}

// Resolve reads a link's destination as an author writes it in the source from
// (content/a/b/p.md): percent-encoded or raw, with "./" and "../", with "\" as
// Windows copies it, from the top of content/ where it begins with "/", and
// with a #fragment. It gives the source path that is meant, without a slash at
// its end, and the decoded fragment. An empty destination, or a fragment alone,
// means from itself. A "?" is part of a name: sources take no queries.
//
// ok is false where the destination has a scheme or a host, leaves content/, or
// holds a byte that no path may have. The path need not exist.
func Resolve(from, dest string) (p, fragment string, ok bool) {
	if hasScheme(dest) {
		return "", "", false
	}
	dest = strings.ReplaceAll(dest, `\`, "/")
	if strings.HasPrefix(dest, "//") {
		return "", "", false
	}
	dest, fragment, _ = strings.Cut(dest, "#")
	dest, fragment = Unescape(dest), Unescape(fragment)
	if strings.ContainsAny(dest, "\\\x00") {
		return "", "", false
	}
	switch {
	case dest == "":
		return from, fragment, true
	case dest[0] == '/':
		p = climb(nil, dest)
	default:
		folder := strings.TrimPrefix(path.Dir(from), "content")
		p = climb(strings.Split(strings.Trim(folder, "/"), "/"), dest)
	}
	if p == "" {
		return "", "", false
	}
	return p, fragment, true
}

// climb walks the segments of dest from a folder below content/; "" where it
// climbs above content/. path.Join would not do: content/../content/x leaves
// content/ on its way, and must not come back through the folder's name.
func climb(folder []string, dest string) string {
	at := []string{"content"}
	for _, s := range folder {
		if s != "" {
			at = append(at, s)
		}
	}
	for s := range strings.SplitSeq(dest, "/") {
		switch s {
		case "", ".":
		case "..":
			if at = at[:len(at)-1]; len(at) == 0 {
				return ""
			}
		default:
			at = append(at, s)
		}
	}
	return strings.Join(at, "/")
}

// hasScheme reports that a destination begins as an absolute URL does: a letter,
// then letters, digits, "+", "-" or ".", then ":".
func hasScheme(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i] | 0x20; {
		case c >= 'a' && c <= 'z':
		case i > 0 && (s[i] >= '0' && s[i] <= '9' || s[i] == '+' || s[i] == '-' || s[i] == '.'):
		default:
			return i > 0 && s[i] == ':'
		}
	}
	return false
}

// Unescape decodes %XX. What is no such sequence stays as it is ("达标100%.md"),
// and so does a whole text whose decoded bytes would not be UTF-8.
func Unescape(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if hi, lo := unhex(s[i+1]), unhex(s[i+2]); hi >= 0 && lo >= 0 {
				b = append(b, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	if !utf8.Valid(b) {
		return s
	}
	return string(b)
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
