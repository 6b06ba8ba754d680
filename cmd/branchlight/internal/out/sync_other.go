//go:build !linux

package out

import (
	"os"
	"runtime"
)

const syncEach = true

func flush(root *os.Root, folders []string) error {
	if runtime.GOOS == "windows" {
		return nil // has no call for folders; its journal keeps renames in order
	}
	for _, folder := range folders {
		f, err := root.Open(folder)
		if err != nil {
			return err
		}
		err = f.Sync()
		f.Close()
		if err != nil {
			return err
		}
	}
	return nil
}
