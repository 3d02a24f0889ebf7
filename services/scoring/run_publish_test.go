package scoring_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/parindex/parindex/libs/fault"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// Number and notice of a publication are cleaned: invisible characters, blank numbers
// and texts in legacy encodings are refused or removed.
func TestPublishRunTexts(t *testing.T) {
	w := newSmallWorld(t, "")
	run := w.createRun(t).GetId()
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	if _, err := w.present(t, run); err != nil {
		t.Fatal(err)
	}
	approver := w.as(t, authv1.Role_ROLE_APPROVER, "soc-trang")
	for _, tt := range []struct{ number, notice, want string }{
		{"  ", "", "decisionNumber TEXT_MISSING"},
		{"\u200b\u2060", "", "decisionNumber TEXT_MISSING"},
		{"7\x00/QĐ-UBND", "", "decisionNumber TEXT_UNPRINTABLE"},
		{"7\n/QĐ-UBND", "", "decisionNumber TEXT_NOT_ONE_LINE"},
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

// A published leaderboard tells each approved reduction with its points and its kind of
// reason, and so does that of the run before.
func TestReductionsArePublished(t *testing.T) {
	w := newSmallWorld(t, "")
	run := w.createRun(t).GetId()
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	if _, err := w.present(t, run); err != nil {
		t.Fatal(err)
	}
	if _, err := w.publishRun(t, run, ""); err != nil {
		t.Fatal(err)
	}
	published := &scoringv1.Leaderboard{}
	answer, err := w.GetLeaderboard(t.Context(), &scoringv1.GetLeaderboardRequest{Authority: "soc-trang", Cycle: "2026", Group: "departments"})
	must(t, err)
	must(t, protojson.Unmarshal(unzip(t, answer.GetBody().GetData()), published))
	for name, l := range map[string]*scoringv1.Leaderboard{"published": published, "of the run": w.runLeaderboard(t, run, "departments")} {
		got := map[string][]string{}
		for _, e := range l.GetEntries() {
			for _, r := range e.GetReductions() {
				got[e.GetAgency()] = append(got[e.GetAgency()], r.GetItem()+" "+r.GetPoints()+" "+r.GetReason())
				if r.GetName() == "" {
					t.Errorf("%s: %s has no name", name, r.GetItem())
				}
			}
		}
		want := map[string][]string{
			"d1": {"ii.2 5.00 OTHER"}, "d2": {"i.1.1 4.00 NO_TASK", "ii.2 5.00 OTHER"}, "d3": {"i.1.1 4.00 NO_TASK", "ii.2 5.00 OTHER"},
			"d4": {"i.2.1 10.00 NO_TASK", "i.2.1 7.00 OTHER", "ii.2 5.00 OTHER"},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Public reads work without the projection of the cycles; creating a run does not.
func TestPublicReadsWithoutCycles(t *testing.T) {
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
