package publish

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/out"
)

// switched is the layout of releases and a link that is switched.
type switched struct{ *session }

func releaseDir(stamp string) string { return releasesDir + "/" + stamp }

// absent reports that there is no such file.
func absent(err error) bool { return errors.Is(err, fs.ErrNotExist) }

func (l *switched) read(ctx context.Context) error {
	s := l.session
	to, err := s.store.pointed(ctx, currentLink)
	switch {
	case absent(err):
	case err != nil:
		return err
	default:
		stamp, ok := strings.CutPrefix(path.Clean(to), releasesDir+"/")
		if !ok || !isStamp(stamp) {
			return fault("发布目标上的 current 指向 %s，不是本工具的版本；请把它移走", "current on the target leads to %s, which is no release of ours; move it away", to)
		}
		s.live.Stamp = stamp
	}
	if _, err := loadJSON(ctx, s.store, pendingFile, &s.pending); err != nil {
		return err
	}
	names, err := s.store.names(ctx, releasesDir)
	if err != nil {
		return err
	}
	for _, n := range names {
		if isStamp(n) && (n == s.live.Stamp || n != s.pending.Stamp) {
			s.stamps = append(s.stamps, n)
		}
	}
	if s.live.Stamp == "" {
		return nil
	}
	if s.live.files, err = l.manifest(ctx, s.live.Stamp); errors.As(err, new(*Error)) {
		s.broken = s.live.Stamp
		s.Note(diag.Textf("线上版本 %s 的清单不见了或损坏了，可能有人在服务器上动过；发布时会全部重传一个新版本", "the manifest of the live release %s is missing or damaged: someone may have touched it on the server; a publish sends everything as a new release", s.broken))
		return nil
	}
	if err != nil {
		return err
	}
	s.live.Sum = sumOf(s.live.files.encode())
	return nil
}

func (l *switched) manifest(ctx context.Context, stamp string) (manifest, error) {
	m, err := loadManifest(ctx, l.store, path.Join(releaseDir(stamp), manifestName))
	if err == nil && m == nil {
		err = fault("版本 %s 不完整：它的清单不见了", "the release %s is not whole: its manifest is missing", stamp)
	}
	return m, err
}

func (l *switched) foreign(ctx context.Context) ([]string, error) {
	names, err := l.store.names(ctx, "")
	if err != nil {
		return nil, err
	}
	names = slices.DeleteFunc(names, func(n string) bool { return n == stateDir || n == releasesDir || n == currentLink })
	return names, nil
}

func (l *switched) files(ctx context.Context) ([]item, error) {
	if l.live.Stamp == "" {
		return nil, nil
	}
	dir := releaseDir(l.live.Stamp)
	list, err := l.store.list(ctx, dir)
	for i := range list {
		list[i].path = strings.TrimPrefix(list[i].path, dir+"/")
	}
	return list, err
}

func (l *switched) at(stamp string, f out.Made) string { return path.Join(releaseDir(stamp), f.Path) }

func (l *switched) publish(ctx context.Context, want manifest, from source, r *Report) error {
	s := l.session
	if s.live.Stamp != "" && s.live.Sum == r.Digest {
		there, err := l.base(ctx)
		if err != nil {
			return err
		}
		if len(l.strays(there)) == 0 {
			return l.same(ctx, there, want, from, r)
		}
	}
	stamp, err := l.begin(ctx)
	if err != nil {
		return err
	}
	sent, err := l.fill(ctx, stamp, want, from, r)
	if err != nil {
		return err
	}
	dir := releaseDir(stamp)
	if err := s.verified(ctx, dir, want, sent, from, r); err != nil {
		return err
	}
	if err := s.store.write(ctx, path.Join(dir, manifestName), text(want.encode())); err != nil {
		return err
	}
	if err := s.store.settle(ctx); err != nil {
		return err
	}
	return l.show(ctx, stamp, want, r)
}

// show makes a whole release live.
func (l *switched) show(ctx context.Context, stamp string, files manifest, r *Report) error {
	s := l.session
	if err := s.lock.mine(ctx); err != nil {
		return err
	}
	if err := s.store.point(ctx, currentLink, releaseDir(stamp)); err != nil {
		return err
	}
	s.live = liveSite{release: release{Stamp: stamp, Sum: r.Digest}, files: files}
	r.Release = stamp
	if !slices.Contains(s.stamps, stamp) {
		s.stamps = append(s.stamps, stamp)
		slices.Sort(s.stamps)
	}
	return nil
}

func (l *switched) done(ctx context.Context) error {
	s := l.session
	if s.broken != "" && s.broken != s.live.Stamp { // no way leads back to it, and what it holds cannot be told
		if err := s.store.removeAll(ctx, releaseDir(s.broken)); err != nil {
			return err
		}
		s.stamps = slices.DeleteFunc(s.stamps, func(n string) bool { return n == s.broken })
		s.broken = ""
	}
	if s.pending.Stamp == "" {
		return nil
	}
	if s.pending.Stamp != s.live.Stamp { // begun for a state that is wanted no more
		if err := s.store.removeAll(ctx, releaseDir(s.pending.Stamp)); err != nil {
			return err
		}
	}
	s.pending = release{}
	return s.store.remove(ctx, pendingFile)
}

