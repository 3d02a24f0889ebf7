package survey_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/parindex/parindex/libs/auth"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
)

// calls returns a call of each rpc about a plan of a cycle.
func (w *world) calls(authority, cycle, plan string) map[string]func(ctx context.Context) error {
	id := uuid.NewString()
	return map[string]func(ctx context.Context) error{
		"CreateSurveyPlan": func(ctx context.Context) error {
			_, err := w.CreateSurveyPlan(ctx, &surveyv1.CreateSurveyPlanRequest{Authority: authority, Cycle: cycle, Plan: plan, Content: content(), RequestId: id})
			return err
		},
		"GetSurveyPlan": func(ctx context.Context) error {
			_, err := w.GetSurveyPlan(ctx, &surveyv1.GetSurveyPlanRequest{Authority: authority, Cycle: cycle, Plan: plan})
			return err
		},
		"ListSurveyPlans": func(ctx context.Context) error {
			_, err := w.ListSurveyPlans(ctx, &surveyv1.ListSurveyPlansRequest{Authority: authority, Cycle: cycle})
			return err
		},
		"UpdateSurveyPlan": func(ctx context.Context) error {
			_, err := w.UpdateSurveyPlan(ctx, &surveyv1.UpdateSurveyPlanRequest{Authority: authority, Cycle: cycle, Plan: plan, Content: content(), Etag: "1", RequestId: id})
			return err
		},
		"OpenSurveyPlan": func(ctx context.Context) error {
			_, err := w.OpenSurveyPlan(ctx, &surveyv1.OpenSurveyPlanRequest{Authority: authority, Cycle: cycle, Plan: plan, Etag: "1", RequestId: id})
			return err
		},
		"CloseSurveyPlan": func(ctx context.Context) error {
			_, err := w.CloseSurveyPlan(ctx, &surveyv1.CloseSurveyPlanRequest{Authority: authority, Cycle: cycle, Plan: plan, RequestId: id})
			return err
		},
		"ReopenSurveyPlan": func(ctx context.Context) error {
			_, err := w.ReopenSurveyPlan(ctx, &surveyv1.ReopenSurveyPlanRequest{
				Authority: authority, Cycle: cycle, Plan: plan, DocumentNumber: "1/QĐ", Reason: "Đóng nhầm", Etag: "1", RequestId: id,
			})
			return err
		},
		"CancelSurveyPlan": func(ctx context.Context) error {
			_, err := w.CancelSurveyPlan(ctx, &surveyv1.CancelSurveyPlanRequest{
				Authority: authority, Cycle: cycle, Plan: plan, DocumentNumber: "1/QĐ", Reason: "Sai câu hỏi", Etag: "1", RequestId: id,
			})
			return err
		},
		"CreateInvitations": func(ctx context.Context) error {
			_, err := w.CreateInvitations(ctx, &surveyv1.CreateInvitationsRequest{Authority: authority, Cycle: cycle, Plan: plan, Agency: "so-noi-vu", Count: 1, RequestId: id})
			return err
		},
		"GetResultSnapshot": func(ctx context.Context) error {
			_, err := w.GetResultSnapshot(ctx, &surveyv1.GetResultSnapshotRequest{Authority: authority, Cycle: cycle, Plan: plan})
			return err
		},
	}
}

