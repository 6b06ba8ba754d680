package out

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"

	"branchlight/cmd/branchlight/internal/parallel"
)

// county gives the paths of n pages, 33 in a folder, and bytes for them.
func county(n int) (paths []string, page []byte) {
	for i := range n {
		paths = append(paths, fmt.Sprintf("agency-%02d/branch-%d/page-%d.html", i/166, i/33, i))
	}
	return paths, bytes.Repeat([]byte("<p>初心课堂</p>\n"), 10_000/20)
}

func benchmark(b *testing.B, n int, prepare bool, page func(i, round int) []byte) {
	paths, _ := county(n)
	top := scratch(b)
	run := func(dir string, round int) {
		s, err := begin(&disk{}, dir, Options{})
		if err != nil {
			b.Fatal(err)
		}
		parallel.Each(n, func(i int) {
			if err := s.Write(paths[i], page(i, round)); err != nil {
				b.Error(err)
			}
		})
		if _, err := s.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	dir := filepath.Join(top, "public")
	if prepare {
		run(dir, 0)
	}
	b.ReportAllocs()
	round := 0
	for b.Loop() {
		round++
		if !prepare {
			dir = filepath.Join(top, fmt.Sprint("public", round))
		}
		run(dir, round)
	}
}

func BenchmarkBuild(b *testing.B) {
	_, page := county(1)
	other := bytes.ToUpper(page)
	for _, n := range []int{100, 1000, 10_000} {
		name := fmt.Sprintf("pages=%d", n)
		b.Run("first/"+name, func(b *testing.B) {
			benchmark(b, n, false, func(int, int) []byte { return page })
		})
		b.Run("unchanged/"+name, func(b *testing.B) {
			benchmark(b, n, true, func(int, int) []byte { return page })
		})
		b.Run("all-changed/"+name, func(b *testing.B) {
			benchmark(b, n, true, func(_, round int) []byte {
				if round%2 == 1 {
					return other
				}
				return page
			})
		})
	}
}
