package search

import (
	"errors"
	"slices"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/parallel"
)

// memory is what is known of the files that stand: the pages in their order, the
// versions of their texts, and the shards. Where there is no index, it is the
// version of all texts.
type memory struct {
	all      string
	spread   spread
	ids      []id
	groups   []group  // of the ids
	versions []string // of their texts
	shards   []shardState
}

func (m *memory) code(c *codec.Coder) {
	codec.String(c, &m.all)
	codec.Int(c, &m.spread.first)
	codec.Int(c, &m.spread.second)
	codec.List(c, &m.ids, func(d *id) {
		codec.Int(c, &d.date)
		c.Sum(&d.out)
		c.Sum(&d.text)
	})
	c.Strings(&m.versions)
	codec.List(c, &m.shards, func(s *shardState) {
		c.Sum(&s.sum)
		codec.Int(c, &s.size)
		codec.String(c, &s.version)
	})
}

func (m *memory) read(b []byte) bool {
	c := codec.Reader(b)
	m.code(c)
	if m.all != "" || c.Bad() {
		return !c.Bad()
	}
	at := func(i int) id { return m.ids[i] }
	m.groups = groupsOf(periodOf(len(m.ids), at), len(m.ids), at)
	return m.spread.first > 0 && m.spread.first < 12 && m.spread.second > 0 && m.spread.second < 4 && len(m.shards) == m.spread.shards()
}

// remember gives the memory of what was made.
func (m *maker) remember(shards []shardState) []byte {
	next := memory{all: m.version}
	if !m.scan {
		next.spread, next.ids, next.shards = m.spread, make([]id, len(m.docs)), shards
		for i := range m.docs {
			next.ids[i] = m.docs[i].id
		}
		for i := range m.groups {
			next.versions = append(next.versions, m.groups[i].version)
		}
	}
	w := codec.Writer(make([]byte, 0, 24*len(next.ids)+24*len(shards)+64))
	next.code(w)
	return w.Bytes()
}

// recall gives the groups that are as they were the versions of their texts.
func (m *maker) recall(before *memory) {
	if len(before.groups) != len(before.versions) {
		return
	}
	k := 0
	for i := range m.groups {
		g := &m.groups[i]
		for k < len(before.groups) && before.groups[k].key < g.key {
			k++
		}
		if k < len(before.groups) && before.groups[k].key == g.key && before.groups[k].sum == g.sum {
			g.version = before.versions[k]
		}
	}
}

// changes is how the pages of a plan came from those of the memory.
type changes struct {
	now   []int32 // of each page of the memory: its number now, -1 where it is no more, or another
	moved bool    // pages have other numbers
	gone  []int   // pages of the memory that are no more, or others
	come  []int   // pages of the plan that were not, or were others
}

// changes compares the plan with a memory. ok is false where so much is other
// that it is better to begin anew.
func (p *plan) changes(m *memory) (c changes, ok bool) {
	c.now = make([]int32, len(m.ids))
	i, j := 0, 0
	for i < len(m.ids) || j < len(p.docs) {
		order := 1
		switch {
		case j == len(p.docs):
			order = -1
		case i < len(m.ids):
			order = m.ids[i].compare(p.docs[j].id)
		}
		if order == 0 && m.ids[i].text == p.docs[j].text {
			c.now[i] = int32(j)
			c.moved = c.moved || i != j
			i, j = i+1, j+1
			continue
		}
		if order <= 0 {
			c.now[i] = -1
			c.gone = append(c.gone, i)
			i++
		}
		if order >= 0 {
			c.come = append(c.come, j)
			j++
		}
	}
	return c, len(c.gone)+len(c.come) <= len(p.docs)/8+8
}

