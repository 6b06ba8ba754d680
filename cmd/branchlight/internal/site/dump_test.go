package site

import (
	"fmt"
	"html/template"
	"reflect"
	"regexp"
	"strings"

	"branchlight/cmd/branchlight/internal/day"
)

// dump writes a view as golden files show it: a line per field that is not at
// its zero value. It gathers every URL on its way.
type dump struct {
	b    strings.Builder
	urls []string
}

// view writes all of a view but its frame, which most pages share. The frame's
// URLs are gathered nevertheless.
func (d *dump) view(v any) {
	rv := reflect.ValueOf(v).Elem()
	for i := range rv.NumField() {
		name := rv.Type().Field(i).Name
		if name == "Frame" {
			var frame dump
			frame.value("Frame", "", rv.Field(i))
			d.urls = append(d.urls, frame.urls...)
			continue
		}
		d.value(name, "", rv.Field(i))
	}
}

func (d *dump) field(v any, name string) {
	f := reflect.ValueOf(v).Elem().FieldByName(name)
	if !f.IsValid() {
		fmt.Fprintf(&d.b, "there is no field %s\n", name)
		return
	}
	d.value(name, "", f)
}

var attributeURL = regexp.MustCompile(` (?:href|src)="([^"]*)"`)

// value writes one field. Structs of scalars stand on one line.
func (d *dump) value(name, indent string, v reflect.Value) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return
		}
		v = v.Elem()
	}
	if v.IsZero() || name == "seal" {
		return
	}
	switch {
	case v.Kind() == reflect.Slice:
		if v.Len() > 0 && v.Index(0).Kind() != reflect.Struct && v.Index(0).Kind() != reflect.Pointer {
			fmt.Fprintf(&d.b, "%s%s: %v\n", indent, name, v)
			return
		}
		fmt.Fprintf(&d.b, "%s%s:\n", indent, name)
		for i := range v.Len() {
			d.value("-", indent+"    ", v.Index(i))
		}
	case v.Kind() == reflect.Struct && d.flat(v):
		fmt.Fprintf(&d.b, "%s%s:%s\n", indent, name, d.line(v))
	case v.Kind() == reflect.Struct:
		fmt.Fprintf(&d.b, "%s%s:\n", indent, name)
		for i := range v.NumField() {
			d.value(v.Type().Field(i).Name, indent+"    ", v.Field(i))
		}
	default:
		fmt.Fprintf(&d.b, "%s%s: %s\n", indent, name, d.scalar(name, v))
	}
}

func (d *dump) flat(v reflect.Value) bool {
	for i := range v.NumField() {
		if k := v.Field(i).Kind(); k == reflect.Struct || k == reflect.Slice || k == reflect.Pointer {
			return false
		}
	}
	return true
}

func (d *dump) line(v reflect.Value) string {
	var b strings.Builder
	for i := range v.NumField() {
		if f := v.Field(i); !f.IsZero() {
			name := v.Type().Field(i).Name
			fmt.Fprintf(&b, " %s=%s", strings.ToLower(name), d.scalar(name, f))
		}
	}
	return b.String()
}

func (d *dump) scalar(name string, v reflect.Value) string {
	switch x := v.Interface().(type) {
	case day.Day:
		return x.String()
	case template.HTML:
		for _, m := range attributeURL.FindAllStringSubmatch(string(x), -1) {
			d.urls = append(d.urls, m[1])
		}
		return strings.TrimSuffix(string(x), "\n")
	case string:
		switch name {
		case "URL", "Home", "First", "Prev", "Next", "Last":
			d.urls = append(d.urls, x)
		}
		return x
	}
	return fmt.Sprint(v)
}
