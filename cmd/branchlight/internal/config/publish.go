package config

import (
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/toml"
)

// Target is a place where the site is published: [publish.NAME]. It holds no
// secret: passwords come from the environment, keys from files.
type Target struct {
	Name string // a-z, digits, hyphens
	Type string // folder, sftp or s3
	Pos  diag.Pos

	Path   string // folder: the folder, from the site's; sftp: the folder on the server
	Switch string // folder, sftp: auto, link (releases and a link that is switched) or inplace
	Keep   int    // earlier states that are kept, the live one among them

	Host, User  string // sftp
	Port        int    // sftp
	Key         string // sftp: a private key's file
	KnownHosts  string // sftp: the known_hosts file; empty: the user's
	PasswordEnv string // sftp: the variable that holds the password; empty: none is used
	KeyEnv      string // sftp: the variable that holds the key's passphrase
	Agent       bool   // sftp: ask the agent of SSH_AUTH_SOCK for keys

	Endpoint     string // s3: http://host:port or https://host:port
	Bucket       string // s3
	Prefix       string // s3: of the live site's objects; empty, or with a slash at its end
	Releases     string // s3: of everything that is not public; with a slash at its end
	Region       string // s3
	Style        string // s3: auto, path or virtual
	AccessEnv    string // s3: the variable that holds the access key
	SecretEnv    string // s3: the variable that holds the secret key
	Credentials  string // s3: a file as the AWS tools write it; empty: the two variables
	CacheControl string // s3: of what is no page
}

// Defaults of targets.
const (
	defaultKeep      = 5
	defaultAccessEnv = "AWS_ACCESS_KEY_ID"
	defaultSecretEnv = "AWS_SECRET_ACCESS_KEY"
)

// field says how one key of a target is read.
type field struct {
	key   toml.Key
	types string // the types of targets that have it
	read  func(*targetReader, *toml.Entry)
}

// fields are the keys of a target, in the order that help shows.
var fields = []field{
	{key("type", toml.Text, "类型：folder、sftp 或 s3", "folder, sftp or s3", "类型", "kind"), "folder sftp s3", nil},
	{key("path", toml.Text, "文件夹", "the folder", "路径", "dir", "folder", "directory"), "folder sftp", (*targetReader).path},
	{key("switch", toml.Text, "切换方式：auto、link 或 inplace", "how a new state becomes live: auto, link or inplace", "切换", "mode"), "folder sftp", func(r *targetReader, e *toml.Entry) { r.choice(e, &r.t.Switch, "auto", "link", "inplace") }},
	{key("keep", toml.Int, "保留几个版本", "how many states are kept", "保留", "releases_kept"), "folder sftp s3", func(r *targetReader, e *toml.Entry) { r.number(e, &r.t.Keep, 1, 100) }},
	{key("host", toml.Text, "服务器", "the server", "服务器", "hostname", "server"), "sftp", (*targetReader).host},
	{key("port", toml.Int, "端口", "the port", "端口"), "sftp", func(r *targetReader, e *toml.Entry) { r.number(e, &r.t.Port, 1, 65535) }},
	{key("user", toml.Text, "用户名", "the user", "用户", "username", "login"), "sftp", func(r *targetReader, e *toml.Entry) { r.t.User = r.plain(e) }},
	{key("key", toml.Text, "私钥文件", "a private key's file", "密钥", "key_file", "private_key", "identity_file"), "sftp", (*targetReader).key},
	{key("known_hosts", toml.Text, "known_hosts 文件", "the known_hosts file", "known_hosts_file"), "sftp", func(r *targetReader, e *toml.Entry) { r.t.KnownHosts = r.plain(e) }},
	{key("password_env", toml.Text, "存放密码的环境变量名", "the variable that holds the password", "密码变量"), "sftp", func(r *targetReader, e *toml.Entry) { r.variable(e, &r.t.PasswordEnv) }},
	{key("passphrase_env", toml.Text, "存放私钥口令的环境变量名", "the variable that holds the key's passphrase", "口令变量", "key_passphrase_env"), "sftp", func(r *targetReader, e *toml.Entry) { r.variable(e, &r.t.KeyEnv) }},
	{key("agent", toml.Bool, "是否使用 ssh-agent", "whether the agent is asked for keys", "ssh_agent"), "sftp", func(r *targetReader, e *toml.Entry) { r.t.Agent = e.Num != 0 }},
	{key("endpoint", toml.Text, "存储服务的网址", "the service's address", "网址", "url", "address"), "s3", (*targetReader).endpoint},
	{key("bucket", toml.Text, "存储桶", "the bucket", "桶"), "s3", (*targetReader).bucket},
	{key("prefix", toml.Text, "桶里的前缀", "what the names of objects begin with", "前缀"), "s3", func(r *targetReader, e *toml.Entry) { r.prefix(e, &r.t.Prefix) }},
	{key("releases", toml.Text, "存放旧版本的前缀，不公开", "the prefix of earlier states, not public", "旧版本"), "s3", func(r *targetReader, e *toml.Entry) { r.prefix(e, &r.t.Releases) }},
	{key("region", toml.Text, "区域", "the region", "区域", "地域"), "s3", func(r *targetReader, e *toml.Entry) { r.t.Region = r.plain(e) }},
	{key("style", toml.Text, "网址写法：auto、path 或 virtual", "how addresses name the bucket: auto, path or virtual", "path_style", "addressing"), "s3", func(r *targetReader, e *toml.Entry) { r.choice(e, &r.t.Style, "auto", "path", "virtual") }},
	{key("access_key_env", toml.Text, "存放 Access Key 的环境变量名", "the variable that holds the access key"), "s3", func(r *targetReader, e *toml.Entry) { r.variable(e, &r.t.AccessEnv) }},
	{key("secret_key_env", toml.Text, "存放 Secret Key 的环境变量名", "the variable that holds the secret key"), "s3", func(r *targetReader, e *toml.Entry) { r.variable(e, &r.t.SecretEnv) }},
	{key("credentials", toml.Text, "密钥文件，AWS 工具的格式", "a file with the keys, as the AWS tools write it", "credentials_file"), "s3", func(r *targetReader, e *toml.Entry) { r.t.Credentials = r.plain(e) }},
	{key("cache_control", toml.Text, "页面以外的文件的 Cache-Control", "Cache-Control of what is no page", "缓存"), "s3", (*targetReader).cacheControl},
}

