package report

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/diag"
)

// PlaceError says that a paper would stand among what is published, or among the
// sources.
type PlaceError struct{ Path string }

func (e *PlaceError) Error() string { return e.Text().En }

// Text gives the message in both languages.
func (e *PlaceError) Text() diag.Text {
	return diag.Textf("报表和审签单不对外发布，不能写到 %s；请用 -o 选 public、content、layouts、themes 以外的位置", "reports and sheets are not for publication and cannot be written to %s; choose a place outside public, content, layouts and themes with -o", e.Path)
}

// Folder is where papers are written in a site's folder, unless another is asked
// for. No build reads it, and git ignores it.
const Folder = "report"

// Allowed refuses a place inside the site's output or its sources, links resolved.
func Allowed(site, path string) error {
	if build.Inside(site, path) {
		return &PlaceError{path}
	}
	return nil
}

// Write writes a file, whole or not at all, and makes its folder.
func Write(file string, data []byte) (err error) {
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	temp := filepath.Join(dir, ".branchlight-"+rand.Text()+".tmp")
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temp)
		}
	}()
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", file, err)
	}
	return os.Rename(temp, file)
}
