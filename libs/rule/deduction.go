package rule

import (
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// BonusUnknown means that merits were entered although the rule has no bonus.
var BonusUnknown = fault.Invalid.Reason("BONUS_UNKNOWN",
	"Quy tắc không có điểm thưởng. Hãy bỏ số lần thưởng.",
	"The rule has no bonus. Leave the bonuses out.")

// Violations of a rule with a bonus.
var (
	capNotPositive = fault.Invalid.Reason("CAP_NOT_POSITIVE",
		"Mức thưởng tối đa phải lớn hơn 0. Hãy nhập lại, ví dụ 0.5.",
		"The cap must be above 0. Enter such a figure, as 0.5.")
	stepBeyondCap = fault.Invalid.Reason("STEP_BEYOND_CAP",
		"Bước điểm vượt mức thưởng tối đa %s nên không bao giờ được cộng đủ. Hãy giảm bước điểm hoặc tăng mức thưởng.",
		"The step is beyond the cap %s and is never given in full. Reduce the step or raise the cap.")
)

// Deduction subtracts a step from max points for each deduction, down to 0, and
// then adds the bonus (rule C6, family 5). Its input is Counts.
type Deduction struct {
	// Step is above 0 and at most max points.
	Step points.Points `json:"step"`
	// Bonus is nil if there is none.
	Bonus *Bonus `json:"bonus,omitempty"`
}

// Bonus adds merits × step, at most the cap. It can raise the points above max
// points.
type Bonus struct {
	// Step is above 0 and at most Cap.
	Step points.Points `json:"step"`
	// Cap is above 0.
	Cap points.Points `json:"cap"`
}

// Counts holds the numbers of deductions and merits; neither may be negative.
type Counts struct {
	Deductions int32 `json:"deductions,omitempty"`
	Bonuses    int32 `json:"bonuses,omitempty"`
}

func (Counts) input() {}

// Family returns "deduction".
func (Deduction) Family() string { return "deduction" }

// highest returns max points plus the whole bonus.
func (r Deduction) highest(item Item) points.Points {
	if r.Bonus == nil {
		return item.Max
	}
	return item.Max.Add(r.Bonus.Cap)
}

func (r Deduction) check(item Item, found *findings) {
	if r.Step.Sign() <= 0 {
		found.add("step", stepNotPositive)
	}
	found.points("step", r.Step, item)
	if r.Bonus == nil {
		return
	}
	step, most := r.Bonus.Step, r.Bonus.Cap
	switch {
	case step.Sign() <= 0:
		found.add("bonus.step", stepNotPositive)
	case most.Sign() > 0 && step.Cmp(most) > 0:
		found.add("bonus.step", stepBeyondCap, most)
	}
	found.places("bonus.step", step, item)
	if most.Sign() <= 0 {
		found.add("bonus.cap", capNotPositive)
	}
	found.places("bonus.cap", most, item)
	if fits(most.String()) && !fits(r.highest(item).String()) {
		found.add("bonus.cap", figureTooLong)
	}
}

func (r Deduction) evaluate(ex *explanation, in Input) error {
	counts, ok := in.(Counts)
	if !ok {
		return InputKindWrong
	}
	if r.Bonus == nil && counts.Bonuses != 0 {
		return BonusUnknown.At("counts.bonuses")
	}
	deductions, err := ex.takeCount("counts.deductions", counts.Deductions, "Số lần bị trừ điểm", "Deductions")
	if err != nil {
		return err
	}
	lost, err := ex.times("counts.deductions", deductions, r.Step, "Điểm trừ", "Deducted")
	if err != nil {
		return err
	}
	highest := figureOf(ex.item.Max)
	left := ex.apply(OpSubtract, highest, lost, "Điểm tối đa trừ điểm trừ: ", "Max points less what is deducted: ")
	ex.raise(left, figureOf(points.Points{}), "Điểm không thấp hơn 0.", "Points are never below 0.")
	if r.Bonus == nil {
		return nil
	}
	ex.reduce(ex.item.Max.Sub(ex.item.Reduced)) // before the bonus, which reductions do not lower
	return r.Bonus.add(ex, figureOf(ex.points), counts.Bonuses)
}

// add adds the bonus for the merits to the points that the deductions left.
func (b Bonus) add(ex *explanation, left figure, merits int32) error {
	n, err := ex.takeCount("counts.bonuses", merits, "Số lần được thưởng điểm", "Merits")
	if err != nil {
		return err
	}
	bonus, err := ex.times("counts.bonuses", n, b.Step, "Điểm thưởng", "Bonus")
	if err != nil {
		return err
	}
	most := figureOf(b.Cap)
	bonus = ex.cap(bonus, most, "Điểm thưởng không quá "+most.vi+".", "The bonus is at most "+most.text+".")
	ex.apply(OpAdd, left, bonus, "Cộng điểm thưởng: ", "With the bonus: ")
	return nil
}

// times multiplies a count by a step; field is the path of the count.
func (ex *explanation) times(field string, n figure, step points.Points, vi, en string) (figure, error) {
	x := figureOf(step)
	if !fits(n.Mul(step).String()) {
		return figure{}, points.Malformed.At(field)
	}
	return ex.apply(OpMultiply, n, x, vi+": ", en+": "), nil
}
