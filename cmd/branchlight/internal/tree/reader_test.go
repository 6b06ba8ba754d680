package tree

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// More folders than a Reader keeps open, read by many at once.
func TestReaderGivesWhatReadGives(t *testing.T) {
	dir := t.TempDir()
	var names []string
	for i := range 3 * maxOpenFolders {
		folder := fmt.Sprintf("a/%d", i)
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o777); err != nil {
			t.Fatal(err)
		}
		for j := range 3 {
			name := fmt.Sprintf("%s/%d.md", folder, j)
			names = append(names, name)
			if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	r := NewReader(root)
	defer r.Close()
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range names {
				name := names[(i+w*71)%len(names)]
				if data, err := r.Read(name, 100, nil); err != nil || string(data) != name {
					t.Errorf("%s: %q, %v", name, data, err)
				}
			}
		})
	}
	wg.Wait()
	for _, p := range []string{"a/0/none.md", "none/x.md", "a/0"} {
		_, want := Read(root, p, 100)
		_, got := r.Read(p, 100, nil)
		if want == nil || got == nil || got.Error() != want.Error() {
			t.Errorf("%s: %v, want %v", p, got, want)
		}
	}
	if _, err := r.Read("a/0/0.md", 1, nil); err == nil {
		t.Error("a file above the limit was read")
	}
}
