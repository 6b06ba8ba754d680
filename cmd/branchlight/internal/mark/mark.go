// Package mark turns the Markdown body of a page into HTML with numbered slots.
//
// In goes the text of one file from a byte offset on; out comes a Doc: HTML,
// what it links to, its headings, its plain text, and findings, all with
// positions in the file. A Doc depends on that text alone: not on other pages,
// settings, the clock or the machine. mark reads and writes no file. It is the
// only package that knows goldmark.
//
// # What is understood
//
// CommonMark 0.31 and, of GitHub's flavour, tables, task lists and ~~strike~~
// (two tildes only: 3~5天 is a range); footnotes; definition lists ("词" and
// ": 解释" on the next line); {#id} at the end of a heading; bare http://,
// https:// and www. addresses, also directly after Chinese text (not bare e-mail
// addresses, which are personal data); an image alone in its paragraph with a
// title, which becomes a figure with a caption; and notes:
//
//	:::注意 汛期值守
//	text, in any Markdown
//	:::
//
// which become <aside class="note note-warning" role="note">. The kinds are in
// note.go. * _ and ~~ next to Chinese punctuation follow the published
// CommonMark CJK-friendly amendments (emphasis.go). A line end between Chinese
// characters leaves no gap (breaks.go), and lines that begin an enumeration
// (1、 （一） 一、 ① ·) stay lines.
//
// # What is not
//
// Raw HTML is shown as text and reported, but for <br>, which breaks a line, and
// comments, which are dropped. A heading of level 1 belongs to the page's title:
// where a body has one, all its headings go down by one level. Habits of Word
// and WPS (＃标题, full-width ｜ tables, indented paragraphs) are understood and
// hinted at once per page with their number, or reported with a remedy.
//
// # Slots
//
// mark cannot know where other pages will stand. Where a relative link opens or
// closes and where an image stands, HTML has a gap, and Slots say what belongs
// there. Filling no slot at all gives valid HTML in which links are plain text.
// Links to other hosts (http, https, mailto, tel; nothing else) and to anchors
// of the same page are complete in HTML.
//
// # Classes of the HTML
//
//	note note-KIND, note-title     a note and its title
//	table-wrap                     scrolling frame of a table
//	ta-left ta-center ta-right     alignment of a cell
//	task                           list item with a check box
//	footnotes, footnote-ref, footnote-back
//	raw-html                       HTML of the author's, shown as text
//	language-X                     code of a language
//
// # Safety
//
// HTML holds no element, attribute or URL that mark did not write or check. The
// renderer is mark's own and writes from goldmark's tree: nothing of goldmark's
// HTML reaches a page, so neither do its options or its filter of dangerous
// URLs. Control characters, zero-width and bidirectional characters never reach
// HTML or plain text.
//
// goldmark is not linear and cannot be cancelled. So sizes are checked before
// parsing, and parsing runs on a budget of work that is charged from inside (see
// limit.go); a page that exceeds it gives the finding too-complex and an empty
// Doc. The budget counts steps and not time, so that a page is too complex on
// every machine or on none.
package mark

import (
	"slices"
	"strings"
	"sync"

	"github.com/yuin/goldmark/parser"

	"branchlight/cmd/branchlight/internal/diag"
)

// Doc is the result of one body.
type Doc struct {
	HTML     string
	Slots    []Slot  // gaps in HTML, by offset
	Links    []Link  // relative links, in the order of their slots
	Images   []Image // in the order of their slots
	External []Link  // links to other hosts, which HTML holds already
	Headings []Heading
	IDs      []string // every id an anchor can lead to
	Blocks   []Block  // plain text by leaf block, in the order of HTML
	Lead     string   // how the first paragraph begins: at most LeadLength characters of one line
	Findings []diag.Finding

	// Kept gives HTML and Blocks where they are kept elsewhere; nil where they
	// stand here.
	Kept Kept
}

// Kept is the bulk of a Doc that is not in memory.
type Kept interface {
	HTML(buf *[]byte) string // may put it into buf, so that it lasts until buf is used again
	Blocks() []Block
	Texts(buf *[]byte, use func(string)) // of the Blocks; they last until use returns
}

// Body gives the HTML, wherever it is kept. It may stand in buf, which holds
// nothing else then, and lasts until buf is used again.
func (d *Doc) Body(buf *[]byte) string {
	if d.Kept != nil {
		return d.Kept.HTML(buf)
	}
	*buf = (*buf)[:0]
	return d.HTML
}

// Leaves gives the Blocks, wherever they are kept.
func (d *Doc) Leaves() []Block {
	if d.Kept != nil {
		return d.Kept.Blocks()
	}
	return d.Blocks
}

