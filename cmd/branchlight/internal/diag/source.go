package diag

import (
	"bytes"
	"sort"
	"strings"
	"sync"
	"unicode/utf8"
)

// maxShownLine bounds, in bytes, the source line that a finding carries.
const maxShownLine = 400

// Source is the text of one file: UTF-8, without BOM, lines ended by "\n". It
// turns byte offsets into positions. It is safe for concurrent use.
type Source struct {
	File string // as in Pos.File
	Text []byte

	once  sync.Once
	lines []int // the offset at which each line starts
}

// NewSource makes a source of a file's text.
func NewSource(file string, text []byte) *Source {
	return &Source{File: file, Text: text}
}

func (s *Source) index() []int {
	s.once.Do(func() {
		s.lines = make([]int, 1, 1+bytes.Count(s.Text, []byte{'\n'}))
		for at := 0; ; {
			n := bytes.IndexByte(s.Text[at:], '\n')
			if n < 0 {
				break
			}
			at += n + 1
			s.lines = append(s.lines, at)
		}
	})
	return s.lines
}

// Pos gives the place of a byte offset. Offsets outside the text are moved to
// its nearer end.
func (s *Source) Pos(offset int) Pos {
	offset = max(0, min(offset, len(s.Text)))
	lines := s.index()
	n := sort.SearchInts(lines, offset+1) // lines that start at or before offset
	return Pos{s.File, n, utf8.RuneCount(s.Text[lines[n-1]:offset]) + 1}
}

// Line gives the text of line n, counted from 1, without its line end; "" where
// there is no such line.
func (s *Source) Line(n int) string {
	lines := s.index()
	if n < 1 || n > len(lines) {
		return ""
	}
	end := len(s.Text)
	if n < len(lines) {
		end = lines[n] - 1
	}
	return string(bytes.TrimSuffix(s.Text[lines[n-1]:end], []byte{'\r'}))
}

// Offset gives the byte offset at which line n starts, counted from 1.
func (s *Source) Offset(n int) int {
	lines := s.index()
	if n < 1 {
		return 0
	}
	if n > len(lines) {
		return len(s.Text)
	}
	return lines[n-1]
}

// Quote gives line n as findings show it, shortened where it is very long.
func (s *Source) Quote(n int) string {
	line := s.Line(n)
	if len(line) > maxShownLine {
		line = strings.ToValidUTF8(line[:maxShownLine], "") + "…"
	}
	return line
}

// Finding makes a finding of a rule at a byte offset, with its source line.
func (s *Source) Finding(r *Rule, offset int, message, hint Text) Finding {
	f := r.At(s.Pos(offset), message, hint)
	f.Line = s.Quote(f.Pos.Line)
	return f
}
