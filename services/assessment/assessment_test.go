package assessment_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/service"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/assessment"
	"github.com/parindex/parindex/services/assessment/internal/postgres"
)

// enough is far more than anything here takes on a busy machine.
const enough = 60 * time.Second

// morning is when tests begin.
var morning = time.Date(2026, 10, 1, 1, 30, 0, 250_000_000, time.UTC)

// world is the service behind real interceptors, with a database of its own, a
// catalog that tests move, and a clock that stands still until it is moved.
type world struct {
	assessmentv1.AssessmentServiceClient

	conn    *grpc.ClientConn
	db      *pgtest.DB
	door    service.Service
	catalog *catalog
	metrics *prometheus.Registry
	clock   *atomic.Int64 // nanoseconds since 1970
	key     ed25519.PrivateKey
}

func (w *world) now() time.Time { return time.Unix(0, w.clock.Load()) }

// newWorld has the cycle 2026 of An Bình in a phase.
func newWorld(t *testing.T, phase catalogv1.Phase) *world {
	t.Helper()
	return newWorldOf(t, newCatalog(phase))
}

func newWorldOf(t *testing.T, c *catalog) *world {
	t.Helper()
	var sources []fs.FS
	for _, line := range postgres.Lines() {
		sources = append(sources, line.FS)
	}
	db := pgtest.New(t, "assessment", func(ctx context.Context, dsn string) error {
		return assessment.Spec(&assessment.Config{DB: pg.Config{DSN: dsn}}).Migrate(ctx, slog.New(slog.DiscardHandler))
	}, sources...)
	w := open(t, db, db.DSN, c)
	w.settle(t)
	return w
}

