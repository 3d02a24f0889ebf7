package rule_test

import (
	"math/big"
	"testing"

	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

// TestSurveyRoundsOnce compares the points of every weight in quarters of up to 40
// answers, and of 96 and 192, with exact fractions (rule G2). Some of them would differ
// if the value were rounded first.
func TestSurveyRoundsOnce(t *testing.T) {
	quarter, twice := points.MustParse("0.25"), 0
	numbers := []int64{96, 192}
	for n := range int64(40) {
		numbers = append(numbers, n+1)
	}
	for _, most := range []string{"1", "1.5", "3", "7", "30"} {
		item := rule.Item{Max: points.MustParse(most), Policy: points.DefaultPolicy()}
		for _, answers := range numbers {
			for quarters := range 4*answers + 1 {
				q := rule.Ratio{Done: quarter.Mul(points.FromInt(quarters)), Planned: points.FromInt(answers)}
				result, err := rule.Evaluate(rule.Survey{}, item, q)
				if err != nil {
					t.Fatalf("%s × %s ÷ %s: %v", most, q.Done, q.Planned, err)
				}
				share := big.NewRat(quarters, 4*answers)
				got, want := result.Points.Fixed(6), byFractions(share, item)
				if got != want {
					t.Fatalf("%s × %s ÷ %s is %s, got %s", most, q.Done, q.Planned, want, got)
				}
				value, _ := new(big.Rat).SetString(share.FloatString(12))
				if byFractions(value, item) != want {
					twice++
				}
			}
		}
	}
	if twice == 0 {
		t.Error("no case distinguishes one rounding from two")
	}
}

// byFractions computes a share of max points with big.Rat, whose FloatString rounds
// half away from zero.
func byFractions(share *big.Rat, item rule.Item) string {
	return new(big.Rat).Mul(share, rat(item.Max)).FloatString(int(item.Policy.ItemScale))
}
