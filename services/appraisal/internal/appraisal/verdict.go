package appraisal

import (
	"time"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
)

// Verdict is the decision of the appraisal on one case (rule V2).
type Verdict struct {
	Agreed bool
	// Facts give Points by the item's rule. There are none if the points are set
	// directly or are 0 for lack of facts or evidence.
	Facts sealed.Facts
	// Points are from 0 to the most that the item's rule gives, or to the item's max
	// points if they are set directly; nil if the item is not applicable, and if only a
	// scoring run gives the points of Facts.
	Points *points.Points
	// ReasonCode is the name of a parindex.appraisal.v1.ReasonCode without its prefix
	// ("NOT_DONE"). Reason explains it in words. Both are empty if Agreed.
	ReasonCode, Reason string
	// OverrideReason is the reason for setting points directly; empty if the points
	// follow from facts.
	OverrideReason string
	// Missing is the evidence that the agency must hand in; nil for none.
	Missing *MissingEvidence
	// DecidedBy is the home agency of the appraiser; empty for none.
	DecidedBy  string
	DecideTime time.Time
	// GuidanceVersion is the version of the cycle's guidance that was in force when the
	// verdict was decided; 0 for none (rule C12).
	GuidanceVersion int32
	// Version counts the verdicts on the case from 1.
	Version int64
	// SealNumber and ReportSequence are the seal and the reported value that the verdict
	// has judged; 0 for none.
	SealNumber, ReportSequence int
}

// MissingEvidence is evidence that an agency must hand in (S0 Điều 7).
type MissingEvidence struct{ Name, Kind, Content string }

// The reason codes with which an item counts 0 without facts.
const (
	EvidenceMissing = "EVIDENCE_MISSING"
	NotDone         = "NOT_DONE"
)

// Agree returns the verdict that accepts what is stated on a case: 0 points if nothing
// is. It fails as rule.Evaluate does.
func Agree(item cycle.Item, policy points.Policy, x Case) (Verdict, error) {
	v := Verdict{Agreed: true, Facts: x.stated()}
	if v.Facts.IsZero() {
		v.Points = new(points.Points)
		return v, nil
	}
	var err error
	v.Points, err = pointsOf(item, policy, v.Facts)
	return v, err
}

// pointsOf returns the points of facts, nil if the item is not applicable or only a
// scoring run gives them.
func pointsOf(item cycle.Item, policy points.Policy, facts sealed.Facts) (*points.Points, error) {
	result, err := item.Evaluate(policy, facts.Input)
	if err != nil || result == nil || !result.Applicable {
		return nil, err
	}
	return &result.Points, nil
}

// Correction is the content of a verdict that disagrees.
type Correction struct {
	// Facts are the corrected facts; empty if Points are set, or if the item counts 0.
	Facts sealed.Facts
	// Points are set directly; nil if they follow from Facts.
	Points *points.Points
	// OverrideReason is the reason for setting Points.
	OverrideReason     string
	ReasonCode, Reason string
	Missing            *MissingEvidence
}

// Disagree returns the verdict of a correction on an item (rule V2). The item gets the
// points that its rule gives for the corrected facts, or the points that are set
// directly, or 0 if evidence is missing or the task was not done.
//
// It fails with CorrectionTwice, OverrideUnreasoned, rule.PointsBeyondMax,
// rule.FigureNegative, CorrectionMissing, for the points as rule.CheckSet does, and as rule.Evaluate does, at "input".
func Disagree(item cycle.Item, policy points.Policy, c Correction) (Verdict, error) {
	v := Verdict{ReasonCode: c.ReasonCode, Reason: c.Reason, Missing: c.Missing}
	switch {
	case !c.Facts.IsZero() && c.Points != nil:
		return v, CorrectionTwice.At("override_points")
	case c.Points == nil && c.OverrideReason != "":
		return v, CorrectionMissing.At("override_points")
	case !c.Facts.IsZero():
		var err error
		if v.Points, err = pointsOf(item, policy, c.Facts); err != nil {
			return v, Within("input", err)
		}
		v.Facts = c.Facts
		return v, nil
	case c.Points != nil:
		v.Points, v.OverrideReason = c.Points, c.OverrideReason
		return v, checkOverride(item, policy, c)
	case c.ReasonCode != EvidenceMissing && c.ReasonCode != NotDone:
		return v, CorrectionMissing.At("input")
	}
	v.Points = new(points.Points)
	return v, nil
}

func checkOverride(item cycle.Item, policy points.Policy, c Correction) error {
	switch {
	case c.OverrideReason == "":
		return OverrideUnreasoned.At("override_reason")
	case c.Points.Sign() < 0:
		return rule.FigureNegative.At("override_points")
	case c.Points.Cmp(item.Max) > 0:
		return rule.PointsBeyondMax.With(item.Max).At("override_points")
	}
	if err := rule.CheckSet(item.Rule, item.Rated(policy, points.Points{}), *c.Points); err != nil {
		return fault.From(err).At("override_points")
	}
	return nil
}

// Within puts the name of a field before the field of a fault.
func Within(field string, err error) error {
	f := fault.From(err)
	if f.Field != "" {
		field += "." + f.Field
	}
	return f.At(field)
}
