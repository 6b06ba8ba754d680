package personal

import (
	"strings"
	"unicode/utf8"
)

// group is a run of digits with nothing visible between them.
type group struct {
	from, to int  // into candidate.digits
	at, end  int  // byte offsets
	sep      rune // what stands before it in the candidate; 0 for the first
}

// candidate is a run of groups with one separator between each two.
type candidate struct {
	digits []byte // '0' to '9'; 'X' at the end of a group stands for the check digit ten
	groups []group
	text   string
}

// shortest is how many digits the shortest number has.
const shortest = 11

// numbers finds what is told by its digits.
func numbers(text string) (list []Place) {
	var c candidate
	for i := 0; i < len(text); {
		b := text[i]
		if b < '0' || b > '9' && (b != 0xEF || fullDigit(text[i:]) < 0) {
			i++
			continue
		}
		end := c.read(text, i)
		if len(c.digits) >= shortest {
			c.text = text
			list = append(list, c.places()...)
		}
		i = end
	}
	return list
}

// fullDigit gives the digit that a text begins with in its full-width form; -1
// where it does not.
func fullDigit(s string) int {
	if len(s) >= 3 && s[0] == 0xEF && s[1] == 0xBC && s[2] >= 0x90 && s[2] <= 0x99 {
		return int(s[2] - 0x90)
	}
	return -1
}

// read reads the candidate that begins with the digit at an offset, and gives
// where it ends.
func (c *candidate) read(text string, at int) int {
	c.digits, c.groups = c.digits[:0], c.groups[:0]
	sep, i := rune(0), at
	for {
		g := group{from: len(c.digits), at: i, sep: sep}
		i = c.run(text, i)
		g.to, g.end = len(c.digits), i
		c.groups = append(c.groups, g)
		next, r := separated(text, i)
		if next < 0 {
			return i
		}
		sep, i = r, next
	}
}

// run reads digits with nothing visible between them. It ends behind the last
// digit.
func (c *candidate) run(text string, i int) (end int) {
	for i < len(text) {
		switch b := text[i]; {
		case b >= '0' && b <= '9':
			c.digits = append(c.digits, b)
			i++
			end = i
			continue
		case b == 0xEF && fullDigit(text[i:]) >= 0:
			c.digits = append(c.digits, '0'+byte(fullDigit(text[i:])))
			i += 3
			end = i
			continue
		}
		n := invisible(text[i:])
		if n == 0 {
			break
		}
		i += n
	}
	if x := checkX(text[i:]); x > 0 && (i+x == len(text) || !alnum(text[i+x:])) {
		c.digits = append(c.digits, 'X')
		return i + x
	}
	return end
}

// checkX gives the length of an X that a text begins with, in any form.
func checkX(s string) int {
	for _, x := range []string{"X", "x", "Ｘ", "ｘ", "×"} {
		if strings.HasPrefix(s, x) {
			return len(x)
		}
	}
	return 0
}

// invisible gives the length of a character that a reader of the page does not
// see inside a number: of no width, or Markdown's own.
func invisible(s string) int {
	switch b := s[0]; {
	case b == '*' || b == '\\' || b == '`' || b == '_':
		return 1
	case b < 0x80:
		return 0
	}
	switch r, n := utf8.DecodeRuneInString(s); r {
	case 0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0xFEFF, 0x180E, 0x034F, 0xFE0F:
		return n
	}
	return 0
}

// separated reports that another group follows after a separator, and where: -1
// where none does. Blanks may stand around a hyphen.
func separated(text string, i int) (next int, sep rune) {
	for n := 0; i < len(text) && n < 8; n++ {
		b := text[i]
		if b >= '0' && b <= '9' || b == 0xEF && fullDigit(text[i:]) >= 0 {
			if sep == 0 {
				return -1, 0
			}
			return i, sep
		}
		if k := invisible(text[i:]); k > 0 {
			i += k
			continue
		}
		r, k := utf8.DecodeRuneInString(text[i:])
		switch s := separator(r); {
		case s == 0 || s != ' ' && sep != 0 && sep != ' ':
			return -1, 0
		case sep == 0 || s != ' ' || sep == '.': // a dot before a blank ends a sentence, or marks an item
			sep = s
		}
		i += k
	}
	return -1, 0
}

// separator gives the kind of a separator: a blank, a hyphen, or a dot; 0 for what
// is none.
func separator(r rune) rune {
	switch r {
	case ' ', '\t', 0xA0, 0x3000, 0x2002, 0x2003, 0x2007, 0x2009, 0x202F:
		return ' '
	case '-', 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212, 0xFF0D, 0x2043, 0xFE63:
		return '-'
	case '.', 0xB7, 0x2022, 0x30FB, 0xFF0E, 0xFF65, 0x2027:
		return '.'
	}
	return 0
}

// alnum reports that a text begins with an ASCII letter or digit, of full width
// too.
func alnum(s string) bool {
	if s == "" {
		return false
	}
	b := s[0]
	if b < 0x80 {
		return letter(b) || b >= '0' && b <= '9'
	}
	r, _ := utf8.DecodeRuneInString(s)
	return r >= 0xFF10 && r <= 0xFF19 || r >= 0xFF21 && r <= 0xFF3A || r >= 0xFF41 && r <= 0xFF5A
}

func letter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// places finds the numbers of a candidate: of each group on, the first kind that
// fits.
func (c *candidate) places() (list []Place) {
	taken := 0 // groups before are part of a number that was found
	for g := 0; g < len(c.groups); {
		p, n := c.number(g, taken)
		if n == 0 {
			g++
			continue
		}
		list = append(list, p)
		g += n
		taken = g
	}
	return list
}

// maxGroups is how many groups stand together at most for one of them to be a part
// of a number: what goes on longer is a table of figures, or made to take time.
const maxGroups = 200

// longest is how many digits the longest number has.
const longest = 19

// number gives the number that begins with a group, and of how many groups it is.
func (c *candidate) number(g, taken int) (p Place, n int) {
	for i := range forms {
		f := &forms[i]
		for k := g; k < len(c.groups) && c.groups[k].to-c.groups[g].from <= longest && (k == g || len(c.groups) <= maxGroups); k++ {
			s := span{c, g, k, taken}
			if d := s.digits(); len(d) >= f.least && s.uniform() {
				if masked, ok := f.read(&s, string(d)); ok {
					return Place{Kind: f.kind, At: c.groups[g].at, End: c.groups[k].end, Masked: masked}, k - g + 1
				}
			}
		}
	}
	return p, 0
}
