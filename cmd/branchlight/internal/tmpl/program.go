package tmpl

import (
	"bytes"
	"html/template"
	"reflect"
	"sync"
	"text/template/parse"
)

// This file and compile.go, expr.go and print.go make the same pages as
// html/template, faster. text/template looks every field up by its name and
// calls every function, escapers too, by reflection: some 0.2 microseconds each,
// which is most of the time of a page. A program is a template compiled for the
// type of its view, after html/template has put the escapers in: field numbers
// are known, and strings are escaped where they are written.
//
// A program knows less than text/template, and never guesses. What compile does
// not understand is no program; where a running program meets anything out of
// the ordinary (an error, an unusual address, a limit) it gives up, and
// text/template makes the page from the start and says what is wrong. Tests
// compare the two byte for byte.

// unit is a template that can be executed in both ways.
type unit struct {
	t        *template.Template
	funcs    template.FuncMap
	words    map[string]string
	shared   *shared
	programs sync.Map // reflect.Type of the view -> *program, nil where there is none
}

// execute appends what the template makes of a view to w, within limits. With an
// error, w may have more than before.
func (u *unit) execute(w *bytes.Buffer, bytes, steps int, view any) error {
	if p := u.program(reflect.TypeOf(view)); p != nil {
		start := w.Len()
		if p.run(w, bytes, steps, view) {
			return nil
		}
		w.Truncate(start)
	}
	return run(u.t, &meter{w: w, bytes: bytes, steps: steps}, view)
}

// program gives the program for a type of view, nil where there is none.
func (u *unit) program(view reflect.Type) *program {
	if p, known := u.programs.Load(view); known {
		return p.(*program)
	}
	p := u.compile(view)
	u.programs.Store(view, p)
	return p
}

// compile makes the program for a type of view.
func (u *unit) compile(view reflect.Type) (p *program) {
	defer func() {
		if recover() != nil {
			p = nil // mostly unknown; whatever it is, text/template goes on
		}
	}()
	if view == nil || u.t.Tree == nil {
		return nil
	}
	c := &compiler{unit: u, made: map[called]*op{}}
	body := c.template(u.t.Name(), view)
	return &program{body: *body, slots: c.slots}
}

// unknown is the panic of a compiler that does not know a construct.
type unknown struct{ node parse.Node }

// program is a compiled template. It is immutable.
type program struct {
	body  op
	slots int // variables
}

// op writes a part of the page. False gives up.
type op func(e *env, dot reflect.Value) bool

// env is the state of one run.
type env struct {
	w       *bytes.Buffer
	limit   int // of the length of w
	steps   int
	vars    []reflect.Value
	scratch []byte
}

var envs = sync.Pool{New: func() any { return new(env) }}

// run executes the program. It gives up, with false, on anything unusual; w has
// then more than before.
func (p *program) run(w *bytes.Buffer, bytes, steps int, view any) (ok bool) {
	e := envs.Get().(*env)
	e.w, e.limit, e.steps = w, w.Len()+bytes, steps
	if cap(e.vars) < p.slots {
		e.vars = make([]reflect.Value, p.slots)
	}
	e.vars = e.vars[:p.slots]
	defer func() {
		if r := recover(); r != nil {
			ok = false // text/template will meet it again, and say where
		}
		clear(e.vars)
		e.w = nil
		envs.Put(e)
	}()
	return p.body(e, reflect.ValueOf(view)) && w.Len() <= e.limit
}

// step counts a call or a round of a loop.
func (e *env) step() bool {
	e.steps--
	return e.steps >= 0 && e.w.Len() <= e.limit
}
