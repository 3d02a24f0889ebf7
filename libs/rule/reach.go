package rule

import (
	"fmt"
	"maps"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// What an expression can come to that no formula may; each names a line and a
// column.
var (
	resultNegative = fault.Reason{
		Kind: fault.Invalid, Code: "FORMULA_BELOW_ZERO",
		Vi: "Dòng %d, cột %d: kết quả có thể xuống tới %s, mà điểm không được âm. Hãy viết max(0, …) hoặc sửa giới hạn của số liệu.",
		En: "Line %d, column %d: this can come to %s, and points cannot be below 0. Write max(0, …), or correct the bounds of an input.",
	}
	resultBeyond = fault.Reason{
		Kind: fault.Invalid, Code: "FORMULA_BEYOND_MAX",
		Vi: "Dòng %d, cột %d: kết quả có thể lên tới %s, vượt điểm tối đa %s. Hãy viết min(max_points, …) hoặc sửa giới hạn của số liệu.",
		En: "Line %d, column %d: this can come to %s, beyond the max points %s. Write min(max_points, …), or correct the bounds of an input.",
	}
	resultUnboundedLow = fault.Reason{
		Kind: fault.Invalid, Code: "FORMULA_UNBOUNDED_BELOW",
		Vi: "Dòng %d, cột %d: kết quả có thể nhỏ tùy ý. Hãy viết max(0, …), hoặc khai báo giá trị nhỏ nhất, lớn nhất của số liệu.",
		En: "Line %d, column %d: nothing bounds this from below. Write max(0, …), or give the inputs a min and a max.",
	}
	resultUnboundedHigh = fault.Reason{
		Kind: fault.Invalid, Code: "FORMULA_UNBOUNDED_ABOVE",
		Vi: "Dòng %d, cột %d: kết quả có thể lớn tùy ý. Hãy viết min(max_points, …), hoặc khai báo giá trị nhỏ nhất, lớn nhất của số liệu.",
		En: "Line %d, column %d: nothing bounds this from above. Write min(max_points, …), or give the inputs a min and a max.",
	}
	divisorZero = fault.Reason{
		Kind: fault.Invalid, Code: "FORMULA_DIVISOR_ALWAYS_ZERO",
		Vi: "Dòng %d, cột %d: số chia “%s” luôn bằng 0. Hãy chia cho số khác.",
		En: "Line %d, column %d: the divisor “%s” is always 0. Divide by something else.",
	}
	divisorCanBeZero = fault.Reason{
		Kind: fault.Invalid, Code: "FORMULA_DIVISOR_CAN_BE_ZERO",
		Vi: "Dòng %d, cột %d: số chia “%s” có thể bằng 0. Hãy chỉ chia khi nó khác 0, như b > 0 ? div(a, b, 2) : 0, hoặc khai báo giá trị nhỏ nhất lớn hơn 0.",
		En: "Line %d, column %d: the divisor “%s” can be 0. Divide only where it is not, as in b > 0 ? div(a, b, 2) : 0, or give the input a min above 0.",
	}
)

// scope is what is known of figures where an expression stands, by their text: of
// the inputs, and of whatever the conditions before it compared. It is nil where
// nothing ever comes to.
type scope map[string]span

// reacher finds what an expression can come to, by the declared bounds of its
// inputs and by the comparisons that lead to each place of it. It visits each
// operation once.
type reacher struct {
	expression

	item     Item
	findings *findings
	reported int
}

// checkReach adds each division by what can be 0 and each result that can be
// outside 0 to max points.
func (x expression) checkReach(item Item, inputs []FormulaInput, found *findings) {
	known := scope{maxPointsID: exactly(item.Max)}
	for _, in := range inputs {
		known[in.ID] = in.within()
	}
	r := reacher{expression: x, item: item, findings: found}
	all := r.results(x.root(), known)
	if r.reported == 0 {
		found.reachable("expression", all.high.Points, item)
	}
}

// results judges each branch on its own, so that a finding names the one that
// leads to it.
func (r *reacher) results(e ast.Expr, known scope) span {
	if known == nil {
		return nothing
	}
	if args, ok := called(e, operators.Conditional); ok {
		yes, no := r.ask(args[0], known)
		return r.results(args[1], yes).or(r.results(args[2], no))
	}
	before := r.reported
	s := r.figure(e, known)
	if r.reported > before || s.empty() {
		return s // a division by 0 says nothing of the result
	}
	switch {
	case !s.low.known():
		r.report(e, resultUnboundedLow)
	case s.low.Sign() < 0:
		r.report(e, resultNegative, s.low.Points)
	}
	switch {
	case !s.high.known():
		r.report(e, resultUnboundedHigh)
	case s.high.Cmp(r.item.Max) > 0:
		r.report(e, resultBeyond, s.high.Points, r.item.Max)
	}
	return s
}

func (r *reacher) report(e ast.Expr, what fault.Reason, args ...any) {
	if r.reported++; r.reported <= maxReported {
		line, column := r.at(e)
		r.findings.add("expression", what, append([]any{line, column}, args...)...)
	}
}

// figure returns what e can be in a scope.
func (r *reacher) figure(e ast.Expr, known scope) span {
	if known == nil {
		return nothing
	}
	s := r.compute(e, known)
	if told, ok := known[r.text(e)]; ok {
		s = s.and(told)
	}
	return s
}

func (r *reacher) compute(e ast.Expr, known scope) span {
	switch e.Kind() {
	case ast.LiteralKind:
		n, _ := literal(e)
		return exactly(points.FromInt(n))
	case ast.IdentKind:
		return anything // but what the scope says of it
	default:
	}
	args := e.AsCall().Args()
	of := func(i int) span { return r.figure(args[i], known) }
	switch e.AsCall().FunctionName() {
	case decFunction:
		x, _ := points.Parse(literalText(args[0]))
		return exactly(x)
	case operators.Negate:
		return of(0).negative()
	case operators.Add:
		return of(0).plus(of(1))
	case operators.Subtract:
		return of(0).plus(of(1).negative())
	case operators.Multiply:
		return of(0).times(of(1))
	case minFunction:
		return of(0).lesser(of(1))
	case maxFunction:
		return of(0).negative().lesser(of(1).negative()).negative()
	case operators.Conditional:
		yes, no := r.ask(args[0], known)
		return r.figure(args[1], yes).or(r.figure(args[2], no))
	default:
		return r.quotient(e, of(0), of(1))
	}
}

// quotient is that of a and b at e, a division; nothing bounds it if b can be 0.
func (r *reacher) quotient(e ast.Expr, a, b span) span {
	args := e.AsCall().Args()
	switch {
	case a.empty() || b.empty():
		return nothing
	case b.avoidsZero():
		places, _ := literal(args[2])
		return a.over(b, r.item.Policy, int32(places)) //nolint:gosec // vetted to be from 0 to points.MaxScale
	case b.low.cmp(b.high) == 0:
		r.report(e, divisorZero, r.text(args[1]))
	default:
		r.report(e, divisorCanBeZero, r.text(args[1]))
	}
	return anything
}

// ask returns the scopes in which a condition holds and does not.
func (r *reacher) ask(e ast.Expr, known scope) (yes, no scope) {
	if known == nil || e.Kind() == ast.IdentKind {
		return known, known
	}
	args := e.AsCall().Args()
	switch name := e.AsCall().FunctionName(); name {
	case operators.LogicalNot:
		yes, no = r.ask(args[0], known)
		return no, yes
	case operators.LogicalAnd:
		first, not := r.ask(args[0], known)
		yes, neither := r.ask(args[1], first)
		return yes, known.unless(not, neither)
	case operators.LogicalOr:
		first, not := r.ask(args[0], known)
		second, no := r.ask(args[1], not)
		return known.unless(first, second), no
	case operators.Conditional:
		then, otherwise := r.ask(args[0], known)
		yesThen, noThen := r.ask(args[1], then)
		yesElse, noElse := r.ask(args[2], otherwise)
		return known.unless(yesThen, yesElse), known.unless(noThen, noElse)
	default:
		x, y := r.figure(args[0], known), r.figure(args[1], known)
		return r.suppose(name, args, x, y, known), r.suppose(opposites[name], args, x, y, known)
	}
}

// unless is what is known where one of two scopes holds: no more than before, or
// the one of them that there is.
func (known scope) unless(a, b scope) scope {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	default:
		return known
	}
}

