package rule_test

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
)

// author generates a formula, its facts, and its result computed independently.
type author struct {
	*rapid.T

	item   rule.Item
	inputs []rule.FormulaInput
	facts  map[string]rule.Fact
	// bounded formulas declare what their numbers can be.
	bounded bool
}

func drawFormula(t *rapid.T, item rule.Item) example {
	a := &author{T: t, item: item, facts: map[string]rule.Fact{}}
	text, exact := a.figure(rapid.IntRange(0, 3).Draw(t, "depth"))
	last, x := a.number() // without bounds, so that max points can be reached
	exact = new(big.Rat).Add(exact, x)
	r := rule.Formula{Expression: fmt.Sprintf("max(0,\n min(max_points, %s + %s))", text, last), Inputs: a.inputs}
	if most := rat(item.Max); exact.Cmp(most) > 0 {
		exact = most
	}
	if exact.Sign() < 0 {
		exact = new(big.Rat)
	}
	return example{r, item, rule.Facts{Values: a.facts}, exact}
}

// figure generates an expression of the given depth and returns its result. Each level
// makes a figure at most a hundred times as large, or as fine, as the level below.
func (a *author) figure(depth int) (string, *big.Rat) {
	if depth == 0 {
		return a.leaf()
	}
	text, x := a.figure(depth - 1)
	switch rapid.SampledFrom([]string{"+", "-", "*", "min", "max", "div", "negate", "choose"}).Draw(a.T, "operation") {
	case "+":
		other, y := a.figure(depth - 1)
		return "(" + text + " + " + other + ")", new(big.Rat).Add(x, y)
	case "-":
		other, y := a.figure(depth - 1)
		return "(" + text + " - " + other + ")", new(big.Rat).Sub(x, y)
	case "*":
		other, y := a.leaf()
		return "(" + text + ") * " + other, new(big.Rat).Mul(x, y)
	case "min":
		other, y := a.figure(depth - 1)
		if x.Cmp(y) > 0 {
			x = y
		}
		return "min(" + text + ", " + other + ")", x
	case "max":
		other, y := a.figure(depth - 1)
		if x.Cmp(y) < 0 {
			x = y
		}
		return "max(" + text + ", " + other + ")", x
	case "div":
		other, y := a.leaf()
		places := rapid.IntRange(0, 6).Draw(a.T, "places")
		quotient := new(big.Rat)
		if y.Sign() != 0 {
			quotient = rounded(quotient.Quo(x, y), places, a.item.Policy.Mode)
		}
		return fmt.Sprintf("(%s == 0 ? 0 : div(%s, %s, %d))", other, text, other, places), quotient
	case "negate":
		return "-(" + text + ")", new(big.Rat).Neg(x)
	default:
		other, y := a.figure(depth - 1)
		condition, holds := a.condition()
		if !holds {
			x = y
		}
		return "(" + condition + " ? " + text + " : " + other + ")", x
	}
}

// leaf generates a figure below 100 with at most one decimal place.
func (a *author) leaf() (string, *big.Rat) {
	switch rapid.SampledFrom([]string{"whole", "dec", "number", "count"}).Draw(a.T, "leaf") {
	case "whole":
		n := rapid.Int64Range(0, 99).Draw(a.T, "whole")
		return strconv.FormatInt(n, 10), big.NewRat(n, 1)
	case "dec":
		x := scaled(rapid.Int64Range(-999, 999).Draw(a.T, "dec"), 1)
		return fmt.Sprintf("dec(%q)", x), rat(x)
	case "number":
		return a.number()
	default:
		n := points.FromInt(rapid.Int64Range(0, 99).Draw(a.T, "count"))
		in := rule.FormulaInput{Kind: rule.CountInput, Max: new(points.FromInt(99))}
		if a.bounded {
			in.Max = &n
		}
		return a.input(in, rule.Fact{Number: &n}), rat(n)
	}
}

