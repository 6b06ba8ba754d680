//go:build !linux

package tree

import "os"

// folder is an open folder of the site.
type folder struct{ root *os.Root }

func openAt(root *os.Root, dir string) (folder, error) {
	sub, err := root.OpenRoot(dir)
	return folder{sub}, err
}

func (d folder) close() { d.root.Close() }

func (d folder) read(name string, limit int64, _ []byte) ([]byte, error) {
	return Read(d.root, name, limit)
}

// lstatAt gives what stands at a name of a folder, which is open in both ways.
func lstatAt(r *os.Root, _ *os.File, name string) (stat, error) {
	fi, err := r.Lstat(name)
	if err != nil {
		return stat{}, err
	}
	return statOf(fi), nil
}
