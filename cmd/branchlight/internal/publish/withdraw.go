package publish

import (
	"bytes"
	"context"
	"html"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/out"
	"branchlight/cmd/branchlight/internal/route"
)

// Withdrawn is a page that was taken back from a target.
type Withdrawn struct {
	Source string    `json:"source,omitempty"` // its source path, where it is known
	Page   string    `json:"page"`             // its output path
	Title  string    `json:"title,omitempty"`
	Files  []string  `json:"files,omitempty"` // its attachments
	Time   time.Time `json:"time"`
	Who    string    `json:"who"`
	Purged bool      `json:"purged"` // no release holds it any more
}

// withdrawn gives the pages that were taken back.
func (s *session) withdrawn(ctx context.Context) (list []Withdrawn, err error) {
	_, err = loadJSON(ctx, s.store, withdrawnFile, &list)
	return list, err
}

// Withdrawal says what came of taking a page back.
type Withdrawal struct {
	Withdrawn
	Publish *Report       // that brought lists and search up to date
	Clean   bool          // lists and search no longer mention the page
	Purges  []string      // releases that held something of it
	Failed  *build.Result // the build with errors, because of which lists still mention it
}

// Withdraw takes a page and its attachments off the live site at once, whatever
// state the sources are in. Then it builds and publishes the site without the page,
// so that no list and no search file mentions it, and purges it from every release
// that is kept. The target remembers it: no later publish brings it back unless it
// is readmitted. A page is named by its source or by its address.
func Withdraw(ctx context.Context, o Options, name string) (*Withdrawal, error) {
	s, err := open(ctx, o, true)
	if err != nil {
		return nil, err
	}
	ctx = s.context(ctx)
	defer s.close()
	w, err := s.withdraw(ctx, name)
	return w, s.cause(ctx, err)
}

func (s *session) withdraw(ctx context.Context, name string) (*Withdrawal, error) {
	w := &Withdrawal{Publish: &Report{Where: s.store.traits().where}}
	var err error
	if w.Source, w.Page, err = s.resolve(ctx, name); err != nil {
		return nil, err
	}
	text, err := s.textOf(ctx, w.Page)
	if err != nil {
		return nil, err
	}
	w.Title, w.Time, w.Who = title(text), s.now().Truncate(time.Second), s.who()
	refs := references(w.Page, text)
	// First it is remembered: what is off the site must not come back.
	if err := s.remember(ctx, w.Withdrawn); err != nil {
		return nil, err
	}
	if err := s.layout.strike(ctx, []string{w.Page}); err != nil {
		return nil, err
	}
	e := s.entry("withdraw", w.Publish)
	e.Page, e.Release, e.Files, e.Digest, e.Removed = w.Page, s.live.Stamp, len(s.live.files), s.live.Sum, 1
	if err := appendLog(ctx, s.store, e); err != nil {
		return nil, err
	}
	return w, s.clean(ctx, w, refs)
}

// clean does the rest of a withdrawal: attachments, lists, earlier releases.
func (s *session) clean(ctx context.Context, w *Withdrawal, refs []string) error {
	want, folder, err := s.gate(ctx, w.Publish)
	if folder != nil {
		defer folder.Close()
	}
	built := err == nil && w.Publish.Build.Done
	if built {
		// What the page used and the site without it does not have was the page's own.
		w.Files = slices.DeleteFunc(refs, func(p string) bool { return want.has(p) })
	} else {
		if err == nil {
			w.Failed = w.Publish.Build
		}
		var more error
		if w.Files, more = s.unshared(ctx, refs); more != nil {
			return more
		}
	}
	if err := s.layout.strike(ctx, w.Files); err != nil {
		return err
	}
	if err := s.remember(ctx, w.Withdrawn); err != nil {
		return err
	}
	if built {
		if ask := s.Vanish; ask != nil {
			s.Vanish = func(pages []string) error {
				if pages = slices.DeleteFunc(slices.Clone(pages), func(p string) bool { return s.hangsOn(ctx, p, w.Withdrawn) }); len(pages) == 0 {
					return nil
				}
				return ask(pages)
			}
		}
		err = s.bring(ctx, want, outputSource(folder), w.Publish, time.Now())
		w.Clean = err == nil
	}
	purges, purgeErr := s.purge(ctx, w.Withdrawn)
	if w.Purges = purges; purgeErr != nil {
		return purgeErr
	}
	if w.Clean {
		w.Purged = true
		if err := s.remember(ctx, w.Withdrawn); err != nil {
			return err
		}
	}
	return err
}

// redirects is in every page that an alias stands for.
var redirects = []byte(`http-equiv="refresh"`)

// hangsOn reports that a live page is there because of a page that is withdrawn: one
// of its aliases, or a list that has it. With it, such pages go without a question.
func (s *session) hangsOn(ctx context.Context, p string, w Withdrawn) bool {
	f, ok := s.live.files.find(p)
	if !ok {
		return false
	}
	text, err := get(ctx, s.store, s.layout.at(s.live.Stamp, f), maxState)
	return err == nil && (generated(p) || bytes.Contains(text, redirects)) && bytes.Contains(text, []byte(path.Base(w.Page)))
}

