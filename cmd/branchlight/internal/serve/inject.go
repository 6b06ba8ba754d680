package serve

import (
	"bytes"
	"fmt"
	"html"

	"branchlight/cmd/branchlight/internal/diag"
	"branchlight/cmd/branchlight/internal/out"
)

// own is where the server's own files are. No output begins with a dot, so that
// none can stand there.
const own = "/.branchlight/"

// badges say why a page is in the preview only.
var badges = map[string]diag.Text{
	"draft":  {Zh: "草稿：只在预览里看得到，不会发布", En: "Draft: seen in this preview only, not published"},
	"future": {Zh: "未到日期：只在预览里看得到，到那天才发布", En: "Future: seen in this preview only, published when its day comes"},
}

// withScript gives the bytes of a page with the script that keeps it up to date.
// The script stands at the end of the body.
func (s *Server) withScript(a *answer) []byte {
	if !out.Safe(a.path) {
		return a.data // no page will ever have this address
	}
	badge := ""
	if a.held != "" {
		badge = a.held
		if t, ok := badges[a.held]; ok {
			badge = t.In(s.Lang)
		}
	}
	s.mu.Lock()
	round := s.round
	s.mu.Unlock()
	script := fmt.Sprintf("<script src=\"%sreload.js\" data-own=\"%s\" data-page=\"%s\" data-version=\"%s\" data-round=\"%d\" data-token=\"%s\" data-badge=\"%s\" defer></script>\n",
		own, own, html.EscapeString(a.path), a.version(), round, html.EscapeString(s.token), html.EscapeString(badge))
	at := bytes.LastIndex(a.data, []byte("</body>"))
	if at < 0 {
		at = len(a.data)
	}
	page := make([]byte, 0, len(a.data)+len(script))
	page = append(page, a.data[:at]...)
	page = append(page, script...)
	return append(page, a.data[at:]...)
}
