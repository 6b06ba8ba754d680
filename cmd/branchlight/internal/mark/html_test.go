package mark

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

var (
	tagPattern  = regexp.MustCompile(`<(/?)([a-z][a-z0-9]*)((?: [a-z-]+(?:="[^"<>]*")?)*)>`)
	attrPattern = regexp.MustCompile(` ([a-z-]+)(?:="([^"<>]*)")?`)
)

// allowedAttrs are the attributes that mark writes, by element.
var allowedAttrs = map[string]string{
	"a": "href title rel class role aria-label", "aside": "class role", "code": "class", "div": "class tabindex role aria-label",
	"input": "type disabled checked aria-label", "li": "class id", "ol": "start", "p": "class", "pre": "tabindex",
	"section": "class role aria-label", "sup": "id", "td": "class", "th": "class scope",
	"h2": "id", "h3": "id", "h4": "id", "h5": "id", "h6": "id",
	"ul": "", "blockquote": "", "br": "", "hr": "", "dl": "", "dt": "", "dd": "", "em": "", "strong": "", "del": "",
	"figure": "", "figcaption": "", "table": "", "thead": "", "tbody": "", "tr": "",
}

// checkHTML holds HTML to what mark promises: known elements with known
// attributes, properly nested, addresses of allowed schemes, no hidden
// characters, no < that is no tag.
func checkHTML(t *testing.T, d *Doc) {
	t.Helper()
	html := d.HTML
	fail := func(format string, args ...any) { t.Helper(); t.Errorf(format+"\n%s", append(args, html)...) }
	if !utf8.ValidString(html) || strings.IndexFunc(html, isHidden) >= 0 {
		fail("HTML holds hidden characters or is no UTF-8")
	}
	var open []string
	for i := 0; i < len(html); i++ {
		if html[i] == '>' {
			fail("> outside of a tag")
			return
		}
		if html[i] != '<' {
			continue
		}
		m := tagPattern.FindStringSubmatch(html[i:])
		if m == nil || !strings.HasPrefix(html[i:], m[0]) {
			fail("not a tag: %.40q", html[i:])
			return
		}
		i += len(m[0]) - 1
		name := m[2]
		allowed, known := allowedAttrs[name]
		if !known {
			fail("element %s", name)
		}
		for _, a := range attrPattern.FindAllStringSubmatch(m[3], -1) {
			if !strings.Contains(" "+allowed+" ", " "+a[1]+" ") {
				fail("attribute %s of %s", a[1], name)
			}
			if a[1] == "href" && !regexp.MustCompile(`^(#|https?://[^/]|mailto:|tel:)`).MatchString(strings.ToLower(a[2])) {
				fail("href %q", a[2])
			}
		}
		switch {
		case name == "br" || name == "hr" || name == "input":
		case m[1] == "":
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			fail("</%s> closes %v", name, open)
			return
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		fail("%v stay open", open)
	}
	at := 0
	for _, s := range d.Slots {
		if s.At < at || s.At > len(html) {
			fail("slot at %d", s.At)
		}
		at = s.At
		if s.Kind == ImageTag && s.Ref >= len(d.Images) || s.Kind != ImageTag && s.Ref >= len(d.Links) {
			fail("slot refers to %d", s.Ref)
		}
	}
	ids := map[string]bool{}
	for _, id := range d.IDs {
		if ids[id] {
			fail("id %s twice", id)
		}
		ids[id] = true
		if !strings.Contains(html, ` id="`+id+`"`) {
			fail("id %s is not in the HTML", id)
		}
	}
}
