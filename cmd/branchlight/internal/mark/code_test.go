package mark

import (
	"fmt"
	"reflect"
	"testing"

	"branchlight/cmd/branchlight/internal/codec"
	"branchlight/cmd/branchlight/internal/diag"
)

const codedFile = "content/a.md"

// What is written is read again: every field of a Doc, at every depth, part by
// one method, part by the other.
func TestDocKeepsEveryField(t *testing.T) {
	var d, again Doc
	fillDoc(t, reflect.ValueOf(&d).Elem(), new(int), "Doc")
	w, text := codec.Writer(nil), codec.Writer(nil)
	d.Code(w, codedFile)
	d.CodeText(text, codedFile)
	r, rText := codec.Reader(w.Bytes()), codec.Reader(text.Bytes())
	again.Code(r, codedFile)
	again.CodeText(rText, codedFile)
	if r.Bad() || rText.Bad() || len(r.Bytes())+len(rText.Bytes()) > 0 || !reflect.DeepEqual(again, d) {
		t.Errorf("written %+v\nread %+v", d, again)
	}
	if html := HTMLOf(codec.Reader(text.Bytes())); html != d.HTML {
		t.Errorf("HTML %q", html)
	}
	for n := range w.Bytes() {
		r := codec.Reader(w.Bytes()[:n])
		if new(Doc).Code(r, codedFile); !r.Bad() {
			t.Errorf("the first %d bytes are read as a whole", n)
		}
	}
}

// fillDoc gives every field a value of its own, and every list two entries. All
// positions are of one file, as those of a page are.
func fillDoc(t *testing.T, v reflect.Value, n *int, path string) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(int64(*n))
	case reflect.Uint8:
		v.SetUint(uint64(*n % 256))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fillDoc(t, v.Index(0), n, path)
		fillDoc(t, v.Index(1), n, path)
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.Name == "Kept" {
				continue // says where the rest is
			}
			if !f.IsExported() {
				t.Fatalf("%s.%s cannot be written", path, f.Name)
			}
			fillDoc(t, v.Field(i), n, path+"."+f.Name)
		}
		if p, ok := v.Addr().Interface().(*diag.Pos); ok {
			p.File = codedFile
		}
	default:
		t.Fatalf("%s is of a kind that this test does not know: %v", path, v.Kind())
	}
}