// opposites are the comparisons that hold where one does not.
var opposites = map[string]string{
	operators.Equals: operators.NotEquals, operators.NotEquals: operators.Equals,
	operators.Less: operators.GreaterEquals, operators.GreaterEquals: operators.Less,
	operators.Greater: operators.LessEquals, operators.LessEquals: operators.Greater,
}

// suppose returns the scope in which a comparison of x and y holds.
func (r *reacher) suppose(name string, args []ast.Expr, x, y span, known scope) scope {
	switch name {
	case operators.Less, operators.LessEquals:
		strict := name == operators.Less
		x, y = x.below(y.high, strict), y.above(x.low, strict)
	case operators.Greater, operators.GreaterEquals:
		strict := name == operators.Greater
		x, y = x.above(y.low, strict), y.below(x.high, strict)
	case operators.Equals:
		x = x.and(y)
		y = x
	default:
		x, y = x.not(y), y.not(x)
	}
	if x.empty() || y.empty() {
		return nil
	}
	known = maps.Clone(known)
	known[r.text(args[0])], known[r.text(args[1])] = x, y
	return known
}

// text is how e is written, but for spaces and needless parentheses.
func (r *reacher) text(e ast.Expr) string {
	written, err := cel.ExprToString(e, r.tree.SourceInfo())
	if err != nil {
		return fmt.Sprint("#", e.ID())
	}
	return written
}

// called returns the arguments of e if it calls the function named.
func called(e ast.Expr, function string) ([]ast.Expr, bool) {
	if e.Kind() != ast.CallKind || e.AsCall().FunctionName() != function {
		return nil, false
	}
	return e.AsCall().Args(), true
}

// within is what an input can be.
func (in FormulaInput) within() span {
	s := anything
	if in.Kind == CountInput {
		s.low, s.whole = bound{}, true
	}
	if in.Min != nil {
		s.low = bound{Points: *in.Min}
	}
	if in.Max != nil {
		s.high = bound{Points: *in.Max}
	}
	return s
}
