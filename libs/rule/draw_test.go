package rule_test

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

// example is a valid rule of an item, a fitting input, and the exact points computed
// independently: nil if the item is not applicable.
type example struct {
	rule  rule.Rule
	item  rule.Item
	input rule.Input
	exact *big.Rat
}

// examples holds a generator of examples for each family.
var examples = map[string]func(*rapid.T, rule.Item) example{
	"all_or_nothing": drawAllOrNothing,
	"choice":         drawChoice,
	"bands":          drawBands,
	"proportional":   drawProportional,
	"deduction":      drawDeduction,
	"improvement":    drawImprovement,
	"targets":        drawTargets,
	"peer_relative":  drawPeerRelative,
	"survey":         drawSurvey,
	"manual":         drawManual,
	"formula":        drawFormula,
}

func drawItem(t *rapid.T) rule.Item {
	scale := rapid.Int32Range(0, points.MaxScale).Draw(t, "item scale")
	return rule.Item{
		Max: scaled(rapid.Int64Range(1, 1_000_000).Draw(t, "max units"), rapid.Int32Range(0, scale).Draw(t, "max places")),
		Policy: points.Policy{
			ItemScale: scale, IndexScale: points.MaxScale, DisplayScale: rapid.Int32Range(0, scale).Draw(t, "display"),
			Mode: rapid.SampledFrom([]points.Mode{points.HalfAwayFromZero, points.HalfEven, points.Down}).Draw(t, "mode"),
		},
	}
}

func drawAllOrNothing(t *rapid.T, item rule.Item) example {
	n := rapid.IntRange(1, 5).Draw(t, "conditions")
	var r rule.AllOrNothing
	var met rule.ConditionsMet
	for i := range n {
		id := fmt.Sprint("c", i)
		r.Conditions = append(r.Conditions, rule.Condition{ID: id, Text: "Điều kiện " + id})
		if rapid.IntRange(0, 3).Draw(t, "met") > 0 {
			met.IDs = append(met.IDs, id)
		}
	}
	exact := new(big.Rat)
	if len(met.IDs) == n {
		exact = rat(item.Max)
	}
	return example{r, item, met, exact}
}

func drawChoice(t *rapid.T, item rule.Item) example {
	var r rule.Choice
	for i, x := range drawPoints(t, item, rapid.IntRange(2, 5).Draw(t, "options")) {
		id := fmt.Sprint("o", i)
		r.Options = append(r.Options, rule.Option{ID: id, Text: "Phương án " + id, Points: x})
	}
	o := rapid.SampledFrom(r.Options).Draw(t, "chosen")
	return example{r, item, rule.Chosen{Option: o.ID}, rat(o.Points)}
}

// drawBands draws bands of descending points that meet at random percentages
// inside the scale. Inputs fall on the ends about as often as beside them.
func drawBands(t *rapid.T, item rule.Item) example {
	cuts := rapid.SliceOfNDistinct(rapid.Int64Range(1, 199), 1, 5, rapid.ID).Draw(t, "cuts")
	slices.Sort(cuts)
	slices.Reverse(cuts)
	stated := drawPoints(t, item, len(cuts)+1)
	var r rule.Bands
	var high rule.End
	for i, cut := range cuts {
		low := rule.End{Kind: rule.Open, Percent: scaled(cut*5, 1)}
		next := rule.End{Kind: rule.Closed, Percent: low.Percent}
		if rapid.Bool().Draw(t, "the upper band takes the cut") {
			low, next = next, low
		}
		r.Bands = append(r.Bands, rule.Band{Low: low, High: high, Points: stated[i]})
		high = next
	}
	r.Bands = append(r.Bands, rule.Band{High: high, Points: stated[len(cuts)]})

	var input rule.Input
	percent := new(big.Rat)
	near := rapid.SampledFrom([]string{"-0.000000000001", "0", "0", "0.000000000001"}).Draw(t, "near")
	if cut := scaled(rapid.SampledFrom(cuts).Draw(t, "cut")*5, 1).Add(points.MustParse(near)); rapid.Bool().Draw(t, "percent") {
		input, percent = rule.Percent{Figure: cut}, rat(cut)
	} else {
		ratio := drawRatio(t)
		if rapid.Bool().Draw(t, "near the cut") {
			n := points.FromInt(rapid.Int64Range(1, 1000).Draw(t, "hundreds planned"))
			ratio = rule.Ratio{Done: n.Mul(cut), Planned: n.Mul(points.FromInt(100))}
		}
		input = ratio
		if ratio.Planned.IsZero() {
			return example{r, item, input, nil}
		}
		percent.Quo(rat(ratio.Done), rat(ratio.Planned))
		percent.Mul(percent, big.NewRat(100, 1))
	}
	// The band is found from below: the last cut that the percentage does not reach.
	exact := rat(r.Bands[0].Points)
	for i, b := range r.Bands[:len(cuts)] {
		order := percent.Cmp(rat(b.Low.Percent))
		if order < 0 || order == 0 && b.Low.Kind == rule.Open {
			exact = rat(r.Bands[i+1].Points)
		}
	}
	return example{r, item, input, exact}
}

