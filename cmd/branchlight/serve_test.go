package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/watch"
)

// terminalOf gives a program whose stdout can be read line by line.
func terminalOf(t *testing.T) (*app, *bufio.Scanner) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	a := &app{stdout: w, stderr: w, out: w, err: w, lang: diag.Zh, env: func(string) string { return "" }}
	a.colorFlag = newChoice("never", "never")
	return a, bufio.NewScanner(r)
}

// until reads lines up to one that holds a text.
func until(t *testing.T, lines *bufio.Scanner, text string) string {
	t.Helper()
	var before []string
	for lines.Scan() {
		before = append(before, lines.Text())
		if strings.Contains(lines.Text(), text) {
			return lines.Text()
		}
	}
	t.Fatalf("%q is not in\n%s", text, strings.Join(before, "\n"))
	return ""
}

func smallSite(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"site.toml":           "title = \"筠溪机关党建\"\n",
		"content/_index.md":   "+++\ntitle = \"首页\"\n+++\n\n欢迎。\n",
		"content/help.md":     "+++\ntitle = \"说明\"\ndate = 2026-03-01\n+++\n\n原来的话。\n",
		"content/draft.md":    "+++\ntitle = \"草稿\"\ndate = 2026-03-01\ndraft = true\n+++\n\n还没写完。\n",
		"content/tomorrow.md": "+++\ntitle = \"明天\"\ndate = 2026-03-02\n+++\n\n到时候再说。\n",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func page(t *testing.T, url string) (code int, text string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

// The terminal says where the preview is, how it watches, what is wrong and when
// that is over. Nothing is written into the site.
func TestServe(t *testing.T) {
	dir := smallSite(t)
	a, lines := terminalOf(t)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	o := build.Options{Root: dir, Day: 20260301, Preview: true}
	go func() { done <- a.preview(ctx, preview{options: o, bind: "127.0.0.1"}) }()
	_, url, _ := strings.Cut(until(t, lines, "预览："), "：")
	until(t, lines, "监视：")
	until(t, lines, "没有错误，共")
	for name, want := range map[string]string{"help.html": "原来的话。", "draft.html": "还没写完。", "tomorrow.html": "到时候再说。", "": "欢迎。"} {
		if code, text := page(t, url+name); code != 200 || !strings.Contains(text, want) {
			t.Errorf("%s%s gives %d\n%s", url, name, code, text)
		}
	}
	file := filepath.Join(dir, "content", "help.md")
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("+++\ntitle = 说明\n+++\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	until(t, lines, "content/help.md:2:9: 错误")
	until(t, lines, "处错误，改好保存后自己更新")
	if _, text := page(t, url+"help.html"); !strings.Contains(text, "原来的话。") {
		t.Errorf("not the last good page:\n%s", text)
	}
	if err := os.WriteFile(file, good, 0o666); err != nil {
		t.Fatal(err)
	}
	until(t, lines, "没有错误，共")
	if err := os.Rename(filepath.Join(dir, "site.toml"), filepath.Join(dir, "site.bak")); err != nil {
		t.Fatal(err)
	}
	if line := until(t, lines, "不是一个站点"); !strings.HasPrefix(line, "错误：") {
		t.Error(line)
	}
	if err := os.Rename(filepath.Join(dir, "site.bak"), filepath.Join(dir, "site.toml")); err != nil {
		t.Fatal(err)
	}
	until(t, lines, "没有错误，共")
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 { // content, site.toml, and the cache
		t.Errorf("the site's folder holds %v, %v", entries, err)
	}
}

func TestServeAsPublished(t *testing.T) {
	a, lines := terminalOf(t)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	o := build.Options{Root: smallSite(t), Day: 20260301}
	go func() { done <- a.preview(ctx, preview{options: o, bind: "localhost", poll: 1e9}) }()
	_, url, _ := strings.Cut(until(t, lines, "预览："), "：")
	until(t, lines, "每 1 秒查看一遍文件")
	for name, want := range map[string]int{"help.html": 200, "draft.html": 404, "tomorrow.html": 404} {
		if code, text := page(t, url+name); code != want {
			t.Errorf("%s gives %d\n%s", name, code, text)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// --bind to the office is said to be open to it, and only then is it.
func TestServeBind(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, c := range []struct {
		bind  string
		local bool
		hosts string
	}{
		{"127.0.0.1", true, "127.0.0.1"},
		{"::1", true, "::1"},
		{"localhost", true, "localhost"},
		{"192.168.1.9", false, "192.168.1.9"},
		{"office-pc", false, "office-pc"},
		{"0.0.0.0", false, "127.0.0.1"},
		{"::", false, "127.0.0.1"},
	} {
		p := preview{bind: c.bind}
		if got := p.local(); got != c.local {
			t.Errorf("%s: local %v", c.bind, got)
		}
		if got := strings.Join(p.hosts(), " "); !strings.Contains(got, c.hosts) {
			t.Errorf("%s: hosts %s", c.bind, got)
		}
		a, _ := terminalOf(t)
		if text := a.opening(p, l, watch.Mode{}); strings.Contains(text, "任何人都能打开") == c.local {
			t.Errorf("%s: it says\n%s", c.bind, text)
		}
	}
}

// The preferred port may be taken; a port that was asked for may not.
func TestServePort(t *testing.T) {
	p := preview{bind: "127.0.0.1"}
	one, err := p.listen()
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	two, err := p.listen()
	if err != nil {
		t.Fatal(err)
	}
	defer two.Close()
	p.port = portOf(one)
	if three, err := p.listen(); err == nil {
		three.Close()
		t.Error("one port twice")
	} else if text := errorText(err).Zh; !strings.Contains(text, "已被别的程序占用") {
		t.Error(text)
	}
	if l, err := (&preview{bind: "203.0.113.7"}).listen(); err == nil {
		l.Close()
		t.Error("an address of another machine was taken")
	}
}

// A double click outside a site explains itself and waits.
func TestDoubleClick(t *testing.T) {
	t.Chdir(t.TempDir())
	a, lines := terminalOf(t)
	in, keyboard := io.Pipe()
	a.in = in
	a.env = func(name string) string {
		if name == "LANG" {
			return "zh_CN.UTF-8"
		}
		return ""
	}
	code := make(chan int)
	go func() { code <- a.doubleClick(nil) }()
	until(t, lines, "都没有 site.toml")
	until(t, lines, "双击 branchlight 会预览它所在的网站")
	select {
	case c := <-code:
		t.Errorf("ended with %d before it was read", c)
	default:
	}
	if _, err := io.WriteString(keyboard, "\r\n"); err != nil {
		t.Fatal(err)
	}
	if c := <-code; c != exitFailure {
		t.Errorf("ended with %d", c)
	}
}
