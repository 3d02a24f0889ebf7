package rule

import (
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// maxLength is the most digits of a figure inside an expression, before and after
// the point together. Only the resulting points must fit the contract, so the limit
// is far above that of the contract; it keeps an explanation small enough to be
// stored.
const maxLength = 1000

var figureCanBeTooLong = fault.Invalid.Reason("FORMULA_FIGURE_TOO_LONG",
	"Dòng %d, cột %d: phép tính này có thể cho số dài quá %d chữ số. Hãy nhân ít số với nhau hơn, hoặc làm tròn trước bằng div(…, 1, 6).",
	"Line %d, column %d: this can become a figure of more than %d digits. Multiply fewer figures, or round them before with div(…, 1, 6).")

// length is the most digits that a figure can have before and after the point.
type length struct{ whole, places int }

// given is the length of an input and of the max points: the figures that
// points.Parse reads.
var given = length{maxDigits, maxDigits}

func lengthOf(x points.Points) length {
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(x.String(), "-"), ".")
	return length{len(whole), len(fraction)}
}

func (l length) or(o length) length { return length{max(l.whole, o.whole), max(l.places, o.places)} }

// over returns the length of a quotient. The least divisor is one unit of its last
// place, and rounding can carry.
func (l length) over(divisor length, places int) length {
	return length{l.whole + divisor.places + 1, places}
}

// vetLength refuses expressions whose figures may become too long, and returns the
// greatest length of e. It assumes inputs of the greatest length that the contract
// allows.
func (x expression) vetLength(e ast.Expr, found *findings) length {
	switch e.Kind() {
	case ast.LiteralKind:
		n, _ := literal(e)
		return lengthOf(points.FromInt(n))
	case ast.IdentKind:
		return given
	default:
	}
	name, args := e.AsCall().FunctionName(), e.AsCall().Args()
	if name == decFunction {
		figure, _ := points.Parse(literalText(args[0]))
		return lengthOf(figure)
	}
	lengths := make([]length, len(args))
	for i, arg := range args {
		lengths[i] = x.vetLength(arg, found)
	}
	var l length
	switch name {
	case operators.Add, operators.Subtract:
		l = lengths[0].or(lengths[1])
		l.whole++
	case operators.Multiply:
		l = length{lengths[0].whole + lengths[1].whole, lengths[0].places + lengths[1].places}
	case divFunction:
		places, _ := literal(args[2])
		l = lengths[0].over(lengths[1], int(places))
	default:
		for _, each := range lengths {
			l = l.or(each)
		}
	}
	if l.whole+l.places > maxLength {
		line, column := x.at(e)
		found.add("expression", figureCanBeTooLong, line, column, maxLength)
		return given // so that what holds it is not refused for it again
	}
	return l
}
