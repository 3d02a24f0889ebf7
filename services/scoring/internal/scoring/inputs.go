package scoring

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
)

// Inputs are everything that a run is computed from. A run is computed from frozen
// inputs only, without asking other services again (rule G7). Names are those at the
// time of freezing.
type Inputs struct {
	// Engine is the EngineVersion that froze the inputs.
	Engine        int    `json:"engine"`
	Authority     string `json:"authority"`
	AuthorityName string `json:"authorityName"`
	Cycle         string `json:"cycle"`
	CycleName     string `json:"cycleName"`
	// Year is the year that is evaluated.
	Year       int        `json:"year"`
	Regulation Regulation `json:"regulation"`
	// Members are the scored agencies.
	Members []Member `json:"members,omitempty"`
	// Unranked are the other agencies of the cycle, which are listed with the reason.
	Unranked []Unranked `json:"unranked,omitempty"`
	// Hierarchy is the data about other agencies that special rules need.
	Hierarchy
	// Outcomes are the outcomes of the last approved round, ordered by agency.
	Outcomes []Sealed `json:"outcomes,omitempty"`
	// SurveyResults are the results of closed plans, ordered by plan.
	SurveyResults []Sealed `json:"surveyResults,omitempty"`
	// OpenPlans are the plans without a result.
	OpenPlans []OpenPlan `json:"openPlans,omitempty"`
	// History are the publications of the two years before Year, the latest first, which
	// items of source kind HISTORY compare (rules C6.6, Y8). It is empty if there is no
	// such item.
	History []Earlier `json:"history,omitempty"`
}

// Regulation is the part of a regulation that results depend on.
type Regulation struct {
	ID string
	// SHA256 is the hash of the whole regulation as catalog issued it, in hex.
	SHA256 string
	Rules  Rules
	Groups []cycle.Group
	// SpecialRules are in the order to apply them (rule G6).
	SpecialRules []sealed.SpecialRule
}

// Member is an agency that is scored, and the group it is ranked in.
type Member struct {
	Agency     string `json:"agency"`
	AgencyName string `json:"agencyName"`
	Group      string `json:"group"`
}

// Unranked is an agency that is listed without index, rank and class (rules C1, C1b).
type Unranked struct {
	Agency     string `json:"agency"`
	AgencyName string `json:"agencyName"`
	Group      string `json:"group"`
	Reason     string `json:"reason"`
}

// Sealed is a content of libs/sealed that another service sealed, byte by byte.
type Sealed struct {
	// ID is the agency of an outcome, or the plan of a survey's result.
	ID string `json:"id"`
	// SHA256 is the hash of Content, in hex, as the other service gives it.
	SHA256  string `json:"sha256"`
	Content string `json:"content"`
}

// OpenPlan is a survey plan that is not closed.
type OpenPlan struct {
	Plan  string     `json:"plan"`
	Items []PlanItem `json:"items,omitempty"`
}

// PlanItem is an item that a plan surveys.
type PlanItem struct {
	Group string `json:"group"`
	Item  string `json:"item"`
}

// Earlier is the current publication of an earlier cycle of the authority.
type Earlier struct {
	// Publication is the id of the publication, a UUID.
	Publication string `json:"publication"`
	Cycle       string `json:"cycle"`
	Year        int    `json:"year"`
	// Indices are the published indices of the members. If an agency has an index in
	// several cycles of one year, only the one that was published last is here.
	Indices []EarlierIndex `json:"indices,omitempty"`
}

// EarlierIndex is the published index of an agency: exact if it was computed,
// otherwise as printed (rule G14).
type EarlierIndex struct {
	Agency string        `json:"agency"`
	Index  points.Points `json:"index"`
}

// RunInput is one frozen input in the list of a run.
type RunInput struct {
	Kind InputKind `json:"kind"`
	// ID is the regulation, the authority and cycle of the members, the agency,
	// the agency and item, the plan, or the publication.
	ID string `json:"id"`
	// SHA256 is in hex.
	SHA256 string `json:"sha256"`
}

// InputKind is the kind of a frozen input.
type InputKind string

// The kinds of frozen inputs.
const (
	RegulationInput InputKind = "REGULATION"
	MembersInput    InputKind = "MEMBERS"
	OutcomeInput    InputKind = "OUTCOME"
	SurveyInput     InputKind = "SURVEY_RESULT"
	HistoryInput    InputKind = "HISTORY"
)

// ComparesEarlier reports whether an item compares earlier publications.
func (in Inputs) ComparesEarlier() bool {
	return slices.ContainsFunc(in.Regulation.Groups, func(g cycle.Group) bool {
		return slices.ContainsFunc(g.Items, func(i cycle.Item) bool { return i.Source == criteria.History })
	})
}

