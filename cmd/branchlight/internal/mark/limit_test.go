package mark

import (
	"fmt"
	"strings"
	"testing"

	"branchlight/cmd/branchlight/internal/diag"
)

// bombs are shapes that are slow in goldmark or large in HTML, by size in bytes.
var bombs = map[string]func(n int) string{
	"nested bullets":     func(n int) string { return strings.Repeat("- ", n/2) + "x\n" },
	"nested stars":       func(n int) string { return strings.Repeat("* ", n/2) + "x\n" },
	"nested numbers":     func(n int) string { return strings.Repeat("1. ", n/3) + "x\n" },
	"quotes":             func(n int) string { return strings.Repeat("> ", n/2) + "x\n" },
	"tight quotes":       func(n int) string { return strings.Repeat(">", n) + "x\n" },
	"quotes and bullets": func(n int) string { return strings.Repeat("> - ", n/4) + "x\n" },
	"staircase": func(n int) string {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			b.WriteString(strings.Repeat("  ", i) + "- a\n")
		}
		return b.String()
	},
	"bullets and blank lines": func(n int) string {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			b.WriteString(strings.Repeat(" ", i%200) + "- \n\n")
		}
		return b.String()
	},
	"bullet nest over lines": func(n int) string { return strings.Repeat(strings.Repeat("- ", 40)+"\n\n", n/82) },
	"open brackets":          func(n int) string { return strings.Repeat("[", n) },
	"image brackets":         func(n int) string { return strings.Repeat("![", n/2) },
	"nested brackets":        func(n int) string { return strings.Repeat("[", n/2) + "a" + strings.Repeat("]", n/2) },
	"nested links":           func(n int) string { return strings.Repeat("[a](b", n/5) },
	"half links":             func(n int) string { return strings.Repeat("[a](<b", n/6) },
	"title links":            func(n int) string { return strings.Repeat("[a](b \"", n/7) },
	"bracket pairs":          func(n int) string { return strings.Repeat("[a]", n/3) },
	"reference calls":        func(n int) string { return strings.Repeat("[a][b", n/5) },
	"emphasised links":       func(n int) string { return strings.Repeat("*a [*x](y) ", n/11) },
	"stars":                  func(n int) string { return "a" + strings.Repeat("*", n) + "b" },
	"star pairs":             func(n int) string { return strings.Repeat("a**b", n/4) },
	"openers":                func(n int) string { return strings.Repeat("*a _b ", n/6) },
	"openers and closers":    func(n int) string { return strings.Repeat("*a **a ", n/14) + strings.Repeat("b* b** ", n/14) },
	"alternating":            func(n int) string { return strings.Repeat("*a_", n/3) + strings.Repeat("b_*", 3) },
	"deep emphasis":          func(n int) string { return strings.Repeat("*a **a ", n/14) + "x" + strings.Repeat(" a** a*", n/14) },
	"strong nest":            func(n int) string { return strings.Repeat("*", n/2) + "a" + strings.Repeat("*", n/2) },
	"tildes":                 func(n int) string { return "a" + strings.Repeat("~", n) },
	"tilde pairs":            func(n int) string { return strings.Repeat("~~a ", n/4) },
	"less":                   func(n int) string { return strings.Repeat("<", n) },
	"tags":                   func(n int) string { return strings.Repeat("<a x ", n/5) },
	"tag with quote":         func(n int) string { return "x " + strings.Repeat("<a b='", n/6) },
	"comments":               func(n int) string { return strings.Repeat("a <!--a\n", n/8) },
	"cdata":                  func(n int) string { return strings.Repeat("a <![CDATA[\n", n/12) },
	"instructions":           func(n int) string { return strings.Repeat("a <?a\n", n/6) },
	"declarations":           func(n int) string { return strings.Repeat("a <!A\n", n/6) },
	"backticks":              func(n int) string { return strings.Repeat("`", n) },
	"backticks of all lengths": func(n int) string {
		var b strings.Builder
		for i := 1; b.Len() < n; i++ {
			b.WriteString(strings.Repeat("`", i) + "a")
		}
		return b.String()
	},
	"backtick lines": func(n int) string { return strings.Repeat("`\n``\n", n/5) },
	"wide table":     func(n int) string { return wideTable(n/8, n/2/8) },
	"narrow table":   func(n int) string { return "|a|b|\n|-|-|\n" + strings.Repeat("c\n", n/2) },
	"many tables":    func(n int) string { return strings.Repeat("|a|b|c|d|e|f|g|h|\n|-|-|-|-|-|-|-|-|\nx\n\n", n/40) },
	"full-width table": func(n int) string {
		return strings.Repeat("｜a", n/12) + "\n" + strings.Repeat("｜-", n/12) + "\n" + strings.Repeat("b\n", n/8)
	},
	"escaped bars": func(n int) string { return "|a|b|\n|-|-|\n" + strings.Repeat("|`\\|`|\n", n/7) },
	"references":   func(n int) string { return strings.Repeat("[a]: b\n", n/7) + strings.Repeat("[a]", n/7) },
	"long reference": func(n int) string {
		return "[a]: " + strings.Repeat("b", n/2) + "\n\n" + strings.Repeat("[a] ", n/8)
	},
	"open definitions": func(n int) string { return strings.Repeat("[a]: b '\n", n/9) },
	"footnotes": func(n int) string {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			fmt.Fprintf(&b, "[^%d]: x\n", i)
		}
		for i := range n / 8 {
			fmt.Fprintf(&b, "[^%d]", i)
		}
		return b.String()
	},
	"footnote calls":   func(n int) string { return "[^1]: x\n\n" + strings.Repeat("[^1] ", n/5) },
	"nested footnotes": func(n int) string { return strings.Repeat("[^1]: ", n/6) },
	"notes":            func(n int) string { return strings.Repeat(":::提示\n", n/10) },
	"note ends":        func(n int) string { return strings.Repeat(":::提示\n", 40) + strings.Repeat(":::\n", n/4) },
	"definitions":      func(n int) string { return strings.Repeat(": ", n/2) + "\n" + strings.Repeat("a\n: b\n", n/12) },
	"same headings":    func(n int) string { return strings.Repeat("# a\n", n/4) },
	"setext":           func(n int) string { return strings.Repeat("a\n-\n", n/4) },
	"soft breaks":      func(n int) string { return strings.Repeat("字\n", n/4) },
	"emphasis breaks":  func(n int) string { return strings.Repeat("**\n", n/3) },
	"hidden":           func(n int) string { return strings.Repeat("\u200b", n/3) },
	"entities":         func(n int) string { return strings.Repeat("&zwj;", n/5) },
	"ampersands":       func(n int) string { return strings.Repeat("&", n) },
	"addresses":        func(n int) string { return strings.Repeat("http://a.", n/9) },
	"whole addresses":  func(n int) string { return strings.Repeat("http://a.cn ", n/12) },
	"links of a line":  func(n int) string { return strings.Repeat("[a](b.md) ", n/10) },
	"broken rule":      func(n int) string { return strings.Repeat("- ", 40) + strings.Repeat("-", n) + "\n" },
	"rule of dashes":   func(n int) string { return strings.Repeat("- ", n/2) + "\n" },
	"rules of stars":   func(n int) string { return strings.Repeat("* * *\n", n/6) },
	"pasted row":       func(n int) string { return strings.Repeat("甲\t", n/8) + "\n" + strings.Repeat("甲\t", n/8) + "\n" },
	"wide links":       func(n int) string { return strings.Repeat("[甲]（乙 ", n/16) },
	"blank links":      func(n int) string { return strings.Repeat("[甲](乙 ", n/12) + ".md)" },
	"row of bars":      func(n int) string { return "|a|\n|-|\n" + strings.Repeat("|x", n/2) },
	"address colons":   func(n int) string { return strings.Repeat(":.", n/2) },
	"indents":          func(n int) string { return strings.Repeat("    字。\n", n/11) },
	"anchors":          func(n int) string { return strings.Repeat("# a\n", n/12) + "\n" + strings.Repeat("[x](#b) ", n/12) },
	"hard breaks":      func(n int) string { return strings.Repeat("a\\\n", n/3) },
	"tabs":             func(n int) string { return strings.Repeat("\t", n) + "x" },
	"tab lines":        func(n int) string { return strings.Repeat("-\t\ta\n", n/6) },
}

