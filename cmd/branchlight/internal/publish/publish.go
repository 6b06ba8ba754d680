// Package publish brings a site to where it is read, and back again.
//
// In goes a site's folder and a target of its settings. The site is built by
// build.Build, held against its manifest, and what differs from the live state is
// sent. Nothing here makes a page. A target is a store (a folder, SFTP, S3) under
// one of two layouts.
//
// # Switched: where symbolic links can be renamed
//
//	current -> releases/20261127-170500   what a web server shows
//	releases/20261127-170500/             a whole site, with .branchlight-release
//
// A new release is made beside the live one: files that have not changed are hard
// links to it, or copies. It is read back, and then current is renamed: a request
// sees the old site or the new one.
//
// # Inplace: everywhere else
//
// The site's files stand in the target itself, each replaced as a whole, in the
// order assets, articles, indexes and search files, manifest; what is gone is
// deleted last. So no page is live before what it needs. What is replaced or
// deleted is first copied to .branchlight/objects, by its SHA-256.
//
// # State
//
// Both keep what they know in .branchlight of the target (on S3: under the prefix
// releases, which is not public):
//
//	target.json            says that the target is ours, and its layout
//	lock.json              who publishes now; see lock
//	log.jsonl              a line for every publish, rollback and withdrawal; see Entry
//	pending.json           a release that has begun and is not live yet
//	withdrawn.json         pages that were taken back and must not return
//	live.json              inplace: which release is live
//	pending.manifest       inplace: every file that may be there while one is pending
//	releases/S.manifest    inplace: what the release S consists of
//	objects/SHA256         inplace: files of earlier releases
//	tmp/                   files that are being written
//
// # What can go wrong, and when
//
// Whatever is cut off, at any operation, leaves a live site that is whole, old or
// new (inplace: each file whole, and no link to what is not there yet), and the
// next publish goes on: files that arrived are read back and not sent again.
// A target that is not empty and has no target.json is not touched, unless it is
// adopted: then files of others stay, and their names are given.
package publish

import (
	"context"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/out"
)

// Options say what to publish and how.
type Options struct {
	Build   build.Options // the site's folder, the output, the day, --hold-bad
	Target  config.Target
	Env     func(name string) string // for secrets
	Adopt   bool                     // take a target that holds files of others, which stay
	Force   bool                     // break the lock of a publisher that does not answer
	DryRun  bool                     // change nothing
	Full    bool                     // read everything back, not only a sample
	Program string                   // version of the program, for the log

	// Built is told what came of the build, before anything is sent. nil: no one is.
	Built func(*build.Result)

	// Vanish is asked before pages that are live disappear. nil: they may.
	Vanish func(pages []string) error

	Progress func(Progress)  // told how far sending is; calls do not overlap
	Note     func(diag.Text) // told what is not as usual

	wrap  func(store) store                          // for tests: between this package and the store
	sleep func(ctx context.Context, d time.Duration) // for tests
	now   func() time.Time                           // for tests
}

// Progress says how far sending is.
type Progress struct {
	Done, Files       int   // files sent, and to be sent
	Sent, Bytes       int64 // bytes
	Linked, Unchanged int   // files that need not be sent, done and in all
}

// Report says what was done, or with DryRun would be.
type Report struct {
	Build    *build.Result // nil where nothing was built
	Where    string        // the target, for people
	Release  string        // that is live now
	Digest   string        // SHA-256 of its manifest
	Same     bool          // the target had it all already
	Files    int           // of the site
	Send     []string      // files that were sent, in order of path
	Bytes    int64         // of these
	Kept     int           // files that stood already
	Remove   []string      // files that no longer belong to the site
	Pages    []string      // of these, pages
	Foreign  []string      // files of others on the target, which stay
	Resumed  int           // files that an earlier publish, which was cut off, had sent
	Verified int           // files that were read back and compared by SHA-256
	Withheld []Withdrawn   // pages that were taken back, and are therefore not published
	Edited   []string      // live files that someone changed on the server
	Strays   []string      // files that someone put into the live release; the new one has them no more
	Took     time.Duration // without the build
}

