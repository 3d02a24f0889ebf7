package civil

import "time"

// Meaning is what a date stands for, which bounds it.
type Meaning uint8

const (
	// Issued is the date of a paper that has been signed: not before 2 September 1945
	// and not after today.
	Issued Meaning = iota + 1
	// Planned is a date that may lie ahead, such as the day on which a decision comes
	// into force: not before 2 September 1945 and within ten years.
	Planned
)

// founded is the day before which no paper of today's state was signed.
var founded = Date{time.Date(1945, time.September, 2, 0, 0, 0, 0, time.UTC)}

// yearsAhead is how far plans reach.
const yearsAhead = 10

// Check fails with OutOfRange if d cannot have the meaning at now.
func (m Meaning) Check(d Date, now time.Time) error {
	last := Today(now)
	if m == Planned {
		last = Date{last.start.AddDate(yearsAhead, 0, 0)}
	}
	if d.Before(founded) || last.Before(d) {
		return OutOfRange.With(d.String(), founded.String(), last.String())
	}
	return nil
}

// Term is what an instant stands for, which bounds it.
type Term uint8

const (
	// Deadline opens or closes a window of a cycle: within ten years.
	Deadline Term = iota + 1
	// Expiry ends a permission: within fifty years.
	Expiry
)

// opened is the instant before which the platform plans nothing. It keeps year 1, which
// Go takes for an absent instant, from being one.
var opened = time.Date(2000, time.January, 1, 0, 0, 0, 0, zone)

// Check fails with InstantOutOfRange if t cannot be such an instant at now.
func (x Term) Check(t, now time.Time) error {
	years := yearsAhead
	if x == Expiry {
		years = 50
	}
	last := Today(now).End().AddDate(years, 0, 0)
	if t.Before(opened) || t.After(last) {
		return InstantOutOfRange.With(opened.Format(time.RFC3339), last.Format(time.RFC3339))
	}
	return nil
}
