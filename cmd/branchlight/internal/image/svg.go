package image

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"branchlight/cmd/branchlight/internal/diag"
)

// Limits of an SVG picture.
const (
	maxSVG      = 4 << 20 // bytes
	maxSVGDepth = 64      // elements in each other
	most        = 20      // findings in one picture
)

const (
	svgSpace   = "http://www.w3.org/2000/svg"
	xhtmlSpace = "http://www.w3.org/1999/xhtml"
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
)

// svgElements lists the elements of SVG that draw, and nothing else. What is not
// listed is refused: a list of what is dangerous would never be complete.
var svgElements = words(`svg g defs symbol use switch a view title desc metadata style
	path rect circle ellipse line polyline polygon text tspan textPath tref image marker pattern mask clipPath filter
	linearGradient radialGradient stop animate animateTransform animateMotion mpath set
	feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap
	feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode
	font font-face font-face-src font-face-name missing-glyph glyph hkern vkern
	feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence`)

func words(s string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		m[w] = true
	}
	return m
}

// svg is the state of one check.
type svg struct {
	src    *diag.Source
	depth  int
	styles int             // depth of the style element we are in; 0: none
	sheet  strings.Builder // its text so far
	root   *xml.StartElement
	found  []diag.Finding
}

// checkSVG reads an SVG picture and reports everything in it that could run or
// fetch. Its size is that of the root element, in CSS pixels; 0 if it has none.
func checkSVG(file string, data []byte) (w, h int, fs []diag.Finding) {
	s := &svg{src: diag.NewSource(file, bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")))}
	if len(data) > maxSVG {
		return 0, 0, append(fs, ruleSVG.At(diag.Pos{File: file},
			diag.Textf("SVG 图片太大，最多 %d MB", "the SVG picture is too large; at most %d MB", maxSVG>>20),
			diag.Textf("请另存为 PNG", "save it as PNG")))
	}
	d := xml.NewDecoder(bytes.NewReader(s.src.Text))
	for {
		at := int(d.InputOffset())
		tok, err := d.Token()
		if err != nil {
			if err != io.EOF {
				s.broken(int(d.InputOffset()), err)
			}
			break
		}
		if !s.token(at, int(d.InputOffset()), tok) {
			break
		}
	}
	if s.root == nil {
		if len(s.found) == 0 {
			s.broken(0, errors.New("no svg element"))
		}
		return 0, 0, s.found
	}
	w, h = svgSize(s.root.Attr)
	return w, h, s.found
}

// token looks at the token that stands from at to end. It tells whether to go on.
func (s *svg) token(at, end int, tok xml.Token) bool {
	switch tok := tok.(type) {
	case xml.StartElement:
		if s.depth++; s.depth > maxSVGDepth {
			s.add(ruleSVG, at, "元素一层套一层，太深了", "elements are nested too deeply", "")
			return false
		}
		return s.element(at, end, tok)
	case xml.EndElement:
		if s.styles > 0 && s.styles == s.depth {
			// Comments cut the text into pieces, which browsers join.
			s.css(func() int { return at }, s.sheet.String())
			s.styles = 0
			s.sheet.Reset()
		}
		s.depth--
	case xml.CharData:
		if s.styles > 0 {
			s.sheet.Write(tok)
		}
	case xml.ProcInst:
		if tok.Target == "xml" {
			return s.declared(at, string(tok.Inst))
		}
		s.add(ruleExternal, at, "有处理指令 <?%s?>，可能引用外部文件", "the processing instruction <?%s?> may load other files", tok.Target)
	case xml.Directive:
		if !plainDoctype(string(tok)) {
			s.add(ruleExternal, at, "有带实体或外部文件的 DOCTYPE 声明", "a DOCTYPE declares entities or other files", "")
			return false
		}
	}
	return true
}

// encoding is the encoding of an XML declaration, with the blanks that XML allows
// and that xml.Decoder overlooks.
var encoding = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`encoding\s*=\s*["']([^"']*)["']`) })

// declared refuses declarations of other encodings than UTF-8: what a browser
// would read by them is not what was checked.
func (s *svg) declared(at int, inst string) bool {
	if m := encoding().FindStringSubmatch(inst); strings.Count(inst, "encoding") == 0 ||
		strings.Count(inst, "encoding") == 1 && m != nil && strings.EqualFold(m[1], "utf-8") {
		return true
	}
	s.broken(at, errors.New("its encoding is not UTF-8"))
	return false
}

