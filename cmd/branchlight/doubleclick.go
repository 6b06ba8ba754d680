package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
)

// doubleClick runs the program where a double click on Windows started it: it
// previews the site that it lies in. The window that Windows opened for it closes
// with it, so what went wrong stays until it is read.
func (a *app) doubleClick(args []string) (code int) {
	if len(args) == 0 {
		args = []string{"serve", "--open"}
		if exe, err := os.Executable(); err == nil && isFile(filepath.Join(filepath.Dir(exe), "site.toml")) {
			args = append(args, "--site", filepath.Dir(exe))
		}
	}
	if code = a.run(args); code == exitDone {
		return code
	}
	if _, err := a.folder(); err != nil {
		fmt.Fprintln(a.err, a.say(
			"双击 branchlight 会预览它所在的网站。请把它放进站点文件夹，也就是有 site.toml 的那个文件夹，再双击一次。",
			"A double click on branchlight previews the site it lies in. Put it into the site's folder, the one with site.toml, and try again."))
	}
	fmt.Fprint(a.err, a.say("按回车键关闭这个窗口。", "Press Enter to close this window."))
	_, _ = bufio.NewReader(a.in).ReadString('\n')
	return code
}
