package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/out"
)

// files is a site for tests: what stands at its paths.
type files map[string]string

func (f files) manifest() manifest {
	var m manifest
	for _, p := range slices.Sorted(maps.Keys(f)) {
		m = append(m, out.Made{Path: p, Size: int64(len(f[p])), Sum: sha256.Sum256([]byte(f[p]))})
	}
	return m
}

func (f files) source(m out.Made) content {
	return content{m.Size, m.Sum, func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader([]byte(f[m.Path]))), nil }}
}

// options are those of a publish to a ground.
func (g *ground) options(t testing.TB, root string) Options {
	return Options{
		Target: g.target, Env: g.getenv, Build: build.Options{Root: root},
		Note:  func(n diag.Text) { t.Log(n.En) },
		sleep: func(context.Context, time.Duration) {},
	}
}

// send publishes a site for tests.
func send(o Options, f files) (*Report, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s, err := open(ctx, o, !o.DryRun)
	if err != nil {
		return nil, err
	}
	ctx = s.context(ctx)
	defer s.close()
	r := new(Report)
	return r, s.cause(ctx, s.bring(ctx, f.manifest(), f.source, r, time.Now()))
}

// on runs a test on every kind of target.
func on(t *testing.T, f func(t *testing.T, g *ground)) {
	for _, ground := range grounds {
		t.Run(ground.name, func(t *testing.T) {
			if slowdown > 1 && ground.name == "sftp-inplace" {
				t.Skip("under the race detector the other four are enough")
			}
			f(t, ground.make(t))
		})
	}
}

