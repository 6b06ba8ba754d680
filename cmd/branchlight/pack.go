package main

import (
	"fmt"
	"strings"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/publish"

	"github.com/fatih/color"
	"github.com/spf13/cobra"
)

func packCommand(a *app) *cobra.Command {
	var o build.Options
	var day dayFlag
	var file string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "pack",
		Short: a.say("打成一个压缩包，放进 U 盘带走", "make a zip file for a USB stick"),
		Long: a.say(`生成、检查，然后把整个网站打成一个压缩包。

解压以后双击“打开首页.html”就能看，不要服务器也不要网络。SHA256SUMS.txt 里有每个文件的校验码，
收到的人可以用 sha256sum -c 核对。压缩包写好以后会读回来核对一遍。`,
			`Builds and checks the site, and puts all of it into a zip file.

Unpacked, a double click on 打开首页.html shows it, without a server or a network.
SHA256SUMS.txt has the SHA-256 of every file, for sha256sum -c. The zip file is read
back before it is kept.`),
		Example: "  branchlight pack\n  branchlight pack -o /media/usb/dangjian.zip",
		Args:    a.atMost(0),
		RunE: func(*cobra.Command, []string) error {
			tuneMemory(a.env)
			dir, err := a.folder()
			if err != nil {
				return err
			}
			site, err := a.settings(dir)
			if err != nil {
				return err
			}
			o.Root, o.Day = dir, day.day
			p, err := publish.Pack(o, site.Title, file)
			if err != nil {
				return err
			}
			return a.showPack(p, asJSON)
		},
	}
	f := cmd.Flags()
	dayOption(a, cmd, &day)
	f.StringVarP(&file, "output", "o", "", a.say("压缩包 `FILE`；不写则为当前文件夹里的“网站名称-日期.zip”", "the zip file `FILE`; else TITLE-DAY.zip in the current folder"))
	f.BoolVar(&o.HoldBad, "hold-bad", false, a.say("有错误的页面先不放进去，其余照常", "leave pages with errors out"))
	jsonFlag(a, cmd, &asJSON)
	return cmd
}

// jsonPack is what --json writes of a pack.
type jsonPack struct {
	Done   bool      `json:"done"`
	Build  jsonBuild `json:"build"`
	File   string    `json:"file"`
	Files  int       `json:"files"`
	Bytes  int64     `json:"bytes"`
	SHA256 string    `json:"sha256"`
}

func (a *app) showPack(p *publish.Packed, asJSON bool) error {
	if asJSON {
		if err := writeJSON(a.out, jsonPack{p.Build.Done, a.buildJSON(p.Build), p.File, p.Files, p.Size, p.Sum}); err != nil {
			return err
		}
	} else {
		a.printNotes(p.Build.Notes)
		if err := a.printFindings(p.Build.Findings); err != nil {
			return err
		}
		a.printAllowed(p.Build.Allowed)
		if !p.Build.Done {
			if err := a.printBuild(p.Build); err != nil {
				return err
			}
			return errContent
		}
		var b strings.Builder
		a.listBad(&b, p.Build.Held)
		align(&b, "", [][]string{
			{a.say("压缩包", "File"), diag.Printable(p.File)},
			{a.say("大小", "Size"), a.sayf("%s，%d 个文件，已读回核对", "%s, %d files, read back and compared", bytesText(p.Size), p.Files)},
			{"SHA-256", p.Sum},
		})
		b.WriteString(a.paint(a.out, color.FgGreen, a.say("打包好了。", "The pack is ready.")) + "\n")
		if p.Size >= 4<<30 {
			b.WriteString(a.paint(a.out, color.FgYellow, a.say("压缩包超过 4 GB，FAT32 格式的 U 盘放不下，请用 exFAT 或 NTFS 格式的。", "It is larger than 4 GB, which a FAT32 stick cannot hold: use exFAT or NTFS.")) + "\n")
		}
		if _, err := fmt.Fprint(a.out, b.String()); err != nil {
			return err
		}
	}
	if !p.Build.Done {
		return errContent
	}
	return nil
}
