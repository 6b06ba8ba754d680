package check

import (
	"slices"
	"strings"
	"sync"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/similar"
)

// Noted is what an audit notes of one file: its findings, and facts that rules
// over the whole site go by. It does not change once it is in a Memory.
type Noted struct {
	Findings []diag.Finding
	Prints   similar.Prints // of a page long enough to be compared
	Signed   string         // of a page with sign-offs: the signoff.Sum of its text; of a file that such a page links to, that of its bytes
}

// Code writes or reads what was noted.
func (n *Noted) Code(c *codec.Coder) {
	diag.CodeFindings(c, &n.Findings)
	codec.String(c, &n.Prints)
	codec.String(c, &n.Signed)
}

func (n *Noted) report(found ...diag.Finding) { n.Findings = append(n.Findings, found...) }

// Memory is what audits noted of files, by path, as long as their bytes and the
// settings are the same. It is safe for concurrent use. Nothing in it is wrong,
// only missing: it can be thrown away at any time.
type Memory struct {
	key codec.Sum // of the settings; of all that what is noted depends on besides the file

	mu     sync.Mutex
	files  map[string]remembered
	fresh  bool // there is something that Bytes has not given yet
	looked int  // files that were put here
}

type remembered struct {
	sum   codec.Sum // of what the file is known by, such as its bytes, and the key
	bytes codec.Sum // of an attachment, which is known by its time: of its bytes, and the key
	noted *Noted
	used  bool
}

// NewMemory makes a memory for the settings that a key stands for, of the bytes
// that Memory.Bytes gave; of nothing where they are not such bytes.
func NewMemory(key codec.Sum, kept []byte) *Memory {
	m := &Memory{key: key, files: map[string]remembered{}}
	c := codec.Reader(kept)
	for len(kept) > 0 && len(c.Bytes()) > 0 && !c.Bad() {
		var path string
		r := remembered{noted: new(Noted)}
		m.code(c, &path, &r)
		if !c.Bad() {
			m.files[path] = r
		}
	}
	return m
}

func (m *Memory) code(c *codec.Coder, path *string, r *remembered) {
	codec.String(c, path)
	c.Sum(&r.sum)
	c.Sum(&r.bytes)
	r.noted.Code(c)
}

// Bytes gives what was noted of the files that were asked for, to be kept; nil
// where that is what the memory was made of.
func (m *Memory) Bytes() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.fresh {
		return nil
	}
	m.fresh = false
	paths := make([]string, 0, len(m.files))
	for path, r := range m.files {
		if r.used {
			paths = append(paths, path)
		}
	}
	slices.SortFunc(paths, strings.Compare)
	c := codec.Writer(nil)
	for _, path := range paths {
		r := m.files[path]
		m.code(c, &path, &r)
	}
	return c.Bytes()
}

// salted gives the sum of a file's bytes under the memory's settings.
func (m *Memory) salted(sum codec.Sum) codec.Sum {
	var b [2 * len(sum)]byte
	copy(b[:], sum[:])
	copy(b[len(sum):], m.key[:])
	return codec.SumOf(b[:])
}

func (m *Memory) get(path string, sum codec.Sum) *Noted {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.files[path]
	if !ok || r.sum != sum {
		return nil
	}
	if !r.used {
		r.used = true
		m.files[path] = r
	}
	return r.noted
}

func (m *Memory) put(path string, r remembered) {
	r.used = true
	m.mu.Lock()
	m.files[path] = r
	m.fresh = true
	m.looked++
	m.mu.Unlock()
}

// again gives what was noted of an attachment of the same bytes, which is known
// by something else from now on.
func (m *Memory) again(path string, sum, bytes codec.Sum) *Noted {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.files[path]
	if !ok || r.bytes != bytes {
		return nil
	}
	r.sum, r.used = sum, true
	m.files[path] = r
	m.fresh = true
	return r.noted
}

// Looked counts the files that had to be looked at, because nothing was noted of
// them.
func (m *Memory) Looked() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.looked
}
