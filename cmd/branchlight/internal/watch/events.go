package watch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"branchlight/cmd/branchlight/internal/diag"

	"github.com/fsnotify/fsnotify"
)

// system is what the watcher asks of the system; tests put other answers in.
type system struct {
	open   func() (*fsnotify.Watcher, error)
	add    func(*fsnotify.Watcher, string) error
	remote func(dir string) (name string, ok bool) // the kind of a file system that gives no events

	// young is how long an entry counts as changed after a look first saw it with
	// a size and time. The clocks of file systems tick in steps of up to two
	// seconds, and what is saved twice within one looks the same.
	young time.Duration
}

var theSystem = system{open: fsnotify.NewWatcher, add: (*fsnotify.Watcher).Add, remote: remote, young: 3 * time.Second}

// rootCheck is how often it is seen to that the site's folder is the one that is
// watched: no folder above it is, and it may be moved away and made again.
const rootCheck = time.Second

// events watches by the system's events.
type events struct {
	*Watcher
	notify *fsnotify.Watcher
	dirs   map[string]bool // the folders that are watched
	self   fs.FileInfo     // the site's folder as it was when its watch was added; nil where that is gone
}

// silence says why there are no events to count on.
type silence struct{ why diag.Text }

func (s *silence) Error() string { return s.why.En }

// listen adds all watches; where that cannot be it says why.
func (w *Watcher) listen() (*events, diag.Text) {
	notify, err := w.sys.open()
	if err != nil {
		return nil, noWatch(err)
	}
	e := &events{Watcher: w, notify: notify, dirs: map[string]bool{}}
	if _, err := e.addAll(); err != nil {
		e.close()
		return nil, noWatch(err)
	}
	return e, diag.Text{}
}

func (e *events) close() { _ = e.notify.Close() }

// noWatch says why a watch could not be added.
func noWatch(err error) diag.Text {
	if s, ok := errors.AsType[*silence](err); ok {
		return s.why
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
		return diag.Textf("系统能监视的文件夹数目到了上限", "the system has no room for more watches")
	}
	return diag.Textf("系统不能监视这里的文件夹（%v）", "the system cannot watch these folders (%v)", err)
}

// run takes events until the watcher is closed (ended) or there are no more to
// count on (why).
func (e *events) run() (why diag.Text, ended bool) {
	tick := time.NewTicker(rootCheck)
	defer tick.Stop()
	for {
		var err error
		select {
		case <-e.stop:
			return why, true
		case event := <-e.notify.Events:
			err = e.handle(event)
		case err = <-e.notify.Errors:
			if errors.Is(err, fsnotify.ErrEventOverflow) {
				err = e.again()
			}
		case <-tick.C:
			if !e.standing() {
				err = e.again()
			}
		}
		if err != nil {
			return noWatch(err), false
		}
	}
}

// standing reports that the site's folder is the one that is watched, or that
// there is none at present.
func (e *events) standing() bool {
	info, err := os.Stat(e.root)
	if err != nil {
		e.self = nil
		return true
	}
	return e.self != nil && os.SameFile(e.self, info)
}

// again adds all watches anew. Everything may have changed.
func (e *events) again() error {
	e.drop(e.root)
	_, err := e.addAll()
	e.everything()
	return err
}

// addAll watches the site's folder and what is watched in it.
func (e *events) addAll() (dirs []string, err error) {
	info, err := os.Stat(e.root)
	if err != nil {
		e.self = nil
		return nil, nil // it is looked for again
	}
	e.self = info
	if err := e.add(e.root); err != nil {
		return nil, err
	}
	for _, folder := range e.Folders {
		below, err := e.addTree(filepath.Join(e.root, filepath.FromSlash(folder)))
		if err != nil {
			return nil, err
		}
		dirs = append(dirs, below...)
	}
	return dirs, nil
}

// add watches one folder. One that vanished meanwhile is no error.
func (e *events) add(dir string) error {
	if kind, ok := e.sys.remote(dir); ok {
		return &silence{diag.Textf("%s 上的文件变动，系统不通知", "the system gives no events for files on %s", kind)}
	}
	if err := e.sys.add(e.notify, dir); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	e.dirs[dir] = true
	return nil
}

// addTree watches a folder with all below and gives all of them. A watch is added
// before its folder is read, so that what appears meanwhile is either in the list
// or an event.
func (e *events) addTree(top string) (dirs []string, err error) {
	if info, err := os.Lstat(top); err != nil || !info.IsDir() {
		return nil, nil
	}
	todo := []string{top}
	for len(todo) > 0 {
		dir := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if err := e.add(dir); err != nil {
			return nil, err
		}
		dirs = append(dirs, dir)
		if e.tooDeep(dir) {
			continue
		}
		entries, _ := os.ReadDir(dir) // a folder that cannot be read is reported by the one who looks
		for _, entry := range entries {
			if entry.IsDir() && e.matters(dir, entry.Name()) {
				todo = append(todo, filepath.Join(dir, entry.Name()))
			}
		}
	}
	return dirs, nil
}

// drop forgets a folder and all below, and gives them. A folder that was moved
// elsewhere would be reported under its old name.
func (e *events) drop(top string) (dirs []string) {
	for dir := range e.dirs {
		if dir == top || strings.HasPrefix(dir, top+string(filepath.Separator)) {
			delete(e.dirs, dir)
			_ = e.notify.Remove(dir) // gone already where the folder is
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// handle takes one event.
func (e *events) handle(event fsnotify.Event) error {
	path := filepath.Clean(event.Name)
	if path == e.root {
		if event.Has(fsnotify.Remove | fsnotify.Rename) {
			e.self = nil
			e.everything()
		}
		return nil
	}
	dir, name := filepath.Dir(path), filepath.Base(path)
	if !e.matters(dir, name) {
		return nil
	}
	if event.Has(fsnotify.Remove|fsnotify.Rename) && e.dirs[path] {
		e.mark(e.drop(path)...)
	}
	if event.Has(fsnotify.Create | fsnotify.Remove | fsnotify.Rename) {
		// After a removal too: the name may be taken by a new folder already.
		below, err := e.addTree(path)
		if err != nil {
			return err
		}
		e.mark(below...)
	}
	e.mark(dir)
	return nil
}
