package rule_test

import (
	"errors"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/rule/rulepb"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

// A rule that Validate accepts never fails for a fitting input. Its points equal those
// of independent arithmetic, rounded once, are from 0 to max points plus the bonus,
// and are the result of the explanation. Evaluating again gives the same, and a
// conversion to messages and back loses nothing.
func TestEveryFamilyIsExact(t *testing.T) {
	for _, family := range rule.Families() {
		t.Run(family, func(t *testing.T) {
			draw := examples[family]
			if draw == nil {
				t.Fatal("examples has no such family")
			}
			rapid.Check(t, func(t *rapid.T) {
				e := draw(t, drawItem(t))
				if err := rule.Validate(e.rule, e.item); err != nil {
					t.Fatalf("%+v: %v", e, err)
				}
				result, err := rule.Evaluate(e.rule, e.item, e.input)
				if err != nil || result.Applicable != (e.exact != nil) {
					t.Fatalf("%+v gives %+v, %v", e, result, err)
				}
				checkExplanation(t, result)
				if e.exact != nil {
					checkRounded(t, e.item.Policy, result.Points, e.exact)
				}
				if result.Points.Sign() < 0 || result.Points.Cmp(rule.Highest(e.rule, e.item)) > 0 {
					t.Fatalf("%+v gives %v", e, result.Points)
				}
				if again, err := rule.Evaluate(e.rule, e.item, e.input); err != nil || !reflect.DeepEqual(again.Steps, result.Steps) {
					t.Fatalf("%+v gives %+v, then %+v, %v", e, result, again, err)
				}
				checkMessages(t, e, result)
			})
		})
	}
}

// checkRounded checks got against the definition of its mode: got is a multiple of the
// unit, and its distance from the exact value is less than one unit downwards, or at
// most half a unit with a tie as the mode requires.
func checkRounded(t *rapid.T, p points.Policy, got points.Points, exact *big.Rat) {
	t.Helper()
	perUnit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(p.ItemScale)), nil))
	units := new(big.Rat).Mul(rat(got), perUnit)
	beyond := new(big.Rat).Sub(units, new(big.Rat).Mul(exact, perUnit))
	half := new(big.Rat).Abs(beyond).Cmp(big.NewRat(1, 2))
	ok := units.IsInt()
	switch p.Mode {
	case points.Down:
		ok = ok && beyond.Sign() <= 0 && beyond.Cmp(big.NewRat(-1, 1)) > 0
	case points.HalfEven:
		ok = ok && (half < 0 || half == 0 && units.Num().Bit(0) == 0)
	case points.HalfAwayFromZero:
		ok = ok && (half < 0 || half == 0 && beyond.Sign() > 0)
	}
	if !ok {
		t.Fatalf("%s by %s at %d is %v", exact.RatString(), p.Mode, p.ItemScale, got)
	}
}

// checkMessages converts all three to messages and back.
func checkMessages(t *rapid.T, e example, result rule.Result) {
	t.Helper()
	ruleBack := there(t, e.rule, rulepb.FromRule, rulepb.ToRule, new(rulev1.Rule))
	inputBack := there(t, e.input, rulepb.FromInput, rulepb.ToInput, new(rulev1.Input))
	resultBack := there(t, result, rulepb.FromResult, fromExplanation, new(rulev1.Explanation))
	got, want := []any{ruleBack, inputBack, resultBack}, []any{e.rule, e.input, result}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatal(diff)
	}
}

// fromExplanation reads an explanation. The operations of the contract have the numbers
// of the engine's.
func fromExplanation(m *rulev1.Explanation) (rule.Result, error) {
	result := rule.Result{Applicable: m.Points != nil}
	if result.Applicable {
		if err := result.Points.Scan(m.GetPoints()); err != nil {
			return result, err
		}
	}
	for _, s := range m.GetSteps() {
		result.Steps = append(result.Steps, rule.Step{
			Operation: rule.Operation(s.GetOperation()), Operands: s.GetOperands(), Result: s.GetResult(), Vi: s.GetVi(), En: s.GetEn(), //nolint:gosec // few operations
		})
	}
	return result, nil
}

func there[T any, M proto.Message](t *rapid.T, x T, from func(T) (M, error), to func(M) (T, error), fresh M) T {
	t.Helper()
	m, err := from(x)
	if err != nil {
		t.Fatal(err)
	}
	wire, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := proto.Unmarshal(wire, fresh); err != nil {
		t.Fatal(err)
	}
	back, err := to(fresh)
	if err != nil {
		t.Fatal(err)
	}
	return back
}

