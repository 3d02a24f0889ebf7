package appraisal

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
)

// notSubmitted is the reason code of an item that is in no seal.
const notSubmitted = "NOT_SUBMITTED"

// Outcome is the sealed result of an approved round for one agency (rule A5).
type Outcome struct {
	Authority, Cycle, Agency string
	// Version counts the outcomes of the agency's round, from 1.
	Round, Version int
	// Content is a sealed.Outcome in its written form, SHA256 its hash in hex.
	Content  []byte
	SHA256   string
	SealTime time.Time
	// ReceiveTime is when assessment took the outcome; zero if it has not.
	ReceiveTime time.Time
}

// Outcomes returns the outcome of the round for every agency of subjects, by id. If the
// round was approved before, it returns only outcomes that differ from the present ones.
// decision is the number of the decision that approves the round at the given time.
func (d Dossier) Outcomes(decision string, at time.Time) ([]Outcome, error) {
	var all []Outcome
	parts := d.byAgency()
	for _, agency := range d.subjects() {
		id := agency.ID
		group, err := d.Cycle.Group(agency.Group)
		if err != nil {
			return nil, err
		}
		content, err := parts[id].content(agency, group)
		if err != nil {
			return nil, fmt.Errorf("the outcome of %s: %w", id, err)
		}
		same, err := d.same(content)
		if err != nil {
			return nil, err
		}
		if same {
			continue
		}
		content.DecisionNumber, content.ApproveTime, content.Version = decision, canonical.Instant(at), d.Sealed[id].Version+1
		text, hash, err := sealed.Write(content)
		if err != nil {
			return nil, fmt.Errorf("sealing the outcome of %s: %w", id, err)
		}
		all = append(all, Outcome{
			Authority: content.Authority, Cycle: content.Cycle, Agency: id, Round: d.Round, Version: content.Version, Content: text, SHA256: hash,
			SealTime: at, ReceiveTime: time.Time{},
		})
	}
	return all, nil
}

// subjects returns the agencies that get an outcome, by id: the scored ones and those that
// have left the cycle. One that comes back, because its departure is taken back, continues
// with its outcome in the next round (rule C1b).
func (d Dossier) subjects() (agencies []cycle.Agency) {
	for _, a := range d.Cycle.Agencies {
		if a.Scored || a.Left {
			agencies = append(agencies, a)
		}
	}
	return agencies
}

// byAgency returns for each agency of subjects a dossier with its own seals, cases,
// overrides and reductions only: a round of 3,300 communes has 200,000 cases, and no
// agency may look through those of all others.
func (d Dossier) byAgency() map[string]*Dossier {
	parts := map[string]*Dossier{}
	for _, a := range d.subjects() {
		part := d
		part.Seals, part.Cases, part.Overrides, part.Reductions = nil, nil, nil, nil
		parts[a.ID] = &part
	}
	for _, s := range d.Seals {
		if part := parts[s.Agency]; part != nil {
			part.Seals = append(part.Seals, s)
		}
	}
	for _, x := range d.Cases {
		if part := parts[x.Agency]; part != nil {
			part.Cases = append(part.Cases, x)
		}
	}
	for _, o := range d.Overrides {
		if part := parts[o.Agency]; part != nil {
			part.Overrides = append(part.Overrides, o)
		}
	}
	for _, r := range d.Reductions {
		if part := parts[r.Agency]; part != nil {
			part.Reductions = append(part.Reductions, r)
		}
	}
	return parts
}

// same reports whether a content differs from the agency's present outcome in nothing
// but its approval.
func (d Dossier) same(content sealed.Outcome) (bool, error) {
	before, approved := d.Sealed[content.Agency]
	if !approved {
		return false, nil
	}
	content.DecisionNumber, content.ApproveTime, content.Version = before.DecisionNumber, before.ApproveTime, before.Version
	_, was, err := sealed.Write(before)
	if err != nil {
		return false, err
	}
	_, is, err := sealed.Write(content)
	return was == is, err
}

// content returns the content of an agency's outcome without the decision.
func (d Dossier) content(agency cycle.Agency, group cycle.Group) (sealed.Outcome, error) {
	c := sealed.Outcome{
		Authority: d.Cycle.Authority, Cycle: d.Cycle.ID, Agency: agency.ID, Group: group.ID,
		Round: d.Round, Final: d.Round == d.Cycle.Rounds, RegulationSHA256: d.Cycle.RegulationSHA256,
		DecisionNumber: "", ApproveTime: "", Seals: nil, Items: nil, Reductions: nil, Version: 0,
	}
	for _, s := range d.Seals {
		if s.Agency == agency.ID {
			c.Seals = append(c.Seals, sealed.OutcomeSeal{Round: s.Round, Number: s.Number, SHA256: s.SHA256})
		}
	}
	slices.SortFunc(c.Seals, func(a, b sealed.OutcomeSeal) int { return cmp.Compare(a.Round, b.Round) })
	cases := map[string]Case{}
	for _, x := range d.Cases {
		if x.Agency == agency.ID {
			cases[x.Claim.Item] = x
		}
	}
	for _, item := range group.Items {
		reduced := d.reduced(agency.ID, item.ID)
		if reduced.Points.Sign() > 0 {
			c.Reductions = append(c.Reductions, reduced)
		}
		if item.Source.Entered() {
			decided := d.decided(agency.ID, item.ID, cases)
			limited, err := d.limited(decided, item, reduced.Points)
			if err != nil {
				return c, err
			}
			c.Items = append(c.Items, limited)
		}
	}
	return c, nil
}

