package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/openat"
	"branchlight/cmd/branchlight/internal/parallel"
)

// Scan lists what lies under folders of the site. Folders are slash-separated,
// relative to root, and do not lie in each other; one that is missing is empty.
// The result is the same for the same files, whatever the order of the disk. An
// error means that a folder could not be read: its pages would be missing, so
// the snapshot must not be used.
func Scan(root *os.Root, folders ...string) (*Snapshot, error) {
	snap := &Snapshot{scanned: folders}
	level := make([]string, 0, len(folders))
	for _, dir := range folders {
		fi, err := root.Lstat(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, fmt.Errorf("scanning %s: %w", dir, err)
		case !fi.IsDir():
			snap.Findings = append(snap.Findings, notFolder(dir))
		default:
			level = append(level, dir)
		}
	}
	if err := snap.walk(root, level, 1); err != nil {
		return nil, err
	}
	snap.sort()
	return snap, nil
}

// walk adds folders that are depth levels down, with all below them. All folders
// of one depth are read at the same time.
func (s *Snapshot) walk(root *os.Root, level []string, depth int) error {
	top, err := openat.Below(root)
	if err != nil {
		return fmt.Errorf("scanning: %w", err)
	}
	defer top.Close()
	for ; len(level) > 0; depth++ {
		if depth > MaxDepth {
			for _, dir := range level {
				s.Findings = append(s.Findings, tooDeep(dir))
			}
			return nil
		}
		lists := make([]listing, len(level))
		parallel.Each(len(level), func(i int) { lists[i] = list(root, top, level[i]) })
		s.Dirs = append(s.Dirs, level...)
		level = level[:0:0]
		n := 0
		for i := range lists {
			n += len(lists[i].files)
		}
		s.Files = slices.Grow(s.Files, n)
		for i := range lists {
			if err := lists[i].err; err != nil {
				return fmt.Errorf("scanning: %w", err)
			}
			s.Files = append(s.Files, lists[i].files...)
			s.Findings = append(s.Findings, lists[i].findings...)
			level = append(level, lists[i].dirs...)
		}
	}
	return nil
}

func (s *Snapshot) sort() {
	slices.SortFunc(s.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	slices.Sort(s.Dirs)
	diag.Sort(s.Findings)
}

// listing is what one folder holds.
type listing struct {
	files    []File
	dirs     []string
	findings []diag.Finding
	err      error
}

func list(root *os.Root, top *openat.Top, dir string) (l listing) {
	d, err := top.Folder(dir)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, openat.ErrNoFolder) {
		return l // removed since its parent was read, or something else by now
	}
	if err != nil {
		return listing{err: err}
	}
	defer d.Close()
	names, err := d.Names()
	if err != nil {
		return listing{err: fmt.Errorf("%s: %w", dir, err)}
	}
	// What is reported must not depend on the order of the disk.
	slices.Sort(names)
	l.files = make([]File, 0, len(names))
	var seen map[string]string
	if !plainNames(names) {
		seen = make(map[string]string, len(names))
	}
	for _, name := range names {
		if l.entry(root, dir, d, name, seen); l.err != nil {
			break
		}
	}
	return l
}

// plainNames reports whether names are of lower-case ASCII letters, digits and
// - _ . alone: they are fit for every system, and no two are one name anywhere.
func plainNames(names []string) bool {
	for _, name := range names {
		for i := range len(name) {
			switch c := name[i]; {
			case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '_', c == '.':
			default:
				return false
			}
		}
	}
	return true
}

// entry sorts one name of a folder into the listing. seen maps the names met so
// far, folded, to the names themselves; it is nil where all names are plain.
func (l *listing) entry(root *os.Root, dir string, d *openat.Folder, name string, seen map[string]string) {
	if Ignored(name) {
		return
	}
	p := dir + "/" + name
	if seen != nil {
		if f, ok := unfitName(p, name); !ok {
			l.findings = append(l.findings, f)
			return
		}
	}
	at, err := d.Look(name)
	if errors.Is(err, fs.ErrNotExist) {
		return // removed since the folder was read
	}
	if err == nil && at.Mode&fs.ModeSymlink != 0 {
		target, f, ok := follow(root, p)
		if !ok {
			l.findings = append(l.findings, f)
			return
		}
		at = openat.Look{Mode: target.Mode().Type(), Size: target.Size(), MTime: target.ModTime().UnixNano()}
	}
	switch {
	case err != nil:
		l.err = err
		return
	case !at.Mode.IsDir() && secret(name):
		l.findings = append(l.findings, ruleSecret.At(diag.Pos{File: p},
			diag.Textf("这是一个密钥文件，不能放在网站里", "this is a key file, which has no place in a site"),
			diag.Textf("它没有被发布。请立即把它移到别处；如果它曾经公开过，请更换密钥", "it was not published; move it away at once, and replace the key if it was ever public")))
		return
	case at.Mode.IsDir():
		l.dirs = append(l.dirs, p)
	case at.Mode.IsRegular():
		l.files = append(l.files, File{p, at.Size, time.Unix(0, at.MTime)})
	default:
		kind := kindName(at.Mode)
		l.findings = append(l.findings, ruleKind.At(diag.Pos{File: p},
			diag.Text{Zh: "这是" + kind.Zh + "，不是普通文件，不能发布", En: "this is " + kind.En + ", not an ordinary file, and cannot be published"},
			diag.Textf("请把它移出源文件夹", "move it out of the source folder")))
		return
	}
	if f, ok := longPath(p, name); ok {
		l.findings = append(l.findings, f)
	}
	if seen == nil {
		return
	}
	key := fold(name)
	if other, ok := seen[key]; ok {
		l.findings = append(l.findings, twin(p, name, other))
	} else {
		seen[key] = name
	}
}