// secrets are keys under which people write a secret, with the key that belongs
// there.
var secrets = map[string]string{
	"password": "password_env", "passwd": "password_env", "pass": "password_env", "密码": "password_env",
	"passphrase": "passphrase_env", "口令": "passphrase_env",
	"access_key": "access_key_env", "access_key_id": "access_key_env", "accesskey": "access_key_env",
	"secret": "secret_key_env", "secret_key": "secret_key_env", "secret_access_key": "secret_key_env", "secretkey": "secret_key_env",
	"token": "secret_key_env", "session_token": "secret_key_env",
}

// publishKey is the key of all targets in the schema of site.toml.
func publishKey() toml.Key {
	k := toml.Key{Name: "publish", Kind: toml.Named, Names: []string{"发布", "deploy", "deployment"}, Doc: diag.Text{Zh: "发布到哪里", En: "where the site is published"}}
	for _, f := range fields {
		k.Keys = append(k.Keys, f.key)
	}
	return k
}

// targetReader fills a Target.
type targetReader struct {
	*reader
	t *Target
}

var targetName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$`) }) // of at most 40 characters

// reservedNames are words that stand for something else behind publish.
var reservedNames = []string{"status", "history", "rollback", "withdraw", "readmit", "help"}

func (r *reader) publish(e *toml.Entry) {
	for i := range e.List {
		v := &e.List[i]
		if v.Table == nil || v.Text == "" {
			continue
		}
		if len(v.Text) > 40 || !targetName().MatchString(v.Text) || slices.Contains(reservedNames, v.Text) {
			r.report(publishRule, v.At, diag.Textf("发布目标不能叫“%s”", "a target cannot be called %q", v.Text),
				diag.Textf("用小写英文字母、数字和短横线，最长 40 个；不能用 %[1]s，例如 [publish.intranet]。", "Use lower-case letters, digits and hyphens, 40 at most, and none of %[1]s, such as [publish.intranet].", strings.Join(reservedNames, " ")))
			continue
		}
		r.target(v)
	}
}

func (r *reader) target(v *toml.Value) {
	t := Target{
		Name: v.Text, Pos: r.src.Pos(v.At), Switch: "auto", Keep: defaultKeep, Port: 22, Agent: true, Style: "auto",
		AccessEnv: defaultAccessEnv, SecretEnv: defaultSecretEnv, CacheControl: "no-cache",
	}
	tr := &targetReader{r, &t}
	before := len(r.found)
	kind := v.Table.Get("type")
	if kind == nil || kind.Kind != toml.Text {
		r.report(publishRule, v.At, diag.Textf("[publish.%[1]s] 没有写类型", "[publish.%[1]s] has no type", t.Name),
			diag.Textf("写一行 type = \"folder\"（文件夹或共享）、\"sftp\" 或 \"s3\"（对象存储）。", "Write type = \"folder\", \"sftp\" or \"s3\"."))
		return
	}
	tr.choice(kind, &t.Type, "folder", "sftp", "s3")
	if t.Type == "" {
		return
	}
	for i := range v.Table.Entries {
		e := &v.Table.Entries[i]
		at := slices.IndexFunc(fields, func(f field) bool { return f.key.Name == e.Name })
		if at < 0 || e.Kind == toml.None || fields[at].read == nil {
			continue
		}
		if !slices.Contains(strings.Fields(fields[at].types), t.Type) {
			r.report(publishRule, e.At, diag.Textf("类型 %[1]s 没有“%[2]s”这一项", "the type %[1]s has no key %[2]q", t.Type, e.Name),
				diag.Textf("删去这一行；%[1]s 可以写：%[2]s。", "Delete the line; %[1]s has: %[2]s.", t.Type, keysOf(t.Type)))
			continue
		}
		fields[at].read(tr, e)
	}
	tr.require(v)
	if len(r.found) == before {
		r.site.Targets = append(r.site.Targets, t)
	}
}

// keysOf lists the keys of a type of targets.
func keysOf(kind string) string {
	var names []string
	for _, f := range fields {
		if slices.Contains(strings.Fields(f.types), kind) {
			names = append(names, f.key.Name)
		}
	}
	return strings.Join(names, " ")
}

// require reports what a target of its type cannot do without.
func (r *targetReader) require(v *toml.Value) {
	needs := map[string][]string{"folder": {"path"}, "sftp": {"host", "user", "path"}, "s3": {"endpoint", "bucket"}}
	for _, name := range needs[r.t.Type] {
		if v.Table.Get(name) == nil {
			r.report(publishRule, v.At, diag.Textf("[publish.%[1]s] 缺少 %[2]s", "[publish.%[1]s] has no %[2]s", r.t.Name, name),
				diag.Textf("补一行 %[1]s = \"...\"。", "Add a line %[1]s = \"...\".", name))
		}
	}
	t := r.t
	if t.Type == "s3" && t.Releases == "" {
		t.Releases = ".branchlight/" + t.Prefix
	}
	if t.Type == "s3" && t.Prefix != "" && strings.HasPrefix(t.Releases, t.Prefix) {
		r.report(publishRule, v.At, diag.Textf("releases 不能放在 prefix 里面：那里是公开的", "releases cannot lie within prefix, which is public"),
			diag.Textf("另写一个前缀，例如 releases = \".branchlight/\"。", "Choose another prefix, such as releases = \".branchlight/\"."))
	}
}

func (r *targetReader) wrong(e *toml.Entry, zh, en string, args ...any) {
	r.report(publishRule, e.Value.At, diag.Textf("%s 写得不对", "%s is not written right", e.Name), diag.Textf(zh, en, args...))
}

// plain takes a text without anything that is not seen.
func (r *targetReader) plain(e *toml.Entry) string {
	s := r.text(e.Name, &e.Value)
	if s == "" || strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		r.wrong(e, "这里要写一段文字。", "Write a text here.")
		return ""
	}
	return s
}

func (r *targetReader) path(e *toml.Entry) {
	s := r.plain(e)
	if s == "/" || s == "." || s == ".." || strings.HasPrefix(s, "~") {
		r.wrong(e, "写专门给网站用的一个文件夹，不能是整个磁盘或当前文件夹，例如 path = \"/srv/www/dangjian\"。", "Write a folder of the site's own, not a whole disk or the current folder, such as path = \"/srv/www/dangjian\".")
		return
	}
	r.t.Path = s
}

var hostName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?$`) }) // of at most 253 characters (RFC 1035)

