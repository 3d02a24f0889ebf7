package scoring

import (
	"time"

	"github.com/parindex/parindex/libs/fault"
)

// Run is one computation of a cycle's results (rule G7). Only its Standing
// changes.
type Run struct {
	// ID is a UUID.
	ID               string
	Authority, Cycle string
	// Number counts the runs of a cycle from 1.
	Number int
	// Inputs lists what it was computed from; nil where it was not asked for.
	Inputs []RunInput
	// InputsSHA256 is that of the frozen inputs, SHA256 that of the result.
	InputsSHA256, SHA256 []byte
	EngineVersion        int
	Gaps                 []Gap
	CreateTime           time.Time
	Standing
}

// Standing is where a run stands.
type Standing struct {
	State RunState
	// PresentTime is zero for a run that is only computed.
	PresentTime time.Time
	// Publication is the one made from it; empty for none.
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

// Present returns where r stands once it lies before the People's Committee. It
// fails with RunIsPublished, and with RunIncomplete, listing the first gaps.
func (r Run) Present(at time.Time) (Standing, error) {
	switch {
	case r.State == RunPublished:
		return r.Standing, RunIsPublished.At("run")
	case len(r.Gaps) > 0:
		return r.Standing, RunIncomplete.List(violations(r.Gaps)...)
	case r.State == RunPresented:
		return r.Standing, nil
	}
	return Standing{State: RunPresented, PresentTime: at}, nil
}

// Publishable returns nil for the run that is presented, else RunIsPublished or
// RunNotPresented.
func (r Run) Publishable() error {
	switch r.State {
	case RunPublished:
		return RunIsPublished.At("run")
	case RunPresented:
		return nil
	case RunComputed:
	}
	return RunNotPresented.At("run")
}

// mostListed keeps a run far from complete from being answered with thousands of
// violations; the run itself has all its gaps.
const mostListed = 100

func violations(gaps []Gap) []fault.Violation {
	all := make([]fault.Violation, min(len(gaps), mostListed))
	for i := range all {
		g := gaps[i]
		field := g.Agency
		if g.Item != "" {
			field += "/" + g.Item
		}
		all[i] = gapReasons[g.Reason].With(field).Violation(field)
	}
	return all
}

// Supersede decides what publishing a run makes of the publication that stands
// (nil: none): the version to publish. A correction needs a notice:
// NoticeMissing; the first publication has nothing to correct: NoticeUnexpected.
func Supersede(standing *Publication, notice string) (version int, err error) {
	switch {
	case standing == nil && notice != "":
		return 0, NoticeUnexpected.At("notice")
	case standing == nil:
		return 1, nil
	case notice == "":
		return 0, NoticeMissing.With(standing.Version).At("notice")
	}
	return standing.Version + 1, nil
}
