package catalog

import (
	"testing"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
)

// TestDepart records and takes back a departure in every phase.
func TestDepart(t *testing.T) {
	scored := CycleAgency{Member: Member{Agency: "x", Group: "g"}}
	gone := scored
	gone.Departure = &Departure{Kind: Merged, Letter: "31/QĐ-UBND", Reason: "Sáp nhập"}
	code := func(err error) string {
		if err == nil {
			return ""
		}
		return fault.From(err).Code
	}
	for _, phase := range criteria.Phases {
		want := ""
		if !phase.Before(criteria.Presented) {
			want = "DEPARTURE_TOO_LATE"
		}
		c := Cycle{Origin: Run, Phase: phase, Version: 4}
		left, err := c.Depart(scored)
		back, errBack := c.Rejoin(gone)
		if code(err) != want || code(errBack) != want {
			t.Errorf("%s: %v, %v", phase, err, errBack)
		}
		if want == "" && (left.Version != 5 || back.Version != 5 || left.Phase != phase) {
			t.Errorf("%s: %v, %v", phase, left, back)
		}
	}
	if gone.NotScored() != "Sáp nhập" || scored.NotScored() != "" {
		t.Error("an agency that has left is not scored")
	}
}
