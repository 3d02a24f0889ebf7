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

// A survey can be prepared and answered from FirstPhase to LastPhase of its cycle.
const (
	FirstPhase = criteria.Preparation
	LastPhase  = criteria.AppraisalCouncil
)

// Plan is one survey of a cycle (rule Q1).
type Plan struct {
	Authority, Cycle, ID string
	State                State
	Content              Content
	// SHA256 is the SHA-256 of the content's canonical form, in hex.
	SHA256 string
	// Invitations and Responses are the numbers of those stored.
	Invitations, Responses int
	// OpenTime and CloseTime are zero until the plan is opened and closed.
	OpenTime, CloseTime time.Time
	// Version counts the changes of the content and the state, from 1.
	Version int64
}

// State is the state of a plan.
type State string

// The states of a plan, in order. Only a draft's content can change.
const (
	Draft  State = "DRAFT"
	Opened State = "OPEN"
	Closed State = "CLOSED"
)

// Etag returns the etag of a version.
func Etag(version int64) string { return strconv.FormatInt(version, 10) }

// NewDraft returns a draft. It fails with fault.ContentTooLarge.
func NewDraft(authority, cycle, id string, content Content) (Plan, error) {
	return Plan{Authority: authority, Cycle: cycle, ID: id, State: Draft}.Revise(content)
}

// Revise returns the draft p with other content, in a new version unless the content
// is the same. It fails with PlanNotDraft and fault.ContentTooLarge.
func (p Plan) Revise(content Content) (Plan, error) {
	if p.State != Draft {
		return p, PlanNotDraft.At("plan")
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
// It fails with PlanNotDraft and, if anything was found, with PlanUnsound.
func (p Plan) Open(found Findings, now time.Time) (Plan, error) {
	if p.State != Draft {
		return p, PlanNotDraft.At("plan")
	}
	if len(found) > 0 {
		return p, PlanUnsound.List(found...)
	}
	p.State, p.OpenTime = Opened, now
	p.Version++
	return p, nil
}

// Invite returns nil if people can be invited to evaluate an agency of the cycle y
// (rule Q4). It fails with PlanNotOpen, cycle.AgencyNotInCycle,
// cycle.AgencyNotScored and AgencyNotSurveyed.
func (p Plan) Invite(cycle *cycle.Cycle, agency string) error {
	if p.State != Opened {
		return PlanNotOpen.At("plan")
	}
	a, err := cycle.ScoredAgency(agency)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(p.Content.Links, func(l Link) bool { return l.Group == a.Group }) {
		return AgencyNotSurveyed.At("agency")
	}
	return nil
}

// Close returns p closed at the instant now, and its result in a cycle for the
// tally t (rule Q13). It fails with PlanNotOpen.
func (p Plan) Close(cycle *cycle.Cycle, t Tally, now time.Time) (Plan, Snapshot, error) {
	if p.State != Opened {
		return p, Snapshot{}, PlanNotOpen.At("plan")
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
