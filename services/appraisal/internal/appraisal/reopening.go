package appraisal

import (
	"slices"
	"time"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
)

// Reopening is the reopening of an approved round by the body that approved it. It ends
// when the round is approved again.
type Reopening struct {
	Authority, Cycle string
	Round            int
	// DocumentNumber is the number of the decision, or of the answered petition, that is
	// the reason.
	DocumentNumber, Reason string
	// Cases are the items that can be decided again; none stands for every item.
	Cases    []AgencyItem
	OpenTime time.Time
}

// AgencyItem is one item of one agency.
type AgencyItem struct{ Agency, Item string }

// Covers reports whether an item of an agency can be decided again.
func (r *Reopening) Covers(c AgencyItem) bool {
	return len(r.Cases) == 0 || slices.Contains(r.Cases, c)
}

// CheckOwn fails with OwnAgency if r names an item of an agency that by is barred from: the
// body decides it again without its member from there (rule V1). A reopening of every item
// is a matter of the whole body, and no reopening bars nobody.
func (r *Reopening) CheckOwn(c *cycle.Cycle, by Appraiser) error {
	if r == nil {
		return nil
	}
	for _, named := range r.Cases {
		if err := by.Check(c, named.Agency); err != nil {
			return err
		}
	}
	return nil
}

// Span returns the first and the last phase in which a round can be reopened and then
// approved again. After a publication these are the phases in which a correction can be
// published. Before it, an approved round is not reopened once agencies work with its
// outcome: round 1 of two ends with its own appraisal phase.
func Span(c *cycle.Cycle, round int) (first, last criteria.Phase) {
	switch {
	case c.Publication > 0:
		return criteria.Presented, criteria.Reported
	case round < c.Rounds:
		return PhaseOf(round), PhaseOf(round)
	}
	return PhaseOf(round), criteria.AppraisalCouncil
}

// Approvable returns the first and the last phase in which a round can be approved: from
// its appraisal phase on until the cycle is presented, and after a publication, when only
// a reopened round can be, as Span says.
func Approvable(c *cycle.Cycle, round int) (first, last criteria.Phase) {
	if c.Publication > 0 {
		return Span(c, round)
	}
	return PhaseOf(round), criteria.AppraisalCouncil
}

// Reducible returns the first and the last phase in which reductions are proposed and
// decided: until the cycle is presented, and after a publication for the items of a
// correction.
func Reducible(c *cycle.Cycle) (first, last criteria.Phase) {
	if c.Publication > 0 {
		return Span(c, c.Rounds)
	}
	return criteria.Self1, criteria.AppraisalCouncil
}

// Check fails with CorrectionCasesMissing if r names no items although the result of the
// cycle is published.
func (r *Reopening) Check(c *cycle.Cycle) error {
	if c.Publication > 0 && len(r.Cases) == 0 {
		return CorrectionCasesMissing.At("cases")
	}
	return nil
}

// Override is a decision of the deciding body on an item in a reopened round. It takes
// precedence over the verdicts of the appraisers (rule V4).
type Override struct {
	AgencyItem

	Round   int
	Verdict Verdict
}