// strays gives the files within the live release that nobody published. A new
// release does not have them; the old one keeps them until it is removed.
func (l *switched) strays(there map[string]item) []string {
	if l.broken != "" {
		return nil
	}
	var list []string
	for p := range there {
		if p != manifestName && !l.live.files.has(p) {
			list = append(list, p)
		}
	}
	slices.Sort(list)
	return list
}

// same is publish where the live release is what it should be: nothing is sent,
// unless someone changed files on the server.
func (l *switched) same(ctx context.Context, there map[string]item, want manifest, from source, r *Report) error {
	s := l.session
	r.Release, r.Same = s.live.Stamp, true
	wrong, err := s.examined(ctx, there, releaseDir(s.live.Stamp), want, nil, r)
	if err != nil {
		return err
	}
	for _, f := range wrong {
		r.Edited = append(r.Edited, f.Path)
		r.Send = append(r.Send, f.Path)
		r.Bytes += f.Size
		r.Kept--
		r.Same = false
		if err := s.store.write(ctx, l.at(s.live.Stamp, f), from(f)); err != nil {
			return err
		}
	}
	if len(wrong) > 0 { // it must not be older than what it lists
		if err := s.store.write(ctx, path.Join(releaseDir(s.live.Stamp), manifestName), text(want.encode())); err != nil {
			return err
		}
	}
	return s.store.settle(ctx)
}

// begin chooses the release to make: the one that was cut off, if it began from
// what is still live, or else a new one.
func (l *switched) begin(ctx context.Context) (stamp string, err error) {
	s := l.session
	p := s.pending
	if p.Stamp != "" && p.Stamp != s.live.Stamp {
		if p.Base == s.live.Stamp {
			return p.Stamp, nil
		}
		if err := s.store.removeAll(ctx, releaseDir(p.Stamp)); err != nil {
			return "", err
		}
	}
	last := p.Stamp
	if n := len(s.stamps); n > 0 {
		last = max(last, s.stamps[n-1])
	}
	s.pending = release{Stamp: nextStamp(s.now(), last), Base: s.live.Stamp}
	return s.pending.Stamp, saveJSON(ctx, s.store, pendingFile, s.pending)
}

// fill brings all files of a state into a release that is not live. It gives those
// that it sent.
func (l *switched) fill(ctx context.Context, stamp string, want manifest, from source, r *Report) (sent map[string]bool, err error) {
	s := l.session
	dir := releaseDir(stamp)
	there, err := l.cutOff(ctx, dir, want)
	if err != nil {
		return nil, err
	}
	base, err := l.base(ctx)
	if err != nil {
		return nil, err
	}
	r.Strays = l.strays(base)
	var mu sync.Mutex
	sent = map[string]bool{}
	var toSend []out.Made
	for _, f := range want {
		if _, ok := s.reusable(base, f); !ok {
			toSend = append(toSend, f)
		}
	}
	count := s.counter(toSend, len(want)-len(toSend))
	send := func(ctx context.Context, f out.Made) error {
		if err := s.store.write(ctx, path.Join(dir, f.Path), from(f)); err != nil {
			return err
		}
		mu.Lock()
		sent[f.Path] = true
		mu.Unlock()
		count.sent(f)
		return nil
	}
	err = each(ctx, s.store.traits().workers, len(want), func(ctx context.Context, i int) error {
		f := want[i]
		to := path.Join(dir, f.Path)
		it, arrived := there[f.Path]
		arrived = arrived && it.plain && it.size == f.Size
		if _, ok := s.reusable(base, f); ok {
			if arrived && trusts(it, f, s.live.written) {
				count.linked()
				return nil
			}
			if s.duplicate(ctx, path.Join(releaseDir(s.live.Stamp), f.Path), to) {
				count.linked()
				return nil
			}
			return send(ctx, f)
		}
		if arrived {
			ok, err := s.holds(ctx, to, f)
			if err != nil {
				return err
			}
			if ok {
				mu.Lock()
				r.Resumed++
				mu.Unlock()
				count.sent(f)
				return nil
			}
		}
		return send(ctx, f)
	})
	s.report(want, sent, base, r)
	return sent, err
}

// cutOff gives what an earlier publish brought into a release, and removes what
// does not belong there.
func (l *switched) cutOff(ctx context.Context, dir string, want manifest) (map[string]item, error) {
	s := l.session
	list, err := s.store.list(ctx, dir)
	if err != nil {
		return nil, err
	}
	there := byPath(list, dir)
	for p, it := range there {
		if !want.has(p) || !it.plain {
			delete(there, p)
			if err := s.store.remove(ctx, path.Join(dir, p)); err != nil {
				return nil, err
			}
		}
	}
	return there, nil
}

