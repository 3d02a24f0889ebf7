package rule

import (
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"

	"github.com/parindex/parindex/libs/points"
)

// span is what a figure can be, at the most: nil is unbounded. It may be wider
// than the truth, as x - x is from low - high to high - low.
type span struct{ low, high *points.Points }

func exactly(x points.Points) span { return span{&x, &x} }

// within is what an input can be.
func (in FormulaInput) within() span {
	s := span{in.Min, in.Max}
	if in.Kind == CountInput && s.low == nil {
		s.low = new(points.Points)
	}
	return s
}

// reach returns what x can come to by the declared bounds of its inputs.
func (x expression) reach(item Item, inputs []FormulaInput) span {
	known := map[string]span{maxPointsID: exactly(item.Max)}
	for _, in := range inputs {
		known[in.ID] = in.within()
	}
	return reach(x.root(), known)
}

func reach(e ast.Expr, known map[string]span) span {
	switch e.Kind() {
	case ast.LiteralKind:
		n, _ := literal(e)
		return exactly(points.FromInt(n))
	case ast.IdentKind:
		return known[e.AsIdent()]
	default:
	}
	args := e.AsCall().Args()
	of := func(i int) span { return reach(args[i], known) }
	switch e.AsCall().FunctionName() {
	case decFunction:
		x, _ := points.Parse(text(args[0]))
		return exactly(x)
	case operators.Negate:
		return of(0).negative()
	case operators.Add:
		return of(0).plus(of(1))
	case operators.Subtract:
		return of(0).plus(of(1).negative())
	case operators.Multiply:
		return of(0).times(of(1))
	case operators.Conditional:
		a, b := of(1), of(2)
		return span{both(a.low, b.low, smaller), both(a.high, b.high, larger)}
	case minFunction:
		a, b := of(0), of(1)
		return span{both(a.low, b.low, smaller), either(a.high, b.high, smaller)}
	case maxFunction:
		a, b := of(0), of(1)
		return span{either(a.low, b.low, larger), both(a.high, b.high, larger)}
	default:
		return span{} // a quotient, of which nothing is said
	}
}

func smaller(x, y points.Points) points.Points { return points.Min(x, y) }
func larger(x, y points.Points) points.Points  { return points.Max(x, y) }

// both is f of two bounds; unbounded if one is.
func both(x, y *points.Points, f func(x, y points.Points) points.Points) *points.Points {
	if x == nil || y == nil {
		return nil
	}
	return new(f(*x, *y))
}

// either is f of two bounds, or the one there is.
func either(x, y *points.Points, f func(x, y points.Points) points.Points) *points.Points {
	switch {
	case x == nil:
		return y
	case y == nil:
		return x
	default:
		return new(f(*x, *y))
	}
}

func (s span) negative() span {
	var n span
	if s.high != nil {
		n.low = new(s.high.Neg())
	}
	if s.low != nil {
		n.high = new(s.low.Neg())
	}
	return n
}

func (s span) plus(o span) span {
	return span{both(s.low, o.low, points.Points.Add), both(s.high, o.high, points.Points.Add)}
}

func (s span) times(o span) span {
	if s.low == nil || o.low == nil {
		return span{}
	}
	if s.high == nil || o.high == nil {
		if s.low.Sign() < 0 || o.low.Sign() < 0 {
			return span{}
		}
		return span{low: new(s.low.Mul(*o.low))}
	}
	ends := []points.Points{s.low.Mul(*o.high), s.high.Mul(*o.low), s.high.Mul(*o.high)}
	first := s.low.Mul(*o.low)
	return span{new(points.Min(first, ends...)), new(points.Max(first, ends...))}
}
