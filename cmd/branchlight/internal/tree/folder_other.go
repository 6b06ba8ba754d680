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

// names lists the folder, in no order.
func (d folder) names() ([]string, error) {
	f, err := d.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}

// lstat gives what stands at a name of the folder.
func (d folder) lstat(name string) (stat, error) {
	fi, err := d.root.Lstat(name)
	if err != nil {
		return stat{}, err
	}
	return statOf(fi), nil
}