func (r *targetReader) host(e *toml.Entry) {
	s := r.text(e.Name, &e.Value)
	if _, err := netip.ParseAddr(s); err != nil && (len(s) > 253 || !hostName().MatchString(s)) {
		r.secret(e, "host 只写服务器的名字或地址，例如 host = \"10.1.2.3\"；端口写在 port，用户名写在 user。", "host is the name or address of the server alone, such as host = \"10.1.2.3\"; port and user have keys of their own.")
		return
	}
	r.t.Host = s
}

func (r *targetReader) key(e *toml.Entry) {
	if strings.Contains(e.Text, "PRIVATE KEY") || strings.Contains(e.Text, "\n") {
		r.secret(e, "key 写私钥文件的路径，不写私钥本身，例如 key = \"../id_ed25519\"。", "key is the path of the private key's file, not the key itself, such as key = \"../id_ed25519\".")
		return
	}
	r.t.Key = r.plain(e)
}

func (r *targetReader) endpoint(e *toml.Entry) {
	s := r.text(e.Name, &e.Value)
	u, err := url.Parse(s)
	if err == nil && u.Scheme == "" || err != nil && !strings.Contains(s, "://") {
		u, err = url.Parse("https://" + s)
	}
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		r.secret(e, "endpoint 写存储服务的网址，不带路径、用户名和密码，例如 endpoint = \"https://oss.example.gov.cn\"。", "endpoint is the service's address without a path, user or password, such as endpoint = \"https://oss.example.gov.cn\".")
		return
	}
	r.t.Endpoint = u.Scheme + "://" + u.Host
}

