package publish

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/out"
)

// Names in a pack.
const (
	packFolder = "site/"
	packOpen   = "打开首页.html"
	packSums   = "SHA256SUMS.txt" // as sha256sum -c reads it
)

// maxPacked is how long a path in a pack can be, in UTF-16 units: Windows takes 260
// for a whole path, and a stick's letter and the folder it is unpacked to need some.
const maxPacked = 180

// Packed says what a pack holds.
type Packed struct {
	Build *build.Result
	File  string // the zip file
	Files int
	Size  int64  // of the zip file, in bytes
	Sum   string // SHA-256 of the zip file
}

// Pack builds the site and writes it into a zip file for a USB stick: the site in a
// folder, a page beside it that leads there, and the SHA-256 of every file. Equal
// sites of one day give equal bytes. The file is read back before it takes the
// place of what stands under its name; where the build has errors nothing is
// written. An empty file stands for a name made of the title and the day.
func Pack(o build.Options, title, file string) (*Packed, error) {
	p := &Packed{File: file}
	var err error
	o.Audit = true
	if p.Build, err = build.Build(o); err != nil || !p.Build.Done {
		return p, err
	}
	if p.File == "" {
		p.File = packName(title) + "-" + strings.ReplaceAll(p.Build.Day.String(), "-", "") + ".zip"
	}
	if err := packable(p.File, p.Build.Output); err != nil {
		return p, err
	}
	files, err := vouched(p.Build.Output)
	if err != nil {
		return p, err
	}
	if err := shortEnough(files); err != nil {
		return p, err
	}
	root, err := os.OpenRoot(p.Build.Output)
	if err != nil {
		return p, err
	}
	defer root.Close()
	return p, p.write(files, root, title)
}

// packName makes a name for Windows of a title.
func packName(title string) string {
	name := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`<>:"/\|?*. `, r) {
			return '-'
		}
		return r
	}, title)
	if runes := []rune(strings.Trim(name, "-")); len(runes) > 0 {
		return string(runes[:min(len(runes), 40)])
	}
	return "site"
}

// packable refuses a place that is not for packs.
func packable(file, output string) error {
	if strings.ToLower(filepath.Ext(file)) != ".zip" {
		return fault("压缩包的名字要以 .zip 结尾：%s", "the name of a pack ends in .zip: %s", file)
	}
	abs, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	if rel, err := filepath.Rel(output, abs); err == nil && filepath.IsLocal(rel) {
		return fault("压缩包不能放在输出文件夹 %s 里面，请用 -o 另选一个位置", "the pack cannot lie in the output folder %s; choose another place with -o", output)
	}
	if _, err := os.Stat(filepath.Dir(abs)); absent(err) {
		return fault("要放压缩包的文件夹 %s 不存在：请看看 U 盘插好了没有、路径写对了没有", "the folder %s, where the pack is to be, does not exist: is the stick there, and the path right?", filepath.Dir(file))
	}
	if info, err := os.Stat(abs); err == nil && !info.Mode().IsRegular() {
		return fault("%s 不是普通文件，不能覆盖", "%s is no ordinary file and is not replaced", file)
	}
	return nil
}

// shortEnough refuses paths that Windows could not unpack.
func shortEnough(files manifest) error {
	var long []string
	for _, f := range files {
		if len(packFolder+f.Path) > maxPacked {
			long = append(long, f.Path)
		}
	}
	if len(long) == 0 {
		return nil
	}
	return fault("有 %d 个文件的路径太长，在 Windows 上解压不出来（%s）：请给文件夹或页面写短一些的 slug", "the paths of %d files are too long to be unpacked on Windows (%s): give folders or pages a shorter slug", len(long), shorten(long))
}

// write writes the zip file beside its place, reads it back, and renames it.
func (p *Packed) write(files manifest, root *os.Root, title string) (err error) {
	dir, base := filepath.Split(p.File)
	tmp := filepath.Join(dir, "."+base+"."+strings.ToLower(rand.Text()[:8])+".branchlight-tmp")
	f, err := os.OpenFile(tmp, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(tmp)
		}
	}()
	sum := sha256.New()
	counter := &counted{w: io.MultiWriter(f, sum)}
	all, err := zipTo(counter, files, root, title, p.Build.Day.Time(time.UTC))
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = readBack(f, counter.n, all)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	p.Files, p.Size, p.Sum = len(all), counter.n, hex.EncodeToString(sum.Sum(nil))
	return os.Rename(tmp, p.File)
}

// counted counts what is written.
type counted struct {
	w io.Writer
	n int64
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// zipTo writes a site as a zip file, and gives what is in it.
func zipTo(w io.Writer, files manifest, root *os.Root, title string, day time.Time) (manifest, error) {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.DefaultCompression) })
	var all manifest
	add := func(name string, c content) error {
		h := &zip.FileHeader{Name: name, Method: method(name), Modified: day}
		h.SetMode(0o644)
		e, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		src, err := c.open()
		if err != nil {
			return err
		}
		defer src.Close()
		n, err := io.Copy(e, src)
		if err == nil && n != c.size {
			err = errChanged
		}
		all = append(all, out.Made{Path: name, Size: c.size, Sum: c.sum})
		return err
	}
	if err := add(packOpen, text(openPage(title))); err != nil {
		return nil, err
	}
	from := outputSource(root)
	for _, f := range files {
		if err := add(packFolder+f.Path, from(f)); err != nil {
			return nil, err
		}
	}
	var sums bytes.Buffer
	for _, f := range all {
		fmt.Fprintf(&sums, "%s  %s\n", hex.EncodeToString(f.Sum[:]), f.Path)
	}
	if err := add(packSums, text(sums.Bytes())); err != nil {
		return nil, err
	}
	return all, z.Close()
}

// openPage leads to the site's home page.
func openPage(title string) []byte {
	return fmt.Appendf(nil, "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"refresh\" content=\"0; url=%[2]sindex.html\">\n<title>%[1]s</title>\n</head>\n<body>\n<p><a href=\"%[2]sindex.html\">打开首页：%[1]s</a></p>\n</body>\n</html>\n", html.EscapeString(title), packFolder)
}

// method says how a file is stored: what is compressed already stays as it is.
func method(name string) uint16 {
	switch strings.ToLower(path.Ext(name)) {
	case ".jpg", ".jpeg", ".png", ".gif", ".webp", ".zip", ".docx", ".xlsx", ".pptx", ".mp4", ".mp3", ".woff2", ".woff":
		return zip.Store
	}
	return zip.Deflate
}

// readBack holds a zip file against what it should have.
func readBack(r io.ReaderAt, size int64, want manifest) error {
	wrong := func(name string) error {
		return fault("写好的压缩包读回来不对（%s），没有保存；请检查磁盘或换一个位置", "the pack read back is not what was written (%s), and was not kept; check the disk, or choose another place", name)
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return wrong(err.Error())
	}
	if len(z.File) != len(want) {
		return wrong(fmt.Sprint(len(z.File)))
	}
	for i, e := range z.File {
		if e.Name != want[i].Path {
			return wrong(e.Name)
		}
		src, err := e.Open()
		if err != nil {
			return wrong(e.Name)
		}
		sum := sha256.New()
		n, err := io.Copy(sum, src)
		src.Close()
		if err != nil || n != want[i].Size || [sha256.Size]byte(sum.Sum(nil)) != want[i].Sum {
			return wrong(e.Name)
		}
	}
	return nil
}
