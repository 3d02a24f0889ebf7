package scoring

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

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
//
// Version 2 has ties and special rules (rules G4, G6), which version 1 does not
// know. What version 1 froze says nothing of ties, and comes to the bytes that it
// came to then, in which the version is 1.
const EngineVersion = 2

func (in Inputs) engineVersion() int {
	if in.Regulation.Rules.Ties == "" {
		return 1
	}
	return EngineVersion
}

// Evaluate computes a run from frozen inputs and from nothing else, so that the
// same bytes give the same result whenever and wherever they are computed (rule
// G7). What is missing is a gap; an item with a gap counts 0 points and its
// standard points stay.
//
// It fails with InputNotUnderstood, with InputContradictory where frozen inputs
// do not fit each other, and with ResultUnsound, listing what is wrong, where
// figures cannot be ranked, such as those of an agency to which no item applies.
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
		EngineVersion: in.engineVersion(), InputsSHA256: canonical.Hash(frozen),
		Authority: in.Authority, AuthorityName: in.AuthorityName, Cycle: in.Cycle, CycleName: in.CycleName,
		Rounding: points.Policy(in.Regulation.Rules.Policy),
	}
	for _, g := range in.Regulation.Groups {
		l, accounts, err := e.group(g)
		if err != nil {
			return Result{}, err
		}
		if len(accounts) > 0 {
			r.Leaderboards, r.Accounts = append(r.Leaderboards, l), append(r.Accounts, accounts...)
		}
	}
	if err := in.adjust(r.Leaderboards); err != nil {
		return Result{}, err
	}
	r.Gaps = e.gaps
	return r, nil
}

// evaluation is a run while it is computed.
type evaluation struct {
	in Inputs
	// outcomes are by agency, reported values and survey results by agency and
	// item, and surveys that are not closed by group and item.
	outcomes map[string]outcome
	reported map[place]sealed.Facts
	surveyed map[place]sealed.SurveyItem
	awaited  map[place]bool
	// history is by agency, best the best value of a group by group and item.
	history map[string]rule.History
	best    map[place]points.Points
	gaps    []Gap
}

type place struct{ of, item string }

// outcome is what an appraisal came to for one agency. The zero outcome is none.
type outcome struct {
	final   bool
	items   map[string]sealed.OutcomeItem
	reduced map[string]points.Points
}

func newEvaluation(in Inputs) (*evaluation, error) {
	e := &evaluation{
		in: in, outcomes: map[string]outcome{}, reported: map[place]sealed.Facts{}, surveyed: map[place]sealed.SurveyItem{}, awaited: map[place]bool{},
		history: history(in.History), best: map[place]points.Points{},
	}
	for _, s := range in.Outcomes {
		o, err := e.outcome(s)
		if err != nil {
			return nil, err
		}
		e.outcomes[s.ID] = o
	}
	for _, v := range in.ReportedValues {
		e.reported[place{v.Agency, v.Item}] = v.Input
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
			at := place{r.Agency, r.Item}
			if _, twice := e.surveyed[at]; twice {
				return nil, contradictory(SurveyInput, s.ID, "item "+r.Item+" of "+r.Agency+" is surveyed twice")
			}
			e.surveyed[at] = r
		}
	}
	for _, p := range in.OpenPlans {
		for _, i := range p.Items {
			e.awaited[place{i.Group, i.Item}] = true
		}
	}
	return e, nil
}

