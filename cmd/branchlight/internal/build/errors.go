package build

import "branchlight/cmd/branchlight/internal/diag"

// OutputError says that the output folder holds sources, or stands among them.
type OutputError struct{ Dir string }

func (e *OutputError) Error() string { return e.Text().En }

// Text gives the message in both languages.
func (e *OutputError) Text() diag.Text {
	return diag.Textf("输出文件夹 %s 与源文件的文件夹（content、layouts、themes）重叠；请用 -o 另选一个", "the output folder %s overlaps the sources (content, layouts, themes); choose another with -o", e.Dir)
}

// NoSiteError says that a folder holds no site.
type NoSiteError struct{ Dir string }

func (e *NoSiteError) Error() string { return e.Text().En }

// Text gives the message in both languages.
func (e *NoSiteError) Text() diag.Text {
	return diag.Textf("文件夹 %s 里没有 site.toml，不是一个站点；请进入站点文件夹再试，或用 branchlight new site 新建", "%s has no site.toml and is no site; go to the site's folder, or make one with branchlight new site", e.Dir)
}

// NoPagesError says that a site has not a single page.
type NoPagesError struct{ Dir string }

func (e *NoPagesError) Error() string { return e.Text().En }

// Text gives the message in both languages.
func (e *NoPagesError) Text() diag.Text {
	return diag.Textf("文件夹 %s 的 content 里没有一个 .md 文件，网站没有改动；请看看共享文件夹是否连上、文件夹是否被移走", "there is no .md file in content of %s, and the site is not changed; see whether a share is not connected or the folder was moved", e.Dir)
}
