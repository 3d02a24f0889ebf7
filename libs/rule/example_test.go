package rule_test

import (
	"errors"
	"fmt"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

// The points of an item of 3 of which 14 of 22 are done, and how they came about.
func ExampleEvaluate() {
	item := rule.Item{Max: points.FromInt(3), Policy: points.DefaultPolicy()}
	result, err := rule.Evaluate(rule.Proportional{}, item, rule.Ratio{Done: points.FromInt(14), Planned: points.FromInt(22)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Points, result.Applicable)
	for _, step := range result.Steps {
		fmt.Println(step.En)
	}
	// Output:
	// 1.909091 true
	// Done: 14.
	// Planned: 22.
	// Max points 3 × 14 ÷ 22 = 1.909091 points (rounded to 6 places).
}

// Where nothing was planned the item does not apply, which is not the same as 0.
func ExampleEvaluate_notApplicable() {
	item := rule.Item{Max: points.FromInt(3), Policy: points.DefaultPolicy()}
	result, err := rule.Evaluate(rule.Proportional{}, item, rule.Ratio{})
	fmt.Println(result.Applicable, err)
	// Output: false <nil>
}

// A rule as people write it: ">90 %: 2; 70–90 %: 1; <70 %: 0" is complete, and
// with "from 90 %" exactly 90 belongs to two bands.
func ExampleValidate() {
	item := rule.Item{Max: points.FromInt(2), Policy: points.DefaultPolicy()}
	at := func(kind rule.EndKind, percent int64) rule.End {
		return rule.End{Kind: kind, Percent: points.FromInt(percent)}
	}
	for _, best := range []rule.EndKind{rule.Open, rule.Closed} {
		err := rule.Validate(rule.Bands{Bands: []rule.Band{
			{Low: at(best, 90), Points: points.FromInt(2)},
			{Low: at(rule.Closed, 70), High: at(rule.Closed, 90), Points: points.FromInt(1)},
			{High: at(rule.Open, 70)},
		}}, item)
		var f *fault.Fault
		if !errors.As(err, &f) {
			fmt.Println("sound")
			continue
		}
		for _, v := range f.Violations {
			fmt.Println(v.Code, v.En)
		}
	}
	// Output:
	// sound
	// BANDS_OVERLAP A percentage of exactly 90% belongs to both band 1 and band 2. Let only one take it.
}
