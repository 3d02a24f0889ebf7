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

// Violations of the bounds of an expression's results; each names a line and a
// column.
var (
	resultNegative = fault.Invalid.Reason("FORMULA_BELOW_ZERO",
		"Dòng %d, cột %d: kết quả có thể xuống tới %s, mà điểm không được âm. Hãy viết max(0, …) hoặc sửa giới hạn của số liệu.",
		"Line %d, column %d: the result can be as low as %s, and points cannot be below 0. Write max(0, …), or correct the bounds of an input.")
	resultBeyond = fault.Invalid.Reason("FORMULA_BEYOND_MAX",
		"Dòng %d, cột %d: kết quả có thể lên tới %s, vượt điểm tối đa %s. Hãy viết min(max_points, …) hoặc sửa giới hạn của số liệu.",
		"Line %d, column %d: the result can be as high as %s, above the max points %s. Write min(max_points, …), or correct the bounds of an input.")
	resultUnboundedLow = fault.Invalid.Reason("FORMULA_UNBOUNDED_BELOW",
		"Dòng %d, cột %d: kết quả có thể nhỏ tùy ý. Hãy viết max(0, …), hoặc khai báo giá trị nhỏ nhất, lớn nhất của số liệu.",
		"Line %d, column %d: the result has no lower bound. Write max(0, …), or give the inputs a min and a max.")
	resultUnboundedHigh = fault.Invalid.Reason("FORMULA_UNBOUNDED_ABOVE",
		"Dòng %d, cột %d: kết quả có thể lớn tùy ý. Hãy viết min(max_points, …), hoặc khai báo giá trị nhỏ nhất, lớn nhất của số liệu.",
		"Line %d, column %d: the result has no upper bound. Write min(max_points, …), or give the inputs a min and a max.")
	divisorZero = fault.Invalid.Reason("FORMULA_DIVISOR_ALWAYS_ZERO",
		"Dòng %d, cột %d: số chia “%s” luôn bằng 0. Hãy chia cho số khác.",
		"Line %d, column %d: the divisor “%s” is always 0. Divide by something else.")
	divisorCanBeZero = fault.Invalid.Reason("FORMULA_DIVISOR_CAN_BE_ZERO",
		"Dòng %d, cột %d: số chia “%s” có thể bằng 0. Hãy chỉ chia khi nó khác 0, như b > 0 ? div(a, b, 2) : 0, hoặc khai báo giá trị nhỏ nhất lớn hơn 0.",
		"Line %d, column %d: the divisor “%s” can be 0. Divide only if it is not, as in b > 0 ? div(a, b, 2) : 0, or give the input a min above 0.")
)

// scope holds the known bounds of figures at one place of an expression, by their
// source text: of the inputs, and of everything that the conditions before the
// place compared. It is nil for a place that is never evaluated.
type scope map[string]interval

// boundsChecker computes the bounds of an expression's results from the declared
// bounds of its inputs and the comparisons that lead to each place. It visits each
// operation once.
type boundsChecker struct {
	expression

	item     Item
	findings *findings
	reported int
}

// checkBounds adds a violation for each divisor that may be 0 and each result that
// may be outside 0 to max points.
func (x expression) checkBounds(item Item, inputs []FormulaInput, found *findings) {
	known := scope{maxPointsID: exactly(item.Max)}
	for _, in := range inputs {
		known[in.ID] = in.within()
	}
	r := boundsChecker{expression: x, item: item, findings: found}
	all := r.results(x.root(), known)
	if r.reported == 0 {
		found.reachable("expression", all.high.Points, item)
	}
}

