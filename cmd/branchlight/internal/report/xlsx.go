package report

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// This file writes the parts of an .xlsx workbook (ECMA-376, part 1, sections 12,
// 18.2, 18.3 and 18.8) as far as tables need them: texts, whole numbers, styles,
// widths, a frozen head, a filter, and how a sheet prints. The library for
// workbooks would do it too, but the tables that it makes at the start of a
// program would cost every command 20 milliseconds, a fifth of a build that has
// nothing to do. The tests read what stands here with that library.

// xlsx is a workbook.
type xlsx struct {
	title, day string // day is that of the report, such as 2026-11-27
	sheets     []*xlsxSheet
	styles     []xlsxStyle
}

// xlsxStyle is how a cell looks.
type xlsxStyle struct {
	fill  string // of colour RRGGBB; empty: none
	color string // of the text; empty: black
	bold  bool
	wrap  bool
}

// xlsxSheet is a sheet with one table, whose first row is its head.
type xlsxSheet struct {
	name   string
	widths []int // of the columns, in narrow characters
	rows   int
	cells  bytes.Buffer // <row> elements
}

// xlsxCell is a cell: a number where text is nil.
type xlsxCell struct {
	text   *string
	number int
	style  int // as style gives it
}

// style gives the number of a style.
func (x *xlsx) style(s xlsxStyle) int {
	for i := range x.styles {
		if x.styles[i] == s {
			return i + 1
		}
	}
	x.styles = append(x.styles, s)
	return len(x.styles)
}

