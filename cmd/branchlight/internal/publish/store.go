package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"strings"
	"sync"
	"time"
)

// A store is the ground under a target: files by slash-separated paths relative
// to the target, with the few operations that publishing needs. There are three:
// folder.go, sftp.go, s3.go. All are safe for concurrent use. An absent file is
// fs.ErrNotExist, a path that is taken fs.ErrExist.
type store interface {
	traits() traits

	// list gives what stands below a folder, "" for the target itself, at every
	// depth, by path. A folder that does not exist has nothing in it. Of the top,
	// what is below stateDir is left out.
	list(ctx context.Context, dir string) ([]item, error)

	// names gives the names that stand in a folder, folders among them, in order.
	names(ctx context.Context, dir string) ([]string, error)

	// read opens a file.
	read(ctx context.Context, p string) (io.ReadCloser, error)

	// write puts a whole file at a path: whoever reads there sees what stood
	// before, or all of the new bytes. Folders are made. It does not return before
	// the bytes are as safe as the store can make them; see settle.
	write(ctx context.Context, p string, c content) error

	// create makes a file only where none stands.
	create(ctx context.Context, p string, data []byte) error

	// link gives a file a second name, and copy makes a second file, each within
	// the store and in place of what stands at the path. Folders are made.
	link(ctx context.Context, from, to string) error
	copy(ctx context.Context, from, to string) error

	// remove removes a file or a link, and the folders above it that it leaves
	// empty. That there is none is no error.
	remove(ctx context.Context, p string) error

	// removeAll removes a folder with all that is in it.
	removeAll(ctx context.Context, dir string) error

	// settle puts all that was written on the disk, as far as write did not.
	settle(ctx context.Context) error

	// point makes the symbolic link at a path lead to a place, in one step.
	point(ctx context.Context, link, to string) error

	// pointed says where a symbolic link leads.
	pointed(ctx context.Context, link string) (string, error)

	close() error
}

// traits are what a store can do.
type traits struct {
	links   bool   // point works: a whole state can be switched
	hard    bool   // link works
	copies  bool   // copy works
	workers int    // how many operations at once are of use
	where   string // for people: a path or an address, without a secret
}

// item is what stands at a path of a store.
type item struct {
	path  string
	size  int64
	mtime int64 // nanoseconds since 1970, by the store's clock; 0 where it does not say
	plain bool  // a regular file; else a link, a device ...
}

// content is what a file is to hold.
type content struct {
	size int64
	sum  [sha256.Size]byte
	open func() (io.ReadCloser, error) // may be called again, for another attempt
}

// text makes a content of bytes.
func text(b []byte) content {
	return content{int64(len(b)), sha256.Sum256(b), func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}
}

// whole opens a file and lets f read it. A line that is cut in the middle is tried
// again from the beginning.
func whole(ctx context.Context, s store, p string, f func(io.Reader) error) error {
	once := func(s store) error {
		r, err := s.read(ctx, p)
		if err != nil {
			return err
		}
		defer r.Close()
		return f(r)
	}
	if r, ok := s.(*retrying); ok {
		return r.try(ctx, "read", p, func() error { return once(r.store) })
	}
	return once(s)
}

// get reads a file of the tool's own into memory.
func get(ctx context.Context, s store, p string, most int64) (b []byte, err error) {
	err = whole(ctx, s, p, func(r io.Reader) (err error) {
		b, err = io.ReadAll(io.LimitReader(r, most+1))
		if err == nil && int64(len(b)) > most {
			err = errTooLarge
		}
		return err
	})
	return b, err
}

var errTooLarge = errors.New("the file is larger than it can be")

// digest reads a file and gives its size and SHA-256.
func digest(ctx context.Context, s store, p string) (size int64, sum [sha256.Size]byte, err error) {
	h := sha256.New()
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	err = whole(ctx, s, p, func(r io.Reader) (err error) {
		h.Reset()
		size, err = io.CopyBuffer(h, r, *buf)
		return err
	})
	return size, [sha256.Size]byte(h.Sum(nil)), err
}

