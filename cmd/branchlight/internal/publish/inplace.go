package publish

import (
	"context"
	"encoding/hex"
	"path"
	"slices"
	"strings"
	"sync"

	"branchlight/cmd/branchlight/internal/out"
)

// inplace is the layout of targets that cannot switch: the live files stand in the
// target itself, and each is replaced as a whole.
type inplace struct {
	*session
	listed map[string]item // what stands in the target
	doubt  map[string]bool // paths whose bytes a publish that was cut off may have changed
	ours   map[string]bool // every path that may be ours
	union  manifest        // of pending.manifest
}

const pendingManifest = stateDir + "/pending.manifest"

func recordPath(stamp string) string { return recordsDir + "/" + stamp + ".manifest" }

func objectPath(f out.Made) string { return objectsDir + "/" + hex.EncodeToString(f.Sum[:]) }

func (l *inplace) read(ctx context.Context) error {
	s := l.session
	raw, err := loadManifest(ctx, s.store, manifestName)
	if err != nil {
		return err
	}
	s.live.files = raw
	if raw != nil {
		s.live.Sum = sumOf(raw.encode())
	}
	var named release
	if _, err := loadJSON(ctx, s.store, liveFile, &named); err != nil {
		return err
	}
	if _, err := loadJSON(ctx, s.store, pendingFile, &s.pending); err != nil {
		return err
	}
	s.live.Stamp = named.Stamp
	if s.pending.Sum == s.live.Sum && s.pending.Stamp != "" && raw != nil {
		s.live.Stamp = s.pending.Stamp // cut off between the manifest and live.json
	}
	if l.union, err = loadManifest(ctx, s.store, pendingManifest); err != nil {
		return err
	}
	names, err := s.store.names(ctx, recordsDir)
	if err != nil {
		return err
	}
	for _, n := range names {
		if n, ok := strings.CutSuffix(n, ".manifest"); ok && isStamp(n) && (n == s.live.Stamp || n != s.pending.Stamp) {
			s.stamps = append(s.stamps, n)
		}
	}
	l.ours, l.doubt = map[string]bool{}, map[string]bool{}
	for _, f := range s.live.files {
		l.ours[f.Path] = true
	}
	for _, f := range l.union {
		l.ours[f.Path] = true
		if old, ok := s.live.files.find(f.Path); !ok || old.Sum != f.Sum {
			l.doubt[f.Path] = true
		}
	}
	return nil
}

// look lists what stands in the target.
func (l *inplace) look(ctx context.Context) error {
	list, err := l.store.list(ctx, "")
	if err != nil {
		return err
	}
	l.listed = byPath(list, "")
	l.live.written = l.listed[manifestName].mtime
	return nil
}

func (l *inplace) foreign(ctx context.Context) ([]string, error) {
	if err := l.look(ctx); err != nil {
		return nil, err
	}
	var names []string
	for p := range l.listed {
		if p != manifestName && !l.ours[p] {
			names = append(names, p)
		}
	}
	slices.Sort(names)
	return names, nil
}

func (l *inplace) files(context.Context) ([]item, error) {
	list := make([]item, 0, len(l.listed))
	for _, it := range l.listed {
		list = append(list, it)
	}
	slices.SortFunc(list, func(a, b item) int { return strings.Compare(a.path, b.path) })
	return list, nil
}

func (l *inplace) manifest(ctx context.Context, stamp string) (manifest, error) {
	if stamp == l.live.Stamp {
		return l.live.files, nil
	}
	m, err := loadManifest(ctx, l.store, recordPath(stamp))
	if err == nil && m == nil {
		err = fault("版本 %s 不完整：它的清单不见了", "the release %s is not whole: its manifest is missing", stamp)
	}
	return m, err
}

func (l *inplace) at(stamp string, f out.Made) string {
	if stamp == l.live.Stamp {
		return f.Path
	}
	return objectPath(f)
}

// stands reports that the live file at a path is the one of an entry, as far as its
// size and time tell. Where a publish was cut off, they tell nothing.
func (l *inplace) stands(f out.Made) bool {
	old, ok := l.live.files.find(f.Path)
	it, there := l.listed[f.Path]
	return ok && there && old.Sum == f.Sum && !l.doubt[f.Path] && trusts(it, f, l.live.written)
}

