package appraisal_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/service"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/appraisal"
	"github.com/parindex/parindex/services/appraisal/internal/postgres"
)

const (
	authority = "an-binh"
	year      = "2024"
	// enough is far more than anything here takes on a busy machine.
	enough = 60 * time.Second
)

// world is the service behind real interceptors, with a database of its own, a
// clock that stands still until it is moved, and siblings that tests play.
type world struct {
	appraisalv1.AppraisalServiceClient

	conn       *grpc.ClientConn
	db         *pgtest.DB
	door       service.Service
	clock      *atomic.Int64 // Unix seconds
	catalog    *catalog
	assessment *assessment
	metrics    *prometheus.Registry
	log        *logs
}

func (w *world) now() time.Time { return time.Unix(w.clock.Load(), 0) }

// logs is what the service logged.
type logs struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var signer = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

// newWorld is a world whose cycle is in PREPARATION; change may change the
// catalog first.
func newWorld(t *testing.T, change ...func(c *catalog)) *world {
	t.Helper()
	var sources []fs.FS
	for _, line := range postgres.Lines() {
		sources = append(sources, line.FS)
	}
	db := pgtest.New(t, "appraisal", func(ctx context.Context, dsn string) error {
		return appraisal.Spec(&appraisal.Config{DB: pg.Config{DSN: dsn}}).Migrate(ctx, slog.New(slog.DiscardHandler))
	}, sources...)
	w := &world{db: db, clock: new(atomic.Int64), catalog: newCatalog(), assessment: newAssessment()}
	w.clock.Store(time.Date(2024, 11, 8, 2, 0, 0, 0, time.UTC).Unix())
	for _, f := range change {
		f(w.catalog)
	}
	w.open(t, db.DSN)
	until(t, func() bool { return w.door.Ready(t.Context()) == nil })
	return w
}

// open opens the door on a database reached by dsn.
func (w *world) open(t *testing.T, dsn string) {
	t.Helper()
	w.metrics, w.log = prometheus.NewRegistry(), new(logs)
	self := func(context.Context) (string, error) {
		token, _, err := auth.Sign(signer, auth.Principal{Kind: auth.Service, ID: "appraisal"}, w.now(), 5*time.Minute)
		return token, err
	}
	siblings := map[string]func(grpc.ServiceRegistrar){
		"catalog":    func(r grpc.ServiceRegistrar) { catalogv1.RegisterCatalogServiceServer(r, w.catalog) },
		"assessment": func(r grpc.ServiceRegistrar) { assessmentv1.RegisterAssessmentServiceServer(r, w.assessment) },
	}
	dial := func(name string, credential rpc.Credential) (grpc.ClientConnInterface, error) {
		return w.serve(t, name, credential, siblings[name]), nil
	}
	var err error
	w.door, err = appraisal.Open(t.Context(), appraisal.Config{DB: pg.Config{DSN: dsn, MaxConns: 12}}, service.Deps{
		Logger: slog.New(slog.NewTextHandler(w.log, nil)), Now: w.now, Metrics: w.metrics,
		Dial: dial, Token: self, Interval: 20 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.door.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(w.log)
		}
	})
	// The caller is the principal of the call's context.
	w.conn = w.serve(t, "appraisal", func(ctx context.Context) (string, error) {
		p := auth.From(ctx)
		if p.Kind == auth.Anonymous {
			return "", nil
		}
		token, _, err := auth.Sign(signer, p, w.now(), 5*time.Minute)
		return token, err
	}, w.door.Register)
	w.AppraisalServiceClient = appraisalv1.NewAppraisalServiceClient(w.conn)
}

// serve serves what register adds behind real interceptors and returns a
// connection to it.
func (w *world) serve(t *testing.T, name string, credential rpc.Credential, register func(grpc.ServiceRegistrar)) *grpc.ClientConn {
	t.Helper()
	public, _ := signer.Public().(ed25519.PublicKey)
	keys := func(context.Context) (map[string]ed25519.PublicKey, error) {
		return map[string]ed25519.PublicKey{auth.KeyID(public): public}, nil
	}
	server, err := rpc.NewServer(rpc.ServerDeps{
		MaxRequest: 17 << 20, // as assessment takes it
		Service:    name, Logger: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelWarn})), Metrics: prometheus.NewRegistry(), Verifier: auth.NewVerifier(keys, w.now), Now: w.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	register(server)
	if err := server.Guard(); err != nil {
		t.Fatal(err)
	}
	listener := bufconn.Listen(1 << 20)
	go func() { _ = server.Serve(listener) }()
	conn, err := rpc.Dial("passthrough:///"+name, credential,
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close()
		server.Server.Stop()
	})
	return conn
}

// until waits until something that happens in the background has.
func until(t *testing.T, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(enough); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it does not happen")
		}
	}
}

// move moves the cycle to a phase and waits until the service has heard of it.
func (w *world) move(t *testing.T, phase catalogv1.Phase) {
	t.Helper()
	revision := w.catalog.move(phase)
	until(t, func() bool { return w.catalog.acknowledged() >= revision })
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

// said is the code and field of a fault and its violations.
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

// atOnce runs f n times at the same time.
func atOnce(n int, f func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}

// gauge is the value of a metric without labels.
func (w *world) gauge(t *testing.T, name string) float64 {
	t.Helper()
	families, err := w.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			m := f.GetMetric()[0]
			return cmp.Or(m.GetGauge().GetValue(), m.GetCounter().GetValue())
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
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