// open opens the door on a database reached by dsn.
func open(t *testing.T, db *pgtest.DB, dsn string, c *catalog) *world {
	t.Helper()
	w := &world{db: db, catalog: c, clock: new(atomic.Int64), metrics: prometheus.NewRegistry(), key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))}
	w.clock.Store(morning.UnixNano())
	own := func(context.Context) (string, error) {
		token, _, err := auth.Sign(w.key, auth.Principal{Kind: auth.Service, ID: "assessment"}, w.now(), 24*time.Hour)
		return token, err
	}
	dial := func(name string, credential rpc.Credential) (grpc.ClientConnInterface, error) {
		return w.serve(t, name, prometheus.NewRegistry(), credential, func(r grpc.ServiceRegistrar) { catalogv1.RegisterCatalogServiceServer(r, c) }), nil
	}
	var err error
	w.door, err = assessment.Open(t.Context(), assessment.Config{DB: pg.Config{DSN: dsn, MaxConns: 12}}, service.Deps{
		Logger: slog.New(slog.DiscardHandler), Now: w.now, Metrics: w.metrics, Dial: dial, Token: own, Interval: 10 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.door.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	// The caller is the principal of the call's context.
	w.conn = w.serve(t, "assessment", w.metrics, func(ctx context.Context) (string, error) {
		p := auth.From(ctx)
		if p.Kind == auth.Anonymous {
			return "", nil
		}
		token, _, err := auth.Sign(w.key, p, w.now(), 24*time.Hour)
		return token, err
	}, w.door.Register)
	w.AssessmentServiceClient = assessmentv1.NewAssessmentServiceClient(w.conn)
	return w
}

// serve serves what register adds and returns a connection to it.
func (w *world) serve(t *testing.T, name string, metrics prometheus.Registerer, credential rpc.Credential, register func(grpc.ServiceRegistrar)) *grpc.ClientConn {
	t.Helper()
	public, _ := w.key.Public().(ed25519.PublicKey)
	keys := func(context.Context) (map[string]ed25519.PublicKey, error) {
		return map[string]ed25519.PublicKey{auth.KeyID(public): public}, nil
	}
	server, err := rpc.NewServer(rpc.ServerDeps{
		MaxRequest: assessment.MaxRequest,
		Service:    name, Logger: slog.New(slog.DiscardHandler), Metrics: metrics, Verifier: auth.NewVerifier(keys, w.now), Now: w.now,
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

// settle waits until the service has taken over what the catalog says.
func (w *world) settle(t *testing.T) {
	t.Helper()
	last := w.catalog.last()
	eventually(t, "the cycles are taken over", func() bool { return w.catalog.acknowledged() >= last })
}

// move puts the cycle 2026 of An Bình into a phase by hand.
func (w *world) move(t *testing.T, phase catalogv1.Phase) {
	t.Helper()
	w.catalog.change(func(c *catalogv1.Cycle) { c.Phase = phase })
	w.settle(t)
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(enough); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("in vain waited until %s", what)
		}
	}
}

// as is a context in which a person with a role in An Bình calls; agency is empty
// for a role in all of it.
func as(t *testing.T, role authv1.Role, agency string) context.Context {
	t.Helper()
	return auth.With(t.Context(), auth.Principal{
		Kind: auth.Person, ID: "0198c0de-0000-7000-8000-000000000001", Authority: "an-binh", Agency: agency,
		Bindings: []auth.Binding{{Role: role, Authority: "an-binh", Agency: agency}},
	}, "")
}

func editor(t *testing.T, agency string) context.Context {
	t.Helper()
	return as(t, authv1.Role_ROLE_AGENCY_EDITOR, agency)
}

func head(t *testing.T, agency string) context.Context {
	t.Helper()
	return as(t, authv1.Role_ROLE_AGENCY_HEAD, agency)
}

func coordinator(t *testing.T) context.Context {
	t.Helper()
	return as(t, authv1.Role_ROLE_COORDINATOR, "")
}

func asService(t *testing.T, id string) context.Context {
	t.Helper()
	return auth.With(t.Context(), auth.Principal{Kind: auth.Service, ID: id}, "")
}

// reporter is the software of another agency.
func reporter(t *testing.T) context.Context {
	t.Helper()
	return auth.With(t.Context(), auth.Principal{
		Kind: auth.System, ID: "mot-cua-dien-tu", Bindings: []auth.Binding{{Role: authv1.Role_ROLE_SYSTEM, Authority: "an-binh"}},
	}, "")
}

// call calls an rpc by its name and drops the answer.
func (w *world) call(ctx context.Context, method string, req proto.Message) error {
	return w.conn.Invoke(ctx, "/"+assessmentv1.AssessmentService_ServiceDesc.ServiceName+"/"+method, req, new(emptypb.Empty))
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

func wantFault(t *testing.T, err error, want fault.Reason) {
	t.Helper()
	if f := fault.From(err); f == nil || f.Code != want.Code || f.Kind != want.Kind {
		t.Errorf("got %v, want %s %s", err, want.Kind, want.Code)
	}
}

// wantSaid sees a fault of a kind with what said says of it.
func wantSaid(t *testing.T, err error, kind fault.Kind, want string) {
	t.Helper()
	if f := fault.From(err); f == nil || f.Kind != kind || said(err) != want {
		t.Errorf("got %v, want %s %s", err, kind, want)
	}
}

// atOnce runs f n times at the same time.
func atOnce(n int, f func(i int)) { begin(n, f)() }

// begin is atOnce that does not wait; the function it returns does.
func begin(n int, f func(i int)) (wait func()) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	return wg.Wait
}

// newID is a request id.
func newID() string { return uuid.NewString() }

// count is how many rows a query counts.
func (w *world) count(t *testing.T, query string) int {
	t.Helper()
	var n int
	if err := w.db.Pool.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// stored is how many rows there are of everything that changes make.
func (w *world) stored(t *testing.T) int {
	t.Helper()
	return w.count(t, `select (select count(*) from assessment.entry) + (select count(*) from assessment.seal)
		+ (select count(*) from assessment.seal_counter) + (select count(*) from assessment.hand_back)
		+ (select count(*) from assessment.reported_value) + (select count(*) from assessment.audit_entry)
		+ (select coalesce(sum(version), 0) from assessment.entry) + (select count(*) from assessment.request)`)
}

// metric is the figure of a metric without labels.
func (w *world) metric(t *testing.T, name string) float64 {
	t.Helper()
	families, err := w.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			m := f.GetMetric()[0]
			return m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	t.Fatalf("there is no metric %s", name)
	return 0
}

// known is metric for a gauge that asks the database, and gives up after a second.
func (w *world) known(t *testing.T, name string) (n float64) {
	t.Helper()
	eventually(t, name+" is known", func() bool {
		n = w.metric(t, name)
		return !math.IsNaN(n)
	})
	return n
}

func TestReadyOnceMigrated(t *testing.T) {
	ctx := t.Context()
	empty := pgtest.New(t, "empty", nil)
	w := open(t, empty, empty.DSN, newCatalog(self1))
	if err := w.door.Ready(ctx); err == nil {
		t.Error("ready on an empty database")
	}
	for range 2 {
		if err := assessment.Spec(&assessment.Config{DB: pg.Config{DSN: empty.DSN}}).Migrate(ctx, slog.New(slog.DiscardHandler)); err != nil {
			t.Fatalf("migrating: %v", err)
		}
	}
	eventually(t, "the service is ready", func() bool { return w.door.Ready(ctx) == nil })
}

// TestConfig resolves the DSN from the shared flag and says what is missing.
func TestConfig(t *testing.T) {
	var c assessment.Config
	if err := assessment.Spec(&c).Validate(); err == nil || !strings.Contains(err.Error(), "PARINDEX_ASSESSMENT_DSN") {
		t.Errorf("without a DSN: %v", err)
	}
	c.DB.DSN = "host=/tmp"
	if err := assessment.Spec(&c).Validate(); err != nil {
		t.Error(err)
	}
}
