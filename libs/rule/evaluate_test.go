package rule_test

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/rule/rulepb"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

// Every family takes its own kinds of input, no others, and never nil.
func TestEachFamilyTakesItsOwnInputs(t *testing.T) {
	one := points.FromInt(1)
	rules := []rule.Rule{
		rule.AllOrNothing{Conditions: []rule.Condition{{ID: "a", Text: "A"}}},
		rule.Choice{Options: []rule.Option{{ID: "a", Text: "A", Points: one}, {ID: "b", Text: "B"}}},
		rule.Bands{Bands: []rule.Band{{Low: rule.End{Kind: rule.Open}, Points: one}, {High: rule.End{Kind: rule.Closed}}}},
		rule.Proportional{},
		rule.Deduction{Step: one},
		rule.Improvement{Equal: rule.EqualFull, Missing: rule.MissingFull},
		rule.Targets{},
		rule.PeerRelative{Better: rule.HigherBetter},
		rule.Survey{},
		rule.Manual{Step: one},
		rule.Formula{Expression: "a", Inputs: []rule.FormulaInput{{ID: "a", Text: "A", Kind: rule.NumberInput}}},
	}
	inputs := []rule.Input{
		rule.ConditionsMet{},
		rule.Chosen{Option: "a"},
		rule.Ratio{Planned: one},
		rule.Percent{},
		rule.Given{},
		rule.Value{},
		rule.Counts{},
		rule.History{},
		rule.TargetsMet{},
		rule.Peer{Best: new(points.Points)},
		rule.Facts{Values: map[string]rule.Fact{"a": {Number: &one}}},
		nil,
	}
	fits := map[string]bool{
		"all_or_nothing rule.ConditionsMet": true,
		"choice rule.Chosen":                true,
		"bands rule.Ratio":                  true,
		"bands rule.Percent":                true,
		"proportional rule.Ratio":           true,
		"deduction rule.Counts":             true,
		"improvement rule.History":          true,
		"targets rule.TargetsMet":           true,
		"peer_relative rule.Peer":           true,
		"formula rule.Facts":                true,
		"survey rule.Ratio":                 true,
		"survey rule.Value":                 true,
		"manual rule.Given":                 true,
	}
	item := rule.Item{Max: one, Policy: points.DefaultPolicy()}
	if len(rules) != len(rule.Families()) {
		t.Errorf("%d rules for the families %v", len(rules), rule.Families())
	}
	for _, r := range rules {
		for _, in := range inputs {
			pair := fmt.Sprintf("%s %T", r.Family(), in)
			_, err := rule.Evaluate(r, item, in)
			if fits[pair] && err != nil || !fits[pair] && !errors.Is(err, rule.InputKindWrong) {
				t.Errorf("%s: %v", pair, err)
			}
		}
	}
}

func TestNoRuleAndNoPolicy(t *testing.T) {
	item := rule.Item{Max: points.FromInt(1), Policy: points.DefaultPolicy()}
	if err := rule.Validate(nil, item); !errors.Is(err, rule.RuleInvalid) {
		t.Errorf("Validate of no rule: %v", err)
	}
	if _, err := rule.Evaluate(nil, item, rule.Value{}); !errors.Is(err, rule.RuleInvalid) {
		t.Errorf("Evaluate of no rule: %v", err)
	}
	item.Policy.ItemScale = points.MaxScale + 1
	if err := rule.Validate(rule.Survey{}, item); !errors.Is(err, points.PolicyInvalid) {
		t.Errorf("Validate by a wrong policy: %v", err)
	}
	if _, err := rule.Evaluate(rule.Survey{}, item, rule.Value{}); !errors.Is(err, points.PolicyInvalid) {
		t.Errorf("Evaluate by a wrong policy: %v", err)
	}
}

