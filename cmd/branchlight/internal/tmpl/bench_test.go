package tmpl_test

import (
	"bytes"
	"testing"

	"branchlight/cmd/branchlight/internal/view"
)

// BenchmarkArticle makes a page with a text of 4 KB and everything around it.
func BenchmarkArticle(b *testing.B) { benchmark(b, "article", article("practice")) }

// BenchmarkList makes a page of a list with 20 cards.
func BenchmarkList(b *testing.B) {
	benchmark(b, "topic", &view.List{Frame: frame("themes"), Crumbs: crumbs("themes", "理论武装"), Title: "理论武装", Cards: mixed(20), Pager: pager(3, 9)})
}

func benchmark(b *testing.B, name string, v any) {
	set := load(b, county(b), nil, "zh-CN")
	var w bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		w.Reset()
		if f := set.Execute(&w, name, name, v); f != nil {
			b.Fatal(f.Message.En)
		}
	}
	b.SetBytes(int64(w.Len()))
}

// BenchmarkLoad parses the whole theme.
func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		load(b, county(b), nil, "zh-CN")
	}
}
