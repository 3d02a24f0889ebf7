package scoring_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/parindex/parindex/libs/auth"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// A run is presented, published, and corrected with a notice (rule G11).
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
	for date, want := range map[string]string{
		"2026-02-31": "DATE_NOT_REAL", "0000-12-31": "DATE_NOT_REAL", "9999-12-31": "DATE_NOT_REAL", "1945-09-01": "DATE_OUT_OF_RANGE", "2024-04-02": "DATE_OUT_OF_RANGE",
	} {
		request := publishOf(b.GetId(), "")
		request.DecisionDate = date
		_, err := w.PublishRun(w.as(t, authv1.Role_ROLE_APPROVER, "soc-trang"), request)
		if v := wantFault(t, err, "BAD_REQUEST"); len(v) != 1 || v[0].Field != "decisionDate" || v[0].Code != want {
			t.Errorf("decided on %s: %v", date, v)
		}
	}
	_, err = w.publishRun(t, b.GetId(), "có thông báo")
	wantFault(t, err, "NOTICE_UNEXPECTED")
	first, err := w.publishRun(t, b.GetId(), "  ")
	if err != nil {
		t.Fatal(err)
	}
	p := first.GetPublication()
	if p.GetVersion() != 1 || p.GetDecisionNumber() != "7/QĐ-UBND" || p.GetDecisionDate() != "2024-03-29" || p.GetNotice() != "" || p.GetSource() != nil ||
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

// A run whose inputs have changed since it was computed cannot be presented, and the run
// presented before stays so. If the inputs are the same again, it can.
func TestPresentRunOutdated(t *testing.T) {
	w := newSmallWorld(t, "")
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	before := w.createRun(t).GetId()
	if _, err := w.present(t, before); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(s *siblings){
		"value":          func(s *siblings) { s.setValue(t, "d1", "0", "1") },
		"outcome":        func(s *siblings) { s.change(func(s *siblings) { s.outcomes = s.outcomes[1:] }) },
		"survey":         func(s *siblings) { s.setClosed(t, "sipas", []surveyResult{{Agency: "d1", Item: "ii.1.2", Value: "1"}}) },
		"plan":           func(s *siblings) { s.setOpen("another", "ii.1.1") },
		"reopened plan":  func(s *siblings) { s.setOpen("sipas", "ii.1.2") },
		"cancelled plan": func(s *siblings) { s.setCancelled("sipas", "ii.1.2") },
	} {
		t.Run(name, func(t *testing.T) {
			run := w.createRun(t).GetId()
			kept := w.siblings.copied()
			change(w.siblings)
			_, err := w.present(t, run)
			wantFault(t, err, "RUN_OUTDATED")
			w.wantStates(t, before, "PRESENTED", run, "COMPUTED")
			// Nor can the presented run be presented again or published.
			_, err = w.present(t, before)
			wantFault(t, err, "RUN_OUTDATED")
			_, err = w.publishRun(t, before, "")
			wantFault(t, err, "RUN_OUTDATED")
			w.siblings.change(func(s *siblings) {
				s.outcomes, s.said, s.values, s.plans, s.snapshots = kept.outcomes, kept.said, kept.values, kept.plans, kept.snapshots
			})
			if _, err := w.present(t, run); err != nil {
				t.Error(err)
			}
			w.wantStates(t, before, "COMPUTED", run, "PRESENTED")
			before = run
		})
	}
	run := w.createRun(t).GetId()
	for _, name := range []string{"survey", "appraisal"} {
		w.Stop(name)
		_, err := w.present(t, run)
		wantFault(t, err, "SERVICE_AWAY")
		w.wantStates(t, before, "PRESENTED", run, "COMPUTED")
	}
}

// A run is published by another person than the one who presented it (rule V0).
func TestTwoPeoplePublish(t *testing.T) {
	w := newSmallWorld(t, sharedRedis(t))
	r := w.createRun(t)
	w.move(t, catalogv1.Phase_PHASE_PRESENTED)
	both := auth.With(t.Context(), auth.Principal{Kind: auth.Person, ID: newUUID(), Bindings: []auth.Binding{
		{Role: authv1.Role_ROLE_COORDINATOR, Authority: "soc-trang"}, {Role: authv1.Role_ROLE_APPROVER, Authority: "soc-trang"},
	}}, "")
	_, err := w.PresentRun(both, &scoringv1.PresentRunRequest{Authority: "soc-trang", Cycle: "2026", Run: r.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.PublishRun(both, publishOf(r.GetId(), ""))
	wantFault(t, err, "SECOND_PERSON_NEEDED")
	// Presenting again, by anybody, does not change who presented it.
	if _, err := w.present(t, r.GetId()); err != nil {
		t.Fatal(err)
	}
	_, err = w.PublishRun(both, publishOf(r.GetId(), ""))
	wantFault(t, err, "SECOND_PERSON_NEEDED")
	if _, err := w.publishRun(t, r.GetId(), ""); err != nil {
		t.Fatal(err)
	}
}

// A run stays presented while its cycle is moved back. Nobody can publish it meanwhile.
// When the cycle is PRESENTED again, the run is published only if its inputs are those
// that were presented: what was decided again makes it outdated (rule V0).
func TestPresentedRunOfAReturnedCycle(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(s *siblings)
		want   string
	}{
		"nothing changed": {func(*siblings) {}, ""},
		"an outcome changed": {func(s *siblings) {
			s.setOutcome(t, outcomeOf("u2", "districts", []outcomeItem{{Item: "i.1", Round: 2, Points: "9.5", Standard: "10", ReasonCode: "OTHER"}}))
		}, "RUN_OUTDATED"},
		"a survey was reopened": {func(s *siblings) { s.setOpen("sipas", "ii.1.2") }, "RUN_OUTDATED"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newSmallWorld(t, "")
			run := w.createRun(t).GetId()
			w.move(t, catalogv1.Phase_PHASE_PRESENTED)
			if _, err := w.present(t, run); err != nil {
				t.Fatal(err)
			}
			w.move(t, catalogv1.Phase_PHASE_APPRAISAL_COUNCIL)
			_, err := w.publishRun(t, run, "")
			wantFault(t, err, "WINDOW_NOT_OPEN")
			tt.change(w.siblings)
			w.move(t, catalogv1.Phase_PHASE_PRESENTED)
			_, err = w.publishRun(t, run, "")
			if tt.want == "" && err == nil {
				return
			}
			wantFault(t, err, tt.want)
			if w.getRun(t, run).GetState() == scoringv1.RunState_RUN_STATE_PUBLISHED {
				t.Error("published")
			}
		})
	}
}
