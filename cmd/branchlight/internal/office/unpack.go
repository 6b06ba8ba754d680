package office

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"branchlight/cmd/branchlight/internal/diag"
)

// unpacking reads the parts of one document.
type unpacking struct {
	Visitor
	parts map[string]*zip.File // by path in lower case
	left  int64                // bytes that may still be unpacked
	count int                  // parts that were opened
}

// limited reads at most n bytes; what is beyond is errLimit.
type limited struct {
	r io.Reader
	n *int64
	m int64 // of this part alone

	run int // bytes since the last mark of XML, where the part is XML
	xml bool
}

func (l *limited) Read(b []byte) (int, error) {
	if *l.n <= 0 || l.m <= 0 {
		return 0, errLimit
	}
	if int64(len(b)) > *l.n {
		b = b[:*l.n]
	}
	n, err := l.r.Read(b)
	*l.n -= int64(n)
	l.m -= int64(n)
	if l.xml {
		if i := bytes.LastIndexByte(b[:n], '<'); i >= 0 {
			l.run = n - i
		} else {
			l.run += n
		}
		if l.run > maxParagraph {
			return n, errLimit // the decoder keeps a token whole in memory
		}
	}
	return n, err
}

// open opens a part within the limits.
func (u *unpacking) open(f *zip.File) (*limited, io.Closer, error) {
	if u.count++; u.count > maxParts {
		return nil, nil, errLimit
	}
	r, err := f.Open()
	if err != nil {
		return nil, nil, err
	}
	most := max(smallPart, int64(min(f.CompressedSize64, maxPlain))*maxRatio)
	return &limited{r: r, n: &u.left, m: most}, r, nil
}

// tokens reads the XML of a part. Entities that it declares stay what they are.
func (u *unpacking) tokens(f *zip.File, visit func(xml.Token) error) error {
	r, c, err := u.open(f)
	if err != nil {
		return err
	}
	defer c.Close()
	r.xml = true
	d := xml.NewDecoder(r)
	d.Strict = false
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errors.New("no UTF-8") }
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := visit(t); err != nil {
			return err
		}
	}
}

