package publish

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"branchlight/cmd/branchlight/internal/diag"
)

// refused publishes and wants an error that holds some words in English and Chinese,
// and a target without a file.
func refused(t *testing.T, g *ground, o Options, words ...string) {
	t.Helper()
	_, err := send(o, first)
	var said interface{ Text() diag.Text }
	if err == nil || !errors.As(err, &said) {
		t.Fatalf("error: %v", err)
	}
	all := said.Text().En + said.Text().Zh
	for _, w := range words {
		if !strings.Contains(all, w) {
			t.Errorf("%q lacks %q", all, w)
		}
	}
	if entries, _ := os.ReadDir(g.all); len(entries) > 0 {
		t.Errorf("something was written: %v", entries)
	}
}

func TestHostKeys(t *testing.T) {
	s := sshd(t)
	host, other := strings.Fields(readFile(t, filepath.Join(s.dir, "host.pub"))), strings.Fields(readFile(t, filepath.Join(s.dir, "other.pub")))
	finger := func(key string) string {
		return strings.Fields(run(t, "ssh-keygen", "-lf", filepath.Join(s.dir, key+".pub")))[1]
	}
	at := fmt.Sprintf("[127.0.0.1]:%d ", s.port)
	for name, c := range map[string]struct {
		known string
		words []string
	}{
		"unknown": {"", []string{"not known", finger("host"), at + host[0] + " " + host[1]}},
		"changed": {at + other[0] + " " + other[1], []string{"changed", finger("host"), finger("other")}},
		"revoked": {"@revoked * " + host[0] + " " + host[1], []string{"revoked", finger("host")}},
	} {
		t.Run(name, func(t *testing.T) {
			g := sftpGround(t, "auto")
			g.target.KnownHosts = filepath.Join(t.TempDir(), "known")
			if c.known != "" {
				writeFile(t, g.target.KnownHosts, c.known+"\n")
			}
			refused(t, g, g.options(t, t.TempDir()), append(c.words, "nothing was sent")...)
		})
	}
}

func TestLogin(t *testing.T) {
	g := sftpGround(t, "auto")
	g.target.Key, g.target.PasswordEnv = "", "PASSWORD"
	g.env = map[string]string{}
	refused(t, g, g.options(t, t.TempDir()), "PASSWORD", "empty")
	g.env["PASSWORD"] = "falsches-wort"
	refused(t, g, g.options(t, t.TempDir()), "wrong", "nothing was sent")
	if _, err := send(g.options(t, t.TempDir()), first); strings.Contains(err.Error(), "falsches-wort") {
		t.Error("the password is shown")
	}
	g.target.PasswordEnv = ""
	refused(t, g, g.options(t, t.TempDir()), "no way to log in")

	// A key with a passphrase.
	s := sshd(t)
	key := filepath.Join(t.TempDir(), "locked")
	run(t, "ssh-keygen", "-q", "-t", "ed25519", "-N", "wort", "-f", key)
	writeFile(t, filepath.Join(s.dir, "authorized"), readFile(t, s.key+".pub")+readFile(t, key+".pub"))
	g.target.Key = key
	refused(t, g, g.options(t, t.TempDir()), "passphrase")
	g.target.KeyEnv = "WORT"
	g.env["WORT"] = "anderes"
	refused(t, g, g.options(t, t.TempDir()), "passphrase is wrong")
	g.env["WORT"] = "wort"
	must(t)(send(g.options(t, t.TempDir()), first))
	g.same(t, first)
}

func TestUnreachable(t *testing.T) {
	g := sftpGround(t, "auto")
	g.target.Port = port(t)
	refused(t, g, g.options(t, t.TempDir()), "cannot be reached")
	g = s3Ground(t)
	g.target.Endpoint = fmt.Sprintf("http://127.0.0.1:%d", port(t))
	refused(t, g, g.options(t, t.TempDir()), "cannot be reached")
}

func TestS3Refuses(t *testing.T) {
	g := s3Ground(t)
	g.env = map[string]string{}
	refused(t, g, g.options(t, t.TempDir()), "ID", "SECRET")
	g.env = map[string]string{"ID": s3ID, "SECRET": "falsch"}
	refused(t, g, g.options(t, t.TempDir()), "refused")
	g.env["SECRET"] = s3Secret
	g.target.Bucket = "gibtesnicht"
	refused(t, g, g.options(t, t.TempDir()), "no bucket")
}

