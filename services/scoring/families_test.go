package scoring_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/cycle/cycletest"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	"github.com/parindex/parindex/services/scoring"
)

// A cycle with the rules that count, compare, or use earlier years. Max points of the
// departments:
//
//	i.1.1  10 SELF     deduction, step 0.5; bonus 0.75 each, at most 2
//	i.1.2  10 TARGETS  targets met of planned
//	i.2.1  20 FEED     peer-relative, lower is better
//	i.2.2  20 FEED     formula: confirmed ? min(20, n·10 ÷ 7 at 3 places) : 0
//	i.2.3   5 FEED     deduction, step 1; bonus 0.5 each, at most 1
//	i.2.4  15 FEED     peer-relative, higher is better
//	ii.1   10 HISTORY  improvement; equal gives all, missing is not applicable
//	ii.2   10 HISTORY  bands: above 80 10, from 70 to 80 5, below 70 0
//
// Published are 2023, 2024, 2025 and, after this cycle, 2027; compared are 2025
// and 2024:
//
//	     2025                            2024
//	d1   78.81 of 94, so 83.840426       83.84 printed   better, by the exact index
//	d2   79.99 printed                   80 printed      worse
//	d3   71.5 printed                    71.50 printed   equal
//	d4   a rank and no index             60 printed      missing
//
// The values of i.2.1 are 3, 2 and 8; 1 is the value of d4, whose item is
// wholly reduced, so that 2 is the best. Those of i.2.4 are 40, 0, 30 and 12.5.
//
//	d1  i.1.1 10 − 1·0.5 + min(3·0.75, 2) = 11.5; i.1.2 10·22/22 = 10; together
//	    21.5 of 20, a domain index of 107.5. i.2.1 20·2/3 = 13.333333; i.2.2
//	    50/7 = 7.143; i.2.3 5 + 0.5 = 5.5; i.2.4 15: 40.976333 of 60. ii.1 10;
//	    ii.2 of 83.84 10. 82.476333 of 100 is 82.476333
//	d2  10 + 10·14/22 = 16.363636 of 20. 20; 200/7 is above 20: 20; 5 − 2 +
//	    min(1.5, 1) = 4; 0: 44 of 60. ii.1 0; ii.2 of 79.99 5.
//	    65.363636 of 100 is 65.363636
//	d3  10 − 21·0.5 is below 0: 0 + 0.75 = 0.75; no targets, not applicable: 0.75
//	    of 10. 20·2/8 = 5; not confirmed 0; 5 − 6: 0; 15·30/40 = 11.25: 16.25 of
//	    60. 10; of 71.5 5. 32 of 90 is 35.555556
//	d4  9 + 10·1/3 = 12.333333 of 20. i.2.1 is taken out; 10/7 = 1.429; i.2.3 is
//	    reduced by 2: 3 are left and a bonus of 1 on top: 4; 15·12.5/40 = 4.6875:
//	    10.1165 of 38. ii.1 not applicable; ii.2 is taken out: no impact.
//	    22.449833 of 58 is 38.706609
//
// The mean is (82.476333 + 65.363636 + 38.706609 + 35.555556) / 4 = 55.525534
// (55.5255335), the gap 46.920777.
func newFamilyWorld(t *testing.T) *world {
	t.Helper()
	w := newWorldOf(t, scoring.Config{}, familyCycle())
	w.heard(t)
	for _, h := range []struct{ cycle, departments string }{
		{"2023", "{agency: d1, index: 95}, {agency: d2, index: 10}, {agency: d3, index: 99}, {agency: d4, index: 50}"},
		{"2024", "{agency: d1, index: 83.84}, {agency: d2, index: 80}, {agency: d3, index: 71.50}, {agency: d4, index: 60}"},
		{"2025", departments2025("79.99")},
		{"2027", "{agency: d1, index: 1}, {agency: d2, index: 99}, {agency: d3, index: 99}, {agency: d4, index: 99}"},
	} {
		w.publishEarlier(t, h.cycle, h.departments, "")
	}
	fillFamilies(t, w.siblings)
	return w
}

// departments2025 are the figures of 2025 with this index of d2.
func departments2025(d2 string) string {
	return `{agency: d1, rank: 1, standardPoints: 94, totalPoints: 78.81}, {agency: d2, rank: 2, index: ` + d2 +
		`}, {agency: d3, rank: 3, index: 71.5}, {agency: d4, rank: 4}`
}