// results checks each branch separately, so that a violation names the branch that
// causes it.
func (r *boundsChecker) results(e ast.Expr, known scope) interval {
	if known == nil {
		return unreachable
	}
	if args, ok := called(e, operators.Conditional); ok {
		yes, no := r.branch(args[0], known)
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

func (r *boundsChecker) report(e ast.Expr, what fault.Reason, args ...any) {
	if r.reported++; r.reported <= maxReported {
		line, column := r.at(e)
		r.findings.add("expression", what, append([]any{line, column}, args...)...)
	}
}

// figure returns the bounds of e in a scope.
func (r *boundsChecker) figure(e ast.Expr, known scope) interval {
	if known == nil {
		return unreachable
	}
	s := r.compute(e, known)
	if limits, ok := known[r.text(e)]; ok {
		s = s.and(limits)
	}
	return s
}

func (r *boundsChecker) compute(e ast.Expr, known scope) interval {
	switch e.Kind() {
	case ast.LiteralKind:
		n, _ := literal(e)
		return exactly(points.FromInt(n))
	case ast.IdentKind:
		return unbounded // the scope may narrow it
	default:
	}
	args := e.AsCall().Args()
	arg := func(i int) interval { return r.figure(args[i], known) }
	switch e.AsCall().FunctionName() {
	case decFunction:
		x, _ := points.Parse(literalText(args[0]))
		return exactly(x)
	case operators.Negate:
		return arg(0).negative()
	case operators.Add:
		return arg(0).plus(arg(1))
	case operators.Subtract:
		return arg(0).plus(arg(1).negative())
	case operators.Multiply:
		return arg(0).times(arg(1))
	case minFunction:
		return arg(0).lesser(arg(1))
	case maxFunction:
		return arg(0).negative().lesser(arg(1).negative()).negative()
	case operators.Conditional:
		yes, no := r.branch(args[0], known)
		return r.figure(args[1], yes).or(r.figure(args[2], no))
	default:
		return r.quotient(e, arg(0), arg(1))
	}
}

// quotient returns the bounds of a ÷ b at e; unbounded if b may be 0.
func (r *boundsChecker) quotient(e ast.Expr, a, b interval) interval {
	args := e.AsCall().Args()
	switch {
	case a.empty() || b.empty():
		return unreachable
	case b.avoidsZero():
		places, _ := literal(args[2])
		return a.over(b, r.item.Policy, int32(places)) //nolint:gosec // vetted to be from 0 to points.MaxScale
	case b.low.cmp(b.high) == 0:
		r.report(e, divisorZero, r.text(args[1]))
	default:
		r.report(e, divisorCanBeZero, r.text(args[1]))
	}
	return unbounded
}

// branch returns the scopes in which a condition is true and false.
func (r *boundsChecker) branch(e ast.Expr, known scope) (yes, no scope) {
	if known == nil || e.Kind() == ast.IdentKind {
		return known, known
	}
	args := e.AsCall().Args()
	switch name := e.AsCall().FunctionName(); name {
	case operators.LogicalNot:
		yes, no = r.branch(args[0], known)
		return no, yes
	case operators.LogicalAnd:
		first, not := r.branch(args[0], known)
		yes, neither := r.branch(args[1], first)
		return yes, known.either(not, neither)
	case operators.LogicalOr:
		first, not := r.branch(args[0], known)
		second, no := r.branch(args[1], not)
		return known.either(first, second), no
	case operators.Conditional:
		then, otherwise := r.branch(args[0], known)
		yesThen, noThen := r.branch(args[1], then)
		yesElse, noElse := r.branch(args[2], otherwise)
		return known.either(yesThen, yesElse), known.either(noThen, noElse)
	default:
		x, y := r.figure(args[0], known), r.figure(args[1], known)
		return r.assume(name, args, x, y, known), r.assume(opposites[name], args, x, y, known)
	}
}

// either returns the bounds that hold if one of two scopes applies: the common ones
// of known, or those of the only scope that is not nil.
func (known scope) either(a, b scope) scope {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	default:
		return known
	}
}

// opposites maps each comparison to the one that is true when it is false.
var opposites = map[string]string{
	operators.Equals: operators.NotEquals, operators.NotEquals: operators.Equals,
	operators.Less: operators.GreaterEquals, operators.GreaterEquals: operators.Less,
	operators.Greater: operators.LessEquals, operators.LessEquals: operators.Greater,
}

// assume returns the scope in which a comparison of x and y is true.
func (r *boundsChecker) assume(name string, args []ast.Expr, x, y interval, known scope) scope {
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

// text returns the source of e without spaces and needless parentheses.
func (r *boundsChecker) text(e ast.Expr) string {
	written, err := cel.ExprToString(e, r.tree.SourceInfo())
	if err != nil {
		return fmt.Sprint("#", e.ID())
	}
	return written
}

// called returns the arguments of e if it calls the named function.
func called(e ast.Expr, function string) ([]ast.Expr, bool) {
	if e.Kind() != ast.CallKind || e.AsCall().FunctionName() != function {
		return nil, false
	}
	return e.AsCall().Args(), true
}

// within returns the declared bounds of an input.
func (in FormulaInput) within() interval {
	s := unbounded
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
