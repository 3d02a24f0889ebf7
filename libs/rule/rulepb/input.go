package rulepb

import (
	"slices"

	"github.com/parindex/parindex/libs/rule"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

// ToInput returns the input of a message: InputUnknown, or points.Malformed
// with the field.
func ToInput(m *rulev1.Input) (rule.Input, error) {
	var (
		in    reader
		input rule.Input
	)
	switch facts := m.GetFacts().(type) {
	case *rulev1.Input_ConditionsMet:
		input = rule.ConditionsMet{IDs: slices.Clone(facts.ConditionsMet.GetIds())}
	case *rulev1.Input_Option:
		input = rule.Chosen{Option: facts.Option}
	case *rulev1.Input_Ratio:
		input = rule.Ratio{
			Done:    in.points("ratio.done", facts.Ratio.GetDone()),
			Planned: in.points("ratio.planned", facts.Ratio.GetPlanned()),
		}
	case *rulev1.Input_Percent:
		input = rule.Percent{Figure: in.points("percent", facts.Percent)}
	case *rulev1.Input_Points:
		input = rule.Given{Points: in.points("points", facts.Points)}
	case *rulev1.Input_Value:
		input = rule.Value{Figure: in.points("value", facts.Value)}
	default:
		return nil, InputUnknown
	}
	if in.err != nil {
		return nil, in.err
	}
	return input, nil
}

// FromInput returns the message of an input: InputUnknown of nil, or
// points.Malformed with the field of a figure that is too long to travel.
func FromInput(input rule.Input) (*rulev1.Input, error) {
	var out writer
	m := new(rulev1.Input)
	switch in := input.(type) {
	case rule.ConditionsMet:
		m.Facts = &rulev1.Input_ConditionsMet{ConditionsMet: &rulev1.ConditionsMet{Ids: slices.Clone(in.IDs)}}
	case rule.Chosen:
		m.Facts = &rulev1.Input_Option{Option: in.Option}
	case rule.Ratio:
		m.Facts = &rulev1.Input_Ratio{Ratio: &rulev1.Ratio{
			Done: out.points("ratio.done", in.Done), Planned: out.points("ratio.planned", in.Planned),
		}}
	case rule.Percent:
		m.Facts = &rulev1.Input_Percent{Percent: out.points("percent", in.Figure)}
	case rule.Given:
		m.Facts = &rulev1.Input_Points{Points: out.points("points", in.Points)}
	case rule.Value:
		m.Facts = &rulev1.Input_Value{Value: out.points("value", in.Figure)}
	default:
		return nil, InputUnknown
	}
	if out.err != nil {
		return nil, out.err
	}
	return m, nil
}
