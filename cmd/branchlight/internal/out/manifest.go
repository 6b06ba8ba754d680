package out

import (
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"branchlight/cmd/branchlight/internal/codec"
)

const manifestHeader = "branchlight manifest 2\n"

// maxManifest bounds the manifest file: it is room for a million outputs and more.
const maxManifest = 256 << 20

// entry is what the manifest knows of a file.
type entry struct {
	sum  codec.Sum
	size int64
}

// listed is an entry with the path of its file.
type listed struct {
	path string
	entry
}

// manifest lists output paths with what was written there, by path, each once.
type manifest []listed

// index finds a path.
func (m manifest) index(p string) (int, bool) {
	return slices.BinarySearchFunc(m, p, func(l listed, p string) int { return strings.Compare(l.path, p) })
}

// find gives the entry of a path.
func (m manifest) find(p string) (entry, bool) {
	i, ok := m.index(p)
	if !ok {
		return entry{}, false
	}
	return m[i].entry, true
}

func (m manifest) has(p string) bool {
	_, ok := m.find(p)
	return ok
}

// with adds the entries of another manifest for the paths that m does not have.
func (m manifest) with(other manifest) manifest {
	both := make(manifest, 0, len(m)+len(other))
	for i, j := 0, 0; i < len(m) || j < len(other); {
		switch {
		case j == len(other) || i < len(m) && m[i].path < other[j].path:
			both = append(both, m[i])
			i++
		case i == len(m) || other[j].path < m[i].path:
			both = append(both, other[j])
			j++
		default:
			both = append(both, m[i])
			i++
			j++
		}
	}
	return both
}

// encode gives the bytes of the manifest file. The same entries give the same
// bytes.
func (m manifest) encode() []byte {
	n := len(manifestHeader)
	for i := range m {
		n += 16 + 2 + 2 + 1 + 12 + len(m[i].path)
	}
	b := append(make([]byte, 0, n), manifestHeader...)
	for i := range m {
		b = hex.AppendEncode(b, m[i].sum[:])
		b = append(b, "  "...)
		b = strconv.AppendInt(b, m[i].size, 10)
		b = append(b, "  "...)
		b = append(b, m[i].path...)
		b = append(b, '\n')
	}
	return b
}

// decodeManifest reads a manifest file, whose bytes must not change any more. ok
// is false where the file is damaged; the lines that can be read are in m
// nevertheless.
func decodeManifest(b []byte) (m manifest, ok bool) {
	text, ok := strings.CutPrefix(unsafe.String(unsafe.SliceData(b), len(b)), manifestHeader)
	if !ok {
		return nil, false
	}
	m = make(manifest, 0, strings.Count(text, "\n"))
	sorted := true
	for len(text) > 0 {
		line, rest, whole := strings.Cut(text, "\n")
		text = rest
		l, good := decodeLine(line)
		if !whole || !good {
			ok = false
			continue
		}
		sorted = sorted && (len(m) == 0 || m[len(m)-1].path < l.path)
		m = append(m, l)
	}
	if !sorted { // someone else's doing
		slices.SortStableFunc(m, func(a, b listed) int { return strings.Compare(a.path, b.path) })
		m = slices.CompactFunc(m, func(a, b listed) bool { return a.path == b.path })
	}
	return m, ok
}

func decodeLine(line string) (l listed, ok bool) {
	sum, line, ok1 := strings.Cut(line, "  ")
	size, p, ok2 := strings.Cut(line, "  ")
	n, err := strconv.ParseInt(size, 10, 64)
	// A path that Write would refuse is nobody's doing but an attacker's.
	if !ok1 || !ok2 || err != nil || len(sum) != 16 || !Safe(p) {
		return l, false
	}
	l.path, l.size = p, n
	_, err = hex.Decode(l.sum[:], unsafe.Slice(unsafe.StringData(sum), len(sum)))
	return l, err == nil
}

// readManifest reads the manifest of an output folder; raw is nil where there is
// none.
func readManifest(top *dir) (m manifest, raw []byte, ok bool, err error) {
	fi, err := top.lstat(manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, false, nil
	}
	if err != nil {
		return nil, nil, false, fail("stat", manifestName, err)
	}
	if !fi.Mode().IsRegular() || fi.Size() > maxManifest {
		return nil, nil, false, nil
	}
	f, err := top.open(manifestName)
	if err != nil {
		return nil, nil, false, fail("open", manifestName, err)
	}
	defer f.close()
	raw = make([]byte, fi.Size())
	n, err := io.ReadFull(f, raw)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, nil, false, fail("read", manifestName, err)
	}
	raw = raw[:n]
	m, ok = decodeManifest(raw)
	return m, raw, ok, nil
}