func (a *author) number() (string, *big.Rat) {
	x := scaled(rapid.Int64Range(-999, 999).Draw(a.T, "number"), 1)
	in := rule.FormulaInput{Kind: rule.NumberInput}
	if a.bounded {
		in.Min, in.Max = new(x.Sub(a.little("below"))), new(x.Add(a.little("above")))
	}
	return a.input(in, rule.Fact{Number: &x}), rat(x)
}

func (a *author) little(name string) points.Points {
	return scaled(rapid.Int64Range(0, 20).Draw(a.T, name), 1)
}

func (a *author) condition() (string, bool) {
	met := rapid.Bool().Draw(a.T, "met")
	condition := a.input(rule.FormulaInput{Kind: rule.ConditionInput}, rule.Fact{Met: &met})
	text, x := a.leaf()
	other, y := a.leaf()
	order := x.Cmp(y)
	for _, c := range []struct {
		sign  string
		holds bool
	}{{"<", order < 0}, {"<=", order <= 0}, {">", order > 0}, {">=", order >= 0}, {"==", order == 0}, {"!=", order != 0}} {
		if rapid.Bool().Draw(a.T, c.sign) {
			condition, met = fmt.Sprintf("(%s && %s %s %s)", condition, text, c.sign, other), met && c.holds
		} else if rapid.Bool().Draw(a.T, "or") {
			condition, met = fmt.Sprintf("(%s || !(%s %s %s))", condition, text, c.sign, other), met || !c.holds
		}
	}
	// Whatever was drawn is used.
	return fmt.Sprintf("(%s || %s != %s)", condition, text, other), met || order != 0
}

func (a *author) input(in rule.FormulaInput, fact rule.Fact) string {
	in.ID = fmt.Sprintf("x%d", len(a.inputs))
	in.Text = "Số liệu " + in.ID
	a.inputs, a.facts[in.ID] = append(a.inputs, in), fact
	return in.ID
}

// rounded rounds by the definition of each mode.
func rounded(x *big.Rat, places int, mode points.Mode) *big.Rat {
	perUnit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)
	scaled := new(big.Rat).Mul(new(big.Rat).Abs(x), new(big.Rat).SetInt(perUnit))
	units := new(big.Int).Quo(scaled.Num(), scaled.Denom())
	rest := new(big.Rat).Sub(scaled, new(big.Rat).SetInt(units))
	switch half := rest.Cmp(big.NewRat(1, 2)); {
	case mode == points.Down || half < 0 || half == 0 && mode == points.HalfEven && units.Bit(0) == 0:
	default:
		units.Add(units, big.NewInt(1))
	}
	if x.Sign() < 0 {
		units.Neg(units)
	}
	return new(big.Rat).SetFrac(units, perUnit)
}

// formula returns a formula with the given expression of a, which is from 0 to 500.
func formula(expression string) rule.Formula {
	return rule.Formula{Expression: expression, Inputs: []rule.FormulaInput{
		{ID: "a", Text: "A", Kind: rule.NumberInput, Min: new(points.Points), Max: new(points.FromInt(500))},
	}}
}

func violations(err error) []fault.Violation {
	if err == nil {
		return nil
	}
	return fault.From(err).Violations
}

func given(x string) rule.Facts {
	return rule.Facts{Values: map[string]rule.Fact{"a": {Number: new(points.MustParse(x))}}}
}

