package rule_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

// TestEncodeInput checks the canonical form of each kind of facts and that decoding it
// gives the facts again.
func TestEncodeInput(t *testing.T) {
	figure := points.MustParse
	for want, in := range map[string]rule.Input{
		`{"conditionsMet":{"ids":["a","b"]}}`:      rule.ConditionsMet{IDs: []string{"a", "b"}},
		`{"conditionsMet":{}}`:                     rule.ConditionsMet{},
		`{"option":"timely"}`:                      rule.Chosen{Option: "timely"},
		`{"ratio":{"done":"14","planned":"22.5"}}`: rule.Ratio{Done: figure("14.0"), Planned: figure("22.50")},
		`{"percent":"90"}`:                         rule.Percent{Figure: figure("90.00")},
		`{"points":"0.25"}`:                        rule.Given{Points: figure("0.25")},
		`{"value":"0"}`:                            rule.Value{},
		`{"counts":{"deductions":3,"bonuses":1}}`:  rule.Counts{Deductions: 3, Bonuses: 1},
		`{"counts":{}}`:                            rule.Counts{},
		`{"history":{"latest":"80.5"}}`:            rule.History{Latest: new(figure("80.50"))},
		`{"history":{}}`:                           rule.History{},
		`{"targets":{"met":14,"planned":22}}`:      rule.TargetsMet{Met: 14, Planned: 22},
		`{"peer":{"value":"0","best":"7.5"}}`:      rule.Peer{Best: new(figure("7.50"))},
		`{"peer":{"value":"3"}}`:                   rule.Peer{Value: figure("3")},
		`{"formula":{"values":{"a":{"number":"-1.5"},"b":{"met":false}}}}`: rule.Facts{Values: map[string]rule.Fact{
			"b": {Met: new(false)}, "a": {Number: new(figure("-1.50"))},
		}},
	} {
		got, err := rule.EncodeInput(in)
		if err != nil || string(got) != want {
			t.Errorf("%#v is %s, %v; want %s", in, got, err, want)
		}
		back, err := rule.DecodeInput(got)
		if diff := cmp.Diff(in, back, cmp.Comparer(points.Points.Equal)); err != nil || diff != "" {
			t.Errorf("%s does not come back: %v\n%s", got, err, diff)
		}
	}
	got, err := rule.EncodeInput(rule.ConditionsMet{IDs: []string{"b", "a", "b"}})
	if want := `{"conditionsMet":{"ids":["a","b"]}}`; err != nil || string(got) != want {
		t.Errorf("the order of naming shows: %s, %v", got, err)
	}
}

func TestEncodeInputRefuses(t *testing.T) {
	big := points.MustParse("999999999999")
	for name, in := range map[string]rule.Input{
		"nil": nil, "a figure too long": rule.Percent{Figure: big.Mul(big)},
		"no fact": rule.Facts{Values: map[string]rule.Fact{"a": {}}},
		"two":     rule.Facts{Values: map[string]rule.Fact{"a": {Number: &big, Met: new(true)}}},
	} {
		if got, err := rule.EncodeInput(in); err == nil {
			t.Errorf("%s: %s", name, got)
		}
	}
	for _, text := range []string{
		``, `null`, `{}`, `[]`, `"x"`, `{"option":"a","points":"1"}`, `{"optoin":"a"}`, `{"percent":90}`, `{"percent":"9,5"}`,
		`{"targets":{"met":"14"}}`, `{"counts":{"deductions":1.5}}`,
		`{"formula":{"values":{"a":{}}}}`, `{"formula":{"values":{"a":{"met":true,"number":"1"}}}}`, `{"option":"a"} {}`, `{"value":"0.5"}x`,
	} {
		if got, err := rule.DecodeInput([]byte(text)); err == nil {
			t.Errorf("%s is read as %#v", text, got)
		}
	}
}
