package publish

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"
	"sync"

	"branchlight/cmd/branchlight/internal/build"
	"branchlight/cmd/branchlight/internal/out"
)

// previewTrace is in every page of a preview: the script that keeps it up to date.
// In a text the quotes would be written as entities.
var previewTrace = []byte(`src="/.branchlight/`)

// gate builds the site and gives what may be sent: nothing where the build has
// errors (r.Build.Done says so), or the output is not what its manifest vouches
// for. The folder is to be closed; nil where nothing may be sent.
func (s *session) gate(ctx context.Context, r *Report) (want manifest, folder *os.Root, err error) {
	if r.Build, r.Withheld, err = s.build(ctx); err != nil {
		return nil, nil, err
	}
	if s.Built != nil {
		s.Built(r.Build)
	}
	if !r.Build.Done {
		return nil, nil, nil
	}
	want, err = vouched(r.Build.Output)
	if err == nil {
		err = s.revived(ctx, want)
	}
	if err != nil {
		return nil, nil, err
	}
	folder, err = os.OpenRoot(r.Build.Output)
	return want, folder, err
}

// revived refuses a site that has a page that was withdrawn: made of another
// source, or withdrawn when it had none.
func (s *session) revived(ctx context.Context, want manifest) error {
	gone, err := s.withdrawn(ctx)
	if err != nil {
		return err
	}
	for _, w := range gone {
		if want.has(w.Page) {
			return fault("页面 %s 已于 %s 由 %s 撤稿，这次又要发布它，所以没有发布。确实要重新发布，请先运行 branchlight publish readmit %[1]s",
				"the page %s was withdrawn on %s by %s and would come back, so nothing was sent; if it shall, run branchlight publish readmit %[1]s first", w.Page, w.Time.Local().Format("2006-01-02"), w.Who)
		}
	}
	return nil
}

// build builds the site without the pages that were withdrawn from the target.
func (s *session) build(ctx context.Context) (*build.Result, []Withdrawn, error) {
	gone, err := s.withdrawn(ctx)
	if err != nil {
		return nil, nil, err
	}
	o := s.Build
	o.Audit = true
	for _, w := range gone {
		if w.Source != "" {
			o.Withhold = append(o.Withhold, w.Source)
		}
	}
	result, err := build.Build(o)
	if err != nil {
		return nil, nil, err
	}
	var withheld []Withdrawn
	for _, h := range result.Held {
		if i := slices.IndexFunc(gone, func(w Withdrawn) bool { return w.Source == h.File && h.Reason == build.Withheld }); i >= 0 {
			withheld = append(withheld, gone[i])
		}
	}
	return result, withheld, nil
}

// vouched gives the manifest of an output, if every file is as it says and none
// comes from a preview.
func vouched(folder string) (manifest, error) {
	var mu sync.Mutex
	traces := map[string]bool{}
	list, wrong, err := out.Vouch(folder, func(p string, data []byte) {
		if isPage(p) && bytes.Contains(data, previewTrace) {
			mu.Lock()
			traces[p] = true
			mu.Unlock()
		}
	})
	if err != nil {
		return nil, err
	}
	if len(wrong) > 0 {
		var names []string
		for _, d := range wrong {
			names = append(names, d.Path)
		}
		return nil, fault("输出文件夹里有 %d 个文件与生成记录不符（%s），可能有人手工改过，或另一个程序正在生成；没有发布。请删除文件夹 .branchlight 再运行一次",
			"%d files of the output are not what its manifest says (%s): someone changed them, or another build is at work. Nothing was sent. Delete the folder .branchlight and run it again", len(wrong), shorten(names))
	}
	if len(traces) > 0 {
		var names []string
		for p := range traces {
			names = append(names, p)
		}
		slices.Sort(names)
		return nil, fault("输出文件夹里有预览留下的痕迹（%s），没有发布；请检查模板", "the output has traces of a preview (%s), so nothing was sent; check the templates", shorten(names))
	}
	return list, nil
}

// shorten names a few of many.
func shorten(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + " ..."
}