// TestForeign meets files of others on the target.
func TestForeign(t *testing.T) {
	on(t, func(t *testing.T, g *ground) {
		root := t.TempDir()
		o := g.options(t, root)
		top := g.all
		if g.target.Type == "s3" {
			top = g.live
		}
		writeFile(t, filepath.Join(top, "别人的 文件.txt"), "theirs")
		_, err := send(o, first)
		if err == nil || !strings.Contains(err.Error(), "--adopt") || !strings.Contains(err.Error(), "别人的 文件.txt") {
			t.Fatal(err)
		}
		if _, err := os.Stat(g.state); !errors.Is(err, fs.ErrNotExist) {
			t.Error("something was written")
		}
		o.Adopt = true
		r := must(t)(send(o, first))
		o.Adopt = false
		if len(r.Foreign) != 1 || r.Foreign[0] != "别人的 文件.txt" {
			t.Errorf("foreign: %v", r.Foreign)
		}
		must(t)(send(o, second))
		if readFile(t, filepath.Join(top, "别人的 文件.txt")) != "theirs" {
			t.Error("it was changed")
		}
		if g.switched() {
			return
		}
		// What stands in the way of a page is not replaced without being told.
		writeFile(t, filepath.Join(g.live, "a/two.html"), "of someone else")
		if _, err := send(o, first); err == nil || !strings.Contains(err.Error(), "a/two.html") {
			t.Errorf("error: %v", err)
		}
		o.Adopt = true
		must(t)(send(o, first))
		want := maps.Clone(first)
		want["别人的 文件.txt"] = "theirs"
		g.same(t, want)
	})
}

// TestLock has two publishers meet.
func TestLock(t *testing.T) {
	on(t, func(t *testing.T, g *ground) {
		ctx := bounded(t)
		here, there := t.TempDir(), t.TempDir()
		o := g.options(t, here)
		must(t)(send(o, first))
		s, err := open(ctx, o, true)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := send(o, second); err == nil || !strings.Contains(err.Error(), "on this machine") {
			t.Errorf("the same desk: %v", err)
		}
		other := g.options(t, there)
		if _, err := send(other, second); err == nil || !strings.Contains(err.Error(), Who()) || !strings.Contains(err.Error(), "--force") {
			t.Errorf("another desk: %v", err)
		}
		// It is alive while it is watched.
		other.Force = true
		other.sleep = func(context.Context, time.Duration) {
			s.lock.holder.Beat++
			if err := s.store.write(ctx, lockFile, text(s.lock.bytes())); err != nil {
				t.Error(err)
			}
		}
		if _, err := send(other, second); err == nil || !strings.Contains(err.Error(), "at work") {
			t.Errorf("alive: %v", err)
		}
		g.same(t, first)
		// It dies without a word.
		close(s.lock.stop)
		s.lock.done.Wait()
		s.desk.close()
		s.store.close()
		other.sleep = func(context.Context, time.Duration) {}
		other.Force = false
		if _, err := send(other, second); err == nil {
			t.Error("a lock of another desk was broken without --force")
		}
		other.Force = true
		must(t)(send(other, second))
		g.same(t, second)
		// Whoever lost the lock stops before anything is shown.
		if err := s.lock.mine(ctx); err == nil {
			t.Error("the lost lock was not noticed")
		}
		s.store.close() // which that had opened again
		g.litter(t)
	})
}

// TestStamps has clocks jump.
func TestStamps(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 30, 5, 0, time.UTC)
	for _, c := range []struct{ last, want string }{
		{"", "20260301-093005"},
		{"20260301-093004", "20260301-093005"},
		{"20260301-093005", "20260301-093006"},
		{"20991231-235959", "21000101-000000"},
	} {
		if got := nextStamp(now, c.last); got != c.want {
			t.Errorf("after %s: %s, want %s", c.last, got, c.want)
		}
	}
	on(t, func(t *testing.T, g *ground) {
		o := g.options(t, t.TempDir())
		years := []int{2026, 2020, 2031, 2026}
		var last string
		for i, y := range years {
			o.now = func() time.Time { return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC) }
			f := maps.Clone(first)
			f["feed.xml"] = fmt.Sprint(i)
			r := must(t)(send(o, f))
			if r.Release <= last {
				t.Errorf("%s after %s", r.Release, last)
			}
			last = r.Release
			g.same(t, f)
		}
		must(t)(Rollback(bounded(t), o, ""))
		if g.see(t)["feed.xml"] != "2" {
			t.Error("a rollback does not lead to the state before")
		}
	})
}

