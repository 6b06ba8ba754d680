// Package personal finds personal data in text: identity numbers, mobile numbers,
// bank cards, home addresses, e-mail addresses. It gives the masked form of each.
//
// In goes UTF-8 text, out come the places, in order and not overlapping. Nothing is
// read or written; the time is a small multiple of the text's length, and what is
// made to take more (see maxGroups, maxWindows) is not looked at to its end.
//
// # Numbers
//
// Digits are those of ASCII and their full-width forms (U+FF10 to U+FF19). Between
// two digits of a number may stand characters that show nothing (zero-width, soft
// hyphen), Markdown's marks of emphasis and escapes, or one separator: blanks, a
// hyphen of any form, a dot or a middle dot. A number begins and ends where a group
// of digits does, so that none is found inside a longer one.
//
//	identity, 18   GB 11643-1999: administrative division (GB/T 2260, to the
//	               prefecture), a day of birth that exists, check digit of
//	               ISO 7064 MOD 11-2
//	identity, 15   the older form without century and check digit; it needs a
//	               number that stands alone
//	mobile         11 digits of a range that is in use, perhaps after 86
//	bank card      ISO/IEC 7812: 16 to 19 digits by the issuer's prefix, Luhn's check
//
// What stands before a number counts: where that names it as something else (order,
// document, credit code), weak forms are left alone; and so does what stands behind:
// an amount has a unit.
package personal

import (
	"slices"
	"strings"
)

// Kind is a kind of personal data.
type Kind uint8

const (
	Identity Kind = iota
	Mobile
	BankCard
	Address
	Email
)

// Place is where personal data stands in a text.
type Place struct {
	Kind   Kind
	At     int // byte offsets
	End    int
	Masked string // what may stand there instead
}

// Find gives all personal data of a text, in order.
func Find(text string) []Place {
	list := numbers(text)
	list = append(list, emails(text)...)
	list = append(list, addresses(text)...)
	if len(list) < 2 {
		return list
	}
	slices.SortStableFunc(list, func(a, b Place) int { return a.At - b.At })
	end := 0
	return slices.DeleteFunc(list, func(p Place) bool {
		inside := p.At < end
		end = max(end, p.End)
		return inside
	})
}

// Mask gives a text with all personal data masked.
func Mask(text string) string {
	places := Find(text)
	if len(places) == 0 {
		return text
	}
	var b strings.Builder
	at := 0
	for _, p := range places {
		b.WriteString(text[at:p.At])
		b.WriteString(p.Masked)
		at = p.End
	}
	b.WriteString(text[at:])
	return b.String()
}
