package rule

import (
	"strconv"

	"github.com/parindex/parindex/libs/points"
)

// explanation collects the steps of one evaluation. A family of rules changes its
// figures only through the methods of an explanation, so that every computation has
// its step.
type explanation struct {
	item       Item
	points     points.Points
	applicable bool
	steps      []Step
}

// step adds a step; the result of the last step is the points.
func (ex *explanation) step(op Operation, result figure, vi, en string, operands ...string) {
	if ex.steps == nil {
		ex.steps = make([]Step, 0, 4)
	}
	ex.points, ex.applicable = result.Points, true
	ex.steps = append(ex.steps, Step{Operation: op, Operands: operands, Result: result.text, Vi: vi, En: en})
}

// take adds the step that takes a figure from the input. field is the path of the
// figure, which must not be negative; vi and en are its names.
func (ex *explanation) take(field string, x points.Points, vi, en string) (figure, error) {
	if x.Sign() < 0 {
		return figure{}, FigureNegative.At(field)
	}
	return ex.given(field, x, vi, en)
}

// given is like take, but the figure may be negative.
func (ex *explanation) given(field string, x points.Points, vi, en string) (figure, error) {
	given := figureOf(x)
	if !fits(given.text) {
		return figure{}, points.Malformed.At(field)
	}
	ex.step(OpTake, given, vi+": "+given.vi+".", en+": "+given.text+".", given.text)
	return given, nil
}

// takeCount is like take, for a count.
func (ex *explanation) takeCount(field string, n int32, vi, en string) (figure, error) {
	return ex.take(field, points.FromInt(int64(n)), vi, en)
}

// apply adds, subtracts or multiplies two figures. vi and en are the texts before
// the calculation.
func (ex *explanation) apply(op Operation, x, y figure, vi, en string) figure {
	var result points.Points
	sign := " + "
	switch op {
	case OpSubtract:
		result, sign = x.Sub(y.Points), " - "
	case OpMultiply:
		result, sign = x.Mul(y.Points), " × "
	default:
		result = x.Add(y.Points)
	}
	z := figureOf(result)
	ex.step(op, z, vi+x.vi+sign+y.viOperand()+" = "+z.vi+".", en+x.text+sign+y.enOperand()+" = "+z.text+".", x.text, y.text)
	return z
}

// compare returns -1, 0 or 1 if x is below, equal to or above y. vi and en are the
// texts before the comparison.
func (ex *explanation) compare(x, y figure, vi, en string) int {
	order := x.Cmp(y.Points)
	sign := [...]string{" < ", " = ", " > "}[order+1]
	ex.step(OpCompare, figureOf(points.FromInt(int64(order))), vi+x.vi+sign+y.vi+".", en+x.text+sign+y.text+".", x.text, y.text)
	return order
}

// raise returns the larger of x and least.
func (ex *explanation) raise(x, least figure, vi, en string) figure {
	if x.Cmp(least.Points) < 0 {
		ex.step(OpRaise, least, vi, en, x.text, least.text)
		return least
	}
	return x
}

// cap returns the smaller of x and limit.
func (ex *explanation) cap(x, limit figure, vi, en string) figure {
	if x.Cmp(limit.Points) > 0 {
		ex.step(OpCap, limit, vi, en, x.text, limit.text)
		return limit
	}
	return x
}

// reduce limits the points to what reductions leave.
func (ex *explanation) reduce(limit points.Points) {
	most := figureOf(limit)
	ex.cap(figureOf(ex.points), most, "Không quá điểm chuẩn sau khi hạ: "+most.viPoints()+".",
		"At most the standard points that reductions leave: "+most.enPoints()+".")
}

// give adds the step that gives the points stated for a case; vi and en name the
// case.
func (ex *explanation) give(stated points.Points, vi, en string) {
	x := figureOf(stated)
	ex.step(OpGive, x, vi+": "+x.viPoints()+".", en+": "+x.enPoints()+".", x.text)
}

// scale computes max points × part ÷ whole, rounded at item scale.
func (ex *explanation) scale(part, whole figure) error {
	policy, highest := ex.item.Policy, figureOf(ex.item.Max)
	product := ex.item.Max.Mul(part.Points)
	quotient, err := policy.Quotient(product, whole.Points, policy.ItemScale)
	if err != nil {
		return err
	}
	x := figureOf(quotient)
	vi := "Điểm tối đa " + highest.vi + " × " + part.vi
	en := "Max points " + highest.text + " × " + part.text
	if whole.text != "1" {
		vi += " ÷ " + whole.vi
		en += " ÷ " + whole.text
	}
	vi += " = " + x.viPoints()
	en += " = " + x.enPoints()
	if !quotient.Mul(whole.Points).Equal(product) {
		viHow, enHow := howRounded(policy.Mode, policy.ItemScale)
		vi += viHow
		en += enHow
	}
	ex.step(OpScale, x, vi+".", en+".", highest.text, part.text, whole.text,
		strconv.Itoa(int(policy.ItemScale)), policy.Mode.String())
	return nil
}

// percent adds the step that shows the share as a percentage. It shows display
// scale, or more places if the rounded percentage would otherwise be on another
// side of one of the marks than the exact one: 899999999 of 1000000000 is not shown
// as 90 % if 90 % is a limit.
func (ex *explanation) percent(s share, marks ...points.Points) error {
	part, whole, places := s.part, s.whole, ex.item.Policy.DisplayScale
	shown, err := ex.item.Policy.Quotient(s.hundredfold, whole.Points, places)
	for err == nil && places < points.MaxScale && !s.comparesLike(shown, marks) {
		places++
		shown, err = ex.item.Policy.Quotient(s.hundredfold, whole.Points, places)
	}
	if err != nil {
		return err
	}
	x := figureOf(shown)
	vi := "Tỷ lệ: " + part.vi + " ÷ " + whole.vi + " × 100 = " + x.vi + "%"
	en := "Percentage: " + part.text + " ÷ " + whole.text + " × 100 = " + x.text + "%"
	if !shown.Mul(whole.Points).Equal(s.hundredfold) {
		vi += " (làm tròn để đọc; khi xét mức dùng số chính xác)"
		en += " (rounded for reading; the exact figure decides)"
	}
	ex.step(OpPercent, x, vi+".", en+".", part.text, whole.text,
		strconv.Itoa(int(places)), ex.item.Policy.Mode.String())
	return nil
}

func (ex *explanation) notApplicable(vi, en string) {
	ex.step(OpNotApplicable, figure{}, vi, en)
	ex.applicable = false
}

// howRounded returns the texts that explain how a result was rounded to a scale.
func howRounded(mode points.Mode, scale int32) (vi, en string) {
	places := strconv.Itoa(int(scale))
	switch mode {
	case points.HalfEven:
		return " (làm tròn đến " + places + " chữ số thập phân, đúng nửa đơn vị thì về chữ số chẵn)",
			" (rounded to " + places + " places, an exact half to the even digit)"
	case points.Down:
		return " (lấy " + places + " chữ số thập phân, bỏ phần còn lại)", " (cut off after " + places + " places)"
	default:
		return " (làm tròn đến " + places + " chữ số thập phân)", " (rounded to " + places + " places)"
	}
}
