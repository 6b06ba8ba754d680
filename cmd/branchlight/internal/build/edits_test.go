package build

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"branchlight/cmd/branchlight/internal/day"
)

// choices turns bytes into decisions: those of a fuzzer, or random ones. When
// there are no more, every decision is the first of its kind.
type choices struct{ rest []byte }

func (c *choices) n(k int) int {
	if len(c.rest) == 0 {
		return 0
	}
	b := c.rest[0]
	c.rest = c.rest[1:]
	return int(b) % k
}

// one reports true once in k times.
func (c *choices) one(k int) bool { return c.n(k) == k-1 }

func pick[T any](c *choices, list []T) T { return list[c.n(len(list))] }

// world is a small site whose files are changed at random.
type world struct {
	t       testing.TB
	c       *choices
	root    string
	options Options
	history map[string][]string // what each file has said so far
	stamps  map[string]string   // by path, size and time: what the file said
	clock   int                 // counts the times given to files
	touched map[string]bool     // folders, for a session
	log     []string
}

// pool lists the places where pages may be.
var pool = []string{
	"content/a/b1/p0.md", "content/a/b1/p1.md", "content/a/b1/p2.md", "content/a/b2/p3.md", "content/a/b2/2026/p4.md", "content/a/p5.md",
	"content/乙局/支部/页一.md", "content/乙局/支部/页二.md", "content/乙局/支部/p8.md", "content/help/h1.md", "content/plain.md",
	"content/a/_index.md", "content/a/b1/_index.md", "content/a/b2/_index.md", "content/乙局/_index.md", "content/help/_index.md", "content/_index.md",
}

// helpIndex makes a folder one of plain pages.
const helpIndex = "content/help/_index.md"

// beside lists the places of other files.
var beside = []string{
	"content/a/b1/图.png", "content/a/b1/表.csv", "content/a/b2/pic.svg", "content/a/b2/名单.csv", "content/乙局/支部/pic.png", "content/乙局/支部/a.csv",
}

func newWorld(t testing.TB, root string, c *choices) *world {
	w := &world{
		t: t, c: c, root: root, options: Options{Root: root, Day: buildDay},
		history: map[string][]string{}, stamps: map[string]string{}, touched: map[string]bool{},
	}
	if c.one(2) {
		w.options.scanBelow = 1 + c.n(12) // below so many pages texts are scanned, from there on there is an index
	}
	w.set("site.toml", siteText(&choices{}))
	for i, p := range pool {
		if i%4 != 3 || p == helpIndex {
			w.set(p, w.pageText(p, &choices{[]byte{byte(i), byte(i * 3), byte(i * 5), byte(i * 7), 0, byte(i)}}))
		}
	}
	for i, p := range beside[:4] {
		w.set(p, fileText(p, i))
	}
	for name, text := range themeFiles(t) {
		w.set("themes/own/"+name, text)
	}
	w.age()
	return w
}

// themeFiles gives the files of a small theme, which shows much.
func themeFiles(t testing.TB) map[string]string {
	themeOnce.Do(func() { themeRead = files(t, filepath.Join("testdata", "theme")) })
	return themeRead
}

var (
	themeOnce sync.Once
	themeRead map[string]string
)

func (w *world) note(format string, args ...any) { w.log = append(w.log, fmt.Sprintf(format, args...)) }

func (w *world) abs(p string) string { return filepath.Join(w.root, filepath.FromSlash(p)) }

// touch remembers that something changed directly in the folder of a path.
func (w *world) touch(p string) { w.touched[path.Dir(p)] = true }

// set writes a file. What stands in its way goes.
func (w *world) set(p, text string) {
	for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
		if fi, err := os.Lstat(w.abs(dir)); err == nil && !fi.IsDir() {
			w.remove(dir)
		}
	}
	if fi, err := os.Lstat(w.abs(p)); err == nil && fi.IsDir() {
		w.remove(p)
	}
	for dir := p; dir != "."; dir = path.Dir(dir) {
		w.touch(dir)
	}
	write(w.t, w.root, p, text)
	w.history[p] = append(w.history[p], text)
	w.stamped(p)
}

