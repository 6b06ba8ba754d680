package watch

import (
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"branchlight/cmd/branchlight/internal/diag"
)

// seen is an entry of a folder as a look saw it.
type seen struct {
	size  int64
	time  time.Time
	mode  fs.FileMode
	since time.Time // by our own clock, of the first look that saw it so; zero in the first look of all
}

// look is what the folders held: entries by name, by folder.
type look map[string]map[string]seen

// poll takes a first look and goes on looking until the watcher is closed.
func (w *Watcher) poll(why diag.Text) {
	interval := w.Poll
	if interval <= 0 {
		interval = Interval
	}
	last, took := w.look(nil)
	w.mu.Lock()
	w.mode = Mode{Poll: interval, Why: why}
	w.pause = max(interval, 2*took)
	w.mu.Unlock()
	go func() {
		defer close(w.done)
		for {
			select {
			case <-w.stop:
				return
			case <-time.After(w.Pause()):
			}
			now, took := w.look(last)
			w.mark(last.changed(now, time.Now().Add(-took-w.sys.young))...)
			last = now
			w.mu.Lock()
			w.pause = max(interval, 2*took)
			w.mu.Unlock()
		}
	}()
}

// look reads the folders. What stands as in the last look keeps its age.
func (w *Watcher) look(last look) (now look, took time.Duration) {
	begin := time.Now()
	now = look{}
	todo := []string{w.root}
	for len(todo) > 0 {
		dir := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue // gone, or unreadable for now: its files count as gone
		}
		list := make(map[string]seen, len(entries))
		now[dir] = list
		for _, entry := range entries {
			name := entry.Name()
			if !w.matters(dir, name) {
				continue
			}
			path := filepath.Join(dir, name)
			info, err := entry.Info()
			if err == nil && info.Mode()&fs.ModeSymlink != 0 {
				info, err = os.Stat(path)
			}
			if err != nil {
				continue
			}
			s := seen{size: info.Size(), time: info.ModTime(), mode: info.Mode()}
			if last != nil {
				s.since = begin
			}
			if entry.IsDir() {
				s.size, s.time = 0, time.Time{} // they tell what its own list tells
				if !w.tooDeep(path) {
					todo = append(todo, path)
				}
			}
			if old, ok := last[dir][name]; ok && old.same(s) {
				s.since = old.since
			}
			list[name] = s
		}
	}
	return now, time.Since(begin)
}

func (s seen) same(t seen) bool {
	return s.size == t.size && s.mode == t.mode && s.time.Equal(t.time)
}

// changed gives the folders that may have changed between two looks. What was
// first seen as it is after a time counts as changed.
func (l look) changed(now look, after time.Time) (dirs []string) {
	for dir, list := range now {
		old, known := l[dir]
		differs := !known || len(old) != len(list)
		for name, s := range list {
			if differs {
				break
			}
			was, there := old[name]
			differs = !there || !was.same(s) || s.since.After(after)
		}
		if differs {
			dirs = append(dirs, dir)
		}
	}
	for dir := range l {
		if _, still := now[dir]; !still {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}
