package scoring

import (
	"encoding/json"
	"fmt"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
)

// Result is the result of a run. Every figure in it is computed.
type Result struct {
	EngineVersion int `json:"engineVersion"`
	// InputsSHA256 is that of the frozen inputs, in hex.
	InputsSHA256  string        `json:"inputsSha256"`
	Authority     string        `json:"authority"`
	AuthorityName string        `json:"authorityName"`
	Cycle         string        `json:"cycle"`
	CycleName     string        `json:"cycleName"`
	Year          int           `json:"year,omitempty"`
	Rounding      points.Policy `json:"rounding"`
	// Leaderboards are in the order of the cycle's groups; a group without a
	// scored agency has none.
	Leaderboards []Leaderboard `json:"leaderboards"`
	// Agencies explain the figures of each agency. They are ordered by group and
	// agency.
	Agencies []AgencyResult `json:"accounts"`
	// Gaps are the missing inputs, ordered by group, agency and printed order of the
	// items.
	Gaps []Gap `json:"gaps,omitempty"`
}

// AgencyResult lists the items that the figures of one agency are computed from (rule
// G8).
type AgencyResult struct {
	Agency string `json:"agency"`
	Group  string `json:"group"`
	// Items are in printed order.
	Items []ItemResult `json:"items"`
}

// ItemResult is one item of one agency.
type ItemResult struct {
	Item  string `json:"item"`
	Name  string `json:"name"`
	Field string `json:"field"`
	// Max is the most points that the item can give without a bonus. Reduced are the
	// points that reductions subtract from it. Standard is the difference, or 0 if the
	// item is not applicable (rule V5).
	Max      points.Points `json:"maxPoints"`
	Reduced  points.Points `json:"reducedPoints"`
	Standard points.Points `json:"standardPoints"`
	// Points are from 0 to Standard, or above it with a bonus. nil means that the item
	// is not applicable, or that it has a gap, which counts 0 and does not change
	// Standard.
	Points *points.Points      `json:"points,omitempty"`
	Source criteria.SourceKind `json:"sourceKind"`
	// Input is empty without facts, and where points were set directly.
	Input  sealed.Facts `json:"input,omitzero"`
	Reason string       `json:"reason,omitempty"`
	// DecidedBy is the home agency of the appraiser who decided, never a person.
	DecidedBy string `json:"decidedBy,omitempty"`
	Responses int32  `json:"responses,omitempty"`
}

// Gap is an input that a run lacks. An item with a gap counts 0 and its standard
// points stay, so the figures are provisional, and the run cannot be presented.
type Gap struct {
	Agency string `json:"agency,omitempty"`
	// Item is empty for a gap of the agency's outcome or index as a whole.
	Item   string    `json:"item,omitempty"`
	Reason GapReason `json:"reason"`
}

// GapReason is the reason of a gap.
type GapReason string

// The gaps.
const (
	// OutcomeNotFinal is an agency without an outcome, or whose last round of appraisal
	// is not approved.
	OutcomeNotFinal GapReason = "OUTCOME_NOT_FINAL"
	// ItemUndecided is an item that nobody has decided, because the agency had left the
	// cycle when the last round was approved, and has come back (rule C1b).
	ItemUndecided GapReason = "ITEM_UNDECIDED"
	// SurveyNotClosed is a surveyed item in a plan without a result.
	SurveyNotClosed GapReason = "SURVEY_NOT_CLOSED"
	// ItemNotSurveyed is a surveyed item that is in no survey plan.
	ItemNotSurveyed GapReason = "ITEM_NOT_SURVEYED"
	// HistoryMissing is an item of source kind HISTORY whose rule needs the agency's
	// index of the year before, where there is none.
	HistoryMissing GapReason = "HISTORY_MISSING"
	// BeyondStandard is an agency that has more than its standard points by bonuses,
	// under a regulation that refuses that.
	BeyondStandard GapReason = "INDEX_ABOVE_100"
)

// Canonical returns the canonical bytes of r.
func (r Result) Canonical() ([]byte, error) { return canonical.JSON(r) }

// ReadResult reads what Canonical writes.
func ReadResult(b []byte) (Result, error) {
	var r Result
	if err := json.Unmarshal(b, &r); err != nil {
		return r, fmt.Errorf("reading a run's result: %w", err)
	}
	for i := range r.Leaderboards {
		l := &r.Leaderboards[i]
		l.Policy = r.Rounding
		for j := range l.Entries {
			e := &l.Entries[j]
			e.RankOrigin = Computed
			if e.Class.ID != "" {
				e.ClassOrigin = Computed
			}
		}
	}
	return r, nil
}