// plainDoctype accepts the declaration that drawing programs write: it names the
// public SVG document type and declares nothing of its own.
func plainDoctype(d string) bool {
	rest, ok := strings.CutPrefix(d, "DOCTYPE svg")
	if !ok || strings.ContainsAny(rest, "[]<>%&") {
		return false
	}
	rest = strings.TrimSpace(rest)
	return rest == "" || strings.HasPrefix(rest, `PUBLIC "-//W3C//DTD SVG `) || strings.HasPrefix(rest, `PUBLIC '-//W3C//DTD SVG `)
}

func (s *svg) element(at, end int, e xml.StartElement) bool {
	name := e.Name.Local
	if s.root == nil {
		if name != "svg" || e.Name.Space != svgSpace {
			s.add(ruleSVG, at, "第一个元素不是带 xmlns 声明的 <svg>", "the first element is no <svg> with its xmlns", "")
			return false
		}
		root := e.Copy()
		s.root = &root
	}
	switch {
	case e.Name.Space == xhtmlSpace, e.Name.Space == svgSpace && !svgElements[name]:
		s.add(ruleActive, at, "有不允许的元素 <%s>", "the element <%s> is not allowed", name)
	case e.Name.Space == svgSpace && name == "style":
		s.styles = s.depth
	case s.styles > 0:
		s.add(ruleActive, at, "样式里有元素 <%s>", "an element <%s> stands in a style", name)
	}
	for _, a := range e.Attr {
		if len(s.found) >= most {
			return false // looking for the places of thousands of attributes would take minutes
		}
		s.attr(at, end, e, a)
	}
	return true
}

// attr looks at one attribute. Elements of other namespaces draw nothing, but
// their attributes are looked at all the same.
func (s *svg) attr(at, end int, e xml.StartElement, a xml.Attr) {
	name := strings.ToLower(a.Name.Local)
	value := strings.TrimSpace(a.Value)
	// The first place of the name in the tag is good enough for a reader.
	place := func() int {
		return at + max(0, bytes.Index(s.src.Text[at:end], []byte(a.Name.Local)))
	}
	switch {
	case a.Name.Space == "xmlns" || a.Name.Space == "" && name == "xmlns":
	case strings.HasPrefix(name, "on") && (a.Name.Space == "" || a.Name.Space == svgSpace):
		s.add(ruleActive, place(), "有事件属性 %s", "the attribute %s runs a script", name)
	case name == "ping":
		s.add(ruleExternal, place(), "有属性 ping，会向外部地址报告", "the attribute ping reports to another address", "")
	case a.Name.Space == xmlSpace && name == "base":
		s.add(ruleExternal, place(), "有属性 xml:base，会改变引用的位置", "the attribute xml:base moves references elsewhere", "")
	case name == "href" || name == "src":
		s.href(place, e, value)
	case name == "attributename":
		target := strings.ToLower(value)
		if strings.HasPrefix(target, "on") || strings.HasSuffix(target, "href") || target == "style" {
			s.add(ruleActive, place(), "动画会改变属性 %s", "an animation changes the attribute %s", value)
		}
	case a.Name.Space == "":
		s.css(place, value)
	}
}

// href accepts places in the picture itself, and for pictures embedded pictures
// of pixels.
func (s *svg) href(at func() int, e xml.StartElement, value string) {
	if strings.HasPrefix(value, "#") || value == "" {
		return
	}
	if name := e.Name.Local; name == "image" || name == "feImage" {
		for _, kind := range []string{"png", "jpeg", "jpg", "gif", "webp"} {
			if strings.HasPrefix(strings.ToLower(value), "data:image/"+kind+";") || strings.HasPrefix(strings.ToLower(value), "data:image/"+kind+",") {
				return
			}
		}
	}
	scheme := strings.ToLower(strings.Join(strings.Fields(value), ""))
	if strings.HasPrefix(scheme, "javascript:") || strings.HasPrefix(scheme, "vbscript:") || strings.HasPrefix(scheme, "data:") {
		s.add(ruleActive, at(), "链接“%s”可能运行脚本", "the link %q may run a script", brief(value))
		return
	}
	s.add(ruleExternal, at(), "引用了外部地址“%s”", "it refers to the outside address %q", brief(value))
}

// cssLoads lists what makes CSS load something, and cssRuns what made old
// browsers run something. url(...) is looked at more closely.
var (
	cssLoads = []string{"@import", "@namespace", "image-set(", "cross-fade(", "image(", "src("}
	cssRuns  = []string{"expression(", "-moz-binding", "behavior:", "javascript:"}
)

