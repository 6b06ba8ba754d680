// Package render makes the output files of a site: pages from views and
// templates, the feed and the sitemap, and the files that go along with them.
//
// It takes an assembled site and a template set, and hands bytes to a Sink. It
// reads only the attachments that published pages use, and the theme's own
// files. Pages are made at the same time on all cores, each on its own; the same
// site and templates give the same bytes.
package render

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"sync/atomic"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/image"
	"branchlight/cmd/branchlight/internal/parallel"
	"branchlight/cmd/branchlight/internal/site"
	"branchlight/cmd/branchlight/internal/tmpl"
	"branchlight/cmd/branchlight/internal/tree"
	"branchlight/cmd/branchlight/internal/view"
)

// Sink takes output files. Paths are slash-separated and relative to the output
// folder. The key stands for all that a file is made of; the zero key stands for
// nothing. Its methods are called from many goroutines.
type Sink interface {
	Keep(path string, key codec.Sum) bool // reports whether the file stands as made of the same already
	Write(path string, key codec.Sum, data []byte) error
	Copy(path string, key codec.Sum, r io.Reader) error
}

// Inputs are the files that are copied.
type Inputs struct {
	Open   func(source string) (io.ReadCloser, error) // opens a source file
	Theme  fs.FS                                      // the theme's folder
	Assets []string                                   // paths of the theme's own files, which are output paths too

	// Picture gives a picture in all its Sizes, as the function Picture does, which
	// it stands for where it is nil: pictures that were made before may be known.
	Picture func(f *site.Attachment) ([][]byte, *diag.Finding, error)
}

// Page makes the bytes of one output and appends them to w. Nothing is appended
// where the finding is an error.
func Page(w *bytes.Buffer, set *tmpl.Set, o *site.Output) *diag.Finding {
	r := new(site.Room)
	return fill(w, set, o, o.Draft(r), r)
}

// fill is Page for a view that Draft made in a room.
func fill(w *bytes.Buffer, set *tmpl.Set, o *site.Output, v view.View, r *site.Room) *diag.Finding {
	o.Finish(v, r)
	switch v := v.(type) {
	case *view.Feed:
		writeFeed(w, v)
	case *view.Sitemap:
		writeSitemap(w, v)
	default:
		page := o.Source
		if page == "" {
			page = o.Path
		}
		return set.Execute(w, o.Template, page, v)
	}
	return nil
}

// buffer is what one output is written into.
type buffer struct {
	key  *codec.Coder
	room site.Room
	page bytes.Buffer
}

var buffers = sync.Pool{New: func() any { return &buffer{key: codec.Writer(nil)} }}

// maker makes the outputs of one site.
type maker struct {
	site  *site.Site
	set   *tmpl.Set
	hash  codec.Sum // of the set
	in    Inputs
	sink  Sink
	made  atomic.Int64
	first failure
}

// All makes every output of the site that does not stand already, and says how
// many pages it made. The findings are the mistakes of templates, in output
// order, and the pictures that are damaged; an error is the sink's or the disk's,
// and ends the work.
func All(s *site.Site, set *tmpl.Set, in Inputs, sink Sink) (made int, found []diag.Finding, err error) {
	hash := set.Hash()
	m := &maker{site: s, set: set, hash: codec.SumOf(hash[:]), in: in, sink: sink}
	if in.Picture == nil {
		m.in.Picture = func(f *site.Attachment) ([][]byte, *diag.Finding, error) { return Picture(f, in.Open) }
	}
	list := s.Outputs()
	outputs, files, pictures := len(list), len(s.Files), len(s.Pictures)
	jobs := outputs + files + pictures + len(in.Assets)
	findings := make([]*diag.Finding, outputs+pictures)
	parallel.Each(jobs, func(i int) {
		if m.first.get() != nil {
			return
		}
		switch {
		case i < outputs:
			findings[i] = m.output(&list[i])
		case i < outputs+pictures:
			findings[i] = m.picture(s.Pictures[i-outputs])
		case i < outputs+pictures+files:
			m.first.set(m.file(s.Files[i-outputs-pictures]))
		default:
			m.first.set(m.asset(in.Assets[i-outputs-pictures-files]))
		}
	})
	return int(m.made.Load()), grouped(findings), m.first.get()
}

