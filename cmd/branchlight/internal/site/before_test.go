package site

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"branchlight/cmd/branchlight/internal/day"
)

// again gives sources as new, which nothing is kept with.
func again(in Input) Input {
	in.Sources, in.Before = slices.Clone(in.Sources), nil
	for i, s := range in.Sources {
		in.Sources[i] = &Source{Path: s.Path, Matter: s.Matter, Doc: s.Doc}
	}
	return in
}

// However sources change, a site that is assembled after another is the site that
// is assembled of the same sources alone.
func TestAssembleAfterAnother(t *testing.T) {
	in, random := benchInput(100), rand.New(rand.NewPCG(1, 2))
	s, _ := Assemble(in)
	for round := range 60 {
		in.Before, in.Sources = s, slices.Clone(in.Sources)
		i := random.IntN(len(in.Sources))
		m := *in.Sources[i].Matter
		switch random.IntN(6) {
		case 0:
			m.Title += "改"
		case 1:
			m.Date = day.Day(20240101 + random.IntN(28))
		case 2:
			m.Slug = "slug-" + strconv.Itoa(random.IntN(5)) // two of which may collide
		case 3:
			m.Draft = !m.Draft
		case 4:
			m.Order, m.HasOrder = random.IntN(3), !m.HasOrder
		case 5:
			m.Slug = furtherPage + strconv.Itoa(2+random.IntN(3))
		}
		in.Sources[i] = &Source{Path: in.Sources[i].Path, Matter: &m, Doc: in.Sources[i].Doc}
		if round%7 == 0 {
			in.Sources = slices.Delete(in.Sources, i, i+1)
		}
		next, found := Assemble(in)
		alone, want := Assemble(again(in))
		if len(found) != len(want) {
			t.Fatalf("round %d: %d findings, alone %d", round, len(found), len(want))
		}
		got, all := next.Outputs(), alone.Outputs()
		if len(got) != len(all) {
			t.Fatalf("round %d: %d outputs, alone %d", round, len(got), len(all))
		}
		for i := range got {
			var one, two dump
			one.view(got[i].View())
			two.view(all[i].View())
			if got[i].Path != all[i].Path || one.b.String() != two.b.String() {
				t.Fatalf("round %d: %s is not %s, which it is alone", round, got[i].Path, all[i].Path)
			}
		}
		s = next
	}
}

// What is the same as in the site before is not made again.
func TestTablesStay(t *testing.T) {
	in := benchInput(100)
	s, _ := Assemble(in)
	edit := func(how func(*Source)) *Site {
		p := *in.Sources[50]
		m := *p.Matter
		p.Matter = &m
		how(&p)
		in.Before, in.Sources = s, slices.Clone(in.Sources)
		in.Sources[50] = &Source{Path: p.Path, Matter: p.Matter, Doc: p.Doc}
		s, _ = Assemble(in)
		return in.Before
	}
	if before := edit(func(p *Source) { p.Matter.Title = "新的" }); s.table != before.table || &s.order.sorted[0] != &before.order.sorted[0] {
		t.Error("with a new title all tables are made again")
	}
	if before := edit(func(p *Source) { p.Matter.Date = 20200101 }); s.table != before.table || &s.order.sorted[0] == &before.order.sorted[0] {
		t.Error("a new day makes another order, and no other addresses")
	}
	if before := edit(func(p *Source) { p.Matter.Slug = "other" }); s.table == before.table {
		t.Error("the old address stays")
	}
}
