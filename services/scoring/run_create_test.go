package scoring_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/cycle/cycletest"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// The figures of the small cycle are those computed by hand at newSmallWorld (rules G1
// to G5, V5, C5b).
func TestCreateRun(t *testing.T) {
	w := newSmallWorld(t, "")
	r := w.createRun(t)
	if len(r.GetGaps()) > 0 || r.GetNumber() != 1 || r.GetState() != scoringv1.RunState_RUN_STATE_COMPUTED || r.GetEngineVersion() != 1 ||
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
		"SURVEY_RESULT officials", "SURVEY_RESULT sipas",
	}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("inputs (-want +got):\n%s", diff)
	}
	if n := w.counter(t, "parindex_runs_total"); n != 1 {
		t.Errorf("parindex_runs_total is %v", n)
	}
}

// The same figures are computed with big.Rat, which shares no code with the platform.
func TestCreateRunAgainstFractions(t *testing.T) {
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

// The points of a survey are rounded once (rule G2). 1 of 768 is 0.001302083333 at 12
// places, of which 30 points would be 0.039062.
func TestSurveyPointsAreRoundedOnce(t *testing.T) {
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

// A missing input is a gap: the item counts 0, its standard points stay, and the run
// cannot be presented. An item that does not apply needs no input.
func TestRunGaps(t *testing.T) {
	w := newSmallWorld(t, "")
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	for name, tt := range map[string]struct {
		spoil func(s *siblings)
		gaps  []string
		// d3 is what the run says of d3: total, standard.
		d3 string
	}{
		"survey open": {func(s *siblings) { s.setOpen("sipas", "ii.1.2") }, each("d1 d2 d3 d4", "/ii.1.2 SURVEY_NOT_CLOSED"), "39.91 91.00"},
		"in no plan":  {func(s *siblings) { s.change(func(s *siblings) { s.drop("officials") }) }, each("d1 d2 d3 d4", "/ii.1.1 ITEM_NOT_SURVEYED"), "45.91 91.00"},
		"cancelled":   {func(s *siblings) { s.setCancelled("officials", "ii.1.1") }, each("d1 d2 d3 d4", "/ii.1.1 ITEM_NOT_SURVEYED"), "45.91 91.00"},
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
		}, []string{"d3 OUTCOME_NOT_FINAL"}, "42.00 95.00"},
		"back after the approval": {func(s *siblings) {
			s.setOutcome(t, outcomeOf("d3", "departments", []outcomeItem{
				{Item: "i.1.1", Points: "0", Standard: "10", ReasonCode: "NOT_APPRAISED"}, {Item: "i.1.2", Points: "5", Standard: "5"},
			}, noHistory))
		}, []string{"d3/i.1.1 ITEM_UNDECIDED"}, "59.73 95.00"},
		"no outcome": {func(s *siblings) {
			s.change(func(s *siblings) {
				s.outcomes = slices.DeleteFunc(s.outcomes, func(o *appraisalv1.Outcome) bool { return o.GetAgency() == "d3" })
			})
		}, []string{"d3 OUTCOME_NOT_FINAL", "d3/ii.2 HISTORY_MISSING"}, "42.00 100.00"},
	} {
		t.Run(name, func(t *testing.T) {
			w.siblings.change(func(s *siblings) { s.outcomes, s.said, s.values, s.plans, s.snapshots = nil, nil, nil, nil, nil })
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

// A run lists its first gaps and counts all of them, so that no answer grows with the
// authority.
func TestManyGaps(t *testing.T) {
	c := smallCycle()
	for i := range 60 {
		c.Agencies = append(c.Agencies, cycletest.Member(fmt.Sprintf("e%02d", i), "Cơ quan", "departments"))
	}
	w := newWorldOf(t, patient(""), c)
	w.heard(t)
	fill(t, w.siblings)
	r := w.createRun(t)
	// Each has no outcome, two items without a survey and none of the year before.
	if len(r.GetGaps()) != 100 || r.GetGapCount() != 240 {
		t.Errorf("%d of %d gaps, want 100 of 240", len(r.GetGaps()), r.GetGapCount())
	}
	first := r.GetGaps()[0]
	if first.GetAgency() != "e00" || first.GetReason() != "OUTCOME_NOT_FINAL" {
		t.Errorf("the first gap is %v", first)
	}
	listed, err := w.ListRuns(w.coordinator(t), &scoringv1.ListRunsRequest{Authority: "soc-trang", Cycle: "2026"})
	if err != nil || len(listed.GetRuns()) != 1 || len(listed.GetRuns()[0].GetInputs()) != 0 {
		t.Fatalf("%v, %v", listed, err)
	}
	r.Inputs = nil
	if got := listed.GetRuns()[0]; !proto.Equal(r, got) {
		t.Errorf("listed %v, want %v", got, r)
	}
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	_, err = w.present(t, r.GetId())
	if listed := wantFault(t, err, "RUN_INCOMPLETE"); len(listed) != 100 {
		t.Errorf("%d violations", len(listed))
	}
}

func each(agencies, what string) (all []string) {
	for a := range strings.FieldsSeq(agencies) {
		all = append(all, a+what)
	}
	return all
}

// If another service is unavailable, no run is created and nothing is stored.
func TestCreateRunServiceAway(t *testing.T) {
	for _, name := range []string{"catalog", "appraisal", "survey"} {
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

// Inputs that contradict each other are refused and named, and nothing is stored.
func TestCreateRunRefusesInputs(t *testing.T) {
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
		// A plan was reopened between the list of plans and its result.
		"plan reopened": {func(s *siblings) { s.change(func(s *siblings) { delete(s.snapshots, "sipas") }) }, "INPUTS_MOVED", ""},
		"rounds mixed":  {of("d1", func(o *outcomeContent) { o.Round = 1 }), "INPUTS_MOVED", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w.siblings.change(func(s *siblings) { s.outcomes, s.said, s.values, s.plans, s.snapshots = nil, nil, nil, nil, nil })
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

// Agencies that are not scored, have left the cycle, or to which nothing applies are
// listed with the reason, without index, rank and class. Presenting waits for nothing of
// theirs (rules C1, C1b).
func TestUnranked(t *testing.T) {
	w := newSmallWorld(t, "")
	before := w.createRun(t).GetId()
	w.catalog.Change(func() {
		for i, m := range w.catalog.Agencies {
			switch a := m.GetAgency(); a.GetId() {
			case "d4":
				w.catalog.Agencies[i] = cycletest.Left("d4", a.GetName(), "departments", "Sáp nhập vào d3")
			case "d5":
				w.catalog.Agencies[i] = cycletest.NotScored("d5", a.GetName(), "departments", "Mới thành lập")
			}
		}
	})
	w.catalog.ChangeCycle("soc-trang", "2026", func(*catalogv1.Cycle) {})
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	_, err := w.present(t, before)
	wantFault(t, err, "RUN_OUTDATED")
	w.siblings.change(func(s *siblings) {
		s.outcomes = slices.DeleteFunc(s.outcomes, func(o *appraisalv1.Outcome) bool { return o.GetAgency() == "d4" })
	})
	for _, agency := range []string{"u1", "u2"} {
		w.siblings.setOutcome(t, outcomeOf(agency, "districts", []outcomeItem{{Item: "i.1", Standard: "0"}}))
	}
	run := w.createRun(t)
	if len(run.GetGaps()) > 0 {
		t.Fatalf("gaps %v", run.GetGaps())
	}
	if _, err := w.present(t, run.GetId()); err != nil {
		t.Fatal(err)
	}
	published, err := w.publishRun(t, run.GetId(), "")
	if err != nil {
		t.Fatal(err)
	}
	for group, want := range map[string][]string{
		"departments": {"1 d1", "2 d2", "2 d3", "d4 Cơ quan d4: Sáp nhập vào d3", "d5 Cơ quan d5: Mới thành lập"},
		"districts": {
			"u1 Cơ quan u1: Không có nội dung nào của bộ tiêu chí áp dụng cho cơ quan, đơn vị này.",
			"u2 Cơ quan u2: Không có nội dung nào của bộ tiêu chí áp dụng cho cơ quan, đơn vị này.",
		},
	} {
		var got []string
		l := w.leaderboard2026(t, group, published.GetPublication().GetId())
		for _, e := range l.GetEntries() {
			got = append(got, fmt.Sprint(e.GetRank(), " ", e.GetAgency()))
		}
		for _, u := range l.GetUnranked() {
			got = append(got, u.GetAgency()+" "+u.GetAgencyName()+": "+u.GetReason())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", group, diff)
		}
	}
	answer, err := w.RecomputeRun(w.coordinator(t), &scoringv1.RecomputeRunRequest{Authority: "soc-trang", Cycle: "2026", Run: run.GetId()})
	if err != nil || !answer.GetSame() {
		t.Errorf("computed again: %v %v", answer, err)
	}
}
