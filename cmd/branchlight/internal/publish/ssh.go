package publish

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
	"golang.org/x/crypto/ssh/knownhosts"

	"branchlight/cmd/branchlight/internal/config"
	"branchlight/cmd/branchlight/internal/diag"
)

// Times of a connection.
const (
	dialTimeout = 20 * time.Second
	keepAlive   = 15 * time.Second
)

// silence is after how long a line is taken to be dead. Tests wait less.
var silence = 60 * time.Second

// login is what is needed to log in to a server: found out once, used again when
// the line was cut.
type login struct {
	address string
	config  *ssh.ClientConfig
	agent   net.Conn
}

// newLogin gathers keys and host keys. Nothing is sent yet.
func newLogin(o Options) (*login, error) {
	t := o.Target
	l := &login{address: net.JoinHostPort(t.Host, strconv.Itoa(t.Port))}
	hosts, err := hostKeys(o)
	if err != nil {
		return nil, err
	}
	l.config = &ssh.ClientConfig{User: t.User, Timeout: dialTimeout, HostKeyCallback: hosts.check, HostKeyAlgorithms: hosts.algorithms(l.address)}
	signers, err := l.signers(o)
	if err != nil {
		return nil, err
	}
	if len(signers) > 0 {
		l.config.Auth = append(l.config.Auth, ssh.PublicKeys(signers...))
	}
	if t.PasswordEnv != "" {
		password := o.Env(t.PasswordEnv)
		if password == "" {
			return nil, fault("环境变量 %s 是空的；请先把密码放进去再发布", "the environment variable %s is empty; put the password there first", t.PasswordEnv)
		}
		l.config.Auth = append(l.config.Auth, ssh.Password(password), ssh.KeyboardInteractive(func(_, _ string, questions []string, echos []bool) ([]string, error) {
			answers := make([]string, len(questions))
			for i := range questions {
				if !echos[i] {
					answers[i] = password
				}
			}
			return answers, nil
		}))
	}
	if len(l.config.Auth) == 0 {
		return nil, fault("没有可以用来登录 %s 的办法：请在 site.toml 里写 key（私钥文件）或 password_env（存放密码的环境变量名），或启动 ssh-agent", "there is no way to log in to %s: write key or password_env in site.toml, or start ssh-agent", t.Host)
	}
	return l, nil
}

// signers gives the private keys: of a file, and of the agent.
func (l *login) signers(o Options) ([]ssh.Signer, error) {
	t := o.Target
	var list []ssh.Signer
	if t.Key != "" {
		signer, err := readKey(o)
		if err != nil {
			return nil, err
		}
		list = append(list, signer)
	}
	if at := o.Env("SSH_AUTH_SOCK"); t.Agent && at != "" {
		if conn, err := net.DialTimeout("unix", at, 3*time.Second); err == nil {
			l.agent = conn
			if more, err := agent.NewClient(conn).Signers(); err == nil {
				list = append(list, more...)
			}
		}
	}
	return list, nil
}

// readKey reads a private key's file.
func readKey(o Options) (ssh.Signer, error) {
	t := o.Target
	p := siteFile(o.Build.Root, t.Key)
	info, err := os.Stat(p)
	if err == nil && info.Size() > 1<<16 {
		err = errTooLarge
	}
	var raw []byte
	if err == nil {
		raw, err = os.ReadFile(p)
	}
	if err != nil {
		return nil, fault("读不了私钥文件 %s：请检查 site.toml 里 key 的路径和文件的权限", "the key file %s cannot be read: check key in site.toml, and the permissions of the file", p)
	}
	signer, err := ssh.ParsePrivateKey(raw)
	var locked *ssh.PassphraseMissingError
	if errors.As(err, &locked) {
		if t.KeyEnv == "" || o.Env(t.KeyEnv) == "" {
			return nil, fault("私钥 %s 有口令：请把口令放进环境变量，并在 site.toml 里写 passphrase_env", "the key %s has a passphrase: put it into an environment variable, and write passphrase_env in site.toml", p)
		}
		signer, err = ssh.ParsePrivateKeyWithPassphrase(raw, []byte(o.Env(t.KeyEnv)))
	}
	if err != nil {
		return nil, fault("私钥文件 %s 用不了：格式不对，或口令不对", "the key file %s cannot be used: it is damaged, or the passphrase is wrong", p)
	}
	return signer, nil
}

// siteFile gives a path of site.toml: from the site's folder, or with ~ from the
// user's.
func siteFile(root, p string) string {
	if rest, ok := strings.CutPrefix(filepath.ToSlash(p), "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, filepath.FromSlash(rest))
		}
	}
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(root, filepath.FromSlash(p))
}

// hosts are the keys of the servers that are known.
type hosts struct {
	file   string
	lookup ssh.HostKeyCallback
}

// hostKeys reads the known_hosts file. Without one no server is known.
func hostKeys(o Options) (*hosts, error) {
	h := &hosts{file: o.Target.KnownHosts}
	if h.file == "" {
		h.file = "~/.ssh/known_hosts"
	}
	h.file = siteFile(o.Build.Root, h.file)
	lookup, err := knownhosts.New(h.file)
	switch {
	case absent(err):
		h.lookup = func(string, net.Addr, ssh.PublicKey) error { return new(knownhosts.KeyError) }
	case err != nil:
		return nil, fault("读不了 known_hosts 文件 %s：%v", "the known_hosts file %s cannot be read: %v", h.file, err)
	default:
		h.lookup = lookup
	}
	return h, nil
}