func evaluate(t *rapid.T, e example, in rule.Input) points.Points {
	result, err := rule.Evaluate(e.rule, e.item, in)
	if err != nil {
		t.Fatal(err)
	}
	return result.Points
}

// An agency that does more of the same plan never gets fewer points by proportional
// rules and by bands with descending points. A higher survey value never gives fewer.
func TestMoreNeverGivesLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		item := drawItem(t)
		for _, e := range []example{drawBands(t, item), drawProportional(t, item)} {
			less, more := drawRatio(t), drawRatio(t).Done
			if less.Planned.IsZero() {
				less.Planned = points.FromInt(1)
			}
			less.Done, more = points.Min(less.Done, more), points.Max(less.Done, more)
			low, high := evaluate(t, e, less), evaluate(t, e, rule.Ratio{Done: more, Planned: less.Planned})
			if high.Cmp(low) < 0 {
				t.Fatalf("%+v: %v gives %v and %v done gives %v", e.rule, less, low, more, high)
			}
		}
		one, two := drawSurvey(t, item), drawSurvey(t, item)
		x, y := evaluate(t, one, one.input), evaluate(t, two, two.input)
		if d := one.exact.Cmp(two.exact); d != 0 && x.Cmp(y) == -d {
			t.Fatalf("%v gives %v and %v gives %v", one.input, x, two.input, y)
		}
	})
}

// One more deduction never gives more points; one more merit, target met or tenth of
// an index never gives fewer; nor does a slightly better value, up to the best of the
// group.
func TestBetterNeverGivesLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		item := drawItem(t)
		better := map[string]func(in rule.Input, r rule.Rule) rule.Input{
			"deduction": func(in rule.Input, r rule.Rule) rule.Input {
				counts := in.(rule.Counts) //nolint:forcetypeassert // drawn so
				counts.Deductions = max(counts.Deductions-1, 0)
				if r.(rule.Deduction).Bonus != nil { //nolint:forcetypeassert // drawn so
					counts.Bonuses++
				}
				return counts
			},
			"improvement": func(in rule.Input, _ rule.Rule) rule.Input {
				history := in.(rule.History) //nolint:forcetypeassert // drawn so
				if history.Latest != nil {
					history.Latest = new(history.Latest.Add(points.MustParse("0.000001")))
				}
				return history
			},
			"targets": func(in rule.Input, _ rule.Rule) rule.Input {
				targets := in.(rule.TargetsMet) //nolint:forcetypeassert // drawn so
				if targets.Met < targets.Planned {
					targets.Met++
				}
				return targets
			},
			"peer_relative": func(in rule.Input, r rule.Rule) rule.Input {
				peer, little := in.(rule.Peer), points.MustParse("0.1") //nolint:forcetypeassert // drawn so
				if r.(rule.PeerRelative).Better == rule.HigherBetter {  //nolint:forcetypeassert // drawn so
					peer.Value = points.Min(peer.Value.Add(little), *peer.Best)
				} else {
					peer.Value = points.Max(peer.Value.Sub(little), *peer.Best)
				}
				return peer
			},
		}
		for _, family := range slices.Sorted(maps.Keys(better)) { // in an order that a seed repeats
			more, e := better[family], examples[family](t, item)
			low, high := evaluate(t, e, e.input), evaluate(t, e, more(e.input, e.rule))
			if high.Cmp(low) < 0 {
				t.Fatalf("%+v: %+v gives %v and the better %+v gives %v", e.rule, e.input, low, more(e.input, e.rule), high)
			}
		}
	})
}

// The best of a group is one of its values. It gets max points unless the best is 0 and
// higher is better, and no value of the group is better.
func TestBestOfAGroup(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		item := drawItem(t)
		group := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) points.Points { return drawRatio(t).Done }), 1, 5).Draw(t, "group")
		for _, r := range []rule.PeerRelative{{Better: rule.HigherBetter}, {Better: rule.LowerBetter}} {
			best, found := r.Best(group)
			if !found || !slices.ContainsFunc(group, best.Equal) {
				t.Fatalf("%v is the best of %v, %v", best, group, found)
			}
			for _, x := range group {
				got := evaluate(t, example{rule: r, item: item}, rule.Peer{Value: x, Best: &best})
				if idle := r.Better == rule.HigherBetter && best.IsZero(); x.Equal(best) && got.Equal(item.Max) == idle {
					t.Fatalf("the best of %v gets %v of %v", group, got, item.Max)
				}
			}
		}
	})
	for _, r := range []rule.PeerRelative{{Better: rule.HigherBetter}, {Better: rule.LowerBetter}} {
		if best, found := r.Best(nil); found {
			t.Errorf("%v is the best of none", best)
		}
	}
	if best, found := (rule.PeerRelative{}).Best([]points.Points{points.FromInt(1)}); found {
		t.Errorf("%v is the best, and nobody knows why", best)
	}
}

