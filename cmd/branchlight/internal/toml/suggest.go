package toml

import (
	"strings"
	"unicode/utf8"

	"branchlight/cmd/branchlight/internal/diag"
)

// suggest gives the key that a wrong name most likely means, -1 where none is
// near.
func (s *Schema) suggest(name string) int {
	name = plainName(name)
	if i, ok := s.index[name]; ok {
		return i
	}
	best, key := 0, -1
	for i, k := range s.Keys {
		for _, n := range k.Names {
			if plainName(n) == name {
				return i
			}
			if r, _ := utf8.DecodeRuneInString(n); han(r) && strings.Contains(name, n) && len(n) > best && len(name) <= 10*len("字") {
				best, key = len(n), i
			}
		}
	}
	if key >= 0 || len(name) < 3 || len(name) > 40 {
		return key
	}
	limit := min(len(name)/3, 3) // one slip in three letters, three at most
	for i, k := range s.Keys {
		if d := distance(name, k.Name, limit); d <= limit && (key < 0 || d < best) {
			best, key = d, i
		}
	}
	return key
}

func plainName(s string) string {
	s = strings.ToLower(strings.Trim(fold(s), `"'“”‘’ `))
	return strings.NewReplacer("-", "_", " ", "_").Replace(s)
}

// distance counts the insertions, deletions, replacements and swaps of
// neighbours that make a of b; any number above limit where they are more.
func distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	before := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	next := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}

// unknown reports a key that the schema does not have. The value goes to the key
// that was most likely meant, if that is not given otherwise.
func (p *parser) unknown(t *Table, e *Entry) {
	s := t.schema
	if t.header != "" && p.doc.schema.knows(e.Name) {
		p.late(t, e)
		return
	}
	k := s.suggest(e.Name)
	if k < 0 {
		p.report(unknownRule, e.At, diag.Textf("没有“%s”这个键", "there is no key %q", e.Name),
			diag.Textf("删去这一行；可以写的键有：%s。", "Delete the line; the keys are: %s.", s.names()))
		return
	}
	name := s.Keys[k].Name
	msg := diag.Textf("没有“%s”这个键，是不是“%s”？", "there is no key %q; is it %q?", e.Name, name)
	right := name + " = " + strings.TrimRight(p.text[e.Value.At:e.Value.End], " \t")
	if strings.Contains(right, "\n") || len(right) > maxHintLine {
		p.report(unknownRule, e.At, msg, diag.Textf("把“%s”改成“%s”。", "Write %[2]q for %[1]q.", e.Name, name))
	} else {
		p.report(unknownRule, e.At, msg, writeLine(right))
	}
	if t.find(name) < 0 {
		found := len(p.doc.Findings)
		e.Key, e.Name, e.Doubtful = k, name, true
		p.fit(&s.Keys[k], e)
		p.doc.Findings = p.doc.Findings[:found]
		p.insert(t, *e)
	}
}

// late reports a key of the top that stands under a header, and takes it there.
func (p *parser) late(t *Table, e *Entry) {
	root := &p.doc.Table
	p.report(orderRule, e.At, lateText(e.Name, t.header), p.lateHint(t.header))
	if root.find(e.Name) < 0 {
		found := len(p.doc.Findings)
		p.add(root, e.Name, e.At, e.Value, true)
		p.doc.Findings = p.doc.Findings[:found]
	}
}

func lateText(name, header string) diag.Text {
	return diag.Textf("“%s”写在了 %s 的后面", "%q stands after %s", name, header)
}

// lateHint says above which header a late key goes: the first of the file.
func (p *parser) lateHint(header string) diag.Text {
	for i := range p.doc.Entries {
		if e := &p.doc.Entries[i]; opensHeader(p.text[e.At:]) {
			header = strings.TrimFunc(p.text[e.At:p.lineEnd(e.At)], blankRune)
			if name, _, ok := strings.Cut(header, "#"); ok {
				header = strings.TrimFunc(name, blankRune)
			}
			break
		}
	}
	return diag.Textf("把这一行移到第一个 %s 的上面。", "Move the line above the first %s.", header)
}

func (s *Schema) names() string {
	names := make([]string, len(s.Keys))
	for i, k := range s.Keys {
		names[i] = k.Name
	}
	return strings.Join(names, " ")
}

// maxHintLine bounds, in bytes, a corrected line that a hint shows.
const maxHintLine = 600

// writeLine makes the hint that shows a line written right.
func writeLine(line string) diag.Text {
	if line == "" || len(line) > maxHintLine {
		return diag.Text{}
	}
	return diag.Textf("改成：\n        %s", "Write:\n        %s", line)
}
