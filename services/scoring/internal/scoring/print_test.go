package scoring_test

import (
	"cmp"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// exact is an agency in the tables of an authority before they are printed.
type exact struct {
	standard, self, officials, satisfaction, index points.Points
	rank                                           int
}

// Whatever an authority computed from exact figures and printed in rounded form is
// accepted, with the ranks as printed: at every scale, in every rounding mode, by every
// tie rule, however large the group (rule G14).
func TestPrintsAreAccepted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rules()
		r.Policy.DisplayScale = int32(rapid.IntRange(0, 4).Draw(t, "display scale"))              //nolint:gosec // small
		r.Policy.IndexScale = r.Policy.DisplayScale + int32(rapid.IntRange(0, 4).Draw(t, "more")) //nolint:gosec // small
		r.Policy.Mode = rapid.SampledFrom([]points.Mode{points.HalfAwayFromZero, points.HalfEven, points.Down}).Draw(t, "mode")
		r.Ties = rapid.SampledFrom([]criteria.TieRule{"", criteria.Skip, criteria.Dense, scoring.Unique}).Draw(t, "ties")
		table := draw(t, r)
		printed := func(p points.Points) scoring.Figure { return scoring.Print(points.MustParse(r.Policy.Display(p))) }
		g := scoring.Group{ID: "g", Classes: s4(), Domains: []scoring.Domain{{Field: "a"}, {Field: "b"}}}
		shown := func(name string) bool { return rapid.Bool().Draw(t, name) }
		parts, totals, indices := shown("parts"), shown("totals"), shown("indices")
		var exactIndices []points.Points
		for i, a := range table {
			given := scoring.Given{Agency: strconv.Itoa(i), Rank: a.rank, Standard: printed(a.standard), Domains: map[string]scoring.DomainFigures{}}
			total := points.Sum(a.self, a.officials, a.satisfaction)
			if parts {
				given.Self, given.Officials, given.Satisfaction = printed(a.self), printed(a.officials), printed(a.satisfaction)
				given.Survey = printed(a.officials.Add(a.satisfaction))
				given.Domains["a"] = scoring.DomainFigures{Points: printed(a.self)}
				given.Domains["b"] = scoring.DomainFigures{Points: printed(a.officials.Add(a.satisfaction))}
			}
			if totals {
				given.Total = printed(total)
			}
			if indices {
				given.Index = printed(a.index)
				class, _ := s4().Containing(a.index)
				given.Class = class.ID
			}
			g.Given = append(g.Given, given)
			exactIndices = append(exactIndices, a.index)
		}
		if mean, err := r.Policy.Mean(exactIndices); err == nil {
			g.Printed.Mean = printed(mean)
		}
		g.Printed.Highest, g.Printed.Lowest = printed(slices.MaxFunc(exactIndices, points.Points.Cmp)), printed(slices.MinFunc(exactIndices, points.Points.Cmp))
		entries, complaints := r.Compute(g)
		l, more := r.Rank(g, entries)
		for _, c := range append(complaints, more...) {
			if !c.Told() {
				t.Fatalf("%s of agency %d: %v", c.Figure, c.Agency, c.Fault)
			}
		}
		for _, e := range l.Entries {
			i, _ := strconv.Atoi(e.Agency)
			if e.Rank != table[i].rank {
				t.Fatalf("agency %d has rank %d, printed %d", i, e.Rank, table[i].rank)
			}
		}
	})
}

// draw draws a group with few different indices, ranked by the tie rule.
func draw(t *rapid.T, r scoring.Rules) []exact {
	table := make([]exact, rapid.IntRange(1, 12).Draw(t, "agencies"))
	for i := range table {
		a := &table[i]
		a.standard = micro(rapid.Int64Range(5_000_000, 100_000_000).Draw(t, "standard"))
		part := func(name string) points.Points {
			share := micro(rapid.Int64Range(0, 333_333).Draw(t, name))
			return r.Policy.Round(a.standard.Mul(share), 6)
		}
		a.self, a.officials, a.satisfaction = part("self"), part("officials"), part("satisfaction")
		if i > 0 && rapid.Bool().Draw(t, "equal") {
			*a = table[i-1]
		}
		a.index, _ = r.Policy.Index(points.Sum(a.self, a.officials, a.satisfaction), a.standard)
	}
	order := make([]int, len(table))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Or(table[b].index.Cmp(table[a].index), cmp.Compare(b, a)) })
	for place, i := range order {
		before := -1
		if place > 0 {
			before = order[place-1]
		}
		switch {
		case before >= 0 && r.Ties != scoring.Unique && table[before].index.Equal(table[i].index):
			table[i].rank = table[before].rank
		case before >= 0 && r.Ties == criteria.Dense:
			table[i].rank = table[before].rank + 1
		default:
			table[i].rank = place + 1
		}
	}
	return table
}
