package points

import "math/big"

// Mode is what rounding does with the digits it drops. The zero Mode is
// HalfAwayFromZero, the default of G2.
type Mode uint8

const (
	// HalfAwayFromZero rounds to the nearest, a tie away from zero: 0.125 at
	// two places is 0.13, -0.125 is -0.13. It is what a pocket calculator and
	// a spreadsheet do.
	HalfAwayFromZero Mode = iota
	// HalfEven rounds to the nearest, a tie to the even digit: 0.125 is 0.12,
	// 0.135 is 0.14.
	HalfEven
	// Down drops the digits: 0.129 is 0.12, -0.129 is -0.12.
	Down
)

var modeNames = [...]string{HalfAwayFromZero: "HALF_AWAY_FROM_ZERO", HalfEven: "HALF_EVEN", Down: "DOWN"}

// ParseMode returns the mode named, as "HALF_EVEN", or ModeUnknown.
func ParseMode(name string) (Mode, error) {
	for m, n := range modeNames {
		if n == name {
			return Mode(m), nil
		}
	}
	return 0, ModeUnknown
}

// String returns the name ParseMode reads; of an unknown mode "UNKNOWN".
func (m Mode) String() string {
	if !m.known() {
		return "UNKNOWN"
	}
	return modeNames[m]
}

func (m Mode) known() bool { return int(m) < len(modeNames) }

// quotient returns n ÷ d as a whole number, rounded by m. The exact remainder
// decides, so that a tie is a tie however many digits either number has.
func (m Mode) quotient(n, d *big.Int) *big.Int {
	q, rest := new(big.Int).QuoRem(n, d, new(big.Int))
	if m.awayFromZero(q, rest, d) {
		q.Add(q, big.NewInt(int64(n.Sign()*d.Sign())))
	}
	return q
}

// awayFromZero reports whether q, cut off towards zero with this rest left of
// the divisor d, must go one further from zero.
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
