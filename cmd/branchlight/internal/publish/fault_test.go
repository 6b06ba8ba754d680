package publish

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"testing"
)

// faulty is a store whose Nth operation fails: before it is done, or after, so that
// only the answer is lost. dead says that all operations after it fail as well, as
// when the process is killed or the line stays cut.
type faulty struct {
	store
	mu    sync.Mutex
	at, n int
	after bool
	dead  bool
	hit   bool
}

var errFault = errors.New("injected fault")

func (f *faulty) do(op func() error) error {
	f.mu.Lock()
	f.n++
	now, dead := f.n == f.at, f.dead && f.n > f.at
	f.hit = f.hit || now
	f.mu.Unlock()
	switch {
	case dead, now && !f.after:
		return errFault
	case now:
		_ = op()
		return errFault
	}
	return op()
}

func (f *faulty) list(ctx context.Context, dir string) (l []item, err error) {
	err = f.do(func() error { l, err = f.store.list(ctx, dir); return err })
	return l, err
}
func (f *faulty) names(ctx context.Context, dir string) (l []string, err error) {
	err = f.do(func() error { l, err = f.store.names(ctx, dir); return err })
	return l, err
}
func (f *faulty) read(ctx context.Context, p string) (r io.ReadCloser, err error) {
	err = f.do(func() error { r, err = f.store.read(ctx, p); return err })
	return r, err
}
func (f *faulty) write(ctx context.Context, p string, c content) error {
	return f.do(func() error { return f.store.write(ctx, p, c) })
}
func (f *faulty) create(ctx context.Context, p string, data []byte) error {
	return f.do(func() error { return f.store.create(ctx, p, data) })
}
func (f *faulty) link(ctx context.Context, from, to string) error {
	return f.do(func() error { return f.store.link(ctx, from, to) })
}
func (f *faulty) copy(ctx context.Context, from, to string) error {
	return f.do(func() error { return f.store.copy(ctx, from, to) })
}
func (f *faulty) remove(ctx context.Context, p string) error {
	return f.do(func() error { return f.store.remove(ctx, p) })
}
func (f *faulty) removeAll(ctx context.Context, dir string) error {
	return f.do(func() error { return f.store.removeAll(ctx, dir) })
}
func (f *faulty) settle(ctx context.Context) error {
	return f.do(func() error { return f.store.settle(ctx) })
}
func (f *faulty) point(ctx context.Context, link, to string) error {
	return f.do(func() error { return f.store.point(ctx, link, to) })
}
func (f *faulty) pointed(ctx context.Context, link string) (to string, err error) {
	err = f.do(func() error { to, err = f.store.pointed(ctx, link); return err })
	return to, err
}

// thorough asks for every operation, on all kinds of targets.
const thorough = "BRANCHLIGHT_THOROUGH"

// TestFaults fails the Nth operation of a publish, for N = 1, 2, 3 ... until it
// succeeds. Whatever was cut off, the live site is whole, and the next publish
// makes it what it should be and leaves nothing behind.
func TestFaults(t *testing.T) {
	on(t, func(t *testing.T, g *ground) {
		step := map[string]int{"folder": 2, "s3": 11, "sftp": 47}[g.target.Type] * slowdown // each costs a connection
		if os.Getenv(thorough) != "" {
			step = 1
		}
		root := t.TempDir()
		o := g.options(t, root)
		o.Note = nil
		must(t)(send(o, first))
		sites := []files{first, second}
		for _, mode := range []struct{ after, dead bool }{{false, true}, {true, true}, {false, false}, {true, false}} {
			step := step
			if mode.after || !mode.dead {
				step += 2
			}
			for n := 1; ; n += step {
				before, want := sites[0], sites[1]
				f := &faulty{at: n, after: mode.after, dead: mode.dead}
				bad := o
				bad.wrap = func(s store) store { f.store = s; return f }
				_, err := send(bad, want)
				what := fmt.Sprintf("operation %d, %+v", n, mode)
				g.whole(t, before, want)
				must(t)(send(o, want))
				g.same(t, want)
				g.litter(t)
				if t.Failed() {
					t.Fatalf("%s: %v", what, err)
				}
				if !f.hit {
					if err != nil {
						t.Fatalf("%s: without a fault: %v", what, err)
					}
					break
				}
				sites[0], sites[1] = sites[1], sites[0]
			}
		}
	})
}

// TestFaultsBack is TestFaults for a rollback.
func TestFaultsBack(t *testing.T) {
	on(t, func(t *testing.T, g *ground) {
		step := map[string]int{"folder": 5, "s3": 17, "sftp": 47}[g.target.Type] * slowdown
		if os.Getenv(thorough) != "" {
			step = 1
		}
		o := g.options(t, t.TempDir())
		o.Note = nil
		for _, after := range []bool{false, true} {
			for n := 1; ; n += step {
				must(t)(send(o, first))
				must(t)(send(o, second))
				f := &faulty{at: n, after: after, dead: true}
				bad := o
				bad.wrap = func(s store) store { f.store = s; return f }
				_, err := Rollback(bounded(t), bad, "")
				g.whole(t, second, first)
				must(t)(send(o, first))
				g.same(t, first)
				g.litter(t)
				if t.Failed() {
					t.Fatalf("operation %d, after %v: %v", n, after, err)
				}
				if !f.hit {
					break
				}
			}
		}
	})
}
