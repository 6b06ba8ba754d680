package publish

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
)

// nginx serves a folder under a sub-path, as the manual tells, and gives the address.
func nginx(t *testing.T, dir string) string {
	exe := program(t, "nginx", "/usr/sbin/nginx")
	at, home := port(t), t.TempDir()
	settings := fmt.Sprintf(`daemon off; master_process off; pid %[1]s/pid; error_log stderr;
events { worker_connections 256; }
http {
	access_log off; client_body_temp_path %[1]s/a; proxy_temp_path %[1]s/b; fastcgi_temp_path %[1]s/c; uwsgi_temp_path %[1]s/d; scgi_temp_path %[1]s/e;
	types { text/html html; }
	server {
		listen 127.0.0.1:%[2]d;
		location ^~ /fengcai/ {
			alias "%[3]s/";
			index index.html;
			location ~ /\. { deny all; }
		}
	}
}
`, home, at, dir)
	writeFile(t, filepath.Join(home, "conf"), settings)
	for p := dir; p != "/"; p = filepath.Dir(p) {
		_ = os.Chmod(p, 0o755) // its workers run as another user
	}
	start(t, at, exec.Command(exe, "-c", filepath.Join(home, "conf"), "-p", home))
	return fmt.Sprintf("http://127.0.0.1:%d/fengcai/", at)
}

// TestReader has readers ask nginx for pages again and again while the site is
// published in turn in two versions. None is ever missing or half there.
func TestReader(t *testing.T) {
	for _, c := range []struct {
		name      string
		make      func(testing.TB, string) *ground
		publishes int
		variable  string
	}{
		{"folder", folderGround, 20 / slowdown, "BRANCHLIGHT_PUBLISHES_FOLDER"},
		{"sftp", sftpGround, 4 / min(slowdown, 4), "BRANCHLIGHT_PUBLISHES_SFTP"},
	} {
		t.Run(c.name, func(t *testing.T) {
			publishes := c.publishes
			if n, err := strconv.Atoi(os.Getenv(c.variable)); err == nil {
				publishes = n
			}
			g := c.make(t, "auto")
			o := g.options(t, t.TempDir())
			o.Note = nil
			sites := []files{large(1), large(2)}
			must(t)(send(o, sites[0]))
			address := nginx(t, g.live)
			var paths []string
			for _, p := range slices.Sorted(maps.Keys(sites[0])) {
				if _, both := sites[1][p]; both {
					paths = append(paths, p)
				}
			}
			ctx, stop := context.WithCancel(context.Background())
			var reads, wrong atomic.Int64
			var readers sync.WaitGroup
			for r := range 2 {
				readers.Go(func() {
					for i := r; ctx.Err() == nil; i++ {
						p := paths[i%len(paths)]
						if what := ask(address, p, sites); what != "" && wrong.Add(1) < 5 {
							t.Errorf("%s: %s", p, what)
						}
						reads.Add(1)
					}
				})
			}
			for i := range publishes {
				must(t)(send(o, sites[(i+1)%2]))
			}
			stop()
			readers.Wait()
			t.Logf("%d publishes, %d reads, %d wrong", publishes, reads.Load(), wrong.Load())
			if resp, err := http.Get(address + manifestName); err != nil || resp.StatusCode != http.StatusForbidden {
				t.Errorf("the manifest is shown: %v %v", resp, err)
			}
		})
	}
}

var reader = &http.Client{Timeout: patience / 2}

// ask asks for a page and says what is wrong with the answer.
func ask(address, p string, sites []files) string {
	resp, err := reader.Get(address + (&url.URL{Path: p}).EscapedPath())
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err.Error()
	case resp.StatusCode != http.StatusOK:
		return resp.Status
	case string(body) != sites[0][p] && string(body) != sites[1][p]:
		return fmt.Sprintf("%d bytes of neither version", len(body))
	}
	return ""
}
