package catalog

import (
	"fmt"
	"slices"
	"time"
)

// Phase is where a run cycle stands (rule Y1); empty for an imported cycle.
type Phase string

// The phases of a cycle.
const (
	Preparation      Phase = "PREPARATION"
	Self1            Phase = "SELF_1"
	Appraisal1       Phase = "APPRAISAL_1"
	Self2            Phase = "SELF_2"
	Appraisal2       Phase = "APPRAISAL_2"
	AppraisalCouncil Phase = "APPRAISAL_COUNCIL"
	Presented        Phase = "PRESENTED"
	Published        Phase = "PUBLISHED"
	Reported         Phase = "REPORTED"
	Archived         Phase = "ARCHIVED"
)

// Phases are all phases, in order.
var Phases = []Phase{
	Preparation, Self1, Appraisal1, Self2, Appraisal2, AppraisalCouncil, Presented, Published, Reported, Archived,
}

var phaseNames = map[Phase]string{
	Preparation: "Chuẩn bị", Self1: "Tự đánh giá lần 1", Appraisal1: "Thẩm định lần 1", Self2: "Tự đánh giá lần 2",
	Appraisal2: "Thẩm định lần 2", AppraisalCouncil: "Hội đồng thẩm định", Presented: "Trình Ủy ban nhân dân",
	Published: "Công bố", Reported: "Báo cáo", Archived: "Lưu trữ",
}

// Vietnamese implements fault.Bilingual.
func (p Phase) Vietnamese() string { return phaseNames[p] }

func (p Phase) place() int { return slices.Index(Phases, p) }

// Window is when a phase's writes are taken, while the cycle is in that phase
// (rules Y2 and Y3). A zero instant sets no bound.
type Window struct {
	Phase Phase
	// Open is the first instant, Close the first that is too late.
	Open  time.Time
	Close time.Time
}

// windowed are the phases that have a window.
var windowed = []Phase{Self1, Appraisal1, Self2, Appraisal2}

// has reports whether cycles under c come through a phase (rule Y1).
func (c Content) has(p Phase) bool {
	switch p {
	case Self2, Appraisal2:
		return c.Rounds == 2
	case AppraisalCouncil:
		return c.AppraisalCouncil
	default:
		return true
	}
}

// next returns the phases that can follow p under c: one, but that a published
// cycle can be archived without a report.
func (c Content) next(p Phase) []Phase {
	if p == Archived {
		return nil
	}
	if p == Published {
		return []Phase{Reported, Archived}
	}
	i := p.place() + 1
	for !c.has(Phases[i]) {
		i++
	}
	return Phases[i : i+1]
}

// NewCycle returns a cycle of the members under the regulation r, in
// PREPARATION, without its revision. agencies are the stored ones among the
// members.
//
// It fails with CycleNameMissing, RegulationNotIssued, and with the first of
// AgencyUnknown, AgencyTwice, GroupUnknown and GroupEmpty, whose violations then
// list all of them.
func NewCycle(id string, name Name, r Regulation, members []Member, agencies map[string]bool) (Cycle, error) {
	if name.Key == "" {
		return Cycle{}, CycleNameMissing.At("name")
	}
	if r.State != Issued {
		return Cycle{}, RegulationNotIssued.With(r.State).At("regulation")
	}
	c := Cycle{
		Authority: r.Authority, ID: id, Name: name.Text, Origin: Run, Regulation: r.ID, Phase: Preparation,
		Groups: r.Content.Groups(), Members: byAgency(members), Version: 1,
	}
	for _, p := range windowed {
		if r.Content.has(p) {
			c.Windows = append(c.Windows, Window{Phase: p})
		}
	}
	return c, checkMembers(c.Groups, members, agencies)
}

func checkMembers(groups []Group, members []Member, agencies map[string]bool) error {
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
			wrong.add(AgencyTwice.With(m.Agency).At(at + ".agency"))
		}
		if !known[m.Group] {
			wrong.add(GroupUnknown.With(m.Group).At(at + ".group"))
		}
		seen[m.Agency] = true
		scored[m.Group] = scored[m.Group] || m.Scored()
	}
	for _, g := range groups {
		if !scored[g.ID] {
			wrong.add(groupUnscored(g.ID).At("members"))
		}
	}
	return wrong.err()
}

// Schedule returns c with the window w set, in a new version unless nothing
// changes.
//
// It fails with CycleNotRun, PhaseWithoutWindow, PhasePast, WindowReversed, and
// DeadlinePast for a deadline that is not after now.
func (c Cycle) Schedule(w Window, now time.Time) (Cycle, error) {
	i := slices.IndexFunc(c.Windows, func(stored Window) bool { return stored.Phase == w.Phase })
	switch {
	case c.Origin != Run:
		return c, CycleNotRun.At("cycle")
	case i < 0:
		return c, PhaseWithoutWindow.With(w.Phase).At("phase")
	case w.Phase.place() < c.Phase.place():
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

// Move returns c in the phase p, in a new version, under the regulation that
// says content. It fails with CycleNotRun and PhaseNotNext.
func (c Cycle) Move(p Phase, content Content) (Cycle, error) {
	if c.Origin != Run {
		return c, CycleNotRun.At("cycle")
	}
	if !slices.Contains(content.next(c.Phase), p) {
		return c, PhaseNotNext.With(c.Phase, p).At("phase")
	}
	c.Phase = p
	c.Version++
	return c, nil
}

// Return returns c in the phase before, in a new version, under the regulation
// that says content, at now. A deadline of that phase that is past is lifted:
// who returns means to go on writing. It fails with CycleNotRun and PhaseFinal.
func (c Cycle) Return(content Content, now time.Time) (Cycle, error) {
	if c.Origin != Run {
		return c, CycleNotRun.At("cycle")
	}
	if c.Phase.place() < Appraisal1.place() || c.Phase.place() > Presented.place() {
		return c, PhaseFinal.With(c.Phase).At("cycle")
	}
	before := c.Phase.place() - 1
	for !content.has(Phases[before]) {
		before--
	}
	c.Phase = Phases[before]
	c.Version++
	c.Windows = slices.Clone(c.Windows)
	for i, w := range c.Windows {
		if w.Phase == c.Phase && !w.Close.IsZero() && !w.Close.After(now) {
			c.Windows[i].Close = time.Time{}
		}
	}
	return c, nil
}