// output makes one output from its view, unless it stands.
func (m *maker) output(o *site.Output) *diag.Finding {
	b := buffers.Get().(*buffer)
	defer buffers.Put(b)
	v := o.Draft(&b.room)
	b.key.Reset()
	b.key.Sum(&m.hash)
	o.Code(b.key, v)
	key := codec.SumOf(b.key.Bytes())
	if m.sink.Keep(o.Path, key) {
		return nil
	}
	m.made.Add(1)
	w := &b.page
	w.Reset()
	f := fill(w, m.set, o, v, &b.room)
	if f != nil {
		key = codec.Sum{} // it is to be said again
	}
	if f == nil || f.Severity != diag.Error {
		m.first.set(m.sink.Write(o.Path, key, w.Bytes()))
	}
	return f
}

// grouped gives each mistake of a template once, with the number of pages that it
// spoils.
func grouped(findings []*diag.Finding) []diag.Finding {
	type mistake struct {
		rule string
		pos  diag.Pos
	}
	var list []diag.Finding
	at := map[mistake]int{}
	pages := map[mistake]int{}
	for _, f := range findings {
		if f == nil {
			continue
		}
		m := mistake{f.Rule, f.Pos}
		if pages[m]++; pages[m] == 1 {
			at[m] = len(list)
			list = append(list, *f)
		}
	}
	for m, n := range pages {
		if n > 1 {
			text := &list[at[m]].Message
			text.Zh += fmt.Sprintf("（另有 %d 页同样如此）", n-1)
			text.En += fmt.Sprintf(" (and %d more pages)", n-1)
		}
	}
	return list
}

// failure keeps the first error of many goroutines.
type failure struct {
	mu  sync.RWMutex
	err error
}

func (f *failure) get() error {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.err
}

func (f *failure) set(err error) {
	if err == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
}

// picture publishes a picture in its sizes, those that do not stand.
func (m *maker) picture(f *site.Attachment) *diag.Finding {
	keys := make([]codec.Sum, len(f.Sizes))
	stand := 0
	for i, s := range f.Sizes {
		if keys[i] = pictureKey(f, i); m.sink.Keep(s.Out, keys[i]) {
			keys[i] = codec.Sum{}
			stand++
		}
	}
	if stand == len(f.Sizes) {
		return nil
	}
	files, broken, err := m.in.Picture(f)
	if err != nil || broken != nil {
		m.first.set(err)
		return broken
	}
	for i, s := range f.Sizes {
		if keys[i] != (codec.Sum{}) || f.Sum == (codec.Sum{}) {
			m.first.set(m.sink.Write(s.Out, keys[i], files[i]))
		}
	}
	return nil
}

// pictureKey stands for a size of a picture: it depends on the picture alone.
// Its own number keeps it from that of the file itself.
func pictureKey(f *site.Attachment, size int) codec.Sum {
	if f.Sum == (codec.Sum{}) {
		return f.Sum
	}
	c := codec.Writer(nil)
	codec.String(c, &f.Image.As)
	codec.Int(c, &size)
	c.Sum(&f.Sum)
	return codec.SumOf(c.Bytes())
}

