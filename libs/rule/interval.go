package rule

import (
	"cmp"

	"github.com/parindex/parindex/libs/points"
)

// bound is one end of an interval: a figure or infinity.
type bound struct {
	points.Points
	// infinite is -1 below all figures, 1 above all figures, otherwise 0.
	infinite int
}

// known reports whether b is finite.
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

// times returns 0 for 0 × infinity: however large a figure is, 0 times the figure
// is 0.
func (b bound) times(o bound) bound {
	if b.infinite != 0 || o.infinite != 0 {
		return bound{infinite: b.sign() * o.sign()}
	}
	return bound{Points: b.Mul(o.Points)}
}

// over returns the limit of b ÷ o, rounded. o is 0 or more; 0 means a divisor that
// is as close to 0 as one likes, but above it.
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

// interval is the range of values that a figure can have. It may be wider than the
// true range, as for x - x, which gets low - high to high - low; it is never
// narrower.
type interval struct {
	low, high bound
	// whole means that the figure is a whole number, nonzero that it is not 0.
	whole, nonzero bool
}

var (
	unbounded = interval{low: bound{infinite: -1}, high: bound{infinite: 1}}
	// unreachable is the interval of a figure that is never computed.
	unreachable = interval{low: bound{infinite: 1}, high: bound{infinite: -1}}
)

func exactly(x points.Points) interval {
	return interval{low: bound{Points: x}, high: bound{Points: x}, whole: whole(x)}
}

func (s interval) empty() bool {
	order := s.low.cmp(s.high)
	return order > 0 || order == 0 && s.nonzero && s.low.sign() == 0
}

// avoidsZero reports whether the figure cannot be 0.
func (s interval) avoidsZero() bool { return s.nonzero || s.low.sign() > 0 || s.high.sign() < 0 }

// tight moves an end that is 0 to the next whole number if the figure is whole and
// not 0.
func (s interval) tight() interval {
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

// and returns the intersection.
func (s interval) and(o interval) interval {
	return interval{higher(s.low, o.low), lower(s.high, o.high), s.whole || o.whole, s.nonzero || o.nonzero}.tight()
}

// or returns the smallest interval that contains both.
func (s interval) or(o interval) interval {
	switch {
	case s.empty():
		return o
	case o.empty():
		return s
	default:
		return interval{lower(s.low, o.low), higher(s.high, o.high), s.whole && o.whole, s.avoidsZero() && o.avoidsZero()}
	}
}

// not returns s without the figure o; it can only exclude 0.
func (s interval) not(o interval) interval {
	if o.low.sign() == 0 && o.high.sign() == 0 {
		s.nonzero = true
	}
	return s.tight()
}

// below returns the part of s that is at most limit, or with strict less than
// limit.
func (s interval) below(limit bound, strict bool) interval {
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

func (s interval) above(limit bound, strict bool) interval {
	return s.negative().below(limit.negative(), strict).negative()
}

func (s interval) negative() interval {
	s.low, s.high = s.high.negative(), s.low.negative()
	return s
}

func (s interval) plus(o interval) interval {
	return interval{low: s.low.plus(o.low), high: s.high.plus(o.high), whole: s.whole && o.whole}
}

// lesser returns the interval of the smaller of two figures.
func (s interval) lesser(o interval) interval {
	return interval{lower(s.low, o.low), lower(s.high, o.high), s.whole && o.whole, s.avoidsZero() && o.avoidsZero()}
}

func (s interval) times(o interval) interval {
	a, b := s.low.times(o.low), s.low.times(o.high)
	c, d := s.high.times(o.low), s.high.times(o.high)
	return interval{
		lower(lower(a, b), lower(c, d)), higher(higher(a, b), higher(c, d)),
		s.whole && o.whole, s.avoidsZero() && o.avoidsZero(),
	}
}

// over returns the interval of the rounded quotient by a divisor that is not 0. The
// divisors below 0 and above 0 are handled separately; for each, the ends of the
// operands give the ends of the quotient, because every rounding mode keeps the
// order.
func (s interval) over(divisor interval, policy points.Policy, places int32) interval {
	result := unreachable
	if part := divisor.above(bound{}, true); !part.empty() {
		result = s.overPositive(part, policy, places)
	}
	if part := divisor.below(bound{}, true); !part.empty() {
		result = result.or(s.negative().overPositive(part.negative(), policy, places))
	}
	return result
}

func (s interval) overPositive(divisor interval, policy points.Policy, places int32) interval {
	least, most := divisor.high, divisor.high
	if s.low.sign() < 0 {
		least = divisor.low
	}
	if s.high.sign() > 0 {
		most = divisor.low
	}
	return interval{low: s.low.over(least, policy, places), high: s.high.over(most, policy, places), whole: places == 0}
}