// session is one run with a target.
type session struct {
	Options
	store             store
	desk              *desk
	lock              *lock
	layout            layout
	marked            bool // the target has its marker
	foreign           []string
	pending           release
	stamps            []string // of releases, complete ones, oldest first
	live              liveSite
	broken            string      // the live release, where its manifest is missing or damaged
	noLinks, noCopies atomic.Bool // link and copy turned out not to work
	retried           atomic.Bool // an operation was tried again and may have left a file in tempDir
}

// liveSite is what readers see.
type liveSite struct {
	release
	files   manifest
	written int64 // when its manifest was written, by the store's clock
}

// layout is how a site stands on a target: switched or inplace.
type layout interface {
	// read finds out what is live and which releases are kept.
	read(ctx context.Context) error
	// foreign lists what is not ours.
	foreign(ctx context.Context) ([]string, error)
	// files lists the files of the live site with where they stand.
	files(ctx context.Context) ([]item, error)
	// manifest gives what a release consists of.
	manifest(ctx context.Context, stamp string) (manifest, error)
	// publish makes a state live. It fills the report.
	publish(ctx context.Context, want manifest, from source, r *Report) error
	// back makes an earlier release live.
	back(ctx context.Context, stamp string, r *Report) error
	// done ends publish and back, when the log tells of them.
	done(ctx context.Context) error
	// prune removes what is older than the releases that are kept.
	prune(ctx context.Context) error
	// strike removes files from the live site at once.
	strike(ctx context.Context, paths []string) error
	// purge changes an earlier release into what mend makes of it; mended says
	// where a file that it did not have can be had.
	purge(ctx context.Context, stamp string, mended manifest) error
	// at says where a file of a release stands; "" where it is not kept.
	at(stamp string, f out.Made) string
}

// source gives the bytes of files that are to be sent.
type source func(f out.Made) content

// outputSource reads files of an output folder.
func outputSource(root *os.Root) source {
	return func(f out.Made) content {
		return content{f.Size, f.Sum, func() (io.ReadCloser, error) { return root.Open(filepath.FromSlash(f.Path)) }}
	}
}

// Publish builds the site and brings it to the target. Where the build has errors
// nothing is sent, and the report has no more than the result of the build.
func Publish(ctx context.Context, o Options) (r *Report, err error) {
	s, err := open(ctx, o, !o.DryRun)
	if err != nil {
		return nil, err
	}
	ctx = s.context(ctx)
	defer func() { s.close() }()
	r = &Report{Where: s.store.traits().where}
	want, folder, err := s.gate(ctx, r)
	if err != nil || !r.Build.Done {
		return r, s.cause(ctx, err)
	}
	defer folder.Close()
	if err = s.bring(ctx, want, outputSource(folder), r, time.Now()); err == nil && !s.DryRun {
		err = s.finishPurges(ctx)
	}
	return r, s.cause(ctx, err)
}

// bring makes a state live, as far as the options allow, and writes the log.
func (s *session) bring(ctx context.Context, want manifest, from source, r *Report, begin time.Time) error {
	s.compare(want, r)
	if s.DryRun {
		r.Release = s.live.Stamp
		return nil
	}
	if len(r.Pages) > 0 && s.Vanish != nil {
		if err := s.Vanish(r.Pages); err != nil {
			return err
		}
	}
	untold := s.pending.Stamp != "" && s.pending.Stamp == s.live.Stamp // cut off before the log
	if err := s.layout.publish(ctx, want, from, r); err != nil {
		return err
	}
	if !r.Same || untold {
		e := s.entry("publish", r)
		if r.Build != nil {
			e.Build = strings.TrimSpace(r.Build.Day.String() + " " + s.Program)
		}
		if err := appendLog(ctx, s.store, e); err != nil {
			return err
		}
	}
	if err := s.layout.done(ctx); err != nil {
		return err
	}
	if s.retried.Load() {
		if err := s.store.removeAll(ctx, tempDir); err != nil {
			return err
		}
	}
	r.Took = time.Since(begin)
	return s.layout.prune(ctx)
}

