package scoring

import (
	"cmp"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
)

// EngineVersion is the version of the arithmetic of runs. It is raised with any
// change after which the same frozen inputs could give other bytes: in how
// points, figures, ranks or classes are computed here or in libs/rule and
// libs/points, and in what a result holds or how it is written.
const EngineVersion = 1

// Evaluate computes a run from frozen inputs and from nothing else, so that the
// same bytes give the same result at any time and on any machine (rule G7). A missing
// input becomes a gap: the item counts 0 points, and its standard points stay.
//
// It fails with InputNotUnderstood, with InputContradictory if two inputs contradict
// each other, and with ResultUnsound, which lists the faults, if figures cannot be
// ranked.
func Evaluate(frozen []byte) (Result, error) {
	in, err := thaw(frozen)
	if err != nil {
		return Result{}, err
	}
	e, err := newEvaluation(in)
	if err != nil {
		return Result{}, err
	}
	r := Result{
		EngineVersion: in.Engine, InputsSHA256: canonical.Hash(frozen),
		Authority: in.Authority, AuthorityName: in.AuthorityName, Cycle: in.Cycle, CycleName: in.CycleName, Year: in.Year,
		Rounding: in.Regulation.Rules.Policy,
	}
	for _, g := range in.Regulation.Groups {
		l, agencies, err := e.group(g)
		if err != nil {
			return Result{}, err
		}
		if len(agencies)+len(l.Unranked) > 0 {
			r.Leaderboards, r.Agencies = append(r.Leaderboards, l), append(r.Agencies, agencies...)
		}
	}
	if err := in.adjust(r.Leaderboards); err != nil {
		return Result{}, err
	}
	r.Gaps = e.gaps
	return r, nil
}

// evaluation is the state of one computation.
type evaluation struct {
	in       Inputs
	outcomes map[string]outcome            // by agency
	surveyed map[itemKey]sealed.SurveyItem // by agency and item
	awaited  map[itemKey]bool              // surveys that are not closed, by group and item
	history  map[string]rule.History       // by agency
	best     map[itemKey]points.Points     // the best value of a group, by group and item
	gaps     []Gap
}

// itemKey is an item of an agency or of a group.
type itemKey struct{ holder, item string }

// outcome is the outcome of the appraisal for one agency. The zero outcome is none.
type outcome struct {
	final   bool
	items   map[string]sealed.OutcomeItem
	reduced map[string]points.Points
}

func newEvaluation(in Inputs) (*evaluation, error) {
	e := &evaluation{
		in: in, outcomes: map[string]outcome{}, surveyed: map[itemKey]sealed.SurveyItem{}, awaited: map[itemKey]bool{},
		history: in.earlierIndices(), best: map[itemKey]points.Points{},
	}
	outcomes, err := concurrently(in.Outcomes, e.outcome)
	if err != nil {
		return nil, err
	}
	for i, s := range in.Outcomes {
		e.outcomes[s.ID] = outcomes[i]
	}
	for _, s := range in.SurveyResults {
		content, err := readSealed[sealed.SurveyResult](SurveyInput, s)
		if err != nil {
			return nil, err
		}
		if content.Authority != in.Authority || content.Cycle != in.Cycle || content.Plan != s.ID {
			return nil, contradictory(SurveyInput, s.ID, "it is of another plan")
		}
		for _, r := range content.Results {
			at := itemKey{r.Agency, r.Item}
			if _, twice := e.surveyed[at]; twice {
				return nil, contradictory(SurveyInput, s.ID, "item "+r.Item+" of "+r.Agency+" is surveyed twice")
			}
			e.surveyed[at] = r
		}
	}
	for _, p := range in.OpenPlans {
		for _, i := range p.Items {
			e.awaited[itemKey{i.Group, i.Item}] = true
		}
	}
	return e, nil
}

// earlierIndices returns, by agency, the indices of the two years before the year of
// in. The index of a year without one stays nil: the rule of the item says what a
// missing year gives (rule Y8).
func (in Inputs) earlierIndices() map[string]rule.History {
	histories := map[string]rule.History{}
	for _, published := range in.History {
		for _, i := range published.Indices {
			h := histories[i.Agency]
			switch in.Year - published.Year {
			case 1:
				h.Latest = &i.Index
			case 2:
				h.Before = &i.Index
			}
			histories[i.Agency] = h
		}
	}
	return histories
}

