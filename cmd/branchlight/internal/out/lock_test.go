package out

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestLocked(t *testing.T) {
	dir := filepath.Join(scratch(t), "public")
	mustBuild(t, dir, siteA)
	s, err := Begin(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	o := Options{Wait: 3 * lockPoll, Waiting: func(holder string) {
		asked++
		if !strings.Contains(holder, fmt.Sprintf("PID %d,", os.Getpid())) {
			t.Errorf("holder is %q", holder)
		}
	}}
	_, err = Begin(dir, o)
	var locked *LockedError
	if !errors.As(err, &locked) || asked != 1 || !strings.Contains(locked.Message().Zh, locked.Holder) || locked.Dir == "" {
		t.Errorf("asked %d times, error is %v", asked, err)
	}
	if _, err := Begin(dir, Options{Wait: -1}); !errors.As(err, &locked) {
		t.Errorf("without waiting: %v", err)
	}
	time.AfterFunc(lockPoll, func() { s.Abort() })
	next, err := Begin(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	next.Abort()
	alone(t, dir)
}

// A lock file that a killed process left is no lock.
func TestStaleLock(t *testing.T) {
	top := scratch(t)
	put(t, top, files{".public" + lockName: "\x00PID 1, long ago"})
	dir := filepath.Join(top, "public")
	mustBuild(t, dir, siteA)
	alone(t, dir)
}

// Many builders take turns: never two at a time, although each removes the file
// that the next may have opened already.
func TestTurns(t *testing.T) {
	path := filepath.Join(scratch(t), "lock")
	var inside, turns atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				l, err := acquire(path, Options{Wait: -1})
				var locked *LockedError
				if errors.As(err, &locked) {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				if inside.Add(1) != 1 {
					t.Error("two hold the lock")
				}
				turns.Add(1)
				inside.Add(-1)
				l.release(&disk{})
			}
		})
	}
	wg.Wait()
	if turns.Load() == 0 {
		t.Error("no one got the lock")
	}
}

// Several whole builds at the same time end in the output of one of them.
func TestBuildsAtTheSameTime(t *testing.T) {
	dir := filepath.Join(scratch(t), "public")
	var wg sync.WaitGroup
	for i := range 6 {
		site := siteA
		if i%2 == 1 {
			site = siteB
		}
		wg.Go(func() {
			if _, err := build(dir, Options{}, site); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	want := clean(t, siteA)
	if got := read(t, dir); got["index.html"] == siteB["index.html"] {
		want = clean(t, siteB)
	}
	same(t, "in the end", read(t, dir), want)
	alone(t, dir)
}
