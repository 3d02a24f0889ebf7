package pack_test

import (
	"slices"
	"testing"

	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/services/catalog/pack"
)

// TestVectorsProtectTheRules slips in every item of the packs as one slips when
// typing a rule: another figure, the wrong side of an end, a choice not made. A
// test vector of the item notices each slip that the validator lets through
// (rule C6).
func TestVectorsProtectTheRules(t *testing.T) {
	items, slipped := 0, 0
	for _, name := range pack.Names() {
		content := load(t, name).Content
		for _, set := range content.CriteriaSets {
			for _, n := range set.Nodes {
				if n.Item == nil {
					continue
				}
				items++
				right := rule.Item{Max: n.Item.MaxPoints, Policy: content.Policy()}
				if noticed(n.Item.TestVectors, n.Item.Rule, right) {
					t.Errorf("%s, %s, %s: a test vector contradicts the rule itself", name, set.Group, n.ID())
				}
				for what, slip := range slips(n.Item.Rule, right) {
					if rule.Validate(slip.rule, slip.item) != nil {
						continue
					}
					slipped++
					if !noticed(n.Item.TestVectors, slip.rule, slip.item) {
						t.Errorf("%s, %s, %s: no test vector notices %s", name, set.Group, n.ID(), what)
					}
				}
			}
		}
	}
	if items < 385 || slipped < 700 {
		t.Errorf("only %d slips in %d items", slipped, items)
	}
}

// noticed reports whether a vector says otherwise than the rule.
func noticed(vectors []sealed.TestVector, r rule.Rule, item rule.Item) bool {
	return slices.ContainsFunc(vectors, func(v sealed.TestVector) bool {
		result, err := rule.Evaluate(r, item, v.Input)
		if err != nil || result.Applicable != (v.Points != nil) {
			return true
		}
		return result.Applicable && !result.Points.Equal(*v.Points)
	})
}

// slip is an item's rule with one thing wrong.
type slip struct {
	rule rule.Rule
	item rule.Item
}

// slips are the slips in a rule, each by what went wrong.
func slips(r rule.Rule, item rule.Item) map[string]slip {
	all := map[string]slip{}
	add := func(what string, wrong rule.Rule) { all[what] = slip{wrong, item} }
	if r.Family() != "manual" { // what an appraiser sets is what it is
		more := item
		more.Max = item.Max.Add(points.FromInt(1))
		all["other max points"] = slip{r, more}
	}
	switch r := r.(type) {
	case rule.AllOrNothing:
		for i, c := range r.Conditions {
			add("the missing condition "+c.ID, rule.AllOrNothing{Conditions: slices.Delete(slices.Clone(r.Conditions), i, i+1)})
		}
	case rule.Choice:
		for i, o := range r.Options {
			wrong := slices.Clone(r.Options)
			wrong[i].Points = other(o.Points, item.Max)
			add("other points of "+o.ID, rule.Choice{Options: wrong})
		}
	case rule.Bands:
		bandSlips(r, item, add)
	case rule.Proportional:
		add("another floor", rule.Proportional{Floor: other(r.Floor, points.FromInt(50))})
		add("a floor one too high", rule.Proportional{Floor: r.Floor.Add(points.FromInt(1))})
	case rule.Improvement:
		add("the other choice for an equal index", rule.Improvement{Equal: rule.EqualFull + rule.EqualNone - r.Equal, Missing: r.Missing})
		for missing := rule.MissingNotApplicable; missing <= rule.MissingFull; missing++ {
			if missing != r.Missing {
				add("another choice for a missing index", rule.Improvement{Equal: r.Equal, Missing: missing})
			}
		}
	}
	return all
}

// bandSlips changes the points of each band, and where two bands meet the
// percentage and the band that it belongs to.
func bandSlips(r rule.Bands, item rule.Item, add func(string, rule.Rule)) {
	for i, b := range r.Bands {
		wrong := slices.Clone(r.Bands)
		wrong[i].Points = other(b.Points, item.Max)
		add("other points of a band", rule.Bands{Bands: wrong})
		if i == len(r.Bands)-1 {
			break
		}
		turned := slices.Clone(r.Bands)
		turned[i].Low.Kind, turned[i+1].High.Kind = turned[i+1].High.Kind, turned[i].Low.Kind
		add("an end on the wrong side", rule.Bands{Bands: turned})
		moved := slices.Clone(r.Bands)
		at := b.Low.Percent.Sub(points.FromInt(1))
		moved[i].Low.Percent, moved[i+1].High.Percent = at, at
		add("an end one too low", rule.Bands{Bands: moved})
	}
}

// other returns figures that are not x and at most most, as near to half of it.
func other(x, most points.Points) points.Points {
	half := most.Mul(points.MustParse("0.5"))
	if x.Equal(half) {
		return points.Points{}
	}
	return half
}
