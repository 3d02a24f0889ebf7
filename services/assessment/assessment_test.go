package assessment_test

import (
	"context"
	"log/slog"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/cycle/cycletest"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/libs/servicetest"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/assessment"
)

// morning is when tests begin.
var morning = time.Date(2026, 10, 1, 1, 30, 0, 250_000_000, time.UTC)

// world is the service with a database of its own and a catalog that tests change.
type world struct {
	assessmentv1.AssessmentServiceClient
	*servicetest.World

	db      *pgtest.DB
	catalog *cycletest.Catalog
}

// newWorld has the cycle 2026 of An Bình in a phase.
func newWorld(t *testing.T, phase catalogv1.Phase) *world {
	t.Helper()
	return newWorldOf(t, newCatalog(phase))
}

func newWorldOf(t *testing.T, c *cycletest.Catalog) *world {
	t.Helper()
	db := servicetest.Database(t, assessment.Spec(new(assessment.Config)))
	w := open(t, db, db.DSN, c)
	w.settle(t)
	return w
}

// open opens the service on a database reached by dsn.
func open(t *testing.T, db *pgtest.DB, dsn string, c *cycletest.Catalog) *world {
	t.Helper()
	w := servicetest.Open(t, assessment.Spec(&assessment.Config{DB: pg.Config{DSN: dsn, MaxConns: 12}}), servicetest.Options{
		Clock: servicetest.NewClock(morning), Fakes: map[string]func(grpc.ServiceRegistrar){"catalog": c.Register},
	})
	return &world{AssessmentServiceClient: assessmentv1.NewAssessmentServiceClient(w.Conn), World: w, db: db, catalog: c}
}

// settle waits until the service has taken over what the catalog says.
func (w *world) settle(t *testing.T) {
	t.Helper()
	eventually(t, "the cycles are taken over", w.catalog.Settled)
}

// move puts the cycle 2026 of An Bình into a phase by hand.
func (w *world) move(t *testing.T, phase catalogv1.Phase) {
	t.Helper()
	w.catalog.Move("an-binh", "2026", phase)
	w.settle(t)
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
	return w.Conn.Invoke(ctx, "/"+assessmentv1.AssessmentService_ServiceDesc.ServiceName+"/"+method, req, new(emptypb.Empty))
}

// Short names of the test kit.
var (
	said       = servicetest.Describe
	wantFault  = servicetest.WantFault
	eventually = servicetest.Eventually
	atOnce     = servicetest.AtOnce
)

// wantSaid sees a fault of a kind with what said says of it.
func wantSaid(t *testing.T, err error, kind fault.Kind, want string) {
	t.Helper()
	if f := fault.From(err); f == nil || f.Kind != kind || said(err) != want {
		t.Errorf("got %v, want %s %s", err, kind, want)
	}
}

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

// metric returns the figure of a metric without labels.
func (w *world) metric(t *testing.T, name string) float64 {
	t.Helper()
	return servicetest.Metric(t, w.Metrics, name)
}

// known returns the figure of a gauge that asks the database, and gives up after a second.
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
	if err := w.Service.Ready(ctx); err == nil {
		t.Error("ready on an empty database")
	}
	for range 2 {
		if err := assessment.Spec(&assessment.Config{DB: pg.Config{DSN: empty.DSN}}).Migrate(ctx, slog.New(slog.DiscardHandler)); err != nil {
			t.Fatalf("migrating: %v", err)
		}
	}
	eventually(t, "the service is ready", func() bool { return w.Service.Ready(ctx) == nil })
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
