package tree

import "encoding/binary"

// length has, by the first byte of a character, how long it is where it may be
// passed over: 1 for ASCII without its control characters, 3 for what Chinese
// texts consist of; 0 for all others.
var length = func() (t [256]uint8) {
	for b := 0x20; b < 0x7F; b++ {
		t[b] = 1
	}
	t['\t'], t['\n'] = 1, 1
	for b := 0xE1; b <= 0xEF; b++ {
		t[b] = 3
	}
	t[0xED] = 0 // surrogates
	return t
}()

// plain gives how many bytes from the start of a text are characters that are
// valid UTF-8 and need no change. It may stop at others that are so too, but at
// none that are frequent: for most files this is the only look at every byte,
// which takes about half a nanosecond.
func plain(text []byte) int {
	i := 0
	for len(text)-i >= 8 {
		v := binary.LittleEndian.Uint64(text[i:])
		switch n := length[byte(v)]; {
		case n&length[byte(v>>24)] == 3 && v&0xC0C000C0C000 == 0x808000808000 && !odd(v) && !odd(v>>24): // two of Chinese at once
			i += 6
		case n == 1 && v&0x8080808080808080 == 0 && (v-0x2020202020202020|v+0x0101010101010101)&0x8080808080808080 == 0: // eight of ASCII, none of them a control character
			i += 8
		case n == 1:
			i++
		default:
			n := character(v)
			if n == 0 {
				return i
			}
			i += n
		}
	}
	for i < len(text) {
		var b [8]byte
		copy(b[:], text[i:])
		n := character(binary.LittleEndian.Uint64(b[:]))
		if n == 0 {
			break
		}
		i += n
	}
	return i
}

// odd reports that the character of three bytes that v ends with, the first one
// lowest, is one of a block with invisible characters.
func odd(v uint64) bool { return v&0xFEFF == 0x80E2 || v&0xFFFF == 0xBBEF }

// character gives the length of the character that the bytes of v begin with, the
// first one lowest; 0 where it has to be looked at.
func character(v uint64) int {
	a, b, c := byte(v), byte(v>>8), byte(v>>16)
	n := int(length[a])
	switch {
	case n == 1:
		return 1
	case a == 0xC2 && b >= 0xA0 && b <= 0xBF: // · and other signs
		return 2
	case n == 0 || b&0xC0 != 0x80 || c&0xC0 != 0x80:
		return 0
	case odd(v) && (b != 0x80 || c < 0x90 || c >= 0xA8): // but for “ ” — …
		return 0
	}
	return 3
}
