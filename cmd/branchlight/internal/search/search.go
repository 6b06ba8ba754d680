// Package search makes the files that a search page reads.
//
// In goes an assembled site; out come files in the folder search/ of the output,
// through a Sink as that of package render. They are a function of the site. No
// file is read but those that an earlier run made, through Input.Read. The other
// side is assets/search.js of the theme, which must change with this package.
//
// # What is found
//
// Every published page, that of an agency, a branch or a section too: by its
// title, by the names of its agency, branch and themes, and by its text
// (text.go). A word is found wherever it stands literally, once width and case
// are folded (fold.go): in the middle of a Latin word as well.
//
// # Files
//
// Each is a script of one call, branchlightSearch(name, version, check, texts),
// so that a page can load it from file://. Its name is its path in search/
// without extension, and never changes with what it holds; its version does, and
// is asked for as ?v=. The check lets a page notice damage (script.go). Those of
// packed texts are UTF-16, the others UTF-8.
//
//	now       the version of head: what a page looks at to see whether there was a publish
//	head      a value in JSON: all that is needed to know the others (head.go)
//	names     what is suggested to a reader who types, with pinyin
//	all       date, address, title and text of every page, where there are few,
//	          packed (pack.go), with a 0 behind each
//	t/P-N     the same of some pages of a period, the Nth of its files (plan.go); of
//	          pages without a date P is u0 to u63
//	i/N       shard N of the index: for each first character a text of it, one of
//	          the second characters, and one of their lists (postings.go, list.go);
//	          a shard without any has no file
//
// Below ScanBelow pages there is no index: a page reads all texts and scans them.
// Above, pages are numbered by day, and tokens, which are two neighbouring
// characters, or the last one of a word (fold.go), are divided into shards by
// both characters. What the index gives is never less than what there is: a page
// that has a word has all its tokens. Whether it is more, the text tells, before
// anything is shown.
//
// # Memory
//
// All gives bytes to be remembered: the pages, by sums, and what the shards were.
// With them, and with the files that they tell of, the next run reads the text of
// pages only that have changed, and makes the shards anew that such a page has
// tokens in, or had. A page that is new, or no more, moves the numbers of those
// of later days; then all shards are made, from those that stand. Where anything
// is not as remembered, all is made from the texts. Either way gives the same
// bytes.
package search

import (
	"errors"
	"slices"
	"sort"
	"strconv"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/parallel"
	"branchlight/cmd/branchlight/internal/site"
)

// Folder is the folder of the output that the files stand in.
const Folder = "search/"

// ScanBelow is the number of pages below which there is no index, but one file of
// all texts.
const ScanBelow = 500

// Sink takes the files, as that of package render does.
type Sink interface {
	Keep(path string, key codec.Sum) bool
	Write(path string, key codec.Sum, data []byte) error
}

// Input is what the files are made of.
type Input struct {
	Site      *site.Site
	ScanBelow int // 0: ScanBelow

	Memory []byte                           // what All gave when it made the files that stand; nil: nothing
	Read   func(path string) ([]byte, bool) // a file as it was made then; false where it is not so any more
}

// All makes the files, and gives what is to be remembered of them.
func All(in Input, sink Sink) (memory []byte, err error) {
	return newMaker(in, sink).run()
}

func newMaker(in Input, sink Sink) *maker {
	below := in.ScanBelow
	if below == 0 {
		below = ScanBelow
	}
	return &maker{plan: newPlan(in.Site, below), in: in, sink: sink}
}

// run makes the files, and gives what is to be remembered of them.
func (m *maker) run() (memory []byte, err error) {
	var shards []shardState
	var errs [2]error
	var h *head
	parallel.Each(len(errs), func(i int) {
		switch i {
		case 0:
			shards, errs[i] = m.main()
		case 1:
			h = m.head()
			errs[i] = m.named()
		}
	})
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	return m.remember(shards), m.first(h, shards)
}

// read puts the texts of some pages into s.
func (p *plan) read(from, to int, s *scratch) {
	s.reset()
	for i := from; i < to; i++ {
		s.page(p.docs[i].page)
	}
}

// maker makes the files of a plan.
type maker struct {
	*plan
	in      Input
	sink    Sink
	version string // of the one file of all texts
}

// main makes the files of texts and the shards.
func (m *maker) main() ([]shardState, error) {
	var before memory
	if m.in.Memory != nil && !before.read(m.in.Memory) {
		before = memory{}
	}
	if m.scan {
		return nil, m.all(&before)
	}
	if before.spread == m.spread {
		m.recall(&before)
		if ch, ok := m.changes(&before); ok {
			return m.patched(&before, ch)
		}
	}
	parts, err := m.gather(true)
	if err != nil {
		return nil, err
	}
	return m.shards(parts, nil)
}

// gather reads all texts and collects their tokens; on the way, the files of
// texts are made if files says so.
func (m *maker) gather(files bool) ([]*gathering, error) {
	n := parallel.Workers()
	parts := make([]*gathering, n)
	errs := make([]error, n)
	parallel.Each(n, func(i int) {
		g, w := newGathering(), new(scratch)
		parts[i] = g
		from, to := m.stretch(i, n)
		for at := from; at < to && errs[i] == nil; at++ {
			errs[i] = m.group(&m.groups[at], g, files, w)
		}
	})
	return parts, errors.Join(errs...)
}

