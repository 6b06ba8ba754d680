package search

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/front"
	"branchlight/cmd/branchlight/internal/site"
)

// head is the first file that a search page reads: what the others are, and of
// each page what it is sorted and filtered by.
type head struct {
	Pages    int         `json:"pages"`
	Scan     bool        `json:"scan"`     // all texts are in one file
	PerFile  int         `json:"perFile"`  // pages of a file of texts, about: file and files in plan.go
	Spread   [2]int      `json:"spread"`   // of tokens over shards, in bits
	Period   period      `json:"period"`   // of groups
	Groups   string      `json:"groups"`   // of each: its key less the one before, and its pages, as numbers
	Texts    string      `json:"texts"`    // three letters of each group: its version
	Shards   string      `json:"shards"`   // three letters of each shard, its version, and one, its size in KB; 0 where it has no file
	Kinds    []string    `json:"kinds"`    // that there are
	Agencies [][2]string `json:"agencies"` // title and short name
	Branches []string    `json:"branches"` // their titles, each once; a tab stands for that of the agency
	Units    string      `json:"units"`    // what pages belong to: of each an agency and a branch as numbers, counted from 1; 0 is none
	Topics   []string    `json:"topics"`
	Mixes    [][]int     `json:"mixes"` // of topics, by their places
	Together int         `json:"together"`
	Letters  int         `json:"letters"`
	Meta     string      `json:"meta"` // of so many pages together so many letters of dense: of each a number of kind, unit and mix
}

// dense are the letters that the most numerous numbers are written with: those
// that a string of a script in JSON may have as they are.
var dense = func() (list []byte) {
	for c := byte(' '); c < 0x7f; c++ {
		if c != '"' && c != '\\' && c != '<' && c != '\'' {
			list = append(list, c)
		}
	}
	return list
}()

// allKinds are the kinds of pages, in the order that readers choose from.
var allKinds = [...]string{"practice", "progress", "post", "agency", "branch", "page"}

func kindOf(p *site.Page) int {
	switch p.Role {
	case front.Practice:
		return 0
	case front.Progress:
		return 1
	case front.Post:
		return 2
	case front.Agency:
		return 3
	case front.Branch:
		return 4
	}
	return 5
}

// head makes the head without the versions of texts and shards.
func (p *plan) head() *head {
	h := &head{
		Pages: len(p.docs), Scan: p.scan, PerFile: perFileFor(len(p.docs)), Period: p.period, Spread: [2]int{p.spread.first, p.spread.second},
		Kinds: []string{}, Agencies: [][2]string{}, Branches: []string{}, Topics: []string{}, Mixes: [][]int{},
	}
	var b []byte
	last := uint32(0)
	for i := range p.groups {
		g := &p.groups[i]
		b = appendNumber(b, int(g.key-last))
		b = appendNumber(b, g.to-g.from)
		last = g.key
	}
	h.Groups = string(b)
	type place struct {
		agency *site.Agency
		branch *site.Branch
	}
	units := map[place]int{{}: 0}
	branches := map[string]int{}
	b = append(b[:0], digits[0], digits[0])
	add := func(at place, agency, branch int) {
		units[at] = len(units)
		b = appendNumber(appendNumber(b, agency), branch)
	}
	for i, a := range p.site.Agencies {
		short := a.Short
		if short == a.Title {
			short = ""
		}
		h.Agencies = append(h.Agencies, [2]string{a.Title, short})
		add(place{agency: a}, i+1, 0)
		for _, br := range a.Branches {
			title := br.Title
			if rest, ok := strings.CutPrefix(title, a.Title); ok {
				title = "\t" + rest
			}
			n, ok := branches[title]
			if !ok {
				h.Branches = append(h.Branches, title)
				n = len(h.Branches)
				branches[title] = n
			}
			add(place{a, br}, i+1, n)
		}
	}
	h.Units = string(b)
	topics := map[*site.Topic]int{}
	for i, t := range p.site.Topics {
		topics[t] = i
		h.Topics = append(h.Topics, t.Name)
	}
	mixes := newMixes(len(p.docs))
	for i := range p.docs {
		mixes.add(i, p.docs[i].page.Topics, topics)
	}
	h.Mixes = mixes.sort()
	kindAt := [len(allKinds)]int{}
	for i := range p.docs {
		kindAt[kindOf(p.docs[i].page)]++
	}
	for k, n := range kindAt {
		if n > 0 {
			kindAt[k] = len(h.Kinds)
			h.Kinds = append(h.Kinds, allKinds[k])
		}
	}
	all := len(h.Kinds) * len(units) * max(1, len(h.Mixes))
	h.Together, h.Letters = density(all)
	meta := make([]byte, (len(p.docs)+h.Together-1)/h.Together*h.Letters)
	for i, at := 0, 0; i < len(p.docs); at += h.Letters {
		n := 0
		for range h.Together {
			n *= all
			if i < len(p.docs) {
				page := p.docs[i].page
				n += (int(mixes.of[i])*len(units)+units[place{page.Agency, page.Branch}])*len(h.Kinds) + kindAt[kindOf(page)]
			}
			i++
		}
		for l := at + h.Letters - 1; l >= at; l-- {
			meta[l] = dense[n%len(dense)]
			n /= len(dense)
		}
	}
	h.Meta = string(meta)
	return h
}

