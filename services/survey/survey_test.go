package survey_test

import (
	"context"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/cycle/cycletest"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/libs/servicetest"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
	"github.com/parindex/parindex/services/survey"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// world is the service with a database of its own and a catalog that tests change.
type world struct {
	surveyv1.SurveyServiceClient
	*servicetest.World

	db      *pgtest.DB
	catalog *cycletest.Catalog
}

func newDatabase(tb testing.TB) *pgtest.DB {
	tb.Helper()
	return servicetest.Database(tb, survey.Spec(new(survey.Config)))
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	db := newDatabase(tb)
	w := open(tb, db, db.DSN)
	w.settle(tb)
	return w
}

// open opens the service on a database reached by dsn.
func open(tb testing.TB, db *pgtest.DB, dsn string) *world {
	tb.Helper()
	return openWith(tb, db, pg.Config{DSN: dsn, MaxConns: 8}, servicetest.Options{})
}

func openWith(tb testing.TB, db *pgtest.DB, cfg pg.Config, o servicetest.Options) *world {
	tb.Helper()
	c := newCatalog()
	o.Clock = servicetest.NewClock(time.Date(2026, 3, 2, 1, 30, 0, 123456000, time.UTC))
	o.Fakes = map[string]func(grpc.ServiceRegistrar){"catalog": c.Register}
	w := servicetest.Open(tb, survey.Spec(&survey.Config{DB: cfg}), o)
	return &world{SurveyServiceClient: surveyv1.NewSurveyServiceClient(w.Conn), World: w, db: db, catalog: c}
}

// settle waits until the service knows the cycles as catalog has them.
func (w *world) settle(tb testing.TB) {
	tb.Helper()
	eventually(tb, func() bool { return w.catalog.Settled() && w.Service.Ready(tb.Context()) == nil })
}

// Short names of the test kit.
var (
	said   = servicetest.Describe
	atOnce = servicetest.AtOnce
)

func eventually(tb testing.TB, holds func() bool) {
	tb.Helper()
	servicetest.Eventually(tb, "it happens", holds)
}

// as returns the context of a call by a person with a role.
func as(tb testing.TB, role authv1.Role) context.Context {
	tb.Helper()
	return auth.With(tb.Context(), auth.Principal{
		Kind: auth.Person, ID: "0198c0de-0000-7000-8000-000000000001", Bindings: []auth.Binding{{Role: role, Authority: "soc-trang"}},
	}, "")
}

func operator(tb testing.TB) context.Context {
	tb.Helper()
	return as(tb, authv1.Role_ROLE_SURVEY_OPERATOR)
}

func wantSaid(tb testing.TB, err error, want string) {
	tb.Helper()
	if got := said(err); got != want {
		tb.Errorf("got %s\nwant %s", got, want)
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s differs; got\n%s", path, got)
	}
}

// number returns the number that a query selects.
func (w *world) number(tb testing.TB, sql string) (n int) {
	tb.Helper()
	if err := w.db.Pool.QueryRow(tb.Context(), sql).Scan(&n); err != nil {
		tb.Fatal(err)
	}
	return n
}

// content returns a content with a question of each kind, two of satisfaction, linked
// to both surveyed items of the departments.
func content() *surveyv1.SurveyPlanContent {
	return &surveyv1.SurveyPlanContent{
		Title: "Khảo sát <cán bộ> & công chức", DecisionNumber: "12/QĐ-SNV", Introduction: "Xin chào.\nCảm ơn.",
		Questions: []*surveyv1.Question{
			{Id: "speed", Text: "Thời gian giải quyết?", Required: true, Kind: &surveyv1.Question_Satisfaction{Satisfaction: &surveyv1.Satisfaction{}}},
			{Id: "manner", Text: "Thái độ?", Kind: &surveyv1.Question_Satisfaction{Satisfaction: &surveyv1.Satisfaction{}}},
			{Id: "results", Text: "Kết quả?", Required: true, Kind: &surveyv1.Question_Options{Options: &surveyv1.Options{Options: []*surveyv1.SurveyOption{
				{Id: "good", Text: "Tốt", WeightPercent: "100"}, {Id: "fair", Text: "Khá", WeightPercent: "60.50"}, {Id: "poor", Text: "Kém", WeightPercent: "0"},
			}}}},
			{Id: "remarks", Text: "Góp ý?", Kind: &surveyv1.Question_TextAnswer{TextAnswer: &surveyv1.FreeText{}}},
		},
		Links: []*surveyv1.ItemLink{
			{
				Group: "departments", Item: "ii.1.2", Questions: []string{"results"}, Method: surveyv1.Method_METHOD_OPTION_WEIGHTS,
				MinResponses: 5, Fallback: surveyv1.Fallback_FALLBACK_ZERO,
			},
			{
				Group: "departments", Item: "ii.1.1", Questions: []string{"speed", "manner"}, Method: surveyv1.Method_METHOD_TOP_TWO,
				MinResponses: 5, Fallback: surveyv1.Fallback_FALLBACK_NOT_APPLICABLE,
			},
		},
	}
}

// create creates a draft.
func (w *world) create(tb testing.TB, plan string, c *surveyv1.SurveyPlanContent) *surveyv1.SurveyPlan {
	tb.Helper()
	answer, err := w.CreateSurveyPlan(operator(tb), &surveyv1.CreateSurveyPlanRequest{
		Authority: "soc-trang", Cycle: "2026", Plan: plan, Content: c, RequestId: uuid.NewString(),
	})
	if err != nil {
		tb.Fatalf("creating %s: %s", plan, said(err))
	}
	return answer.GetSurveyPlan()
}

func opening(plan, etag string) *surveyv1.OpenSurveyPlanRequest {
	return &surveyv1.OpenSurveyPlanRequest{Authority: "soc-trang", Cycle: "2026", Plan: plan, Etag: etag, RequestId: uuid.NewString()}
}

// opened creates and opens a plan.
func (w *world) opened(tb testing.TB, plan string, c *surveyv1.SurveyPlanContent) {
	tb.Helper()
	_, err := w.OpenSurveyPlan(operator(tb), opening(plan, w.create(tb, plan, c).GetEtag()))
	if err != nil {
		tb.Fatalf("opening %s: %s", plan, said(err))
	}
}

func inviting(plan, agency string, count int32) *surveyv1.CreateInvitationsRequest {
	return &surveyv1.CreateInvitationsRequest{
		Authority: "soc-trang", Cycle: "2026", Plan: plan, Agency: agency, Count: count, RequestId: uuid.NewString(),
	}
}

// invite creates invitations and returns their tokens.
func (w *world) invite(tb testing.TB, plan, agency string, count int32) []string {
	tb.Helper()
	answer, err := w.CreateInvitations(operator(tb), inviting(plan, agency, count))
	if err != nil {
		tb.Fatalf("inviting about %s: %s", agency, said(err))
	}
	tokens := make([]string, 0, count)
	for _, i := range answer.GetInvitations() {
		tokens = append(tokens, i.GetToken())
	}
	return tokens
}

func closing(plan string) *surveyv1.CloseSurveyPlanRequest {
	return &surveyv1.CloseSurveyPlanRequest{Authority: "soc-trang", Cycle: "2026", Plan: plan, RequestId: uuid.NewString()}
}

func satisfaction(question string, n int32) *surveyv1.Answer {
	return &surveyv1.Answer{Question: question, Value: &surveyv1.Answer_Satisfaction{Satisfaction: n}}
}

func option(question, id string) *surveyv1.Answer {
	return &surveyv1.Answer{Question: question, Value: &surveyv1.Answer_Option{Option: id}}
}

func words(question, text string) *surveyv1.Answer {
	return &surveyv1.Answer{Question: question, Value: &surveyv1.Answer_Text{Text: text}}
}

// response returns a new response to content; without answers, a valid one.
func response(token string, answers ...*surveyv1.Answer) *surveyv1.SubmitResponseRequest {
	if answers == nil {
		answers = []*surveyv1.Answer{satisfaction("speed", 4), option("results", "fair")}
	}
	return &surveyv1.SubmitResponseRequest{ResponseId: uuid.NewString(), Token: token, Answers: answers}
}

func (w *world) submit(tb testing.TB, r *surveyv1.SubmitResponseRequest) {
	tb.Helper()
	answer, err := w.SubmitResponse(tb.Context(), r)
	if err != nil || answer.GetResponseId() != r.GetResponseId() {
		tb.Fatalf("submitting: %v %s", answer, said(err))
	}
}