// The text, the nesting and the operations of a formula are limited. The limit of
// operations also applies to evaluating a formula that was not validated.
func TestLimitsOfAFormula(t *testing.T) {
	item := rule.Item{Max: points.FromInt(500), Policy: points.DefaultPolicy()}
	sum := "a" + strings.Repeat("+1", 149)
	for _, c := range []struct{ expression, validate, evaluate string }{
		{"min(max_points, a" + strings.Repeat("+1", 190) + ")", "", ""},
		{sum + "+(" + sum + ")", "expression FORMULA_OPERATIONS_TOO_MANY", "FORMULA_TOO_COSTLY"},
		{"a > 1 ? " + sum + " : " + sum, "expression FORMULA_OPERATIONS_TOO_MANY", ""}, // one branch is never computed
		{strings.Repeat("(", 500) + "a" + strings.Repeat(")", 500), "expression FORMULA_TOO_DEEP", "RULE_INVALID"},
		{strings.Repeat(" ", 1999) + "a", "", ""},
		{strings.Repeat(" ", 2000) + "a", "expression TEXT_TOO_LONG", "RULE_INVALID"},
	} {
		var found []string
		for _, v := range violations(rule.Validate(formula(c.expression), item)) {
			found = append(found, v.Field+" "+v.Code)
		}
		if got := strings.Join(found, "\n"); got != c.validate {
			t.Errorf("%.20s of %d: Validate finds %s, want %s", c.expression, len(c.expression), got, c.validate)
		}
		_, err := rule.Evaluate(formula(c.expression), item, given("2"))
		if code, _, _ := strings.Cut(fmt.Sprint(err), ":"); code != cmp.Or(c.evaluate, "<nil>") {
			t.Errorf("%.20s of %d: Evaluate gives %v, want %s", c.expression, len(c.expression), err, c.evaluate)
		}
	}
}

// The same expression means something else if an input has another kind, so the
// expression compiled for one is not used for the other.
func TestCompiledFormulasDependOnTheirInputs(t *testing.T) {
	item := rule.Item{Max: points.FromInt(500), Policy: points.DefaultPolicy()}
	r := formula("a")
	if err := rule.Validate(r, item); err != nil {
		t.Fatal(err)
	}
	r.Inputs[0].Kind = rule.ConditionInput
	if err := rule.Validate(r, item); !errors.Is(err, rule.RuleInvalid) {
		t.Errorf("a condition is no figure: %v", err)
	}
	// More texts than are kept.
	for i := range 400 {
		result, err := rule.Evaluate(formula(fmt.Sprintf("a - %d", i)), item, given(strconv.Itoa(i+3)))
		if err != nil || result.Points.String() != "3" {
			t.Fatalf("a - %d: %v, %v", i, result.Points, err)
		}
	}
}

// A formula that Validate refuses never panics and never fails with another fault,
// whatever the ids of its inputs are.
func TestFormulasWithUnsoundInputs(t *testing.T) {
	item := rule.Item{Max: points.FromInt(5), Policy: points.DefaultPolicy()}
	for _, ids := range [][]string{{""}, {"a b"}, {"1"}, {"a.b"}, {"đ"}, {"a", "a"}, {"max_points"}, {"true"}, {"dec"}, {"_+_"}, {"int"}} {
		for _, expression := range []string{"1", "a", "true ? 1 : 2", "dec(\"1\")", "int", "max_points"} {
			r := rule.Formula{Expression: expression}
			facts := rule.Facts{Values: map[string]rule.Fact{}}
			for i, id := range ids {
				r.Inputs = append(r.Inputs, rule.FormulaInput{ID: id, Text: "A", Kind: []rule.FormulaInputKind{rule.NumberInput, rule.ConditionInput}[i]})
				facts.Values[id] = rule.Fact{Number: new(points.FromInt(1))}
			}
			if err := rule.Validate(r, item); !errors.Is(err, rule.RuleInvalid) {
				t.Errorf("%q of %q is accepted: %v", expression, ids, err)
			}
			if _, err := rule.Evaluate(r, item, facts); err != nil && fault.From(err).Kind != fault.Invalid {
				t.Errorf("%q of %q: %v", expression, ids, err)
			}
		}
	}
}

