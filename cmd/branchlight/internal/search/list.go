package search

import "math/bits"

// digits are the 64 letters that numbers and bits are written with: none needs an
// escape in a script, and each is one byte.
const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

var digitOf = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i := range len(digits) {
		t[digits[i]] = int8(i)
	}
	return t
}()

// appendNumber writes a number: five bits a letter, the lowest first, and a sixth
// that says that more follow.
func appendNumber(b []byte, n int) []byte {
	for n >= 32 {
		b = append(b, digits[n&31|32])
		n >>= 5
	}
	return append(b, digits[n])
}

// number reads a number and gives what follows it; ok is false where there is
// none.
func number(s string) (n int, rest string, ok bool) {
	for i := 0; i < len(s) && i < 7; i++ {
		d := int(digitOf[s[i]])
		if d < 0 {
			return 0, "", false
		}
		n |= d & 31 << (5 * i)
		if d < 32 {
			return n, s[i+1:], true
		}
	}
	return 0, "", false
}

// appendFixed writes the lowest bits of a number in so many letters, the highest
// first.
func appendFixed(b []byte, n uint64, letters int) []byte {
	for i := letters - 1; i >= 0; i-- {
		b = append(b, digits[n>>(6*i)&63])
	}
	return b
}

// appendList writes a list of page numbers, which rise. It is one number, 0 for
// an empty list, else the count of letters that follow the next one; that one is
// the parameter of a Golomb-Rice code, k; and six bits a letter, the highest
// first: for each page, how many are passed over since the one before, divided by
// 1<<k, as so many zeros and a one, and the k bits that remain. The last letter
// is filled up with zeros.
func appendList(b []byte, pages []uint32) []byte {
	if len(pages) == 0 {
		return append(b, digits[0])
	}
	k, size := parameter(pages)
	b = appendNumber(b, (size+5)/6)
	b = append(b, digits[k])
	var acc uint64 // the bits that are not written yet
	n := 0         // how many, below 24
	put := func(v uint64, width int) {
		acc, n = acc<<width|v, n+width
		for n >= 24 {
			n -= 24
			four := acc >> n
			b = append(b, digits[four>>18&63], digits[four>>12&63], digits[four>>6&63], digits[four&63])
		}
	}
	next := uint32(0)
	for _, p := range pages {
		gap := p - next
		next = p + 1
		zeros := int(gap >> k)
		for ; zeros > 8; zeros -= 8 {
			put(0, 8)
		}
		put(1<<k|uint64(gap&(1<<k-1)), zeros+1+k)
	}
	for ; n > 0; n -= 6 {
		b = append(b, digits[acc<<6>>n&63])
	}
	return b
}

// parameter gives the k that makes the shortest list, and its length in bits.
func parameter(pages []uint32) (k, size int) {
	n := len(pages)
	mean := (int(pages[n-1]) + 1) / n
	k = max(0, bits.Len(uint(mean))-2)
	next, zeros, more := uint32(0), 0, 0 // with k and with k+1
	for _, p := range pages {
		gap := (p - next) >> k
		zeros += int(gap)
		more += int(gap >> 1)
		next = p + 1
	}
	if more+n < zeros {
		return k + 1, more + n*(k+2)
	}
	return k, zeros + n*(k+1)
}

// readList reads what appendList wrote, and gives what follows.
func readList(s string, pages []uint32) (list []uint32, rest string, ok bool) {
	size, s, ok := number(s)
	if !ok || size == 0 {
		return pages, s, ok
	}
	if len(s) < size+1 || digitOf[s[0]] < 0 || digitOf[s[0]] > 31 {
		return nil, "", false
	}
	k := int(digitOf[s[0]])
	letters := s[1 : size+1]
	rest = s[size+1:]
	var acc uint64 // the bits that are not read yet, the next one highest
	n := 0         // how many
	page, zeros := uint32(0), uint32(0)
	for {
		for ; n <= 58 && letters != ""; letters = letters[1:] {
			d := digitOf[letters[0]]
			if d < 0 {
				return nil, "", false
			}
			acc |= uint64(d) << (58 - n)
			n += 6
		}
		switch z := bits.LeadingZeros64(acc); {
		case z < n && z+1+k <= n:
			acc <<= z + 1
			page += (zeros+uint32(z))<<k | uint32(acc>>(64-k))
			acc <<= k
			n -= z + 1 + k
			pages = append(pages, page)
			page++
			zeros = 0
		case letters == "": // what remains fills up the last letter
			return pages, rest, true
		case z < n: // the rest of the number comes with the next letters
			zeros += uint32(z)
			acc <<= z
			n -= z
		default:
			zeros += uint32(n)
			acc, n = 0, 0
		}
	}
}
