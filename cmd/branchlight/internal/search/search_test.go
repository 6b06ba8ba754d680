package search

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// Lists of all lengths and densities are read as they were written.
func TestLists(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		n := r.IntN(300)
		step := 1 + r.IntN(1+r.IntN(4000))
		var list []uint32
		for page := uint32(r.IntN(step)); len(list) < n; page += uint32(1 + r.IntN(step)) {
			list = append(list, page)
		}
		written := string(appendList(nil, list)) + "rest"
		got, rest, ok := readList(written, nil)
		if !ok || rest != "rest" || !slices.Equal(got, list) {
			t.Fatalf("%d pages, step %d: %v %v %q", n, step, ok, got, rest)
		}
	}
}

func FuzzReadList(f *testing.F) {
	f.Add("AAAA")
	f.Add(string(appendList(nil, []uint32{1, 5, 700})))
	f.Fuzz(func(t *testing.T, s string) {
		list, _, ok := readList(s, nil)
		if ok && len(list) > 6*len(s) {
			t.Errorf("%d pages of %d letters", len(list), len(s))
		}
	})
}

// What a file holds is read as it was written, in both encodings, and not where a
// byte is another.
func TestScripts(t *testing.T) {
	texts := []string{"", "党建", "</script><b>\"\\\n\t\u2028\u2029\ufeff\x7f&'", "𠮷野家 😀 é", string(dense)}
	for _, wide := range []bool{false, true} {
		data := script(nil, "t/x", "abc", texts, wide)
		got, ok := readScript(data)
		if !ok || !slices.Equal(got, texts) {
			t.Errorf("wide %v: %v %q", wide, ok, got)
		}
		if strings.Contains(string(data), "<") && !wide {
			t.Errorf("%s has the beginning of a tag", data)
		}
		at := len(data) / 2
		data[at] ^= 1
		if got, ok := readScript(data); ok && !slices.Equal(got, texts) {
			t.Errorf("wide %v: another byte at %d is not noticed: %q", wide, at, got)
		}
	}
}

// Folding keeps the places of a text, and is the same twice.
func TestFold(t *testing.T) {
	for r := rune(0); r < 0x110000; r++ {
		if utf16.IsSurrogate(r) {
			continue
		}
		f := Fold(r)
		if utf16.RuneLen(f) != utf16.RuneLen(r) || Fold(f) != f {
			t.Errorf("%U: %U, then %U", r, f, Fold(f))
		}
	}
	for a, b := range map[rune]rune{'Ａ': 'a', '！': '!', '　': ' ', 'Я': 'я', 'Ⅳ': 'ⅳ', 'É': 'é', '×': '×', '党': '党'} {
		if Fold(a) != b {
			t.Errorf("%c becomes %c", a, Fold(a))
		}
	}
}

// Whatever stands in a text is found: a text has all tokens of every stretch of
// it, but for the last character of the stretch.
func TestTokensOfStretches(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	letters := []rune("党支部ＡaB12 、，。\n𠮷ⅣЯ-5")
	for range 3000 {
		var text []rune
		for range 1 + r.IntN(30) {
			text = append(text, letters[r.IntN(len(letters))])
		}
		have := map[token]bool{}
		firsts := map[rune]bool{}
		tokens(string(text), func(t token) { have[t], firsts[t.first()] = true, true })
		from := r.IntN(len(text))
		to := from + 1 + r.IntN(len(text)-from)
		tokens(string(text[from:to]), func(tk token) {
			if !firsts[tk.first()] {
				t.Fatalf("%q has no token of %q in %q", string(text), tk.first(), string(text[from:to]))
			}
			if tk.second() != lone && !have[tk] { // three letters within a stretch are three of the text
				t.Fatalf("%q lacks %q%q of %q", string(text), tk.first(), tk.second(), string(text[from:to]))
			}
		})
	}
}

// A shard is read as it was written.
func TestShards(t *testing.T) {
	g := newGathering()
	g.add(0, "支部风采", "每月一课")
	g.add(3, "一月一课", "支部 A4")
	s := spread{1, 1}
	n := 0
	all := merge([]*gathering{g}, s)
	for k := range s.shards() {
		want := all.list(k)
		var w shardWriter
		for i := range want {
			w.add(&want[i])
		}
		got, ok := readShard(w.done())
		if !ok || len(got) != len(want) {
			t.Fatalf("%v: %d of %d", ok, len(got), len(want))
		}
		for i := range got {
			if got[i].token != want[i].token || !slices.Equal(got[i].all, want[i].all) || !slices.Equal(got[i].title, want[i].title) {
				t.Errorf("%v, not %v", got[i], want[i])
			}
		}
		n += len(got)
	}
	if n != g.all.n {
		t.Errorf("%d tokens of %d", n, g.all.n)
	}
}

// A table gives the pages of a token as they were added, however many.
func TestTables(t *testing.T) {
	g := newGathering()
	want := map[token][]uint32{}
	r := rand.New(rand.NewPCG(4, 4))
	for page := range uint32(3000) {
		for range 30 {
			k := token(r.IntN(1 + r.IntN(6000)))
			if list := want[k]; len(list) == 0 || list[len(list)-1] != page*7 {
				want[k] = append(list, page*7)
			}
			g.all.add(k, page*7+1)
		}
	}
	var buf []byte
	for k, list := range want {
		if got := g.all.pages(nil, g.all.get(k), &buf); !slices.Equal(got, list) {
			t.Fatalf("%d: %d pages of %d", k, len(got), len(list))
		}
	}
}
