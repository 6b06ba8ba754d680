package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/serve"
	"branchlight/cmd/branchlight/internal/site"
	"branchlight/cmd/branchlight/internal/tmpl"
	"branchlight/cmd/branchlight/internal/watch"

	"github.com/fatih/color"
	"github.com/spf13/cobra"
)

// preferredPort is tried first where none is asked for, so that a preview is
// found under the same address the next day.
const preferredPort = 1921

// preview says how a site is served.
type preview struct {
	options build.Options
	bind    string
	port    int // 0: the preferred one, or any that is free
	poll    time.Duration
	open    bool
}

func serveCommand(a *app) *cobra.Command {
	var p preview
	var day dayFlag
	var poll pollFlag
	asPublished := false
	cmd := &cobra.Command{
		Use:   "serve",
		Short: a.say("在浏览器里预览网站，一保存就更新", "preview the site in the browser, renewed on every save"),
		Long: a.say(`在本机预览网站：保存稿件，浏览器里的页面自己更新；写错了，页面上会说哪里错、
怎样改，改好了自己消失。草稿和未到日期的页面也看得到，右上角有标记。

只有本机能打开，不写 public 文件夹。按 Ctrl+C 结束。`,
			`Previews the site on this machine. Save a page, and the browser shows it; a
mistake is shown over the page with the way to mend it, and goes away when it is
mended. Drafts and future pages are shown too, with a badge.

Only this machine can open it, and the folder public is not touched. Ctrl+C ends
it.`),
		Example: "  branchlight serve\n  branchlight serve --open\n  branchlight serve --as-published --day 2026-07-01",
		Args:    a.atMost(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := a.folder()
			if err != nil {
				return err
			}
			p.options = build.Options{Root: dir, Day: day.day, Preview: !asPublished}
			p.poll = poll.interval
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			return a.preview(ctx, p)
		},
	}
	f := cmd.Flags()
	f.Var((*portFlag)(&p.port), "port", a.sayf("端口 `N`；不写则用 %d，被占用时自动另选", "the port `N`; else %d, or another if that is taken", preferredPort))
	f.BoolVar(&p.open, "open", false, a.say("打开浏览器", "open the browser"))
	f.Var(&poll, "poll", a.say("自己定时查看文件，不等系统通知；间隔 `INTERVAL` 不写则为 1 秒", "look at the files every `INTERVAL` and trust no events of the system; 1s if none is given"))
	f.Lookup("poll").NoOptDefVal = watch.Interval.String()
	f.BoolVar(&asPublished, "as-published", false, a.say("只显示发布出去会有的页面，不显示草稿和未到日期的", "show only what would be published: no drafts, no future pages"))
	dayOption(a, cmd, &day)
	f.StringVar(&p.bind, "bind", "127.0.0.1", a.say("提供预览的地址 `ADDRESS`，例如本机在办公网里的 IP；不写则只有本机能打开", "serve on this `ADDRESS`, such as that of this machine in the office; else only this machine can open it"))
	return cmd
}

// preview serves a site until the context ends.
func (a *app) preview(ctx context.Context, p preview) error {
	session, err := build.Start(p.options)
	if err != nil {
		return err
	}
	defer session.Close()
	say := a.speaker()
	watcher, err := watch.Start(watch.Options{
		Root: p.options.Root, Folders: []string{site.Content, tmpl.LayoutsDir, "themes"}, Files: []string{"site.toml"},
		Poll:    p.poll,
		Changed: func(m watch.Mode) { say(a.watching(m)) },
	})
	if err != nil {
		return err
	}
	defer watcher.Close()
	listener, err := p.listen()
	if err != nil {
		return err
	}
	say(a.opening(p, listener, watcher.Mode()))
	if p.open {
		if err := openBrowser(p.url(listener)); err != nil {
			say(a.say("浏览器没能打开，请自己打开上面的网址。", "No browser could be started; open the address yourself."))
		}
	}
	server := serve.New(serve.Options{
		Site: session, Changes: watcher, Lang: a.lang, Hosts: p.hosts(), Explain: errorText,
		Broken: func(fs []diag.Finding) { say(a.brokenText(fs)) },
		Mended: func(r *build.Result) { say(a.mendedText(r)) },
	})
	return server.Serve(ctx, listener)
}

// opening says where the preview is and who can open it.
func (a *app) opening(p preview, l net.Listener, m watch.Mode) string {
	lines := []string{a.sayf("预览：%s", "Preview: %s", p.url(l))}
	if !p.local() {
		lines = append(lines, a.paint(a.out, color.FgYellow, a.say(
			"注意：同一个网络里的任何人都能打开这个预览，草稿和未到日期的稿件也在里面。",
			"Beware: everyone on this network can open the preview, with its drafts and future pages.")))
		for _, other := range p.others(l) {
			lines = append(lines, a.sayf("别的电脑上打开：%s", "From other machines: %s", other))
		}
	}
	lines = append(lines, a.watching(m), a.say("按 Ctrl+C 结束预览。", "Ctrl+C ends it."))
	return strings.Join(lines, "\n")
}

// speaker gives a function that writes one message at a time.
func (a *app) speaker() func(string) {
	var mu sync.Mutex
	return func(text string) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintln(a.out, text)
	}
}

