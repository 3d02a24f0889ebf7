package scoring_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/fault"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	"github.com/parindex/parindex/services/scoring"
)

// until repeats check until it succeeds.
func until(t *testing.T, check func() error) {
	t.Helper()
	for end := time.Now().Add(enough); ; time.Sleep(5 * time.Millisecond) {
		err := check()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

var noHistory = outcomeReduction{"ii.2", "5", "OTHER"}

// The small cycle, complete. Max points of the departments are i.1.1 10 (SELF),
// i.1.2 5 (TARGETS), i.2.1 20 (FEED), ii.1.1 30 (SURVEY), ii.1.2 30
// (SATISFACTION), ii.2 5 (HISTORY). Nobody has a history: ii.2 is wholly reduced
// and its domain is nobody's.
//
//	d1  10 + 5 + 20·1/1 + 30·0.85 + 30·20/24 = 10+5+20+25.5+25 = 85.5
//	    of 10+5+20+30+30 = 95: 90 exactly, which "above 90" leaves in class 2
//	d2  i.1.1 is reduced by 4: 6 of 6. 5·14/22 = 3.181818, 20·14/22 = 12.727273,
//	    30·0.5 = 15, 30·0.9 = 27: 63.909091 of 91 is 70.229770
//	d3  the same with 30·0.6 = 18 and 30·0.8 = 24: 63.909091 of 91 again
//	d4  i.1.1 0 of 10; i.1.2 not applicable; i.2.1 reduced by 17, so that of
//	    20·1/4 = 5 the 3 that are left count; ii.1.1 not applicable, too few have
//	    answered; 30·0.4 = 12: 15 of 43 is 34.883721
//
// The mean is (90 + 2·70.229770 + 34.883721) / 4 = 66.335815, the gap 55.116279.
// Of the districts u1 has 9 of 10, exactly 90, which "from 90" takes; u2 8.99.
func newSmallWorld(t *testing.T, redisURL string) *world {
	t.Helper()
	w := newWorldOf(t, patient(redisURL), smallCycle())
	w.heard(t)
	fill(t, w.siblings)
	return w
}

func fill(t *testing.T, s *siblings) {
	t.Helper()
	full := func(of, points, ratio string) []outcomeItem {
		return []outcomeItem{
			{Item: "i.1.1", Round: 1, Points: of, Standard: of, Agreed: true, Input: json.RawMessage(`{"conditionsMet":{"ids":["a"]}}`), DecidedBy: "d5"},
			{Item: "i.1.2", Round: 2, Points: points, Standard: "5", Agreed: true, Input: json.RawMessage(ratio), DecidedBy: "d5"},
		}
	}
	s.setOutcome(t, outcomeOf("d1", "departments", full("10", "5", `{"ratio":{"done":"22","planned":"22"}}`), noHistory))
	for _, d := range []string{"d3", "d2"} {
		s.setOutcome(t, outcomeOf(d, "departments", full("6", "3.181818", `{"ratio":{"done":"14","planned":"22"}}`),
			outcomeReduction{"i.1.1", "4", "NO_TASK"}, noHistory))
	}
	s.setOutcome(t, outcomeOf("d4", "departments", []outcomeItem{
		{Item: "i.1.1", Round: 2, Points: "0", Standard: "10", ReasonCode: "LATE", Reason: "Ban hành <chậm> & thiếu", Input: json.RawMessage(`{"conditionsMet":{}}`), DecidedBy: "d1"},
		{Item: "i.1.2", Round: 2, Standard: "0", Agreed: true, Input: json.RawMessage(`{"ratio":{"done":"0","planned":"0"}}`), DecidedBy: "d5"},
	}, outcomeReduction{"i.2.1", "10", "NO_TASK"}, outcomeReduction{"i.2.1", "7", "OTHER"}, noHistory))
	for agency, points := range map[string]string{"u1": "9", "u2": "8.99"} {
		s.setOutcome(t, outcomeOf(agency, "districts", []outcomeItem{{Item: "i.1", Round: 2, Points: points, Standard: "10", ReasonCode: "OTHER"}}))
	}
	s.setValue("d1", "1", "1")
	s.setValue("d2", "14", "22")
	s.setValue("d3", "14", "22")
	s.setValue("d4", "1", "4")
	s.setClosed(t, "officials", []surveyResult{
		{Agency: "d1", Item: "ii.1.1", Issued: 40, Valid: 20, Method: "TOP_TWO", Value: "0.85"},
		{Agency: "d2", Item: "ii.1.1", Issued: 40, Valid: 20, Method: "TOP_TWO", Value: "0.5"},
		{Agency: "d3", Item: "ii.1.1", Issued: 40, Valid: 20, Method: "TOP_TWO", Value: "0.6"},
		{Agency: "d4", Item: "ii.1.1", Issued: 40, Valid: 2, Method: "TOP_TWO", Fallback: true},
	})
	s.setClosed(t, "sipas", []surveyResult{
		{Agency: "d1", Item: "ii.1.2", Issued: 30, Valid: 24, Method: "TOP_TWO", Value: "0.833333333333", Weight: "20", Answers: 24},
		{Agency: "d2", Item: "ii.1.2", Issued: 30, Valid: 20, Method: "TOP_TWO", Value: "0.9"},
		{Agency: "d3", Item: "ii.1.2", Issued: 30, Valid: 20, Method: "TOP_TWO", Value: "0.8"},
		{Agency: "d4", Item: "ii.1.2", Issued: 30, Valid: 20, Method: "TOP_TWO", Value: "0.4"},
	})
}

func (w *world) createRun(t *testing.T) *scoringv1.Run {
	t.Helper()
	answer, err := w.CreateRun(w.coordinator(t), &scoringv1.CreateRunRequest{Authority: "soc-trang", Cycle: "2026"})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetRun()
}

func (w *world) getRun(t *testing.T, id string) *scoringv1.Run {
	t.Helper()
	answer, err := w.GetRun(w.coordinator(t), &scoringv1.GetRunRequest{Authority: "soc-trang", Cycle: "2026", Run: id})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetRun()
}

func (w *world) runLeaderboard(t *testing.T, run, group string) *scoringv1.Leaderboard {
	t.Helper()
	answer, err := w.GetRunLeaderboard(w.coordinator(t), &scoringv1.GetRunLeaderboardRequest{Authority: "soc-trang", Cycle: "2026", Run: run, Group: group})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetLeaderboard()
}

func (w *world) result(t *testing.T, run, agency string) *scoringv1.AgencyResult {
	t.Helper()
	answer, err := w.GetAgencyResult(w.coordinator(t), &scoringv1.GetAgencyResultRequest{Authority: "soc-trang", Cycle: "2026", Run: run, Agency: agency})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetAgencyResult()
}

func (w *world) present(t *testing.T, run string) (*scoringv1.Run, error) {
	t.Helper()
	answer, err := w.PresentRun(w.coordinator(t), &scoringv1.PresentRunRequest{Authority: "soc-trang", Cycle: "2026", Run: run})
	return answer.GetRun(), err
}

func publishOf(run, notice string) *scoringv1.PublishRunRequest {
	return &scoringv1.PublishRunRequest{Authority: "soc-trang", Cycle: "2026", Run: run, DecisionNumber: "7/QĐ-UBND", DecisionDate: "2027-01-08", Notice: notice}
}

func (w *world) publishRun(t *testing.T, run, notice string) (*scoringv1.PublishedCycle, error) {
	t.Helper()
	answer, err := w.PublishRun(w.as(t, authv1.Role_ROLE_APPROVER, "soc-trang"), publishOf(run, notice))
	return answer.GetPublishedCycle(), err
}

// runs returns how many runs are stored.
func (w *world) runs(t *testing.T) (n int) {
	t.Helper()
	if err := w.db.QueryRow(t.Context(), `select count(*) from scoring.run`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// table is a leaderboard as lines of text.
func table(l *scoringv1.Leaderboard) []string {
	var lines []string
	for _, e := range l.GetEntries() {
		line := fmt.Sprintf("%d %s: %s = %s + %s (%s + %s) of %s, %s, class %s:", e.GetRank(), e.GetAgency(), e.GetTotalPoints(), e.GetSelfPoints(),
			e.GetSurveyPoints(), e.GetOfficialsPoints(), e.GetSatisfactionPoints(), e.GetStandardPoints(), e.GetIndexExact(), e.GetClass())
		parts := []string{line}
		for _, d := range e.GetDomains() {
			parts = append(parts, fmt.Sprintf("%s %s/%s %s", d.GetField(), d.GetPoints(), d.GetStandardPoints(), d.GetIndex()))
		}
		lines = append(lines, strings.Join(parts, " "))
	}
	s := l.GetStatistics()
	return append(lines, strings.Join([]string{s.GetMeanIndex(), s.GetHighest(), s.GetLowest(), s.GetGap()}, " "))
}

var (
	departments2026 = []string{
		"1 d1: 85.50 = 35.00 + 50.50 (25.50 + 25.00) of 95.00, 90.000000, class 2: steering 15.00/15.00 100.00 procedures 20.00/20.00 100.00 impact 50.50/60.00 84.17",
		"2 d2: 63.91 = 21.91 + 42.00 (15.00 + 27.00) of 91.00, 70.229770, class 2: steering 9.18/11.00 83.47 procedures 12.73/20.00 63.64 impact 42.00/60.00 70.00",
		"2 d3: 63.91 = 21.91 + 42.00 (18.00 + 24.00) of 91.00, 70.229770, class 2: steering 9.18/11.00 83.47 procedures 12.73/20.00 63.64 impact 42.00/60.00 70.00",
		"4 d4: 15.00 = 3.00 + 12.00 (0.00 + 12.00) of 43.00, 34.883721, class 3: steering 0.00/10.00 0.00 procedures 3.00/3.00 100.00 impact 12.00/30.00 40.00",
		"66.34 90.00 34.88 55.12",
	}
	districts2026 = []string{
		"1 u1: 9.00 = 9.00 + 0.00 (0.00 + 0.00) of 10.00, 90.000000, class tot: steering 9.00/10.00 90.00",
		"2 u2: 8.99 = 8.99 + 0.00 (0.00 + 0.00) of 10.00, 89.900000, class kha: steering 8.99/10.00 89.90",
		"89.95 90.00 89.90 0.10",
	}
)

// Rules G1 to G5, V5, C5b: the small cycle comes out as computed by hand above.
func TestARunComesOutAsComputedByHand(t *testing.T) {
	w := newSmallWorld(t, "")
	r := w.createRun(t)
	if len(r.GetGaps()) > 0 || r.GetNumber() != 1 || r.GetState() != scoringv1.RunState_RUN_STATE_COMPUTED || r.GetEngineVersion() != 2 ||
		r.GetPublication() != "" || r.GetPresentTime() != nil || !r.GetCreateTime().AsTime().Equal(today.Truncate(time.Microsecond)) {
		t.Errorf("run %v", r)
	}
	for group, want := range map[string][]string{"departments": departments2026, "districts": districts2026} {
		l := w.runLeaderboard(t, r.GetId(), group)
		if diff := cmp.Diff(want, table(l)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", group, diff)
		}
		if l.GetPublication() != nil {
			t.Errorf("%s has publication %v", group, l.GetPublication())
		}
		for _, e := range l.GetEntries() {
			for name, origin := range e.GetOrigins() {
				if origin != "COMPUTED" {
					t.Errorf("%s of %s is %s", name, e.GetAgency(), origin)
				}
			}
		}
	}
	if diff := cmp.Diff(r, w.getRun(t, r.GetId()), protoDiff); diff != "" {
		t.Errorf("created and read (-created +read):\n%s", diff)
	}
	var kinds []string
	for _, in := range r.GetInputs() {
		if len(in.GetSha256()) != 64 && in.GetKind() != "REGULATION" {
			t.Errorf("input %v", in)
		}
		kinds = append(kinds, in.GetKind()+" "+in.GetId())
	}
	want := []string{
		"REGULATION 2026", "MEMBERS soc-trang/2026",
		"OUTCOME d1", "OUTCOME d2", "OUTCOME d3", "OUTCOME d4", "OUTCOME u1", "OUTCOME u2",
		"REPORTED_VALUE d1/i.2.1", "REPORTED_VALUE d2/i.2.1", "REPORTED_VALUE d3/i.2.1", "REPORTED_VALUE d4/i.2.1",
		"SURVEY_RESULT officials", "SURVEY_RESULT sipas",
	}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("inputs (-want +got):\n%s", diff)
	}
	if n := w.counter(t, "parindex_runs_total"); n != 1 {
		t.Errorf("parindex_runs_total is %v", n)
	}
}

var protoDiff = cmp.Comparer(func(a, b *scoringv1.Run) bool { return proto.Equal(a, b) })

func (w *world) counter(t *testing.T, name string) float64 {
	t.Helper()
	families, err := w.Metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			return f.GetMetric()[0].GetCounter().GetValue()
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
}

// The same figures by fractions, which share no code with the platform's.
func TestARunAgainstFractions(t *testing.T) {
	w := newSmallWorld(t, "")
	l := w.runLeaderboard(t, w.createRun(t).GetId(), "departments")
	ratio := func(text string) *big.Rat {
		r, ok := new(big.Rat).SetString(text)
		if !ok {
			t.Fatalf("%q is no fraction", text)
		}
		return r
	}
	// round is half away from zero at 6 places; nothing here is negative.
	round := func(x *big.Rat) *big.Rat {
		scaled := new(big.Rat).Mul(x, ratio("1000000"))
		scaled.Add(scaled, ratio("1/2"))
		return new(big.Rat).SetFrac(new(big.Int).Quo(scaled.Num(), scaled.Denom()), big.NewInt(1_000_000))
	}
	// max × fraction, at most left, for each item that applies.
	type item struct{ most, fraction, left string }
	agencies := map[string][]item{
		"d1": {{"10", "1", "10"}, {"5", "22/22", "5"}, {"20", "1/1", "20"}, {"30", "0.85", "30"}, {"30", "20/24", "30"}},
		"d2": {{"10", "1", "6"}, {"5", "14/22", "5"}, {"20", "14/22", "20"}, {"30", "0.5", "30"}, {"30", "0.9", "30"}},
		"d3": {{"10", "1", "6"}, {"5", "14/22", "5"}, {"20", "14/22", "20"}, {"30", "0.6", "30"}, {"30", "0.8", "30"}},
		"d4": {{"10", "0", "10"}, {"20", "1/4", "3"}, {"30", "0.4", "30"}},
	}
	sum := new(big.Rat)
	for _, e := range l.GetEntries() {
		got, standard := new(big.Rat), new(big.Rat)
		for _, i := range agencies[e.GetAgency()] {
			points := round(new(big.Rat).Mul(ratio(i.most), ratio(i.fraction)))
			if points.Cmp(ratio(i.left)) > 0 {
				points = ratio(i.left)
			}
			got.Add(got, points)
			standard.Add(standard, ratio(i.left))
		}
		index := round(new(big.Rat).Mul(new(big.Rat).Quo(got, standard), ratio("100")))
		if want := index.FloatString(6); e.GetIndexExact() != want {
			t.Errorf("%s: index %s, by fractions %s", e.GetAgency(), e.GetIndexExact(), want)
		}
		sum.Add(sum, index)
	}
	if want := round(sum.Quo(sum, ratio("4"))).FloatString(2); l.GetStatistics().GetMeanIndex() != want {
		t.Errorf("mean %s, by fractions %s", l.GetStatistics().GetMeanIndex(), want)
	}
}

// Rule G8: every number explains itself.
func TestAnAgencyResultExplainsItself(t *testing.T) {
	w := newSmallWorld(t, "")
	run := w.createRun(t).GetId()
	lines := func(agency string) []string {
		var lines []string
		a := w.result(t, run, agency)
		for _, i := range a.GetItems() {
			points := "-"
			if i.Points != nil {
				points = i.GetPoints()
			}
			lines = append(lines, fmt.Sprintf("%s %s %s %s of %s−%s=%s %s steps %d %q by %q n=%d", i.GetItem(), i.GetField(), i.GetSourceKind(), points,
				i.GetMaxPoints(), i.GetReducedPoints(), i.GetStandardPoints(), compacted(t, i.GetInput()), len(i.GetExplanation().GetSteps()),
				i.GetReason(), i.GetDecidedBy(), i.GetResponses()))
		}
		return lines
	}
	want := []string{
		`i.1.1 steering SELF 0 of 10−0=10 {"conditionsMet":{}} steps 2 "Ban hành <chậm> & thiếu" by "d1" n=0`,
		`i.1.2 steering TARGETS - of 5−0=0 {"ratio":{"done":"0","planned":"0"}} steps 3 "" by "d5" n=0`,
		`i.2.1 procedures FEED 3 of 20−17=3 {"ratio":{"done":"1","planned":"4"}} steps 3 "" by "" n=0`,
		`ii.1.1 impact SURVEY - of 30−0=0 {} steps 0 "" by "" n=2`,
		`ii.1.2 impact SATISFACTION 12 of 30−0=30 {"value":"0.4"} steps 2 "" by "" n=20`,
		`ii.2 digital-government HISTORY - of 5−5=0 {} steps 0 "" by "" n=0`,
	}
	if diff := cmp.Diff(want, lines("d4")); diff != "" {
		t.Errorf("d4 (-want +got):\n%s", diff)
	}
	d2 := w.result(t, run, "d2")
	if e := d2.GetEntry(); d2.GetGroup() != "departments" || e.GetRank() != 2 || e.GetIndexExact() != "70.229770" || e.GetAgencyName() != "Cơ quan d2" {
		t.Errorf("entry %v", e)
	}
	feed := d2.GetItems()[2]
	if feed.GetName() != "Đúng hạn" || feed.GetPoints() != "12.727273" || feed.GetExplanation().GetPoints() != "12.727273" ||
		!strings.Contains(feed.GetExplanation().GetSteps()[2].GetVi(), "12,727273") {
		t.Errorf("item %v", feed)
	}
	// What was set directly has points and no facts; a code stands for missing words.
	u1 := w.result(t, run, "u1").GetItems()[0]
	if u1.GetPoints() != "9" || u1.GetInput() != nil || u1.GetExplanation() != nil || u1.GetReason() != "OTHER" {
		t.Errorf("item %v", u1)
	}
}

// Rule G2: a survey's points are rounded once. 1 of 768 is 0.001302083333 at 12
// places, of which 30 points would be 0.039062.
func TestASurveyIsRoundedOnce(t *testing.T) {
	w := newSmallWorld(t, "")
	w.siblings.setClosed(t, "officials", []surveyResult{
		{Agency: "d1", Item: "ii.1.1", Valid: 768, Method: "TOP_TWO", Value: "0.001302083333", Weight: "1", Answers: 768},
		{Agency: "d2", Item: "ii.1.1", Valid: 2, Method: "TOP_TWO", Value: "0", Fallback: true},
	})
	run := w.createRun(t).GetId()
	for agency, want := range map[string]string{
		"d1": `0.039063 {"ratio":{"done":"1","planned":"768"}} n=768`,
		"d2": `0 {"value":"0"} n=2`,
	} {
		i := w.result(t, run, agency).GetItems()[3]
		if got := fmt.Sprintf("%s %s n=%d", i.GetPoints(), compacted(t, i.GetInput()), i.GetResponses()); got != want {
			t.Errorf("%s: %s, want %s", agency, got, want)
		}
	}
}

// What is missing is a gap: the item counts 0, its standard points stay, and the
// run cannot be presented. An item that does not apply needs nothing.
func TestGaps(t *testing.T) {
	w := newSmallWorld(t, "")
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	for name, tt := range map[string]struct {
		spoil func(s *siblings)
		gaps  []string
		// d3 is what the run says of d3: total, standard.
		d3 string
	}{
		"no value":    {func(s *siblings) { s.change(func(s *siblings) { s.values = s.values[:2] }) }, []string{"d3/i.2.1 VALUE_NOT_REPORTED", "d4/i.2.1 VALUE_NOT_REPORTED"}, "51.18 91.00"},
		"survey open": {func(s *siblings) { s.setOpen("sipas", "ii.1.2") }, each("d1 d2 d3 d4", "/ii.1.2 SURVEY_NOT_CLOSED"), "39.91 91.00"},
		"in no plan":  {func(s *siblings) { s.change(func(s *siblings) { s.drop("officials") }) }, each("d1 d2 d3 d4", "/ii.1.1 ITEM_NOT_SURVEYED"), "45.91 91.00"},
		"not in the plan": {func(s *siblings) {
			s.setClosed(t, "officials", []surveyResult{{Agency: "d3", Item: "ii.1.1", Value: "0"}})
		}, each("d1 d2 d4", "/ii.1.1 ITEM_NOT_SURVEYED"), "45.91 91.00"},
		"history": {func(s *siblings) {
			s.setOutcome(t, outcomeOf("d3", "departments", []outcomeItem{
				{Item: "i.1.1", Points: "10", Standard: "10"}, {Item: "i.1.2", Points: "5", Standard: "5"},
			}))
		}, []string{"d3/ii.2 HISTORY_MISSING"}, "69.73 100.00"},
		"round 1 only": {func(s *siblings) {
			o := outcomeOf("d3", "departments", []outcomeItem{
				{Item: "i.1.1", Points: "10", Standard: "10"}, {Item: "i.1.2", Points: "5", Standard: "5"},
			}, noHistory)
			o.Final = false
			s.setOutcome(t, o)
		}, []string{"d3 OUTCOME_NOT_FINAL"}, "54.73 95.00"},
		"no outcome": {func(s *siblings) {
			s.change(func(s *siblings) {
				s.outcomes = slices.DeleteFunc(s.outcomes, func(o *appraisalv1.Outcome) bool { return o.GetAgency() == "d3" })
			})
		}, []string{"d3 OUTCOME_NOT_FINAL", "d3/ii.2 HISTORY_MISSING"}, "54.73 100.00"},
	} {
		t.Run(name, func(t *testing.T) {
			w.siblings.change(func(s *siblings) { s.outcomes, s.values, s.plans, s.snapshots = nil, nil, nil, nil })
			fill(t, w.siblings)
			tt.spoil(w.siblings)
			r := w.createRun(t)
			var gaps []string
			for _, g := range r.GetGaps() {
				gaps = append(gaps, strings.TrimSuffix(g.GetAgency()+"/"+g.GetItem(), "/")+" "+g.GetReason())
			}
			if diff := cmp.Diff(tt.gaps, gaps); diff != "" {
				t.Errorf("gaps (-want +got):\n%s", diff)
			}
			d3 := w.result(t, r.GetId(), "d3")
			if got := d3.GetEntry().GetTotalPoints() + " " + d3.GetEntry().GetStandardPoints(); got != tt.d3 {
				t.Errorf("d3 has %s, want %s", got, tt.d3)
			}
			_, err := w.present(t, r.GetId())
			var listed []string
			for _, v := range wantFault(t, err, "RUN_INCOMPLETE") {
				listed = append(listed, v.Field+" "+v.Code)
			}
			if diff := cmp.Diff(tt.gaps, listed); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
			if got := w.getRun(t, r.GetId()); got.GetState() != scoringv1.RunState_RUN_STATE_COMPUTED {
				t.Errorf("the run is %v", got.GetState())
			}
		})
	}
}

func each(agencies, what string) (all []string) {
	for a := range strings.FieldsSeq(agencies) {
		all = append(all, a+what)
	}
	return all
}

// Rule G7: the same inputs give the same bytes, in whatever order they come, and
// a run is computed again from what it froze, whatever became of the others.
func TestTheSameInputsGiveTheSameBytes(t *testing.T) {
	w := newSmallWorld(t, "")
	first := w.createRun(t)
	shuffled := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a recorded seed
	for range 20 {
		w.siblings.change(func(s *siblings) {
			shuffled.Shuffle(len(s.outcomes), func(i, j int) { s.outcomes[i], s.outcomes[j] = s.outcomes[j], s.outcomes[i] })
			shuffled.Shuffle(len(s.values), func(i, j int) { s.values[i], s.values[j] = s.values[j], s.values[i] })
			shuffled.Shuffle(len(s.plans), func(i, j int) { s.plans[i], s.plans[j] = s.plans[j], s.plans[i] })
		})
		r := w.createRun(t)
		if r.GetSha256() != first.GetSha256() || r.GetInputsSha256() != first.GetInputsSha256() {
			t.Fatalf("run %d: %s of %s, the first %s of %s", r.GetNumber(), r.GetSha256(), r.GetInputsSha256(), first.GetSha256(), first.GetInputsSha256())
		}
	}
	w.siblings.setValue("d1", "0", "1")
	w.rename("d2", "Tên mới")
	w.Clock.Add(2 * time.Minute) // the cycle is kept for one
	if other := w.createRun(t); other.GetSha256() == first.GetSha256() {
		t.Error("other inputs gave the same result")
	}
	w.StopAll()
	for range 20 {
		answer, err := w.RecomputeRun(w.coordinator(t), &scoringv1.RecomputeRunRequest{Authority: "soc-trang", Cycle: "2026", Run: first.GetId()})
		if err != nil || !answer.GetSame() || answer.GetSha256() != first.GetSha256() {
			t.Fatalf("computed again: %v %v", answer, err)
		}
	}
	if diff := cmp.Diff(departments2026, table(w.runLeaderboard(t, first.GetId(), "departments"))); diff != "" {
		t.Error(diff)
	}
}

// A sibling that is away keeps a run from being made, and nothing is stored.
func TestASiblingAway(t *testing.T) {
	for _, name := range []string{"catalog", "assessment", "appraisal", "survey"} {
		t.Run(name, func(t *testing.T) {
			w := newSmallWorld(t, "")
			w.Stop(name)
			id := newUUID()
			_, err := w.CreateRun(w.coordinator(t), &scoringv1.CreateRunRequest{Authority: "soc-trang", Cycle: "2026", RequestId: id})
			wantFault(t, err, "SERVICE_AWAY")
			var requests int
			if err := w.db.QueryRow(t.Context(), `select count(*) from scoring.request`).Scan(&requests); err != nil || requests+w.runs(t) != 0 {
				t.Errorf("%d requests, %d runs, %v", requests, w.runs(t), err)
			}
		})
	}
}

// What does not hold together is refused by name, and nothing is stored.
func TestInputsThatDoNotHold(t *testing.T) {
	w := newSmallWorld(t, "")
	of := func(agency string, how func(*outcomeContent)) func(*siblings) {
		return func(s *siblings) {
			o := outcomeOf(agency, "departments", []outcomeItem{{Item: "i.1.1", Points: "10", Standard: "10"}, {Item: "i.1.2", Points: "5", Standard: "5"}}, noHistory)
			how(&o)
			s.setOutcome(t, o)
		}
	}
	for name, tt := range map[string]struct {
		spoil func(s *siblings)
		code  string
		names string
	}{
		"no outcomes":      {func(s *siblings) { s.change(func(s *siblings) { s.outcomes = nil }) }, "NO_OUTCOMES", ""},
		"outcome altered":  {func(s *siblings) { s.change(func(s *siblings) { s.outcomes[0].Content[20] ^= 1 }) }, "INPUT_BROKEN", "OUTCOME d1"},
		"snapshot altered": {func(s *siblings) { s.change(func(s *siblings) { s.snapshots["sipas"].Content[20] ^= 1 }) }, "INPUT_BROKEN", "SURVEY_RESULT sipas"},
		"hash altered":     {func(s *siblings) { s.change(func(s *siblings) { s.outcomes[1].Sha256 = s.outcomes[0].GetSha256() }) }, "INPUT_BROKEN", "OUTCOME d3"},
		"other regulation": {of("d1", func(o *outcomeContent) { o.RegulationSHA256 = "bb" }), "INPUT_CONTRADICTORY", "OUTCOME d1"},
		"other cycle":      {of("d1", func(o *outcomeContent) { o.Cycle = "2025" }), "INPUT_CONTRADICTORY", "OUTCOME d1"},
		"item missing":     {of("d1", func(o *outcomeContent) { o.Items = o.Items[:1] }), "INPUT_CONTRADICTORY", "OUTCOME d1"},
		"standard points":  {of("d1", func(o *outcomeContent) { o.Items[0].Standard = "9" }), "INPUT_CONTRADICTORY", "OUTCOME d1"},
		"negative points":  {of("d1", func(o *outcomeContent) { o.Items[0].Points = "-1" }), "INPUT_CONTRADICTORY", "OUTCOME d1"},
		"reduced too much": {of("d1", func(o *outcomeContent) { o.Reductions[0].Points = "5.01" }), "INPUT_CONTRADICTORY", "OUTCOME d1"},
		"facts of none":    {of("d1", func(o *outcomeContent) { o.Items[0].Input = json.RawMessage(`{"guess":1}`) }), "INPUT_NOT_UNDERSTOOD", "OUTCOME d1"},
		"surveyed twice":   {func(s *siblings) { s.setClosed(t, "third", []surveyResult{{Agency: "d1", Item: "ii.1.1", Value: "1"}}) }, "INPUT_CONTRADICTORY", "SURVEY_RESULT third"},
		"value beyond 1": {func(s *siblings) {
			s.setClosed(t, "sipas", []surveyResult{{Agency: "d1", Item: "ii.1.2", Value: "1.1"}})
		}, "INPUT_CONTRADICTORY", "ii.1.2"},
		"weight beyond answers": {func(s *siblings) {
			s.setClosed(t, "sipas", []surveyResult{{Agency: "d1", Item: "ii.1.2", Value: "1", Weight: "10.01", Answers: 10}})
		}, "INPUT_CONTRADICTORY", "ii.1.2"},
		"value of no figure": {func(s *siblings) { s.change(func(s *siblings) { s.values[0].Input.GetRatio().Done = "x" }) }, "INPUT_NOT_UNDERSTOOD", "reported value"},
		"value twice":        {func(s *siblings) { s.change(func(s *siblings) { s.values = append(s.values, s.values[1]) }) }, "INPUT_CONTRADICTORY", "REPORTED_VALUE d2/i.2.1"},
		"rounds mixed":       {of("d1", func(o *outcomeContent) { o.Round = 1 }), "INPUTS_MOVED", ""},
		"nothing applies": {func(s *siblings) {
			s.setOutcome(t, outcomeOf("u2", "districts", []outcomeItem{{Item: "i.1", Standard: "0"}}))
		}, "RESULT_UNSOUND", "u2.standardPoints"},
	} {
		t.Run(name, func(t *testing.T) {
			w.siblings.change(func(s *siblings) { s.outcomes, s.values, s.plans, s.snapshots = nil, nil, nil, nil })
			fill(t, w.siblings)
			tt.spoil(w.siblings)
			_, err := w.CreateRun(w.coordinator(t), &scoringv1.CreateRunRequest{Authority: "soc-trang", Cycle: "2026"})
			wantFault(t, err, tt.code)
			if !strings.Contains(err.Error(), tt.names) {
				t.Errorf("%v does not name %s", err, tt.names)
			}
			if n := w.runs(t); n != 0 {
				t.Errorf("%d runs are stored", n)
			}
		})
	}
}

// A run is made from APPRAISAL_1 until the cycle is archived.
func TestWindowsOfRuns(t *testing.T) {
	w := newSmallWorld(t, "")
	run := w.createRun(t).GetId()
	act := map[string]func() error{
		"create": func() error {
			_, err := w.CreateRun(w.coordinator(t), &scoringv1.CreateRunRequest{Authority: "soc-trang", Cycle: "2026"})
			return err
		},
		"present": func() error { _, err := w.present(t, run); return err },
		"publish": func() error { _, err := w.publishRun(t, run, ""); return err },
	}
	for _, tt := range []struct {
		phase                    catalogv1.Phase
		create, present, publish string
	}{
		{catalogv1.Phase_PHASE_PREPARATION, "WINDOW_NOT_OPEN", "WINDOW_NOT_OPEN", "WINDOW_NOT_OPEN"},
		{catalogv1.Phase_PHASE_SELF_1, "WINDOW_NOT_OPEN", "WINDOW_NOT_OPEN", "WINDOW_NOT_OPEN"},
		{catalogv1.Phase_PHASE_APPRAISAL_1, "", "WINDOW_NOT_OPEN", "WINDOW_NOT_OPEN"},
		{catalogv1.Phase_PHASE_APPRAISAL_COUNCIL, "", "WINDOW_NOT_OPEN", "WINDOW_NOT_OPEN"},
		{catalogv1.Phase_PHASE_PRESENTED, "", "", ""},
		{catalogv1.Phase_PHASE_PUBLISHED, "", "RUN_PUBLISHED", "RUN_PUBLISHED"},
		{catalogv1.Phase_PHASE_REPORTED, "", "WINDOW_CLOSED", "WINDOW_CLOSED"},
		{catalogv1.Phase_PHASE_ARCHIVED, "WINDOW_CLOSED", "WINDOW_CLOSED", "WINDOW_CLOSED"},
	} {
		w.move(t, tt.phase)
		for _, a := range []struct{ name, want string }{{"create", tt.create}, {"present", tt.present}, {"publish", tt.publish}} {
			err := act[a.name]()
			if a.want == "" {
				if err != nil {
					t.Errorf("%s in %v: %v", a.name, tt.phase, err)
				}
				continue
			}
			wantFault(t, err, a.want)
		}
	}
	_, err := w.CreateRun(w.coordinator(t), &scoringv1.CreateRunRequest{Authority: "soc-trang", Cycle: "2031"})
	wantFault(t, err, "CYCLE_NOT_KNOWN")
	_, err = w.CreateRun(w.coordinator(t), &scoringv1.CreateRunRequest{Authority: "soc-trang", Cycle: "2025"})
	wantFault(t, err, "WINDOW_NOT_OPEN")
}

// COMPUTED → PRESENTED → PUBLISHED, corrections under notice (rule G11).
func TestPresentAndPublish(t *testing.T) {
	w := newSmallWorld(t, sharedRedis(t))
	a, b, c := w.createRun(t), w.createRun(t), w.createRun(t)
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	state := func(id string) string { return strings.TrimPrefix(w.getRun(t, id).GetState().String(), "RUN_STATE_") }
	_, err := w.publishRun(t, a.GetId(), "")
	wantFault(t, err, "RUN_NOT_PRESENTED")
	if r, err := w.present(t, a.GetId()); err != nil || r.GetState() != scoringv1.RunState_RUN_STATE_PRESENTED || r.GetPresentTime() == nil {
		t.Fatalf("presented: %v %v", r, err)
	}
	w.Clock.Add(time.Minute)
	if r, err := w.present(t, a.GetId()); err != nil || !r.GetPresentTime().AsTime().Equal(today.Truncate(time.Microsecond)) {
		t.Errorf("presented again: %v %v", r, err)
	}
	if _, err := w.present(t, b.GetId()); err != nil || state(a.GetId()) != "COMPUTED" || state(b.GetId()) != "PRESENTED" || w.getRun(t, a.GetId()).GetPresentTime() != nil {
		t.Fatalf("another presented: %v; a is %s, b is %s", err, state(a.GetId()), state(b.GetId()))
	}
	_, err = w.publishRun(t, b.GetId(), "có thông báo")
	wantFault(t, err, "NOTICE_UNEXPECTED")
	first, err := w.publishRun(t, b.GetId(), "  ")
	if err != nil {
		t.Fatal(err)
	}
	p := first.GetPublication()
	if p.GetVersion() != 1 || p.GetDecisionNumber() != "7/QĐ-UBND ngày 8/1, hội đồng" || p.GetDecisionDate() != "2027-01-08" || p.GetNotice() != "" || p.GetSource() != nil ||
		first.GetAuthorityName() != "Ủy ban nhân dân tỉnh Sóc Trăng" || first.GetCycleName() != "Năm 2026" || len(first.GetGroups()) != 2 {
		t.Errorf("published %v", first)
	}
	if got := w.getRun(t, b.GetId()); got.GetState() != scoringv1.RunState_RUN_STATE_PUBLISHED || got.GetPublication() != p.GetId() || got.GetPresentTime() == nil {
		t.Errorf("run %v", got)
	}
	for group, want := range map[string][]string{"departments": departments2026, "districts": districts2026} {
		if diff := cmp.Diff(want, table(w.leaderboard2026(t, group, p.GetId()))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", group, diff)
		}
	}
	_, err = w.publishRun(t, b.GetId(), "lần nữa")
	wantFault(t, err, "RUN_PUBLISHED")
	_, err = w.present(t, b.GetId())
	wantFault(t, err, "RUN_PUBLISHED")

	if _, err := w.present(t, c.GetId()); err != nil {
		t.Fatal(err)
	}
	w.move(t, catalogv1.Phase_PHASE_PUBLISHED)
	_, err = w.publishRun(t, c.GetId(), "")
	wantFault(t, err, "NOTICE_MISSING")
	second, err := w.publishRun(t, c.GetId(), "Đính chính số liệu")
	if err != nil || second.GetPublication().GetVersion() != 2 || second.GetPublication().GetNotice() != "Đính chính số liệu" {
		t.Fatalf("corrected: %v %v", second, err)
	}
	if got := w.leaderboard2026(t, "departments", p.GetId()).GetPublication(); got.GetVersion() != 1 {
		t.Errorf("the first publication is %v", got)
	}
	if got := w.leaderboard2026(t, "departments", "").GetPublication(); got.GetVersion() != 2 {
		t.Errorf("the standing publication is %v", got)
	}
	if n := w.known(t, "parindex_publications_current"); n != 1 {
		t.Errorf("%v cycles are published by the metric", n)
	}
	w.checkAudit(t)
}

// A run whose inputs have changed since it was computed is not presented, and the
// one presented before stays so; what is as it was again can be.
func TestAnOutdatedRunIsNotPresented(t *testing.T) {
	w := newSmallWorld(t, "")
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	before := w.createRun(t).GetId()
	if _, err := w.present(t, before); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(s *siblings){
		"value":   func(s *siblings) { s.setValue("d1", "0", "1") },
		"outcome": func(s *siblings) { s.change(func(s *siblings) { s.outcomes = s.outcomes[1:] }) },
		"survey":  func(s *siblings) { s.setClosed(t, "sipas", []surveyResult{{Agency: "d1", Item: "ii.1.2", Value: "1"}}) },
		"plan":    func(s *siblings) { s.setOpen("another", "ii.1.1") },
	} {
		t.Run(name, func(t *testing.T) {
			run := w.createRun(t).GetId()
			kept := w.siblings.copied()
			change(w.siblings)
			_, err := w.present(t, run)
			wantFault(t, err, "RUN_OUTDATED")
			w.wantStates(t, before, "PRESENTED", run, "COMPUTED")
			// The presented run lies before the committee as it is.
			if _, err := w.present(t, before); err != nil {
				t.Error(err)
			}
			w.siblings.change(func(s *siblings) {
				s.outcomes, s.values, s.plans, s.snapshots = kept.outcomes, kept.values, kept.plans, kept.snapshots
			})
			if _, err := w.present(t, run); err != nil {
				t.Error(err)
			}
			w.wantStates(t, before, "COMPUTED", run, "PRESENTED")
			before = run
		})
	}
	run := w.createRun(t).GetId()
	for _, name := range []string{"survey", "assessment", "appraisal"} {
		w.Stop(name)
		_, err := w.present(t, run)
		wantFault(t, err, "SERVICE_AWAY")
		w.wantStates(t, before, "PRESENTED", run, "COMPUTED")
	}
}

// wantStates checks where two runs stand.
func (w *world) wantStates(t *testing.T, one, is, other, stands string) {
	t.Helper()
	for run, want := range map[string]string{one: is, other: stands} {
		if got := strings.TrimPrefix(w.getRun(t, run).GetState().String(), "RUN_STATE_"); got != want {
			t.Errorf("run %s is %s, want %s", run, got, want)
		}
	}
}

// What people write of a publication is kept as it is read: no character that
// nobody sees, no blank number, no letters of an old font.
func TestTextsOfAPublication(t *testing.T) {
	w := newSmallWorld(t, "")
	run := w.createRun(t).GetId()
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	if _, err := w.present(t, run); err != nil {
		t.Fatal(err)
	}
	approver := w.as(t, authv1.Role_ROLE_APPROVER, "soc-trang")
	for _, tt := range []struct{ number, notice, want string }{
		{"  ", "", "decision_number TEXT_MISSING"},
		{"\u200b\u2060", "", "decision_number TEXT_MISSING"},
		{"7\x00/QĐ-UBND", "", "decision_number TEXT_UNPRINTABLE"},
		{"7\n/QĐ-UBND", "", "decision_number TEXT_NOT_ONE_LINE"},
		{"7/QĐ-UBND", "vì\x00", "notice TEXT_UNPRINTABLE"},
		{"7/QĐ-UBND", "vì\x1b[31m", "notice TEXT_UNPRINTABLE"},
		{"7/QĐ-UBND", "§Ýnh chÝnh ®iÓm", "notice TEXT_LEGACY_ENCODING"},
	} {
		req := publishOf(run, tt.notice)
		req.DecisionNumber = tt.number
		_, err := w.PublishRun(approver, req)
		if f, ok := errors.AsType[*fault.Fault](err); !ok || len(f.Violations) != 1 || f.Violations[0].Field+" "+f.Violations[0].Code != tt.want {
			t.Errorf("%q, %q: got %v, want %s", tt.number, tt.notice, err, tt.want)
		}
	}
	req := publishOf(run, " \u200b\n")
	req.DecisionNumber = "  7/Q\u0110-UBND\u200b ngày\u00a0 8/1, hô\u0323i đồng"
	published, err := w.PublishRun(approver, req)
	if p := published.GetPublishedCycle().GetPublication(); err != nil || p.GetDecisionNumber() != "7/QĐ-UBND ngày 8/1, hội đồng" || p.GetNotice() != "" {
		t.Errorf("%v %v", published, err)
	}
}

func (w *world) leaderboard2026(t *testing.T, group, publication string) *scoringv1.Leaderboard {
	t.Helper()
	var first []byte
	for range 2 { // from PostgreSQL and from Redis
		answer, err := w.GetLeaderboard(t.Context(), &scoringv1.GetLeaderboardRequest{Authority: "soc-trang", Cycle: "2026", Group: group, Publication: publication})
		if err != nil {
			t.Fatal(err)
		}
		if body := answer.GetBody().GetData(); first == nil {
			first = body
		} else if !bytes.Equal(first, body) {
			t.Error("two reads, two bodies")
		}
	}
	l := &scoringv1.Leaderboard{}
	if err := protojson.Unmarshal(unzip(t, first), l); err != nil {
		t.Fatal(err)
	}
	return l
}

// checkAudit checks the chains of the cycle and that they hold ids, counts and
// hashes only.
func (w *world) checkAudit(t *testing.T) {
	t.Helper()
	var actions []string
	for _, chain := range []string{"runs", "publications"} {
		resource := "authorities/soc-trang/cycles/2026/" + chain
		if err := audit.Verify(t.Context(), w.db, "scoring", resource); err != nil {
			t.Error(err)
		}
		records, err := audit.List(t.Context(), w.db, "scoring", resource, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			actions = append(actions, r.Action)
			if text, _ := r.Change.(json.RawMessage); strings.Contains(string(text), "Cơ quan") || len(text) == 0 {
				t.Errorf("%s: %s", r.Action, text)
			}
		}
	}
	want := strings.Fields("create-run create-run create-run present-run withdraw-run present-run publish-run present-run publish-run publish publish")
	if diff := cmp.Diff(want, actions); diff != "" {
		t.Errorf("audit (-want +got):\n%s", diff)
	}
}

// A request sent again gets its first answer, whatever became of the run since.
func TestTwiceWithOneRequestID(t *testing.T) {
	w := newSmallWorld(t, "")
	create := &scoringv1.CreateRunRequest{Authority: "soc-trang", Cycle: "2026", RequestId: newUUID()}
	first, err := w.CreateRun(w.coordinator(t), create)
	if err != nil {
		t.Fatal(err)
	}
	run := first.GetRun().GetId()
	other := w.createRun(t).GetId()
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	present := &scoringv1.PresentRunRequest{Authority: "soc-trang", Cycle: "2026", Run: run, RequestId: newUUID()}
	presented, err := w.PresentRun(w.coordinator(t), present)
	if err != nil {
		t.Fatal(err)
	}
	publish, approver := publishOf(run, ""), w.as(t, authv1.Role_ROLE_APPROVER, "soc-trang")
	publish.RequestId = newUUID()
	published, err := w.PublishRun(approver, publish)
	if err != nil {
		t.Fatal(err)
	}
	w.move(t, catalogv1.Phase_PHASE_ARCHIVED)
	w.Stop("appraisal")
	if again, err := w.CreateRun(w.coordinator(t), create); err != nil || !proto.Equal(again, first) {
		t.Errorf("created again: %v %v", again, err)
	}
	if again, err := w.PresentRun(w.coordinator(t), present); err != nil || !proto.Equal(again, presented) {
		t.Errorf("presented again: %v %v, at first %v", again, err, presented)
	}
	if again, err := w.PublishRun(approver, publish); err != nil || !proto.Equal(again, published) {
		t.Errorf("published again: %v %v", again, err)
	}
	create.Cycle, present.Run, publish.Notice = "2025", other, "khác"
	_, err = w.CreateRun(w.coordinator(t), create)
	wantFault(t, err, "REQUEST_ID_REUSED")
	_, err = w.PresentRun(w.coordinator(t), present)
	wantFault(t, err, "REQUEST_ID_REUSED")
	_, err = w.PublishRun(approver, publish)
	wantFault(t, err, "REQUEST_ID_REUSED")
	if n := w.runs(t); n != 2 || w.counter(t, "parindex_runs_total") != 2 {
		t.Errorf("%d runs, %v by the metric", n, w.counter(t, "parindex_runs_total"))
	}
}

// Twenty at once: one publication, and numbers without a gap.
func TestTwentyAtOnce(t *testing.T) {
	w := newSmallWorld(t, "")
	ctx, approver := w.coordinator(t), w.as(t, authv1.Role_ROLE_APPROVER, "soc-trang")
	twenty := func(act func() error) (codes map[string]int) {
		var all sync.WaitGroup
		var mu sync.Mutex
		codes = map[string]int{}
		for range 20 {
			all.Go(func() {
				err := act()
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					codes["ok"]++
				} else {
					codes[strings.SplitN(err.Error(), ":", 2)[0]]++
				}
			})
		}
		all.Wait()
		return codes
	}
	codes := twenty(func() error {
		_, err := w.CreateRun(ctx, &scoringv1.CreateRunRequest{Authority: "soc-trang", Cycle: "2026"})
		return err
	})
	list, err := w.ListRuns(ctx, &scoringv1.ListRunsRequest{Authority: "soc-trang", Cycle: "2026"})
	if err != nil || codes["ok"] != 20 || len(list.GetRuns()) != 20 || list.GetRuns()[0].GetNumber() != 20 {
		t.Fatalf("%v; %d runs, %v", codes, len(list.GetRuns()), err)
	}
	run := list.GetRuns()[0].GetId()
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	if _, err := w.present(t, run); err != nil {
		t.Fatal(err)
	}
	codes = twenty(func() error {
		_, err := w.PublishRun(approver, publishOf(run, ""))
		return err
	})
	if want := map[string]int{"ok": 1, "RUN_PUBLISHED": 19}; !maps.Equal(codes, want) {
		t.Errorf("got %v", codes)
	}
	var publications int
	if err := w.db.QueryRow(t.Context(), `select count(*) from scoring.publication`).Scan(&publications); err != nil || publications != 1 {
		t.Errorf("%d publications, %v", publications, err)
	}
}

func TestListRuns(t *testing.T) {
	w := newSmallWorld(t, "")
	for range 5 {
		w.createRun(t)
	}
	var numbers []int32
	req := &scoringv1.ListRunsRequest{Authority: "soc-trang", Cycle: "2026", PageSize: 2}
	for {
		answer, err := w.ListRuns(w.coordinator(t), req)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range answer.GetRuns() {
			numbers = append(numbers, r.GetNumber())
			if len(r.GetInputs()) > 0 || r.GetInputsSha256() == "" {
				t.Errorf("run %v", r)
			}
		}
		if req.PageToken = answer.GetNextPageToken(); req.GetPageToken() == "" {
			break
		}
		_, err = w.ListRuns(w.coordinator(t), &scoringv1.ListRunsRequest{Authority: "soc-trang", Cycle: "2025", PageToken: req.GetPageToken()})
		wantFault(t, err, "PAGE_TOKEN_INVALID")
	}
	if !slices.Equal(numbers, []int32{5, 4, 3, 2, 1}) {
		t.Errorf("got %v", numbers)
	}
}

// A run of another cycle or authority is not there.
func TestRunsThatAreNotThere(t *testing.T) {
	w := newSmallWorld(t, "")
	run := w.createRun(t).GetId()
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	everywhere := w.as(t, authv1.Role_ROLE_COORDINATOR, "")
	for _, at := range []struct{ authority, cycle, run string }{
		{"soc-trang", "2026", newUUID()}, {"soc-trang", "2025", run}, {"bac-kan", "2026", run},
	} {
		for name, read := range map[string]func() error{
			"GetRun": func() error {
				_, err := w.GetRun(everywhere, &scoringv1.GetRunRequest{Authority: at.authority, Cycle: at.cycle, Run: at.run})
				return err
			},
			"GetRunLeaderboard": func() error {
				_, err := w.GetRunLeaderboard(everywhere, &scoringv1.GetRunLeaderboardRequest{Authority: at.authority, Cycle: at.cycle, Run: at.run, Group: "districts"})
				return err
			},
			"GetAgencyResult": func() error {
				_, err := w.GetAgencyResult(everywhere, &scoringv1.GetAgencyResultRequest{Authority: at.authority, Cycle: at.cycle, Run: at.run, Agency: "d1"})
				return err
			},
			"RecomputeRun": func() error {
				_, err := w.RecomputeRun(everywhere, &scoringv1.RecomputeRunRequest{Authority: at.authority, Cycle: at.cycle, Run: at.run})
				return err
			},
		} {
			t.Run(name, func(t *testing.T) { wantFault(t, read(), "RUN_UNKNOWN") })
		}
	}
	_, err := w.present(t, newUUID())
	wantFault(t, err, "RUN_UNKNOWN")
	_, err = w.publishRun(t, newUUID(), "")
	wantFault(t, err, "RUN_UNKNOWN")
	for _, group := range []string{"communes", "nobody"} {
		_, err = w.GetRunLeaderboard(everywhere, &scoringv1.GetRunLeaderboardRequest{Authority: "soc-trang", Cycle: "2026", Run: run, Group: group})
		wantFault(t, err, "LEADERBOARD_UNKNOWN")
	}
	for _, agency := range []string{"d5", "nobody"} { // d5 is not scored
		_, err = w.GetAgencyResult(everywhere, &scoringv1.GetAgencyResultRequest{Authority: "soc-trang", Cycle: "2026", Run: run, Agency: agency})
		wantFault(t, err, "RESULT_UNKNOWN")
	}
}

// Who may what is the gate's: nothing is looked up for anybody else.
func TestRolesOfRuns(t *testing.T) {
	w := newWorldOf(t, scoring.Config{}, smallCycle())
	id := newUUID()
	readers := []authv1.Role{
		authv1.Role_ROLE_COORDINATOR, authv1.Role_ROLE_APPRAISAL_COUNCIL_MEMBER, authv1.Role_ROLE_APPROVER, authv1.Role_ROLE_INSPECTOR,
	}
	for name, rpc := range map[string]struct {
		call  func(ctx context.Context) error
		roles []authv1.Role
	}{
		"CreateRun": {func(ctx context.Context) error {
			_, err := w.CreateRun(ctx, &scoringv1.CreateRunRequest{Authority: "soc-trang", Cycle: "2026"})
			return err
		}, readers[:1]},
		"PresentRun": {func(ctx context.Context) error {
			_, err := w.PresentRun(ctx, &scoringv1.PresentRunRequest{Authority: "soc-trang", Cycle: "2026", Run: id})
			return err
		}, readers[:1]},
		"PublishRun": {func(ctx context.Context) error { _, err := w.PublishRun(ctx, publishOf(id, "")); return err }, readers[2:3]},
		"GetRun": {func(ctx context.Context) error {
			_, err := w.GetRun(ctx, &scoringv1.GetRunRequest{Authority: "soc-trang", Cycle: "2026", Run: id})
			return err
		}, readers},
		"ListRuns": {func(ctx context.Context) error {
			_, err := w.ListRuns(ctx, &scoringv1.ListRunsRequest{Authority: "soc-trang", Cycle: "2026"})
			return err
		}, readers},
		"GetRunLeaderboard": {func(ctx context.Context) error {
			_, err := w.GetRunLeaderboard(ctx, &scoringv1.GetRunLeaderboardRequest{Authority: "soc-trang", Cycle: "2026", Run: id, Group: "x"})
			return err
		}, readers},
		"GetAgencyResult": {func(ctx context.Context) error {
			_, err := w.GetAgencyResult(ctx, &scoringv1.GetAgencyResultRequest{Authority: "soc-trang", Cycle: "2026", Run: id, Agency: "x"})
			return err
		}, readers},
		"RecomputeRun": {func(ctx context.Context) error {
			_, err := w.RecomputeRun(ctx, &scoringv1.RecomputeRunRequest{Authority: "soc-trang", Cycle: "2026", Run: id})
			return err
		}, readers},
	} {
		for _, number := range slices.Sorted(maps.Keys(authv1.Role_name)) {
			role := authv1.Role(number)
			denied := code(rpc.call(w.as(t, role, "soc-trang"))) == "NOT_ALLOWED"
			if denied == slices.Contains(rpc.roles, role) {
				t.Errorf("%s as %v: denied is %v", name, role, denied)
			}
			if got := code(rpc.call(w.as(t, role, "bac-kan"))); got != "NOT_ALLOWED" {
				t.Errorf("%s as %v elsewhere: %s", name, role, got)
			}
		}
		if got := code(rpc.call(t.Context())); got == "" || got == "RUN_UNKNOWN" {
			t.Errorf("%s without a token: %q", name, got)
		}
	}
}

// What is public is served whatever is known of cycles; a run needs its cycle.
func TestPublicReadsNeedNoProjection(t *testing.T) {
	w := newSmallWorld(t, "")
	run := w.createRun(t).GetId()
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	if _, err := w.present(t, run); err != nil {
		t.Fatal(err)
	}
	if _, err := w.publishRun(t, run, ""); err != nil {
		t.Fatal(err)
	}
	w.Stop("catalog")
	if _, err := w.db.Exec(t.Context(), `delete from scoring.cycle_window`); err != nil {
		t.Fatal(err)
	}
	if _, err := w.db.Exec(t.Context(), `update scoring.projection_state set complete_time = null`); err != nil {
		t.Fatal(err)
	}
	wantFault(t, w.Service.Ready(t.Context()), "CYCLES_NOT_LOADED")
	w.leaderboard2026(t, "departments", "")
	if list, err := w.ListPublishedCycles(t.Context(), &scoringv1.ListPublishedCyclesRequest{}); err != nil || len(list.GetPublishedCycles()) != 1 {
		t.Errorf("%v %v", list, err)
	}
	if _, err := w.GetCurrentPublication(t.Context(), &scoringv1.GetCurrentPublicationRequest{Authority: "soc-trang", Cycle: "2026"}); err != nil {
		t.Error(err)
	}
	w.getRun(t, run)
	_, err := w.CreateRun(w.coordinator(t), &scoringv1.CreateRunRequest{Authority: "soc-trang", Cycle: "2026"})
	wantFault(t, err, "CYCLE_NOT_KNOWN")
}

// What breaks in between leaves nothing: here the last statement of each
// transaction fails.
func TestARunThatBreaksOffLeavesNothing(t *testing.T) {
	w := newSmallWorld(t, "")
	run := w.createRun(t).GetId()
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	if _, err := w.present(t, run); err != nil {
		t.Fatal(err)
	}
	exec := func(sql string) {
		t.Helper()
		if _, err := w.db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	exec(`create function scoring.fall() returns trigger language plpgsql as $$ begin raise exception 'fallen'; end $$`)
	exec(`create trigger fall before insert on scoring.audit_entry for each row execute function scoring.fall()`)
	id := newUUID()
	if _, err := w.CreateRun(w.coordinator(t), &scoringv1.CreateRunRequest{Authority: "soc-trang", Cycle: "2026", RequestId: id}); err == nil {
		t.Error("created")
	}
	if _, err := w.publishRun(t, run, ""); err == nil {
		t.Error("published")
	}
	for _, table := range []string{"publication", "leaderboard", "result", "figure", "current_publication", "request"} {
		var n int
		if err := w.db.QueryRow(t.Context(), `select count(*) from scoring.`+table).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d rows of %s, %v", n, table, err)
		}
	}
	if n := w.runs(t); n != 1 || w.getRun(t, run).GetState() != scoringv1.RunState_RUN_STATE_PRESENTED {
		t.Errorf("%d runs", n)
	}
	exec(`drop trigger fall on scoring.audit_entry`)
	if r, err := w.CreateRun(w.coordinator(t), &scoringv1.CreateRunRequest{Authority: "soc-trang", Cycle: "2026", RequestId: id}); err != nil || r.GetRun().GetNumber() != 2 {
		t.Errorf("sent again: %v %v", r, err)
	}
	if _, err := w.publishRun(t, run, ""); err != nil {
		t.Error(err)
	}
}

// The database keeps what is true of runs by itself.
func TestTheDatabaseKeepsRuns(t *testing.T) {
	w := newSmallWorld(t, "")
	run, other := w.createRun(t).GetId(), w.createRun(t).GetId()
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	if _, err := w.present(t, run); err != nil {
		t.Fatal(err)
	}
	columns := `id, authority, cycle, number, engine_version, inputs, inputs_sha256, input_list, result, sha256, gaps, create_time, state, present_time`
	copied := func(changes string) string {
		return `insert into scoring.run (` + columns + `)
			select (jsonb_populate_record(r, '{"id": "` + newUUID() + `", "number": 9, "state": "COMPUTED", "present_time": null` + changes + `}')).*
			from scoring.run r where id = '` + run + `'`
	}
	published := func() string {
		return `insert into scoring.publication (id, authority, authority_name, cycle, cycle_name, version, decision_number, decision_date, notice, publish_time, run_id) values `
	}
	for _, tt := range []struct{ sql, constraint string }{
		{`delete from scoring.run`, "run_stays"},
		{`truncate scoring.run cascade`, "run_stays"},
		{`update scoring.run set result = 'x'`, "run_stays"},
		{`update scoring.run set inputs = 'x'`, "run_stays"},
		{`update scoring.run set gaps = '[]'`, "run_stays"},
		{copied(`, "id": "` + run + `"`), "run_pkey"},
		{copied(`, "number": 1`), "run_number_key"},
		{copied(`, "number": 0`), "run_number_counts"},
		{copied(`, "engine_version": 0`), "run_engine_version_counts"},
		{copied(`, "inputs": "\\x00"`), "run_inputs_hash"},
		{copied(`, "result": "\\x00"`), "run_result_hash"},
		{copied(`, "state": "SIMULATED", "present_time": "2026-01-01"`), "run_state_known"},
		{copied(`, "state": "PUBLISHED"`), "run_present_time_of_state"},
		{copied(`, "state": "PUBLISHED", "present_time": "2026-01-01", "gaps": [1]`), "run_complete_when_presented"},
		{`update scoring.run set state = 'PRESENTED', present_time = now() where id = '` + other + `'`, "run_presented_key"},
		{published() + `(gen_random_uuid(), 'soc-trang', 'x', '2026', 'x', 1, 'x', '2026-01-01', '', now(), null)`, "publication_origin"},
		{published() + `(gen_random_uuid(), 'soc-trang', 'x', '2025', 'x', 1, 'x', '2026-01-01', '', now(), '` + run + `')`, "publication_run_fkey"},
		{
			published() + `(gen_random_uuid(), 'soc-trang', 'x', '2026', 'x', 1, 'x', '2026-01-01', '', now(), '` + run + `'),
			(gen_random_uuid(), 'soc-trang', 'x', '2026', 'x', 2, 'x', '2026-01-01', 'n', now(), '` + run + `')`, "publication_run_key",
		},
	} {
		_, err := w.db.Exec(t.Context(), tt.sql)
		if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.ConstraintName != tt.constraint {
			t.Errorf("%s\ngot %v, want %s", tt.sql, err, tt.constraint)
		}
	}
	if _, err := w.publishRun(t, run, ""); err != nil {
		t.Fatal(err)
	}
	_, err := w.db.Exec(t.Context(), `update scoring.run set state = 'COMPUTED', present_time = null where id = $1`, run)
	if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.ConstraintName != "run_published_stays" {
		t.Errorf("got %v", err)
	}
}

// Whoever owns the database can alter a result with its hash; computing again
// tells.
func TestAnAlteredResultIsSeen(t *testing.T) {
	w := newSmallWorld(t, "")
	run := w.createRun(t)
	for _, sql := range []string{
		`alter table scoring.run disable trigger run_stays`,
		`update scoring.run set result = convert_to(replace(convert_from(result, 'UTF8'), '"85.5"', '"86.5"'), 'UTF8'),
			sha256 = sha256(convert_to(replace(convert_from(result, 'UTF8'), '"85.5"', '"86.5"'), 'UTF8'))`,
	} {
		if _, err := w.db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	answer, err := w.RecomputeRun(w.coordinator(t), &scoringv1.RecomputeRunRequest{Authority: "soc-trang", Cycle: "2026", Run: run.GetId()})
	if err != nil || answer.GetSame() || answer.GetSha256() != run.GetSha256() {
		t.Errorf("%v %v", answer, err)
	}
}

func TestRunsWithPostgreSQLAway(t *testing.T) {
	w := newWorldAt(t, "host=/nowhere user=x dbname=x", scoring.Config{}, today, smallCycle())
	_, err := w.CreateRun(w.coordinator(t), &scoringv1.CreateRunRequest{Authority: "soc-trang", Cycle: "2026", RequestId: newUUID()})
	wantFault(t, err, "STORAGE_AWAY")
	_, err = w.ListRuns(w.coordinator(t), &scoringv1.ListRunsRequest{Authority: "soc-trang", Cycle: "2026"})
	wantFault(t, err, "STORAGE_AWAY")
	_, err = w.present(t, newUUID())
	wantFault(t, err, "STORAGE_AWAY")
	_, err = w.publishRun(t, newUUID(), "")
	wantFault(t, err, "STORAGE_AWAY")
}
