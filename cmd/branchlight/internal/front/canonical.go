package front

import (
	"strconv"

	"branchlight/cmd/branchlight/internal/day"
)

// AppendCanonical appends what the front matter says in a form that does not
// depend on how it is written: a line "key=value" for every key that has a value,
// in the order of the key table, with the parts of lists quoted. Left out are the
// reviews, and draft, which says when a page is shown and not what it says.
func (m *Matter) AppendCanonical(b []byte) []byte {
	for i := range Keys {
		switch k := &Keys[i]; {
		case k.text != nil:
			if s := *k.text(m); s != "" {
				b = append(strconv.AppendQuote(append(append(b, k.Name...), '='), s), '\n')
			}
		case k.day != nil:
			b = appendDay(b, k.Name, *k.day(m))
		case k.list != nil:
			b = appendList(b, k.Name, *k.list(m))
		case k.num != nil:
			if m.Has(k.Name) && !m.Opaque {
				b = append(strconv.AppendInt(append(append(b, k.Name...), '='), int64(*k.num(m)), 10), '\n')
			}
		}
	}
	for _, it := range m.Items {
		b = append(strconv.AppendQuote(append(b, "item="...), it.Name), '\n')
		b = append(strconv.AppendBool(append(b, "item.done="...), it.Done), '\n')
		b = appendDay(b, "item.due", it.Due)
	}
	if m.Consent {
		b = append(b, "consent=true\n"...)
	}
	return b
}

func appendDay(b []byte, name string, d day.Day) []byte {
	if d.IsZero() {
		return b
	}
	return append(append(append(append(b, name...), '='), d.String()...), '\n')
}

func appendList(b []byte, name string, list []string) []byte {
	if len(list) == 0 {
		return b
	}
	b = append(append(b, name...), '=')
	for _, s := range list {
		b = append(strconv.AppendQuote(b, s), ',')
	}
	return append(b, '\n')
}
