// Package site is the model: it assembles parsed files into a county's site
// and makes the views that its pages are rendered from.
//
// Assemble takes values (settings, parsed pages, the list of other files, the
// build day) and gives a Site and findings. It reads no file. What it returns
// does not change any more and is safe for concurrent use, also while the next
// site is assembled of the same sources: what is noted in them (Source.alone and
// Passed) is read by Assemble and the checks alone.
//
// # From folders to pages
//
//	content/_index.md                      the home page's words
//	content/<agency>/_index.md             an agency
//	content/<agency>/<branch>/_index.md    a branch
//	content/<agency>/[<branch>/[<group>/]]<page>.md
//	content/<page>.md                      a plain page
//	content/<section>/_index.md            kind = "pages": a folder of plain pages
//
// One gate (gate.go) decides what is published; everything after it, lists,
// neighbours, links, attachments, feed and aliases, is made from what the gate
// admitted. Outputs are claimed one by one (routes.go), so that two sources for
// one output are found. Links are resolved (links.go) before any view is made.
//
// # Views
//
// Outputs lists every page that templates make, and makes their views when they
// are asked for. A view holds all that its page shows; templates see nothing else.
package site

import (
	"slices"
	"strings"
	"sync"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/image"
	"branchlight/cmd/branchlight/internal/parallel"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/view"
)

// Content is the folder that sources stand in, and IndexFile the file that
// describes a folder.
const (
	Content   = "content"
	IndexFile = "_index.md"
)

// Input is all that a site is made of.
type Input struct {
	Config  *config.Site
	Namer   *route.Namer
	Day     day.Day         // the build day
	Preview bool            // admit drafts and future pages, marked as such
	Bad     map[string]bool // source paths to hold back because they have errors
	Sources []*Source       // the Markdown files, in path order; of one Assemble at a time
	Files   []File          // the other files under content, in path order
	Assets  []string        // output paths of the theme's own files
	Before  *Site           // whose tables are taken where they are the same; may be nil
}

// File is a file beside the pages.
type File struct {
	Path     string
	Size     int64
	Sum      codec.Sum      // stands for its bytes; zero where it is not known
	Image    image.Info     // of a picture
	Findings []diag.Finding // reported where a published page uses the file
}

// Site is an assembled site.
type Site struct {
	Config   *config.Site
	Day      day.Day
	Home     *Page // nil where there is no content/_index.md
	Agencies []*Agency
	Sections []*Section
	Pages    []*Page // practices, progress reports and posts, newest first
	Plain    []*Page // plain pages
	Topics   []*Topic
	Held     []*Page       // not published, in path order
	Files    []*Attachment // published as files of their own, in output order
	Pictures []*Attachment // shown in sizes made of them, in source order

	shown    []*Page
	articles []*Page   // of them, those with an output of their own
	table    *outTable // where those are published
	order    newestOrder
	lists    []*list  // what is rendered besides the articles
	singles  []Output // likewise, what stands in no list
	outputs  func() []Output
	emblem   *Attachment // nil where the site has none
	namer    *route.Namer
	wall     func() []*Page // the posts as the wall shows them
	frames   func() map[frameKey]*view.Frame
}

// Page is one Markdown file in its place.
type Page struct {
	*Source
	Role    front.Role
	Title   string
	Out     string   // output path, such as caizhengju/yusuangu/p1.html
	Agency  *Agency  // nil for plain pages
	Branch  *Branch  // nil for plain pages and pages of the agency itself
	Section *Section // for plain pages in a folder
	Summary string   // plain text
	Topics  []*Topic // in the order given
	Status  Status

	first    bool  // of the pages of its folder, or of a part of them
	at       int32 // its place among all sources
	rank     int32 // its place in Site.Pages; -1 where it has none
	alone    *alone
	heldBy   *Page
	links    []target  // where Doc.Links lead
	pictures *pictures // that it shows
	cards    cardShelf
	around   *around
	newer    *Page // neighbours in the same branch or agency
	older    *Page
}

// pictures are those that a page shows; nil where there is none.
type pictures struct {
	images []*Attachment // of Doc.Images
	cover  *Attachment
	photo  *Attachment
}

// noPictures are those of most pages.
var noPictures = new(pictures)

// HeldBy gives the path of the _index.md that holds the page back, if it is not
// its own.
func (p *Page) HeldBy() string {
	if p.heldBy == nil {
		return ""
	}
	return p.heldBy.Path
}

// Agency is a folder of content.
type Agency struct {
	Page     *Page // its _index.md, or nil
	Folder   string
	Title    string
	Short    string
	Out      string // output folder
	Branches []*Branch
	Pages    []*Page // of the agency and its branches, newest first
	own      []*Page // of the agency itself
	count    int     // of Pages, before they are known
	posts    int     // likewise, of those that are posts
	live     bool    // there is something to show in it
	reported sync.Once
	firsts   map[string]day.Day // when a stage was reported first; by dates
	order    int
	sortKey  string
	letter   string
	links    fromDepths
}

