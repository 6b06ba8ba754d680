package check

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/office"
	"branchlight/cmd/branchlight/internal/parallel"
	"branchlight/cmd/branchlight/internal/personal"
	"branchlight/cmd/branchlight/internal/site"
	"branchlight/cmd/branchlight/internal/tree"
)

var ruleAttachment = &diag.Rule{
	ID: "attachment-broken", Severity: diag.Error, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "附件要打得开，内容要和扩展名一致：PDF、Word、Excel 等不能损坏、截断、加密码或只改扩展名。",
		En: "Attachments open, and are what their names say: neither damaged nor cut off, nor protected by a password, nor renamed only.",
	},
	Example: "[活动方案](方案.docx)（其实是改了扩展名的 .doc）",
}

var ruleUnread = &diag.Rule{
	ID: "attachment-unread", Severity: diag.Warning, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "附件太大或展开后大得不正常，没有查完，里面有没有个人信息要自己看一遍。",
		En: "An attachment is so large, or becomes so large when it is unpacked, that it was not read to its end: look for personal data yourself.",
	},
	Example: "[台账](台账.xlsx)（展开后有几百 MB）",
}

var ruleLarge = &diag.Rule{
	ID: "attachment-large", Severity: diag.Hint, Class: diag.Audit,
	Doc: diag.Text{
		Zh: "附件超过 50 MB，办公网里打开很慢：压缩图片或拆成几个。",
		En: "An attachment of more than 50 MB opens slowly: compress its pictures, or split it.",
	},
	Example: "[视频](活动.mp4)（200 MB）",
}

const largeAttachment = 50 << 20 // bytes

// attachments looks at every file that a published page uses. What is wrong with
// it is reported at each page that does, which is then not fit to be published.
func attachments(a *Audited) []diag.Finding {
	var files []*site.Attachment
	place := map[*site.Attachment]int{}
	for _, p := range a.Pages {
		p.Uses(func(f *site.Attachment, _ diag.Pos) {
			if _, known := place[f]; !known {
				place[f] = len(files)
				files = append(files, f)
			}
		})
	}
	noted, failed := make([]*Noted, len(files)), make([]error, len(files))
	parallel.Each(len(files), func(i int) { noted[i], failed[i] = a.attachment(files[i]) })
	a.fail(errors.Join(failed...))
	var list []diag.Finding
	for _, p := range a.Pages {
		seen := map[*site.Attachment]bool{}
		p.Uses(func(f *site.Attachment, pos diag.Pos) {
			if i, ok := place[f]; ok && noted[i] != nil && !seen[f] {
				seen[f] = true
				for _, found := range noted[i].Findings {
					found.Pos = pos
					list = append(list, found)
				}
			}
		})
	}
	return list
}

// attachment gives what is noted of a file, and looks at it where nothing is.
func (in *Inputs) attachment(f *site.Attachment) (*Noted, error) {
	sum := in.Memory.salted(f.Sum)
	if f.Sum != (codec.Sum{}) {
		if n := in.Memory.get(f.Path, sum); n != nil {
			return n, nil
		}
	}
	r, err := in.Open(f.Path)
	if err != nil {
		return new(Noted), nil // which is reported where it is copied
	}
	defer r.Close()
	bytes, err := codec.SumOfReader(r)
	if err != nil {
		return nil, err
	}
	bytes = in.Memory.salted(bytes)
	if n := in.Memory.again(f.Path, sum, bytes); n != nil {
		return n, nil
	}
	n, err := inspect(f.Path, r)
	if err == nil {
		in.Memory.put(f.Path, remembered{sum: sum, bytes: bytes, noted: n})
	}
	return n, err
}

// headerSize is how much of a photograph is read for what stands before its
// pixels, in bytes.
const headerSize = 256 << 10

