//go:build unix

package tree

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

func TestSpecialFiles(t *testing.T) {
	dir, root := site(t, "content/a.md")
	if err := syscall.Mkfifo(filepath.Join(dir, "content", "pipe.md"), 0o644); err != nil {
		t.Fatal(err)
	}
	sock, err := net.Listen("unix", filepath.Join(dir, "content", "sock"))
	if err != nil {
		t.Skip("no sockets in folders here:", err)
	}
	defer sock.Close()
	s, paths := scan(t, root, "content")
	if !slices.Equal(paths, []string{"content/a.md"}) {
		t.Errorf("files are %q", paths)
	}
	if got := names(s.Findings); !slices.Equal(got, []string{"source-kind content/pipe.md", "source-kind content/sock"}) {
		t.Errorf("findings are %q", got)
	}
	for _, f := range s.Findings {
		complete(t, f)
	}
	done := make(chan error, 1)
	go func() { _, err := Read(root, "content/pipe.md", 10); done <- err }()
	select {
	case err := <-done:
		if !errors.Is(err, ErrNotRegular) {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("reading a pipe hangs")
	}
}

func TestSymlinks(t *testing.T) {
	dir, root := site(t, "content/a/real.md", "content/b/", "content/.env", "shared/logo.png", "content/b/id_rsa", "site.toml")
	outside, _ := site(t, "secret.md")
	for name, target := range map[string]string{
		"content/ok.md":       "a/real.md",
		"content/ok2.md":      "ok.md",
		"content/b/ok3.png":   "../../shared/logo.png",
		"content/out.md":      filepath.Join(outside, "secret.md"),
		"content/up.md":       "../../x.md",
		"content/dangling.md": "none.md",
		"content/folder":      "a",
		"content/loop":        "..",
		"content/self.md":     "self.md",
		"content/through.md":  "folder/real.md",
		"content/env.md":      ".env",
		"content/key.md":      "b/id_rsa",
		"content/null.md":     "/dev/null",
		"content/page.txt":    "a/real.md",
		"content/set.csv":     "../site.toml",
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	s, paths := scan(t, root, "content")
	if want := []string{"content/a/real.md", "content/b/ok3.png", "content/ok.md", "content/ok2.md"}; !slices.Equal(paths, want) {
		t.Errorf("files are %q", paths)
	}
	want := []string{"source-secret content/b/id_rsa"}
	for _, p := range []string{"dangling.md", "env.md", "folder", "key.md", "loop", "null.md", "out.md", "page.txt", "self.md", "set.csv", "through.md", "up.md"} {
		want = append(want, "source-link content/"+p)
	}
	slices.Sort(want)
	got := names(s.Findings)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("findings are\n%q, want\n%q", got, want)
	}
	for _, f := range s.Findings {
		complete(t, f)
	}
	if b, err := Read(root, "content/ok2.md", 100); err != nil || string(b) != "content/a/real.md" {
		t.Errorf("%q, %v", b, err)
	}
	if f := s.Files[2]; f.Size != int64(len("content/a/real.md")) {
		t.Errorf("size of a link: %d", f.Size)
	}
}

func TestLinkedFolder(t *testing.T) {
	dir, root := site(t, "real/a.md")
	if err := os.Symlink("real", filepath.Join(dir, "content")); err != nil {
		t.Fatal(err)
	}
	s, paths := scan(t, root, "content")
	if len(paths) > 0 || len(s.Findings) != 1 {
		t.Errorf("%q %v", paths, s.Findings)
	}
}

func TestUnreadableFolder(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may read everything")
	}
	dir, root := site(t, "content/a/b.md")
	os.Chmod(filepath.Join(dir, "content", "a"), 0)
	defer os.Chmod(filepath.Join(dir, "content", "a"), 0o755)
	if s, err := Scan(root, "content"); err == nil {
		t.Errorf("no error: %v", s)
	}
}
