package rulepb

import (
	"maps"
	"slices"
	"strconv"

	"github.com/parindex/parindex/libs/rule"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

// ToInput returns the input of a message. It fails with InputUnknown, or with
// points.Malformed and the field.
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
	case *rulev1.Input_Counts:
		input = rule.Counts{Deductions: facts.Counts.GetDeductions(), Bonuses: facts.Counts.GetBonuses()}
	case *rulev1.Input_History:
		input = toHistory(&in, facts.History)
	case *rulev1.Input_Targets:
		input = rule.TargetsMet{Met: facts.Targets.GetMet(), Planned: facts.Targets.GetPlanned()}
	case *rulev1.Input_Peer:
		input = toPeer(&in, facts.Peer)
	case *rulev1.Input_Formula:
		input = toFacts(&in, facts.Formula)
	default:
		return nil, InputUnknown
	}
	if in.err != nil {
		return nil, in.err
	}
	return input, nil
}

// FromInput returns the message of an input. It fails with InputUnknown for nil, or
// with points.Malformed and the field of a figure that is too long for the
// contract.
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
	case rule.Counts:
		m.Facts = &rulev1.Input_Counts{Counts: &rulev1.Counts{Deductions: in.Deductions, Bonuses: in.Bonuses}}
	case rule.History:
		m.Facts = &rulev1.Input_History{History: &rulev1.History{
			Latest: out.optional("history.latest", in.Latest), Before: out.optional("history.before", in.Before),
		}}
	case rule.TargetsMet:
		m.Facts = &rulev1.Input_Targets{Targets: &rulev1.TargetsMet{Met: in.Met, Planned: in.Planned}}
	case rule.Peer:
		m.Facts = &rulev1.Input_Peer{Peer: &rulev1.Peer{
			Value: out.points("peer.value", in.Value), Best: out.optional("peer.best", in.Best),
		}}
	case rule.Facts:
		m.Facts = &rulev1.Input_Formula{Formula: fromFacts(&out, in)}
	default:
		return nil, InputUnknown
	}
	if out.err != nil {
		return nil, out.err
	}
	return m, nil
}

func toHistory(in *reader, m *rulev1.History) rule.History {
	if m == nil {
		return rule.History{Latest: nil, Before: nil}
	}
	return rule.History{Latest: in.optional("history.latest", m.Latest), Before: in.optional("history.before", m.Before)}
}

func toPeer(in *reader, m *rulev1.Peer) rule.Peer {
	peer := rule.Peer{Value: in.points("peer.value", m.GetValue()), Best: nil}
	if m != nil {
		peer.Best = in.optional("peer.best", m.Best)
	}
	return peer
}

func toFacts(in *reader, m *rulev1.FormulaFacts) rule.Facts {
	facts := rule.Facts{Values: make(map[string]rule.Fact, len(m.GetValues()))}
	for _, id := range slices.Sorted(maps.Keys(m.GetValues())) {
		switch fact := m.GetValues()[id].GetFact().(type) {
		case *rulev1.Fact_Number:
			facts.Values[id] = rule.Fact{Number: new(in.points(factPath(id)+".number", fact.Number)), Met: nil}
		case *rulev1.Fact_Met:
			facts.Values[id] = rule.Fact{Number: nil, Met: new(fact.Met)}
		default:
			in.fail(InputUnknown.At(factPath(id)))
		}
	}
	return facts
}

func fromFacts(out *writer, facts rule.Facts) *rulev1.FormulaFacts {
	m := &rulev1.FormulaFacts{Values: make(map[string]*rulev1.Fact, len(facts.Values))}
	for _, id := range slices.Sorted(maps.Keys(facts.Values)) {
		switch fact := facts.Values[id]; {
		case fact.Number != nil:
			m.Values[id] = &rulev1.Fact{Fact: &rulev1.Fact_Number{Number: out.points(factPath(id)+".number", *fact.Number)}}
		case fact.Met != nil:
			m.Values[id] = &rulev1.Fact{Fact: &rulev1.Fact_Met{Met: *fact.Met}}
		default:
			out.fail(InputUnknown.At(factPath(id)))
		}
	}
	return m
}

func factPath(id string) string { return "formula.values[" + strconv.Quote(id) + "]" }
