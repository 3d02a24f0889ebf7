package rulepb_test

import (
	"errors"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"pgregory.net/rapid"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/rule/rulepb"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

// Every family, kind of facts and operation of the contract is converted with all its
// fields; the messages are generated from the descriptors.
func TestNothingOfAMessageIsLost(t *testing.T) {
	for _, field := range alternatives(&rulev1.Rule{}, "family") {
		checkThereAndBack(t, field, rulepb.ToRule, rulepb.FromRule, func() *rulev1.Rule { return &rulev1.Rule{} })
	}
	for _, field := range alternatives(&rulev1.Input{}, "facts") {
		checkThereAndBack(t, field, rulepb.ToInput, rulepb.FromInput, func() *rulev1.Input { return &rulev1.Input{} })
	}
	steps := (&rulev1.Explanation{}).ProtoReflect().Descriptor().Fields().ByName("steps")
	checkThereAndBack(t, steps, rulepb.ToResult, rulepb.FromResult, func() *rulev1.Explanation { return &rulev1.Explanation{} })
}

// The engine has the families that the contract has, under the same names.
func TestFamiliesAreThoseOfTheContract(t *testing.T) {
	var names []string
	for _, field := range alternatives(&rulev1.Rule{}, "family") {
		names = append(names, string(field.Name()))
	}
	if !slices.Equal(names, rule.Families()) {
		t.Errorf("the contract has %v, the engine %v", names, rule.Families())
	}
}

func alternatives(m proto.Message, oneof protoreflect.Name) []protoreflect.FieldDescriptor {
	fields := m.ProtoReflect().Descriptor().Oneofs().ByName(oneof).Fields()
	all := make([]protoreflect.FieldDescriptor, fields.Len())
	for i := range all {
		all[i] = fields.Get(i)
	}
	return all
}

// checkThereAndBack converts messages that have field, and random other fields outside
// its oneof, and back.
func checkThereAndBack[T any, M proto.Message](
	t *testing.T, field protoreflect.FieldDescriptor, to func(M) (T, error), from func(T) (M, error), fresh func() M,
) {
	t.Helper()
	t.Run(string(field.FullName()), func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			want := fresh()
			fill(t, want.ProtoReflect(), field.ContainingOneof())
			set(t, want.ProtoReflect(), field)
			x, err := to(want)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := from(x); err != nil || !proto.Equal(got, want) {
				t.Fatalf("%v comes back as %v, %v", want, got, err)
			}
		})
	})
}

// fill sets the fields of m: of each oneof other than except one field or none, of a
// fact's oneof one field.
func fill(t *rapid.T, m protoreflect.Message, except protoreflect.OneofDescriptor) {
	fields, oneofs := m.Descriptor().Fields(), m.Descriptor().Oneofs()
	for i := range fields.Len() {
		if fields.Get(i).ContainingOneof() == nil {
			set(t, m, fields.Get(i))
		}
	}
	for i := range oneofs.Len() {
		choices := oneofs.Get(i).Fields()
		least := 0
		if oneofs.Get(i).Parent().Name() == "Fact" {
			least = 1
		}
		if n := rapid.IntRange(least, choices.Len()).Draw(t, "choice"); oneofs.Get(i) != except && n > 0 {
			set(t, m, choices.Get(n-1))
		}
	}
}

// set gives a field a value. Every string gets a figure in canonical form, which is
// also a valid id and text.
func set(t *rapid.T, m protoreflect.Message, field protoreflect.FieldDescriptor) {
	switch {
	case field.IsMap():
		entries := m.Mutable(field).Map()
		for _, key := range []string{"a", "b", "c"}[:rapid.IntRange(0, 3).Draw(t, "entries")] {
			entries.Set(protoreflect.ValueOfString(key).MapKey(), value(t, entries.NewValue(), field.MapValue()))
		}
		return
	case !field.IsList():
		m.Set(field, value(t, m.NewField(field), field))
		return
	}
	for range rapid.IntRange(0, 3).Draw(t, "length") {
		list := m.Mutable(field).List()
		list.Append(value(t, list.NewElement(), field))
	}
}

func value(t *rapid.T, fresh protoreflect.Value, field protoreflect.FieldDescriptor) protoreflect.Value {
	switch field.Kind() {
	case protoreflect.MessageKind:
		fill(t, fresh.Message(), nil)
		return fresh
	case protoreflect.EnumKind:
		numbered := rapid.IntRange(1, field.Enum().Values().Len()-1).Draw(t, "enum")
		return protoreflect.ValueOfEnum(field.Enum().Values().Get(numbered).Number())
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(rapid.Int32().Draw(t, "count"))
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(rapid.Bool().Draw(t, "met"))
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(rapid.StringMatching(`[1-9][0-9]{0,11}(\.[0-9]{0,11}[1-9])?`).Draw(t, "text"))
	default:
		t.Fatalf("%s is a %s", field.FullName(), field.Kind())
		return fresh
	}
}

