package out

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// faults lets the Nth operation fail, or every operation from the Nth on, as in
// a process that was killed.
type faults struct {
	mu     sync.Mutex
	at     int // counts from 1; 0: never
	killed bool
	err    error
	n      int
	hit    string
}

func (f *faults) check(op, path string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n++
	if f.at == 0 || f.n < f.at || f.n > f.at && !f.killed {
		return nil
	}
	if f.hit == "" {
		f.hit = fmt.Sprintf("operation %d, %s %s", f.n, op, filepath.Base(path))
	}
	return &fs.PathError{Op: op, Path: path, Err: f.err}
}

// turns are the builds that are disturbed: what stands before, and what is
// built.
var turns = []struct {
	name string
	from files // nil: no folder
	to   files
}{
	{"first", nil, siteA},
	{"empty folder", files{}, siteA},
	{"change", siteA, siteB},
	{"change back", siteB, siteA},
	{"prune only", siteA, files{"index.html": "home"}},
	{"nothing to do", siteA, siteA},
}

// whole fails where a file is neither that of one site nor that of the other.
func whole(t *testing.T, what string, got, from, to files) {
	t.Helper()
	for p, text := range got {
		if strings.HasSuffix(p, "/") || strings.HasPrefix(p, ".branchlight-") {
			continue
		}
		old, isOld := from[p]
		now, isNew := to[p]
		if !(isOld && text == old || isNew && text == now) {
			t.Errorf("%s: %s is not whole: %.40q", what, p, text)
		}
	}
}

// each runs f with the Nth operation failing, for N = 1, 2, 3 ... until nothing
// fails any more. f gets an output that stands as the turn says.
func each(t *testing.T, from, to files, killed bool, cause error, f func(dir string, f *faults, err error)) {
	t.Helper()
	for n := 1; ; n++ {
		dir := filepath.Join(scratch(t), "public")
		if from != nil {
			mustBuild(t, dir, from)
		}
		faults := &faults{at: n, killed: killed, err: cause}
		_, err := buildOn(&disk{fault: faults.check, quick: true}, dir, Options{}, to)
		f(dir, faults, err)
		if faults.hit == "" {
			if n < 10 {
				t.Errorf("only %d operations", n)
			}
			return
		}
		if t.Failed() {
			t.Fatalf("at %s: %v", faults.hit, err)
		}
	}
}

func TestEveryOperationFails(t *testing.T) {
	for _, turn := range turns {
		t.Run(turn.name, func(t *testing.T) {
			want := clean(t, turn.to)
			before := files{}
			if turn.from != nil {
				before = clean(t, turn.from)
			}
			each(t, turn.from, turn.to, false, syscall.ENOSPC, func(dir string, f *faults, err error) {
				got := read(t, dir)
				var e *Error
				switch {
				case f.hit == "" || strings.Contains(f.hit, "unlock"):
					if err != nil {
						t.Errorf("no fault: %v", err)
					}
				case !errors.As(err, &e) || !errors.Is(err, syscall.ENOSPC) || !strings.Contains(e.Message().Zh, "磁盘满了") || !strings.Contains(e.Message().En, "disk is full"):
					t.Errorf("%s: error is %v", f.hit, err)
				}
				whole(t, f.hit, got, turn.from, turn.to)
				if index := got["index.html"]; f.hit != "" && index == before["index.html"] && !changed(got, before) {
					same(t, "unchanged after "+f.hit, got, before)
				}
				mustBuild(t, dir, turn.to)
				same(t, "after "+f.hit, read(t, dir), want)
				alone(t, dir)
			})
		})
	}
}

// changed tells whether any file has other bytes than before.
func changed(got, before files) bool {
	for p, text := range before {
		if g, ok := got[p]; p != manifestName && (!ok || g != text) {
			return true
		}
	}
	for p := range got {
		if _, ok := before[p]; !ok && !strings.HasSuffix(p, "/") {
			return true
		}
	}
	return false
}

func TestKilledAtEveryOperation(t *testing.T) {
	for _, turn := range turns {
		t.Run(turn.name, func(t *testing.T) {
			wantTo, wantFrom := clean(t, turn.to), clean(t, turn.from)
			each(t, turn.from, turn.to, true, errors.New("killed"), func(dir string, f *faults, err error) {
				if f.hit != "" && err == nil && !strings.Contains(f.hit, "unlock") {
					t.Errorf("%s: no error", f.hit)
				}
				whole(t, f.hit, read(t, dir), turn.from, turn.to)
				// The next build may make either site.
				if f.at%2 == 0 {
					mustBuild(t, dir, turn.to)
					same(t, "after "+f.hit, read(t, dir), wantTo)
				} else {
					mustBuild(t, dir, turn.from)
					same(t, "back after "+f.hit, read(t, dir), wantFrom)
				}
				alone(t, dir)
			})
		})
	}
}

func TestReasons(t *testing.T) {
	for err, want := range map[error]string{
		syscall.ENOSPC: "磁盘满了", syscall.EROFS: "只读", syscall.EACCES: "没有权限", syscall.EPERM: "没有权限",
		syscall.EMFILE: "打开的文件太多", syscall.EIO: "读写出错", syscall.ENOENT: "不见了", syscall.EEXIST: "已经存在",
		errors.New("odd"): "odd",
	} {
		e := fail("write", "a.html", &fs.PathError{Op: "write", Path: "a.html", Err: err}).(*Error)
		if zh := e.Message().Zh; !strings.Contains(zh, want) || !strings.Contains(zh, "a.html") || strings.Contains(zh, "%!") {
			t.Errorf("%v: %s", err, zh)
		}
		if en := e.Message().En; en == "" || strings.Contains(en, "%!") {
			t.Errorf("%v: %s", err, en)
		}
	}
	var many ForeignError
	many.Dir, many.Files = "public", strings.Fields("a b c d e f g")
	if m := many.Message(); !strings.Contains(m.Zh, "等 7 个") || !strings.Contains(m.En, "and 2 more") || strings.Contains(m.Zh+m.En, "%!") {
		t.Errorf("%+v", m)
	}
}
