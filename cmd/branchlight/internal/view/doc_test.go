package view

import (
	"strings"
	"testing"
)

func TestDocShowsEveryView(t *testing.T) {
	doc := Doc()
	for _, name := range []string{"Frame", "Article", "Home", "Agency", "Branch", "List", "Board", "Alias", "NotFound", "Sitemap"} {
		if !strings.Contains(doc, "type "+name+" struct {") {
			t.Errorf("%s is missing", name)
		}
	}
	if strings.Contains(doc, "import") || strings.HasPrefix(doc, ")") {
		t.Error("the doc begins before the first view")
	}
}
