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

// muted passes connections on to a server. On the first of those with that many bytes
// of answers it then says nothing more, and closes none.
func muted(t *testing.T, to string, after int64, first int64) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	t.Cleanup(func() { close(over); l.Close() })
	var left atomic.Int64
	left.Store(first)
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", to)
			if err != nil {
				from.Close()
				continue
			}
			go func() { _, _ = io.Copy(server, from); server.Close() }()
			go func() {
				defer from.Close()
				if n, _ := io.CopyN(from, server, after); n == after && left.Add(-1) >= 0 {
					<-over
					return
				}
				_, _ = io.Copy(from, server)
			}()
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}

// TestSilentService has an object store stop in the middle of its answers: the
// connection is given up after a while, and publishing goes on.
func TestSilentService(t *testing.T) {
	g := s3Ground(t)
	o := g.options(t, t.TempDir())
	site := files{"index.html": "x", "a/big.jpg": strings.Repeat("large ", 60_000)}
	defer func(d time.Duration) { silence = d }(silence)
	silence = 2 * time.Second
	o.Target.Endpoint = fmt.Sprintf("http://127.0.0.1:%d", muted(t, strings.TrimPrefix(g.target.Endpoint, "http://"), 50_000, 2))
	o.Full = true
	must(t)(send(o, site))
	g.same(t, site)
}

// TestSilentServer has a server stop in the middle of an operation. A publish that
// is interrupted then ends, and does not wait for the server.
func TestSilentServer(t *testing.T) {
	g := sftpGround(t, "auto")
	s := sshd(t)
	at := muted(t, fmt.Sprintf("127.0.0.1:%d", g.target.Port), 20_000, 1)
	known := filepath.Join(t.TempDir(), "known")
	writeFile(t, known, strings.Replace(readFile(t, s.known), fmt.Sprint(s.port), fmt.Sprint(at), 1))
	g.target.Port, g.target.KnownHosts = at, known
	o := g.options(t, t.TempDir())
	ctx, cancel := context.WithTimeout(bounded(t), time.Second)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		session, err := open(ctx, o, true)
		if err == nil {
			err = session.bring(ctx, large(1).manifest(), large(1).source, new(Report), time.Now())
			session.close()
		}
		ended <- err
	}()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("it was not interrupted")
		}
	case <-time.After(30 * time.Second):
		t.Fatal("it waits for the server")
	}
	must(t)(send(o, large(1)))
	g.same(t, large(1))
	g.litter(t)
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
	o.sleep = func(ctx context.Context, d time.Duration) { pause(ctx, d/8) }
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
		err := r.write(bounded(t), "a", text([]byte("a")))
		if (err == nil) != c.ok || !c.ok && !errors.Is(err, c.err) {
			t.Errorf("%v %d times: %v after %d pauses", c.err, c.left, err, pauses)
		}
	}
}
