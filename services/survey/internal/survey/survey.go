// Package survey holds the rules of the survey service: the checks of a plan before
// it is opened, the checks of a response, and the values that answers give.
package survey

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
)

// Phases returns the phases of a cycle in which its surveys can change: until it is
// presented, and after its publication, when a result that changes enters the next
// version.
func Phases() []criteria.Span {
	return []criteria.Span{
		{First: criteria.Preparation, Last: criteria.AppraisalCouncil},
		{First: criteria.Published, Last: criteria.Reported},
	}
}

// Plan is one survey of a cycle (rule Q1).
type Plan struct {
	Authority, Cycle, ID string
	State                State
	Content              Content
	// SHA256 is the SHA-256 of the content's canonical form, in hex.
	SHA256 string
	// Invitations and Responses are the numbers of those stored.
	Invitations, Responses int
	// OpenTime is zero until the plan is opened, CloseTime unless it is closed or was when
	// it was cancelled.
	OpenTime, CloseTime time.Time
	// Reversals are the times that the plan was reopened or cancelled, in order.
	Reversals []Reversal
	// Version counts the changes of the content and the state, from 1.
	Version int64
}

// State is the state of a plan.
type State string

// The states of a plan. Only a draft's content can change.
const (
	Draft     State = "DRAFT"
	Opened    State = "OPEN"
	Closed    State = "CLOSED"
	Cancelled State = "CANCELLED"
)

// Answerable returns nil if a plan in the state takes responses; otherwise it fails with
// SurveyCancelled or SurveyClosed.
func (s State) Answerable() error {
	switch s {
	case Opened:
		return nil
	case Cancelled:
		return SurveyCancelled.Because(nil)
	case Draft, Closed:
	}
	return SurveyClosed.Because(nil)
}

// need fails with refusal, or with PlanCancelled for a cancelled plan, unless p is in a
// state.
func (p Plan) need(s State, refusal fault.Reason) error {
	if p.State == s {
		return nil
	}
	if p.State == Cancelled {
		refusal = PlanCancelled
	}
	return refusal.At("plan")
}

// Etag returns the etag of a version.
func Etag(version int64) string { return strconv.FormatInt(version, 10) }

// NewDraft returns a draft. It fails with fault.ContentTooLarge.
func NewDraft(authority, cycle, id string, content Content) (Plan, error) {
	return Plan{Authority: authority, Cycle: cycle, ID: id, State: Draft}.Revise(content)
}

// Revise returns the draft p with other content, in a new version unless the content
// is the same. It fails with PlanNotDraft, PlanCancelled and fault.ContentTooLarge.
func (p Plan) Revise(content Content) (Plan, error) {
	if err := p.need(Draft, PlanNotDraft); err != nil {
		return p, err
	}
	form, err := content.Canonical()
	if err != nil {
		return p, err
	}
	if len(form) > MaxContent {
		return p, fault.ContentTooLarge.With(len(form), MaxContent).At("content")
	}
	sum := canonical.Hash(form)
	if sum == p.SHA256 {
		return p, nil
	}
	p.Content, p.SHA256 = content, sum
	p.Version++
	return p, nil
}

// Open returns p opened at the instant now. found is the result of Content.Check.
// It fails with PlanNotDraft, PlanCancelled and, if anything was found, with
// PlanUnsound.
func (p Plan) Open(found Findings, now time.Time) (Plan, error) {
	if err := p.need(Draft, PlanNotDraft); err != nil {
		return p, err
	}
	if len(found) > 0 {
		return p, PlanUnsound.List(found...)
	}
	p.State, p.OpenTime = Opened, now
	p.Version++
	return p, nil
}

// Invite returns nil if people can be invited to evaluate an agency of the cycle y
// (rule Q4). It fails with PlanNotOpen, PlanCancelled, cycle.AgencyNotInCycle,
// cycle.AgencyNotScored and AgencyNotSurveyed.
func (p Plan) Invite(cycle *cycle.Cycle, agency string) error {
	if err := p.need(Opened, PlanNotOpen); err != nil {
		return err
	}
	a, err := cycle.ScoredAgency(agency)
	if err != nil {
		return err
	}
	if !p.surveys(a.Group) {
		return AgencyNotSurveyed.At("agency")
	}
	return nil
}

// surveys reports whether a link of p names a group.
func (p Plan) surveys(group string) bool {
	return slices.ContainsFunc(p.Content.Links, func(l Link) bool { return l.Group == group })
}

// Close returns p closed at the instant now, and its result in a cycle for the
// tally t (rule Q13). It fails with PlanNotOpen and PlanCancelled.
func (p Plan) Close(cycle *cycle.Cycle, t Tally, now time.Time) (Plan, Snapshot, error) {
	if err := p.need(Opened, PlanNotOpen); err != nil {
		return p, Snapshot{}, err
	}
	p.State, p.CloseTime = Closed, now
	p.Version++
	r, err := p.count(cycle, t)
	if err != nil {
		return p, Snapshot{}, err
	}
	frozen, err := p.freeze(r)
	return p, frozen, err
}

// String returns the ids of p for errors.
func (p Plan) String() string { return fmt.Sprintf("%s/%s/%s", p.Authority, p.Cycle, p.ID) }
