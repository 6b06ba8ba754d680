package route

import "unicode/utf8"

// Nearest gives the name of have that is most like want, for a hint. Likeness
// is the number of characters to change, add, drop, or swap with a neighbour,
// without regard to case; a third of want's characters may differ (at least
// one), else ok is false. Of equals the first in alphabetical order is taken.
func Nearest(want string, have []string) (name string, ok bool) {
	w := []rune(Fold(want))
	best := max(1, len(w)/3)
	var d distance
	var h []rune
	for _, s := range have {
		folded := Fold(s)
		if n := utf8.RuneCountInString(folded); n-len(w) > best || len(w)-n > best {
			continue
		}
		h = h[:0]
		for _, r := range folded {
			h = append(h, r)
		}
		n := d.between(w, h, best)
		if n < best || n == best && (!ok || s < name) {
			best, name, ok = n, s, true
		}
	}
	return name, ok
}

// distance holds the rows of the table that between fills, for use again.
type distance struct {
	rows [3][]int
}

// between gives the edit distance of two texts, or limit+1 where it is greater
// than limit.
func (d *distance) between(a, b []rune, limit int) int {
	for i := range d.rows {
		if cap(d.rows[i]) <= len(b) {
			d.rows[i] = make([]int, len(b)+1, 2*len(b)+1)
		}
		d.rows[i] = d.rows[i][:len(b)+1]
	}
	before, last, row := d.rows[0], d.rows[1], d.rows[2]
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		least := row[0]
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			n := min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				n = min(n, before[j-1]+1)
			}
			row[j+1] = n
			least = min(least, n)
		}
		if least > limit {
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit+1)
}
