package publish

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/pkg/sftp"

	"branchlight/cmd/branchlight/internal/diag"
)

// probeKey is no server's key.
var probeKey = ed25519.PublicKey(make([]byte, ed25519.PublicKeySize))

// sftpStore is a store on a server that speaks SFTP. A line that was cut is made
// anew for the next operation.
type sftpStore struct {
	login *login
	root  string // absolute path on the server
	known traits
	posix bool // a rename replaces what stands there
	fsync bool

	mu    sync.Mutex
	line  *line
	ready map[string]bool // folders that exist
}

func openSFTP(ctx context.Context, o Options) (store, error) {
	l, err := newLogin(o)
	if err != nil {
		return nil, err
	}
	s := &sftpStore{login: l, root: o.Target.Path, ready: map[string]bool{}}
	c, err := s.client(ctx)
	if err != nil {
		return nil, err
	}
	if _, s.posix = c.HasExtension("posix-rename@openssh.com"); !s.posix {
		o.Note(diag.Textf("服务器不支持 posix-rename，换文件的一瞬间可能读不到", "the server has no posix-rename: a file is missing for a moment while it is replaced"))
	}
	_, hard := c.HasExtension("hardlink@openssh.com")
	_, s.fsync = c.HasExtension("fsync@openssh.com")
	s.known = traits{links: s.posix, hard: hard, copies: hard && s.posix, workers: 32, where: sftpWhere(o.Target)}
	if err := s.findRoot(c); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// findRoot makes the target's folder where the one above it exists.
func (s *sftpStore) findRoot(c *sftp.Client) error {
	if !strings.HasPrefix(s.root, "/") { // relative to the user's folder
		home, err := c.Getwd()
		if err != nil {
			return wrap("read", s.root, err)
		}
		s.root = path.Join(home, s.root)
	}
	if err := c.Mkdir(s.root); err != nil {
		info, statErr := c.Stat(s.root)
		switch {
		case absent(statErr):
			if _, err := c.Stat(path.Dir(s.root)); absent(err) {
				return fault("服务器上 %s 的上一级不存在；请检查 path", "the folder above %s does not exist on the server; check path", s.root)
			}
			return wrap("create", s.root, err)
		case statErr != nil:
			return wrap("read", s.root, statErr)
		case !info.IsDir():
			return fault("服务器上的 %s 不是文件夹；请检查 path", "%s on the server is no folder; check path", s.root)
		}
	}
	real, err := c.RealPath(s.root)
	if err != nil {
		return wrap("read", s.root, err)
	}
	s.root = real
	return nil
}

func (s *sftpStore) traits() traits { return s.known }

func (s *sftpStore) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.login.agent != nil {
		s.login.agent.Close()
	}
	if s.line == nil {
		return nil
	}
	return s.line.ssh.Close() // sftp.Client.Close would wait for the server's answer
}

func (s *sftpStore) full(p string) string { return path.Join(s.root, p) }

func (s *sftpStore) list(ctx context.Context, dir string) (list []item, err error) {
	err = s.do(ctx, func(c *sftp.Client) error {
		list, err = s.walk(ctx, c, dir)
		return err
	})
	slices.SortFunc(list, func(a, b item) int { return strings.Compare(a.path, b.path) })
	return list, err
}

