package rule_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

// guesser generates formulas that use the compared figures again, with inputs of few
// values, so that zeros, ends and branches are hit often.
type guesser struct {
	*rapid.T

	inputs  []rule.FormulaInput
	written []string
}

func newGuesser(t *rapid.T) *guesser {
	g := &guesser{T: t, inputs: []rule.FormulaInput{
		{ID: "a", Text: "A", Kind: rule.NumberInput},
		{ID: "b", Text: "B", Kind: rule.NumberInput},
		{ID: "m", Text: "M", Kind: rule.CountInput},
		{ID: "n", Text: "N", Kind: rule.CountInput},
		{ID: "c", Text: "C", Kind: rule.ConditionInput},
	}}
	for i := range 4 {
		in := &g.inputs[i]
		low := int64(rapid.IntRange(-4, 2).Draw(t, "least"))
		if in.Kind == rule.CountInput {
			low = max(low, 0)
		}
		if rapid.IntRange(0, 3).Draw(t, "has a min") > 0 {
			in.Min = new(points.FromInt(low))
		}
		if rapid.IntRange(0, 3).Draw(t, "has a max") > 0 {
			in.Max = new(points.FromInt(low + int64(rapid.IntRange(0, 4).Draw(t, "more"))))
		}
		if in.Min == nil && in.Max != nil && in.Kind == rule.NumberInput && rapid.Bool().Draw(t, "only a max") {
			in.Max = new(points.Points)
		}
	}
	return g
}

func (g *guesser) oneOf(choices ...string) string {
	return rapid.SampledFrom(choices).Draw(g.T, "one of")
}

func (g *guesser) figure(depth int) string {
	text := g.newFigure(depth)
	if len(g.written) > 0 && rapid.IntRange(0, 2).Draw(g.T, "again") == 0 {
		text = g.oneOf(g.written...)
	}
	if len(text) < 80 {
		g.written = append(g.written, text)
	}
	return text
}

func (g *guesser) newFigure(depth int) string {
	if depth == 0 {
		return g.oneOf("a", "b", "m", "n", "m", "n", "0", "1", "2", `dec("0.5")`, `dec("-1.5")`)
	}
	x, y := g.figure(depth-1), g.figure(depth-1)
	switch g.oneOf("+", "-", "*", "min", "max", "div", "div", "negate", "choose", "choose", "choose") {
	case "+":
		return "(" + x + " + " + y + ")"
	case "-":
		return "(" + x + " - " + y + ")"
	case "*":
		return "(" + x + ") * (" + y + ")"
	case "min":
		return "min(" + x + ", " + y + ")"
	case "max":
		return "max(" + x + ", " + y + ")"
	case "div":
		return fmt.Sprintf("div(%s, %s, %s)", x, y, g.oneOf("0", "1", "3"))
	case "negate":
		return "-(" + x + ")"
	default:
		return "(" + g.condition(depth-1) + " ? " + x + " : " + y + ")"
	}
}

func (g *guesser) condition(depth int) string {
	if depth > 0 {
		switch g.oneOf("&&", "||", "!", "choose", "compare", "compare") {
		case "&&":
			return "(" + g.condition(depth-1) + " && " + g.condition(depth-1) + ")"
		case "||":
			return "(" + g.condition(depth-1) + " || " + g.condition(depth-1) + ")"
		case "!":
			return "!" + g.condition(depth-1)
		case "choose":
			return "(" + g.condition(depth-1) + " ? " + g.condition(depth-1) + " : " + g.condition(depth-1) + ")"
		}
	}
	if g.oneOf("figures", "figures", "figures", "c") == "c" {
		return "c"
	}
	return "(" + g.figure(depth) + g.oneOf(" < ", " <= ", " > ", " >= ", " == ", " != ") + g.figure(depth) + ")"
}

// facts returns facts within the bounds, often at their ends.
func (g *guesser) facts() rule.Facts {
	facts := rule.Facts{Values: map[string]rule.Fact{"c": {Met: new(rapid.Bool().Draw(g.T, "c"))}}}
	for _, in := range g.inputs[:4] {
		low, high := points.FromInt(-9), points.FromInt(9)
		if in.Kind == rule.CountInput {
			low = points.Points{}
		}
		if in.Min != nil {
			low, high = *in.Min, in.Min.Add(points.FromInt(9))
		}
		if in.Max != nil {
			high = *in.Max
			low = points.Min(low, high)
		}
		x := points.FromInt(int64(rapid.IntRange(-9, 18).Draw(g.T, in.ID)))
		if in.Kind == rule.NumberInput && rapid.Bool().Draw(g.T, "broken") {
			x = x.Mul(points.MustParse("0.3"))
		}
		if rapid.IntRange(0, 3).Draw(g.T, "long") == 0 {
			x, low, high = g.longFigure(in, low, high)
		}
		x = points.Max(low, points.Min(high, x))
		facts.Values[in.ID] = rule.Fact{Number: &x}
	}
	return facts
}

