// Package civil has the dates and instants that enter the platform: what a date is,
// how an instant is written, and how far either may lie from today. Every edge reads
// them through this package: messages, files and the command line.
//
// All authorities have one clock, that of Hồ Chí Minh City (rule Y2).
package civil

import (
	"regexp"
	"time"
)

// zone is the time of every authority; Việt Nam has no summer time.
var zone = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// Date is a day of the calendar. Its zero value is no day.
type Date struct {
	// start is midnight UTC of the day, which serves for comparison only.
	start time.Time
}

// The years of a Date. They bound every date, also where no Meaning is stated.
const (
	firstYear = 1900
	lastYear  = 2199
)

// Parse reads a date as YYYY-MM-DD. It fails with NotReal for any other form, for a
// day that the calendar does not have, and for a year outside 1900 to 2199.
func Parse(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < firstYear || t.Year() > lastYear {
		return Date{}, NotReal.With(clip(text))
	}
	return Date{t}, nil
}

// Today returns the day that the authorities have at an instant.
func Today(now time.Time) Date {
	year, month, day := now.In(zone).Date()
	return Date{time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

// String returns d as YYYY-MM-DD.
func (d Date) String() string { return d.start.Format(time.DateOnly) }

// Before reports whether d is an earlier day than e.
func (d Date) Before(e Date) bool { return d.start.Before(e.start) }

// End returns the instant at which d ends, which decisions call "24:00".
func (d Date) End() time.Time {
	year, month, day := d.start.Date()
	return time.Date(year, month, day+1, 0, 0, 0, 0, zone)
}

// endOfDay matches an instant that is written as the end of its day.
var endOfDay = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2}T)24:00:00(?:\.0{1,9})?(Z|[+-]\d{2}:\d{2})$`)

// form is the form of an instant. time.Parse alone would also read "T9:00:00" and a
// comma before the fraction.
var form = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$`)

// ParseInstant reads an instant with its seconds and its offset from UTC, as RFC 3339
// has it. "24:00:00" is the end of the day (rule Y2). It fails with NotInstant.
func ParseInstant(text string) (time.Time, error) {
	var more time.Duration
	if m := endOfDay.FindStringSubmatch(text); m != nil {
		text, more = m[1]+"00:00:00"+m[2], 24*time.Hour
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || !form.MatchString(text) {
		return time.Time{}, NotInstant.Because(nil)
	}
	return t.Add(more), nil
}

// clip shortens what somebody typed, so that a message can repeat it.
func clip(text string) string {
	const most = 40
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
