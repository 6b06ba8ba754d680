package build

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/diag"
)

// photo is a JPEG of a size. Each number makes another.
func photo(width, height, number int) string {
	m := image.NewYCbCr(image.Rect(0, 0, width, height), image.YCbCrSubsampleRatio420)
	for i := range m.Y {
		m.Y[i] = uint8(i/width + 40*number)
	}
	var b bytes.Buffer
	jpeg.Encode(&b, m.SubImage(m.Rect), nil)
	return b.String()
}

// damaged spoils a JPEG where its header does not show it.
func damaged(photo string) string {
	at := strings.Index(photo, "\xFF\xDA") + 6 // the tables of the first component
	return photo[:at] + "\x33" + photo[at+1:]
}

// album is a site with so many photographs, each on a page of its own.
func album(t testing.TB, root string, n int) {
	t.Helper()
	county(t, root, 10)
	for i := range n {
		name := fmt.Sprintf("content/a000/b0/z%d", i)
		write(t, root, name+".jpg", photo(1300, 40, i))
		write(t, root, name+".md", goodHead+fmt.Sprintf("cover = \"z%[1]d.jpg\"\ncover_alt = \"会场\"\n+++\n正文。\n\n![会场](z%[1]d.jpg)\n", i))
	}
}

// jpegs lists the photographs of an output.
func jpegs(m map[string]string) (list []string) {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if strings.HasSuffix(name, ".jpg") {
			list = append(list, filepath.Base(name))
		}
	}
	return list
}

// A picture is decoded once: not for a second build, nor for one to another
// output, nor for an edit of its page; and again where it changes.
func TestPicturesAreDecodedOnce(t *testing.T) {
	root := t.TempDir()
	album(t, root, 3)
	decoded := func(what string, o Options, want int) {
		t.Helper()
		o.Root = root
		if r := mustBuild(t, o); r.Decoded != want || len(r.Notes) > 0 {
			t.Errorf("%s: %d pictures decoded, want %d; %v", what, r.Decoded, want, r.Notes)
		}
		outputIsClean(t, o)
	}
	decoded("first", Options{}, 3)
	one := files(t, filepath.Join(root, "public"))
	if got := strings.Join(jpegs(one), " "); got != "z0-1200.jpg z0-480.jpg z1-1200.jpg z1-480.jpg z2-1200.jpg z2-480.jpg" {
		t.Errorf("made: %s", got)
	}
	decoded("again", Options{}, 0)
	decoded("another output", Options{Output: filepath.Join(root, "again")}, 0)
	two := files(t, filepath.Join(root, "again"))
	for _, name := range slices.Sorted(maps.Keys(one)) {
		if one[name] != two[name] {
			t.Errorf("%s differs", name)
		}
	}
	decoded("the first output again", Options{}, 0)
	rewrite(t, root, "content/a000/b0/z1.md", "正文。", "改过的正文。")
	decoded("an edit", Options{}, 0)
	age(t, root)
	decoded("other times", Options{}, 0)
	write(t, root, "content/a000/b0/z1.jpg", photo(1300, 40, 9))
	decoded("another photograph", Options{}, 1)
	os.Remove(filepath.Join(root, "public/a000/b0/z2-480.jpg"))
	decoded("a file of the output is gone", Options{}, 0)
	os.RemoveAll(filepath.Join(root, ".branchlight"))
	decoded("no cache", Options{}, 3)
	os.RemoveAll(filepath.Join(root, "public"))
	decoded("no output", Options{}, 0)
	v, err := Verify(t.Context(), Options{Root: root, Day: buildDay})
	if err != nil || !v.Equal() {
		t.Errorf("%+v, %v", v, err)
	}
}

// A photograph that no page shows any more leaves no byte.
func TestPicturesGo(t *testing.T) {
	root := t.TempDir()
	album(t, root, 2)
	o := Options{Root: root}
	mustBuild(t, o)
	rewrite(t, root, "content/a000/b0/z1.md", "cover_alt", "draft = true\ncover_alt")
	mustBuild(t, o)
	if got := strings.Join(jpegs(files(t, filepath.Join(root, "public"))), " "); got != "z0-1200.jpg z0-480.jpg" {
		t.Errorf("left: %s", got)
	}
	outputIsClean(t, o)
}

// A photograph that is linked to is published too, cleaned; a source that has the
// name of what is made of another is an error that names both.
func TestPictureNames(t *testing.T) {
	root := t.TempDir()
	album(t, root, 1)
	write(t, root, "content/a000/b0/z0-480.jpg", photo(20, 20, 1))
	write(t, root, "content/a000/b0/y.md", goodHead+"+++\n[原图](z0.jpg)\n")
	o := Options{Root: root, Day: buildDay}
	mustBuild(t, o)
	if got := strings.Join(jpegs(files(t, filepath.Join(root, "public"))), " "); got != "z0-1200.jpg z0-480.jpg z0.jpg" {
		t.Errorf("made: %s", got)
	}
	write(t, root, "content/a000/b0/y.md", goodHead+"+++\n[小图](z0-480.jpg)\n")
	r, err := Build(o)
	if err != nil || r.Done || !slices.ContainsFunc(r.Findings, func(f diag.Finding) bool {
		return f.Rule == "route-collision" && strings.Contains(f.Message.Zh, "z0.jpg") && strings.Contains(f.Message.Zh, "z0-480.jpg")
	}) {
		t.Errorf("%+v, %v", r, err)
	}
	write(t, root, "content/a000/b0/y.md", goodHead+"+++\n![小图](z0-480.jpg)\n")
	mustBuild(t, o)
	if got := strings.Join(jpegs(files(t, filepath.Join(root, "public"))), " "); got != "z0-1200.jpg z0-480-20.jpg z0-480.jpg" {
		t.Errorf("made: %s", got)
	}
}

