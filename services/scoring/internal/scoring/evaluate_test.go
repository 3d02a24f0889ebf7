package scoring_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"testing"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// province returns the inputs of one group of agencies × items, whose source kinds and
// rule families alternate.
func province(agencies, items int) scoring.Inputs {
	most := points.FromInt(2)
	in := scoring.Inputs{Engine: scoring.EngineVersion, Authority: "x", AuthorityName: "X", Cycle: "2026", CycleName: "Năm 2026", Year: 2026, Regulation: scoring.Regulation{
		ID: "r", SHA256: "aa", Rules: scoring.Rules{
			Policy: points.DefaultPolicy(), RankBy: criteria.IndexScale, ClassBy: criteria.IndexScale, Ties: criteria.Skip, Excess: criteria.Refused,
		},
	}}
	g := cycle.Group{ID: "departments", Name: "Sở", Classes: []criteria.Class{
		{ID: "1", Name: "Một", Low: rule.End{Kind: rule.Open, Percent: points.FromInt(90)}},
		{ID: "2", Name: "Hai", High: rule.End{Kind: rule.Closed, Percent: points.FromInt(90)}},
	}}
	for i := range 8 {
		g.Domains = append(g.Domains, cycle.Domain{Field: fmt.Sprintf("field-%d", i), Part: "i", Code: strconv.Itoa(i + 1), Name: "Lĩnh vực"})
	}
	kinds := []struct {
		source criteria.SourceKind
		rule   rule.Rule
		facts  string
	}{
		{criteria.Self, rule.AllOrNothing{Conditions: []rule.Condition{{ID: "a", Text: "<A> & B"}}}, `{"conditionsMet":{"ids":["a"]}}`},
		{criteria.Self, rule.Choice{Options: []rule.Option{{ID: "in-time", Text: "Đúng hạn", Points: most}, {ID: "no", Text: "Không"}}}, `{"option":"in-time"}`},
		{criteria.Targets, rule.Bands{Bands: []rule.Band{
			{Low: rule.End{Kind: rule.Open, Percent: points.FromInt(90)}, Points: most},
			{Low: rule.End{Kind: rule.Closed, Percent: points.FromInt(50)}, High: rule.End{Kind: rule.Closed, Percent: points.FromInt(90)}, Points: points.FromInt(1)},
			{High: rule.End{Kind: rule.Open, Percent: points.FromInt(50)}},
		}}, `{"percent":"95"}`},
		{criteria.Self, rule.Manual{Step: points.MustParse("0.25")}, `{"points":"2"}`},
		{criteria.Feed, rule.Proportional{Floor: points.FromInt(50)}, ""},
		{criteria.Survey, rule.Survey{}, ""},
	}
	for i := range items {
		k := kinds[i%len(kinds)]
		g.Items = append(g.Items, cycle.Item{
			ID: fmt.Sprintf("i.%d", i), Domain: g.Domains[i%8].Field, Name: "Nội dung", Max: most, Source: k.source, Rule: k.rule,
		})
	}
	in.Regulation.Groups = []cycle.Group{g}
	var results []object
	for a := range agencies {
		agency := fmt.Sprintf("a%02d", a)
		in.Members = append(in.Members, scoring.Member{Agency: agency, AgencyName: "Cơ quan " + agency, Group: g.ID})
		var decided []object
		for i, item := range g.Items {
			switch item.Source {
			case criteria.Feed:
				decided = append(decided, reported(item, rule.Ratio{Done: points.FromInt(int64(30 + a)), Planned: points.FromInt(77)}))
			case criteria.Survey:
				results = append(results, object{"agency": agency, "item": item.ID, "valid": 20, "value": "0.857142857143"})
			default:
				decided = append(decided, object{
					"item": item.ID, "points": "2", "standardPoints": "2", "input": json.RawMessage(kinds[i%len(kinds)].facts), "reason": "Thống nhất", "decidedBy": "b",
				})
			}
		}
		in.Outcomes = append(in.Outcomes, sealedBy[sealed.Outcome](agency, object{
			"authority": "x", "cycle": "2026", "agency": agency, "final": true, "regulationSha256": "aa", "items": decided,
			"reductions": []object{{"item": "i.0", "points": "2"}},
		}))
	}
	in.SurveyResults = []scoring.Sealed{sealedBy[sealed.SurveyResult]("s", object{"authority": "x", "cycle": "2026", "plan": "s", "results": results})}
	return in
}

type object = map[string]any

// reported returns the outcome of an item of source kind FEED, whose points follow from
// the reported facts.
func reported(i cycle.Item, facts rule.Input) object {
	o := object{"item": i.ID, "standardPoints": "2", "input": sealed.Facts{Input: facts}, "reason": "Thống nhất", "decidedBy": "b"}
	result, err := i.Evaluate(points.DefaultPolicy(), facts)
	if err != nil {
		panic(err)
	}
	if result != nil {
		o["points"] = result.Points
	}
	return o
}