// Max points that some input gives are never reported as unreachable, because the
// computed bounds of a formula are never too narrow.
func TestReachableMaxPointsAreNotRefused(t *testing.T) {
	policy := points.Policy{ItemScale: points.MaxScale, IndexScale: points.MaxScale}
	rapid.Check(t, func(t *rapid.T) {
		a := &author{T: t, item: rule.Item{Policy: policy}, facts: map[string]rule.Fact{}, bounded: true}
		text, exact := a.figure(rapid.IntRange(1, 3).Draw(t, "depth"))
		if exact.Sign() <= 0 || len(a.inputs) == 0 {
			return // nothing that could be max points
		}
		item := rule.Item{Max: points.MustParse(exact.FloatString(points.MaxScale)), Policy: policy}
		r := rule.Formula{Expression: "max(0, min(max_points, " + text + "))", Inputs: a.inputs}
		if err := rule.Validate(r, item); err != nil {
			t.Fatalf("%+v of %v: %v", r, item.Max, err)
		}
		if result, err := rule.Evaluate(r, item, rule.Facts{Values: a.facts}); err != nil || !result.Points.Equal(item.Max) {
			t.Fatalf("%+v of %v gives %v, %v", r, item.Max, result.Points, err)
		}
	})
}

// A formula computes only what it needs: not the other branch, and not the right side
// of && or || once the left side decides.
func TestAFormulaSkipsWhatDoesNotDecide(t *testing.T) {
	item := rule.Item{Max: points.FromInt(5), Policy: points.DefaultPolicy()}
	for expression, want := range map[string]string{
		"a == 0 ? 1 : div(1, a, 2)":                                "1",
		"a != 0 && div(1, a, 2) > 1 ? 1 : 2":                       "2",
		"a == 0 || div(1, a, 2) > 1 ? 1 : 2":                       "1",
		"div(1, a, 2) > 1 || a == 0 ? 1 : 2":                       "FORMULA_DIVISOR_ZERO",
		"max(a, div(1, a, 2))":                                     "FORMULA_DIVISOR_ZERO",
		"-div(1, a, 2)":                                            "FORMULA_DIVISOR_ZERO",
		"!(div(1, a, 2) > 1) ? 1 : 2":                              "FORMULA_DIVISOR_ZERO",
		"div(1, a, 2) + 1":                                         "FORMULA_DIVISOR_ZERO",
		"(a == 0 ? a == 0 : a > 1) ? dec(\"0.5\") : dec(\"0.25\")": "0.5",
	} {
		result, err := rule.Evaluate(formula(expression), item, given("0"))
		got := result.Points.String()
		if err != nil {
			got = fault.From(err).Code
		}
		if got != want {
			t.Errorf("%s of 0 is %s, want %s", expression, got, want)
		}
	}
}

// FuzzFormula takes arbitrary expressions: each is refused with a position, or
// evaluated to points that its explanation gives again. An accepted one never fails
// for figures within its declared bounds.
func FuzzFormula(f *testing.F) {
	for _, expression := range []string{
		"a", `min(max_points, a * dec("0.25")) + (b ? 1 : 0)`, "div(a, 3, 2)", "a > 1 && b || !b ? -a : 2", "a + * 2", "a * 0.5", "[1].map(x, x)",
		`dec("0.5" + "1")`, "a.b", `{"a": 1}`, "timestamp('x')", "1u", "null", "b", "((((a))))", "a\n+\n\tđ", "'", "a ? b : a", "div(a, a, a)", "has(a.b)",
		"a != 0 ? max(0, min(2, div(1, a, 3))) : b ? 2 : 0", "a > 0 && a <= 2 ? a : max_points", "a * a < 1 && a > -1 ? a * a : b || a < 0 ? 1 : 2",
	} {
		f.Add(expression, "1.5", "", "", true)
	}
	for _, figure := range []string{"999999999999.999999999999", "0.000000000001", "80000000000"} {
		f.Add("min(max_points, div(100 * a, max(a, 1), 2) * a * a * (b ? a : 1))", figure, "0", "999999999999.999999999999", true)
	}
	for seed := range 20 {
		e := rapid.Custom(func(t *rapid.T) example { return drawFormula(t, drawItem(t)) }).Example(seed)
		f.Add(e.rule.(rule.Formula).Expression, "1", "", "", false) //nolint:forcetypeassert // drawn so
	}
	item := rule.Item{Max: points.FromInt(2), Policy: points.DefaultPolicy()}
	f.Fuzz(func(t *testing.T, expression, figure, low, high string, met bool) {
		r := rule.Formula{Expression: expression, Inputs: []rule.FormulaInput{
			{ID: "a", Text: "A", Kind: rule.NumberInput}, {ID: "b", Text: "B", Kind: rule.ConditionInput},
		}}
		x, err := points.Parse(figure)
		if err != nil {
			return
		}
		for _, bound := range []struct {
			text string
			end  **points.Points
		}{{low, &r.Inputs[0].Min}, {high, &r.Inputs[0].Max}} {
			if end, err := points.Parse(bound.text); err == nil {
				*bound.end = &end
			}
		}
		invalid := rule.Validate(r, item)
		for _, v := range violations(invalid) {
			if !strings.HasPrefix(v.Field, "expression") && !strings.HasPrefix(v.Field, "inputs[") || strings.Contains(v.Vi+v.En, "%!") {
				t.Fatalf("%q: %+v", expression, v)
			}
		}
		result, err := rule.Evaluate(r, item, rule.Facts{Values: map[string]rule.Fact{"a": {Number: &x}, "b": {Met: &met}}})
		if err != nil {
			if fault.From(err).Kind != fault.Invalid || invalid == nil && !errors.Is(err, rule.FactOutOfRange) {
				t.Fatalf("%q: %v", expression, err)
			}
			return
		}
		if result.Points.Sign() < 0 || result.Points.Cmp(item.Max) > 0 {
			t.Fatalf("%q gives %v", expression, result.Points)
		}
		checkExplanation(t, result)
	})
}

