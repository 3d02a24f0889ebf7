package appraisal_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/pg"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	"github.com/parindex/parindex/services/appraisal"
)

// intact verifies every chain of audit entries.
func (w *world) intact(t *testing.T) {
	t.Helper()
	rows, _ := w.db.Pool.Query(t.Context(), `select resource from appraisal.audit_head`)
	resources, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(resources) == 0 {
		t.Fatal(resources, err)
	}
	for _, r := range resources {
		if err := audit.Verify(t.Context(), w.db.Pool, "appraisal", r); err != nil {
			t.Error(err)
		}
	}
}

func TestMigrateTwice(t *testing.T) {
	w := newWorld(t)
	cfg := appraisal.Config{DB: pg.Config{DSN: w.db.DSN}}
	if err := appraisal.Spec(&cfg).Migrate(t.Context(), slog.New(slog.DiscardHandler)); err != nil {
		t.Error(err)
	}
	if err := w.Service.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestRefused calls every rpc without a role in the authority. The refusal is the same
// for a cycle that exists and for one that does not.
func TestRefused(t *testing.T) {
	w := newWorld(t)
	id := uuidOf(1)
	requests := map[string]func(cycle string) proto.Message{
		"CreateAssignment": func(cycle string) proto.Message {
			return &appraisalv1.CreateAssignmentRequest{Authority: authority, Cycle: cycle, Group: "departments", Appraiser: id}
		},
		"ListAssignments": func(cycle string) proto.Message {
			return &appraisalv1.ListAssignmentsRequest{Authority: authority, Cycle: cycle}
		},
		"EndAssignment": func(cycle string) proto.Message {
			return &appraisalv1.EndAssignmentRequest{Authority: authority, Cycle: cycle, Assignment: id}
		},
		"ListCases": func(cycle string) proto.Message {
			return &appraisalv1.ListCasesRequest{Authority: authority, Cycle: cycle, Round: 1}
		},
		"ListReportedValues": func(cycle string) proto.Message {
			return &appraisalv1.ListReportedValuesRequest{Authority: authority, Cycle: cycle}
		},
		"AgreeCase": func(cycle string) proto.Message {
			return &appraisalv1.AgreeCaseRequest{Authority: authority, Cycle: cycle, Agency: "home", Item: "i.1", Round: 1, Etag: "0"}
		},
		"DisagreeCase": func(cycle string) proto.Message {
			r := disagreeing("home", "i.1", 1, "0")
			r.Cycle = cycle
			return r
		},
		"ProposeReduction": func(cycle string) proto.Message {
			r := proposing("home", "i.1", "")
			r.Cycle = cycle
			return r
		},
		"ListReductions": func(cycle string) proto.Message {
			return &appraisalv1.ListReductionsRequest{Authority: authority, Cycle: cycle}
		},
		"WithdrawReduction": func(cycle string) proto.Message {
			r := withdrawing("home", id)
			r.Cycle = cycle
			return r
		},
		"DecideReduction": func(cycle string) proto.Message {
			r := deciding(id, true)
			r.Cycle = cycle
			return r
		},
		"GetAppraisalRound": func(cycle string) proto.Message {
			return &appraisalv1.GetAppraisalRoundRequest{Authority: authority, Cycle: cycle, Round: 1}
		},
		"RecordRoundDecision": func(cycle string) proto.Message {
			r := recording(approving(1))
			r.Cycle = cycle
			return r
		},
		"ApproveRound": func(cycle string) proto.Message {
			r := approving(1)
			r.Cycle = cycle
			return r
		},
		"ReopenRound": func(cycle string) proto.Message {
			r := reopening(1)
			r.Cycle = cycle
			return r
		},
		"OverrideCase": func(cycle string) proto.Message {
			r := overriding("home", "i.1", 1, "0")
			r.Cycle = cycle
			return r
		},
		"ListOverrides": func(cycle string) proto.Message {
			return &appraisalv1.ListOverridesRequest{Authority: authority, Cycle: cycle, Round: 1}
		},
		"ListOutcomes": func(cycle string) proto.Message {
			return &appraisalv1.ListOutcomesRequest{Authority: authority, Cycle: cycle}
		},
	}
	if n := len(appraisalv1.AppraisalService_ServiceDesc.Methods); n != len(requests) {
		t.Errorf("the contract has %d rpcs, %d are tried", n, len(requests))
	}
	var elsewhere []auth.Binding
	for role := range authv1.Role_name {
		elsewhere = append(elsewhere, auth.Binding{Role: authv1.Role(role), Authority: "soc-trang"})
	}
	callers := map[string]context.Context{
		"elsewhere": person(t, 1, "", elsewhere...), "without a role": person(t, 1, "home"),
		"an editor":                  person(t, 1, "home", auth.Binding{Role: authv1.Role_ROLE_AGENCY_EDITOR, Authority: authority, Agency: "home"}),
		"an inspector of one agency": person(t, 1, "", auth.Binding{Role: authv1.Role_ROLE_INSPECTOR, Authority: authority, Agency: "home"}),
		"another service":            auth.With(t.Context(), auth.Principal{Kind: auth.Service, ID: "survey"}, ""),
	}
	for name, request := range requests {
		for who, ctx := range callers {
			there, madeUp := w.call(ctx, name, request(year)), w.call(ctx, name, request("1999"))
			if said(there) != "NOT_ALLOWED" || said(there) != said(madeUp) {
				t.Errorf("%s %s: %v, and of a made-up cycle %v", name, who, there, madeUp)
			}
		}
		wantSaid(t, name+" by nobody", w.call(t.Context(), name, request(year)), "TOKEN_MISSING")
	}
}

// call calls an rpc by its name and drops the answer.
func (w *world) call(ctx context.Context, method string, req proto.Message) error {
	return w.Conn.Invoke(ctx, "/"+appraisalv1.AppraisalService_ServiceDesc.ServiceName+"/"+method, req, new(emptypb.Empty))
}