// density tells how many numbers below all are best written together, and with how
// many letters of dense, so that a browser can compute with them.
func density(all int) (together, letters int) {
	const most = 1 << 52
	for n, count := 1, 1; n <= most/max(2, all); count++ {
		n *= max(2, all)
		l := 0
		for m := 1; m < n; m *= len(dense) {
			l++
		}
		if together == 0 || l*together < letters*count {
			together, letters = count, l
		}
	}
	return together, letters
}

// mixes collects which topics pages have together.
type mixes struct {
	of   []int32 // of each page the number of its mix
	list []mix
	at   map[string]int32
	key  []byte
}

// mix is some topics by their places, in order.
type mix struct {
	key    string
	number int32
	topics []int
}

func newMixes(pages int) *mixes { return &mixes{of: make([]int32, pages), at: map[string]int32{}} }

// add takes the topics of a page.
func (m *mixes) add(page int, topics []*site.Topic, places map[*site.Topic]int) {
	var room [8]int
	list := room[:0]
	for _, t := range topics {
		list = append(list, places[t])
	}
	slices.Sort(list)
	m.key = m.key[:0]
	for _, t := range list {
		m.key = append(m.key, byte(t>>8), byte(t))
	}
	n, ok := m.at[string(m.key)]
	if !ok {
		n = int32(len(m.list))
		m.list = append(m.list, mix{string(m.key), n, append([]int{}, list...)})
		m.at[m.list[n].key] = n
	}
	m.of[page] = n
}

// sort numbers the mixes by their topics, and gives these.
func (m *mixes) sort() [][]int {
	slices.SortFunc(m.list, func(a, b mix) int { return cmp.Compare(a.key, b.key) })
	now := make([]int32, len(m.list))
	topics := make([][]int, len(m.list))
	for i, x := range m.list {
		now[x.number], topics[i] = int32(i), x.topics
	}
	for i, n := range m.of {
		m.of[i] = now[n]
	}
	return topics
}

// names lists what a reader may be looking for by name, with its pinyin: kind,
// name, address, pinyin, and what it belongs to.
func (p *plan) names() []string {
	list := [][5]string{}
	add := func(kind, name, url, of string, also ...string) {
		read := make([]string, 0, 2)
		for _, s := range append([]string{name}, also...) {
			if s != "" {
				read = append(read, strings.Join(p.site.Pinyin(s), " "))
			}
		}
		shown := name
		for _, s := range also {
			if s != "" && s != name {
				shown += "\n" + s
			}
		}
		list = append(list, [5]string{kind, shown, url, strings.Join(read, "\n"), of})
	}
	for _, a := range p.site.Agencies {
		add("agency", a.Title, a.Out+"/index.html", "", a.Short)
	}
	for _, a := range p.site.Agencies {
		for _, b := range a.Branches {
			add("branch", b.Title, b.Out+"/index.html", a.Title)
		}
	}
	for _, t := range p.site.Topics {
		if len(t.Pages) > 0 {
			add("topic", t.Name, t.Out+"/index.html", "")
		}
	}
	posts := 0
	for _, page := range p.site.Pages {
		if page.Role == front.Post && posts < mostPosts {
			posts++
			add("post", page.Title, page.Out, page.Agency.Title)
		}
	}
	return []string{asJSON(list)}
}

// asJSON writes numbers and texts as JSON, without the escapes that HTML would
// need.
func asJSON(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // which numbers and texts do not give
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// mostPosts bounds the posts that are suggested: the newest.
const mostPosts = 500

// namesKey stands for all that names depends on.
func (p *plan) namesKey() codec.Sum {
	w := codec.Writer(nil)
	add := func(list ...string) {
		for i := range list {
			codec.String(w, &list[i])
		}
	}
	for _, a := range p.site.Agencies {
		add("a", a.Title, a.Short, a.Out)
		for _, b := range a.Branches {
			add("b", b.Title, b.Out)
		}
	}
	for _, t := range p.site.Topics {
		if len(t.Pages) > 0 {
			add("t", t.Name, t.Out)
		}
	}
	posts := 0
	for _, page := range p.site.Pages {
		if page.Role == front.Post && posts < mostPosts {
			posts++
			add("p", page.Title, page.Out)
		}
	}
	readings := make([]string, 0, len(p.site.Config.Pinyin))
	for word, reading := range p.site.Config.Pinyin {
		readings = append(readings, word+" "+reading)
	}
	slices.Sort(readings)
	add(readings...)
	return codec.SumOf(w.Bytes())
}
