package tmpl

import (
	"bytes"
	"reflect"
)

// Both makes a page in both ways: by the compiled program and by html/template.
// Without a program, or where it gives up, compiled is nil.
func (s *Set) Both(name string, view any) (compiled, plain []byte, err error) {
	u := s.pages[name]
	var w bytes.Buffer
	if p := u.program(reflect.TypeOf(view)); p != nil && p.run(&w, maxOutput, maxSteps, view) {
		compiled = w.Bytes()
	}
	var slow bytes.Buffer
	clear(s.shared.parts)
	err = run(u.t, &meter{w: &slow, bytes: maxOutput, steps: maxSteps}, view)
	return compiled, slow.Bytes(), err
}

// Pages gives the pages that can be made.
func (s *Set) Pages() (names []string) {
	for name := range s.pages {
		names = append(names, name)
	}
	return names
}

// Writers are the known chains of escapers.
var Writers = writers