// Figures inside a formula are exact, even if they are longer than the contract
// allows, and an explanation with such figures can be recomputed.
func TestLongFiguresInsideAFormula(t *testing.T) {
	number := func(id, low, high string) rule.FormulaInput {
		return rule.FormulaInput{
			ID: id, Text: id, Kind: rule.NumberInput, Min: new(points.MustParse(low)), Max: new(points.MustParse(high)),
		}
	}
	free := rule.FormulaInput{ID: "a", Text: "a", Kind: rule.NumberInput}
	for _, c := range []struct {
		expression string
		inputs     []rule.FormulaInput
		a, b       string
		want       string
		holds      string // an intermediate
	}{
		{
			"min(max_points, div(100 * a, b, 2))",
			[]rule.FormulaInput{number("a", "0", "100000000000"), number("b", "1", "100000000000")},
			"50000000000", "80000000000", "62.5", "5000000000000",
		},
		{
			"min(max_points, a * a * a * b)",
			[]rule.FormulaInput{number("a", "0", "1"), number("b", "0", "999999999999")},
			"0.00001", "999999999999", "0.001", "0.000999999999999",
		},
		{
			"max(0, min(max_points, a" + strings.Repeat(" * a", 29) + "))",
			[]rule.FormulaInput{free},
			"10", "", "100", "1" + strings.Repeat("0", 30),
		},
		{
			"max(0, min(max_points, a" + strings.Repeat(" * a", 40) + "))",
			[]rule.FormulaInput{free},
			"0.000000000001", "", "0", "0." + strings.Repeat("0", 12*41-1) + "1",
		},
		{
			"max(0, min(max_points, a - 1 - a + 51))",
			[]rule.FormulaInput{free},
			"999999999999.999999999999", "", "50", "999999999998.999999999999",
		},
	} {
		item := rule.Item{Max: points.FromInt(100), Policy: points.DefaultPolicy()}
		r := rule.Formula{Expression: c.expression, Inputs: c.inputs}
		if err := rule.Validate(r, item); err != nil {
			t.Errorf("%s: %v", c.expression, err)
			continue
		}
		facts := rule.Facts{Values: map[string]rule.Fact{"a": {Number: new(points.MustParse(c.a))}}}
		if c.b != "" {
			facts.Values["b"] = rule.Fact{Number: new(points.MustParse(c.b))}
		}
		result, err := rule.Evaluate(r, item, facts)
		if err != nil || result.Points.String() != c.want {
			t.Errorf("%s: %v, %v; want %s", c.expression, result.Points, err, c.want)
			continue
		}
		checkExplanation(t, result)
		if !slices.ContainsFunc(result.Steps, func(s rule.Step) bool { return s.Result == c.holds }) {
			t.Errorf("%s: no step gives %s: %v", c.expression, c.holds, result.Steps)
		}
	}
}

