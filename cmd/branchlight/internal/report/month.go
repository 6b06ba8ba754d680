package report

import (
	"fmt"
	"strconv"
	"time"

	"branchlight/cmd/branchlight/internal/day"
	"branchlight/cmd/branchlight/internal/diag"
)

// Month is a calendar month: the year times 12, and the month from 0.
type Month int

// MonthOf gives the month that a day is in.
func MonthOf(d day.Day) Month { return Month(d.Year()*12 + d.Month() - 1) }

// ParseMonth reads a month as in 2026-11.
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return 0, err
	}
	return Month(t.Year()*12 + int(t.Month()) - 1), nil
}

// String gives a month as in 2026-11.
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", int(m)/12, int(m)%12+1) }

// Text names a month.
func (m Month) Text() diag.Text {
	return diag.Text{Zh: fmt.Sprintf("%d年%d月", int(m)/12, int(m)%12+1), En: m.String()}
}

// days gives how many days lie between two.
func days(from, to day.Day) int {
	return int(to.Time(time.UTC).Sub(from.Time(time.UTC)).Hours() / 24)
}

func numeral(n int) diag.Text {
	s := strconv.Itoa(n)
	return diag.Text{Zh: s, En: s}
}