// decided returns the result of an item before it is limited to its standard points.
// It takes the first of these that applies:
//
//   - the decision of the deciding body in this round;
//   - the verdict of this round;
//   - the result of the round before, if the item is not in this round or has a verdict
//     from round 1: without a verdict no round takes back what a verdict gave;
//   - 0 for want of a verdict, which is possible only for an agency that has left the cycle;
//   - 0 for the reason why the agency's claim needs no verdict;
//   - 0, because the agency has not submitted the item and nobody has reported a value.
func (d Dossier) decided(agency, item string, cases map[string]Case) sealed.OutcomeItem {
	x, inRound := cases[item]
	if o := slices.IndexFunc(d.Overrides, func(o Override) bool { return o.AgencyItem == AgencyItem{agency, item} }); o >= 0 {
		return d.verdict(item, d.Overrides[o].Verdict)
	}
	before := d.Before[agency].Items
	i := slices.IndexFunc(before, func(o sealed.OutcomeItem) bool { return o.Item == item })
	switch v := x.Verdict; {
	case v != nil:
		return d.verdict(item, *v)
	case i >= 0 && (!inRound || x.First != nil):
		return before[i]
	case inRound && x.Undecided():
		return d.undecidedItem(item, sealed.NotAppraised)
	case inRound:
		return d.undecidedItem(item, string(x.Claim.NotCounted))
	}
	return d.undecidedItem(item, notSubmitted)
}

// verdict returns the result of an item that a verdict of this round gives.
func (d Dossier) verdict(item string, v Verdict) sealed.OutcomeItem {
	return sealed.OutcomeItem{
		Item: item, Round: d.Round, Points: v.Points, StandardPoints: points.Points{}, Agreed: v.Agreed, ReasonCode: v.ReasonCode, Reason: v.Reason,
		Facts: v.Facts, Open: false, DecidedBy: v.DecidedBy, GuidanceVersion: v.GuidanceVersion,
	}
}

// undecidedItem returns the result of an item that counts 0 without a verdict.
func (d Dossier) undecidedItem(item, reasonCode string) sealed.OutcomeItem {
	return sealed.OutcomeItem{
		Item: item, Round: d.Round, Points: new(points.Points), StandardPoints: points.Points{}, Agreed: false, ReasonCode: reasonCode, Reason: "",
		Facts: sealed.Facts{Input: nil}, Open: false, DecidedBy: "", GuidanceVersion: 0,
	}
}

// limited limits the result of an item to what reductions leave of its points (rule
// V5). An item that reductions take out wholly is not applicable. Another item gives at
// most its standard points and the bonus of its rule. The item is open in the next round,
// if one follows, while its points are below its standard points or not known before
// scoring (rule A5).
func (d Dossier) limited(o sealed.OutcomeItem, item cycle.Item, reduced points.Points) (sealed.OutcomeItem, error) {
	o.StandardPoints, o.Open = points.Points{}, false
	standard, follows := item.Max.Sub(reduced), d.Round < d.Cycle.Rounds
	switch {
	case standard.Sign() <= 0:
		o.Points = nil
	case o.Points != nil:
		given, err := d.left(*o.Points, o.Facts, item, reduced)
		if err != nil {
			return o, err
		}
		o.Points, o.StandardPoints, o.Open = &given, standard, follows && given.Cmp(standard) < 0
	case item.Compared():
		o.StandardPoints, o.Open = standard, follows
	}
	return o, nil
}

// left returns what reductions leave of the points of an item. Points that facts give are
// computed again; of points that were set directly, those above the max points are the
// bonus, which reductions do not lower.
func (d Dossier) left(given points.Points, facts sealed.Facts, item cycle.Item, reduced points.Points) (points.Points, error) {
	if facts.Input == nil {
		bonus := points.Max(points.Points{}, given.Sub(item.Max))
		return points.Min(given, item.Max.Sub(reduced)).Add(bonus), nil
	}
	result, err := rule.Evaluate(item.Rule, item.Rated(d.Cycle.Policy, reduced), facts.Input)
	if err != nil {
		return given, fmt.Errorf("computing item %s with its reduction: %w", item.ID, err)
	}
	return result.Points, nil
}

// reduced returns the approved reduction of an item; its points are 0 if there is none.
func (d Dossier) reduced(agency, item string) sealed.OutcomeReduction {
	for _, r := range d.Reductions {
		if r.State == Approved && r.Agency == agency && r.Item == item {
			return sealed.OutcomeReduction{Item: item, Points: r.Points, Reason: r.Reason}
		}
	}
	return sealed.OutcomeReduction{Item: item, Points: points.Points{}, Reason: ""}
}