// Picture makes a picture in all its Sizes. The finding says that it is damaged,
// where its header did not show it.
func Picture(f *site.Attachment, open func(source string) (io.ReadCloser, error)) ([][]byte, *diag.Finding, error) {
	r, err := open(f.Path)
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	var b bytes.Buffer
	b.Grow(int(f.Size) + bytes.MinRead) // so that it is read into one piece of memory
	if _, err := b.ReadFrom(io.LimitReader(r, f.Size+1)); err != nil {
		return nil, nil, fmt.Errorf("reading %s: %w", f.Path, err)
	}
	data := b.Bytes()
	if f.Sum != (codec.Sum{}) && codec.SumOf(data) != f.Sum {
		return nil, nil, &ChangedError{f.Path} // what was found out about it says nothing of these bytes
	}
	files, err := image.Resize(data, f.Image)
	if err != nil {
		broken := image.Damaged(f.Path, err)
		return nil, &broken, nil
	}
	return files, nil, nil
}

// ChangedError says that a picture is not what it was when it was looked at.
type ChangedError struct{ File string }

func (e *ChangedError) Error() string { return e.Text().En }

// Text gives the message in both languages.
func (e *ChangedError) Text() diag.Text {
	return diag.Textf("生成的时候，图片 %s 正在改动；请等它保存好了再运行一次", "the picture %s changed while the site was built; run it again", e.File)
}

// file publishes an attachment, unless it stands.
func (m *maker) file(f *site.Attachment) error {
	if m.sink.Keep(f.Out, f.Sum) {
		return nil
	}
	data, r, err := File(f, m.in.Open)
	if err != nil {
		return err
	}
	if r == nil {
		return m.sink.Write(f.Out, f.Sum, data)
	}
	defer r.Close()
	return m.sink.Copy(f.Out, f.Sum, r)
}

// File opens an attachment as it is published. Pictures lose what their camera
// wrote into them: place, time, name of the owner; they are given as data.
// Everything else is read as it is; the caller closes r.
func File(f *site.Attachment, open func(source string) (io.ReadCloser, error)) (data []byte, r io.ReadCloser, err error) {
	r, err = open(f.Path)
	if err != nil {
		return nil, nil, err
	}
	if !site.IsImage(f.Path) || f.Image.Format == "svg" {
		return nil, r, nil
	}
	defer r.Close()
	data, err = io.ReadAll(r)
	if err != nil {
		return nil, nil, fmt.Errorf("reading %s: %w", f.Path, err)
	}
	data, err = image.Clean(data, f.Image.Format)
	if err != nil {
		return nil, nil, fmt.Errorf("removing the camera's data from %s: %w", f.Path, err)
	}
	return data, nil, nil
}

// maxAsset bounds a file of the theme, in bytes.
const maxAsset = 32 << 20

// asset publishes a file of the theme.
func (m *maker) asset(path string) error {
	data, err := Asset(m.in.Theme, path, m.site.Config.Colors)
	if err != nil {
		return err
	}
	key := codec.SumOf(data)
	if m.sink.Keep(path, key) {
		return nil
	}
	return m.sink.Write(path, key, data)
}

// StyleSheet is the theme's style sheet, which the site's own colours are added
// to: so they cost a page no request, and pages do not change with them.
const StyleSheet = "assets/site.css"

// Asset reads a file of a theme. The style sheet has the site's colours at its
// end, as custom properties.
func Asset(theme fs.FS, path string, colors []config.Color) ([]byte, error) {
	data, err := tree.ReadFS(theme, path, maxAsset)
	if err != nil {
		return nil, fmt.Errorf("reading the theme's files: %w", err)
	}
	if path == StyleSheet && len(colors) > 0 {
		data = append(bytes.TrimRight(data, "\n"), "\n:root {"...)
		for _, c := range colors {
			data = fmt.Appendf(data, " --%s: %s;", c.Name, c.Value)
		}
		data = append(data, " }\n"...)
	}
	return data, nil
}

// Assets lists the files of a theme's assets folder, in order, without what
// editors and file managers leave there.
func Assets(theme fs.FS) ([]string, error) {
	var list []string
	err := fs.WalkDir(theme, "assets", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && !tree.Ignored(d.Name()) {
			list = append(list, path)
		}
		return err
	})
	return list, err
}