// unarrived leaves out of some live files those that a publish which was cut off had
// replaced already.
func (l *inplace) unarrived(ctx context.Context, paths []string) (list []string, err error) {
	for _, p := range paths {
		f, ok := l.union.find(p)
		if ok && l.doubt[p] {
			if ok, err = l.holds(ctx, p, f); err != nil {
				return nil, err
			}
		}
		if !ok || !l.doubt[p] {
			list = append(list, p)
		}
	}
	return list, nil
}

func (l *inplace) publish(ctx context.Context, want manifest, from source, r *Report) error {
	s := l.session
	if err := l.collisions(want); err != nil {
		return err
	}
	p := s.pending
	if s.live.Stamp != "" && s.live.Sum == r.Digest && p.Stamp == "" && l.union == nil && !slices.ContainsFunc(want, func(f out.Made) bool { return !l.stands(f) }) {
		wrong, err := s.verify(ctx, "", want, nil, r)
		if err != nil {
			return err
		}
		if len(wrong) == 0 {
			r.Release, r.Same = s.live.Stamp, true
			return nil
		}
		for _, f := range wrong {
			l.doubt[f.Path] = true
			r.Edited = append(r.Edited, f.Path)
		}
	}
	stamp := s.live.Stamp
	if s.live.Stamp == "" || s.live.Sum != r.Digest {
		stamp = p.Stamp
		if stamp == "" || stamp == s.live.Stamp || p.Base != s.live.Stamp {
			last := max(p.Stamp, s.live.Stamp)
			if n := len(s.stamps); n > 0 {
				last = max(last, s.stamps[n-1])
			}
			stamp = nextStamp(s.now(), last)
		}
	}
	return l.turn(ctx, stamp, want, r, func(ctx context.Context, f out.Made) error {
		return s.store.write(ctx, f.Path, from(f))
	}, from)
}

