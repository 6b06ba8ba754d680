package build

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// limitEnv asks for a limit to the length of files, in bytes: a disk that is full
// for long files only.
const limitEnv = "BRANCHLIGHT_TEST_LIMIT"

func limitFiles() {
	if n := number(limitEnv, 0); n > 0 {
		syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: uint64(n), Max: uint64(n)})
	}
}

// Where there is no room for the cache, and for it alone, the site is built, and
// a note says why the next build will be slow.
func TestNoRoomForTheCache(t *testing.T) {
	root := t.TempDir()
	county(t, root, 60)
	said, err := process(t, root, limitEnv+"=120000").CombinedOutput()
	if err != nil || !strings.Contains(string(said), "the cache (.branchlight) cannot be written") || strings.Count(string(said), "\n") != 1 {
		t.Errorf("%v: %s", err, said)
	}
	outputIsClean(t, Options{Root: root})
	if list, _ := filepath.Glob(filepath.Join(root, ".branchlight", "store-*")); len(list) > 0 {
		t.Errorf("litter: %q", list)
	}
	if _, err := os.Stat(filepath.Join(root, ".branchlight", "state")); err == nil {
		t.Error("a state was left without its store")
	}
	mustBuild(t, Options{Root: root})
	outputIsClean(t, Options{Root: root})
}
