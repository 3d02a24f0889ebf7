// Package assessment is the door of the service that owns sheets, entries, seals
// and reported values.
package assessment

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/pflag"
	"google.golang.org/grpc"

	"github.com/parindex/parindex/libs/cycle/cyclepb"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/libs/telemetry"
	"github.com/parindex/parindex/libs/window"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/assessment/internal/api"
	"github.com/parindex/parindex/services/assessment/internal/postgres"
)

// MaxRequest is how many bytes a request may have: an outcome of the appraisal, of
// which the contract takes 16 MiB, and its ids.
const MaxRequest = 17 << 20

// Config is what the operator chooses.
type Config struct {
	DB pg.Config
}

// Flags registers c's flags.
func (c *Config) Flags(fs *pflag.FlagSet) { c.DB.Flags(fs, postgres.Schema) }

// Validate reports everything wrong with c.
func (c *Config) Validate() error { return c.DB.Resolve(postgres.Schema) }

// Deps is what the program supplies.
type Deps struct {
	Logger  *slog.Logger
	Now     func() time.Time
	Metrics prometheus.Registerer

	// Catalog is dialled with the token of assessment itself.
	Catalog grpc.ClientConnInterface
	// NewID makes the id of a reported value; nil: UUIDv7.
	NewID func() (uuid.UUID, error)
	// Interval is the time between two looks for changed cycles; 0 means 1 s.
	Interval time.Duration
}

// Service is a running assessment service.
type Service struct {
	db      *pgxpool.Pool
	windows *window.Projection
	server  *api.Server
	stop    func(context.Context) // the work in the background
}

// New opens the service. It does not wait for the database or for catalog: Ready
// tells when the service can answer.
func New(ctx context.Context, cfg Config, deps Deps) (*Service, error) {
	if deps.NewID == nil {
		deps.NewID = uuid.NewV7
	}
	db, err := pg.Open(ctx, cfg.DB, pg.Options{ApplicationName: "parindex assessment"})
	if err != nil {
		return nil, fmt.Errorf("opening assessment: %w", err)
	}
	s, err := open(db, deps) //nolint:contextcheck // a scrape comes later than this call
	if err != nil {
		db.Close()
		return nil, fmt.Errorf("opening assessment: %w", err)
	}
	s.stop = run.Background(ctx,
		func(ctx context.Context) { pg.Forget(ctx, db, postgres.Schema, deps.Now, deps.Logger) },
		func(ctx context.Context) {
			s.windows.Run(ctx, cyclepb.Source(catalogv1.NewCatalogServiceClient(deps.Catalog)))
		})
	return s, nil
}

func open(db *pgxpool.Pool, deps Deps) (*Service, error) {
	windows, err := window.New(window.Deps{
		DB: db, Schema: postgres.Schema, Now: deps.Now, Logger: deps.Logger, Metrics: deps.Metrics, Interval: deps.Interval,
	})
	if err != nil {
		return nil, err
	}
	store := postgres.New(db, windows)
	m := newMetrics(store)
	for _, c := range []prometheus.Collector{pg.Collector(db), m.entries, m.seals, m.unreceived} {
		if err := deps.Metrics.Register(c); err != nil {
			return nil, fmt.Errorf("registering metrics: %w", err)
		}
	}
	return &Service{
		db: db, windows: windows,
		server: api.New(api.Deps{
			Store: store, Windows: windows, Cycles: cyclepb.NewReader(catalogv1.NewCatalogServiceClient(deps.Catalog), deps.Now),
			Now: deps.Now, NewID: deps.NewID, Entries: m.entries, Seals: m.seals,
		}),
	}, nil
}

type metrics struct {
	entries, seals prometheus.Counter
	unreceived     prometheus.GaugeFunc
}

func newMetrics(store *postgres.Store) metrics {
	return metrics{
		entries: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "parindex_entries_written_total", Help: "Entries of sheets written.",
		}),
		seals: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "parindex_seals_total", Help: "Rounds of self-assessment submitted and sealed.",
		}),
		unreceived: telemetry.Gauge("parindex_seals_unreceived", "Seals that the appraisal has not confirmed", store.CountUnreceived),
	}
}

// Register adds the service to a server.
func (s *Service) Register(r grpc.ServiceRegistrar) {
	assessmentv1.RegisterAssessmentServiceServer(r, s.server)
}

// Ready says why the service cannot answer now, or nil: the schema must be
// there, and the cycles must have been loaded once.
func (s *Service) Ready(ctx context.Context) error {
	if err := pg.CheckSchema(ctx, s.db, postgres.Schema, postgres.Lines()...); err != nil {
		return err
	}
	return s.windows.Ready(ctx)
}

// Close stops the work in the background and gives back the database connections.
func (s *Service) Close(ctx context.Context) error {
	s.stop(ctx)
	s.db.Close()
	return nil
}

// Migrate brings the schema to this version; a second time it changes nothing.
func Migrate(ctx context.Context, cfg Config, log *slog.Logger) error {
	return pg.Migrator{DSN: cfg.DB.DSN, Schema: postgres.Schema, Lines: postgres.Lines(), Logger: log}.Up(ctx)
}
