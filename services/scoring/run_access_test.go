package scoring_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	"github.com/parindex/parindex/services/scoring"
)

// A run can be created from APPRAISAL_1 until the cycle is archived.
func TestRunPhases(t *testing.T) {
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
		{catalogv1.Phase_PHASE_REPORTED, "", "RUN_PUBLISHED", "RUN_PUBLISHED"},
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

// Each rpc is allowed for its roles only, and others learn nothing about runs.
func TestRunRoles(t *testing.T) {
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