func (e *evaluation) outcome(s Sealed) (outcome, error) {
	o := outcome{items: map[string]sealed.OutcomeItem{}, reduced: map[string]points.Points{}}
	content, err := readSealed[sealed.Outcome](OutcomeInput, s)
	if err != nil {
		return o, err
	}
	if content.Authority != e.in.Authority || content.Cycle != e.in.Cycle || content.Agency != s.ID {
		return o, contradictory(OutcomeInput, s.ID, "it is of another agency")
	}
	if content.RegulationSHA256 != e.in.Regulation.SHA256 {
		return o, contradictory(OutcomeInput, s.ID, "it was appraised under another regulation")
	}
	o.final = content.Final
	for _, i := range content.Items {
		o.items[i.Item] = i
	}
	for _, r := range content.Reductions {
		o.reduced[r.Item] = o.reduced[r.Item].Add(r.Points)
	}
	return o, nil
}

// group computes and ranks the members of one group.
func (e *evaluation) group(g cycle.Group) (Leaderboard, []AgencyResult, error) {
	group := Group{ID: g.ID, Name: g.Name, Classes: g.Classes}
	for _, d := range g.Domains {
		group.Domains = append(group.Domains, Domain{Field: d.Field, Code: d.Code, Name: d.Name})
	}
	e.measure(g)
	members := slices.DeleteFunc(slices.Clone(e.in.Members), func(m Member) bool { return m.Group != g.ID })
	results, err := concurrently(members, func(m Member) (agencyGaps, error) { return e.agency(m, g) })
	if err != nil {
		return Leaderboard{}, nil, err
	}
	var agencies []AgencyResult
	unranked := e.unranked(g)
	first := len(e.gaps)
	for i, m := range members {
		a := results[i].AgencyResult
		agencies, e.gaps = append(agencies, a), append(e.gaps, results[i].gaps...)
		given := a.given(m.AgencyName)
		if given.Standard.value.IsZero() {
			unranked = append(unranked, Unranked{Agency: m.Agency, AgencyName: m.AgencyName, Group: g.ID, Reason: nothingApplies})
			continue
		}
		group.Given = append(group.Given, given)
	}
	rules := e.in.Regulation.Rules
	entries, complaints := rules.Compute(group)
	for i := range entries {
		entries[i].Domains = slices.DeleteFunc(entries[i].Domains, func(d DomainEntry) bool { return !d.Standard.Known() })
	}
	if complaints = e.tolerate(group, complaints); len(complaints) > 0 {
		return Leaderboard{}, nil, unsound(group, complaints)
	}
	slices.SortStableFunc(e.gaps[first:], func(a, b Gap) int { return cmp.Compare(a.Agency, b.Agency) })
	l, complaints := rules.Rank(group, entries)
	if len(complaints) > 0 {
		return Leaderboard{}, nil, unsound(group, complaints)
	}
	l.Unranked = slices.SortedFunc(slices.Values(unranked), func(a, b Unranked) int { return cmp.Compare(a.Agency, b.Agency) })
	return l, agencies, nil
}

// nothingApplies is the reason why a scored agency is not ranked: it has no standard
// points, because no item applies to it or all are wholly reduced.
const nothingApplies = "Không có nội dung nào của bộ tiêu chí áp dụng cho cơ quan, đơn vị này."

// unranked returns the agencies of a group that are listed only.
func (e *evaluation) unranked(g cycle.Group) (listed []Unranked) {
	for _, u := range e.in.Unranked {
		if u.Group == g.ID {
			listed = append(listed, u)
		}
	}
	return listed
}

// measure is the first pass over a group (rule C6.8). For each item that compares the
// agencies' values it finds the best value among the agencies to which it applies.
func (e *evaluation) measure(g cycle.Group) {
	for _, i := range g.Items {
		r, compares := i.Rule.(rule.PeerRelative)
		if !compares || i.Source != criteria.Feed {
			continue
		}
		var values []points.Points
		for _, m := range e.in.Members {
			peer, reported := e.outcomes[m.Agency].items[i.ID].Facts.Input.(rule.Peer)
			if m.Group == g.ID && reported && e.outcomes[m.Agency].reduced[i.ID].Cmp(i.Max) < 0 {
				values = append(values, peer.Value)
			}
		}
		if best, found := r.Best(values); found {
			e.best[itemKey{g.ID, i.ID}] = best
		}
	}
}

