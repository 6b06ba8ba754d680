package search

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// caller is the function that a page defines and every file calls.
const caller = "branchlightSearch("

// script appends the bytes of a file: one call of a function of the page, with the
// name of the file, its version, the check of its texts, and the texts. wide: in
// UTF-16, which is two bytes a Chinese character; a browser knows it by its first
// character whatever a server says.
func script(b []byte, name, version string, texts []string, wide bool) []byte {
	w := scriptWriter{b: b, wide: wide}
	if wide {
		w.b = append(w.b, 0xff, 0xfe)
	}
	w.plain(caller + `"` + name + `","` + version + `","`)
	at := len(w.b)
	w.plain(`AAAAAA",[`)
	sum := uint32(fnvBasis)
	for i, t := range texts {
		if i > 0 {
			w.plain(",")
		}
		w.plain("\n\"")
		sum = w.quoted(t, sum) * fnvPrime
		w.plain(`"`)
	}
	w.plain("]);\n")
	for i, c := range appendFixed(nil, uint64(sum), 6) {
		if wide {
			i *= 2
		}
		w.b[at+i] = c
	}
	return w.b
}

type scriptWriter struct {
	b    []byte
	wide bool
}

// plain appends ASCII text.
func (w *scriptWriter) plain(s string) {
	if !w.wide {
		w.b = append(w.b, s...)
		return
	}
	for i := range len(s) {
		w.b = append(w.b, s[i], 0)
	}
}

// quoted appends a text as the inside of a string of a script, and gives the check
// that was begun. What JSON and scripts understand differently, or HTML might, is
// escaped.
func (w *scriptWriter) quoted(s string, sum uint32) uint32 {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			sum = (sum ^ uint32(c)) * fnvPrime
			switch {
			case c == '"':
				w.plain(`\"`)
			case c == '\\':
				w.plain(`\\`)
			case c == '\n':
				w.plain(`\n`)
			case c < 0x20 || c == '<' || c == 0x7f:
				w.plain(fmt.Sprintf(`\u%04x`, c))
			case w.wide:
				w.b = append(w.b, c, 0)
			default:
				w.b = append(w.b, c)
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case r > 0xffff:
			r1, r2 := utf16.EncodeRune(r)
			sum = (sum ^ uint32(r1)) * fnvPrime
			sum = (sum ^ uint32(r2)) * fnvPrime
			if w.wide {
				w.b = append(w.b, byte(r1), byte(r1>>8), byte(r2), byte(r2>>8))
			} else {
				w.b = utf8.AppendRune(w.b, r)
			}
			continue
		case r == 0x2028 || r == 0x2029 || r == 0xfeff:
			w.plain(fmt.Sprintf(`\u%04x`, r))
		case w.wide:
			w.b = append(w.b, byte(r), byte(r>>8))
		default:
			w.b = utf8.AppendRune(w.b, r)
		}
		sum = (sum ^ uint32(r)) * fnvPrime
	}
	return sum
}

const (
	fnvBasis = 2166136261
	fnvPrime = 16777619
)

// check gives a sum of texts that a browser computes too: FNV-1a of their UTF-16
// units, with a 0 behind each text.
func check(texts []string) uint32 {
	h := uint32(fnvBasis)
	for _, t := range texts {
		for _, r := range t {
			if r > 0xffff {
				r1, r2 := utf16.EncodeRune(r)
				h = (h ^ uint32(r1)) * fnvPrime
				r = r2
			}
			h = (h ^ uint32(r)) * fnvPrime
		}
		h *= fnvPrime
	}
	return h
}

// readScript gives the texts of a file that script made; ok is false where it is
// another.
func readScript(data []byte) (texts []string, ok bool) {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) {
		units := make([]uint16, len(data)/2-1)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(data[2+2*i:])
		}
		data = []byte(string(utf16.Decode(units)))
	}
	s := strings.TrimSuffix(string(data), ");\n")
	head, list, found := strings.Cut(s, "[")
	if !found || !strings.HasPrefix(head, caller) || len(s) == len(data) {
		return nil, false
	}
	if err := json.Unmarshal([]byte("["+list), &texts); err != nil {
		return nil, false
	}
	var want []byte
	want = appendFixed(want, uint64(check(texts)), 6)
	return texts, strings.HasSuffix(head, `"`+string(want)+`",`)
}
