package gateway

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"

	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

func TestEndsOfDays(t *testing.T) {
	for body, want := range map[string]string{
		`{"closeTime":"2027-01-02T24:00:00+07:00"}`:                                                          `{"closeTime":"2027-01-02T17:00:00Z"}`,
		`{ "phase" : 2, "close_time" : "2027-12-31T24:00:00Z" , "openTime":"2027-01-02T24:00:00.000+07:00"}`: `{ "phase" : 2, "close_time" : "2028-01-01T00:00:00Z" , "openTime":"2027-01-02T17:00:00Z"}`,
		// Nothing else changes: texts, unknown fields, other forms, and what is no JSON.
		`{"etag":"2027-01-02T24:00:00+07:00"}`:                    "",
		`{"other":{"closeTime":"2027-01-02T24:00:00+07:00"}}`:     "",
		`{"closeTime":{"closeTime":"2027-01-02T24:00:00+07:00"}}`: "",
		`{"closeTime":"2027-01-02T24:00+07:00"}`:                  "",
		`{"closeTime":"2027-01-02T24:00:00+07:00"`:                "",
		`T24:`: "",
		`{"closeTime":["T24:",` + strings.Repeat("[", 1<<20): "",
	} {
		if want == "" {
			want = body
		}
		if got := string(endsOfDays([]byte(body), new(catalogv1.ScheduleWindowRequest).ProtoReflect().Descriptor())); got != want {
			t.Errorf("%.100s: %.100s", body, got)
		}
	}
}

func FuzzEndsOfDays(f *testing.F) {
	f.Add(`{"closeTime":"2027-01-02T24:00:00+07:00","etag":"T24:"}`)
	f.Fuzz(func(t *testing.T, body string) {
		var before, after catalogv1.ScheduleWindowRequest
		changed := endsOfDays([]byte(body), before.ProtoReflect().Descriptor())
		if protojson.Unmarshal([]byte(body), &before) == nil && protojson.Unmarshal(changed, &after) != nil {
			t.Errorf("%s was readable, %s is not", body, changed)
		}
	})
}

func TestInstantsAreRefusedWithTheirForm(t *testing.T) {
	s := &strict{limit: 1 << 20}
	for body, want := range map[string]string{
		`{"closeTime":"2027-01-02T24:00:00+07:00"}`: "",
		`{"closeTime":"2027-01-02T24:00:00"}`:       "INSTANT_MALFORMED closeTime",
		`{"closeTime":"2027-01-02T24:00+07:00"}`:    "INSTANT_MALFORMED closeTime",
		`{"closeTime":"2027-01-02T24:00:00+0700"}`:  "INSTANT_MALFORMED closeTime",
		`{"close_time":5}`:                          "INSTANT_MALFORMED close_time",
		`{"closeTime":"24 giờ 00 ngày 02/01"}`:      "INSTANT_MALFORMED closeTime",
		`{"phase":"X"}`:                             "FIELD_INVALID phase",
	} {
		err := s.NewDecoder(strings.NewReader(body)).Decode(new(catalogv1.ScheduleWindowRequest))
		got := ""
		if err != nil {
			got = err.Error()
			if f := misread(got); !strings.Contains(f.En, "2027-01-02T17:00:00+07:00") == strings.HasPrefix(got, "INSTANT") || f.Field == "" {
				t.Errorf("%s: %+v", body, f)
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}
