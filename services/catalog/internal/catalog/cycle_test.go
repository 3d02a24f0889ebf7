package catalog

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

// TestNext follows the phases of each shape of regulation to the end (rule Y1).
func TestNext(t *testing.T) {
	for want, c := range map[string]regulation.Content{
		"SELF_1 APPRAISAL_1 SELF_2 APPRAISAL_2 APPRAISAL_COUNCIL PRESENTED PUBLISHED REPORTED ARCHIVED": {Rounds: 2, AppraisalCouncil: true},
		"SELF_1 APPRAISAL_1 SELF_2 APPRAISAL_2 PRESENTED PUBLISHED REPORTED ARCHIVED":                   {Rounds: 2},
		"SELF_1 APPRAISAL_1 APPRAISAL_COUNCIL PRESENTED PUBLISHED REPORTED ARCHIVED":                    {Rounds: 1, AppraisalCouncil: true},
		"SELF_1 APPRAISAL_1 PRESENTED PUBLISHED REPORTED ARCHIVED":                                      {Rounds: 1},
	} {
		cycle := Cycle{Origin: Run, Phase: criteria.Preparation, Publication: 1, InForce: 1}
		var way []string
		for next := c.Next(cycle.Phase); len(next) > 0; next = c.Next(cycle.Phase) {
			moved, err := cycle.Move(next[0], c)
			if err != nil || moved.Version != cycle.Version+1 {
				t.Fatal(moved, err)
			}
			cycle = moved
			way = append(way, string(cycle.Phase))
		}
		if got := strings.Join(way, " "); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestReturn moves back through the phases of each shape of regulation, no further
// than to SELF_1 and never after a publication, and removes a deadline that has passed.
func TestReturn(t *testing.T) {
	now := time.Date(2024, 11, 1, 0, 0, 0, 0, time.UTC)
	for want, c := range map[string]regulation.Content{
		"APPRAISAL_COUNCIL APPRAISAL_2 SELF_2 APPRAISAL_1 SELF_1": {Rounds: 2, AppraisalCouncil: true},
		"APPRAISAL_2 SELF_2 APPRAISAL_1 SELF_1":                   {Rounds: 2},
		"APPRAISAL_COUNCIL APPRAISAL_1 SELF_1":                    {Rounds: 1, AppraisalCouncil: true},
		"APPRAISAL_1 SELF_1":                                      {Rounds: 1},
	} {
		cycle := Cycle{Origin: Run, Phase: criteria.Presented}
		var way []string
		for {
			back, err := cycle.Return(c.Previous(cycle.Phase), c, now)
			if err != nil {
				if !errors.Is(err, PhaseFinal) {
					t.Error(err)
				}
				break
			}
			if back.Version != cycle.Version+1 {
				t.Errorf("the version goes from %d to %d", cycle.Version, back.Version)
			}
			cycle = back
			way = append(way, string(cycle.Phase))
		}
		if got := strings.Join(way, " "); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for _, c := range []Cycle{
		{Origin: Run, Phase: criteria.Preparation},
		{Origin: Run, Phase: criteria.Self1},
		{Origin: Run, Phase: criteria.Published},
		{Origin: Run, Phase: criteria.Archived},
	} {
		if _, err := c.Return(criteria.Preparation, regulation.Content{Rounds: 2}, now); !errors.Is(err, PhaseFinal) {
			t.Errorf("from %s: %v", c.Phase, err)
		}
	}
	if _, err := (Cycle{Origin: Imported}).Return(criteria.Self1, regulation.Content{}, now); !errors.Is(err, cycle.CycleNotRun) {
		t.Error(err)
	}
	presented := Cycle{Origin: Run, Phase: criteria.Presented}
	if _, err := presented.Return(criteria.Self2, regulation.Content{Rounds: 2}, now); !errors.Is(err, PhaseNotPrevious) {
		t.Error(err)
	}
	published, err := presented.Published(1, false)
	if err != nil || published.Publication != 1 || published.Version != 1 {
		t.Errorf("%+v %v", published, err)
	}
	if _, err := published.Return(criteria.Appraisal2, regulation.Content{Rounds: 2}, now); !errors.Is(err, CyclePublished) {
		t.Error(err)
	}
	if again, err := published.Published(1, false); err != nil || again.Version != published.Version {
		t.Errorf("recorded again: %+v %v", again, err)
	}
	if _, err := published.Move(criteria.Published, regulation.Content{}); !errors.Is(err, CycleUnpublished) {
		t.Errorf("moved while it is being published: %v", err)
	}
	inForce, err := published.Published(1, true)
	if err != nil || inForce.InForce != 1 || inForce.Version != published.Version+1 {
		t.Errorf("%+v %v", inForce, err)
	}
	if again, err := inForce.Published(1, true); err != nil || again.Version != inForce.Version {
		t.Errorf("confirmed again: %+v %v", again, err)
	}
	if moved, err := inForce.Move(criteria.Published, regulation.Content{}); err != nil || moved.Phase != criteria.Published {
		t.Errorf("%+v %v", moved, err)
	}
	if _, err := (Cycle{Origin: Run, Phase: criteria.AppraisalCouncil}).Published(1, false); !errors.Is(err, CycleNotPresented) {
		t.Error(err)
	}
	past, ahead := now, now.Add(time.Hour)
	c := Cycle{Origin: Run, Phase: criteria.Appraisal1, Windows: []Window{{Phase: criteria.Self1, Close: past}, {Phase: criteria.Appraisal1, Close: ahead}}}
	back, err := c.Return(criteria.Self1, regulation.Content{Rounds: 1}, now)
	if err != nil || !back.Windows[0].Close.IsZero() || !back.Windows[1].Close.Equal(ahead) || c.Windows[0].Close.IsZero() {
		t.Errorf("%+v %v", back, err)
	}
}

// TestScheduleExtends sets a deadline that has passed anew while the cycle is still in
// the phase (rule Y3).
func TestScheduleExtends(t *testing.T) {
	now := time.Date(2024, 11, 1, 0, 0, 0, 0, time.UTC)
	c := Cycle{Origin: Run, Phase: criteria.Self1, Version: 3, Windows: []Window{{Phase: criteria.Self1, Close: now.Add(-time.Hour)}}}
	to, err := c.Schedule(Window{Phase: criteria.Self1, Close: now.Add(time.Hour)}, now)
	if err != nil || to.Version != 4 || !to.Windows[0].Close.After(now) || c.Windows[0].Close.After(now) {
		t.Errorf("%+v %v", to, err)
	}
}

// TestPhaseNames checks that a fault names phases in Vietnamese as officials do, and in
// English as the contract does.
func TestPhaseNames(t *testing.T) {
	_, err := Cycle{Origin: Run, Phase: criteria.Preparation}.Move(criteria.Published, regulation.Content{Rounds: 2})
	f := fault.From(err)
	if f.Vi != "Kỳ đang ở giai đoạn “Chuẩn bị”; “Công bố” không phải giai đoạn kế tiếp theo quy định. Hãy chuyển lần lượt từng giai đoạn." ||
		f.En != "The cycle is in the phase PREPARATION; PUBLISHED is not the next one that its regulation has. Move through the phases one by one." {
		t.Errorf("got %s\n%s", f.Vi, f.En)
	}
}