// buffers are what files are copied through.
var buffers = sync.Pool{New: func() any { b := make([]byte, 64<<10); return &b }}

// each calls f for every i below n, some at a time, until all are done or one
// fails; that error is returned.
func each(ctx context.Context, workers, n int, f func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(max(workers, 1), n) {
		wg.Go(func() {
			for i := range next {
				if err := f(ctx, i); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
feed:
	for i := range n {
		select {
		case next <- i:
		case <-ctx.Done():
			break feed
		}
	}
	close(next)
	wg.Wait()
	return context.Cause(ctx)
}

// retrying is a store that tries again what may work a moment later: a line that
// was cut, a server that is busy. Every operation can be done twice.
type retrying struct {
	store
	pause func(ctx context.Context, d time.Duration) // between attempts
	again func(op, p string, err error)              // told of each new attempt
}

// attempts is how often an operation is tried. The pauses grow from pauseFirst to
// some seconds, so that a restart of the server is lived through.
const (
	attempts   = 6
	pauseFirst = 300 * time.Millisecond
)

func (r *retrying) try(ctx context.Context, op, p string, f func() error) error {
	pause := pauseFirst
	for n := 1; ; n++ {
		err := f()
		if err == nil || n == attempts || ctx.Err() != nil || !transient(err) {
			return wrap(op, p, err)
		}
		if r.again != nil {
			r.again(op, p, err)
		}
		r.pause(ctx, pause)
		pause = min(2*pause, 8*time.Second)
	}
}

func (r *retrying) list(ctx context.Context, dir string) (l []item, err error) {
	err = r.try(ctx, "list", dir, func() error { l, err = r.store.list(ctx, dir); return err })
	return l, err
}

func (r *retrying) names(ctx context.Context, dir string) (l []string, err error) {
	err = r.try(ctx, "list", dir, func() error { l, err = r.store.names(ctx, dir); return err })
	return l, err
}

func (r *retrying) read(ctx context.Context, p string) (f io.ReadCloser, err error) {
	err = r.try(ctx, "read", p, func() error { f, err = r.store.read(ctx, p); return err })
	return f, err
}

func (r *retrying) write(ctx context.Context, p string, c content) error {
	return r.try(ctx, "write", p, func() error { return r.store.write(ctx, p, c) })
}

func (r *retrying) link(ctx context.Context, from, to string) error {
	return r.try(ctx, "link", to, func() error { return r.store.link(ctx, from, to) })
}

func (r *retrying) copy(ctx context.Context, from, to string) error {
	return r.try(ctx, "copy", to, func() error { return r.store.copy(ctx, from, to) })
}

func (r *retrying) remove(ctx context.Context, p string) error {
	return r.try(ctx, "remove", p, func() error { return r.store.remove(ctx, p) })
}

func (r *retrying) removeAll(ctx context.Context, dir string) error {
	return r.try(ctx, "remove", dir, func() error { return r.store.removeAll(ctx, dir) })
}

func (r *retrying) settle(ctx context.Context) error {
	return r.try(ctx, "sync", "", func() error { return r.store.settle(ctx) })
}

func (r *retrying) point(ctx context.Context, link, to string) error {
	return r.try(ctx, "switch", link, func() error { return r.store.point(ctx, link, to) })
}

func (r *retrying) pointed(ctx context.Context, link string) (to string, err error) {
	err = r.try(ctx, "read", link, func() error { to, err = r.store.pointed(ctx, link); return err })
	return to, err
}

// create, tried again after an answer that was lost, meets its own file.
func (r *retrying) create(ctx context.Context, p string, data []byte) error {
	lost := false
	return r.try(ctx, "create", p, func() error {
		err := r.store.create(ctx, p, data)
		if lost && err != nil && !transient(err) {
			if there, e := get(ctx, r.store, p, int64(len(data))); e == nil && bytes.Equal(there, data) {
				return nil
			}
		}
		lost = true
		return err
	})
}

// within reports that a path is a folder or lies in it.
func within(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }
