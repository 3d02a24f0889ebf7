package points_test

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

// Points and standard points as the sources print them; the results are those of a
// pocket calculator with ten digits.
func TestIndexOfTheDomain(t *testing.T) {
	p := points.DefaultPolicy()
	tests := []struct{ points, standard, index, display string }{
		{"80.81", "94", "85.968085", "85.97"},
		{"88.26", "98", "90.061224", "90.06"},
		{"88.42", "99", "89.313131", "89.31"},
		{"87.5", "100", "87.5", "87.50"},
		{"0", "94", "0", "0.00"},
		{"94", "94", "100", "100.00"},
		{"-1", "3", "-33.333333", "-33.33"},
		{"2", "3", "66.666667", "66.67"},
		{"999999999999.999999999999", "0.000000000001", "99999999999999999999999900", "99999999999999999999999900.00"},
	}
	for _, tt := range tests {
		index, err := p.Index(points.MustParse(tt.points), points.MustParse(tt.standard))
		if err != nil || index.String() != tt.index || p.Display(index) != tt.display {
			t.Errorf("%s of %s = %v (%s), %v; want %s (%s)", tt.points, tt.standard, index, p.Display(index), err, tt.index, tt.display)
		}
	}
}

// If they were first rounded to fewer places, these quotients would be ties and be
// rounded the other way. The test fails if a division rounds twice.
func TestIndexRoundsOnce(t *testing.T) {
	p := points.Policy{ItemScale: 6, IndexScale: 0}
	index, err := p.Index(points.MustParse("0.499999999999"), points.FromInt(100))
	if err != nil || index.String() != "0" {
		t.Errorf("index %v, %v; want 0", index, err)
	}
	p.Mode = points.HalfEven
	index, err = p.Index(points.MustParse("0.500000000001"), points.FromInt(100))
	if err != nil || index.String() != "1" {
		t.Errorf("index just above a tie is %v, %v; want 1", index, err)
	}
}

func TestIndexNeedsStandardPoints(t *testing.T) {
	for _, standard := range []string{"0", "0.00", "-94"} {
		_, err := points.DefaultPolicy().Index(points.FromInt(80), points.MustParse(standard))
		if !errors.Is(err, points.StandardNotPositive) {
			t.Errorf("standard %s: %v", standard, err)
		}
	}
}

func TestTies(t *testing.T) {
	tests := []struct{ x, away, even, down string }{
		{"0.125", "0.13", "0.12", "0.12"},
		{"0.135", "0.14", "0.14", "0.13"},
		{"-0.125", "-0.13", "-0.12", "-0.12"},
		{"-0.135", "-0.14", "-0.14", "-0.13"},
		{"0.1250000001", "0.13", "0.13", "0.12"},
		{"-0.129", "-0.13", "-0.13", "-0.12"},
		{"0.005", "0.01", "0.00", "0.00"},
		{"-0.004", "0.00", "0.00", "0.00"},
		{"99.995", "100.00", "100.00", "99.99"},
		{"12.5", "12.50", "12.50", "12.50"},
	}
	for _, tt := range tests {
		for mode, want := range map[points.Mode]string{points.HalfAwayFromZero: tt.away, points.HalfEven: tt.even, points.Down: tt.down} {
			p := points.Policy{ItemScale: 6, IndexScale: 6, DisplayScale: 2, Mode: mode}
			if got := p.Display(points.MustParse(tt.x)); got != want {
				t.Errorf("%s by %s is %s, want %s", tt.x, mode, got, want)
			}
		}
	}
}

func TestQuotientAndMean(t *testing.T) {
	p := points.DefaultPolicy()
	if q, err := p.Quotient(points.FromInt(1), points.FromInt(-8), 2); err != nil || q.String() != "-0.13" {
		t.Errorf("1 ÷ -8 = %v, %v", q, err)
	}
	if _, err := p.Quotient(points.FromInt(1), points.MustParse("0.0"), 2); !errors.Is(err, points.DivisorZero) {
		t.Errorf("1 ÷ 0: %v", err)
	}
	if m, err := p.Mean([]points.Points{points.FromInt(1), points.FromInt(0), points.FromInt(0)}); err != nil || m.String() != "0.333333" {
		t.Errorf("mean %v, %v", m, err)
	}
	if _, err := p.Mean(nil); !errors.Is(err, points.MeanOfNothing) {
		t.Errorf("mean of nothing: %v", err)
	}
	if got := p.Item(points.MustParse("0.6666666")); got.String() != "0.666667" {
		t.Errorf("item %v", got)
	}
}

func TestScaleOutsideItsLimitsPanics(t *testing.T) {
	for _, scale := range []int32{-1, points.MaxScale + 1, 1 << 30} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("scale %d did not panic", scale)
				}
			}()
			points.DefaultPolicy().Round(points.FromInt(1), scale)
		}()
	}
}

func TestValidateNamesEverythingWrong(t *testing.T) {
	for _, p := range []points.Policy{points.DefaultPolicy(), {}, {ItemScale: 12, IndexScale: 12, DisplayScale: 12, Mode: points.Down}} {
		if err := p.Validate(); err != nil {
			t.Errorf("%+v: %v", p, err)
		}
	}
	err := points.Policy{ItemScale: -1, IndexScale: 13, DisplayScale: 3, Mode: 9}.Validate()
	if !errors.Is(err, points.PolicyInvalid) {
		t.Fatalf("got %v", err)
	}
	var got []string
	for _, v := range fault.From(err).Violations {
		got = append(got, v.Field+" "+v.Code)
		if v.Vi == "" || v.En == "" {
			t.Errorf("%+v has no text", v)
		}
	}
	want := "item_scale SCALE_OUT_OF_RANGE, index_scale SCALE_OUT_OF_RANGE, display_scale DISPLAY_SCALE_TOO_FINE, mode ROUNDING_MODE_UNKNOWN"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %v", got)
	}
}

func TestModesHaveNames(t *testing.T) {
	for _, m := range []points.Mode{points.HalfAwayFromZero, points.HalfEven, points.Down} {
		if back, err := points.ParseMode(m.String()); err != nil || back != m {
			t.Errorf("%s reads back as %s, %v", m, back, err)
		}
	}
	if _, err := points.ParseMode("half_even"); !errors.Is(err, points.ModeUnknown) {
		t.Errorf("half_even: %v", err)
	}
	if got := points.Mode(9).String(); got != "UNKNOWN" {
		t.Errorf("mode 9 is %s", got)
	}
}

func TestDivisionAgreesWithRationals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := points.Policy{
			IndexScale: rapid.Int32Range(0, points.MaxScale).Draw(t, "scale"),
			Mode:       rapid.SampledFrom([]points.Mode{points.HalfAwayFromZero, points.HalfEven, points.Down}).Draw(t, "mode"),
		}
		x, y := figure().Draw(t, "x"), divisor().Draw(t, "y")
		q, err := p.Quotient(x, y, p.IndexScale)
		check(t, p, "quotient", q, err, new(big.Rat).Quo(rat(x), rat(y)))
		check(t, p, "round", p.Round(x, p.IndexScale), nil, rat(x))

		index, err := p.Index(x, points.Max(y, y.Neg()))
		hundredfold := new(big.Rat).Mul(rat(x), big.NewRat(100, 1))
		check(t, p, "index", index, err, hundredfold.Quo(hundredfold, new(big.Rat).Abs(rat(y))))

		xs := rapid.SliceOfN(figure(), 1, 8).Draw(t, "xs")
		mean, err := p.Mean(xs)
		check(t, p, "mean", mean, err, new(big.Rat).Quo(rat(points.Sum(xs...)), big.NewRat(int64(len(xs)), 1)))

		slices.Reverse(xs)
		if again, err := p.Mean(xs); err != nil || !again.Equal(mean) {
			t.Fatalf("the mean of the same figures in another order is %v, not %v", again, mean)
		}
	})
}

// divisor generates divisors, many of which make exact ties.
func divisor() *rapid.Generator[points.Points] {
	ties := rapid.Map(rapid.SampledFrom([]string{"1", "2", "4", "8", "0.2", "0.16", "-2", "-8", "200", "94", "3"}), points.MustParse)
	return rapid.OneOf(ties, figure().Filter(func(x points.Points) bool { return !x.IsZero() }))
}

// check checks got against the definition of its rounding mode, stated in
// rationals: got is a multiple of the unit u, and its distance from the exact value
// is below u (DOWN, never beyond it) or at most u/2 with the tie as the mode
// requires.
func check(t *rapid.T, p points.Policy, name string, got points.Points, err error, exact *big.Rat) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	perUnit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(p.IndexScale)), nil))
	units := new(big.Rat).Mul(rat(got), perUnit)
	wanted := new(big.Rat).Mul(exact, perUnit)
	beyond := new(big.Rat).Sub(new(big.Rat).Abs(units), new(big.Rat).Abs(wanted))
	size := new(big.Rat).Abs(beyond)
	half := big.NewRat(1, 2)
	ok := units.IsInt() && (units.Sign() == 0 || units.Sign() == wanted.Sign())
	switch p.Mode {
	case points.Down:
		ok = ok && beyond.Sign() <= 0 && size.Cmp(big.NewRat(1, 1)) < 0
	case points.HalfAwayFromZero:
		ok = ok && size.Cmp(half) <= 0 && (size.Cmp(half) < 0 || beyond.Sign() > 0)
	case points.HalfEven:
		ok = ok && size.Cmp(half) <= 0 && (size.Cmp(half) < 0 || units.Num().Bit(0) == 0)
	}
	if !ok {
		t.Fatalf("%s of %s by %s at %d is %v", name, exact.RatString(), p.Mode, p.IndexScale, got)
	}
}

// Two agencies are shown the same index and still have different ranks, and
// the points one reads in the table do not give back the index beside them:
// display is rounded, arithmetic is not (G2).
func ExamplePolicy_Display() {
	p := points.DefaultPolicy()
	standard := points.FromInt(94)
	for _, exact := range []string{"80.8136", "80.8149"} {
		x := points.MustParse(exact)
		index, err := p.Index(x, standard)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("points", p.Display(x), "index", p.Display(index), "ranked by", index)
	}
	printed, err := p.Index(points.MustParse("80.81"), standard)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("recomputed from the printed points:", p.Display(printed), "is", printed)
	// Output:
	// points 80.81 index 85.97 ranked by 85.971915
	// points 80.81 index 85.97 ranked by 85.973298
	// recomputed from the printed points: 85.97 is 85.968085
}
