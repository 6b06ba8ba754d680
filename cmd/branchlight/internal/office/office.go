// Package office opens attachments: it tells whether a file is what its name says
// and is whole, and reads the text of office documents.
//
// In goes a file, out come its texts, one at a time, and what is wrong with it.
// Nothing is written. Headers are looked at of every type that Whole knows:
//
//	.pdf                      ISO 32000-1, 7.5: %PDF- in the first 1024 bytes, %%EOF in
//	                          the last 2048, and before it startxref with the offset of
//	                          a cross-reference table or stream
//	.docx .xlsx .pptx         ECMA-376, part 2: a zip with [Content_Types].xml and the
//	                          main part
//	.ofd                      GB/T 33190: a zip with OFD.xml
//	.doc .xls .ppt .wps .et .dps   a compound file, or a zip
//	.zip .rar .7z .rtf .mp4   their signatures; of a zip, its directory
//
// Text is read of .docx, .pptx and .xlsx, and of .txt and .csv.
//
// Everything here is untrusted. A document is read as a stream: of its parts at
// most maxPlain bytes are unpacked, of no part more than maxRatio times its packed
// size, and no more than maxParts are looked at. A document that exceeds a limit is
// read as far as that, and the Problem says so.
package office

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"branchlight/cmd/branchlight/internal/diag"
)

// Limits of one document.
const (
	maxPlain  = 64 << 20 // bytes that are unpacked
	maxRatio  = 200      // of unpacked to packed bytes of a part, beyond smallPart
	smallPart = 1 << 20  // bytes
	maxParts  = 2000     // parts that are looked at
	maxDir    = 65536    // entries of a zip
	maxText   = 4 << 20  // bytes of a .txt or .csv
)

// Problem is what is wrong with a file.
type Problem struct {
	diag.Text           // what is wrong
	Hint      diag.Text // how to mend it
	Partly    bool      // the file opens, but it was not read to its end
}

// Where names a place in a document, such as a row of a sheet. It is empty where
// there is no telling.
type Where = diag.Text

// Visitor takes what a document holds.
type Visitor struct {
	Text    func(where Where, text string) // a paragraph, or a cell
	Picture func(name string, data []byte) // a picture inside; may be nil
}

// File is a file that is looked at.
type File struct {
	io.ReaderAt
	Size int64
}

// Whole looks at a file by the extension of its name, such as ".pdf", and lets v
// have what it holds. It gives nil where all is well, or nothing is known of the
// type. An error is the machine's.
func Whole(ext string, f File, v Visitor) (*Problem, error) {
	ext = strings.ToLower(ext)
	if f.Size == 0 {
		return broken("文件是空的", "the file is empty"), nil
	}
	head := make([]byte, min(f.Size, 1024))
	if _, err := f.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch ext {
	case ".pdf":
		return pdf(f, head)
	case ".docx", ".xlsx", ".pptx", ".ofd", ".zip":
		return packed(ext, f, head, v)
	case ".doc", ".xls", ".ppt", ".wps", ".et", ".dps":
		if !bytes.HasPrefix(head, compound) && !bytes.HasPrefix(head, zipHead) {
			return notOf(ext), nil
		}
		if bytes.HasPrefix(head, zipHead) {
			return packed(ext, f, head, v)
		}
	case ".txt", ".csv":
		return plain(f, v)
	default:
		for _, s := range signatures[ext] {
			if bytes.HasPrefix(head[min(len(head), s.at):], []byte(s.bytes)) {
				return nil, nil
			}
		}
		if len(signatures[ext]) > 0 {
			return notOf(ext), nil
		}
	}
	return nil, nil
}

var (
	compound = []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") // MS-CFB, 2.2
	zipHead  = []byte("PK\x03\x04")
)

// signatures are the first bytes of other types.
var signatures = map[string][]struct {
	at    int
	bytes string
}{
	".rar": {{0, "Rar!\x1A\x07"}},
	".7z":  {{0, "7z\xBC\xAF\x27\x1C"}},
	".rtf": {{0, `{\rtf`}},
	".mp4": {{4, "ftyp"}},
	".mp3": {{0, "ID3"}, {0, "\xFF\xFB"}, {0, "\xFF\xF3"}, {0, "\xFF\xF2"}, {0, "\xFF\xFA"}},
}

func broken(zh, en string, args ...any) *Problem {
	return &Problem{Text: diag.Textf(zh, en, args...),
		Hint: diag.Textf("在自己电脑上打开试试；打不开就从原件重新导出，再放进来", "open it on your own machine; if it does not open, export it anew from the original")}
}

