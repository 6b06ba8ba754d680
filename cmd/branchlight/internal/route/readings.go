package route

import (
	_ "embed"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// readingFile has the readings of single characters, the most usual first, each
// with its tone: a line a character, by code point, as "重zhong4,chong2". A tone
// of 5 is none; ü is v. It is the table of go-pinyin, which as Go code would be
// built anew whenever the program starts; a test compares the two.
//
//go:embed readings.txt
var readingFile string

// readings gives the readings of a character as the file has them; "" where none
// is known.
func readings(r rune) string {
	// The line that begins at or before an offset, for every offset, is in order.
	lineAt := func(i int) string {
		from := strings.LastIndexByte(readingFile[:i], '\n') + 1
		line, _, _ := strings.Cut(readingFile[from:], "\n")
		return line
	}
	i := sort.Search(len(readingFile), func(i int) bool {
		have, _ := utf8.DecodeRuneInString(lineAt(i))
		return have >= r
	})
	if i == len(readingFile) {
		return ""
	}
	have, size := utf8.DecodeRuneInString(lineAt(i))
	if have != r {
		return ""
	}
	return lineAt(i)[size:]
}

// single gives the most usual reading of a character, without its tone; its code
// point where none is known, so that two such characters stay apart.
func single(r rune) string {
	reading, _, _ := strings.Cut(readings(r), ",")
	if len(reading) < 2 {
		return "u" + strconv.FormatInt(int64(r), 16)
	}
	return reading[:len(reading)-1]
}

// toneOf gives the tone that a character has in a reading: 1 to 4, or 5 for none.
func toneOf(r rune, reading string) int {
	for s := range strings.SplitSeq(readings(r), ",") {
		if tone, ok := strings.CutPrefix(s, reading); ok && len(tone) == 1 {
			return int(tone[0] - '0')
		}
	}
	return 5
}
