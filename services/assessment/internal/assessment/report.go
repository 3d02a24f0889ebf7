package assessment

import (
	"slices"
	"time"

	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
)

// Report is a value that another agency or system reports for an item of source kind
// FEED, with its provenance (rules A6, A6b). The last report of an item counts; earlier
// ones are kept.
type Report struct {
	// ID is a UUID.
	ID string
	Key
	Item string
	// Sequence numbers the reports of the item from 1.
	Sequence int
	Input    sealed.Facts
	// Period is the time to which the value belongs, Source its origin, both in the
	// reporter's words.
	Period, Source string
	// Provider is the agency that reports the value, ProviderName its name at that time;
	// empty for software that belongs to no agency.
	Provider, ProviderName string
	// Reporter is the name of the service account; empty for a person.
	Reporter string
	Time     time.Time
}

// Reporter is the caller who reports values.
type Reporter struct {
	// Software is the name of a service account; empty for a person.
	Software string
	// Home is a person's home agency in the authority; empty for none.
	Home string
	// Own are the home agency and the agencies for which the caller has a role.
	Own []string
}

// owns reports whether an agency is one of the caller's own or above one of them.
func (by Reporter) owns(agency string, parents map[string]string) bool {
	return slices.ContainsFunc(by.Own, func(own string) bool { return own == agency || parents[own] == agency })
}

// ReportedBy returns r with its reporter and the agency that provides the value. A
// person who names no provider reports for the home agency. Nobody, neither a person nor
// software, reports about the own agency or one above it, nor about the provider: an agency
// enters its own figures in its sheet (rule A6b). It fails with ProviderMissing, ProviderUnknown,
// ProviderNotSeated and OwnValue.
func (s Subject) ReportedBy(r Report, by Reporter) (Report, error) {
	person := by.Software == ""
	if person && r.Provider == "" {
		r.Provider = by.Home
	}
	r.Reporter, r.ProviderName = by.Software, s.Cycle.Names[r.Provider]
	switch {
	case person && r.Provider == "":
		return r, ProviderMissing.At("provider")
	case r.Provider != "" && r.ProviderName == "":
		return r, ProviderUnknown.With(r.Provider).At("provider")
	case person && !s.Cycle.Seats(r.Provider):
		return r, ProviderNotSeated.With(r.ProviderName).At("provider")
	case r.Agency != "" && (r.Provider == r.Agency || by.owns(r.Agency, s.Cycle.Parents)):
		return r, OwnValue.At("agency")
	}
	return r, nil
}

// CheckReport returns the result of the item's rule for a value that is to be reported,
// nil if the points are known only in a scoring run. It fails with cycle.ItemNotInGroup,
// ItemNotReported, and at "input" with cycle.BestGiven and as rule.Evaluate does.
func (s Subject) CheckReport(r Report) (*rule.Result, error) {
	i, err := s.Group.Item(r.Item)
	if err == nil && KindOf(i) != Reported {
		err = ItemNotReported.At("item")
	}
	if err != nil || r.Input.IsZero() {
		return nil, err
	}
	return s.evaluate(i, r.Input)
}

// CheckTakes fails with ResultFinal if the result of the last round has been handed back,
// so that a value reported now would count for nothing.
func (s Subject) CheckTakes(sheet Sheet) error {
	if slices.ContainsFunc(sheet.HandBacks, func(h HandBack) bool { return h.Round == s.Cycle.Rounds }) {
		return ResultFinal.At("agency")
	}
	return nil
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
