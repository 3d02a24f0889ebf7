package rule

import (
	"strconv"

	"github.com/parindex/parindex/libs/points"
)

// account collects the steps of one evaluation. Whatever a family does to its
// figures it does through an account, so that nothing is computed that is not
// accounted for.
type account struct {
	item       Item
	points     points.Points
	applicable bool
	steps      []Step
}

// step writes one step down; result becomes the points if none follows.
func (a *account) step(op Operation, result figure, vi, en string, operands ...string) {
	if a.steps == nil {
		a.steps = make([]Step, 0, 4)
	}
	a.points, a.applicable = result.Points, true
	a.steps = append(a.steps, Step{Operation: op, Operands: operands, Result: result.text, Vi: vi, En: en})
}

// take takes a figure of the input, which stands at field and cannot be
// negative. vi and en name it.
func (a *account) take(field string, x points.Points, vi, en string) (figure, error) {
	if x.Sign() < 0 {
		return figure{}, FigureNegative.At(field)
	}
	return a.given(field, x, vi, en)
}

// given is take of a figure that can be negative.
func (a *account) given(field string, x points.Points, vi, en string) (figure, error) {
	given := figureOf(x)
	if !fits(given.text) {
		return figure{}, points.Malformed.At(field)
	}
	a.step(OpTake, given, vi+": "+given.vi+".", en+": "+given.text+".", given.text)
	return given, nil
}

// takeCount takes a count of the input.
func (a *account) takeCount(field string, n int32, vi, en string) (figure, error) {
	return a.take(field, points.FromInt(int64(n)), vi, en)
}

// apply adds, subtracts or multiplies two figures. vi and en stand before the
// calculation.
func (a *account) apply(op Operation, x, y figure, vi, en string) figure {
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
	a.step(op, z, vi+x.vi+sign+y.viOperand()+" = "+z.vi+".", en+x.text+sign+y.enOperand()+" = "+z.text+".", x.text, y.text)
	return z
}

// compare says how x stands to y: -1, 0 or 1 as it is below, equal or above. vi
// and en stand before it.
func (a *account) compare(x, y figure, vi, en string) int {
	order := x.Cmp(y.Points)
	sign := [...]string{" < ", " = ", " > "}[order+1]
	a.step(OpCompare, figureOf(points.FromInt(int64(order))), vi+x.vi+sign+y.vi+".", en+x.text+sign+y.text+".", x.text, y.text)
	return order
}

// raise takes the larger of two.
func (a *account) raise(x, least figure, vi, en string) figure {
	if x.Cmp(least.Points) < 0 {
		a.step(OpRaise, least, vi, en, x.text, least.text)
		return least
	}
	return x
}

// cap takes the smaller of two.
func (a *account) cap(x, limit figure, vi, en string) figure {
	if x.Cmp(limit.Points) > 0 {
		a.step(OpCap, limit, vi, en, x.text, limit.text)
		return limit
	}
	return x
}

// give gives the points stated for a case that vi and en name.
func (a *account) give(stated points.Points, vi, en string) {
	x := figureOf(stated)
	a.step(OpGive, x, vi+": "+x.viPoints()+".", en+": "+x.enPoints()+".", x.text)
}

// scale gives max points × part ÷ whole, rounded at item scale.
func (a *account) scale(part, whole figure) error {
	policy, highest := a.item.Policy, figureOf(a.item.Max)
	product := a.item.Max.Mul(part.Points)
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
	a.step(OpScale, x, vi+".", en+".", highest.text, part.text, whole.text,
		strconv.Itoa(int(policy.ItemScale)), policy.Mode.String())
	return nil
}

// percent shows the share as a percentage at display scale, or as much finer as
// it takes for what is shown to stand to each mark as the exact percentage does:
// 899999999 of 1000000000 is not shown as 90 % where 90 % decides.
func (a *account) percent(s share, marks ...points.Points) error {
	part, whole, places := s.part, s.whole, a.item.Policy.DisplayScale
	shown, err := a.item.Policy.Quotient(s.hundredfold, whole.Points, places)
	for err == nil && places < points.MaxScale && !s.standsAs(shown, marks) {
		places++
		shown, err = a.item.Policy.Quotient(s.hundredfold, whole.Points, places)
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
	a.step(OpPercent, x, vi+".", en+".", part.text, whole.text,
		strconv.Itoa(int(places)), a.item.Policy.Mode.String())
	return nil
}

func (a *account) notApplicable(vi, en string) {
	a.step(OpNotApplicable, figure{}, vi, en)
	a.applicable = false
}

// howRounded says what became of the digits beyond a scale.
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
