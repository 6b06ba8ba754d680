package publish

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// A lock keeps two publishers from one target. It is a file on the target that
// names its holder and changes every beat, so that others see, without comparing
// clocks, whether the holder is alive. A holder that died is known on its own desk
// at once: whoever has the desk's own lock of this site and target, which ends
// with its process, and finds his last token in the target's lock, is its heir.
// Elsewhere --force breaks a lock that does not change for a while.
type lock struct {
	store  store
	desk   *desk
	holder holder
	gone   chan error // told when the lock is lost
	stop   chan struct{}
	done   sync.WaitGroup
}

// holder is lock.json.
type holder struct {
	Token string    `json:"token"` // of this one process
	Who   string    `json:"who"`   // user and machine
	Since time.Time `json:"since"` // by the holder's clock
	Beat  int       `json:"beat"`  // grows while the holder is alive
}

// Times of the lock. A lock that does not change for stale is that of a dead one.
const (
	beat  = 8 * time.Second
	stale = 30 * time.Second
)

// lockAttempts bounds how often a lock is asked for that vanishes again and again.
const lockAttempts = 10

// LockedError says that someone else publishes to the target.
type LockedError struct {
	Who   string
	Since time.Time
	Alive bool // it was watched, and changed
}

func (e *LockedError) Error() string { return e.fault().Error() }

func (e *LockedError) fault() *Error {
	since := e.Since.Local().Format("2006-01-02 15:04")
	var err error
	if e.Alive {
		err = fault("%s 正在发布（%s 开始），并没有停下来，所以没有抢占；请等它结束", "%s is publishing (since %s) and is at work, so that the lock was not broken; wait until it has ended", e.Who, since)
	} else {
		err = fault("%s 正在发布（%s 开始）；请等它结束。如果确定那次发布已经中断，请加 --force", "%s is publishing (since %s); wait until it has ended. If you know that it was cut off, give --force", e.Who, since)
	}
	return err.(*Error)
}

// desk is the lock on this machine, of one site and one target.
type desk struct {
	held  *flock.Flock
	path  string // of the file with the last token
	token string // of whoever published here last
}

// openDesk takes the lock of this machine.
func openDesk(root, target string) (*desk, error) {
	dir := filepath.Join(root, ".branchlight")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	base := filepath.Join(dir, "publish-"+target)
	d := &desk{held: flock.New(base + ".lock"), path: base + ".token"}
	ok, err := d.held.TryLock()
	if err != nil {
		return nil, err
	}
	if !ok {
		d.held.Close()
		return nil, fault("这台电脑上另一个窗口正在向 %s 发布；请等它结束", "another window on this machine is publishing to %s; wait until it has ended", target)
	}
	b, _ := os.ReadFile(d.path)
	d.token = strings.TrimSpace(string(b))
	return d, nil
}

func (d *desk) close() { d.held.Close() }

// acquire takes the lock of a target.
func acquire(ctx context.Context, s store, d *desk, who string, force bool, sleep func(context.Context, time.Duration)) (*lock, error) {
	l := &lock{store: s, desk: d, gone: make(chan error, 1), stop: make(chan struct{}), holder: holder{Token: rand.Text(), Who: who, Since: time.Now().Truncate(time.Second)}}
	if err := os.WriteFile(d.path, []byte(l.holder.Token+"\n"), 0o600); err != nil {
		return nil, err
	}
	for n := 0; ; n++ {
		err := s.create(ctx, lockFile, l.bytes())
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		if n == lockAttempts {
			return nil, fault("发布目标上的锁 %s 既拿不到也看不见；请过一会儿再试", "the lock %s on the target can neither be taken nor seen; try again later", lockFile)
		}
		if n > 0 {
			sleep(ctx, time.Second)
		}
		if err := l.heir(ctx, force, sleep); err != nil {
			return nil, err
		}
	}
	if err := l.mine(ctx); err != nil { // for stores that cannot create exclusively
		return nil, err
	}
	l.done.Go(func() { l.live(ctx) })
	return l, nil
}

func (l *lock) bytes() []byte {
	b, _ := json.Marshal(l.holder)
	return append(b, '\n')
}

// heir removes the lock that stands, if its holder is dead.
func (l *lock) heir(ctx context.Context, force bool, sleep func(context.Context, time.Duration)) error {
	raw, other, err := readLock(ctx, l.store)
	if err != nil || raw == nil {
		return err
	}
	if l.desk.token == "" || other.Token != l.desk.token {
		if !force {
			return (&LockedError{Who: other.Who, Since: other.Since}).fault()
		}
		for waited := time.Duration(0); waited < stale; waited += stale / 6 {
			sleep(ctx, stale/6)
			if err := ctx.Err(); err != nil {
				return err
			}
			now, _, err := readLock(ctx, l.store)
			if err != nil || now == nil {
				return err
			}
			if !bytes.Equal(now, raw) {
				return (&LockedError{Who: other.Who, Since: other.Since, Alive: true}).fault()
			}
		}
	}
	return l.store.remove(ctx, lockFile)
}

// readLock reads the lock that stands; raw is nil where there is none.
func readLock(ctx context.Context, s store) (raw []byte, h holder, err error) {
	raw, err = get(ctx, s, lockFile, 1<<16)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, h, nil
	}
	if err != nil {
		return nil, h, err
	}
	if json.Unmarshal(raw, &h) != nil || h.Who == "" {
		h.Who = "?" // damaged
	}
	return raw, h, nil
}

// mine makes sure that the lock is still ours.
func (l *lock) mine(ctx context.Context) error {
	_, h, err := readLock(ctx, l.store)
	if err == nil && h.Token != l.holder.Token {
		err = fault("发布锁被 %s 用 --force 抢走了，这次发布停在这里；线上的网站没有受损", "%s has broken the lock with --force; this publish stops here, and the live site is whole", h.Who)
	}
	return err
}

// live lets the lock change until it is released.
func (l *lock) live(ctx context.Context) {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := l.mine(ctx); err != nil {
			l.gone <- err
			return
		}
		l.holder.Beat++
		if err := l.store.write(ctx, lockFile, text(l.bytes())); err != nil {
			l.gone <- err
			return
		}
	}
}

// release gives the lock up. ctx should not be the one that ends with it.
func (l *lock) release(ctx context.Context) {
	close(l.stop)
	l.done.Wait()
	if l.mine(ctx) == nil {
		_ = l.store.remove(ctx, lockFile) // else the next one on this desk removes it
	}
}

// Who names the user and the machine, for locks and logs.
func Who() string {
	name := ""
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if host, err := os.Hostname(); err == nil {
		name += "@" + host
	}
	if name == "" {
		return "?"
	}
	return name
}
