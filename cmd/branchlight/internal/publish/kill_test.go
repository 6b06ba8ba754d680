package publish

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"branchlight/cmd/branchlight/internal/build"
)

// errand is what a child process is to publish: the site number Version to a target.
type errand struct {
	Target  json.RawMessage
	Env     map[string]string
	Root    string
	Version int
}

const errandVariable = "BRANCHLIGHT_TEST_ERRAND"

// child publishes, where this process was started to do so and be killed.
func child() bool {
	raw := os.Getenv(errandVariable)
	if raw == "" {
		return false
	}
	var e errand
	if err := json.Unmarshal([]byte(raw), &e); err != nil {
		panic(err)
	}
	g := &ground{env: e.Env}
	if err := json.Unmarshal(e.Target, &g.target); err != nil {
		panic(err)
	}
	o := Options{Target: g.target, Env: g.getenv, Build: build.Options{Root: e.Root}}
	if _, err := send(o, large(e.Version)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return true
}

// large is a site of some hundred files; versions differ in a third of them.
func large(version int) files {
	f := files{"assets/site.css": "css " + strconv.Itoa(version), "feed.xml": strconv.Itoa(version)}
	var links strings.Builder
	for i := range 120 {
		v := version
		if i%3 > 0 {
			v = 0
		}
		if (i+version)%40 == 7 {
			continue // others are gone in each version
		}
		p := fmt.Sprintf("a/%d/page.html", i)
		img := fmt.Sprintf("a/%d/%d.jpg", i, v)
		f[img] = strings.Repeat(img, 300)
		f[p] = fmt.Sprintf("<img src=\"%s\"><link href=\"assets/site.css\"> %d %s", img, v, strings.Repeat("text ", 500))
		fmt.Fprintf(&links, "<a href=\"%s\">%d</a>", p, i)
	}
	f["index.html"] = links.String()
	return f
}

// TestKilled kills a publisher at random moments, again and again without a whole
// publish in between now and then. The live site is whole, and the next publish
// makes it what it should be.
func TestKilled(t *testing.T) {
	kills := max(1, 3/slowdown)
	if n, err := strconv.Atoi(os.Getenv("BRANCHLIGHT_KILLS")); err == nil {
		kills = n
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	on(t, func(t *testing.T, g *ground) {
		root := t.TempDir()
		o := g.options(t, root)
		o.Note = nil
		begin := time.Now()
		must(t)(send(o, large(1)))
		took := time.Since(begin)
		target, err := json.Marshal(g.target)
		if err != nil {
			t.Fatal(err)
		}
		ended := 0
		for n := range kills {
			before, after := large(n+1), large(n+2)
			raw, err := json.Marshal(errand{Target: target, Env: g.env, Root: root, Version: n + 2})
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(exe)
			cmd.Env = append(os.Environ(), errandVariable+"="+string(raw))
			cmd.Stderr = os.Stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(rand.Int64N(int64(took + took/4))))
			_ = cmd.Process.Kill()
			if cmd.Wait() == nil {
				ended++
			}
			if g.target.Type != "folder" {
				time.Sleep(100 * time.Millisecond) // a server may still do what it was asked
			}
			g.whole(t, before, after)
			must(t)(send(o, after))
			g.same(t, after)
			g.litter(t)
			if t.Failed() {
				t.Fatalf("kill %d", n)
			}
		}
		t.Logf("%d kills, %d of them after the end; a publish takes %v", kills, ended, took)
	})
}

// TestMoved has the sources change between a publish that is cut off and the next.
func TestMoved(t *testing.T) {
	on(t, func(t *testing.T, g *ground) {
		o := g.options(t, t.TempDir())
		o.Note = nil
		must(t)(send(o, large(1)))
		bad := o
		f := &faulty{at: 190, dead: true}
		bad.wrap = func(s store) store { f.store = s; return f }
		if _, err := send(bad, large(2)); err == nil {
			t.Fatal("it was not cut off")
		}
		if st, err := Look(bounded(t), o); err != nil || st.Pending == "" || len(st.Edited)+len(st.Missing) > 0 {
			t.Errorf("what was cut off is not someone's change: %+v %v", st, err)
		}
		third := large(3)
		maps.Copy(third, files{"a/0/page.html": strings.Replace(large(2)["a/0/page.html"], "text", "TEXT", 1)})
		r := must(t)(send(o, third))
		g.same(t, third)
		g.litter(t)
		if r.Resumed < 0 {
			t.Error("nothing was resumed")
		}
		if names, _ := os.ReadDir(filepath.Join(g.all, releasesDir)); len(names) > 2 {
			t.Errorf("%d releases", len(names))
		}
		must(t)(send(o, large(1)))
		g.same(t, large(1))
	})
}

// TestResumed counts what a publish that was cut off need not send again.
func TestResumed(t *testing.T) {
	on(t, func(t *testing.T, g *ground) {
		o := g.options(t, t.TempDir())
		o.Note = nil
		bad := o
		f := &faulty{at: 120, dead: true}
		bad.wrap = func(s store) store { f.store = s; return f }
		if _, err := send(bad, large(1)); err == nil {
			t.Fatal("it was not cut off")
		}
		r := must(t)(send(o, large(1)))
		if r.Resumed < 50 || len(r.Send)+r.Resumed != len(large(1)) {
			t.Errorf("resumed %d, sent %d of %d", r.Resumed, len(r.Send), len(large(1)))
		}
		g.same(t, large(1))
	})
}
