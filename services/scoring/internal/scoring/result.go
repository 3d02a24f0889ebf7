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

// Result is what a run comes to. Every figure in it is computed.
type Result struct {
	EngineVersion int `json:"engineVersion"`
	// InputsSHA256 is that of the frozen inputs, in hex.
	InputsSHA256  string        `json:"inputsSha256"`
	Authority     string        `json:"authority"`
	AuthorityName string        `json:"authorityName"`
	Cycle         string        `json:"cycle"`
	CycleName     string        `json:"cycleName"`
	Rounding      points.Policy `json:"rounding"`
	// Leaderboards are in the order of the cycle's groups; a group without a
	// scored agency has none.
	Leaderboards []Leaderboard `json:"leaderboards"`
	// Accounts are by group and agency.
	Accounts []Account `json:"accounts"`
	// Gaps are what is missing, by group and agency, items in printed order.
	Gaps []Gap `json:"gaps,omitempty"`
}

// Account is how one agency's figures came about (rule G8).
type Account struct {
	Agency string `json:"agency"`
	Group  string `json:"group"`
	// Items are in printed order.
	Items []ItemAccount `json:"items"`
}

// ItemAccount is one item of one agency.
type ItemAccount struct {
	Item  string `json:"item"`
	Name  string `json:"name"`
	Field string `json:"field"`
	// Max is the most the item can give without a bonus, Reduced what reductions
	// take out of it, Standard what is left, or 0 if the item is not applicable
	// (rule V5).
	Max      points.Points `json:"maxPoints"`
	Reduced  points.Points `json:"reducedPoints"`
	Standard points.Points `json:"standardPoints"`
	// Points are from 0 to Standard, with a bonus above it; nil: not applicable,
	// or a gap, which counts as 0 and leaves Standard as it is.
	Points *points.Points      `json:"points,omitempty"`
	Source criteria.SourceKind `json:"sourceKind"`
	// Input is empty without facts, and where points were set directly.
	Input  sealed.Facts `json:"input,omitzero"`
	Reason string       `json:"reason,omitempty"`
	// DecidedBy is the home agency of whoever decided, never a person.
	DecidedBy string `json:"decidedBy,omitempty"`
	Responses int32  `json:"responses,omitempty"`
}

// Gap is something that a result lacks. With a gap an item counts 0 and its
// standard points stay, so the figures only show how far things are: the run
// cannot be presented.
type Gap struct {
	Agency string `json:"agency,omitempty"`
	// Item is empty for all that the agency assesses, and for its index.
	Item   string    `json:"item,omitempty"`
	Reason GapReason `json:"reason"`
}

// GapReason says what is missing.
type GapReason string

// The gaps.
const (
	// OutcomeNotFinal is an agency of which a round of appraisal is still to come,
	// or that has no outcome.
	OutcomeNotFinal GapReason = "OUTCOME_NOT_FINAL"
	// ValueNotReported is an item of source kind FEED without a value.
	ValueNotReported GapReason = "VALUE_NOT_REPORTED"
	// SurveyNotClosed is a surveyed item in a plan without a result.
	SurveyNotClosed GapReason = "SURVEY_NOT_CLOSED"
	// ItemNotSurveyed is a surveyed item that no plan has.
	ItemNotSurveyed GapReason = "ITEM_NOT_SURVEYED"
	// HistoryMissing is an item of source kind HISTORY whose rule needs the index
	// of the latest cycle before, for an agency that has none.
	HistoryMissing GapReason = "HISTORY_MISSING"
	// BeyondStandard is an agency that bonuses lift above all its standard points.
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
		l.Policy = points.Policy(r.Rounding)
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

// Leaderboard returns that of a group: fault.LeaderboardUnknown.
func (r Result) Leaderboard(group string) (Leaderboard, error) {
	for _, l := range r.Leaderboards {
		if l.Group == group {
			return l, nil
		}
	}
	return Leaderboard{}, fault.LeaderboardUnknown.At("group")
}

// Agency returns the entry and the account of an agency: ResultUnknown.
func (r Result) Agency(id string) (Entry, Account, error) {
	for _, a := range r.Accounts {
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
	return Entry{}, Account{}, ResultUnknown.At("agency")
}

// Explain returns how the facts of each item of an account give points by the
// item's frozen rule: by item, none for an item without facts. The points that
// count may be fewer, where a reduction leaves fewer standard points.
func (r Regulation) Explain(a Account) (map[string]rule.Result, error) {
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
		result, err := rule.Evaluate(item.Rule, item.Rated(r.Rules.Policy), i.Input.Input)
		if err != nil {
			return nil, fmt.Errorf("explaining item %s of %s: %w", i.Item, a.Agency, err)
		}
		explained[i.Item] = result
	}
	return explained, nil
}

// given is what an account comes to, with every figure computed (rules G1, G3).
// A domain without standard points is none of the agency's.
func (a Account) given(name string) Given {
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