// families returns a province with an item of each remaining rule family, whose facts
// are reported or come from earlier publications.
func families(agencies int) scoring.Inputs {
	in := province(agencies, 12)
	g := &in.Regulation.Groups[0]
	half := points.MustParse("0.5")
	for _, r := range []rule.Rule{
		rule.Deduction{Step: half, Bonus: &rule.Bonus{Step: half, Cap: points.FromInt(1)}},
		rule.Targets{},
		rule.PeerRelative{Better: rule.HigherBetter},
		rule.PeerRelative{Better: rule.LowerBetter},
		rule.Formula{Expression: `c && n < 2 ? div(n * dec("0.1"), 3, 4) : 0`, Inputs: []rule.FormulaInput{
			{ID: "n", Text: "Số", Kind: rule.NumberInput, Min: &half}, {ID: "c", Text: "<A> & B", Kind: rule.ConditionInput},
		}},
		rule.Improvement{Equal: rule.EqualFull, Missing: rule.MissingNone},
		rule.Bands{Bands: []rule.Band{
			{Low: rule.End{Kind: rule.Closed, Percent: points.FromInt(80)}, Points: points.FromInt(2)},
			{High: rule.End{Kind: rule.Open, Percent: points.FromInt(80)}},
		}},
	} {
		i := cycle.Item{ID: fmt.Sprintf("i.%d", len(g.Items)), Domain: "field-0", Name: "Nội dung", Max: points.FromInt(2), Source: criteria.Feed, Rule: r}
		facts := func(int) rule.Input { return nil }
		switch r.(type) {
		case rule.Deduction:
			facts = func(a int) rule.Input { return rule.Counts{Deductions: int32(a), Bonuses: 2} } //nolint:gosec // a few
		case rule.Targets:
			facts = func(a int) rule.Input { return rule.TargetsMet{Met: int32(a), Planned: 7} } //nolint:gosec // a few
		case rule.PeerRelative:
			facts = func(a int) rule.Input { return rule.Peer{Value: points.FromInt(int64(a + 3))} }
		case rule.Formula:
			facts = func(a int) rule.Input {
				return rule.Facts{Values: map[string]rule.Fact{"n": {Number: new(half.Add(half))}, "c": {Met: new(a%2 == 0)}}}
			}
		default:
			i.Source = criteria.History
		}
		g.Items = append(g.Items, i)
		for a := range in.Outcomes {
			if i.Source == criteria.Feed {
				in.Outcomes[a] = withItem(in.Outcomes[a], reported(i, facts(a)))
			}
		}
	}
	for year := 2024; year <= 2025; year++ {
		published := scoring.Earlier{Publication: fmt.Sprintf("p%d", year), Cycle: strconv.Itoa(year), Year: year}
		for a, m := range in.Members {
			published.Indices = append(published.Indices, scoring.EarlierIndex{Agency: m.Agency, Index: points.FromInt(int64(80 + (year-2024)*(a-1)))})
		}
		in.History = append(in.History, published)
	}
	return in
}

// withItem returns an outcome with one more item.
func withItem(o scoring.Sealed, item object) scoring.Sealed {
	var content object
	if err := json.Unmarshal([]byte(o.Content), &content); err != nil {
		panic(err)
	}
	content["items"] = append(content["items"].([]any), item) //nolint:forcetypeassert // the province wrote it
	return sealedBy[sealed.Outcome](o.ID, content)
}

// sealedBy returns a content as its service seals it. Fields that are not given are
// empty.
func sealedBy[C sealed.Content](id string, said any) scoring.Sealed {
	var content C
	plain, err := json.Marshal(said)
	if err == nil {
		err = json.Unmarshal(plain, &content)
	}
	if err != nil {
		panic(err)
	}
	text, hash, err := sealed.Write(content)
	if err != nil {
		panic(err)
	}
	return scoring.Sealed{ID: id, SHA256: hash, Content: string(text)}
}

func sumOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func freeze(tb testing.TB, in scoring.Inputs) []byte {
	tb.Helper()
	frozen, _, err := in.Freeze()
	if err != nil {
		tb.Fatal(err)
	}
	return frozen
}

// Frozen inputs are read without loss, for every rule family and kind of facts.
func TestFreezeRoundTrip(t *testing.T) {
	in := families(3)
	in.OpenPlans = []scoring.OpenPlan{{Plan: "later", Items: []scoring.PlanItem{{Group: "departments", Item: "i.9"}}}}
	frozen := freeze(t, in)
	var back scoring.Inputs
	if err := json.Unmarshal(frozen, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back.Outcomes, in.Outcomes) || !reflect.DeepEqual(back.SurveyResults, in.SurveyResults) {
		t.Error("a sealed content is not what it was")
	}
	if again := freeze(t, back); !bytes.Equal(again, frozen) {
		t.Errorf("frozen again:\n%s\nat first:\n%s", again, frozen)
	}
	if bytes.ContainsRune(frozen, '\n') || bytes.Contains(frozen, []byte(`\u003c`)) || !bytes.Contains(frozen, []byte(`<A> & B`)) {
		t.Errorf("not canonical: %.2000s", frozen)
	}
}