// publishEarlier imports the results of an earlier cycle and returns the id of the
// publication.
func (w *world) publishEarlier(t *testing.T, cycle, departments, notice string) string {
	t.Helper()
	content := fmt.Sprintf(`format: parindex.history/1
authority: soc-trang
cycle: %q
source: {title: Báo cáo, date: 2024-01}
decision: {number: 1/QĐ, date: 2024-01-31}
groups:
  - group: departments
    agencies: [%s]
  - group: districts
    agencies: [{agency: u1, index: 90}, {agency: u2, index: 80}]
`, cycle, departments)
	req := &scoringv1.ImportHistoryRequest{Authority: "soc-trang", Cycle: cycle, Content: []byte(content), Notice: notice}
	w.propose(t, req)
	answer, err := w.ImportHistory(w.approver(t), req)
	if err != nil {
		t.Fatal(err, wantFault(t, err, "HISTORY_FILE_INVALID"))
	}
	return answer.GetPublishedCycle().GetPublication().GetId()
}

// familyCycle is smallCycle with other criteria: those above, and for the
// districts one item of 10 points, with a deduction of 1 point each and a bonus of at
// most 1 point.
func familyCycle() *cycletest.Catalog {
	c := smallCycle()
	for year := range int32(5) {
		if year != 3 { // smallCycle has 2026
			c.Put(importedCycle(strconv.Itoa(int(2023+year)), 2023+year))
		}
	}
	results, impact := "i", "ii"
	self, feed, history := catalogv1.SourceKind_SOURCE_KIND_SELF, catalogv1.SourceKind_SOURCE_KIND_FEED, catalogv1.SourceKind_SOURCE_KIND_HISTORY
	set := c.Regulation.GetContent().GetCriteriaSets()[0]
	set.Nodes = []*catalogv1.Node{
		{Part: results, Code: "1", Name: "Chỉ đạo", Field: "steering"},
		{Part: results, Code: "1.1", Parent: "1", Name: "Nhiệm vụ chậm", Item: itemOf("10", self, deduction("0.5", "0.75", "2"))},
		{Part: results, Code: "1.2", Parent: "1", Name: "Chỉ tiêu", Item: itemOf("10", catalogv1.SourceKind_SOURCE_KIND_TARGETS,
			&rulev1.Rule{Family: &rulev1.Rule_Targets{Targets: &rulev1.Targets{}}})},
		{Part: results, Code: "2", Name: "Thủ tục", Field: "procedures"},
		{Part: results, Code: "2.1", Parent: "2", Name: "Số ngày", Item: itemOf("20", feed, peerRelative(rulev1.Better_BETTER_LOWER))},
		{Part: results, Code: "2.2", Parent: "2", Name: "Sáng kiến", Item: itemOf("20", feed, &rulev1.Rule{Family: &rulev1.Rule_Formula{Formula: &rulev1.Formula{
			Expression: "confirmed ? min(max_points, div(n * 10, 7, 3)) : 0",
			Inputs: []*rulev1.FormulaInput{
				{Id: "n", Text: "Số sáng kiến", Kind: rulev1.FormulaInputKind_FORMULA_INPUT_KIND_COUNT},
				{Id: "confirmed", Text: "Được công nhận", Kind: rulev1.FormulaInputKind_FORMULA_INPUT_KIND_CONDITION},
			},
		}}})},
		{Part: results, Code: "2.3", Parent: "2", Name: "Phản ánh", Item: itemOf("5", feed, deduction("1", "0.5", "1"))},
		{Part: results, Code: "2.4", Parent: "2", Name: "Trực tuyến", Item: itemOf("15", feed, peerRelative(rulev1.Better_BETTER_HIGHER))},
		{Part: impact, Code: "1", Name: "Cải thiện", Field: "impact", Item: itemOf("10", history,
			&rulev1.Rule{Family: &rulev1.Rule_Improvement{Improvement: &rulev1.Improvement{
				Equal:          rulev1.ImprovementEqual_IMPROVEMENT_EQUAL_FULL,
				MissingHistory: rulev1.MissingHistory_MISSING_HISTORY_NOT_APPLICABLE,
			}}})},
		{Part: impact, Code: "2", Name: "Năm trước", Field: "digital-government", Item: itemOf("10", history,
			&rulev1.Rule{Family: &rulev1.Rule_Bands{Bands: &rulev1.Bands{Bands: []*rulev1.Band{
				{Low: &rulev1.Band_Above{Above: "80"}, Points: "10"},
				{Low: &rulev1.Band_From{From: "70"}, High: &rulev1.Band_To{To: "80"}, Points: "5"},
				{High: &rulev1.Band_Below{Below: "70"}, Points: "0"},
			}}}})},
	}
	c.Regulation.GetContent().GetCriteriaSets()[1].GetNodes()[0].Item.Rule = deduction("1", "1", "1")
	return c
}

