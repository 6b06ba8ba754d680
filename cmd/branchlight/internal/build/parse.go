package build

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"

	"branchlight/cmd/branchlight/internal/cache"
	"branchlight/cmd/branchlight/internal/check"
	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/image"
	"branchlight/cmd/branchlight/internal/mark"
	"branchlight/cmd/branchlight/internal/parallel"
	"branchlight/cmd/branchlight/internal/site"
	"branchlight/cmd/branchlight/internal/tree"
)

// parser parses every file of every run: it holds no state but buffers.
var parser = sync.OnceValue(mark.New)

// parsing is the stage that gives every source file its meaning, each on its own.
type parsing struct {
	run    *run
	reader *tree.Reader
	parsed atomic.Int64
	doubts atomic.Int64 // files known by their bytes and not by their time
}

// Buffers of all runs: a pool lasts for two collections, with all that it is a
// part of.
var (
	coders = sync.Pool{New: func() any { return codec.Writer(nil) }}
	texts  = sync.Pool{New: func() any { return new([]byte) }}
)

// parse parses every Markdown file that is not known, and looks at the headers of
// such pictures.
func (r *run) parse() error {
	p := &parsing{run: r, reader: tree.NewReader(r.root)}
	defer p.reader.Close()
	files := r.snapshot.Files
	r.files, r.live = make([]cache.File, len(files)), make([]live, len(files))
	before := r.mem.match(files)
	known := r.mem.records(files, before)
	fresh := make([][]byte, len(files)) // records
	errs := make([]error, len(files))
	parallel.Each(len(files), func(i int) {
		k := &r.files[i]
		k.Path, k.Size = files[i].Path, files[i].Size
		k.MTime = stamp(files[i].ModTime.UnixNano(), r.since.UnixNano())
		w := work{parsing: p, found: files[i], old: before[i], fresh: &fresh[i], file: k, live: &r.live[i]}
		if known != nil {
			w.record = known[i]
		}
		switch {
		case !strings.HasPrefix(k.Path, site.Content+"/"):
		case site.IsPage(k.Path):
			errs[i] = w.page()
		case site.IsImage(k.Path):
			errs[i] = w.image()
		default:
			w.other()
		}
	})
	r.blame(fresh)
	r.mem.keepRecords(r.files, fresh)
	r.pages = make([]*page, 0, len(files))
	for i := range r.live {
		switch l := &r.live[i]; {
		case l.page != nil:
			r.pages = append(r.pages, l.page)
		case l.image != nil:
			r.others = append(r.others, *l.image)
		}
	}
	r.result.Parsed = int(p.parsed.Load())
	r.restamped = r.restamped || p.doubts.Load() > 0
	return errors.Join(errs...)
}

// work is what is to be done for one file.
type work struct {
	*parsing
	found  tree.File
	old    int         // its place in the memory, -1 where it is not known
	record []byte      // what the memory has of it; nil where that was not read
	fresh  *[]byte     // the record that is to be kept, where there is a new one
	file   *cache.File // what is learned of it
	live   *live       // what it gives
}

// known gives the file of the memory; nil where there is none.
func (w *work) known() *cache.File {
	if w.old < 0 {
		return nil
	}
	return &w.run.mem.files[w.old]
}

// take takes what the memory has of the file, under the stamps of today.
func (w *work) take() {
	k := w.known()
	w.file.Sum, w.file.Part, w.file.Text = k.Sum, k.Part, k.Text
}

// learn finds out what a file gives: what the memory has of it, or else what its
// bytes say. recall takes it from the memory, if it is still there.
func (w *work) learn(limit int64, recall func() bool, refuse func(diag.Finding), look func(raw []byte)) error {
	old := w.known()
	if old != nil && same(old, w.found) && recall() {
		w.take()
		return nil
	}
	buf := texts.Get().(*[]byte)
	defer texts.Put(buf)
	raw, err := w.reader.Read(w.file.Path, limit, *buf)
	if refusal, ok := tree.Refusal(w.file.Path, err, limit); ok {
		refuse(refusal)
		return nil
	}
	if err != nil {
		return err
	}
	if cap(raw) <= maxKeptText {
		*buf = raw
	}
	w.file.Sum, w.file.Size = codec.SumOf(raw), int64(len(raw))
	if old != nil && old.Sum == w.file.Sum {
		w.doubts.Add(1)
		if recall() {
			w.take()
			return nil
		}
	}
	look(raw)
	return nil
}

// maxKeptText is the size of the largest file, in bytes, whose memory the next one
// uses.
const maxKeptText = 1 << 20

// page gives the page of a Markdown file: the one that is known, or a new one.
func (w *work) page() error {
	return w.learn(maxText, func() bool {
		w.live.page = w.run.mem.page(w.old, w.record)
		return w.live.page != nil
	}, func(refusal diag.Finding) {
		w.live.page = unread(w.file.Path, []diag.Finding{refusal})
	}, func(raw []byte) {
		w.parsed.Add(1)
		w.parse(raw)
	})
}

// unread is the page of a file that cannot be read. It says nothing, not even
// whether it is a draft.
func unread(path string, found []diag.Finding) *page {
	return &page{
		Source: site.Source{
			Path:   path,
			Matter: &front.Matter{File: path, Percent: -1, Draft: true, Opaque: true},
			Doc:    new(mark.Doc),
		},
		findings: found,
	}
}

// parse makes the page of a file from its path and bytes alone, and keeps it.
func (w *work) parse(raw []byte) {
	path := w.file.Path
	src, found := tree.Decode(path, raw)
	if diag.Errors(found) > 0 {
		w.live.page = unread(path, found)
		return
	}
	p := &page{Source: site.Source{Path: path, Sum: w.file.Sum}, findings: found}
	p.Matter, found = front.Parse(src)
	p.findings = append(p.findings, found...)
	parser().ParseTo(src, p.Matter.Body, func(d *mark.Doc) {
		p.Doc = d
		p.Found = check.File(p.Matter, d)
		c := coders.Get().(*codec.Coder)
		*w.fresh = w.run.mem.keep(w.file, p, c)
		coders.Put(c)
	})
	w.live.page = p
}

// image gives what is known of a picture, or looks at its header.
func (w *work) image() error {
	f := &site.File{Path: w.file.Path, Size: w.found.Size}
	return w.learn(maxImage, func() bool {
		w.live.image = w.run.mem.image(w.old, w.record)
		return w.live.image != nil
	}, func(refusal diag.Finding) {
		f.Findings = []diag.Finding{refusal}
		w.live.image = f
	}, func(raw []byte) {
		f.Size, f.Sum = w.file.Size, w.file.Sum
		f.Image, f.Findings = image.Inspect(f.Path, raw)
		c := coders.Get().(*codec.Coder)
		*w.fresh = imageRecord(f, c)
		coders.Put(c)
		w.live.image = f
	})
}

// other notes a file that is not read before it is published. Its time stands for
// its bytes, where it can.
func (w *work) other() {
	f := &site.File{Path: w.file.Path, Size: w.file.Size}
	if w.file.MTime != 0 {
		c := codec.Writer(nil)
		codec.Int(c, &w.file.Size)
		codec.Int(c, &w.file.MTime)
		f.Sum = codec.SumOf(c.Bytes())
	}
	w.live.image = f
}
