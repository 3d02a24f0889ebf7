package regulation

import (
	"slices"

	"github.com/parindex/parindex/libs/criteria"
)

// Windowed returns the phases of cycles under c that have a window, in order.
func (c Content) Windowed() []criteria.Phase {
	return slices.DeleteFunc([]criteria.Phase{criteria.Self1, criteria.Appraisal1, criteria.Self2, criteria.Appraisal2}, func(p criteria.Phase) bool { return !c.has(p) })
}

// has reports whether cycles under c have a phase (rule Y1).
func (c Content) has(p criteria.Phase) bool {
	switch p {
	case criteria.Self2, criteria.Appraisal2:
		return c.Rounds == 2
	case criteria.AppraisalCouncil:
		return c.AppraisalCouncil
	default:
		return true
	}
}

// Next returns the phases that can follow p under c: one, but that a published
// cycle can be archived without a report.
func (c Content) Next(p criteria.Phase) []criteria.Phase {
	if p == criteria.Archived {
		return nil
	}
	if p == criteria.Published {
		return []criteria.Phase{criteria.Reported, criteria.Archived}
	}
	i := p.Place() + 1
	for !c.has(criteria.Phases[i]) {
		i++
	}
	return criteria.Phases[i : i+1]
}

// Previous returns the phase before p under c; p is not the first.
func (c Content) Previous(p criteria.Phase) criteria.Phase {
	i := p.Place() - 1
	for !c.has(criteria.Phases[i]) {
		i--
	}
	return criteria.Phases[i]
}
