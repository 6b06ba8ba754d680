package out

import (
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"branchlight/cmd/branchlight/internal/parallel"
)

// Made is a file of an output as its manifest knows it.
type Made struct {
	Path string // Safe
	Size int64
	Sum  [sha256.Size]byte // SHA-256 of its bytes
}

// ManifestName is the name of the manifest in an output.
const ManifestName = manifestName

// DecodeManifest reads the bytes of a manifest, which must not change any more.
// ok is false where they are damaged; what can be read is given nevertheless,
// by path, each path once.
func DecodeManifest(raw []byte) (list []Made, ok bool) {
	m, ok := decodeManifest(raw)
	list = make([]Made, len(m))
	for i, l := range m {
		list[i] = Made{l.path, l.size, l.sum}
	}
	return list, ok
}

// EncodeManifest gives the bytes of the manifest of files in any order.
func EncodeManifest(list []Made) []byte {
	m := make(manifest, len(list))
	for i, f := range list {
		m[i] = listed{f.Path, entry{f.Sum, f.Size}}
	}
	slices.SortFunc(m, func(a, b listed) int { return strings.Compare(a.path, b.path) })
	return m.encode()
}

// Vouch reads an output and holds every file against its manifest. It gives the
// files, by path, the bytes of the manifest, and what is not as the manifest says.
// Files of others are not looked at. Look, if not nil, is shown the bytes of each
// file, piece by piece, on several goroutines at once. The output should be locked
// meanwhile.
func Vouch(folder string, look func(path string, data []byte)) (list []Made, raw []byte, wrong []Difference, err error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, nil, nil, fail("open", folder, err)
	}
	defer root.Close()
	d := &dir{disk: new(disk), root: root, path: folder}
	m, raw, ok, err := readManifest(d)
	if err != nil {
		return nil, nil, nil, err
	}
	if !ok {
		return nil, raw, []Difference{{manifestName, Missing}}, nil
	}
	kinds, errs := make([]string, len(m)), make([]error, len(m))
	parallel.Each(len(m), func(i int) { kinds[i], errs[i] = vouch(root, m[i], look) })
	list = make([]Made, len(m))
	for i, l := range m {
		list[i] = Made{l.path, l.size, l.sum}
		if kinds[i] != "" {
			wrong = append(wrong, Difference{l.path, kinds[i]})
		}
	}
	return list, raw, wrong, errors.Join(errs...)
}

// vouch holds one file against its entry.
func vouch(root *os.Root, l listed, look func(string, []byte)) (kind string, err error) {
	fi, err := root.Lstat(l.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Missing, nil
	case err != nil:
		return "", fail("stat", l.path, err)
	case !fi.Mode().IsRegular() || fi.Size() != l.size:
		return Different, nil
	}
	f, err := root.Open(l.path)
	if err != nil {
		return "", fail("open", l.path, err)
	}
	defer f.Close()
	sum := sha256.New()
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	for {
		n, err := io.ReadFull(f, *buf)
		sum.Write((*buf)[:n])
		if look != nil && n > 0 {
			look(l.path, (*buf)[:n])
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			break
		}
		if err != nil {
			return "", fail("read", l.path, err)
		}
	}
	if [sha256.Size]byte(sum.Sum(nil)) != l.sum {
		return Different, nil
	}
	return "", nil
}
