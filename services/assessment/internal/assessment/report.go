package assessment

import (
	"time"

	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
)

// Report is a value that another agency or system reports for an item of source kind
// FEED, with its provenance (rule A6). The last report of an item counts; earlier ones
// are kept.
type Report struct {
	// ID is a UUID.
	ID string
	Key
	Item  string
	Input sealed.Facts
	// Period is the time to which the value belongs, Source its origin, both in the
	// reporter's words.
	Period, Source string
	// Reporter is the name of the service account.
	Reporter string
	Time     time.Time
}

// CheckReport returns the result of the item's rule for a value that is to be reported,
// nil if the points are known only in a scoring run. It fails with cycle.ItemNotInGroup,
// ItemNotReported and BestReported, and at "input" as rule.Evaluate does.
func (s Subject) CheckReport(r Report) (*rule.Result, error) {
	i, err := s.item(r.Item, Reported, ItemNotReported)
	if err != nil || r.Input.IsZero() {
		return nil, err
	}
	return s.evaluate(i, r.Input)
}

// ResultOf returns the result of the item's rule for a stored report, nil if the points
// are known only in a scoring run. It fails with cycle.ItemNotInGroup.
func (s Subject) ResultOf(r Report) (*rule.Result, error) {
	i, err := s.Group.Item(r.Item)
	if err != nil {
		return nil, err
	}
	return s.evaluate(i, r.Input)
}
