package fault_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/parindex/parindex/libs/fault"
)

var seatTaken = fault.Reason{Kind: fault.Exists, Code: "SEAT_TAKEN", Vi: "Ghế %d đã có người.", En: "Seat %d is taken."}

func TestFaultIsItsReason(t *testing.T) {
	for name, err := range map[string]error{
		"bare":    seatTaken,
		"filled":  seatTaken.With(7),
		"placed":  seatTaken.With(7).At("seat"),
		"wrapped": fmt.Errorf("seating agency x: %w", seatTaken.With(7)),
	} {
		if !errors.Is(err, seatTaken) {
			t.Errorf("%s: errors.Is(%v, seatTaken) is false", name, err)
		}
		if errors.Is(err, fault.StaleEtag) {
			t.Errorf("%s: is also StaleEtag", name)
		}
		if got := fault.From(err).Kind; got != fault.Exists {
			t.Errorf("%s: kind %v, want exists", name, got)
		}
	}
}

func TestFromKeepsTheCauseAndNamesTheRest(t *testing.T) {
	if f := fault.From(nil); f != nil {
		t.Errorf("From(nil) = %v", f)
	}
	f := fault.From(io.ErrUnexpectedEOF)
	if f.Code != "UNEXPECTED" || f.Kind != fault.Internal || !errors.Is(f, io.ErrUnexpectedEOF) {
		t.Errorf("From(EOF) = %v", f)
	}
	f = fault.From(fmt.Errorf("reading: %w", fault.StorageAway.Because(io.EOF).After(time.Second)))
	if f.Kind != fault.Unavailable || f.RetryAfter != time.Second || !errors.Is(f, io.EOF) {
		t.Errorf("wrapped fault lost something: %+v", f)
	}
}

func TestMessagesByLanguage(t *testing.T) {
	f := seatTaken.With(7)
	for language, want := range map[string]string{"en": "Seat 7 is taken.", "vi": "Ghế 7 đã có người.", "fr": "Ghế 7 đã có người.", "": "Ghế 7 đã có người."} {
		if got := f.Message(language); got != want {
			t.Errorf("Message(%q) = %q, want %q", language, got, want)
		}
	}
}

type share string

func (s share) Vietnamese() string { return strings.Replace(string(s), ".", ",", 1) }

func TestArgumentsAreWrittenInEachLanguage(t *testing.T) {
	beyond := fault.Reason{Kind: fault.Invalid, Code: "BEYOND", Vi: "%d: %s vượt %v (%s).", En: "%d: %s is beyond %v (%s)."}
	args := []any{3, share("2.5"), share("100"), "v1.2"}
	f := beyond.With(args...)
	if want := "3: 2,5 vượt 100 (v1.2)."; f.Vi != want {
		t.Errorf("Vi is %q, want %q", f.Vi, want)
	}
	if want := "3: 2.5 is beyond 100 (v1.2)."; f.En != want {
		t.Errorf("En is %q, want %q", f.En, want)
	}
	if args[1] != share("2.5") {
		t.Errorf("the caller's arguments became %v", args)
	}
}

func TestErrorTextListsViolations(t *testing.T) {
	f := fault.BadRequest.List(fault.Validation("entries[0].points", "string.pattern", "")).At("entries")
	err := f.Error()
	for _, part := range []string{"BAD_REQUEST", "field entries", "entries[0].points", "string.pattern"} {
		if !strings.Contains(err, part) {
			t.Errorf("%q lacks %q", err, part)
		}
	}
}

func TestValidationFallsBackToFamilyThenToTheRulesOwnWords(t *testing.T) {
	tests := []struct{ rule, message, en string }{
		{"string.min_len", "own", "The value is too short."},
		{"string.hostname", "own", "The text is not valid."},
		{"cycle.after_last", "must come after the last cycle", "must come after the last cycle"},
		{"cycle.after_last", "", "The value is not valid."},
	}
	for _, tt := range tests {
		if got := fault.Validation("f", tt.rule, tt.message); got.En != tt.en || got.Vi == "" || got.Code != tt.rule {
			t.Errorf("Validation(%q) = %+v, want En %q", tt.rule, got, tt.en)
		}
	}
}
