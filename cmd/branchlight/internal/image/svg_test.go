package image

import (
	"fmt"
	"strings"
	"testing"

	"branchlight/cmd/branchlight/internal/diag"
)

// inSVG puts parts into a picture; they begin on its second line.
func inSVG(parts string) string {
	return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 20">` + "\n" + parts + "\n</svg>"
}

func TestSVG(t *testing.T) {
	for _, test := range []struct {
		name, text string
		find       string // rules and places
	}{
		{"drawing", inSVG(`<defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs><path d="M0 0h1" fill="url(#g)" style="stroke:red;fill:url( '#g' )"/>`), ""},
		{"own use", inSVG(`<use href="#g"/><use xlink:href="#g"/><a href="#top"><text>党支部</text></a>`), ""},
		{"style", inSVG(`<style><![CDATA[ .a { fill: url(#g); background-image: url("data:image/png;base64,AA==") } /* a: b */ ]]></style>`), ""},
		{"embedded pixels", inSVG(`<image xlink:href="data:image/png;base64,AAAA" width="1" height="1"/>`), ""},
		{"animation", inSVG(`<rect><animate attributeName="x" from="0" to="1"/></rect>`), ""},
		{"drawing program", `<?xml version="1.0" encoding="UTF-8"?><!-- made by --><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">` +
			inSVG(`<metadata xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:RDF rdf:about="http://example.com/"/></metadata>`), ""},
		{"prefix", `<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:g/></s:svg>`, ""},
		{"mark", "\xEF\xBB\xBF" + inSVG(`<g/>`), ""},

		{"script", inSVG(`<g/><script>alert(1)</script>`), "svg-active 2:5"},
		{"script by prefix", inSVG(`<x:script xmlns:x="http://www.w3.org/2000/svg"/>`), "svg-active 2:1"},
		{"script of HTML", inSVG(`<h:script xmlns:h="http://www.w3.org/1999/xhtml"/>`), "svg-active 2:1"},
		{"event", inSVG(`<g OnLoad="alert(1)"/>`), "svg-active 2:4"},
		{"event on the root", `<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>`, "svg-active 1:41"},
		{"foreign object", inSVG(`<foreignObject/>`), "svg-active 2:1"},
		{"handler", inSVG(`<handler/>`), "svg-active 2:1"},
		{"javascript", inSVG(`<a href="javascript:alert(1)"/>`), "svg-active 2:4"},
		{"javascript in disguise", inSVG(`<a xlink:href=" java&#x09;script:alert(1)"/>`), "svg-active 2:10"},
		{"text in data", inSVG(`<a href="data:text/html,x"/>`), "svg-active 2:4"},
		{"SVG in data", inSVG(`<image href="data:image/svg+xml,x"/>`), "svg-active 2:8"},
		{"animated link", inSVG(`<a><set attributeName="xlink:href" to="javascript:alert(1)"/></a>`), "svg-active 2:9; svg-active 2:36"},
		{"animated event", inSVG(`<set attributeName="onclick" to="alert(1)"/>`), "svg-active 2:6"},
		{"element in a style", inSVG(`<style><g/></style>`), "svg-active 2:8"},

		{"outside use", inSVG(`<use href="other.svg#x"/>`), "svg-external 2:6"},
		{"outside picture", inSVG(`<image href="http://example.com/a.png"/>`), "svg-external 2:8"},
		{"outside link", inSVG(`<a href="https://example.com/"/>`), "svg-external 2:4"},
		{"base", inSVG(`<g xml:base="http://example.com/"/>`), "svg-external 2:8"},
		{"import", inSVG(`<style>@import "a.css";</style>`), "svg-external 2:24"},
		{"url in a style", inSVG(`<style>a{fill:url(http://example.com/)}</style>`), "svg-external 2:40"},
		{"url cut by a comment", inSVG(`<style>a{fill:u<!-- -->rl(//example.com)}</style>`), "svg-external 2:42"},
		{"url behind a comment", inSVG(`<style>a{fill:url(/**/x)}</style>`), "svg-external 2:26"},
		{"url between strings with comment marks", inSVG(`<style>a{font-family:"/*"} b{fill:url(//example.com)} c{font-family:"*/"}</style>`), "svg-external 2:74"},
		{"url of a comment mark", inSVG(`<style>a{fill:url(/*x*/#a)}</style>`), "svg-external 2:28"},
		{"ping", inSVG(`<a href="#a" ping="//example.com"/>`), "svg-external 2:14"},
		{"encoding behind a blank", `<?xml version="1.0" encoding = "utf-7"?>` + inSVG(`<g/>`), "svg-broken 1:1"},
		{"encoding twice", `<?xml version="1.0" encoding="utf-8" encoding="utf-7"?>` + inSVG(`<g/>`), "svg-broken 1:1"},
		{"encoding in small letters", `<?xml version='1.0' encoding = 'utf-8' ?>` + inSVG(`<g/>`), ""},
		{"url in an attribute", inSVG(`<g fill="URL( 'http://example.com/#a')"/>`), "svg-external 2:4"},
		{"image set", inSVG(`<g style="cursor:image-set('a.png' 1x)"/>`), "svg-external 2:4"},
		{"escape", inSVG(`<g style="fill:\75rl(//example.com)"/>`), "svg-active 2:4"},
		{"style sheet", `<?xml-stylesheet href="http://example.com/a.xsl" type="text/xsl"?>` + inSVG(``), "svg-external 1:1"},
		{"entity", `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + inSVG(`&x;`), "svg-external 1:1"},
		{"foreign document type", `<!DOCTYPE svg SYSTEM "http://example.com/a.dtd">` + inSVG(``), "svg-external 1:1"},

		{"not closed", inSVG(`<g>`), "svg-broken 3:7"},
		{"unknown entity", inSVG(`&nbsp;`), "svg-broken 2:7"},
		{"no name space", `<svg/>`, "svg-broken 1:1"},
		{"other encoding", `<?xml version="1.0" encoding="GBK"?>` + inSVG(``), "svg-broken 1:37"},
		{"bad UTF-8", inSVG("<title>\xb5\xb3</title>"), "svg-broken 2:10"},
		{"deep", inSVG(strings.Repeat("<g>", 100)), "svg-broken 2:190"},
	} {
		info, fs := Inspect("a.svg", []byte(test.text))
		var got []string
		for _, f := range fs {
			got = append(got, fmt.Sprintf("%s %d:%d", f.Rule, f.Pos.Line, f.Pos.Col))
		}
		if s := strings.Join(got, "; "); s != test.find {
			t.Errorf("%s: findings are %q, want %q", test.name, s, test.find)
		}
		if info.Format != "svg" {
			t.Errorf("%s: format %q", test.name, info.Format)
		}
		complete(t, fs)
	}
}

func TestSVGSize(t *testing.T) {
	for attrs, want := range map[string]Info{
		``:                                       {},
		`width="40" height="24"`:                 {40, 24, "", ""},
		`width="40px" height="24.6px"`:           {40, 25, "", ""},
		`width="30pt" height="25.4mm"`:           {40, 96, "", ""},
		`viewBox="0 0 40 24"`:                    {40, 24, "", ""},
		`viewBox="0,0,40,24"`:                    {40, 24, "", ""},
		`width="100%" viewBox="0 0 40 24"`:       {40, 24, "", ""},
		`width="80" viewBox="0 0 40 24"`:         {80, 48, "", ""},
		`height="48" viewBox="0 0 40 24"`:        {80, 48, "", ""},
		`width="-1" height="24"`:                 {},
		`width="NaN" height="1e999"`:             {},
		`width="0.1" height="1e30"`:              {1, 1<<31 - 1, "", ""},
		`width="40"`:                             {},
		`viewBox="0 0 0 24"`:                     {},
		`x:width="40" x:height="24" xmlns:x="x"`: {},
	} {
		info, fs := Inspect("a.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg" `+attrs+`/>`))
		want.Format = "svg"
		if info != want || len(fs) > 0 {
			t.Errorf("%s: %+v, want %+v %v", attrs, info, want, fs)
		}
	}
}

