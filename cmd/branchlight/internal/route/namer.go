package route

import (
	_ "embed"
	"fmt"
	"hash/fnv"
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// phraseFile has the words that the single readings get wrong.
//
//go:embed phrases.txt
var phraseFile string

// A Namer reads Chinese names: it gives their pinyin, and by it their slugs,
// letters and order. A reading is looked for in the site's phrases, then in a
// table of words that are common in this field, then among the most usual
// readings of single characters. Each table takes its longest match.
//
// What a Namer says never changes, and it is safe for concurrent use.
type Namer struct {
	tables  [2]phrases // the site's, the built-in ones
	strokes strokeOrder
}

// phrases maps words to their syllables.
type phrases struct {
	reading map[string][]string
	longest map[rune]int // by first character: bytes of the longest word
}

// anchored marks, as the first byte of a phrase, one that stands at the
// beginning of a name only.
const anchored = "^"

// NewNamer makes a Namer of the site's phrases, each with one syllable a
// character: "长丰" -> "chang feng". A phrase that begins with "^" holds at the
// beginning of a name only ("^单" -> "shan"). Those that CheckPhrase refuses are
// left out.
func NewNamer(site map[string]string) *Namer {
	own := maps.Clone(site)
	maps.DeleteFunc(own, func(p, r string) bool { return CheckPhrase(p, r) != nil })
	return &Namer{tables: [2]phrases{newPhrases(own), newPhrases(builtin())}}
}

// builtin reads phraseFile.
func builtin() map[string]string {
	m := make(map[string]string, 400)
	for line := range strings.Lines(phraseFile) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			p, reading, _ := strings.Cut(line, " ")
			m[p] = reading
		}
	}
	return m
}

func newPhrases(m map[string]string) phrases {
	t := phrases{make(map[string][]string, len(m)), make(map[rune]int, len(m))}
	for p, reading := range m {
		p = fold(p)
		t.reading[p] = strings.Fields(strings.ToLower(reading))
		first, _ := utf8.DecodeRuneInString(strings.TrimPrefix(p, anchored))
		t.longest[first] = max(t.longest[first], len(strings.TrimPrefix(p, anchored)))
	}
	return t
}

// match gives the syllables of the longest word that s begins with, and the
// word's length in bytes; 0 where there is none. start: s is the beginning of a
// name.
func (t *phrases) match(s string, start bool) (syllables []string, n int) {
	first, _ := utf8.DecodeRuneInString(s)
	for n = min(t.longest[first], len(s)); n > 0; n-- {
		if n < len(s) && !utf8.RuneStart(s[n]) {
			continue
		}
		if syllables, ok := t.reading[s[:n]]; ok {
			return syllables, n
		}
		if start {
			if syllables, ok := t.reading[anchored+s[:n]]; ok {
				return syllables, n
			}
		}
	}
	return nil, 0
}

// CheckPhrase says what is wrong with a phrase of the site's own: it must
// consist of Chinese characters, and its reading must have one syllable of a-z
// for each.
func CheckPhrase(phrase, reading string) error {
	p := strings.TrimPrefix(phrase, anchored)
	for _, r := range p {
		if !unicode.Is(unicode.Han, r) {
			return fmt.Errorf("%q is no Chinese character", string(r))
		}
	}
	syllables := strings.Fields(reading)
	if n := utf8.RuneCountInString(p); n == 0 || n != len(syllables) {
		return fmt.Errorf("%d characters, %d syllables", n, len(syllables))
	}
	for _, s := range syllables {
		if strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz") != "" || len(s) > 6 {
			return fmt.Errorf("%q is no syllable of a-z", s)
		}
	}
	return nil
}

// unit is one step of a name: a Chinese character with its reading, a run of
// ASCII letters or digits, or another character, which has no reading.
type unit struct {
	text    string
	reading string // lower case; "" for what has none
}

// fold brings a name into the form that tables know: full-width letters become
// ASCII, accents are dropped.
func fold(s string) string {
	if isASCII(s) {
		return s
	}
	s = norm.NFKD.String(s)
	if strings.IndexFunc(s, isMark) >= 0 {
		s = strings.Map(func(r rune) rune {
			if isMark(r) {
				return -1
			}
			return r
		}, s)
	}
	return s
}

