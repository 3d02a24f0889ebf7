package rule_test

import (
	"math/big"
	"testing"

	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

// TestSurveyRoundsOnce compares the points of every weight in quarters of up to
// 200 answers with fractions of whole numbers (rule G2). Some of them come out
// otherwise where the value is rounded before.
func TestSurveyRoundsOnce(t *testing.T) {
	quarter, twice := points.MustParse("0.25"), 0
	for _, most := range []string{"1", "1.5", "3", "7", "30"} {
		item := rule.Item{Max: points.MustParse(most), Policy: points.DefaultPolicy()}
		for answers := int64(1); answers <= 200; answers++ {
			for quarters := int64(0); quarters <= 4*answers; quarters++ {
				q := rule.Ratio{Done: quarter.Mul(points.FromInt(quarters)), Planned: points.FromInt(answers)}
				result, err := rule.Evaluate(rule.Survey{}, item, q)
				if err != nil {
					t.Fatalf("%s × %s ÷ %s: %v", most, q.Done, q.Planned, err)
				}
				share := big.NewRat(quarters, 4*answers)
				got, want := result.Points.Fixed(6), halfUp(share, item, 6)
				if got != want {
					t.Fatalf("%s × %s ÷ %s is %s, got %s", most, q.Done, q.Planned, want, got)
				}
				value, _ := new(big.Rat).SetString(share.FloatString(12))
				if halfUp(value, item, 6) != want {
					twice++
				}
			}
		}
	}
	if twice == 0 {
		t.Error("none of them tells one rounding from two")
	}
}

// halfUp is a share of max points; FloatString rounds half away from zero.
func halfUp(share *big.Rat, item rule.Item, places int) string {
	return new(big.Rat).Mul(share, rat(item.Max)).FloatString(places)
}
