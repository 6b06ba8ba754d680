package cache

import (
	"bytes"
	"fmt"
	"os"
	"testing"
)

// What GetAll gives is what Get gives, wherever the parts stand: in the file, close
// together or not, or still in memory. A damaged part is missing, and no other.
func TestGetAll(t *testing.T) {
	root := site(t)
	c := open(t, root)
	var s State
	put := func(n int) {
		for i := range n {
			f := File{Path: fmt.Sprintf("content/%d.md", len(s.Files)), Part: c.Store.Put(fmt.Appendf(nil, "record %d", len(s.Files)))}
			if i%7 == 0 {
				f.Text = c.Store.Put(bytes.Repeat([]byte("text"), 2000))
			}
			s.Files = append(s.Files, f)
		}
	}
	put(300)
	c.Save(&s)
	c.Close()
	c = open(t, root)
	put(20)
	parts := []Part{{}}
	for _, f := range s.Files {
		parts = append(parts, f.Part)
	}
	check := func(bad int) {
		t.Helper()
		for i, b := range c.Store.GetAll(parts) {
			want := fmt.Sprintf("record %d", i-1)
			if i == 0 || i == bad {
				want = ""
			}
			if string(b) != want {
				t.Errorf("part %d is %q, want %q", i, b, want)
			}
		}
	}
	check(-1)
	store := stores(t, root)[0]
	raw, err := os.ReadFile(store)
	if err != nil {
		t.Fatal(err)
	}
	raw[parts[100].At+1] ^= 1
	if err := os.WriteFile(store, raw, 0o666); err != nil {
		t.Fatal(err)
	}
	check(100)
	if err := c.Store.Err(); err != nil {
		t.Errorf("GetAll reports %v", err)
	}
}
