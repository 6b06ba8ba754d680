package tree

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"testing"
)

// After any changes, a rescan of the folders they were made in gives what a scan
// of everything gives.
func TestRescan(t *testing.T) {
	for seed := range uint64(60) {
		dir := t.TempDir()
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		r := rand.New(rand.NewPCG(seed, 1))
		scan := func() *Snapshot {
			s, err := Scan(root, "content", "layouts")
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		snap := scan()
		for range 30 {
			touched := edit(t, r, dir)
			next, err := snap.Rescan(root, touched...)
			if err != nil {
				t.Fatal(err)
			}
			want := scan()
			if !reflect.DeepEqual(next, want) {
				t.Fatalf("seed %d, after changes in %v:\n%+v\nwant\n%+v", seed, touched, next, want)
			}
			snap = next
		}
	}
}

// edit changes something, and gives the folders in which it did.
func edit(t *testing.T, r *rand.Rand, dir string) (touched []string) {
	t.Helper()
	folders := []string{"content", "content/a", "content/a/b", "content/a/b/c", "content/d", "layouts", "layouts/partials"}
	for range 1 + r.IntN(3) {
		folder := folders[r.IntN(len(folders))]
		at := filepath.Join(dir, filepath.FromSlash(folder))
		name := fmt.Sprintf("p%d.md", r.IntN(3))
		switch r.IntN(6) {
		case 0, 1, 2:
			// A new folder is seen in the one above it.
			for up := folder; up != "."; up = path.Dir(up) {
				touched = append(touched, up)
			}
			os.MkdirAll(at, 0o755)
			os.WriteFile(filepath.Join(at, name), make([]byte, r.IntN(9)), 0o644)
		case 3:
			touched = append(touched, folder)
			os.RemoveAll(filepath.Join(at, name))
		case 4:
			touched = append(touched, path.Dir(folder), folder)
			os.RemoveAll(at)
		case 5:
			touched = append(touched, folder)
			os.WriteFile(filepath.Join(at, "id_rsa"), []byte("x"), 0o644) // which is found
		}
	}
	return touched
}
