package build

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"branchlight/cmd/branchlight/internal/cache"
	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/render"
	"branchlight/cmd/branchlight/internal/site"
)

// This file has what is remembered of pictures. To make one takes as long as to
// make a thousand pages, so the files that were made stand in the store of the
// cache, as the text of a page does, known by the bytes of the picture. They are
// a tenth of what a camera writes, about as much as the output has of them. So a
// picture is decoded once in its life, wherever it is built to, until another
// version of the program comes.

// pictures is what a run has done about pictures.
type pictures struct {
	decoded atomic.Int64
	mu      sync.Mutex
	found   damages // by this run
}

// damages are pictures that could not be decoded.
type damages []damage

type damage struct {
	path    string
	sum     codec.Sum // of its bytes
	finding diag.Finding
}

// picture gives a picture in its sizes: as it is known, or else made now, and
// kept.
func (r *run) picture(f *site.Attachment) ([][]byte, *diag.Finding, error) {
	k := r.file(f.Path)
	if files := r.mem.sizes(k, len(f.Sizes)); files != nil {
		return files, nil, nil
	}
	files, damaged, err := r.decode(f)
	if files != nil && r.mem.store.Lasts() {
		k.Text = r.mem.keepSizes(files)
	}
	return files, damaged, err
}

// file gives what is known of a source file that was found.
func (r *run) file(path string) *cache.File {
	i, _ := slices.BinarySearchFunc(r.files, path, func(k cache.File, path string) int { return strings.Compare(k.Path, path) })
	return &r.files[i]
}

// decode makes a picture in its sizes.
func (r *run) decode(f *site.Attachment) ([][]byte, *diag.Finding, error) {
	files, damaged, err := render.Picture(f, r.openSource)
	if err == nil {
		r.decoded.Add(1)
	}
	if damaged != nil {
		r.mu.Lock()
		r.found = append(r.found, damage{f.Path, f.Sum, *damaged})
		r.mu.Unlock()
	}
	return files, damaged, err
}

// sizes gives the files that were made of a picture; nil where they are not known.
func (m *memory) sizes(k *cache.File, n int) [][]byte {
	if k.Text.Size == 0 {
		return nil
	}
	var list []string
	c := codec.Reader(m.store.Get(k.Text, nil))
	c.Strings(&list)
	if c.Bad() || len(list) != n {
		return nil
	}
	files := make([][]byte, n)
	for i := range list {
		files[i] = []byte(list[i])
	}
	return files
}

// keepSizes puts the files that were made of a picture into the store.
func (m *memory) keepSizes(files [][]byte) cache.Part {
	list := make([]string, len(files))
	for i := range files {
		list[i] = string(files[i])
	}
	w := codec.Writer(nil)
	w.Strings(&list)
	return m.store.Put(w.Bytes())
}

// blame adds to the pictures that could not be decoded the finding that says so.
// fresh are the records that are to be kept, by file.
func (r *run) blame(fresh [][]byte) {
	for _, d := range r.damaged {
		i := slices.IndexFunc(r.files, func(k cache.File) bool { return k.Path == d.path && k.Sum == d.sum })
		if i < 0 || r.live[i].image == nil || slices.Contains(r.live[i].image.Findings, d.finding) {
			continue
		}
		f := *r.live[i].image
		f.Findings = append(slices.Clone(f.Findings), d.finding)
		r.live[i].image = &f
		fresh[i] = imageRecord(&f, codec.Writer(nil))
	}
}
