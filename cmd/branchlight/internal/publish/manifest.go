package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"branchlight/cmd/branchlight/internal/out"
)

// manifestName is the file of a published site that says what it consists of:
//
//	branchlight release 1
//	<sha256, 64 hexadecimal digits>  <bytes, decimal>  <path>
//
// One line per file, sorted by path, without times: equal sites have equal ones.
const manifestName = ".branchlight-release"

const manifestHeader = "branchlight release 1\n"

// manifest is what a state of the site consists of, by path.
type manifest []out.Made

func (m manifest) find(p string) (out.Made, bool) {
	i, ok := slices.BinarySearchFunc(m, p, func(f out.Made, p string) int { return strings.Compare(f.Path, p) })
	if !ok {
		return out.Made{}, false
	}
	return m[i], true
}

func (m manifest) has(p string) bool {
	_, ok := m.find(p)
	return ok
}

// without gives the manifest less some files.
func (m manifest) without(gone func(out.Made) bool) manifest {
	return slices.DeleteFunc(slices.Clone(m), gone)
}

func (m manifest) bytes() (n int64) {
	for _, f := range m {
		n += f.Size
	}
	return n
}

func (m manifest) encode() []byte {
	var b bytes.Buffer
	b.WriteString(manifestHeader)
	for _, f := range m {
		b.WriteString(hex.EncodeToString(f.Sum[:]) + "  " + strconv.FormatInt(f.Size, 10) + "  " + f.Path + "\n")
	}
	return b.Bytes()
}

// decodeManifest reads a manifest. A server can hold anything: a path that no site
// has, or one that stands twice, makes it damaged.
func decodeManifest(raw []byte) (m manifest, ok bool) {
	text, ok := strings.CutPrefix(string(raw), manifestHeader)
	if !ok {
		return nil, false
	}
	m = make(manifest, 0, strings.Count(text, "\n"))
	for line := range strings.Lines(text) {
		parts := strings.SplitN(strings.TrimSuffix(line, "\n"), "  ", 3)
		if len(parts) != 3 || !strings.HasSuffix(line, "\n") || len(parts[0]) != 2*sha256.Size || !out.Safe(parts[2]) {
			return nil, false
		}
		f := out.Made{Path: parts[2]}
		var err error
		if f.Size, err = strconv.ParseInt(parts[1], 10, 64); err != nil || f.Size < 0 {
			return nil, false
		}
		if _, err := hex.Decode(f.Sum[:], []byte(parts[0])); err != nil || len(m) > 0 && m[len(m)-1].Path >= f.Path {
			return nil, false
		}
		m = append(m, f)
	}
	return m, true
}

// sumOf is the name of a state by its content: the SHA-256 of its manifest.
func sumOf(manifest []byte) string {
	sum := sha256.Sum256(manifest)
	return hex.EncodeToString(sum[:])
}

// loadManifest reads a manifest; nil where there is none. A damaged one is an
// error: what it lists would be taken for files of others.
func loadManifest(ctx context.Context, s store, p string) (manifest, error) {
	b, err := get(ctx, s, p, maxManifest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	m, ok := decodeManifest(b)
	if !ok {
		return nil, fault("发布目标上的清单 %s 已损坏；有人改动过它，或磁盘出了问题", "the manifest %s on the target is damaged; someone has changed it, or the disk has a fault", p)
	}
	return m, nil
}

func byName(a, b out.Made) int { return strings.Compare(a.Path, b.Path) }
