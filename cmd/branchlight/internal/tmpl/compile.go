package tmpl

import (
	"html/template"
	"reflect"
	"strconv"
	"strings"
	"text/template/parse"

	"branchlight/cmd/branchlight/internal/day"
)

// compiler turns escaped trees into ops. Every variable and every dot of a
// template has a slot of its own: templates do not call themselves, so none is
// in use twice.
type compiler struct {
	unit  *unit
	made  map[called]*op
	vars  []variable // in scope, innermost last
	slots int
}

// called is a template with the type of what it is given.
type called struct {
	name string
	dot  reflect.Type
}

type variable struct {
	name string
	slot int
	typ  reflect.Type
}

func (c *compiler) declare(name string, t reflect.Type) int {
	c.vars = append(c.vars, variable{name, c.slots, t})
	c.slots++
	return c.slots - 1
}

// template compiles a template for a type of dot.
func (c *compiler) template(name string, dot reflect.Type) *op {
	key := called{name, dot}
	if made, ok := c.made[key]; ok {
		if made == nil {
			panic(unknown{}) // it calls itself
		}
		return made
	}
	c.made[key] = nil
	t := c.unit.t.Lookup(name)
	if t == nil || t.Tree == nil {
		panic(unknown{}) // made by html/template for another context
	}
	outer := c.vars
	c.vars = nil
	slot := c.declare("$", dot)
	body := c.list(t.Tree.Root, dot)
	c.vars = outer
	made := op(func(e *env, dot reflect.Value) bool {
		e.vars[slot] = dot
		return e.step() && body(e, dot)
	})
	c.made[key] = &made
	return &made
}

func (c *compiler) list(l *parse.ListNode, dot reflect.Type) op {
	scope := len(c.vars)
	defer func() { c.vars = c.vars[:scope] }()
	var ops []op
	for _, n := range l.Nodes {
		if o := c.node(n, dot); o != nil {
			ops = append(ops, o)
		}
	}
	if len(ops) == 1 {
		return ops[0]
	}
	return func(e *env, dot reflect.Value) bool {
		for _, o := range ops {
			if !o(e, dot) {
				return false
			}
		}
		return true
	}
}

// node compiles one node; nil writes nothing.
func (c *compiler) node(n parse.Node, dot reflect.Type) op {
	switch n := n.(type) {
	case *parse.TextNode:
		text := n.Text
		if len(text) == 0 {
			return nil
		}
		return func(e *env, _ reflect.Value) bool {
			e.w.Write(text)
			return true
		}
	case *parse.ActionNode:
		if len(n.Pipe.Decl) > 0 {
			return c.assign(n.Pipe, dot)
		}
		return c.print(n, dot)
	case *parse.IfNode:
		return c.branch(n.Pipe, c.condition(n.Pipe, dot), n.List, n.ElseList, dot)
	case *parse.WithNode:
		return c.with(n, dot)
	case *parse.RangeNode:
		return c.loop(n, dot)
	case *parse.TemplateNode:
		if n.Pipe == nil || len(n.Pipe.Decl) > 0 {
			break
		}
		arg := c.pipe(n.Pipe, dot)
		body := c.template(n.Name, arg.typ)
		return func(e *env, dot reflect.Value) bool {
			v, ok := arg.val(e, dot)
			return ok && (*body)(e, v)
		}
	case *parse.CommentNode:
		return nil
	}
	panic(unknown{n})
}

// assign compiles {{$x := VALUE}}.
func (c *compiler) assign(p *parse.PipeNode, dot reflect.Type) op {
	if p.IsAssign || len(p.Decl) != 1 {
		panic(unknown{p})
	}
	value := c.command(p, dot)
	slot := c.declare(p.Decl[0].Ident[0], value.typ)
	return func(e *env, dot reflect.Value) (ok bool) {
		e.vars[slot], ok = value.val(e, dot)
		return ok
	}
}

// branch compiles an if whose condition is compiled.
func (c *compiler) branch(p *parse.PipeNode, cond test, list, other *parse.ListNode, dot reflect.Type) op {
	if len(p.Decl) > 0 {
		panic(unknown{p})
	}
	yes := c.list(list, dot)
	no := op(func(*env, reflect.Value) bool { return true })
	if other != nil {
		no = c.list(other, dot)
	}
	return func(e *env, dot reflect.Value) bool {
		truth, ok := cond(e, dot)
		switch {
		case !ok:
			return false
		case truth:
			return yes(e, dot)
		}
		return no(e, dot)
	}
}

