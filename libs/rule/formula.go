package rule

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// The reasons of a formula's facts and of its arithmetic. Those of the
// arithmetic name the line and column in the expression.
var (
	// FactMissing is an input of the formula of which nothing is known.
	FactMissing = fault.Reason{
		Kind: fault.Invalid, Code: "FACT_MISSING",
		Vi: "Chưa có số liệu %q mà công thức cần.",
		En: "The fact %q, which the formula needs, is missing.",
	}
	// FactUnknown is a fact that the formula does not declare.
	FactUnknown = fault.Reason{
		Kind: fault.Invalid, Code: "FACT_UNKNOWN",
		Vi: "Công thức không có số liệu %q.",
		En: "The formula has no input %q.",
	}
	// FactKindWrong is a figure for a condition, or the other way.
	FactKindWrong = fault.Reason{
		Kind: fault.Invalid, Code: "FACT_KIND_WRONG",
		Vi: "Số liệu %q không đúng loại mà công thức khai báo.",
		En: "The fact %q is not of the kind that the formula declares.",
	}
	// FactNotWhole is a count that is no whole number.
	FactNotWhole = fault.Reason{
		Kind: fault.Invalid, Code: "FACT_NOT_WHOLE",
		Vi: "Số liệu %q phải là số nguyên.",
		En: "The fact %q must be a whole number.",
	}
	// FactOutOfRange is a figure outside what the formula declares.
	FactOutOfRange = fault.Reason{
		Kind: fault.Invalid, Code: "FACT_OUT_OF_RANGE",
		Vi: "Số liệu %q nằm ngoài khoảng mà công thức khai báo.",
		En: "The fact %q is outside the range that the formula declares.",
	}
	// FormulaDivisorZero is a division by 0.
	FormulaDivisorZero = fault.Reason{
		Kind: fault.Invalid, Code: "FORMULA_DIVISOR_ZERO",
		Vi: "Công thức chia cho 0 ở dòng %d, cột %d.",
		En: "The formula divides by 0 at line %d, column %d.",
	}
	// FormulaTooCostly is a formula with more operations than there can be.
	FormulaTooCostly = fault.Reason{
		Kind: fault.Invalid, Code: "FORMULA_TOO_COSTLY",
		Vi: "Công thức có hơn %d phép tính.",
		En: "The formula takes more than %d operations.",
	}
	// FormulaOutOfRange is a result outside 0 to max points.
	FormulaOutOfRange = fault.Reason{
		Kind: fault.Invalid, Code: "FORMULA_OUT_OF_RANGE",
		Vi: "Công thức cho kết quả %s, ngoài khoảng từ 0 đến điểm tối đa %s.",
		En: "The formula comes to %s, which is outside 0 to the max points %s.",
	}
)

// What can be wrong with the inputs of a formula. What can be wrong with its
// expression stands in expression.go.
var (
	inputIDMalformed = flaw{
		"ID_MALFORMED", "Mã phải gồm 1 đến 64 chữ thường, chữ số và dấu gạch dưới, bắt đầu bằng chữ.",
		"An id is 1 to 64 small letters, digits and underscores, of which the first is a letter.",
	}
	inputIDReserved  = flaw{"ID_RESERVED", "Mã %q đã có nghĩa riêng trong công thức.", "The id %q has a meaning of its own in a formula."}
	inputKindMissing = flaw{"INPUT_KIND_MISSING", "Chưa chọn loại số liệu.", "The kind of the input is not chosen."}
	inputBounded     = flaw{"CONDITION_BOUNDED", "Điều kiện không có giá trị nhỏ nhất hoặc lớn nhất.", "A condition has no min and no max."}
	inputBoundWrong  = flaw{"COUNT_BOUND_WRONG", "Giới hạn của số đếm phải là số nguyên không âm.", "A bound of a count is a whole number, 0 or more."}
	inputRangeEmpty  = flaw{"RANGE_EMPTY", "Giá trị lớn nhất nhỏ hơn giá trị nhỏ nhất.", "The max is below the min."}
	inputUnused      = flaw{"INPUT_UNUSED", "Công thức không dùng số liệu %q.", "The expression does not use the input %q."}
)

// Formula gives what an expression comes to, rounded once at item scale
// (C6.11). Its input is Facts. The language is described at
// parindex.rule.v1.Formula; it has no binary floats, no loops, no time and no
// randomness.
//
// Validate refuses an expression that can leave 0 to max points or divide by 0,
// by the bounds of its inputs and the comparisons before each place. It takes
// figures one by one, and does not see that one is never above another where
// nothing compares them with a number: min(max_points, …) says so.
type Formula struct {
	// Expression is of at most 2000 characters and 200 operations.
	Expression string
	// Inputs, from 1 to 50, are what the expression uses.
	Inputs []FormulaInput
}

// FormulaInput is a declared input of a formula.
type FormulaInput struct {
	// ID is small letters, digits and underscores, unique in the rule.
	ID string
	// Text is what is asked for, as printed; two inputs cannot have the same.
	Text string
	Kind FormulaInputKind
	// Min and Max are nil for unbounded; a condition has neither.
	Min, Max *points.Points
}

// FormulaInputKind says what kind of fact an input is.
type FormulaInputKind uint8

// The kinds of inputs, numbered as in parindex.rule.v1.FormulaInputKind.
const (
	// NumberInput is a decimal figure.
	NumberInput FormulaInputKind = iota + 1
	// CountInput is a whole number, 0 or more.
	CountInput
	// ConditionInput is met or not.
	ConditionInput
)

// Facts are what is known of the inputs of a formula, by id.
type Facts struct{ Values map[string]Fact }

