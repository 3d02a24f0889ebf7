package survey

import (
	"fmt"
	"slices"
	"time"

	"github.com/parindex/parindex/libs/cycle"
)

// Reversal is the reopening or the cancelling of a plan (rule Y7).
type Reversal struct {
	// State is the state of the plan after it: Opened or Cancelled.
	State State `json:"state"`
	// DocumentNumber is the number of the document that orders it.
	DocumentNumber string    `json:"documentNumber"`
	Reason         string    `json:"reason"`
	Time           time.Time `json:"time"`
	// Withdrawn is the SHA-256 of the result that it withdrew, in hex; empty for none.
	Withdrawn string `json:"withdrawn,omitempty"`
}

// Reopen returns p opened again at the instant of r. taken are those of its items that
// other plans link. It fails with PlanNotClosed, with PlanCancelled for a draft that was
// cancelled, and with PlanUnsound if other plans link its items.
func (p Plan) Reopen(r Reversal, taken []Item) (Plan, error) {
	if p.State != Cancelled || p.OpenTime.IsZero() {
		if err := p.need(Closed, PlanNotClosed); err != nil {
			return p, err
		}
	}
	var f Findings
	for i, l := range p.Content.Links {
		if slices.Contains(taken, Item{l.Group, l.Item}) {
			f.add(fmt.Sprintf("content.links[%d].item", i), ItemLinkedElsewhere.With(l.Item))
		}
	}
	if len(f) > 0 {
		return p, PlanUnsound.List(f...)
	}
	p.CloseTime = time.Time{}
	return p.reverse(Opened, r), nil
}

// Cancel returns p cancelled at the instant of r. It fails with PlanCancelled.
func (p Plan) Cancel(r Reversal) (Plan, error) {
	if p.State == Cancelled {
		return p, PlanCancelled.At("plan")
	}
	return p.reverse(Cancelled, r), nil
}

func (p Plan) reverse(s State, r Reversal) Plan {
	r.State, p.State = s, s
	p.Reversals = append(slices.Clone(p.Reversals), r)
	p.Version++
	return p
}

// CheckOwn fails with OwnAgencySurveyed if p surveys an agency that is the caller's own:
// what becomes of the answers about it is another's to decide (rule V1).
func (p Plan) CheckOwn(cycle *cycle.Cycle, own func(agency string) bool) error {
	for _, a := range cycle.Agencies {
		if a.Scored && p.surveys(a.Group) && own(a.ID) {
			return OwnAgencySurveyed.At("plan")
		}
	}
	return nil
}
