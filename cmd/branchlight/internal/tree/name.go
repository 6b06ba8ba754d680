package tree

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"branchlight/cmd/branchlight/internal/diag"
)

// Ignored tells whether a file or folder of this name is passed over without a
// word: dotfiles, what editors and office programs leave while they save, and
// what file managers leave behind.
func Ignored(name string) bool {
	switch name {
	case "", "4913", "Thumbs.db", "thumbs.db", "desktop.ini", "Desktop.ini":
		return true
	}
	switch name[0] {
	case '.':
		return true
	case '~':
		return strings.HasPrefix(name, "~$")
	case '#':
		return len(name) > 1 && name[len(name)-1] == '#'
	}
	if name[len(name)-1] == '~' {
		return true
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".swp", ".tmp":
		return true
	}
	return false
}

// secret tells whether a name is that of a private key.
func secret(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".pem", ".key", ".pfx", ".p12", ".ppk", ".jks", ".kdbx":
		return true
	}
	switch strings.ToLower(name) {
	case "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519":
		return true
	}
	return false
}

// hiddenPath tells whether any part of a path is ignored or secret.
func hiddenPath(p string) bool {
	for part := range strings.SplitSeq(p, "/") {
		if Ignored(part) || secret(part) {
			return true
		}
	}
	return false
}

// invisible tells whether a character has no width or changes the direction of
// text: U+200B to U+200F, U+2028 to U+202E, U+2060 to U+206F, U+061C, U+FEFF.
func invisible(r rune) bool {
	return r >= 0x200B && r <= 0x200F || r >= 0x2028 && r <= 0x202E ||
		r >= 0x2060 && r <= 0x206F || r == 0x061C || r == 0xFEFF
}

// unfitName gives the finding for a name that cannot be shown, or that other
// systems would read as something else. ok is true where the name is fit.
func unfitName(p, name string) (f diag.Finding, ok bool) {
	if !utf8.ValidString(name) {
		return ruleName.At(diag.Pos{File: strings.ToValidUTF8(p, "\uFFFD")},
			diag.Textf("文件名不是 UTF-8 编码，显示为乱码", "the name is not UTF-8"),
			diag.Textf("请重新命名这个文件（常见于从旧压缩包解出的文件）", "rename the file (such names come from old archives)")), false
	}
	for _, r := range name {
		switch {
		case r == '\\':
			return ruleName.At(diag.Pos{File: p},
				diag.Textf("文件名里有反斜线“\\”，在 Windows 上会变成文件夹", `the name has a backslash, which means a folder on Windows`),
				diag.Textf("请重新命名，去掉反斜线", "rename the file without it")), false
		case invisible(r) || unicode.IsControl(r):
			return ruleName.At(diag.Pos{File: p},
				diag.Textf("文件名里有看不见的字符 U+%04X", "the name has the invisible character U+%04X", r),
				diag.Textf("请重新输入文件名", "type the name again")), false
		}
	}
	return diag.Finding{}, true
}

// longPath gives the finding for a path that some system cannot open. ok is
// true where there is one.
func longPath(p, name string) (f diag.Finding, ok bool) {
	if len(p) > MaxPath { // units are never more than bytes
		units := 0
		for _, r := range p {
			units++
			if r > 0xFFFF {
				units++
			}
		}
		if units > MaxPath {
			return ruleLong.At(diag.Pos{File: p},
				diag.Textf("路径有 %d 个字符，Windows 上最多 %d 个", "the path has %d characters; Windows takes %d", units, MaxPath),
				diag.Textf("请缩短文件夹或文件的名字", "shorten the names of folders or file")), true
		}
	}
	if len(name) > MaxNameSize {
		return ruleLong.At(diag.Pos{File: p},
			diag.Textf("文件名有 %d 个字节，Linux 上最多 %d 个（一个汉字占三个字节）", "the name has %d bytes; Linux takes %d", len(name), MaxNameSize),
			diag.Textf("请缩短文件名", "shorten the name")), true
	}
	return diag.Finding{}, false
}

// fold maps names that some file system takes for one to the same string.
func fold(name string) string {
	// Upper before lower case unites letters with two lower-case forms.
	return norm.NFC.String(strings.ToLower(strings.ToUpper(norm.NFC.String(name))))
}

func twin(p, name, other string) diag.Finding {
	hint := diag.Textf("请给其中一个改名", "rename one of them")
	if norm.NFC.String(name) == norm.NFC.String(other) {
		return ruleTwin.At(diag.Pos{File: p},
			diag.Textf("同一文件夹里有两个看起来一样的名字：“%s”和“%s”（写法分别是 %s 和 %s）",
				"two names in this folder look the same: %q and %q (written %s and %s)", name, other, marks(name), marks(other)), hint)
	}
	return ruleTwin.At(diag.Pos{File: p},
		diag.Textf("同一文件夹里有两个名字只差大小写：“%s”和“%s”，在 Windows 上是同一个文件",
			"two names in this folder differ only in case: %q and %q are one file on Windows", name, other), hint)
}

// marks names the Unicode normal form of a string.
func marks(s string) string {
	switch {
	case norm.NFC.IsNormalString(s):
		return "NFC"
	case norm.NFD.IsNormalString(s):
		return "NFD"
	}
	return "mixed"
}
