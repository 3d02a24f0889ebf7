package points

import "math/big"

// Mode is a rounding mode. The zero Mode is HalfAwayFromZero, the default of rule
// G2.
type Mode uint8

const (
	// HalfAwayFromZero rounds to the nearest, a tie away from zero: 0.125 at two
	// places is 0.13, -0.125 is -0.13. Pocket calculators and spreadsheets round like
	// this.
	HalfAwayFromZero Mode = iota
	// HalfEven rounds to the nearest, a tie to the even digit: 0.125 is 0.12,
	// 0.135 is 0.14.
	HalfEven
	// Down drops the digits: 0.129 is 0.12, -0.129 is -0.12.
	Down
)

var modeNames = [...]string{HalfAwayFromZero: "HALF_AWAY_FROM_ZERO", HalfEven: "HALF_EVEN", Down: "DOWN"}

// ParseMode returns the mode with a name such as "HALF_EVEN", or ModeUnknown.
func ParseMode(name string) (Mode, error) {
	for m, n := range modeNames {
		if n == name {
			return Mode(m), nil
		}
	}
	return 0, ModeUnknown
}

// String returns the name that ParseMode reads; "UNKNOWN" for an unknown mode.
func (m Mode) String() string {
	if !m.known() {
		return "UNKNOWN"
	}
	return modeNames[m]
}

func (m Mode) known() bool { return int(m) < len(modeNames) }

// quotient returns n ÷ d as a whole number, rounded by m. It decides by the exact
// remainder, so that it recognises a tie however many digits the numbers have.
func (m Mode) quotient(n, d *big.Int) *big.Int {
	q, rest := new(big.Int).QuoRem(n, d, new(big.Int))
	if m.awayFromZero(q, rest, d) {
		q.Add(q, big.NewInt(int64(n.Sign()*d.Sign())))
	}
	return q
}

// awayFromZero reports whether q, the quotient cut off towards zero, must be moved
// one further from zero; rest is the remainder of the division by d.
func (m Mode) awayFromZero(q, rest, d *big.Int) bool {
	if m == Down {
		return false
	}
	switch new(big.Int).Lsh(rest, 1).CmpAbs(d) {
	case -1:
		return false
	case 1:
		return true
	}
	return m == HalfAwayFromZero || q.Bit(0) == 1
}
