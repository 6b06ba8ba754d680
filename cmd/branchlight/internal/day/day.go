// Package day has calendar days: dates without a time of day or a zone.
package day

import (
	"fmt"
	"time"
)

// Day is a calendar day written as the number yyyymmdd, so that days compare as
// numbers do. The zero Day means that no day is given.
type Day int32

// Of gives the day of an instant in the instant's own zone.
func Of(t time.Time) Day {
	y, m, d := t.Date()
	return Day(y*10000 + int(m)*100 + d)
}

// New gives the day of a year, month and day of the month; an error where the
// calendar has no such day.
func New(year, month, date int) (Day, error) {
	t := time.Date(year, time.Month(month), date, 0, 0, 0, 0, time.UTC)
	if year < 1 || year > 9999 || t.Year() != year || int(t.Month()) != month || t.Day() != date {
		return 0, fmt.Errorf("no such day: %04d-%02d-%02d", year, month, date)
	}
	return Of(t), nil
}

// Parse reads yyyy-mm-dd.
func Parse(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("not a day of the form 2024-03-01: %q", s)
	}
	return Of(t), nil
}

// IsZero reports that no day is given.
func (d Day) IsZero() bool { return d == 0 }

// Year gives the year.
func (d Day) Year() int { return int(d) / 10000 }

// Month gives the month, 1 to 12.
func (d Day) Month() int { return int(d) / 100 % 100 }

// Date gives the day of the month, 1 to 31.
func (d Day) Date() int { return int(d) % 100 }

// Time gives the start of the day in a zone.
func (d Day) Time(zone *time.Location) time.Time {
	return time.Date(d.Year(), time.Month(d.Month()), d.Date(), 0, 0, 0, 0, zone)
}

// String gives yyyy-mm-dd, or "" where no day is given.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return string(d.Append(make([]byte, 0, 10)))
}

// Append appends yyyy-mm-dd.
func (d Day) Append(b []byte) []byte {
	digit := func(n int) byte { return byte('0' + n%10) }
	y, m, t := d.Year(), d.Month(), d.Date()
	return append(b, digit(y/1000), digit(y/100), digit(y/10), digit(y), '-', digit(m/10), digit(m), '-', digit(t/10), digit(t))
}

// Chinese gives 2024年3月1日, or "" where no day is given.
func (d Day) Chinese() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%d年%d月%d日", d.Year(), d.Month(), d.Date())
}
