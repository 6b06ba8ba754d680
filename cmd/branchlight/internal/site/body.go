package site

import (
	"fmt"
	"html"
	"html/template"
	"path"
	"strconv"
	"strings"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/view"
)

// body fills the slots of a page's HTML: links and pictures relative to the
// output that shows it. buf is as in Finish.
func (p *Page) body(out string, buf *[]byte) template.HTML {
	d := p.Doc
	text := d.Body(buf)
	if n := len(d.Slots); n == 0 || d.Slots[n-1].At > len(text) { // the text was kept elsewhere, and is lost: whoever kept it knows
		return template.HTML(text)
	}
	var b strings.Builder
	b.Grow(len(text) + 96*len(d.Slots))
	at := 0
	for _, s := range d.Slots {
		b.WriteString(text[at:s.At])
		at = s.At
		switch s.Kind {
		case mark.LinkOpen:
			p.openLink(&b, out, s.Ref)
		case mark.LinkClose:
			if p.links[s.Ref].out != "" {
				b.WriteString("</a>")
			}
		case mark.ImageTag:
			p.imageTag(&b, out, s.Ref)
		}
	}
	b.WriteString(text[at:])
	return template.HTML(b.String())
}

// code writes what stands for the text of a page: the sum of its source, and
// where its slots lead.
func (p *Page) code(c *codec.Coder) {
	c.Sum(&p.Sum)
	if p.Sum == (codec.Sum{}) {
		text := p.Doc.Body(new([]byte))
		codec.String(c, &text)
	}
	for i := range p.links {
		t := &p.links[i]
		codec.String(c, &t.out)
		codec.String(c, &t.fragment)
		codec.Pointer(c, &t.file, func(f *Attachment) { codec.String(c, &f.Path) })
	}
	for _, f := range p.images {
		codec.Pointer(c, &f, func(f *Attachment) {
			for _, s := range f.sizes() {
				codec.String(c, &s.Out)
				codec.Int(c, &s.Width)
				codec.Int(c, &s.Height)
			}
		})
	}
}

func (p *Page) openLink(b *strings.Builder, out string, ref int) {
	t := &p.links[ref]
	if t.out == "" {
		return
	}
	b.WriteString(`<a href="`)
	b.WriteString(route.Relative(out, t.out))
	if t.fragment != "" {
		b.WriteString("#" + route.Escape(t.fragment))
	}
	b.WriteByte('"')
	if title := p.Doc.Links[ref].Title; title != "" {
		attribute(b, "title", title)
	}
	if t.file != nil && !opensInBrowser(t.file.Path) {
		attribute(b, "download", path.Base(t.file.Path))
	}
	b.WriteByte('>')
}

// opensInBrowser reports whether browsers show a file themselves; the others are
// saved, under the name that their author gave them.
func opensInBrowser(file string) bool {
	switch strings.ToLower(path.Ext(file)) {
	case ".pdf", ".txt", ".mp3", ".mp4":
		return true
	}
	return IsImage(file)
}

func (p *Page) imageTag(b *strings.Builder, out string, ref int) {
	img, f := &p.Doc.Images[ref], p.images[ref]
	if f == nil {
		b.WriteString(html.EscapeString(img.Alt))
		return
	}
	v := f.wide(out, img.Alt)
	b.WriteString("<img")
	attribute(b, "src", v.URL)
	if v.Srcset != "" {
		attribute(b, "srcset", v.Srcset)
		attribute(b, "sizes", sizesOf(img, v.Width))
	}
	attribute(b, "alt", img.Alt)
	if img.Title != "" && !img.Figure {
		attribute(b, "title", img.Title)
	}
	if v.Width > 0 && v.Height > 0 {
		attribute(b, "width", strconv.Itoa(v.Width))
		attribute(b, "height", strconv.Itoa(v.Height))
	}
	if ref > 0 || p.cover != nil || p.photo != nil {
		b.WriteString(` loading="lazy"`) // all but the first, which is soon in sight
	}
	b.WriteByte('>')
}

// How wide a browser shows pictures of the text, in CSS pixels: it chooses a file
// before it knows the style sheet. A theme with a wider column gets the wide files
// all the same.
const (
	columnWidth = 864 // of the text
	cellWidth   = 300 // of a gallery with more than two pictures in a row
)

// sizesOf gives the attribute sizes of a picture in the text.
func sizesOf(img *mark.Image, width int) string {
	shown := min(columnWidth, width)
	if img.Gallery {
		return fmt.Sprintf("(max-width: 480px) 100vw, %dpx", min(cellWidth, width))
	}
	return fmt.Sprintf("(max-width: %[1]dpx) 100vw, %[1]dpx", shown)
}

func attribute(b *strings.Builder, name, value string) {
	b.WriteByte(' ')
	b.WriteString(name)
	b.WriteString(`="`)
	b.WriteString(html.EscapeString(value))
	b.WriteByte('"')
}

// attachments lists the files that a page links to, once each, in their order in
// the text.
func (p *Page) attachments(out string) []view.Attachment {
	var list []view.Attachment
	seen := map[*Attachment]bool{}
	for i := range p.links {
		f := p.links[i].file
		if f == nil || seen[f] || IsImage(f.Path) {
			continue
		}
		seen[f] = true
		name := path.Base(f.Path)
		title := p.Doc.Links[i].Text
		if title == "" {
			title = name
		}
		list = append(list, view.Attachment{
			Title: title, Name: name, URL: route.Relative(out, f.Out),
			Type: strings.ToUpper(strings.TrimPrefix(path.Ext(name), ".")), Size: size(f.Size),
		})
	}
	return list
}

// size writes a number of bytes as readers expect it.
func size(n int64) string {
	switch {
	case n < 1024:
		return fmt.Sprintf("%d B", n)
	case n < 1024*1024:
		return fmt.Sprintf("%d KB", (n+1023)/1024)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1024*1024))
}

// wide gives a picture in all its sizes, as an output shows it to be looked at.
func (f *Attachment) wide(out, alt string) view.Image {
	if f == nil {
		return view.Image{}
	}
	sizes := f.sizes()
	widest := sizes[len(sizes)-1]
	v := view.Image{URL: route.Relative(out, widest.Out), Alt: alt, Width: widest.Width, Height: widest.Height}
	if len(sizes) > 1 {
		var set []string
		for _, s := range sizes {
			set = append(set, fmt.Sprintf("%s %dw", route.Relative(out, s.Out), s.Width))
		}
		v.Srcset = strings.Join(set, ", ")
	}
	return v
}

// portrait gives a photograph as an output shows it beside the facts of a post.
func portrait(f *Attachment, out, alt string) view.Image {
	if f == nil {
		return view.Image{}
	}
	v := f.narrow("", alt)
	v.URL = route.Relative(out, v.URL)
	return v
}

// narrow gives a picture in its smallest size, as lists show it. root leads to the
// top of the output.
func (f *Attachment) narrow(root, alt string) view.Image {
	s := f.sizes()[0]
	return view.Image{URL: root + s.Out, Alt: alt, Width: s.Width, Height: s.Height}
}
