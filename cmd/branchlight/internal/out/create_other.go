//go:build !linux

package out

import "os"

// createFile makes a file by its name in an open folder.
func (d *dir) createFile(name string) (handle, error) {
	return d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
}