// patched makes the files from those that stand.
func (m *maker) patched(before *memory, ch changes) ([]shardState, error) {
	come := newGathering()
	var w scratch
	for _, page := range ch.come {
		m.read(page, page+1, &w)
		come.add(uint32(page), &w, 0)
	}
	touched, ok := m.touched(before, ch, come)
	if !ok {
		parts, err := m.gather(true)
		if err != nil {
			return nil, err
		}
		return m.shards(parts, nil)
	}
	for i := range m.groups {
		if err := m.group(&m.groups[i], nil, true, &w); err != nil {
			return nil, err
		}
	}
	news := merge([]*gathering{come}, m.spread)
	states := make([]shardState, len(before.shards))
	missing := make([]bool, len(states))
	errs := make([]error, len(states)/perStretch+1)
	parallel.Each(len(errs), func(i int) {
		var p patcher
		for n := i * perStretch; n < min(i*perStretch+perStretch, len(states)) && errs[i] == nil; n++ {
			is := &before.shards[n]
			if !touched[n] {
				states[n] = *is
				missing[n] = is.size > 0 && !m.sink.Keep(Folder+shardName(n)+".js", is.sum)
				continue
			}
			if missing[n] = !m.standing(n, is, &p); !missing[n] {
				states[n], errs[i] = m.shard(n, p.patch(ch.now, news, n))
			}
		}
	})
	if err := errors.Join(errs...); err != nil || !slices.Contains(missing, true) {
		return states, err
	}
	parts, err := m.gather(false)
	if err != nil {
		return nil, err
	}
	again, err := m.shards(parts, missing)
	for n := range again {
		if missing[n] {
			states[n] = again[n]
		}
	}
	return states, err
}

// standing reads the postings of a shard as it stands.
func (m *maker) standing(n int, is *shardState, p *patcher) (ok bool) {
	p.list, p.memory = p.list[:0], p.memory[:0]
	if is.size == 0 {
		return true
	}
	data, ok := m.in.Read(Folder + shardName(n) + ".js")
	if !ok || codec.SumOf(data) != is.sum {
		return false
	}
	texts, ok := readScript(data)
	if ok {
		p.list, p.memory, ok = readShard(texts, p.list, p.memory)
	}
	return ok
}

// touched says which shards are not as they were: those of tokens that a page had,
// by its text as it stands, and has no more, and of those that it has now. ok is
// false where its text does not stand.
func (m *maker) touched(before *memory, ch changes, come *gathering) (list []bool, ok bool) {
	list = make([]bool, m.spread.shards())
	if ch.moved {
		for n := range list {
			list[n] = true
		}
		return list, true
	}
	gone := newGathering()
	var w scratch
	for _, page := range ch.gone {
		g := groupAt(before.groups, page)
		file := g.file(page)
		data, ok := m.in.Read(Folder + g.path(file) + ".js")
		if !ok {
			return nil, false
		}
		w.text, ok = readPacked(data)
		from, to := g.span(file, g.files())
		if !ok || !w.cut(to-from) {
			return nil, false
		}
		gone.add(uint32(page), &w, page-from)
	}
	var x, y []uint32
	mark := func(a, b *table) {
		for i := range a.slots {
			was := &a.slots[i]
			x, y = a.pages(x[:0], was), b.pages(y[:0], b.place(was.token))
			if !slices.Equal(x, y) {
				list[m.spread.shard(was.token)] = true
			}
		}
	}
	mark(&gone.all, &come.all)
	mark(&come.all, &gone.all)
	mark(&gone.title, &come.title)
	mark(&come.title, &gone.title)
	return list, true
}

// patcher makes shards of those that stand.
type patcher struct {
	list   []posting // of the shard that stands
	memory []uint32
	come   posting
	w      shardWriter
}

// patch makes the texts of a shard of the list, the numbers that its pages have
// now, and what has come.
func (p *patcher) patch(now []int32, news *merged, shard int) []string {
	list := p.list
	next := func() {
		x := &list[0]
		x.all, x.title = renumbered(x.all, now), renumbered(x.title, now)
	}
	news.each(shard, &p.come, func(c *posting) {
		for ; len(list) > 0 && list[0].token < c.token; list = list[1:] {
			next()
			p.w.add(&list[0])
		}
		if len(list) > 0 && list[0].token == c.token {
			next()
			p.w.add(&posting{c.token, union(list[0].all, c.all), union(list[0].title, c.title)})
			list = list[1:]
			return
		}
		p.w.add(c)
	})
	for ; len(list) > 0; list = list[1:] {
		next()
		p.w.add(&list[0])
	}
	return p.w.done()
}

// renumbered gives a list the numbers of now, and leaves out what is no more. The
// order stays.
func renumbered(list []uint32, now []int32) []uint32 {
	kept := list[:0]
	for _, page := range list {
		if int(page) < len(now) && now[page] >= 0 {
			kept = append(kept, uint32(now[page]))
		}
	}
	return kept
}

// union merges two lists that rise and have nothing in common.
func union(a, b []uint32) []uint32 {
	if len(b) == 0 {
		return a
	}
	list := append(a, b...)
	slices.Sort(list)
	return list
}
