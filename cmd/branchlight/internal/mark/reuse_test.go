package mark

import (
	"strings"
	"testing"

	"branchlight/cmd/branchlight/internal/diag"
)

// TestReuse counts allocations: what a worker has for a long page serves the next
// one, so that a page of a hundred paragraphs needs no more than one of ten.
func TestReuse(t *testing.T) {
	p, w := newParser(), newWorker()
	allocations := func(body string) float64 {
		src := diag.NewSource("a.md", []byte(body))
		return testing.AllocsPerRun(10, func() {
			if _, ok := w.run(p, src, 0); !ok {
				t.Fatalf("%.40q is refused", body)
			}
			w.release()
		})
	}
	for name, test := range map[string]struct{ head, part string }{
		"paragraphs": {"", "围绕中心工作，推进**上门服务**制度。\n\n"},
		"lines":      {"", "围绕中心工作，推进上门服务制度，\n帮助企业解决难题 3 件，\n窗口排队时间减少一半。\n\n"},
		"rows":       {"| 单位 | 数量 |\n| --- | ---: |\n", "| 财政局 | 3 |\n"},
	} {
		long := test.head + strings.Repeat(test.part, 100)
		allocations(long)
		few, many := allocations(test.head+strings.Repeat(test.part, 10)), allocations(long)
		if many > few+5 {
			t.Errorf("%s: %v allocations for ten, %v for a hundred", name, few, many)
		}
	}
}
