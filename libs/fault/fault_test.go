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

func TestValidationNamesTheBounds(t *testing.T) {
	tests := []struct {
		rule, message string
		bounds        []string
		vi, en        string
	}{
		{"string.min_len", "", []string{"12"}, "Cần ít nhất 12 ký tự. Hãy nhập thêm.", "At least 12 characters are needed. Enter more."},
		{"string.min_len", "", []string{"1"}, "Cần ít nhất 1 ký tự. Hãy nhập nội dung này.", "At least 1 character is needed. Enter this text."},
		{"int32.gte_lte", "", []string{"0", "10"}, "Cần số từ 0 đến 10. Hãy nhập lại, ví dụ 0.", "A number from 0 to 10 is needed. Enter one, for example 0."},
		{"int64.gte", "", []string{"5"}, "Cần số từ 5 trở lên. Hãy nhập lại, ví dụ 5.", "A number of 5 or more is needed. Enter one, for example 5."},
		{"string.pattern", "", []string{"^[A-Z]{2}$"}, "Giá trị không đúng mẫu. Hãy nhập giá trị khớp với biểu thức ^[A-Z]{2}$.", "The value does not have the right form. Enter a value that matches ^[A-Z]{2}$."},
		{"string.min_len", "own", nil, "Nội dung không đúng dạng. Hãy xem định dạng của trường này tại /openapi/.", "The text does not have the right form. See the form of this field at /openapi/."},
		{"string.hostname", "own", nil, "Nội dung không đúng dạng. Hãy xem định dạng của trường này tại /openapi/.", "The text does not have the right form. See the form of this field at /openapi/."},
		{"cycle.after_last", "must come after the last cycle", nil, "Giá trị không hợp lệ. Hãy xem định dạng của trường này tại /openapi/.", "The value is not valid: must come after the last cycle. See the form of this field at /openapi/."},
		{"cycle.after_last", "", nil, "Giá trị không hợp lệ. Hãy xem định dạng của trường này tại /openapi/.", "The value is not valid. See the form of this field at /openapi/."},
	}
	for _, tt := range tests {
		want := fault.Violation{Field: "f", Code: tt.rule, Vi: tt.vi, En: tt.en}
		if got := fault.Validation("f", tt.rule, tt.message, tt.bounds...); got != want {
			t.Errorf("Validation(%q, %q, %q) = %+v, want %+v", tt.rule, tt.message, tt.bounds, got, want)
		}
	}
}

func TestFieldsAsJSONNamesThem(t *testing.T) {
	for path, want := range map[string]string{
		"":                      "",
		"agency":                "agency",
		"close_time":            "closeTime",
		"closeTime":             "closeTime",
		"entries[3].max_points": "entries[3].maxPoints",
		"criteria_sets[0].nodes[12].legal_basis[1].day_1": "criteriaSets[0].nodes[12].legalBasis[1].day1",
		`values["so_ho_so"].date_at`:                      `values["so_ho_so"].dateAt`,
		`by_name["a\"_b"]`:                                `byName["a\"_b"]`,
		"line 12: max_points":                             "line 12: max_points",
		"Nhóm_1!B3":                                       "Nhóm_1!B3",
		"so-noi-vu/i.1_a":                                 "so-noi-vu/i.1_a",
	} {
		if got := fault.JSONPath(path); got != want {
			t.Errorf("JSONPath(%q) = %q, want %q", path, got, want)
		}
	}
	f := seatTaken.At("seat_number")
	f.Violations = []fault.Violation{{Field: "row_number", Code: "A"}}
	if got := f.InJSON(); got.Field != "seatNumber" || got.Violations[0].Field != "rowNumber" || f.Field != "seat_number" || f.Violations[0].Field != "row_number" {
		t.Errorf("InJSON returns %v for %v", got, f)
	}
}
