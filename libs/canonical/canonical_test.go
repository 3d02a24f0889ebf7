package canonical_test

import (
	"math"
	"testing"
	"time"

	"github.com/parindex/parindex/libs/canonical"
)

func TestJSON(t *testing.T) {
	type content struct {
		Second string         `json:"second"`
		First  map[string]int `json:"first,omitempty"`
	}
	for _, tt := range []struct {
		v    any
		want string
	}{
		{content{"a < b && c > d", nil}, `{"second":"a < b && c > d"}`},
		{content{"Sóc Trăng\n", map[string]int{"b": 2, "a": 1}}, `{"second":"Sóc Trăng\n","first":{"a":1,"b":2}}`},
		{"ends in a newline\n", `"ends in a newline\n"`},
		{nil, `null`},
	} {
		got, err := canonical.JSON(tt.v)
		if err != nil || string(got) != tt.want {
			t.Errorf("JSON(%v) = %s, %v; want %s", tt.v, got, err, tt.want)
		}
	}
	if got, err := canonical.JSON(math.NaN()); err == nil || got != nil {
		t.Errorf("a value without a JSON form: %s, %v", got, err)
	}
}

func TestInstant(t *testing.T) {
	for want, at := range map[string]time.Time{
		"":                            {},
		"2024-10-31T10:30:00.000000Z": time.Date(2024, 10, 31, 17, 30, 0, 0, time.FixedZone("", 7*3600)),
		"2024-12-31T23:59:59.999999Z": time.Date(2024, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
	} {
		if got := canonical.Instant(at); got != want {
			t.Errorf("Instant(%v) = %q, want %q", at, got, want)
		}
	}
}

// The hashes are those of FIPS 180-2 and its appendix B.1.
func TestHash(t *testing.T) {
	for text, want := range map[string]string{
		"":    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	} {
		if got := canonical.Hash([]byte(text)); got != want {
			t.Errorf("Hash(%q) = %s, want %s", text, got, want)
		}
	}
}