// tolerate returns the complaints without those about an index above 100. A bonus can
// raise the index of a domain above 100; for the index of an agency it is a gap if the
// regulation refuses it.
func (e *evaluation) tolerate(g Group, complaints []Complaint) []Complaint {
	return slices.DeleteFunc(complaints, func(c Complaint) bool {
		above := errors.Is(c.Fault, IndexOutOfRange)
		if above && c.Field == "" {
			e.gaps = append(e.gaps, Gap{Agency: g.Given[c.Agency].Agency, Reason: BeyondStandard})
		}
		return above
	})
}

// agencyGaps is the result of one agency with the gaps in it.
type agencyGaps struct {
	AgencyResult

	gaps []Gap
}

// agency computes one agency. Several are computed at the same time, so it changes
// nothing in e.
func (e *evaluation) agency(m Member, g cycle.Group) (agencyGaps, error) {
	a := agencyGaps{AgencyResult: AgencyResult{Agency: m.Agency, Group: g.ID, Items: make([]ItemResult, len(g.Items))}}
	o := e.outcomes[m.Agency]
	if !o.final {
		a.gaps = append(a.gaps, Gap{Agency: m.Agency, Reason: OutcomeNotFinal})
	}
	for i, item := range g.Items {
		var gap GapReason
		var err error
		if a.Items[i], gap, err = e.item(m, o, item); err != nil {
			return a, fmt.Errorf("item %s of %s: %w", item.ID, m.Agency, err)
		}
		if gap != "" && gap != OutcomeNotFinal { // listed once for the agency
			a.gaps = append(a.gaps, Gap{Agency: m.Agency, Item: item.ID, Reason: gap})
		}
	}
	return a, nil
}

// concurrently returns what f gives for each of all, in their order. It fails with the
// error of the first of all for which f fails, so that an error does not depend on
// chance.
func concurrently[T, R any](all []T, f func(T) (R, error)) ([]R, error) {
	results, errs := make([]R, len(all)), make([]error, len(all))
	var next atomic.Int64
	var work sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(all)) {
		work.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(all); i = int(next.Add(1)) - 1 {
				results[i], errs[i] = f(all[i])
			}
		})
	}
	work.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return results, nil
}

// item computes one item of one agency. Its source gives the points, which are never
// more than its max points less reductions, apart from a bonus (rule C6.5). An item
// that is not applicable, or wholly reduced, does not count in the standard points
// (rule V5). It also returns the reason of the item's gap, if there is one.
func (e *evaluation) item(m Member, o outcome, i cycle.Item) (ItemResult, GapReason, error) {
	a := ItemResult{Item: i.ID, Name: i.Name, Field: i.Domain, Max: i.Max, Reduced: o.reduced[i.ID], Source: i.Source}
	left := i.Max.Sub(a.Reduced)
	if a.Reduced.Sign() < 0 || left.Sign() < 0 {
		return a, "", contradictory(OutcomeInput, m.Agency, "item "+i.ID+" is reduced by "+a.Reduced.String())
	}
	if left.IsZero() {
		return a, "", nil
	}
	found, err := e.find(&a, m, o, i)
	switch {
	case err != nil:
		return a, "", err
	case found.gap != "":
		a.Standard = left
	case found.applicable:
		a.Standard, a.Points = left, &found.points
	}
	return a, found.gap, nil
}

// found is what the source of an item gives: points, a gap, or neither if the item is
// not applicable.
type found struct {
	points     points.Points
	applicable bool
	gap        GapReason
}

// find returns what the source of an item gives, and records in a the facts and
// reasons that explain it.
func (e *evaluation) find(a *ItemResult, m Member, o outcome, i cycle.Item) (found, error) {
	at := itemKey{m.Agency, i.ID}
	switch i.Source {
	case criteria.Self, criteria.Targets, criteria.Feed:
		return e.appraised(a, m, o, i)
	case criteria.Survey, criteria.Satisfaction:
		r, ok := e.surveyed[at]
		switch {
		case !ok && e.awaited[itemKey{m.Group, i.ID}]:
			return found{gap: SurveyNotClosed}, nil
		case !ok:
			return found{gap: ItemNotSurveyed}, nil
		}
		a.Responses = int32(r.Valid) //nolint:gosec // nobody surveys 2³¹ people
		facts, applicable := surveyed(r)
		if !applicable {
			return found{}, nil
		}
		return e.byRule(a, i, facts)
	case criteria.History:
		return e.earlier(a, m, i)
	}
	return found{}, InputNotUnderstood.With("source kind " + string(i.Source))
}