func notOf(ext string) *Problem {
	return broken("内容不是 %s 文件，可能只改了扩展名", "what it holds is no %s file; its name may have been changed only", ext)
}

var (
	startXref = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`startxref\s+(\d{1,18})\s+%%EOF`) })
	xrefAt    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s{0,4}(?:xref|\d{1,10}\s+\d{1,5}\s+obj)`) })
)

// pdf looks at both ends of a PDF.
func pdf(f File, head []byte) (*Problem, error) {
	if bytes.HasPrefix(head, compound) || bytes.HasPrefix(head, zipHead) || !bytes.Contains(head, []byte("%PDF-")) {
		return notOf(".pdf"), nil
	}
	start := int64(bytes.Index(head, []byte("%PDF-"))) // offsets count from here
	tail := make([]byte, min(f.Size, 2048))
	if _, err := f.ReadAt(tail, f.Size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	all := startXref().FindAllSubmatch(tail, -1)
	if len(all) == 0 {
		return broken("PDF 不完整，结尾缺了一截", "the PDF is not whole: its end is missing"), nil
	}
	offset, err := strconv.ParseInt(string(all[len(all)-1][1]), 10, 64)
	at := make([]byte, 32)
	if err == nil && offset > 0 && offset < f.Size {
		n, err := f.ReadAt(at, offset)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if xrefAt().Match(at[:n]) {
			return nil, nil
		}
		n, err = f.ReadAt(at, offset+start)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if xrefAt().Match(at[:n]) {
			return nil, nil
		}
	}
	return broken("PDF 的目录损坏，可能打不开", "the PDF's table of contents is damaged; it may not open"), nil
}

// mains are the parts that a package must have.
var mains = map[string][]string{
	".docx": {"[Content_Types].xml", "word/document.xml"},
	".xlsx": {"[Content_Types].xml", "xl/workbook.xml"},
	".pptx": {"[Content_Types].xml", "ppt/presentation.xml"},
	".ofd":  {"OFD.xml"},
}

// packed looks at a zip, and reads it where it is a document.
func packed(ext string, f File, head []byte, v Visitor) (*Problem, error) {
	if bytes.HasPrefix(head, compound) {
		return broken("文件加了密码，或者是旧格式的文档改了扩展名", "the file is protected by a password, or is a document of the old format under another name"), nil
	}
	r, err := zip.NewReader(f, f.Size)
	switch {
	case errors.Is(err, zip.ErrFormat):
		if !bytes.HasPrefix(head, []byte("PK")) {
			return notOf(ext), nil
		}
		return broken("文件不完整，结尾缺了一截", "the file is not whole: its end is missing"), nil
	case err != nil && !errors.Is(err, zip.ErrInsecurePath):
		return broken("文件损坏，目录读不出来", "the file is damaged: its directory cannot be read"), nil
	case len(r.File) > maxDir:
		return partly(), nil
	}
	u := &unpacking{Visitor: v, left: maxPlain, parts: make(map[string]*zip.File, len(r.File))}
	for _, part := range r.File {
		u.parts[strings.ToLower(path.Clean(strings.ReplaceAll(part.Name, "\\", "/")))] = part
	}
	for _, name := range mains[ext] {
		if u.parts[strings.ToLower(name)] == nil {
			return broken("文件里缺少 %s，打不开", "the file lacks %s and does not open", name), nil
		}
	}
	switch ext {
	case ".docx":
		err = u.paragraphs("word/", "")
	case ".pptx":
		err = u.paragraphs("ppt/slides/", "ppt/notesslides/")
	case ".xlsx":
		err = u.sheets()
	}
	if err == nil {
		err = u.pictures(r.File)
	}
	switch {
	case errors.Is(err, errLimit):
		return partly(), nil
	case err != nil:
		return broken("文件损坏，内容读不出来", "the file is damaged: what it holds cannot be read"), nil
	}
	return nil, nil
}

var errLimit = errors.New("a limit is exceeded")

func partly() *Problem {
	return &Problem{Partly: true,
		Text: diag.Textf("文件展开后大得不正常，没有查完", "unpacked, the file is unusually large; it was not read to its end"),
		Hint: diag.Textf("请拆成几个文件，或者转成 PDF", "split it, or convert it to PDF")}
}

// plain reads a text file.
func plain(f File, v Visitor) (*Problem, error) {
	data, err := io.ReadAll(io.NewSectionReader(f, 0, min(f.Size, maxText)))
	if err != nil {
		return nil, err
	}
	if v.Text != nil {
		v.Text(Where{}, string(data))
	}
	if f.Size > maxText {
		return partly(), nil
	}
	return nil, nil
}
