package scoring_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// s4 returns the classes of S4 II.1, with the ends of rule G5.
func s4() scoring.Classes {
	closed := func(n int64) rule.End { return rule.End{Kind: rule.Closed, Percent: points.FromInt(n)} }
	open := func(n int64) rule.End { return rule.End{Kind: rule.Open, Percent: points.FromInt(n)} }
	return scoring.Classes{
		{ID: "1", Name: "Nhóm 1", Low: open(90)},
		{ID: "2", Name: "Nhóm 2", Low: closed(80), High: closed(90)},
		{ID: "3", Name: "Nhóm 3", Low: closed(65), High: open(80)},
		{ID: "4", Name: "Nhóm 4", Low: closed(50), High: open(65)},
		{ID: "5", Name: "Nhóm 5", High: open(50)},
	}
}

func rules() scoring.Rules {
	return scoring.Rules{Policy: points.DefaultPolicy(), RankBy: criteria.IndexScale, ClassBy: criteria.IndexScale}
}

// score computes and ranks a group that must be without fault.
func score(tb testing.TB, r scoring.Rules, g scoring.Group) scoring.Leaderboard {
	tb.Helper()
	entries, complaints := r.Compute(g)
	l, more := r.Rank(g, entries)
	for _, c := range append(complaints, more...) {
		tb.Fatalf("%s of agency %d: %v", c.Figure, c.Agency, c.Fault)
	}
	return l
}

func TestClassEnds(t *testing.T) {
	for index, want := range map[string]string{
		"100": "1", "90.000001": "1", "90": "2", "89.999999": "2", "80": "2", "79.999999": "3", "65": "3", "64.999999": "4", "50": "4", "49.999999": "5", "0": "5",
	} {
		if c, ok := s4().Containing(points.MustParse(index)); !ok || c.ID != want {
			t.Errorf("%s is in class %q, want %s", index, c.ID, want)
		}
	}
}

// index draws an index from 0 to 100, often one at a limit.
func index() *rapid.Generator[points.Points] {
	return rapid.OneOf(
		rapid.Map(rapid.SampledFrom([]string{"0", "49.999999", "50", "64.999999", "65", "79.999999", "80", "89.999999", "90", "90.000001", "100"}), points.MustParse),
		rapid.Map(rapid.Int64Range(0, 100_000_000), micro),
	)
}

// micro returns n millionths.
func micro(n int64) points.Points {
	return points.MustParse(fmt.Sprintf("%d.%06d", n/1_000_000, n%1_000_000))
}

// Validate accepts only classes that give every index exactly one class (rule G5).
func TestValidClassesCoverEveryIndex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "classes")
		classes := make(scoring.Classes, n)
		end := func(name string) rule.End {
			percent := points.FromInt(rapid.Int64Range(0, 10).Draw(t, name) * 10)
			switch {
			case rapid.IntRange(0, 9).Draw(t, name+" limited") == 0:
				return rule.End{Kind: rule.ScaleEnd}
			case rapid.Bool().Draw(t, name+" open"):
				return rule.End{Kind: rule.Open, Percent: percent}
			default:
				return rule.End{Kind: rule.Closed, Percent: percent}
			}
		}
		opposite := map[rule.EndKind]rule.EndKind{rule.ScaleEnd: rule.ScaleEnd, rule.Open: rule.Closed, rule.Closed: rule.Open}
		for i := range classes {
			classes[i] = criteria.Class{ID: strconv.Itoa(i), Low: end("low"), High: end("high")}
			if i > 0 && rapid.IntRange(0, 9).Draw(t, "follows") > 0 { // most begin where the one before ends
				low := classes[i-1].Low
				classes[i].High = rule.End{Kind: opposite[low.Kind], Percent: low.Percent}
			}
		}
		passed := true
		classes.Validate(func(int, error) { passed = false })
		total := true
		for tenth := range 1001 {
			index, holders := points.MustParse(fmt.Sprintf("%d.%d", tenth/10, tenth%10)), 0
			for _, c := range classes {
				if _, holds := (scoring.Classes{c}).Containing(index); holds {
					holders++
				}
			}
			total = total && holders == 1
		}
		if passed && !total {
			t.Fatalf("%+v passes, but some index has not exactly one class", classes)
		}
	})
}

func TestS4ClassesAreValid(t *testing.T) {
	s4().Validate(func(i int, err error) { t.Errorf("class %d: %v", i, err) })
	rapid.Check(t, func(t *rapid.T) {
		if _, ok := s4().Containing(index().Draw(t, "index")); !ok {
			t.Fatal("no class")
		}
	})
}

