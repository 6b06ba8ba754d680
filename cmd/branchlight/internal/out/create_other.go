//go:build !linux

package out

import "os"

// createFile makes a file by its name in an open folder.
func (d *dir) createFile(name string) (handle, error) {
	return d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
}

func (d *dir) lookAt(name string) (look, error) {
	fi, err := d.root.Lstat(name)
	if err != nil {
		return look{}, err
	}
	return look{fi.Mode().Type(), fi.Size(), fi.ModTime().UnixNano()}, nil
}
