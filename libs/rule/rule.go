// Package rule computes the points of one item from what is known of it. The
// scoring rules of a regulation are data of a few families (C6); this is the
// one engine for all of them, exact and without side effects, so that the same
// rule and input give the same bytes wherever they are evaluated (G7):
//
//	r := rule.Proportional{}
//	item := rule.Item{Max: points.FromInt(1), Policy: points.DefaultPolicy()}
//	result, err := rule.Evaluate(r, item, rule.Ratio{Done: points.FromInt(14), Planned: points.FromInt(22)})
//	// result.Points is 0.636364; result.Steps says how, in Vietnamese and English
//
// A family is one file: its parameters, its own reasons, what Validate finds
// and how Evaluate computes. Besides it stands in the list of Families and, as it
// is written, in rulejson.go and inputjson.go. Only the formula has more:
// expression.go reads it, reckoning.go computes, reach.go says by its spans what
// it can come to.
package rule

import (
	"github.com/parindex/parindex/libs/points"
)

// Rule is one scoring rule: a family with its parameters. Its implementations
// are the families of this package, by value.
type Rule interface {
	// Family returns the name of the family, which is the name of its field in
	// parindex.rule.v1.Rule ("all_or_nothing").
	Family() string

	// check adds everything wrong with the rule of this item.
	check(item Item, found *findings)
	// evaluate writes into a how the points follow from in. It must neither
	// panic nor loop on a rule that check would refuse.
	evaluate(a *account, in Input) error
}

// families holds one rule of each family.
var families = []Rule{
	AllOrNothing{}, Choice{}, Bands{}, Proportional{}, Deduction{}, Improvement{}, Targets{}, PeerRelative{}, Survey{}, Manual{}, Formula{},
}

// Families returns the names of all families, in the order of C6.
func Families() []string {
	names := make([]string, len(families))
	for i, r := range families {
		names[i] = r.Family()
	}
	return names
}

// Input is what is known of one item in one cycle: ConditionsMet, Chosen,
// Ratio, Percent, Counts, History, TargetsMet, Peer, Value, Given or Facts.
// Facts are entered, not points (C6).
type Input interface{ input() }

// Item is what an item states beside its rule.
type Item struct {
	// Max is the item's max points, above 0.
	Max points.Points
	// Policy is how the regulation rounds. Points are rounded once, at its
	// item scale (G2).
	Policy points.Policy
}

// Result is what an evaluation comes to.
type Result struct {
	// Points are from 0 to Highest, with no more places than the item scale; 0
	// if the item is not applicable.
	Points points.Points
	// Applicable is false if the item does not count for this agency, which is
	// not the same as 0 points (C6.4).
	Applicable bool
	// Steps are the account of the points (G8); the last one's result is Points.
	Steps []Step
}

// Validate returns nil if r is a sound rule for item, else RuleInvalid with
// every violation, or points.PolicyInvalid. The field of a violation is a path
// in the family ("bands[2].below"), after Family and a dot a path in
// parindex.rule.v1.Rule; "max_points" is the item's.
func Validate(r Rule, item Item) error {
	if err := item.Policy.Validate(); err != nil {
		return err
	}
	var found findings
	found.max(item)
	if r == nil {
		found.add("", familyMissing)
	} else {
		r.check(item, &found)
	}
	if len(found.violations) > 0 {
		return RuleInvalid.List(found.violations...)
	}
	return nil
}

// Highest returns the most points that r can give: the item's max points, and
// for a deduction with a bonus the cap of it besides.
func Highest(r Rule, item Item) points.Points {
	if d, ok := r.(Deduction); ok {
		return d.highest(item)
	}
	return item.Max
}

// Evaluate returns the points that r gives for in, with their account.
//
// It faults with InputKindWrong if in is not what the family asks for, and with
// the family's own reasons if in is no possible fact; the field is a path in
// parindex.rule.v1.Input ("ratio.done"). A rule that Validate accepts never
// fails on a fitting input. A rule that it refuses gives RuleInvalid, points
// from 0 to Highest, or a fault of the formula's arithmetic, and never a panic.
func Evaluate(r Rule, item Item, in Input) (Result, error) {
	if r == nil {
		return Result{}, RuleInvalid.List(familyMissing.Violation(""))
	}
	if err := item.Policy.Validate(); err != nil {
		return Result{}, err
	}
	a := account{item: item}
	if err := r.evaluate(&a, in); err != nil {
		return Result{}, err
	}
	switch highest := Highest(r, item); {
	case a.points.Sign() < 0:
		return Result{}, RuleInvalid.List(pointsNegative.With(a.points).Violation(""))
	case a.points.Cmp(highest) > 0:
		return Result{}, RuleInvalid.List(pointsBeyondMax.With(a.points, highest).Violation(""))
	}
	return Result{Points: a.points, Applicable: a.applicable, Steps: a.steps}, nil
}