// A photograph that cannot be decoded is an error of its own and of the pages that
// show it. The old output stays, the other photographs are not decoded again, and
// it is not tried again itself.
func TestDamagedPicture(t *testing.T) {
	for _, cached := range []bool{true, false} {
		root := t.TempDir()
		album(t, root, 3)
		o := Options{Root: root, Day: buildDay}
		mustBuild(t, o)
		before := files(t, filepath.Join(root, "public"))
		good := photo(1300, 40, 7)
		write(t, root, "content/a000/b0/z1.jpg", damaged(good))
		write(t, root, "content/a000/b0/z2.jpg", photo(1300, 40, 8))
		decoded := []int{2, 0}
		if !cached {
			os.RemoveAll(filepath.Join(root, ".branchlight"))
			write(t, root, ".branchlight", "in the way")
			decoded = []int{3, 3} // z0 stands, and its key is not known
		}
		var said []string
		for i := range 2 {
			r, err := Build(o)
			if err != nil || r.Done || r.Decoded != decoded[i] {
				t.Fatalf("cached %v, build %d: %d decoded, done %v, %v", cached, i, r.Decoded, r.Done, err)
			}
			var b bytes.Buffer
			diag.Printer{W: &b}.List(r.Findings)
			said = append(said, b.String())
			for _, place := range []string{"z1.jpg", "z1.md:"} {
				if !strings.Contains(b.String(), place) {
					t.Errorf("cached %v, build %d: no word of %s:\n%s", cached, i, place, &b)
				}
			}
		}
		if said[0] != said[1] {
			t.Errorf("said first:\n%s\nthen:\n%s", said[0], said[1])
		}
		if !maps.Equal(before, files(t, filepath.Join(root, "public"))) {
			t.Error("the output has changed")
		}
		hold := o
		hold.HoldBad = true
		r := mustBuild(t, hold)
		if got := strings.Join(jpegs(files(t, filepath.Join(root, "public"))), " "); got != "z0-1200.jpg z0-480.jpg z2-1200.jpg z2-480.jpg" || len(r.Held) == 0 {
			t.Errorf("held back: %v, made: %s", r.Held, got)
		}
		write(t, root, "content/a000/b0/z1.jpg", good)
		mustBuild(t, o)
		outputIsClean(t, o)
	}
}

// A session makes the same pictures when they are asked for, once for all who ask,
// and takes what a build has made.
func TestSessionMakesPictures(t *testing.T) {
	root := t.TempDir()
	album(t, root, 2)
	s := start(t, Options{Root: root})
	refresh(t, s)
	var all sync.WaitGroup
	for range 8 {
		for _, name := range []string{"a000/b0/z0-480.jpg", "a000/b0/z0-1200.jpg"} {
			all.Go(func() {
				if m, ok, err := s.Make(name); !ok || err != nil || len(m.Data) == 0 || m.Source != "content/a000/b0/z0.jpg" {
					t.Errorf("%s: %v, %v, %d bytes", name, ok, err, len(m.Data))
				}
			})
		}
	}
	all.Wait()
	if n := s.good.Load().decoded.Load(); n != 1 {
		t.Errorf("%d decoded", n)
	}
	if _, ok, _ := s.Make("a000/b0/z0.jpg"); ok {
		t.Error("the file of the camera is shown")
	}
	s.Close()
	mustBuild(t, Options{Root: root})
	want := files(t, filepath.Join(root, "public"))
	s = start(t, Options{Root: root})
	refresh(t, s)
	if m := made(t, s, "a000/b0/z1-480.jpg"); string(m.Data) != want["a000/b0/z1-480.jpg"] {
		t.Error("other bytes than those of a build")
	}
	if n := s.good.Load().decoded.Load(); n != 0 {
		t.Errorf("%d decoded that a build had made", n)
	}
	// One that is damaged says so where it is shown, and from the next look on in
	// the list.
	write(t, root, "content/a000/b0/z1.jpg", damaged(photo(1300, 40, 7)))
	if r := refresh(t, s); !r.Done {
		t.Fatal(r.Findings)
	}
	for range 2 {
		if m := made(t, s, "a000/b0/z1-480.jpg"); m.Finding == nil || m.Finding.Rule != "image-broken" || m.Data != nil {
			t.Errorf("%+v", m)
		}
	}
	for range 2 {
		if r := refresh(t, s); r.Done || diag.Errors(r.Findings) < 2 {
			t.Errorf("done %v: %v", r.Done, r.Findings)
		}
	}
	write(t, root, "content/a000/b0/z1.jpg", photo(1300, 40, 7))
	if r := refresh(t, s); !r.Done {
		t.Error(r.Findings)
	}
	made(t, s, "a000/b0/z1-480.jpg")
}

// The shelf keeps the pictures that were made last, and not more.
func TestShelf(t *testing.T) {
	s := shelf{made: map[codec.Sum]*shelved{}}
	for i := range 20 {
		p := &shelved{sum: codec.Sum{byte(i)}, files: [][]byte{make([]byte, maxShelf/8)}}
		s.made[p.sum] = p
		s.put(p, nil)
	}
	if len(s.made) != 8 || len(s.last) != 8 || s.size != maxShelf || s.made[codec.Sum{19}] == nil {
		t.Errorf("%d, %d, %d bytes", len(s.made), len(s.last), s.size)
	}
}