// Freeze returns the canonical bytes of in, which do not depend on the order of its
// lists, and the list of the inputs in them. It fails with NoOutcomes before a round
// of appraisal is approved, with InputBroken if a content does not have its hash, with
// InputNotUnderstood if a content is not UTF-8, and with InputContradictory if an
// input is there twice.
func (in Inputs) Freeze() (frozen []byte, list []RunInput, err error) {
	if len(in.Outcomes) == 0 {
		return nil, nil, NoOutcomes.Because(nil)
	}
	in = in.sorted()
	if list, err = in.list(); err != nil {
		return nil, nil, err
	}
	if frozen, err = canonical.JSON(in); err != nil {
		return nil, nil, InputNotUnderstood.With("inputs").Because(err)
	}
	return frozen, list, nil
}

// sorted returns a copy of in with all lists in canonical order.
func (in Inputs) sorted() Inputs {
	bySealed := func(a, b Sealed) int { return cmp.Compare(a.ID, b.ID) }
	in.Members = slices.SortedFunc(slices.Values(in.Members), func(a, b Member) int { return cmp.Compare(a.Agency, b.Agency) })
	in.Unranked = slices.SortedFunc(slices.Values(in.Unranked), func(a, b Unranked) int { return cmp.Compare(a.Agency, b.Agency) })
	in.Unscored = slices.SortedFunc(slices.Values(in.Unscored), func(a, b Unscored) int { return cmp.Compare(a.Agency, b.Agency) })
	in.Outcomes = slices.SortedFunc(slices.Values(in.Outcomes), bySealed)
	in.SurveyResults = slices.SortedFunc(slices.Values(in.SurveyResults), bySealed)
	in.OpenPlans = slices.SortedFunc(slices.Values(in.OpenPlans), func(a, b OpenPlan) int { return cmp.Compare(a.Plan, b.Plan) })
	for i, p := range in.OpenPlans {
		in.OpenPlans[i].Items = slices.SortedFunc(slices.Values(p.Items), func(a, b PlanItem) int {
			return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Item, b.Item))
		})
	}
	in.History = slices.SortedFunc(slices.Values(in.History), func(a, b Earlier) int {
		return cmp.Or(cmp.Compare(b.Year, a.Year), cmp.Compare(b.Cycle, a.Cycle))
	})
	for i, h := range in.History {
		in.History[i].Indices = slices.SortedFunc(slices.Values(h.Indices), func(a, b EarlierIndex) int { return cmp.Compare(a.Agency, b.Agency) })
	}
	return in
}

// list checks every sealed content and lists the inputs.
func (in Inputs) list() ([]RunInput, error) {
	members, err := canonical.JSON(struct {
		Members  []Member   `json:"members,omitempty"`
		Unranked []Unranked `json:"unranked,omitempty"`
		Hierarchy
	}{in.Members, in.Unranked, in.Hierarchy})
	if err != nil {
		return nil, err
	}
	list := []RunInput{
		{RegulationInput, in.Regulation.ID, in.Regulation.SHA256},
		{MembersInput, in.Authority + "/" + in.Cycle, canonical.Hash(members)},
	}
	for _, o := range in.Outcomes {
		if err := o.check(OutcomeInput); err != nil {
			return nil, err
		}
		list = append(list, RunInput{OutcomeInput, o.ID, o.SHA256})
	}
	for _, r := range in.SurveyResults {
		if err := r.check(SurveyInput); err != nil {
			return nil, err
		}
		list = append(list, RunInput{SurveyInput, r.ID, r.SHA256})
	}
	for _, h := range in.History {
		form, err := canonical.JSON(h)
		if err != nil {
			return nil, InputNotUnderstood.With(string(HistoryInput) + " " + h.Publication).Because(err)
		}
		list = append(list, RunInput{HistoryInput, h.Publication, canonical.Hash(form)})
	}
	for i, input := range list[1:] {
		if input.Kind == list[i].Kind && input.ID == list[i].ID {
			return nil, contradictory(input.Kind, input.ID, "it is there twice")
		}
	}
	return list, nil
}

func (s Sealed) check(kind InputKind) error {
	if canonical.Hash([]byte(s.Content)) != s.SHA256 {
		return InputBroken.With(string(kind) + " " + s.ID)
	}
	if !utf8.ValidString(s.Content) {
		return InputNotUnderstood.With(string(kind) + " " + s.ID)
	}
	return nil
}

