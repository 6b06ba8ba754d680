package main

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// columns gives the width of a text in a terminal: a Chinese character takes two
// columns, a mark that stands on another character none.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r < 0x20 || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
		case r < 0x7f:
			n++
		default:
			n++
			if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
				n++
			}
		}
	}
	return n
}

// pad fills a text with spaces up to a number of columns.
func pad(s string, n int) string {
	return s + strings.Repeat(" ", max(0, n-columns(s)))
}

// align writes rows as lines whose cells stand under each other, two spaces
// apart, each line behind indent. The last cell of a row is not filled.
func align(b *strings.Builder, indent string, rows [][]string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], columns(cell))
		}
	}
	for _, row := range rows {
		b.WriteString(indent)
		for i, cell := range row {
			if i < len(row)-1 {
				cell = pad(cell, widths[i]+2)
			}
			b.WriteString(cell)
		}
		b.WriteByte('\n')
	}
}

// wrap breaks a text into lines of at most n columns: at spaces, and between
// Chinese characters, but not before punctuation that no line begins with.
func wrap(s string, n int) []string {
	var lines []string
	line, at := "", 0
	for word := range words(s) {
		w := columns(word)
		if at > 0 && at+w > n {
			lines = append(lines, strings.TrimRight(line, " "))
			line, at = "", 0
			word = strings.TrimLeft(word, " ")
			w = columns(word)
		}
		line += word
		at += w
	}
	return append(lines, strings.TrimRight(line, " "))
}

// words cuts a text into what must stay on one line.
func words(s string) func(func(string) bool) {
	return func(yield func(string) bool) {
		start := 0
		last := ' '
		for i, r := range s {
			breaks := r == ' ' && last != ' ' || (wide(r) || wide(last)) && !closing(r) && !opening(last)
			if i > start && breaks && !(last == ' ' && !wide(r)) {
				if !yield(s[start:i]) {
					return
				}
				start = i
			}
			last = r
		}
		yield(s[start:])
	}
}

func wide(r rune) bool { return unicode.Is(unicode.Han, r) }
func closing(r rune) bool {
	return strings.ContainsRune("，。；：？！、）》”’】,.;:?!)]", r)
}
func opening(r rune) bool { return strings.ContainsRune("（《“‘【([", r) }