// Fact is a figure or whether a condition is met: one of the two is not nil.
type Fact struct {
	Number *points.Points
	Met    *bool
}

func (Facts) input() {}

// Family returns "formula".
func (Formula) Family() string { return "formula" }

func (r Formula) check(item Item, found *findings) {
	before := len(found.violations)
	found.count("inputs", len(r.Inputs), 1)
	named := make([]Condition, len(r.Inputs))
	for i, in := range r.Inputs {
		named[i] = Condition{ID: in.ID, Text: in.Text}
		in.check(fmt.Sprintf("inputs[%d]", i), found)
	}
	found.identified("inputs", named, isInputID, inputIDMalformed)
	if len(found.violations) > before {
		return // only sound inputs say what is wrong with the expression
	}
	x, err := r.compile()
	if err != nil {
		found.violations = append(found.violations, fault.From(err).Violations...)
		return
	}
	x.check(item, r.Inputs, found)
}

func (in FormulaInput) check(path string, found *findings) {
	if reserved[in.ID] {
		found.add(path+".id", inputIDReserved, in.ID)
	}
	for _, bound := range []struct {
		field string
		*points.Points
	}{{".min", in.Min}, {".max", in.Max}} {
		switch {
		case bound.Points == nil:
		case in.Kind == ConditionInput:
			found.add(path+bound.field, inputBounded)
		case in.Kind == CountInput && (bound.Sign() < 0 || !whole(*bound.Points)):
			found.add(path+bound.field, inputBoundWrong)
		case !fits(bound.String()):
			found.add(path+bound.field, figureTooLong)
		}
	}
	switch {
	case in.Kind < NumberInput || in.Kind > ConditionInput:
		found.add(path+".kind", inputKindMissing)
	case in.Min != nil && in.Max != nil && in.Max.Cmp(*in.Min) < 0:
		found.add(path+".max", inputRangeEmpty)
	}
}

func (r Formula) evaluate(a *account, in Input) error {
	facts, ok := in.(Facts)
	if !ok {
		return InputKindWrong
	}
	x, err := r.compile()
	if err != nil {
		return err
	}
	known, err := r.take(a, facts)
	if err != nil {
		return err
	}
	known[maxPointsID] = value{figure: figureOf(a.item.Max)}
	k := reckoning{account: a, expression: x, known: known}
	result, err := k.value(x.root())
	if err != nil {
		return err
	}
	return a.result(result.figure)
}

// take takes a fact for each declared input, in their order, and no others.
func (r Formula) take(a *account, facts Facts) (map[string]value, error) {
	known := make(map[string]value, len(r.Inputs)+1)
	for _, in := range r.Inputs {
		field := fmt.Sprintf("formula.values[%q]", in.ID)
		fact, ok := facts.Values[in.ID]
		if !ok {
			return nil, FactMissing.With(in.ID).At(field)
		}
		v, err := in.take(a, field, fact)
		if err != nil {
			return nil, err
		}
		known[in.ID] = v
	}
	for _, id := range slices.Sorted(maps.Keys(facts.Values)) {
		if _, ok := known[id]; !ok {
			return nil, FactUnknown.With(id).At(fmt.Sprintf("formula.values[%q]", id))
		}
	}
	return known, nil
}

func (in FormulaInput) take(a *account, field string, fact Fact) (value, error) {
	quoted := "“" + in.Text + "”"
	condition := in.Kind == ConditionInput
	if condition != (fact.Met != nil) || condition == (fact.Number != nil) {
		return value{}, FactKindWrong.With(in.ID).At(field)
	}
	if condition {
		a.condition(*fact.Met, quoted)
		return value{met: *fact.Met}, nil
	}
	x := *fact.Number
	switch {
	case in.Kind == CountInput && x.Sign() < 0:
		return value{}, FigureNegative.At(field)
	case in.Kind == CountInput && !whole(x):
		return value{}, FactNotWhole.With(in.ID).At(field)
	case in.Min != nil && x.Cmp(*in.Min) < 0, in.Max != nil && x.Cmp(*in.Max) > 0:
		return value{}, FactOutOfRange.With(in.ID).At(field)
	}
	given, err := a.given(field, x, quoted, quoted)
	return value{figure: given}, err
}

// condition says whether a condition is met, as a count of one.
func (a *account) condition(met bool, quoted string) {
	n, vi, en := int64(0), "không đáp ứng", "not met"
	if met {
		n, vi, en = 1, "đáp ứng", "met"
	}
	x := figureOf(points.FromInt(n))
	a.step(OpCount, x, "Điều kiện "+quoted+": "+vi+".", "Condition "+quoted+": "+en+".", x.text, "1")
}

// result rounds what the formula came to: the points.
func (a *account) result(x figure) error {
	policy := a.item.Policy
	if x.Sign() < 0 || x.Cmp(a.item.Max) > 0 {
		return FormulaOutOfRange.With(x.Points, a.item.Max).At("formula")
	}
	rounded := figureOf(policy.Item(x.Points))
	vi, en := "Điểm theo công thức: "+rounded.viPoints(), "Points by the formula: "+rounded.enPoints()
	if !rounded.Equal(x.Points) {
		viHow, enHow := howRounded(policy.Mode, policy.ItemScale)
		vi, en = vi+viHow, en+enHow
	}
	a.step(OpRound, rounded, vi+".", en+".", append([]string{x.text}, rounding(policy.Mode, policy.ItemScale)...)...)
	return nil
}

// whole reports whether x is a whole number.
func whole(x points.Points) bool { return multiple(x, points.FromInt(1)) }

// isInputID reports whether s is an identifier that a formula can use.
func isInputID(s string) bool {
	if s == "" || len(s) > maxID || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}
