package points

import (
	"fmt"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/parindex/parindex/libs/fault"
)

// MaxScale is the largest number of places that a policy rounds to. It is the
// number of places that a figure may have in the contract.
const MaxScale = 12

// Policy is the rounding policy of one regulation (rule G2), as data of the
// regulation. The scales count decimal places, 0 to MaxScale.
//
// The zero Policy is valid and rounds everything to whole points, which no
// known regulation does: start from DefaultPolicy.
type Policy struct {
	// ItemScale is the scale at which the points of an item are rounded.
	ItemScale int32 `json:"itemScale"`
	// IndexScale is the scale at which an index, a domain index and a mean are
	// rounded, and at which ranks and classes compare them.
	IndexScale int32 `json:"indexScale"`
	// DisplayScale is the number of places that people see. It is used in no
	// computation, and in ranks and classes only if the regulation says so (rule G4).
	DisplayScale int32 `json:"displayScale"`
	// Mode is the rounding mode.
	Mode Mode `json:"mode"`
}

// DefaultPolicy returns the policy of a regulation that states none: items to
// 6 places, index to 6, display 2, half away from zero (G2).
func DefaultPolicy() Policy {
	return Policy{ItemScale: 6, IndexScale: 6, DisplayScale: 2, Mode: HalfAwayFromZero}
}

// Validate returns PolicyInvalid with everything that is wrong with p: a scale
// outside 0 to MaxScale, a display scale finer than the scale of the figures, an
// unknown mode. The other methods of p may be called only if it returns nil.
func (p Policy) Validate() error {
	var vs []fault.Violation
	for _, s := range []struct {
		field string
		scale int32
	}{{"item_scale", p.ItemScale}, {"index_scale", p.IndexScale}, {"display_scale", p.DisplayScale}} {
		if s.scale < 0 || s.scale > MaxScale {
			vs = append(vs, ScaleOutOfRange.With(MaxScale).Violation(s.field))
		}
	}
	if computed := min(p.ItemScale, p.IndexScale); p.DisplayScale > computed {
		vs = append(vs, DisplayScaleTooFine.With(p.DisplayScale, computed).Violation("display_scale"))
	}
	if !p.Mode.known() {
		vs = append(vs, ModeUnknown.Violation("mode"))
	}
	if len(vs) > 0 {
		return &fault.Fault{Reason: PolicyInvalid, Violations: vs}
	}
	return nil
}

// Index returns points ÷ standard × 100, rounded once at p.IndexScale (rules G1,
// G2). It fails with StandardNotPositive if standard is 0 or less; points may be
// negative.
func (p Policy) Index(points, standard Points) (Points, error) {
	if standard.Sign() <= 0 {
		return Points{}, StandardNotPositive
	}
	return p.divide(points.Mul(FromInt(100)), standard, p.IndexScale), nil
}

// Quotient returns a ÷ b rounded once at scale, or DivisorZero. A scale outside
// 0 to MaxScale panics: scales are checked where a regulation is read.
func (p Policy) Quotient(a, b Points, scale int32) (Points, error) {
	if b.IsZero() {
		return Points{}, DivisorZero
	}
	return p.divide(a, b, scale), nil
}

// Mean returns the unweighted mean of xs, rounded once at p.IndexScale (G3), or
// MeanOfNothing.
func (p Policy) Mean(xs []Points) (Points, error) {
	if len(xs) == 0 {
		return Points{}, MeanOfNothing
	}
	return p.divide(Sum(xs...), FromInt(int64(len(xs))), p.IndexScale), nil
}

// Item returns x rounded at p.ItemScale.
func (p Policy) Item(x Points) Points { return p.Round(x, p.ItemScale) }

// Round returns x rounded by p.Mode at scale; a figure with no more places
// than that comes back as it is. A scale outside 0 to MaxScale panics, as in
// Quotient.
func (p Policy) Round(x Points, scale int32) Points { return p.divide(x, FromInt(1), scale) }

// Display returns x as people see it: rounded by p.Mode at p.DisplayScale, with
// exactly that many places. The result is for reading; nothing is computed
// from it (G2: 11 of 21 rows of S4 do not recompute from printed figures).
func (p Policy) Display(x Points) string {
	return p.Round(x, p.DisplayScale).Fixed(p.DisplayScale)
}

// divide returns a ÷ b rounded by p.Mode at scale. The decimal library's own
// division rounds at a global precision and could round a second time, so the
// quotient and its remainder are taken here as whole numbers.
func (p Policy) divide(a, b Points, scale int32) Points {
	if scale < 0 || scale > MaxScale {
		panic(fmt.Sprintf("points: scale %d is outside 0 to %d", scale, MaxScale))
	}
	numerator, denominator := a.d.Coefficient(), b.d.Coefficient()
	shift := int64(a.d.Exponent()) - int64(b.d.Exponent()) + int64(scale)
	if shift >= 0 {
		numerator.Mul(numerator, tenTo(shift))
	} else {
		denominator.Mul(denominator, tenTo(-shift))
	}
	return Points{d: decimal.NewFromBigInt(p.Mode.quotient(numerator, denominator), -scale)}
}

func tenTo(n int64) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(n), nil) }