// importedCycle is an imported cycle of a year.
func importedCycle(id string, year int32) *catalogv1.Cycle {
	return &catalogv1.Cycle{
		Authority: "soc-trang", Id: id, Name: "Kỳ " + id, Year: year, Origin: catalogv1.CycleOrigin_CYCLE_ORIGIN_IMPORTED, Groups: smallGroups(),
	}
}

func deduction(step, bonus, most string) *rulev1.Rule {
	return &rulev1.Rule{Family: &rulev1.Rule_Deduction{Deduction: &rulev1.Deduction{Step: step, Bonus: &rulev1.Bonus{Step: bonus, Cap: most}}}}
}

func peerRelative(better rulev1.Better) *rulev1.Rule {
	return &rulev1.Rule{Family: &rulev1.Rule_PeerRelative{PeerRelative: &rulev1.PeerRelative{Better: better}}}
}

func fillFamilies(t *testing.T, s *siblings) {
	t.Helper()
	decided := func(deduction, counts, targets, ratio string) []outcomeItem {
		second := outcomeItem{Item: "i.1.2", Round: 2, Points: targets, Standard: "10", Agreed: true, Input: json.RawMessage(`{"targets":` + ratio + `}`)}
		if targets == "" {
			second.Standard = "0"
		}
		return []outcomeItem{
			{Item: "i.1.1", Round: 2, Points: deduction, Standard: "10", Agreed: true, Input: json.RawMessage(`{"counts":` + counts + `}`)}, second,
		}
	}
	s.setOutcome(t, outcomeOf("d1", "departments", fed(decided("11.5", `{"deductions":1,"bonuses":3}`, "10", `{"met":22,"planned":22}`),
		`{"peer":{"value":"3"}} - of 20`, `{"formula":{"values":{"confirmed":{"met":true},"n":{"number":"5"}}}} 7.143 of 20`,
		`{"counts":{"bonuses":1}} 5.5 of 5`, `{"peer":{"value":"40"}} - of 15`)))
	s.setOutcome(t, outcomeOf("d2", "departments", fed(decided("10", `{}`, "6.363636", `{"met":14,"planned":22}`),
		`{"peer":{"value":"2"}} - of 20`, `{"formula":{"values":{"confirmed":{"met":true},"n":{"number":"20"}}}} 20 of 20`,
		`{"counts":{"deductions":2,"bonuses":3}} 4 of 5`, `{"peer":{"value":"0"}} - of 15`)))
	s.setOutcome(t, outcomeOf("d3", "departments", fed(decided("0.75", `{"deductions":21,"bonuses":1}`, "", `{}`),
		`{"peer":{"value":"8"}} - of 20`, `{"formula":{"values":{"confirmed":{"met":false},"n":{"number":"9"}}}} 0 of 20`,
		`{"counts":{"deductions":6}} 0 of 5`, `{"peer":{"value":"30"}} - of 15`)))
	s.setOutcome(t, outcomeOf("d4", "departments", fed(decided("9", `{"deductions":2}`, "3.333333", `{"met":1,"planned":3}`),
		`{"peer":{"value":"1"}} - of 0`, `{"formula":{"values":{"confirmed":{"met":true},"n":{"number":"1"}}}} 1.429 of 20`,
		`{"counts":{"bonuses":2}} 4 of 3`, `{"peer":{"value":"12.5"}} - of 15`),
		outcomeReduction{"i.2.1", "20", "NO_TASK"}, outcomeReduction{"i.2.3", "2", "OTHER"}, outcomeReduction{"ii.2", "10", "OTHER"}))
	for _, agency := range []string{"u1", "u2"} {
		s.setOutcome(t, outcomeOf(agency, "districts", []outcomeItem{{Item: "i.1", Round: 2, Points: "9", Standard: "10", Input: json.RawMessage(`{"counts":{"deductions":1}}`)}}))
	}
}

