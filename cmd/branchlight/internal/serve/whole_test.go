package serve_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
)

// eventually waits until an address shows a text.
func eventually(t *testing.T, address, text string) {
	t.Helper()
	var last string
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if last = fetch(t, address); strings.Contains(last, text) {
			return
		}
	}
	t.Fatalf("%s never shows %q; it shows\n%.600s", address, text, last)
}

// Whatever way of saving, moving and removing, what is shown in the end is what
// the files say.
func TestNeverStale(t *testing.T) {
	for name, poll := range map[string]bool{"events": false, "poll": true} {
		t.Run(name, func(t *testing.T) {
			f := county(t, 60)
			address := preview(t, f, poll)
			r := rand.New(rand.NewPCG(1, 2))
			saves := []func(name, text string){
				func(name, text string) { f.write(t, name, text) },
				func(name, text string) { // in two pieces
					f.write(t, name, text[:len(text)/2])
					f.write(t, name, text)
				},
				func(name, text string) { // renamed over
					f.write(t, name+".tmp", text)
					rename(t, f, name+".tmp", name)
				},
				func(name, text string) { // moved away, made anew, removed
					rename(t, f, name, name+"~")
					f.write(t, name, text)
					remove(t, f, name+"~")
				},
			}
			for i := range 40 {
				page := r.IntN(60)
				sentence := fmt.Sprintf("第%d次改的话。", i)
				saves[r.IntN(len(saves))](pageFile(page), pageText(page, sentence))
				if r.IntN(2) == 0 {
					eventually(t, address+pageOut(page), sentence)
				}
			}
			f.write(t, pageFile(7), pageText(7, "最后的话。"))
			eventually(t, address+pageOut(7), "最后的话。")

			rename(t, f, "content/a0001", "moved")
			eventually(t, address+"a0001/index.html", "找不到这个页面")
			rename(t, f, "moved", "content/a0009")
			eventually(t, address+"a0009/b0/p000055.html", "原句。")
			f.write(t, "content/a0009/b0/p000055.md", pageText(55, "搬来以后写的话。"))
			eventually(t, address+"a0009/b0/p000055.html", "搬来以后写的话。")

			rename(t, f, "content", "gone")
			eventually(t, address+pageOut(7), "最后的话。") // the last good site
			rename(t, f, "gone", "content")
			f.write(t, pageFile(7), pageText(7, "回来以后写的话。"))
			eventually(t, address+pageOut(7), "回来以后写的话。")
		})
	}
}

func rename(t *testing.T, f folder, from, to string) {
	t.Helper()
	if err := os.Rename(f.path(from), f.path(to)); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, f folder, name string) {
	t.Helper()
	if err := os.Remove(f.path(name)); err != nil {
		t.Fatal(err)
	}
}
