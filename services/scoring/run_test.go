package scoring_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/audit"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
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

// newSmallWorld serves the small cycle with complete inputs. The max points of the
// departments are i.1.1 10 (SELF), i.1.2 5 (TARGETS), i.2.1 20 (FEED), ii.1.1 30
// (SURVEY), ii.1.2 30 (SATISFACTION), ii.2 5 (HISTORY). No agency has a history, so ii.2
// is wholly reduced and its domain is left out.
//
//	d1  10 + 5 + 20·1/1 + 30·0.85 + 30·20/24 = 10+5+20+25.5+25 = 85.5
//	    of 10+5+20+30+30 = 95: 90 exactly, which "above 90" leaves in class 2
//	d2  i.1.1 is reduced by 4: 6 of 6. 5·14/22 = 3.181818, 20·14/22 = 12.727273,
//	    30·0.5 = 15, 30·0.9 = 27: 63.909091 of 91 is 70.229770
//	d3  the same with 30·0.6 = 18 and 30·0.8 = 24: 63.909091 of 91 again
//	d4  i.1.1 0 of 10; i.1.2 not applicable; i.2.1 reduced by 17, so that of
//	    20·1/4 = 5 only the 3 left count; ii.1.1 not applicable, because too few
//	    people answered; 30·0.4 = 12: 15 of 43 is 34.883721
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
	s.setValue(t, "d1", "1", "1")
	s.setValue(t, "d2", "14", "22")
	s.setValue(t, "d3", "14", "22")
	s.setValue(t, "d4", "1", "4")
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
	for _, i := range answer.GetAgencyResult().GetItems() {
		if how := i.GetExplanation(); i.Points != nil && how != nil && how.GetPoints() != i.GetPoints() {
			t.Errorf("item %s of %s counts %s points, and is explained as %s", i.GetItem(), agency, i.GetPoints(), how.GetPoints())
		}
	}
	return answer.GetAgencyResult()
}

func (w *world) present(t *testing.T, run string) (*scoringv1.Run, error) {
	t.Helper()
	answer, err := w.PresentRun(w.coordinator(t), &scoringv1.PresentRunRequest{Authority: "soc-trang", Cycle: "2026", Run: run})
	return answer.GetRun(), err
}

func publishOf(run, notice string) *scoringv1.PublishRunRequest {
	return &scoringv1.PublishRunRequest{Authority: "soc-trang", Cycle: "2026", Run: run, DecisionNumber: "7/QĐ-UBND", DecisionDate: "2024-03-29", Notice: notice}
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

// wantStates checks the states of two runs.
func (w *world) wantStates(t *testing.T, one, state, other, otherState string) {
	t.Helper()
	for run, want := range map[string]string{one: state, other: otherState} {
		if got := strings.TrimPrefix(w.getRun(t, run).GetState().String(), "RUN_STATE_"); got != want {
			t.Errorf("run %s is %s, want %s", run, got, want)
		}
	}
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
