package tmpl

import (
	"bytes"
	"html"
	"html/template"
	"text/template/parse"
)

// walk calls visit for a node and all that it holds, in the order of the text.
func walk(n parse.Node, visit func(parse.Node)) {
	branch := func(b *parse.BranchNode) {
		walk(b.Pipe, visit)
		walk(b.List, visit)
		if b.ElseList != nil {
			walk(b.ElseList, visit)
		}
	}
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, c := range n.Nodes {
			walk(c, visit)
		}
		return
	case *parse.PipeNode:
		if n == nil {
			return
		}
		for _, c := range n.Cmds {
			walk(c, visit)
		}
		return
	}
	visit(n)
	switch n := n.(type) {
	case *parse.ActionNode:
		walk(n.Pipe, visit)
	case *parse.CommandNode:
		for _, a := range n.Args {
			walk(a, visit)
		}
	case *parse.ChainNode:
		walk(n.Node, visit)
	case *parse.TemplateNode:
		walk(n.Pipe, visit)
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	}
}

// lists calls visit for every list of nodes below and including l.
func lists(l *parse.ListNode, visit func(*parse.ListNode)) {
	if l == nil {
		return
	}
	visit(l)
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.IfNode:
			lists(n.List, visit)
			lists(n.ElseList, visit)
		case *parse.WithNode:
			lists(n.List, visit)
			lists(n.ElseList, visit)
		case *parse.RangeNode:
			lists(n.List, visit)
			lists(n.ElseList, visit)
		}
	}
}

// prepare changes a tree before it is added to a set: indentation is left out,
// and an empty piece of text at the start of the template and of every body of a
// loop makes each call and each round write once, so that meter can count them.
func prepare(t *parse.Tree, file []byte) {
	squeezed := !bytes.Contains(file, []byte("<pre")) && !bytes.Contains(file, []byte("<textarea"))
	tick := func(l *parse.ListNode) {
		l.Nodes = append([]parse.Node{&parse.TextNode{NodeType: parse.NodeText, Pos: l.Pos}}, l.Nodes...)
	}
	lists(t.Root, func(l *parse.ListNode) {
		for _, n := range l.Nodes {
			switch n := n.(type) {
			case *parse.TextNode:
				if squeezed {
					n.Text = squeeze(n.Text)
				}
			case *parse.RangeNode:
				tick(n.List)
			}
		}
	})
	tick(t.Root)
}

// squeeze leaves out white space around line ends, and empty lines.
func squeeze(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		end := bytes.IndexByte(text, '\n')
		if end < 0 {
			return append(out, text...)
		}
		out = append(out, bytes.TrimRight(text[:end], " \t")...)
		out = append(out, '\n')
		text = bytes.TrimLeft(text[end:], " \t\n")
	}
	return out
}

// fold puts constant strings into the escaped templates of a set: a {{t "key"}}
// that html/template has found to stand in text or in a quoted attribute becomes
// a piece of text. Neighbouring pieces are joined.
func (l *loader) fold(set *template.Template) {
	for _, t := range set.Templates() {
		if t.Tree == nil {
			continue
		}
		lists(t.Tree.Root, func(list *parse.ListNode) {
			nodes := list.Nodes[:0]
			for _, n := range list.Nodes {
				if text, ok := l.constant(n); ok {
					n = &parse.TextNode{NodeType: parse.NodeText, Pos: n.Position(), Text: text}
				}
				if text, ok := n.(*parse.TextNode); ok && len(nodes) > 0 {
					if last, ok := nodes[len(nodes)-1].(*parse.TextNode); ok {
						last.Text = append(last.Text[:len(last.Text):len(last.Text)], text.Text...)
						continue
					}
				}
				nodes = append(nodes, n)
			}
			list.Nodes = nodes
		})
	}
}

// constant gives the HTML of an action that is {{t "key"}} in a context whose
// escaping is that of plain HTML.
func (l *loader) constant(n parse.Node) ([]byte, bool) {
	a, ok := n.(*parse.ActionNode)
	if !ok || len(a.Pipe.Decl) > 0 || len(a.Pipe.Cmds) != 2 || len(a.Pipe.Cmds[0].Args) != 2 || len(a.Pipe.Cmds[1].Args) != 1 {
		return nil, false
	}
	f, ok1 := a.Pipe.Cmds[0].Args[0].(*parse.IdentifierNode)
	key, ok2 := a.Pipe.Cmds[0].Args[1].(*parse.StringNode)
	escaper, ok3 := a.Pipe.Cmds[1].Args[0].(*parse.IdentifierNode)
	if !ok1 || !ok2 || !ok3 || f.Ident != "t" {
		return nil, false
	}
	switch escaper.Ident {
	case "_html_template_htmlescaper", "_html_template_attrescaper", "_html_template_rcdataescaper":
		return []byte(html.EscapeString(l.text[key.Text])), true
	}
	return nil, false
}