// remove deletes a file or folder, and the folders that are empty then.
func (w *world) remove(p string) {
	if err := os.RemoveAll(w.abs(p)); err != nil && !errors.Is(err, syscall.ENOTDIR) { // a file stands above it
		w.t.Fatal(err)
	}
	w.touch(p)
	for dir := path.Dir(p); strings.Contains(dir, "/"); dir = path.Dir(dir) {
		if os.Remove(w.abs(dir)) != nil {
			break
		}
		w.touch(dir)
	}
}

func (w *world) move(from, to string) {
	text, err := os.ReadFile(w.abs(from))
	if err != nil {
		return
	}
	w.remove(from)
	w.set(to, string(text))
}

// stamped sees to it that no file ever says two things under one size and time:
// that alone is what no build could notice.
func (w *world) stamped(p string) {
	for {
		fi, err := os.Stat(w.abs(p))
		if err != nil {
			w.t.Fatal(err)
		}
		text, err := os.ReadFile(w.abs(p))
		if err != nil {
			w.t.Fatal(err)
		}
		key := fmt.Sprint(p, " ", fi.Size(), " ", fi.ModTime().UnixNano())
		if old, ok := w.stamps[key]; !ok || old == string(text) {
			w.stamps[key] = string(text)
			return
		}
		w.retime(p)
	}
}

// retime gives a file a time that is long past and that no file had before.
func (w *world) retime(p string) {
	w.clock++
	then := time.Date(2020, 1, 1, 0, 0, w.clock, (w.clock%3)*1000, time.UTC)
	if err := os.Chtimes(w.abs(p), then, then); err != nil {
		w.t.Fatal(err)
	}
}

// age gives all sources a time that is trusted.
func (w *world) age() {
	for _, p := range w.sources() {
		if fi, err := os.Stat(w.abs(p)); err == nil && time.Since(fi.ModTime()) < time.Hour {
			w.retime(p)
			w.stamped(p)
			w.touch(p)
		}
	}
}

// sources lists all source files.
func (w *world) sources() (list []string) {
	for _, top := range []string{"content", "layouts", "themes"} {
		filepath.WalkDir(w.abs(top), func(p string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				rel, _ := filepath.Rel(w.root, p)
				list = append(list, filepath.ToSlash(rel))
			}
			return nil
		})
	}
	return list
}

func (w *world) pages() []string {
	return slices.DeleteFunc(w.sources(), func(p string) bool { return !strings.HasPrefix(p, "content/") || path.Ext(p) != ".md" })
}

// pageText makes the text of a page that mostly is without errors.
func (w *world) pageText(p string, c *choices) string {
	var b strings.Builder
	b.WriteString("+++\ntitle = \"" + pick(c, []string{"一月一课", "窗口先锋", "结对共建", "Title"}) + path.Base(path.Dir(p)) + "\"\n")
	kind := pick(c, []string{"practice", "progress", "post"})
	switch {
	case p == "content/_index.md":
	case path.Dir(p) == "content" || strings.HasPrefix(p, "content/help/"):
		if path.Base(p) == "_index.md" {
			b.WriteString("kind = \"pages\"\n")
		}
	case path.Base(p) == "_index.md" && strings.Count(p, "/") == 2:
		fmt.Fprintf(&b, "order = %d\nstage = %q\n", c.n(3), pick(c, []string{"申报", "创建", "命名"}))
	case path.Base(p) == "_index.md":
		fmt.Fprintf(&b, "stars = %d\nmotto = \"%d\"\n", 1+c.n(5), c.n(3))
	default:
		b.WriteString("kind = \"" + kind + "\"\n")
		if d := c.n(8); d > 0 {
			fmt.Fprintf(&b, "date = 2026-05-%02d\n", 25+d-1) // the last is a Sunday in May, the build day the first of June
		}
		topics := [][]string{{"理论武装"}, {"业务融合", "志愿服务"}, {"志愿服务"}, {}}
		if list := pick(c, topics); len(list) > 0 {
			fmt.Fprintf(&b, "themes = [\"%s\"]\n", strings.Join(list, "\", \""))
		}
		b.WriteString(map[string]string{
			"practice": "brand = \"一线工作法\"\n",
			"progress": fmt.Sprintf("stage = \"创建\"\npercent = %d\n", c.n(101)),
			"post":     "holder = \"王芳\"\nconsent = true\nposition = \"综合窗口\"\npledge = \"一次办好\"\n",
		}[kind])
		if c.one(8) {
			b.WriteString("expires = 2026-06-01\n")
		}
		if c.one(12) {
			b.WriteString("slug = \"s" + fmt.Sprint(c.n(3)) + "\"\n")
		}
	}
	if c.one(10) {
		b.WriteString("draft = true\n")
	}
	if c.one(8) && path.Base(p) != "_index.md" {
		fmt.Fprintf(&b, "aliases = [\"old/%d.html\"]\n", c.n(4))
	}
	b.WriteString("+++\n")
	b.WriteString(w.bodyText(p, c))
	return b.String()
}

