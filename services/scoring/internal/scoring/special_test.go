package scoring_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// office is an agency of bacKan. An office without points is not scored, and one
// without a group is not in the cycle.
type office struct{ id, group, parent, points string }

func subordinates(group, below string, numerator, denominator int32, incomplete criteria.Incomplete, clause string) sealed.SpecialRule {
	return sealed.SpecialRule{Group: group, Clause: clause, SubordinateClasses: &sealed.SubordinateClasses{
		Subordinates: below, Numerator: numerator, Denominator: denominator, Incomplete: incomplete,
	}}
}

// twoThirds is the rule of S2 IV.1.2 and 1.4.
var twoThirds = subordinates("districts", "communes", 2, 3, criteria.NotClassified, "IV.1.2")

// bacKan is a cycle with the classes of S2 IV.1.1, in which every agency has one
// item of 100 points.
func bacKan(offices []office, rules ...sealed.SpecialRule) *cycle.Cycle {
	from := func(n int64) rule.End { return rule.End{Kind: rule.Closed, Percent: points.FromInt(n)} }
	below := func(n int64) rule.End { return rule.End{Kind: rule.Open, Percent: points.FromInt(n)} }
	c := &cycle.Cycle{
		Authority: "x", ID: "2026", Regulation: "r", RegulationSHA256: "aa", Policy: points.DefaultPolicy(),
		RankBy: criteria.IndexScale, ClassBy: criteria.IndexScale, Ties: criteria.Skip, SpecialRules: rules, Parents: map[string]string{},
	}
	for _, group := range []string{"regions", "districts", "communes"} {
		c.Groups = append(c.Groups, cycle.Group{
			ID: group, Classes: []criteria.Class{
				{ID: "xuat-sac", Name: "Xuất sắc", Low: from(90)},
				{ID: "tot", Name: "Tốt", Low: from(80), High: below(90)},
				{ID: "kha", Name: "Khá", Low: from(50), High: below(80)},
				{ID: "trung-binh", Name: "Trung bình", High: below(50)},
			},
			Domains: []cycle.Domain{{Field: "steering", Part: "i", Code: "1"}},
			Items:   []cycle.Item{{ID: "i.1", Domain: "steering", Max: points.FromInt(100), Source: criteria.Self, Rule: rule.Manual{Step: points.FromInt(1)}}},
		})
	}
	for _, o := range offices {
		if o.group != "" {
			c.Agencies = append(c.Agencies, cycle.Agency{ID: o.id, Group: o.group, Scored: o.points != ""})
		}
		if o.parent != "" {
			c.Parents[o.id] = o.parent
		}
	}
	return c
}

// inputs returns the inputs of a run of c.
func inputs(c *cycle.Cycle, offices []office) scoring.Inputs {
	in := scoring.Inputs{
		Engine: scoring.EngineVersion, Authority: c.Authority, Cycle: c.ID, Year: 2026, Hierarchy: scoring.NewHierarchy(c),
		Regulation: scoring.Regulation{
			ID: c.Regulation, SHA256: c.RegulationSHA256, Groups: c.Groups, SpecialRules: c.SpecialRules,
			Rules: scoring.Rules{Policy: c.Policy, RankBy: criteria.IndexScale, ClassBy: criteria.IndexScale, Ties: c.Ties, Excess: criteria.Refused},
		},
	}
	type object = map[string]any
	for _, o := range offices {
		if o.group == "" || o.points == "" {
			continue
		}
		in.Members = append(in.Members, scoring.Member{Agency: o.id, Group: o.group})
		in.Outcomes = append(in.Outcomes, sealedBy[sealed.Outcome](o.id, object{
			"authority": "x", "cycle": "2026", "agency": o.id, "final": true, "regulationSha256": "aa",
			"items": []object{{"item": "i.1", "points": o.points, "standardPoints": "100"}},
		}))
	}
	return in
}