// TestLinkedTarget has the target itself be a link, and a link within it.
func TestLinkedTarget(t *testing.T) {
	for _, kind := range []func(testing.TB, string) *ground{folderGround, sftpGround} {
		g := kind(t, "auto")
		real := filepath.Join(t.TempDir(), "real")
		if err := os.Mkdir(real, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(real, g.all); err != nil {
			t.Fatal(err)
		}
		o := g.options(t, t.TempDir())
		must(t)(send(o, first))
		g.same(t, first)
		if _, err := os.Stat(filepath.Join(real, "current", "index.html")); err != nil {
			t.Error(err)
		}
	}
	// A link inside leads nowhere outside.
	g := folderGround(t, "auto")
	o := g.options(t, t.TempDir())
	must(t)(send(o, first))
	outside := t.TempDir()
	if err := os.RemoveAll(filepath.Join(g.all, releasesDir)); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(g.all, releasesDir)); err != nil {
		t.Fatal(err)
	}
	if _, err := send(o, second); err == nil {
		t.Error("a link to the outside was followed")
	}
	if entries, _ := os.ReadDir(outside); len(entries) > 0 {
		t.Error("something was written outside")
	}
}

func TestReadOnly(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("permissions do not hold for root")
	}
	g := folderGround(t, "auto")
	if err := os.Mkdir(g.all, 0o555); err != nil {
		t.Fatal(err)
	}
	refused(t, g, g.options(t, t.TempDir()), "permission")
}

func TestNoParent(t *testing.T) {
	g := folderGround(t, "auto")
	g.target.Path = filepath.Join(g.target.Path, "fehlt", "web")
	refused(t, g, g.options(t, t.TempDir()), "share")
}

// TestDryRun changes nothing.
func TestDryRun(t *testing.T) {
	on(t, func(t *testing.T, g *ground) {
		o := g.options(t, t.TempDir())
		o.DryRun = true
		r := must(t)(send(o, first))
		if len(r.Send) != len(first) {
			t.Errorf("%v", r.Send)
		}
		if _, err := os.Stat(g.state); err == nil {
			t.Error("something was written")
		}
		o.DryRun = false
		must(t)(send(o, first))
		o.DryRun = true
		if r := must(t)(send(o, second)); len(r.Send) != 7 || len(r.Remove) != 1 {
			t.Errorf("%v %v", r.Send, r.Remove)
		}
		g.same(t, first)
	})
}

// TestVanish asks before pages disappear.
func TestVanish(t *testing.T) {
	g := folderGround(t, "auto")
	o := g.options(t, t.TempDir())
	must(t)(send(o, first))
	no := errors.New("no")
	var named []string
	o.Vanish = func(pages []string) error { named = pages; return no }
	if _, err := send(o, second); !errors.Is(err, no) || len(named) != 1 || named[0] != "a/two.html" {
		t.Errorf("%v %v", named, err)
	}
	g.same(t, first)
	g.litter(t)
}

// TestNoManifest has someone remove the manifest of the live release: the next
// publish makes a whole one again, and status says what is missing.
func TestNoManifest(t *testing.T) {
	on(t, func(t *testing.T, g *ground) {
		if !g.switched() {
			return
		}
		o := g.options(t, t.TempDir())
		for _, spoil := range []func(string) error{os.Remove, func(p string) error { return os.WriteFile(p, []byte("zz"), 0o600) }} {
			must(t)(send(o, first))
			if err := spoil(filepath.Join(g.live, manifestName)); err != nil {
				t.Fatal(err)
			}
			st, err := Look(bounded(t), o)
			if err != nil || len(st.Missing) != 1 || len(st.Extra) > 0 {
				t.Errorf("%+v %v", st, err)
			}
			r := must(t)(send(o, second))
			if len(r.Send) != len(second) || len(r.Strays) > 0 {
				t.Errorf("%+v", r)
			}
			g.same(t, second)
			g.litter(t)
			if names, _ := os.ReadDir(filepath.Join(g.all, releasesDir)); len(names) > 3 {
				t.Errorf("%d releases", len(names))
			}
		}
	})
}

// TestDamaged meets a state on the target that cannot be read.
func TestDamaged(t *testing.T) {
	for _, name := range []string{"target.json", "pending.json", "withdrawn.json"} {
		g := folderGround(t, "auto")
		o := g.options(t, t.TempDir())
		must(t)(send(o, first))
		writeFile(t, filepath.Join(g.state, name), "{ damaged")
		o.Build.Root = county(t)
		_, err := Publish(bounded(t), o)
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
		g.same(t, first)
	}
	for _, text := range []string{"", "branchlight release 1\nzz  1  a\n", "branchlight release 1\n" + strings.Repeat("0", 64) + "  1  ../../etc/passwd\n", "branchlight release 1\n" + strings.Repeat("0", 64) + "  -1  a\n"} {
		if _, ok := decodeManifest([]byte(text)); ok {
			t.Errorf("%q was taken", text)
		}
	}
}