// A result is read as it was written, and twenty computations give the same bytes.
func TestResultRoundTrip(t *testing.T) {
	frozen := freeze(t, families(5))
	var first []byte
	for range 20 {
		r, err := scoring.Evaluate(frozen)
		if err != nil {
			t.Fatal(err)
		}
		b, err := r.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = b
		}
		back, err := scoring.ReadResult(b)
		if err != nil {
			t.Fatal(err)
		}
		again, err := back.Canonical()
		if err != nil || !bytes.Equal(b, first) || !bytes.Equal(again, first) {
			t.Fatalf("other bytes, %v", err)
		}
	}
}

// Published results must be reproducible years later. If these hashes change, raise
// EngineVersion.
func TestEngineVersion(t *testing.T) {
	offices := []office{
		{"d", "districts", "", "95"},
		{"e", "districts", "", "85"},
		{"f", "districts", "", "85"},
		{"g", "districts", "", "60"},
		{"c1", "communes", "d", "95"},
		{"c2", "communes", "d", "85"},
		{"c3", "communes", "e", ""},
		{"c4", "communes", "f", "85"},
		{"c5", "communes", "g", "60"},
	}
	special := bacKan(offices, twoThirds)
	special.Ties = criteria.Dense
	skipped := families(5)
	skipped.History = skipped.History[:1] // 2024 only
	for name, tt := range map[string]struct {
		in  scoring.Inputs
		sum string
	}{
		"a province":          {province(5, 60), "0c5e987f1ca603ec493d45ce95a3acac429b3f90f2f3553eb5f4709ba478c6ae"},
		"families":            {families(5), "e7e525d7939f9f8d831161b11c76ea74920f239ca3cdd40767d01d67b5a7a4fc"},
		"a skipped year":      {skipped, "8eb8b43d61d0ea74048c1653e0cbcee17f988c062331212883288588b5af996b"},
		"ties, special rules": {inputs(special, offices), "68ac227c19832e5d5871aa23a8f0ddf9f3cf7471f275c887628ac78e796cf341"},
	} {
		r := evaluated(t, tt.in)
		b, err := r.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		if got := sumOf(b); r.EngineVersion != scoring.EngineVersion || got != tt.sum {
			t.Errorf("%s: version %d gives %s", name, r.EngineVersion, got)
		}
	}
}

// Bytes that are not frozen inputs give an error and never a panic.
func FuzzEvaluate(f *testing.F) {
	frozen := freeze(f, province(1, 7))
	f.Add(frozen)
	f.Add(freeze(f, families(2)))
	offices := []office{{"d", "districts", "", "95"}, {"c1", "communes", "d", "85"}, {"c2", "communes", "d", ""}}
	f.Add(freeze(f, inputs(bacKan(offices, twoThirds), offices)))
	f.Add([]byte(`{}`))
	f.Add([]byte(`null`))
	f.Add([]byte(`{"members":[{"agency":"a","group":"g"}],"regulation":{"groups":[{"id":"g","items":[{"rule":{}}]}]}}`))
	f.Add(bytes.Replace(frozen, []byte(`"scale"`), []byte(`"x"`), 1))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := scoring.Evaluate(b)
		if err != nil {
			return
		}
		written, err := r.Canonical()
		if err != nil {
			return // figures too long to travel
		}
		if _, err := scoring.ReadResult(written); err != nil {
			t.Error(err)
		}
	})
}

func TestFreezeNeedsOutcomes(t *testing.T) {
	in := province(1, 6)
	in.Outcomes = nil
	if _, _, err := in.Freeze(); !errors.Is(err, scoring.NoOutcomes) {
		t.Errorf("got %v", err)
	}
	in.Outcomes = []scoring.Sealed{{ID: "a", SHA256: sumOf([]byte{0xff}), Content: "\xff"}}
	if _, _, err := in.Freeze(); !errors.Is(err, scoring.InputNotUnderstood) {
		t.Errorf("got %v", err)
	}
}

// sizes are the agencies of a benchmark with 120 items each: the province of S4, and
// all communes of the country in one cycle.
var sizes = []int{47, 3300}

// BenchmarkFreeze freezes the inputs of a cycle.
func BenchmarkFreeze(b *testing.B) {
	for _, agencies := range sizes {
		b.Run(strconv.Itoa(agencies), func(b *testing.B) {
			in := province(agencies, 120)
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := in.Freeze(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkEvaluate computes a cycle from frozen inputs.
func BenchmarkEvaluate(b *testing.B) {
	for _, agencies := range sizes {
		b.Run(strconv.Itoa(agencies), func(b *testing.B) {
			frozen := freeze(b, province(agencies, 120))
			b.SetBytes(int64(len(frozen)))
			b.ReportAllocs()
			for b.Loop() {
				r, err := scoring.Evaluate(frozen)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := r.Canonical(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(agencies)/120, "ns/item")
		})
	}
}
