package check

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

// made makes an attachment that no text file can hold.
func made(t *testing.T, what string) []byte {
	t.Helper()
	what, rest, _ := strings.Cut(what, " ")
	switch what {
	case "docx":
		return document(t, map[string]string{"word/document.xml": `<w:document><w:body><w:p><w:r><w:t>名单</w:t></w:r></w:p><w:p><w:r><w:t>` + strings.ReplaceAll(rest, "|", `</w:t></w:r><w:r><w:t>`) + `</w:t></w:r></w:p></w:body></w:document>`})
	case "xlsx":
		return document(t, map[string]string{
			"xl/workbook.xml":          `<workbook/>`,
			"xl/sharedStrings.xml":     `<sst><si><t>姓名</t></si><si><r><t>` + rest[:3] + `</t></r><r><t>` + rest[3:] + `</t></r></si></sst>`,
			"xl/worksheets/sheet1.xml": `<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2"><v>` + rest + `</v></c></row></sheetData></worksheet>`,
		})
	case "bomb":
		return document(t, map[string]string{"word/document.xml": `<w:document>` + strings.Repeat("<w:p><w:t>撑</w:t></w:p>", 12<<20/24)})
	case "pdf":
		return pdf(rest)
	case "big":
		return make([]byte, 51<<20)
	case "gps":
		return photograph()
	}
	t.Fatalf("what is %s?", what)
	return nil
}

// document makes an office document of its parts.
func document(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	parts["[Content_Types].xml"] = `<Types/>`
	for name, text := range parts {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pdf makes the least that opens.
func pdf(text string) []byte {
	head := "%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\n" + text + "\n"
	return []byte(head + "xref\n0 1\n0000000000 65535 f \ntrailer\n<</Root 1 0 R>>\nstartxref\n" + itoa(len(head)) + "\n%%EOF\n")
}

func itoa(n int) string {
	var b []byte
	for ; n > 0; n /= 10 {
		b = append([]byte{'0' + byte(n%10)}, b...)
	}
	return string(b)
}

// photograph makes the head of a JPEG with a place in it.
func photograph() []byte {
	order := binary.BigEndian
	tiff := []byte("MM\x00\x2A\x00\x00\x00\x08")
	entry := func(tag, kind uint16, count, value uint32) {
		tiff = order.AppendUint16(tiff, tag)
		tiff = order.AppendUint16(tiff, kind)
		tiff = order.AppendUint32(tiff, count)
		tiff = order.AppendUint32(tiff, value)
	}
	tiff = order.AppendUint16(tiff, 1)
	entry(0x8825, 4, 1, 26)
	tiff = order.AppendUint32(tiff, 0)
	tiff = order.AppendUint16(tiff, 1)
	entry(2, 5, 3, 44)
	exif := append([]byte("Exif\x00\x00"), tiff...)
	out := []byte("\xFF\xD8\xFF\xE1")
	out = order.AppendUint16(out, uint16(len(exif)+2))
	return append(append(out, exif...), "\xFF\xDA\x00\x02\xFF\xD9"...)
}
