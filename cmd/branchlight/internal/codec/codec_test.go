package codec

import (
	"bytes"
	"reflect"
	"testing"
)

type inner struct {
	Name string
	N    int32
}

func (v *inner) Code(c *Coder) {
	String(c, &v.Name)
	Int(c, &v.N)
}

type outer struct {
	A    int
	B    bool
	T    string
	S    Sum
	List []inner
	Tags []string
	P, Q *inner
}

func (v *outer) Code(c *Coder) {
	Int(c, &v.A)
	c.Bool(&v.B)
	String(c, &v.T)
	c.Sum(&v.S)
	List(c, &v.List, func(e *inner) { e.Code(c) })
	c.Strings(&v.Tags)
	Pointer(c, &v.P, func(e *inner) { e.Code(c) })
	Pointer(c, &v.Q, func(e *inner) { e.Code(c) })
}

func sample() outer {
	return outer{
		A: -1 << 62, B: true, T: "三会一课", S: SumOf([]byte("x")), List: []inner{{"甲", -5}, {"", 1 << 30}}, Tags: []string{"", "乙"}, P: &inner{"丙", 300},
	}
}

func TestBackAndForth(t *testing.T) {
	for _, v := range []outer{{}, sample()} {
		w := Writer([]byte("before"))
		v.Code(w)
		b, ok := bytes.CutPrefix(w.Bytes(), []byte("before"))
		if !ok {
			t.Fatal("what stood before is gone")
		}
		var got outer
		r := Reader(b)
		got.Code(r)
		if r.Bad() || len(r.Bytes()) > 0 || !reflect.DeepEqual(got, v) {
			t.Errorf("got %+v, want %+v (bad: %v, left: %d)", got, v, r.Bad(), len(r.Bytes()))
		}
	}
}

// A cut text is noticed at every length, and no length that it names is believed.
func TestCut(t *testing.T) {
	w := Writer(nil)
	v := sample()
	v.Code(w)
	for n := range w.Bytes() {
		var got outer
		r := Reader(bytes.Clone(w.Bytes()[:n]))
		if got.Code(r); !r.Bad() {
			t.Errorf("cut to %d bytes, it is read as %+v", n, got)
		}
	}
	huge := Writer(nil)
	n := int64(1) << 60
	Int(huge, &n)
	var list []inner
	r := Reader(huge.Bytes())
	if List(r, &list, func(e *inner) { e.Code(r) }); !r.Bad() || list != nil {
		t.Errorf("a list of %d entries", len(list))
	}
}

func FuzzReader(f *testing.F) {
	w := Writer(nil)
	v := sample()
	v.Code(w)
	f.Add(w.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		var got outer
		r := Reader(b)
		if got.Code(r); r.Bad() {
			return
		}
		w := Writer(nil)
		got.Code(w)
		var again outer
		if again.Code(Reader(w.Bytes())); !reflect.DeepEqual(got, again) {
			t.Errorf("%+v becomes %+v", got, again)
		}
	})
}

func TestSum(t *testing.T) {
	one, again := SumOf([]byte("a")), SumOf([]byte("a"))
	if SumOf(nil) == SumOf([]byte{0}) || one != again {
		t.Error("sums do not stand for bytes")
	}
}
