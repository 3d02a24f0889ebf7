package rule_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

// canonicalRules are rules of each family by their canonical form.
func canonicalRules() map[string]rule.Rule {
	figure := points.MustParse
	closed := func(percent string) rule.End { return rule.End{Kind: rule.Closed, Percent: figure(percent)} }
	open := func(percent string) rule.End { return rule.End{Kind: rule.Open, Percent: figure(percent)} }
	return map[string]rule.Rule{
		`{"allOrNothing":{"conditions":[{"id":"a","text":"<A> & “B”\n"}]}}`: rule.AllOrNothing{
			Conditions: []rule.Condition{{ID: "a", Text: "<A> & “B”\n"}},
		},
		`{"choice":{"options":[{"id":"a","text":"A","points":"1.5"},{"id":"b","text":"B","points":"0"}]}}`: rule.Choice{
			Options: []rule.Option{{ID: "a", Text: "A", Points: figure("1.50")}, {ID: "b", Text: "B"}},
		},
		`{"bands":{"bands":[{"above":"90","points":"1"},{"from":"50","to":"90","points":"0.5"},{"below":"50","points":"0"}]}}`: rule.Bands{
			Bands: []rule.Band{{Low: open("90"), Points: figure("1")}, {Low: closed("50"), High: closed("90.0"), Points: figure("0.5")}, {High: open("50")}},
		},
		`{"proportional":{}}`:                    rule.Proportional{},
		`{"proportional":{"floorPercent":"50"}}`: rule.Proportional{Floor: figure("50")},
		`{"survey":{}}`:                          rule.Survey{},
		`{"manual":{"step":"0.25"}}`:             rule.Manual{Step: figure("0.25")},
		`{"deduction":{"step":"0.25"}}`:          rule.Deduction{Step: figure("0.25")},
		`{"deduction":{"step":"0.25","bonus":{"step":"0.1","cap":"0.5"}}}`: rule.Deduction{
			Step: figure("0.25"), Bonus: &rule.Bonus{Step: figure("0.1"), Cap: figure("0.5")},
		},
		`{"improvement":{"equal":"FULL","missingHistory":"NOT_APPLICABLE"}}`: rule.Improvement{Equal: rule.EqualFull, Missing: rule.MissingNotApplicable},
		`{"improvement":{"equal":"NONE","missingHistory":"NONE"}}`:           rule.Improvement{Equal: rule.EqualNone, Missing: rule.MissingNone},
		`{"improvement":{"missingHistory":"FULL"}}`:                          rule.Improvement{Missing: rule.MissingFull},
		`{"targets":{}}`:                       rule.Targets{},
		`{"peerRelative":{"better":"HIGHER"}}`: rule.PeerRelative{Better: rule.HigherBetter},
		`{"peerRelative":{"better":"LOWER"}}`:  rule.PeerRelative{Better: rule.LowerBetter},
		`{"peerRelative":{}}`:                  rule.PeerRelative{},
		`{"formula":{"expression":"c && n < m ? n : 0","inputs":[{"id":"n","text":"N","kind":"NUMBER","min":"-1","max":"1.5"},` +
			`{"id":"m","text":"M","kind":"COUNT"},{"id":"c","text":"C","kind":"CONDITION"},{"id":"x","text":""}]}}`: rule.Formula{
			Expression: "c && n < m ? n : 0",
			Inputs: []rule.FormulaInput{
				{ID: "n", Text: "N", Kind: rule.NumberInput, Min: new(figure("-1")), Max: new(figure("1.50"))},
				{ID: "m", Text: "M", Kind: rule.CountInput},
				{ID: "c", Text: "C", Kind: rule.ConditionInput},
				{ID: "x"},
			},
		},
	}
}

// TestEncodeRule checks the canonical form of a rule of each family and that decoding
// it gives the rule again, complete or not.
func TestEncodeRule(t *testing.T) {
	seen := map[string]bool{}
	for want, r := range canonicalRules() {
		seen[r.Family()] = true
		got, err := rule.EncodeRule(r)
		if err != nil || string(got) != want {
			t.Errorf("%#v is %s, %v; want %s", r, got, err, want)
		}
		back, err := rule.DecodeRule(got)
		if diff := cmp.Diff(r, back, cmp.Comparer(points.Points.Equal)); err != nil || diff != "" {
			t.Errorf("%s does not come back: %v\n%s", got, err, diff)
		}
	}
	for _, family := range rule.Families() {
		if !seen[family] {
			t.Errorf("no rule of the family %s here", family)
		}
	}
}

func TestEncodeRuleRefuses(t *testing.T) {
	big := points.MustParse("999999999999")
	for name, r := range map[string]rule.Rule{"nil": nil, "a figure too long": rule.Manual{Step: big.Mul(big)}} {
		if got, err := rule.EncodeRule(r); err == nil {
			t.Errorf("%s: %s", name, got)
		}
	}
	for _, text := range []string{
		``, `null`, `{}`, `[]`, `"x"`, `{"lottery":{}}`, `{"survey":{},"targets":{}}`, `{"survey":{"x":1}}`, `{"targets":{}} {}`, `{"targets":{}}x`,
		`{"manual":{"step":0.25}}`, `{"manual":{"step":"x"}}`, `{"peerRelative":{"better":"EITHER"}}`, `{"improvement":{"equal":"HALF"}}`,
		`{"improvement":{"missingHistory":"HALF"}}`, `{"formula":{"expression":"a","inputs":[{"id":"a","text":"A","kind":"MAYBE"}]}}`,
	} {
		if got, err := rule.DecodeRule([]byte(text)); err == nil {
			t.Errorf("%s is read as %#v", text, got)
		}
	}
}
