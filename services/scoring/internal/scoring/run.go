package scoring

import (
	"time"

	"github.com/parindex/parindex/libs/fault"
)

// Run is one computation of a cycle's results (rule G7). Only its Status changes.
type Run struct {
	// ID is a UUID.
	ID               string
	Authority, Cycle string
	// Number counts the runs of a cycle from 1.
	Number int
	// Inputs lists the frozen inputs; nil in lists of runs.
	Inputs []RunInput
	// InputsSHA256 is the hash of the frozen inputs, SHA256 the hash of the result.
	InputsSHA256, SHA256 []byte
	EngineVersion        int
	// Gaps are the first of GapCount gaps, at most MostGaps.
	Gaps       []Gap
	GapCount   int
	CreateTime time.Time
	Status
}

// Status is the part of a run that changes.
type Status struct {
	State RunState
	// PresentTime is zero for a run that is only computed.
	PresentTime time.Time
	// PresentedBy is the principal that presented the run; empty as PresentTime is zero.
	PresentedBy string
	// Publication is the id of the publication made from the run; empty for none.
	Publication string
}

// RunState is a state of a run: COMPUTED → PRESENTED → PUBLISHED, and back to
// COMPUTED when another run is presented in its place.
type RunState string

// The states.
const (
	RunComputed  RunState = "COMPUTED"
	RunPresented RunState = "PRESENTED"
	RunPublished RunState = "PUBLISHED"
)

// Present returns the status of r after a principal presents it to the People's
// Committee; a presented run keeps its own. It fails with RunIsPublished, and with RunIncomplete, which lists the Gaps.
func (r Run) Present(by string, at time.Time) (Status, error) {
	switch {
	case r.State == RunPublished:
		return r.Status, RunIsPublished.At("run")
	case r.GapCount > 0:
		return r.Status, RunIncomplete.List(violations(r.Gaps)...)
	case r.State == RunPresented:
		return r.Status, nil
	}
	return Status{State: RunPresented, PresentTime: at, PresentedBy: by}, nil
}

// Publishable returns nil if a principal may publish r, otherwise RunIsPublished,
// RunNotPresented, or fault.SecondPersonNeeded for the one that presented r (rule V0).
func (r Run) Publishable(by string) error {
	switch {
	case r.State == RunPublished:
		return RunIsPublished.At("run")
	case r.State != RunPresented:
		return RunNotPresented.At("run")
	case r.PresentedBy == by:
		return fault.SecondPersonNeeded.Because(nil)
	}
	return nil
}

// MostGaps is the most gaps that a run lists. A survey that is still open gives a large
// authority hundreds of thousands; the result has them all.
const MostGaps = 100

func violations(gaps []Gap) []fault.Violation {
	all := make([]fault.Violation, len(gaps))
	for i, g := range gaps {
		field := g.Agency
		if g.Item != "" {
			field += "/" + g.Item
		}
		all[i] = gapReasons[g.Reason].With(field).Violation(field)
	}
	return all
}

// Supersede returns the version of the publication that a run is published as; current
// is the current publication of the cycle, or nil. It fails with NoticeMissing for a
// correction without a notice, and with NoticeUnexpected for a first publication with
// one.
func Supersede(current *Publication, notice string) (version int, err error) {
	switch {
	case current == nil && notice != "":
		return 0, NoticeUnexpected.At("notice")
	case current == nil:
		return 1, nil
	case notice == "":
		return 0, NoticeMissing.With(current.Version).At("notice")
	}
	return current.Version + 1, nil
}
