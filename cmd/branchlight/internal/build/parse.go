package build

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"

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
	coders sync.Pool    // of *codec.Coder
	texts  sync.Pool    // of *[]byte
}

// parse parses every Markdown file that is not known, and looks at the headers of
// such pictures.
func (r *run) parse() error {
	p := &parsing{run: r, reader: tree.NewReader(r.root)}
	p.coders.New = func() any { return codec.Writer(nil) }
	p.texts.New = func() any { return new([]byte) }
	defer p.reader.Close()
	files := r.snapshot.Files
	r.files = make([]known, len(files))
	before := r.mem.match(files)
	errs := make([]error, len(files))
	parallel.Each(len(files), func(i int) {
		var old *known
		if before[i] >= 0 {
			old = &r.mem.files[before[i]]
		}
		k := &r.files[i]
		k.Path, k.Size = files[i].Path, files[i].Size
		k.MTime = stamp(files[i].ModTime.UnixNano(), r.since.UnixNano())
		switch {
		case !strings.HasPrefix(k.Path, site.Content+"/"):
		case site.IsPage(k.Path):
			errs[i] = p.page(files[i], old, k)
		case site.IsImage(k.Path):
			errs[i] = p.image(files[i], old, k)
		default:
			k.other()
		}
	})
	for i := range r.files {
		switch k := &r.files[i]; {
		case k.page != nil:
			r.pages = append(r.pages, k.page)
		case k.image != nil:
			r.others = append(r.others, *k.image)
		}
	}
	r.result.Parsed = int(p.parsed.Load())
	r.restamped = r.restamped || p.doubts.Load() > 0
	return errors.Join(errs...)
}

// page gives the page of a Markdown file: the one that is known, or a new one.
func (p *parsing) page(f tree.File, old, k *known) error {
	mem := p.run.mem
	if old != nil && old.same(f) {
		if k.page = mem.get(old); k.page != nil {
			k.Sum, k.Part, k.Text = old.Sum, old.Part, old.Text
			return nil
		}
	}
	buf := p.texts.Get().(*[]byte)
	defer p.texts.Put(buf)
	raw, err := p.reader.Read(f.Path, maxText, *buf)
	if refusal, ok := tree.Refusal(f.Path, err, maxText); ok {
		k.page = unread(f.Path, []diag.Finding{refusal})
		return nil
	}
	if err != nil {
		return err
	}
	*buf = raw // which may be larger
	k.Sum, k.Size = codec.SumOf(raw), int64(len(raw))
	if old != nil && old.Sum == k.Sum {
		p.doubts.Add(1)
		if k.page = mem.get(old); k.page != nil {
			k.Part, k.Text = old.Part, old.Text
			return nil
		}
	}
	p.parsed.Add(1)
	p.parse(k, raw)
	return nil
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
func (p *parsing) parse(k *known, raw []byte) {
	src, found := tree.Decode(k.Path, raw)
	if diag.Errors(found) > 0 {
		k.page = unread(k.Path, found)
		return
	}
	k.page = &page{Source: site.Source{Path: k.Path, Sum: k.Sum}, findings: found}
	k.page.Matter, found = front.Parse(src)
	k.page.findings = append(k.page.findings, found...)
	parser().ParseTo(src, k.page.Matter.Body, func(d *mark.Doc) {
		k.page.Doc = d
		k.page.Found = check.File(k.page.Matter, d)
		w := p.coders.Get().(*codec.Coder)
		p.run.mem.keep(k, w)
		p.coders.Put(w)
	})
}

// image gives what is known of a picture, or looks at its header.
func (p *parsing) image(f tree.File, old, k *known) error {
	mem := p.run.mem
	if old != nil && old.same(f) {
		if k.image = mem.getImage(old); k.image != nil {
			k.Sum, k.Part = old.Sum, old.Part
			return nil
		}
	}
	raw, err := p.reader.Read(f.Path, maxImage, nil)
	if refusal, ok := tree.Refusal(f.Path, err, maxImage); ok {
		k.image = &site.File{Path: f.Path, Size: f.Size, Findings: []diag.Finding{refusal}}
		return nil
	}
	if err != nil {
		return err
	}
	k.Sum, k.Size = codec.SumOf(raw), int64(len(raw))
	if old != nil && old.Sum == k.Sum {
		p.doubts.Add(1)
		if k.image = mem.getImage(old); k.image != nil {
			k.Part = old.Part
			return nil
		}
	}
	k.image = &site.File{Path: f.Path, Size: k.Size, Sum: k.Sum}
	k.image.Image, k.image.Findings = image.Inspect(f.Path, raw)
	w := p.coders.Get().(*codec.Coder)
	mem.keepImage(k, w)
	p.coders.Put(w)
	return nil
}

// other notes a file that is not read before it is published. Its time stands for
// its bytes, where it can.
func (k *known) other() {
	k.image = &site.File{Path: k.Path, Size: k.Size}
	if k.MTime != 0 {
		w := codec.Writer(nil)
		codec.Int(w, &k.Size)
		codec.Int(w, &k.MTime)
		k.image.Sum = codec.SumOf(w.Bytes())
	}
}