// fed adds the items i.2.1 to i.2.4 that others report, as appraisal decided them: each
// "facts points of standard", without points where a run compares.
func fed(items []outcomeItem, decided ...string) []outcomeItem {
	for n, text := range decided {
		var facts, points, standard string
		if _, err := fmt.Sscanf(text, "%s %s of %s", &facts, &points, &standard); err != nil {
			panic(err)
		}
		items = append(items, outcomeItem{
			Item: fmt.Sprint("i.2.", n+1), Round: 2, Points: strings.Trim(points, "-"), Standard: standard, Agreed: true, Input: json.RawMessage(facts),
		})
	}
	return items
}

var families2026 = []string{
	"1 d1: 82.48 = 82.48 + 0.00 (0.00 + 0.00) of 100.00, 82.476333, class 2: steering 21.50/20.00 107.50 procedures 40.98/60.00 68.29 impact 10.00/10.00 100.00 digital-government 10.00/10.00 100.00",
	"2 d2: 65.36 = 65.36 + 0.00 (0.00 + 0.00) of 100.00, 65.363636, class 2: steering 16.36/20.00 81.82 procedures 44.00/60.00 73.33 impact 0.00/10.00 0.00 digital-government 5.00/10.00 50.00",
	"3 d4: 22.45 = 22.45 + 0.00 (0.00 + 0.00) of 58.00, 38.706609, class 3: steering 12.33/20.00 61.67 procedures 10.12/38.00 26.62",
	"4 d3: 32.00 = 32.00 + 0.00 (0.00 + 0.00) of 90.00, 35.555556, class 3: steering 0.75/10.00 7.50 procedures 16.25/60.00 27.08 impact 10.00/10.00 100.00 digital-government 5.00/10.00 50.00",
	"55.53 82.48 35.56 46.92",
}

