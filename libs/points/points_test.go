package points_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgtype"
	"pgregory.net/rapid"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
)

func TestParseIsStrict(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "-0": "0", "-0.00": "0", "12.50": "12.5", "100.00": "100", "-0.25": "-0.25",
		"0.000000000001":             "0.000000000001",
		"-999999999999.999999999999": "-999999999999.999999999999",
		"100000000000":               "100000000000",
	} {
		x, err := points.Parse(text)
		if err != nil || x.String() != want {
			t.Errorf("Parse(%q) = %v, %v; want %s", text, x, err, want)
		}
	}
	for _, text := range []string{
		"", " 1", "1 ", "1\n", "+1", "--1", "01", "00", "1.", ".5", "1,5", "1e3", "1E3", "0x10", "1_000", "1.000.000",
		"NaN", "Infinity", "१", "1.5%", "1234567890123", "0.1234567890123",
	} {
		if x, err := points.Parse(text); !errors.Is(err, points.Malformed) {
			t.Errorf("Parse(%q) = %v, %v; want POINTS_MALFORMED", text, x, err)
		}
	}
}

func TestMustParsePanicsForMalformedFigures(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("MustParse(12,5) did not panic")
		}
	}()
	points.MustParse("12,5")
}

func TestFixedPadsAndNeverRounds(t *testing.T) {
	tests := []struct {
		x      string
		places int32
		want   string
	}{
		{"12.5", 2, "12.50"},
		{"12", 2, "12.00"},
		{"12", 0, "12"},
		{"-0.5", 3, "-0.500"},
		{"12.345", 2, "12.345"},
		{"0", 2, "0.00"},
		{"100", -1, "100"},
	}
	for _, tt := range tests {
		if got := points.MustParse(tt.x).Fixed(tt.places); got != tt.want {
			t.Errorf("%s.Fixed(%d) = %s, want %s", tt.x, tt.places, got, tt.want)
		}
	}
}

func TestTheZeroValueIsZero(t *testing.T) {
	var zero points.Points
	if !zero.IsZero() || zero.Sign() != 0 || zero.String() != "0" || !zero.Equal(points.MustParse("0.00")) || !points.Sum().IsZero() {
		t.Errorf("the zero value is %v", zero)
	}
	if got := zero.Sub(points.MustParse("1.5")).Neg().Add(zero).Mul(points.FromInt(2)); got.String() != "3" {
		t.Errorf("arithmetic from the zero value gives %v, want 3", got)
	}
}

func TestOrder(t *testing.T) {
	a, b, c := points.MustParse("-1"), points.MustParse("80.5"), points.MustParse("80.50")
	if !b.Equal(c) || b.Cmp(c) != 0 || a.Cmp(b) != -1 || b.Cmp(a) != 1 {
		t.Error("80.5 and 80.50 are not one figure above -1")
	}
	if got := points.Min(b, a, c); !got.Equal(a) {
		t.Errorf("Min = %v", got)
	}
	if got := points.Max(a, c, a); !got.Equal(b) {
		t.Errorf("Max = %v", got)
	}
	xs := []points.Points{b, a}
	slices.SortFunc(xs, points.Points.Cmp)
	if !xs[0].Equal(a) {
		t.Errorf("sorted %v", xs)
	}
	if diff := cmp.Diff(b, c); diff != "" {
		t.Errorf("go-cmp does not use Equal: %s", diff)
	}
}

// The numeric codec of pgx is called directly, in both wire formats, because pgx
// chooses the format by itself.
func TestNumericColumnsKeepEveryDigit(t *testing.T) {
	m := pgtype.NewMap()
	exact := []string{
		"0", "1", "10000", "1000000", "-0.25", "12.5", "0.000001", "85.968085", "0.000000000001",
		"-999999999999.999999999999", "999999999999.999999999999",
	}
	figures := make([]points.Points, 0, len(exact)+1)
	for _, text := range exact {
		figures = append(figures, points.MustParse(text))
	}
	last := figures[len(figures)-1]
	figures = append(figures, last.Mul(last))
	for _, x := range figures {
		for _, format := range []int16{pgtype.TextFormatCode, pgtype.BinaryFormatCode} {
			wire, err := m.Encode(pgtype.NumericOID, format, x, nil)
			if err != nil {
				t.Fatalf("encoding %v in format %d: %v", x, format, err)
			}
			var back points.Points
			if err := m.Scan(pgtype.NumericOID, format, wire, &back); err != nil || !back.Equal(x) {
				t.Errorf("%v in format %d comes back as %v, %v", x, format, back, err)
			}
			var number pgtype.Numeric
			if err := m.Scan(pgtype.NumericOID, format, wire, &number); err != nil || rat(x).Cmp(numericRat(number)) != 0 {
				t.Errorf("%v in format %d is stored as %+v, %v", x, format, number, err)
			}
		}
	}
}

