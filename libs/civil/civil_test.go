package civil_test

import (
	"testing"
	"time"

	"github.com/parindex/parindex/libs/civil"
	"github.com/parindex/parindex/libs/fault"
)

var noon = time.Date(2026, 3, 2, 5, 0, 0, 0, time.UTC)

func code(err error) string {
	if err == nil {
		return ""
	}
	return fault.From(err).Code
}

func TestDates(t *testing.T) {
	for text, want := range map[string]string{
		"2024-01-08": "", "2024-02-29": "", "1945-09-02": "", "2026-03-02": "",
		"2026-02-31": "DATE_NOT_REAL", "2023-02-29": "DATE_NOT_REAL", "2024-04-31": "DATE_NOT_REAL",
		"0000-12-31": "DATE_NOT_REAL", "0000-01-01": "DATE_NOT_REAL", "0001-01-01": "DATE_NOT_REAL", "9999-12-31": "DATE_NOT_REAL",
		"2024-1-8": "DATE_NOT_REAL", "08/01/2024": "DATE_NOT_REAL", "2024-01-08 ": "DATE_NOT_REAL", "": "DATE_NOT_REAL", "２０２４-01-08": "DATE_NOT_REAL",
		"1945-09-01": "DATE_OUT_OF_RANGE", "2026-03-03": "DATE_OUT_OF_RANGE", "2199-12-31": "DATE_OUT_OF_RANGE",
	} {
		d, err := civil.Parse(text)
		if err == nil {
			err = civil.Issued.Check(d, noon)
		}
		if got := code(err); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if want == "" && d.String() != text {
			t.Errorf("%q was read as %s", text, d)
		}
	}
}

func TestPlannedDates(t *testing.T) {
	for text, want := range map[string]string{"2036-03-02": "", "2036-03-03": "DATE_OUT_OF_RANGE", "1945-09-01": "DATE_OUT_OF_RANGE"} {
		d, err := civil.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := code(civil.Planned.Check(d, noon)); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// The day changes at midnight of Hồ Chí Minh City.
func TestToday(t *testing.T) {
	last := time.Date(2026, 3, 2, 16, 59, 59, 0, time.UTC)
	if got := civil.Today(last).String(); got != "2026-03-02" {
		t.Error(got)
	}
	if got := civil.Today(last.Add(time.Second)); got.String() != "2026-03-03" || !got.End().Equal(last.Add(24*time.Hour+time.Second)) {
		t.Error(got, got.End())
	}
}

func TestInstants(t *testing.T) {
	for text, want := range map[string]string{
		"2027-01-02T17:00:00+07:00": "2027-01-02T10:00:00Z", "2027-01-02T17:00:00.5Z": "2027-01-02T17:00:00.5Z",
		"2027-01-02T24:00:00+07:00": "2027-01-02T17:00:00Z", "2027-01-02T24:00:00.000Z": "2027-01-03T00:00:00Z",
		"2027-02-28T24:00:00+07:00": "2027-02-28T17:00:00Z", "2026-12-31T24:00:00Z": "2027-01-01T00:00:00Z",
		"2027-01-02T24:00:00": "", "2027-01-02T24:00+07:00": "", "2027-01-02T24:00:00+0700": "", "2027-01-02T24:00:01+07:00": "",
		"2027-01-02T24:00:00.1Z": "", "2027-02-29T24:00:00Z": "", "2027-01-02T25:00:00Z": "", "2027-01-02": "", "2027-01-02 17:00:00+07:00": "",
		"2027-01-02T9:00:00Z": "", "2027-01-02T17:00:00,5Z": "", "24 giờ 00 ngày 02/01": "", "": "",
	} {
		at, err := civil.ParseInstant(text)
		switch {
		case want == "" && code(err) != "INSTANT_MALFORMED":
			t.Errorf("%q: %v, %v", text, at, err)
		case want != "" && (err != nil || at.UTC().Format(time.RFC3339Nano) != want):
			t.Errorf("%q: %v, %v, want %s", text, at, err, want)
		}
	}
}

func TestTerms(t *testing.T) {
	for _, tt := range []struct {
		term civil.Term
		at   string
		want string
	}{
		{civil.Deadline, "2000-01-01T00:00:00+07:00", ""},
		{civil.Deadline, "2036-03-02T24:00:00+07:00", ""},
		{civil.Deadline, "0001-01-01T00:00:00Z", "INSTANT_OUT_OF_RANGE"},
		{civil.Deadline, "1999-12-31T16:59:59Z", "INSTANT_OUT_OF_RANGE"},
		{civil.Deadline, "2036-03-02T17:00:01Z", "INSTANT_OUT_OF_RANGE"},
		{civil.Deadline, "9999-12-31T23:59:59Z", "INSTANT_OUT_OF_RANGE"},
		{civil.Expiry, "2076-03-02T17:00:00Z", ""},
		{civil.Expiry, "2076-03-02T17:00:01Z", "INSTANT_OUT_OF_RANGE"},
		{civil.Expiry, "0001-01-01T00:00:00Z", "INSTANT_OUT_OF_RANGE"},
	} {
		at, err := civil.ParseInstant(tt.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := code(tt.term.Check(at, noon)); got != tt.want {
			t.Errorf("%d %s: %q, want %q", tt.term, tt.at, got, tt.want)
		}
	}
}

func FuzzParseInstant(f *testing.F) {
	f.Add("2027-01-02T24:00:00+07:00")
	f.Fuzz(func(t *testing.T, text string) {
		at, err := civil.ParseInstant(text)
		if err != nil {
			return
		}
		again, err := civil.ParseInstant(at.UTC().Format(time.RFC3339Nano))
		if year := at.UTC().Year(); year > 0 && year < 10000 && (err != nil || !again.Equal(at)) {
			t.Errorf("%q: %v, then %v, %v", text, at, again, err)
		}
	})
}
