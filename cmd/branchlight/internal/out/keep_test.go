package out

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// remembered builds files as a build with memory does: what is as it was before
// is kept, if it stands. It gives what stands after it, and how many were kept.
func remembered(d *disk, dir string, was []Standing, from, to files) (now []Standing, kept int, err error) {
	s, err := begin(d, dir, Options{})
	if err != nil {
		return nil, 0, err
	}
	defer s.Abort()
	known := map[string]Standing{}
	for _, f := range was {
		known[f.Path] = f
	}
	for _, p := range slices.Sorted(maps.Keys(to)) {
		if f, ok := known[p]; ok && from[p] == to[p] && s.Keep(f) {
			kept++
		} else if err := s.Write(p, []byte(to[p])); err != nil {
			return nil, 0, err
		}
	}
	_, err = s.Commit()
	return s.Standing(), kept, err
}

// Whatever has become of an output meanwhile, what is kept is what was written.
func TestKeep(t *testing.T) {
	for name, test := range map[string]struct {
		disturb func(dir string)
		kept    int // of the files that did not change
	}{
		"nothing":  {func(string) {}, 3},
		"touched":  {func(dir string) { now := time.Now(); os.Chtimes(filepath.Join(dir, "a/x.html"), now, now) }, 3},
		"edited":   {func(dir string) { put(t, dir, files{"a/x.html": "y"}) }, 2},
		"longer":   {func(dir string) { put(t, dir, files{"a/x.html": "xx"}) }, 2},
		"gone":     {func(dir string) { os.Remove(filepath.Join(dir, "a/x.html")) }, 2},
		"all gone": {func(dir string) { os.RemoveAll(dir) }, 0},
		"manifest": {func(dir string) { put(t, dir, files{manifestName: manifestHeader}) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			from := files{"index.html": "home", "a/x.html": "x", "a/y.html": "y", "b/z.html": "z"}
			to := maps.Clone(from)
			to["b/z.html"] = "!"
			dir := filepath.Join(scratch(t), "public")
			was, _, err := remembered(&disk{quick: true}, dir, nil, nil, from)
			if err != nil {
				t.Fatal(err)
			}
			test.disturb(dir)
			_, kept, err := remembered(&disk{quick: true}, dir, was, from, to)
			if name == "manifest" { // without it the files are those of others
				if err == nil {
					t.Error("no error")
				}
				return
			}
			if err != nil || kept != test.kept {
				t.Errorf("%d are kept, %v", kept, err)
			}
			same(t, name, read(t, dir), clean(t, to))
			alone(t, dir)
		})
	}
}

// A build that keeps what stands is as safe as one that writes all.
func TestEveryOperationFailsWithMemory(t *testing.T) {
	for _, turn := range turns[2:] {
		for _, killed := range []bool{false, true} {
			want := clean(t, turn.to)
			for n := 1; ; n++ {
				dir := filepath.Join(scratch(t), "public")
				was, _, err := remembered(&disk{quick: true}, dir, nil, nil, turn.from)
				if err != nil {
					t.Fatal(err)
				}
				f := &faults{at: n, killed: killed, err: syscall.ENOSPC}
				_, _, err = remembered(&disk{quick: true, fault: f.check}, dir, was, turn.from, turn.to)
				if err != nil && !errors.Is(err, syscall.ENOSPC) || err == nil && killed && f.hit != "" && !strings.Contains(f.hit, "unlock") {
					t.Errorf("%s: %s: %v", turn.name, f.hit, err)
				}
				whole(t, turn.name+": "+f.hit, read(t, dir), turn.from, turn.to)
				if _, _, err := remembered(&disk{quick: true}, dir, was, turn.from, turn.to); err != nil {
					t.Error(err)
				}
				same(t, turn.name+": after "+f.hit, read(t, dir), want)
				alone(t, dir)
				if f.hit == "" || t.Failed() {
					break
				}
			}
		}
	}
}