// watching says how changes are found out.
func (a *app) watching(m watch.Mode) string {
	if m.Poll == 0 {
		return a.say("监视：由系统通知，一保存就更新。", "Watching: by events of the system; a save is seen at once.")
	}
	every := strconv.FormatFloat(m.Poll.Seconds(), 'g', -1, 64)
	return a.sayf("监视：每 %s 秒查看一遍文件（%s）。", "Watching: every %s s all files are looked at (%s).", every, diag.Printable(m.Why.In(a.lang)))
}

// brokenText says what is wrong.
func (a *app) brokenText(fs []diag.Finding) string {
	var b strings.Builder
	var found []diag.Finding
	for _, f := range fs {
		if f.Pos.File == "" { // no file is to blame, but the machine
			fmt.Fprintf(&b, "%s%s\n", a.paint(a.out, color.FgRed, a.say("错误：", "error: ")), diag.Printable(f.Message.In(a.lang)))
		} else {
			found = append(found, f)
		}
	}
	_ = diag.Printer{W: &b, Lang: a.lang, Color: a.colors(a.out)}.List(found)
	b.WriteString(a.paint(a.out, color.FgRed, a.sayf("%s 有 %d 处错误，改好保存后自己更新。", "%s Errors: %d. Mend and save them; the preview follows.", clock(), len(fs))))
	return b.String()
}

// mendedText says that all is well.
func (a *app) mendedText(r *build.Result) string {
	text := a.sayf("%s 没有错误，共 %d 篇。", "%s No errors; pages: %d.", clock(), r.Pages)
	text = a.paint(a.out, color.FgGreen, text)
	if n := len(r.Findings); n > 0 {
		text += a.sayf("另有提醒和建议 %d 条，显示在各自页面的左下角。", " Warnings and hints: %d; each is shown in its page's corner.", n)
	}
	return text
}

func clock() string { return time.Now().Format(time.TimeOnly) }

// local reports that only this machine can open the preview.
func (p *preview) local() bool {
	ip := net.ParseIP(p.bind)
	return p.bind == "localhost" || ip != nil && ip.IsLoopback()
}

// listen opens the port.
func (p *preview) listen() (net.Listener, error) {
	if p.port == 0 {
		if l, err := net.Listen("tcp", net.JoinHostPort(p.bind, strconv.Itoa(preferredPort))); err == nil {
			return l, nil
		}
	}
	l, err := net.Listen("tcp", net.JoinHostPort(p.bind, strconv.Itoa(p.port)))
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE) || p.port != 0 && p.local(): // Windows has a number of its own for it
		return nil, problem("端口 %d 已被别的程序占用；请用 --port 换一个，或不写 --port 由程序自己选", "port %d is taken by another program; choose another with --port, or leave it out", p.port)
	}
	return nil, problem("不能在 %s 上提供预览（%v）；--bind 后面要写本机的地址", "the preview cannot be served on %s (%v); --bind takes an address of this machine", p.bind, err)
}

// portOf gives the port of a listener.
func portOf(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }

// url gives the address to open.
func (p *preview) url(l net.Listener) string {
	host := p.bind
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return urlOf(host, l)
}

// others gives the addresses to open from other machines.
func (p *preview) others(l net.Listener) (urls []string) {
	for _, host := range p.hosts() {
		if ip := net.ParseIP(host); ip != nil && ip.To4() != nil && !ip.IsLoopback() {
			urls = append(urls, urlOf(host, l))
		}
	}
	return urls
}

func urlOf(host string, l net.Listener) string {
	return fmt.Sprintf("http://%s/", net.JoinHostPort(host, strconv.Itoa(portOf(l))))
}

// hosts gives the names that a browser may call this machine by. An address that
// means all of this machine's stands for each of them.
func (p *preview) hosts() []string {
	ip := net.ParseIP(p.bind)
	if ip == nil || !ip.IsUnspecified() {
		return []string{p.bind}
	}
	var hosts []string
	addresses, _ := net.InterfaceAddrs()
	for _, address := range addresses {
		if network, ok := address.(*net.IPNet); ok {
			hosts = append(hosts, network.IP.String())
		}
	}
	return hosts
}

// openBrowser opens an address in the browser that the desk uses.
func openBrowser(url string) error {
	var cmd *exec.Cmd
	switch runtime.GOOS {
	case "windows":
		cmd = exec.Command("rundll32", "url.dll,FileProtocolHandler", url)
	case "darwin":
		cmd = exec.Command("open", url)
	default:
		cmd = exec.Command("xdg-open", url)
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }()
	return nil
}

// pollFlag is the value of --poll.
type pollFlag struct{ interval time.Duration }

func (p *pollFlag) String() string {
	if p.interval == 0 {
		return ""
	}
	return p.interval.String()
}

func (p *pollFlag) Type() string { return "interval" }

func (p *pollFlag) Set(s string) error {
	d, err := time.ParseDuration(s)
	if seconds, wrong := strconv.ParseFloat(s, 64); wrong == nil {
		d, err = time.Duration(seconds*float64(time.Second)), nil
	}
	if err != nil || d < 100*time.Millisecond || d > time.Hour {
		return problem("间隔写成 --poll=2s 或 --poll=500ms 这样，最短 100ms，最长 1h", "an interval is written as --poll=2s or --poll=500ms, from 100ms to 1h")
	}
	p.interval = d
	return nil
}

// portFlag is the value of --port.
type portFlag int

func (p *portFlag) String() string { return strconv.Itoa(int(*p)) }
func (p *portFlag) Type() string   { return "port" }

func (p *portFlag) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 65535 {
		return problem("端口是 1 到 65535 之间的数", "a port is a number from 1 to 65535")
	}
	*p = portFlag(n)
	return nil
}