func (w *world) bodyText(p string, c *choices) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n## 背景%d\n\n支部党员结合岗位职责，第 %d 次梳理。\n", c.n(2), c.n(256))
	if list := w.sources(); c.one(3) && len(list) > 0 {
		to := pick(c, list)
		rel, err := filepath.Rel(path.Dir(p), to)
		if err == nil && strings.HasPrefix(to, "content/") {
			text := "[见](<" + filepath.ToSlash(rel) + ">)"
			if ext := path.Ext(to); ext == ".png" || ext == ".svg" {
				text = "!" + text
			} else if ext == ".md" && c.one(4) {
				text = "[见](<" + filepath.ToSlash(rel) + "#背景0>)"
			}
			b.WriteString("\n" + text + "\n")
		}
	}
	if c.one(6) {
		b.WriteString("\n## 做法\n\n- 一\n- 二\n\n## 成效\n\n```\nx\n```\n")
	}
	return b.String()
}

// fileText makes one of a few versions of a file that is no page.
func fileText(p string, version int) string {
	switch path.Ext(p) {
	case ".png":
		return string(picture(2, 2)) + strings.Repeat("\x00", version%3)
	case ".svg":
		return fmt.Sprintf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"8\"><path d=\"M0 0h8v8z\"/></svg>\n", 8+version%3)
	}
	return fmt.Sprintf("a,b\n%d,2\n", version)
}

// siteText makes one of a few versions of the settings.
func siteText(c *choices) string {
	var b bytes.Buffer
	b.WriteString("theme = \"own\"\n")
	fmt.Fprintf(&b, "title = \"县直机关%d\"\n", c.n(3))
	if !c.one(3) {
		b.WriteString("base_url = \"http://intranet.example/dj/\"\n")
	}
	if c.one(3) {
		b.WriteString("name_order = \"pinyin\"\npage_size = 5\n")
	}
	if c.one(6) {
		b.WriteString("language = \"en\"\n")
	}
	names := []string{"理论武装", "业务融合", "志愿服务"}
	if c.one(4) {
		slices.Reverse(names)
	}
	if c.one(12) {
		names = names[1:] // which pages miss
	}
	fmt.Fprintf(&b, "topic = [ { name = \"%s\" } ]\n", strings.Join(names, "\" }, { name = \""))
	b.WriteString("\n[model_agency]\nstages = [\"申报\", \"创建\", \"命名\"]\n")
	if c.one(6) {
		b.WriteString("\n[pinyin]\n\"乙\" = \"yi yi\"\n")
	}
	return b.String()
}

// edits are the kinds of what can happen to a site. More likely ones stand there
// more than once.
var edits = []struct {
	name string
	edit func(*world)
}{
	{"write a page", (*world).writePage},
	{"write a page", (*world).writePage},
	{"write a page", (*world).writePage},
	{"write a page", (*world).writePage},
	{"change a word", (*world).changeWord},
	{"change a word", (*world).changeWord},
	{"change a word", (*world).changeWord},
	{"delete a file", (*world).deleteFile},
	{"delete a file", (*world).deleteFile},
	{"rename a page", (*world).renamePage},
	{"rename a page", (*world).renamePage},
	{"touch a file", (*world).touchFile},
	{"change a file and keep its time", (*world).keepTime},
	{"change a file and keep its time", (*world).keepTime},
	{"replace a file by a folder", (*world).toFolder},
	{"replace a folder by a file", (*world).toFile},
	{"change a file back", (*world).changeBack},
	{"change a file back", (*world).changeBack},
	{"change a file back", (*world).changeBack},
	{"move the day", (*world).moveDay},
	{"hold bad pages or not", func(w *world) { w.options.HoldBad = !w.options.HoldBad }},
	{"change the settings", (*world).changeSettings},
	{"change a layout", (*world).changeLayout},
	{"change a layout", (*world).changeLayout},
	{"change the theme", (*world).changeTheme},
	{"change the theme", (*world).changeTheme},
	{"change an attachment", (*world).changeAttachment},
	{"change an attachment", (*world).changeAttachment},
	{"make a mistake", (*world).mistake},
	{"build elsewhere", (*world).elsewhere},
	{"rename a folder", (*world).renameFolder},
	{"disturb the output", (*world).disturb},
	{"disturb the output", (*world).disturb},
	{"disturb the cache", (*world).disturbCache},
	{"build without the cache", (*world).forgetful},
}