// numbered gives n attributes of different names.
func numbered(name string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s%d='' ", name, i)
	}
	return b.String()
}

// Large and hostile pictures give few findings, and time linear in their size.
func TestSVGLimits(t *testing.T) {
	const n = 300_000
	for name, text := range map[string]string{
		"attributes": inSVG("<g " + strings.Repeat(`on="" `, n) + "/>"),
		"events":     inSVG("<g " + numbered("on", n/2) + "/>"),
		"comments":   inSVG("<style>a{fill:url(#a)" + strings.Repeat("/**/", n) + "}</style>"),
		"urls":       inSVG("<style>" + strings.Repeat("url(#a)", n) + "</style>"),
		"elements":   inSVG(strings.Repeat("<script/>", n)),
		"too large":  inSVG(strings.Repeat(" ", maxSVG)),
	} {
		_, fs := Inspect("a.svg", []byte(text))
		if len(fs) > 20 {
			t.Errorf("%s: %d findings", name, len(fs))
		}
		if name == "too large" && (diag.Errors(fs) != 1 || fs[0].Rule != "svg-broken") {
			t.Errorf("%s: %v", name, fs)
		}
	}
}

func BenchmarkSVG(b *testing.B) {
	text := []byte(inSVG(strings.Repeat(`<path d="M0 0h1" fill="url(#g)" style="stroke:red"/>`, 1000)))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Inspect("a.svg", text)
	}
}
