package tmpl

import (
	"testing"
	"text/template/parse"
)

// Every function is documented, and every documented one is there: in the set,
// or among Go's own.
func TestFunctions(t *testing.T) {
	builtins := map[string]bool{}
	for _, name := range []string{"and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "len", "index"} {
		builtins[name] = true
	}
	s := &Set{shared: newShared()}
	funcs := s.funcs(nil)
	for _, name := range functionNames() {
		if funcs[name] == nil && !builtins[name] {
			t.Errorf("%s is documented and not there", name)
		}
	}
	for name := range funcs {
		if !known(name) {
			t.Errorf("%s is not documented", name)
		}
	}
}

func TestFunctionValues(t *testing.T) {
	for _, test := range []struct{ name, got, want string }{
		{"stars above", stars(9), "★★★★★"},
		{"stars below", stars(-1), "☆☆☆☆☆"},
		{"no day", longDate(0, "{y}", nil), ""},
		{"day without form", longDate(20260301, "", nil), "2026-03-01"},
		{"short day", shortDate(20260301), "03-01"},
		{"places", must(text(map[string]string{"k": "{1}{0}{0}"}, "k", []any{"a", 2})), "2aa"},
		{"completed key", must(text(map[string]string{"k.a": "x"}, "k.", []any{"a"})), "x"},
	} {
		if test.got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, test.got, test.want)
		}
	}
	if percent(1, 0) != 0 || percent(7, 3) != 100 || percent(1, 3) != 33 {
		t.Error("percent is wrong")
	}
	if n, err := seq(3, 1); len(n) != 0 || err != nil {
		t.Error("seq that runs back is not empty")
	}
}

func must(s string, err error) string {
	if err != nil {
		return err.Error()
	}
	return s
}

func TestSqueeze(t *testing.T) {
	for in, want := range map[string]string{
		"a  b": "a  b", "  a\n   b \n\n\t c": "  a\nb\nc", "\n\n": "\n", " a \n": " a\n",
	} {
		if got := string(squeeze([]byte(in))); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	trees, err := parseText("x", "a{{range .}}b{{end}}")
	if err != nil {
		t.Fatal(err)
	}
	prepare(trees["x"], nil)
	for _, n := range trees["x"].Root.Nodes {
		if r, ok := n.(*parse.RangeNode); ok && r.List.Nodes[0].Type() != parse.NodeText {
			t.Error("a round of the loop need not write")
		}
	}
}
