package cycletest

import (
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

// Member is an agency that is scored in a group.
func Member(id, name, group string) *catalogv1.CycleAgency {
	return &catalogv1.CycleAgency{
		Agency: &catalogv1.Agency{Id: id, Name: name}, Group: group, State: catalogv1.ScoringState_SCORING_STATE_SCORED,
	}
}

// NotScored is an agency of a group that is not scored, for a reason.
func NotScored(id, name, group, reason string) *catalogv1.CycleAgency {
	m := Member(id, name, group)
	m.State, m.Reason = catalogv1.ScoringState_SCORING_STATE_NOT_SCORED, reason
	return m
}

// Left is an agency of a group that has left the cycle, for a reason.
func Left(id, name, group, reason string) *catalogv1.CycleAgency {
	m := NotScored(id, name, group, reason)
	m.Departure = &catalogv1.Departure{
		Kind: catalogv1.DepartureKind_DEPARTURE_KIND_MERGED, Date: "2026-07-01", Letter: "31/QĐ-UBND", Reason: reason,
	}
	return m
}

// Domain is a node at the top of a part.
func Domain(part, code, name, field string) *catalogv1.Node {
	return &catalogv1.Node{Part: part, Code: code, Name: name, Field: field}
}

// Item is a node with points; most is the greatest number of them.
func Item(part, code, parent, name, most string, source catalogv1.SourceKind, rule *rulev1.Rule) *catalogv1.Node {
	return &catalogv1.Node{
		Part: part, Code: code, Parent: parent, Name: name, Item: &catalogv1.Item{MaxPoints: most, SourceKind: source, Rule: rule},
	}
}

// Choice is the rule that one of some options is chosen.
func Choice(options ...*rulev1.Option) *rulev1.Rule {
	return &rulev1.Rule{Family: &rulev1.Rule_Choice{Choice: &rulev1.Choice{Options: options}}}
}

// AllOrNothing is the rule that every condition is met.
func AllOrNothing(conditions ...*rulev1.Condition) *rulev1.Rule {
	return &rulev1.Rule{Family: &rulev1.Rule_AllOrNothing{AllOrNothing: &rulev1.AllOrNothing{Conditions: conditions}}}
}

// Proportional is the rule that points are in proportion to a ratio.
func Proportional() *rulev1.Rule {
	return &rulev1.Rule{Family: &rulev1.Rule_Proportional{Proportional: &rulev1.Proportional{}}}
}

// Manual is the rule that points are given in steps.
func Manual(step string) *rulev1.Rule {
	return &rulev1.Rule{Family: &rulev1.Rule_Manual{Manual: &rulev1.Manual{Step: step}}}
}

// Survey is the rule that points are in proportion to the result of a survey.
func Survey() *rulev1.Rule {
	return &rulev1.Rule{Family: &rulev1.Rule_Survey{Survey: &rulev1.Survey{}}}
}
