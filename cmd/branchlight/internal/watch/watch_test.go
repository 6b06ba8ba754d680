package watch

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
)

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// at is a site's folder on disk.
type at string

func (a at) path(name string) string { return filepath.Join(string(a), filepath.FromSlash(name)) }

func (a at) write(t testing.TB, name, text string) {
	t.Helper()
	a.mkdir(t, filepath.ToSlash(filepath.Dir(name)))
	if err := os.WriteFile(a.path(name), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func (a at) mkdir(t testing.TB, name string) {
	t.Helper()
	if err := os.MkdirAll(a.path(name), 0o777); err != nil {
		t.Fatal(err)
	}
}

func (a at) rename(t testing.TB, from, to string) {
	t.Helper()
	if err := os.Rename(a.path(from), a.path(to)); err != nil {
		t.Fatal(err)
	}
}

func (a at) remove(t testing.TB, name string) {
	t.Helper()
	if err := os.RemoveAll(a.path(name)); err != nil {
		t.Fatal(err)
	}
}

func site(t testing.TB) at {
	a := at(filepath.Join(t.TempDir(), "site"))
	a.write(t, "site.toml", "title = \"站\"\n")
	a.write(t, "content/财政局/预算股/a.md", "a")
	a.write(t, "content/财政局/_index.md", "a")
	a.write(t, "layouts/partials/note.html", "a")
	return a
}

func options(a at) Options {
	return Options{Root: string(a), Folders: []string{"content", "layouts", "themes"}, Files: []string{"site.toml"}}
}

// modes runs a test with events and with polling.
func modes(t *testing.T, test func(t *testing.T, a at, w *Watcher)) {
	for name, poll := range map[string]time.Duration{"events": 0, "poll": 10 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			a := site(t)
			o := options(a)
			o.Poll = poll
			sys := theSystem
			sys.young = 10 * poll
			test(t, a, begin(t, o, sys))
		})
	}
}

