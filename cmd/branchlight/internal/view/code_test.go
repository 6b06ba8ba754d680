package view

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"

	"branchlight/cmd/branchlight/internal/codec"
)

var views = []View{
	&Article{}, &Home{}, &Agencies{}, &Agency{}, &Branch{}, &List{}, &Sheet{}, &Board{}, &Topics{}, &Matrix{}, &Search{}, &Stars{},
	&Archive{}, &Section{}, &Alias{}, &NotFound{}, &Feed{}, &Sitemap{},
}

// Whatever changes in a view changes what it writes: every field of every view,
// at every depth. The Body of an article, which its key stands for, is the one
// exception.
func TestEveryFieldCounts(t *testing.T) {
	for _, v := range views {
		value := reflect.ValueOf(v).Elem()
		fill(value, new(int))
		before := written(v)
		leaves := 0
		walk(value, value.Type().Name(), func(path string, change func(), back func()) {
			leaves++
			change()
			if same := bytes.Equal(written(v), before); same != (path == "Article.Body") {
				t.Errorf("a change of %s changes the key: %v", path, !same)
			}
			back()
		})
		if !bytes.Equal(written(v), before) || leaves == 0 {
			t.Errorf("%T: the test does not put things back", v)
		}
	}
}

func written(v View) []byte {
	c := codec.Writer(nil)
	v.Code(c)
	return c.Bytes()
}

// fill gives every field a value of its own, and every list two entries.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int32:
		v.SetInt(int64(*n))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), n)
			}
		}
	default:
		panic("a view holds a " + v.Kind().String())
	}
}

// walk visits every leaf of a value.
func walk(v reflect.Value, path string, visit func(path string, change, back func())) {
	switch v.Kind() {
	case reflect.String:
		old := v.String()
		visit(path, func() { v.SetString(old + "x") }, func() { v.SetString(old) })
	case reflect.Bool:
		visit(path, func() { v.SetBool(false) }, func() { v.SetBool(true) })
	case reflect.Int, reflect.Int32:
		old := v.Int()
		visit(path, func() { v.SetInt(old + 1) }, func() { v.SetInt(old) })
	case reflect.Pointer:
		walk(v.Elem(), path, visit)
	case reflect.Slice:
		visit(path, func() { v.SetLen(1) }, func() { v.SetLen(2) })
		walk(v.Index(1), path, visit)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				walk(v.Field(i), path+"."+f.Name, visit)
			}
		}
	}
}

// A sealed value is written as its sum, which differs where the value does.
func TestSeal(t *testing.T) {
	short := func(title string) []byte {
		v := &Alias{Frame: &Frame{Title: title}}
		v.Frame.Seal()
		return written(v)
	}
	if !bytes.Equal(short("a"), short("a")) || bytes.Equal(short("a"), short("b")) || len(short("a")) > 32 {
		t.Error("sums do not stand for frames")
	}
}

// The sum of a card differs where the card does.
func TestCardSum(t *testing.T) {
	card := new(Card)
	fill(reflect.ValueOf(card).Elem(), new(int))
	before := card.Sum()
	walk(reflect.ValueOf(card).Elem(), "Card", func(path string, change, back func()) {
		if change(); card.Sum() == before {
			t.Errorf("a change of %s does not change the sum", path)
		}
		back()
	})
	if card.Sum() != before {
		t.Error("the sum is not the same twice")
	}
}