// longFigure returns an input and a figure as long as the contract allows.
func (g *guesser) longFigure(in rule.FormulaInput, low, high points.Points) (x, least, most points.Points) {
	most = points.MustParse("999999999999.999999999999")
	if in.Kind == rule.CountInput {
		most = points.FromInt(999_999_999_999)
	}
	least = most.Neg()
	if in.Min != nil || in.Kind == rule.CountInput {
		least = low
	}
	if in.Max != nil {
		most = high
	}
	fine := points.MustParse("0.000000000001")
	choices := []points.Points{least, most}
	if in.Kind == rule.NumberInput {
		choices = append(choices, fine, fine.Neg(), points.Max(least, most.Sub(fine)))
	}
	return rapid.SampledFrom(choices).Draw(g.T, "of a length"), least, most
}

func (g *guesser) formula(expression string) rule.Formula {
	return rule.Formula{Expression: expression, Inputs: g.inputs}
}

// TestBoundsContainEveryResult checks that the result of a formula is always within
// the computed bounds, and that a division by 0 happens only where it was predicted.
func TestBoundsContainEveryResult(t *testing.T) {
	// The result is moved to where it cannot be negative.
	half := points.FromInt(100_000_000_000)
	item := rule.Item{Max: half.Add(half), Policy: points.Policy{ItemScale: points.MaxScale, IndexScale: points.MaxScale}}
	rapid.Check(t, func(t *rapid.T) {
		item.Policy.Mode = rapid.SampledFrom([]points.Mode{points.HalfAwayFromZero, points.HalfEven, points.Down}).Draw(t, "mode")
		g := newGuesser(t)
		text := g.figure(rapid.IntRange(1, 4).Draw(t, "depth"))
		r, moved := g.formula(text), g.formula(text+" + "+half.String())
		can, divides, err := rule.Reach(r, item)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		for range 20 {
			facts := g.facts()
			result, err := rule.Evaluate(moved, item, facts)
			switch {
			case errors.Is(err, rule.FormulaDivisorZero):
				if !divides {
					t.Fatalf("%s divides by 0", described(r, facts))
				}
			case errors.Is(err, rule.FormulaOutOfRange):
			case err != nil:
				t.Fatalf("%s: %v", described(r, facts), err)
			case !can(result.Points.Sub(half)):
				t.Fatalf("the result of %s is %v", described(r, facts), result.Points.Sub(half))
			}
		}
	})
}

// A formula that Validate accepts never fails for facts within its declared bounds.
func TestAcceptedFormulasGivePossiblePoints(t *testing.T) {
	accepted, bare := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		item := rule.Item{Max: scaled(rapid.Int64Range(1, 8).Draw(t, "max"), 0).Mul(points.MustParse("0.5")), Policy: points.DefaultPolicy()}
		g := newGuesser(t)
		depth, kept := rapid.IntRange(0, 3).Draw(t, "depth"), rapid.Bool().Draw(t, "kept")
		text, other := g.figure(depth), g.figure(depth)
		if kept {
			text, other = "min(max_points, max(0, "+text+"))", "max(0, min("+other+", max_points))"
		}
		r := g.formula("c || a + b >= m + n ? " + text + " : " + other) // which uses each input
		for _, v := range violations(rule.Validate(r, item)) {
			if v.Code != "MAX_UNREACHABLE" {
				return
			}
		}
		accepted++
		if !kept {
			bare++
		}
		for range 20 {
			facts := g.facts()
			result, err := rule.Evaluate(r, item, facts)
			if err != nil {
				t.Fatalf("%s of %v: %v, %v", described(r, facts), item.Max, result.Points, err)
			}
			checkExplanation(t, result)
		}
	})
	if accepted == 0 || bare == 0 {
		t.Errorf("%d formulas were accepted, %d of them without min and max", accepted, bare)
	}
}