// A rule that Validate refuses never gives points outside 0 to max points.
func TestRefusedRulesGiveNoPointsOutOfBounds(t *testing.T) {
	item := rule.Item{Max: points.FromInt(2), Policy: points.DefaultPolicy()}
	for name, c := range map[string]struct {
		rule  rule.Rule
		input rule.Input
	}{
		"an option beyond max points": {rule.Choice{Options: []rule.Option{{ID: "a", Points: points.FromInt(3)}}}, rule.Chosen{Option: "a"}},
		"an option below 0":           {rule.Choice{Options: []rule.Option{{ID: "a", Points: points.FromInt(-1)}}}, rule.Chosen{Option: "a"}},
		"no bands":                    {rule.Bands{}, rule.Percent{Figure: points.FromInt(50)}},
		"a hole at 90": {rule.Bands{Bands: []rule.Band{
			{Low: rule.End{Kind: rule.Open, Percent: points.FromInt(90)}}, {High: rule.End{Kind: rule.Open, Percent: points.FromInt(90)}},
		}}, rule.Ratio{Done: points.FromInt(9), Planned: points.FromInt(10)}},
		"a step that gives": {rule.Deduction{Step: points.FromInt(-1)}, rule.Counts{Deductions: 1}},
		"a bonus that takes": {
			rule.Deduction{Step: points.FromInt(1), Bonus: &rule.Bonus{Step: points.FromInt(-1), Cap: points.FromInt(1)}},
			rule.Counts{Deductions: 2, Bonuses: 1},
		},
		"no choice for an equal index": {
			rule.Improvement{Missing: rule.MissingFull}, rule.History{Latest: new(points.FromInt(1)), Before: new(points.FromInt(1))},
		},
		"no choice for a missing index": {rule.Improvement{Equal: rule.EqualFull}, rule.History{}},
		"nothing is better":             {rule.PeerRelative{}, rule.Peer{Best: new(points.Points)}},
		"no expression":                 {rule.Formula{}, rule.Facts{}},
	} {
		if err := rule.Validate(c.rule, item); !errors.Is(err, rule.RuleInvalid) {
			t.Errorf("%s is accepted: %v", name, err)
		}
		if result, err := rule.Evaluate(c.rule, item, c.input); !errors.Is(err, rule.RuleInvalid) {
			t.Errorf("%s gives %+v, %v", name, result, err)
		}
	}
	if _, err := rule.Evaluate(rule.Manual{}, item, rule.Given{}); !errors.Is(err, rule.PointsOffStep) {
		t.Errorf("no step: %v", err)
	}
}

// Validate applies the contract's limits for lists, ids and texts.
func TestLimitsOfTheContract(t *testing.T) {
	item := rule.Item{Max: points.FromInt(1), Policy: points.DefaultPolicy()}
	conditions := make([]rule.Condition, 51)
	for i := range conditions {
		conditions[i] = rule.Condition{ID: fmt.Sprintf("c-%d", i), Text: strings.Repeat("đ", 950+i)}
	}
	if err := rule.Validate(rule.AllOrNothing{Conditions: conditions[:50]}, item); err != nil {
		t.Errorf("50 conditions of up to 999 characters: %v", err)
	}
	codes := func(conditions ...rule.Condition) (all []string) {
		for _, v := range fault.From(rule.Validate(rule.AllOrNothing{Conditions: conditions}, item)).Violations {
			all = append(all, v.Field+" "+v.Code)
		}
		return all
	}
	if got := codes(conditions...); !slices.Equal(got, []string{"conditions ENTRIES_TOO_MANY"}) {
		t.Errorf("51 conditions: %v", got)
	}
	if got := codes(rule.Condition{ID: "a", Text: strings.Repeat("đ", 1001)}); !slices.Equal(got, []string{"conditions[0].text TEXT_TOO_LONG"}) {
		t.Errorf("1001 characters: %v", got)
	}
	for _, id := range []string{"", "-a", "a-", "A", "a b", "đ", strings.Repeat("a", 65)} {
		if got := codes(rule.Condition{ID: id, Text: "A"}); !slices.Equal(got, []string{"conditions[0].id SLUG_MALFORMED"}) {
			t.Errorf("id %q: %v", id, got)
		}
	}
}