func isMark(r rune) bool { return r >= 0x300 && unicode.Is(unicode.Mn, r) }

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// units cuts a folded name and calls yield with each unit.
func (n *Namer) units(s string, yield func(unit)) {
	for i := 0; i < len(s); {
		if end := asciiRun(s, i); end > i {
			yield(unit{s[i:end], strings.ToLower(s[i:end])})
			i = end
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if !unicode.Is(unicode.Han, r) {
			yield(unit{text: s[i : i+size]})
			i += size
			continue
		}
		syllables, length := n.tables[0].match(s[i:], i == 0)
		if length == 0 {
			syllables, length = n.tables[1].match(s[i:], i == 0)
		}
		if length == 0 {
			yield(unit{s[i : i+size], single(r)})
			i += size
			continue
		}
		for _, reading := range syllables {
			_, size := utf8.DecodeRuneInString(s[i:])
			yield(unit{s[i : i+size], reading})
			i += size
		}
	}
}

// asciiRun gives the end of the run of ASCII letters and digits at s[i:].
func asciiRun(s string, i int) int {
	for i < len(s) && (s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z' || s[i] >= '0' && s[i] <= '9') {
		i++
	}
	return i
}

// Pinyin gives a name's syllables: one for each Chinese character, without tone,
// ü as v, and each run of ASCII letters and digits whole, in lower case. Other
// characters give nothing.
func (n *Namer) Pinyin(s string) []string {
	var out []string
	n.units(fold(s), func(u unit) {
		if u.reading != "" {
			out = append(out, u.reading)
		}
	})
	return out
}

// Slug makes the name of an output file or folder: pinyin syllables and ASCII
// runs joined by "-", 1 to MaxSlug of a-z, 0-9 and "-". "2026年一月一课" gives
// 2026-nian-yi-yue-yi-ke, and p0000001 itself. A longer name is cut behind a
// syllable and ends in a hash of the whole; a name without anything to read is a
// hash alone. So the slug depends on the name and the phrases only, not on other
// pages.
func (n *Namer) Slug(name string) string {
	if plainSlug(name) {
		return name
	}
	b := make([]byte, 0, 2*len(name))
	cut := 0 // where the last syllable that leaves room for a hash ends
	n.units(fold(name), func(u unit) {
		if u.reading == "" {
			return
		}
		if len(b) > 0 {
			b = append(b, '-')
		}
		b = append(b, u.reading...)
		if len(b) <= MaxSlug-9 {
			cut = len(b)
		}
	})
	switch {
	case len(b) == 0:
		return "n-" + hash(name)
	case len(b) > MaxSlug && cut == 0:
		return string(b[:MaxSlug-9]) + "-" + hash(name)
	case len(b) > MaxSlug:
		return string(b[:cut]) + "-" + hash(name)
	case Reserved(string(b)):
		return "n-" + string(b)
	}
	return string(b)
}

// plainSlug reports that a name is its own slug, as most names of files are.
func plainSlug(s string) bool {
	for i := 0; i < len(s); i++ {
		if !slugRune(rune(s[i])) || s[i] == '-' && (i == 0 || i == len(s)-1 || s[i-1] == '-') {
			return false
		}
	}
	return s != "" && len(s) <= MaxSlug && !Reserved(s)
}

// hash gives eight digits that tell names apart.
func hash(name string) string {
	h := fnv.New64a()
	h.Write([]byte(norm.NFC.String(name)))
	sum := h.Sum64()
	return fmt.Sprintf("%08x", uint32(sum^sum>>32))
}

// Letter gives the letter that an index lists a name under: the first of its
// pinyin, "A" to "Z", or "#" where it begins with a digit or has no reading.
func (n *Namer) Letter(s string) string {
	letter := ""
	n.units(fold(s), func(u unit) {
		if letter == "" && u.reading != "" {
			letter = strings.ToUpper(u.reading[:1])
		}
	})
	if letter == "" || letter < "A" || letter > "Z" {
		return "#"
	}
	return letter
}