// thaw reads frozen inputs.
func thaw(frozen []byte) (Inputs, error) {
	var in Inputs
	if err := json.Unmarshal(frozen, &in); err != nil {
		return in, InputNotUnderstood.With("inputs").Because(err)
	}
	return in, nil
}

// ReadRegulation reads the regulation in frozen inputs, and nothing else of them.
func ReadRegulation(frozen []byte) (Regulation, error) {
	var in struct{ Regulation Regulation }
	if err := json.Unmarshal(frozen, &in); err != nil {
		return in.Regulation, InputNotUnderstood.With("inputs").Because(err)
	}
	return in.Regulation, nil
}

type regulationJSON struct {
	ID       string              `json:"id"`
	SHA256   string              `json:"sha256"`
	Rounding points.Policy       `json:"rounding"`
	RankBy   criteria.Comparison `json:"rankBy"`
	ClassBy  criteria.Comparison `json:"classBy"`
	// Ties is empty in what engine version 1 froze, Excess in what versions 1 and 2 froze.
	Ties         criteria.TieRule     `json:"ties,omitempty"`
	Excess       criteria.ExcessRule  `json:"excess,omitempty"`
	Groups       []groupJSON          `json:"groups,omitempty"`
	SpecialRules []sealed.SpecialRule `json:"specialRules,omitempty"`
}

type groupJSON struct {
	ID      string           `json:"id"`
	Name    string           `json:"name"`
	Classes []criteria.Class `json:"classes,omitempty"`
	Domains []domainJSON     `json:"domains,omitempty"`
	Items   []itemJSON       `json:"items,omitempty"`
}

type domainJSON struct {
	Field string `json:"field"`
	Part  string `json:"part"`
	Code  string `json:"code"`
	Name  string `json:"name"`
}

// MarshalJSON writes r in its canonical form.
func (r Regulation) MarshalJSON() ([]byte, error) {
	form := regulationJSON{
		ID: r.ID, SHA256: r.SHA256, Rounding: r.Rules.Policy, RankBy: r.Rules.RankBy, ClassBy: r.Rules.ClassBy, Ties: r.Rules.Ties,
		Excess: r.Rules.Excess, SpecialRules: r.SpecialRules,
	}
	for _, g := range r.Groups {
		group := groupJSON{ID: g.ID, Name: g.Name, Classes: g.Classes}
		for _, d := range g.Domains {
			group.Domains = append(group.Domains, domainJSON(d))
		}
		for _, i := range g.Items {
			item, err := toItemJSON(i)
			if err != nil {
				return nil, fmt.Errorf("item %s of %s: %w", i.ID, g.ID, err)
			}
			group.Items = append(group.Items, item)
		}
		form.Groups = append(form.Groups, group)
	}
	return canonical.JSON(form)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Regulation) UnmarshalJSON(data []byte) error {
	var form regulationJSON
	if err := json.Unmarshal(data, &form); err != nil {
		return err
	}
	*r = Regulation{
		ID: form.ID, SHA256: form.SHA256,
		Rules:        Rules{Policy: form.Rounding, RankBy: form.RankBy, ClassBy: form.ClassBy, Ties: form.Ties, Excess: form.Excess},
		SpecialRules: form.SpecialRules,
	}
	for _, group := range form.Groups {
		g := cycle.Group{ID: group.ID, Name: group.Name, Classes: group.Classes}
		for _, d := range group.Domains {
			g.Domains = append(g.Domains, cycle.Domain(d))
		}
		for _, i := range group.Items {
			item, err := i.item()
			if err != nil {
				return fmt.Errorf("item %s of %s: %w", i.ID, group.ID, err)
			}
			g.Items = append(g.Items, item)
		}
		r.Groups = append(r.Groups, g)
	}
	return r.Rules.Policy.Validate()
}

// surveyed returns the facts that the points of a surveyed item are computed from: the
// exact weight and number of answers if they are known, so that points are rounded
// once (rule G2). An item without a value is not applicable.
func surveyed(r sealed.SurveyItem) (facts sealed.Facts, applicable bool) {
	switch {
	case r.Value == nil:
		return facts, false
	case r.Weight == nil:
		return sealed.Facts{Input: rule.Value{Figure: *r.Value}}, true
	}
	return sealed.Facts{Input: rule.Ratio{Done: *r.Weight, Planned: points.FromInt(int64(r.Answers))}}, true
}

// readSealed reads the content of a sealed input.
func readSealed[C sealed.Content](kind InputKind, s Sealed) (C, error) {
	content, err := sealed.Read[C]([]byte(s.Content))
	if err != nil {
		return content, InputNotUnderstood.With(string(kind) + " " + s.ID).Because(err)
	}
	return content, nil
}
