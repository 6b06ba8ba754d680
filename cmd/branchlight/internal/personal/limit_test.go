package personal

import (
	"strings"
	"testing"
	"time"
)

// No text takes more than a small multiple of the time that its length asks for.
func TestHostile(t *testing.T) {
	const size = 1 << 18
	for _, piece := range []string{"1 ", "1", "13800138000 ", "1-", "村1组1", "村1组1号", "1单元", "花园1幢", "家住1号", "a@b.cc ", "@", "１", "*1", "\u200b1", "1\u200b", "a", "住址", "小区1号", "6222 ", "1 - ", "一二三四五六村三组", "９９９９Ｘ"} {
		text := strings.Repeat(piece, size/len(piece))
		start := time.Now()
		n := len(Find(text))
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%q: %v", piece, took)
		} else {
			t.Logf("%q: %d found, %v", piece, n, took)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"13800138000", "11010519491231002X", "家住栗圩镇前进村3组12号", "a@b.cc", "6222021234567890128", "１３８\u200b00138000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		for _, p := range Find(s) {
			if p.At < end || p.End <= p.At || p.End > len(s) || p.Masked == "" {
				t.Fatalf("%+v in %q", p, s)
			}
			end = p.End
		}
		if again := Mask(Mask(s)); len(again) == 0 && s != "" {
			t.Fatal("all gone")
		}
	})
}
