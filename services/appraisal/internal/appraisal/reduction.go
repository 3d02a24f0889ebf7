package appraisal

import (
	"strconv"
	"time"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
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
	// Decision is the text of the decision; empty without one.
	Decision    string
	ProposeTime time.Time
	// ProposedBy is the principal that proposed the reduction.
	ProposedBy string
	// DecideTime is zero without a decision.
	DecideTime time.Time
	// Version counts the decisions and the withdrawal, from 0.
	Version int
}

// Etag returns the version of r.
func (r Reduction) Etag() string { return strconv.Itoa(r.Version) }

// ReductionState is the state of a reduction.
type ReductionState string

// The states of a reduction.
const (
	Proposed  ReductionState = "PROPOSED"
	Approved  ReductionState = "APPROVED"
	Rejected  ReductionState = "REJECTED"
	Withdrawn ReductionState = "WITHDRAWN"
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

// Decide returns r approved or rejected. etag is the version that the decision is based
// on; an empty one decides only a proposed reduction. Decide fails with
// ReductionWithdrawn, with ReductionDecided, with fault.StaleEtag, and with OwnProposal
// for the principal by that proposed r.
func (r Reduction) Decide(approve bool, decision, etag, by string, at time.Time) (Reduction, error) {
	switch {
	case r.State == Withdrawn:
		return r, ReductionWithdrawn.At("reduction")
	case etag == "" && r.State != Proposed:
		return r, ReductionDecided.At("reduction")
	case etag != "" && etag != r.Etag():
		return r, fault.StaleEtag.At("etag")
	case r.ProposedBy == by:
		return r, OwnProposal.At("reduction")
	}
	r.State, r.Decision, r.DecideTime, r.Version = Rejected, decision, at, r.Version+1
	if approve {
		r.State = Approved
	}
	return r, nil
}

// Withdraw returns r withdrawn. It fails with ReductionDecided and ReductionWithdrawn.
func (r Reduction) Withdraw() (Reduction, error) {
	switch r.State {
	case Withdrawn:
		return r, ReductionWithdrawn.At("reduction")
	case Approved, Rejected:
		return r, ReductionDecided.At("reduction")
	case Proposed:
	}
	r.State, r.Version = Withdrawn, r.Version+1
	return r, nil
}