// within gives the XML parts right in folders, in order of their names.
func (u *unpacking) within(folders ...string) (list []string) {
	for name := range u.parts {
		dir, file := path.Split(name)
		if slices.Contains(folders, dir) && path.Ext(file) == ".xml" {
			list = append(list, name)
		}
	}
	slices.SortFunc(list, func(a, b string) int {
		if len(a) != len(b) { // slide2 before slide10
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	return list
}

// maxParagraph bounds the text of a paragraph or a cell, in bytes; what is longer
// is looked at in pieces.
const maxParagraph = 1 << 20

// paragraphs reads the text of a document or of slides.
func (u *unpacking) paragraphs(folders ...string) error {
	for _, name := range u.within(folders...) {
		n, text, inside := 0, []byte(nil), 0
		flush := func() {
			if len(text) > 0 && u.Text != nil {
				u.Text(diag.Textf("%[1]s第 %[3]d 段", "%[2]sparagraph %[3]d", partName(name).Zh, partName(name).En, n), string(text))
			}
			text = text[:0]
		}
		err := u.tokens(u.parts[name], func(t xml.Token) error {
			switch t := t.(type) {
			case xml.StartElement:
				switch t.Name.Local {
				case "p":
					flush()
					n++
				case "t", "instrText", "delText":
					inside++
				case "tab", "br", "cr":
					text = append(text, '\t')
				}
			case xml.EndElement:
				switch t.Name.Local {
				case "p":
					flush()
				case "t", "instrText", "delText":
					inside--
				}
			case xml.CharData:
				if inside > 0 {
					text = append(text, t...)
					if len(text) > maxParagraph {
						flush()
					}
				}
			}
			return nil
		})
		flush()
		if err != nil {
			return err
		}
	}
	return nil
}

// partName names a part where it is not the text itself.
func partName(name string) diag.Text {
	base := path.Base(name)
	for _, p := range []struct{ prefix, zh, en string }{
		{"header", "页眉", "header, "}, {"footer", "页脚", "footer, "}, {"footnotes", "脚注", "footnotes, "}, {"endnotes", "尾注", "endnotes, "},
		{"comments", "批注", "comments, "}, {"notesslide", "备注页", "notes, "},
	} {
		if strings.HasPrefix(base, p.prefix) {
			return diag.Text{Zh: p.zh, En: p.en}
		}
	}
	if n, ok := strings.CutPrefix(strings.TrimSuffix(base, ".xml"), "slide"); ok {
		return diag.Textf("第 %[1]s 张幻灯片", "slide %[1]s, ", n)
	}
	return diag.Text{}
}

// sheets reads the cells of a workbook.
func (u *unpacking) sheets() error {
	shared, err := u.shared()
	if err != nil {
		return err
	}
	names := u.within("xl/worksheets/")
	for i, name := range names {
		if err := u.sheet(u.parts[name], i+1, shared); err != nil {
			return err
		}
	}
	for _, name := range u.within("xl/") { // notes on cells
		if strings.HasPrefix(path.Base(name), "comments") {
			if err := u.paragraphsOf(name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (u *unpacking) paragraphsOf(name string) error {
	inside := 0
	return u.tokens(u.parts[name], func(t xml.Token) error {
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == "t" {
				inside++
			}
		case xml.EndElement:
			if t.Name.Local == "t" {
				inside--
			}
		case xml.CharData:
			if inside > 0 && u.Text != nil {
				u.Text(diag.Textf("批注", "comments"), string(t))
			}
		}
		return nil
	})
}

// shared reads the texts that cells refer to by number.
func (u *unpacking) shared() (list []string, err error) {
	f := u.parts["xl/sharedstrings.xml"]
	if f == nil {
		return nil, nil
	}
	var text []byte
	inside, phonetic := 0, 0
	err = u.tokens(f, func(t xml.Token) error {
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "t":
				inside++
			case "rPh":
				phonetic++
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "t":
				inside--
			case "rPh":
				phonetic--
			case "si":
				list = append(list, string(text))
				text = text[:0]
			}
		case xml.CharData:
			if inside > 0 && phonetic == 0 {
				text = append(text, t...)
			}
		}
		return nil
	})
	return list, err
}

// sheet reads one sheet.
func (u *unpacking) sheet(f *zip.File, number int, shared []string) error {
	var ref, kind string
	var value []byte
	inside := 0
	return u.tokens(f, func(t xml.Token) error {
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "c":
				ref, kind, value = "", "", value[:0]
				for _, a := range t.Attr {
					switch a.Name.Local {
					case "r":
						ref = a.Value
					case "t":
						kind = a.Value
					}
				}
			case "v", "t":
				inside++
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "v", "t":
				inside--
			case "c":
				if text := cellText(kind, string(value), shared); text != "" && u.Text != nil {
					u.Text(diag.Textf("第 %[1]d 张表 %[2]s", "sheet %[1]d, %[2]s", number, cellName(ref)), text)
				}
			}
		case xml.CharData:
			if inside > 0 && len(value) < maxParagraph {
				value = append(value, t...)
			}
		}
		return nil
	})
}

func cellName(ref string) string {
	if len(ref) > 12 || strings.Trim(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return "?"
	}
	return ref
}

// cellText gives what a cell shows, as far as it is text or a number.
func cellText(kind, value string, shared []string) string {
	switch kind {
	case "s":
		if n, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && n >= 0 && n < len(shared) {
			return shared[n]
		}
		return ""
	case "", "n":
		if strings.ContainsAny(value, "eE") {
			if x, err := strconv.ParseFloat(value, 64); err == nil && x < 1e19 && x > 0 {
				return fmt.Sprintf("%.0f", x)
			}
		}
	}
	return value
}

// maxPicture bounds a picture inside a document, in bytes; larger ones are not
// looked at.
const maxPicture = 16 << 20

// pictures lets the visitor have the photographs of a document.
func (u *unpacking) pictures(files []*zip.File) error {
	if u.Picture == nil {
		return nil
	}
	for _, f := range files {
		switch strings.ToLower(path.Ext(f.Name)) {
		case ".jpg", ".jpeg":
		default:
			continue
		}
		if f.UncompressedSize64 > maxPicture {
			continue
		}
		r, c, err := u.open(f)
		if err != nil {
			return err
		}
		data, err := io.ReadAll(io.LimitReader(r, maxPicture))
		c.Close()
		if err != nil {
			return err
		}
		u.Picture(path.Base(f.Name), data)
	}
	return nil
}
