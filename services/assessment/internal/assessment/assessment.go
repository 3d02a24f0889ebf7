// Package assessment holds the rules of assessment: what a sheet is, what counts
// and why, what may be submitted, and what a seal covers. It decides and never
// fetches, stores, logs or looks at the clock.
package assessment

import (
	"errors"
	"fmt"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
)

// Key names a sheet: one agency's in one cycle (rule A1).
type Key struct{ Authority, Cycle, Agency string }

// Subject is an agency of a cycle with the criteria that it is judged by.
type Subject struct {
	Cycle  *cycle.Cycle
	Agency cycle.Agency
	Group  cycle.Group
}

// SubjectOf returns a scored agency as a subject. It fails with
// cycle.AgencyNotInCycle and cycle.AgencyNotScored.
func SubjectOf(c *cycle.Cycle, agency string) (Subject, error) {
	a, err := c.ScoredAgency(agency)
	if err != nil {
		return Subject{}, err
	}
	g, err := c.Group(a.Group)
	return Subject{Cycle: c, Agency: a, Group: g}, err
}

// Key returns the name of the subject's sheet.
func (s Subject) Key() Key { return Key{s.Cycle.Authority, s.Cycle.ID, s.Agency.ID} }

// entered are the items that the agency assesses, in printed order.
func (s Subject) entered() []cycle.Item {
	var items []cycle.Item
	for _, i := range s.Group.Items {
		if KindOf(i) == Entered {
			items = append(items, i)
		}
	}
	return items
}

// evaluate returns what facts come to by the rule of an item, nil for a value
// that is compared with those of its group (rule C6b). Its faults name a field
// below "input".
func (s Subject) evaluate(i cycle.Item, in sealed.Facts) (*rule.Result, error) {
	if peer, _ := in.Input.(rule.Peer); peer.Best != nil && compared(i) {
		return nil, AtInput(BestReported.At("peer.best"))
	}
	result, err := rule.Evaluate(i.Rule, i.Rated(s.Cycle.Policy), in.Input)
	if compared(i) && errors.Is(err, rule.BestUnknown) {
		return nil, nil //nolint:nilnil // a sound value, and no points yet
	}
	if err != nil {
		return nil, AtInput(fmt.Errorf("evaluating %s: %w", i.ID, err))
	}
	return &result, nil
}

// compared reports whether the value of an item is compared with those of its
// group, which only a scoring run does (rule C6b).
func compared(i cycle.Item) bool {
	_, peer := i.Rule.(rule.PeerRelative)
	return peer && KindOf(i) == Reported
}

// AtInput says of a fault of an input where it is in a request that has the
// input in the field of that name.
func AtInput(err error) error {
	f := fault.From(err)
	if f.Field == "" {
		return f.At("input")
	}
	return f.At("input." + f.Field)
}

// Kind says who gives an item's input.
type Kind string

// The kinds of items.
const (
	// Entered is an item that the agency assesses.
	Entered Kind = "ENTERED"
	// Reported is an item of which another agency or system reports the value.
	Reported Kind = "REPORTED"
	// DecidedAtScoring is an item of surveys or earlier publications.
	DecidedAtScoring Kind = "DECIDED_AT_SCORING"
)

// KindOf returns the kind of an item.
func KindOf(i cycle.Item) Kind {
	switch {
	case i.Source.Entered():
		return Entered
	case i.Source == cycle.Feed:
		return Reported
	default:
		return DecidedAtScoring
	}
}