// Rank, class and statistics do not depend on the order of the agencies in the
// source.
func TestRanksDoNotDependOnTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rules()
		r.RankBy = rapid.SampledFrom([]criteria.Comparison{criteria.IndexScale, criteria.DisplayScale}).Draw(t, "rank by")
		g := scoring.Group{ID: "g", Classes: s4()}
		for i := range rapid.IntRange(1, 12).Draw(t, "agencies") {
			g.Given = append(g.Given, scoring.Given{
				Agency:   strconv.Itoa(i),
				Standard: scoring.Print(points.FromInt(100)), Self: scoring.Print(index().Draw(t, "points")), Survey: scoring.Print(points.FromInt(0)),
			})
		}
		want := describe(t, r, g)
		g.Given = rapid.Permutation(g.Given).Draw(t, "order")
		if got := describe(t, r, g); got != want {
			t.Fatalf("in another order:\n%s\nwant\n%s", got, want)
		}
	})
}

// describe ranks a group, checks its ranks and returns its results as text.
func describe(t *rapid.T, r scoring.Rules, g scoring.Group) string {
	entries, complaints := r.Compute(g)
	l, more := r.Rank(g, entries)
	if len(complaints)+len(more) > 0 {
		t.Fatalf("%v %v", complaints, more)
	}
	var lines []string
	for i, e := range l.Entries {
		lines = append(lines, fmt.Sprintf("%s: %d %s %s", e.Agency, e.Rank, e.Index.Value(), e.Class.ID))
		above := 0 // rule G4, in other words
		for _, other := range l.Entries {
			a, b := other.Index.Value(), e.Index.Value()
			if r.RankBy == criteria.DisplayScale {
				a, b = points.MustParse(r.Policy.Display(a)), points.MustParse(r.Policy.Display(b))
			}
			if a.Cmp(b) > 0 {
				above++
			}
		}
		if e.Rank != above+1 || i > 0 && l.Entries[i-1].Rank > e.Rank {
			t.Fatalf("%s has rank %d with %d above", e.Agency, e.Rank, above)
		}
	}
	slices.Sort(lines)
	s := l.Statistics
	return strings.Join(append(lines, fmt.Sprint(s.Mean.Value(), s.Highest.Value(), s.Lowest.Value(), s.Gap.Value())), "\n")
}

func TestSucceed(t *testing.T) {
	current := &scoring.Publication{Version: 3, Source: scoring.Source{SHA256: []byte("old")}}
	tests := []struct {
		current *scoring.Publication
		sum     string
		notice  string
		version int
		again   bool
		code    string
	}{
		{nil, "old", "", 1, false, ""},
		{nil, "old", "why", 0, false, "NOTICE_UNEXPECTED"},
		{current, "old", "", 3, true, ""},
		{current, "old", "why", 0, false, "NOTICE_UNEXPECTED"},
		{current, "new", "", 0, false, "HISTORY_EXISTS"},
		{current, "new", "why", 4, false, ""},
	}
	for _, tt := range tests {
		version, again, err := scoring.Succeed(tt.current, []byte(tt.sum), tt.notice)
		code := ""
		if err != nil {
			code = fault.From(err).Code
		}
		if version != tt.version || again != tt.again || code != tt.code {
			t.Errorf("%+v: %d, %v, %v", tt, version, again, err)
		}
	}
}

// BenchmarkIndex47x120 is one scoring of 47 agencies from 120 given item points
// each: sums per domain, totals, index, rank, class and statistics.
func BenchmarkIndex47x120(b *testing.B) {
	const agencies, items = 47, 120
	fields := []string{"steering", "institutions", "procedures", "organisation", "civil-service", "public-finance", "digital-government", "impact"}
	given := make([][]points.Points, agencies)
	for a := range given {
		for i := range items {
			given[a] = append(given[a], micro(int64((a*7919+i*104729)%830_000))) // 0 to 0.83 points
		}
	}
	g := scoring.Group{ID: "departments", Classes: s4()}
	for _, field := range fields {
		g.Domains = append(g.Domains, scoring.Domain{Field: field})
	}
	r := rules()
	b.ReportAllocs()
	for b.Loop() {
		g.Given = make([]scoring.Given, agencies)
		for a := range g.Given {
			domains := make(map[string]scoring.DomainFigures, len(fields))
			sums := make([]points.Points, len(fields))
			for d, field := range fields {
				sums[d] = points.Sum(given[a][d*items/len(fields) : (d+1)*items/len(fields)]...)
				domains[field] = scoring.DomainFigures{Points: scoring.Compute(sums[d])}
			}
			self, survey := points.Sum(sums[:7]...), sums[7]
			g.Given[a] = scoring.Given{
				Agency: "a", Domains: domains, Standard: scoring.Compute(points.FromInt(100)),
				Self: scoring.Compute(self), Officials: scoring.Compute(survey), Satisfaction: scoring.Compute(points.FromInt(0)),
			}
		}
		l := score(b, r, g)
		if len(l.Entries) != agencies || !l.Statistics.Mean.Known() {
			b.Fatal("no result")
		}
	}
}