// among is the second pass over a group: it adds the best value of the group to a
// value that is compared, in place of any that was reported with it.
func (e *evaluation) among(m Member, i cycle.Item, facts sealed.Facts) sealed.Facts {
	peer, compared := facts.Input.(rule.Peer)
	if !compared {
		return facts
	}
	peer.Best = nil
	if best, found := e.best[itemKey{m.Group, i.ID}]; found {
		peer.Best = &best
	}
	return sealed.Facts{Input: peer}
}

// earlier computes an item from the indices of earlier cycles. An improvement rule
// itself says what counts without them; for any other rule a missing latest index is
// a gap.
func (e *evaluation) earlier(a *ItemResult, m Member, i cycle.Item) (found, error) {
	h := e.history[m.Agency]
	switch i.Rule.(type) {
	case rule.Improvement:
		return e.byRule(a, i, sealed.Facts{Input: h})
	case rule.Bands:
		if h.Latest != nil {
			return e.byRule(a, i, sealed.Facts{Input: rule.Percent{Figure: *h.Latest}})
		}
	}
	return found{gap: HistoryMissing}, nil
}

// appraised returns the points that the appraisal confirmed or corrected: at most the
// max points less reductions, and the whole bonus.
func (e *evaluation) appraised(a *ItemResult, m Member, o outcome, i cycle.Item) (found, error) {
	if !o.final {
		return found{gap: OutcomeNotFinal}, nil
	}
	decided, ok := o.items[a.Item]
	if !ok {
		return found{}, contradictory(OutcomeInput, m.Agency, "it lacks item "+a.Item)
	}
	if decided.ReasonCode == sealed.NotAppraised {
		return found{gap: ItemUndecided}, nil
	}
	a.Input, a.Reason, a.DecidedBy = decided.Facts, cmp.Or(decided.Reason, decided.ReasonCode), decided.DecidedBy
	left := a.Max.Sub(a.Reduced)
	switch _, compared := decided.Facts.Input.(rule.Peer); {
	case decided.Points == nil && compared && decided.StandardPoints.Equal(left):
		return e.byRule(a, i, e.among(m, i, decided.Facts))
	case decided.Points == nil:
		return found{}, nil
	}
	if !decided.StandardPoints.Equal(left) || decided.Points.Sign() < 0 {
		return found{}, contradictory(OutcomeInput, m.Agency, fmt.Sprintf("item %s has %s of %s points, and %s are left of %s",
			a.Item, decided.Points, decided.StandardPoints, left, a.Max))
	}
	bonus := rule.Highest(i.Rule, i.Rated(e.in.Regulation.Rules.Policy, points.Points{})).Sub(a.Max)
	return found{points: points.Min(*decided.Points, left.Add(bonus)), applicable: true}, nil
}

// byRule computes points from facts by the item's rule (rule C6).
func (e *evaluation) byRule(a *ItemResult, i cycle.Item, facts sealed.Facts) (found, error) {
	a.Input = facts
	result, err := rule.Evaluate(i.Rule, i.Rated(e.in.Regulation.Rules.Policy, a.Reduced), facts.Input)
	if err != nil {
		return found{}, InputContradictory.With("item "+i.ID, "its facts are not of the kind that its rule needs").Because(err)
	}
	return found{points: result.Points, applicable: result.Applicable}, nil
}

func contradictory(kind InputKind, id, why string) error {
	return InputContradictory.With(string(kind)+" "+id, why)
}

// unsound returns ResultUnsound with the complaints about a group as violations.
func unsound(g Group, complaints []Complaint) error {
	violations := make([]fault.Violation, len(complaints))
	for i, c := range complaints {
		field := g.ID + "."
		if c.Agency != WholeGroup {
			field = g.Given[c.Agency].Agency + "."
		}
		if c.Field != "" {
			field += c.Field + "."
		}
		field += c.Figure
		violations[i] = c.Fault.Violation(field)
	}
	return ResultUnsound.List(violations...)
}
