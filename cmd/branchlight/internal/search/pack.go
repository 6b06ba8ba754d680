package search

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// Texts are packed for the files that have most of them: a browser reads fewer
// bytes, and fewer are written. The units of UTF-16 become bits, the highest of
// each number first, and every 15 bits a unit from packedFrom on, which needs no
// escape and is no half of a pair. First stands the count of units, in 30 bits.
// Then, until there are so many, comes one of
//
//	0, unit      a unit that is new, in 16 bits
//	1, back, n   packedMatch-1+n units that stood back units before; back in so many
//	             bits as the count of units so far has; n from 1, as so many zeros
//	             as it has bits but one, and those bits
//	2+k          the kth of the units that were new
//
// where 0, 1 and 2+k have as many bits as the highest of them has by then. The last
// unit is filled up with zeros.
const (
	packedFrom  = 0x3400
	packedBits  = 15
	packedMatch = 4
)

// packer packs texts, one after the other, with the same memory.
type packer struct {
	out []byte // what was packed, in UTF-16
	at  int    // so far
	acc uint64 // the bits that are not in out yet
	n   int    // how many, below 30

	// Of each unit its number among those that were new, and of some hashes of
	// four units where they stood last. Both count on from text to text, so that
	// what stands from the texts before is below the first of this one.
	codes       [1 << 16]uint32
	places      [1 << placeBits]uint32
	code, place uint32
}

const placeBits = 13

// pack gives a text in packed units, as bytes, which last until the next call.
func (p *packer) pack(text []uint16) []byte {
	if p.code > 1<<30 || p.place > 1<<30 {
		*p = packer{out: p.out}
	}
	if most := 5*len(text) + 32; len(p.out) < most { // a new unit takes 33 bits
		p.out = make([]byte, most)
	}
	p.at = 0
	p.put(uint64(len(text)), 30)
	codes, places := p.code, p.place // what is not above is of texts before
	width := 1
	for i := 0; i < len(text); {
		if i+packedMatch <= len(text) {
			four := fourAt(text, i)
			at := &p.places[four*0x9e3779b97f4a7c15>>(64-placeBits)]
			before := *at
			*at = places + uint32(i) + 1
			if from := int(before) - int(places) - 1; from >= 0 && fourAt(text, from) == four {
				n := packedMatch + same(text, from+packedMatch, i+packedMatch)
				p.put(1, width)
				p.put(uint64(i-from), bits.Len(uint(i)))
				length := n - packedMatch + 1
				p.put(0, bits.Len(uint(length))-1)
				p.put(uint64(length), bits.Len(uint(length)))
				i += n
				continue
			}
		}
		u := text[i]
		i++
		if k := p.codes[u]; k > codes {
			p.put(uint64(k-codes)+1, width)
			continue
		}
		p.put(0, width)
		p.put(uint64(u), 16)
		p.code++
		p.codes[u] = p.code
		width = bits.Len32(p.code - codes + 1)
	}
	p.place += uint32(len(text)) + 1
	end := p.at + (p.n+packedBits-1)/packedBits*2
	if p.n > 0 {
		p.put(0, 30-p.n)
	}
	return p.out[:end]
}

// fourAt gives the four units at a place as one number.
func fourAt(text []uint16, i int) uint64 {
	t := text[i : i+4 : i+4]
	return uint64(t[0]) | uint64(t[1])<<16 | uint64(t[2])<<32 | uint64(t[3])<<48
}

// same gives how many units that stand from one place on stand from a later one on
// too.
func same(text []uint16, from, to int) (n int) {
	for ; to+n+4 <= len(text); n += 4 {
		if d := fourAt(text, from+n) ^ fourAt(text, to+n); d != 0 {
			return n + bits.TrailingZeros64(d)/16
		}
	}
	for to+n < len(text) && text[from+n] == text[to+n] {
		n++
	}
	return n
}

// put appends the lowest bits of a number, 30 at most; the others are 0.
func (p *packer) put(v uint64, width int) {
	p.acc, p.n = p.acc<<width|v, p.n+width
	if p.n >= 30 {
		p.n -= 30
		two := p.acc >> p.n
		first, second := packedFrom+two>>15&0x7fff, packedFrom+two&0x7fff
		binary.LittleEndian.PutUint32(p.out[p.at:], uint32(first|second<<16))
		p.at += 4
	}
}

// mostUnpacked bounds what is unpacked, in units.
const mostUnpacked = 1 << 24

// unpack gives the units that were packed into some; ok is false where they are
// no packed text.
func unpack(packed []uint16) (text []uint16, ok bool) {
	var acc uint64
	n, at := 0, 0
	take := func(width int) int {
		for n < width {
			u := 0
			if at < len(packed) {
				u = int(packed[at]) - packedFrom
			}
			if at++; u < 0 || u >= 1<<packedBits {
				at = len(packed) + 1
				u = 0
			}
			acc, n = acc<<packedBits|uint64(u), n+packedBits
		}
		n -= width
		return int(acc >> n & (1<<width - 1))
	}
	size := take(30)
	if size > mostUnpacked {
		return nil, false
	}
	var letters []uint16
	for len(text) < size && at <= len(packed) {
		switch code := take(bits.Len(uint(len(letters) + 1))); {
		case code == 0:
			letters = append(letters, uint16(take(16)))
			text = append(text, letters[len(letters)-1])
		case code == 1:
			from := len(text) - take(bits.Len(uint(len(text))))
			zeros := 0
			for zeros < 24 && take(1) == 0 {
				zeros++
			}
			count := packedMatch - 1 + (1<<zeros | take(zeros))
			if from < 0 || from >= len(text) || count > size-len(text) {
				return nil, false
			}
			for range count {
				text = append(text, text[from])
				from++
			}
		case code-2 < len(letters):
			text = append(text, letters[code-2])
		default:
			return nil, false
		}
	}
	return text, len(text) == size && at == len(packed)
}

// appendUnits appends a text in UTF-16. What parts texts, 0, becomes a blank.
func appendUnits(b []uint16, s string) []uint16 {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c < utf8.RuneSelf:
			i++
			if c == 0 {
				c = ' '
			}
			b = append(b, uint16(c))
		case c > 0xe0 && c < 0xf0 && c != 0xed && i+2 < len(s) && s[i+1]&0xc0 == 0x80 && s[i+2]&0xc0 == 0x80:
			b = append(b, uint16(c)<<12|uint16(s[i+1]&0x3f)<<6|uint16(s[i+2]&0x3f))
			i += 3
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			i += size
			if r >= 0x10000 {
				r -= 0x10000
				b = append(b, 0xd800+uint16(r>>10))
				r = 0xdc00 + r&0x3ff
			}
			b = append(b, uint16(r))
		}
	}
	return b
}
