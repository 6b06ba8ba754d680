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
	data := script(nil, "i/7", "abc", check(texts), texts)
	if got, ok := readScript(data); !ok || !slices.Equal(got, texts) {
		t.Errorf("%v %q", ok, got)
	}
	if strings.Contains(string(data), "<") {
		t.Errorf("%s has the beginning of a tag", data)
	}
	data[len(data)/2] ^= 1
	if got, ok := readScript(data); ok && !slices.Equal(got, texts) {
		t.Errorf("another byte is not noticed: %q", got)
	}

	text := utf16.Encode([]rune(strings.Join(texts, "\x00")))
	var p packer
	packed := p.pack(text)
	data = packedScript(nil, "t/x", "abc", checkPacked(packed), packed)
	if got, ok := readPacked(data); !ok || !slices.Equal(got, text) {
		t.Errorf("%v %q", ok, utf16.Decode(got))
	}
	for at := range data {
		data[at] ^= 1
		if got, ok := readPacked(data); ok && !slices.Equal(got, text) {
			t.Errorf("another byte at %d is not noticed: %q", at, utf16.Decode(got))
		}
		data[at] ^= 1
	}
}

// Texts of all lengths and of few and many letters are unpacked as they were
// packed, whatever the packer had before.
func TestPack(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	var p packer
	packed, units := 0, 0
	for range 600 {
		text := make([]uint16, r.IntN(1+r.IntN(6000)))
		letters := 1 + r.IntN(1+r.IntN(0xffff))
		for i := range text {
			text[i] = uint16(r.IntN(letters))
		}
		for range r.IntN(20) { // repeated stretches, which may overlap
			if n := len(text) / 2; n > 1 {
				from, to := r.IntN(n), r.IntN(n)
				for k := range r.IntN(n) {
					text[to+k] = text[from+k]
				}
			}
		}
		b := p.pack(text)
		if got, ok := unpack(unitsOf(b)); !ok || !slices.Equal(got, text) {
			t.Fatalf("%d units of %d letters: %v, %d units", len(text), letters, ok, len(got))
		}
		packed, units = packed+len(b)/2, units+len(text)
	}
	if packed > units {
		t.Errorf("%d units of %d", packed, units)
	}
}

func FuzzUnpack(f *testing.F) {
	var p packer
	f.Add(p.pack(utf16.Encode([]rune("三会一课，三会一课，三会一课。"))))
	f.Fuzz(func(t *testing.T, b []byte) {
		units := unitsOf(b)
		text, ok := unpack(units)
		if !ok {
			return
		}
		if again, ok := unpack(unitsOf(p.pack(text))); !ok || !slices.Equal(again, text) {
			t.Errorf("%q becomes %q", utf16.Decode(text), utf16.Decode(again))
		}
	})
}

// Texts are in UTF-16 as the library has them.
func TestUnits(t *testing.T) {
	for _, s := range []string{"", "党建 A4", "𠮷野家 😀 é", "\xff\xe4\xb8党\xed\xa0\x80", "\ufeff\uffff\ud7ff\u0800￿"} {
		if got, want := appendUnits(nil, s), utf16.Encode([]rune(s)); !slices.Equal(got, want) {
			t.Errorf("%q: %x, not %x", s, got, want)
		}
	}
	if got := appendUnits(nil, "a\x00b"); string(utf16.Decode(got)) != "a b" {
		t.Errorf("%q", utf16.Decode(got))
	}
}

// What is written together is less than what a browser can compute with, and no
// more letters than alone.
func TestDensity(t *testing.T) {
	for _, all := range []int{1, 2, 91, 92, 8000, 66424, 724680, 1 << 40, 1 << 51} {
		together, letters := density(all)
		n, room := 1, 1.0
		for range together {
			n *= all
		}
		for range letters {
			room *= float64(len(dense))
		}
		if together == 0 || n > 1<<52 || float64(n) > room {
			t.Errorf("%d: %d together in %d letters", all, together, letters)
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
		for _, tk := range tokens(nil, utf16.Encode(text)) {
			have[tk], firsts[tk.first()] = true, true
		}
		from := r.IntN(len(text))
		to := from + 1 + r.IntN(len(text)-from)
		for _, tk := range tokens(nil, utf16.Encode(text[from:to])) {
			if !firsts[tk.first()] {
				t.Fatalf("%q has no token of %q in %q", string(text), tk.first(), string(text[from:to]))
			}
			if tk.second() != lone && !have[tk] { // three letters within a stretch are three of the text
				t.Fatalf("%q lacks %q%q of %q", string(text), tk.first(), tk.second(), string(text[from:to]))
			}
		}
	}
}

// A shard is read as it was written.
func TestShards(t *testing.T) {
	g := newGathering()
	w := scratch{text: utf16.Encode([]rune("2026-01-01\x00a\x00支部风采\x00每月一课\x00\x00b\x00一月一课\x00支部 A4\x00"))}
	if !w.cut(2) {
		t.Fatal("no two pages")
	}
	g.add(0, &w, 0)
	g.add(3, &w, 1)
	s := spread{1, 1}
	n := 0
	all := merge([]*gathering{g}, s)
	for k := range s.shards() {
		var want []posting
		var w shardWriter
		all.each(k, new(posting), func(p *posting) {
			want = append(want, posting{p.token, slices.Clone(p.all), slices.Clone(p.title)})
			w.add(p)
		})
		got, _, ok := readShard(w.done(), nil, nil)
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
			k := token(1 + r.IntN(1+r.IntN(6000)))
			if list := want[k]; len(list) == 0 || list[len(list)-1] != page*7 {
				want[k] = append(list, page*7)
			}
			g.all.add(page*7+1, []token{k})
		}
	}
	for k, list := range want {
		if got := g.all.pages(nil, g.all.place(k)); !slices.Equal(got, list) {
			t.Fatalf("%d: %d pages of %d", k, len(got), len(list))
		}
	}
}
