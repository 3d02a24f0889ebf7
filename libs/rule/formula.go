package rule

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// The faults of a formula's facts and of its arithmetic. Faults of the arithmetic
// name the line and column in the expression.
var (
	// FactMissing means that an input of the formula has no fact.
	FactMissing = fault.Invalid.Reason("FACT_MISSING",
		"Chưa có số liệu %q mà công thức cần. Hãy nhập số liệu này.",
		"The fact %q, which the formula needs, is missing. Enter its value.")
	// FactUnknown means that the formula does not declare the input.
	FactUnknown = fault.Invalid.Reason("FACT_UNKNOWN",
		"Công thức không có số liệu %q. Hãy bỏ số liệu này hoặc sửa tên.",
		"The formula has no input %q. Leave it out, or correct its name.")
	// FactKindWrong means that a condition has a figure as its fact, or a figure a
	// condition.
	FactKindWrong = fault.Invalid.Reason("FACT_KIND_WRONG",
		"Số liệu %q không đúng loại mà công thức khai báo. Hãy nhập số hoặc điều kiện đúng như công thức khai báo.",
		"The fact %q is not of the kind that the formula declares. Enter a figure or a condition, as the formula declares it.")
	// FactNotWhole means that a count is not a whole number.
	FactNotWhole = fault.Invalid.Reason("FACT_NOT_WHOLE",
		"Số liệu %q phải là số nguyên. Hãy nhập số không có phần thập phân, ví dụ 12.",
		"The fact %q must be a whole number. Enter one without a fraction, such as 12.")
	// FactOutOfRange means that a figure is outside the declared min and max.
	FactOutOfRange = fault.Invalid.Reason("FACT_OUT_OF_RANGE",
		"Số liệu %q phải %s. Hãy nhập số trong giới hạn này.",
		"The fact %q must be %s. Enter such a figure.")
	// FormulaDivisorZero means that the formula divides by 0.
	FormulaDivisorZero = fault.Invalid.Reason("FORMULA_DIVISOR_ZERO",
		"Công thức chia cho 0 ở dòng %d, cột %d. Hãy kiểm tra số liệu của số chia.",
		"The formula divides by 0 at line %d, column %d. Check the facts of the divisor.")
	// FormulaTooCostly means that the formula has too many operations.
	FormulaTooCostly = fault.Invalid.Reason("FORMULA_TOO_COSTLY",
		"Công thức có hơn %d phép tính. Hãy viết gọn lại hoặc tách nội dung chấm điểm.",
		"The formula takes more than %d operations. Write it shorter, or split the item.")
	// FormulaOutOfRange means that the result is not from 0 to max points.
	FormulaOutOfRange = fault.Invalid.Reason("FORMULA_OUT_OF_RANGE",
		"Công thức cho kết quả %s, ngoài khoảng từ 0 đến điểm tối đa %s. Hãy kiểm tra số liệu và công thức.",
		"The result of the formula is %s, which is not from 0 to the max points %s. Check the facts and the formula.")
)

// Violations of the inputs of a formula. Violations of its expression are in
// expression.go.
var (
	inputIDMalformed = fault.Invalid.Reason("INPUT_ID_MALFORMED",
		"Mã %q không hợp lệ: cần 1 đến 64 chữ thường không dấu, chữ số và dấu gạch dưới, bắt đầu bằng chữ. Hãy đặt theo dạng so_ho_so.",
		"%q is not an id: it has 1 to 64 small letters, digits and underscores, of which the first is a letter. Write it as so_ho_so.")
	inputIDReserved = fault.Invalid.Reason("ID_RESERVED",
		"Mã %q đã có nghĩa riêng trong công thức. Hãy đặt mã khác.",
		"The id %q has a meaning of its own in a formula. Choose another one.")
	inputKindMissing = fault.Invalid.Reason("INPUT_KIND_MISSING",
		"Chưa chọn loại số liệu. Hãy chọn số, số đếm hoặc điều kiện.",
		"The kind of the input is not chosen. Choose a number, a count or a condition.")
	inputBounded = fault.Invalid.Reason("CONDITION_BOUNDED",
		"Điều kiện không có giá trị nhỏ nhất hoặc lớn nhất. Hãy để trống hai giá trị này.",
		"A condition has no min and no max. Leave both empty.")
	inputBoundWrong = fault.Invalid.Reason("COUNT_BOUND_WRONG",
		"Giới hạn của số đếm phải là số nguyên không âm. Hãy nhập lại, ví dụ 100.",
		"A bound of a count is a whole number, 0 or more. Enter such a number, as 100.")
	inputRangeEmpty = fault.Invalid.Reason("RANGE_EMPTY",
		"Giá trị lớn nhất nhỏ hơn giá trị nhỏ nhất. Hãy sửa một trong hai.",
		"The max is below the min. Correct one of them.")
	inputUnused = fault.Invalid.Reason("INPUT_UNUSED",
		"Công thức không dùng số liệu %q. Hãy dùng số liệu này trong công thức hoặc bỏ khai báo.",
		"The expression does not use the input %q. Use it in the expression, or remove its declaration.")
)