// css looks at a style sheet or at the value of an attribute, which may be one.
func (s *svg) css(at func() int, text string) {
	t := strings.ToLower(text)
	if !strings.ContainsAny(t, "@(\\") && !strings.Contains(t, ":") {
		return
	}
	if strings.Contains(t, "\\") {
		// Escapes can spell every word on the lists.
		s.add(ruleActive, at(), "样式里有反斜线，无法检查", "a style has a backslash and cannot be checked", "")
		return
	}
	// What looks like a comment may stand in a string and be none.
	if s.scanCSS(at, t) || !strings.Contains(t, "/*") {
		return
	}
	s.scanCSS(at, dropComments(t))
}

// scanCSS looks at a style in lower case. It tells whether it found anything.
func (s *svg) scanCSS(at func() int, t string) bool {
	for _, call := range cssLoads {
		if strings.Contains(t, call) {
			s.add(ruleExternal, at(), "样式里有 %s", "a style has %s", strings.TrimSuffix(call, "("))
			return true
		}
	}
	for _, call := range cssRuns {
		if strings.Contains(t, call) {
			s.add(ruleActive, at(), "样式里有 %s", "a style has %s", strings.Trim(call, "(:"))
			return true
		}
	}
	for rest := t; ; {
		_, after, ok := strings.Cut(rest, "url(")
		if !ok {
			return false
		}
		rest = after
		target := strings.TrimLeft(after, " \t\r\n\f\"'")
		if strings.HasPrefix(target, "#") || safeData(target) {
			continue
		}
		s.add(ruleExternal, at(), "样式引用了外部地址“%s”", "a style refers to the outside address %q", brief(target))
		return true
	}
}

func safeData(target string) bool {
	for _, kind := range []string{"image/png", "image/jpeg", "image/gif", "image/webp", "font/", "application/font", "application/x-font"} {
		if strings.HasPrefix(target, "data:"+kind) {
			return true
		}
	}
	return false
}

// dropComments takes comments out of CSS: they separate words, and the parts of
// url( must stand together.
func dropComments(t string) string {
	var b strings.Builder
	for {
		before, rest, _ := strings.Cut(t, "/*")
		b.WriteString(before)
		if rest == "" {
			return b.String()
		}
		b.WriteByte(' ')
		_, t, _ = strings.Cut(rest, "*/")
	}
}

func brief(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// add reports something at an offset. The formats take arg, if it is not empty.
func (s *svg) add(r *diag.Rule, at int, zh, en, arg string) {
	if len(s.found) >= most {
		return
	}
	msg := diag.Text{Zh: zh, En: en}
	if arg != "" {
		msg = diag.Textf(zh, en, arg)
	}
	s.found = append(s.found, s.src.Finding(r, at, msg, plainSVG))
}

var plainSVG = diag.Textf("请在绘图软件里导出为“纯 SVG”（不带脚本和链接），或另存为 PNG", "export it from the drawing program as plain SVG, without scripts and links, or save it as PNG")

func (s *svg) broken(at int, err error) {
	s.found = append(s.found, s.src.Finding(ruleSVG, at,
		diag.Text{Zh: "SVG 的内容有错误，浏览器可能打不开", En: "the SVG is not well formed (" + err.Error() + ")"}, plainSVG))
}

// svgSize gives the size of the root element: width and height, else those of
// its viewBox.
func svgSize(attrs []xml.Attr) (w, h int) {
	var box []string
	var width, height float64
	for _, a := range attrs {
		if a.Name.Space != "" {
			continue
		}
		switch a.Name.Local {
		case "width":
			width = pixels(a.Value)
		case "height":
			height = pixels(a.Value)
		case "viewBox":
			box = strings.FieldsFunc(a.Value, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' || r == '\n' || r == '\r' })
		}
	}
	if len(box) == 4 {
		bw, bh := pixels(box[2]), pixels(box[3])
		switch { // what is missing follows from the proportion
		case bw == 0 || bh == 0:
		case width == 0 && height == 0:
			width, height = bw, bh
		case width == 0:
			width = height * bw / bh
		case height == 0:
			height = width * bh / bw
		}
	}
	if width == 0 || height == 0 {
		return 0, 0
	}
	return rounded(width), rounded(height)
}

// rounded gives a whole number of pixels, at least 1.
func rounded(v float64) int { return int(math.Max(1, math.Min(math.Round(v), math.MaxInt32))) }

// pixels reads a CSS length; 0 for percentages and what is no length.
func pixels(s string) float64 {
	s = strings.TrimSpace(s)
	scale := 1.0
	for unit, px := range map[string]float64{"px": 1, "pt": 4.0 / 3, "pc": 16, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4} {
		if n, ok := strings.CutSuffix(s, unit); ok {
			s, scale = n, px
			break
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v > 0) || math.IsInf(v, 0) {
		return 0
	}
	return v * scale
}
