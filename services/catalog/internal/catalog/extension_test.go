package catalog

import (
	"errors"
	"testing"
	"time"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

// TestExtend extends the deadline of one agency and of one group (rule Y3).
func TestExtend(t *testing.T) {
	now := time.Date(2024, 11, 1, 0, 0, 0, 0, time.UTC)
	content := regulation.Content{Rounds: 2, AppraisalCouncil: true}
	c := Cycle{Origin: Run, Phase: criteria.Appraisal1, Version: 3, Windows: []Window{
		{Phase: criteria.Self1, Close: now.Add(-time.Hour)}, {Phase: criteria.Appraisal1}, {Phase: criteria.Self2}, {Phase: criteria.Appraisal2},
	}}
	x := Extension{Phase: criteria.Self1, Agency: "home", Close: now.Add(time.Hour), Letter: "12/SNV", Reason: "Bão"}
	once, err := c.Extend(x, content, now)
	if err != nil || once.Version != 4 || len(once.Extensions) != 1 || len(c.Extensions) != 0 {
		t.Fatalf("%+v %v", once, err)
	}
	x.Close = now.Add(2 * time.Hour)
	twice, err := once.Extend(x, content, now)
	if err != nil || len(twice.Extensions) != 1 || twice.Extensions[0] != x {
		t.Errorf("a second extension gives %+v, %v", twice.Extensions, err)
	}
	with := func(change func(*Extension)) Extension {
		y := x
		change(&y)
		return y
	}
	for name, tt := range map[string]struct {
		phase criteria.Phase
		x     Extension
		want  fault.Reason
	}{
		"an appraisal":         {criteria.Appraisal1, with(func(y *Extension) { y.Phase = criteria.Appraisal1 }), ExtensionOfSelf},
		"in the past":          {criteria.Appraisal1, with(func(y *Extension) { y.Close = now }), DeadlinePast},
		"no deadline":          {criteria.Self1, with(func(y *Extension) { y.Phase = criteria.Self2 }), fault.Reason{}},
		"open anyway":          {criteria.Self2, with(func(y *Extension) { y.Phase = criteria.Self2 }), ExtensionEarlier},
		"the phase after gone": {criteria.Self2, x, PhasePast},
	} {
		at := c
		at.Phase = tt.phase
		_, err := at.Extend(tt.x, content, now)
		if tt.want.Code == "" && err != nil || tt.want.Code != "" && !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	later := c
	later.Phase = criteria.Self1
	later.Windows = []Window{{Phase: criteria.Self1, Close: now.Add(3 * time.Hour)}}
	if _, err := later.Extend(x, content, now); !errors.Is(err, ExtensionEarlier) {
		t.Errorf("before the deadline of all: %v", err)
	}
	if _, err := c.Extend(with(func(y *Extension) { y.Group = "departments" }), content, now); !errors.Is(err, ExtensionOfOne) {
		t.Errorf("of both: %v", err)
	}
	if _, err := (Cycle{Origin: Imported}).Extend(x, content, now); !errors.Is(err, cycle.CycleNotRun) {
		t.Error(err)
	}
	one := Cycle{Origin: Run, Phase: criteria.Self1, Windows: []Window{{Phase: criteria.Self1}, {Phase: criteria.Appraisal1}}}
	if _, err := one.Extend(with(func(y *Extension) { y.Phase = criteria.Self2 }), regulation.Content{Rounds: 1}, now); !errors.Is(err, ExtensionOfSelf) {
		t.Errorf("round 2 of a regulation with one: %v", err)
	}
}
