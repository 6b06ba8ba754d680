package diag

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// MaxShown is how many findings Printer.List shows; the rest are counted.
const MaxShown = 50

// Printer shows findings so that editors can jump to them. All rules of how a
// finding looks in a terminal are in this file.
type Printer struct {
	W     io.Writer
	Lang  Lang
	Color bool // ANSI colours
	Most  int  // findings that List shows; 0: MaxShown
}

// List prints findings in the order given, at most MaxShown or Most, errors before
// the rest where not all can be shown.
func (p Printer) List(fs []Finding) error {
	w := bufio.NewWriter(p.W)
	shown, most := fs, p.Most
	if most == 0 {
		most = MaxShown
	}
	if len(fs) > most {
		shown = make([]Finding, 0, most)
		for s := Error; s >= Hint && len(shown) < most; s-- {
			for _, f := range fs {
				if f.Severity == s && len(shown) < most {
					shown = append(shown, f)
				}
			}
		}
	}
	for _, f := range shown {
		p.finding(w, f)
	}
	if n := len(fs) - len(shown); n > 0 {
		fmt.Fprintln(w, Textf("……还有 %d 条没有显示。", "... and %d more not shown.", n).In(p.Lang))
	}
	return w.Flush()
}

func (p Printer) finding(w io.Writer, f Finding) {
	colon := Text{"：", ": "}.In(p.Lang)
	fmt.Fprintf(w, "%s: %s%s%s [%s]\n", Printable(f.Pos.String()), p.paint(f.Severity), colon, Printable(bounded(f.Message.In(p.Lang))), f.Rule)
	if f.Line != "" {
		fmt.Fprintf(w, "%6d | %s\n", f.Pos.Line, Printable(strings.ReplaceAll(f.Line, "\t", "    ")))
	}
	if h := f.Hint.In(p.Lang); h != "" {
		fmt.Fprintf(w, "    %s%s%s\n", Text{"提示", "hint"}.In(p.Lang), colon, Printable(bounded(h)))
	}
}

// bounded shortens a message that quotes a giant line.
func bounded(s string) string {
	const most = 4000 // bytes
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

func (p Printer) paint(s Severity) string {
	name := s.Text().In(p.Lang)
	if !p.Color {
		return name
	}
	return [...]string{"\x1b[36m", "\x1b[33m", "\x1b[31m"}[s] + name + "\x1b[0m"
}

// Printable replaces what must not reach a terminal, control and bidirectional
// formatting characters, by visible escapes. Line ends inside a message stay.
func Printable(s string) string {
	hidden := func(r rune) bool {
		return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r))
	}
	if strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hidden(r) {
			fmt.Fprintf(&b, "<U+%04X>", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
