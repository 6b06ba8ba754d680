package publish

import (
	"context"
	"fmt"
	"io"
	"path"
	"slices"

	"branchlight/cmd/branchlight/internal/out"
)

// What the layout in place does with earlier releases: it goes back to one, and
// forgets them.

func (l *inplace) back(ctx context.Context, stamp string, r *Report) error {
	s := l.session
	want, err := l.manifest(ctx, stamp)
	if err != nil {
		return err
	}
	names, err := s.store.names(ctx, objectsDir)
	if err != nil {
		return err
	}
	var missing []string
	for _, f := range want {
		if _, ok := slices.BinarySearch(names, path.Base(objectPath(f))); !ok && !sameLive(s.live.files, f) {
			missing = append(missing, f.Path)
		}
	}
	if len(missing) > 0 {
		return fault("版本 %s 里有 %d 个文件没有保存下来（%s），没有回退", "%[2]d files of the release %[1]s are missing (%[3]s); the site was not changed", stamp, len(missing), shorten(missing))
	}
	s.compare(want, r)
	kept := func(f out.Made) content {
		return content{f.Size, f.Sum, func() (io.ReadCloser, error) { return s.store.read(ctx, objectPath(f)) }}
	}
	err = l.turn(ctx, stamp, want, r, l.restore, kept)
	r.Send, r.Bytes = nil, 0
	return err
}

// restore puts a file of an earlier release in its place.
func (l *inplace) restore(ctx context.Context, f out.Made) error {
	s := l.session
	if ok, err := s.holds(ctx, objectPath(f), f); err != nil || !ok {
		if err == nil {
			err = fault("保存的旧文件 %s 已损坏", "the earlier file %s is damaged", f.Path)
		}
		return err
	}
	if s.store.traits().copies && s.store.copy(ctx, objectPath(f), f.Path) == nil {
		return nil
	}
	return s.carry(ctx, objectPath(f), f.Path, f)
}

// prune forgets the oldest releases, and the files that only they had.
func (l *inplace) prune(ctx context.Context) error {
	s := l.session
	if err := s.forgetOldest(func(stamp string) error { return s.store.remove(ctx, recordPath(stamp)) }); err != nil {
		return err
	}
	return l.sweep(ctx)
}

// sweep removes the kept files that no release has.
func (l *inplace) sweep(ctx context.Context) error {
	s := l.session
	names, err := s.store.names(ctx, objectsDir)
	if err != nil || len(names) == 0 {
		return err
	}
	used := map[string]bool{}
	for _, stamp := range s.stamps {
		m, err := l.manifest(ctx, stamp)
		if err != nil {
			return err
		}
		for _, f := range m {
			used[path.Base(objectPath(f))] = true
		}
	}
	names = slices.DeleteFunc(names, func(n string) bool { return used[n] })
	return each(ctx, s.store.traits().workers, len(names), func(ctx context.Context, i int) error {
		return s.store.remove(ctx, objectsDir+"/"+names[i])
	})
}

func (l *inplace) strike(ctx context.Context, paths []string) error {
	s := l.session
	for _, p := range paths {
		if err := s.store.remove(ctx, p); err != nil {
			return err
		}
		delete(l.listed, p)
	}
	s.live.files = s.live.files.without(func(f out.Made) bool { return slices.Contains(paths, f.Path) })
	raw := s.live.files.encode()
	s.live.Sum = sumOf(raw)
	if err := s.store.write(ctx, recordPath(s.live.Stamp), text(raw)); err != nil {
		return err
	}
	if err := s.store.write(ctx, manifestName, text(raw)); err != nil {
		return err
	}
	return l.look(ctx)
}

func (l *inplace) purge(ctx context.Context, stamp string, mended manifest) error {
	s := l.session
	if err := s.store.write(ctx, recordPath(stamp), text(mended.encode())); err != nil {
		return err
	}
	// What is taken from the live site must be kept when that changes; preserve does
	// it then. What only this release had goes now.
	if err := l.sweep(ctx); err != nil {
		return fmt.Errorf("purging %s: %w", stamp, err)
	}
	return nil
}