// A figure that is too long for the contract is refused as an input, so that every
// explanation can be sent and recomputed elsewhere.
func TestFiguresTooLongForTheContractAreRefused(t *testing.T) {
	long := points.MustParse("999999999999").Add(points.FromInt(1))
	fine := points.MustParse("0.000001").Mul(points.MustParse("0.0000001"))
	item := rule.Item{Max: points.FromInt(1), Policy: points.DefaultPolicy()}
	for _, in := range []rule.Ratio{{Done: long, Planned: long}, {Done: fine, Planned: points.FromInt(1)}} {
		if _, err := rule.Evaluate(rule.Proportional{}, item, in); !errors.Is(err, points.Malformed) || fault.From(err).Field != "ratio.done" {
			t.Errorf("%v: %v", in, err)
		}
	}
	if err := rule.Validate(rule.Survey{}, rule.Item{Max: long, Policy: item.Policy}); !errors.Is(err, rule.RuleInvalid) {
		t.Errorf("max points %v: %v", long, err)
	}
}

// Recompute finds a single changed operand, result or step.
func TestRecomputeFindsChangedSteps(t *testing.T) {
	evaluate := func() []rule.Step {
		item := rule.Item{Max: points.FromInt(2), Policy: points.DefaultPolicy()}
		result, err := rule.Evaluate(rule.Proportional{Floor: points.FromInt(50)}, item,
			rule.Ratio{Done: points.FromInt(14), Planned: points.FromInt(22)})
		if err != nil {
			t.Fatal(err)
		}
		return result.Steps
	}
	for i, s := range evaluate() {
		for j := range s.Operands {
			changed := evaluate()
			changed[i].Operands[j] = "5"
			if x, _, err := rule.Recompute(changed); !errors.Is(err, rule.ErrExplanationBroken) {
				t.Errorf("%v %v is recomputed as %v", s.Operation, changed[i].Operands, x)
			}
		}
		for _, change := range []func(*rule.Step){
			func(s *rule.Step) { s.Result = "1.272728" },
			func(s *rule.Step) { s.Result = "" },
			func(s *rule.Step) { s.Operation = 0 },
			func(s *rule.Step) { s.Operation = rule.OpNotApplicable },
			func(s *rule.Step) { s.Operands = nil },
			func(s *rule.Step) { s.Operands[0] = "x" },
			func(s *rule.Step) { s.Operands = append(s.Operands, "1") },
		} {
			changed := evaluate()
			change(&changed[i])
			if x, _, err := rule.Recompute(changed); !errors.Is(err, rule.ErrExplanationBroken) {
				t.Errorf("%+v is recomputed as %v", changed[i], x)
			}
		}
	}
	if _, _, err := rule.Recompute(nil); !errors.Is(err, rule.ErrExplanationBroken) {
		t.Errorf("no steps: %v", err)
	}
	product := []rule.Step{{Operation: rule.OpMultiply, Operands: []string{"3", "0.25"}, Result: "0.75"}}
	if x, applicable, err := rule.Recompute(product); err != nil || !applicable || x.String() != "0.75" {
		t.Errorf("3 × 0.25 is recomputed as %v, %v, %v", x, applicable, err)
	}
}

