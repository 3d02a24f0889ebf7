package rule

import (
	"strconv"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// evaluator evaluates an expression and adds each calculation to an explanation as
// a step, from left to right. A part that cannot change the result is not computed:
// the other branch of c ? a : b, and the right side after a false && or a true ||.
type evaluator struct {
	*explanation
	expression

	known      map[string]value
	operations int
}

// value is a figure, or whether a condition is true.
type value struct {
	figure
	met bool
}

func (k *evaluator) value(e ast.Expr) (value, error) {
	switch e.Kind() {
	case ast.LiteralKind:
		n, _ := e.AsLiteral().(types.Int)
		return value{figure: figureOf(points.FromInt(int64(n)))}, nil
	case ast.IdentKind:
		return k.known[e.AsIdent()], nil
	default:
	}
	if k.operations++; k.operations > maxOperations {
		return value{}, FormulaTooCostly.With(maxOperations).At("formula")
	}
	call := e.AsCall()
	args := call.Args()
	switch name := call.FunctionName(); name {
	case decFunction:
		x, err := points.Parse(literalText(args[0]))
		return value{figure: figureOf(x)}, err
	case operators.LogicalAnd, operators.LogicalOr:
		left, err := k.value(args[0])
		if err != nil || left.met == (name == operators.LogicalOr) {
			return left, err
		}
		return k.value(args[1])
	case operators.LogicalNot:
		x, err := k.value(args[0])
		return value{met: !x.met}, err
	case operators.Conditional:
		condition, err := k.value(args[0])
		switch {
		case err != nil:
			return value{}, err
		case condition.met:
			return k.value(args[1])
		default:
			return k.value(args[2])
		}
	case operators.Negate:
		x, err := k.value(args[0])
		if err != nil {
			return value{}, err
		}
		return k.calculate(e, operators.Subtract, figureOf(points.Points{}), x.figure)
	default:
		x, err := k.value(args[0])
		if err != nil {
			return value{}, err
		}
		y, err := k.value(args[1])
		if err != nil {
			return value{}, err
		}
		return k.calculate(e, name, x.figure, y.figure)
	}
}

// calculate computes the named function of two figures, at e.
func (k *evaluator) calculate(e ast.Expr, name string, x, y figure) (value, error) {
	if c, ok := comparisons[name]; ok {
		return value{met: k.holds(c, x, y)}, nil
	}
	var result figure
	switch name {
	case minFunction:
		result = k.choose(OpCap, x, y, points.Min(x.Points, y.Points), "Số nhỏ hơn trong ", "The smaller of ")
	case maxFunction:
		result = k.choose(OpRaise, x, y, points.Max(x.Points, y.Points), "Số lớn hơn trong ", "The larger of ")
	case divFunction:
		places, _ := literal(e.AsCall().Args()[2])
		if y.IsZero() {
			return value{}, k.fault(FormulaDivisorZero, e)
		}
		quotient, err := k.divide(x, y, int32(places)) //nolint:gosec // vetted to be from 0 to points.MaxScale
		if err != nil {
			return value{}, err
		}
		result = quotient
	default:
		result = k.apply(arithmetic[name], x, y, "", "")
	}
	return value{figure: result}, nil
}

var arithmetic = map[string]Operation{operators.Add: OpAdd, operators.Subtract: OpSubtract, operators.Multiply: OpMultiply}

// fault returns a fault with the line and column of e.
func (k *evaluator) fault(reason fault.Reason, e ast.Expr) error {
	line, column := k.at(e)
	return reason.With(line, column).At("formula")
}

// holds adds the step of a comparison and reports whether it is true.
func (ex *explanation) holds(c comparison, x, y figure) bool {
	order := x.Cmp(y.Points)
	vi, en := "sai", "no"
	if c.holds(order) {
		vi, en = "đúng", "yes"
	}
	sign := " " + c.sign + " "
	ex.step(OpCompare, figureOf(points.FromInt(int64(order))),
		"Xét "+x.vi+sign+y.vi+": "+vi+".", "Is "+x.text+sign+y.text+": "+en+".", x.text, y.text)
	return c.holds(order)
}

// choose takes one of two figures and always adds a step.
func (ex *explanation) choose(op Operation, x, y figure, chosen points.Points, vi, en string) figure {
	z := figureOf(chosen)
	ex.step(op, z, vi+x.vi+" và "+y.vi+": "+z.vi+".", en+x.text+" and "+y.text+": "+z.text+".", x.text, y.text)
	return z
}

// divide computes x ÷ y, rounded once; y must not be 0.
func (ex *explanation) divide(x, y figure, places int32) (figure, error) {
	mode := ex.item.Policy.Mode
	quotient, err := ex.item.Policy.Quotient(x.Points, y.Points, places)
	if err != nil {
		return figure{}, err
	}
	z := figureOf(quotient)
	vi, en := x.vi+" ÷ "+y.viOperand()+" = "+z.vi, x.text+" ÷ "+y.enOperand()+" = "+z.text
	if !quotient.Mul(y.Points).Equal(x.Points) {
		viHow, enHow := howRounded(mode, places)
		vi, en = vi+viHow, en+enHow
	}
	ex.step(OpDivide, z, vi+".", en+".", append([]string{x.text, y.text}, rounding(mode, places)...)...)
	return z, nil
}

// rounding returns the last operands of a step that rounds.
func rounding(mode points.Mode, places int32) []string {
	return []string{strconv.Itoa(int(places)), mode.String()}
}