// inspect looks at an attachment on its own.
func inspect(file string, r Opened) (*Noted, error) {
	info, err := r.Stat()
	if err != nil {
		return nil, err
	}
	n, size := new(Noted), info.Size()
	at := diag.Pos{File: file}
	name := Masked(path.Base(file))
	if size > largeAttachment {
		n.report(ruleLarge.At(at,
			diag.Textf("附件“%s”有 %d MB", "the attachment %q has %d MB", name, size>>20),
			diag.Textf("压缩里面的图片或拆成几个；视频先转小", "compress its pictures, split it, or convert the video")))
	}
	for _, p := range personal.Find(nameOf(file)) {
		n.report(nameFinding(p, at))
	}
	if ext := strings.ToLower(path.Ext(file)); site.IsImage(file) {
		if ext == ".jpg" || ext == ".jpeg" {
			head := make([]byte, min(size, headerSize))
			if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
				return nil, err
			}
			if personal.Located(head) {
				n.report(positionFinding(at, name, ""))
			}
		}
		if ext == ".svg" {
			n.report(drawing(r, size).findings(file)...)
		}
		return n, nil
	}
	var d inDocument
	located := ""
	problem, err := office.Whole(path.Ext(file), office.File{ReaderAt: r, Size: size}, office.Visitor{
		Text: func(where office.Where, text string) {
			if where == (office.Where{}) { // a text file, in any encoding
				if src, _ := tree.Decode(file, []byte(text)); src != nil {
					text = string(src.Text)
				}
			}
			if worthLooking(text) {
				d.look(where, text)
			}
		},
		Picture: func(inside string, data []byte) {
			if located == "" && personal.Located(data) {
				located = inside
			}
		},
	})
	if err != nil {
		return nil, err
	}
	n.report(d.findings(file)...)
	if located != "" {
		n.report(positionFinding(at, name, located))
	}
	if problem != nil {
		rule := ruleAttachment
		if problem.Partly {
			rule = ruleUnread
		}
		n.report(rule.At(at, diag.Text{Zh: "附件“" + name + "”：" + problem.Zh, En: "the attachment \"" + name + "\": " + problem.En}, problem.Hint))
	}
	return n, nil
}

// largestDrawing is how much of an SVG is read, in bytes. A larger one is not
// published.
const largestDrawing = 4 << 20

// drawing looks at the text of an SVG, which is published as text: a number may be
// parted by elements.
func drawing(r io.ReaderAt, size int64) *inDocument {
	d := new(inDocument)
	x := xml.NewDecoder(io.NewSectionReader(r, 0, min(size, largestDrawing)))
	x.Strict = false
	var text strings.Builder
	inside := 0 // elements of text that are open
	for {
		token, err := x.RawToken()
		if err != nil { // the end, or what is no SVG and is reported as that
			return d
		}
		switch t := token.(type) {
		case xml.StartElement:
			if wordy[t.Name.Local] {
				inside++
			}
		case xml.CharData:
			if inside > 0 {
				text.Write(t)
			}
		case xml.EndElement:
			if !wordy[t.Name.Local] || inside == 0 {
				continue
			}
			if inside--; inside == 0 {
				if s := text.String(); worthLooking(s) {
					d.look(diag.Text{}, s)
				}
				text.Reset()
			}
		}
	}
}

// wordy are the elements of SVG that hold text (SVG 2, 5.8 and 11).
var wordy = map[string]bool{"text": true, "title": true, "desc": true}

func positionFinding(at diag.Pos, name, inside string) diag.Finding {
	if inside != "" {
		return rulePosition.At(at,
			diag.Textf("附件“%s”里的照片 %s 记着拍摄地点", "in the attachment %q the photograph %s says where it was taken", name, inside),
			diag.Textf("把照片另存一次再插入，或者截图代替", "save the photograph anew and put it in again, or use a screenshot"))
	}
	return rulePosition.At(at,
		diag.Textf("照片“%s”里记着拍摄地点", "the photograph %q says where it was taken", name),
		diag.Textf("网页上的图会自动去掉；原图不要外发，以后拍照关掉“地理位置”", "the picture of the page is without it; do not hand on the original"))
}

// worthLooking tells most short texts apart without a search.
func worthLooking(text string) bool {
	if len(text) < 6 {
		return false
	}
	return strings.ContainsAny(text, "0123456789@＠") || bytes.ContainsRune([]byte(text), '０') || strings.Contains(text, "号") || strings.ContainsAny(text, "１２３４５６７８９")
}
