// Package toml reads TOML with positions, and explains the mistakes of people
// who type Chinese.
//
// In goes a piece of a diag.Source and a Schema: the keys that may stand there,
// with their kinds. Out comes a Table whose values have the wanted kinds and know
// their byte offsets in the file, and a list of findings. The package touches
// nothing else. A mistake never ends the reading: the statement it stands in is
// reported, with the line written right where that can be told, and the next
// statement is read. Where the meaning is plain (curly quotes around a text) the
// value is taken all the same and marked as doubtful.
//
// Structure (lines, keys, headers, arrays, inline tables), plain texts, decimal
// integers, truth values and days are read here; every other scalar (escapes,
// multi-line strings, floats, times, hexadecimal numbers) by
// github.com/BurntSushi/toml, which knows no positions of keys and stops at its
// first error. A fuzz test compares whole documents with that library. Measured
// on twelve lines of front matter, on one core: the library alone 30
// microseconds and 149 allocations; front.Parse on top of this package, with
// kinds, checks and positions, 5 microseconds and 23 allocations.
//
// Narrower than TOML, on purpose: a key has no dots (save in a Free schema,
// where a.b is the name of a flat key), headers name one key of the schema, and
// values nest eight deep at most. At most 100 findings are made of one piece.
package toml

import (
	"strings"
	"sync"

	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
)

// Kind is what a value is, or is wanted to be.
type Kind uint8

// Kinds that a Schema can ask for. None is a value that could not be understood.
const (
	None    Kind = iota
	Text         // one line of text
	Int          // a whole number
	Bool         // true or false
	Day          // a calendar day
	Texts        // a list of texts
	Tables       // a list of tables: [{...}, {...}] or [[key]]
	Section      // one table: [key] or {...}
	Words        // one table of texts whose keys are free
	Named        // tables with free names: [key.name], each a Section in List with its name as Text

	list    // of anything
	float   // with a fraction
	instant // with a time of day
)

// Key is one key of a schema.
type Key struct {
	Name  string
	Kind  Kind
	Names []string  // what people write in its place: 标题, description
	Doc   diag.Text // what it means
	Keys  []Key     // of its tables, for Tables, Section and Named
}

// Schema says which keys may stand in a table. It is immutable.
type Schema struct {
	Keys  []Key
	flat  bool
	free  bool
	index map[string]int
	subs  []*Schema // by key; nil where it has no tables
}

// NewSchema makes a schema of keys.
func NewSchema(keys ...Key) *Schema {
	s := &Schema{Keys: keys, index: make(map[string]int, len(keys)), subs: make([]*Schema, len(keys))}
	for i, k := range keys {
		s.index[k.Name] = i
		switch k.Kind {
		case Tables, Section, Named:
			s.subs[i] = NewSchema(k.Keys...)
		case Words:
			s.subs[i] = Free()
		}
	}
	return s
}

// Flat makes a schema that takes no [header], and [[key]] only for Tables.
func Flat(keys ...Key) *Schema {
	s := NewSchema(keys...)
	s.flat = true
	return s
}

// Free makes a schema of texts under any keys. Tables are flattened: b under [a]
// is a.b.
func Free() *Schema { return &Schema{free: true} }

// Resolve gives the key that a name means: its own, one of its Names, or one very
// near to these.
func (s *Schema) Resolve(name string) (Key, bool) {
	if i := s.suggest(name); i >= 0 {
		return s.Keys[i], true
	}
	return Key{}, false
}

// Write writes key = value as TOML, from a value as people or other formats write
// it. It is false where the value cannot be understood.
func Write(k Key, value string) (string, bool) {
	p := &parser{text: value}
	m := &mender{p: p}
	fixed, ok := m.lenient(k.Kind, strings.TrimFunc(value, blankRune), 0)
	if _, ok = p.decode(fixed, ok, &k); !ok {
		return "", false
	}
	return k.Name + " = " + fixed, true
}

// Value is what stands at a key. At and End bound it in the file's bytes.
type Value struct {
	Kind    Kind
	At, End int
	Text    string
	Num     int64 // of Int, Bool (0 or 1) and Day
	List    []Value
	Table   *Table

	odd bool // a text that may hold characters that no text should
}

// Day gives the day of a Day.
func (v *Value) Day() day.Day { return day.Day(v.Num) }

// Entry is one key of a table with its value.
type Entry struct {
	Key      int // index into Schema.Keys; -1 in a Free schema
	Name     string
	At       int  // byte offset of the key in the file
	Doubtful bool // a finding was made of it: the value is a guess, or None
	Value
}

// Table is what was read, in the order of the file.
type Table struct {
	At      int // byte offset of the header or brace; of the piece itself at the top
	Entries []Entry

	schema *Schema
	header string         // the header that opened it, such as [[review]]
	prefix string         // of flattened keys, with its dot
	index  map[string]int // of entries by name, where there are many
}

// Get gives the entry of a key, nil where it is absent.
func (t *Table) Get(name string) *Entry {
	if i := t.find(name); i >= 0 {
		return &t.Entries[i]
	}
	return nil
}

// indexFrom is the number of entries from which a table keeps a map of them.
const indexFrom = 32

func (t *Table) find(name string) int {
	if t.index != nil {
		if i, ok := t.index[name]; ok {
			return i
		}
		return -1
	}
	for i := range t.Entries {
		if t.Entries[i].Name == name {
			return i
		}
	}
	return -1
}

func (t *Table) append(e Entry) {
	if t.Entries == nil {
		t.Entries = make([]Entry, 0, 4)
	}
	t.Entries = append(t.Entries, e)
	switch n := len(t.Entries); {
	case t.index != nil:
		t.index[e.Name] = n - 1
	case n == indexFrom:
		t.index = make(map[string]int, 2*indexFrom)
		for i := range t.Entries {
			t.index[t.Entries[i].Name] = i
		}
	}
}

// Document is what Parse gives.
type Document struct {
	Table
	Findings []diag.Finding
	Unread   []string // statements whose key could not be told
}

// Parse reads src.Text[from:to], which starts and ends at line boundaries.
func (s *Schema) Parse(src *diag.Source, from, to int) *Document {
	return new(parser).parse(s, src, from, to)
}

// parsers have the memory of documents that are no longer used.
var parsers = sync.Pool{New: func() any { return new(parser) }}

// ParseTo is Parse for those who need the Document only until use returns.
func (s *Schema) ParseTo(src *diag.Source, from, to int, use func(*Document)) {
	p := parsers.Get().(*parser)
	use(p.parse(s, src, from, to))
	entries := p.doc.Entries
	clear(entries)
	*p = parser{}
	if cap(entries) <= maxKeptEntries {
		p.doc.Entries = entries[:0]
	}
	parsers.Put(p)
}

// maxKeptEntries is the size of the largest table whose memory the next one uses.
const maxKeptEntries = 64

func (p *parser) parse(s *Schema, src *diag.Source, from, to int) *Document {
	p.src, p.text = src, string(src.Text[:to])
	d := &p.doc
	d.schema, d.At = s, from
	if d.Entries == nil {
		d.Entries = make([]Entry, 0, min(16, 1+(to-from)/16))
	}
	p.run(from)
	return d
}
