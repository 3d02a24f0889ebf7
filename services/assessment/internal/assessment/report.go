package assessment

import (
	"time"

	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
)

// Report is a value that another agency or system reports for an item of source
// kind FEED, with its provenance (rule A6). The one reported last counts; earlier
// ones stay.
type Report struct {
	// ID is a UUID.
	ID string
	Key
	Item  string
	Input sealed.Facts
	// Period is the time that the value is about, Source where the reporter has it
	// from, in the reporter's words.
	Period, Source string
	// Reporter is the service account's name.
	Reporter string
	Time     time.Time
}

// CheckReport returns what a value that can be reported comes to by its item's
// rule; nil: only a scoring run can tell. It fails with cycle.ItemNotInGroup,
// ItemNotReported, BestReported, and as rule.Evaluate does at "input".
func (s Subject) CheckReport(r Report) (*rule.Result, error) {
	i, err := s.item(r.Item, Reported, ItemNotReported)
	if err != nil || r.Input.IsZero() {
		return nil, err
	}
	return s.evaluate(i, r.Input)
}

// ResultOf returns what a reported value comes to by its item's rule; nil: only a
// scoring run can tell. It fails with cycle.ItemNotInGroup.
func (s Subject) ResultOf(r Report) (*rule.Result, error) {
	i, err := s.Group.Item(r.Item)
	if err != nil {
		return nil, err
	}
	return s.evaluate(i, r.Input)
}
