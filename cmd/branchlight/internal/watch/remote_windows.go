package watch

import (
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

// remote names the drive of a folder, where it is a share or a network drive:
// many servers send no events for them.
func remote(dir string) (name string, ok bool) {
	volume := filepath.VolumeName(dir)
	if strings.HasPrefix(volume, `\\?\`) && !strings.HasPrefix(strings.ToUpper(volume), `\\?\UNC\`) {
		volume = strings.TrimPrefix(volume, `\\?\`)
	}
	if strings.HasPrefix(volume, `\\`) {
		return volume, true
	}
	path, err := windows.UTF16PtrFromString(volume + `\`)
	if err != nil {
		return "", false
	}
	return volume, windows.GetDriveType(path) == windows.DRIVE_REMOTE
}