// stretch gives part i of n of the groups, by their pages.
func (m *maker) stretch(i, n int) (from, to int) {
	at := func(i int) int {
		page := len(m.docs) * i / n
		return sort.Search(len(m.groups), func(k int) bool { return m.groups[k].from >= page })
	}
	if i == n-1 {
		return at(i), len(m.groups)
	}
	return at(i), at(i + 1)
}

// group makes the files of a group that do not stand, and gives the texts to g.
func (m *maker) group(gr *group, g *gathering, files bool, w *scratch) error {
	n := gr.files()
	stands := make([]bool, n)
	for file := range stands {
		stands[file] = !files || gr.version != "" && m.sink.Keep(Folder+gr.path(file)+".js", gr.fileKey(file))
	}
	if g == nil && !slices.Contains(stands, false) {
		return nil
	}
	m.read(gr.from, gr.to, w)
	if g != nil {
		for i := range w.pages {
			g.add(uint32(gr.from+i), w, i)
		}
	}
	if !slices.Contains(stands, false) {
		return nil
	}
	// The version of a group stands in each of its files.
	w.packs = w.packs[:0]
	ends, sums := make([]int, n), make([]uint32, n)
	for file := range n {
		from, to := gr.span(file, n)
		packed := w.packer.pack(w.stretch(from-gr.from, to-gr.from))
		w.packs = append(w.packs, packed...)
		ends[file], sums[file] = len(w.packs), checkPacked(packed)
	}
	gr.version = versionOf(sums...)
	from := 0
	for file, stands := range stands {
		if !stands {
			w.file = packedScript(w.file[:0], gr.path(file), gr.version, sums[file], w.packs[from:ends[file]])
			if err := m.sink.Write(Folder+gr.path(file)+".js", gr.fileKey(file), w.file); err != nil {
				return err
			}
		}
		from = ends[file]
	}
	return nil
}

// all makes the one file of all texts.
func (m *maker) all(before *memory) error {
	const path = Folder + "all.js"
	c := codec.Writer(nil)
	for i := range m.groups {
		c.Sum(&m.groups[i].sum)
	}
	key := codec.SumOf(c.Bytes())
	if before.all != "" && m.sink.Keep(path, key) {
		m.version = before.all
		return nil
	}
	var w scratch
	m.read(0, len(m.docs), &w)
	packed := w.packer.pack(w.text)
	sum := checkPacked(packed)
	m.version = versionOf(sum)
	return m.sink.Write(path, key, packedScript(nil, "all", m.version, sum, packed))
}

// shardState is what is known of a shard that was made.
type shardState struct {
	sum     codec.Sum // of its bytes
	size    int       // of them; 0 where it is empty, and has no file
	version string
}

func shardName(n int) string { return "i/" + strconv.Itoa(n) }

// perStretch is how many shards are made one after the other with the same memory.
const perStretch = 16

// shards makes the shards from all tokens: those that only says, or all.
func (m *maker) shards(parts []*gathering, only []bool) ([]shardState, error) {
	all := merge(parts, m.spread)
	states := make([]shardState, m.spread.shards())
	errs := make([]error, len(states)/perStretch+1)
	parallel.Each(len(errs), func(i int) {
		var p posting
		var w shardWriter
		for n := i * perStretch; n < min(i*perStretch+perStretch, len(states)) && errs[i] == nil; n++ {
			if only == nil || only[n] {
				all.each(n, &p, w.add)
				states[n], errs[i] = m.shard(n, w.done())
			}
		}
	})
	return states, errors.Join(errs...)
}

// shard writes a shard, if there is anything in it.
func (m *maker) shard(n int, texts []string) (shardState, error) {
	if len(texts) == 0 {
		return shardState{version: version(codec.Sum{})}, nil
	}
	sum := check(texts)
	v := versionOf(sum)
	data := script(nil, shardName(n), v, sum, texts)
	s := shardState{codec.SumOf(data), len(data), v}
	return s, m.sink.Write(Folder+shardName(n)+".js", s.sum, data)
}

// first makes the files that a page reads first. The head has all but the versions.
func (m *maker) first(h *head, shards []shardState) error {
	var texts, versions []byte
	for i := range m.groups {
		texts = append(texts, m.groups[i].version...)
	}
	for i := range shards {
		versions = append(versions, shards[i].version...)
		versions = append(versions, digits[min(63, (shards[i].size+1023)/1024)])
	}
	h.Texts, h.Shards = string(texts), string(versions)
	if m.scan {
		h.Shards = m.version
	}
	list := []string{asJSON(h)}
	sum := codec.SumOf([]byte(list[0]))
	v := version(sum)
	return errors.Join(
		m.put("head", sum, v, func() []string { return list }),
		m.put("now", sum, v, func() []string { return []string{v} }),
	)
}

// named makes the file of names.
func (m *maker) named() error {
	key := m.namesKey()
	return m.put("names", key, version(key), m.names)
}

// put makes a file that is not packed, if it does not stand.
func (m *maker) put(name string, key codec.Sum, version string, texts func() []string) error {
	path := Folder + name + ".js"
	if m.sink.Keep(path, key) {
		return nil
	}
	list := texts()
	return m.sink.Write(path, key, script(nil, name, version, check(list), list))
}