// resolve finds the page that a name means: a source, or an address.
func (s *session) resolve(ctx context.Context, name string) (source, page string, err error) {
	name = strings.TrimPrefix(strings.ReplaceAll(name, "\\", "/"), "./")
	if strings.Trim(name, " /") == "" { // an empty variable in a script is not the home page
		return "", "", fault("没有写明要撤哪个页面", "no page is named")
	}
	known, err := build.Inspect(s.Build)
	if err != nil {
		return "", "", err
	}
	if strings.HasSuffix(name, ".md") {
		for _, p := range known.Published {
			if p.Source == name || strings.TrimPrefix(p.Source, "content/") == name {
				return p.Source, p.Output, nil
			}
		}
		return "", "", fault("源稿里没有正在发布的 %s；请检查写法，或写它的网址，例如 cai-zheng-ju/yi-yue.html", "no published source is called %s; check the name, or give the page's address, such as agency/page.html", name)
	}
	page = address(name)
	for _, p := range known.Published {
		if p.Output == page {
			source = p.Source
		}
	}
	if source == "" && generated(page) {
		return "", "", fault("%s 不是稿件，是程序生成的，撤不下来：请撤里面的稿件，或把它的 _index.md 改成 draft = true 再发布", "%s is no article but made by the program, and cannot be withdrawn: withdraw what is in it, or make its _index.md a draft and publish", page)
	}
	if s.live.files.has(page) {
		return source, page, nil
	}
	var all []string
	for _, f := range s.live.files {
		if isPage(f.Path) {
			all = append(all, f.Path)
		}
	}
	for _, stamp := range s.stamps {
		m, err := s.layout.manifest(ctx, stamp)
		if err != nil {
			return "", "", err
		}
		if m.has(page) {
			return source, page, nil
		}
	}
	if near, ok := route.Nearest(page, all); ok {
		return "", "", fault("线上没有页面 %s；是不是 %s？", "there is no live page %s; did you mean %s?", page, near)
	}
	return "", "", fault("线上和保留的版本里都没有页面 %s", "neither the live site nor a kept release has a page %s", page)
}

// generated reports that a page stands for no article: a list, or one of the site's
// own pages. Every build makes it again.
func generated(page string) bool {
	switch path.Base(page) {
	case "404.html", "search.html":
		return !strings.Contains(page, "/")
	case "cards.html", "plates.html":
		return strings.HasPrefix(page, "posts/")
	}
	return rank(page) == ranks-1
}

// address gives the output path of a web address or a path of the site.
func address(name string) string {
	if u, err := url.Parse(name); err == nil && u.Path != "" {
		name = u.Path
	}
	name = strings.TrimPrefix(name, "/")
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	return name
}

// textOf reads a page of the live site, or of the last release that has it.
func (s *session) textOf(ctx context.Context, page string) ([]byte, error) {
	stamps := []string{s.live.Stamp}
	for _, stamp := range slices.Backward(s.stamps) {
		stamps = append(stamps, stamp)
	}
	for _, stamp := range stamps {
		m, err := s.layout.manifest(ctx, stamp)
		if err != nil {
			return nil, err
		}
		if f, ok := m.find(page); ok {
			text, err := get(ctx, s.store, s.layout.at(stamp, f), maxState)
			if !absent(err) {
				return text, err
			}
		}
	}
	return nil, nil
}

// remember writes a withdrawal into the target's list.
func (s *session) remember(ctx context.Context, w Withdrawn) error {
	list, err := s.withdrawn(ctx)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(o Withdrawn) bool { return o.Page == w.Page })
	return saveJSON(ctx, s.store, withdrawnFile, append(list, w))
}

// Readmit forgets that a page was withdrawn: the next publish may show it again.
func Readmit(ctx context.Context, o Options, name string) (*Withdrawn, error) {
	s, err := open(ctx, o, true)
	if err != nil {
		return nil, err
	}
	defer s.close()
	list, err := s.withdrawn(ctx)
	if err != nil {
		return nil, err
	}
	name = strings.TrimPrefix(strings.ReplaceAll(name, "\\", "/"), "./")
	i := slices.IndexFunc(list, func(w Withdrawn) bool {
		return w.Source == name || strings.TrimPrefix(w.Source, "content/") == name || w.Page == address(name)
	})
	if i < 0 {
		return nil, fault("%s 没有被撤稿", "%s was not withdrawn", name)
	}
	w := list[i]
	if err := saveJSON(ctx, s.store, withdrawnFile, slices.Delete(list, i, i+1)); err != nil {
		return nil, err
	}
	e := s.entry("readmit", new(Report))
	e.Page, e.Release, e.Files, e.Digest = w.Page, s.live.Stamp, len(s.live.files), s.live.Sum
	return &w, appendLog(ctx, s.store, e)
}