var bucketName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9][a-z0-9.-]+[a-z0-9]$`) }) // of 3 to 63 characters

func (r *targetReader) bucket(e *toml.Entry) {
	s := r.text(e.Name, &e.Value)
	if len(s) > 63 || !bucketName().MatchString(s) {
		r.wrong(e, "桶名是 3 到 63 个小写英文字母、数字、点和短横线。", "A bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens.")
		return
	}
	r.t.Bucket = s
}

func (r *targetReader) prefix(e *toml.Entry, field *string) {
	s := strings.Trim(strings.ReplaceAll(r.text(e.Name, &e.Value), "\\", "/"), "/")
	if s == "" {
		return
	}
	if path.Clean("/"+s) != "/"+s || len(s) > 300 || strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		r.wrong(e, "写成 dangjian/ 这样，中间没有 .. 和连着的斜杠。", "Write it like dangjian/, without .. and without two slashes in a row.")
		return
	}
	*field = s + "/"
}

var variableName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`) })

func (r *targetReader) variable(e *toml.Entry, field *string) {
	s := r.text(e.Name, &e.Value)
	if len(s) > 100 || !variableName().MatchString(s) {
		r.secret(e, "这里写环境变量的名字，不写密码本身，例如 %s = \"BRANCHLIGHT_SECRET\"。", "Write the name of a variable here, not the secret itself, such as %s = \"BRANCHLIGHT_SECRET\".", e.Name)
		return
	}
	*field = s
}

func (r *targetReader) cacheControl(e *toml.Entry) {
	s := r.plain(e)
	if strings.ContainsFunc(s, func(c rune) bool { return c > '~' }) {
		r.wrong(e, "照这样写：cache_control = \"max-age=3600\"", "Write it like cache_control = \"max-age=3600\".")
		return
	}
	r.t.CacheControl = s
}

// secret reports a value that may hold a secret, and shows neither it nor its line.
func (r *targetReader) secret(e *toml.Entry, zh, en string, args ...any) {
	r.wrong(e, zh, en, args...)
	r.found[len(r.found)-1].Line = e.Name + " = …"
}

// hideSecrets replaces findings about lines with a secret by one that shows
// nothing of it: whoever reads the screen or a log must not learn it.
func hideSecrets(src *diag.Source, t *toml.Document) {
	lines := strings.Split(string(src.Text), "\n")
	inTarget := map[int]string{} // line -> key that belongs there
	target := false
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			target = strings.HasPrefix(strings.TrimLeft(line, "[ \t"), "publish")
			continue
		}
		key, _, ok := strings.Cut(line, "=")
		if !ok || !target {
			continue
		}
		key = strings.ReplaceAll(strings.ToLower(strings.Trim(key, " \t\"'")), "-", "_")
		if right, ok := secrets[key]; ok {
			inTarget[i+1] = right
		}
	}
	var found []diag.Finding
	for _, f := range t.Findings {
		if inTarget[f.Pos.Line] == "" {
			found = append(found, f)
		}
	}
	for i := range lines {
		if right := inTarget[i+1]; right != "" {
			key, _, _ := strings.Cut(strings.TrimSpace(lines[i]), "=")
			f := secretRule.At(diag.Pos{File: src.File, Line: i + 1, Col: 1},
				diag.Textf("密码和密钥不能写在 site.toml 里", "no password or key may stand in site.toml"),
				diag.Textf("删去这一行；把密码放进环境变量，这里只写变量的名字，例如 %[1]s = \"BRANCHLIGHT_SECRET\"。写过的密码请尽快更换。", "Delete the line; put the secret into an environment variable and write the variable's name here, such as %[1]s = \"BRANCHLIGHT_SECRET\". Change a secret that was written here.", right))
			f.Line = strings.TrimSpace(key) + " = …"
			found = append(found, f)
		}
	}
	t.Findings = found
}
