package catalog

import (
	"time"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
)

// Departure says why and from when an agency of a run cycle is scored no more, although
// the cycle began with it (rule C1b).
type Departure struct {
	Kind DepartureKind
	// Date is a civil date, YYYY-MM-DD.
	Date string
	// Letter is the number of the letter that says so, Reason the reason that is shown.
	Letter     string
	Reason     string
	RecordTime time.Time
}

// DepartureKind is what happened to an agency.
type DepartureKind string

// The kinds: the agency was dissolved, became a part of another one, or moved to another
// authority or group.
const (
	Dissolved DepartureKind = "DISSOLVED"
	Merged    DepartureKind = "MERGED"
	Moved     DepartureKind = "MOVED"
)

// Depart returns c in a new version, in which the agency a has left. It fails with
// cycle.CycleNotRun, DepartureTooLate, AgencyUnscored and AgencyHasLeft.
func (c Cycle) Depart(a CycleAgency) (Cycle, error) {
	if err := c.checkDeparting(); err != nil {
		return c, err
	}
	switch {
	case a.Departure != nil:
		return c, AgencyHasLeft.With(a.Departure.Letter).At("agency")
	case !a.Member.Scored():
		return c, AgencyUnscored.With(a.Member.NotScored).At("agency")
	}
	c.Version++
	return c, nil
}

// Rejoin returns c in a new version, in which the agency a has not left. It fails with
// cycle.CycleNotRun, DepartureTooLate and AgencyHasNotLeft.
func (c Cycle) Rejoin(a CycleAgency) (Cycle, error) {
	if err := c.checkDeparting(); err != nil {
		return c, err
	}
	if a.Departure == nil {
		return c, AgencyHasNotLeft.At("agency")
	}
	c.Version++
	return c, nil
}

// checkDeparting checks that the result is not presented yet.
func (c Cycle) checkDeparting() error {
	switch {
	case c.Origin != Run:
		return cycle.CycleNotRun.At("cycle")
	case !c.Phase.Before(criteria.Presented):
		return DepartureTooLate.With(c.Phase).At("cycle")
	}
	return nil
}