var (
	referred = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\s(?:href|src|srcset|poster)="([^"]*)"`) })
	heading  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?s)<h1[^>]*>(.*?)</h1>`) })
	tag      = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`<[^>]*>`) })
)

// references gives the paths of the site's other files, no pages, that a page uses.
func references(page string, text []byte) []string {
	var list []string
	for _, m := range referred().FindAllSubmatch(text, -1) {
		for part := range strings.SplitSeq(html.UnescapeString(string(m[1])), ",") { // of a srcset
			ref, _, _ := strings.Cut(strings.TrimSpace(part), " ")
			u, err := url.Parse(ref)
			if err != nil || u.Scheme != "" || u.Host != "" || u.Path == "" {
				continue
			}
			p := path.Join(path.Dir(page), u.Path)
			if out.Safe(p) && !isPage(p) && !slices.Contains(list, p) {
				list = append(list, p)
			}
		}
	}
	return list
}

// title gives the words of a page's main heading, as they stand in its HTML.
func title(text []byte) string {
	m := heading().FindSubmatch(text)
	if m == nil {
		return ""
	}
	return strings.TrimSpace(string(tag().ReplaceAll(m[1], nil)))
}

// unshared gives the files that no other page of the live site uses, lists aside,
// for where the site cannot be built.
func (s *session) unshared(ctx context.Context, refs []string) ([]string, error) {
	var pages []out.Made
	for _, f := range s.live.files {
		if isPage(f.Path) && rank(f.Path) == 1 {
			pages = append(pages, f)
		}
	}
	var mu sync.Mutex
	used := map[string]bool{}
	err := each(ctx, s.store.traits().workers, len(pages), func(ctx context.Context, i int) error {
		text, err := get(ctx, s.store, s.layout.at(s.live.Stamp, pages[i]), maxState)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		for _, p := range references(pages[i].Path, text) {
			used[p] = true
		}
		return nil
	})
	return slices.DeleteFunc(slices.Clone(refs), func(p string) bool { return used[p] || !s.live.files.has(p) }), err
}

// purge takes a page out of every kept release. A release keeps its own pages; what
// of it mentions the page is replaced by what is live, and what is live and it does
// not have is added, so that no list of a mended release leads nowhere.
func (s *session) purge(ctx context.Context, w Withdrawn) (purged []string, err error) {
	gone := map[string]bool{w.Page: true}
	for _, p := range w.Files {
		gone[p] = true
	}
	for _, stamp := range s.stamps {
		if stamp == s.live.Stamp {
			continue
		}
		old, err := s.layout.manifest(ctx, stamp)
		if err != nil {
			return purged, err
		}
		mended, tainted, err := s.mend(ctx, stamp, old, gone, w)
		if err != nil {
			return purged, err
		}
		if !tainted {
			continue
		}
		purged = append(purged, stamp)
		if err := s.layout.purge(ctx, stamp, mended); err != nil {
			return purged, err
		}
	}
	return purged, nil
}

// mend says what a release is to be without a page. tainted reports that it had it.
func (s *session) mend(ctx context.Context, stamp string, old manifest, gone map[string]bool, w Withdrawn) (mended manifest, tainted bool, err error) {
	bad := make([]bool, len(old))
	err = each(ctx, s.store.traits().workers, len(old), func(ctx context.Context, i int) (err error) {
		bad[i], err = s.mentions(ctx, stamp, old[i], gone, w)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	tainted = slices.Contains(bad, true)
	for i, f := range old {
		if !bad[i] {
			mended = append(mended, f)
		} else if live, ok := s.live.files.find(f.Path); ok && !gone[f.Path] {
			mended = append(mended, live)
		}
	}
	for _, f := range s.live.files {
		if !old.has(f.Path) {
			mended = append(mended, f)
		}
	}
	slices.SortFunc(mended, byName)
	return mended, tainted, nil
}

// mentions reports that a file of a release is the page, one of its attachments, or
// speaks of it. Search files hold texts in pieces and count as a whole.
func (s *session) mentions(ctx context.Context, stamp string, f out.Made, gone map[string]bool, w Withdrawn) (bool, error) {
	if gone[f.Path] {
		return true, nil
	}
	if sameLive(s.live.files, f) && s.live.files.has(f.Path) {
		return false, nil // it was made without the page
	}
	switch path.Ext(f.Path) {
	case ".js", ".json", ".txt":
		return true, nil
	case ".html", ".xml":
	default:
		return false, nil
	}
	text, err := get(ctx, s.store, s.layout.at(stamp, f), maxState)
	if absent(err) {
		return true, nil // it cannot be looked at, and is not there to be kept
	}
	if err != nil {
		return false, err
	}
	return bytes.Contains(text, []byte(path.Base(w.Page))) || w.Title != "" && bytes.Contains(text, []byte(w.Title)), nil
}

// finishPurges purges what an earlier withdrawal could not.
func (s *session) finishPurges(ctx context.Context) error {
	list, err := s.withdrawn(ctx)
	if err != nil {
		return err
	}
	for _, w := range list {
		if w.Purged {
			continue
		}
		if _, err := s.purge(ctx, w); err != nil {
			return err
		}
		w.Purged = true
		if err := s.remember(ctx, w); err != nil {
			return err
		}
	}
	return nil
}
