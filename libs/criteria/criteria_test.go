package criteria_test

import (
	"testing"

	"github.com/parindex/parindex/libs/criteria"
)

func TestNodeID(t *testing.T) {
	for want, got := range map[string]string{"i.4.1.2": criteria.NodeID("i", "4.1.2"), "iii.3.2": criteria.NodeID("iii", "3.2")} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestPhases checks the names, the place and the neighbours of every phase.
func TestPhases(t *testing.T) {
	for i, phase := range criteria.Phases {
		vi, en := phase.Names()
		if vi == "" || en == "" || phase.Vietnamese() == "" || phase.Place() != i {
			t.Errorf("%s: %q %q %d", phase, vi, en, phase.Place())
		}
		if i > 0 && (!criteria.Phases[i-1].Before(phase) || phase.Before(criteria.Phases[i-1])) {
			t.Errorf("%s is not after %s", phase, criteria.Phases[i-1])
		}
	}
	if got := criteria.Presented.Vietnamese(); got != "Trình Ủy ban nhân dân" {
		t.Error(got)
	}
	if none := criteria.Phase(""); none.Place() != -1 || none.Vietnamese() != "" {
		t.Error("an imported cycle has no phase")
	}
}