// Reduce adds the approved reductions to the entries of the leaderboards; frozen are the
// inputs of the run.
func (r Result) Reduce(frozen []byte) error {
	in, err := thaw(frozen)
	if err != nil {
		return err
	}
	approved := map[string][]sealed.OutcomeReduction{}
	for _, s := range in.Outcomes {
		o, err := readSealed[sealed.Outcome](OutcomeInput, s)
		if err != nil {
			return err
		}
		approved[s.ID] = o.Reductions
	}
	reductions := map[string][]Reduction{}
	for _, a := range r.Agencies {
		for _, item := range a.Items {
			for _, o := range approved[a.Agency] {
				if o.Item == item.Item {
					reductions[a.Agency] = append(reductions[a.Agency], Reduction{item.Item, item.Name, o.Points, o.Reason})
				}
			}
		}
	}
	for _, l := range r.Leaderboards {
		for i := range l.Entries {
			l.Entries[i].Reductions = reductions[l.Entries[i].Agency]
		}
	}
	return nil
}

// Leaderboard returns the leaderboard of a group. It fails with
// fault.LeaderboardUnknown.
func (r Result) Leaderboard(group string) (Leaderboard, error) {
	for _, l := range r.Leaderboards {
		if l.Group == group {
			return l, nil
		}
	}
	return Leaderboard{}, fault.LeaderboardUnknown.At("group")
}

// Agency returns the entry and the result of an agency. It fails with ResultUnknown.
func (r Result) Agency(id string) (Entry, AgencyResult, error) {
	for _, a := range r.Agencies {
		if a.Agency != id {
			continue
		}
		l, err := r.Leaderboard(a.Group)
		for _, e := range l.Entries {
			if e.Agency == id {
				return e, a, err
			}
		}
	}
	return Entry{}, AgencyResult{}, ResultUnknown.At("agency")
}

// Explain returns, by item, the steps by which the item's frozen rule computes points
// from its facts, reductions included. Items without facts are left out.
func (r Regulation) Explain(a AgencyResult) (map[string]rule.Result, error) {
	items := map[string]cycle.Item{}
	for _, g := range r.Groups {
		for _, i := range g.Items {
			if g.ID == a.Group {
				items[i.ID] = i
			}
		}
	}
	explained := map[string]rule.Result{}
	for _, i := range a.Items {
		if i.Input.Input == nil {
			continue
		}
		item := items[i.Item]
		result, err := rule.Evaluate(item.Rule, item.Rated(r.Rules.Policy, i.Reduced), i.Input.Input)
		if err != nil {
			return nil, fmt.Errorf("explaining item %s of %s: %w", i.Item, a.Agency, err)
		}
		explained[i.Item] = result
	}
	return explained, nil
}

// given returns the sums of the items of a, as computed figures (rules G1, G3). Domains
// without standard points are left out.
func (a AgencyResult) given(name string) Given {
	var standard, self, officials, satisfaction points.Points
	type sums struct{ points, standard points.Points }
	domains := map[string]sums{}
	for _, i := range a.Items {
		var got points.Points
		if i.Points != nil {
			got = *i.Points
		}
		standard = standard.Add(i.Standard)
		// The columns follow the source kind (rule C5b).
		switch i.Source {
		case criteria.Survey:
			officials = officials.Add(got)
		case criteria.Satisfaction:
			satisfaction = satisfaction.Add(got)
		case criteria.Self, criteria.Targets, criteria.Feed, criteria.History:
			self = self.Add(got)
		}
		s := domains[i.Field]
		domains[i.Field] = sums{s.points.Add(got), s.standard.Add(i.Standard)}
	}
	g := Given{
		Agency: a.Agency, AgencyName: name, Standard: Compute(standard), Self: Compute(self),
		Officials: Compute(officials), Satisfaction: Compute(satisfaction), Domains: map[string]DomainFigures{},
	}
	for field, s := range domains {
		if s.standard.Sign() > 0 {
			g.Domains[field] = DomainFigures{Points: Compute(s.points), Standard: Compute(s.standard)}
		}
	}
	return g
}