// evaluated returns the result of a run.
func evaluated(tb testing.TB, in scoring.Inputs) scoring.Result {
	tb.Helper()
	r, err := scoring.Evaluate(freeze(tb, in))
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// entries computes a cycle and returns the entry of each agency.
func entries(tb testing.TB, c *cycle.Cycle, offices []office) map[string]scoring.Entry {
	tb.Helper()
	return entriesOf(tb, inputs(c, offices))
}

func entriesOf(tb testing.TB, in scoring.Inputs) map[string]scoring.Entry {
	tb.Helper()
	all := map[string]scoring.Entry{}
	for _, l := range evaluated(tb, in).Leaderboards {
		for _, e := range l.Entries {
			all[e.Agency] = e
		}
	}
	return all
}

// classText returns the class of an agency, and why it is not the class of its index.
func classText(e scoring.Entry) string {
	class := e.Class.ID
	if e.ClassOrigin == scoring.NotPrinted {
		class = "none" + class
	}
	if a := e.Adjustment; a != nil {
		class += fmt.Sprintf(" from %s, %d of %d, %d without: %s", a.From.ID, a.Reached, a.Subordinates, a.Unclassified, a.Clause)
	}
	return class
}

var places = []struct{ class, points string }{{"xuat-sac", "95"}, {"tot", "85"}, {"kha", "60"}, {"trung-binh", "40"}}

// Every district with up to 12 communes, for each class and each number of communes in
// that class or a better one, and with up to two communes without a class, is compared
// with big.Rat, which shares no code with the platform (rule G6).
func TestEveryShareOfUpToTwelveSubordinates(t *testing.T) {
	type district struct{ place, good, worse, without int }
	var districts []district
	for place := range places {
		for n := range 13 {
			for good := range n + 1 {
				for without := range min(n-good, 2) + 1 {
					if worse := n - good - without; worse == 0 || place < 3 { // nothing is worse than the lowest
						districts = append(districts, district{place, good, worse, without})
					}
				}
			}
		}
	}
	var offices []office
	for i, d := range districts {
		id := fmt.Sprintf("d%04d", i)
		offices = append(offices, office{id, "districts", "", places[d.place].points})
		for j := range d.good {
			offices = append(offices, office{fmt.Sprintf("%s-good-%d", id, j), "communes", id, places[(i+j)%(d.place+1)].points})
		}
		for j := range d.worse {
			offices = append(offices, office{fmt.Sprintf("%s-worse-%d", id, j), "communes", id, places[d.place+1+(i+j)%(3-d.place)].points})
		}
		for j := range d.without {
			offices = append(offices, office{fmt.Sprintf("%s-without-%d", id, j), "communes", id, ""})
		}
	}
	in := inputs(bacKan(offices, twoThirds), offices)
	for _, share := range [][2]int32{{2, 3}, {1, 2}, {1, 1}, {5, 7}, {1, 1000}, {999, 1000}} {
		for _, incomplete := range []criteria.Incomplete{criteria.NotClassified, criteria.CountAsWorse} {
			in.Regulation.SpecialRules[0] = subordinates("districts", "communes", share[0], share[1], incomplete, "IV.1.2")
			got := entriesOf(t, in)
			for i, d := range districts {
				n := d.good + d.worse + d.without
				from := places[d.place].class
				want := from
				why := fmt.Sprintf(" from %s, %d of %d, %d without: IV.1.2", from, d.good, n, d.without)
				switch {
				case incomplete == criteria.NotClassified && (n == 0 || d.without > 0):
					want = "none" + why
				case n > 0 && big.NewRat(int64(d.good), int64(n)).Cmp(big.NewRat(int64(share[0]), int64(share[1]))) < 0 && d.place < 3:
					want = places[d.place+1].class + why
				}
				if have := classText(got[fmt.Sprintf("d%04d", i)]); have != want {
					t.Errorf("%d/%d, %s, %+v: %q, want %q", share[0], share[1], incomplete, d, have, want)
				}
			}
		}
	}
}

// S2 IV.1.2 and 1.4, its example first: 95 points, and fewer than 2/3 of the
// communes excellent.
func TestClassOfDistrict(t *testing.T) {
	worse := subordinates("districts", "communes", 2, 3, criteria.CountAsWorse, "IV.1.2")
	for name, tt := range map[string]struct {
		points, communes string
		rule             sealed.SpecialRule
		want             string
	}{
		"the example":                 {"95", "95 85 85", twoThirds, "tot from xuat-sac, 1 of 3, 0 without: IV.1.2"},
		"two thirds exactly":          {"95", "90 100 40", twoThirds, "xuat-sac"},
		"one less":                    {"95", "90 100 90 89.999999 89.999999 40", twoThirds, "tot from xuat-sac, 3 of 6, 0 without: IV.1.2"},
		"three of four":               {"95", "90 90 90 40", twoThirds, "xuat-sac"},
		"five of eight":               {"95", "90 90 90 90 90 80 80 80", twoThirds, "tot from xuat-sac, 5 of 8, 0 without: IV.1.2"},
		"better ones count":           {"85", "95 95 40", twoThirds, "tot"},
		"once only":                   {"95", "40 40 40", twoThirds, "tot from xuat-sac, 0 of 3, 0 without: IV.1.2"},
		"to the lowest":               {"60", "40 40 40", twoThirds, "trung-binh from kha, 0 of 3, 0 without: IV.1.2"},
		"the lowest has no worse":     {"40", "40 40 40", twoThirds, "trung-binh"},
		"the lowest stays":            {"40", "- - 40", worse, "trung-binh"},
		"one without a class":         {"95", "95 95 95 95 -", twoThirds, "none from xuat-sac, 4 of 5, 1 without: IV.1.2"},
		"the lowest, one without":     {"40", "95 -", twoThirds, "none from trung-binh, 1 of 2, 1 without: IV.1.2"},
		"nobody below":                {"95", "", twoThirds, "none from xuat-sac, 0 of 0, 0 without: IV.1.2"},
		"without counts as worse":     {"95", "95 95 - -", worse, "tot from xuat-sac, 2 of 4, 2 without: IV.1.2"},
		"enough beside those without": {"95", "95 95 -", worse, "xuat-sac"},
		"nobody below, as worse":      {"95", "", worse, "xuat-sac"},
	} {
		offices := []office{{"d", "districts", "", tt.points}, {"other", "districts", "", "40"}, {"of-other", "communes", "other", "40"}}
		for i, p := range strings.Fields(tt.communes) {
			offices = append(offices, office{fmt.Sprintf("c%d", i), "communes", "d", strings.Trim(p, "-")})
		}
		if got := classText(entries(t, bacKan(offices, tt.rule), offices)["d"]); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// A special rule changes neither ranks nor indices nor statistics.
func TestOnlyTheClassIsAdjusted(t *testing.T) {
	offices := []office{{"d", "districts", "", "95"}, {"e", "districts", "", "90"}, {"c", "communes", "d", "40"}}
	classless := func(rules ...sealed.SpecialRule) (figures string, adjusted int) {
		r := evaluated(t, inputs(bacKan(offices, rules...), offices))
		for _, l := range r.Leaderboards {
			for i := range l.Entries {
				if l.Entries[i].Adjustment != nil {
					adjusted++
				}
				l.Entries[i].Class, l.Entries[i].Adjustment = scoring.Class{}, nil
			}
		}
		b, err := json.Marshal(r.Leaderboards)
		if err != nil {
			t.Fatal(err)
		}
		return string(b), adjusted
	}
	want, none := classless()
	if got, adjusted := classless(twoThirds); got != want || none != 0 || adjusted != 2 {
		t.Errorf("with the rule, %d adjusted:\n%s\nwithout:\n%s", adjusted, got, want)
	}
}

// An agency is a subordinate of the nearest agency above it in the group of the rule,
// also across agencies of other groups or outside the cycle. This nearest agency need
// not be scored.
func TestSubordinates(t *testing.T) {
	offices := []office{
		{"city", "districts", "", "95"},
		{"ward", "communes", "city", "95"},
		{"inner", "districts", "city", "95"},
		{"cluster", "", "inner", ""},
		{"c1", "communes", "cluster", "40"},
		{"c2", "communes", "c1", "40"},
		{"unscored", "districts", "city", ""},
		{"c3", "communes", "unscored", "40"},
		{"c4", "communes", "nobody", "40"},
		{"c5", "communes", "", "40"},
	}
	got := entries(t, bacKan(offices, twoThirds), offices)
	for id, want := range map[string]string{
		"city": "xuat-sac", "inner": "tot from xuat-sac, 0 of 2, 0 without: IV.1.2", "c1": "trung-binh", "ward": "xuat-sac",
	} {
		if classText(got[id]) != want {
			t.Errorf("%s: %q, want %q", id, classText(got[id]), want)
		}
	}
	if _, there := got["unscored"]; there {
		t.Error("an agency that is not scored is on a leaderboard")
	}
	circle := []office{{"d", "districts", "", "95"}, {"c", "communes", "e", "95"}, {"e", "communes", "c", "95"}, {"f", "communes", "f", "95"}}
	if got := classText(entries(t, bacKan(circle, twoThirds), circle)["d"]); got != "none from xuat-sac, 0 of 0, 0 without: IV.1.2" {
		t.Errorf("beside a circle: %q", got)
	}
}

// Rules apply in their order: each sees the classes as the rules before it left them.
func TestSpecialRulesApplyInOrder(t *testing.T) {
	regions := subordinates("regions", "districts", 1, 2, criteria.NotClassified, "R")
	offices := []office{
		{"r", "regions", "", "95"},
		{"d", "districts", "r", "95"},
		{"e", "districts", "r", "60"},
		{"c1", "communes", "d", "85"},
		{"c2", "communes", "e", "95"},
	}
	for name, tt := range map[string]struct {
		rules []sealed.SpecialRule
		want  string
	}{
		"districts first": {[]sealed.SpecialRule{twoThirds, regions}, "tot from xuat-sac, 0 of 2, 0 without: R"},
		"regions first":   {[]sealed.SpecialRule{regions, twoThirds}, "xuat-sac"},
	} {
		c := bacKan(offices, tt.rules...)
		for range 2 { // in either order of groups
			slices.Reverse(c.Groups)
			got := entries(t, c, offices)
			if classText(got["r"]) != tt.want || classText(got["d"]) != "tot from xuat-sac, 0 of 1, 0 without: IV.1.2" || classText(got["e"]) != "kha" {
				t.Errorf("%s: r %q, want %q; d %q, e %q", name, classText(got["r"]), tt.want, classText(got["d"]), classText(got["e"]))
			}
		}
	}
}

// A class that a rule has changed is not changed again. All agencies of a group are
// judged at once, even if one is a subordinate of another.
func TestClassIsChangedOnce(t *testing.T) {
	all := subordinates("districts", "communes", 1, 1, criteria.NotClassified, "all")
	offices := []office{{"d", "districts", "", "95"}, {"c1", "communes", "d", "40"}, {"c2", "communes", "d", "95"}, {"c3", "communes", "d", "95"}}
	if got := classText(entries(t, bacKan(offices, twoThirds, all, all), offices)["d"]); got != "tot from xuat-sac, 2 of 3, 0 without: all" {
		t.Errorf("got %q", got)
	}
	among := subordinates("districts", "districts", 2, 3, criteria.CountAsWorse, "IV.1.2")
	chain := []office{{"a", "districts", "", "95"}, {"b", "districts", "a", "95"}, {"c", "districts", "b", "40"}}
	got := entries(t, bacKan(chain, among), chain)
	if classText(got["a"]) != "xuat-sac" || classText(got["b"]) != "tot from xuat-sac, 0 of 1, 0 without: IV.1.2" || classText(got["c"]) != "trung-binh" {
		t.Errorf("a %q, b %q, c %q", classText(got["a"]), classText(got["b"]), classText(got["c"]))
	}
}

// A rule for a group that the cycle does not have has no effect. If the cycle lacks
// the group of subordinates, no agency has any.
func TestSpecialRuleOfMissingGroup(t *testing.T) {
	offices := []office{{"d", "districts", "", "95"}}
	c := bacKan(offices, twoThirds)
	c.Groups = c.Groups[1:2]
	if got := classText(entries(t, c, offices)["d"]); got != "none from xuat-sac, 0 of 0, 0 without: IV.1.2" {
		t.Errorf("without communes: %q", got)
	}
	c.SpecialRules[0].Group = "regions"
	if got := classText(entries(t, c, offices)["d"]); got != "xuat-sac" {
		t.Errorf("without regions: %q", got)
	}
}

func TestSpecialRuleNeedsEqualClasses(t *testing.T) {
	offices := []office{{"d", "districts", "", "95"}, {"c", "communes", "d", "95"}}
	c := bacKan(offices, twoThirds)
	c.Groups[2].Classes = slices.Delete(slices.Clone(c.Groups[2].Classes), 1, 2)
	_, err := scoring.Evaluate(freeze(t, inputs(c, offices)))
	if !errors.Is(err, scoring.InputContradictory) || !strings.Contains(err.Error(), "4 classes of districts with the 3 of communes") {
		t.Errorf("got %v", err)
	}
}

// The hierarchy holds exactly the agencies and parents that can change a class.
func TestNewHierarchy(t *testing.T) {
	offices := []office{
		{"province", "", "", ""},
		{"d", "districts", "province", "95"},
		{"e", "districts", "province", ""},
		{"cluster", "", "d", ""},
		{"c1", "communes", "cluster", "95"},
		{"c2", "communes", "province", ""},
		{"r", "regions", "", ""},
		{"office", "", "d", ""},
		{"r1", "regions", "d", "40"},
	}
	want := scoring.Hierarchy{
		Unscored: []scoring.Unscored{{Agency: "e", Group: "districts"}, {Agency: "c2", Group: "communes"}},
		Parents:  map[string]string{"c1": "cluster", "cluster": "d"},
	}
	if diff := cmp.Diff(want, scoring.NewHierarchy(bacKan(offices, twoThirds))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if h := scoring.NewHierarchy(bacKan(offices)); len(h.Unscored)+len(h.Parents) > 0 {
		t.Errorf("without rules: %+v", h)
	}
}

// A hierarchy and special rules give the same frozen bytes in any order of agencies,
// and a result with adjustments is read as it was written (rule G7).
func TestAdjustmentRoundTrip(t *testing.T) {
	offices := []office{
		{"d", "districts", "", "95"},
		{"c1", "communes", "d", "40"},
		{"c2", "communes", "d", "95"},
		{"e", "districts", "", "85"},
		{"c3", "communes", "e", ""},
		{"c4", "communes", "e", ""},
	}
	frozen := freeze(t, inputs(bacKan(offices, twoThirds), offices))
	slices.Reverse(offices)
	if again := freeze(t, inputs(bacKan(offices, twoThirds), offices)); !bytes.Equal(frozen, again) {
		t.Errorf("in another order:\n%s\nat first:\n%s", again, frozen)
	}
	if want := `"specialRules":[{"group":"districts","subordinateClasses":{"subordinates":"communes","numerator":2,"denominator":3,"incomplete":"NOT_CLASSIFIED"},"clause":"IV.1.2"}]`; !bytes.Contains(frozen, []byte(want)) {
		t.Errorf("frozen: %s", frozen)
	}
	r, err := scoring.Evaluate(frozen)
	if err != nil {
		t.Fatal(err)
	}
	written, err := r.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	back, err := scoring.ReadResult(written)
	if err != nil {
		t.Fatal(err)
	}
	again, err := back.Canonical()
	if err != nil || !bytes.Equal(written, again) {
		t.Errorf("%v, read:\n%s\nwritten:\n%s", err, again, written)
	}
	l, err := back.Leaderboard("districts")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, e := range l.Entries {
		lines = append(lines, e.Agency+" "+classText(e))
	}
	if want := []string{"d tot from xuat-sac, 1 of 2, 0 without: IV.1.2", "e none from tot, 0 of 2, 2 without: IV.1.2"}; !slices.Equal(lines, want) {
		t.Errorf("got %q, want %q", lines, want)
	}
}

// Rule G4: every order of up to five agencies with at most four values, against
// counting.
func TestTies(t *testing.T) {
	for ties, want := range map[criteria.TieRule]string{criteria.Skip: "1 2 2 4", criteria.Dense: "1 2 2 3", "": "1 2 2 4"} {
		offices := []office{{"a", "districts", "", "90"}, {"b", "districts", "", "80"}, {"c", "districts", "", "80"}, {"d", "districts", "", "70"}}
		c := bacKan(offices)
		c.Ties = ties
		got := entries(t, c, offices)
		if ranks := fmt.Sprint(got["a"].Rank, got["b"].Rank, got["c"].Rank, got["d"].Rank); ranks != want {
			t.Errorf("%q gives %s, want %s", ties, ranks, want)
		}
	}
	for n := 1; n <= 5; n++ {
		for code := range 1 << (2 * n) { // two bits an agency
			values := make([]int, n)
			g := scoring.Group{ID: "g", Classes: s4()}
			for i := range values {
				values[i] = code >> (2 * i) & 3
				g.Given = append(g.Given, scoring.Given{
					Agency: strconv.Itoa(i), Standard: scoring.Compute(points.FromInt(3)), Self: scoring.Compute(points.FromInt(int64(values[i]))),
					Survey: scoring.Print(points.FromInt(0)), Officials: scoring.Compute(points.FromInt(0)), Satisfaction: scoring.Compute(points.FromInt(0)),
				})
			}
			dense := rules()
			dense.Ties = criteria.Dense
			skipping, together := ranks(t, rules(), g), ranks(t, dense, g)
			for i, v := range values {
				above, different := 0, map[int]bool{}
				for _, other := range values {
					if other > v {
						above++
						different[other] = true
					}
				}
				if id := strconv.Itoa(i); skipping[id] != above+1 || together[id] != len(different)+1 {
					t.Fatalf("%v: agency %d has ranks %d and %d", values, i, skipping[id], together[id])
				}
			}
		}
	}
}

// ranks returns the rank of each agency, and checks that entries are ordered by rank.
func ranks(t *testing.T, r scoring.Rules, g scoring.Group) map[string]int {
	t.Helper()
	byAgency := map[string]int{}
	last := 0
	for _, e := range score(t, r, g).Entries {
		if e.Rank < last {
			t.Fatalf("rank %d comes after %d", e.Rank, last)
		}
		byAgency[e.Agency], last = e.Rank, e.Rank
	}
	if got := slices.Max(slices.Collect(maps.Values(byAgency))); got != last {
		t.Fatalf("the highest rank is %d, the last %d", got, last)
	}
	return byAgency
}
