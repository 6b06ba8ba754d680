package build

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"branchlight/cmd/branchlight/internal/out"
)

func mustVerify(t *testing.T, o Options) *Verification {
	t.Helper()
	o.Day = buildDay
	v, err := Verify(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Every kind of difference is found, and nothing is left behind.
func TestVerify(t *testing.T) {
	root := t.TempDir()
	county(t, root, 10)
	o := Options{Root: root}
	first := mustBuild(t, o)
	if v := mustVerify(t, o); !v.Equal() || v.Files != first.Written+1 {
		t.Errorf("%+v; %d files were written", v, first.Written)
	}
	time.Sleep(2 * fineTick)
	mustBuild(t, o) // times are trusted from now on
	page := filepath.Join(root, "public/a000/b0/p00001.html")
	fi, err := os.Stat(page)
	if err != nil {
		t.Fatal(err)
	}
	rewrite(t, root, "public/a000/b0/p00001.html", "建立台账", "设立账册")
	os.Chtimes(page, fi.ModTime(), fi.ModTime())
	if r := mustBuild(t, o); !r.Same {
		t.Errorf("the build has seen what no build can see: %+v", r)
	}
	if v := mustVerify(t, o); !slices.Equal(v.Differences, []out.Difference{{Path: "a000/b0/p00001.html", Kind: out.Different}}) {
		t.Errorf("%+v", v)
	}
	left, _ := filepath.Glob(filepath.Join(root, ".*.branchlight-*"))
	if len(left) > 0 {
		t.Errorf("litter: %q", left)
	}
}

// What changes between the build and the comparison is built, and then compared.
func TestVerifyFollowsTheSources(t *testing.T) {
	root := t.TempDir()
	county(t, root, 10)
	o := Options{Root: root}
	mustBuild(t, o)
	rewrite(t, root, aPage, "建立台账", "设立账册")
	if v := mustVerify(t, o); !v.Equal() {
		t.Errorf("%+v", v)
	}
	if text := files(t, root)["public/a000/b0/p00001.html"]; !strings.Contains(text, "设立账册") {
		t.Error("the output is not up to date")
	}
	write(t, root, "content/a000/b0/bad.md", "no front matter\n")
	o.Day = buildDay
	_, err := Verify(t.Context(), o)
	if moving := new(MovingError); !errors.As(err, &moving) || moving.Text().Zh == "" {
		t.Errorf("with an error in the sources: %v", err)
	}
}

// Whoever interrupts a comparison finds the output as it was, and no litter.
func TestVerifyInterrupted(t *testing.T) {
	root := t.TempDir()
	county(t, root, 60)
	mustBuild(t, Options{Root: root})
	before := files(t, filepath.Join(root, "public"))
	for wait := time.Duration(0); ; wait += wait/4 + time.Millisecond {
		ctx, stop := context.WithTimeout(t.Context(), wait)
		v, err := Verify(ctx, Options{Root: root, Day: buildDay})
		stop()
		if left, _ := filepath.Glob(filepath.Join(root, ".*.branchlight-*")); len(left) > 0 {
			t.Fatalf("after %v: %q", wait, left)
		}
		if err == nil {
			if !v.Equal() {
				t.Errorf("after %v: %+v", wait, v)
			}
			break
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("after %v: %v", wait, err)
		}
	}
	compare(t, "the output", files(t, filepath.Join(root, "public")), before)
}