// walk lists folders, several at once: each is a round trip or more.
func (s *sftpStore) walk(ctx context.Context, c *sftp.Client, dir string) ([]item, error) {
	var mu sync.Mutex
	var list []item
	level := []string{dir}
	for len(level) > 0 {
		var next []string
		err := each(ctx, s.known.workers, len(level), func(ctx context.Context, i int) error {
			entries, err := c.ReadDirContext(ctx, s.full(level[i]))
			if absent(err) {
				return nil
			}
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			for _, e := range entries {
				p := path.Join(level[i], e.Name())
				switch {
				case e.IsDir() && p == stateDir:
				case e.IsDir():
					next = append(next, p)
				default:
					list = append(list, item{p, e.Size(), e.ModTime().UnixNano(), e.Mode().IsRegular()})
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		level = next
	}
	return list, nil
}

func (s *sftpStore) names(ctx context.Context, dir string) (names []string, err error) {
	err = s.do(ctx, func(c *sftp.Client) error {
		entries, err := c.ReadDirContext(ctx, s.full(dir))
		if absent(err) {
			return nil
		}
		names = nil
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return err
	})
	slices.Sort(names)
	return names, err
}

func (s *sftpStore) read(ctx context.Context, p string) (r io.ReadCloser, err error) {
	err = s.do(ctx, func(c *sftp.Client) error {
		f, err := c.Open(s.full(p))
		if err == nil {
			r = &remoteFile{f}
		}
		return err
	})
	return r, err
}

// remoteFile is a file on a server, read ahead.
type remoteFile struct{ f *sftp.File }

func (r *remoteFile) Read(p []byte) (int, error) {
	n, err := r.f.Read(p)
	if err != io.EOF {
		err = translate(err)
	}
	return n, err
}
func (r *remoteFile) Close() error { return r.f.Close() }

// makeFolders makes the folders that a path needs.
func (s *sftpStore) makeFolders(c *sftp.Client, p string) error {
	dir := path.Dir(p)
	s.mu.Lock()
	done := s.ready[dir]
	s.mu.Unlock()
	if done || dir == "." {
		return nil
	}
	if err := s.makeFolders(c, dir); err != nil {
		return err
	}
	if err := c.Mkdir(s.full(dir)); err != nil {
		info, statErr := c.Lstat(s.full(dir))
		if statErr != nil || !info.IsDir() {
			return err
		}
	}
	s.mu.Lock()
	s.ready[dir] = true
	s.mu.Unlock()
	return nil
}

func (s *sftpStore) forget() {
	s.mu.Lock()
	clear(s.ready)
	s.mu.Unlock()
}

func (s *sftpStore) write(ctx context.Context, p string, c content) error {
	return s.do(ctx, func(client *sftp.Client) error {
		name := temp()
		if err := s.stage(client, name, c); err != nil {
			return err
		}
		return s.rename(client, name, p)
	})
}

// stage writes a file at a new path.
func (s *sftpStore) stage(client *sftp.Client, p string, c content) error {
	src, err := c.open()
	if err != nil {
		return err
	}
	defer src.Close()
	if err := s.makeFolders(client, p); err != nil {
		return err
	}
	f, err := client.OpenFile(s.full(p), os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if err != nil {
		s.forget()
		return err
	}
	n, err := f.ReadFrom(io.LimitReader(src, c.size+1))
	if err == nil && n != c.size {
		err = errChanged
	}
	if err == nil && s.fsync {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		_ = client.Remove(s.full(p))
		return err
	}
	return nil
}

// rename puts a staged file in its place.
func (s *sftpStore) rename(c *sftp.Client, from, to string) error {
	err := s.makeFolders(c, to)
	switch {
	case err != nil:
	case s.posix:
		err = c.PosixRename(s.full(from), s.full(to))
	default:
		if err = c.Rename(s.full(from), s.full(to)); err != nil {
			_ = c.Remove(s.full(to))
			err = c.Rename(s.full(from), s.full(to))
		}
	}
	if err != nil {
		s.forget()
		_ = c.Remove(s.full(from))
	}
	return err
}

func (s *sftpStore) create(ctx context.Context, p string, data []byte) error {
	return s.do(ctx, func(c *sftp.Client) error {
		if s.known.hard {
			name := temp()
			if err := s.stage(c, name, text(data)); err != nil {
				return err
			}
			defer c.Remove(s.full(name))
			if err := c.Link(s.full(name), s.full(p)); err == nil {
				return nil
			}
		}
		if _, err := c.Lstat(s.full(p)); err == nil {
			return fs.ErrExist
		}
		return s.stage(c, p, text(data))
	})
}

func (s *sftpStore) link(ctx context.Context, from, to string) error {
	return s.do(ctx, func(c *sftp.Client) error {
		if err := s.makeFolders(c, to); err != nil {
			return err
		}
		err := c.Link(s.full(from), s.full(to))
		if err == nil {
			return nil
		}
		if _, e := c.Lstat(s.full(to)); e != nil {
			return err
		}
		if err = c.Remove(s.full(to)); err == nil {
			err = c.Link(s.full(from), s.full(to))
		}
		return err
	})
}

// copy makes a second name and puts it in its place: files are replaced and never
// written over, so that nothing is shared that changes.
func (s *sftpStore) copy(ctx context.Context, from, to string) error {
	return s.do(ctx, func(c *sftp.Client) error {
		name := temp()
		if err := s.makeFolders(c, name); err != nil {
			return err
		}
		if err := c.Link(s.full(from), s.full(name)); err != nil {
			return err
		}
		return s.rename(c, name, to)
	})
}

func (s *sftpStore) remove(ctx context.Context, p string) error {
	return s.do(ctx, func(c *sftp.Client) error {
		err := c.Remove(s.full(p))
		if err != nil && !absent(err) {
			if _, e := c.Lstat(s.full(p)); !absent(e) {
				return err
			}
		}
		for dir := path.Dir(p); dir != "." && dir != stateDir; dir = path.Dir(dir) {
			if c.RemoveDirectory(s.full(dir)) != nil { // it is not empty
				break
			}
			s.forget()
		}
		return nil
	})
}

// removeAll removes files several at once, then the folders from below.
func (s *sftpStore) removeAll(ctx context.Context, dir string) error {
	s.forget()
	return s.do(ctx, func(c *sftp.Client) error {
		levels := [][]string{{dir}}
		for {
			var mu sync.Mutex
			var next, files []string
			err := each(ctx, s.known.workers, len(levels[len(levels)-1]), func(ctx context.Context, i int) error {
				at := levels[len(levels)-1][i]
				entries, err := c.ReadDirContext(ctx, s.full(at))
				if absent(err) {
					return nil
				}
				mu.Lock()
				defer mu.Unlock()
				for _, e := range entries {
					if e.IsDir() {
						next = append(next, path.Join(at, e.Name()))
					} else {
						files = append(files, path.Join(at, e.Name()))
					}
				}
				return err
			})
			if err == nil {
				err = each(ctx, s.known.workers, len(files), func(_ context.Context, i int) error {
					if err := c.Remove(s.full(files[i])); err != nil && !absent(err) {
						return err
					}
					return nil
				})
			}
			if err != nil {
				return err
			}
			if len(next) == 0 {
				break
			}
			levels = append(levels, next)
		}
		for _, level := range slices.Backward(levels) {
			for _, d := range level {
				if err := c.RemoveDirectory(s.full(d)); err != nil {
					if _, e := c.Lstat(s.full(d)); !absent(e) {
						return err
					}
				}
			}
		}
		return nil
	})
}

func (s *sftpStore) settle(context.Context) error { return nil }

func (s *sftpStore) point(ctx context.Context, link, to string) error {
	return s.do(ctx, func(c *sftp.Client) error {
		name := temp()
		if err := s.makeFolders(c, name); err != nil {
			return err
		}
		if err := c.Symlink(to, s.full(name)); err != nil {
			s.forget()
			return err
		}
		return s.rename(c, name, link)
	})
}

func (s *sftpStore) pointed(ctx context.Context, link string) (to string, err error) {
	err = s.do(ctx, func(c *sftp.Client) error {
		info, err := c.Lstat(s.full(link))
		if err != nil {
			return err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			return errNotLink
		}
		to, err = c.ReadLink(s.full(link))
		return err
	})
	return to, err
}
