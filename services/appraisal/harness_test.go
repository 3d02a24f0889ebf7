package appraisal_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/cycle/cycletest"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/libs/servicetest"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/appraisal"
)

const (
	authority = "an-binh"
	year      = "2024"
)

// world is the service with a database of its own, and siblings that tests play.
type world struct {
	appraisalv1.AppraisalServiceClient
	*servicetest.World

	db         *pgtest.DB
	clock      *servicetest.Clock
	catalog    *cycletest.Catalog
	assessment *assessment
}

// newWorld is a world whose cycle is in PREPARATION; change may change the
// catalog first.
func newWorld(t *testing.T, change ...func(c *cycletest.Catalog)) *world {
	t.Helper()
	w := &world{
		db:      servicetest.Database(t, appraisal.Spec(new(appraisal.Config))),
		clock:   servicetest.NewClock(time.Date(2024, 11, 8, 2, 0, 0, 0, time.UTC)),
		catalog: newCatalog(), assessment: newAssessment(),
	}
	for _, f := range change {
		f(w.catalog)
	}
	w.open(t, w.db.DSN)
	until(t, func() bool { return w.Service.Ready(t.Context()) == nil })
	return w
}

// open opens the service on a database reached by dsn.
func (w *world) open(t *testing.T, dsn string) {
	t.Helper()
	w.World = servicetest.Open(t, appraisal.Spec(&appraisal.Config{DB: pg.Config{DSN: dsn, MaxConns: 12}}), servicetest.Options{
		Clock: w.clock, Interval: 20 * time.Millisecond,
		Fakes: map[string]func(grpc.ServiceRegistrar){
			"catalog":    w.catalog.Register,
			"identity":   func(r grpc.ServiceRegistrar) { identityv1.RegisterIdentityServiceServer(r, people{}) },
			"assessment": func(r grpc.ServiceRegistrar) { assessmentv1.RegisterAssessmentServiceServer(r, w.assessment) },
		},
		MaxRequests: map[string]int{"assessment": 17 << 20}, // as the Spec of assessment
	})
	w.AppraisalServiceClient = appraisalv1.NewAppraisalServiceClient(w.Conn)
}

// Short names of the test kit.
var (
	said   = servicetest.Describe
	atOnce = servicetest.AtOnce
)

// until waits until something that happens in the background has.
func until(t *testing.T, done func() bool) {
	t.Helper()
	servicetest.Eventually(t, "it happens", done)
}

// settle waits until the service knows the cycle as it is.
func (w *world) settle(t *testing.T) {
	t.Helper()
	until(t, w.catalog.Settled)
}

// move moves the cycle to a phase and waits until the service has heard of it.
func (w *world) move(t *testing.T, phase catalogv1.Phase) {
	t.Helper()
	w.catalog.Move(authority, year, phase)
	w.settle(t)
}

// The people, by what their accounts end with.
func person(t *testing.T, account int, home string, bindings ...auth.Binding) context.Context {
	t.Helper()
	return auth.With(t.Context(), auth.Principal{
		Kind: auth.Person, ID: uuidOf(account), Authority: authority, Agency: home, Bindings: bindings,
	}, "")
}

func uuidOf(n int) string { return fmt.Sprintf("0198c0de-0000-7000-8000-%012d", n) }

func as(t *testing.T, account int, role authv1.Role) context.Context {
	t.Helper()
	return person(t, account, "", auth.Binding{Role: role, Authority: authority})
}

func council(t *testing.T) context.Context {
	t.Helper()
	return as(t, 1, authv1.Role_ROLE_APPRAISAL_COUNCIL_MEMBER)
}

func approver(t *testing.T) context.Context {
	t.Helper()
	return as(t, 3, authv1.Role_ROLE_APPROVER)
}

func coordinator(t *testing.T) context.Context {
	t.Helper()
	return as(t, 2, authv1.Role_ROLE_COORDINATOR)
}

// appraiser is one of the appraisers, with a home agency or none.
func appraiser(t *testing.T, account int, home string) context.Context {
	t.Helper()
	return person(t, account, home, auth.Binding{Role: authv1.Role_ROLE_APPRAISER, Authority: authority})
}