func (c *compiler) with(n *parse.WithNode, dot reflect.Type) op {
	if len(n.Pipe.Decl) > 0 {
		panic(unknown{n})
	}
	value := c.pipe(n.Pipe, dot)
	yes := c.list(n.List, value.typ)
	no := op(func(*env, reflect.Value) bool { return true })
	if n.ElseList != nil {
		no = c.list(n.ElseList, dot)
	}
	return func(e *env, dot reflect.Value) bool {
		v, ok := value.val(e, dot)
		switch {
		case !ok:
			return false
		case truth(v):
			return yes(e, v)
		}
		return no(e, dot)
	}
}

// loop compiles a range over a slice.
func (c *compiler) loop(n *parse.RangeNode, dot reflect.Type) op {
	scope := len(c.vars)
	defer func() { c.vars = c.vars[:scope] }()
	if n.Pipe.IsAssign || len(n.Pipe.Decl) > 2 {
		panic(unknown{n})
	}
	over := c.command(n.Pipe, dot)
	if over.typ.Kind() != reflect.Slice {
		panic(unknown{n})
	}
	index, element := -1, -1
	if d := n.Pipe.Decl; len(d) > 0 {
		if len(d) == 2 {
			index = c.declare(d[0].Ident[0], reflect.TypeFor[int]())
		}
		element = c.declare(d[len(d)-1].Ident[0], over.typ.Elem())
	}
	body := c.list(n.List, over.typ.Elem())
	none := op(func(*env, reflect.Value) bool { return true })
	if n.ElseList != nil {
		none = c.list(n.ElseList, dot)
	}
	return func(e *env, dot reflect.Value) bool {
		list, ok := over.val(e, dot)
		if !ok {
			return false
		}
		if list.Len() == 0 {
			return none(e, dot)
		}
		for i := range list.Len() {
			v := list.Index(i)
			if index >= 0 {
				e.vars[index] = reflect.ValueOf(i)
			}
			if element >= 0 {
				e.vars[element] = v
			}
			if !e.step() || !body(e, v) {
				return false
			}
		}
		return true
	}
}

// print compiles {{VALUE}} with the escapers that html/template has added.
func (c *compiler) print(n *parse.ActionNode, dot reflect.Type) op {
	var escapers []string
	for _, cmd := range n.Pipe.Cmds[1:] {
		id, ok := cmd.Args[0].(*parse.IdentifierNode)
		if !ok || len(cmd.Args) != 1 || !strings.HasPrefix(id.Ident, escaperPrefix) {
			panic(unknown{n})
		}
		escapers = append(escapers, strings.TrimPrefix(id.Ident, escaperPrefix))
	}
	value := c.call(n.Pipe.Cmds[0], dot)
	chain := strings.Join(escapers, " ")
	if value.typ == reflect.TypeFor[template.HTML]() {
		if chain != "htmlescaper" {
			panic(unknown{n})
		}
		return func(e *env, dot reflect.Value) bool {
			s, ok := value.text(e, dot)
			e.w.WriteString(s)
			return ok
		}
	}
	write, known := writers[chain]
	if !known {
		panic(unknown{n})
	}
	switch value.typ {
	case reflect.TypeFor[string]():
		return func(e *env, dot reflect.Value) bool {
			s, ok := value.text(e, dot)
			return ok && write(e.w, s)
		}
	case reflect.TypeFor[int](): // digits and - are the same in every context
		return func(e *env, dot reflect.Value) bool {
			v, ok := value.val(e, dot)
			if !ok {
				return false
			}
			e.w.Write(strconv.AppendInt(e.w.AvailableBuffer(), v.Int(), 10))
			return true
		}
	case reflect.TypeFor[day.Day]():
		return func(e *env, dot reflect.Value) bool {
			v, ok := value.val(e, dot)
			if !ok {
				return false
			}
			if d := day.Day(v.Int()); d != 0 {
				e.w.Write(d.Append(e.w.AvailableBuffer()))
			}
			return true
		}
	}
	panic(unknown{n})
}