// TestRefused checks that callers without a role, or with one of another authority,
// are refused, and that unknown plans and cycles are reported.
func TestRefused(t *testing.T) {
	w := newWorld(t)
	elsewhere := auth.With(t.Context(), auth.Principal{
		Kind: auth.Person, ID: "0198c0de-0000-7000-8000-000000000002",
		Bindings: []auth.Binding{{Role: authv1.Role_ROLE_SURVEY_OPERATOR, Authority: "bac-kan"}},
	}, "")
	for name, call := range w.calls("soc-trang", "2026", "none") {
		if got := said(call(t.Context())); got != "TOKEN_MISSING" {
			t.Errorf("%s, anonymous: %s", name, got)
		}
		for caller, ctx := range map[string]context.Context{"an operator elsewhere": elsewhere, "an agency's editor": as(t, authv1.Role_ROLE_AGENCY_EDITOR)} {
			if got := said(call(ctx)); got != "NOT_ALLOWED" {
				t.Errorf("%s by %s: %s", name, caller, got)
			}
		}
	}
	for _, name := range []string{"GetSurveyPlan", "UpdateSurveyPlan", "OpenSurveyPlan", "CloseSurveyPlan", "ReopenSurveyPlan", "CancelSurveyPlan", "CreateInvitations", "GetResultSnapshot"} {
		wantNamed(t, name, w.calls("soc-trang", "2026", "none")[name](operator(t)), "SURVEY_PLAN_UNKNOWN plan")
	}
	for name, call := range w.calls("soc-trang", "1999", "none") {
		wantNamed(t, name, call(operator(t)), "CYCLE_NOT_KNOWN cycle")
	}
}

func wantNamed(t *testing.T, name string, err error, want string) {
	t.Helper()
	if got := said(err); got != want {
		t.Errorf("%s: got %s, want %s", name, got, want)
	}
}

// TestImportedCycle checks that an imported cycle can have no survey.
func TestImportedCycle(t *testing.T) {
	w := newWorld(t)
	for name, want := range map[string]string{
		"CreateSurveyPlan": "WINDOW_NOT_OPEN", "UpdateSurveyPlan": "WINDOW_NOT_OPEN",
		"OpenSurveyPlan": "CYCLE_NOT_RUN cycle", "CreateInvitations": "CYCLE_NOT_RUN cycle",
	} {
		wantNamed(t, name, w.calls("soc-trang", "2023", "none")[name](operator(t)), want)
	}
}

// TestRoles checks what observers, coordinators and scoring may read and write.
func TestRoles(t *testing.T) {
	w := newWorld(t)
	w.opened(t, "officials", content())
	writes := []string{"CreateSurveyPlan", "UpdateSurveyPlan", "OpenSurveyPlan", "CloseSurveyPlan", "ReopenSurveyPlan", "CancelSurveyPlan", "CreateInvitations"}
	scoring := auth.With(t.Context(), auth.Principal{Kind: auth.Service, ID: "scoring"}, "")
	calls := w.calls("soc-trang", "2026", "officials")
	for _, name := range writes {
		wantNamed(t, name, calls[name](as(t, authv1.Role_ROLE_OBSERVER)), "NOT_ALLOWED")
		wantNamed(t, name, calls[name](scoring), "NOT_ALLOWED")
	}
	for _, name := range []string{"CreateInvitations", "ReopenSurveyPlan", "CancelSurveyPlan"} {
		wantNamed(t, name, calls[name](as(t, authv1.Role_ROLE_COORDINATOR)), "NOT_ALLOWED")
	}
	for caller, ctx := range map[string]context.Context{"an observer": as(t, authv1.Role_ROLE_OBSERVER), "scoring": scoring} {
		wantNamed(t, fmt.Sprint("ListSurveyPlans by ", caller), calls["ListSurveyPlans"](ctx), "<nil>")
		wantNamed(t, fmt.Sprint("GetResultSnapshot by ", caller), calls["GetResultSnapshot"](ctx), "SURVEY_PLAN_NOT_CLOSED plan")
	}
	wantNamed(t, "GetSurveyPlan by scoring", calls["GetSurveyPlan"](scoring), "NOT_ALLOWED")
}

// TestAnotherAuthority checks that a plan is not found under another authority.
func TestAnotherAuthority(t *testing.T) {
	w := newWorld(t)
	w.create(t, "officials", content())
	everywhere := auth.With(t.Context(), auth.Principal{
		Kind: auth.Person, ID: "0198c0de-0000-7000-8000-000000000003", Bindings: []auth.Binding{{Role: authv1.Role_ROLE_SURVEY_OPERATOR}},
	}, "")
	for name, call := range w.calls("bac-kan", "2026", "officials") {
		wantNamed(t, name, call(everywhere), "CYCLE_NOT_KNOWN cycle")
	}
}
