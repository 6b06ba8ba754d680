package tmpl

import (
	"html/template"
	"reflect"
	"strings"
	"text/template/parse"
)

// expr is a compiled value: its type, and how to get it. False gives up.
type expr struct {
	typ reflect.Type
	val func(e *env, dot reflect.Value) (reflect.Value, bool)
	str func(e *env, dot reflect.Value) (string, bool) // for texts, where it is quicker; may be nil
}

// text gets a value whose kind is string.
func (x expr) text(e *env, dot reflect.Value) (string, bool) {
	if x.str != nil {
		return x.str(e, dot)
	}
	v, ok := x.val(e, dot)
	if !ok {
		return "", false
	}
	return v.String(), true
}

// textExpr makes a value of a function that gives a string.
func textExpr(str func(e *env, dot reflect.Value) (string, bool)) expr {
	return expr{typ: reflect.TypeFor[string](), str: str, val: func(e *env, dot reflect.Value) (reflect.Value, bool) {
		s, ok := str(e, dot)
		return reflect.ValueOf(s), ok
	}}
}

func constant(v any) expr {
	value := reflect.ValueOf(v)
	return expr{typ: value.Type(), val: func(*env, reflect.Value) (reflect.Value, bool) { return value, true }}
}

// test is a compiled condition.
type test func(e *env, dot reflect.Value) (truth, ok bool)

// truth is what if and with go by.
func truth(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String, reflect.Slice, reflect.Map, reflect.Array:
		return v.Len() > 0
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int32:
		return v.Int() != 0
	case reflect.Pointer:
		return !v.IsNil()
	}
	t, _ := template.IsTrue(v.Interface())
	return t
}

// pipe compiles a pipeline that declares nothing.
func (c *compiler) pipe(p *parse.PipeNode, dot reflect.Type) expr {
	if len(p.Decl) > 0 {
		panic(unknown{p})
	}
	return c.command(p, dot)
}

// command compiles the value of a pipeline of one command.
func (c *compiler) command(p *parse.PipeNode, dot reflect.Type) expr {
	if len(p.Cmds) != 1 {
		panic(unknown{p})
	}
	return c.call(p.Cmds[0], dot)
}

// call compiles a command: a value, or a function with its arguments.
func (c *compiler) call(cmd *parse.CommandNode, dot reflect.Type) expr {
	id, ok := cmd.Args[0].(*parse.IdentifierNode)
	if !ok {
		if len(cmd.Args) != 1 {
			panic(unknown{cmd})
		}
		return c.operand(cmd.Args[0], dot)
	}
	args := make([]expr, len(cmd.Args)-1)
	for i, a := range cmd.Args[1:] {
		args[i] = c.operand(a, dot)
	}
	switch id.Ident {
	case "t":
		if len(args) != 2 {
			break
		}
		if lit, ok := cmd.Args[1].(*parse.StringNode); ok && strings.HasSuffix(lit.Text, ".") && args[1].typ == reflect.TypeFor[string]() {
			return c.completed(lit.Text, args[1])
		}
	case "shared":
		return c.sharedPart(cmd, args)
	case "len":
		return c.length(cmd, args)
	case "index":
		return c.index(cmd, args)
	case "or":
		return c.or(cmd, args)
	}
	return c.function(cmd, id.Ident, args)
}

func (c *compiler) operand(n parse.Node, dot reflect.Type) expr {
	switch n := n.(type) {
	case *parse.DotNode:
		return expr{typ: dot, val: func(_ *env, dot reflect.Value) (reflect.Value, bool) { return dot, true }}
	case *parse.FieldNode:
		return c.fields(n, c.operand(&parse.DotNode{}, dot), n.Ident)
	case *parse.VariableNode:
		for i := len(c.vars) - 1; i >= 0; i-- {
			if v := c.vars[i]; v.name == n.Ident[0] {
				x := expr{typ: v.typ, val: func(e *env, _ reflect.Value) (reflect.Value, bool) { return e.vars[v.slot], true }}
				return c.fields(n, x, n.Ident[1:])
			}
		}
	case *parse.StringNode:
		return constant(n.Text)
	case *parse.NumberNode:
		if n.IsInt {
			return constant(int(n.Int64))
		}
	case *parse.BoolNode:
		return constant(n.True)
	case *parse.PipeNode:
		return c.pipe(n, dot)
	}
	panic(unknown{n})
}

