package publish

import (
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"branchlight/cmd/branchlight/internal/diag"
)

// watched is a connection that ends when nothing comes for too long.
type watched struct {
	net.Conn
	armed atomic.Bool
	asks  bool // what is written is a question, and the time for its answer begins anew
}

func (w *watched) Read(p []byte) (int, error) {
	if w.armed.Load() {
		_ = w.Conn.SetReadDeadline(time.Now().Add(silence))
	}
	return w.Conn.Read(p)
}

func (w *watched) Write(p []byte) (int, error) {
	if w.armed.Load() {
		_ = w.Conn.SetWriteDeadline(time.Now().Add(silence))
		if w.asks {
			_ = w.Conn.SetReadDeadline(time.Now().Add(silence))
		}
	}
	return w.Conn.Write(p)
}

// line is one connection.
type line struct {
	ssh  *ssh.Client
	sftp *sftp.Client
	dead chan struct{}
}

// client gives SFTP on the connection.
func (s *sftpStore) client(ctx context.Context) (*sftp.Client, error) {
	l, err := s.connected(ctx)
	if err != nil {
		return nil, err
	}
	return l.sftp, nil
}

// connected gives the connection, a new one where there is none.
func (s *sftpStore) connected(ctx context.Context) (*line, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.line != nil {
		select {
		case <-s.line.dead:
			s.line.ssh.Close()
			s.line = nil
		default:
			return s.line, nil
		}
	}
	conn, err := s.login.dial(ctx)
	if err != nil {
		return nil, err
	}
	c, err := sftp.NewClient(conn, sftp.MaxConcurrentRequestsPerFile(16))
	if err != nil {
		conn.Close()
		return nil, fault("服务器 %s 不提供 SFTP：%v", "the server %s offers no SFTP: %v", s.login.address, err)
	}
	l := &line{ssh: conn, sftp: c, dead: make(chan struct{})}
	go func() {
		_ = c.Wait()
		close(l.dead)
	}()
	go l.keep()
	s.line = l
	return l, nil
}

// keep lets the server answer now and then, so that silence means a dead line.
func (l *line) keep() {
	t := time.NewTicker(keepAlive)
	defer t.Stop()
	for {
		select {
		case <-l.dead:
			return
		case <-t.C:
			if _, _, err := l.ssh.SendRequest("keepalive@openssh.com", true, nil); err != nil {
				return
			}
		}
	}
}

// grace is how long an operation that has begun may go on when its context ends.
const grace = 3 * time.Second

// do runs an operation on the connection. It ends with ctx: where the server does
// not answer then, the line is cut.
func (s *sftpStore) do(ctx context.Context, f func(c *sftp.Client) error) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	l, err := s.connected(ctx)
	if err != nil {
		return err
	}
	ended := make(chan struct{})
	defer close(ended)
	defer context.AfterFunc(ctx, func() {
		select {
		case <-ended:
		case <-time.After(grace):
			l.ssh.Close()
		}
	})()
	return translate(f(l.sftp))
}

// translate gives the errors of SFTP their meaning. A failure without a reason may
// be one of a server that is still busy with a line that was cut, and is tried again.
func translate(err error) error {
	var status *sftp.StatusError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sftp.ErrSSHFxConnectionLost), errors.Is(err, sftp.ErrSSHFxNoConnection), errors.Is(err, net.ErrClosed):
		return io.ErrUnexpectedEOF
	case errors.As(err, &status) && status.FxCode() == sftp.ErrSSHFxFailure:
		return &special{diag.Text{Zh: "服务器拒绝了（磁盘满了、超出配额或同名文件挡着）", En: "the server refused (its disk is full, a quota is used up, or something of that name stands there)"}, true}
	}
	return err
}
