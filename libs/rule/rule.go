// Package rule computes the points of one item from its input. The scoring rules of
// a regulation are data of eleven families (rule C6); this is the one engine for
// all of them. It is exact and has no side effects, so that the same rule and input
// give the same bytes wherever they are evaluated (rule G7):
//
//	r := rule.Proportional{}
//	item := rule.Item{Max: points.FromInt(1), Policy: points.DefaultPolicy()}
//	result, err := rule.Evaluate(r, item, rule.Ratio{Done: points.FromInt(14), Planned: points.FromInt(22)})
//	// result.Points is 0.636364; result.Steps says how, in Vietnamese and English
//
// Each family has one file with its parameters, its faults, its violations for
// Validate and its computation for Evaluate. A family is also listed in families
// and has its JSON forms in rulejson.go and inputjson.go. The formula has more
// files: expression.go reads an expression, evaluator.go evaluates it, and
// bounds.go and interval.go compute the bounds of its results.
package rule

import (
	"github.com/parindex/parindex/libs/points"
)

// Rule is one scoring rule: a family with its parameters. Its implementations are
// the families of this package, by value.
type Rule interface {
	// Family returns the name of the family, which is the name of its field in
	// parindex.rule.v1.Rule ("all_or_nothing").
	Family() string

	// check adds the violations of the rule for this item.
	check(item Item, found *findings)
	// evaluate computes the points from in and adds the steps to ex. It must neither
	// panic nor loop on a rule that check refuses.
	evaluate(ex *explanation, in Input) error
}

// families holds one rule of each family.
var families = []Rule{
	AllOrNothing{}, Choice{}, Bands{}, Proportional{}, Deduction{}, Improvement{}, Targets{}, PeerRelative{}, Survey{}, Manual{}, Formula{},
}

// Families returns the names of all families, in the order of rule C6.
func Families() []string {
	names := make([]string, len(families))
	for i, r := range families {
		names[i] = r.Family()
	}
	return names
}

// Input is the input of one item in one cycle: ConditionsMet, Chosen, Ratio,
// Percent, Counts, History, TargetsMet, Peer, Value, Given or Facts. Agencies enter
// facts, not points (rule C6).
type Input interface{ input() }

// Item holds the properties of the item that its rule depends on.
type Item struct {
	// Max is the item's max points, above 0.
	Max points.Points
	// Policy is the regulation's rounding policy. Points are rounded once, at its item
	// scale (rule G2).
	Policy points.Policy
	// Reduced are the points by which reductions lower the standard points, from 0 to
	// Max. Only a bonus gives more than Max less Reduced (rule V5).
	Reduced points.Points
}

// Result is the result of an evaluation.
type Result struct {
	// Points are from 0 to Highest less Reduced, with no more places than the item scale; 0 if the
	// item is not applicable.
	Points points.Points
	// Applicable is false if the item does not count for this agency, which is not the
	// same as 0 points (rule C6).
	Applicable bool
	// Steps explain the points (rule G8); the result of the last step is Points.
	Steps []Step
}

// Validate returns nil if r is valid for item. Otherwise it returns RuleInvalid
// with every violation, or points.PolicyInvalid. The field of a violation is a path
// in the family ("bands[2].below"); Family, a dot and the path together are a path
// in parindex.rule.v1.Rule. The field "max_points" is the item's.
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

// Highest returns the most points that r can give without a reduction: the item's max
// points, plus the cap of the bonus for a deduction with a bonus.
func Highest(r Rule, item Item) points.Points {
	if d, ok := r.(Deduction); ok {
		return d.highest(item)
	}
	return item.Max
}

// Evaluate returns the points that r gives for in, with their explanation.
//
// It fails with InputKindWrong if the family takes another kind of input, and with
// the family's own faults if in is impossible; the field is a path in
// parindex.rule.v1.Input ("ratio.done"). A rule that Validate accepts never fails
// for a possible input of the right kind. For a rule that Validate refuses,
// Evaluate returns RuleInvalid, points from 0 to Highest, or a fault of the
// formula's arithmetic; it never panics.
func Evaluate(r Rule, item Item, in Input) (Result, error) {
	if r == nil {
		return Result{}, RuleInvalid.List(familyMissing.Violation(""))
	}
	if err := item.Policy.Validate(); err != nil {
		return Result{}, err
	}
	ex := explanation{item: item}
	if err := r.evaluate(&ex, in); err != nil {
		return Result{}, err
	}
	switch highest := Highest(r, item); {
	case ex.points.Sign() < 0:
		return Result{}, RuleInvalid.List(pointsNegative.With(ex.points).Violation(""))
	case ex.points.Cmp(highest) > 0:
		return Result{}, RuleInvalid.List(pointsBeyondMax.With(ex.points, highest).Violation(""))
	default:
		ex.reduce(highest.Sub(item.Reduced))
	}
	return Result{Points: ex.points, Applicable: ex.applicable, Steps: ex.steps}, nil
}
