package out

import (
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/parallel"
)

// Made is a file of an output that its manifest vouches for.
type Made struct {
	Path string // Safe
	Size int64
	Sum  [sha256.Size]byte // SHA-256 of its bytes, which is of use beyond this machine
}

// Vouch reads an output and holds every file against its manifest. It gives the
// files, by path, and what is not as the manifest says.
// Files of others are not looked at. Look, if not nil, is shown the bytes of each
// file, piece by piece, on several goroutines at once. The output should be locked
// meanwhile.
func Vouch(folder string, look func(path string, data []byte)) (list []Made, wrong []Difference, err error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, nil, fail("open", folder, err)
	}
	defer root.Close()
	d := &dir{disk: new(disk), root: root, path: folder}
	m, _, ok, err := readManifest(d)
	if err != nil {
		return nil, nil, err
	}
	if !ok {
		return nil, []Difference{{manifestName, Missing}}, nil
	}
	kinds, errs := make([]string, len(m)), make([]error, len(m))
	list = make([]Made, len(m))
	parallel.Each(len(m), func(i int) {
		list[i].Path, list[i].Size = m[i].path, m[i].size
		kinds[i], errs[i] = vouch(root, m[i], &list[i].Sum, look)
	})
	for i, l := range m {
		if kinds[i] != "" {
			wrong = append(wrong, Difference{l.path, kinds[i]})
		}
	}
	return list, wrong, errors.Join(errs...)
}

// vouch holds one file against its entry, and fills in its SHA-256.
func vouch(root *os.Root, l listed, seal *[sha256.Size]byte, look func(string, []byte)) (kind string, err error) {
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
	sum, strong := codec.NewHash(), sha256.New()
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	for {
		n, err := io.ReadFull(f, *buf)
		sum.Write((*buf)[:n])
		strong.Write((*buf)[:n])
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
	if codec.Sum(sum.Sum(nil)) != l.sum {
		return Different, nil
	}
	strong.Sum(seal[:0])
	return "", nil
}
