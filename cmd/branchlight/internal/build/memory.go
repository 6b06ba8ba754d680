package build

import (
	"maps"
	"slices"
	"strings"
	"time"

	"branchlight/cmd/branchlight/internal/cache"
	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/route"
	"branchlight/cmd/branchlight/internal/site"
	"branchlight/cmd/branchlight/internal/tree"
)

// This file has what a run knows from the one before: of the same process, or of
// another by way of the cache. It knows files by their bytes and outputs by their
// keys; nothing it knows can be wrong, only missing.

// memory is what the runs of one site share. A run never changes what another
// may be looking at.
type memory struct {
	files   []known // the sources, by path
	store   *cache.Store
	outputs []cache.Output // the output as the last build left it, by path
	build   cache.Build
	looks   *looks // nil where they are not known

	names    *route.Namer
	readings map[string]string // that names was made of
}

func newMemory() *memory { return &memory{store: new(cache.Store)} }

// namer gives the Namer for the readings of the settings.
func (m *memory) namer(readings map[string]string) *route.Namer {
	if m.names == nil || !maps.Equal(readings, m.readings) {
		m.names, m.readings = route.NewNamer(readings), readings
	}
	return m.names
}

// known is what is known of a source file.
type known struct {
	cache.File
	page  *page      // of a Markdown file; nil where only the store has it
	image *site.File // of a picture, likewise
}

// page is a Markdown file with what it gives on its own. The findings of its
// text are in its Doc. It does not change once it is parsed.
type page struct {
	site.Source
	findings []diag.Finding // of its encoding and front matter
}

// recall makes a memory of what a cache holds.
func recall(c *cache.Cache) *memory {
	m := &memory{store: c.Store, build: c.State.Build, outputs: c.State.Outputs, files: make([]known, len(c.State.Files))}
	for i := range m.files {
		m.files[i].File = c.State.Files[i]
	}
	return m
}

// state makes of a memory what a cache saves.
func (m *memory) state() *cache.State {
	s := &cache.State{Build: m.build, Files: make([]cache.File, len(m.files)), Outputs: m.outputs}
	for i := range m.files {
		s.Files[i] = m.files[i].File
	}
	return s
}

// output finds what is known of an output.
func output(list []cache.Output, path string) (o cache.Output, ok bool) {
	i, ok := slices.BinarySearchFunc(list, path, func(o cache.Output, path string) int { return strings.Compare(o.Path, path) })
	if ok {
		o = list[i]
	}
	return o, ok
}

// match finds what is known of the files of a snapshot: for each its index in
// m.files, -1 where nothing is.
func (m *memory) match(files []tree.File) []int {
	at := make([]int, len(files))
	j := 0
	for i := range files {
		for j < len(m.files) && m.files[j].Path < files[i].Path {
			j++
		}
		at[i] = -1
		if j < len(m.files) && m.files[j].Path == files[i].Path {
			at[i] = j
		}
	}
	return at
}

// same reports whether a file stands as it did, going by size and time.
func (k *known) same(f tree.File) bool {
	return k.MTime != 0 && k.Size == f.Size && k.MTime == f.ModTime.UnixNano()
}

// Times of files say nothing while a clock's next tick may still bring a change
// that they do not show: a clock of 64 Hz and slower, and two seconds on disks
// that count no fractions.
const (
	fineTick   = 50 * time.Millisecond
	coarseTick = 2500 * time.Millisecond
)

// stamp gives the time of a file that was looked at at a moment, as a memory
// keeps it: 0 where it may change again without a sign.
func stamp(mtime, seen int64) int64 {
	tick := int64(fineTick)
	if mtime%int64(time.Second) == 0 {
		tick = int64(coarseTick)
	}
	if mtime > seen-tick {
		return 0
	}
	return mtime
}

// code writes or reads a page without its text.
func (p *page) code(c *codec.Coder) {
	if c.Reading() {
		p.Matter, p.Doc = new(front.Matter), new(mark.Doc)
	}
	p.Matter.Code(c)
	p.Doc.Code(c, p.Path)
	diag.CodeFindings(c, &p.findings)
	diag.CodeFindings(c, &p.Found)
}

// kept is the text of a page in the store.
type kept struct {
	store *cache.Store
	part  cache.Part
	file  string
}

// HTML reads the HTML.
func (k *kept) HTML(buf *[]byte) string {
	*buf = k.store.Get(k.part, *buf)
	return mark.HTMLOf(codec.Reader(*buf))
}

// Blocks reads the plain text.
func (k *kept) Blocks() []mark.Block {
	d := new(mark.Doc)
	d.CodeText(codec.Reader(k.store.Get(k.part, nil)), k.file)
	return d.Blocks
}

// keep puts a page that was parsed into the store. w is used for a moment.
func (m *memory) keep(k *known, w *codec.Coder) {
	w.Reset()
	k.page.code(w)
	k.Part = m.store.Put(w.Bytes())
	w.Reset()
	k.page.Doc.CodeText(w, k.Path)
	k.Text = m.store.Put(w.Bytes())
	k.page.Doc.Keep(&kept{m.store, k.Text, k.Path})
}

// get gives the page of a known file; nil where it cannot be had any more.
func (m *memory) get(k *known) *page {
	if k.page != nil || k.Part.Size == 0 {
		return k.page
	}
	r := codec.Reader(m.store.Get(k.Part, nil))
	p := &page{Source: site.Source{Path: k.Path, Sum: k.Sum}}
	p.code(r)
	if r.Bad() {
		return nil
	}
	p.Doc.Kept = &kept{m.store, k.Text, k.Path}
	return p
}

// getImage is get for a picture.
func (m *memory) getImage(k *known) *site.File {
	if k.image != nil || k.Part.Size == 0 {
		return k.image
	}
	r := codec.Reader(m.store.Get(k.Part, nil))
	f := &site.File{Path: k.Path, Size: k.Size, Sum: k.Sum}
	codeImage(r, f)
	if r.Bad() {
		return nil
	}
	return f
}

// keepImage is keep for a picture.
func (m *memory) keepImage(k *known, w *codec.Coder) {
	w.Reset()
	codeImage(w, k.image)
	k.Part = m.store.Put(w.Bytes())
}

func codeImage(c *codec.Coder, f *site.File) {
	f.Image.Code(c)
	diag.CodeFindings(c, &f.Findings)
}
