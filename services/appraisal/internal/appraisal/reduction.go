package appraisal

import (
	"time"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/points"
)

// Reduction takes points of an item out of the standard points of one agency (rule V5).
type Reduction struct {
	// ID is a UUID.
	ID, Authority, Cycle, Agency, Item string
	// Points are taken out: more than 0, at most the item's max points.
	Points points.Points
	// Reason is the name of a parindex.appraisal.v1.ReductionReason without its prefix
	// ("NO_TASK").
	Reason, Text, Document string
	State                  ReductionState
	// Decision is the text of the decision; empty while the reduction is proposed.
	Decision    string
	ProposeTime time.Time
	// ProposedBy is the principal that proposed the reduction.
	ProposedBy string
	// DecideTime is zero while the reduction is proposed.
	DecideTime time.Time
}

// ReductionState is the state of a reduction.
type ReductionState string

// The states of a reduction.
const (
	Proposed ReductionState = "PROPOSED"
	Approved ReductionState = "APPROVED"
	Rejected ReductionState = "REJECTED"
)

// Propose returns r as a proposal for an item. If named is nil, the reduction takes out
// all points of the item. It fails with ReductionBeyondMax.
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

// Decide returns r approved or rejected by a principal. It fails with
// ReductionDecided if r is not proposed any more, and with OwnProposal.
func (r Reduction) Decide(approve bool, decision, by string, at time.Time) (Reduction, error) {
	switch {
	case r.State != Proposed:
		return r, ReductionDecided.At("reduction")
	case r.ProposedBy == by:
		return r, OwnProposal.At("reduction")
	}
	r.State, r.Decision, r.DecideTime = Rejected, decision, at
	if approve {
		r.State = Approved
	}
	return r, nil
}
