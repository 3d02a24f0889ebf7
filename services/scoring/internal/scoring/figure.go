package scoring

import (
	"errors"

	"github.com/parindex/parindex/libs/points"
)

// Origin says where a figure comes from. The zero Origin is NotPrinted.
type Origin uint8

const (
	// NotPrinted is a figure that the source does not print and that cannot be
	// computed from what it prints.
	NotPrinted Origin = iota
	// Printed is a figure that the source prints.
	Printed
	// Computed is a figure that the platform computed.
	Computed
)

var originNames = [...]string{NotPrinted: "NOT_PRINTED", Printed: "PRINTED", Computed: "COMPUTED"}

// String returns the name of o in messages and in the database.
func (o Origin) String() string { return originNames[o] }

// Figure is a value with its origin. The zero Figure is unknown; a
// figure is unknown exactly when its origin is NotPrinted.
type Figure struct {
	value  points.Points
	origin Origin
	// off holds the values between which the figure of the source is, if it is known from
	// a rounded print; nil: it is value.
	off *span
}

// span is what is between two values, both included.
type span struct{ low, high points.Points }

// span returns what the figure of the source can be.
func (f Figure) span() span {
	if f.off != nil {
		return *f.off
	}
	return span{f.value, f.value}
}

// within returns f as it is known from rounded prints, if any of the figures that it
// comes from is.
func (f Figure) within(low, high points.Points, from ...Figure) Figure {
	for _, part := range from {
		if part.off != nil {
			f.off = &span{low, high}
		}
	}
	return f
}

// meets reports whether f and g can be the same figure of the source.
func (f Figure) meets(g Figure) bool {
	a, b := f.span(), g.span()
	return a.low.Cmp(b.high) <= 0 && b.low.Cmp(a.high) <= 0
}

// Print returns a figure that the source prints.
func Print(value points.Points) Figure { return Figure{value: value, origin: Printed} }

// Compute returns a figure that was computed.
func Compute(value points.Points) Figure { return Figure{value: value, origin: Computed} }

// Known reports whether f has a value.
func (f Figure) Known() bool { return f.origin != NotPrinted }

// Value returns f's value; 0 if it is unknown.
func (f Figure) Value() points.Points { return f.value }

// Origin returns the origin of f.
func (f Figure) Origin() Origin { return f.origin }

// IsZero reports whether f is unknown; canonical JSON leaves it out.
func (f Figure) IsZero() bool { return !f.Known() }

// MarshalText writes a computed figure in its canonical form. It fails for a printed
// one, because every figure in the result of a run is computed.
func (f Figure) MarshalText() ([]byte, error) {
	if f.origin != Computed {
		return nil, errors.New("only a computed figure has a canonical form")
	}
	return f.value.MarshalText()
}

// UnmarshalText reads what MarshalText writes.
func (f *Figure) UnmarshalText(text []byte) error {
	f.origin = Computed
	return f.value.UnmarshalText(text)
}

// plus returns f + g, which is unknown if either is.
func (f Figure) plus(g Figure) Figure {
	if !f.Known() || !g.Known() {
		return Figure{}
	}
	a, b := f.span(), g.span()
	return Compute(f.value.Add(g.value)).within(a.low.Add(b.low), a.high.Add(b.high), f, g)
}

// minus returns f − g, which is unknown if either is.
func (f Figure) minus(g Figure) Figure {
	if !f.Known() || !g.Known() {
		return Figure{}
	}
	a, b := f.span(), g.span()
	return Compute(f.value.Sub(g.value)).within(a.low.Sub(b.high), a.high.Sub(b.low), f, g)
}

// or returns f, or g where f is unknown.
func (f Figure) or(g Figure) Figure {
	if f.Known() {
		return f
	}
	return g
}
