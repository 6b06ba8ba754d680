// Package tree reads the source folders of a site: what is there, and what the
// files say.
//
// Scan takes a snapshot of folders, Read gives the bytes of one file, and Decode
// turns bytes into text. Everything goes through an os.Root, so that nothing
// outside the site is ever read. Nothing is written.
//
// # What a snapshot holds
//
// A snapshot lists regular files and folders. Left out without a word are names
// that programs leave behind and no one means to publish: all that begins with a
// dot, the temporary files of editors and office programs (~$x, x~, #x#, *.swp,
// *.tmp, 4913), Thumbs.db and desktop.ini.
//
// Left out with a finding are: private keys and certificates with keys, whatever
// is neither file nor folder (FIFO, socket, device), links, save those that lead
// to a regular file of the same extension inside the site, names that cannot be
// shown or that other systems cannot hold, and folders nested too deeply. Listed
// with a finding are paths too long for Windows, and names in one folder that
// differ only in case or in Unicode normal form, which are one name on other
// systems.
//
// # What text is
//
// Decode accepts UTF-8 with or without a byte order mark, UTF-16, and GB18030
// (which contains GBK and GB 2312). A file is converted exactly, or there is a
// finding and no text; there is no guessing that could publish garbage. Text has
// no byte order mark, its lines end in "\n", and it holds no control characters
// but tab and newline, and none that are invisible or turn the direction of text.
package tree

import (
	"time"

	"branchlight/cmd/branchlight/internal/diag"
)

// Limits of the source folders.
const (
	MaxDepth    = 24  // folders below each other, the scanned folder included
	MaxPath     = 240 // characters of a path relative to the site's folder, as Windows counts them (UTF-16 units)
	MaxNameSize = 255 // bytes of one file or folder name, as Linux counts them
)

// File is one regular file.
type File struct {
	Path    string // slash-separated, relative to the site's folder, as on disk
	Size    int64  // bytes
	ModTime time.Time
}

// Snapshot is what a scan saw.
type Snapshot struct {
	Files    []File   // sorted by Path
	Dirs     []string // slash-separated, the scanned folders included; sorted
	Findings []diag.Finding

	scanned []string // the folders that Scan was asked for
}

// Rules of this package's findings.
var Rules = []*diag.Rule{
	ruleKind, ruleLink, ruleSecret, ruleName, ruleTwin, ruleLong, ruleDepth, ruleSize,
	ruleEncoding, ruleNUL, ruleControl, ruleHidden,
}

var (
	ruleKind = &diag.Rule{
		ID: "source-kind", Severity: diag.Error,
		Doc: diag.Textf("源文件夹里只能有普通文件和文件夹。管道、套接字和设备不能发布，请移走。",
			"Source folders hold ordinary files and folders only. Pipes, sockets and devices cannot be published; move them away."),
		Example: "mkfifo content/pipe",
	}
	ruleLink = &diag.Rule{
		ID: "source-link", Severity: diag.Error,
		Doc: diag.Textf("链接（快捷方式）只能指向站点文件夹内同一种类的普通文件。请把原文件复制过来，代替链接。",
			"A symbolic link may lead only to an ordinary file of the same type inside the site. Put a copy of the file in its place."),
		Example: "ln -s /etc/passwd content/a.txt",
	}
	ruleSecret = &diag.Rule{
		ID: "source-secret", Severity: diag.Error,
		Doc: diag.Textf("私钥和带密钥的证书不能放在网站的源文件夹里。它们不会被发布，但请立即移走。",
			"Private keys have no place in the source folders. They are not published, but move them away at once."),
		Example: "content/id_rsa",
	}
	ruleName = &diag.Rule{
		ID: "source-name", Severity: diag.Error,
		Doc: diag.Textf("文件名里有看不见的字符、控制字符、反斜线，或者文件名不是 UTF-8 编码。请重新命名。",
			"A name has invisible or control characters or a backslash, or is not UTF-8. Rename the file."),
		Example: "content/report<U+200B>.md",
	}
	ruleTwin = &diag.Rule{
		ID: "source-twin", Severity: diag.Error,
		Doc: diag.Textf("同一文件夹里两个名字只差大小写，或者看起来完全一样。在 Windows 上它们是同一个文件，请给其中一个改名。",
			"Two names in one folder differ only in case, or look the same. Windows takes them for one file; rename one of them."),
		Example: "content/A.md and content/a.md",
	}
	ruleLong = &diag.Rule{
		ID: "source-long", Severity: diag.Error,
		Doc: diag.Textf("路径太长，Windows 或 Linux 上打不开。请缩短文件夹或文件的名字。",
			"A path is too long to be opened on Windows or Linux. Shorten the names of folders or file."),
		Example: "a path of more than 240 characters",
	}
	ruleDepth = &diag.Rule{
		ID: "source-depth", Severity: diag.Error,
		Doc: diag.Textf("文件夹一层套一层，太深了。更深的内容没有读取，请把文件夹移到上层。",
			"Folders are nested too deeply. What lies deeper was not read; move the folder up."),
		Example: "more than 24 folders below each other",
	}
	ruleSize = &diag.Rule{
		ID: "source-size", Severity: diag.Error,
		Doc: diag.Textf("文件太大，不能读取。请缩小后再放进来。",
			"A file is too large to be read. Make it smaller."),
		Example: "a text of 20 MB",
	}
	ruleEncoding = &diag.Rule{
		ID: "text-encoding", Severity: diag.Error,
		Doc: diag.Textf("文件的编码认不出来，或者内容有损坏，转换会变成乱码。请另存为 UTF-8。",
			"The encoding of a file is unknown or the file is damaged, and converting it would give garbage. Save it as UTF-8."),
		Example: "a UTF-8 text with one broken character",
	}
	ruleNUL = &diag.Rule{
		ID: "text-nul", Severity: diag.Error,
		Doc: diag.Textf("文件里有空字节（NUL），多半是文件损坏，或者不是文本文件。请从原稿重新保存。",
			"A file has NUL bytes: it is damaged, or is no text. Save it again from the original."),
		Example: "a text cut off by a power failure",
	}
	ruleControl = &diag.Rule{
		ID: "text-control", Severity: diag.Warning,
		Doc: diag.Textf("文件里有控制字符，多半是从别的程序粘贴来的。它们已被去掉，不会发布。",
			"A file has control characters, mostly pasted from other programs. They were taken out and are not published."),
		Example: "U+0008 in a text",
	}
	ruleHidden = &diag.Rule{
		ID: "text-hidden", Severity: diag.Warning,
		Doc: diag.Textf("文件里有看不见的字符（零宽字符或改变文字方向的字符）。它们已被去掉，不会发布。",
			"A file has invisible characters (of zero width, or changing the direction of text). They were taken out and are not published."),
		Example: "U+200B or U+202E in a text",
	}
)