func TestNullColumnsScanIntoAPointer(t *testing.T) {
	m := pgtype.NewMap()
	for _, format := range []int16{pgtype.TextFormatCode, pgtype.BinaryFormatCode} {
		x := new(points.FromInt(1))
		if err := m.Scan(pgtype.NumericOID, format, nil, &x); err != nil || x != nil {
			t.Errorf("NULL scans as %v, %v", x, err)
		}
		wire, err := m.Encode(pgtype.NumericOID, format, (*points.Points)(nil), nil)
		if err != nil || wire != nil {
			t.Errorf("a nil pointer is written as %q, %v", wire, err)
		}
	}
}

func TestNumericArraysHoldPoints(t *testing.T) {
	m := pgtype.NewMap()
	want := []points.Points{points.MustParse("85.968085"), {}, points.MustParse("-0.5")}
	for _, format := range []int16{pgtype.TextFormatCode, pgtype.BinaryFormatCode} {
		wire, err := m.Encode(pgtype.NumericArrayOID, format, want, nil)
		if err != nil {
			t.Fatalf("encoding in format %d: %v", format, err)
		}
		var got []points.Points
		if err := m.Scan(pgtype.NumericArrayOID, format, wire, &got); err != nil || !slices.EqualFunc(got, want, points.Points.Equal) {
			t.Errorf("format %d: %v, %v", format, got, err)
		}
	}
}

func TestScanRefusesWhatIsNotAnExactDecimal(t *testing.T) {
	for _, src := range []any{nil, 12.5, float32(1), "NaN", "Infinity", "-Infinity", "1e3", "", "12,5", []byte("x"), true} {
		x := points.FromInt(7)
		if err := x.Scan(src); err == nil || !x.Equal(points.FromInt(7)) {
			t.Errorf("Scan(%v) = %v and leaves %v", src, err, x)
		}
	}
	for _, src := range []any{"12.50", []byte("12.5"), "0012.5000000000000000"} {
		var x points.Points
		if err := x.Scan(src); err != nil || x.String() != "12.5" {
			t.Errorf("Scan(%v) = %v, %v", src, x, err)
		}
	}
	var x points.Points
	if err := x.Scan(int64(-3)); err != nil || x.String() != "-3" {
		t.Errorf("Scan(int64) = %v, %v", x, err)
	}
}

