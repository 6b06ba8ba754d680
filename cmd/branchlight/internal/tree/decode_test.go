package tree

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const sample = "+++\ntitle = \"一月一课\"\n+++\n\n党支部每月 15 日开展“主题党日”，共 30 人参加。\n㐂𠮷\n"

func gb(s string) []byte {
	b, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
	if err != nil {
		panic(err)
	}
	return b
}

func utf16Bytes(s string, o order) (b []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		low, high := byte(u), byte(u>>8)
		if o == big {
			low, high = high, low
		}
		b = append(b, low, high)
	}
	return b
}

func join(parts ...any) (b []byte) {
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			b = append(b, p...)
		case []byte:
			b = append(b, p...)
		}
	}
	return b
}

func TestDecode(t *testing.T) {
	crlf := strings.ReplaceAll(sample, "\n", "\r\n")
	for _, test := range []struct {
		name string
		raw  []byte
		want string
		find string // rule and place of the only finding
	}{
		{"empty", nil, "", ""},
		{"UTF-8", []byte(sample), sample, ""},
		{"UTF-8 with mark", join("\xEF\xBB\xBF", sample), sample, ""},
		{"only a mark", []byte("\xEF\xBB\xBF"), "", ""},
		{"CRLF", []byte(crlf), sample, ""},
		{"CR", []byte(strings.ReplaceAll(sample, "\n", "\r")), sample, ""},
		{"mixed line ends", []byte("a\r\nb\rc\n\r\r\nd\r"), "a\nb\nc\n\n\nd\n", ""},
		{"UTF-16 LE", join("\xFF\xFE", utf16Bytes(crlf, little)), sample, ""},
		{"UTF-16 BE", join("\xFE\xFF", utf16Bytes(crlf, big)), sample, ""},
		{"UTF-16 LE without mark", utf16Bytes(sample, little), sample, ""},
		{"UTF-16 BE without mark", utf16Bytes(sample, big), sample, ""},
		{"GB18030", gb(crlf), sample, ""},
		{"GBK of four characters", gb("党支部课"), "党支部课", ""},
		{"the shortest GBK", gb("title = \"联通\"\n"), "title = \"联通\"\n", ""},
		{"latin signs", []byte("© 2026 · Müller × 3\n"), "© 2026 · Müller × 3\n", ""},
		{"inner mark", []byte("a\uFEFFb"), "ab", ""},
		{"emoji", []byte("\U0001F468\u200D\U0001F469\u200D\U0001F467 ❤\uFE0F"), "\U0001F468\u200D\U0001F469\u200D\U0001F467 ❤\uFE0F", ""},
		{"line separator", []byte("a\u2028b"), "a\nb", ""},

		{"NUL", []byte("a\nb\x00c\x00d"), "a\nbcd", "text-nul a.md:2:2"},
		{"NUL in GBK", join(gb("党支部\n每月"), "\x00\x00\x00\x00\x00", gb("一课")), "党支部\n每月一课", "text-nul a.md:2:3"},
		{"control", []byte("一\n二\x08三\x1b\u0085"), "一\n二三", "text-control a.md:2:2"},
		{"zero width", []byte("党\u200b支\u202e部\u2066"), "党支部", "text-hidden a.md:1:2"},
		{"lone joiner", []byte("党\u200d支"), "党支", "text-hidden a.md:1:2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			src, fs := Decode("a.md", test.raw)
			if src == nil {
				t.Fatalf("no text: %v", fs)
			}
			if string(src.Text) != test.want {
				t.Errorf("text is %q", src.Text)
			}
			if got := strings.Join(names(fs), "; "); got != test.find {
				t.Errorf("findings are %q, want %q", got, test.find)
			}
			for _, f := range fs {
				complete(t, f)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	cut := sample[:len(sample)-2] // in the middle of the last character
	for _, test := range []struct {
		name string
		raw  []byte
		at   string
	}{
		{"cut UTF-8", []byte(cut), "a.md:6:2"},
		{"one bad byte", []byte("第一行\n党支\x90部每月一课，全体参加\n"), "a.md:2:3"},
		{"bad byte after a mark", []byte("\xEF\xBB\xBFab\xFFc"), "a.md:1:3"},
		{"cut GBK", gb("党支部\n每月一课")[:14], "a.md:2:4"},
		{"neither", join(gb("党支部\n每月"), "\xFF\xFF", gb("一课")), "a.md:2:3"},
		{"latin-1", []byte("caf\xe9"), "a.md:1:4"},
		{"odd UTF-16", join("\xFF\xFE", utf16Bytes("党\n支", little), "a"), "a.md:2:2"},
		{"half a pair", join("\xFF\xFE", utf16Bytes("党", little), "\x00\xd8", utf16Bytes("支", little)), "a.md:1:2"},
		{"pair reversed", join("\xFE\xFF", "\xdc\x00\xd8\x00"), "a.md:1:1"},
		{"GBK that is UTF-8 by chance", []byte("title = \"\xC4\xA3"), "a.md:1:10"},
		{"private use", join("ab", "\xAA\xA1"), "a.md:1:3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			src, fs := Decode("a.md", test.raw)
			if src != nil || len(fs) != 1 {
				t.Fatalf("%v %v", src, fs)
			}
			if got := names(fs)[0]; got != "text-encoding "+test.at {
				t.Errorf("finding is %s, want %s", got, test.at)
			}
			complete(t, fs[0])
			if !strings.Contains(fs[0].Hint.Zh, "WPS") || !strings.Contains(fs[0].Hint.Zh, "记事本") {
				t.Error(fs[0].Hint.Zh)
			}
		})
	}
}

// Text that needs no change is not copied.
func TestDecodeShares(t *testing.T) {
	raw := []byte(sample)
	src, _ := Decode("a.md", raw)
	if &src.Text[0] != &raw[0] {
		t.Error("the text was copied")
	}
	if n := testing.AllocsPerRun(100, func() { Decode("a.md", raw) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
}

// No single broken byte in a UTF-8 text may turn it into other characters.
func TestNoMojibake(t *testing.T) {
	raw := []byte(sample)
	for i := range raw {
		for _, b := range []byte{0x80, 0xA1, 0xE4, 0xFE, 0xFF} {
			damaged := bytes.Clone(raw)
			damaged[i] = b
			if utf8.Valid(damaged) {
				continue
			}
			if src, _ := Decode("a.md", damaged); src != nil {
				t.Errorf("byte %d as %#x: %q", i, b, src.Text)
			}
		}
	}
	for n := range raw {
		src, _ := Decode("a.md", raw[:n])
		if src != nil && !strings.HasPrefix(sample, string(src.Text)) {
			t.Errorf("cut at %d: %q", n, src.Text)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(sample))
	f.Add(gb(sample))
	f.Add(utf16Bytes(sample, little))
	f.Add(join("\xFE\xFF", utf16Bytes(sample, big)))
	f.Add([]byte("a\r\n\x00\xEF\xBB\xBF\u200b\x80"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		before := bytes.Clone(raw)
		src, fs := Decode("a.md", raw)
		if !bytes.Equal(raw, before) {
			t.Fatal("the input was changed")
		}
		for _, f := range fs {
			complete(t, f)
		}
		if src == nil {
			if len(fs) != 1 || fs[0].Rule != ruleEncoding.ID {
				t.Fatalf("no text, and findings %v", fs)
			}
			return
		}
		if !utf8.Valid(src.Text) {
			t.Fatalf("%q", src.Text)
		}
		for _, r := range string(src.Text) {
			if r != '\n' && r != '\t' && (r < 0x20 || r >= 0x7F && r <= 0x9F || r == 0xFEFF) {
				t.Fatalf("U+%04X in the text", r)
			}
		}
		again, more := Decode("a.md", src.Text)
		if again == nil || !bytes.Equal(again.Text, src.Text) || len(more) > 0 {
			if again == nil && more[0].Rule == ruleEncoding.ID {
				return // came from GB18030 or UTF-16, and has only characters that may be GBK
			}
			t.Fatalf("%q is decoded again as %v, %v", src.Text, again, more)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	text := strings.Repeat(sample, 25)
	for name, raw := range map[string][]byte{"utf8": []byte(text), "crlf": []byte(strings.ReplaceAll(text, "\n", "\r\n")), "gb18030": gb(text)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				Decode("a.md", raw)
			}
		})
	}
}
