package survey_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ed25519"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/service"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
	"github.com/parindex/parindex/services/survey"
	"github.com/parindex/parindex/services/survey/internal/postgres"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// enough is far longer than any test waits on a busy machine.
const enough = 60 * time.Second

// world is the service behind real interceptors, with a database of its own, a
// catalog that tests change, and a clock that stands still until it is moved.
type world struct {
	surveyv1.SurveyServiceClient

	db      *pgtest.DB
	door    service.Service
	catalog *catalog
	metrics *prometheus.Registry
	log     *journal
	clock   *atomic.Int64 // microseconds since 1970
	// interval is the time between two looks at catalog; 0: 10 ms.
	interval time.Duration
}

func (w *world) now() time.Time { return time.UnixMicro(w.clock.Load()) }

// journal is a log that may be read while it is written.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

func newDatabase(tb testing.TB) *pgtest.DB {
	tb.Helper()
	var sources []fs.FS
	for _, line := range postgres.Lines() {
		sources = append(sources, line.FS)
	}
	return pgtest.New(tb, "survey", func(ctx context.Context, dsn string) error {
		return survey.Spec(&survey.Config{DB: pg.Config{DSN: dsn}}).Migrate(ctx, slog.New(slog.DiscardHandler))
	}, sources...)
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	db := newDatabase(tb)
	w := open(tb, db, db.DSN)
	w.settle(tb)
	return w
}

var signer = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

// open opens the door on a database reached by dsn.
func open(tb testing.TB, db *pgtest.DB, dsn string) *world {
	tb.Helper()
	listener := bufconn.Listen(1 << 20)
	dial := grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) })
	return serve(tb, &world{db: db, catalog: newCatalog(), log: &journal{}}, pg.Config{DSN: dsn, MaxConns: 8}, listener, "passthrough:///survey", dial)
}

// serve opens the door, serves it at listener, and dials target.
func serve(tb testing.TB, w *world, cfg pg.Config, listener net.Listener, target string, dial ...grpc.DialOption) *world {
	tb.Helper()
	w.clock, w.metrics = new(atomic.Int64), prometheus.NewRegistry()
	w.clock.Store(time.Date(2026, 3, 2, 1, 30, 0, 123456000, time.UTC).UnixMicro())
	logger := slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	w.door, err = survey.Open(tb.Context(), survey.Config{DB: cfg}, service.Deps{
		Logger: logger, Now: w.now, Metrics: w.metrics, Dial: w.catalog.dial(tb), Interval: cmp.Or(w.interval, 10*time.Millisecond),
	})
	if err != nil {
		tb.Fatal(err)
	}
	public, _ := signer.Public().(ed25519.PublicKey)
	keys := func(context.Context) (map[string]ed25519.PublicKey, error) {
		return map[string]ed25519.PublicKey{auth.KeyID(public): public}, nil
	}
	server, err := rpc.NewServer(rpc.ServerDeps{
		Service: "survey", Logger: logger, Metrics: w.metrics, Verifier: auth.NewVerifier(keys, w.now), Now: w.now,
	})
	if err != nil {
		tb.Fatal(err)
	}
	w.door.Register(server)
	if err := server.Guard(); err != nil {
		tb.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	// The caller is the principal of the call's context.
	conn, err := rpc.Dial(target, func(ctx context.Context) (string, error) {
		p := auth.From(ctx)
		if p.Kind == auth.Anonymous {
			return "", nil
		}
		token, _, err := auth.Sign(signer, p, w.now(), 5*time.Minute)
		return token, err
	}, dial...)
	if err != nil {
		tb.Fatal(err)
	}
	w.SurveyServiceClient = surveyv1.NewSurveyServiceClient(conn)
	tb.Cleanup(func() {
		_ = conn.Close()
		server.Server.Stop()
		if err := w.door.Close(context.WithoutCancel(tb.Context())); err != nil {
			tb.Error(err)
		}
	})
	return w
}

// settle waits until the service knows the cycles as catalog has them.
func (w *world) settle(tb testing.TB) {
	tb.Helper()
	eventually(tb, func() bool { return w.catalog.settled() && w.door.Ready(tb.Context()) == nil })
}

func eventually(tb testing.TB, holds func() bool) {
	tb.Helper()
	for end := time.Now().Add(enough); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			tb.Fatal("waited in vain")
		}
	}
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

// said returns the code and the field of a fault and of its violations.
func said(err error) string {
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok {
		return fmt.Sprint(err)
	}
	lines := []string{strings.TrimSpace(f.Code + " " + f.Field)}
	for _, v := range f.Violations {
		lines = append(lines, v.Field+" "+v.Code)
	}
	return strings.Join(lines, "\n")
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

// atOnce runs f n times at the same time.
func atOnce(n int, f func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
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