// A formula whose figures could become too long is refused and never evaluated.
func TestFormulasWithTooLongFiguresAreRefused(t *testing.T) {
	item := rule.Item{Max: points.FromInt(500), Policy: points.DefaultPolicy()}
	product := "a" + strings.Repeat(" * a", 40) // of 41 × 24 = 984 digits
	for expression, want := range map[string]string{
		"min(max_points, " + product + ")":                                                   "",
		"min(max_points, " + product + " * dec(\"12345678.5\"))":                             "", // 993 digits
		"min(max_points,\n" + product + " * a)":                                              "Line 2, column 163",
		"min(max_points,\n" + product + " * a * a)":                                          "Line 2, column 163",
		"min(max_points, div(" + product + ", 1, 0) * a)":                                    "", // 493 digits and 24
		"a > 1 ? 1 : min(max_points, div(1, max(1, " + product + "), 12) * " + product + ")": "Line 1, column 291",
		product + " * a > 1 ? a : max_points":                                                "Line 1, column 163",
	} {
		err := rule.Validate(formula(expression), item)
		var found []string
		for _, v := range violations(err) {
			position, _, _ := strings.Cut(v.En, ":")
			found = append(found, v.Code+" "+position)
		}
		wanted := ""
		if want != "" {
			wanted = "FORMULA_FIGURE_TOO_LONG " + want
		}
		if got := strings.Join(found, "\n"); got != wanted {
			t.Errorf("%s: %s, want %s", expression, got, wanted)
		}
		if _, err := rule.Evaluate(formula(expression), item, given("0.3")); errors.Is(err, rule.RuleInvalid) != (want != "") {
			t.Errorf("%s is evaluated: %v", expression, err)
		}
	}
}

// No figure is longer than validation assumes.
func TestFiguresAreNoLongerThanVetted(t *testing.T) {
	item := rule.Item{Max: points.FromInt(2), Policy: points.DefaultPolicy()}
	longest := 0
	rapid.Check(t, func(t *rapid.T) {
		g := newGuesser(t)
		text := g.figure(rapid.IntRange(1, 5).Draw(t, "depth")) + g.oneOf("", " * a * b * a", " * a * m")
		whole, places, err := rule.Length(g.formula(text))
		if err != nil {
			return // too long, or too much of it
		}
		for range 5 {
			facts := g.facts()
			result, err := rule.Evaluate(g.formula("max(0, min(max_points, "+text+"))"), item, facts)
			if err != nil {
				continue // it divides by 0, or is too costly
			}
			checkExplanation(t, result)
			figure := result.Steps[len(result.Steps)-3].Operands[1] // of min, max and the rounding
			before, after, _ := strings.Cut(strings.TrimPrefix(figure, "-"), ".")
			if len(before) > whole || len(after) > places {
				t.Fatalf("%s is %s, of more than %d and %d digits", described(g.formula(text), facts), figure, whole, places)
			}
			longest = max(longest, len(figure))
		}
	})
	if longest <= len("-999999999999.999999999999") {
		t.Errorf("no figure is longer than those of the contract: %d", longest)
	}
}

