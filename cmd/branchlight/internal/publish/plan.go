package publish

import (
	"context"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"sync"

	"branchlight/cmd/branchlight/internal/out"
)

// rank orders files where they become live one by one: a page is never there
// before what it needs. Assets first, then articles, then what leads to them.
func rank(p string) int {
	switch name := path.Base(p); {
	case strings.HasPrefix(p, "search/"), strings.HasPrefix(p, "assets/search"):
		return 2
	case name == "index.html", strings.HasPrefix(name, "page-"), p == "feed.xml", p == "sitemap.xml":
		return 2
	case path.Ext(p) == ".html":
		return 1
	}
	return 0
}

// ranks is how many there are.
const ranks = 3

// counter tells how far sending is.
type counter struct {
	mu   sync.Mutex
	tell func(Progress)
	p    Progress
}

func (s *session) counter(files []out.Made, kept int) *counter {
	c := &counter{tell: s.Progress}
	c.p = Progress{Files: len(files), Bytes: manifest(files).bytes(), Unchanged: kept}
	return c
}

func (c *counter) update(f func(*Progress)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(&c.p)
	if c.tell != nil {
		c.tell(c.p)
	}
}

func (c *counter) sent(f out.Made) {
	c.update(func(p *Progress) { p.Done++; p.Sent += f.Size })
}

func (c *counter) linked() { c.update(func(p *Progress) { p.Linked++ }) }

// Sizes of the sample that is read back.
const (
	sampleSent = 64 // of what was sent
	sampleRest = 32 // of what stood already
)

// sample chooses the files to be read back and hashed: all of them with Full.
func (s *session) sample(want manifest, sent map[string]bool) []out.Made {
	if s.Full {
		return want
	}
	var first, rest []out.Made
	for _, f := range want {
		if sent[f.Path] {
			first = append(first, f)
		} else {
			rest = append(rest, f)
		}
	}
	pick := func(list []out.Made, n int) []out.Made {
		rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		return list[:min(n, len(list))]
	}
	both := append(pick(first, sampleSent), pick(rest, sampleRest)...)
	slices.SortFunc(both, byName)
	return both
}

// verify reads a state back: the sizes of all files, and the bytes of a sample. It
// gives those that are not what they should be.
func (s *session) verify(ctx context.Context, dir string, want manifest, sent map[string]bool, r *Report) (wrong []out.Made, err error) {
	listed, err := s.store.list(ctx, dir)
	if err != nil {
		return nil, err
	}
	return s.examined(ctx, byPath(listed, dir), dir, want, sent, r)
}

// examined is verify where it is known what stands there.
func (s *session) examined(ctx context.Context, there map[string]item, dir string, want manifest, sent map[string]bool, r *Report) (wrong []out.Made, err error) {
	for _, f := range want {
		if it, ok := there[f.Path]; !ok || !it.plain || it.size != f.Size {
			wrong = append(wrong, f)
		}
	}
	bad := map[string]bool{}
	for _, f := range wrong {
		bad[f.Path] = true
	}
	look := slices.DeleteFunc(s.sample(want, sent), func(f out.Made) bool { return bad[f.Path] })
	differ, err := s.differing(ctx, dir, look)
	r.Verified += len(look)
	return append(wrong, differ...), err
}

// differing reads files and gives those whose bytes are others, or that are gone.
func (s *session) differing(ctx context.Context, dir string, files []out.Made) ([]out.Made, error) {
	ok := make([]bool, len(files))
	err := each(ctx, s.store.traits().workers, len(files), func(ctx context.Context, i int) (err error) {
		ok[i], err = s.holds(ctx, path.Join(dir, files[i].Path), files[i])
		return err
	})
	var list []out.Made
	for i, f := range files {
		if !ok[i] {
			list = append(list, f)
		}
	}
	return list, err
}

// holds reports that the file at a path has the bytes of an entry.
func (s *session) holds(ctx context.Context, p string, f out.Made) (bool, error) {
	size, sum, err := digest(ctx, s.store, p)
	if absent(err) {
		return false, nil
	}
	return size == f.Size && sum == f.Sum, err
}

// verified reads a state back, sends again what is wrong, and gives up where that
// does not help.
func (s *session) verified(ctx context.Context, dir string, want manifest, sent map[string]bool, from source, r *Report) error {
	wrong, err := s.verify(ctx, dir, want, sent, r)
	if err != nil || len(wrong) == 0 {
		return err
	}
	err = each(ctx, s.store.traits().workers, len(wrong), func(ctx context.Context, i int) error {
		return s.store.write(ctx, path.Join(dir, wrong[i].Path), from(wrong[i]))
	})
	if err != nil {
		return err
	}
	if wrong, err = s.differing(ctx, dir, wrong); err != nil || len(wrong) == 0 {
		return err
	}
	var names []string
	for _, f := range wrong {
		names = append(names, f.Path)
	}
	return fault("传上去的文件读回来不一样（%s），重传也没有用，没有切换；请检查服务器的磁盘", "files read back are not what was sent (%s), and sending them again did not help; the site was not switched. Check the disk of the server", shorten(names))
}
