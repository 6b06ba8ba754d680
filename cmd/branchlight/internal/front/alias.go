package front

import (
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/route"
)

// maxAlias is the greatest length of an alias, in bytes. Windows allows 260
// characters for a whole path.
const maxAlias = 200

// alias checks an old address, and takes the slash before it away.
func (r *reader) alias(s string, at int) (string, bool) {
	plain := strings.TrimPrefix(s, "/")
	reason := badAlias(plain)
	if reason == (diag.Text{}) {
		return plain, true
	}
	r.report(aliasRule, at, diag.Textf("旧网址“%[1]s”%[2]s", "the alias %[1]q %[3]s", s, reason.Zh, reason.En),
		diag.Textf("从网站根目录写起，例如 \"old/page.html\"，整个文件夹写 \"old/\"。", "Write it from the top of the site, such as \"old/page.html\", or \"old/\" for a folder."))
	return "", false
}

// badAlias says what is wrong with an old address, nothing where it is well. No
// part of it is empty, begins or ends with a dot, or is a device of Windows; so
// it never leads out of the site.
func badAlias(s string) diag.Text {
	switch {
	case s == "":
		return diag.Textf("是空的", "is empty")
	case len(s) > maxAlias:
		return diag.Textf("太长，最多 %d 个字符", "is longer than %d characters", maxAlias)
	case strings.Contains(s, "://"):
		return diag.Textf("带了网站的域名", "names a host")
	}
	for part := range strings.SplitSeq(strings.TrimSuffix(s, "/"), "/") {
		switch {
		case part == "":
			return diag.Textf("有连在一起的 /", "has slashes without a name between them")
		case part[0] == '.' || part[len(part)-1] == '.':
			return diag.Textf("里的“%s”以点开头或结尾", "has the part %q, which begins or ends with a dot", part)
		case route.Reserved(part):
			return diag.Textf("里的“%s”是 Windows 的设备名", "has the part %q, which is a device of Windows", part)
		}
		for _, c := range part {
			if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.ContainsRune("-_.", c)) {
				return diag.Textf("里不能有“%c”", "cannot have %q", c)
			}
		}
	}
	return diag.Text{}
}
