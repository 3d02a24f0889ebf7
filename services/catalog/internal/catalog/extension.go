package catalog

import (
	"slices"
	"time"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

// Extension is a later deadline of a self-assessment for one agency or for one group,
// granted by a letter (rule Y3).
type Extension struct {
	Phase criteria.Phase
	// One of Agency and Group is empty.
	Agency, Group string
	// Close is the first instant that is too late.
	Close          time.Time
	Letter, Reason string
}

// Extend returns c with the extension x, in a new version. A later extension of the same
// agency or group takes the place of an earlier one. content is that of the cycle's
// regulation.
//
// It fails with ExtensionOfOne, cycle.CycleNotRun, ExtensionOfSelf, PhasePast if the phase after the
// extended one is over, DeadlinePast, and ExtensionEarlier if the deadline is not after
// that of all.
func (c Cycle) Extend(x Extension, content regulation.Content, now time.Time) (Cycle, error) {
	self := x.Phase == criteria.Self1 || x.Phase == criteria.Self2
	i := slices.IndexFunc(c.Windows, func(w Window) bool { return w.Phase == x.Phase })
	switch {
	case (x.Agency == "") == (x.Group == ""):
		return c, ExtensionOfOne.At("agency")
	case c.Origin != Run:
		return c, cycle.CycleNotRun.At("cycle")
	case !self || i < 0:
		return c, ExtensionOfSelf.With(x.Phase).At("phase")
	case x.Phase.Before(c.Phase) && !slices.Contains(content.Next(x.Phase), c.Phase):
		return c, PhasePast.With(x.Phase, c.Phase).At("phase")
	case !x.Close.After(now):
		return c, DeadlinePast.At("close_time")
	case c.Phase == x.Phase && c.Windows[i].Close.IsZero(), !x.Close.After(c.Windows[i].Close):
		return c, ExtensionEarlier.At("close_time")
	}
	c.Extensions = append(slices.DeleteFunc(slices.Clone(c.Extensions), func(e Extension) bool {
		return e.Phase == x.Phase && e.Agency == x.Agency && e.Group == x.Group
	}), x)
	c.Version++
	return c, nil
}
