package publish

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// cutter passes connections on to a server, and cuts each after some bytes from the
// client, as often as cuts says.
type cutter struct {
	net.Listener
	to    string
	after int64
	cuts  atomic.Int64
}

func cut(t *testing.T, to string, after int64, cuts int64) *cutter {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	c := &cutter{Listener: l, to: to, after: after}
	c.cuts.Store(cuts)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go c.pass(conn)
		}
	}()
	return c
}

func (c *cutter) port() int { return c.Addr().(*net.TCPAddr).Port }

func (c *cutter) pass(from net.Conn) {
	defer from.Close()
	to, err := net.Dial("tcp", c.to)
	if err != nil {
		return
	}
	defer to.Close()
	go func() {
		_, _ = io.Copy(from, to)
		from.Close()
	}()
	if c.cuts.Add(-1) < 0 {
		_, _ = io.Copy(to, from)
		return
	}
	_, _ = io.CopyN(to, from, c.after)
}

// TestCutLine cuts the line of one publish several times: it goes on by itself.
func TestCutLine(t *testing.T) {
	for _, kind := range []string{"auto", "inplace"} {
		g := sftpGround(t, kind)
		c := cut(t, fmt.Sprintf("127.0.0.1:%d", g.target.Port), 200_000, 2)
		s := sshd(t)
		known := filepath.Join(t.TempDir(), "known")
		writeFile(t, known, strings.Replace(readFile(t, s.known), fmt.Sprint(s.port), fmt.Sprint(c.port()), 1))
		g.target.Port, g.target.KnownHosts = c.port(), known
		o := g.options(t, t.TempDir())
		o.sleep = pause
		must(t)(send(o, large(1)))
		g.same(t, large(1))
		g.litter(t)
		if c.cuts.Load() >= 0 {
			t.Errorf("%s: the line was not cut", kind)
		}
	}
	g := s3Ground(t)
	c := cut(t, strings.TrimPrefix(g.target.Endpoint, "http://"), 20_000, 8)
	g.target.Endpoint = fmt.Sprintf("http://127.0.0.1:%d", c.port())
	o := g.options(t, t.TempDir())
	o.sleep = pause
	must(t)(send(o, large(1)))
	g.same(t, large(1))
}

// flaky is a store whose writes fail some times.
type flaky struct {
	store
	err  error
	left int
}

func (f *flaky) write(ctx context.Context, p string, c content) error {
	if f.left--; f.left >= 0 {
		return f.err
	}
	return f.store.write(ctx, p, c)
}

// TestRetry tries again what may pass, and nothing else.
func TestRetry(t *testing.T) {
	g := folderGround(t, "auto")
	base, err := openFolder(filepath.Dir(g.all))
	if err != nil {
		t.Fatal(err)
	}
	defer base.close()
	for _, c := range []struct {
		err  error
		left int
		ok   bool
	}{
		{syscall.ECONNRESET, 3, true},
		{io.ErrUnexpectedEOF, attempts - 1, true},
		{io.ErrUnexpectedEOF, attempts, false},
		{syscall.ENOSPC, 1, false},
		{syscall.EACCES, 1, false},
		{&special{again: true}, 1, true},
		{errFault, 1, false},
	} {
		pauses := 0
		f := &flaky{base, c.err, c.left}
		r := &retrying{store: f, pause: func(context.Context, time.Duration) { pauses++ }}
		err := r.write(context.Background(), "a", text([]byte("a")))
		if (err == nil) != c.ok || !c.ok && !errors.Is(err, c.err) {
			t.Errorf("%v %d times: %v after %d pauses", c.err, c.left, err, pauses)
		}
	}
}