func (w *world) writePage() {
	p := pick(w.c, pool)
	w.note("write %s", p)
	w.set(p, w.pageText(p, w.c))
}

// changeWord changes a text so that its length stays, and mostly that of the
// outputs.
func (w *world) changeWord() {
	p := pick(w.c, pool)
	text, err := os.ReadFile(w.abs(p))
	if err != nil {
		return
	}
	from := []string{"支部", "党员", "梳理", "岗位", "窗口先锋", "背景"}
	to := []string{"部支", "员党", "整治", "职位", "窗台先锋", "前景"}
	i := w.c.n(len(from))
	if !strings.Contains(string(text), from[i]) {
		from, to = to, from
	}
	w.note("%s: %s for %s", p, to[i], from[i])
	w.set(p, strings.ReplaceAll(string(text), from[i], to[i]))
}

func (w *world) deleteFile() {
	list := w.sources()
	list = slices.DeleteFunc(list, func(p string) bool { return strings.HasPrefix(p, "themes/") })
	if len(list) > 0 {
		p := pick(w.c, list)
		w.note("delete %s", p)
		w.remove(p)
	}
}

func (w *world) renamePage() {
	if list := w.pages(); len(list) > 0 {
		from, to := pick(w.c, list), pick(w.c, pool)
		w.note("rename %s to %s", from, to)
		w.move(from, to)
	}
}

func (w *world) touchFile() {
	if list := w.sources(); len(list) > 0 {
		p := pick(w.c, list)
		w.note("touch %s", p)
		if w.c.one(2) {
			now := time.Now()
			os.Chtimes(w.abs(p), now, now)
		} else {
			w.retime(p)
		}
		w.touch(p)
		w.stamped(p)
	}
}

func (w *world) keepTime() {
	list := w.sources()
	if len(list) == 0 {
		return
	}
	p := pick(w.c, list)
	fi, err := os.Stat(w.abs(p))
	text, err2 := os.ReadFile(w.abs(p))
	if err != nil || err2 != nil || path.Ext(p) == ".png" {
		return
	}
	w.note("%s: longer, with the same time", p)
	write(w.t, w.root, p, string(text)+strings.Repeat("\n", 1+w.c.n(2)))
	os.Chtimes(w.abs(p), fi.ModTime(), fi.ModTime())
	w.touch(p)
	w.stamped(p)
}

func (w *world) toFolder() {
	p := pick(w.c, slices.Concat(pool[:9], beside))
	w.note("%s is a folder", p)
	w.remove(p)
	in := p + "/" + pick(w.c, []string{"x.md", "y.csv"})
	if path.Ext(in) == ".md" {
		w.set(in, w.pageText(in, w.c))
	} else {
		w.set(in, fileText(in, w.c.n(9)))
	}
}

func (w *world) toFile() {
	dirs := []string{"content/a", "content/a/b1", "content/a/b2", "content/a/b2/2026", "content/乙局/支部", "content/help"}
	for _, p := range slices.Concat(pool, beside) {
		if fi, err := os.Stat(w.abs(p)); err == nil && fi.IsDir() {
			dirs = []string{p}
			break
		}
	}
	p := pick(w.c, dirs)
	w.note("%s is a file", p)
	if path.Ext(p) == ".md" {
		w.set(p, w.pageText(p, w.c))
	} else {
		w.set(p, fileText(p, w.c.n(9)))
	}
}