// collisions refuses to replace files of others.
func (l *inplace) collisions(want manifest) error {
	if l.Adopt {
		return nil
	}
	var names []string
	for _, f := range want {
		if _, there := l.listed[f.Path]; there && !l.ours[f.Path] {
			names = append(names, f.Path)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return fault("发布目标里有 %d 个别人的文件正好占了要写的位置（%s），没有发布；请移走它们，或加 --adopt 替换它们",
		"%d files of others stand where the site's are to be (%s), so nothing was sent; move them away, or give --adopt to replace them", len(names), shorten(names))
}

// turn makes a state live, file by file, in the order that keeps every page whole.
func (l *inplace) turn(ctx context.Context, stamp string, want manifest, r *Report, put func(context.Context, out.Made) error, from source) error {
	s := l.session
	cut := s.pending.Stamp != "" || l.union != nil
	if err := l.pend(ctx, stamp, want, r); err != nil {
		return err
	}
	if err := l.preserve(ctx, want, cut); err != nil {
		return err
	}
	sent, err := l.send(ctx, want, put, r)
	if err != nil {
		return err
	}
	s.report(want, sent, l.listed, r)
	r.Edited = slices.DeleteFunc(r.Edited, func(p string) bool { return l.doubt[p] && cut })
	slices.Sort(r.Edited)
	r.Edited = slices.Compact(r.Edited)
	if err := s.verified(ctx, "", want, sent, from, r); err != nil {
		return err
	}
	if err := s.store.settle(ctx); err != nil {
		return err
	}
	if err := s.lock.mine(ctx); err != nil {
		return err
	}
	if err := l.name(ctx, stamp, want, r); err != nil {
		return err
	}
	return l.finish(ctx, want)
}

// pend notes what is about to change, so that whatever comes in between every file
// is known to be ours.
func (l *inplace) pend(ctx context.Context, stamp string, want manifest, r *Report) error {
	s := l.session
	union := map[string]out.Made{}
	for _, f := range want {
		union[f.Path] = f
	}
	for _, f := range s.live.files {
		if w, ok := union[f.Path]; !ok || w.Sum == f.Sum {
			union[f.Path] = f
		}
	}
	for _, f := range l.union { // what was doubtful stays so
		if l.doubt[f.Path] {
			if w, ok := union[f.Path]; !ok || s.live.files.has(f.Path) && sameLive(s.live.files, w) {
				union[f.Path] = f
			}
		}
	}
	l.union = l.union[:0:0]
	for _, f := range union {
		l.union = append(l.union, f)
	}
	slices.SortFunc(l.union, byName)
	if err := s.store.write(ctx, pendingManifest, text(l.union.encode())); err != nil {
		return err
	}
	s.pending = release{Stamp: stamp, Base: s.live.Stamp, Sum: r.Digest}
	return saveJSON(ctx, s.store, pendingFile, s.pending)
}

// sameLive reports that a file is the one that is live at its path.
func sameLive(live manifest, f out.Made) bool {
	old, ok := live.find(f.Path)
	return ok && old.Sum == f.Sum
}

// preserve copies what will be replaced or deleted. A file that someone changed is
// no part of an earlier release and is not kept.
func (l *inplace) preserve(ctx context.Context, want manifest, cut bool) error {
	s := l.session
	names, err := s.store.names(ctx, objectsDir)
	if err != nil {
		return err
	}
	have := map[string]bool{}
	for _, n := range names {
		have[n] = true
	}
	var keep []out.Made
	for _, f := range s.live.files {
		w, ok := want.find(f.Path)
		name := path.Base(objectPath(f))
		if ok && w.Sum == f.Sum || have[name] {
			continue
		}
		have[name] = true
		keep = append(keep, f)
	}
	return each(ctx, s.store.traits().workers, len(keep), func(ctx context.Context, i int) error {
		f := keep[i]
		if !l.stands(f) || cut {
			ok, err := s.holds(ctx, f.Path, f)
			if err != nil || !ok {
				return err
			}
		}
		if s.duplicate(ctx, f.Path, objectPath(f)) {
			return nil
		}
		return s.carry(ctx, f.Path, objectPath(f), f)
	})
}

// carry copies a file of the target by way of this machine.
func (s *session) carry(ctx context.Context, from, to string, f out.Made) error {
	b, err := get(ctx, s.store, from, f.Size)
	if err != nil {
		return err
	}
	return s.store.write(ctx, to, text(b))
}

// send brings the files of a state to their places, and gives those it sent.
func (l *inplace) send(ctx context.Context, want manifest, put func(context.Context, out.Made) error, r *Report) (sent map[string]bool, err error) {
	s := l.session
	groups := make([][]out.Made, ranks)
	var all []out.Made
	for _, f := range want {
		if !l.stands(f) {
			groups[rank(f.Path)] = append(groups[rank(f.Path)], f)
			all = append(all, f)
		}
	}
	count := s.counter(all, len(want)-len(all))
	var mu sync.Mutex
	sent = map[string]bool{}
	for _, group := range groups {
		err := each(ctx, s.store.traits().workers, len(group), func(ctx context.Context, i int) error {
			f := group[i]
			if it, there := l.listed[f.Path]; there && it.plain && it.size == f.Size {
				// It may have arrived before, or be in doubt for another reason.
				ok, err := s.holds(ctx, f.Path, f)
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
			if err := put(ctx, f); err != nil {
				return err
			}
			mu.Lock()
			sent[f.Path] = true
			mu.Unlock()
			count.sent(f)
			return nil
		})
		if err != nil {
			return sent, err
		}
	}
	return sent, nil
}

// name makes the manifest that of the new state.
func (l *inplace) name(ctx context.Context, stamp string, want manifest, r *Report) error {
	s := l.session
	raw := text(want.encode())
	if err := s.store.write(ctx, recordPath(stamp), raw); err != nil {
		return err
	}
	if err := s.store.write(ctx, manifestName, raw); err != nil {
		return err
	}
	s.live = liveSite{release: release{Stamp: stamp, Sum: r.Digest}, files: want}
	r.Release = stamp
	if !slices.Contains(s.stamps, stamp) {
		s.stamps = append(s.stamps, stamp)
		slices.Sort(s.stamps)
	}
	return saveJSON(ctx, s.store, liveFile, s.live.release)
}

// finish deletes what no longer belongs to the site.
func (l *inplace) finish(ctx context.Context, want manifest) error {
	s := l.session
	var gone []string
	for _, f := range l.union {
		if !want.has(f.Path) {
			gone = append(gone, f.Path)
		}
	}
	return each(ctx, s.store.traits().workers, len(gone), func(ctx context.Context, i int) error {
		if it, there := l.listed[gone[i]]; !there || !it.plain {
			return nil
		}
		return s.store.remove(ctx, gone[i])
	})
}

func (l *inplace) done(ctx context.Context) error {
	s := l.session
	if s.pending.Stamp == "" && l.union == nil {
		return nil
	}
	if err := s.store.remove(ctx, pendingManifest); err != nil {
		return err
	}
	s.pending = release{}
	return s.store.remove(ctx, pendingFile)
}
