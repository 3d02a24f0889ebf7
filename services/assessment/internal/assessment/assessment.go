// Package assessment holds the rules of self-assessment: which entries an agency may
// write, what points a sheet counts and why an item counts 0, when a round may be
// submitted, and the content of its seal (rules A1, A2, A4, A5, A6).
package assessment

import (
	"fmt"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
)

// Key identifies the sheet of one agency in one cycle (rule A1).
type Key struct{ Authority, Cycle, Agency string }

// Subject is a scored agency in a cycle, with the criteria of its group.
type Subject struct {
	Cycle  *cycle.Cycle
	Agency cycle.Agency
	Group  cycle.Group
}

// SubjectOf returns the subject of a scored agency. It fails with
// cycle.AgencyNotInCycle and cycle.AgencyNotScored.
func SubjectOf(c *cycle.Cycle, agency string) (Subject, error) {
	a, err := c.ScoredAgency(agency)
	if err != nil {
		return Subject{}, err
	}
	g, err := c.Group(a.Group)
	return Subject{Cycle: c, Agency: a, Group: g}, err
}

// KeptSubjectOf is like SubjectOf, but also returns an agency that was scored until it
// left the cycle. Its sheet is read and delivered, and no longer written (rule C1b).
func KeptSubjectOf(c *cycle.Cycle, agency string) (Subject, error) {
	a, err := c.Agency(agency)
	if err != nil || !a.Left {
		return SubjectOf(c, agency)
	}
	g, err := c.Group(a.Group)
	return Subject{Cycle: c, Agency: a, Group: g}, err
}

// Key returns the key of the subject's sheet.
func (s Subject) Key() Key { return Key{s.Cycle.Authority, s.Cycle.ID, s.Agency.ID} }

// assessed returns the items that the agency assesses or may assess, in printed order.
func (s Subject) assessed() []cycle.Item {
	var items []cycle.Item
	for _, i := range s.Group.Items {
		if i.Source.Entered() {
			items = append(items, i)
		}
	}
	return items
}

// evaluate returns the result of an item's rule for facts, nil for a value that is
// compared with those of the group (rule C6b). The fields of its faults begin with
// "input".
func (s Subject) evaluate(i cycle.Item, in sealed.Facts) (*rule.Result, error) {
	result, err := i.Evaluate(s.Cycle.Policy, in.Input)
	if err != nil {
		return nil, AtInput(fmt.Errorf("evaluating %s: %w", i.ID, err))
	}
	return result, nil
}

// AtInput puts "input", the name of the request's field, before the field of a fault.
func AtInput(err error) error {
	f := fault.From(err)
	if f.Field == "" {
		return f.At("input")
	}
	return f.At("input." + f.Field)
}

// Kind is the origin of an item's input.
type Kind string

// The kinds of items.
const (
	// Entered is an item that the agency assesses.
	Entered Kind = "ENTERED"
	// Reported is an item whose value another agency or system reports. The agency may
	// enter its own figure beside it.
	Reported Kind = "REPORTED"
	// DecidedAtScoring is an item that depends on surveys or on earlier publications.
	DecidedAtScoring Kind = "DECIDED_AT_SCORING"
)

// KindOf returns the kind of an item.
func KindOf(i cycle.Item) Kind {
	switch {
	case i.Source == criteria.Feed:
		return Reported
	case i.Source.Entered():
		return Entered
	default:
		return DecidedAtScoring
	}
}
