package mark

import (
	"html"
	"net/url"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
)

type targetKind uint8

const (
	targetRelative targetKind = iota // a file of the site, perhaps with #anchor
	targetAnchor                     // #anchor of the same page
	targetExternal                   // http, https, mailto, tel
	targetEmpty
	targetRefused
)

// schemes that a link may have. This is an allow-list: what is not here is
// refused, whatever browsers make of it.
var schemes = map[string]bool{"http": true, "https": true, "mailto": true, "tel": true}

// classify says what an address leads to, and for a refused one why and what to
// do. The address is judged as the most lenient reader could understand it:
// after all layers of percent escapes and entities, without control characters
// and blanks. It is allowed only where it says the same literally.
func classify(dest string) (kind targetKind, why, remedy diag.Text) {
	if dest == "" {
		return targetEmpty, why, remedy
	}
	probe := lenient(dest)
	scheme, rest := cutScheme(probe)
	switch {
	case strings.IndexFunc(dest, isHidden) >= 0:
		return refuse("地址里有看不见的字符", "its address holds invisible characters", "删去地址，重新输入", "type the address again")
	case len(scheme) == 1 || scheme == "file":
		return refuse("地址指向本机磁盘，别人打不开", "its address is on a local disk",
			"把文件放到这一页旁边，地址只写文件名", "put the file beside this page and write its name only")
	case strings.HasPrefix(probe, `\`): // Markdown reads \\server as \server
		return refuse("地址指向共享文件夹或本机磁盘，别人打不开", "its address is on a shared folder or a local disk",
			"把文件放到这一页旁边，地址只写文件名", "put the file beside this page and write its name only")
	case strings.Contains(probe, `\`):
		return refuse(`地址里有反斜杠“\”`, `its address holds a backslash`, `把“\”改成“/”`, `replace \ by /`)
	case strings.HasPrefix(probe, "//"):
		return refuse("地址以“//”开头，指向别的主机", "its address begins with // and leads to another host",
			"站内文件请写相对地址；外部网站请写全 https://", "write a relative address, or https:// in full")
	case strings.Contains(probe, "：//"):
		return refuse("地址里的冒号是全角的", "the colon of its address is full-width", "把“：”改成“:”", "use the ASCII colon")
	case scheme == "":
		if dest[0] == '#' {
			return targetAnchor, why, remedy
		}
		if hostLike(probe) {
			return refuse("像是网址，但前面没有 http://", "its address looks like a web address without http://",
				"写成 http://"+dest+"（那个网站用 https 的，写 https://）", "write http://"+dest+", or https:// where that site wants it")
		}
		return targetRelative, why, remedy
	case !schemes[scheme] || len(dest) <= len(scheme) || !strings.EqualFold(dest[:len(scheme)+1], scheme+":"):
		return refuse("不允许“"+scheme+":”开头的地址", "addresses that begin with "+scheme+": are not allowed",
			"只能用 http://、https://、mailto:、tel: 或站内文件", "use http://, https://, mailto:, tel:, or a file of this site")
	case strings.HasPrefix(scheme, "http"):
		host, ok := strings.CutPrefix(rest, "//")
		host = host[:len(host)-len(strings.TrimLeft(host, "abcdefghijklmnopqrstuvwxyz0123456789.-_[]:@"))]
		if !ok || host == "" && (len(rest) < 3 || rest[2] < 0x80) || strings.Contains(host, "@") {
			return refuse("网址不完整或带有账号", "its address is not complete, or holds an account", "写全网址，如 https://www.example.cn/", "write it in full, as in https://www.example.cn/")
		}
	}
	return targetExternal, why, remedy
}

// hostLike reports that a lower-case address without a scheme begins like a web
// address: www.x, x.gov.cn/ or x.com.
func hostLike(s string) bool {
	host, _, _ := strings.Cut(s, "/")
	if strings.HasPrefix(host, "www.") {
		return true
	}
	dot := strings.LastIndexByte(host, '.')
	if dot <= 0 || strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" {
		return false
	}
	switch host[dot+1:] {
	case "com", "cn", "net", "org", "gov", "edu":
		return true
	}
	return false
}

func refuse(zh, en, zhRemedy, enRemedy string) (targetKind, diag.Text, diag.Text) {
	return targetRefused, diag.Text{Zh: zh, En: en}, diag.Text{Zh: zhRemedy, En: enRemedy}
}

// lenient undoes what could hide an address from the checks.
func lenient(dest string) string {
	s := dest
	for range 4 {
		t := s
		if strings.Contains(t, "%") {
			t = unescapePercent(t)
		}
		if strings.Contains(t, "&") {
			t = html.UnescapeString(t)
		}
		if t == s {
			break
		}
		s = t
	}
	s = strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0xa0 || isHidden(r) {
			return -1
		}
		return r
	}, s)
	return strings.ToLower(s)
}

// unescapePercent decodes the percent escapes of s; wrong ones stay.
func unescapePercent(s string) string {
	if t, err := url.PathUnescape(s); err == nil {
		return t
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if t, err := url.PathUnescape(s[i : i+3]); err == nil {
				b.WriteString(t)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// cutScheme cuts a lower-case address at the colon of its scheme (RFC 3986
// section 3.1).
func cutScheme(s string) (scheme, rest string) {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z':
		case i > 0 && (isDigit(c) || c == '+' || c == '-' || c == '.'):
		case i > 0 && c == ':':
			return s[:i], s[i+1:]
		default:
			return "", s
		}
	}
	return "", s
}

// appendURL writes an address into an attribute: percent-encoded where it has
// to be, and escaped for HTML.
func appendURL(b []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '&':
			b = append(b, "&amp;"...)
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]), isAlnum(c), strings.IndexByte("-._~:/?#@!$'()*+,;=", c) >= 0:
			b = append(b, c)
		default:
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
	}
	return b
}

func isHex(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
