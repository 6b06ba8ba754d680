package out

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strconv"
)

const manifestHeader = "branchlight manifest 1\n"

// maxManifest bounds the manifest file: it is room for a million outputs and more.
const maxManifest = 256 << 20

// entry is what the manifest knows of a file.
type entry struct {
	sum  [32]byte // SHA-256
	size int64
}

// manifest maps output paths to what was written there.
type manifest map[string]entry

// encode gives the bytes of the manifest file. The same entries give the same
// bytes.
func (m manifest) encode() []byte {
	b := make([]byte, 0, len(manifestHeader)+len(m)*128)
	b = append(b, manifestHeader...)
	for _, p := range slices.Sorted(maps.Keys(m)) {
		e := m[p]
		b = hex.AppendEncode(b, e.sum[:])
		b = append(b, "  "...)
		b = strconv.AppendInt(b, e.size, 10)
		b = append(b, "  "...)
		b = append(b, p...)
		b = append(b, '\n')
	}
	return b
}

// decodeManifest reads a manifest file. ok is false where the file is damaged;
// the lines that can be read are in m nevertheless.
func decodeManifest(b []byte) (m manifest, ok bool) {
	b, ok = bytes.CutPrefix(b, []byte(manifestHeader))
	if !ok {
		return manifest{}, false
	}
	m = make(manifest, len(b)/100)
	for len(b) > 0 {
		line, rest, whole := bytes.Cut(b, []byte("\n"))
		b = rest
		sum, line, ok1 := bytes.Cut(line, []byte("  "))
		size, p, ok2 := bytes.Cut(line, []byte("  "))
		var e entry
		n, err := strconv.ParseInt(string(size), 10, 64)
		e.size = n
		// A path that Write would refuse is nobody's doing but an attacker's.
		if !whole || !ok1 || !ok2 || err != nil || len(sum) != 64 || !Safe(string(p)) {
			ok = false
			continue
		}
		if _, err := hex.Decode(e.sum[:], sum); err != nil {
			ok = false
			continue
		}
		m[string(p)] = e
	}
	return m, ok
}

// readManifest reads the manifest of an output folder; raw is nil where there is
// none.
func readManifest(top *dir) (m manifest, raw []byte, ok bool, err error) {
	fi, err := top.lstat(manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return manifest{}, nil, false, nil
	}
	if err != nil {
		return nil, nil, false, fail("stat", manifestName, err)
	}
	if !fi.Mode().IsRegular() || fi.Size() > maxManifest {
		return manifest{}, nil, false, nil
	}
	f, err := top.open(manifestName)
	if err != nil {
		return nil, nil, false, fail("open", manifestName, err)
	}
	defer f.close()
	if raw, err = io.ReadAll(io.LimitReader(f, maxManifest)); err != nil {
		return nil, nil, false, fail("read", manifestName, err)
	}
	m, ok = decodeManifest(raw)
	return m, raw, ok, nil
}