// TestOrdinaryFormulas checks that formulas as people write them are accepted.
func TestOrdinaryFormulas(t *testing.T) {
	count := func(id string, bounds ...int64) rule.FormulaInput {
		in := rule.FormulaInput{ID: id, Text: id, Kind: rule.CountInput}
		if len(bounds) == 2 {
			in.Min, in.Max = new(points.FromInt(bounds[0])), new(points.FromInt(bounds[1]))
		}
		return in
	}
	number := func(id string) rule.FormulaInput {
		return rule.FormulaInput{ID: id, Text: id, Kind: rule.NumberInput, Min: new(points.Points)}
	}
	free := rule.FormulaInput{ID: "change", Text: "change", Kind: rule.NumberInput}
	met := rule.FormulaInput{ID: "met", Text: "met", Kind: rule.ConditionInput}
	done, planned, late, rate := count("done"), count("planned"), count("late"), number("rate")
	rate.Max = new(points.FromInt(100))
	item := rule.Item{Max: points.FromInt(2), Policy: points.DefaultPolicy()}
	for _, c := range []struct {
		expression string
		inputs     []rule.FormulaInput
	}{
		{`min(max_points, reports * dec("0.25"))`, []rule.FormulaInput{count("reports")}},
		{`met ? max_points : 0`, []rule.FormulaInput{met}},
		{`met ? max_points : min(max_points, done * dec("0.5"))`, []rule.FormulaInput{met, done}},
		{`max(0, max_points - late * dec("0.5"))`, []rule.FormulaInput{late}},
		{`late == 0 ? max_points : late <= 3 ? max_points - late * dec("0.5") : 0`, []rule.FormulaInput{late}},
		{`planned > 0 ? min(max_points, max_points * div(done, planned, 4)) : 0`, []rule.FormulaInput{done, planned}},
		{`planned == 0 ? max_points : min(max_points, div(max_points * done, planned, 6))`, []rule.FormulaInput{done, planned}},
		{`done >= planned ? max_points : min(max_points, div(max_points * done, planned, 6))`, []rule.FormulaInput{done, planned}},
		{`done + late > 0 ? min(max_points, div(max_points * done, done + late, 4)) : 0`, []rule.FormulaInput{done, late}},
		{`min(max_points, div(done * 100, max(planned, 1), 2) * dec("0.02"))`, []rule.FormulaInput{done, planned}},
		{`min(max_points, div(done, planned, 2))`, []rule.FormulaInput{done, count("planned", 1, 30)}},
		{`min(max_points, div(done, (planned > 0 ? planned : 1), 2))`, []rule.FormulaInput{done, planned}},
		{`rate >= 90 ? max_points : rate >= 70 ? 1 : dec("0.5") * div(rate, 100, 2)`, []rule.FormulaInput{rate}},
		{`max_points * rate * dec("0.01")`, []rule.FormulaInput{rate}},
		{`max_points - (met ? 0 : 1) - (late > 2 ? 1 : dec("0.5") * late)`, []rule.FormulaInput{met, count("late", 0, 2)}},
		{`dec("0.5") * min(1, done) + dec("1.5") * min(1, planned)`, []rule.FormulaInput{done, planned}},
		{`met && done >= 2 || done > 4 ? max_points : div(max_points, 2, 2)`, []rule.FormulaInput{met, done}},
		{`late > 0 ? div(max_points, late, 2) : max_points`, []rule.FormulaInput{late}},
		{`change > 0 ? min(max_points, div(done, change, 2)) : 0`, []rule.FormulaInput{done, free}},
		{`change == 0 ? max_points : max(0, min(max_points, div(1, change, 2)))`, []rule.FormulaInput{free}},
		{`change < 0 ? 0 : change > 2 ? max_points : change`, []rule.FormulaInput{free}},
		{`!(planned > 0 && late > 0) ? max_points : min(max_points, div(done, planned * late, 3))`, []rule.FormulaInput{done, planned, late}},
	} {
		if err := rule.Validate(rule.Formula{Expression: c.expression, Inputs: c.inputs}, item); err != nil {
			t.Errorf("%s: %v", c.expression, err)
		}
	}
}

// A formula that was never validated does not give impossible points either.
func TestResultsOutOfRangeAreFaults(t *testing.T) {
	item := rule.Item{Max: points.MustParse("2.5"), Policy: points.DefaultPolicy()}
	for expression, want := range map[string]string{
		"a - 1": "Công thức cho kết quả -0,5, ngoài khoảng từ 0 đến điểm tối đa 2,5. Hãy kiểm tra số liệu và công thức.",
		"a + 3": "Công thức cho kết quả 3,5, ngoài khoảng từ 0 đến điểm tối đa 2,5. Hãy kiểm tra số liệu và công thức.",
	} {
		_, err := rule.Evaluate(formula(expression), item, given("0.5"))
		if f := fault.From(err); !errors.Is(err, rule.FormulaOutOfRange) || f.Vi != want || f.Field != "formula" {
			t.Errorf("%s: %v %s", expression, err, f.Vi)
		}
	}
}

func described(r rule.Formula, facts rule.Facts) string {
	var b strings.Builder
	b.WriteString(r.Expression)
	for _, in := range r.Inputs {
		switch fact := facts.Values[in.ID]; {
		case fact.Met != nil:
			fmt.Fprintf(&b, "; %s %v", in.ID, *fact.Met)
		default:
			fmt.Fprintf(&b, "; %s %v from %v to %v", in.ID, fact.Number, in.Min, in.Max)
		}
	}
	return b.String()
}