// history returns the indices of each agency in the two latest cycles, which come
// the latest first.
func history(earlier []Earlier) map[string]rule.History {
	of := map[string]rule.History{}
	for year, published := range earlier[:min(len(earlier), 2)] {
		for _, i := range published.Indices {
			h := of[i.Agency]
			if year == 0 {
				h.Latest = &i.Index
			} else {
				h.Before = &i.Index
			}
			of[i.Agency] = h
		}
	}
	return of
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
func (e *evaluation) group(g cycle.Group) (Leaderboard, []Account, error) {
	group := Group{ID: g.ID, Name: g.Name, Classes: classes(g.Classes)}
	for _, d := range g.Domains {
		group.Domains = append(group.Domains, Domain{Field: d.Field, Code: d.Code, Name: d.Name})
	}
	e.measure(g)
	var accounts []Account
	first := len(e.gaps)
	for _, m := range e.in.Members {
		if m.Group != g.ID {
			continue
		}
		a, err := e.account(m, g)
		if err != nil {
			return Leaderboard{}, nil, err
		}
		accounts = append(accounts, a)
		group.Given = append(group.Given, a.given(m.AgencyName))
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
	return l, accounts, nil
}

// measure is the first pass over a group (rule C6.8): the best of the values that
// an item compares, of the agencies to which the item applies.
func (e *evaluation) measure(g cycle.Group) {
	for _, i := range g.Items {
		r, compares := i.Rule.(rule.PeerRelative)
		if !compares || i.Source != criteria.Feed {
			continue
		}
		var values []points.Points
		for _, m := range e.in.Members {
			peer, reported := e.reported[place{m.Agency, i.ID}].Input.(rule.Peer)
			if m.Group == g.ID && reported && e.outcomes[m.Agency].reduced[i.ID].Cmp(i.Max) < 0 {
				values = append(values, peer.Value)
			}
		}
		if best, found := r.Best(values); found {
			e.best[place{g.ID, i.ID}] = best
		}
	}
}

// tolerate returns the complaints without those of an index above 100. A bonus
// can lift that of a domain there; that of an agency is a gap.
func (e *evaluation) tolerate(g Group, complaints []Complaint) []Complaint {
	return slices.DeleteFunc(complaints, func(c Complaint) bool {
		above := errors.Is(c.Fault, IndexOutOfRange)
		if above && c.Field == "" {
			e.gaps = append(e.gaps, Gap{Agency: g.Given[c.Agency].Agency, Reason: BeyondStandard})
		}
		return above
	})
}

// classes returns the classes of a regulation, whose ends are open or closed as
// it says (rule G5).
func classes(of []criteria.Class) Classes {
	to := func(e rule.End) End {
		return End{Limit: e.Percent, Limited: e.Kind != rule.ScaleEnd, Open: e.Kind == rule.Open}
	}
	all := make(Classes, len(of))
	for i, c := range of {
		all[i] = Class{ID: c.ID, Name: c.Name, Low: to(c.Low), High: to(c.High)}
	}
	return all
}

func (e *evaluation) account(m Member, g cycle.Group) (Account, error) {
	a := Account{Agency: m.Agency, Group: g.ID, Items: make([]ItemAccount, len(g.Items))}
	o := e.outcomes[m.Agency]
	if !o.final {
		e.gaps = append(e.gaps, Gap{Agency: m.Agency, Reason: OutcomeNotFinal})
	}
	for i, item := range g.Items {
		var err error
		if a.Items[i], err = e.item(m, o, item); err != nil {
			return a, fmt.Errorf("item %s of %s: %w", item.ID, m.Agency, err)
		}
	}
	return a, nil
}

// item computes one item of one agency: what its source gives, never more than
// what reductions leave of its max points, and a bonus on top of that (rule
// C6.5). An item that is not applicable, or wholly reduced, leaves the standard
// points (rule V5).
func (e *evaluation) item(m Member, o outcome, i cycle.Item) (ItemAccount, error) {
	a := ItemAccount{Item: i.ID, Name: i.Name, Field: i.Domain, Max: i.Max, Reduced: o.reduced[i.ID], Source: i.Source}
	left := i.Max.Sub(a.Reduced)
	if a.Reduced.Sign() < 0 || left.Sign() < 0 {
		return a, contradictory(OutcomeInput, m.Agency, "item "+i.ID+" is reduced by "+a.Reduced.String())
	}
	if left.IsZero() {
		return a, nil
	}
	found, err := e.find(&a, m, o, i)
	switch {
	case err != nil:
		return a, err
	case found.gap != "":
		a.Standard = left
		if found.gap != OutcomeNotFinal { // said once for the agency
			e.gaps = append(e.gaps, Gap{Agency: m.Agency, Item: i.ID, Reason: found.gap})
		}
	case found.applicable:
		a.Standard, a.Points = left, &found.points
	}
	return a, nil
}

// found is what the source of an item gives: points, nothing because the item is
// not applicable, or a gap.
type found struct {
	points     points.Points
	applicable bool
	gap        GapReason
}

// find asks the source of an item and notes in a what it says beside points.
func (e *evaluation) find(a *ItemAccount, m Member, o outcome, i cycle.Item) (found, error) {
	at := place{m.Agency, i.ID}
	switch i.Source {
	case criteria.Self, criteria.Targets:
		return e.appraised(a, m, o, i)
	case criteria.Feed:
		facts, ok := e.reported[at]
		if !ok {
			return found{gap: ValueNotReported}, nil
		}
		return e.byRule(a, i, e.among(m, i, facts))
	case criteria.Survey, criteria.Satisfaction:
		r, ok := e.surveyed[at]
		switch {
		case !ok && e.awaited[place{m.Group, i.ID}]:
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

// among is the second pass over a group: a value that is compared is given the
// best of the group beside it, whatever it came with.
func (e *evaluation) among(m Member, i cycle.Item, facts sealed.Facts) sealed.Facts {
	peer, compared := facts.Input.(rule.Peer)
	if !compared {
		return facts
	}
	peer.Best = nil
	if best, found := e.best[place{m.Group, i.ID}]; found {
		peer.Best = &best
	}
	return sealed.Facts{Input: peer}
}

// earlier computes an item from the indices of earlier cycles. A rule that says
// what holds without them decides; to any other rule the latest is missing.
func (e *evaluation) earlier(a *ItemAccount, m Member, i cycle.Item) (found, error) {
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

// appraised takes the points that the appraisal confirmed or corrected: at most
// what reductions leave and the whole bonus.
func (e *evaluation) appraised(a *ItemAccount, m Member, o outcome, i cycle.Item) (found, error) {
	if !o.final {
		return found{gap: OutcomeNotFinal}, nil
	}
	decided, ok := o.items[a.Item]
	if !ok {
		return found{}, contradictory(OutcomeInput, m.Agency, "it lacks item "+a.Item)
	}
	a.Input, a.Reason, a.DecidedBy = decided.Facts, cmp.Or(decided.Reason, decided.ReasonCode), decided.DecidedBy
	if decided.Points == nil {
		return found{}, nil
	}
	left := a.Max.Sub(a.Reduced)
	if !decided.StandardPoints.Equal(left) || decided.Points.Sign() < 0 {
		return found{}, contradictory(OutcomeInput, m.Agency, fmt.Sprintf("item %s has %s of %s points, and %s are left of %s",
			a.Item, decided.Points, decided.StandardPoints, left, a.Max))
	}
	bonus := rule.Highest(i.Rule, i.Rated(e.in.Regulation.Rules.Policy)).Sub(a.Max)
	return found{points: points.Min(*decided.Points, left.Add(bonus)), applicable: true}, nil
}

// byRule computes the points of facts by the item's rule (rule C6). What they
// come to above max points is a bonus, which no reduction touches.
func (e *evaluation) byRule(a *ItemAccount, i cycle.Item, facts sealed.Facts) (found, error) {
	a.Input = facts
	result, err := rule.Evaluate(i.Rule, i.Rated(e.in.Regulation.Rules.Policy), facts.Input)
	if err != nil {
		return found{}, InputContradictory.With("item "+i.ID, "its rule does not take its facts").Because(err)
	}
	bonus := points.Max(points.Points{}, result.Points.Sub(a.Max))
	got := points.Min(result.Points, a.Max.Sub(a.Reduced)).Add(bonus)
	return found{points: got, applicable: result.Applicable}, nil
}

func contradictory(kind InputKind, id, why string) error {
	return InputContradictory.With(string(kind)+" "+id, why)
}

// unsound is ResultUnsound with what is wrong with the agencies of a group.
func unsound(g Group, complaints []Complaint) error {
	violations := make([]fault.Violation, len(complaints))
	for i, c := range complaints {
		of := g.ID
		if c.Agency != OfGroup {
			of = g.Given[c.Agency].Agency
		}
		field := of + "." + c.Figure
		if c.Field != "" {
			field = of + "." + c.Field + "." + c.Figure
		}
		violations[i] = c.Fault.Violation(field)
	}
	return ResultUnsound.List(violations...)
}