// see reads what readers get: every file of the live site.
func (g *ground) see(t testing.TB) files {
	t.Helper()
	f := files{}
	root, err := filepath.EvalSymlinks(g.live)
	if os.IsNotExist(err) {
		return f
	}
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && d.Name() == stateDir {
			return cmpSkip(err)
		}
		if d.IsDir() || d.Name() == manifestName {
			return nil
		}
		b, err := os.ReadFile(p)
		rel, _ := filepath.Rel(root, p)
		f[filepath.ToSlash(rel)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func cmpSkip(err error) error {
	if err != nil {
		return err
	}
	return fs.SkipDir
}

// same fails where the live site is not the one that is wanted.
func (g *ground) same(t testing.TB, want files) {
	t.Helper()
	got := g.see(t)
	for p, text := range want {
		if got[p] != text {
			t.Errorf("%s: %.40q, want %.40q", p, got[p], text)
		}
	}
	for p := range got {
		if _, ok := want[p]; !ok {
			t.Errorf("%s is too much", p)
		}
	}
}

var reference = regexp.MustCompile(`(?:href|src)="([^"]+)"`)

// whole fails where the live site is neither the old one nor the new one, or, in
// place, where a file is neither, or a page lacks what it needs.
func (g *ground) whole(t testing.TB, before, after files) {
	t.Helper()
	got := g.see(t)
	if g.switched() {
		if !maps.Equal(got, before) && !maps.Equal(got, after) {
			t.Errorf("the live site is neither the old one nor the new one: %v", slices.Sorted(maps.Keys(got)))
		}
		return
	}
	for p, text := range got {
		if text != before[p] && text != after[p] {
			t.Errorf("%s is neither old nor new: %.40q", p, text)
		}
		for _, m := range reference.FindAllStringSubmatch(text, -1) {
			if _, ok := got[m[1]]; !ok {
				t.Errorf("%s leads to %s, which is missing", p, m[1])
			}
		}
	}
	for p := range before {
		if _, ok := got[p]; !ok && after[p] != "" {
			t.Errorf("%s is missing", p)
		}
	}
}

func (g *ground) switched() bool { return filepath.Base(g.live) == currentLink }

// litter fails where a finished publish left something.
func (g *ground) litter(t testing.TB) {
	t.Helper()
	for _, name := range []string{"lock.json", "pending.json", "pending.manifest", "probe"} {
		if _, err := os.Lstat(filepath.Join(g.state, name)); err == nil {
			t.Errorf("%s is left", name)
		}
	}
	if names, _ := os.ReadDir(filepath.Join(g.state, "tmp")); len(names) > 0 {
		t.Errorf("%d files are left in tmp", len(names))
	}
}

func must(t testing.TB) func(r *Report, err error) *Report {
	return func(r *Report, err error) *Report {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
}

var first = files{
	"index.html":          `<a href="a/one.html">one</a> <a href="a/two.html">two</a>`,
	"a/one.html":          `<img src="a/one.jpg"> <link href="assets/site.css"> one`,
	"a/two.html":          `<link href="assets/site.css"> two`,
	"a/one.jpg":           "picture",
	"assets/site.css":     "css 1",
	"search/index.js":     "one two",
	"feed.xml":            "<one/><two/>",
	"deep/er/still/x.pdf": strings.Repeat("pdf", 50_000),
}

var second = files{
	"index.html":          `<a href="a/one.html">one</a> <a href="b/three.html">three</a>`,
	"a/one.html":          `<img src="a/one.jpg"> <link href="assets/site.css"> one, mended`,
	"b/three.html":        `<img src="b/three.jpg"> <link href="assets/site.css"> three`,
	"b/three.jpg":         "another picture",
	"a/one.jpg":           "picture",
	"assets/site.css":     "css 2",
	"search/index.js":     "one three",
	"feed.xml":            "<one/><three/>",
	"deep/er/still/x.pdf": strings.Repeat("pdf", 50_000),
}

func TestPublish(t *testing.T) {
	on(t, func(t *testing.T, g *ground) {
		root := t.TempDir()
		o := g.options(t, root)
		r := must(t)(send(o, first))
		if len(r.Send) != len(first) || r.Same || r.Release == "" {
			t.Errorf("first: %+v", r)
		}
		g.same(t, first)
		g.litter(t)
		if r := must(t)(send(o, first)); !r.Same || len(r.Send) != 0 || r.Bytes != 0 {
			t.Errorf("again: sent %v", r.Send)
		}
		r = must(t)(send(o, second))
		if want := []string{"a/one.html", "assets/site.css", "b/three.html", "b/three.jpg", "feed.xml", "index.html", "search/index.js"}; !slices.Equal(r.Send, want) {
			t.Errorf("sent %v, want %v", r.Send, want)
		}
		if !slices.Equal(r.Remove, []string{"a/two.html"}) || !slices.Equal(r.Pages, r.Remove) {
			t.Errorf("removed %v, pages %v", r.Remove, r.Pages)
		}
		g.same(t, second)

		ctx := bounded(t)
		r = must(t)(Rollback(ctx, o, ""))
		g.same(t, first)
		if _, err := Rollback(ctx, o, ""); err == nil {
			t.Error("there is something before the first release")
		}
		must(t)(send(o, second))
		g.same(t, second)
		kept, log, err := History(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		if len(kept) != 3 || !kept[0].Live || kept[2].Release != r.Release || len(log) != 4 {
			t.Errorf("history: %+v, %d lines", kept, len(log))
		}
		g.litter(t)
		st, err := Look(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		if st.Live != kept[0].Release || st.Files != len(second) || len(st.Edited)+len(st.Missing)+len(st.Extra)+len(st.Foreign) > 0 || st.Last == nil {
			t.Errorf("status: %+v", st)
		}
	})
}

// TestEdited has someone change, delete and add files on the server.
func TestEdited(t *testing.T) {
	on(t, func(t *testing.T, g *ground) {
		o := g.options(t, t.TempDir())
		must(t)(send(o, first))
		later := time.Now().Add(3 * time.Second)
		writeFile(t, filepath.Join(g.live, "a/two.html"), strings.Replace(first["a/two.html"], "two", "2wo", 1))
		if err := os.Chtimes(filepath.Join(g.live, "a/two.html"), later, later); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(g.live, "a/one.jpg")); err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(g.live, "notice.txt"), "of someone else")
		st, err := Look(bounded(t), o)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(st.Edited, []string{"a/two.html"}) || !slices.Equal(st.Missing, []string{"a/one.jpg"}) || !slices.Equal(append(st.Extra, st.Foreign...), []string{"notice.txt"}) {
			t.Errorf("status: %+v", st)
		}
		r := must(t)(send(o, first))
		if r.Same || !slices.Equal(r.Send, []string{"a/one.jpg", "a/two.html"}) {
			t.Errorf("sent %v", r.Send)
		}
		want := maps.Clone(first)
		if g.switched() { // a new release does not have it
			if !slices.Equal(r.Strays, []string{"notice.txt"}) {
				t.Errorf("strays %v", r.Strays)
			}
		} else {
			want["notice.txt"] = "of someone else"
		}
		g.same(t, want)
		if r.Kept+len(r.Send) != len(first) {
			t.Errorf("%d kept and %d sent of %d", r.Kept, len(r.Send), len(first))
		}
		if st, err = Look(bounded(t), o); err != nil || len(st.Extra) > 0 || len(st.Edited)+len(st.Missing) > 0 {
			t.Errorf("status afterwards: %+v %v", st, err)
		}
		must(t)(send(o, second))
		if !g.switched() {
			want = maps.Clone(second)
			want["notice.txt"] = "of someone else"
			g.same(t, want)
		}
	})
}

func TestKeep(t *testing.T) {
	on(t, func(t *testing.T, g *ground) {
		g.target.Keep = 2
		o := g.options(t, t.TempDir())
		for i := range 5 {
			f := maps.Clone(first)
			f["a/one.html"] += fmt.Sprint(i)
			must(t)(send(o, f))
		}
		kept, _, err := History(bounded(t), o)
		if err != nil || len(kept) != 2 {
			t.Errorf("kept %v %v", kept, err)
		}
		objects, _ := os.ReadDir(filepath.Join(g.state, "objects"))
		if len(objects) > 1 {
			t.Errorf("%d objects are kept", len(objects))
		}
	})
}
