// Package watch tells when something in a site's folder may have changed.
//
// It says which folders to look at again, and never what happened there: an
// event of the system only hints at a change, and the one who looks finds out.
// What arrives while nobody asks is put together, so that ten thousand events
// are one answer. Where there is doubt, because events were lost or a folder
// came back, the answer is everything. It reads names, sizes and times, opens no
// file and writes nothing.
//
// # How it watches
//
// Folders are watched, not files: editors write a second file and rename it over
// the first. New folders are watched as they appear, and what is in them already
// is reported too. Names that no site takes up (tree.Ignored) are passed over.
//
// Network and other shared file systems give no events, or not all. Where one is
// found, where the system has no room for more watches, or where it is asked
// for, the folders are read again and again and compared by size and time.
// Mode says which way is in use, and why.
package watch

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/tree"
)

// Interval is the time between two looks where nothing else is asked for.
const Interval = time.Second

// maxFolders is how many changed folders are told apart.
const maxFolders = 2000

// Options say what to watch.
type Options struct {
	Root    string        // the site's folder
	Folders []string      // folders in it that are watched with all below, such as content; they need not exist
	Files   []string      // files in the site's folder itself that matter, such as site.toml
	Poll    time.Duration // look again at this interval; 0: only where the system gives no events
	Changed func(Mode)    // called where the mode changes later; may be nil
}

// Mode is how a folder is watched.
type Mode struct {
	Poll time.Duration // the time between two looks; 0: the system gives events
	Why  diag.Text     // the reason to look again and again
}

// Watcher watches a site's folder until it is closed.
type Watcher struct {
	Options
	root string // absolute
	sys  system

	ready chan struct{}
	stop  chan struct{}
	done  chan struct{}
	close sync.Once

	mu      sync.Mutex
	mode    Mode
	pause   time.Duration
	all     bool
	folders map[string]bool
}

// Start begins to watch. What changes after it returns is not missed.
func Start(o Options) (*Watcher, error) { return start(o, theSystem) }

func start(o Options, sys system) (*Watcher, error) {
	root, err := filepath.Abs(o.Root)
	if err != nil {
		return nil, fmt.Errorf("watching: %w", err)
	}
	if real, err := filepath.EvalSymlinks(root); err == nil {
		root = real
	}
	if _, err := os.Stat(root); err != nil {
		return nil, fmt.Errorf("watching: %w", err)
	}
	w := &Watcher{
		Options: o, root: root, sys: sys,
		ready: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
		folders: map[string]bool{},
	}
	if o.Poll > 0 {
		w.poll(diag.Textf("按 --poll 的要求", "as --poll asks"))
		return w, nil
	}
	e, why := w.listen()
	if e == nil {
		w.poll(why)
		return w, nil
	}
	go func() {
		why, ended := e.run()
		e.close()
		if ended {
			close(w.done)
			return
		}
		w.poll(why)
		w.everything()
		if w.Changed != nil {
			w.Changed(w.Mode())
		}
	}()
	return w, nil
}

// Ready receives where something may have changed since the last Take.
func (w *Watcher) Ready() <-chan struct{} { return w.ready }

// Take gives the folders where something may have changed since it was called
// last, slash-separated and relative to the site's folder, "." being that folder
// itself. ok is false where there is none. No folders at all mean everything.
func (w *Watcher) Take() (folders []string, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	folders, all := slices.Sorted(maps.Keys(w.folders)), w.all
	clear(w.folders)
	w.all = false
	if all {
		return nil, true
	}
	return folders, len(folders) > 0
}

// Mode gives the way of watching that is in use.
func (w *Watcher) Mode() Mode {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.mode
}

// Pause is how long a change may stay unseen: 0 with events, else the time
// between two looks, which grows with the time that a look takes.
func (w *Watcher) Pause() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.pause
}

// Close ends the watching.
func (w *Watcher) Close() error {
	w.close.Do(func() { close(w.stop) })
	<-w.done
	return nil
}

// everything marks everything as changed.
func (w *Watcher) everything() {
	w.mu.Lock()
	w.all = true
	w.mu.Unlock()
	w.signal()
}

// mark notes folders, given by their absolute paths, as changed.
func (w *Watcher) mark(dirs ...string) {
	if len(dirs) == 0 {
		return
	}
	w.mu.Lock()
	for _, dir := range dirs {
		w.folders[w.relative(dir)] = true
	}
	if len(w.folders) > maxFolders {
		w.all = true
		clear(w.folders)
	}
	w.mu.Unlock()
	w.signal()
}

func (w *Watcher) signal() {
	select {
	case w.ready <- struct{}{}:
	default:
	}
}

// relative gives a path as Take does.
func (w *Watcher) relative(path string) string {
	rel, err := filepath.Rel(w.root, path)
	if err != nil {
		return "."
	}
	return filepath.ToSlash(rel)
}

// matters reports whether what happens to an entry of a folder is of interest.
func (w *Watcher) matters(dir, name string) bool {
	if dir == w.root {
		return slices.Contains(w.Files, name) || slices.Contains(w.Folders, name)
	}
	return !tree.Ignored(name)
}

// tooDeep reports whether a folder lies deeper than a site reads.
func (w *Watcher) tooDeep(dir string) bool {
	return strings.Count(w.relative(dir), "/") >= tree.MaxDepth
}