// Branch is a folder of an agency.
type Branch struct {
	Page    *Page // its _index.md, or nil
	Agency  *Agency
	Folder  string
	Title   string
	Out     string
	Pages   []*Page
	count   int  // of Pages, before they are known
	live    bool // there is something to show in it
	order   int
	sortKey string
	links   fromDepths
}

// Section is a folder of plain pages.
type Section struct {
	Page   *Page // its _index.md
	Folder string
	Title  string
	Out    string
	Pages  []*Page
}

// Topic is a theme of the settings with its pages, newest first.
type Topic struct {
	config.Topic
	Out   string // output folder
	Pages []*Page
	ranks []int32 // of Pages
	at    int     // its place in Site.Topics
	links fromDepths
}

// Attachment is a file that a published page uses: it links to the file, or shows
// it, or both.
type Attachment struct {
	File
	Out   string  // output path of the file itself; empty where it is shown in sizes alone
	Sizes []Sized // what pages show of a picture, narrowest first; empty where that is the file itself

	used bool // its findings are reported
}

// Sized is a picture in one size.
type Sized struct {
	Out string // output path, such as caizhengju/zhaopian-480.jpg
	image.Size
}

// sizes gives what pages show of a picture, narrowest first.
func (f *Attachment) sizes() []Sized {
	if len(f.Sizes) == 0 {
		return []Sized{{f.Out, image.Size{Width: f.Image.Width, Height: f.Image.Height}}}
	}
	return f.Sizes
}

// Picture finds a picture by the output path of one of its sizes; nil where there
// is none.
func (s *Site) Picture(out string) (f *Attachment, size int) {
	for _, f := range s.Pictures {
		for i := range f.Sizes {
			if f.Sizes[i].Out == out {
				return f, i
			}
		}
	}
	return nil, 0
}

// assembly is the state of one run of Assemble.
type assembly struct {
	*Site
	in       *Input
	all      []*Page                // every source, in path order
	ranges   map[string]span        // of all, by folder: where its pages stand, with those of folders below
	odd      map[string]*Page       // those whose path is not its folded form, by that form
	index    map[string]*Page       // _index.md by folder
	agencies map[string]*Agency     // by folder
	branches map[string]*Branch     // by folder
	sections map[string]*Section    // by folder
	files    map[string]*Attachment // by source path, folded
	folders  map[string]string      // output folder by source folder
	claims   map[string]*claimant   // by folded output path: what makes it, if that is no article
	roles    [front.Article + 1]int // how many of Pages have each
	numbered bool                   // something may have the name of a further page of a list: what has furtherPage in it, and old addresses
	hints    int                    // nearest names that were looked for
	bases    map[string][]string    // source paths by base name, made for hints

	mu       sync.Mutex
	findings []diag.Finding
}

// Assemble makes the site. The findings are those that only the whole site can
// show: places, routes, themes, links. They come in no particular order.
func Assemble(in Input) (*Site, []diag.Finding) {
	a := &assembly{
		Site:     &Site{Config: in.Config, Day: in.Day, namer: in.Namer, table: new(outTable)},
		in:       &in,
		index:    map[string]*Page{},
		odd:      map[string]*Page{},
		agencies: map[string]*Agency{},
		branches: map[string]*Branch{},
		sections: map[string]*Section{},
		files:    make(map[string]*Attachment, len(in.Files)),
		folders:  map[string]string{Content: ""},
		ranges:   map[string]span{},
		claims:   map[string]*claimant{},
	}
	a.topics()
	a.place()
	a.gate()
	meanwhile(a.routes, a.arrange)
	a.arrangeFolders()
	meanwhile(a.shelve, a.resolve)
	a.addOutputs()
	return a.Site, a.findings
}

// meanwhile does several things at the same time that do not touch each other.
func meanwhile(steps ...func()) {
	parallel.Each(len(steps), func(i int) { steps[i]() })
}

func (a *assembly) report(found ...diag.Finding) {
	if len(found) > 0 {
		a.mu.Lock()
		a.findings = append(a.findings, found...)
		a.mu.Unlock()
	}
}

// span is a part of a list.
type span struct{ from, to int }

// bySource gives the page that a source path names, whatever the normal form or
// case in which it is written; nil where there is none.
func (a *assembly) bySource(path string) *Page { return a.byFold(route.Fold(path)) }

// byFold is bySource for a path that is folded. Most paths are so as they are.
func (a *assembly) byFold(fold string) *Page {
	if p := a.odd[fold]; p != nil {
		return p
	}
	within := a.ranges[folderOf(fold)]
	pages := a.all[within.from:within.to]
	i, ok := slices.BinarySearchFunc(pages, fold, func(p *Page, path string) int { return strings.Compare(p.Path, path) })
	if !ok {
		return nil
	}
	return pages[i]
}

// folderOf gives the folder of a path; empty for a bare name.
func folderOf(p string) string { return p[:max(0, strings.LastIndexByte(p, '/'))] }

// Published lists every page that is shown, in path order.
func (s *Site) Published() []*Page { return s.shown }
