package publish

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"branchlight/cmd/branchlight/internal/diag"
)

// tempDir holds files that are being written, on the file system of the target, so
// that a rename puts each in its place. What a killed process left there is
// removed by the next one.
const tempDir = stateDir + "/tmp"

// folder is a store in a local folder or a mounted share. All access goes through
// an os.Root: a link inside leads nowhere outside. The folder itself may be a link.
type folder struct {
	root  *os.Root
	path  string
	known traits

	mu    sync.Mutex
	ready map[string]bool // folders that exist
}

// openFolder opens a target's folder, and makes it where the folder above it
// exists: if that is missing too, a share is not connected.
func openFolder(p string) (store, error) {
	if err := os.Mkdir(p, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fault("文件夹 %s 的上一级不存在；请看看共享文件夹是否连上、路径是否写对", "the folder above %s does not exist; see whether the share is connected and the path is right", p)
		}
		return nil, wrap("create", p, err)
	}
	real, err := filepath.EvalSymlinks(p)
	if err != nil {
		return nil, wrap("read", p, err)
	}
	root, err := os.OpenRoot(real)
	if err != nil {
		return nil, wrap("read", p, err)
	}
	return &folder{root: root, path: p, known: traits{hard: true, copies: true, links: true, workers: 4, where: p}, ready: map[string]bool{}}, nil
}

func (d *folder) traits() traits { return d.known }
func (d *folder) close() error   { return d.root.Close() }

func (d *folder) list(_ context.Context, dir string) ([]item, error) {
	var list []item
	err := fs.WalkDir(d.root.FS(), path.Clean("./"+dir), func(p string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // or it went meanwhile
		case err != nil:
			return err
		case e.IsDir() && dir == "" && p == stateDir:
			return fs.SkipDir
		case e.IsDir():
			return nil
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		list = append(list, item{p, info.Size(), info.ModTime().UnixNano(), info.Mode().IsRegular()})
		return nil
	})
	slices.SortFunc(list, func(a, b item) int { return strings.Compare(a.path, b.path) })
	return list, err
}

func (d *folder) names(_ context.Context, dir string) ([]string, error) {
	f, err := d.root.Open(path.Clean("./" + dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	slices.Sort(names)
	return names, err
}

func (d *folder) read(_ context.Context, p string) (io.ReadCloser, error) {
	info, err := d.root.Lstat(p)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errNotPlain
	}
	return d.root.Open(p)
}

// errNotPlain says that a link or a folder stands where a file should.
var errNotPlain error = &special{diag.Text{Zh: "这里应是普通文件，却是链接或文件夹", En: "a link or a folder stands where a file should be"}, false}

// special is an error of a store with its reason.
type special struct {
	text  diag.Text
	again bool
}

func (e *special) Error() string     { return e.text.En }
func (e *special) reason() diag.Text { return e.text }
func (e *special) transient() bool   { return e.again }

// makeFolders makes the folders that a path needs.
func (d *folder) makeFolders(p string) error {
	dir := path.Dir(p)
	d.mu.Lock()
	done := d.ready[dir]
	d.mu.Unlock()
	if done || dir == "." {
		return nil
	}
	if err := d.root.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	d.mu.Lock()
	d.ready[dir] = true
	d.mu.Unlock()
	return nil
}

// forget forgets which folders exist.
func (d *folder) forget() {
	d.mu.Lock()
	clear(d.ready)
	d.mu.Unlock()
}

// temp names a file in tempDir that does not exist yet.
func temp() string { return tempDir + "/" + strings.ToLower(rand.Text()) }

func (d *folder) write(ctx context.Context, p string, c content) error {
	// What is not live yet is put on the disk all at once, by settle.
	now := !within(p, releasesDir)
	name := temp()
	if err := d.stage(ctx, name, c, now); err != nil {
		return err
	}
	return d.rename(name, p)
}

// stage writes a file at a new path.
func (d *folder) stage(ctx context.Context, p string, c content, now bool) (err error) {
	src, err := c.open()
	if err != nil {
		return err
	}
	defer src.Close()
	if err := d.makeFolders(p); err != nil {
		return err
	}
	f, err := d.root.OpenFile(p, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		d.forget()
		return err
	}
	defer func() {
		if err != nil {
			d.root.Remove(p)
		}
	}()
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	n, err := io.CopyBuffer(struct{ io.Writer }{f}, struct{ io.Reader }{src}, *buf)
	if err == nil && n != c.size {
		err = errChanged
	}
	if err == nil && (now || !settles) {
		err = f.Sync()
	}
	return errors.Join(err, f.Close(), ctx.Err())
}

// errChanged says that a local file is not as long as it was.
var errChanged = fault("发布的时候，public 里的文件被改动了；请再运行一次", "files in public changed while they were sent; run it again")

// rename puts a staged file in its place.
func (d *folder) rename(from, to string) error {
	err := d.makeFolders(to)
	if err == nil {
		err = d.root.Rename(from, to)
	}
	if err != nil {
		d.forget()
		d.root.Remove(from)
	}
	return err
}

func (d *folder) create(ctx context.Context, p string, data []byte) error {
	name := temp()
	if err := d.stage(ctx, name, text(data), true); err != nil {
		return err
	}
	defer d.root.Remove(name)
	err := d.root.Link(name, p) // the whole file at once, or none
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	f, err := d.root.OpenFile(p, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

func (d *folder) link(_ context.Context, from, to string) error {
	if err := d.makeFolders(to); err != nil {
		return err
	}
	err := d.root.Link(from, to)
	if errors.Is(err, fs.ErrExist) {
		if err = d.root.Remove(to); err == nil {
			err = d.root.Link(from, to)
		}
	}
	return err
}

func (d *folder) copy(ctx context.Context, from, to string) error {
	info, err := d.root.Lstat(from)
	if err != nil {
		return err
	}
	return d.write(ctx, to, content{size: info.Size(), open: func() (io.ReadCloser, error) { return d.read(ctx, from) }})
}

func (d *folder) remove(_ context.Context, p string) error {
	if err := d.root.Remove(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for dir := path.Dir(p); dir != "." && dir != stateDir; dir = path.Dir(dir) {
		if d.root.Remove(dir) != nil { // it is not empty
			break
		}
		d.forget()
	}
	return nil
}

func (d *folder) removeAll(_ context.Context, dir string) error {
	d.forget()
	return d.root.RemoveAll(dir)
}

func (d *folder) settle(context.Context) error { return settleRoot(d.root) }

func (d *folder) point(_ context.Context, link, to string) error {
	name := temp()
	if err := d.makeFolders(name); err != nil {
		return err
	}
	if err := d.root.Symlink(to, name); err != nil {
		d.forget()
		return err
	}
	return d.rename(name, link)
}

func (d *folder) pointed(_ context.Context, link string) (string, error) {
	info, err := d.root.Lstat(link)
	if err != nil {
		return "", err
	}
	if info.Mode()&fs.ModeSymlink == 0 {
		return "", errNotLink
	}
	return d.root.Readlink(link)
}

// errNotLink says that something else stands where the link should.
var errNotLink error = &special{diag.Text{Zh: "current 不是链接，是别人的文件或文件夹", En: "current is no link, but a file or folder of someone else"}, false}