// Formula gives the result of an expression, rounded once at item scale (rule C6,
// family 11). Its input is Facts. The language is described at
// parindex.rule.v1.Formula; it has no binary floats, loops, times or random
// numbers.
//
// Validate refuses an expression whose result may leave 0 to max points or that may
// divide by 0. It uses the bounds of the inputs and the comparisons before each
// place. It looks at figures one by one: it does not see that one figure is never
// above another unless both are compared with numbers. Use min(max_points, …) in
// such a case.
type Formula struct {
	// Expression has at most 2000 characters and 200 operations.
	Expression string `json:"expression"`
	// Inputs are the inputs, 1 to 50; the expression uses each of them.
	Inputs []FormulaInput `json:"inputs,omitempty"`
}

// FormulaInput is a declared input of a formula.
type FormulaInput struct {
	// ID consists of small letters, digits and underscores and is unique in the rule.
	ID string `json:"id"`
	// Text is the question that asks for the input, as printed; no two inputs may have
	// the same text.
	Text string           `json:"text"`
	Kind FormulaInputKind `json:"kind,omitzero"`
	// Min and Max are nil if the input is unbounded; a condition has neither.
	Min *points.Points `json:"min,omitempty"`
	Max *points.Points `json:"max,omitempty"`
}

// FormulaInputKind is the kind of fact that an input takes.
type FormulaInputKind uint8

// The kinds of inputs, with the numbers of parindex.rule.v1.FormulaInputKind.
const (
	// NumberInput is a decimal figure.
	NumberInput FormulaInputKind = iota + 1
	// CountInput is a whole number, 0 or more.
	CountInput
	// ConditionInput is a condition that is met or not.
	ConditionInput
)

// Facts are the facts of a formula by the id of the input.
type Facts struct {
	Values map[string]Fact `json:"values,omitempty"`
}

// Fact is either a figure or whether a condition is met; exactly one of the two is
// not nil.
type Fact struct {
	Number *points.Points `json:"number,omitempty"`
	Met    *bool          `json:"met,omitempty"`
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

func (r Formula) evaluate(ex *explanation, in Input) error {
	facts, ok := in.(Facts)
	if !ok {
		return InputKindWrong
	}
	x, err := r.compile()
	if err != nil {
		return err
	}
	known, err := r.take(ex, facts)
	if err != nil {
		return err
	}
	known[maxPointsID] = value{figure: figureOf(ex.item.Max)}
	k := evaluator{explanation: ex, expression: x, known: known}
	result, err := k.value(x.root())
	if err != nil {
		return err
	}
	return ex.result(result.figure)
}

// take takes exactly one fact for each declared input, in their order.
func (r Formula) take(ex *explanation, facts Facts) (map[string]value, error) {
	known := make(map[string]value, len(r.Inputs)+1)
	for _, in := range r.Inputs {
		field := fmt.Sprintf("formula.values[%q]", in.ID)
		fact, ok := facts.Values[in.ID]
		if !ok {
			return nil, FactMissing.With(in.ID).At(field)
		}
		v, err := in.take(ex, field, fact)
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

func (in FormulaInput) take(ex *explanation, field string, fact Fact) (value, error) {
	quoted := "“" + in.Text + "”"
	condition := in.Kind == ConditionInput
	if condition != (fact.Met != nil) || condition == (fact.Number != nil) {
		return value{}, FactKindWrong.With(in.ID).At(field)
	}
	if condition {
		ex.condition(*fact.Met, quoted)
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
	given, err := ex.given(field, x, quoted, quoted)
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

// condition adds the step that states whether a condition is met, as a count of
// one.
func (ex *explanation) condition(met bool, quoted string) {
	n, vi, en := int64(0), "không đáp ứng", "not met"
	if met {
		n, vi, en = 1, "đáp ứng", "met"
	}
	x := figureOf(points.FromInt(n))
	ex.step(OpCount, x, "Điều kiện "+quoted+": "+vi+".", "Condition "+quoted+": "+en+".", x.text, "1")
}

// result rounds the result of the formula to the points.
func (ex *explanation) result(x figure) error {
	policy := ex.item.Policy
	if x.Sign() < 0 || x.Cmp(ex.item.Max) > 0 {
		return FormulaOutOfRange.With(x.Points, ex.item.Max).At("formula")
	}
	rounded := figureOf(policy.Item(x.Points))
	vi, en := "Điểm theo công thức: "+rounded.viPoints(), "Points by the formula: "+rounded.enPoints()
	if !rounded.Equal(x.Points) {
		viHow, enHow := howRounded(policy.Mode, policy.ItemScale)
		vi, en = vi+viHow, en+enHow
	}
	ex.step(OpRound, rounded, vi+".", en+".", append([]string{x.text}, rounding(policy.Mode, policy.ItemScale)...)...)
	return nil
}

// whole reports whether x is a whole number.
func whole(x points.Points) bool { return multiple(x, points.FromInt(1)) }

// isInputID reports whether s can be the id of an input.
func isInputID(s string) bool {
	if s == "" || len(s) > maxID || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}
