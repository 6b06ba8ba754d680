package route

import (
	"strings"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/diag"

	"golang.org/x/text/unicode/norm"
)

// MaxSlug is the greatest length of a slug, in bytes. Windows allows 260
// characters for a whole path, and a page lies three folders deep.
const MaxSlug = 80

// Reserved reports that Windows takes a name for a device, whatever its
// extension and case: con, nul.md, COM1.txt.
func Reserved(name string) bool {
	name, _, _ = strings.Cut(name, ".")
	name = strings.ToLower(strings.TrimRight(name, " "))
	switch name {
	case "con", "prn", "aux", "nul", "conin$", "conout$":
		return true
	}
	port, ok := strings.CutPrefix(name, "com")
	if !ok {
		if port, ok = strings.CutPrefix(name, "lpt"); !ok {
			return false
		}
	}
	// Windows counts the superscripts ¹, ² and ³ as digits here.
	r, n := utf8.DecodeRuneInString(port)
	return n > 0 && n == len(port) && strings.ContainsRune("0123456789¹²³", r)
}

// CheckSlug looks at a slug that an author chose. A slug has 1 to MaxSlug of the
// characters a-z, 0-9 and "-", begins and ends with a letter or digit, and is no
// device of Windows. Where ok is false, reason says what is wrong.
func CheckSlug(s string) (reason diag.Text, ok bool) {
	switch {
	case s == "":
		return diag.Textf("不能为空", "it is empty"), false
	case len(s) > MaxSlug:
		return diag.Textf("太长：%d 个字符，最多 %d 个", "it is too long: %d characters, at most %d", utf8.RuneCountInString(s), MaxSlug), false
	case s[0] == '-' || s[len(s)-1] == '-':
		return diag.Textf("不能以短横线“-”开头或结尾", `it begins or ends with "-"`), false
	case Reserved(s):
		return diag.Textf("%q 是 Windows 的设备名，不能用作文件名", "%q is the name of a device on Windows", s), false
	}
	for _, r := range s {
		if !slugRune(r) {
			return diag.Textf("不能含有 %q，只能用小写字母 a-z、数字 0-9 和短横线“-”",
				`it holds %q; only a-z, 0-9 and "-" are allowed`, string(r)), false
		}
	}
	return diag.Text{}, true
}

func slugRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-'
}

// Fold gives the key by which two paths are the same file on some system:
// normalised to NFC, in lower case.
func Fold(p string) string {
	ascii, lower := true, true
	for i := 0; i < len(p); i++ {
		ascii = ascii && p[i] < utf8.RuneSelf
		lower = lower && (p[i] < 'A' || p[i] > 'Z')
	}
	if ascii && lower {
		return p
	}
	if ascii {
		return strings.ToLower(p)
	}
	// Lower case can undo a composition (İ gives i and a dot), so NFC comes last.
	return norm.NFC.String(strings.ToLower(norm.NFC.String(p)))
}