// fields compiles x.A.B.
func (c *compiler) fields(n parse.Node, x expr, names []string) expr {
	for _, name := range names {
		x = c.field(n, x, name)
	}
	return x
}

func (c *compiler) field(n parse.Node, x expr, name string) expr {
	from, typ := x.val, x.typ
	pointer := typ.Kind() == reflect.Pointer
	if pointer {
		typ = typ.Elem()
	}
	if m, ok := typ.MethodByName(name); ok && !pointer && m.Type.NumIn() == 1 && m.Type.NumOut() == 1 {
		return expr{typ: m.Type.Out(0), val: func(e *env, dot reflect.Value) (reflect.Value, bool) {
			v, ok := from(e, dot)
			if !ok {
				return v, false
			}
			return v.Method(m.Index).Call(nil)[0], true
		}}
	}
	if _, method := reflect.PointerTo(typ).MethodByName(name); method || typ.Kind() != reflect.Struct {
		panic(unknown{n})
	}
	f, ok := typ.FieldByName(name)
	if !ok || !f.IsExported() || len(f.Index) != 1 {
		panic(unknown{n})
	}
	at := f.Index[0]
	return expr{typ: f.Type, val: func(e *env, dot reflect.Value) (reflect.Value, bool) {
		v, ok := from(e, dot)
		if !ok {
			return v, false
		}
		if pointer {
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		}
		return v.Field(at), true
	}}
}

// condition compiles what an if asks.
func (c *compiler) condition(p *parse.PipeNode, dot reflect.Type) test {
	if len(p.Cmds) == 1 && len(p.Decl) == 0 {
		if id, ok := p.Cmds[0].Args[0].(*parse.IdentifierNode); ok {
			if t := c.logic(id.Ident, p.Cmds[0].Args[1:], dot); t != nil {
				return t
			}
		}
	}
	x := c.command(p, dot)
	return func(e *env, dot reflect.Value) (bool, bool) {
		v, ok := x.val(e, dot)
		return ok && truth(v), ok
	}
}

// logic compiles the functions that only conditions use; nil for others.
func (c *compiler) logic(name string, args []parse.Node, dot reflect.Type) test {
	switch name {
	case "and", "or", "not":
		if len(args) == 0 || name == "not" && len(args) != 1 {
			return nil
		}
		var tests []test
		for _, a := range args {
			tests = append(tests, c.condition(asPipe(a), dot))
		}
		if name == "not" {
			return func(e *env, dot reflect.Value) (bool, bool) {
				truth, ok := tests[0](e, dot)
				return !truth, ok
			}
		}
		end := name == "or" // the truth that ends the search
		return func(e *env, dot reflect.Value) (bool, bool) {
			for _, t := range tests {
				if truth, ok := t(e, dot); !ok || truth == end {
					return truth, ok
				}
			}
			return !end, true
		}
	case "eq", "ne", "lt", "le", "gt", "ge":
		if len(args) == 2 {
			return compare(name, c.operand(args[0], dot), c.operand(args[1], dot))
		}
	}
	return nil
}

func asPipe(n parse.Node) *parse.PipeNode {
	if p, ok := n.(*parse.PipeNode); ok {
		return p
	}
	return &parse.PipeNode{NodeType: parse.NodePipe, Cmds: []*parse.CommandNode{{NodeType: parse.NodeCommand, Args: []parse.Node{n}}}}
}

// compare compiles a comparison of two texts for equality, or of two numbers.
func compare(name string, a, b expr) test {
	if a.typ == reflect.TypeFor[string]() && b.typ == a.typ && (name == "eq" || name == "ne") {
		return func(e *env, dot reflect.Value) (bool, bool) {
			x, ok1 := a.text(e, dot)
			y, ok2 := b.text(e, dot)
			return (x == y) == (name == "eq"), ok1 && ok2
		}
	}
	if a.typ != reflect.TypeFor[int]() || b.typ != a.typ {
		return nil
	}
	return func(e *env, dot reflect.Value) (bool, bool) {
		v, ok1 := a.val(e, dot)
		w, ok2 := b.val(e, dot)
		if !ok1 || !ok2 {
			return false, false
		}
		switch x, y := v.Int(), w.Int(); name {
		case "eq":
			return x == y, true
		case "ne":
			return x != y, true
		case "lt":
			return x < y, true
		case "le":
			return x <= y, true
		case "gt":
			return x > y, true
		}
		return v.Int() >= w.Int(), true
	}
}
