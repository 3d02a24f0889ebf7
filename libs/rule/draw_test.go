package rule_test

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

// example is a sound rule of an item, an input that fits it, and the exact
// points by arithmetic of its own: nil if the item is not applicable.
type example struct {
	rule  rule.Rule
	item  rule.Item
	input rule.Input
	exact *big.Rat
}

// examples draws them by family.
var examples = map[string]func(*rapid.T, rule.Item) example{
	"all_or_nothing": drawAllOrNothing,
	"choice":         drawChoice,
	"bands":          drawBands,
	"proportional":   drawProportional,
	"survey":         drawSurvey,
	"manual":         drawManual,
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

func drawSurvey(t *rapid.T, item rule.Item) example {
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