// add adds a row.
func (s *xlsxSheet) add(row []xlsxCell) {
	s.rows++
	height := ""
	if s.rows == 1 {
		height = ` ht="32" customHeight="1"` // points: two lines
	}
	fmt.Fprintf(&s.cells, `<row r="%d"%s>`, s.rows, height)
	for i, c := range row {
		at := columnName(i) + strconv.Itoa(s.rows)
		if c.text == nil {
			fmt.Fprintf(&s.cells, `<c r="%s" s="%d"><v>%d</v></c>`, at, c.style, c.number)
			continue
		}
		fmt.Fprintf(&s.cells, `<c r="%s" s="%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, at, c.style, xlsxText(*c.text))
	}
	s.cells.WriteString("</row>")
}

// columnName gives the letters of a column, from 0: A, B, ..., Z, AA, ...
func columnName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

// xlsxText escapes a text. A workbook reads _x0041_ as the character of that
// number, so that what looks so is written with its first character as such.
func xlsxText(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(strings.ReplaceAll(s, "_x", "_x005F_x")))
	return b.String()
}

const (
	xlsxHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	xlsxMain = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	xlsxRel  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	xlsxPack = "http://schemas.openxmlformats.org/package/2006/"
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml."
)

// bytes gives the file. The same workbook gives the same bytes.
func (x *xlsx) bytes() ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	parts := []struct{ name, text string }{
		{"[Content_Types].xml", x.types()},
		{"_rels/.rels", relations([3]string{"rId1", xlsxRel + "/officeDocument", "xl/workbook.xml"},
			[3]string{"rId2", xlsxPack + "relationships/metadata/core-properties", "docProps/core.xml"})},
		{"docProps/core.xml", x.properties()},
		{"xl/workbook.xml", x.workbook()},
		{"xl/_rels/workbook.xml.rels", x.relations()},
		{"xl/styles.xml", x.styleSheet()},
	}
	for i, s := range x.sheets {
		parts = append(parts, struct{ name, text string }{fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), s.sheet(i == 0)})
	}
	for _, p := range parts {
		w, err := z.Create(p.name)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(xlsxHead + p.text)); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return out.Bytes(), err
}

// types says what each part is.
func (x *xlsx) types() string {
	b := `<Types xmlns="` + xlsxPack + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`
	part := func(name, kind string) string {
		return `<Override PartName="/` + name + `" ContentType="` + kind + `+xml"/>`
	}
	b += part("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties")
	b += part("xl/workbook.xml", xlsxType+"sheet.main") + part("xl/styles.xml", xlsxType+"styles")
	for i := range x.sheets {
		b += part(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), xlsxType+"worksheet")
	}
	return b + "</Types>"
}

// relations lists what a part refers to: ID, type, target.
func relations(list ...[3]string) string {
	b := `<Relationships xmlns="` + xlsxPack + `relationships">`
	for _, r := range list {
		b += fmt.Sprintf(`<Relationship Id="%s" Type="%s" Target="%s"/>`, r[0], r[1], r[2])
	}
	return b + "</Relationships>"
}

func (x *xlsx) relations() string {
	var list [][3]string
	for i := range x.sheets {
		list = append(list, [3]string{fmt.Sprintf("rId%d", i+1), xlsxRel + "/worksheet", fmt.Sprintf("worksheets/sheet%d.xml", i+1)})
	}
	return relations(append(list, [3]string{fmt.Sprintf("rId%d", len(x.sheets)+1), xlsxRel + "/styles", "styles.xml"})...)
}

func (x *xlsx) properties() string {
	moment := x.day + "T00:00:00Z"
	return `<cp:coreProperties xmlns:cp="` + xlsxPack + `metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<dc:title>` + xlsxText(x.title) + `</dc:title><dc:creator>Branchlight</dc:creator>` +
		`<dcterms:created xsi:type="dcterms:W3CDTF">` + moment + `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">` + moment + `</dcterms:modified></cp:coreProperties>`
}

// workbook lists the sheets. The head of each is printed on every page.
func (x *xlsx) workbook() string {
	sheets, names := "", ""
	for i, s := range x.sheets {
		name := xlsxText(s.name)
		sheets += fmt.Sprintf(`<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, name, i+1, i+1)
		if s.rows > 1 {
			names += fmt.Sprintf(`<definedName name="_xlnm._FilterDatabase" localSheetId="%d" hidden="1">'%s'!$A$1:$%s$%d</definedName>`, i, name, columnName(len(s.widths)-1), s.rows)
		}
		names += fmt.Sprintf(`<definedName name="_xlnm.Print_Titles" localSheetId="%d">'%s'!$1:$1</definedName>`, i, name)
	}
	return `<workbook ` + xlsxMain + ` xmlns:r="` + xlsxRel + `"><bookViews><workbookView/></bookViews><sheets>` + sheets + `</sheets><definedNames>` + names + `</definedNames></workbook>`
}

// styleSheet gives the styles: first the plain one of cells that nobody fills.
func (x *xlsx) styleSheet() string {
	const face = `<sz val="11"/>%s<name val="宋体"/><family val="2"/><charset val="134"/>`
	fonts := []string{fmt.Sprintf(face, "")}
	fills := []string{`<patternFill patternType="none"/>`, `<patternFill patternType="gray125"/>`} // which every workbook has
	formats := []string{`<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>`}
	for _, s := range x.styles {
		font, fill := 0, 0
		if s.bold || s.color != "" {
			text := ""
			if s.color != "" {
				text = `<color rgb="FF` + s.color + `"/>`
			}
			text = fmt.Sprintf(face, text)
			if s.bold {
				text = "<b/>" + text
			}
			font, fonts = len(fonts), append(fonts, text)
		}
		if s.fill != "" {
			fill, fills = len(fills), append(fills, `<patternFill patternType="solid"><fgColor rgb="FF`+s.fill+`"/><bgColor indexed="64"/></patternFill>`)
		}
		wrap := ""
		if s.wrap {
			wrap = ` wrapText="1"`
		}
		formats = append(formats, fmt.Sprintf(`<xf numFmtId="0" fontId="%d" fillId="%d" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment vertical="top"%s/></xf>`, font, fill, wrap))
	}
	list := func(name, item string, all []string) string {
		b := fmt.Sprintf(`<%s count="%d">`, name, len(all))
		for _, s := range all {
			b += "<" + item + ">" + s + "</" + item + ">"
		}
		return b + "</" + name + ">"
	}
	side := func(name string) string { return `<` + name + ` style="thin"><color rgb="FFCFC3B5"/></` + name + `>` }
	borders := []string{"<left/><right/><top/><bottom/><diagonal/>", side("left") + side("right") + side("top") + side("bottom") + "<diagonal/>"}
	return `<styleSheet ` + xlsxMain + `>` + list("fonts", "font", fonts) + list("fills", "fill", fills) + list("borders", "border", borders) +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		fmt.Sprintf(`<cellXfs count="%d">%s</cellXfs>`, len(formats), strings.Join(formats, "")) +
		`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
}

// sheet gives a sheet: its first row and column stay in sight, and it prints on A4
// across, as wide as the paper.
func (s *xlsxSheet) sheet(first bool) string {
	selected := ""
	if first {
		selected = ` tabSelected="1"`
	}
	last := fmt.Sprintf("%s%d", columnName(len(s.widths)-1), s.rows)
	var b strings.Builder
	fmt.Fprintf(&b, `<worksheet %s><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><dimension ref="A1:%s"/>`, xlsxMain, last)
	fmt.Fprintf(&b, `<sheetViews><sheetView%s workbookViewId="0"><pane xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" state="frozen"/></sheetView></sheetViews>`, selected)
	b.WriteString(`<sheetFormatPr defaultRowHeight="15"/><cols>`)
	for i, w := range s.widths {
		fmt.Fprintf(&b, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, w)
	}
	b.WriteString(`</cols><sheetData>`)
	b.Write(s.cells.Bytes())
	b.WriteString(`</sheetData>`)
	if s.rows > 1 {
		fmt.Fprintf(&b, `<autoFilter ref="A1:%s"/>`, last)
	}
	b.WriteString(`<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/></worksheet>`)
	return b.String()
}