// drawRatio draws ratios with nothing planned, more done than planned, and
// figures of up to 24 digits among them.
func drawRatio(t *rapid.T) rule.Ratio {
	figure := rapid.Map(rapid.OneOf(
		rapid.StringMatching(`[0-9]|[1-9][0-9]{1,2}`),
		rapid.StringMatching(`(0|[1-9][0-9]{0,8})(\.[0-9]{1,3})?`),
		rapid.StringMatching(`(0|[1-9][0-9]{0,11})(\.[0-9]{1,12})?`),
	), points.MustParse)
	return rule.Ratio{Done: figure.Draw(t, "done"), Planned: figure.Draw(t, "planned")}
}

func drawProportional(t *rapid.T, item rule.Item) example {
	r := rule.Proportional{Floor: scaled(rapid.Int64Range(0, 200).Draw(t, "floor")*5, 1)}
	ratio := drawRatio(t)
	if ratio.Planned.IsZero() {
		return example{r, item, ratio, nil}
	}
	exact := new(big.Rat).Quo(rat(ratio.Done), rat(ratio.Planned))
	switch {
	case exact.Cmp(big.NewRat(1, 1)) > 0:
		exact.SetInt64(1)
	case exact.Cmp(new(big.Rat).Quo(rat(r.Floor), big.NewRat(100, 1))) < 0:
		exact.SetInt64(0)
	}
	return example{r, item, ratio, exact.Mul(exact, rat(item.Max))}
}

func drawDeduction(t *rapid.T, item rule.Item) example {
	// 10,000 deductions of steps with up to 6 digits before the point still travel.
	stated := drawPoints(t, item, 2)
	r := rule.Deduction{Step: stated[rapid.IntRange(0, 1).Draw(t, "step")]}
	if r.Step.IsZero() {
		r.Step = item.Max
	}
	counts := rule.Counts{Deductions: rapid.Int32Range(0, 10_000).Draw(t, "deductions")}
	exact := new(big.Rat).Mul(big.NewRat(int64(counts.Deductions), 1), rat(r.Step))
	exact.Sub(rat(item.Max), exact)
	if exact.Sign() < 0 {
		exact.SetInt64(0)
	}
	if rapid.Bool().Draw(t, "bonus") {
		step := scaled(rapid.Int64Range(1, 1000).Draw(t, "bonus units"), item.Policy.ItemScale)
		r.Bonus = &rule.Bonus{Step: step, Cap: step.Mul(points.FromInt(rapid.Int64Range(1, 10).Draw(t, "cap")))}
		counts.Bonuses = rapid.Int32Range(0, 20).Draw(t, "bonuses")
		bonus := new(big.Rat).Mul(big.NewRat(int64(counts.Bonuses), 1), rat(step))
		if most := rat(r.Bonus.Cap); bonus.Cmp(most) > 0 {
			bonus = most
		}
		exact.Add(exact, bonus)
	}
	return example{r, item, counts, exact}
}

func drawImprovement(t *rapid.T, item rule.Item) example {
	r := rule.Improvement{
		Equal:   rapid.SampledFrom([]rule.Equal{rule.EqualFull, rule.EqualNone}).Draw(t, "equal"),
		Missing: rapid.SampledFrom([]rule.Missing{rule.MissingNotApplicable, rule.MissingNone, rule.MissingFull}).Draw(t, "missing"),
	}
	index := func(name string) *points.Points {
		if rapid.IntRange(0, 4).Draw(t, name+" is there") == 0 {
			return nil
		}
		return new(scaled(rapid.Int64Range(85_000_000, 85_000_003).Draw(t, name), 6))
	}
	history := rule.History{Latest: index("latest"), Before: index("before")}
	var full bool
	switch {
	case history.Latest == nil || history.Before == nil:
		if r.Missing == rule.MissingNotApplicable {
			return example{r, item, history, nil}
		}
		full = r.Missing == rule.MissingFull
	case rat(*history.Latest).Cmp(rat(*history.Before)) == 0:
		full = r.Equal == rule.EqualFull
	default:
		full = rat(*history.Latest).Cmp(rat(*history.Before)) > 0
	}
	if full {
		return example{r, item, history, rat(item.Max)}
	}
	return example{r, item, history, new(big.Rat)}
}

