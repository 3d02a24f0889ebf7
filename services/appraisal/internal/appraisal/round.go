package appraisal

import (
	"fmt"
	"slices"
	"time"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/sealed"
)

// mostListed is the largest number of violations that a refused approval lists.
const mostListed = 100

// Round is the state of a round of appraisal.
type Round struct {
	Authority, Cycle string
	Round            int
	// Approved means that nothing in the round changes unless it is reopened.
	// DecisionNumber and ApproveTime are those of the last approval, empty before.
	Approved       bool
	DecisionNumber string
	ApproveTime    time.Time
	// Recorded is the decision under which the round can be approved.
	Recorded RecordedDecision
	// Reopening is nil unless the round is reopened.
	Reopening *Reopening
	// Agencies is the number of scored agencies, Submitted the number of them that have
	// submitted the round. NotSubmitted are the others, by id.
	Agencies, Submitted int
	NotSubmitted        []string
	// Late are the agencies whose seal arrived after the approval, by id. Such a seal
	// changes nothing.
	Late []string
	// Cases is the number of cases of the round, Undecided the number of them that need
	// a verdict. Outcomes is the number of outcomes, Undelivered the number of them that
	// assessment has not taken.
	Cases, Undecided, Outcomes, Undelivered int
}

// RecordedDecision is the decision that approves a round, as its paper was recorded.
type RecordedDecision struct {
	// Number is empty while none is recorded.
	Number string
	// By is the principal that recorded it.
	By   string
	Time time.Time
	// SHA256 is that of the dossier on which it was taken (Dossier.SHA256).
	SHA256 string
}

// Confirm fails with DecisionNotRecorded unless d has the number, with DecisionOutdated if
// it was taken on another dossier, and with fault.SecondPersonNeeded if the principal by
// recorded it: nobody approves a round alone, and nobody changes it between the decision
// and the approval (rule V0).
func (d RecordedDecision) Confirm(number, dossier, by string) error {
	switch {
	case d.Number == "" || d.Number != number:
		return DecisionNotRecorded.At("decision_number")
	case d.SHA256 != dossier:
		return DecisionOutdated.At("decision_number")
	case d.By == by:
		return fault.SecondPersonNeeded.Because(nil)
	}
	return nil
}

// PhaseOf returns the phase in which verdicts of a round, 1 or 2, are given.
func PhaseOf(round int) criteria.Phase {
	if round == 2 {
		return criteria.Appraisal2
	}
	return criteria.Appraisal1
}

// CheckRound fails with RoundUnknown if the cycle's regulation has no such round.
func CheckRound(c *cycle.Cycle, round int) error {
	if round > c.Rounds {
		return RoundUnknown.At("round")
	}
	return nil
}

// Scored returns the scored agencies, by id.
func Scored(c *cycle.Cycle) []string {
	var ids []string
	for _, a := range c.Agencies {
		if a.Scored {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

// Dossier is everything on which the approval of a round depends. It is read while
// nothing else can change it.
type Dossier struct {
	Cycle *cycle.Cycle
	Round int
	// Approved are the approved rounds of the cycle without a reopened one.
	Approved []int
	// Reopening is that of the round; nil if the round is not reopened.
	Reopening *Reopening
	// Overrides are the decisions of the deciding body in the round.
	Overrides []Override
	// Sealed are the present outcomes of the round if it was approved before, by agency.
	Sealed map[string]sealed.Outcome
	// Seals are the seals of this round and the rounds before, without claims.
	Seals []Seal
	// Cases are the cases of the round.
	Cases []Case
	// Reductions are the proposed and the approved reductions of the cycle.
	Reductions []Reduction
	// Before are the outcomes of the round before, by agency.
	Before map[string]sealed.Outcome
}

// SHA256 returns the hash of what is decided on in d, in hex: the scored agencies, the
// seals, the verdicts, the decisions of the body and the reductions.
func (d Dossier) SHA256() (string, error) {
	text, err := canonical.JSON(struct {
		Scored     []string
		Seals      []Seal
		Cases      []Case
		Overrides  []Override
		Reductions []Reduction
	}{Scored(d.Cycle), d.Seals, d.Cases, d.Overrides, d.Reductions})
	if err != nil {
		return "", fmt.Errorf("writing the dossier of round %d: %w", d.Round, err)
	}
	return canonical.Hash(text), nil
}

// Check returns nil if the round can be approved. It fails with RoundApproved,
// RoundBeforeOpen, UndecidedCases, ReductionsWaiting, and AgenciesNotSubmitted unless
// acceptNotSubmitted is true.
func (d Dossier) Check(acceptNotSubmitted bool) error {
	switch missing := d.notSubmitted(); {
	case slices.Contains(d.Approved, d.Round):
		return RoundApproved.At("round")
	case d.Round > 1 && !slices.Contains(d.Approved, d.Round-1):
		return RoundBeforeOpen.At("round")
	case len(d.undecided()) > 0:
		return listed(UndecidedCases, caseUndecided, d.undecided())
	case len(d.waiting()) > 0:
		return listed(ReductionsWaiting, reductionWaiting, d.waiting())
	case len(missing) > 0 && !acceptNotSubmitted:
		return listed(AgenciesNotSubmitted, agencyNotSubmitted, missing)
	}
	return nil
}

// listed returns reason with a violation for each place, at most mostListed.
func listed(reason, violation fault.Reason, places []string) error {
	var vs []fault.Violation
	for _, place := range places[:min(len(places), mostListed)] {
		vs = append(vs, violation.Violation(place))
	}
	return reason.List(vs...)
}

// undecided returns "agency/item" of each case of a scored agency that needs a verdict and
// that the deciding body has not decided, in a reopened round only of those that it can
// decide. An approval does not wait for an agency that has left the cycle (rule C1b).
func (d Dossier) undecided() (places []string) {
	scored := setOf(Scored(d.Cycle))
	decided := map[AgencyItem]bool{}
	for _, o := range d.Overrides {
		decided[o.AgencyItem] = true
	}
	for _, c := range d.Cases {
		at := AgencyItem{c.Agency, c.Claim.Item}
		if c.Undecided() && scored[c.Agency] && !decided[at] && (d.Reopening == nil || d.Reopening.Covers(at)) {
			places = append(places, c.Agency+"/"+c.Claim.Item)
		}
	}
	return places
}

// waiting returns "agency/item" of each reduction of a scored agency that is not decided.
func (d Dossier) waiting() (places []string) {
	scored := setOf(Scored(d.Cycle))
	for _, r := range d.Reductions {
		if r.State == Proposed && scored[r.Agency] {
			places = append(places, r.Agency+"/"+r.Item)
		}
	}
	return places
}

// notSubmitted returns the scored agencies without a seal of the round, or with one that
// is unsealed, by id.
func (d Dossier) notSubmitted() (agencies []string) {
	var submitted []string
	for _, s := range d.Seals {
		if s.Round == d.Round && s.UnsealTime.IsZero() {
			submitted = append(submitted, s.Agency)
		}
	}
	sealed := setOf(submitted)
	return slices.DeleteFunc(Scored(d.Cycle), func(id string) bool { return sealed[id] })
}

func setOf(ids []string) map[string]bool {
	set := make(map[string]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set
}
