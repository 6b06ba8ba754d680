package out

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// lock is a held lock. The Flock keeps its file open; without a reference to it
// the garbage collector would release the lock.
type lock struct {
	held *flock.Flock
}

var errNoLock = errors.New("the lock file is not an ordinary file")

// lockPoll is how long to wait between two attempts.
const lockPoll = 50 * time.Millisecond

// acquire takes the lock at path.
func acquire(path string, o Options) (*lock, error) {
	deadline := time.Now().Add(o.Wait)
	waiting := o.Waiting
	for stale := 0; ; {
		if fi, err := os.Lstat(path); err == nil && !fi.Mode().IsRegular() {
			return nil, errNoLock // a link could make us write elsewhere
		}
		l := flock.New(path, flock.SetPermissions(0o644))
		ok, err := l.TryLock()
		if err != nil {
			l.Close()
			return nil, err
		}
		if ok && current(l) {
			writeHolder(path)
			return &lock{l}, nil
		}
		if l.Close(); ok {
			// The holder before us removed the file after we had opened it. Where
			// that never ends, the disk cannot tell whether two files are the same.
			if stale++; stale > 1000 {
				return nil, errNoLock
			}
			continue
		}
		if o.Wait != 0 && !time.Now().Before(deadline) {
			return nil, &LockedError{Holder: readHolder(path)}
		}
		if waiting != nil {
			waiting(readHolder(path))
			waiting = nil
		}
		time.Sleep(lockPoll)
	}
}

// current tells whether the path still leads to the file that was locked.
func current(l *flock.Flock) bool {
	held, err := l.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(l.Path())
	return err == nil && os.SameFile(held, named)
}

// release gives the lock up and removes its file.
func (l *lock) release(d *disk) {
	if l == nil {
		return
	}
	alive := d.check("unlock", l.held.Path()) == nil
	if removeWhileHeld && alive {
		os.Remove(l.held.Path())
	}
	l.held.Close()
	if !removeWhileHeld && alive {
		os.Remove(l.held.Path()) // fails where another process has it open, and should
	}
}

// holderSize is the length of the holder's name in a lock file.
const holderSize = 160

// writeHolder names this process in the lock file. It is for people only, so
// failures do not matter. Windows keeps other processes from reading the locked
// first byte, so the name begins at the second.
func writeHolder(path string) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return
	}
	defer f.Close()
	name := fmt.Sprintf("PID %d, %s", os.Getpid(), time.Now().Format("2006-01-02 15:04:05"))
	if host, err := os.Hostname(); err == nil {
		name += ", " + host
	}
	f.WriteAt(fmt.Appendf(nil, "%-*.*s\n", holderSize, holderSize, name), 1)
}

// readHolder gives the name of the process that holds a lock.
func readHolder(path string) string {
	if f, err := os.Open(path); err == nil {
		defer f.Close()
		b := make([]byte, holderSize)
		n, _ := io.ReadFull(io.NewSectionReader(f, 1, holderSize), b)
		if name := strings.TrimSpace(string(b[:n])); name != "" {
			return name
		}
	}
	return "PID ?"
}
