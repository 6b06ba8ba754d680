package render

import (
	"testing"
	"testing/fstest"

	"branchlight/cmd/branchlight/internal/config"
)

// The site's colours stand at the end of the theme's style sheet, and nowhere else.
func TestColors(t *testing.T) {
	theme := fstest.MapFS{
		"assets/site.css":  {Data: []byte("a { color: var(--red); }\n")},
		"assets/print.css": {Data: []byte("@page { margin: 0; }\n")},
	}
	colors := []config.Color{{Name: "red", Value: "#aa0000"}, {Name: "gold", Value: "#bb8800"}}
	for _, c := range []struct {
		path   string
		colors []config.Color
		want   string
	}{
		{"assets/site.css", nil, "a { color: var(--red); }\n"},
		{"assets/site.css", colors, "a { color: var(--red); }\n:root { --red: #aa0000; --gold: #bb8800; }\n"},
		{"assets/print.css", colors, "@page { margin: 0; }\n"},
	} {
		got, err := Asset(theme, c.path, c.colors)
		if err != nil || string(got) != c.want {
			t.Errorf("%s with %d colours: %q, %v", c.path, len(c.colors), got, err)
		}
	}
}
