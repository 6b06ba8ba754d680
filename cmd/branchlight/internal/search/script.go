package search

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/codec"
)

// caller is the function that a page defines and every file calls.
const caller = "branchlightSearch("

// script appends the bytes of a file: one call of a function of the page, with the
// name of the file, its version, the check of its texts, and the texts.
func script(b []byte, name, version string, sum uint32, texts []string) []byte {
	b = opening(b, name, version, sum)
	for i, t := range texts {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, "\n\""...)
		b = quoted(b, t)
		b = append(b, '"')
	}
	return append(b, closing...)
}

// packedScript is script for one text that was packed. The file is UTF-16, which a
// browser knows by its first character whatever a server says.
func packedScript(b []byte, name, version string, sum uint32, packed []byte) []byte {
	var ascii [128]byte
	b = append(b, 0xff, 0xfe)
	b = widened(b, append(opening(ascii[:0], name, version, sum), "\n\""...))
	b = append(b, packed...)
	return widened(b, []byte("\""+closing))
}

func opening(b []byte, name, version string, sum uint32) []byte {
	b = append(append(b, caller+`"`...), name...)
	b = append(append(b, `","`...), version...)
	b = appendFixed(append(b, `","`...), uint64(sum), 6)
	return append(b, `",[`...)
}

const closing = "]);\n"

// widened appends ASCII text in UTF-16.
func widened(b, ascii []byte) []byte {
	for _, c := range ascii {
		b = append(b, c, 0)
	}
	return b
}

// quoted appends a text as the inside of a string of a script. What JSON and
// scripts understand differently, or HTML might, is escaped.
func quoted(b []byte, s string) []byte {
	plain := 0 // what stands from here on is as it is
	for i := 0; i < len(s); {
		c, size := rune(s[i]), 1
		switch {
		case c >= utf8.RuneSelf:
			if c, size = utf8.DecodeRuneInString(s[i:]); c != 0x2028 && c != 0x2029 && c != 0xfeff {
				i += size
				continue
			}
		case c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != 0x7f:
			i++
			continue
		}
		b = append(b, s[plain:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', byte(c))
		case '\n':
			b = append(b, `\n`...)
		default:
			b = fmt.Appendf(b, `\u%04x`, c)
		}
		i += size
		plain = i
	}
	return append(b, s[plain:]...)
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

// checkPacked is check for one text in UTF-16.
func checkPacked(units []byte) uint32 {
	h := uint32(fnvBasis)
	for ; len(units) > 1; units = units[2:] {
		h = (h ^ uint32(units[0]) ^ uint32(units[1])<<8) * fnvPrime
	}
	return h * fnvPrime
}

// versionOf gives the version of files by the checks of their texts.
func versionOf(sums ...uint32) string {
	b := make([]byte, 0, 64)
	for _, s := range sums {
		b = binary.LittleEndian.AppendUint32(b, s)
	}
	return version(codec.SumOf(b))
}

// readScript gives the texts of a file that script made; ok is false where it is
// another.
func readScript(data []byte) (texts []string, ok bool) {
	head, list, found := strings.Cut(string(data), "[")
	list, closed := strings.CutSuffix(list, closing)
	if !found || !closed || !strings.HasPrefix(head, caller) {
		return nil, false
	}
	if strings.Contains(list, `\`) {
		if err := json.Unmarshal([]byte("["+list+"]"), &texts); err != nil {
			return nil, false
		}
	} else {
		for i, part := range strings.Split(list, `"`) {
			if i%2 == 1 {
				texts = append(texts, part)
			} else if strings.Trim(part, ",\n") != "" {
				return nil, false
			}
		}
	}
	return texts, strings.HasSuffix(head, checked(check(texts)))
}

// readPacked gives the text of a file that packedScript made; ok is false where it
// is another.
func readPacked(data []byte) (text []uint16, ok bool) {
	begin := bytes.Index(data, widened(nil, []byte("\n\"")))
	end := len(data) - 2*len("\""+closing)
	if begin < 0 || begin%2 != 0 || end < begin+4 || end%2 != 0 {
		return nil, false
	}
	packed := data[begin+4 : end]
	if !bytes.HasSuffix(data[:begin], widened(nil, []byte(checked(checkPacked(packed))+"["))) {
		return nil, false
	}
	return unpack(unitsOf(packed))
}

// TextOf gives the text of a file that is packed, for those who look for what must
// not be in it; ok is false where it is another file.
func TextOf(file []byte) (text string, ok bool) {
	units, ok := readPacked(file)
	return string(utf16.Decode(units)), ok
}

// unitsOf gives the units of UTF-16 that bytes are, the lower half first.
func unitsOf(b []byte) []uint16 {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return units
}

// checked gives a check as files have it, before the list of texts.
func checked(sum uint32) string {
	return `","` + string(appendFixed(nil, uint64(sum), 6)) + `",`
}
