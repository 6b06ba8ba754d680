package site

import (
	"fmt"
	"html"
	"html/template"
	"path"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/view"
)

// body fills the slots of a page's HTML: links and pictures relative to the
// output that shows it. It may stand in buf, and lasts until that is used again.
func (p *Page) body(out string, buf *[]byte) template.HTML {
	d := p.Doc
	text := d.Body(buf)
	if n := len(d.Slots); n == 0 || d.Slots[n-1].At > len(text) { // the text was kept elsewhere, and is lost: whoever kept it knows
		return template.HTML(text)
	}
	from := len(*buf) // where the text may stand
	b := slices.Grow(*buf, len(text)+96*len(d.Slots))
	at := 0
	for _, s := range d.Slots {
		b = append(b, text[at:s.At]...)
		at = s.At
		switch s.Kind {
		case mark.LinkOpen:
			b = p.openLink(b, out, s.Ref)
		case mark.LinkClose:
			if p.links[s.Ref].out != "" {
				b = append(b, "</a>"...)
			}
		case mark.ImageTag:
			b = p.imageTag(b, out, s.Ref)
		}
	}
	b = append(b, text[at:]...)
	*buf = b
	return template.HTML(unsafe.String(unsafe.SliceData(b[from:]), len(b)-from))
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
	for _, f := range p.pictures.images {
		codec.Pointer(c, &f, func(f *Attachment) {
			for _, s := range f.sizes() {
				codec.String(c, &s.Out)
				codec.Int(c, &s.Width)
				codec.Int(c, &s.Height)
			}
		})
	}
}

// openLink appends the tag that opens a link.
func (p *Page) openLink(b []byte, out string, ref int) []byte {
	t := &p.links[ref]
	if t.out == "" {
		return b
	}
	b = append(b, `<a href="`...)
	b = append(b, route.Relative(out, t.out)...)
	if t.fragment != "" {
		b = append(append(b, '#'), route.Escape(t.fragment)...)
	}
	b = append(b, '"')
	if title := p.Doc.Links[ref].Title; title != "" {
		b = attribute(b, "title", title)
	}
	if t.file != nil && !opensInBrowser(t.file.Path) {
		b = attribute(b, "download", path.Base(t.file.Path))
	}
	return append(b, '>')
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

// imageTag appends the tag of a picture, or its words where there is none.
func (p *Page) imageTag(b []byte, out string, ref int) []byte {
	img, f := &p.Doc.Images[ref], p.pictures.images[ref]
	if f == nil {
		return append(b, html.EscapeString(img.Alt)...)
	}
	v := f.wide(out, img.Alt)
	b = append(b, "<img"...)
	b = attribute(b, "src", v.URL)
	if v.Srcset != "" {
		b = attribute(b, "srcset", v.Srcset)
		b = attribute(b, "sizes", sizesOf(img, v.Width))
	}
	b = attribute(b, "alt", img.Alt)
	if img.Title != "" && !img.Figure {
		b = attribute(b, "title", img.Title)
	}
	if v.Width > 0 && v.Height > 0 {
		b = attribute(b, "width", strconv.Itoa(v.Width))
		b = attribute(b, "height", strconv.Itoa(v.Height))
	}
	if ref > 0 || p.pictures.cover != nil || p.pictures.photo != nil {
		b = append(b, ` loading="lazy"`...) // all but the first, which is soon in sight
	}
	return append(b, '>')
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

func attribute(b []byte, name, value string) []byte {
	b = append(append(append(b, ' '), name...), `="`...)
	return append(append(b, html.EscapeString(value)...), '"')
}

// attachments lists the files that a page links to, once each, in their order in
// the text.
func (p *Page) attachments(out string) []view.Attachment {
	var list []view.Attachment
	var seen map[*Attachment]bool
	for i := range p.links {
		f := p.links[i].file
		if f == nil || seen[f] || IsImage(f.Path) {
			continue
		}
		if seen == nil {
			seen = map[*Attachment]bool{} // most pages link to none
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
