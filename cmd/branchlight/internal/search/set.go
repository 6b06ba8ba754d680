package search

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"branchlight/cmd/branchlight/internal/codec"
)

// Set is the files of one site, made when they are asked for: a preview. It is
// safe for concurrent use.
type Set struct {
	in     Input
	once   sync.Once
	before atomic.Pointer[Set] // a set whose files may be the same; nil once this one is made
	made   atomic.Pointer[setFiles]
}

// setFiles is a set that is made.
type setFiles struct {
	maker  *maker
	files  map[string]made // but those of texts
	memory []byte
	err    error
}

// made is a file of a set.
type made struct {
	key  codec.Sum
	data []byte // nil where it is a file of texts, which is made each time
}

// NewSet makes the set of a site. Of another set, mostly that of the site before
// an edit, what stays is taken.
func NewSet(in Input, before *Set) *Set {
	for before != nil && before.made.Load() == nil { // nobody has asked for it
		before = before.before.Load()
	}
	s := &Set{in: in}
	s.before.Store(before)
	return s
}

// File gives a file by its output path; ok is false where there is none.
func (s *Set) File(path string) (data []byte, ok bool, err error) {
	m := s.all()
	if m.err != nil {
		return nil, false, m.err
	}
	f, ok := m.files[path]
	if !ok || f.data != nil {
		return f.data, ok, nil
	}
	data, ok = m.maker.text(path)
	return data, ok, nil
}

// Paths lists the files, sorted.
func (s *Set) Paths() []string {
	files := s.all().files
	list := make([]string, 0, len(files))
	for path := range files {
		list = append(list, path)
	}
	slices.Sort(list)
	return list
}

// all gives the set as it is made.
func (s *Set) all() *setFiles {
	s.once.Do(s.make)
	return s.made.Load()
}

// make makes the files, or what is other than in the set before.
func (s *Set) make() {
	sink := &setSink{files: map[string]made{}}
	in := s.in
	if b := s.before.Load(); b != nil {
		stand := b.all()
		sink.before, in.Memory = stand.files, stand.memory
		in.Read = func(path string) ([]byte, bool) {
			data, ok, err := b.File(path)
			return data, ok && err == nil
		}
	}
	m := &setFiles{maker: newMaker(in, sink), files: sink.files}
	m.memory, m.err = m.maker.run()
	m.maker.in = Input{} // which may lead to the set before
	s.made.Store(m)
	s.before.Store(nil)
}

// text makes a file of texts.
func (m *maker) text(path string) ([]byte, bool) {
	name := strings.TrimSuffix(strings.TrimPrefix(path, Folder), ".js")
	if m.scan && name == "all" {
		return m.packed(0, len(m.docs), name, m.version), true
	}
	for i := range m.groups {
		g := &m.groups[i]
		for file := range g.files() {
			if g.path(file) == name {
				from, to := g.span(file, g.files())
				return m.packed(from, to, name, g.version), true
			}
		}
	}
	return nil, false
}

// packed makes a file of the texts of some pages.
func (m *maker) packed(from, to int, name, version string) []byte {
	var w scratch
	m.read(from, to, &w)
	packed := w.packer.pack(w.text)
	return packedScript(nil, name, version, checkPacked(packed), packed)
}

// setSink takes the files of a set.
type setSink struct {
	before map[string]made

	mu    sync.Mutex
	files map[string]made
}

// Keep takes a file of the set before.
func (s *setSink) Keep(path string, key codec.Sum) bool {
	f, ok := s.before[path]
	if ok = ok && f.key == key; ok {
		s.mu.Lock()
		s.files[path] = f
		s.mu.Unlock()
	}
	return ok
}

// Write takes a file, but not its bytes where it is one of texts.
func (s *setSink) Write(path string, key codec.Sum, data []byte) error {
	if strings.HasPrefix(path, Folder+"t/") || path == Folder+"all.js" {
		data = nil
	}
	s.mu.Lock()
	s.files[path] = made{key, data}
	s.mu.Unlock()
	return nil
}