// entry begins a line of the log.
func (s *session) entry(what string, r *Report) Entry {
	return Entry{
		Time: s.now().Truncate(time.Second), Who: s.who(), What: what, Release: r.Release,
		Files: r.Files, Sent: len(r.Send), Bytes: r.Bytes, Removed: len(r.Remove), Digest: r.Digest,
	}
}

// who names who publishes, as the lock does.
func (s *session) who() string {
	if s.lock != nil {
		return s.lock.holder.Who
	}
	return Who()
}

// compare says what a state changes. Files that someone edited on the server are
// added when they are found.
func (s *session) compare(want manifest, r *Report) {
	r.Files, r.Digest = len(want), sumOf(want.encode())
	r.Send, r.Bytes, r.Remove, r.Pages = nil, 0, nil, nil
	for _, f := range want {
		if old, ok := s.live.files.find(f.Path); ok && old.Sum == f.Sum {
			continue
		}
		r.Send = append(r.Send, f.Path)
		r.Bytes += f.Size
	}
	r.Kept = len(want) - len(r.Send)
	for _, f := range s.live.files {
		if want.has(f.Path) {
			continue
		}
		r.Remove = append(r.Remove, f.Path)
		if isPage(f.Path) {
			r.Pages = append(r.Pages, f.Path)
		}
	}
	r.Foreign = s.foreign
}

// isPage reports that an output is a page that people may have an address of.
func isPage(p string) bool { return path.Ext(p) == ".html" }

// open connects to a target and finds out what is there. With locked it takes the
// lock first, and makes the target ours where it is new.
func open(ctx context.Context, o Options, locked bool) (s *session, err error) {
	s = &session{Options: o}
	if s.sleep == nil {
		s.sleep = pause
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.Note == nil {
		s.Note = func(diag.Text) {}
	}
	defer func() {
		if err != nil {
			s.close()
			s = nil
		}
	}()
	if locked {
		if s.desk, err = openDesk(o.Build.Root, o.Target.Name); err != nil {
			return s, err
		}
	}
	if s.store, err = connect(ctx, o); err != nil {
		return s, err
	}
	if o.wrap != nil {
		s.store = o.wrap(s.store)
	}
	s.store = &retrying{s.store, s.sleep, s.again}
	var m marker
	if s.marked, err = loadJSON(ctx, s.store, targetFile, &m); err != nil {
		return s, err
	}
	if !s.marked {
		if err := s.unmarked(ctx); err != nil {
			return s, err
		}
	} else if m.Format != 1 {
		return s, fault("发布目标是用更新的版本布置的，这个版本的程序不认识；请换新的程序", "the target was laid out by a newer version of the program; use that")
	}
	if locked {
		if s.lock, err = acquire(ctx, s.store, s.desk, Who(), o.Force, s.sleep); err != nil {
			return s, err
		}
		if err := s.store.removeAll(ctx, tempDir); err != nil {
			return s, err
		}
	}
	if err := s.choose(ctx, m.Layout, locked); err != nil {
		return s, err
	}
	if err := s.layout.read(ctx); err != nil {
		return s, err
	}
	s.foreign, err = s.layout.foreign(ctx)
	return s, err
}

// again says that an operation is tried again.
func (s *session) again(op, p string, err error) {
	s.retried.Store(true)
	why, name := reason(err), opNames[op]
	s.Note(diag.Textf("%[1]s %[2]s 时：%[3]s；正在重试……", "%[4]s %[2]s: %[5]s; trying again ...", name.Zh, p, why.Zh, name.En, why.En))
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// context gives the context that ends when the lock is lost.
func (s *session) context(ctx context.Context) context.Context {
	if s.lock == nil {
		return ctx
	}
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-ctx.Done():
		case <-s.lock.stop:
		case err := <-s.lock.gone:
			cancel(err)
		}
	}()
	return ctx
}