// The figures are those computed by hand above, and each item names its inputs (rules
// C6.5 to C6.8, C6.11).
func TestRuleFamilies(t *testing.T) {
	w := newFamilyWorld(t)
	r := w.createRun(t)
	if len(r.GetGaps()) > 0 || r.GetEngineVersion() != 1 {
		t.Errorf("run %v", r)
	}
	if diff := cmp.Diff(families2026, table(w.runLeaderboard(t, r.GetId(), "departments"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for agency, want := range map[string][]string{
		"d1": {
			`i.1.1 11.5 of 10 {"counts":{"deductions":1,"bonuses":3}} = 11.5`, `i.1.2 10 of 10 {"targets":{"met":22,"planned":22}} = 10`,
			`i.2.1 13.333333 of 20 {"peer":{"value":"3","best":"2"}} = 13.333333`,
			`i.2.2 7.143 of 20 {"formula":{"values":{"confirmed":{"met":true},"n":{"number":"5"}}}} = 7.143`,
			`i.2.3 5.5 of 5 {"counts":{"bonuses":1}} = 5.5`, `i.2.4 15 of 15 {"peer":{"value":"40","best":"40"}} = 15`,
			`ii.1 10 of 10 {"history":{"latest":"83.840426","before":"83.84"}} = 10`, `ii.2 10 of 10 {"percent":"83.840426"} = 10`,
		},
		"d4": {
			`i.1.1 9 of 10 {"counts":{"deductions":2}} = 9`, `i.1.2 3.333333 of 10 {"targets":{"met":1,"planned":3}} = 3.333333`,
			`i.2.1 - of 0 {} = `,
			`i.2.2 1.429 of 20 {"formula":{"values":{"confirmed":{"met":true},"n":{"number":"1"}}}} = 1.429`,
			`i.2.3 4 of 3 {"counts":{"bonuses":2}} = 4`, `i.2.4 4.6875 of 15 {"peer":{"value":"12.5","best":"40"}} = 4.6875`,
			`ii.1 - of 0 {"history":{"before":"60"}} = `, `ii.2 - of 0 {} = `,
		},
	} {
		if diff := cmp.Diff(want, w.itemsOf(t, r.GetId(), agency)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", agency, diff)
		}
	}
}

// itemsOf returns the items of an agency's result as lines of text.
func (w *world) itemsOf(t *testing.T, run, agency string) (lines []string) {
	t.Helper()
	for _, i := range w.result(t, run, agency).GetItems() {
		points := "-"
		if i.Points != nil {
			points = i.GetPoints()
		}
		lines = append(lines, fmt.Sprintf("%s %s of %s %s = %s", i.GetItem(), points, i.GetStandardPoints(), compacted(t, i.GetInput()), i.GetExplanation().GetPoints()))
	}
	return lines
}

// An index above 100 is capped or stays as it is if the regulation says so, and the run
// can be presented. A capped index is explained by the one before the cap; ranks, class
// and statistics go by what counts (rule C7).
func TestExcess(t *testing.T) {
	for excess, want := range map[catalogv1.ExcessRule][]string{
		catalogv1.ExcessRule_EXCESS_RULE_CAPPED: {
			"1 u1: 100.000000 of 110.00 tot", "1 u2: 100.000000 tot", "mean 100.00 highest 100.00", "uncappedIndex 1",
		},
		catalogv1.ExcessRule_EXCESS_RULE_ALLOWED: {
			"1 u1: 110.000000 tot", "2 u2: 100.000000 tot", "mean 105.00 highest 110.00", "uncappedIndex 0",
		},
	} {
		c := familyCycle()
		c.Regulation.GetContent().Excess = excess
		// The best class ends at 100, and an index above it is in this class.
		c.Regulation.GetContent().GetCriteriaSets()[1].GetClasses()[0].High = &catalogv1.Class_To{To: "100"}
		w := newWorldOf(t, scoring.Config{}, c)
		w.heard(t)
		for year := range 2 {
			w.publishEarlier(t, strconv.Itoa(2024+year), "{agency: d1, index: 80}, {agency: d2, index: 80}, {agency: d3, index: 80}, {agency: d4, index: 80}", "")
		}
		fillFamilies(t, w.siblings)
		w.move(t, catalogv1.Phase_PHASE_PRESENTED)
		w.siblings.setOutcome(t, outcomeOf("u1", "districts", []outcomeItem{{Item: "i.1", Round: 2, Points: "11", Standard: "10", Input: json.RawMessage(`{"counts":{"bonuses":1}}`)}}))
		w.siblings.setOutcome(t, outcomeOf("u2", "districts", []outcomeItem{{Item: "i.1", Round: 2, Points: "10", Standard: "10", Input: json.RawMessage(`{"counts":{"deductions":1,"bonuses":1}}`)}}))
		r := w.createRun(t).GetId()
		if _, err := w.present(t, r); err != nil {
			t.Fatal(excess, err)
		}
		if _, err := w.publishRun(t, r, ""); err != nil {
			t.Fatal(excess, err)
		}
		l := w.leaderboard2026(t, "districts", "")
		var got []string
		for _, e := range l.GetEntries() {
			line := fmt.Sprintf("%d %s: %s", e.GetRank(), e.GetAgency(), e.GetIndexExact())
			if e.UncappedIndex != nil {
				line += " of " + e.GetUncappedIndex()
			}
			got = append(got, line+" "+e.GetClass())
		}
		got = append(got, "mean "+l.GetStatistics().GetMeanIndex()+" highest "+l.GetStatistics().GetHighest())
		var stored int
		if err := w.db.QueryRow(t.Context(), `select count(*) from scoring.figure where name = 'uncappedIndex' and value = 110`).Scan(&stored); err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint("uncappedIndex ", stored))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", excess, diff)
		}
		if e := w.result(t, r, "u1").GetEntry(); e.GetUncappedIndex() != l.GetEntries()[0].GetUncappedIndex() {
			t.Errorf("%s: the agency's own result says %q", excess, e.GetUncappedIndex())
		}
	}
}

// compacted returns a message as JSON without the spaces that protojson adds at random.
func compacted(t *testing.T, m proto.Message) string {
	t.Helper()
	text, err := protojson.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := json.Compact(&b, text); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The same figures are computed with big.Rat, which shares no code with the platform.
func TestRuleFamiliesAgainstFractions(t *testing.T) {
	w := newFamilyWorld(t)
	l := w.runLeaderboard(t, w.createRun(t).GetId(), "departments")
	ratio := func(text string) *big.Rat {
		r, ok := new(big.Rat).SetString(text)
		if !ok {
			t.Fatalf("%q is no fraction", text)
		}
		return r
	}
	of := func(do func(z, x, y *big.Rat) *big.Rat, x, y *big.Rat) *big.Rat { return do(new(big.Rat), x, y) }
	least := func(x, y *big.Rat) *big.Rat {
		if x.Cmp(y) < 0 {
			return x
		}
		return y
	}
	// round is half away from zero; nothing here is negative.
	round := func(x *big.Rat, unit string) *big.Rat {
		scaled := of((*big.Rat).Add, of((*big.Rat).Quo, x, ratio(unit)), ratio("1/2"))
		return of((*big.Rat).Mul, new(big.Rat).SetInt(new(big.Int).Quo(scaled.Num(), scaled.Denom())), ratio(unit))
	}
	// counted is max − n·step, 0 at least and left at most, and min(merits·bonus, cap).
	counted := func(most, n, step, left, merits, bonus, limit string) *big.Rat {
		kept := of((*big.Rat).Sub, ratio(most), of((*big.Rat).Mul, ratio(n), ratio(step)))
		if kept.Sign() < 0 {
			kept = new(big.Rat)
		}
		return of((*big.Rat).Add, least(kept, ratio(left)), least(of((*big.Rat).Mul, ratio(merits), ratio(bonus)), ratio(limit)))
	}
	// scaled is max × part ÷ whole.
	scaled := func(most, part, whole string) *big.Rat {
		return round(of((*big.Rat).Quo, of((*big.Rat).Mul, ratio(most), ratio(part)), ratio(whole)), "0.000001")
	}
	formula := func(n string) *big.Rat {
		return least(ratio("20"), round(of((*big.Rat).Quo, ratio(n+"0"), ratio("7")), "0.001"))
	}
	agencies := map[string]struct {
		points   []*big.Rat
		standard string
	}{
		"d1": {[]*big.Rat{
			counted("10", "1", "0.5", "10", "3", "0.75", "2"), scaled("10", "22", "22"),
			scaled("20", "2", "3"), formula("5"), counted("5", "0", "1", "5", "1", "0.5", "1"), scaled("15", "40", "40"), ratio("10"), ratio("10"),
		}, "100"},
		"d2": {[]*big.Rat{
			counted("10", "0", "0.5", "10", "0", "0.75", "2"), scaled("10", "14", "22"),
			scaled("20", "2", "2"), formula("20"), counted("5", "2", "1", "5", "3", "0.5", "1"), scaled("15", "0", "40"), ratio("5"),
		}, "100"},
		"d3": {[]*big.Rat{
			counted("10", "21", "0.5", "10", "1", "0.75", "2"),
			scaled("20", "2", "8"), counted("5", "6", "1", "5", "0", "0.5", "1"), scaled("15", "30", "40"), ratio("10"), ratio("5"),
		}, "90"},
		"d4": {[]*big.Rat{
			counted("10", "2", "0.5", "10", "0", "0.75", "2"), scaled("10", "1", "3"),
			formula("1"), counted("5", "0", "1", "3", "2", "0.5", "1"), scaled("15", "12.5", "40"),
		}, "58"},
	}
	for _, e := range l.GetEntries() {
		a, total := agencies[e.GetAgency()], new(big.Rat)
		for _, x := range a.points {
			total.Add(total, x)
		}
		index := round(of((*big.Rat).Quo, of((*big.Rat).Mul, total, ratio("100")), ratio(a.standard)), "0.000001")
		if want := index.FloatString(6); e.GetIndexExact() != want {
			t.Errorf("%s: index %s, by fractions %s", e.GetAgency(), e.GetIndexExact(), want)
		}
	}
}

// Earlier indices are found by year (rule Y8): not the next id in text order, and never
// that of the year before a year that was skipped. An agency with indices in two cycles
// of one year has the one that was published last.
func TestEarlierYears(t *testing.T) {
	c := familyCycle()
	for id, year := range map[string]int32{"a-2025": 2025, "z-2024": 2024, "b-2024": 2024, "tong-ket": 2023, "chi-so-2030": 2027} {
		c.Put(importedCycle(id, year))
	}
	w := newWorldOf(t, scoring.Config{}, c)
	w.heard(t)
	fillFamilies(t, w.siblings)
	all := func(index string) string {
		return fmt.Sprintf("{agency: d1, index: %[1]s}, {agency: d2, index: %[1]s}, {agency: d3, index: %[1]s}, {agency: d4, index: %[1]s}", index)
	}
	w.publishEarlier(t, "tong-ket", all("40"), "")
	w.publishEarlier(t, "chi-so-2030", all("99"), "")
	wanted := func(why, improvement, band string) {
		t.Helper()
		items := w.itemsOf(t, w.createRun(t).GetId(), "d1")
		if items[6] != improvement || items[7] != band {
			t.Errorf("%s: %s; %s", why, items[6], items[7])
		}
	}
	wanted("2025 and 2024 are missing", `ii.1 - of 0 {"history":{}} = `, `ii.2 - of 10 {} = `)
	w.publishEarlier(t, "z-2024", all("60"), "")
	wanted("2025 is missing", `ii.1 - of 0 {"history":{"before":"60"}} = `, `ii.2 - of 10 {} = `)
	w.publishEarlier(t, "a-2025", all("75"), "")
	wanted("both are there", `ii.1 10 of 10 {"history":{"latest":"75","before":"60"}} = 10`, `ii.2 5 of 10 {"percent":"75"} = 5`)
	w.Clock.Add(time.Second)
	w.publishEarlier(t, "b-2024", all("90"), "")
	wanted("2024 again, published later", `ii.1 0 of 10 {"history":{"latest":"75","before":"90"}} = 0`, `ii.2 5 of 10 {"percent":"75"} = 5`)
	answer, err := w.ListPublishedCycles(t.Context(), &scoringv1.ListPublishedCyclesRequest{PageSize: 2})
	var listed []string
	for err == nil {
		for _, p := range answer.GetPublishedCycles() {
			listed = append(listed, fmt.Sprint(p.GetYear(), " ", p.GetCycle()))
		}
		if answer.GetNextPageToken() == "" {
			break
		}
		answer, err = w.ListPublishedCycles(t.Context(), &scoringv1.ListPublishedCyclesRequest{PageSize: 2, PageToken: answer.GetNextPageToken()})
	}
	if got := strings.Join(listed, ", "); err != nil || got != "2027 chi-so-2030, 2025 a-2025, 2024 z-2024, 2024 b-2024, 2023 tong-ket" {
		t.Errorf("published: %s, %v", got, err)
	}
}

// A run freezes the earlier indices that it compares: a correction of an earlier year
// changes only later runs (rule G7).
func TestRunFreezesHistory(t *testing.T) {
	w := newFamilyWorld(t)
	history := func(r *scoringv1.Run) (all []*scoringv1.RunInput) {
		for _, in := range r.GetInputs() {
			if in.GetKind() == "HISTORY" {
				all = append(all, in)
			}
		}
		return all
	}
	current := func(cycle string) string {
		answer, err := w.GetCurrentPublication(t.Context(), &scoringv1.GetCurrentPublicationRequest{Authority: "soc-trang", Cycle: cycle})
		if err != nil {
			t.Fatal(err)
		}
		return answer.GetPublication().GetId()
	}
	first := w.createRun(t)
	if in := history(first); len(in) != 2 || in[0].GetId() != current("2025") || in[1].GetId() != current("2024") || len(in[0].GetSha256()) != 64 {
		t.Fatalf("compared with %v", in)
	}
	corrected := w.publishEarlier(t, "2025", departments2025("80.01"), "Đính chính")
	second := w.createRun(t)
	before, after := history(first), history(second)
	if after[0].GetId() != corrected || after[0].GetSha256() == before[0].GetSha256() || !proto.Equal(after[1], before[1]) {
		t.Errorf("compared with %v, before %v", after, before)
	}
	for run, want := range map[string]string{first.GetId(): "0 5", second.GetId(): "10 10"} {
		items := w.result(t, run, "d2").GetItems()
		if got := items[6].GetPoints() + " " + items[7].GetPoints(); got != want {
			t.Errorf("d2 has %s for improvement and the year before, want %s", got, want)
		}
		answer, err := w.RecomputeRun(w.coordinator(t), &scoringv1.RecomputeRunRequest{Authority: "soc-trang", Cycle: "2026", Run: run})
		if err != nil || !answer.GetSame() {
			t.Errorf("computed again: %v %v", answer, err)
		}
	}
}

// A band without an index of the latest cycle is a gap. An agency with more than its
// standard points is a gap too, and its figures are shown.
func TestRuleFamilyGaps(t *testing.T) {
	w := newFamilyWorld(t)
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	w.siblings.setOutcome(t, outcomeOf("d4", "departments", fed([]outcomeItem{
		{Item: "i.1.1", Round: 2, Points: "9", Standard: "10"}, {Item: "i.1.2", Round: 2, Points: "3", Standard: "10"},
	}, `{"peer":{"value":"1"}} - of 20`, `{"formula":{"values":{"confirmed":{"met":true},"n":{"number":"1"}}}} 1.429 of 20`,
		`{"counts":{"bonuses":2}} 6 of 5`, `{"peer":{"value":"12.5"}} - of 15`)))
	w.siblings.setOutcome(t, outcomeOf("u1", "districts", []outcomeItem{{Item: "i.1", Round: 2, Points: "11", Standard: "10", Input: json.RawMessage(`{"counts":{"bonuses":1}}`)}}))
	w.siblings.setOutcome(t, outcomeOf("u2", "districts", []outcomeItem{{Item: "i.1", Round: 2, Points: "10", Standard: "10", Input: json.RawMessage(`{"counts":{"deductions":1,"bonuses":1}}`)}}))
	r := w.createRun(t)
	var gaps []string
	for _, g := range r.GetGaps() {
		gaps = append(gaps, g.GetAgency()+"/"+g.GetItem()+" "+g.GetReason())
	}
	if diff := cmp.Diff([]string{"d4/ii.2 HISTORY_MISSING", "u1/ INDEX_ABOVE_100"}, gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	_, err := w.present(t, r.GetId())
	var listed []string
	for _, v := range wantFault(t, err, "RUN_INCOMPLETE") {
		listed = append(listed, v.Field+" "+v.Code)
	}
	if diff := cmp.Diff([]string{"d4/ii.2 HISTORY_MISSING", "u1 INDEX_ABOVE_100"}, listed); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}
	l := w.runLeaderboard(t, r.GetId(), "districts").GetEntries()
	if got := l[0].GetAgency() + " " + l[0].GetIndexExact() + ", " + l[1].GetAgency() + " " + l[1].GetIndexExact(); got != "u1 110.000000, u2 100.000000" {
		t.Errorf("the districts are %s", got)
	}
}

// A presented run is neither presented again nor published after a correction of an
// earlier year that it compares. A new run is, and its publication is recorded in catalog.
func TestPresentedRunIsOutdatedByHistory(t *testing.T) {
	w := newFamilyWorld(t)
	outdated := w.createRun(t).GetId()
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	if _, err := w.present(t, outdated); err != nil {
		t.Fatal(err)
	}
	w.publishEarlier(t, "2025", departments2025("80.01"), "Đính chính")
	_, err := w.present(t, outdated)
	wantFault(t, err, "RUN_OUTDATED")
	_, err = w.publishRun(t, outdated, "")
	wantFault(t, err, "RUN_OUTDATED")
	if v := w.recorded(t); v != 0 {
		t.Errorf("publication %d is recorded", v)
	}
	current := w.createRun(t).GetId()
	if _, err := w.present(t, current); err != nil {
		t.Fatal(err)
	}
	if _, err := w.publishRun(t, current, ""); err != nil {
		t.Fatal(err)
	}
	if v := w.recorded(t); v != 1 {
		t.Errorf("publication %d is recorded", v)
	}
}

// A publication that catalog did not confirm, because it or scoring was away, is
// confirmed in the background.
func TestPublicationIsConfirmedLater(t *testing.T) {
	w := newSmallWorld(t, "")
	if _, err := w.db.Exec(t.Context(), `insert into scoring.unconfirmed_publication values ('soc-trang', '2026', 1)`); err != nil {
		t.Fatal(err)
	}
	until(t, func() error {
		var left int
		if err := w.db.QueryRow(t.Context(), `select count(*) from scoring.unconfirmed_publication`).Scan(&left); err != nil {
			t.Fatal(err)
		}
		if v := w.recorded(t); v != 1 || left != 0 {
			return fmt.Errorf("catalog knows version %d in force, %d are unconfirmed", v, left)
		}
		return nil
	})
}

// recorded returns the version of the publication that is in force as catalog knows it.
func (w *world) recorded(t *testing.T) int32 {
	t.Helper()
	answer, err := w.catalog.GetCycle(t.Context(), &catalogv1.GetCycleRequest{Authority: "soc-trang", Cycle: "2026"})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetCycle().GetVersionInForce()
}
