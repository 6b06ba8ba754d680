package scaffold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/tree"

	"golang.org/x/text/unicode/norm"
)

// Bounds of the names of files and folders. A path of Windows has 260 characters
// in all, and a name on Linux 255 bytes.
const (
	maxNameRunes = 60
	maxNameBytes = 240
)

// forbidden are the characters that no name on Windows can hold.
const forbidden = `<>:"/\|?*`

// FileName makes the name of a file or folder of a title, without extension: what
// Windows cannot hold, and what links would have to write in another way, becomes
// "-" or falls away. It is empty where nothing is left.
func FileName(title string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r == '/' || r == '\\' || r == ':' || r == '|' || r == '#' || r == '%':
			return '-'
		case strings.ContainsRune(forbidden, r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError:
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, norm.NFC.String(title))
	name = strings.Join(strings.Fields(name), " ")
	n := 0
	for i, r := range name {
		if n++; n > maxNameRunes || i+utf8.RuneLen(r) > maxNameBytes {
			name = name[:i]
			break
		}
	}
	return strings.Trim(name, " .-_~#")
}

// checkName refuses what cannot be the name of a source file or folder
// everywhere.
func checkName(name string) error {
	const zh, en = "“%s”不能用作文件名：", "%q cannot be the name of a file: "
	switch {
	case name == "":
		return refuse("从标题里取不出文件名，请用 --file 指定", "the title gives no file name; choose one with --file")
	case utf8.RuneCountInString(name) > maxNameRunes || len(name) > maxNameBytes:
		return refuse(zh+"太长，最多 %d 个字", en+"it is too long, at most %d characters", name, maxNameRunes)
	case strings.ContainsAny(name, forbidden):
		return refuse(zh+"不能含有 "+forbidden, en+"it holds one of "+forbidden, name)
	case strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError }):
		return refuse(zh+"含有看不见的字符", en+"it holds a character that cannot be seen", name)
	case strings.Trim(name, " .") != name || strings.HasPrefix(name, "_"):
		return refuse(zh+"不能以空格或点开头、结尾，也不能以下划线开头", en+"it begins or ends with a space or a dot, or begins with an underscore", name)
	case route.Reserved(name):
		return refuse(zh+"是 Windows 的设备名", en+"it is the name of a device on Windows", name)
	case strings.EqualFold(name, "index"):
		return refuse(zh+"这个名字留给目录页", en+"the name is that of index pages", name)
	case tree.Ignored(name) || tree.Ignored(name+".md"):
		return refuse(zh+"这样的名字会被当作临时文件", en+"it would be taken for a temporary file", name)
	}
	return nil
}
