package office

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

func pack(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		f, err := w.Create(parts[i])
		if err == nil {
			_, err = io.WriteString(f, parts[i+1])
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

func look(t testing.TB, ext string, data []byte) (text string, p *Problem) {
	t.Helper()
	var b strings.Builder
	p, err := Whole(ext, File{bytes.NewReader(data), int64(len(data))}, Visitor{
		Text:    func(where Where, s string) { fmt.Fprintf(&b, "%s: %s\n", where.Zh, s) },
		Picture: func(name string, data []byte) { fmt.Fprintf(&b, "%s: %d\n", name, len(data)) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), p
}

const types = "[Content_Types].xml"

func docx(t testing.TB, body string) []byte {
	return pack(t, types, "<Types/>", "word/document.xml", "<w:document><w:body>"+body+"</w:body></w:document>",
		"word/header1.xml", "<w:hdr><w:p><w:r><w:t>页眉里</w:t></w:r></w:p></w:hdr>", "word/media/image1.jpeg", "jpeg")
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		ext  string
		data []byte
		want string
	}{
		{".docx", docx(t, "<w:p><w:r><w:t>一</w:t></w:r><w:r><w:t xml:space=\"preserve\">二 </w:t></w:r><w:r><w:tab/><w:t>三</w:t></w:r></w:p><w:p/><w:tbl><w:tr><w:tc><w:p><w:t>格</w:t></w:p></w:tc></w:tr></w:tbl>"),
			"页眉第 1 段: 页眉里\n第 1 段: 一二 \t三\n第 3 段: 格\nimage1.jpeg: 4\n"},
		{".pptx", pack(t, types, "x", "ppt/presentation.xml", "x", "ppt/slides/slide2.xml", "<p><a:p><a:t>二</a:t></a:p></p>", "ppt/slides/slide10.xml", "<a:p><a:t>十</a:t></a:p>"),
			"第 2 张幻灯片第 2 段: 二\n第 10 张幻灯片第 1 段: 十\n"},
		{".xlsx", pack(t, types, "x", "xl/workbook.xml", "x", "xl/sharedStrings.xml", "<sst><si><t>甲</t><rPh><t>jia</t></rPh></si><si><r><t>乙</t></r><r><t>丙</t></r></si></sst>",
			"xl/worksheets/sheet1.xml", `<row><c r="A1" t="s"><v>1</v></c><c r="B1"><v>13800138000</v></c><c r="C1" t="inlineStr"><is><t>丁</t></is></c><c r="D1"><v>1.3800138E10</v></c><c r="E1" t="s"><v>99</v></c><c r="F1"/></row>`),
			"第 1 张表 A1: 乙丙\n第 1 张表 B1: 13800138000\n第 1 张表 C1: 丁\n第 1 张表 D1: 13800138000\n"},
		{".csv", []byte("甲,乙\n"), ": 甲,乙\n\n"},
	} {
		if got, p := look(t, c.ext, c.data); got != c.want || p != nil {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.ext, p, got, c.want)
		}
	}
}

func TestProblems(t *testing.T) {
	whole := docx(t, "<w:p/>")
	good := []byte("%PDF-1.4\n1 0 obj\n<<>>\nendobj\nxref\n0 1\ntrailer\n<<>>\nstartxref\n28\n%%EOF\n")
	bomb := docx(t, strings.Repeat("<w:p><w:t>撑</w:t></w:p>", 1<<20))
	many := []string{types, "x", "word/document.xml", "x"}
	for i := range maxParts + 10 {
		many = append(many, fmt.Sprintf("word/p%d.xml", i), "x")
	}
	for _, c := range []struct {
		name, ext string
		data      []byte
		partly    bool
		says      string // "" where all is well
	}{
		{"good", ".pdf", good, false, ""},
		{"empty", ".pdf", nil, false, "空"},
		{"no pdf", ".pdf", []byte("<html>"), false, "不是 .pdf"},
		{"renamed docx", ".pdf", whole, false, "不是 .pdf"},
		{"cut", ".pdf", good[:len(good)-10], false, "缺了一截"},
		{"wrong offset", ".pdf", bytes.Replace(good, []byte("\n28\n"), []byte("\n5\n"), 1), false, "目录损坏"},
		{"far offset", ".pdf", bytes.Replace(good, []byte("\n28\n"), []byte("\n999999999999\n"), 1), false, "目录损坏"},
		{"good", ".docx", whole, false, ""},
		{"cut", ".docx", whole[:len(whole)/2], false, "缺了一截"},
		{"protected", ".docx", append(bytes.Clone(compound), make([]byte, 600)...), false, "密码"},
		{"another", ".xlsx", whole, false, "xl/workbook.xml"},
		{"text", ".docx", []byte("文字"), false, "不是 .docx"},
		{"bad xml", ".docx", pack(t, types, "x", "word/document.xml", "<a><![CDATA["), false, "读不出来"},
		{"bomb", ".docx", bomb, true, "没有查完"},
		{"many parts", ".docx", pack(t, many...), true, "没有查完"},
		{"renamed", ".rar", []byte("PK\x03\x04"), false, "不是 .rar"},
		{"old", ".doc", append(bytes.Clone(compound), 0), false, ""},
		{"not old", ".doc", []byte("文字"), false, "不是 .doc"},
		{"unknown", ".xyz", []byte("文字"), false, ""},
		{"ofd", ".ofd", pack(t, "OFD.xml", "<ofd/>"), false, ""},
		{"long text", ".txt", bytes.Repeat([]byte("一二三\n"), 1<<20), true, "没有查完"},
	} {
		_, p := look(t, c.ext, c.data)
		switch {
		case c.says == "" && p != nil:
			t.Errorf("%s%s: %s", c.name, c.ext, p.Zh)
		case c.says != "" && (p == nil || !strings.Contains(p.Zh, c.says) || p.En == "" || p.Hint.Zh == "" || p.Partly != c.partly):
			t.Errorf("%s%s: %+v", c.name, c.ext, p)
		}
	}
}

// Damaged bytes anywhere give a problem or none, and never a panic or a hang.
func TestDamaged(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	whole := docx(t, strings.Repeat("<w:p><w:r><w:t>一段话</w:t></w:r></w:p>", 50))
	for range 2000 {
		data := bytes.Clone(whole)
		for range 1 + r.IntN(4) {
			data[r.IntN(len(data))] = byte(r.Uint32())
		}
		if r.IntN(3) == 0 {
			data = data[:r.IntN(len(data))]
		}
		look(t, []string{".docx", ".xlsx", ".pptx", ".zip", ".pdf"}[r.IntN(5)], data)
	}
}

// Within the limits a bomb costs little.
func TestBombIsBounded(t *testing.T) {
	bomb := docx(t, strings.Repeat("<w:p><w:t>撑</w:t></w:p>", 1<<20))
	read := 0
	_, err := Whole(".docx", File{bytes.NewReader(bomb), int64(len(bomb))}, Visitor{Text: func(_ Where, s string) { read += len(s) }})
	if err != nil || read > maxPlain {
		t.Errorf("%d bytes of text are read, %v", read, err)
	}
}