func TestJSONCarriesFiguresAsText(t *testing.T) {
	type row struct {
		Index points.Points `json:"index"`
		Mode  points.Mode   `json:"mode"`
	}
	want := row{points.MustParse("85.968085"), points.HalfEven}
	data, err := json.Marshal(want)
	if err != nil || string(data) != `{"index":"85.968085","mode":"HALF_EVEN"}` {
		t.Fatalf("%s, %v", data, err)
	}
	var got row
	if err := json.Unmarshal(data, &got); err != nil || !got.Index.Equal(want.Index) || got.Mode != want.Mode {
		t.Errorf("read back %+v, %v", got, err)
	}
	for _, bad := range []string{`{"index":85.9}`, `{"index":"85,9"}`, `{"mode":"UP"}`} {
		if err := json.Unmarshal([]byte(bad), new(row)); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
	tooFine := points.MustParse("0.0000001").Mul(points.MustParse("0.0000001"))
	if data, err := json.Marshal(tooFine); err == nil {
		t.Errorf("an unrounded product left as %s, which Parse cannot read", data)
	}
	if _, err := points.Mode(9).MarshalText(); !errors.Is(err, points.ModeUnknown) {
		t.Errorf("an unknown mode was written: %v", err)
	}
}

func TestArithmeticAgreesWithRationals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := figure().Draw(t, "x"), figure().Draw(t, "y")
		rx, ry := rat(x), rat(y)
		for name, pair := range map[string][2]*big.Rat{
			"add": {rat(x.Add(y)), new(big.Rat).Add(rx, ry)},
			"sub": {rat(x.Sub(y)), new(big.Rat).Sub(rx, ry)},
			"mul": {rat(x.Mul(y)), new(big.Rat).Mul(rx, ry)},
			"neg": {rat(x.Neg()), new(big.Rat).Neg(rx)},
			"sum": {rat(points.Sum(x, y, x)), new(big.Rat).Add(rx, new(big.Rat).Add(rx, ry))},
		} {
			if pair[0].Cmp(pair[1]) != 0 {
				t.Fatalf("%s of %v and %v is %v, want %v", name, x, y, pair[0], pair[1])
			}
		}
		if x.Cmp(y) != rx.Cmp(ry) || x.Equal(y) != (rx.Cmp(ry) == 0) || x.Sign() != rx.Sign() || x.IsZero() != (rx.Sign() == 0) {
			t.Fatalf("%v and %v are ordered otherwise than as rationals", x, y)
		}
		low, high := points.Min(x, y), points.Max(x, y)
		if low.Cmp(high) > 0 || !points.Sum(low, high).Equal(x.Add(y)) {
			t.Fatalf("min %v and max %v of %v and %v", low, high, x, y)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"0", "-0.0", "12.50", "85.968085", "1e3", "1,5", "-999999999999.999999999999", "00", ".", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		x, err := points.Parse(text)
		if err != nil {
			return
		}
		want, ok := new(big.Rat).SetString(text)
		if !ok || rat(x).Cmp(want) != 0 {
			t.Fatalf("Parse(%q) = %v", text, x)
		}
		canonical := x.String()
		back, err := points.Parse(canonical)
		if err != nil || !back.Equal(x) || back.String() != canonical {
			t.Fatalf("%q → %q → %v, %v", text, canonical, back, err)
		}
		if strings.Contains(canonical, ".") && strings.HasSuffix(canonical, "0") {
			t.Fatalf("%q is not canonical", canonical)
		}
	})
}

// figure generates figures of every size, including near ties and round numbers.
func figure() *rapid.Generator[points.Points] {
	return rapid.Custom(func(t *rapid.T) points.Points {
		text := rapid.OneOf(
			rapid.StringMatching(`-?(0|[1-9][0-9]{0,2})(\.[0-9]{1,2})?`),
			rapid.StringMatching(`-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,12})?`),
			rapid.StringMatching(`-?(0|[1-9][0-9]?)\.[0-9]{0,7}[05]`),
		).Draw(t, "figure")
		return points.MustParse(text)
	})
}

func rat(x points.Points) *big.Rat {
	r, ok := new(big.Rat).SetString(x.String())
	if !ok {
		panic("not a rational: " + x.String())
	}
	return r
}

func numericRat(n pgtype.Numeric) *big.Rat {
	r := new(big.Rat).SetInt(n.Int)
	ten := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(n.Exp, -n.Exp))), nil))
	if n.Exp < 0 {
		return r.Quo(r, ten)
	}
	return r.Mul(r, ten)
}

func TestFiguresInTexts(t *testing.T) {
	both := fault.Reason{Kind: fault.Invalid, Code: "BOTH", Vi: "%s điểm, %v", En: "%s points, %v"}
	for figure, vi := range map[string]string{
		"0": "0", "2.50": "2,5", "-0.25": "-0,25", "63.636364": "63,636364", "100000": "100000", "1000000.5": "1000000,5",
	} {
		x := points.MustParse(figure)
		f := both.With(x, x)
		if want := vi + " điểm, " + vi; f.Vi != want {
			t.Errorf("%s: Vi is %q, want %q", figure, f.Vi, want)
		}
		if want := x.String() + " points, " + x.String(); f.En != want {
			t.Errorf("%s: En is %q, want %q", figure, f.En, want)
		}
	}
}