func kindName(m fs.FileMode) diag.Text {
	switch {
	case m&fs.ModeNamedPipe != 0:
		return diag.Text{Zh: "管道", En: "a named pipe"}
	case m&fs.ModeSocket != 0:
		return diag.Text{Zh: "套接字", En: "a socket"}
	case m&fs.ModeDevice != 0:
		return diag.Text{Zh: "设备", En: "a device"}
	}
	return diag.Text{Zh: "特殊文件", En: "a special file"}
}

// maxLinks is how many links may lead to each other.
const maxLinks = 8

// follow gives the regular file that a link leads to. Only the last element of
// each step may be a link, so that no link can make a folder appear twice.
func follow(root *os.Root, link string) (fs.FileInfo, diag.Finding, bool) {
	bad := func(zh, en string) (fs.FileInfo, diag.Finding, bool) {
		return nil, ruleLink.At(diag.Pos{File: link}, diag.Text{Zh: zh, En: en},
			diag.Textf("请删除这个链接，把原文件复制到这里", "remove the link and put a copy of the file here")), false
	}
	p := link
	for range maxLinks {
		target, err := root.Readlink(p)
		if err != nil {
			return bad("这个链接读不出来", "this link cannot be read")
		}
		if strings.HasPrefix(target, "/") || !fs.ValidPath(path.Join(path.Dir(p), slashed(target))) {
			return bad("这个链接指向站点文件夹之外", "this link leads out of the site's folder")
		}
		p = path.Join(path.Dir(p), slashed(target))
		if hiddenPath(p) {
			return bad("这个链接指向不能发布的文件", "this link leads to a file that must not be published")
		}
		fi, err := lstatPlain(root, p)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return bad("这个链接指向的文件不存在", "this link leads to a file that does not exist")
		case err != nil:
			return bad("这个链接指向的文件打不开", "this link leads to a file that cannot be opened")
		case fi.Mode()&fs.ModeSymlink != 0:
			continue
		case fi.IsDir():
			return bad("这个链接指向一个文件夹", "this link leads to a folder")
		case !fi.Mode().IsRegular():
			return bad("这个链接指向的不是普通文件", "this link leads to something that is no ordinary file")
		case !strings.EqualFold(path.Ext(p), path.Ext(link)):
			// Under another extension the text of a draft, or site.toml, would be published as it is.
			return bad("这个链接指向另一种文件", "this link leads to a file of another type")
		}
		return fi, diag.Finding{}, true
	}
	return bad("链接互相指来指去，没有尽头", "links lead to each other without end")
}

// lstatPlain is Lstat for paths whose folders are no links.
func lstatPlain(root *os.Root, p string) (fs.FileInfo, error) {
	for i, c := range p {
		if c != '/' {
			continue
		}
		fi, err := root.Lstat(p[:i])
		if err != nil {
			return nil, err
		}
		if !fi.IsDir() {
			return nil, fmt.Errorf("%s is no folder", p[:i])
		}
	}
	return root.Lstat(p)
}

func notFolder(p string) diag.Finding {
	return ruleLink.At(diag.Pos{File: p},
		diag.Textf("这里应当是一个文件夹，而不是文件或链接", "this should be a folder, not a file or a link"),
		diag.Textf("请换成真正的文件夹", "put a real folder in its place"))
}

func tooDeep(p string) diag.Finding {
	return ruleDepth.At(diag.Pos{File: p},
		diag.Textf("文件夹套了 %d 层以上，更深的内容没有读取", "more than %d folders below each other; what lies deeper was not read", MaxDepth),
		diag.Textf("请把它移到上层文件夹", "move it to a folder further up"))
}
