package publish

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"branchlight/cmd/branchlight/internal/config"
)

// require makes missing servers a failure; else tests that need them are skipped.
const require = "BRANCHLIGHT_REQUIRE_SERVERS"

// patience is how long any one step of a test may take. Nothing waits without an end.
const patience = 90 * time.Second

// bounded gives a context that ends after patience.
func bounded(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

func TestMain(m *testing.M) {
	if child() {
		return
	}
	code := m.Run()
	for _, stop := range stopping {
		stop()
	}
	os.Exit(code)
}

// stopping ends the servers that the tests started.
var stopping []func()

// program finds a server's program, or skips the test.
func program(t testing.TB, names ...string) string {
	for _, n := range names {
		if p, err := exec.LookPath(n); err == nil {
			return p
		}
	}
	if os.Getenv(require) != "" {
		t.Fatalf("%s is not installed, and %s is set", names[0], require)
	}
	t.Skipf("%s is not installed; set %s to make this a failure", names[0], require)
	return ""
}

// port gives a free port of this machine.
func port(t testing.TB) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// start starts a server and waits until it answers.
func start(t testing.TB, at int, cmd *exec.Cmd) {
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.WaitDelay = time.Second // its children hold the pipe as long as a line to them is open
	endWithUs(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	stopping = append(stopping, func() { _ = cmd.Process.Kill(); <-ended })
	for range 200 {
		if c, err := net.DialTimeout("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(at)), time.Second); err == nil {
			c.Close()
			return
		}
		select {
		case <-ended:
			t.Fatalf("%s ended: %s", cmd.Path, output.String())
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Fatalf("%s does not answer", cmd.Path)
}

// sshServer is OpenSSH's sshd with keys and settings of its own.
type sshServer struct {
	dir, user  string
	port       int
	key, known string // files
}

var theSSH struct {
	sync.Once
	*sshServer
}

func sshd(t testing.TB) *sshServer {
	exe := program(t, "/usr/sbin/sshd", "sshd")
	keygen := program(t, "ssh-keygen")
	theSSH.Do(func() {
		dir, err := os.MkdirTemp("", "sshd")
		if err != nil {
			t.Fatal(err)
		}
		stopping = append(stopping, func() { os.RemoveAll(dir) })
		for _, name := range []string{"host", "user", "other"} {
			if out, err := exec.Command(keygen, "-q", "-t", "ed25519", "-N", "", "-f", filepath.Join(dir, name)).CombinedOutput(); err != nil {
				t.Fatalf("%s%v", out, err)
			}
		}
		s := &sshServer{dir: dir, user: strings.TrimSpace(run(t, "id", "-un")), port: port(t), key: filepath.Join(dir, "user"), known: filepath.Join(dir, "known_hosts")}
		writeFile(t, filepath.Join(dir, "authorized"), readFile(t, s.key+".pub"))
		s.knows(t, s.known, "host")
		settings := fmt.Sprintf("Port %d\nListenAddress 127.0.0.1\nHostKey %s/host\nAuthorizedKeysFile %[2]s/authorized\nStrictModes no\nUsePAM no\nPidFile none\nPermitRootLogin yes\nPasswordAuthentication yes\nMaxStartups 100\nSubsystem sftp internal-sftp\n", s.port, dir)
		writeFile(t, filepath.Join(dir, "config"), settings)
		_ = os.MkdirAll("/run/sshd", 0o755) // where root's sshd separates privileges
		start(t, s.port, exec.Command(exe, "-D", "-e", "-f", filepath.Join(dir, "config")))
		theSSH.sshServer = s
	})
	if theSSH.sshServer == nil {
		t.Fatal("sshd did not start")
	}
	return theSSH.sshServer
}

// knows writes a known_hosts file with one of the server's keys.
func (s *sshServer) knows(t testing.TB, file, key string) {
	parts := strings.Fields(readFile(t, filepath.Join(s.dir, key+".pub")))
	writeFile(t, file, fmt.Sprintf("[127.0.0.1]:%d %s %s\n", s.port, parts[0], parts[1]))
}

// s3Server is versitygw over a folder.
type s3Server struct {
	dir      string
	endpoint string
}

const s3ID, s3Secret = "schluessel", "geheimes-wort"

var theS3 struct {
	sync.Once
	*s3Server
}

func versitygw(t testing.TB) *s3Server {
	home, _ := os.UserHomeDir()
	exe := program(t, "versitygw", filepath.Join(home, "go", "bin", "versitygw"))
	theS3.Do(func() {
		dir, err := os.MkdirTemp("", "s3")
		if err != nil {
			t.Fatal(err)
		}
		stopping = append(stopping, func() { os.RemoveAll(dir) })
		for _, d := range []string{"data", "side"} {
			if err := os.Mkdir(filepath.Join(dir, d), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		at := port(t)
		cmd := exec.Command(exe, "--port", fmt.Sprintf("127.0.0.1:%d", at), "--quiet", "posix", "--sidecar", filepath.Join(dir, "side"), filepath.Join(dir, "data"))
		cmd.Env = append(os.Environ(), "ROOT_ACCESS_KEY="+s3ID, "ROOT_SECRET_KEY="+s3Secret)
		start(t, at, cmd)
		theS3.s3Server = &s3Server{filepath.Join(dir, "data"), fmt.Sprintf("http://127.0.0.1:%d", at)}
	})
	if theS3.s3Server == nil {
		t.Fatal("versitygw did not start")
	}
	return theS3.s3Server
}

// bucket makes a new bucket and gives its name.
func (s *s3Server) bucket(t testing.TB) string {
	c, err := minio.New(strings.TrimPrefix(s.endpoint, "http://"), &minio.Options{Creds: credentials.NewStaticV4(s3ID, s3Secret, "")})
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("b%d", time.Now().UnixNano())
	if err := c.MakeBucket(context.Background(), name, minio.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
	return name
}

// ground is a target for tests, with the folder of this machine in which its files
// can be seen.
type ground struct {
	target config.Target
	live   string // the site as readers get it
	all    string // everything that the target has
	state  string // what stands behind stateDir
	env    map[string]string
}

func (g *ground) getenv(name string) string { return g.env[name] }

// grounds are the kinds of targets that every test runs on.
var grounds = []struct {
	name string
	make func(t testing.TB) *ground
}{
	{"folder", func(t testing.TB) *ground { return folderGround(t, "auto") }},
	{"folder-inplace", func(t testing.TB) *ground { return folderGround(t, "inplace") }},
	{"sftp", func(t testing.TB) *ground { return sftpGround(t, "auto") }},
	{"sftp-inplace", func(t testing.TB) *ground { return sftpGround(t, "inplace") }},
	{"s3", s3Ground},
}

func base(kind string) config.Target {
	return config.Target{Name: "t", Type: kind, Switch: "auto", Keep: 5, Port: 22, Style: "auto", AccessEnv: "ID", SecretEnv: "SECRET", CacheControl: "max-age=60"}
}

func folderGround(t testing.TB, how string) *ground {
	dir := filepath.Join(t.TempDir(), "网站 一")
	g := &ground{target: base("folder"), all: dir, live: filepath.Join(dir, "current"), state: filepath.Join(dir, stateDir)}
	g.target.Path, g.target.Switch = dir, how
	if how == "inplace" {
		g.live = dir
	}
	return g
}

func sftpGround(t testing.TB, how string) *ground {
	s := sshd(t)
	g := folderGround(t, how)
	path := g.target.Path
	g.target = base("sftp")
	g.target.Host, g.target.Port, g.target.User, g.target.Path, g.target.Switch = "127.0.0.1", s.port, s.user, path, how
	g.target.Key, g.target.KnownHosts = s.key, s.known
	return g
}

func s3Ground(t testing.TB) *ground {
	s := versitygw(t)
	g := &ground{target: base("s3"), env: map[string]string{"ID": s3ID, "SECRET": s3Secret}}
	g.target.Endpoint, g.target.Bucket, g.target.Prefix, g.target.Releases, g.target.Region = s.endpoint, s.bucket(t), "公开/site/", "old/", "us-east-1"
	g.all = filepath.Join(s.dir, g.target.Bucket)
	g.live, g.state = filepath.Join(g.all, "公开/site"), filepath.Join(g.all, "old")
	return g
}

func writeFile(t testing.TB, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func readFile(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func run(t testing.TB, name string, args ...string) string {
	b, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, b)
	}
	return string(b)
}