func wideTable(columns, rows int) string {
	return strings.Repeat("|a", columns) + "|\n" + strings.Repeat("|-", columns) + "|\n" + strings.Repeat("b\n", rows)
}

// endless are the bombs that nest without end or multiply: at a megabyte they
// have to be refused.
var endless = []string{
	"nested bullets", "nested stars", "nested numbers", "quotes", "tight quotes", "quotes and bullets", "staircase",
	"open brackets", "image brackets", "nested brackets", "nested links", "half links", "title links", "emphasised links",
	"alternating", "openers and closers", "deep emphasis", "strong nest", "less", "tags", "comments",
	"backticks", "backticks of all lengths", "wide table", "narrow table", "full-width table", "escaped bars",
	"long reference", "footnotes", "notes",
}

// TestBombs holds parsing to its budget: a page is either refused with a reason
// that names the file, or stays within all bounds. Time is not asserted; the
// budget is what bounds it.
func TestBombs(t *testing.T) {
	p := New()
	refused := func(name string, size int) bool {
		d := p.Parse(diag.NewSource("content/甲/p.md", []byte(bombs[name](size))), 0)
		if len(d.HTML) > maxHTML+1<<20 || len(d.Findings) > len(Rules)*maxPerRule {
			t.Errorf("%s, %d: %d bytes, %d findings", name, size, len(d.HTML), len(d.Findings))
		}
		for _, f := range d.Findings {
			switch f.Rule {
			case ruleFailed.ID:
				t.Errorf("%s, %d: %v", name, size, f)
			case ruleComplex.ID:
				if len(d.Findings) != 1 || d.HTML != "" || d.Slots != nil || f.Pos.File != "content/甲/p.md" || f.Pos.Line == 0 {
					t.Errorf("%s, %d: %v", name, size, d.Findings)
				}
				return true
			}
		}
		return false
	}
	for name := range bombs {
		refused(name, 10<<10)
		refused(name, 40<<10)
	}
	for _, name := range endless {
		if !refused(name, 1<<20-4096) {
			t.Errorf("%s is not refused", name)
		}
	}
}

