package day

import (
	"testing"
	"time"
)

func TestNew(t *testing.T) {
	for _, c := range []struct {
		y, m, d int
		want    Day // 0: there is no such day
	}{
		{2026, 3, 1, 20260301}, {1, 1, 1, 10101}, {9999, 12, 31, 99991231},
		{2024, 2, 29, 20240229}, {2000, 2, 29, 20000229}, {1921, 7, 1, 19210701},
		{2026, 2, 29, 0}, {1900, 2, 29, 0}, {2026, 4, 31, 0}, {2026, 0, 1, 0}, {2026, 13, 1, 0}, {2026, 1, 0, 0}, {2026, 1, 32, 0},
		{0, 1, 1, 0}, {10000, 1, 1, 0}, {-1, 1, 1, 0}, {2026, -1, 1, 0}, {2026, 1, -1, 0},
	} {
		got, err := New(c.y, c.m, c.d)
		if got != c.want || (err == nil) != (c.want != 0) {
			t.Errorf("New(%d, %d, %d) = %d, %v", c.y, c.m, c.d, got, err)
		}
	}
}

func TestParse(t *testing.T) {
	for s, want := range map[string]Day{
		"2026-03-01": 20260301, "2024-02-29": 20240229, "0001-01-01": 10101, "9999-12-31": 99991231,
		"2026-02-29": 0, "2026-3-1": 0, "2026-03-01 ": 0, " 2026-03-01": 0, "2026/03/01": 0, "2026年3月1日": 0, "20260301": 0, "": 0,
		"2026-03-01T00:00:00Z": 0, "10000-01-01": 0, "-001-01-01": 0, "２０２６-03-01": 0,
	} {
		got, err := Parse(s)
		if got != want || (err == nil) != (want != 0) {
			t.Errorf("Parse(%q) = %d, %v", s, got, err)
		}
	}
}

func TestOf(t *testing.T) {
	shanghai := time.FixedZone("", 8*60*60)
	instant := time.Date(2026, 5, 31, 16, 30, 0, 0, time.UTC) // half past midnight in Shanghai
	if got := Of(instant); got != 20260531 {
		t.Errorf("in UTC: %s", got)
	}
	if got := Of(instant.In(shanghai)); got != 20260601 {
		t.Errorf("in Shanghai: %s", got)
	}
}

func TestParts(t *testing.T) {
	for _, c := range []struct {
		day     Day
		y, m, d int
		iso, zh string
	}{
		{20260301, 2026, 3, 1, "2026-03-01", "2026年3月1日"},
		{19211231, 1921, 12, 31, "1921-12-31", "1921年12月31日"},
		{90807, 9, 8, 7, "0009-08-07", "9年8月7日"},
		{0, 0, 0, 0, "", ""},
	} {
		if c.day.Year() != c.y || c.day.Month() != c.m || c.day.Date() != c.d {
			t.Errorf("%d: %d, %d, %d", c.day, c.day.Year(), c.day.Month(), c.day.Date())
		}
		if c.day.String() != c.iso || c.day.Chinese() != c.zh || c.day.IsZero() != (c.iso == "") {
			t.Errorf("%d: %q, %q", c.day, c.day.String(), c.day.Chinese())
		}
	}
	if got := string(Day(20260301).Append([]byte("on "))); got != "on 2026-03-01" {
		t.Errorf("appended: %q", got)
	}
}

// Days compare as the calendar does, and survive the way through a time and a
// text, in every zone.
func TestEveryDay(t *testing.T) {
	zones := []*time.Location{time.UTC, time.FixedZone("", 14*60*60), time.FixedZone("", -12*60*60)}
	last := Day(0)
	for d := Day(20191231); d < 20290101; d = Of(d.Time(time.UTC).AddDate(0, 0, 1)) {
		if d <= last {
			t.Fatalf("%s after %s", d, last)
		}
		last = d
		for _, z := range zones {
			if back := Of(d.Time(z)); back != d {
				t.Fatalf("%s in %s is %s", d, z, back)
			}
		}
		if back, err := Parse(d.String()); err != nil || back != d {
			t.Fatalf("%s is parsed as %s, %v", d, back, err)
		}
		if back, err := New(d.Year(), d.Month(), d.Date()); err != nil || back != d {
			t.Fatalf("%s is made as %s, %v", d, back, err)
		}
	}
}
