package tmpl

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"branchlight/cmd/branchlight/internal/diag"
)

// The forms in which a page asks another host for something. An address may
// begin inside an action: src="{{"//cdn.example/x.js"}}".
var (
	attribute = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)[\s"']([a-z:-]+)\s*=\s*["']?\s*(?:\{\{[^}]*["` + "`" + `])?((?:https?:)?//[^\s"'>{}]*)`)
	})
	styleURL = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)(?:url\(|@import)\s*["']?\s*((?:https?:)?//[^\s"')]*)`)
	})
	refresh = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)content\s*=\s*["']?\s*[0-9.]+\s*[;,]\s*(?:url\s*=\s*)?["']?\s*((?:https?:)?//[^\s"'>]*)`)
	})
	scripted = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("[\"'`]" + `((?:https?:)?//[^\s"'` + "`" + `]+)`) })
	script   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?is)<script\b[^>]*>(.*?)</script`) })
	comment  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?s)\{\{-?\s*/\*.*?\*/\s*-?\}\}|<!--.*?-->`) })
	tagStart = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`<([a-zA-Z][a-zA-Z0-9-]*)`) })
)

// fetching are the attributes whose address the browser asks by itself, or sends
// what readers type to. A plain link is none of them: readers choose to follow it.
var fetching = map[string]bool{
	"src": true, "srcset": true, "href": true, "xlink:href": true, "poster": true, "data": true, "action": true,
	"formaction": true, "background": true, "manifest": true, "ping": true, "imagesrcset": true,
}

// foreign reports addresses of other hosts that the page would ask for. The site
// is read in networks where such a request fails or is not allowed.
func (l *loader) foreign(f *file) {
	if f.bad != nil || !bytes.Contains(f.src.Text, []byte("//")) {
		return
	}
	// What is commented out keeps its length, so that places stay right.
	text := comment().ReplaceAllFunc(f.src.Text, func(c []byte) []byte { return bytes.Repeat([]byte{' '}, len(c)) })
	var at []int // pairs of offsets
	for _, m := range attribute().FindAllSubmatchIndex(text, -1) {
		if fetching[strings.ToLower(string(text[m[2]:m[3]]))] && !isLink(text[:m[2]], text[m[2]:m[3]]) {
			at = append(at, m[4], m[5])
		}
	}
	for _, rx := range []*regexp.Regexp{styleURL(), refresh()} {
		for _, m := range rx.FindAllSubmatchIndex(text, -1) {
			at = append(at, m[2], m[3])
		}
	}
	for _, s := range script().FindAllSubmatchIndex(text, -1) {
		for _, m := range scripted().FindAllSubmatchIndex(text[s[2]:s[3]], -1) {
			at = append(at, s[2]+m[2], s[2]+m[3])
		}
	}
	for i := 0; i < len(at); i += 2 {
		l.report(f, f.src.Finding(hostRule, at[i],
			diag.Textf("页面会向别的网站要东西：%s", "the page would ask another host: %s", f.src.Text[at[i]:at[i+1]]),
			diag.Textf("把文件放进主题的 assets/，用相对地址引用", "put the file into the theme's assets/ and refer to it by a relative address")))
	}
}

// isLink reports whether an attribute, with the text before it, is the address
// of a plain link.
func isLink(before, attr []byte) bool {
	if !strings.EqualFold(string(attr), "href") {
		return false
	}
	tags := tagStart().FindAllSubmatch(before, -1)
	if len(tags) == 0 {
		return false
	}
	tag := string(tags[len(tags)-1][1])
	return strings.EqualFold(tag, "a") || strings.EqualFold(tag, "area")
}