// Changing one end of valid bands from open to closed, or the other way, makes a gap
// or an overlap of one percentage, and Validate finds it.
func TestOneWrongEndIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawBands(t, drawItem(t))
		r, ok := e.rule.(rule.Bands)
		if !ok {
			t.Fatalf("%T", e.rule)
		}
		end, want := &r.Bands[rapid.IntRange(0, len(r.Bands)-2).Draw(t, "band")].Low, "BANDS_OVERLAP"
		if end.Kind == rule.Open {
			end.Kind = rule.Closed
		} else {
			end.Kind, want = rule.Open, "BANDS_GAP"
		}
		err := rule.Validate(r, e.item)
		if vs := fault.From(err).Violations; !errors.Is(err, rule.RuleInvalid) || len(vs) != 1 || vs[0].Code != want {
			t.Fatalf("%+v: %v, want %s", r.Bands, err, want)
		}
	})
}

// Arbitrary bands have a gap if a percentage is in none of them, and an overlap if one
// is in two; the violation names these two.
func TestGapsAndOverlapsAreFound(t *testing.T) {
	item := rule.Item{Max: points.FromInt(1), Policy: points.DefaultPolicy()}
	kinds := []rule.EndKind{rule.ScaleEnd, rule.Closed, rule.Open}
	found := map[string]int{}
	check := func(t *rapid.T) {
		var r rule.Bands
		for range rapid.IntRange(2, 4).Draw(t, "bands") {
			end := func(name string) (e rule.End) {
				if e.Kind = rapid.SampledFrom(kinds).Draw(t, name); e.Kind != rule.ScaleEnd {
					e.Percent = points.FromInt(25 * rapid.Int64Range(0, 4).Draw(t, name+" at"))
				}
				return e
			}
			r.Bands = append(r.Bands, rule.Band{Low: end("low"), High: end("high"), Points: item.Max})
		}
		var gap, overlap bool
		for x := int64(0); x <= 100; x += 5 { // each end and what lies between two
			n := 0
			for _, b := range r.Bands {
				if takes(b, x) {
					n++
				}
			}
			gap, overlap = gap || n == 0, overlap || n > 1
		}
		codes := map[string]bool{}
		for _, v := range violations(rule.Validate(r, item)) {
			if v.Code == "BAND_EMPTY" || v.Code == "BANDS_OUT_OF_ORDER" {
				return
			}
			codes[v.Code] = true
			found[v.Code]++
			checkNamed(t, r, v.En)
		}
		if (codes["BANDS_GAP"] || codes["BANDS_GAP_ABOVE"] || codes["BANDS_GAP_BELOW"]) != gap || codes["BANDS_OVERLAP"] != overlap {
			t.Fatalf("%+v: %v, hole %v, overlap %v", r.Bands, codes, gap, overlap)
		}
	}
	for range 20 { // in every third check no bands have a gap between two of them
		rapid.Check(t, check)
	}
	if found["BANDS_GAP"] == 0 || found["BANDS_OVERLAP"] == 0 {
		t.Errorf("only %v was found", found)
	}
}

// takes reports whether a whole percentage falls in b.
func takes(b rule.Band, x int64) bool {
	low, high := points.FromInt(x).Cmp(b.Low.Percent), points.FromInt(x).Cmp(b.High.Percent)
	return (b.Low.Kind == rule.ScaleEnd || low > 0 || low == 0 && b.Low.Kind == rule.Closed) &&
		(b.High.Kind == rule.ScaleEnd || high < 0 || high == 0 && b.High.Kind == rule.Closed)
}

// checkNamed checks the bands that a violation names: both contain a percentage, or
// one is below the gap and the other above it.
func checkNamed(t *rapid.T, r rule.Bands, text string) {
	t.Helper()
	var i, j int
	if _, after, ok := strings.Cut(text, "belongs to both "); ok {
		if _, err := fmt.Sscanf(after, "band %d and band %d.", &i, &j); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		for x := int64(0); x <= 100; x += 5 {
			if takes(r.Bands[i-1], x) && takes(r.Bands[j-1], x) {
				return
			}
		}
		t.Fatalf("%+v: %s", r.Bands, text)
	}
	if _, err := fmt.Sscanf(text, "There is a hole between band %d and band %d:", &i, &j); err == nil && i >= j {
		t.Fatalf("%+v: %s", r.Bands, text)
	}
}
