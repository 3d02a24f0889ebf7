package rule

import (
	"strconv"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// reckoning evaluates an expression into an account: each calculation is a step,
// in the order in which it is done, from left to right. What does not decide is
// not computed: the other branch of c ? a : b, and what follows a false before
// && or a true before ||.
type reckoning struct {
	*account
	expression

	known      map[string]value
	operations int
}

// value is a figure, or whether something holds.
type value struct {
	figure
	met bool
}

func (k *reckoning) value(e ast.Expr) (value, error) {
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

// calculate does what the function of two figures named does, at e.
func (k *reckoning) calculate(e ast.Expr, name string, x, y figure) (value, error) {
	if c, ok := comparisons[name]; ok {
		return value{met: k.ask(c, x, y)}, nil
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

// fault is a reason that takes a line and a column.
func (k *reckoning) fault(reason fault.Reason, e ast.Expr) error {
	line, column := k.at(e)
	return reason.With(line, column).At("formula")
}

// ask says whether a comparison holds.
func (a *account) ask(c comparison, x, y figure) bool {
	order := x.Cmp(y.Points)
	vi, en := "sai", "no"
	if c.holds(order) {
		vi, en = "đúng", "yes"
	}
	sign := " " + c.sign + " "
	a.step(OpCompare, figureOf(points.FromInt(int64(order))),
		"Xét "+x.vi+sign+y.vi+": "+vi+".", "Is "+x.text+sign+y.text+": "+en+".", x.text, y.text)
	return c.holds(order)
}

// choose takes one of two, always as a step.
func (a *account) choose(op Operation, x, y figure, chosen points.Points, vi, en string) figure {
	z := figureOf(chosen)
	a.step(op, z, vi+x.vi+" và "+y.vi+": "+z.vi+".", en+x.text+" and "+y.text+": "+z.text+".", x.text, y.text)
	return z
}

// divide gives x ÷ y, which is not 0, rounded once.
func (a *account) divide(x, y figure, places int32) (figure, error) {
	mode := a.item.Policy.Mode
	quotient, err := a.item.Policy.Quotient(x.Points, y.Points, places)
	if err != nil {
		return figure{}, err
	}
	z := figureOf(quotient)
	vi, en := x.vi+" ÷ "+y.viOperand()+" = "+z.vi, x.text+" ÷ "+y.enOperand()+" = "+z.text
	if !quotient.Mul(y.Points).Equal(x.Points) {
		viHow, enHow := howRounded(mode, places)
		vi, en = vi+viHow, en+enHow
	}
	a.step(OpDivide, z, vi+".", en+".", append([]string{x.text, y.text}, rounding(mode, places)...)...)
	return z, nil
}

// rounding is how a step that rounds ends its operands.
func rounding(mode points.Mode, places int32) []string {
	return []string{strconv.Itoa(int(places)), mode.String()}
}
