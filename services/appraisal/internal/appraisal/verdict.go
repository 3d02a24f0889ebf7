package appraisal

import (
	"time"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
)

// Verdict is what the appraisal says of one item in one round (rule V2).
type Verdict struct {
	Agreed bool
	// Facts are those that Points follow from by the item's rule; none where the
	// points are set directly or are 0 for lack of facts or evidence.
	Facts sealed.Facts
	// Points are from 0 to the most that the item's rule gives, and to its max
	// points if they are set directly; nil: not applicable.
	Points *points.Points
	// ReasonCode is the name of a parindex.appraisal.v1.ReasonCode without its
	// beginning ("NOT_DONE"), and empty where Agreed.
	ReasonCode, Reason string
	// OverrideReason is why points were set directly; empty otherwise.
	OverrideReason string
	// Missing is the evidence to hand in; nil for none.
	Missing *MissingEvidence
	// DecidedBy is the home agency of the appraiser; empty for none.
	DecidedBy  string
	DecideTime time.Time
	// GuidanceVersion is that of the cycle's guidance in force when the verdict was
	// decided; 0: none (rule C12).
	GuidanceVersion int32
	// Version counts the verdicts given on the case, from 1.
	Version int64
}

// MissingEvidence is evidence that an agency is to hand in (S0 Điều 7).
type MissingEvidence struct{ Name, Kind, Content string }

// The reason codes that let an item count 0 without facts.
const (
	EvidenceMissing = "EVIDENCE_MISSING"
	NotDone         = "NOT_DONE"
)

// Agree returns the verdict that the claim counts as it was sealed.
func Agree(c Claim) Verdict {
	v := Verdict{Agreed: true, Points: c.Counted()}
	if c.NotCounted == "" {
		v.Facts = c.Facts
	}
	return v
}

// Correction is how a verdict disagrees.
type Correction struct {
	// Facts are the corrected ones; none: see Points.
	Facts sealed.Facts
	// Points are set directly; nil: not.
	Points *points.Points
	// OverrideReason is why they are.
	OverrideReason     string
	ReasonCode, Reason string
	Missing            *MissingEvidence
}

// Disagree returns the verdict that a correction comes to for an item (rule V2):
// the points of the corrected facts by the item's rule, or those set directly,
// or 0 for what is missing or was not done.
//
// It fails with CorrectionTwice, OverrideUnreasoned, rule.PointsBeyondMax and
// rule.FigureNegative, CorrectionMissing, and as rule.Evaluate does, at "input".
func Disagree(item cycle.Item, policy points.Policy, c Correction) (Verdict, error) {
	v := Verdict{ReasonCode: c.ReasonCode, Reason: c.Reason, Missing: c.Missing}
	switch {
	case !c.Facts.IsZero() && c.Points != nil:
		return v, CorrectionTwice.At("override_points")
	case c.Points == nil && c.OverrideReason != "":
		return v, CorrectionMissing.At("override_points")
	case !c.Facts.IsZero():
		result, err := rule.Evaluate(item.Rule, item.Rated(policy), c.Facts.Input)
		if err != nil {
			return v, within("input", err)
		}
		v.Facts = c.Facts
		if result.Applicable {
			v.Points = &result.Points
		}
		return v, nil
	case c.Points != nil:
		v.Points, v.OverrideReason = c.Points, c.OverrideReason
		return v, checkOverride(item, c)
	case c.ReasonCode != EvidenceMissing && c.ReasonCode != NotDone:
		return v, CorrectionMissing.At("input")
	}
	v.Points = new(points.Points)
	return v, nil
}

func checkOverride(item cycle.Item, c Correction) error {
	switch {
	case c.OverrideReason == "":
		return OverrideUnreasoned.At("override_reason")
	case c.Points.Sign() < 0:
		return rule.FigureNegative.At("override_points")
	case c.Points.Cmp(item.Max) > 0:
		return rule.PointsBeyondMax.With(item.Max).At("override_points")
	}
	return nil
}

// within returns a fault whose place is within another.
func within(place string, err error) error {
	f := *fault.From(err)
	if f.Field != "" {
		place += "." + f.Field
	}
	return f.At(place)
}