func TestFaultsNameTheirField(t *testing.T) {
	bands := &rulev1.Bands{Bands: []*rulev1.Band{
		{Points: "2"},
		{Low: &rulev1.Band_From{From: "70"}, High: &rulev1.Band_Below{Below: "90 %"}, Points: "1"},
	}}
	long := points.MustParse("999999999999").Add(points.FromInt(1))
	tests := map[string]struct {
		do     func() error
		reason fault.Reason
		field  string
	}{
		"no rule":   {func() error { _, err := rulepb.ToRule(nil); return err }, rulepb.FamilyUnknown, ""},
		"no family": {func() error { _, err := rulepb.ToRule(&rulev1.Rule{}); return err }, rulepb.FamilyUnknown, ""},
		"an end": {
			func() error {
				_, err := rulepb.ToRule(&rulev1.Rule{Family: &rulev1.Rule_Bands{Bands: bands}})
				return err
			},
			points.Malformed, "bands.bands[1].below",
		},
		"nothing in a family": {
			func() error { _, err := rulepb.ToRule(&rulev1.Rule{Family: &rulev1.Rule_Manual{}}); return err },
			points.Malformed, "manual.step",
		},
		"nothing in a list": {
			func() error {
				_, err := rulepb.ToRule(&rulev1.Rule{Family: &rulev1.Rule_Choice{Choice: &rulev1.Choice{Options: []*rulev1.Option{nil}}}})
				return err
			},
			points.Malformed, "choice.options[0].points",
		},
		"no Go rule": {func() error { _, err := rulepb.FromRule(nil); return err }, rulepb.FamilyUnknown, ""},
		"a long floor": {
			func() error { _, err := rulepb.FromRule(rule.Proportional{Floor: long}); return err },
			points.Malformed, "proportional.floor_percent",
		},
		"no input": {func() error { _, err := rulepb.ToInput(nil); return err }, rulepb.InputUnknown, ""},
		"half a ratio": {
			func() error {
				_, err := rulepb.ToInput(&rulev1.Input{Facts: &rulev1.Input_Ratio{Ratio: &rulev1.Ratio{Done: "1"}}})
				return err
			},
			points.Malformed, "ratio.planned",
		},
		"no Go input":  {func() error { _, err := rulepb.FromInput(nil); return err }, rulepb.InputUnknown, ""},
		"a long value": {func() error { _, err := rulepb.FromInput(rule.Value{Figure: long}); return err }, points.Malformed, "value"},
		"a wrong index": {func() error {
			_, err := rulepb.ToInput(&rulev1.Input{Facts: &rulev1.Input_History{History: &rulev1.History{Before: new("80,5")}}})
			return err
		}, points.Malformed, "history.before"},
		"no peer": {
			func() error { _, err := rulepb.ToInput(&rulev1.Input{Facts: &rulev1.Input_Peer{}}); return err },
			points.Malformed, "peer.value",
		},
		"a fact of nothing": {func() error {
			facts := &rulev1.FormulaFacts{Values: map[string]*rulev1.Fact{"a": {}, "b": nil}}
			_, err := rulepb.ToInput(&rulev1.Input{Facts: &rulev1.Input_Formula{Formula: facts}})
			return err
		}, rulepb.InputUnknown, `formula.values["a"]`},
		"no Go fact": {
			func() error {
				_, err := rulepb.FromInput(rule.Facts{Values: map[string]rule.Fact{"a": {}}})
				return err
			},
			rulepb.InputUnknown, `formula.values["a"]`,
		},
		"a long fact": {func() error {
			_, err := rulepb.FromInput(rule.Facts{Values: map[string]rule.Fact{"a": {Number: &long}}})
			return err
		}, points.Malformed, `formula.values["a"].number`},
		"a bonus without a cap": {func() error {
			bonus := &rulev1.Deduction{Step: "1", Bonus: &rulev1.Bonus{Step: "1"}}
			_, err := rulepb.ToRule(&rulev1.Rule{Family: &rulev1.Rule_Deduction{Deduction: bonus}})
			return err
		}, points.Malformed, "deduction.bonus.cap"},
		"a bound of a formula": {func() error {
			formula := &rulev1.Formula{Inputs: []*rulev1.FormulaInput{nil, {Max: "x"}}}
			_, err := rulepb.ToRule(&rulev1.Rule{Family: &rulev1.Rule_Formula{Formula: formula}})
			return err
		}, points.Malformed, "formula.inputs[1].max"},
		"a long bound": {func() error {
			_, err := rulepb.FromRule(rule.Formula{Inputs: []rule.FormulaInput{{Min: &long}}})
			return err
		}, points.Malformed, "formula.inputs[0].min"},
		"no operation": {
			func() error { _, err := rulepb.ToResult(&rulev1.Explanation{Steps: []*rulev1.Step{{}}}); return err },
			rulepb.OperationUnknown, "steps[0].operation",
		},
		"no Go operation": {
			func() error { _, err := rulepb.FromResult(rule.Result{Steps: []rule.Step{{}}}); return err },
			rulepb.OperationUnknown, "steps[0].operation",
		},
		"wrong points": {
			func() error { _, err := rulepb.ToResult(&rulev1.Explanation{Points: new("1,5")}); return err },
			points.Malformed, "points",
		},
		"long points": {
			func() error { _, err := rulepb.FromResult(rule.Result{Applicable: true, Points: long}); return err },
			points.Malformed, "points",
		},
	}
	for name, tt := range tests {
		if err := tt.do(); !errors.Is(err, tt.reason) || fault.From(err).Field != tt.field {
			t.Errorf("%s: %v, want %s at %q", name, err, tt.reason.Code, tt.field)
		}
	}
}