// cause gives the reason why a context ended in place of the error that this made.
func (s *session) cause(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		if why := context.Cause(ctx); why != nil && !errors.Is(why, context.Canceled) {
			return why
		}
	}
	return err
}

// close gives back what the session holds.
func (s *session) close() {
	if s.lock != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		s.lock.release(ctx)
		cancel()
	}
	if s.store != nil {
		s.store.close()
	}
	if s.desk != nil {
		s.desk.close()
	}
}

// unmarked looks at a target that is not ours yet.
func (s *session) unmarked(ctx context.Context) error {
	names, err := s.store.names(ctx, "")
	if err != nil {
		return err
	}
	names = slices.DeleteFunc(names, func(n string) bool { return n == stateDir })
	if len(names) == 0 || s.Adopt {
		return nil
	}
	return foreignError(s.store.traits().where, names)
}

// foreignError refuses a target that holds files of others.
func foreignError(where string, names []string) error {
	const most = 5
	list := strings.Join(names[:min(len(names), most)], ", ")
	if len(names) > most {
		list += " ..."
	}
	return fault("%s 里已有别的文件（%s），也没有发布记录，所以没有写入。请换一个空的位置；如果确实要用它，请加 --adopt（别的文件会保留）",
		"%s holds other files (%s) and no record of ours, so nothing was written; choose an empty place, or give --adopt to use it (other files stay)", where, list)
}

// choose decides on the layout.
func (s *session) choose(ctx context.Context, have string, write bool) error {
	want := map[string]string{"link": "switched", "inplace": "inplace"}[s.Target.Switch]
	if have != "" && want != "" && have != want {
		return fault("site.toml 里 switch 的写法与发布目标现有的布置不同；换布置请另用一个空的位置", "switch in site.toml is not how the target is laid out; use an empty place for another layout")
	}
	if have == "" {
		have = want
	}
	if have == "" || !s.marked && have == "switched" && write {
		can := s.canSwitch(ctx, write)
		if want == "switched" && !can {
			return fault("这个发布目标不支持链接，不能写 switch = \"link\"；请删去这一行", "the target has no symbolic links, so that switch = \"link\" cannot be; delete the line")
		}
		have = "inplace"
		if can {
			have = "switched"
		}
	}
	switch have {
	case "switched":
		s.layout = &switched{s}
	case "inplace":
		s.layout = &inplace{session: s}
	default:
		return fault("发布目标的 %s 已损坏", "%s on the target is damaged", targetFile)
	}
	if write && !s.marked {
		s.marked = true
		return saveJSON(ctx, s.store, targetFile, marker{1, have})
	}
	return nil
}

// canSwitch tries whether a link can be made and replaced.
func (s *session) canSwitch(ctx context.Context, write bool) bool {
	if !s.store.traits().links || !write {
		return s.store.traits().links
	}
	const probe = stateDir + "/probe"
	defer s.store.remove(ctx, probe)
	for _, to := range []string{"target.json", "lock.json"} {
		if s.store.point(ctx, probe, to) != nil {
			return false
		}
		if at, err := s.store.pointed(ctx, probe); err != nil || at != to {
			return false
		}
	}
	// What a link leads to is read through it, or no server will show it.
	r, err := s.store.read(ctx, lockFile)
	if err != nil {
		return false
	}
	r.Close()
	return true
}

// forgetOldest removes the oldest releases beyond those to be kept, but never the
// live one.
func (s *session) forgetOldest(remove func(stamp string) error) error {
	for len(s.stamps) > s.Target.Keep {
		i := slices.IndexFunc(s.stamps, func(n string) bool { return n != s.live.Stamp })
		if i < 0 {
			break
		}
		if err := remove(s.stamps[i]); err != nil {
			return err
		}
		s.stamps = slices.Delete(s.stamps, i, i+1)
	}
	return nil
}
