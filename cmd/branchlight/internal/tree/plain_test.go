package tree

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestCharacter tries all that three bytes can be: what is passed over must be
// one character of valid UTF-8 that clean leaves alone.
func TestCharacter(t *testing.T) {
	for v := range 1 << 24 {
		b := []byte{byte(v >> 16), byte(v >> 8), byte(v)}
		n := character(uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16)
		if n == 0 {
			continue
		}
		r, size := utf8.DecodeRune(b[:n])
		if size != n || r == utf8.RuneError && n == 1 || r < 0x20 && r != '\t' && r != '\n' || r >= 0x7F && r <= 0x9F || invisible(r) {
			t.Fatalf("% x is passed over", b[:n])
		}
	}
}

// TestPlain compares the steps of two characters with those of one.
func TestPlain(t *testing.T) {
	parts := []string{"一", "月", "a", "\n", "，", "“", "·", "é", "\u200b", "\U0001F468", "\ufeff", "\ud7ff", "\uffff", "\xe4\xb8", "\xe4", "\x80", "\x00", "\xed\xa0\x80"}
	for n := range len(parts) * len(parts) * len(parts) {
		var b strings.Builder
		for i, m := 0, n; i < 3; i, m = i+1, m/len(parts) {
			b.WriteString(parts[m%len(parts)])
			b.WriteString(strings.Repeat("党", 1+i))
		}
		text := []byte(b.String())
		want := 0
		for want < len(text) {
			size := character(uint64(text[want]) | uint64(at(text, want+1))<<8 | uint64(at(text, want+2))<<16)
			if size == 0 {
				break
			}
			want += size
		}
		if got := plain(text); got != want {
			t.Fatalf("%q: %d instead of %d", text, got, want)
		}
		if want == len(text) {
			if src, found := clean("a.md", text); !bytes.Equal(src.Text, text) || len(found) > 0 || !utf8.Valid(text) {
				t.Fatalf("%q is changed or found fault with", text)
			}
		}
	}
}

func at(b []byte, i int) byte {
	if i < len(b) {
		return b[i]
	}
	return 0
}
