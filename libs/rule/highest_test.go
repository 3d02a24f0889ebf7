package rule_test

import (
	"testing"

	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

// TestHighestIsReached evaluates a rule of each family for every small input: the
// greatest result is what Highest says, neither more nor less.
func TestHighestIsReached(t *testing.T) {
	item := rule.Item{Max: points.FromInt(4), Policy: points.DefaultPolicy()}
	half := points.MustParse("0.5")
	for name, tt := range map[string]struct {
		rule   rule.Rule
		inputs []rule.Input
		want   string
	}{
		"all_or_nothing": {
			rule.AllOrNothing{Conditions: []rule.Condition{{ID: "a", Text: "A"}, {ID: "b", Text: "B"}}},
			[]rule.Input{rule.ConditionsMet{}, rule.ConditionsMet{IDs: []string{"a"}}, rule.ConditionsMet{IDs: []string{"a", "b"}}},
			"4",
		},
		"choice": {
			rule.Choice{Options: []rule.Option{{ID: "a", Text: "A", Points: item.Max}, {ID: "b", Text: "B"}}},
			[]rule.Input{rule.Chosen{Option: "a"}, rule.Chosen{Option: "b"}},
			"4",
		},
		"bands": {rule.Bands{Bands: []rule.Band{
			{Low: rule.End{Kind: rule.Closed, Percent: points.FromInt(50)}, Points: item.Max},
			{High: rule.End{Kind: rule.Open, Percent: points.FromInt(50)}},
		}}, percents(), "4"},
		"proportional":              {rule.Proportional{}, ratios(), "4"},
		"deduction":                 {rule.Deduction{Step: half}, counts(0), "4"},
		"deduction with a bonus":    {rule.Deduction{Step: half, Bonus: &rule.Bonus{Step: half, Cap: points.MustParse("1.25")}}, counts(9), "5.25"},
		"deduction with one step":   {rule.Deduction{Step: half, Bonus: &rule.Bonus{Step: half, Cap: half}}, counts(9), "4.5"},
		"improvement":               {rule.Improvement{Equal: rule.EqualNone, Missing: rule.MissingNone}, histories(), "4"},
		"targets":                   {rule.Targets{}, targets(), "4"},
		"peer_relative, the higher": {rule.PeerRelative{Better: rule.HigherBetter}, peers(), "4"},
		"survey":                    {rule.Survey{}, []rule.Input{rule.Value{}, rule.Value{Figure: half}, rule.Value{Figure: points.FromInt(1)}}, "4"},
		"manual":                    {rule.Manual{Step: half}, []rule.Input{rule.Given{}, rule.Given{Points: half}, rule.Given{Points: item.Max}}, "4"},
		"formula": {
			rule.Formula{Expression: "min(max_points, n * 3)", Inputs: []rule.FormulaInput{{ID: "n", Text: "N", Kind: rule.CountInput}}}, facts(), "4",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := rule.Validate(tt.rule, item); err != nil {
				t.Fatal(err)
			}
			var greatest points.Points
			for _, in := range tt.inputs {
				result, err := rule.Evaluate(tt.rule, item, in)
				if err != nil {
					t.Fatalf("%+v: %v", in, err)
				}
				greatest = points.Max(greatest, result.Points)
			}
			if highest := rule.Highest(tt.rule, item); greatest.String() != tt.want || !highest.Equal(greatest) {
				t.Errorf("the greatest result is %s, Highest is %s, want %s", greatest, highest, tt.want)
			}
		})
	}
}

func percents() (all []rule.Input) {
	for n := range int64(101) {
		all = append(all, rule.Percent{Figure: points.FromInt(n)})
	}
	return all
}

func ratios() (all []rule.Input) {
	for done := range int64(5) {
		for planned := range int64(5) {
			all = append(all, rule.Ratio{Done: points.FromInt(done), Planned: points.FromInt(planned)})
		}
	}
	return all
}

func counts(bonuses int32) (all []rule.Input) {
	for deductions := range int32(10) {
		for n := range bonuses + 1 {
			all = append(all, rule.Counts{Deductions: deductions, Bonuses: n})
		}
	}
	return all
}

func histories() (all []rule.Input) {
	for latest := range int64(3) {
		for before := range int64(3) {
			a, b := points.FromInt(latest), points.FromInt(before)
			all = append(all, rule.History{Latest: &a, Before: &b}, rule.History{Latest: &a}, rule.History{})
		}
	}
	return all
}

func targets() (all []rule.Input) {
	for planned := range int32(5) {
		for met := range planned + 1 {
			all = append(all, rule.TargetsMet{Met: met, Planned: planned})
		}
	}
	return all
}

func peers() (all []rule.Input) {
	for value := range int64(5) {
		best := points.FromInt(4)
		all = append(all, rule.Peer{Value: points.FromInt(value), Best: &best})
	}
	return all
}

func facts() (all []rule.Input) {
	for n := range int64(5) {
		number := points.FromInt(n)
		all = append(all, rule.Facts{Values: map[string]rule.Fact{"n": {Number: &number}}})
	}
	return all
}