func drawTargets(t *rapid.T, item rule.Item) example {
	planned := rapid.OneOf(rapid.Int32Range(0, 3), rapid.Int32Range(0, math.MaxInt32)).Draw(t, "planned")
	met := rapid.Int32Range(0, planned).Draw(t, "met")
	if planned == 0 {
		return example{rule.Targets{}, item, rule.TargetsMet{}, nil}
	}
	exact := new(big.Rat).Mul(big.NewRat(int64(met), int64(planned)), rat(item.Max))
	return example{rule.Targets{}, item, rule.TargetsMet{Met: met, Planned: planned}, exact}
}

// drawPeerRelative draws a value of a group, whose best is found by hand.
func drawPeerRelative(t *rapid.T, item rule.Item) example {
	group := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) points.Points { return drawRatio(t).Done }), 1, 5).Draw(t, "group")
	r := rule.PeerRelative{Better: rapid.SampledFrom([]rule.Better{rule.HigherBetter, rule.LowerBetter}).Draw(t, "better")}
	slices.SortFunc(group, points.Points.Cmp)
	low, high := group[0], group[len(group)-1]
	value := rapid.SampledFrom(group).Draw(t, "value")
	exact := new(big.Rat)
	switch {
	case r.Better == rule.HigherBetter:
		if !high.IsZero() {
			exact.Quo(rat(value), rat(high))
		}
		return example{r, item, rule.Peer{Value: value, Best: &high}, exact.Mul(exact, rat(item.Max))}
	case value.IsZero():
		return example{r, item, rule.Peer{Value: value, Best: &low}, rat(item.Max)}
	default:
		exact.Quo(rat(low), rat(value))
		return example{r, item, rule.Peer{Value: value, Best: &low}, exact.Mul(exact, rat(item.Max))}
	}
}

func drawSurvey(t *rapid.T, item rule.Item) example {
	if rapid.Bool().Draw(t, "ratio") {
		answers := rapid.Int64Range(1, 3000).Draw(t, "answers")
		weight := points.FromInt(rapid.Int64Range(0, answers*100).Draw(t, "hundredths")).Mul(points.MustParse("0.01"))
		q := rule.Ratio{Done: weight, Planned: points.FromInt(answers)}
		exact := new(big.Rat).Quo(rat(weight), rat(q.Planned))
		return example{rule.Survey{}, item, q, exact.Mul(exact, rat(item.Max))}
	}
	value := points.MustParse(rapid.StringMatching(`0(\.[0-9]{1,12})?|1(\.0{1,12})?`).Draw(t, "value"))
	return example{rule.Survey{}, item, rule.Value{Figure: value}, new(big.Rat).Mul(rat(value), rat(item.Max))}
}

func drawManual(t *rapid.T, item rule.Item) example {
	steps := rapid.SampledFrom([]int64{1, 2, 4, 5, 10}).Draw(t, "steps")
	step, err := points.Policy{}.Quotient(item.Max, points.FromInt(steps), item.Policy.ItemScale)
	if err != nil || !step.Mul(points.FromInt(steps)).Equal(item.Max) {
		steps, step = 1, item.Max
	}
	given := step.Mul(points.FromInt(rapid.Int64Range(0, steps).Draw(t, "given")))
	return example{rule.Manual{Step: step}, item, rule.Given{Points: given}, rat(given)}
}

// drawPoints draws n figures from max points down to 0 or more.
func drawPoints(t *rapid.T, item rule.Item, n int) []points.Points {
	xs := []points.Points{item.Max}
	for range n - 1 {
		part := scaled(rapid.Int64Range(0, 100).Draw(t, "part"), 2)
		xs = append(xs, points.Policy{Mode: points.Down}.Round(item.Max.Mul(part), item.Policy.ItemScale))
	}
	slices.SortFunc(xs, func(a, b points.Points) int { return b.Cmp(a) })
	return xs
}

// scaled is units ÷ 10^places.
func scaled(units int64, places int32) points.Points {
	if places == 0 {
		return points.FromInt(units)
	}
	return points.FromInt(units).Mul(points.MustParse("0." + strings.Repeat("0", int(places)-1) + "1"))
}

func rat(x points.Points) *big.Rat {
	r, ok := new(big.Rat).SetString(x.String())
	if !ok {
		panic("not a rational: " + x.String())
	}
	return r
}
