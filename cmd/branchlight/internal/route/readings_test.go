package route

import (
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"
)

var update = flag.Bool("update", false, "write readings.txt anew")

// readings.txt is what go-pinyin has.
func TestReadingFile(t *testing.T) {
	var b strings.Builder
	for _, code := range slices.Sorted(maps.Keys(pinyin.PinyinDict)) {
		var list []string
		for marked := range strings.SplitSeq(pinyin.PinyinDict[code], ",") {
			if s := toned(marked); len(s) > 1 && !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
		if len(list) > 0 {
			b.WriteString(string(rune(code)) + strings.Join(list, ",") + "\n")
		}
	}
	if *update {
		if err := os.WriteFile("readings.txt", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if readingFile != b.String() {
		t.Error("readings.txt is another; -update writes it")
	}
}

// toned turns the tone mark of a syllable into a digit, ǖ into v.
func toned(marked string) string {
	tone := "5"
	var b []byte
	umlaut := false
	for _, r := range norm.NFD.String(marked) {
		switch r {
		case 0x304:
			tone = "1"
		case 0x301:
			tone = "2"
		case 0x30c:
			tone = "3"
		case 0x300:
			tone = "4"
		case 0x308:
			umlaut = true
		default:
			if r < utf8.RuneSelf {
				b = append(b, byte(r))
			}
		}
	}
	if umlaut {
		b = []byte(strings.Replace(string(b), "u", "v", 1))
	}
	return string(b) + tone
}

// Every character of the file is found, and none between them.
func TestReadings(t *testing.T) {
	for line := range strings.Lines(readingFile) {
		r, size := utf8.DecodeRuneInString(line)
		if got := readings(r); got != strings.TrimSuffix(line[size:], "\n") {
			t.Fatalf("%c: %q", r, got)
		}
	}
	for _, r := range []rune{0, 'a', 0x3402, 0xFFFF, 0x10FFFF} {
		if got := readings(r); got != "" {
			t.Errorf("%U: %q", r, got)
		}
	}
	if single('重') != "zhong" || toneOf('重', "chong") != 2 || single(0x3402) != "u3402" || single('绿') != "lv" {
		t.Error(single('重'), toneOf('重', "chong"), single(0x3402), single('绿'))
	}
}
