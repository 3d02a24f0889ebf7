package rule

import (
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// The faults of points that an appraiser sets.
var (
	// PointsBeyondMax means that the points exceed the item's max points.
	PointsBeyondMax = fault.Invalid.Reason("POINTS_BEYOND_MAX",
		"Điểm cho vượt điểm tối đa %s của nội dung. Hãy nhập điểm từ 0 đến mức này.",
		"The points exceed the max points %s of the item. Enter points from 0 to that figure.")
	// PointsOffStep means that the points are not a multiple of the rule's step. Its
	// arguments are the step and the next multiple below the points.
	PointsOffStep = fault.Invalid.Reason("POINTS_OFF_STEP",
		"Điểm cho phải là bội số của bước điểm %[1]s. Hãy nhập một bội số của %[1]s, ví dụ %[2]s.",
		"The points must be a multiple of the rule's step %s. Enter such points, as %s.")
)

// Violations of the step.
var (
	stepNotPositive = fault.Invalid.Reason("STEP_NOT_POSITIVE",
		"Bước điểm phải lớn hơn 0. Hãy nhập lại, ví dụ 0.25.",
		"The step must be above 0. Enter such a figure, as 0.25.")
	maxOffStep = fault.Invalid.Reason("MAX_OFF_STEP",
		"Điểm tối đa %s không phải bội số của bước điểm. Hãy sửa điểm tối đa hoặc bước điểm.",
		"The max points %s are no multiple of the step. Correct the max points or the step.")
)

// Manual gives the points that an appraiser sets, from 0 to max points in steps
// (rule C6, family 10). Its input is Given.
type Manual struct {
	// Step is above 0, and max points are a multiple of it.
	Step points.Points `json:"step"`
}

// Given holds the points that an appraiser sets.
type Given struct{ Points points.Points }

func (Given) input() {}

// Family returns "manual".
func (Manual) Family() string { return "manual" }

func (r Manual) check(item Item, found *findings) {
	if r.Step.Sign() <= 0 {
		found.add("step", stepNotPositive)
		return
	}
	found.places("step", r.Step, item)
	if !multiple(item.Max, r.Step) {
		found.add("step", maxOffStep, item.Max)
	}
}

func (r Manual) evaluate(ex *explanation, in Input) error {
	given, ok := in.(Given)
	switch {
	case !ok:
		return InputKindWrong
	case given.Points.Cmp(ex.item.Max) > 0:
		return PointsBeyondMax.With(ex.item.Max).At("points")
	}
	if err := r.onStep(given.Points); err != nil {
		return fault.From(err).At("points")
	}
	_, err := ex.take("points", given.Points, "Điểm cho", "Points given")
	return err
}

// onStep fails with PointsOffStep unless p is a multiple of the step.
func (r Manual) onStep(p points.Points) error {
	if multiple(p, r.Step) {
		return nil
	}
	times, err := points.Policy{Mode: points.Down}.Quotient(p, r.Step, 0)
	if err != nil { // a step of 0, which check refuses
		return PointsOffStep.With(r.Step, r.Step)
	}
	return PointsOffStep.With(r.Step, times.Mul(r.Step))
}

// CheckSet fails for points that somebody may not set in place of those that a rule
// gives: with PointsOffStep if they are no multiple of a manual rule's step, and with
// FigureTooFine if they have more decimal places than points are rounded to.
func CheckSet(r Rule, item Item, p points.Points) error {
	if manual, steps := r.(Manual); steps {
		return manual.onStep(p)
	}
	if !item.Policy.Item(p).Equal(p) {
		return figureTooFine.With(item.Policy.ItemScale)
	}
	return nil
}

// multiple reports whether x is a whole multiple of step; false if step is 0.
func multiple(x, step points.Points) bool {
	times, err := points.Policy{Mode: points.Down}.Quotient(x, step, 0)
	return err == nil && times.Mul(step).Equal(x)
}
