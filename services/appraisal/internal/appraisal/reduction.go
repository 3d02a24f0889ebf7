package appraisal

import (
	"time"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/points"
)

// Reduction takes an item wholly or partly out of one agency's standard points
// (rule V5).
type Reduction struct {
	// ID is a UUID.
	ID, Authority, Cycle, Agency, Item string
	// Points are taken out, from above 0 to the item's max points.
	Points points.Points
	// Reason is the name of a parindex.appraisal.v1.ReductionReason without its
	// beginning ("NO_TASK").
	Reason, Text, Document string
	State                  ReductionState
	// Decision is what the decision says; empty before it.
	Decision    string
	ProposeTime time.Time
	// DecideTime is zero before the decision.
	DecideTime time.Time
}

// ReductionState is where a reduction stands.
type ReductionState string

// The states of a reduction.
const (
	Proposed ReductionState = "PROPOSED"
	Approved ReductionState = "APPROVED"
	Rejected ReductionState = "REJECTED"
)

// Propose returns r as proposed for an item, all of whose points are taken out
// if none are named: ReductionBeyondMax.
func (r Reduction) Propose(item cycle.Item, named *points.Points) (Reduction, error) {
	r.Item, r.Points, r.State = item.ID, item.Max, Proposed
	if named != nil {
		r.Points = *named
	}
	if r.Points.Sign() <= 0 || r.Points.Cmp(item.Max) > 0 {
		return r, ReductionBeyondMax.With(item.Max).At("points")
	}
	return r, nil
}

// Decide returns r as decided: ReductionDecided.
func (r Reduction) Decide(approve bool, decision string, at time.Time) (Reduction, error) {
	if r.State != Proposed {
		return r, ReductionDecided.At("reduction")
	}
	r.State, r.Decision, r.DecideTime = Rejected, decision, at
	if approve {
		r.State = Approved
	}
	return r, nil
}
