package build

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"time"

	"branchlight/cmd/branchlight/internal/check"
	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/office"
	"branchlight/cmd/branchlight/internal/tree"
)

// Bounds of the folder of references.
const (
	maxReferences    = 2000     // files
	maxReferenceFile = 64 << 20 // bytes
)

// references lists the texts that pages may have been copied from. They are read
// when they are needed.
func (r *run) references() []check.Reference {
	folder := r.config.Check.References
	if folder == "" {
		return nil
	}
	at := r.config.Check.ReferencesAt
	if info, err := r.root.Stat(folder); err != nil || !info.IsDir() {
		r.report(check.ReferenceProblem(at, diag.Textf("没有参考文稿的文件夹“%s”", "there is no folder %q of references", folder),
			diag.Textf("在站点文件夹里新建它，或者删去 references 这一行", "make it in the site's folder, or delete the line references")))
		return nil
	}
	snapshot, err := tree.Scan(r.root, folder)
	if err != nil {
		r.report(check.ReferenceProblem(at, diag.Textf("读不了参考文稿的文件夹“%s”", "the folder %q of references cannot be read", folder),
			diag.Textf("看看它的权限，或共享文件夹是否连上", "see its permissions, or whether a share is connected")))
		return nil
	}
	var list []check.Reference
	for _, f := range snapshot.Files {
		ext := strings.ToLower(path.Ext(f.Path))
		if ext != ".md" && ext != ".txt" && ext != ".docx" {
			continue
		}
		if f.Size > maxReferenceFile || len(list) == maxReferences {
			r.report(check.ReferenceProblem(diag.Pos{File: f.Path}, diag.Textf("参考文稿太大或太多，没有比对这一个及以后的", "the references are too large or too many: this one is not compared with"),
				diag.Textf("只放要比对的文稿，最多 %d 个，每个不超过 64 MB", "keep at most %d texts there, of 64 MB each", maxReferences)))
			if len(list) == maxReferences {
				break
			}
			continue
		}
		ref := check.Reference{Path: f.Path, Text: func() (string, *office.Problem, error) { return r.referenceText(f.Path, ext) }}
		if stamp(f.ModTime.UnixNano(), time.Now().UnixNano()) != 0 {
			c := codec.Writer(nil)
			size, mtime := f.Size, f.ModTime.UnixNano()
			codec.Int(c, &size)
			codec.Int(c, &mtime)
			ref.Sum = codec.SumOf(c.Bytes())
		}
		list = append(list, ref)
	}
	return list
}

// referenceText reads a reference: what can be read of it. What cannot be read is
// an empty text.
func (r *run) referenceText(file, ext string) (string, *office.Problem, error) {
	if ext != ".docx" {
		raw, err := tree.Read(r.root, file, maxText)
		if err != nil {
			return "", cannotRead, unreadable(err)
		}
		src, _ := tree.Decode(file, raw)
		if src == nil {
			return "", cannotRead, nil
		}
		if ext == ".md" {
			m, _ := front.Parse(src)
			return string(src.Text[m.Body:]), nil, nil
		}
		return string(src.Text), nil, nil
	}
	f, err := tree.Open(r.root, file)
	if err != nil {
		return "", cannotRead, unreadable(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", nil, err
	}
	var b strings.Builder
	problem, err := office.Whole(ext, office.File{ReaderAt: f, Size: info.Size()}, office.Visitor{Text: func(_ office.Where, text string) {
		if b.Len() < maxText {
			b.WriteString(text)
			b.WriteByte('\n')
		}
	}})
	return b.String(), problem, err
}

// cannotRead is what is wrong with a file that is no text.
var cannotRead = &office.Problem{Text: diag.Textf("文件读不了", "the file cannot be read"),
	Hint: diag.Textf("另存为 UTF-8 的 .txt 或 .docx，再放进来", "save it as .txt in UTF-8, or as .docx, and put it there again")}

// unreadable gives nil for an error that says something of the file and not of the
// machine.
func unreadable(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, tree.ErrTooLarge) || errors.Is(err, tree.ErrNotRegular) || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return err
}
