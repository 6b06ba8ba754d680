package build

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"branchlight/cmd/branchlight/internal/out"
)

// buildEnv names the site that this program builds instead of running tests: a
// process that can be killed.
const buildEnv = "BRANCHLIGHT_TEST_BUILD"

func TestMain(m *testing.M) {
	if root := os.Getenv(buildEnv); root != "" {
		os.Exit(builder(root))
	}
	os.Exit(m.Run())
}

func builder(root string) int {
	limitFiles()
	r, err := Build(Options{Root: root, Day: buildDay})
	if err != nil {
		fmt.Println(err)
		return 2
	}
	for _, n := range r.Notes {
		fmt.Println(n.En)
	}
	return 0
}

// process gives a process that builds a site.
func process(t testing.TB, root string, env ...string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program)
	c.Env = append(append(os.Environ(), buildEnv+"="+root), env...)
	return c
}

// crashing is a site that is changed and built while builds die.
type crashing struct {
	t      *testing.T
	root   string
	random *rand.Rand
	n      int
	before map[string]string // the output as it was before the change
	after  map[string]string // as it should be
}

func newCrashing(t *testing.T, seed uint64) *crashing {
	t.Helper()
	top := scratch(t)
	t.Cleanup(func() { os.RemoveAll(top) })
	c := &crashing{t: t, root: filepath.Join(top, "site"), random: rand.New(rand.NewPCG(seed, 0))}
	county(t, c.root, 20)
	for name, text := range themeFiles(t) {
		write(t, c.root, "themes/own/"+name, text)
	}
	write(t, c.root, "site.toml", "theme = \"own\"\n"+settings)
	mustBuild(t, Options{Root: c.root})
	c.after = files(t, c.public())
	return c
}

func (c *crashing) public() string { return filepath.Join(c.root, "public") }

// change edits pages, adds some and deletes some.
func (c *crashing) change() {
	c.t.Helper()
	c.before = c.after
	for range 1 + c.random.IntN(4) {
		c.n++
		page := fmt.Sprintf("content/a000/b%d/x%d.md", c.random.IntN(3), c.random.IntN(4))
		path := filepath.Join(c.root, filepath.FromSlash(page))
		if _, err := os.Stat(path); err == nil && c.random.IntN(3) == 0 {
			os.Remove(path)
			continue
		}
		text := "content/a000/b0/表.csv"
		write(c.t, c.root, text, fmt.Sprintf("a,b\n%d,2\n", c.n%10))
		write(c.t, c.root, page, fmt.Sprintf("%s+++\n第%d次。[表](../b0/表.csv)\n", goodHead, c.n%10))
	}
	os.Remove(filepath.Join(c.root, "content/a000/b2/_index.md")) // a folder that comes and goes
	clean := Options{Root: c.root, Output: filepath.Join(filepath.Dir(c.root), "clean"), Day: buildDay}
	os.RemoveAll(clean.Output)
	if r, err := build(clean, nothing); err != nil || !r.Done {
		c.t.Fatalf("%+v, %v", r, err)
	}
	c.after = files(c.t, clean.Output)
}

// whole fails where a file is neither as it was nor as it should be.
func (c *crashing) whole(what string) {
	c.t.Helper()
	for name, text := range files(c.t, c.public()) {
		if strings.HasPrefix(name, ".branchlight-") {
			continue // the manifest may be of both, and the stage is swept
		}
		old, isOld := c.before[name]
		now, isNew := c.after[name]
		if !(isOld && text == old || isNew && text == now) {
			c.t.Errorf("%s: %s is not whole: %.60q", what, name, text)
		}
	}
}

// mend builds undisturbed, and fails where that does not make a clean build's
// output, or leaves litter.
func (c *crashing) mend(what string) {
	c.t.Helper()
	mustBuild(c.t, Options{Root: c.root})
	if now := files(c.t, c.public()); !maps.Equal(now, c.after) {
		c.t.Errorf("%s: the next build is not as a clean one", what)
		compare(c.t, what, now, c.after)
	}
	var left []string
	filepath.WalkDir(c.root, func(path string, d fs.DirEntry, err error) error {
		name := d.Name()
		if strings.Contains(name, ".branchlight-") && name != ".branchlight-manifest" || strings.HasSuffix(name, ".new") {
			left = append(left, path)
		}
		return err
	})
	stores, _ := filepath.Glob(filepath.Join(c.root, ".branchlight", "store-*"))
	if len(left) > 0 || len(stores) != 1 {
		c.t.Errorf("%s: litter: %q, %q", what, left, stores)
	}
}

// A process that is killed at any moment leaves whole files, and the next build
// repairs what is between old and new. BRANCHLIGHT_KILLS sets how many are
// killed.
func TestKilledAtAnyMoment(t *testing.T) {
	kills := number("BRANCHLIGHT_KILLS", 40)
	c := newCrashing(t, uint64(number("BRANCHLIGHT_SEED", 1)))
	c.change()
	since := time.Now()
	if said, err := process(t, c.root).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	usual := time.Since(since)
	for i := range kills {
		c.change()
		for range 1 + c.random.IntN(2) {
			p := process(t, c.root)
			if err := p.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(usual/5 + time.Duration(c.random.Int64N(int64(usual))))
			p.Process.Kill()
			p.Wait()
			c.whole(fmt.Sprintf("kill %d", i))
		}
		if c.mend(fmt.Sprintf("kill %d", i)); t.Failed() {
			return
		}
	}
}

// nth lets the Nth operation fail that is more than a look, and those after it where the process is to
// look as if it were killed.
type nth struct {
	mu     sync.Mutex
	at, n  int
	killed bool
	hit    string
}

func (f *nth) check(op, path string) error {
	if op == "stat" {
		return nil // of which there is one for each file, at the same time
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.n++; f.n < f.at || f.n > f.at && !f.killed {
		return nil
	}
	if f.hit == "" {
		f.hit = fmt.Sprintf("operation %d, %s %s", f.n, op, filepath.Base(path))
	}
	return &fs.PathError{Op: op, Path: path, Err: syscall.ENOSPC}
}

// Whichever operation on the output fails in a build with memory, the reason is
// told, files are whole, and the next build is as a clean one. Every sixth is
// tried, and all of them where BRANCHLIGHT_KILLS is set.
func TestEveryOperationFails(t *testing.T) {
	step := 6
	if os.Getenv("BRANCHLIGHT_KILLS") != "" {
		step = 1
	}
	for i, killed := range []bool{false, true} {
		t.Run("killed "+strconv.FormatBool(killed), func(t *testing.T) {
			c := newCrashing(t, 7)
			for n := 1 + i*step/2; ; n += step {
				c.change()
				f := &nth{at: n, killed: killed}
				_, err := Build(Options{Root: c.root, Day: buildDay, fault: f.check})
				if f.hit == "" {
					if err != nil || n < 20 {
						t.Errorf("%d operations, %v", n, err)
					}
					return
				}
				var e *out.Error
				if err != nil && (!errors.As(err, &e) || !errors.Is(err, syscall.ENOSPC)) {
					t.Errorf("%s: %v", f.hit, err)
				}
				c.whole(f.hit)
				if c.mend(f.hit); t.Failed() {
					return
				}
			}
		})
	}
}