// Texts calls use with the text of every block, which lasts until it returns.
// buf is memory to read into.
func (d *Doc) Texts(buf *[]byte, use func(string)) {
	if d.Kept != nil {
		d.Kept.Texts(buf, use)
		return
	}
	for i := range d.Blocks {
		use(d.Blocks[i].Text)
	}
}

// Keep drops HTML and Blocks, which are kept elsewhere from now on, and lets go
// of the memory that they share with the rest.
func (d *Doc) Keep(k Kept) {
	d.HTML, d.Blocks, d.Kept = "", nil, k
	d.detach()
}

// detach gives what shares the memory of HTML and Blocks memory of its own.
func (d *Doc) detach() {
	d.Lead = strings.Clone(d.Lead)
	for _, links := range [][]Link{d.Links, d.External} {
		for i := range links {
			links[i].Text = strings.Clone(links[i].Text)
		}
	}
}

// LeadLength is the number of characters of a Doc's Lead.
const LeadLength = 120

// lead gives the beginning of the first paragraph that is not empty.
func lead(blocks []Block) string {
	for i := range blocks {
		if b := &blocks[i]; b.Kind == Paragraph && b.Text != "" {
			text := b.Text
			if strings.ContainsAny(text, "\n\t") {
				text = strings.Join(strings.Fields(text), " ")
			}
			n := 0
			for at := range text {
				if n++; n > LeadLength {
					return text[:at]
				}
			}
			return text
		}
	}
	return ""
}

// SlotKind says what belongs into a slot.
type SlotKind uint8

const (
	LinkOpen  SlotKind = iota // the whole opening tag <a …> of Links[Ref]
	LinkClose                 // its </a>
	ImageTag                  // the whole tag <img …> of Images[Ref]
)

// Slot is a gap in the HTML.
type Slot struct {
	At   int // byte offset in HTML
	Kind SlotKind
	Ref  int // index into Links or Images
}

// Link is a link as its author means it.
type Link struct {
	Dest  string // with Markdown's escapes and entities resolved; percent escapes stand as written, and nothing is encoded
	Title string
	Text  string // plain text of the link
	Pos   diag.Pos
}

// Image is a picture that the author asks for.
type Image struct {
	Dest    string // as in Link; always relative
	Alt     string
	Title   string
	Pos     diag.Pos
	Figure  bool // its slot stands in a <figure> whose <figcaption> is the title
	Gallery bool // and that beside others, in a gallery
}

// Heading is a heading of the body.
type Heading struct {
	Level int    // 2 to 6, as in HTML
	ID    string // its id in HTML
	Text  string
	Pos   diag.Pos
}

// BlockKind says what a leaf block is.
type BlockKind uint8

const (
	Paragraph  BlockKind = iota // of running text
	Title                       // a heading
	Item                        // text of a list item
	Quote                       // text of a block quote
	Cell                        // cell of a table
	Code                        // code, with its line ends
	Term                        // term of a definition list
	Definition                  // text of its definition
	Caption                     // caption of a figure
	NoteTitle                   // title of a note
	Note                        // text of a note
	Footnote                    // text of a footnote
)

// Block is a leaf block's plain text.
type Block struct {
	Kind BlockKind
	Text string
	Pos  diag.Pos
}

// Parser parses bodies. It is safe for concurrent use.
type Parser struct {
	parser parser.Parser
	pool   sync.Pool // of *worker
}

// New makes a parser.
func New() *Parser {
	return &Parser{parser: newParser()}
}

// Parse turns src.Text[body:] into HTML. It never panics.
func (p *Parser) Parse(src *diag.Source, body int) (doc *Doc) {
	p.ParseTo(src, body, func(d *Doc) {
		d.HTML = strings.Clone(d.HTML)
		d.Blocks = slices.Clone(d.Blocks)
		for i := range d.Blocks {
			d.Blocks[i].Text = strings.Clone(d.Blocks[i].Text)
		}
		d.detach()
		doc = d
	})
	return doc
}

// ParseTo is Parse for those who keep HTML and Blocks elsewhere: they, and the
// texts of links and the Lead, are there only until use returns, unless it calls
// Keep.
func (p *Parser) ParseTo(src *diag.Source, body int, use func(*Doc)) {
	w, _ := p.pool.Get().(*worker)
	if w == nil {
		w = newWorker()
	}
	doc, ok := w.run(p.parser, src, body)
	use(doc)
	if ok { // a worker that was interrupted is not used again
		w.release()
		p.pool.Put(w)
	}
}