// TestQuoted shows that a finding quotes no more of a line than people read.
func TestQuoted(t *testing.T) {
	for name, bomb := range bombs {
		for _, f := range parse(bomb(40 << 10)).Findings {
			if n := len(f.Message.Zh) + len(f.Message.En) + len(f.Hint.Zh) + len(f.Hint.En); n > 2000 {
				t.Errorf("%s: a finding of %d bytes: %.100s", name, n, f.Message.En)
			}
		}
	}
}

func TestTooLong(t *testing.T) {
	d := parse(strings.Repeat("字", maxBody/3+1))
	if len(d.Findings) != 1 || d.Findings[0].Rule != ruleComplex.ID || d.HTML != "" {
		t.Errorf("%v", d.Findings)
	}
}

// TestBounds shows that bounds do not meet what people write.
func TestBounds(t *testing.T) {
	for name, body := range map[string]string{
		"line of dashes":   strings.Repeat("- ", 200),
		"blanks to fill":   "姓名：" + strings.Repeat("_", 300),
		"large table":      wideTable(12, 1000),
		"long list":        strings.Repeat("- 项目\n", 5000),
		"long page":        strings.Repeat("党员**干部**下沉[网格](a.md)，`编号`。\n\n", 8000),
		"long paragraph":   strings.Repeat("党员**干部**下沉[网格](a.md)，`编号`。\n", 2000),
		"ten quotes":       strings.Repeat("> ", 10) + "x",
		"many footnotes":   strings.Repeat("文[^1]。", 300) + "\n\n[^1]: 注",
		"comparisons":      strings.Repeat("1 < 2，", 3000),
		"unpaired stars":   strings.Repeat("**注意 ** ", 500),
		"unpaired bracket": strings.Repeat("【[】", 2000),
	} {
		for _, f := range parse(body).Findings {
			if f.Rule == ruleComplex.ID || f.Rule == ruleFailed.ID {
				t.Errorf("%s: %v", name, f)
			}
		}
	}
}
