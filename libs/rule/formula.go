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
		Vi: "Chưa có số liệu %q mà công thức cần. Hãy nhập số liệu này.",
		En: "The fact %q, which the formula needs, is missing. Enter it.",
	}
	// FactUnknown is a fact that the formula does not declare.
	FactUnknown = fault.Reason{
		Kind: fault.Invalid, Code: "FACT_UNKNOWN",
		Vi: "Công thức không có số liệu %q. Hãy bỏ số liệu này hoặc sửa tên.",
		En: "The formula has no input %q. Leave it out, or correct its name.",
	}
	// FactKindWrong is a figure for a condition, or the other way.
	FactKindWrong = fault.Reason{
		Kind: fault.Invalid, Code: "FACT_KIND_WRONG",
		Vi: "Số liệu %q không đúng loại mà công thức khai báo. Hãy nhập số hoặc điều kiện đúng như công thức khai báo.",
		En: "The fact %q is not of the kind that the formula declares. Enter a figure or a condition, as the formula declares it.",
	}
	// FactNotWhole is a count that is no whole number.
	FactNotWhole = fault.Reason{
		Kind: fault.Invalid, Code: "FACT_NOT_WHOLE",
		Vi: "Số liệu %q phải là số nguyên. Hãy nhập số không có phần thập phân, ví dụ 12.",
		En: "The fact %q must be a whole number. Enter one without a fraction, such as 12.",
	}
	// FactOutOfRange is a figure outside what the formula declares.
	FactOutOfRange = fault.Reason{
		Kind: fault.Invalid, Code: "FACT_OUT_OF_RANGE",
		Vi: "Số liệu %q phải %s. Hãy kiểm tra lại.",
		En: "The fact %q must be %s. Check it.",
	}
	// FormulaDivisorZero is a division by 0.
	FormulaDivisorZero = fault.Reason{
		Kind: fault.Invalid, Code: "FORMULA_DIVISOR_ZERO",
		Vi: "Công thức chia cho 0 ở dòng %d, cột %d. Hãy kiểm tra số liệu của số chia.",
		En: "The formula divides by 0 at line %d, column %d. Check the facts of the divisor.",
	}
	// FormulaTooCostly is a formula with more operations than there can be.
	FormulaTooCostly = fault.Reason{
		Kind: fault.Invalid, Code: "FORMULA_TOO_COSTLY",
		Vi: "Công thức có hơn %d phép tính. Hãy viết gọn lại hoặc tách nội dung chấm điểm.",
		En: "The formula takes more than %d operations. Write it shorter, or split the item.",
	}
	// FormulaOutOfRange is a result outside 0 to max points.
	FormulaOutOfRange = fault.Reason{
		Kind: fault.Invalid, Code: "FORMULA_OUT_OF_RANGE",
		Vi: "Công thức cho kết quả %s, ngoài khoảng từ 0 đến điểm tối đa %s. Hãy kiểm tra số liệu và công thức.",
		En: "The formula comes to %s, which is outside 0 to the max points %s. Check the facts and the formula.",
	}
)

// What can be wrong with the inputs of a formula. What can be wrong with its
// expression stands in expression.go.
var (
	inputIDMalformed = fault.Reason{
		Kind: fault.Invalid, Code: "INPUT_ID_MALFORMED",
		Vi: "Mã %q không hợp lệ: cần 1 đến 64 chữ thường không dấu, chữ số và dấu gạch dưới, bắt đầu bằng chữ. Hãy đặt theo dạng so_ho_so.",
		En: "%q is not an id: it has 1 to 64 small letters, digits and underscores, of which the first is a letter. Write it as so_ho_so.",
	}
	inputIDReserved = fault.Reason{
		Kind: fault.Invalid, Code: "ID_RESERVED",
		Vi: "Mã %q đã có nghĩa riêng trong công thức. Hãy đặt mã khác.",
		En: "The id %q has a meaning of its own in a formula. Choose another one.",
	}
	inputKindMissing = fault.Reason{
		Kind: fault.Invalid, Code: "INPUT_KIND_MISSING",
		Vi: "Chưa chọn loại số liệu. Hãy chọn số, số đếm hoặc điều kiện.",
		En: "The kind of the input is not chosen. Choose a number, a count or a condition.",
	}
	inputBounded = fault.Reason{
		Kind: fault.Invalid, Code: "CONDITION_BOUNDED",
		Vi: "Điều kiện không có giá trị nhỏ nhất hoặc lớn nhất. Hãy để trống hai giá trị này.",
		En: "A condition has no min and no max. Leave both empty.",
	}
	inputBoundWrong = fault.Reason{
		Kind: fault.Invalid, Code: "COUNT_BOUND_WRONG",
		Vi: "Giới hạn của số đếm phải là số nguyên không âm. Hãy nhập lại, ví dụ 100.",
		En: "A bound of a count is a whole number, 0 or more. Enter such a number, as 100.",
	}
	inputRangeEmpty = fault.Reason{
		Kind: fault.Invalid, Code: "RANGE_EMPTY",
		Vi: "Giá trị lớn nhất nhỏ hơn giá trị nhỏ nhất. Hãy sửa một trong hai.",
		En: "The max is below the min. Correct one of them.",
	}
	inputUnused = fault.Reason{
		Kind: fault.Invalid, Code: "INPUT_UNUSED",
		Vi: "Công thức không dùng số liệu %q. Hãy dùng số liệu này trong công thức hoặc bỏ khai báo.",
		En: "The expression does not use the input %q. Use it in the expression, or remove its declaration.",
	}
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
		return value{}, FactOutOfRange.With(in.ID, in.bounds()).At(field)
	}
	given, err := a.given(field, x, quoted, quoted)
	return value{figure: given}, err
}

// bounds says what a figure can be.
func (in FormulaInput) bounds() kind {
	switch {
	case in.Max == nil:
		return kind{"từ " + in.Min.Vietnamese() + " trở lên", in.Min.String() + " or more"}
	case in.Min == nil:
		return kind{"không quá " + in.Max.Vietnamese(), "at most " + in.Max.String()}
	}
	return kind{"từ " + in.Min.Vietnamese() + " đến " + in.Max.Vietnamese(), "from " + in.Min.String() + " to " + in.Max.String()}
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
