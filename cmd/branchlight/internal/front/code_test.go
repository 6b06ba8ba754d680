package front

import (
	"fmt"
	"reflect"
	"testing"

	"branchlight/cmd/branchlight/internal/codec"
)

// What is written is read again: every field of a Matter, at every depth. And
// whatever is cut off, reading does not panic.
func TestMatterKeepsEveryField(t *testing.T) {
	var m, again Matter
	fill(t, reflect.ValueOf(&m).Elem(), new(int), "Matter")
	w := codec.Writer(nil)
	m.Code(w)
	r := codec.Reader(w.Bytes())
	again.Code(r)
	if r.Bad() || len(r.Bytes()) > 0 || !reflect.DeepEqual(again, m) {
		t.Errorf("written %+v\nread %+v", m, again)
	}
	for n := range w.Bytes() {
		r := codec.Reader(w.Bytes()[:n])
		if new(Matter).Code(r); !r.Bad() {
			t.Errorf("the first %d bytes are read as a whole", n)
		}
	}
}

// fill gives every field a value of its own, and every list two entries.
func fill(t *testing.T, v reflect.Value, n *int, path string) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		v.SetUint(uint64(*n % len(Keys)))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(t, v.Index(0), n, path)
		fill(t, v.Index(1), n, path)
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() {
				t.Fatalf("%s.%s cannot be written", path, f.Name)
			}
			fill(t, v.Field(i), n, path+"."+f.Name)
		}
	default:
		t.Fatalf("%s is of a kind that this test does not know: %v", path, v.Kind())
	}
}
