// Package codec turns values into bytes and back, for memory that outlives a run
// and for the keys of outputs.
//
// A type says once which fields it has, in a method that takes a Coder; the same
// method writes and reads, so that the two cannot differ:
//
//	func (l *Link) Code(c *codec.Coder) {
//		c.String(&l.Title)
//		c.String(&l.URL)
//	}
//
// Numbers are varints, texts have their length before them. There is no version
// and no checksum here: what keeps bytes must know that they are its own. Bytes
// that are not are read without a panic and without more memory than a multiple
// of their length, and the Coder says so (Bad).
//
// Texts that are read share the memory of what they are read from.
package codec

import (
	"encoding/binary"
	"hash"
	"io"
	"unsafe"

	"github.com/cespare/xxhash/v2"
)

// Sum stands for some bytes: equal sums, equal bytes. It is XXH64, and only ever
// compared with the sum of what stood at the same place before, so that two of
// 64 bits that are equal by accident are not to be met. Someone might make them
// so on purpose, and would find his own page not brought up to date.
type Sum [8]byte

// SumOf gives the sum of bytes.
func SumOf(b []byte) (s Sum) {
	binary.BigEndian.PutUint64(s[:], xxhash.Sum64(b))
	return s
}

// NewHash gives a hash whose Sum is the sum of what was written to it.
func NewHash() hash.Hash { return xxhash.New() }

// SumOfReader gives the sum of all that can be read.
func SumOfReader(r io.Reader) (s Sum, err error) {
	h := xxhash.New()
	_, err = io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{r}, make([]byte, 256<<10))
	binary.BigEndian.PutUint64(s[:], h.Sum64())
	return s, err
}

// Coder writes values to bytes, or reads them from there.
type Coder struct {
	buf     []byte // what is written, or what is left to read
	reading bool
	bad     bool
}

// Writer makes a Coder that appends to b.
func Writer(b []byte) *Coder { return &Coder{buf: b} }

// Reader makes a Coder that reads b, which must not change any more.
func Reader(b []byte) *Coder { return &Coder{buf: b, reading: true} }

// Reading reports whether the Coder reads.
func (c *Coder) Reading() bool { return c.reading }

// Bytes gives what was written, or what is left to read.
func (c *Coder) Bytes() []byte { return c.buf }

// Reset makes the Coder write from the start again.
func (c *Coder) Reset() { c.buf = c.buf[:0] }

// Bad reports that what was read is not what a Coder has written.
func (c *Coder) Bad() bool { return c.bad }

// Spoil says that what was read makes no sense.
func (c *Coder) Spoil() {
	c.bad = true
	c.buf = nil
}

func (c *Coder) uvarint() uint64 {
	// Most numbers are small.
	if len(c.buf) > 0 && c.buf[0] < 0x80 {
		n := uint64(c.buf[0])
		c.buf = c.buf[1:]
		return n
	}
	n, size := binary.Uvarint(c.buf)
	if size <= 0 {
		c.Spoil()
		return 0
	}
	c.buf = c.buf[size:]
	return n
}

// Integer is any of the types that are numbers without a fraction.
type Integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32
}

// Int codes a number.
func Int[T Integer](c *Coder, p *T) {
	if c.reading {
		u := c.uvarint()
		*p = T(int64(u>>1) ^ -int64(u&1))
		return
	}
	n := int64(*p)
	c.buf = binary.AppendUvarint(c.buf, uint64(n)<<1^uint64(n>>63))
}

// Bool codes a truth value.
func (c *Coder) Bool(p *bool) {
	switch {
	case c.reading:
		*p = c.uvarint() == 2 // as Int writes 1
	case *p:
		c.buf = append(c.buf, 2)
	default:
		c.buf = append(c.buf, 0)
	}
}

// Text is any of the types that are texts.
type Text interface{ ~string }

// String codes a text.
func String[T Text](c *Coder, p *T) {
	if !c.reading {
		c.buf = binary.AppendUvarint(c.buf, uint64(len(*p)))
		c.buf = append(c.buf, *p...)
		return
	}
	n := c.length()
	*p = T(unsafe.String(unsafe.SliceData(c.buf), n))
	c.buf = c.buf[n:]
}

// Sum codes a sum.
func (c *Coder) Sum(p *Sum) {
	if !c.reading {
		c.buf = append(c.buf, p[:]...)
		return
	}
	if len(c.buf) < len(p) {
		c.Spoil()
		return
	}
	copy(p[:], c.buf)
	c.buf = c.buf[len(p):]
}

// Length reads the length of a list whose entries the caller reads.
func (c *Coder) Length() int { return c.length() }

// length reads a length: of a text, or of a list, no entry of which is empty.
func (c *Coder) length() int {
	n := c.uvarint()
	if n > uint64(len(c.buf)) {
		c.Spoil()
		return 0
	}
	return int(n)
}

// List codes a list. Every entry must have at least one byte. An empty list is
// read as nil.
func List[T any](c *Coder, p *[]T, entry func(*T)) {
	if c.reading {
		n := c.length()
		*p = nil
		if n > 0 {
			*p = make([]T, n)
		}
	} else {
		c.buf = binary.AppendUvarint(c.buf, uint64(len(*p)))
	}
	for i := range *p {
		entry(&(*p)[i])
	}
}

// Strings codes a list of texts.
func (c *Coder) Strings(p *[]string) {
	List(c, p, func(s *string) { String(c, s) })
}

// Pointer codes what a pointer leads to, or that it is nil.
func Pointer[T any](c *Coder, p **T, value func(*T)) {
	there := *p != nil
	c.Bool(&there)
	if !there {
		*p = nil
		return
	}
	if c.reading {
		*p = new(T)
	}
	value(*p)
}