func begin(t testing.TB, o Options, sys system) *Watcher {
	t.Helper()
	w, err := start(o, sys)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

// expect waits until every one of the folders was named, or everything.
func expect(t testing.TB, w *Watcher, folders ...string) (named []string) {
	t.Helper()
	limit := time.After(patience)
	for {
		select {
		case <-w.Ready():
		case <-limit:
			t.Fatalf("of %q only %q were named", folders, named)
		}
		got, ok := w.Take()
		if ok && len(got) == 0 {
			return nil
		}
		named = append(named, got...)
		if !slices.ContainsFunc(folders, func(f string) bool { return !slices.Contains(named, f) }) {
			return named
		}
	}
}

// settle waits until nothing is named any more.
func settle(w *Watcher) {
	for {
		select {
		case <-w.Ready():
			w.Take()
		case <-time.After(150 * time.Millisecond):
			return
		}
	}
}

func TestFolders(t *testing.T) {
	modes(t, func(t *testing.T, a at, w *Watcher) {
		a.write(t, "content/财政局/预算股/a.md", "changed")
		expect(t, w, "content/财政局/预算股")
		a.write(t, "site.toml", "title = \"新\"\n")
		expect(t, w, ".")
		a.write(t, "layouts/partials/note.html", "changed")
		expect(t, w, "layouts/partials")
		a.write(t, "themes/county/assets/site.css", "body{}") // none of these folders stood before
		expect(t, w, "themes/county/assets")
		a.write(t, "themes/county/assets/site.css", "body{color:red}")
		expect(t, w, "themes/county/assets")
		a.remove(t, "content/财政局/预算股/a.md")
		expect(t, w, "content/财政局/预算股")
	})
}

// What the tool makes itself, and what is no part of a site, is no change.
func TestNotWatched(t *testing.T) {
	modes(t, func(t *testing.T, a at, w *Watcher) {
		settle(w)
		a.write(t, "public/index.html", "a")
		a.write(t, ".branchlight/cache", "a")
		a.write(t, "notes.txt", "a")
		a.write(t, "content/财政局/.~lock.a.md#", "a")
		a.write(t, "content/财政局/~$报告.docx", "a")
		a.write(t, "content/财政局/a.md~", "a")
		a.write(t, "content/财政局/.a.md.swp", "a")
		a.write(t, "content/财政局/4913", "a")
		a.write(t, "content/财政局/wps1A2B.tmp", "a")
		a.write(t, "content/.git/HEAD", "a")
		time.Sleep(100 * time.Millisecond)
		if folders, ok := w.Take(); ok {
			// A folder whose temporary file came and went may be looked at again, and no other.
			for _, f := range folders {
				if f != "content/财政局" && f != "content" {
					t.Errorf("%q was named", f)
				}
			}
		}
	})
}

// The ways in which editors save.
func TestEditors(t *testing.T) {
	habits := map[string]func(t *testing.T, a at, name string){
		"in place": func(t *testing.T, a at, name string) { a.write(t, name, "in place") },
		"vim": func(t *testing.T, a at, name string) {
			dir := filepath.ToSlash(filepath.Dir(name))
			a.write(t, dir+"/4913", "")
			a.remove(t, dir+"/4913")
			a.rename(t, name, name+"~")
			a.write(t, name, "by vim")
			a.remove(t, name+"~")
		},
		"rename over": func(t *testing.T, a at, name string) {
			dir := filepath.ToSlash(filepath.Dir(name))
			a.write(t, dir+"/.tmp-1", "renamed over")
			a.rename(t, dir+"/.tmp-1", name)
		},
		"WPS": func(t *testing.T, a at, name string) {
			dir := filepath.ToSlash(filepath.Dir(name))
			a.write(t, dir+"/~$a.md", "")
			a.write(t, dir+"/wps77.tmp", "by WPS")
			a.remove(t, name)
			a.rename(t, dir+"/wps77.tmp", name)
			a.remove(t, dir+"/~$a.md")
		},
	}
	modes(t, func(t *testing.T, a at, w *Watcher) {
		for name, save := range habits {
			settle(w)
			save(t, a, "content/财政局/预算股/a.md")
			named := expect(t, w, "content/财政局/预算股")
			if len(named) > 1 && slices.ContainsFunc(named, func(f string) bool { return f != "content/财政局/预算股" }) {
				t.Errorf("%s: %q were named", name, named)
			}
			// The file that took the place of the first is watched as that was.
			settle(w)
			a.write(t, "content/财政局/预算股/a.md", "and in place, after "+name)
			expect(t, w, "content/财政局/预算股")
		}
	})
}

func TestFolderMovedIn(t *testing.T) {
	modes(t, func(t *testing.T, a at, w *Watcher) {
		outside := at(t.TempDir())
		outside.write(t, "局/支部/2026/p.md", "a")
		if err := os.Rename(outside.path("局"), a.path("content/局")); err != nil {
			t.Fatal(err)
		}
		expect(t, w, "content", "content/局", "content/局/支部", "content/局/支部/2026")
		settle(w)
		a.write(t, "content/局/支部/2026/p.md", "changed")
		expect(t, w, "content/局/支部/2026")
	})
}

func TestFolderRenamed(t *testing.T) {
	modes(t, func(t *testing.T, a at, w *Watcher) {
		a.rename(t, "content/财政局", "content/审计局")
		expect(t, w, "content", "content/财政局", "content/财政局/预算股", "content/审计局", "content/审计局/预算股")
		settle(w)
		a.write(t, "content/审计局/预算股/a.md", "changed")
		for _, f := range expect(t, w, "content/审计局/预算股") {
			if strings.HasPrefix(f, "content/财政局") {
				t.Errorf("%q was named, which is no more", f)
			}
		}
		a.rename(t, "content/审计局", "away")
		expect(t, w, "content", "content/审计局/预算股")
		settle(w)
		a.write(t, "away/预算股/a.md", "changed again")
		a.write(t, "site.toml", "title = \"新\"\n")
		for _, f := range expect(t, w, ".") {
			if f != "." {
				t.Errorf("%q was named, which is outside", f)
			}
		}
	})
}

func TestFolderRemovedAndMadeAgain(t *testing.T) {
	modes(t, func(t *testing.T, a at, w *Watcher) {
		for _, gone := range []string{"content/财政局", "content"} {
			for range 3 {
				a.remove(t, gone)
				a.write(t, "content/财政局/预算股/a.md", "again")
				expect(t, w, "content/财政局/预算股")
				settle(w)
				a.write(t, "content/财政局/预算股/a.md", "and changed")
				expect(t, w, "content/财政局/预算股")
			}
		}
	})
}

func TestSiteRemovedAndMadeAgain(t *testing.T) {
	modes(t, func(t *testing.T, a at, w *Watcher) {
		a.remove(t, ".")
		expect(t, w, ".", "content")
		a.write(t, "site.toml", "title = \"站\"\n")
		a.write(t, "content/财政局/预算股/a.md", "again")
		expect(t, w, ".", "content/财政局/预算股")
		settle(w)
		a.write(t, "content/财政局/预算股/a.md", "and changed")
		expect(t, w, "content/财政局/预算股")
	})
}

// The site's folder moved away is left alone; the one in its place is watched.
func TestSiteMovedAway(t *testing.T) {
	modes(t, func(t *testing.T, a at, w *Watcher) {
		if err := os.Rename(string(a), string(a)+"-old"); err != nil {
			t.Fatal(err)
		}
		a.write(t, "site.toml", "title = \"站\"\n")
		a.write(t, "content/财政局/预算股/b.md", "new")
		expect(t, w, ".", "content/财政局/预算股")
		settle(w)
		a.write(t, "content/财政局/预算股/b.md", "changed")
		expect(t, w, "content/财政局/预算股")
	})
}

// Ten thousand events are a few answers, and what is kept for them is bounded.
func TestStorm(t *testing.T) {
	modes(t, func(t *testing.T, a at, w *Watcher) {
		for i := range 10_000 {
			a.write(t, fmt.Sprintf("content/a%02d/f%05d.md", i%100, i), "a")
		}
		var folders []string
		for i := range 100 {
			folders = append(folders, fmt.Sprintf("content/a%02d", i))
		}
		expect(t, w, folders...)
		settle(w)
		a.write(t, "content/a42/f00042.md", "changed")
		expect(t, w, "content/a42")
	})
}

func TestManyFoldersAreEverything(t *testing.T) {
	w := &Watcher{root: "/", ready: make(chan struct{}, 1), folders: map[string]bool{}}
	for i := range maxFolders + 1 {
		w.mark(fmt.Sprintf("/content/f%d", i))
	}
	if folders, ok := w.Take(); !ok || folders != nil {
		t.Errorf("%d folders", len(folders))
	}
	if _, ok := w.Take(); ok {
		t.Error("taken twice")
	}
}

// Lost events mean that everything is looked at, and that new folders are found.
func TestOverflow(t *testing.T) {
	a := site(t)
	var notify *fsnotify.Watcher
	sys := theSystem
	sys.open = func() (n *fsnotify.Watcher, err error) {
		notify, err = fsnotify.NewWatcher()
		return notify, err
	}
	w := begin(t, options(a), sys)
	settle(w)
	notify.Errors <- fsnotify.ErrEventOverflow
	<-w.Ready()
	if folders, ok := w.Take(); !ok || folders != nil {
		t.Errorf("only %q are looked at", folders)
	}
	settle(w)
	a.write(t, "content/财政局/预算股/a.md", "changed")
	expect(t, w, "content/财政局/预算股")
}

// Where the system has no room for watches, or gives no events, the folders are
// read again and again.
func TestFallsBackToPolling(t *testing.T) {
	limit := func(n int, err error) system {
		sys := theSystem
		sys.add = func(f *fsnotify.Watcher, dir string) error {
			if n--; n < 0 {
				return err
			}
			return f.Add(dir)
		}
		return sys
	}
	noInstance := theSystem
	noInstance.open = func() (*fsnotify.Watcher, error) { return nil, syscall.EMFILE }
	share := theSystem
	share.remote = func(dir string) (string, bool) { return "SMB", filepath.Base(dir) == "预算股" }
	for name, c := range map[string]struct {
		sys system
		why string
	}{
		"no room":     {limit(2, syscall.ENOSPC), "上限"},
		"no instance": {noInstance, "上限"},
		"a share":     {share, "SMB"},
		"unknown":     {limit(0, fmt.Errorf("strange")), "strange"},
	} {
		t.Run(name, func(t *testing.T) {
			a := site(t)
			w := begin(t, options(a), c.sys)
			if m := w.Mode(); m.Poll != Interval || !strings.Contains(m.Why.Zh, c.why) || m.Why.En == "" || w.Pause() < Interval {
				t.Errorf("%+v, pause %v", m, w.Pause())
			}
			a.write(t, "content/财政局/预算股/a.md", "changed")
			expect(t, w, "content/财政局/预算股")
		})
	}
}

// The limit may be reached later, when a folder is added.
func TestLimitReachedLater(t *testing.T) {
	a := site(t)
	sys := theSystem
	sys.add = func(f *fsnotify.Watcher, dir string) error {
		if filepath.Base(dir) == "new" {
			return syscall.ENOSPC
		}
		return f.Add(dir)
	}
	o := options(a)
	changed := make(chan Mode, 1)
	o.Changed = func(m Mode) { changed <- m }
	w := begin(t, o, sys)
	if m := w.Mode(); m.Poll != 0 {
		t.Fatalf("%+v", m)
	}
	a.write(t, "content/new/p.md", "a")
	select {
	case m := <-changed:
		if m.Poll != Interval || m.Why.Zh == "" {
			t.Errorf("%+v", m)
		}
	case <-time.After(patience):
		t.Fatal("the mode did not change")
	}
	settle(w)
	a.write(t, "content/new/p.md", "changed")
	expect(t, w, "content/new")
}

// A file that is saved twice in one tick of the file system's clock, with the
// same size, is looked at twice.
func TestSameTick(t *testing.T) {
	a := site(t)
	o := options(a)
	o.Poll = 10 * time.Millisecond
	w := begin(t, o, theSystem)
	tick := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	for _, text := range []string{"one", "two"} {
		a.write(t, "content/财政局/预算股/a.md", text)
		if err := os.Chtimes(a.path("content/财政局/预算股/a.md"), tick, tick); err != nil {
			t.Fatal(err)
		}
		expect(t, w, "content/财政局/预算股")
	}
}

func TestClose(t *testing.T) {
	modes(t, func(t *testing.T, a at, w *Watcher) {
		for range 2 {
			if err := w.Close(); err != nil {
				t.Error(err)
			}
		}
		w.Take()
		a.write(t, "content/财政局/预算股/a.md", "changed")
		time.Sleep(50 * time.Millisecond)
		if folders, ok := w.Take(); ok {
			t.Errorf("%q are named after the end", folders)
		}
	})
}

func TestNoFolder(t *testing.T) {
	if _, err := Start(Options{Root: filepath.Join(t.TempDir(), "none")}); err == nil {
		t.Error("no error")
	}
}
