// Package criteriapb translates the terms of libs/criteria and rounding policies to and
// from the messages of catalog. It has the only table of each enum.
package criteriapb

import (
	"cmp"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

// The enums.
var (
	Phases = message.Enum[criteria.Phase, catalogv1.Phase]{
		criteria.Preparation:      catalogv1.Phase_PHASE_PREPARATION,
		criteria.Self1:            catalogv1.Phase_PHASE_SELF_1,
		criteria.Appraisal1:       catalogv1.Phase_PHASE_APPRAISAL_1,
		criteria.Self2:            catalogv1.Phase_PHASE_SELF_2,
		criteria.Appraisal2:       catalogv1.Phase_PHASE_APPRAISAL_2,
		criteria.AppraisalCouncil: catalogv1.Phase_PHASE_APPRAISAL_COUNCIL,
		criteria.Presented:        catalogv1.Phase_PHASE_PRESENTED,
		criteria.Published:        catalogv1.Phase_PHASE_PUBLISHED,
		criteria.Reported:         catalogv1.Phase_PHASE_REPORTED,
		criteria.Archived:         catalogv1.Phase_PHASE_ARCHIVED,
	}
	SourceKinds = message.Enum[criteria.SourceKind, catalogv1.SourceKind]{
		criteria.Self:         catalogv1.SourceKind_SOURCE_KIND_SELF,
		criteria.Survey:       catalogv1.SourceKind_SOURCE_KIND_SURVEY,
		criteria.Satisfaction: catalogv1.SourceKind_SOURCE_KIND_SATISFACTION,
		criteria.Targets:      catalogv1.SourceKind_SOURCE_KIND_TARGETS,
		criteria.Feed:         catalogv1.SourceKind_SOURCE_KIND_FEED,
		criteria.History:      catalogv1.SourceKind_SOURCE_KIND_HISTORY,
	}
	Comparisons = message.Enum[criteria.Comparison, catalogv1.Comparison]{
		criteria.IndexScale:   catalogv1.Comparison_COMPARISON_INDEX_SCALE,
		criteria.DisplayScale: catalogv1.Comparison_COMPARISON_DISPLAY_SCALE,
	}
	TieRules = message.Enum[criteria.TieRule, catalogv1.TieRule]{
		criteria.Skip:  catalogv1.TieRule_TIE_RULE_SKIP,
		criteria.Dense: catalogv1.TieRule_TIE_RULE_DENSE,
	}
	ExcessRules = message.Enum[criteria.ExcessRule, catalogv1.ExcessRule]{
		criteria.Refused: catalogv1.ExcessRule_EXCESS_RULE_REFUSED,
		criteria.Capped:  catalogv1.ExcessRule_EXCESS_RULE_CAPPED,
		criteria.Allowed: catalogv1.ExcessRule_EXCESS_RULE_ALLOWED,
	}
	Incompletes = message.Enum[criteria.Incomplete, catalogv1.IncompleteSubordinates]{
		criteria.NotClassified: catalogv1.IncompleteSubordinates_INCOMPLETE_SUBORDINATES_NOT_CLASSIFIED,
		criteria.CountAsWorse:  catalogv1.IncompleteSubordinates_INCOMPLETE_SUBORDINATES_COUNT_AS_WORSE,
	}
	RoundingModes = message.Enum[points.Mode, catalogv1.RoundingMode]{
		points.HalfAwayFromZero: catalogv1.RoundingMode_ROUNDING_MODE_HALF_AWAY_FROM_ZERO,
		points.HalfEven:         catalogv1.RoundingMode_ROUNDING_MODE_HALF_EVEN,
		points.Down:             catalogv1.RoundingMode_ROUNDING_MODE_DOWN,
	}
)

// FromPolicy returns the message of a policy.
func FromPolicy(p points.Policy) *catalogv1.RoundingPolicy {
	return &catalogv1.RoundingPolicy{
		ItemScale: p.ItemScale, IndexScale: p.IndexScale, DisplayScale: p.DisplayScale, Mode: RoundingModes.To(p.Mode),
	}
}

// ToPolicy returns the policy of a message without validating it.
func ToPolicy(m *catalogv1.RoundingPolicy) points.Policy {
	return points.Policy{
		ItemScale: m.GetItemScale(), IndexScale: m.GetIndexScale(), DisplayScale: m.GetDisplayScale(), Mode: RoundingModes.From(m.GetMode()),
	}
}

// FromClass returns the message of a class.
func FromClass(c criteria.Class) *catalogv1.Class {
	m := &catalogv1.Class{Id: c.ID, Name: c.Name, Low: nil, High: nil}
	switch c.Low.Kind {
	case rule.Closed:
		m.Low = &catalogv1.Class_From{From: c.Low.Percent.String()}
	case rule.Open:
		m.Low = &catalogv1.Class_Above{Above: c.Low.Percent.String()}
	case rule.ScaleEnd:
	}
	switch c.High.Kind {
	case rule.Closed:
		m.High = &catalogv1.Class_To{To: c.High.Percent.String()}
	case rule.Open:
		m.High = &catalogv1.Class_Below{Below: c.High.Percent.String()}
	case rule.ScaleEnd:
	}
	return m
}

// scaleEnd is the end of a class without a bound.
var scaleEnd = rule.End{Kind: rule.ScaleEnd, Percent: points.Points{}}

// ToClass returns the class of a message. It fails as points.Parse does, at the field
// of the bound that is not a figure: "from", "above", "to" or "below".
func ToClass(m *catalogv1.Class) (criteria.Class, error) {
	c := criteria.Class{ID: m.GetId(), Name: m.GetName(), Low: scaleEnd, High: scaleEnd}
	var lowErr, highErr error
	switch end := m.GetLow().(type) {
	case *catalogv1.Class_From:
		c.Low, lowErr = toEnd("from", rule.Closed, end.From)
	case *catalogv1.Class_Above:
		c.Low, lowErr = toEnd("above", rule.Open, end.Above)
	}
	switch end := m.GetHigh().(type) {
	case *catalogv1.Class_To:
		c.High, highErr = toEnd("to", rule.Closed, end.To)
	case *catalogv1.Class_Below:
		c.High, highErr = toEnd("below", rule.Open, end.Below)
	}
	return c, cmp.Or(lowErr, highErr)
}

func toEnd(field string, kind rule.EndKind, figure string) (rule.End, error) {
	percent, err := points.Parse(figure)
	if err != nil {
		return scaleEnd, fault.From(err).At(field)
	}
	return rule.End{Kind: kind, Percent: percent}, nil
}
