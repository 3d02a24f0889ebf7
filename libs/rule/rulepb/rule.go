package rulepb

import (
	"fmt"

	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

// The enums of the engine and of the contract. An enum value that is not stated or
// that this program does not know becomes the zero value, which rule.Validate
// refuses.
var (
	equals = map[rule.Equal]rulev1.ImprovementEqual{
		rule.EqualFull: rulev1.ImprovementEqual_IMPROVEMENT_EQUAL_FULL,
		rule.EqualNone: rulev1.ImprovementEqual_IMPROVEMENT_EQUAL_NONE,
	}
	missing = map[rule.Missing]rulev1.MissingHistory{
		rule.MissingNotApplicable: rulev1.MissingHistory_MISSING_HISTORY_NOT_APPLICABLE,
		rule.MissingNone:          rulev1.MissingHistory_MISSING_HISTORY_NONE,
		rule.MissingFull:          rulev1.MissingHistory_MISSING_HISTORY_FULL,
	}
	betters = map[rule.Better]rulev1.Better{
		rule.HigherBetter: rulev1.Better_BETTER_HIGHER,
		rule.LowerBetter:  rulev1.Better_BETTER_LOWER,
	}
	inputKinds = map[rule.FormulaInputKind]rulev1.FormulaInputKind{
		rule.NumberInput:    rulev1.FormulaInputKind_FORMULA_INPUT_KIND_NUMBER,
		rule.CountInput:     rulev1.FormulaInputKind_FORMULA_INPUT_KIND_COUNT,
		rule.ConditionInput: rulev1.FormulaInputKind_FORMULA_INPUT_KIND_CONDITION,
	}
)

// from returns the key of a value that occurs once in a table; the zero key if the
// table does not have the value.
func from[K, V comparable](table map[K]V, value V) (key K) {
	for k, v := range table {
		if v == value {
			return k
		}
	}
	return key
}

// ToRule returns the rule of a message. It fails with FamilyUnknown, or with
// points.Malformed and the field.
func ToRule(m *rulev1.Rule) (rule.Rule, error) {
	var (
		in reader
		r  rule.Rule
	)
	switch family := m.GetFamily().(type) {
	case *rulev1.Rule_AllOrNothing:
		r = toAllOrNothing(family.AllOrNothing)
	case *rulev1.Rule_Choice:
		r = toChoice(&in, family.Choice)
	case *rulev1.Rule_Bands:
		r = toBands(&in, family.Bands)
	case *rulev1.Rule_Proportional:
		r = toProportional(&in, family.Proportional)
	case *rulev1.Rule_Deduction:
		r = toDeduction(&in, family.Deduction)
	case *rulev1.Rule_Improvement:
		r = rule.Improvement{
			Equal: from(equals, family.Improvement.GetEqual()), Missing: from(missing, family.Improvement.GetMissingHistory()),
		}
	case *rulev1.Rule_Targets:
		r = rule.Targets{}
	case *rulev1.Rule_PeerRelative:
		r = rule.PeerRelative{Better: from(betters, family.PeerRelative.GetBetter())}
	case *rulev1.Rule_Formula:
		r = toFormula(&in, family.Formula)
	case *rulev1.Rule_Survey:
		r = rule.Survey{}
	case *rulev1.Rule_Manual:
		r = rule.Manual{Step: in.points("manual.step", family.Manual.GetStep())}
	default:
		return nil, FamilyUnknown
	}
	if in.err != nil {
		return nil, in.err
	}
	return r, nil
}

// FromRule returns the message of a rule. It fails with FamilyUnknown for nil, or
// with points.Malformed and the field of a figure that is too long for the
// contract.
func FromRule(r rule.Rule) (*rulev1.Rule, error) {
	var out writer
	m := new(rulev1.Rule)
	switch r := r.(type) {
	case rule.AllOrNothing:
		m.Family = &rulev1.Rule_AllOrNothing{AllOrNothing: fromAllOrNothing(r)}
	case rule.Choice:
		m.Family = &rulev1.Rule_Choice{Choice: fromChoice(&out, r)}
	case rule.Bands:
		m.Family = &rulev1.Rule_Bands{Bands: fromBands(&out, r)}
	case rule.Proportional:
		m.Family = &rulev1.Rule_Proportional{Proportional: fromProportional(&out, r)}
	case rule.Deduction:
		m.Family = &rulev1.Rule_Deduction{Deduction: fromDeduction(&out, r)}
	case rule.Improvement:
		m.Family = &rulev1.Rule_Improvement{Improvement: &rulev1.Improvement{Equal: equals[r.Equal], MissingHistory: missing[r.Missing]}}
	case rule.Targets:
		m.Family = &rulev1.Rule_Targets{Targets: &rulev1.Targets{}}
	case rule.PeerRelative:
		m.Family = &rulev1.Rule_PeerRelative{PeerRelative: &rulev1.PeerRelative{Better: betters[r.Better]}}
	case rule.Formula:
		m.Family = &rulev1.Rule_Formula{Formula: fromFormula(&out, r)}
	case rule.Survey:
		m.Family = &rulev1.Rule_Survey{Survey: &rulev1.Survey{}}
	case rule.Manual:
		m.Family = &rulev1.Rule_Manual{Manual: &rulev1.Manual{Step: out.points("manual.step", r.Step)}}
	default:
		return nil, FamilyUnknown
	}
	if out.err != nil {
		return nil, out.err
	}
	return m, nil
}

func toAllOrNothing(m *rulev1.AllOrNothing) rule.AllOrNothing {
	var r rule.AllOrNothing
	for _, c := range m.GetConditions() {
		r.Conditions = append(r.Conditions, rule.Condition{ID: c.GetId(), Text: c.GetText()})
	}
	return r
}

func fromAllOrNothing(r rule.AllOrNothing) *rulev1.AllOrNothing {
	m := new(rulev1.AllOrNothing)
	for _, c := range r.Conditions {
		m.Conditions = append(m.Conditions, &rulev1.Condition{Id: c.ID, Text: c.Text})
	}
	return m
}

func toChoice(in *reader, m *rulev1.Choice) rule.Choice {
	var r rule.Choice
	for i, o := range m.GetOptions() {
		r.Options = append(r.Options, rule.Option{
			ID: o.GetId(), Text: o.GetText(), Points: in.points(fmt.Sprintf("choice.options[%d].points", i), o.GetPoints()),
		})
	}
	return r
}

func fromChoice(out *writer, r rule.Choice) *rulev1.Choice {
	m := new(rulev1.Choice)
	for i, o := range r.Options {
		m.Options = append(m.Options, &rulev1.Option{
			Id: o.ID, Text: o.Text, Points: out.points(fmt.Sprintf("choice.options[%d].points", i), o.Points),
		})
	}
	return m
}

func toProportional(in *reader, m *rulev1.Proportional) rule.Proportional {
	r := rule.Proportional{Floor: points.Points{}}
	if floor := m.GetFloorPercent(); floor != "" {
		r.Floor = in.points("proportional.floor_percent", floor)
	}
	return r
}

func fromProportional(out *writer, r rule.Proportional) *rulev1.Proportional {
	if r.Floor.IsZero() {
		return &rulev1.Proportional{FloorPercent: ""}
	}
	return &rulev1.Proportional{FloorPercent: out.points("proportional.floor_percent", r.Floor)}
}

func toDeduction(in *reader, m *rulev1.Deduction) rule.Deduction {
	r := rule.Deduction{Step: in.points("deduction.step", m.GetStep()), Bonus: nil}
	if b := m.GetBonus(); b != nil {
		r.Bonus = &rule.Bonus{Step: in.points("deduction.bonus.step", b.GetStep()), Cap: in.points("deduction.bonus.cap", b.GetCap())}
	}
	return r
}

func fromDeduction(out *writer, r rule.Deduction) *rulev1.Deduction {
	m := &rulev1.Deduction{Step: out.points("deduction.step", r.Step), Bonus: nil}
	if r.Bonus != nil {
		m.Bonus = &rulev1.Bonus{Step: out.points("deduction.bonus.step", r.Bonus.Step), Cap: out.points("deduction.bonus.cap", r.Bonus.Cap)}
	}
	return m
}

func toFormula(in *reader, m *rulev1.Formula) rule.Formula {
	r := rule.Formula{Expression: m.GetExpression(), Inputs: nil}
	for i, declared := range m.GetInputs() {
		path := fmt.Sprintf("formula.inputs[%d]", i)
		input := rule.FormulaInput{ID: declared.GetId(), Text: declared.GetText(), Kind: from(inputKinds, declared.GetKind()), Min: nil, Max: nil}
		if declared.GetMin() != "" {
			input.Min = new(in.points(path+".min", declared.GetMin()))
		}
		if declared.GetMax() != "" {
			input.Max = new(in.points(path+".max", declared.GetMax()))
		}
		r.Inputs = append(r.Inputs, input)
	}
	return r
}

func fromFormula(out *writer, r rule.Formula) *rulev1.Formula {
	m := &rulev1.Formula{Expression: r.Expression, Inputs: nil}
	for i, input := range r.Inputs {
		path := fmt.Sprintf("formula.inputs[%d]", i)
		declared := &rulev1.FormulaInput{Id: input.ID, Text: input.Text, Kind: inputKinds[input.Kind], Min: "", Max: ""}
		if input.Min != nil {
			declared.Min = out.points(path+".min", *input.Min)
		}
		if input.Max != nil {
			declared.Max = out.points(path+".max", *input.Max)
		}
		m.Inputs = append(m.Inputs, declared)
	}
	return m
}

// scaleEnd is an end that a band does not state.
var scaleEnd = rule.End{Kind: rule.ScaleEnd, Percent: points.Points{}}

func toBands(in *reader, m *rulev1.Bands) rule.Bands {
	var r rule.Bands
	for i, b := range m.GetBands() {
		path := fmt.Sprintf("bands.bands[%d]", i)
		band := rule.Band{Points: in.points(path+".points", b.GetPoints()), Low: scaleEnd, High: scaleEnd}
		switch low := b.GetLow().(type) {
		case *rulev1.Band_From:
			band.Low = rule.End{Kind: rule.Closed, Percent: in.points(path+".from", low.From)}
		case *rulev1.Band_Above:
			band.Low = rule.End{Kind: rule.Open, Percent: in.points(path+".above", low.Above)}
		}
		switch high := b.GetHigh().(type) {
		case *rulev1.Band_To:
			band.High = rule.End{Kind: rule.Closed, Percent: in.points(path+".to", high.To)}
		case *rulev1.Band_Below:
			band.High = rule.End{Kind: rule.Open, Percent: in.points(path+".below", high.Below)}
		}
		r.Bands = append(r.Bands, band)
	}
	return r
}

func fromBands(out *writer, r rule.Bands) *rulev1.Bands {
	m := new(rulev1.Bands)
	for i, b := range r.Bands {
		path := fmt.Sprintf("bands.bands[%d]", i)
		band := &rulev1.Band{Points: out.points(path+".points", b.Points), Low: nil, High: nil}
		switch b.Low.Kind {
		case rule.ScaleEnd:
		case rule.Closed:
			band.Low = &rulev1.Band_From{From: out.points(path+".from", b.Low.Percent)}
		case rule.Open:
			band.Low = &rulev1.Band_Above{Above: out.points(path+".above", b.Low.Percent)}
		}
		switch b.High.Kind {
		case rule.ScaleEnd:
		case rule.Closed:
			band.High = &rulev1.Band_To{To: out.points(path+".to", b.High.Percent)}
		case rule.Open:
			band.High = &rulev1.Band_Below{Below: out.points(path+".below", b.High.Percent)}
		}
		m.Bands = append(m.Bands, band)
	}
	return m
}
