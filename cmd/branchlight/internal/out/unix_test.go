//go:build unix

package out

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// No write goes through a link, wherever it leads.
func TestLinks(t *testing.T) {
	for _, adopt := range []bool{false, true} {
		top := scratch(t)
		dir, outside := filepath.Join(top, "public"), filepath.Join(top, "outside")
		mustBuild(t, dir, siteA)
		put(t, outside, files{"z.html": "outside", "victim": "outside"})
		before := read(t, outside)

		// A folder that leads away stops the build.
		link(t, outside, filepath.Join(dir, "new"))
		var foreign *ForeignError
		if _, err := build(dir, Options{Adopt: adopt}, siteB); !errors.As(err, &foreign) || !slices.Equal(foreign.Files, []string{"new"}) {
			t.Fatalf("adopt %t: error is %v", adopt, err)
		}
		os.Remove(filepath.Join(dir, "new"))

		// So does one that leads to another folder of the output.
		link(t, "a", filepath.Join(dir, "new"))
		if _, err := build(dir, Options{Adopt: adopt}, siteB); !errors.As(err, &foreign) {
			t.Fatalf("adopt %t: error is %v", adopt, err)
		}
		os.Remove(filepath.Join(dir, "new"))

		// An own file that became a link is replaced, and not read through.
		os.Remove(filepath.Join(dir, "a", "p1.html"))
		link(t, filepath.Join(outside, "victim"), filepath.Join(dir, "a", "p1.html"))
		// Own files in a folder that became a link are not deleted through it.
		os.RemoveAll(filepath.Join(dir, "old"))
		link(t, outside, filepath.Join(dir, "old"))
		r, err := build(dir, Options{Adopt: adopt}, siteB)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(dir, "a", "p1.html")); err != nil || string(got) != siteB["a/p1.html"] {
			t.Errorf("%q, %v", got, err)
		}
		if r.Unchanged != 1 {
			t.Errorf("unchanged: %d, want 1", r.Unchanged)
		}
		if _, err := os.Readlink(filepath.Join(dir, "old")); err != nil {
			t.Errorf("the link of others: %v", err)
		}
		same(t, "outside", read(t, outside), before)
	}
}

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name); err != nil {
		t.Fatal(err)
	}
}

// The output folder itself may be a link.
func TestOutputIsLink(t *testing.T) {
	top := scratch(t)
	real := filepath.Join(top, "real")
	mustBuild(t, real, siteA)
	link(t, real, filepath.Join(top, "public"))
	mustBuild(t, filepath.Join(top, "public"), siteB)
	same(t, "behind the link", read(t, real), clean(t, siteB))

	link(t, filepath.Join(top, "nowhere"), filepath.Join(top, "dangling"))
	put(t, top, files{"file": "x"})
	for _, bad := range []string{"dangling", "file"} {
		var e *Error
		if _, err := build(filepath.Join(top, bad), Options{}, siteA); !errors.As(err, &e) {
			t.Errorf("%s: error is %v", bad, err)
		}
	}
}

// A link in the place of the lock file is not followed.
func TestLockIsLink(t *testing.T) {
	top := scratch(t)
	victim := filepath.Join(top, "victim")
	link(t, victim, filepath.Join(top, ".public"+lockName))
	var e *Error
	if _, err := build(filepath.Join(top, "public"), Options{Wait: time.Second}, siteA); !errors.As(err, &e) {
		t.Errorf("error is %v", err)
	}
	if _, err := os.Lstat(victim); err == nil {
		t.Error("the link was followed")
	}
}

// Pipes in the place of outputs do not hang the build, and are replaced; other
// pipes stay.
func TestPipe(t *testing.T) {
	dir := filepath.Join(scratch(t), "public")
	mustBuild(t, dir, siteA)
	for _, p := range []string{"index.html", "other"} {
		os.Remove(filepath.Join(dir, p))
		if err := syscall.Mkfifo(filepath.Join(dir, p), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r := mustBuild(t, dir, siteA)
	if r.Written != 1 || !slices.Equal(r.Kept, []string{"other"}) {
		t.Errorf("%+v", r)
	}
}

func TestReadOnlyParent(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write everywhere")
	}
	top := scratch(t)
	dir := filepath.Join(top, "public")
	mustBuild(t, dir, siteA)
	os.Chmod(top, 0o555)
	defer os.Chmod(top, 0o755)
	mustBuild(t, dir, siteB)
	same(t, "with the lock inside", read(t, dir), clean(t, siteB))
}

// A process that builds one site and the other in turns is killed at arbitrary
// moments. Every file stays whole, and the next build is a clean one.
func TestKill(t *testing.T) {
	if dir := os.Getenv("BRANCHLIGHT_TEST_OUT"); dir != "" {
		for {
			for _, site := range []files{siteA, siteB} {
				if _, err := build(dir, Options{}, site); err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(3)
				}
			}
		}
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(scratch(t), "public")
	want := clean(t, siteB)
	for i := range 40 {
		cmd := exec.Command(exe, "-test.run=^TestKill$")
		cmd.Env = append(os.Environ(), "BRANCHLIGHT_TEST_OUT="+dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(20+i*7%29) * time.Millisecond)
		cmd.Process.Kill()
		if err := cmd.Wait(); cmd.ProcessState.Exited() {
			t.Fatalf("run %d: the builder ended by itself: %v", i, err)
		}
		whole(t, fmt.Sprintf("kill %d", i), read(t, dir), siteA, siteB)
		if i%4 == 3 {
			mustBuild(t, dir, siteB)
			same(t, fmt.Sprintf("kill %d", i), read(t, dir), want)
			alone(t, dir)
		}
		if t.Failed() {
			break
		}
	}
	if !strings.HasPrefix(want[manifestName], manifestHeader) || len(maps.Clone(want)) < len(siteB) {
		t.Error("the clean build is none")
	}
}