// head is the head of an agency.
func head(t *testing.T, agency string) context.Context {
	t.Helper()
	return person(t, 900, agency, auth.Binding{Role: authv1.Role_ROLE_AGENCY_HEAD, Authority: authority, Agency: agency})
}

func wantSaid(t *testing.T, what string, err error, want string) {
	t.Helper()
	if got := said(err); got != want {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// must returns an answer that may not fail.
func must[T any](answer T, err error) T {
	if err != nil {
		panic(said(err))
	}
	return answer
}

// errOf drops an answer.
func errOf[T any](_ T, err error) error { return err }

// gauge is the value of a metric without labels.
func (w *world) gauge(t *testing.T, name string) float64 {
	t.Helper()
	return servicetest.Metric(t, w.Metrics, name)
}

// assign assigns items of a group to an appraiser; none: all.
func (w *world) assign(t *testing.T, account int, group string, items ...string) *appraisalv1.Assignment {
	t.Helper()
	return must(w.CreateAssignment(coordinator(t), &appraisalv1.CreateAssignmentRequest{
		Authority: authority, Cycle: year, Group: group, Appraiser: uuidOf(account), Items: items,
	})).GetAssignment()
}

func agreeing(agency, item string, round int32, etag string) *appraisalv1.AgreeCaseRequest {
	return &appraisalv1.AgreeCaseRequest{Authority: authority, Cycle: year, Agency: agency, Item: item, Round: round, Etag: etag}
}

func disagreeing(agency, item string, round int32, etag string) *appraisalv1.DisagreeCaseRequest {
	return &appraisalv1.DisagreeCaseRequest{
		Authority: authority, Cycle: year, Agency: agency, Item: item, Round: round, Etag: etag,
		ReasonCode: appraisalv1.ReasonCode_REASON_CODE_FIGURES_WRONG, Reason: "Số liệu chưa khớp",
	}
}

func approving(round int32) *appraisalv1.ApproveRoundRequest {
	return &appraisalv1.ApproveRoundRequest{Authority: authority, Cycle: year, Round: round, DecisionNumber: fmt.Sprintf("%d/QĐ", round)}
}

// approve records the decision of an approval as the coordinator, and approves the
// round as a member of the council.
func (w *world) approve(t *testing.T, req *appraisalv1.ApproveRoundRequest) *appraisalv1.ApproveRoundResponse {
	t.Helper()
	w.record(t, req)
	return must(w.ApproveRound(council(t), req))
}

// record records the decision of an approval as the coordinator.
func (w *world) record(t *testing.T, req *appraisalv1.ApproveRoundRequest) {
	t.Helper()
	must(w.RecordRoundDecision(coordinator(t), recording(req)))
}

func recording(req *appraisalv1.ApproveRoundRequest) *appraisalv1.RecordRoundDecisionRequest {
	return &appraisalv1.RecordRoundDecisionRequest{
		Authority: req.GetAuthority(), Cycle: req.GetCycle(), Round: req.GetRound(), DecisionNumber: req.GetDecisionNumber(),
	}
}

func listing() *appraisalv1.ListCasesRequest {
	return &appraisalv1.ListCasesRequest{Authority: authority, Cycle: year, Round: 1, PageSize: 200}
}

// cases are what a caller sees of a round, as "agency/item".
func (w *world) cases(ctx context.Context, t *testing.T, req *appraisalv1.ListCasesRequest) []string {
	t.Helper()
	seen := []string{}
	for _, c := range must(w.ListCases(ctx, req)).GetCases() {
		seen = append(seen, c.GetAgency()+"/"+c.GetItem())
	}
	return seen
}

func (w *world) round(t *testing.T, round int32) *appraisalv1.AppraisalRound {
	t.Helper()
	return must(w.GetAppraisalRound(coordinator(t), &appraisalv1.GetAppraisalRoundRequest{Authority: authority, Cycle: year, Round: round})).GetAppraisalRound()
}

// received waits until n seals of a round have arrived.
func (w *world) received(t *testing.T, round, n int32) {
	t.Helper()
	until(t, func() bool { return w.round(t, round).GetSubmitted() == n })
}