// base gives the files of the live release, from which unchanged ones are taken.
func (l *switched) base(ctx context.Context) (map[string]item, error) {
	s := l.session
	list, err := l.files(ctx)
	if err != nil {
		return nil, err
	}
	base := byPath(list, "")
	s.live.written = base[manifestName].mtime
	return base, nil
}

// reusable reports that a file stands in the live site as it should be. doubtful
// files are those that someone changed on the server.
func (s *session) reusable(base map[string]item, f out.Made) (item, bool) {
	old, ok := s.live.files.find(f.Path)
	it, there := base[f.Path]
	return it, ok && there && old.Sum == f.Sum && trusts(it, f, s.live.written)
}

// duplicate makes a file of one that stands on the target, and reports whether
// that could be done.
func (s *session) duplicate(ctx context.Context, from, to string) bool {
	t := s.store.traits()
	if t.hard && !s.noLinks.Load() {
		if s.store.link(ctx, from, to) == nil {
			return true
		}
		s.noLinks.Store(true) // a server that forbids them forbids them for all files
	}
	if t.copies && !s.noCopies.Load() {
		if s.store.copy(ctx, from, to) == nil {
			return true
		}
		s.noCopies.Store(true)
	}
	return false
}

// report says what was sent, and what someone had changed on the server.
func (s *session) report(want manifest, sent map[string]bool, base map[string]item, r *Report) {
	r.Send, r.Bytes = nil, 0
	for _, f := range want {
		if sent[f.Path] {
			r.Send = append(r.Send, f.Path)
			r.Bytes += f.Size
		}
	}
	r.Kept = len(want) - len(r.Send) - r.Resumed
	for _, f := range s.live.files {
		if it, ok := base[f.Path]; !ok || !trusts(it, f, s.live.written) {
			r.Edited = append(r.Edited, f.Path)
		}
	}
}

func (l *switched) back(ctx context.Context, stamp string, r *Report) error {
	s := l.session
	files, err := l.manifest(ctx, stamp)
	if err != nil {
		return err
	}
	wrong, err := s.verify(ctx, releaseDir(stamp), files, nil, r)
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		return fault("版本 %s 里有 %d 个文件损坏或不见了（%s），没有回退", "%[2]d files of the release %[1]s are damaged or missing (%[3]s); the site was not changed", stamp, len(wrong), wrong[0].Path)
	}
	s.compare(files, r)
	r.Send, r.Bytes = nil, 0
	return l.show(ctx, stamp, files, r)
}

// prune removes the oldest releases, but never the live one, nor one that has begun.
func (l *switched) prune(ctx context.Context) error {
	s := l.session
	return s.forgetOldest(func(stamp string) error { return s.store.removeAll(ctx, releaseDir(stamp)) })
}

func (l *switched) strike(ctx context.Context, paths []string) error {
	s := l.session
	if p := s.pending.Stamp; p != "" && p != s.live.Stamp { // it may hold them, too
		if err := s.store.removeAll(ctx, releaseDir(p)); err != nil {
			return err
		}
	}
	if s.live.Stamp == "" {
		return nil
	}
	if s.broken != "" {
		for _, p := range paths {
			if err := s.store.remove(ctx, path.Join(releaseDir(s.live.Stamp), p)); err != nil {
				return err
			}
		}
		return nil
	}
	return l.rewrite(ctx, s.live.Stamp, &s.live.files, func(f out.Made) bool { return slices.Contains(paths, f.Path) })
}

// rewrite takes files out of a release, the files first: they must go whatever
// happens next.
func (l *switched) rewrite(ctx context.Context, stamp string, files *manifest, gone func(out.Made) bool) error {
	for _, f := range *files {
		if gone(f) {
			if err := l.store.remove(ctx, l.at(stamp, f)); err != nil {
				return err
			}
		}
	}
	*files = files.without(gone)
	raw := files.encode()
	if stamp == l.live.Stamp {
		l.live.Sum = sumOf(raw)
	}
	return l.store.write(ctx, path.Join(releaseDir(stamp), manifestName), text(raw))
}

func (l *switched) purge(ctx context.Context, stamp string, mended manifest) error {
	s := l.session
	old, err := l.manifest(ctx, stamp)
	if err != nil {
		return err
	}
	if err := l.rewrite(ctx, stamp, &old, func(f out.Made) bool {
		m, ok := mended.find(f.Path)
		return !ok || m.Sum != f.Sum
	}); err != nil {
		return err
	}
	for _, f := range mended {
		if old.has(f.Path) {
			continue
		}
		if s.duplicate(ctx, l.at(s.live.Stamp, f), l.at(stamp, f)) {
			continue
		}
		if err := s.carry(ctx, l.at(s.live.Stamp, f), l.at(stamp, f), f); err != nil {
			return err
		}
	}
	return s.store.write(ctx, path.Join(releaseDir(stamp), manifestName), text(mended.encode()))
}