func (w *world) changeBack() {
	all := slices.Sorted(maps.Keys(w.history))
	if w.c.one(2) { // what changed often is more likely
		all = slices.DeleteFunc(all, func(p string) bool { return len(w.history[p]) < 2 })
	}
	if len(all) == 0 {
		return
	}
	p := pick(w.c, all)
	w.note("%s as it was", p)
	w.set(p, pick(w.c, w.history[p]))
}

func (w *world) moveDay() {
	w.options.Day = pick(w.c, []day.Day{buildDay, 20260527, 20260602, 20260530})
	w.note("day %s", w.options.Day)
}

func (w *world) changeSettings() {
	text := siteText(w.c)
	if w.c.one(10) {
		text = pick(w.c, []string{"title = “x”\n" + text, "theme = \"none\"\n", text + "\n[extra]\nx = 1\n"})
	}
	w.note("settings %q", text)
	w.set("site.toml", text)
}

func (w *world) changeLayout() {
	p := "layouts/" + pick(w.c, []string{"partials/note.html", "partials/cards.html", "article.html", "partials/extra.html"})
	_, err := os.Stat(w.abs(p))
	n := w.c.n(8)
	text := themeFiles(w.t)[strings.TrimPrefix(p, "layouts/")] + fmt.Sprintf("<p>%d</p>\n", n)
	switch {
	case err == nil && w.c.one(2):
		w.note("delete %s", p)
		w.remove(p)
		return
	case n == 6:
		text = "{{.Nothing"
	case n == 7:
		text = "{{template \"base\" .}}{{define \"title\"}}{{end}}{{define \"main\"}}{{.Titel}}{{end}}"
	}
	w.note("layout %s, version %d", p, n)
	w.set(p, text)
}

func (w *world) changeTheme() {
	all := themeFiles(w.t)
	name := pick(w.c, slices.Sorted(maps.Keys(all)))
	p := "themes/own/" + name
	n := w.c.n(12)
	switch {
	case n < 2:
		w.note("theme: %s as it was", name)
		w.set(p, all[name])
	case n < 4:
		w.note("theme: more assets")
		w.set("themes/own/assets/more.css", fmt.Sprintf("p { margin: %dpx; }\n", w.c.n(4)))
	case n == 4:
		w.note("theme: fewer assets")
		w.remove("themes/own/assets/more.css")
	case n == 11:
		w.note("theme: delete %s", name)
		w.remove(p)
	case strings.HasPrefix(name, "strings/"):
		w.note("theme: words")
		w.set(p, strings.ReplaceAll(all[name], "\"\n", fmt.Sprintf("%d\"\n", n)))
	default:
		w.note("theme: %s, version %d", name, n)
		w.set(p, all[name]+fmt.Sprintf("<!-- %d -->\n", n)+map[bool]string{true: fmt.Sprint(n)}[n < 8])
	}
}

func (w *world) changeAttachment() {
	p := pick(w.c, beside)
	if w.c.one(6) {
		w.note("delete %s", p)
		w.remove(p)
		return
	}
	text := fileText(p, w.c.n(9))
	if w.c.one(8) {
		text = text[:len(text)/2]
	}
	w.note("write %s", p)
	w.set(p, text)
}

func (w *world) mistake() {
	p := pick(w.c, pool[:11])
	head := "+++\ntitle = \"x\"\nkind = \"practice\"\n"
	n := w.c.n(7)
	w.note("%s has mistake %d", p, n)
	switch n {
	case 0:
		w.set(p, "+++\ntitle = “x”\n+++\n")
	case 1:
		w.set(p, head+"+++\n\n[x](nothing.md)\n")
	case 2:
		w.set(p, head+"slug = \"p1\"\n+++\n")
	case 3:
		w.set(p, "\xff\xfe\xff")
	case 4:
		w.set(path.Dir(p)+"/"+strings.ToUpper(path.Base(p)), head+"+++\n")
	case 5:
		w.set(p, head+"draft = True\n+++\n")
	case 6:
		w.set(path.Dir(p)+"/id_rsa", "secret")
	}
}

