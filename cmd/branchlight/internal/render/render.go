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

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/image"
	"branchlight/cmd/branchlight/internal/parallel"
	"branchlight/cmd/branchlight/internal/site"
	"branchlight/cmd/branchlight/internal/tmpl"
	"branchlight/cmd/branchlight/internal/tree"
	"branchlight/cmd/branchlight/internal/view"
)

// Sink takes output files. Paths are slash-separated and relative to the output
// folder. Its methods are called from many goroutines.
type Sink interface {
	Write(path string, data []byte) error
	Copy(path string, r io.Reader) error
}

// Inputs are the files that are copied.
type Inputs struct {
	Open   func(source string) (io.ReadCloser, error) // opens a source file
	Theme  fs.FS                                      // the theme's folder
	Assets []string                                   // paths of the theme's own files, which are output paths too
}

// Page makes the bytes of one output and appends them to w. Nothing is appended
// where the finding is an error.
func Page(w *bytes.Buffer, set *tmpl.Set, o *site.Output) *diag.Finding {
	switch v := o.View().(type) {
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

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// All makes every output of the site. The findings are the mistakes of
// templates, in output order; an error is the sink's or the disk's, and ends the
// work.
func All(s *site.Site, set *tmpl.Set, in Inputs, sink Sink) ([]diag.Finding, error) {
	jobs := len(s.Outputs) + len(s.Files) + len(in.Assets)
	findings := make([]*diag.Finding, len(s.Outputs))
	var failed failure
	parallel.Each(jobs, func(i int) {
		if failed.get() != nil {
			return
		}
		switch {
		case i < len(s.Outputs):
			o := &s.Outputs[i]
			w := buffers.Get().(*bytes.Buffer)
			w.Reset()
			if findings[i] = Page(w, set, o); findings[i] == nil || findings[i].Severity != diag.Error {
				failed.set(sink.Write(o.Path, w.Bytes()))
			}
			buffers.Put(w)
		case i < len(s.Outputs)+len(s.Files):
			failed.set(CopyFile(s.Files[i-len(s.Outputs)], in, sink))
		default:
			failed.set(CopyAsset(in.Assets[i-len(s.Outputs)-len(s.Files)], in.Theme, sink))
		}
	})
	return grouped(findings), failed.get()
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

// CopyFile publishes an attachment. Pictures lose what their camera wrote into
// them: place, time, name of the owner.
func CopyFile(f *site.Attachment, in Inputs, sink Sink) error {
	r, err := in.Open(f.Path)
	if err != nil {
		return err
	}
	defer r.Close()
	if !site.IsImage(f.Path) || f.Image.Format == "svg" {
		return sink.Copy(f.Out, r)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("reading %s: %w", f.Path, err)
	}
	clean, err := image.Clean(data, f.Image.Format)
	if err != nil {
		return fmt.Errorf("removing the camera's data from %s: %w", f.Path, err)
	}
	return sink.Write(f.Out, clean)
}

// maxAsset bounds a file of the theme, in bytes.
const maxAsset = 32 << 20

// CopyAsset publishes a file of the theme.
func CopyAsset(path string, theme fs.FS, sink Sink) error {
	data, err := tree.ReadFS(theme, path, maxAsset)
	if err != nil {
		return fmt.Errorf("reading the theme's files: %w", err)
	}
	return sink.Write(path, data)
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