// In an explanation whose points are calculated, every figure that is taken or
// computed is an operand of a later step.
func TestEveryFigureOfAnExplanationIsUsed(t *testing.T) {
	calculated := map[rule.Operation]bool{
		rule.OpTake: true, rule.OpMultiply: true, rule.OpScale: true, rule.OpCap: true, rule.OpAdd: true, rule.OpSubtract: true, rule.OpRaise: true,
	}
	rapid.Check(t, func(t *rapid.T) {
		item := drawItem(t)
		for _, family := range []string{"proportional", "deduction", "targets", "peer_relative", "survey"} {
			e := examples[family](t, item)
			result, err := rule.Evaluate(e.rule, e.item, e.input)
			if err != nil {
				t.Fatal(err)
			}
			last := len(result.Steps) - 1
			if !calculated[result.Steps[last].Operation] {
				continue // given for a case
			}
			for i, s := range result.Steps[:last] {
				used := slices.ContainsFunc(result.Steps[i+1:], func(later rule.Step) bool { return slices.Contains(later.Operands, s.Result) })
				if calculated[s.Operation] && !used {
					t.Fatalf("%+v: nothing comes of step %d of %+v", e, i, result.Steps)
				}
			}
		}
	})
}

// FuzzEvaluate evaluates arbitrary rules and inputs and recomputes arbitrary
// explanations.
func FuzzEvaluate(f *testing.F) {
	for _, family := range rule.Families() {
		for seed := range 5 {
			e := rapid.Custom(func(t *rapid.T) example { return examples[family](t, drawItem(t)) }).Example(seed)
			r, err := rulepb.FromRule(e.rule)
			if err != nil {
				f.Fatal(err)
			}
			in, err := rulepb.FromInput(e.input)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(marshal(f, r), marshal(f, in), e.item.Max.String(), e.item.Policy.ItemScale, uint8(e.item.Policy.Mode))
		}
	}
	f.Fuzz(func(t *testing.T, ruleWire, inputWire []byte, highest string, scale int32, mode uint8) {
		var (
			ruleMessage  rulev1.Rule
			inputMessage rulev1.Input
		)
		if proto.Unmarshal(ruleWire, &ruleMessage) != nil || proto.Unmarshal(inputWire, &inputMessage) != nil {
			return
		}
		r, ruleErr := rulepb.ToRule(&ruleMessage)
		in, inputErr := rulepb.ToInput(&inputMessage)
		most, maxErr := points.Parse(highest)
		if ruleErr != nil || inputErr != nil || maxErr != nil {
			return
		}
		item := rule.Item{Max: most, Policy: points.Policy{ItemScale: scale, IndexScale: 6, Mode: points.Mode(mode)}}
		invalid := rule.Validate(r, item)
		result, err := rule.Evaluate(r, item, in)
		if err != nil {
			if fault.From(err).Kind != fault.Invalid || invalid == nil && errors.Is(err, rule.RuleInvalid) {
				t.Fatalf("%+v of %+v: %v", r, in, err)
			}
			return
		}
		if result.Points.Sign() < 0 || result.Points.Cmp(rule.Highest(r, item)) > 0 {
			t.Fatalf("%+v of %+v gives %v", r, in, result.Points)
		}
		if invalid == nil {
			checkExplanation(t, result)
		}
	})
}

func marshal(f *testing.F, m proto.Message) []byte {
	f.Helper()
	wire, err := proto.Marshal(m)
	if err != nil {
		f.Fatal(err)
	}
	return wire
}

// asked is an item with its input.
type asked struct {
	rule  rule.Rule
	max   points.Points
	input rule.Input
}

