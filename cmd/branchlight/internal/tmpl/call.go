package tmpl

import (
	"html/template"
	"reflect"
	"text/template/parse"
)

// completed compiles {{t "nav." .Key}}.
func (c *compiler) completed(prefix string, rest expr) expr {
	words := c.unit.words
	return textExpr(func(e *env, dot reflect.Value) (string, bool) {
		s, ok := rest.text(e, dot)
		if !ok {
			return "", false
		}
		e.scratch = append(append(e.scratch[:0], prefix...), s...)
		word, found := words[string(e.scratch)]
		return word, found
	})
}

// sharedPart compiles {{shared "NAME" VALUE}}.
func (c *compiler) sharedPart(cmd *parse.CommandNode, args []expr) expr {
	if len(args) != 2 {
		panic(unknown{cmd})
	}
	name, ok := cmd.Args[1].(*parse.StringNode)
	if !ok {
		panic(unknown{cmd})
	}
	shared, value := c.unit.shared, args[1]
	str := func(e *env, dot reflect.Value) (string, bool) {
		v, ok := value.val(e, dot)
		if !ok {
			return "", false
		}
		made, err := shared.html(name.Text, v.Interface())
		return string(made), err == nil
	}
	return expr{typ: reflect.TypeFor[template.HTML](), str: str, val: func(e *env, dot reflect.Value) (reflect.Value, bool) {
		s, ok := str(e, dot)
		return reflect.ValueOf(template.HTML(s)), ok
	}}
}

func (c *compiler) length(cmd *parse.CommandNode, args []expr) expr {
	if len(args) != 1 || args[0].typ.Kind() != reflect.Slice && args[0].typ.Kind() != reflect.String {
		panic(unknown{cmd})
	}
	return expr{typ: reflect.TypeFor[int](), val: func(e *env, dot reflect.Value) (reflect.Value, bool) {
		v, ok := args[0].val(e, dot)
		if !ok {
			return v, false
		}
		return reflect.ValueOf(v.Len()), true
	}}
}

func (c *compiler) index(cmd *parse.CommandNode, args []expr) expr {
	if len(args) != 2 || args[0].typ.Kind() != reflect.Slice || args[1].typ != reflect.TypeFor[int]() {
		panic(unknown{cmd})
	}
	return expr{typ: args[0].typ.Elem(), val: func(e *env, dot reflect.Value) (reflect.Value, bool) {
		list, ok1 := args[0].val(e, dot)
		n, ok2 := args[1].val(e, dot)
		if !ok1 || !ok2 || n.Int() < 0 || int(n.Int()) >= list.Len() {
			return list, false
		}
		return list.Index(int(n.Int())), true
	}}
}

// or compiles the choice of the first text that is not empty.
func (c *compiler) or(cmd *parse.CommandNode, args []expr) expr {
	for _, a := range args {
		if a.typ != reflect.TypeFor[string]() {
			panic(unknown{cmd})
		}
	}
	return textExpr(func(e *env, dot reflect.Value) (s string, ok bool) {
		for _, a := range args {
			if s, ok = a.text(e, dot); s != "" || !ok {
				break
			}
		}
		return s, ok
	})
}

// function compiles the call of any function of the set, by reflection. The
// types of its arguments must be those that it takes.
func (c *compiler) function(cmd *parse.CommandNode, name string, args []expr) expr {
	f := reflect.ValueOf(c.unit.funcs[name])
	if !f.IsValid() {
		panic(unknown{cmd})
	}
	t := f.Type()
	fixed := t.NumIn()
	if t.IsVariadic() {
		fixed--
	}
	if len(args) < fixed || len(args) > fixed && !t.IsVariadic() {
		panic(unknown{cmd})
	}
	for i, a := range args {
		var want reflect.Type
		if i < fixed {
			want = t.In(i)
		} else {
			want = t.In(fixed).Elem()
		}
		if !a.typ.AssignableTo(want) {
			panic(unknown{cmd})
		}
	}
	return expr{typ: t.Out(0), val: func(e *env, dot reflect.Value) (reflect.Value, bool) {
		in := make([]reflect.Value, len(args))
		for i, a := range args {
			v, ok := a.val(e, dot)
			if !ok {
				return v, false
			}
			in[i] = v
		}
		out := f.Call(in)
		if len(out) == 2 && !out[1].IsNil() {
			return out[0], false
		}
		return out[0], true
	}}
}
