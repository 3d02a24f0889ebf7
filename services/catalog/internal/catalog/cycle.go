package catalog

import (
	"fmt"
	"slices"
	"time"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

// Window is the time in which a phase takes writes, while the cycle is in that
// phase (rules Y2 and Y3). A zero instant sets no bound.
type Window struct {
	Phase criteria.Phase
	// Open is the first instant, Close the first that is too late.
	Open  time.Time
	Close time.Time
}

// NewCycle returns a new cycle of a year under the regulation r, in the phase
// PREPARATION and without a revision. agencies holds the ids of those members that are
// stored.
//
// It fails with RegulationNotIssued, and with the first of AgencyUnknown, AgencyTwice,
// GroupUnknown and GroupUnscored, whose violations list all of them.
func NewCycle(id string, name Name, year int32, r regulation.Regulation, members []Member, agencies map[string]bool) (Cycle, error) {
	if r.State != regulation.Issued {
		return Cycle{}, regulation.RegulationNotIssued.With(r.State).At("regulation")
	}
	c := Cycle{
		Authority: r.Authority, ID: id, Name: name.Text, Year: year, Origin: Run, Regulation: r.ID, Phase: criteria.Preparation,
		Groups: r.Content.Groups(), Members: byAgency(members), Version: 1,
	}
	for _, p := range r.Content.Windowed() {
		c.Windows = append(c.Windows, Window{Phase: p})
	}
	return c, checkMembers(c.Groups, members, agencies)
}

func checkMembers(groups []regulation.Group, members []Member, agencies map[string]bool) error {
	var wrong faults
	known, scored, seen := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, g := range groups {
		known[g.ID] = true
	}
	for i, m := range members {
		at := fmt.Sprintf("members[%d]", i)
		switch {
		case !agencies[m.Agency]:
			wrong.add(AgencyUnknown.At(at + ".agency"))
		case seen[m.Agency]:
			wrong.add(regulation.AgencyTwice.With(m.Agency).At(at + ".agency"))
		}
		if !known[m.Group] {
			wrong.add(GroupUnknown.With(m.Group).At(at + ".group"))
		}
		seen[m.Agency] = true
		scored[m.Group] = scored[m.Group] || m.Scored()
	}
	for _, g := range groups {
		if !scored[g.ID] {
			wrong.add(GroupUnscored.With(g.ID).At("members"))
		}
	}
	return wrong.err()
}

// Schedule returns c with the window w set, in a new version unless nothing
// changes.
//
// It fails with cycle.CycleNotRun, PhaseWithoutWindow, PhasePast, WindowReversed, and
// DeadlinePast for a deadline that is not after now.
func (c Cycle) Schedule(w Window, now time.Time) (Cycle, error) {
	i := slices.IndexFunc(c.Windows, func(stored Window) bool { return stored.Phase == w.Phase })
	switch {
	case c.Origin != Run:
		return c, cycle.CycleNotRun.At("cycle")
	case i < 0:
		return c, PhaseWithoutWindow.With(w.Phase).At("phase")
	case w.Phase.Before(c.Phase):
		return c, PhasePast.With(w.Phase, c.Phase).At("phase")
	case !w.Open.IsZero() && !w.Close.IsZero() && !w.Close.After(w.Open):
		return c, WindowReversed.At("close_time")
	case !w.Close.IsZero() && !w.Close.After(now):
		return c, DeadlinePast.At("close_time")
	}
	if stored := c.Windows[i]; stored.Open.Equal(w.Open) && stored.Close.Equal(w.Close) {
		return c, nil
	}
	c.Windows = slices.Clone(c.Windows)
	c.Windows[i] = w
	c.Version++
	return c, nil
}

// Move returns c in the phase p, in a new version. content is that of the cycle's
// regulation. It fails with cycle.CycleNotRun and PhaseNotNext, and with
// CycleUnpublished for the phase PUBLISHED without a publication.
func (c Cycle) Move(p criteria.Phase, content regulation.Content) (Cycle, error) {
	if c.Origin != Run {
		return c, cycle.CycleNotRun.At("cycle")
	}
	if !slices.Contains(content.Next(c.Phase), p) {
		return c, PhaseNotNext.With(c.Phase, p).At("phase")
	}
	if p == criteria.Published && c.InForce == 0 {
		return c, CycleUnpublished.At("phase")
	}
	c.Phase = p
	c.Version++
	return c, nil
}

// Return returns c in the phase p, which is the one before its own, in a new version.
// content is that of the cycle's regulation. If the deadline of p has passed at now, it
// is removed: a cycle is moved back so that agencies can write again. Return fails with
// cycle.CycleNotRun, CyclePublished, PhaseFinal and PhaseNotPrevious.
func (c Cycle) Return(p criteria.Phase, content regulation.Content, now time.Time) (Cycle, error) {
	switch {
	case c.Origin != Run:
		return c, cycle.CycleNotRun.At("cycle")
	case c.Publication > 0:
		return c, CyclePublished.At("cycle")
	case c.Phase.Before(criteria.Appraisal1) || criteria.Presented.Before(c.Phase):
		return c, PhaseFinal.With(c.Phase).At("cycle")
	}
	if before := content.Previous(c.Phase); p != before {
		return c, PhaseNotPrevious.With(c.Phase, before).At("phase")
	}
	c.Phase = p
	c.Version++
	c.Windows = slices.Clone(c.Windows)
	for i, w := range c.Windows {
		if w.Phase == c.Phase && !w.Close.IsZero() && !w.Close.After(now) {
			c.Windows[i].Close = time.Time{}
		}
	}
	return c, nil
}

// Published returns c with a publication of its result, which is in force or just being
// published, in a new version unless this or a later one is recorded so. It fails with
// cycle.CycleNotRun and CycleNotPresented.
func (c Cycle) Published(version int32, inForce bool) (Cycle, error) {
	switch {
	case c.Origin != Run:
		return c, cycle.CycleNotRun.At("cycle")
	case c.Phase.Before(criteria.Presented):
		return c, CycleNotPresented.With(c.Phase).At("cycle")
	case version <= c.Publication && (!inForce || version <= c.InForce):
		return c, nil
	}
	c.Publication = max(c.Publication, version)
	if inForce {
		c.InForce = version
	}
	c.Version++
	return c, nil
}
