package publish

import (
	"context"
	"slices"
	"time"

	"branchlight/cmd/branchlight/internal/out"
)

// Status is what a target shows, and what of it is not as it was published.
type Status struct {
	Where    string
	Live     string   // the release that is live; empty where nothing is
	Digest   string   // SHA-256 of its manifest
	Last     *Entry   // the last line of the log; nil where there is none
	Files    int      // of the live site
	Bytes    int64    // of these
	Edited   []string // files that are not what was published
	Missing  []string // files that are gone
	Extra    []string // files within the live site that nobody published
	Foreign  []string // other files of others
	Verified int      // files that were read and compared
	Pending  string   // a release that was cut off
	Locked   string   // who publishes now
	Since    time.Time
	Local    *Report // what publishing the output as it stands would change; nil where there is none
}

// Look finds out what is live on a target. It changes nothing and builds nothing.
func Look(ctx context.Context, o Options) (*Status, error) {
	s, err := open(ctx, o, false)
	if err != nil {
		return nil, err
	}
	defer s.close()
	st := &Status{Where: s.store.traits().where, Live: s.live.Stamp, Digest: s.live.Sum, Files: len(s.live.files), Bytes: s.live.files.bytes(), Pending: s.pending.Stamp}
	if !s.marked {
		return st, nil
	}
	log, err := readLog(ctx, s.store)
	if err != nil {
		return nil, err
	}
	if n := len(log); n > 0 {
		st.Last = &log[n-1]
	}
	if _, h, err := readLock(ctx, s.store); err == nil {
		st.Locked, st.Since = h.Who, h.Since
	}
	if err := s.examine(ctx, st); err != nil {
		return nil, err
	}
	st.Foreign = s.foreign
	if l, ok := s.layout.(*inplace); ok {
		st.Edited, err = l.unarrived(ctx, st.Edited)
	}
	return st, err
}

// examine holds the live files against their manifest.
func (s *session) examine(ctx context.Context, st *Status) error {
	listed, err := s.layout.files(ctx)
	if err != nil {
		return err
	}
	there := byPath(listed, "")
	written := there[manifestName].mtime
	var look []out.Made
	for _, f := range s.live.files {
		it, ok := there[f.Path]
		delete(there, f.Path)
		switch {
		case !ok:
			st.Missing = append(st.Missing, f.Path)
		case !it.plain || it.size != f.Size:
			st.Edited = append(st.Edited, f.Path)
		case s.Full || !trusts(it, f, written):
			look = append(look, f)
		}
	}
	if !s.Full {
		look = append(look, s.sample(s.live.files, nil)...)
		slices.SortFunc(look, byName)
		look = slices.CompactFunc(look, func(a, b out.Made) bool { return a.Path == b.Path })
		look = slices.DeleteFunc(look, func(f out.Made) bool {
			return slices.Contains(st.Missing, f.Path) || slices.Contains(st.Edited, f.Path)
		})
	}
	differ, err := s.differingLive(ctx, look)
	if err != nil {
		return err
	}
	st.Verified = len(look)
	for _, f := range differ {
		st.Edited = append(st.Edited, f.Path)
	}
	slices.Sort(st.Edited)
	delete(there, manifestName)
	if s.broken != "" {
		st.Missing = append(st.Missing, manifestName)
		return nil
	}
	if _, ok := s.layout.(*switched); ok {
		for p := range there {
			st.Extra = append(st.Extra, p)
		}
		slices.Sort(st.Extra)
	}
	return nil
}

// differingLive is differing for live files.
func (s *session) differingLive(ctx context.Context, files []out.Made) ([]out.Made, error) {
	dir := ""
	if _, ok := s.layout.(*switched); ok {
		dir = releaseDir(s.live.Stamp)
	}
	return s.differing(ctx, dir, files)
}

// Kept is an earlier state that a target can go back to.
type Kept struct {
	Release string
	Live    bool
	Entry   *Entry // the log's line of its publishing; nil where the log has none
}

// History gives the releases that a target keeps, newest first, and its log.
func History(ctx context.Context, o Options) ([]Kept, []Entry, error) {
	s, err := open(ctx, o, false)
	if err != nil {
		return nil, nil, err
	}
	defer s.close()
	log, err := readLog(ctx, s.store)
	if err != nil {
		return nil, nil, err
	}
	var list []Kept
	for _, stamp := range slices.Backward(s.stamps) {
		k := Kept{Release: stamp, Live: stamp == s.live.Stamp}
		for i := range log {
			if log[i].Release == stamp && log[i].What == "publish" {
				k.Entry = &log[i]
			}
		}
		list = append(list, k)
	}
	return list, log, nil
}

// Rollback makes an earlier release live again; without a stamp, the one before
// what is live.
func Rollback(ctx context.Context, o Options, stamp string) (*Report, error) {
	s, err := open(ctx, o, !o.DryRun)
	if err != nil {
		return nil, err
	}
	ctx = s.context(ctx)
	defer s.close()
	r := &Report{Where: s.store.traits().where}
	return r, s.cause(ctx, s.rollback(ctx, stamp, r))
}

func (s *session) rollback(ctx context.Context, stamp string, r *Report) error {
	begin := time.Now()
	if s.live.Stamp == "" {
		return fault("这个目标上还没有发布过，没有可以回退的版本", "nothing was published to the target yet")
	}
	if stamp == "" {
		i := slices.Index(s.stamps, s.live.Stamp)
		if i < 1 {
			return fault("没有更早的版本了，不能再回退", "there is no earlier release")
		}
		stamp = s.stamps[i-1]
	}
	if !slices.Contains(s.stamps, stamp) {
		return fault("没有版本 %s；用 publish history 查看有哪些", "there is no release %s; see publish history", stamp)
	}
	if stamp == s.live.Stamp {
		return fault("版本 %s 就是线上的版本", "the release %s is live already", stamp)
	}
	if s.DryRun {
		files, err := s.layout.manifest(ctx, stamp)
		if err != nil {
			return err
		}
		s.compare(files, r)
		r.Release = stamp
		return nil
	}
	if err := s.layout.back(ctx, stamp, r); err != nil {
		return err
	}
	r.Took = time.Since(begin)
	if err := appendLog(ctx, s.store, s.entry("rollback", r)); err != nil {
		return err
	}
	return s.layout.done(ctx)
}
