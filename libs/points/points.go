// Package points holds exact decimals for points, percentages and indices, and the
// policy by which a regulation rounds them.
//
// No binary float enters or leaves. Sums, differences and products are exact;
// only a Policy divides or rounds, and each division rounds once (G2):
//
//	index, err := points.DefaultPolicy().Index(points.MustParse("80.81"), points.MustParse("94"))
//	// index is 85.968085; shown, it is "85.97"
//
// This is the only package that imports the decimal library, and it changes
// none of that library's global settings.
package points

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// Points is one exact decimal figure. The zero value is 0 and ready to use.
//
// Two Points are compared by Equal or Cmp; == does not compile, because 12.5
// and 12.50 are one figure in two representations.
type Points struct {
	_ [0]func() // forbids ==
	d decimal.Decimal
}

// interchange is the form in which figures travel: the pattern of every points
// field in the protos, so that what one service accepts every other does.
var interchange = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,12})?$`)

// Parse reads a figure such as "12.5", "-0.25" or "100.00": at most 12 digits
// on either side of a point, no exponent, no sign but a minus, no leading
// zeros, no spaces. Anything else is Malformed.
func Parse(s string) (Points, error) {
	if !interchange.MatchString(s) {
		return Points{}, Malformed
	}
	return read(s)
}

// MustParse is Parse for constants and tests; it panics on a malformed figure.
func MustParse(s string) Points {
	x, err := Parse(s)
	if err != nil {
		panic(fmt.Sprintf("points.MustParse(%q): %v", s, err))
	}
	return x
}

// FromInt returns the figure of a count.
func FromInt(n int64) Points { return Points{d: decimal.NewFromInt(n)} }

func read(s string) (Points, error) {
	d, err := decimal.NewFromString(s)
	if err != nil {
		return Points{}, Malformed.Because(err)
	}
	return Points{d: d}, nil
}

// Add returns x + y exactly.
func (x Points) Add(y Points) Points { return Points{d: x.d.Add(y.d)} }

// Sub returns x - y exactly.
func (x Points) Sub(y Points) Points { return Points{d: x.d.Sub(y.d)} }

// Mul returns x × y exactly; the product has as many places as both together.
func (x Points) Mul(y Points) Points { return Points{d: x.d.Mul(y.d)} }

// Neg returns -x.
func (x Points) Neg() Points { return Points{d: x.d.Neg()} }

// Cmp returns -1, 0 or 1 if x is less than, equal to or greater than y. As
// Points.Cmp it sorts a slice from low to high.
func (x Points) Cmp(y Points) int { return x.d.Cmp(y.d) }

// Equal reports whether x and y are the same figure, however it was written.
func (x Points) Equal(y Points) bool { return x.d.Equal(y.d) }

// Sign returns -1, 0 or 1 if x is negative, zero or positive.
func (x Points) Sign() int { return x.d.Sign() }

// IsZero reports whether x is 0.
func (x Points) IsZero() bool { return x.d.IsZero() }

// Sum returns the exact sum of xs; 0 if there are none.
func Sum(xs ...Points) Points {
	var sum Points
	for _, x := range xs {
		sum = sum.Add(x)
	}
	return sum
}

// Min returns the smallest of its arguments.
func Min(first Points, rest ...Points) Points {
	return slices.MinFunc(append([]Points{first}, rest...), Points.Cmp)
}

// Max returns the largest of its arguments.
func Max(first Points, rest ...Points) Points {
	return slices.MaxFunc(append([]Points{first}, rest...), Points.Cmp)
}

// String returns x in its one canonical form: every digit it has, no trailing
// zeros, no exponent ("12.5", "-0.25", "0"). Of figures within the limits of
// Parse, equal ones and only those have equal strings that Parse reads back.
func (x Points) String() string { return x.d.String() }

// Vietnamese returns x as a Vietnamese text writes it: as String does, with a
// decimal comma ("63,636364") and no sign between thousands ("100000"). It is
// how fault.Reason.With fills a figure in.
func (x Points) Vietnamese() string { return strings.Replace(x.String(), ".", ",", 1) }

// Fixed returns x with at least the given number of places, padded with zeros:
// 12.5 at 2 places is "12.50". It never rounds; digits beyond are kept, so that
// no figure is shortened except by a Policy, whose Display does it.
func (x Points) Fixed(places int32) string {
	s := x.String()
	_, fraction, found := strings.Cut(s, ".")
	missing := int(places) - len(fraction)
	if missing <= 0 {
		return s
	}
	if !found {
		s += "."
	}
	return s + strings.Repeat("0", missing)
}
