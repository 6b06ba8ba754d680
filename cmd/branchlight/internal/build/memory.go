package build

import (
	"bytes"
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

// memory is what the runs of one site share. A run never changes what those who
// show the site of another may be looking at.
type memory struct {
	files   []cache.File // the sources, by path
	live    []live       // what they give, in the same order; nil where only the store has it
	store   *cache.Store
	outputs []cache.Output // the output as the last build left it, by path
	build   cache.Build
	looks   *looks    // nil where they are not known
	audit   *auditing // the last of this process; nil where there was none
	said    *said     // what the settings said last; nil where that is not known

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

// live is what a source file gives, as far as this process has it.
type live struct {
	page  *page      // of a Markdown file
	image *site.File // of any other
}

// page is a Markdown file with what it gives on its own. The findings of its
// text are in its Doc. It does not change once it is parsed, save for what Assemble
// and the checks, which run once at a time, note of it for themselves.
type page struct {
	site.Source
	findings []diag.Finding // of its encoding and front matter
}

// recall makes a memory of what a cache holds.
func recall(c *cache.Cache) *memory {
	return &memory{store: c.Store, build: c.State.Build, files: c.State.Files, outputs: c.State.Outputs}
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
func same(k *cache.File, f tree.File) bool {
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

// Texts reads the plain text alone.
func (k *kept) Texts(buf *[]byte, use func(string)) {
	*buf = k.store.Get(k.part, *buf)
	mark.TextsOf(codec.Reader(*buf), use)
}

// Blocks reads the plain text.
func (k *kept) Blocks() []mark.Block {
	d := new(mark.Doc)
	d.CodeText(codec.Reader(k.store.Get(k.part, nil)), k.file)
	return d.Blocks
}

// keep puts the text of a page that was parsed into the store, and gives the
// record of the rest. w is used for a moment.
func (m *memory) keep(k *cache.File, p *page, w *codec.Coder) (record []byte) {
	w.Reset()
	p.code(w)
	record = bytes.Clone(w.Bytes())
	w.Reset()
	p.Doc.CodeText(w, k.Path)
	k.Text = m.store.Put(w.Bytes())
	p.Doc.Keep(&kept{m.store, k.Text, k.Path})
	return record
}

// keepRecords puts records into the store, one behind the other, so that the next
// run has them with few reads.
func (m *memory) keepRecords(files []cache.File, records [][]byte) {
	for i := range records {
		if records[i] != nil {
			files[i].Part = m.store.Put(records[i])
		}
	}
}

// records reads those of the known files that stand as they did; nil where no
// store is needed for them. found and at are the files of a snapshot, and what
// match gives for them.
func (m *memory) records(found []tree.File, at []int) [][]byte {
	if m.live != nil || len(m.files) == 0 {
		return nil
	}
	parts := make([]cache.Part, len(found))
	for i := range found {
		if at[i] >= 0 && same(&m.files[at[i]], found[i]) {
			parts[i] = m.files[at[i]].Part
		}
	}
	return m.store.GetAll(parts)
}

// record gives the record of the known file i, which may have been read already;
// nil where there is none.
func (m *memory) record(i int, read []byte) []byte {
	if read == nil && m.files[i].Part.Size > 0 {
		read = m.store.Get(m.files[i].Part, nil)
	}
	return read
}

// page gives the page of the known file i; nil where it cannot be had any more.
// record is what records has read of it, or nil.
func (m *memory) page(i int, record []byte) *page {
	if m.live != nil {
		return m.live[i].page
	}
	k := &m.files[i]
	if record = m.record(i, record); record == nil {
		return nil
	}
	r := codec.Reader(record)
	p := &page{Source: site.Source{Path: k.Path, Sum: k.Sum}}
	p.code(r)
	if r.Bad() {
		return nil
	}
	p.Doc.Kept = &kept{m.store, k.Text, k.Path}
	return p
}

// image is page for a picture.
func (m *memory) image(i int, record []byte) *site.File {
	if m.live != nil {
		return m.live[i].image
	}
	k := &m.files[i]
	if record = m.record(i, record); record == nil {
		return nil
	}
	r := codec.Reader(record)
	f := &site.File{Path: k.Path, Size: k.Size, Sum: k.Sum}
	codeImage(r, f)
	if r.Bad() {
		return nil
	}
	return f
}

// imageRecord gives the record of a picture. w is used for a moment.
func imageRecord(f *site.File, w *codec.Coder) []byte {
	w.Reset()
	codeImage(w, f)
	return bytes.Clone(w.Bytes())
}

func codeImage(c *codec.Coder, f *site.File) {
	f.Image.Code(c)
	diag.CodeFindings(c, &f.Findings)
}