// check refuses every server that is not known by its key, and shows both keys.
func (h *hosts) check(address string, remote net.Addr, key ssh.PublicKey) error {
	err := h.lookup(address, remote, key)
	if err == nil {
		return nil
	}
	host := knownhosts.Normalize(address)
	shown := key.Type() + " " + ssh.FingerprintSHA256(key)
	var revoked *knownhosts.RevokedError
	var other *knownhosts.KeyError
	switch {
	case errors.As(err, &revoked):
		return fault("服务器 %s 的主机密钥（%s）已被宣布作废，什么也没有发送；请联系服务器管理员", "the host key of %s (%s) is revoked, and nothing was sent; ask the server's administrator", host, shown)
	case errors.As(err, &other) && len(other.Want) > 0:
		var want []string
		for _, k := range other.Want {
			want = append(want, k.Key.Type()+" "+ssh.FingerprintSHA256(k.Key))
		}
		return fault("服务器 %s 的主机密钥变了，可能有人冒充它，什么也没有发送。\n  记录的：%s\n  收到的：%s\n请向服务器管理员核对指纹；确实更换过，再改 %s",
			"the host key of %s has changed: someone may pretend to be it, and nothing was sent.\n  known:    %s\n  received: %s\nCompare the fingerprint with the server's administrator; if it was changed on purpose, mend %s", host, strings.Join(want, ", "), shown, h.file)
	case errors.As(err, &other):
		line := host + " " + key.Type() + " " + base64.StdEncoding.EncodeToString(key.Marshal())
		return fault("不认识服务器 %s，什么也没有发送。\n  记录的：没有（%s）\n  收到的：%s\n请向服务器管理员核对指纹；一致的话，把下面一行加进 %[2]s 再发布：\n%[4]s",
			"the server %s is not known, and nothing was sent.\n  known:    none (%s)\n  received: %s\nCompare the fingerprint with the server's administrator; if it is right, add this line to %[2]s:\n%[4]s", host, h.file, shown, line)
	}
	return fault("核对服务器 %s 的主机密钥失败：%v", "checking the host key of %s failed: %v", host, err)
}

// algorithms gives the kinds of keys that are known of a server, so that it shows
// one of these: a server has several, and another one of them is no change.
func (h *hosts) algorithms(address string) []string {
	probe, _ := ssh.NewPublicKey(probeKey)
	var other *knownhosts.KeyError
	if err := h.lookup(address, &net.TCPAddr{IP: net.IPv4zero}, probe); !errors.As(err, &other) {
		return nil
	}
	var list []string
	for _, k := range other.Want {
		names := []string{k.Key.Type()}
		if k.Key.Type() == ssh.KeyAlgoRSA {
			names = []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
		}
		for _, n := range names {
			if !slices.Contains(list, n) {
				list = append(list, n)
			}
		}
	}
	return list
}

// dial connects and logs in.
func (l *login) dial(ctx context.Context) (*ssh.Client, error) {
	d := net.Dialer{Timeout: dialTimeout}
	raw, err := d.DialContext(ctx, "tcp", l.address)
	if err != nil {
		return nil, &reachError{l.address, err}
	}
	conn := &watched{Conn: raw}
	_ = raw.SetDeadline(time.Now().Add(dialTimeout))
	c, channels, requests, err := ssh.NewClientConn(conn, l.address, l.config)
	if err != nil {
		raw.Close()
		var own *Error
		if errors.As(err, &own) {
			return nil, own
		}
		if strings.Contains(err.Error(), "unable to authenticate") || strings.Contains(err.Error(), "unexpected message type 51") { // SSH_MSG_USERAUTH_FAILURE
			return nil, fault("登录 %s 失败：用户名、密码或密钥不对，什么也没有发送", "logging in to %s failed: the user, the password or the key is wrong, and nothing was sent", l.address)
		}
		return nil, &reachError{l.address, err}
	}
	_ = raw.SetDeadline(time.Time{})
	conn.armed.Store(true)
	return ssh.NewClient(c, channels, requests), nil
}

// reachError says that a server could not be reached.
type reachError struct {
	address string
	err     error
}

func (e *reachError) Error() string   { return fmt.Sprintf("connecting to %s: %v", e.address, e.err) }
func (e *reachError) Unwrap() error   { return e.err }
func (e *reachError) transient() bool { return true }

// Text names the server and the reason.
func (e *reachError) Text() diag.Text {
	why := reason(e.err)
	return diag.Textf("连不上服务器 %[1]s：%[2]s。请检查 host 和 port、网线和服务器", "the server %[1]s cannot be reached: %[3]s; check host and port, the network and the server", e.address, why.Zh, why.En)
}

// where names a target of this kind for people.
func sftpWhere(t config.Target) string {
	return "sftp://" + t.User + "@" + net.JoinHostPort(t.Host, strconv.Itoa(t.Port)) + "/" + strings.TrimPrefix(t.Path, "/")
}