// FuzzRecompute takes arbitrary explanations: the steps are recomputed to a figure
// that fits the contract, or refused.
func FuzzRecompute(f *testing.F) {
	f.Add(uint8(rule.OpScale), "1 14 22 6 HALF_EVEN", "0.636364")
	f.Add(uint8(rule.OpDivide), "1 3 2 DOWN", "0.33")
	f.Add(uint8(rule.OpRound), "1.185 2 HALF_AWAY_FROM_ZERO", "1.19")
	f.Add(uint8(rule.OpCompare), "2 3", "-1")
	f.Add(uint8(rule.OpSubtract), "2 3", "-1")
	f.Add(uint8(rule.OpNotApplicable), "", "")
	f.Add(uint8(rule.OpDivide), "1 0 2 DOWN", "0")
	f.Add(uint8(rule.OpRound), "1 99999999999 DOWN", "1")
	f.Add(uint8(rule.OpMultiply), strings.Repeat("9", 600)+" 0."+strings.Repeat("9", 600), "1")
	f.Add(uint8(rule.OpAdd), strings.Repeat("9", 2000)+" 1", "1")
	f.Fuzz(func(t *testing.T, operation uint8, operands, result string) {
		steps := []rule.Step{{Operation: rule.Operation(operation), Operands: strings.Fields(operands), Result: result}}
		x, applicable, err := rule.Recompute(steps)
		switch {
		case err != nil:
			if !errors.Is(err, rule.ErrExplanationBroken) {
				t.Fatalf("%+v: %v", steps, err)
			}
		case !applicable:
			if operation != uint8(rule.OpNotApplicable) || result != "" {
				t.Fatalf("%+v is not applicable", steps)
			}
		case x.String() != result:
			t.Fatalf("%+v is recomputed as %v", steps, x)
		}
	})
}

// Every operation of an explanation is recomputed, and a result that is wrong by one
// unit is found.
func TestEveryOperationIsRecomputed(t *testing.T) {
	for _, s := range []rule.Step{
		{Operation: rule.OpTake, Operands: []string{"1.5"}, Result: "1.5"},
		{Operation: rule.OpCount, Operands: []string{"1", "2"}, Result: "1"},
		{Operation: rule.OpGive, Operands: []string{"2"}, Result: "2"},
		{Operation: rule.OpMultiply, Operands: []string{"3", "0.25"}, Result: "0.75"},
		{Operation: rule.OpScale, Operands: []string{"1", "14", "22", "2", "HALF_EVEN"}, Result: "0.64"},
		{Operation: rule.OpCap, Operands: []string{"3", "2"}, Result: "2"},
		{Operation: rule.OpPercent, Operands: []string{"1", "3", "2", "DOWN"}, Result: "33.33"},
		{Operation: rule.OpAdd, Operands: []string{"3", "-0.25"}, Result: "2.75"},
		{Operation: rule.OpSubtract, Operands: []string{"3", "4"}, Result: "-1"},
		{Operation: rule.OpDivide, Operands: []string{"2", "3", "2", "HALF_AWAY_FROM_ZERO"}, Result: "0.67"},
		{Operation: rule.OpRaise, Operands: []string{"-1", "0"}, Result: "0"},
		{Operation: rule.OpCompare, Operands: []string{"2", "2.0"}, Result: "0"},
		{Operation: rule.OpRound, Operands: []string{"0.125", "2", "HALF_EVEN"}, Result: "0.12"},
	} {
		if x, applicable, err := rule.Recompute([]rule.Step{s}); err != nil || !applicable || x.String() != s.Result {
			t.Errorf("%+v is recomputed as %v, %v, %v", s, x, applicable, err)
		}
		s.Result = points.MustParse(s.Result).Add(points.MustParse("0.01")).String()
		if _, _, err := rule.Recompute([]rule.Step{s}); !errors.Is(err, rule.ErrExplanationBroken) {
			t.Errorf("%+v: %v", s, err)
		}
	}
}

// BenchmarkReadFormula measures the compilation of an expression that is not cached.
func BenchmarkReadFormula(b *testing.B) {
	item := rule.Item{Max: points.FromInt(2), Policy: points.DefaultPolicy()}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r := formula(fmt.Sprintf(`min(max_points, a * dec("0.25") * (a > %d ? 1 : dec("0.5")))`, i))
		if err := rule.Validate(r, item); err != nil {
			b.Fatal(err)
		}
	}
}