// mend takes away what may be wrong.
func (w *world) mend() {
	w.note("mend all")
	w.set("site.toml", siteText(&choices{}))
	for _, p := range w.sources() {
		name, own := strings.CutPrefix(p, "themes/own/")
		switch {
		case strings.HasPrefix(p, "layouts/"):
			w.remove(p)
		case own:
			if text, known := themeFiles(w.t)[name]; known {
				w.set(p, text)
			}
		case path.Ext(p) == ".md" && !slices.Contains(pool, p), path.Base(p) == "id_rsa":
			w.remove(p)
		case path.Ext(p) == ".md":
			w.set(p, w.pageText(p, &choices{[]byte{byte(w.clock), 0, byte(len(p))}}))
		}
	}
	w.set(helpIndex, w.pageText(helpIndex, &choices{}))
	for name, text := range themeFiles(w.t) {
		if _, err := os.Stat(w.abs("themes/own/" + name)); err != nil {
			w.set("themes/own/"+name, text)
		}
	}
}

func (w *world) elsewhere() {
	w.options.Output = map[bool]string{true: filepath.Join(w.root, "other")}[w.options.Output == ""]
	w.note("output %q", w.options.Output)
}

func (w *world) renameFolder() {
	from := pick(w.c, []string{"content/a/b1", "content/a", "content/乙局/支部", "content/a/b2", "content/a/b9", "content/e"})
	to := pick(w.c, []string{"content/a/b9", "content/e", "content/a/b1", "content/a", "content/乙局/支部"})
	if strings.HasPrefix(to+"/", from+"/") {
		return
	}
	if _, err := os.Stat(w.abs(to)); err == nil {
		return
	}
	os.MkdirAll(w.abs(path.Dir(to)), 0o777)
	if os.Rename(w.abs(from), w.abs(to)) != nil {
		return
	}
	w.note("rename %s to %s", from, to)
	for dir := to; dir != "."; dir = path.Dir(dir) {
		w.touch(dir)
	}
	w.touch(from)
	for _, p := range w.sources() {
		if strings.HasPrefix(p, to+"/") {
			w.stamped(p)
		}
	}
}

// output gives the folder that is built into.
func (w *world) output() string {
	if w.options.Output != "" {
		return w.options.Output
	}
	return filepath.Join(w.root, "public")
}

// disturb changes the output as others might: a build repairs it.
func (w *world) disturb() {
	if _, err := os.Stat(w.output()); err != nil {
		return
	}
	all := files(w.t, w.output())
	name := pick(w.c, slices.Sorted(maps.Keys(all)))
	p := filepath.Join(w.output(), filepath.FromSlash(name))
	if n := w.c.n(4); n == 0 || name == ".branchlight-manifest" { // whose loss would make the files those of others
		w.note("touch output %s", name)
		now := time.Now()
		os.Chtimes(p, now, now)
	} else if n == 1 {
		w.note("delete output %s", name)
		os.Remove(p)
	} else {
		w.note("change output %s", name)
		text := []byte(all[name])
		if n == 2 || len(text) == 0 {
			text = append(text, 'x')
		} else {
			text[len(text)/2] ^= 1
		}
		os.WriteFile(p, text, 0o666)
	}
}

// disturbCache takes the cache away, spoils it, or puts an older one in its place.
func (w *world) disturbCache() {
	dir, kept := w.abs(".branchlight"), filepath.Join(filepath.Dir(w.root), "kept")
	switch n := w.c.n(5); n {
	case 0:
		w.note("no cache")
		os.RemoveAll(dir)
	case 1, 2:
		all, _ := filepath.Glob(filepath.Join(dir, map[bool]string{true: "state", false: "store-*"}[n == 1]))
		for _, p := range all {
			text, err := os.ReadFile(p)
			if err != nil || len(text) == 0 {
				continue
			}
			at := (w.c.n(256)*256 + w.c.n(256)) % len(text)
			w.note("byte %d of %s is another", at, filepath.Base(p)[:5])
			text[at] ^= 0x40
			os.WriteFile(p, text, 0o666)
		}
	case 3:
		w.note("keep the cache")
		os.RemoveAll(kept)
		os.CopyFS(kept, os.DirFS(dir))
	case 4:
		if _, err := os.Stat(kept); err == nil {
			w.note("the cache that was kept")
			os.RemoveAll(dir)
			os.CopyFS(dir, os.DirFS(kept))
		}
	}
}

// forgetful builds as a program does that may not write the cache, or dies before
// it does.
func (w *world) forgetful() {
	w.note("build without the cache")
	build(w.options, nothing) // what it reports is reported again
}