// ofEachFamily returns rules and figures as the sources print them, by family.
func ofEachFamily() map[string]asked {
	figure := points.MustParse
	end := func(kind rule.EndKind, percent string) rule.End {
		return rule.End{Kind: kind, Percent: figure(percent)}
	}
	all := map[string]asked{}
	for _, x := range []asked{
		{rule.AllOrNothing{Conditions: []rule.Condition{
			{ID: "tasks", Text: "Xác định đầy đủ nhiệm vụ"}, {ID: "budget", Text: "Có bố trí kinh phí"},
		}}, figure("1"), rule.ConditionsMet{IDs: []string{"tasks", "budget"}}},
		{rule.Choice{Options: []rule.Option{
			{ID: "timely", Text: "Kịp thời", Points: figure("1")},
			{ID: "late", Text: "Không kịp thời", Points: figure("0.5")},
			{ID: "none", Text: "Không ban hành"},
		}}, figure("1"), rule.Chosen{Option: "late"}},
		{rule.Bands{Bands: []rule.Band{
			{Low: end(rule.Open, "90"), Points: figure("2")},
			{Low: end(rule.Closed, "70"), High: end(rule.Closed, "90"), Points: figure("1")},
			{High: end(rule.Open, "70")},
		}}, figure("2"), rule.Ratio{Done: figure("17"), Planned: figure("21")}},
		{rule.Proportional{}, figure("1"), rule.Ratio{Done: figure("595634"), Planned: figure("596864")}},
		{rule.Deduction{Step: figure("0.25"), Bonus: &rule.Bonus{Step: figure("0.1"), Cap: figure("0.5")}}, figure("1"), rule.Counts{Deductions: 2, Bonuses: 3}},
		{rule.Improvement{Equal: rule.EqualNone, Missing: rule.MissingNotApplicable}, figure("2"), rule.History{
			Latest: new(figure("85.97")), Before: new(figure("84.12")),
		}},
		{rule.Targets{}, figure("4.5"), rule.TargetsMet{Met: 14, Planned: 22}},
		{rule.PeerRelative{Better: rule.LowerBetter}, figure("1"), rule.Peer{Value: figure("12"), Best: new(figure("3"))}},
		{rule.Formula{
			Expression: `min(max_points, initiatives * dec("0.25") * (copied ? 1 : dec("0.5")))`,
			Inputs: []rule.FormulaInput{
				{ID: "initiatives", Text: "Số sáng kiến", Kind: rule.CountInput}, {ID: "copied", Text: "Được nhân rộng", Kind: rule.ConditionInput},
			},
		}, figure("1"), rule.Facts{Values: map[string]rule.Fact{"initiatives": {Number: new(figure("3"))}, "copied": {Met: new(true)}}}},
		{rule.Survey{}, figure("1.5"), rule.Value{Figure: figure("0.873125")}},
		{rule.Manual{Step: figure("0.25")}, figure("1.5"), rule.Given{Points: figure("0.75")}},
	} {
		all[x.rule.Family()] = x
	}
	return all
}

// BenchmarkEvaluate evaluates the full sheet of one agency, 120 items by the
// families of a district's criteria set in the pack soc-trang-2023; that of each
// of a province's 47 agencies; and one item of each family.
func BenchmarkEvaluate(b *testing.B) {
	families := ofEachFamily()
	var sheet []asked
	for family, n := range map[string]int{
		"all_or_nothing": 58, "choice": 22, "proportional": 22, "survey": 9, "bands": 8, "improvement": 1,
	} {
		sheet = append(sheet, slices.Repeat([]asked{families[family]}, n)...)
	}
	if len(sheet) != 120 {
		b.Fatalf("%d items", len(sheet))
	}
	b.Run("sheet", func(b *testing.B) { evaluateAll(b, sheet) })
	b.Run("province", func(b *testing.B) { evaluateAll(b, slices.Repeat(sheet, 47)) })
	for _, family := range rule.Families() {
		b.Run(family, func(b *testing.B) { evaluateAll(b, []asked{families[family]}) })
	}
}

// evaluateAll reports the time and the allocations per item.
func evaluateAll(b *testing.B, items []asked) {
	b.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for b.Loop() {
		for _, x := range items {
			if _, err := rule.Evaluate(x.rule, rule.Item{Max: x.max, Policy: points.DefaultPolicy()}, x.input); err != nil {
				b.Fatal(err)
			}
		}
	}
	runtime.ReadMemStats(&after)
	n := float64(b.N) * float64(len(items))
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/n, "ns/item")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/n, "allocs/item")
}
