package appraisal

import (
	"slices"
	"time"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/sealed"
)

// mostListed is how many violations a refused approval lists.
const mostListed = 100

// Round is where a round of appraisal stands.
type Round struct {
	Authority, Cycle string
	Round            int
	// Approved says that nothing in it changes any more; DecisionNumber and
	// ApproveTime belong to that.
	Approved       bool
	DecisionNumber string
	ApproveTime    time.Time
	// Agencies counts those that are scored, Submitted those of them that have
	// submitted the round; NotSubmitted are the others, by id.
	Agencies, Submitted int
	NotSubmitted        []string
	// Late are the agencies whose seal arrived after the approval, by id; it counts
	// for nothing.
	Late []string
	// Cases and Undecided count the cases of the round, and those of them that
	// need a verdict; Outcomes and Undelivered the outcomes, and those of them
	// that assessment has not taken.
	Cases, Undecided, Outcomes, Undelivered int
}

// CheckRound returns RoundUnknown if the cycle's regulation has no such round.
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

// Dossier is everything by which a round is approved, as it stands when nothing
// else can change it.
type Dossier struct {
	Cycle *cycle.Cycle
	Round int
	// Decided are the rounds that are approved.
	Decided []int
	// Seals are those of this round and the ones before, without claims.
	Seals []Seal
	// Cases are those of the round.
	Cases []Case
	// Reductions are those of the cycle that wait or count.
	Reductions []Reduction
	// Before are the outcomes of the round before, by agency.
	Before map[string]sealed.Outcome
}

// Check returns nil if the round can be approved: RoundApproved, RoundBeforeOpen,
// UndecidedCases, ReductionsWaiting, and AgenciesNotSubmitted unless that is
// accepted.
func (d Dossier) Check(acceptNotSubmitted bool) error {
	switch missing := d.notSubmitted(); {
	case slices.Contains(d.Decided, d.Round):
		return RoundApproved.At("round")
	case d.Round > 1 && !slices.Contains(d.Decided, d.Round-1):
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

func listed(reason fault.Reason, each fault.Reason, places []string) error {
	var vs []fault.Violation
	for _, place := range places[:min(len(places), mostListed)] {
		vs = append(vs, each.Violation(place))
	}
	return reason.List(vs...)
}

// undecided returns "agency/item" of each case that needs a verdict.
func (d Dossier) undecided() (places []string) {
	for _, c := range d.Cases {
		if c.Undecided() {
			places = append(places, c.Agency+"/"+c.Claim.Item)
		}
	}
	return places
}

// waiting returns "agency/item" of each reduction that is not decided.
func (d Dossier) waiting() (places []string) {
	for _, r := range d.Reductions {
		if r.State == Proposed {
			places = append(places, r.Agency+"/"+r.Item)
		}
	}
	return places
}

// notSubmitted returns the scored agencies without a seal of the round, by id.
func (d Dossier) notSubmitted() (agencies []string) {
	for _, id := range Scored(d.Cycle) {
		if !slices.ContainsFunc(d.Seals, func(s Seal) bool { return s.Agency == id && s.Round == d.Round }) {
			agencies = append(agencies, id)
		}
	}
	return agencies
}
