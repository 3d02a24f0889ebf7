// Package appraisal is the door of the appraisal service: assignments, verdicts,
// reductions, and the approval of rounds.
package appraisal

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/pflag"
	"google.golang.org/grpc"

	"github.com/parindex/parindex/libs/cycle/cyclepb"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/libs/window"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/appraisal/internal/api"
	"github.com/parindex/parindex/services/appraisal/internal/exchange"
	"github.com/parindex/parindex/services/appraisal/internal/postgres"
)

// Config is what the operator chooses.
type Config struct {
	DB pg.Config
}

// Flags registers the flags of the service: --appraisal-dsn and its kin.
func (c *Config) Flags(fs *pflag.FlagSet) { c.DB.Flags(fs, postgres.Schema) }

// Validate reports everything that is wrong with c.
func (c *Config) Validate() error { return c.DB.Resolve(postgres.Schema) }

// Deps is what the program supplies.
type Deps struct {
	Logger  *slog.Logger
	Now     func() time.Time
	Metrics prometheus.Registerer

	// Catalog and Assessment are dialled with the token of appraisal itself.
	Catalog, Assessment grpc.ClientConnInterface
	// Interval is the time between two looks for changes of cycles, and between
	// two exchanges with assessment; 0 means 1 s.
	Interval time.Duration
}

// Service is the appraisal service.
type Service struct {
	db      *pgxpool.Pool
	windows *window.Projection
	server  *api.Server
	stop    func(context.Context) // the work in the background
}

// New returns a Service. It does not fail because PostgreSQL or a sibling is
// away.
func New(ctx context.Context, cfg Config, deps Deps) (*Service, error) {
	db, err := pg.Open(ctx, cfg.DB, pg.Options{ApplicationName: "parindex appraisal"})
	if err != nil {
		return nil, fmt.Errorf("opening appraisal: %w", err)
	}
	s := &Service{db: db}
	catalog := catalogv1.NewCatalogServiceClient(deps.Catalog)
	seals, err := s.wire(catalog, deps) //nolint:contextcheck // a scrape comes later than this call
	if err != nil {
		db.Close()
		return nil, fmt.Errorf("opening appraisal: %w", err)
	}
	s.stop = run.Background(ctx,
		func(ctx context.Context) { pg.Forget(ctx, db, postgres.Schema, deps.Now, deps.Logger) },
		func(ctx context.Context) { s.windows.Run(ctx, cyclepb.Source(catalog)) },
		seals.Run)
	return s, nil
}

// wire makes the rooms and returns the exchange with assessment.
func (s *Service) wire(catalog catalogv1.CatalogServiceClient, deps Deps) (*exchange.Exchange, error) {
	if err := deps.Metrics.Register(pg.Collector(s.db)); err != nil {
		return nil, fmt.Errorf("registering the metrics of appraisal: %w", err)
	}
	var err error
	s.windows, err = window.New(window.Deps{
		DB: s.db, Schema: postgres.Schema, Now: deps.Now, Logger: deps.Logger, Metrics: deps.Metrics, Interval: deps.Interval,
	})
	if err != nil {
		return nil, err
	}
	store, cycles := postgres.New(s.db, s.windows), cyclepb.NewReader(catalog, deps.Now)
	assessment := assessmentv1.NewAssessmentServiceClient(deps.Assessment)
	seals, err := exchange.New(exchange.Deps{
		Store: store, Windows: s.windows, Cycles: cycles, Assessment: assessment,
		Now: deps.Now, Logger: deps.Logger, Metrics: deps.Metrics, Interval: deps.Interval,
	})
	if err != nil {
		return nil, err
	}
	s.server = api.New(api.Deps{
		Store: store, Windows: s.windows, Cycles: cycles, Exchange: seals, Assessment: assessment, Now: deps.Now,
	})
	return seals, nil
}

// Register adds the service to a server.
func (s *Service) Register(r grpc.ServiceRegistrar) {
	appraisalv1.RegisterAppraisalServiceServer(r, s.server)
}

// Ready says why the service cannot answer now, or nil. Neither catalog nor
// assessment is needed once the cycles have been loaded.
func (s *Service) Ready(ctx context.Context) error {
	if err := pg.CheckSchema(ctx, s.db, postgres.Schema, postgres.Lines()...); err != nil {
		return err
	}
	return s.windows.Ready(ctx)
}

// Close stops the work in the background and closes the database connections.
func (s *Service) Close(ctx context.Context) error {
	s.stop(ctx)
	s.db.Close()
	return nil
}

// Migrate brings the schema to this version; the second time it does nothing.
func Migrate(ctx context.Context, cfg Config, log *slog.Logger) error {
	return pg.Migrator{DSN: cfg.DB.DSN, Schema: postgres.Schema, Lines: postgres.Lines(), Logger: log}.Up(ctx)
}
