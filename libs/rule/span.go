package rule

import (
	"cmp"

	"github.com/parindex/parindex/libs/points"
)

// bound is one end of a span: a figure, or beyond all figures.
type bound struct {
	points.Points
	// infinite is -1 below all figures, 1 above them, else 0.
	infinite int
}

// known reports whether b is a figure.
func (b bound) known() bool { return b.infinite == 0 }

func (b bound) cmp(o bound) int {
	if b.infinite != 0 || o.infinite != 0 {
		return cmp.Compare(b.infinite, o.infinite)
	}
	return b.Cmp(o.Points)
}

func (b bound) sign() int { return cmp.Or(b.infinite, b.Sign()) }

func (b bound) negative() bound { return bound{b.Neg(), -b.infinite} }

func (b bound) plus(o bound) bound {
	if side := cmp.Or(b.infinite, o.infinite); side != 0 {
		return bound{infinite: side}
	}
	return bound{Points: b.Add(o.Points)}
}

// times is 0 for 0 and infinite: however large a figure is, 0 of it is 0.
func (b bound) times(o bound) bound {
	if b.infinite != 0 || o.infinite != 0 {
		return bound{infinite: b.sign() * o.sign()}
	}
	return bound{Points: b.Mul(o.Points)}
}

// over is what b ÷ o comes near to, rounded; o is 0 or more, and 0 stands for
// what is above it by however little.
func (b bound) over(o bound, policy points.Policy, places int32) bound {
	switch {
	case b.sign() == 0 || o.infinite != 0:
		return bound{}
	case b.infinite != 0 || o.IsZero():
		return bound{infinite: b.sign()}
	}
	quotient, err := policy.Quotient(b.Points, o.Points, places)
	if err != nil {
		return bound{infinite: b.sign()}
	}
	return bound{Points: quotient}
}

func lower(a, b bound) bound {
	if b.cmp(a) < 0 {
		return b
	}
	return a
}

func higher(a, b bound) bound {
	if b.cmp(a) > 0 {
		return b
	}
	return a
}

// span is what a figure can be, at the most. It may be wider than the truth, as
// x - x is from low - high to high - low, and is never narrower.
type span struct {
	low, high bound
	// whole says that the figure is a whole number, nonzero that it is not 0.
	whole, nonzero bool
}

var (
	anything = span{low: bound{infinite: -1}, high: bound{infinite: 1}}
	// nothing is the span of what is never computed.
	nothing = span{low: bound{infinite: 1}, high: bound{infinite: -1}}
)

func exactly(x points.Points) span {
	return span{low: bound{Points: x}, high: bound{Points: x}, whole: whole(x)}
}

func (s span) empty() bool {
	order := s.low.cmp(s.high)
	return order > 0 || order == 0 && s.nonzero && s.low.sign() == 0
}

// avoidsZero reports whether the figure cannot be 0.
func (s span) avoidsZero() bool { return s.nonzero || s.low.sign() > 0 || s.high.sign() < 0 }

// tight moves an end at 0, which a whole number is not, to the next one.
func (s span) tight() span {
	if one := points.FromInt(1); s.whole && s.nonzero {
		if s.low.sign() == 0 {
			s.low.Points = one
		}
		if s.high.sign() == 0 {
			s.high.Points = one.Neg()
		}
	}
	return s
}

// and is what is in both.
func (s span) and(o span) span {
	return span{higher(s.low, o.low), lower(s.high, o.high), s.whole || o.whole, s.nonzero || o.nonzero}.tight()
}

// or is what is in either, and all between.
func (s span) or(o span) span {
	switch {
	case s.empty():
		return o
	case o.empty():
		return s
	default:
		return span{lower(s.low, o.low), higher(s.high, o.high), s.whole && o.whole, s.avoidsZero() && o.avoidsZero()}
	}
}

// not is what is left if the figure is not that of o: all, but for 0.
func (s span) not(o span) span {
	if o.low.sign() == 0 && o.high.sign() == 0 {
		s.nonzero = true
	}
	return s.tight()
}

// below is what is at most limit, or less than it.
func (s span) below(limit bound, strict bool) span {
	switch {
	case !strict || limit.infinite != 0:
	case s.whole && whole(limit.Points):
		limit.Points = limit.Sub(points.FromInt(1))
	default:
		s.nonzero = s.nonzero || limit.Sign() <= 0
	}
	s.high = lower(s.high, limit)
	return s.tight()
}

func (s span) above(limit bound, strict bool) span {
	return s.negative().below(limit.negative(), strict).negative()
}

func (s span) negative() span {
	s.low, s.high = s.high.negative(), s.low.negative()
	return s
}

func (s span) plus(o span) span {
	return span{low: s.low.plus(o.low), high: s.high.plus(o.high), whole: s.whole && o.whole}
}

// lesser is the smaller of two figures.
func (s span) lesser(o span) span {
	return span{lower(s.low, o.low), lower(s.high, o.high), s.whole && o.whole, s.avoidsZero() && o.avoidsZero()}
}

func (s span) times(o span) span {
	a, b := s.low.times(o.low), s.low.times(o.high)
	c, d := s.high.times(o.low), s.high.times(o.high)
	return span{
		lower(lower(a, b), lower(c, d)), higher(higher(a, b), higher(c, d)),
		s.whole && o.whole, s.avoidsZero() && o.avoidsZero(),
	}
}

// over is the quotient by a divisor that is not 0, rounded: below 0 and above it,
// it is that of the ends, as every way to round keeps their order.
func (s span) over(divisor span, policy points.Policy, places int32) span {
	result := nothing
	if part := divisor.above(bound{}, true); !part.empty() {
		result = s.overPositive(part, policy, places)
	}
	if part := divisor.below(bound{}, true); !part.empty() {
		result = result.or(s.negative().overPositive(part.negative(), policy, places))
	}
	return result
}

func (s span) overPositive(divisor span, policy points.Policy, places int32) span {
	least, most := divisor.high, divisor.high
	if s.low.sign() < 0 {
		least = divisor.low
	}
	if s.high.sign() > 0 {
		most = divisor.low
	}
	return span{low: s.low.over(least, policy, places), high: s.high.over(most, policy, places), whole: places == 0}
}
